//! The values that rows are ordered by.

use crate::execute::batch::{Column, size_of_value};
use crate::graph::columns::Values as Stored;
use crate::value::{Date, Value, order};
use std::cmp::Ordering;

/// The values of one key, by row.
pub enum Values {
    /// Whole numbers or days, as long as nothing else comes.
    Whole {
        numbers: Vec<i64>,
        days: bool,
    },
    Any(Vec<Value>),
}

/// Stands for null, which comes last; no stored number of 32 bits is as great.
const NULL: i64 = i64::MAX;

impl Default for Values {
    fn default() -> Values {
        Values::Whole { numbers: Vec::new(), days: false }
    }
}

impl Values {
    /// Adds the rows of a column; returns the bytes that they take.
    pub fn append(&mut self, column: &Column, length: usize) -> u64 {
        if let Values::Whole { numbers, days } = self {
            if append_whole(numbers, days, column) {
                return length as u64 * 8;
            }
            *self = Values::Any((0..self.len()).filter_map(|row| self.get(row)).collect());
        }
        let Values::Any(values) = self else { return 0 };
        let begin = values.len();
        values.extend((0..length).map(|row| column.value(row)));
        values.iter().skip(begin).map(size_of_value).sum()
    }

    fn len(&self) -> usize {
        match self {
            Values::Whole { numbers, .. } => numbers.len(),
            Values::Any(values) => values.len(),
        }
    }

    pub fn get(&self, row: usize) -> Option<Value> {
        match self {
            Values::Whole { numbers, days } => numbers.get(row).map(|number| match *number {
                NULL => Value::Null,
                number if *days => Value::Date(Date { days: number }),
                number => Value::Integer(number),
            }),
            Values::Any(values) => values.get(row).cloned(),
        }
    }

    pub fn pick(&self, rows: &[u32]) -> Values {
        match self {
            Values::Whole { numbers, days } => {
                let numbers = rows.iter().filter_map(|row| numbers.get(*row as usize).copied()).collect();
                Values::Whole { numbers, days: *days }
            }
            Values::Any(values) => {
                Values::Any(rows.iter().filter_map(|row| values.get(*row as usize).cloned()).collect())
            }
        }
    }

    /// Numbers in the order of the values, where the values are numbers.
    pub fn numbers(&self) -> Option<&[i64]> {
        match self {
            Values::Whole { numbers, .. } => Some(numbers),
            Values::Any(_) => None,
        }
    }

    #[inline]
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Values::Whole { numbers, .. } => numbers.get(a).cmp(&numbers.get(b)),
            Values::Any(values) => match (values.get(a), values.get(b)) {
                (Some(a), Some(b)) => order(a, b),
                _ => Ordering::Equal,
            },
        }
    }

    pub fn bytes(&self) -> u64 {
        match self {
            Values::Whole { numbers, .. } => numbers.len() as u64 * 8,
            Values::Any(values) => values.iter().map(size_of_value).sum(),
        }
    }
}

/// Whether the column is of whole numbers, or of days, as all before it.
fn append_whole(numbers: &mut Vec<i64>, days: &mut bool, column: &Column) -> bool {
    match column {
        Column::Integers(more) if (!*days || numbers.is_empty()) && !more.contains(&NULL) => {
            *days = false;
            numbers.extend_from_slice(more);
            true
        }
        Column::Stored { ids, source } => {
            let (stored, dates) = match &source.values {
                Stored::Short(stored) => (stored, false),
                Stored::Dates(stored) => (stored, true),
                _ => return false,
            };
            if *days != dates && !numbers.is_empty() {
                return false;
            }
            *days = dates;
            let number = |id: &u32| source.presence.place(*id).map_or(NULL, |place| i64::from(stored[place]));
            numbers.extend(ids.iter().map(number));
            true
        }
        _ => false,
    }
}

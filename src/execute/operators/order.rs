//! The values that rows are ordered by.

use super::numbered::Numbered;
use crate::execute::batch::{Column, NONE, size_of_value};
use crate::graph::columns::{Alphabet, Column as Source, Values as Stored};
use crate::value::{Date, Value, order};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// The values of one key, by row.
pub enum Values {
    /// Whole numbers or days, as long as nothing else comes.
    Whole(Whole),
    /// Texts of one stored column, as long as nothing else comes.
    Texts(Texts),
    Any(Vec<Value>),
}

/// Whole numbers or days, and where they lie.
pub struct Whole {
    numbers: Numbers,
    days: bool,
    /// No number is less, and none but [`NULL`] greater.
    low: i64,
    high: i64,
}

enum Numbers {
    /// Those of stored columns, as long as none is null.
    Short(Vec<i32>),
    /// Null is [`NULL`].
    Long(Vec<i64>),
}

/// Codes of a dictionary.
pub struct Texts {
    codes: Vec<u32>,
    pub source: Arc<Source>,
}

/// Stands for null, which comes last; no number is as great.
const NULL: i64 = i64::MAX;

impl Default for Values {
    fn default() -> Values {
        let numbers = Numbers::Short(Vec::new());
        Values::Whole(Whole { numbers, days: false, low: i64::MAX, high: i64::MIN })
    }
}

impl Values {
    /// Adds the rows of a column; returns the bytes that they take.
    pub fn append(&mut self, column: &Column, length: usize) -> u64 {
        if self.len() == 0
            && let Some(Numbered::Texts(source)) = Numbered::of(column)
        {
            *self = Values::Texts(Texts { codes: Vec::new(), source });
        }
        let bytes = match self {
            Values::Whole(whole) => whole.append(column).then(|| whole.numbers.width()),
            Values::Texts(texts) => texts.append(column).then_some(4),
            Values::Any(_) => None,
        };
        if let Some(bytes) = bytes {
            return length as u64 * bytes;
        }
        let values = self.any();
        let begin = values.len();
        values.extend((0..length).map(|row| column.value(row)));
        values.iter().skip(begin).map(size_of_value).sum()
    }

    /// Adds the rows of others.
    pub fn take(&mut self, mut other: Values) {
        if self.len() == 0 {
            *self = other;
            return;
        }
        match (&mut *self, &mut other) {
            (Values::Whole(mine), Values::Whole(more))
                if mine.days == more.days || more.numbers.len() == 0 =>
            {
                mine.take(more);
            }
            (Values::Texts(mine), Values::Texts(more)) if Arc::ptr_eq(&mine.source, &more.source) => {
                mine.codes.append(&mut more.codes);
            }
            _ => self.any().append(other.any()),
        }
    }

    /// The values as such.
    fn any(&mut self) -> &mut Vec<Value> {
        if !matches!(self, Values::Any(_)) {
            *self = Values::Any((0..self.len()).filter_map(|row| self.get(row)).collect());
        }
        match self {
            Values::Any(values) => values,
            _ => unreachable!(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Values::Whole(whole) => whole.numbers.len(),
            Values::Texts(texts) => texts.codes.len(),
            Values::Any(values) => values.len(),
        }
    }

    pub fn get(&self, row: usize) -> Option<Value> {
        match self {
            Values::Whole(Whole { numbers, days, .. }) => numbers.get(row).map(|number| match number {
                NULL => Value::Null,
                number if *days => Value::Date(Date { days: number }),
                number => Value::Integer(number),
            }),
            Values::Texts(Texts { codes, source }) => {
                let code = codes.get(row)?;
                Some(Numbered::Texts(source.clone()).value(*code))
            }
            Values::Any(values) => values.get(row).cloned(),
        }
    }

    pub fn pick(&self, rows: &[u32]) -> Values {
        match self {
            Values::Whole(whole) => Values::Whole(Whole { numbers: whole.numbers.pick(rows), ..*whole }),
            Values::Texts(Texts { codes, source }) => {
                let codes = rows.iter().filter_map(|row| codes.get(*row as usize).copied()).collect();
                Values::Texts(Texts { codes, source: source.clone() })
            }
            Values::Any(values) => {
                Values::Any(rows.iter().filter_map(|row| values.get(*row as usize).cloned()).collect())
            }
        }
    }

    pub fn whole(&self) -> Option<&Whole> {
        match self {
            Values::Whole(whole) => Some(whole),
            Values::Texts(_) | Values::Any(_) => None,
        }
    }

    pub fn texts(&self) -> Option<&Texts> {
        match self {
            Values::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    #[inline]
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Values::Whole(Whole { numbers, .. }) => numbers.get(a).cmp(&numbers.get(b)),
            Values::Texts(texts) => texts.compare(a, b),
            Values::Any(values) => match (values.get(a), values.get(b)) {
                (Some(a), Some(b)) => order(a, b),
                _ => Ordering::Equal,
            },
        }
    }

    pub fn bytes(&self) -> u64 {
        match self {
            Values::Whole(whole) => whole.numbers.len() as u64 * whole.numbers.width(),
            Values::Texts(texts) => texts.codes.len() as u64 * 4,
            Values::Any(values) => values.iter().map(size_of_value).sum(),
        }
    }
}

impl Texts {
    /// Whether the column has texts of the same source.
    fn append(&mut self, column: &Column) -> bool {
        let same = matches!(column, Column::Stored { source, .. } if Arc::ptr_eq(source, &self.source));
        if same {
            self.codes.extend_from_slice(&Numbered::numbers(column));
        }
        same
    }

    /// The bytes of the text in a row; nothing for null.
    #[inline]
    pub fn bytes_in(&self, row: usize) -> Option<&[u8]> {
        let code = self.codes.get(row).copied().filter(|code| *code != NONE)?;
        match &self.source.values {
            Stored::Strings { dictionary, .. } => Some(dictionary.slice(code)),
            _ => None,
        }
    }

    /// Their order, if it is known.
    pub fn alphabet(&self) -> Option<&Alphabet> {
        self.source.order.known()
    }

    /// The place in the order; null comes last.
    #[inline]
    pub fn rank(&self, row: usize, alphabet: &Alphabet) -> u32 {
        match self.codes.get(row) {
            Some(code) if *code != NONE => alphabet.rank(*code),
            _ => alphabet.bound(),
        }
    }

    /// Null comes last.
    #[inline]
    fn compare(&self, a: usize, b: usize) -> Ordering {
        if let Some(alphabet) = self.alphabet() {
            return self.rank(a, alphabet).cmp(&self.rank(b, alphabet));
        }
        if self.codes.get(a) == self.codes.get(b) {
            return Ordering::Equal;
        }
        match (self.bytes_in(a), self.bytes_in(b)) {
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
}

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Numbers::Short(numbers) => numbers.len(),
            Numbers::Long(numbers) => numbers.len(),
        }
    }

    /// The bytes of one.
    fn width(&self) -> u64 {
        match self {
            Numbers::Short(_) => 4,
            Numbers::Long(_) => 8,
        }
    }

    #[inline]
    fn get(&self, row: usize) -> Option<i64> {
        match self {
            Numbers::Short(numbers) => numbers.get(row).map(|number| i64::from(*number)),
            Numbers::Long(numbers) => numbers.get(row).copied(),
        }
    }

    /// The numbers as long ones.
    fn long(&mut self) -> &mut Vec<i64> {
        if let Numbers::Short(numbers) = self {
            *self = Numbers::Long(numbers.iter().map(|number| i64::from(*number)).collect());
        }
        match self {
            Numbers::Long(numbers) => numbers,
            Numbers::Short(_) => unreachable!(),
        }
    }

    fn take(&mut self, more: &mut Numbers) {
        match (&mut *self, &mut *more) {
            (Numbers::Short(mine), Numbers::Short(more)) => mine.append(more),
            _ => self.long().append(more.long()),
        }
    }

    fn pick(&self, rows: &[u32]) -> Numbers {
        match self {
            Numbers::Short(numbers) => Numbers::Short(picked(numbers, rows)),
            Numbers::Long(numbers) => Numbers::Long(picked(numbers, rows)),
        }
    }
}

fn picked<T: Copy>(all: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().filter_map(|row| all.get(*row as usize).copied()).collect()
}

impl Whole {
    /// Whether the column is of whole numbers, or of days, as all before it.
    fn append(&mut self, column: &Column) -> bool {
        let fresh = self.numbers.len() == 0;
        match column {
            Column::Integers(more) if (!self.days || fresh) && !more.contains(&NULL) => {
                self.days = false;
                self.see(more, |number| number);
                self.numbers.long().extend_from_slice(more);
            }
            Column::Stored { ids, source } => {
                let (stored, dates) = match &source.values {
                    Stored::Short(stored) => (stored, false),
                    Stored::Dates(stored) => (stored, true),
                    _ => return false,
                };
                if self.days != dates && !fresh {
                    return false;
                }
                self.days = dates;
                let more: Cow<'_, [i32]> = match source.presence.run(ids) {
                    Some(places) => Cow::Borrowed(&stored[places]),
                    None => ids.iter().filter_map(|id| Some(stored[source.presence.place(*id)?])).collect(),
                };
                self.see(&more, i64::from);
                match &mut self.numbers {
                    Numbers::Short(numbers) if more.len() == ids.len() => numbers.extend_from_slice(&more),
                    numbers => {
                        let number =
                            |id: &u32| source.presence.place(*id).map_or(NULL, |at| stored[at].into());
                        numbers.long().extend(ids.iter().map(number));
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// Takes note of where more numbers lie.
    fn see<T: Copy + Ord>(&mut self, more: &[T], whole: impl Fn(T) -> i64) {
        if let Some(first) = more.first() {
            let least = more.iter().fold(*first, |low, number| low.min(*number));
            let most = more.iter().fold(*first, |high, number| high.max(*number));
            self.low = self.low.min(whole(least));
            self.high = self.high.max(whole(most));
        }
    }

    fn take(&mut self, more: &mut Whole) {
        self.numbers.take(&mut more.numbers);
        self.low = self.low.min(more.low);
        self.high = self.high.max(more.high);
    }

    /// How far the numbers reach, counted from the least: [`Whole::rank`] is not greater.
    pub fn reach(&self) -> u64 {
        // The number after the greatest stands for null.
        if self.low > self.high { 0 } else { self.high.wrapping_sub(self.low) as u64 + 1 }
    }

    /// The place of a row's number among all that there may be.
    #[inline]
    pub fn rank(&self, row: usize) -> u64 {
        let number = self.numbers.get(row).unwrap_or(NULL);
        (number.wrapping_sub(self.low) as u64).min(self.reach())
    }
}

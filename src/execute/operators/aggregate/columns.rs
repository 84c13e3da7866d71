//! Aggregates over whole columns.

use super::tally::{Call, group};
use crate::base::Result;
use crate::execute::batch::{Column, NONE};
use crate::graph::columns::{Column as Stored, Values};
use crate::value::arithmetic::integer_overflow;
use crate::value::{Value, order};
use std::cmp::Ordering;

pub(super) fn count(
    counts: &mut [i64],
    call: &Call,
    column: Option<&Column>,
    numbers: &Option<Vec<u32>>,
    length: usize,
) -> Result<()> {
    if call.weighs() {
        return match column {
            Some(column) => sum(counts, column, numbers, length),
            None => Ok(()),
        };
    }
    let mut add = |row: usize| {
        if let Some(count) = counts.get_mut(group(numbers, row)) {
            *count += 1;
        }
    };
    match column {
        None if numbers.is_none() => {
            if let Some(count) = counts.first_mut() {
                *count += length as i64;
            }
        }
        None | Some(Column::Integers(_)) => match numbers {
            Some(numbers) => {
                for group in numbers {
                    if let Some(count) = counts.get_mut(*group as usize) {
                        *count += 1;
                    }
                }
            }
            None => (0..length).for_each(add),
        },
        Some(Column::Nodes(ids) | Column::Relationships(ids)) => {
            ids.iter().enumerate().filter(|(_, id)| **id != NONE).for_each(|(row, _)| add(row));
        }
        Some(Column::Stored { ids, source }) => {
            ids.iter().enumerate().filter(|(_, id)| source.has(**id)).for_each(|(row, _)| add(row));
        }
        Some(column) => (0..length).filter(|row| !column.look(*row, Value::is_null)).for_each(&mut add),
    }
    Ok(())
}

/// Whether a column holds nothing but whole numbers and nulls, and can be summed up as such.
pub(super) fn whole(column: &Column) -> bool {
    match column {
        Column::Integers(_) => true,
        Column::Stored { source, .. } => matches!(source.values, Values::Short(_) | Values::Integers(_)),
        _ => false,
    }
}

/// Calls `see` with each row of a column of whole numbers that is not null, and its number.
#[inline]
pub(super) fn each_whole(column: &Column, mut see: impl FnMut(usize, i64)) {
    match column {
        Column::Integers(whole) => whole.iter().enumerate().for_each(|(row, number)| see(row, *number)),
        Column::Stored { ids, source } => {
            let place = |(row, id): (usize, &u32)| source.presence.place(*id).map(|place| (row, place));
            let places = ids.iter().enumerate().filter_map(place);
            match &source.values {
                Values::Short(short) => places.for_each(|(row, place)| see(row, i64::from(short[place]))),
                Values::Integers(whole) => places.for_each(|(row, place)| see(row, whole[place])),
                _ => {}
            }
        }
        _ => {}
    }
}

pub(super) fn sum(
    sums: &mut [i64],
    column: &Column,
    numbers: &Option<Vec<u32>>,
    length: usize,
) -> Result<()> {
    match column {
        Column::Integers(counts) => sum_each(sums, numbers, length, |row| counts[row]),
        Column::Stored { ids, source } => {
            let presence = &source.presence;
            match &source.values {
                Values::Short(stored) if numbers.is_none() => {
                    let total: i64 = match presence.run(ids).and_then(|run| stored.get(run)) {
                        Some(stored) => stored.iter().map(|number| i64::from(*number)).sum(),
                        None => {
                            let number =
                                |id: &u32| presence.place(*id).map_or(0, |place| i64::from(stored[place]));
                            ids.iter().map(number).sum()
                        }
                    };
                    sum_each(sums, numbers, 1, |_| total)
                }
                Values::Short(stored) => sum_each(sums, numbers, length, |row| {
                    presence.place(ids[row]).map_or(0, |place| i64::from(stored[place]))
                }),
                Values::Integers(stored) => sum_each(sums, numbers, length, |row| {
                    presence.place(ids[row]).map_or(0, |place| stored[place])
                }),
                _ => sum_each(sums, numbers, length, |row| column.value(row).as_integer().unwrap_or(0)),
            }
        }
        column => sum_each(sums, numbers, length, |row| column.value(row).as_integer().unwrap_or(0)),
    }
}

#[inline]
fn sum_each(
    sums: &mut [i64],
    numbers: &Option<Vec<u32>>,
    length: usize,
    number: impl Fn(usize) -> i64,
) -> Result<()> {
    match numbers {
        None => {
            let Some(first) = sums.first_mut() else { return Ok(()) };
            let mut total = *first;
            for row in 0..length {
                total = total.checked_add(number(row)).ok_or_else(integer_overflow)?;
            }
            *first = total;
        }
        Some(numbers) => {
            for (row, group) in numbers.iter().enumerate() {
                let Some(sum) = sums.get_mut(*group as usize) else { continue };
                *sum = sum.checked_add(number(row)).ok_or_else(integer_overflow)?;
            }
        }
    }
    Ok(())
}

pub(super) fn better(best: &mut Value, value: Value, wanted: Ordering) {
    if !value.is_null() && (best.is_null() || order(&value, best) == wanted) {
        *best = value;
    }
}

pub(super) fn extreme(
    values: &mut [Value],
    wanted: Ordering,
    column: &Column,
    numbers: &Option<Vec<u32>>,
    length: usize,
) {
    if let (Column::Integers(whole), None, Some(best)) = (column, numbers, values.first_mut()) {
        let found = if wanted == Ordering::Greater { whole.iter().max() } else { whole.iter().min() };
        return found.into_iter().for_each(|found| better(best, Value::Integer(*found), wanted));
    }
    if let (Column::Stored { ids, source }, None, Some(best)) = (column, numbers, values.first_mut())
        && let Values::Short(stored) | Values::Dates(stored) = &source.values
    {
        let places = ids.iter().filter_map(|id| source.presence.place(*id));
        let by_number = |place: &usize| stored[*place];
        let greatest = wanted == Ordering::Greater;
        let found = if greatest { places.max_by_key(by_number) } else { places.min_by_key(by_number) };
        return found.into_iter().for_each(|place| better(best, source.values.at(place), wanted));
    }
    if let Column::Stored { ids, source } = column {
        let stored = StoredRows { ids, source, numbers, wanted };
        match &source.values {
            Values::Strings { codes, dictionary } => {
                return stored.keep_better(values, |best, place| match best {
                    Value::String(best) => Some(dictionary.slice(codes[place]).cmp(best.as_bytes())),
                    _ => None,
                });
            }
            Values::Short(short) => {
                return stored.keep_better(values, |best, place| match best {
                    Value::Integer(best) => Some(i64::from(short[place]).cmp(best)),
                    _ => None,
                });
            }
            Values::Integers(whole) => {
                return stored.keep_better(values, |best, place| match best {
                    Value::Integer(best) => Some(whole[place].cmp(best)),
                    _ => None,
                });
            }
            Values::Dates(days) => {
                return stored.keep_better(values, |best, place| match best {
                    Value::Date(best) => Some(i64::from(days[place]).cmp(&best.days)),
                    _ => None,
                });
            }
            _ => {}
        }
    }
    // All rows of the only group are alike.
    let length = if matches!(column, Column::Same(_)) && numbers.is_none() { length.min(1) } else { length };
    for row in 0..length {
        let value = column.value(row);
        if let Some(best) = values.get_mut(group(numbers, row)) {
            match (&mut *best, &value) {
                (Value::Integer(best), Value::Integer(new)) => {
                    if new.cmp(best) == wanted {
                        *best = *new;
                    }
                }
                (Value::Date(best), Value::Date(new)) => {
                    if new.days.cmp(&best.days) == wanted {
                        *best = *new;
                    }
                }
                _ => better(best, value, wanted),
            }
        }
    }
}

/// The values of a stored column in some rows.
struct StoredRows<'c> {
    ids: &'c [u32],
    source: &'c Stored,
    numbers: &'c Option<Vec<u32>>,
    wanted: Ordering,
}

impl StoredRows<'_> {
    /// Keeps the best of each group. A value is made only of what is better than all before: `compare` says how a stored
    /// one stands to the best, where both are of one kind.
    #[inline]
    fn keep_better(&self, values: &mut [Value], compare: impl Fn(&Value, usize) -> Option<Ordering>) {
        for (row, id) in self.ids.iter().enumerate() {
            let Some(place) = self.source.presence.place(*id) else { continue };
            let Some(best) = values.get_mut(group(self.numbers, row)) else { continue };
            if compare(best, place).is_none_or(|found| found == self.wanted) {
                better(best, self.source.values.at(place), self.wanted);
            }
        }
    }
}

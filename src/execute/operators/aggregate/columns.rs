//! Aggregates over whole columns.

use super::tally::{Call, group};
use crate::base::Result;
use crate::execute::batch::{Column, NONE};
use crate::graph::columns::Values;
use crate::value::Value;
use crate::value::arithmetic::integer_overflow;

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
    if numbers.is_none() {
        let all = match column {
            None | Some(Column::Integers(_)) => Some(length),
            Some(Column::Nodes(ids) | Column::Relationships(ids)) => {
                Some(ids.iter().filter(|id| **id != NONE).count())
            }
            Some(Column::Stored { ids, source }) => Some(ids.iter().filter(|id| source.has(**id)).count()),
            _ => None,
        };
        if let (Some(all), Some(count)) = (all, counts.first_mut()) {
            *count += all as i64;
            return Ok(());
        }
    }
    let mut add = |row: usize| {
        if let Some(count) = counts.get_mut(group(numbers, row)) {
            *count += 1;
        }
    };
    match column {
        None | Some(Column::Integers(_)) => {
            for group in numbers.iter().flatten() {
                if let Some(count) = counts.get_mut(*group as usize) {
                    *count += 1;
                }
            }
        }
        Some(Column::Lists(lists)) => (0..length).filter(|row| lists.size(*row).is_some()).for_each(add),
        Some(Column::Nodes(ids) | Column::Relationships(ids)) => {
            ids.iter().enumerate().filter(|(_, id)| **id != NONE).for_each(|(row, _)| add(row));
        }
        Some(Column::Stored { ids, source }) => {
            ids.iter().enumerate().filter(|(_, id)| source.has(**id)).for_each(|(row, _)| add(row));
        }
        Some(Column::Texts(texts)) => {
            (0..length).filter(|row| texts.get(*row).is_some()).for_each(&mut add);
        }
        Some(column) => (0..length).filter(|row| !column.look(*row, Value::is_null)).for_each(&mut add),
    }
    Ok(())
}

/// Adds sums of other groups, which have these numbers here; here there are so many.
pub(super) fn add_at(
    sums: &mut Vec<i64>,
    more: Vec<i64>,
    groups: usize,
    at: impl Fn(usize) -> usize,
) -> Result<()> {
    sums.resize(groups, 0);
    for (place, more) in more.into_iter().enumerate() {
        if let Some(sum) = sums.get_mut(at(place)) {
            *sum = sum.checked_add(more).ok_or_else(integer_overflow)?;
        }
    }
    Ok(())
}

/// Whether a column holds nothing but whole numbers and nulls, and can be summed up as such.
pub(super) fn whole(column: &Column) -> bool {
    match column {
        Column::Integers(_) => true,
        Column::Stored { source, .. } => matches!(source.values, Values::Short(_) | Values::Integers(_)),
        Column::Coded { codes, values, .. } => {
            let is_whole = |code: &u32| values.get(*code as usize).is_some_and(is_whole);
            codes.iter().all(is_whole)
        }
        Column::Values(values) => values.iter().all(is_whole),
        _ => false,
    }
}

fn is_whole(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Null)
}

/// Calls `see` with each row of a column of whole numbers that is not null, and its number.
#[inline]
pub(super) fn each_whole(column: &Column, mut see: impl FnMut(usize, i64)) {
    match column {
        Column::Integers(whole) => whole.iter().enumerate().for_each(|(row, number)| see(row, *number)),
        Column::Coded { codes, values, .. } => {
            for (row, code) in codes.iter().enumerate() {
                if let Some(Value::Integer(number)) = values.get(*code as usize) {
                    see(row, *number);
                }
            }
        }
        Column::Values(values) => {
            for (row, value) in values.iter().enumerate() {
                if let Value::Integer(number) = value {
                    see(row, *number);
                }
            }
        }
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

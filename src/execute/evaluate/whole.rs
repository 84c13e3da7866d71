//! Whole numbers over whole batches: years of days, and arithmetic with constants.
//!
//! Only for expressions over one stored property that is there in every row; whatever does not fit is computed value by
//! value.

use super::Compiled;
use super::stored::Stored;
use crate::algebra::{BinaryOperator, Slot};
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::graph::Key;
use crate::graph::columns::{Presence, Values};
use crate::value::{Date, Value};
use std::ops::Range;

/// An expression that gives whole numbers.
pub struct Whole {
    slot: Slot,
    key: Key,
    /// What is done to the stored number, in order.
    steps: Vec<Step>,
}

/// A part of a day in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Year,
    Month,
    Day,
}

impl Part {
    pub fn of(key: &str) -> Option<Part> {
        match key {
            "year" => Some(Part::Year),
            "month" => Some(Part::Month),
            "day" => Some(Part::Day),
            _ => None,
        }
    }

    #[inline]
    pub fn of_day(self, days: i32) -> i64 {
        match self {
            Part::Year => year(days),
            Part::Month => i64::from(Date { days: i64::from(days) }.month()),
            Part::Day => i64::from(Date { days: i64::from(days) }.day()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Part(Part),
    Add(i64),
    /// A number minus what there is.
    SubtractFrom(i64),
    Multiply(i64),
    Divide(i64),
    Modulo(i64),
}

impl Whole {
    /// The steps of an expression, if it is nothing but such steps; a property alone is not.
    pub fn of(expression: &Compiled) -> Option<Whole> {
        let mut steps = Vec::new();
        let mut at = expression;
        loop {
            at = match at {
                Compiled::Property { subject, key, known, .. } => {
                    match (&**subject, known) {
                        (Compiled::Slot(slot), Some(key)) => {
                            steps.reverse();
                            return (!steps.is_empty()).then_some(Whole { slot: *slot, key: *key, steps });
                        }
                        (Compiled::Property { .. }, _) => {}
                        _ => return None,
                    }
                    steps.push(Step::Part(Part::of(key)?));
                    subject
                }
                Compiled::Binary { operator, left, right, .. } => match (&**left, &**right) {
                    (_, Compiled::Constant(Value::Integer(number))) => {
                        steps.push(match operator {
                            BinaryOperator::Add => Step::Add(*number),
                            BinaryOperator::Subtract => Step::Add(number.checked_neg()?),
                            BinaryOperator::Multiply => Step::Multiply(*number),
                            BinaryOperator::Divide if !matches!(number, 0 | -1) => Step::Divide(*number),
                            BinaryOperator::Modulo if !matches!(number, 0 | -1) => Step::Modulo(*number),
                            _ => return None,
                        });
                        left
                    }
                    (Compiled::Constant(Value::Integer(number)), _) => {
                        steps.push(match operator {
                            BinaryOperator::Add => Step::Add(*number),
                            BinaryOperator::Subtract => Step::SubtractFrom(*number),
                            BinaryOperator::Multiply => Step::Multiply(*number),
                            _ => return None,
                        });
                        right
                    }
                    _ => return None,
                },
                _ => return None,
            };
        }
    }

    pub fn slot(&self) -> Slot {
        self.slot
    }

    pub fn key(&self) -> Key {
        self.key
    }

    /// The numbers of all rows; `None` where some row has none, or not one of this kind.
    pub fn column(&self, batch: &Batch, context: &Context<'_>) -> Option<Vec<i64>> {
        let stored = Stored::of(self.slot, self.key, batch, context)?;
        let run = stored.run();
        if run.is_none() && !stored.keeps_all() {
            return None;
        }
        let Stored { column, ids, .. } = stored;
        let (first, mut rest) = self.steps.split_first()?;
        let presence = &column.presence;
        let mut numbers: Vec<i64> = match (&column.values, first) {
            (Values::Dates(days), Step::Part(Part::Year)) => {
                match run.clone().and_then(|run| days.get(run)) {
                    Some(days) if are_recent(days) => match (reciprocal_of(rest.first()), rest) {
                        // Decades and the like in one go.
                        (Some(reciprocal), [_, others @ ..]) => {
                            rest = others;
                            days.iter().map(|day| quotient(recent_year(*day), reciprocal)).collect()
                        }
                        _ => days.iter().map(|day| recent_year(*day)).collect(),
                    },
                    _ => each(ids, run, presence, days, year)?,
                }
            }
            (Values::Dates(days), Step::Part(part)) => {
                each(ids, run, presence, days, |day| part.of_day(day))?
            }
            (Values::Short(_), Step::Part(_)) => return None,
            (Values::Short(stored), step) => {
                let mut numbers = each(ids, run, presence, stored, i64::from)?;
                apply(*step, &mut numbers)?;
                numbers
            }
            _ => return None,
        };
        for step in rest {
            apply(*step, &mut numbers)?;
        }
        Some(numbers)
    }
}

/// A number for each id; `None` where one has no value.
#[inline]
pub(super) fn each<T: Copy>(
    ids: &[u32],
    run: Option<Range<usize>>,
    presence: &Presence,
    stored: &[T],
    number: impl Fn(T) -> i64,
) -> Option<Vec<i64>> {
    if let Some(stored) = run.and_then(|run| stored.get(run)) {
        return Some(stored.iter().map(|stored| number(*stored)).collect());
    }
    let mut numbers = Vec::with_capacity(ids.len());
    let mut all = true;
    for id in ids {
        let place = presence.place(*id);
        all = all && place.is_some();
        numbers.push(place.map_or(0, |place| number(stored[place])));
    }
    all.then_some(numbers)
}

/// How many elements the list in each row has, or characters the text.
pub(super) fn sizes(column: &Column, length: usize) -> Option<Vec<i64>> {
    let size = |row: usize| match column {
        Column::Lists(lists) => lists.size(row),
        Column::Texts(texts) => {
            texts.get(row).and_then(|text| Some(std::str::from_utf8(text).ok()?.chars().count()))
        }
        Column::Values(values) => match values.get(row)? {
            Value::List(items) => Some(items.len()),
            _ => None,
        },
        _ => None,
    };
    (0..length).map(|row| size(row).map(|size| size as i64)).collect()
}

/// Days of the years 1901 through 2099, in which every fourth year is a leap year.
const RECENT: std::ops::Range<i32> = -25_202..47_480;

fn are_recent(days: &[i32]) -> bool {
    days.iter().fold(0, |beyond, day| beyond | i32::from(!RECENT.contains(day))) == 0
}

/// The year of a recent day: from the first of January 1901 on every fourth year has a day more.
#[inline]
fn recent_year(days: i32) -> i64 {
    let quarters = u64::from((days + 25_202) as u32 * 4 + 3);
    // The quarters of a day divided by the 1461 of a year: the product is exact for them, and needs 32 bits of each.
    1901 + ((quarters * 2_939_745) >> 32) as i64
}

/// The year of a day: the calendar repeats every 146,097 days, counted from the first of March of the year 0.
#[inline]
fn year(days: i32) -> i64 {
    if RECENT.contains(&days) {
        return recent_year(days);
    }
    long_year(days)
}

fn long_year(days: i32) -> i64 {
    const DAYS: u32 = 146_097;
    const ERAS: u32 = 5000;
    let shifted = (days as u32).wrapping_add(719_468 + ERAS * DAYS);
    // Days within two million years of 1970, in which nothing overflows.
    if !(-700_000_000..700_000_000).contains(&days) {
        return Date { days: i64::from(days) }.year();
    }
    let (era, day) = (shifted / DAYS, shifted % DAYS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    // The year that begins in March ends after ten months.
    let year = era * 400 + year + u32::from(day_of_year >= 306);
    i64::from(year) - i64::from(ERAS * 400)
}

/// Numbers and divisors below this are few.
const FEW: u64 = 1 << 16;

/// What few numbers are multiplied with to be divided: what it is too much adds up to less than one part.
fn reciprocal(by: i64) -> Option<u64> {
    (2..FEW as i64).contains(&by).then(|| (1 << 32) / by as u64 + 1)
}

fn reciprocal_of(step: Option<&Step>) -> Option<u64> {
    match step {
        Some(Step::Divide(by)) => reciprocal(*by),
        _ => None,
    }
}

/// One of few numbers divided by what the reciprocal is of.
#[inline]
fn quotient(number: i64, reciprocal: u64) -> i64 {
    (((number as u64 & (FEW - 1)) * (reciprocal & u64::from(u32::MAX))) >> 32) as i64
}

/// What is left where numbers are divided by one that is neither 0 nor -1.
pub(super) fn remainders(numbers: &mut [i64], by: i64) {
    numbers.iter_mut().for_each(|number| *number %= by);
}

/// Divides towards zero. Numbers of 32 bits are multiplied with the reciprocal in 64 bits, which is exact for them.
pub(super) fn divide(numbers: &mut [i64], by: i64) {
    if let Some(reciprocal) = reciprocal(by)
        && numbers.iter().fold(0, |all, number| all | *number as u64) < FEW
    {
        numbers.iter_mut().for_each(|number| *number = quotient(*number, reciprocal));
        return;
    }
    let small = |number: i64| i32::try_from(number).is_ok();
    if !small(by) || by < 2 || !numbers.iter().fold(true, |all, number| all & small(*number)) {
        numbers.iter_mut().for_each(|number| *number /= by);
        return;
    }
    let reciprocal = u128::from(u64::MAX / by as u64 + 1);
    for number in numbers {
        let quotient = ((u128::from(number.unsigned_abs()) * reciprocal) >> 64) as i64;
        *number = if *number < 0 { -quotient } else { quotient };
    }
}

/// One step over all numbers; `None` where it does not fit in 64 bits, or a number has no such part.
fn apply(step: Step, numbers: &mut [i64]) -> Option<()> {
    match step {
        Step::Part(_) => None,
        Step::Divide(by) => {
            divide(numbers, by);
            Some(())
        }
        Step::Modulo(by) => {
            remainders(numbers, by);
            Some(())
        }
        Step::Add(more) => numbers.iter_mut().try_for_each(|number| {
            *number = number.checked_add(more)?;
            Some(())
        }),
        Step::SubtractFrom(from) => numbers.iter_mut().try_for_each(|number| {
            *number = from.checked_sub(*number)?;
            Some(())
        }),
        Step::Multiply(by) => numbers.iter_mut().try_for_each(|number| {
            *number = number.checked_mul(by)?;
            Some(())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn years_agree_with_the_calendar(days in any::<i32>(), near in -200_000i32..200_000) {
            for days in [days, near] {
                prop_assert_eq!(year(days), Date { days: i64::from(days) }.year());
            }
        }

        #[test]
        fn quotients_are_exact(number in any::<i32>(), by in 2i32..i32::MAX, few in 2i64..70_000) {
            for by in [i64::from(by), few] {
                let mut numbers = [i64::from(number), 0, by, by - 1, -by, i64::from(i32::MIN)];
                let expected = numbers.map(|number| number / by);
                divide(&mut numbers, by);
                prop_assert_eq!(numbers, expected);
                let mut numbers = [i64::from(number & 0xffff), 0, 1, 65_535, by & 0xffff, (by - 1) & 0xffff];
                let expected = numbers.map(|number| number / by);
                divide(&mut numbers, by);
                prop_assert_eq!(numbers, expected);
            }
        }
    }
}

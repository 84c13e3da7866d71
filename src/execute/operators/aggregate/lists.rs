//! Lists of values, by group.
//!
//! While all values have a number (`Numbered`), lists are of numbers, and values are made of them at the end, by several
//! workers where there are many.

use super::ids::Set;
use super::logs::{Logs, MANY, Sorted, by_group};
use super::tally::group;
use crate::base::{Meter, Result};
use crate::execute::batch::{Column, Lists as ShortLists, SHORT, size_of_value};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operators::numbered::Numbered;
use crate::value::{Value, filling, nesting};
use std::borrow::Cow;
use std::sync::{Arc, Mutex};

pub struct Lists {
    /// Each value once in a list: only of values that have numbers.
    distinct: bool,
    /// Until values come that have none.
    numbers: Option<Numbers>,
    values: Logs<Value>,
    /// No more than the first values are asked of each list.
    first: Option<First>,
}

/// How many values are asked of each list, and how many this worker has put into each.
struct First {
    most: u32,
    taken: Vec<u32>,
}

#[derive(Default)]
struct Numbers {
    /// What the numbers stand for; nothing while there are none.
    of: Option<Numbered>,
    logs: Logs<u32>,
    /// What this worker has put into each list, where each value comes once.
    seen: Vec<Set>,
    /// All numbers are below.
    bound: usize,
}

/// So many values of one list are made at a time.
const PIECE: usize = 1 << 14;

impl Lists {
    pub fn new(distinct: bool, first: Option<u32>) -> Lists {
        let first = first.map(|most| First { most, taken: Vec::new() });
        Lists { distinct, numbers: Some(Numbers::default()), values: Logs::default(), first }
    }

    /// Whether the values of a column can come to those that are there, each of which is to come once.
    pub fn can_tell_apart(&self, column: &Column) -> bool {
        match (&self.numbers, Numbered::unbounded(column)) {
            (Some(numbers), Some(more)) => numbers.of.as_ref().is_none_or(|of| of.is_same(&more)),
            _ => !self.distinct,
        }
    }

    /// Whether a value is only noted.
    pub fn is_plain(&self) -> bool {
        !self.distinct
    }

    /// Adds the values of a column that are not null; returns the bytes that it keeps of them.
    pub fn add(
        &mut self,
        column: &Column,
        numbers: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        context.meter.work(length as u32)?;
        let counted = match &mut self.first {
            Some(First { taken, .. }) => {
                let before = taken.len();
                taken.resize(groups.max(before), 0);
                (taken.len() - before) * size_of::<u32>()
            }
            None => 0,
        };
        let part = context.place();
        let held = match Numbered::unbounded(column) {
            Some(of) if self.take(&of, context) => {
                self.add_numbers(&of, column, numbers, (length, groups), part)
            }
            _ => self.add_values(column, numbers, length, part),
        };
        let held = held + counted as u64;
        context.meter.hold(held)?;
        Ok(held)
    }

    /// Whether numbers of these can come to those that are there; from now on only such do.
    fn take(&mut self, of: &Numbered, context: &Context<'_>) -> bool {
        let Some(numbers) = &mut self.numbers else { return false };
        if numbers.of.is_none() {
            numbers.bound = of.bound(context.graph);
        }
        numbers.of.get_or_insert_with(|| of.clone()).is_same(of)
    }

    fn add_numbers(
        &mut self,
        of: &Numbered,
        column: &Column,
        rows: &Option<Vec<u32>>,
        (length, groups): (usize, usize),
        part: u32,
    ) -> u64 {
        let Some(Numbers { logs, seen, bound, .. }) = &mut self.numbers else { return 0 };
        let first = &mut self.first;
        if self.distinct {
            seen.resize_with(groups.max(seen.len()), Set::default);
        }
        logs.begin(part, if first.is_some() { 0 } else { length }, rows.is_some());
        let size = of.sizes();
        let mut held = 0;
        if let (Some(rows), false, None) = (rows, self.distinct, &first) {
            Numbered::each(column, |row, number| {
                held += size(number);
                logs.push_to(rows[row], number);
            });
            return held;
        }
        Numbered::each(column, |row, number| {
            let group = group(rows, row);
            if is_full(first, group) {
                return;
            }
            if let Some(seen) = seen.get_mut(group) {
                if !seen.insert(number, *bound) {
                    return;
                }
                held += seen.room_of_one();
            }
            held += size(number);
            take_one(first, group);
            match rows {
                Some(_) => logs.push_to(group as u32, number),
                None => logs.push(number),
            }
        });
        held
    }

    fn add_values(&mut self, column: &Column, rows: &Option<Vec<u32>>, length: usize, part: u32) -> u64 {
        let mut first = self.first.take();
        let logs = self.as_values();
        logs.begin(part, if first.is_some() { 0 } else { length }, rows.is_some());
        let mut held = 0;
        for row in 0..length {
            let group = group(rows, row);
            if is_full(&first, group) {
                continue;
            }
            let value = column.value(row);
            if value.is_null() {
                continue;
            }
            held += size_of_value(&value);
            take_one(&mut first, group);
            match rows {
                Some(_) => logs.push_to(group as u32, value),
                None => logs.push(value),
            }
        }
        self.first = first;
        held
    }

    /// From now on lists of values.
    fn as_values(&mut self) -> &mut Logs<Value> {
        if let Some(Numbers { of: Some(of), logs, .. }) = self.numbers.take() {
            self.values = logs.map(|number| of.value(number));
        }
        &mut self.values
    }

    /// Takes in other groups, so many, which have these numbers here; false, and nothing is done, where values are to come
    /// once and cannot be told apart by their numbers.
    pub fn merge(&mut self, other: &mut Lists, groups: usize, at: impl Fn(usize) -> usize) -> bool {
        if let (Some(mine), Some(more)) = (&mut self.numbers, &mut other.numbers) {
            match (&mine.of, &more.of) {
                (_, None) => return true,
                (None, Some(_)) => (mine.of, mine.bound) = (more.of.clone(), more.bound),
                _ => {}
            }
            if mine.of.as_ref().zip(more.of.as_ref()).is_some_and(|(mine, more)| mine.is_same(more)) {
                mine.logs.merge(std::mem::take(&mut more.logs), groups, at);
                return true;
            }
        }
        if self.distinct {
            return false;
        }
        self.as_values().merge(std::mem::take(other.as_values()), groups, at);
        true
    }

    /// Calls `see` with each group, the part in which a value was found, and the value; where several workers found one,
    /// more than once.
    pub fn each(self, see: impl FnMut(usize, u32, Value)) {
        let Some(Numbers { of: Some(of), logs, .. }) = self.numbers else { return };
        logs.map(|number| of.value(number)).each(see);
    }

    pub fn finish(self, groups: usize, context: &mut Context<'_>) -> Result<Column> {
        Ok(Column::values(match self.numbers {
            None => {
                let mut sorted = self.values.sorted(groups, context)?;
                by_group(&mut sorted, groups, context, |values, _| {
                    nesting::checked(Value::List(values.iter_mut().map(std::mem::take).collect()))
                })?
            }
            Some(Numbers { of: None, .. }) => vec![Value::List(Arc::from([])); groups],
            Some(Numbers { of: Some(of), logs, bound, .. }) => {
                // What several workers found may be the same.
                let again = self.distinct && !logs.is_of_one();
                let mut sorted = logs.sorted(groups, context)?;
                let (all, longest) = sorted.iter().fold((0, 0), |(all, longest), sorted| {
                    (all + sorted.length(), longest + sorted.longest())
                });
                if !again && all <= groups * SHORT && longest < MANY {
                    return Ok(Column::Lists(short(sorted, groups, of, context)?));
                }
                made(&of, &mut sorted, groups, again.then_some(bound), context)?
            }
        }))
    }
}

/// Lists that are made when somebody looks at them.
fn short(
    mut sorted: Vec<Sorted<u32>>,
    groups: usize,
    of: Numbered,
    context: &mut Context<'_>,
) -> Result<ShortLists> {
    let (mut spans, mut from) = (Vec::with_capacity(groups), 0);
    for group in 0..groups {
        context.meter.tick()?;
        let size = sorted.iter().map(|sorted| sorted.of(group).len()).sum::<usize>() as u32;
        spans.push((from, from + size));
        from += size;
    }
    let numbers = match sorted.as_mut_slice() {
        [one] => std::mem::take(one).into_values(),
        several => {
            let mut numbers = Vec::with_capacity(from as usize);
            for group in 0..groups {
                context.meter.tick()?;
                several.iter().for_each(|sorted| numbers.extend_from_slice(sorted.of(group)));
            }
            numbers
        }
    };
    Ok(ShortLists::new(spans, numbers, of))
}

/// Lists of what numbers stand for; with a bound of the numbers each comes once in a list.
fn made(
    of: &Numbered,
    sorted: &mut [Sorted<u32>],
    groups: usize,
    again: Option<usize>,
    context: &mut Context<'_>,
) -> Result<Vec<Value>> {
    let mut values = by_group(sorted, groups, context, |numbers, meter| {
        meter.work(numbers.len() as u32)?;
        let value = |number: &u32| of.value(*number);
        Ok(match again {
            // Made by all workers below.
            _ if numbers.len() >= MANY => Value::Null,
            Some(bound) => Value::List(once(numbers, bound, meter)?.iter().map(value).collect()),
            None => Value::List(numbers.iter().map(value).collect()),
        })
    })?;
    let long: Vec<usize> =
        (0..).zip(&values).filter(|(_, list)| list.is_null()).map(|(group, _)| group).collect();
    let numbers = crew::each(long.len(), 2, context, |place, meter| {
        let numbers = long.get(place).map_or(Cow::default(), |group| all_of(sorted, *group));
        Ok(match (numbers, again) {
            (numbers, Some(bound)) => Some(once(&numbers, bound, meter)?),
            (Cow::Owned(numbers), None) => Some(numbers),
            // Lie there already.
            (Cow::Borrowed(_), None) => None,
        })
    })?;
    for (group, own) in long.into_iter().zip(numbers) {
        let numbers = own.map_or_else(|| all_of(sorted, group), Cow::Owned);
        if let Some(value) = values.get_mut(group) {
            *value = together(of, &numbers, context)?;
        }
    }
    Ok(values)
}

/// Whether nothing that comes to a group is asked for any more.
fn is_full(first: &Option<First>, group: usize) -> bool {
    first.as_ref().is_some_and(|first| first.taken.get(group).is_none_or(|taken| *taken >= first.most))
}

fn take_one(first: &mut Option<First>, group: usize) {
    if let Some(taken) = first.as_mut().and_then(|first| first.taken.get_mut(group)) {
        *taken += 1;
    }
}

/// All numbers of a group.
fn all_of(sorted: &[Sorted<u32>], group: usize) -> Cow<'_, [u32]> {
    match sorted {
        [one] => Cow::Borrowed(one.of(group)),
        sorted => Cow::Owned(sorted.iter().flat_map(|sorted| sorted.of(group)).copied().collect()),
    }
}

/// Each number where it comes first.
fn once(numbers: &[u32], bound: usize, meter: &Meter) -> Result<Vec<u32>> {
    let mut seen = Set::default();
    let mut once = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(PIECE) {
        meter.check()?;
        once.extend(some.iter().copied().filter(|number| seen.insert(*number, bound)));
    }
    Ok(once)
}

/// One list, made by several workers.
fn together(of: &Numbered, numbers: &[u32], context: &mut Context<'_>) -> Result<Value> {
    let list = filling::filled(numbers.len(), PIECE, |pieces| {
        let pieces: Vec<_> =
            pieces.into_iter().zip(numbers.chunks(PIECE)).map(Some).map(Mutex::new).collect();
        let fill = |piece: usize, meter: &mut Meter| {
            meter.check()?;
            let taken = pieces.get(piece).and_then(|piece| piece.lock().ok()?.take());
            if let Some((piece, numbers)) = taken {
                piece.fill(numbers.iter().map(|number| of.value(*number)));
            }
            Ok(())
        };
        crew::each(pieces.len(), 2, context, fill).map(|_| ())
    })?;
    Ok(list.map_or(Value::Null, Value::List))
}

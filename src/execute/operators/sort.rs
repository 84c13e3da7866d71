//! ORDER BY, and the first rows of an order.

use super::limit;
use super::order::Values;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Builder, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Computed};
use crate::execute::operator::Operator;
use crate::graph::columns::Values as Stored;
use crate::optimize::slots::SlotSet;
use crate::value::{Value, order};
use std::cmp::Ordering;

pub struct Key {
    pub expression: Computed,
    pub descending: bool,
}

pub struct Sort {
    input: Box<dyn Operator>,
    keys: Vec<Key>,
    keep: SlotSet,
    sorted: Option<Sorted>,
}

/// Rows in order, and how many have been handed on.
struct Sorted {
    batch: Batch,
    order: Vec<u32>,
    place: usize,
}

impl Sort {
    pub fn new(input: Box<dyn Operator>, keys: Vec<Key>, keep: SlotSet) -> Sort {
        Sort { input, keys, keep, sorted: None }
    }
}

impl Operator for Sort {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            let mut rows = Rows::new(&self.keys);
            while let Some(batch) = self.input.next(context)? {
                rows.append(batch, &self.keys, &self.keep, context)?;
            }
            let order = rows.order(&self.keys, context)?;
            context.meter.release(rows.held);
            self.sorted = Some(Sorted { batch: rows.rows.finish(), order, place: 0 });
        }
        let Some(sorted) = &mut self.sorted else { return Ok(None) };
        sorted.hand_on(&self.keep)
    }

    fn reset(&mut self) {
        self.sorted = None;
        self.input.reset();
    }
}

impl Sorted {
    fn hand_on(&mut self, keep: &SlotSet) -> Result<Option<Batch>> {
        let chosen: Vec<u32> = self.order.iter().skip(self.place).take(BATCH).copied().collect();
        if chosen.is_empty() {
            return Ok(None);
        }
        self.place += chosen.len();
        Ok(Some(self.batch.gather(&chosen, keep)))
    }
}

/// Rows with the values they are sorted by.
struct Rows {
    rows: Builder,
    values: Vec<Values>,
    held: u64,
}

impl Rows {
    fn new(keys: &[Key]) -> Rows {
        Rows { rows: Builder::default(), values: keys.iter().map(|_| Values::default()).collect(), held: 0 }
    }

    fn append(
        &mut self,
        batch: Batch,
        keys: &[Key],
        keep: &SlotSet,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let mut bytes = 0;
        for (key, values) in keys.iter().zip(&mut self.values) {
            let column = key.expression.column(&batch, context)?;
            bytes += values.append(&column, batch.length);
        }
        let batch = batch.narrow(keep);
        bytes += batch.bytes();
        context.meter.hold(bytes)?;
        self.held += bytes;
        self.rows.append(&batch);
        context.meter.rows(self.rows.length() as u64)
    }

    fn order(&self, keys: &[Key], context: &mut Context<'_>) -> Result<Vec<u32>> {
        let length = self.rows.length();
        let mut order: Vec<u32> = (0..length as u32).collect();
        // Sorting in runs that are then merged keeps the clock and the cancel flag in sight.
        const RUN: usize = 1 << 14;
        let compare = |a: &u32, b: &u32| self.compare(keys, *a as usize, *b as usize).then(a.cmp(b));
        for run in order.chunks_mut(RUN) {
            context.meter.check()?;
            self.sort(keys, run);
        }
        let mut width = RUN;
        while width < length {
            let mut merged = Vec::with_capacity(length);
            for pair in order.chunks(width * 2) {
                let (left, right) = pair.split_at(width.min(pair.len()));
                merge(left, right, &mut merged, compare, context)?;
            }
            order = merged;
            width *= 2;
        }
        Ok(order)
    }

    /// Puts rows in order; their first key, where it is a number, lies beside them.
    fn sort(&self, keys: &[Key], rows: &mut [u32]) {
        let (Some(numbers), Some(key)) = (self.values.first().and_then(Values::numbers), keys.first()) else {
            rows.sort_unstable_by(|a, b| self.compare(keys, *a as usize, *b as usize).then(a.cmp(b)));
            return;
        };
        // The order of numbers from above is the order of their complements from below.
        let number =
            |row: &u32| numbers.get(*row as usize).map_or(0, |n| if key.descending { !*n } else { *n });
        let mut pairs: Vec<(i64, u32)> = rows.iter().map(|row| (number(row), *row)).collect();
        match keys.len() {
            1 => pairs.sort_unstable(),
            _ => pairs.sort_unstable_by(|(a, one), (b, other)| {
                let rest = || self.compare(keys, *one as usize, *other as usize).then(one.cmp(other));
                a.cmp(b).then_with(rest)
            }),
        }
        rows.iter_mut().zip(pairs).for_each(|(row, (_, sorted))| *row = sorted);
    }

    /// The first rows in order.
    fn first_in_order(&self, keys: &[Key], wanted: usize, context: &mut Context<'_>) -> Result<Vec<u32>> {
        let length = self.rows.length();
        if wanted == 0 || wanted >= length / 4 || length > 1 << 20 {
            let mut order = self.order(keys, context)?;
            order.truncate(wanted);
            return Ok(order);
        }
        context.meter.check()?;
        let mut order: Vec<u32> = (0..length as u32).collect();
        let compare = |a: &u32, b: &u32| self.compare(keys, *a as usize, *b as usize).then(a.cmp(b));
        order.select_nth_unstable_by(wanted - 1, compare);
        order.truncate(wanted);
        self.sort(keys, &mut order);
        Ok(order)
    }

    fn compare(&self, keys: &[Key], a: usize, b: usize) -> Ordering {
        for (key, values) in keys.iter().zip(&self.values) {
            let ordering = values.compare(a, b);
            let ordering = if key.descending { ordering.reverse() } else { ordering };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

fn merge(
    left: &[u32],
    right: &[u32],
    into: &mut Vec<u32>,
    compare: impl Fn(&u32, &u32) -> Ordering,
    context: &mut Context<'_>,
) -> Result<()> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        context.tick()?;
        let next = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if compare(a, b) != Ordering::Greater => left.next(),
            (_, Some(_)) => right.next(),
            (Some(_), None) => left.next(),
            (None, None) => return Ok(()),
        };
        into.extend(next);
    }
}

/// The first rows of an order: whenever twice as many rows as are wanted have come together, the last half is dropped.
pub struct Top {
    input: Box<dyn Operator>,
    keys: Vec<Key>,
    limit: u64,
    skip: u64,
    keep: SlotSet,
    sorted: Option<Sorted>,
}

impl Top {
    pub fn new(
        input: Box<dyn Operator>,
        keys: Vec<Key>,
        count: Compiled,
        skip: Option<Compiled>,
        keep: SlotSet,
        context: &mut Context<'_>,
    ) -> Result<Top> {
        let skip = match &skip {
            Some(skip) => limit::number(skip, "SKIP", context)?,
            None => 0,
        };
        Ok(Top { input, keys, limit: limit::number(&count, "LIMIT", context)?, skip, keep, sorted: None })
    }

    fn gather(&mut self, context: &mut Context<'_>) -> Result<Sorted> {
        let wanted = self.limit.saturating_add(self.skip) as usize;
        let room = wanted.saturating_mul(4).max(BATCH / 4);
        let mut rows = Rows::new(&self.keys);
        // Once there are as many rows as are wanted, what comes after the last of them by its first key is left out
        // without a further look.
        let mut last: Option<Value> = None;
        while let Some(batch) = self.input.next(context)? {
            let batch = match (&last, self.keys.first()) {
                (Some(last), Some(key)) => before(batch, key, last, context)?,
                _ => batch,
            };
            if batch.length == 0 {
                continue;
            }
            rows.append(batch, &self.keys, &self.keep, context)?;
            if rows.rows.length() > room || (last.is_none() && rows.rows.length() > wanted) {
                rows = self.first(rows, wanted, context)?;
                last = rows.values.first().and_then(|values| values.get(wanted.checked_sub(1)?));
            }
        }
        let order = rows.first_in_order(&self.keys, wanted, context)?;
        context.meter.release(rows.held);
        Ok(Sorted { batch: rows.rows.finish(), order, place: self.skip as usize })
    }

    fn first(&self, rows: Rows, wanted: usize, context: &mut Context<'_>) -> Result<Rows> {
        let order = rows.first_in_order(&self.keys, wanted, context)?;
        context.meter.release(rows.held);
        let mut kept = Rows::new(&self.keys);
        let values = rows.values.iter().map(|all| all.pick(&order)).collect();
        let batch = rows.rows.finish().gather(&order, &self.keep);
        kept.values = values;
        kept.held = batch.bytes() + kept.values.iter().map(Values::bytes).sum::<u64>();
        context.meter.hold(kept.held)?;
        kept.rows.append(&batch);
        Ok(kept)
    }
}

/// The rows whose key does not come after a value.
fn before(batch: Batch, key: &Key, last: &Value, context: &mut Context<'_>) -> Result<Batch> {
    let column = key.expression.column(&batch, context)?;
    context.meter.work(batch.length as u32)?;
    let comes = |ordering: Ordering| if key.descending { ordering.is_ge() } else { ordering.is_le() };
    let whole = |place: Option<usize>, number: &dyn Fn(usize) -> i64, last: i64| match place {
        Some(place) => comes(number(place).cmp(&last)),
        // Null comes last.
        None => key.descending,
    };
    let rows: Vec<u32> = match (&column, last) {
        (Column::Integers(numbers), Value::Integer(last)) => {
            let kept = numbers.iter().enumerate().filter(|(_, number)| comes((*number).cmp(last)));
            kept.map(|(row, _)| row as u32).collect()
        }
        (Column::Stored { ids, source }, last) => match (&source.values, last) {
            (Stored::Short(numbers), Value::Integer(last)) => {
                let number = |place: usize| i64::from(numbers[place]);
                let fits = |id: u32| whole(source.presence.place(id), &number, *last);
                (0..batch.length as u32).filter(|row| fits(ids[*row as usize])).collect()
            }
            (Stored::Dates(days), Value::Date(last)) => {
                let day = |place: usize| i64::from(days[place]);
                let fits = |id: u32| whole(source.presence.place(id), &day, last.days);
                (0..batch.length as u32).filter(|row| fits(ids[*row as usize])).collect()
            }
            _ => (0..batch.length as u32)
                .filter(|row| comes(order(&column.value(*row as usize), last)))
                .collect(),
        },
        _ => {
            (0..batch.length as u32).filter(|row| comes(order(&column.value(*row as usize), last))).collect()
        }
    };
    if rows.len() == batch.length {
        return Ok(batch);
    }
    let all = batch.slots().collect();
    Ok(batch.gather(&rows, &all))
}

impl Operator for Top {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            self.sorted = Some(self.gather(context)?);
        }
        let Some(sorted) = &mut self.sorted else { return Ok(None) };
        sorted.hand_on(&self.keep)
    }

    fn reset(&mut self) {
        self.sorted = None;
        self.input.reset();
    }
}

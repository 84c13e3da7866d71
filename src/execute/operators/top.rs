//! The first rows of an order: ORDER BY with LIMIT.
//!
//! Whenever twice as many rows as are wanted have come together, the last half is dropped. Several workers each keep the
//! first rows of their own parts, and the first of all of them are kept in the end.

use super::distinct::Known;
use super::limit;
use super::order::Values;
use super::sort::{Key, Rows, Sorted};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::alphabet;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, passing};
use crate::execute::operator::{Argument, Operator};
use crate::execute::parts::{Queue, begin};
use crate::execute::spread::Spread;
use crate::graph::columns::{Presence, Values as Stored};
use crate::optimize::slots::SlotSet;
use crate::value::{Value, order};
use std::cmp::Ordering;
use std::time::Duration;

pub struct Top {
    input: Box<dyn Operator>,
    keys: Vec<Key>,
    limit: u64,
    skip: u64,
    keep: SlotSet,
    /// How several workers can share the work, where it can be shared.
    spread: Option<Spread>,
    /// What must not be the same in two rows, where that is seen to by each worker for its own rows only.
    distinct: Option<Vec<Slot>>,
    sorted: Option<Sorted>,
}

/// The first of the rows that have come so far.
pub struct Best {
    rows: Rows,
    /// Once there are as many rows as are wanted, what comes after the last of them by its first key is left out
    /// without a further look.
    last: Option<Value>,
}

/// What it costs to share the work for each row that is wanted: others keep as many, which are then taken in and put in order.
const TO_TAKE_IN: Duration = Duration::from_nanos(250);

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
        let limit = limit::number(&count, "LIMIT", context)?;
        Ok(Top { input, keys, limit, skip, keep, spread: None, distinct: None, sorted: None })
    }

    /// Lets several workers share the work, each of which sees only that its own rows are different.
    pub fn shared(self, spread: Spread, distinct: Option<Vec<Slot>>) -> Top {
        Top { spread: Some(spread), distinct, ..self }
    }

    fn wanted(&self) -> usize {
        self.limit.saturating_add(self.skip) as usize
    }

    fn nothing(&self) -> Best {
        Best { rows: Rows::new(&self.keys), last: None }
    }

    /// Takes in all rows of the input.
    fn take(&mut self, best: &mut Best, context: &mut Context<'_>) -> Result<()> {
        let wanted = self.wanted();
        let room = wanted.saturating_mul(4).max(BATCH / 4);
        // So that the last one wanted is known early; where many are, to find it takes as long as it saves.
        let early = if wanted <= BATCH { wanted } else { room };
        while let Some(batch) = self.input.next(context)? {
            let batch = match (&best.last, self.keys.first()) {
                (Some(last), Some(key)) => before(batch, key, last, self.keys.len() == 1, context)?,
                _ => batch,
            };
            if batch.length == 0 {
                continue;
            }
            best.rows.append(batch, &self.keys, &self.keep, context)?;
            let length = best.rows.rows.length();
            if let Some(part) = &context.part {
                best.rows.parts.resize(length, part.range.start);
            }
            if length > room || (best.last.is_none() && length > early) {
                self.drop_last(best, context)?;
            }
        }
        Ok(())
    }

    fn drop_last(&self, best: &mut Best, context: &mut Context<'_>) -> Result<()> {
        let wanted = self.wanted();
        let (first, last) = best.rows.by(context)?.first(wanted, context)?;
        if let Some(last) = last {
            best.last = best.rows.values.first().and_then(|values| values.get(last as usize));
        }
        self.choose(&mut best.rows, &first, context)?;
        Ok(())
    }

    /// Keeps some of the rows, in this order.
    fn choose(&self, rows: &mut Rows, chosen: &[u32], context: &mut Context<'_>) -> Result<()> {
        let all = std::mem::replace(rows, Rows::new(&self.keys));
        context.meter.release(all.held);
        rows.values = all.values.iter().map(|values| values.pick(chosen)).collect();
        rows.parts = chosen.iter().filter_map(|row| all.parts.get(*row as usize).copied()).collect();
        let batch = all.rows.finish().gather(chosen, &self.keep);
        rows.held = batch.bytes() + rows.values.iter().map(Values::bytes).sum::<u64>();
        context.meter.hold(rows.held)?;
        rows.rows.append(&batch);
        Ok(())
    }

    /// The first rows of the parts that the workers' queue gives out.
    pub fn take_parts(
        &mut self,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<Best> {
        let mut best = self.nothing();
        while let Some(part) = queue.next() {
            begin(&mut *self.input, argument, part, context);
            self.take(&mut best, context)?;
        }
        // Whoever puts the rows of all together has no more of them than it needs.
        if best.rows.rows.length() > self.wanted() {
            self.drop_last(&mut best, context)?;
        }
        Ok(best)
    }

    /// Part by part; when it takes long, with all workers.
    fn take_together(&mut self, spread: &Spread, context: &mut Context<'_>) -> Result<Best> {
        let queue = spread.queue(context)?;
        let mut best = self.nothing();
        while let Some(part) = queue.next_alone() {
            begin(&mut *self.input, &spread.argument, part, context);
            self.take(&mut best, context)?;
            if queue.is_long() && queue.left() > TO_TAKE_IN.mul_f64(self.wanted() as f64) {
                let own = |context: &mut Context<'_>| self.take_parts(&queue, &spread.argument, context);
                let another =
                    |spread: &Spread, context: &mut Context<'_>| spread.first_of_parts(&queue, context);
                let (mine, others) = spread.share(&queue, context, own, another)?;
                for more in std::iter::once(mine).chain(others) {
                    best.rows.take(more.rows);
                }
                self.as_they_came(&mut best.rows, context)?;
            }
        }
        queue.leave(context);
        Ok(best)
    }

    /// Puts the rows that several workers found in the order of their parts. Of rows that two have found alike, the first
    /// one stays.
    fn as_they_came(&self, rows: &mut Rows, context: &mut Context<'_>) -> Result<()> {
        if !rows.parts.is_sorted() {
            let mut by_part: Vec<u32> = (0..rows.rows.length() as u32).collect();
            by_part.sort_by_key(|row| rows.parts.get(*row as usize));
            context.meter.check()?;
            self.choose(rows, &by_part, context)?;
            context.meter.check()?;
        }
        let Some(slots) = &self.distinct else { return Ok(()) };
        let batch = std::mem::take(&mut rows.rows).finish();
        let mut known = Known::of(slots.clone());
        let fresh = if batch.length > 0 { known.fresh(&batch, context)? } else { Vec::new() };
        context.meter.release(known.held);
        rows.rows.append(&batch);
        self.choose(rows, &fresh, context)
    }
}

/// The rows whose key does not come after a value. Where it is the only key, what is alike comes after what was there.
fn before(batch: Batch, key: &Key, last: &Value, only: bool, context: &mut Context<'_>) -> Result<Batch> {
    let column = key.expression.column(&batch, context)?;
    context.meter.work(batch.length as u32)?;
    let wanted = if key.descending { Ordering::Greater } else { Ordering::Less };
    let comes = |ordering: Ordering| ordering == wanted || (!only && ordering.is_eq());
    let length = batch.length;
    let rows = match (&column, last) {
        (Column::Integers(numbers), Value::Integer(last)) => {
            passing(length, |row| comes(numbers[row].cmp(last)))
        }
        (Column::Stored { ids, source }, last) => {
            let presence = &source.presence;
            // Null comes last.
            let null = key.descending;
            match (&source.values, last) {
                (Stored::Short(numbers), Value::Integer(last)) => {
                    stored_before(ids, presence, null, |place| comes(i64::from(numbers[place]).cmp(last)))
                }
                (Stored::Dates(days), Value::Date(last)) => {
                    stored_before(ids, presence, null, |place| comes(i64::from(days[place]).cmp(&last.days)))
                }
                (Stored::Strings { codes, dictionary }, Value::String(last)) => {
                    alphabet::compared(source, length, context)?;
                    match source.order.known().zip(dictionary.code(last)) {
                        Some((alphabet, last)) => {
                            let last = alphabet.rank(last);
                            let rank = |place: usize| alphabet.rank(codes[place]);
                            stored_before(ids, presence, null, |place| comes(rank(place).cmp(&last)))
                        }
                        None => {
                            let text = |place: usize| dictionary.slice(codes[place]);
                            stored_before(ids, presence, null, |place| {
                                comes(text(place).cmp(last.as_bytes()))
                            })
                        }
                    }
                }
                _ => passing(length, |row| comes(column.look(row, |value| order(value, last)))),
            }
        }
        _ => passing(length, |row| comes(column.look(row, |value| order(value, last)))),
    };
    if rows.len() == batch.length {
        return Ok(batch);
    }
    let all = batch.slots().collect();
    Ok(batch.gather(&rows, &all))
}

/// The rows whose stored value comes before, and those that have none where null does.
fn stored_before(ids: &[u32], presence: &Presence, null: bool, comes: impl Fn(usize) -> bool) -> Vec<u32> {
    match presence.run(ids) {
        Some(places) => passing(ids.len(), |row| comes(places.start + row)),
        None => passing(ids.len(), |row| presence.place(ids[row]).map_or(null, &comes)),
    }
}

impl Operator for Top {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            let best = match self.spread.take() {
                Some(spread) => {
                    let best = self.take_together(&spread, context);
                    self.spread = Some(spread);
                    best?
                }
                None => {
                    let mut best = self.nothing();
                    self.take(&mut best, context)?;
                    best
                }
            };
            let rows = best.rows;
            let order = rows.by(context)?.between(self.skip as usize, self.wanted(), context)?;
            context.meter.release(rows.held);
            self.sorted = Some(Sorted { batch: rows.rows.finish(), order, place: 0 });
        }
        let Some(sorted) = &mut self.sorted else { return Ok(None) };
        sorted.hand_on(&self.keep)
    }

    fn reset(&mut self) {
        self.sorted = None;
        self.input.reset();
        self.spread.iter().for_each(Spread::reset);
    }
}

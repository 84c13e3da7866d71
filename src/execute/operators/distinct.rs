//! DISTINCT: the first row of each kind.

use super::groups::Groups;
use super::numbered::Numbered;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::graph::{Bits, Graph};
use crate::optimize::slots::SlotSet;
use crate::value::Value;

pub struct Distinct {
    input: Box<dyn Operator>,
    known: Known,
    keep: SlotSet,
}

/// What has come before.
pub struct Known {
    slots: Vec<Slot>,
    /// The slots that are compared, as a set.
    compared: SlotSet,
    groups: Groups,
    /// Where the only slot holds values that have a number, and nothing else so far.
    numbers: Option<Seen>,
    pub held: u64,
}

/// The numbers that have been seen.
#[derive(Default)]
struct Seen {
    of: Option<Numbered>,
    numbers: Bits,
    null: bool,
    /// The rows that were looked at.
    rows: usize,
}

impl Seen {
    /// The rows whose value is new; nothing where the column's values have no such number.
    fn fresh(&mut self, column: &Column, graph: &Graph) -> Option<Vec<u32>> {
        let of = Numbered::of(column)?;
        if self.of.as_ref().is_some_and(|own| !own.is_same(&of)) {
            return None;
        }
        let numbers = Numbered::numbers(column);
        self.rows += numbers.len();
        let has_room = of.make_room(&mut self.numbers, self.rows, graph);
        self.of = Some(of);
        if has_room && (self.null || !numbers.contains(&NONE)) {
            return Some(self.numbers.fresh(&numbers));
        }
        let is_new = |number: u32| match number {
            NONE => !std::mem::replace(&mut self.null, true),
            number => self.numbers.insert(number),
        };
        let rows = numbers.iter().copied().map(is_new).zip(0..);
        Some(rows.filter(|(new, _)| *new).map(|(_, row)| row).collect())
    }

    /// Everything that has been seen, as values.
    fn values(&self) -> Vec<Value> {
        let known = self.of.iter().flat_map(|of| self.numbers.iter().map(|number| of.value(number)));
        known.chain(self.null.then_some(Value::Null)).collect()
    }
}

impl Known {
    pub fn of(slots: Vec<Slot>) -> Known {
        let compared = slots.iter().copied().collect();
        Known { slots, compared, groups: Groups::without_keys(), numbers: Some(Seen::default()), held: 0 }
    }

    /// The rows that are not like any before.
    pub fn fresh(&mut self, batch: &Batch, context: &mut Context<'_>) -> Result<Vec<u32>> {
        if let (Some(seen), [slot]) = (&mut self.numbers, self.slots.as_slice()) {
            if let Some(fresh) = seen.fresh(batch.column(*slot), context.graph) {
                return Ok(fresh);
            }
            // From here on there are other values too.
            let values = seen.values();
            self.numbers = None;
            let mut known = Batch::of_length(values.len());
            if known.length > 0 {
                known.set(*slot, Column::values(values));
                self.groups.fresh(&known, &self.slots, &mut self.held, context)?;
            }
        }
        // The same values in every row are seen at once.
        let constant = self.slots.iter().all(|slot| matches!(batch.column(*slot), Column::Same(_)));
        let keys = match constant {
            true => batch.slice(0..batch.length.min(1)),
            false => batch.clone(),
        };
        let keys = keys.narrow(&self.compared);
        if keys.length == 0 {
            return Ok(Vec::new());
        }
        let fresh = self.groups.fresh(&keys, &self.slots, &mut self.held, context)?;
        context.meter.rows(self.groups.count() as u64)?;
        Ok(fresh)
    }
}

impl Known {
    fn only_fresh(&mut self, batch: Batch, keep: &SlotSet, context: &mut Context<'_>) -> Result<Batch> {
        context.meter.work(batch.length as u32)?;
        let rows = self.fresh(&batch, context)?;
        Ok(match rows.len() == batch.length {
            true => batch.narrow(keep),
            false => batch.gather(&rows, keep),
        })
    }

    fn forget(&mut self, context: &mut Context<'_>) {
        context.meter.release(self.held);
        *self = Known::of(std::mem::take(&mut self.slots));
    }
}

impl Distinct {
    pub fn new(input: Box<dyn Operator>, slots: Vec<Slot>, keep: SlotSet) -> Distinct {
        Distinct { input, known: Known::of(slots), keep }
    }
}

impl Operator for Distinct {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else {
            context.meter.release(std::mem::take(&mut self.known.held));
            return Ok(None);
        };
        Ok(Some(self.known.only_fresh(batch, &self.keep, context)?))
    }

    fn reset(&mut self) {
        self.known = Known::of(std::mem::take(&mut self.known.slots));
        self.input.reset();
    }
}

/// What several workers do of DISTINCT, each in its own parts: rows that others find too are left out above.
pub struct DistinctOfParts {
    input: Box<dyn Operator>,
    known: Known,
    keep: SlotSet,
    tried: Option<Tried>,
}

/// Whether it is worth to look for rows that are alike.
#[derive(Default)]
struct Tried {
    rows_in: usize,
    rows_out: usize,
    given_up: bool,
}

/// So many rows tell whether rows are alike.
const ENOUGH: usize = 4096;

impl DistinctOfParts {
    /// Where most rows are different, all are handed on from then on, unless all that are alike must be left out.
    pub fn new(input: Box<dyn Operator>, slots: Vec<Slot>, keep: SlotSet, all: bool) -> DistinctOfParts {
        let tried = (!all).then(Tried::default);
        DistinctOfParts { input, known: Known::of(slots), keep, tried }
    }
}

impl Operator for DistinctOfParts {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let Some(tried) = &mut self.tried else {
            return Ok(Some(self.known.only_fresh(batch, &self.keep, context)?));
        };
        if tried.given_up {
            return Ok(Some(batch.narrow(&self.keep)));
        }
        tried.rows_in += batch.length;
        let fresh = self.known.only_fresh(batch, &self.keep, context)?;
        tried.rows_out += fresh.length;
        if tried.rows_in > ENOUGH && tried.rows_out > tried.rows_in / 2 {
            tried.given_up = true;
            self.known.forget(context);
        }
        Ok(Some(fresh))
    }

    /// What was seen in one part is known in the next.
    fn reset(&mut self) {
        self.input.reset();
    }
}

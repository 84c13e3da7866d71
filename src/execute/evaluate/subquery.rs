//! Subqueries of expressions: EXISTS, COUNT, COLLECT, pattern predicates and comprehensions.

use super::Frame;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, size_of_value};
use crate::execute::build::Build;
use crate::execute::context::Context;
use crate::execute::operator::{Argument, Operator};
use crate::execute::trace;
use crate::optimize::expression::Subplan;
use crate::optimize::slots::SlotSet;
use crate::value::{Value, nesting};
use std::cell::RefCell;

/// What is seen of a row, and where it is: a slot of the row or a variable of a comprehension.
pub type Outer = Vec<(Slot, Option<usize>)>;

/// A row of what is seen of another.
pub fn row_of(outer: &Outer, frame: &Frame<'_>) -> Batch {
    let mut row = Batch::of_length(1);
    for (slot, local) in outer {
        let value = match local {
            Some(depth) => frame.locals.get(*depth).cloned().unwrap_or_default(),
            None => frame.batch.value(*slot, frame.row),
        };
        row.set(*slot, Column::Same(value));
    }
    row
}

/// A plan that is run for one row after another.
pub struct Subquery {
    operator: RefCell<Box<dyn Operator>>,
    argument: Argument,
    outer: Outer,
    /// What a row of the plan rests on.
    witnesses: Vec<Slot>,
}

impl Build<'_, '_> {
    /// Where slots are found.
    pub fn seen(&self, slots: &SlotSet) -> Outer {
        slots.iter().map(|slot| (slot, self.locals.iter().position(|local| *local == slot))).collect()
    }

    pub fn subquery(&mut self, subplan: &Subplan) -> Result<Subquery> {
        self.subquery_for(subplan, None)
    }

    pub fn subquery_for(&mut self, subplan: &Subplan, needed: Option<Slot>) -> Result<Subquery> {
        let outer = self.seen(&subplan.outer);
        let argument = Argument::default();
        // The plan's own expressions see the variables of comprehensions as slots of its argument.
        let locals = std::mem::take(&mut self.locals);
        let mut live: SlotSet = needed.into_iter().collect();
        let mut witnesses = SlotSet::new();
        if self.trace {
            trace::witnesses(&subplan.root, &mut witnesses);
            live.extend(&witnesses);
        }
        let operator = self.operator(&subplan.root, &live, &argument);
        self.locals = locals;
        let operator = RefCell::new(operator?);
        Ok(Subquery { operator, argument, outer, witnesses: witnesses.iter().collect() })
    }
}

impl Subquery {
    pub(super) fn exists(&self, frame: &Frame<'_>, context: &mut Context<'_>) -> Result<bool> {
        let mut operator = self.begin(frame);
        while let Some(batch) = operator.next(context)? {
            if batch.length > 0 {
                self.testify(&batch, 0..1, context);
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn count(&self, frame: &Frame<'_>, context: &mut Context<'_>) -> Result<i64> {
        let mut operator = self.begin(frame);
        let mut count = 0;
        while let Some(batch) = operator.next(context)? {
            count += batch.length as i64;
            self.testify(&batch, 0..batch.length, context);
        }
        Ok(count)
    }

    pub(super) fn collect(
        &self,
        slot: Slot,
        first: bool,
        frame: &Frame<'_>,
        context: &mut Context<'_>,
    ) -> Result<Value> {
        let mut operator = self.begin(frame);
        let mut values = Vec::new();
        let mut held = 0;
        while let Some(batch) = operator.next(context)? {
            self.testify(&batch, 0..batch.length, context);
            for row in 0..batch.length {
                let value = batch.value(slot, row);
                if first {
                    return Ok(value);
                }
                let bytes = size_of_value(&value);
                context.meter.hold(bytes)?;
                held += bytes;
                values.push(value);
            }
        }
        context.meter.release(held);
        if first { Ok(Value::Null) } else { nesting::checked(Value::from(values)) }
    }

    fn begin(&self, frame: &Frame<'_>) -> std::cell::RefMut<'_, Box<dyn Operator>> {
        let mut operator = self.operator.borrow_mut();
        operator.reset();
        self.argument.put(row_of(&self.outer, frame));
        operator
    }

    fn testify(&self, batch: &Batch, rows: std::ops::Range<usize>, context: &mut Context<'_>) {
        if context.witnesses.is_none() {
            return;
        }
        for row in rows {
            for slot in &self.witnesses {
                crate::answer::entities(&batch.value(*slot, row), &mut |entity| context.witness(entity));
            }
        }
    }
}

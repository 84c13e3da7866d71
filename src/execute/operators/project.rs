//! Projection: fills slots with the values of expressions.

use super::filter::gathered;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Computed, Frame};
use crate::execute::operator::Operator;
use crate::optimize::slots::SlotSet;

pub struct Project {
    input: Box<dyn Operator>,
    items: Vec<(Slot, Computed)>,
    keep: SlotSet,
    /// Where what subqueries rest on is gathered, while tracing.
    facts: Option<Slot>,
}

impl Project {
    pub fn new(
        input: Box<dyn Operator>,
        items: Vec<(Slot, Computed)>,
        keep: SlotSet,
        facts: Option<Slot>,
    ) -> Project {
        Project { input, items, keep, facts }
    }

    /// Row by row, so that each row's witnesses can be told apart.
    fn traced(&self, batch: Batch, facts: Slot, context: &mut Context<'_>) -> Result<Batch> {
        let outside = context.witnesses.take();
        let mut columns: Vec<Vec<crate::value::Value>> = self.items.iter().map(|_| Vec::new()).collect();
        let mut found = Vec::with_capacity(batch.length);
        for row in 0..batch.length {
            context.tick()?;
            context.witnesses = Some(Vec::new());
            let mut frame = Frame::new(&batch, row);
            for ((_, item), column) in self.items.iter().zip(&mut columns) {
                column.push(item.expression().value(&mut frame, context)?);
            }
            found.push(gathered(&batch, row, facts, context.witnesses.take()));
        }
        context.witnesses = outside;
        let mut out = batch;
        for ((slot, _), column) in self.items.iter().zip(columns) {
            out.set(*slot, Column::values(column));
        }
        out.set(facts, Column::values(found));
        Ok(out.narrow(&self.keep))
    }
}

impl Operator for Project {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        if let Some(facts) = self.facts {
            return self.traced(batch, facts, context).map(Some);
        }
        let mut columns = Vec::with_capacity(self.items.len());
        for (slot, item) in &self.items {
            columns.push((*slot, item.column(&batch, context)?));
        }
        let mut out = batch;
        for (slot, column) in columns {
            out.set(slot, column);
        }
        Ok(Some(out.narrow(&self.keep)))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

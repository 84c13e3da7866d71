//! Filters.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::execute::trace::Gathered;
use crate::graph::Entity;
use crate::optimize::slots::SlotSet;
use crate::value::Truth;

pub struct Filter {
    input: Box<dyn Operator>,
    conjuncts: Vec<Compiled>,
    keep: SlotSet,
    /// Where what subqueries rest on is gathered, while tracing.
    facts: Option<Slot>,
}

impl Filter {
    pub fn new(
        input: Box<dyn Operator>,
        conjuncts: Vec<Compiled>,
        keep: SlotSet,
        facts: Option<Slot>,
    ) -> Filter {
        Filter { input, conjuncts, keep, facts }
    }
}

impl Operator for Filter {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let outside = context.witnesses.take();
        let mut rows = Vec::with_capacity(batch.length);
        let mut facts = Vec::new();
        let mut frame = Frame::new(&batch, 0);
        'rows: for row in 0..batch.length {
            context.tick()?;
            frame.row = row;
            context.witnesses = self.facts.map(|_| Vec::new());
            for conjunct in &self.conjuncts {
                if conjunct.truth(&mut frame, context)? != Truth::True {
                    continue 'rows;
                }
            }
            rows.push(row as u32);
            if let Some(slot) = self.facts {
                facts.push(gathered(&batch, row, slot, context.witnesses.take()));
            }
        }
        context.witnesses = outside;
        let all = rows.len() == batch.length && self.facts.is_none();
        let mut out = if all { batch.narrow(&self.keep) } else { batch.gather(&rows, &self.keep) };
        if let Some(slot) = self.facts {
            out.set(slot, Column::values(facts));
        }
        Ok(Some(out))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

/// What a row rested on before, and what its subqueries found.
pub fn gathered(batch: &Batch, row: usize, slot: Slot, found: Option<Vec<Entity>>) -> crate::value::Value {
    let mut all = Gathered::default();
    all.list(&batch.value(slot, row));
    found.into_iter().flatten().for_each(|entity| all.add(entity));
    all.value()
}

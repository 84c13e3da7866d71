//! Filters.

use crate::algebra::Slot;
use crate::answer::Gathered;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, Test};
use crate::execute::operator::Operator;
use crate::graph::Entity;
use crate::optimize::slots::SlotSet;
use crate::value::Truth;

pub struct Filter {
    input: Box<dyn Operator>,
    conditions: Conditions,
    keep: SlotSet,
}

/// All must be true.
enum Conditions {
    Batches(Vec<Test>),
    /// Row by row, so that what subqueries rest on can be gathered in a slot, while tracing.
    Traced(Vec<Compiled>, Slot),
}

impl Filter {
    pub fn new(
        input: Box<dyn Operator>,
        conjuncts: Vec<Compiled>,
        keep: SlotSet,
        facts: Option<Slot>,
    ) -> Filter {
        let conditions = match facts {
            Some(slot) => Conditions::Traced(conjuncts, slot),
            None => Conditions::Batches(conjuncts.into_iter().map(Test::of).collect()),
        };
        Filter { input, conditions, keep }
    }

    fn traced(
        &self,
        conjuncts: &[Compiled],
        slot: Slot,
        batch: &Batch,
        context: &mut Context<'_>,
    ) -> Result<Batch> {
        let outside = context.witnesses.take();
        let mut rows = Vec::with_capacity(batch.length);
        let mut facts = Vec::new();
        let mut frame = Frame::new(batch, 0);
        'rows: for row in 0..batch.length {
            context.tick()?;
            frame.row = row;
            context.witnesses = Some(Vec::new());
            for conjunct in conjuncts {
                if conjunct.truth(&mut frame, context)? != Truth::True {
                    continue 'rows;
                }
            }
            rows.push(row as u32);
            facts.push(gathered(batch, row, slot, context.witnesses.take()));
        }
        context.witnesses = outside;
        let mut out = batch.gather(&rows, &self.keep);
        out.set(slot, Column::values(facts));
        Ok(out)
    }
}

impl Operator for Filter {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let tests = match &self.conditions {
            Conditions::Batches(tests) => tests,
            Conditions::Traced(conjuncts, slot) => {
                return self.traced(conjuncts, *slot, &batch, context).map(Some);
            }
        };
        let outside = context.witnesses.take();
        let mut rows: Vec<u32> = (0..batch.length as u32).collect();
        for test in tests {
            rows = test.select(&batch, rows, Truth::True, context)?;
        }
        context.witnesses = outside;
        let all = rows.len() == batch.length;
        Ok(Some(if all { batch.narrow(&self.keep) } else { batch.gather(&rows, &self.keep) }))
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

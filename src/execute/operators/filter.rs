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
    /// While tracing: what has no subqueries first, the others row by row, so that what they rest on can be gathered in
    /// a slot.
    Traced(Vec<Test>, Vec<Compiled>, Slot),
}

/// Where what subqueries rest on is gathered, and how many conditions stand before the first that has any.
pub struct Traced {
    pub slot: Slot,
    pub first: usize,
}

impl Filter {
    pub fn new(
        input: Box<dyn Operator>,
        conjuncts: Vec<Compiled>,
        keep: SlotSet,
        traced: Option<Traced>,
    ) -> Filter {
        let conditions = match traced {
            Some(Traced { slot, first }) => {
                let mut conjuncts = conjuncts.into_iter();
                let tests = conjuncts.by_ref().take(first).map(Test::of).collect();
                Conditions::Traced(tests, conjuncts.collect(), slot)
            }
            None => Conditions::Batches(conjuncts.into_iter().map(Test::of).collect()),
        };
        Filter { input, conditions, keep }
    }

    fn traced(
        &self,
        conjuncts: &[Compiled],
        slot: Slot,
        batch: &Batch,
        left: Vec<u32>,
        context: &mut Context<'_>,
    ) -> Result<Batch> {
        let outside = context.witnesses.take();
        let mut rows = Vec::with_capacity(left.len());
        let mut facts = Vec::new();
        let mut frame = Frame::new(batch, 0);
        'rows: for row in left {
            context.tick()?;
            frame.row = row as usize;
            context.witnesses = Some(Vec::new());
            for conjunct in conjuncts {
                if conjunct.truth(&mut frame, context)? != Truth::True {
                    continue 'rows;
                }
            }
            rows.push(row);
            facts.push(gathered(batch, frame.row, slot, context.witnesses.take()));
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
        let (Conditions::Batches(tests) | Conditions::Traced(tests, ..)) = &self.conditions;
        let outside = context.witnesses.take();
        let mut rows: Vec<u32> = (0..batch.length as u32).collect();
        for test in tests {
            rows = test.select(&batch, rows, Truth::True, context)?;
        }
        context.witnesses = outside;
        if let Conditions::Traced(_, conjuncts, slot) = &self.conditions {
            return self.traced(conjuncts, *slot, &batch, rows, context).map(Some);
        }
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

//! Conditions on what is the same in all rows of a batch beside what is not, as in
//! `UNWIND ['tax', 'water'] AS word MATCH (a:Law) WHERE a.title CONTAINS word`: all nodes come with the same word. With what is known
//! worked out once a condition is often one of a property against a value, which whole columns are asked about.

use super::select::Test;
use super::{Compiled, Frame};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};
use std::cell::RefCell;
use std::sync::Arc;

/// A condition about several slots.
pub struct Known {
    condition: Compiled,
    slots: Vec<Slot>,
    /// The values that were the same in all rows of the last batch, and what is asked of the others.
    last: RefCell<Last>,
    /// What is asked where no slot has the same value in all rows.
    otherwise: Test,
}

#[derive(Default)]
struct Last {
    values: Vec<(Slot, Value)>,
    test: Option<Test>,
}

/// For fewer rows no test is made.
const WORTH: usize = 256;

impl Known {
    /// The same test, which looks for what is known where a condition asks about several slots.
    pub fn of(condition: Option<Compiled>, otherwise: Test) -> Test {
        let Some(condition) = condition else { return otherwise };
        let mut slots = SlotSet::new();
        if !condition.is_plain(&mut |slot| slots.insert(slot)) || slots.iter().count() < 2 {
            return otherwise;
        }
        let slots = slots.iter().collect();
        Test::Known(Box::new(Known { condition, slots, last: RefCell::default(), otherwise }))
    }

    /// What is asked where nothing is known.
    pub fn otherwise(&self) -> &Test {
        &self.otherwise
    }

    /// What is asked of so many rows, where more is known of a condition; nothing where that is no faster.
    fn test_of(
        &self,
        condition: Compiled,
        rows: usize,
        batch: &Batch,
        context: &Context<'_>,
    ) -> Option<Test> {
        let by_row = condition.copied();
        let test = match Test::plain(condition) {
            Test::Known(known) => known.otherwise,
            test => test,
        };
        if !test.remembers(rows, batch, context) {
            return Some(test);
        }
        // What is remembered is of no use for other values.
        by_row.filter(|_| matches!(self.otherwise, Test::Rows(_))).map(Test::Rows)
    }

    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        // What is written between two batches may change what is read of the same node.
        let is_little = rows.len() < WORTH && self.last.borrow().test.is_none();
        if is_little || context.writes {
            return self.otherwise.select(batch, rows, wanted, context);
        }
        let same = |slot: &Slot| Some((*slot, same_in_all(batch.column(*slot))?));
        let values: Vec<(Slot, Value)> = self.slots.iter().filter_map(same).collect();
        if values.is_empty() || values.len() == self.slots.len() {
            return self.otherwise.select(batch, rows, wanted, context);
        }
        let last = &mut *self.last.borrow_mut();
        if !is_same(&last.values, &values) {
            let is_known = |slot: Slot| values.iter().any(|(known, _)| *known == slot);
            let condition = self.condition.with(&mut |part| worked_out(part, &is_known, batch, context));
            last.test = condition.and_then(|condition| self.test_of(condition, rows.len(), batch, context));
            last.values = values;
        }
        last.test.as_ref().unwrap_or(&self.otherwise).select(batch, rows, wanted, context)
    }
}

/// Whether slots have the same values. Long lists most often are the same one.
fn is_same(some: &[(Slot, Value)], others: &[(Slot, Value)]) -> bool {
    let is_one = |a: &Value, b: &Value| match (a, b) {
        (Value::List(a), Value::List(b)) => Arc::ptr_eq(a, b) || a == b,
        (a, b) => a == b,
    };
    some.len() == others.len() && some.iter().zip(others).all(|(a, b)| a.0 == b.0 && is_one(&a.1, &b.1))
}

/// The value of a part of a condition that reads nothing but what is known; none of an entity, which is better read as it
/// lies, and none where it fails.
fn worked_out(
    part: &Compiled,
    is_known: &impl Fn(Slot) -> bool,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Option<Value> {
    let mut reads_known = true;
    let is_plain = part.is_plain(&mut |slot| reads_known &= is_known(slot));
    if !is_plain || !reads_known || matches!(part, Compiled::Constant(_)) {
        return None;
    }
    let value = part.value(&mut Frame::new(batch, 0), context).ok()?;
    let is_entity = matches!(value, Value::Node(_) | Value::Relationship(_) | Value::Path(_));
    (!is_entity).then_some(value)
}

/// The value that a column has in all rows, if it has the same in all.
fn same_in_all(column: &Column) -> Option<Value> {
    let same = |ids: &[u32]| ids.first() == ids.last() && ids.iter().all(|id| Some(id) == ids.first());
    match column {
        Column::Same(value) => Some(value.clone()),
        Column::Nodes(ids) | Column::Relationships(ids) if same(ids) => Some(column.value(0)),
        Column::Coded { codes, .. } if same(codes) => Some(column.value(0)),
        _ => None,
    }
}

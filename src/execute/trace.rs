//! Which facts a row came from.
//!
//! While tracing, the slots that patterns fill stay in the rows to the end: they are the proof, and keeping them costs
//! nothing but space. Where rows are merged (aggregation, DISTINCT) their columns are kept with the group of each row, and
//! where a subquery held true entities are gathered into a list, in a slot of its own.

use super::batch::{Batch, Column};
use crate::algebra::Slot;
use crate::answer::Witnesses;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Access, Operator, Task};
use crate::optimize::slots::SlotSet;
use std::sync::Arc;

/// The slots of a plan whose entities are proof: relationships, and nodes that anything was asked of.
pub fn witnesses(root: &Operator, into: &mut SlotSet) {
    let mut asked = SlotSet::new();
    asked_of(root, &mut asked);
    gather(root, &asked, into);
}

fn gather(operator: &Operator, asked: &SlotSet, into: &mut SlotSet) {
    match &operator.task {
        Task::Scan { node, access } if asked.contains(*node) || !matches!(access, Access::All) => {
            into.insert(*node);
        }
        Task::Expand(expand) => {
            into.insert(expand.relationship);
            if asked.contains(expand.to) {
                into.insert(expand.to);
            }
        }
        Task::Intersect(intersect) => {
            into.insert(intersect.left.relationship);
            into.insert(intersect.right.relationship);
            if asked.contains(intersect.to) {
                into.insert(intersect.to);
            }
        }
        Task::VarExpand(expand) => {
            into.insert(expand.relationships);
            if asked.contains(expand.to) {
                into.insert(expand.to);
            }
        }
        Task::Held(held) => into.insert(held.relationship),
        Task::Shortest(shortest) => {
            into.insert(shortest.relationships);
        }
        _ => {}
    }
    operator.inner(&mut |inner| gather(inner, asked, into));
    if let Some(input) = &operator.input {
        gather(input, asked, into);
    }
}

fn asked_of(operator: &Operator, into: &mut SlotSet) {
    operator.expressions(&mut |expression| named(expression, into));
    operator.inner(&mut |inner| asked_of(inner, into));
    if let Some(input) = &operator.input {
        asked_of(input, into);
    }
}

fn named(expression: &Expression, into: &mut SlotSet) {
    match expression {
        Expression::Slot(slot) => into.insert(*slot),
        Expression::Path { start, steps } => {
            into.insert(*start);
            steps.iter().for_each(|step| into.insert(step.node));
        }
        other => other.operands(&mut |operand| named(operand, into)),
    }
}

/// The columns of a batch that hold what its rows rest on.
pub fn kept(batch: &Batch, witnesses: &[Slot], facts: Slot) -> Vec<Witnesses> {
    let columns = witnesses.iter().filter_map(|slot| witness(batch.column(*slot), batch.length));
    let gathered = match batch.column(facts) {
        Column::Absent => None,
        Column::Merged { groups, of } => Some(Witnesses::Merged { groups: groups.clone(), of: of.clone() }),
        column => Some(Witnesses::Gathered(values(column, batch.length))),
    };
    columns.chain(gathered).collect()
}

fn witness(column: &Column, length: usize) -> Option<Witnesses> {
    match column {
        Column::Absent | Column::Integers(_) => None,
        Column::Nodes(ids) => Some(Witnesses::Nodes(ids.clone())),
        Column::Relationships(ids) => Some(Witnesses::Relationships(ids.clone())),
        Column::Trails { spans, relationships } => {
            Some(Witnesses::Trails { spans: spans.clone(), relationships: relationships.clone() })
        }
        Column::Same(value) => Some(Witnesses::Same(value.clone())),
        column => Some(Witnesses::Values(values(column, length))),
    }
}

fn values(column: &Column, length: usize) -> Arc<Vec<crate::value::Value>> {
    match column {
        Column::Values(values) => values.clone(),
        column => Arc::new((0..length).map(|row| column.value(row)).collect()),
    }
}

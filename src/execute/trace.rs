//! Which facts a row came from.
//!
//! While tracing, the slots that patterns fill stay in the rows to the end: they are the proof, and keeping them costs
//! nothing but space. Only where rows are merged (aggregation, DISTINCT) and where a subquery held true are entities
//! gathered into a list, in a slot of its own.

use super::batch::Batch;
use crate::algebra::Slot;
use crate::answer::Facts;
use crate::graph::{Entity, NodeId, RelationshipId};
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Access, Operator, Task};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use rustc_hash::FxHashSet;

/// As many entities are kept for one row; how many there are is counted beyond.
const CAP: usize = 1000;

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

/// Calls `see` for every entity in a value.
pub fn entities(value: &Value, see: &mut dyn FnMut(Entity)) {
    match value {
        Value::Node(node) => see(Entity::Node(*node)),
        Value::Relationship(relationship) => see(Entity::Relationship(*relationship)),
        Value::Path(path) => {
            path.relationships.iter().for_each(|relationship| see(Entity::Relationship(*relationship)));
            path.nodes.iter().for_each(|node| see(Entity::Node(*node)));
        }
        Value::List(items) => items.iter().for_each(|item| entities(item, see)),
        _ => {}
    }
}

/// As many entities are told apart by looking at each: most rows have no more.
const FEW: usize = 16;

/// The entities of one row or group, each once.
#[derive(Default)]
pub struct Gathered {
    /// Filled once there are many.
    seen: FxHashSet<Entity>,
    order: Vec<Entity>,
    /// Entities that were counted but not kept, in lists gathered below.
    more: usize,
}

impl Gathered {
    pub fn add(&mut self, entity: Entity) {
        if self.seen.is_empty() {
            if self.order.contains(&entity) {
                return;
            }
            if self.order.len() < FEW {
                self.order.push(entity);
                return;
            }
            self.seen.extend(self.order.iter().copied());
        }
        if self.seen.insert(entity) && self.order.len() < CAP {
            self.order.push(entity);
        }
    }

    /// Adds what a row rests on.
    pub fn row(&mut self, batch: &Batch, row: usize, witnesses: &[Slot], facts: Slot) {
        for slot in witnesses {
            entities(&batch.value(*slot, row), &mut |entity| self.add(entity));
        }
        self.list(&batch.value(facts, row));
    }

    /// Adds what was gathered below.
    pub fn list(&mut self, value: &Value) {
        let Value::List(items) = value else { return };
        let mut kept = 0;
        for item in items.iter() {
            match item {
                Value::Integer(total) => self.more += (*total as usize).saturating_sub(kept),
                item => {
                    kept += 1;
                    entities(item, &mut |entity| self.add(entity));
                }
            }
        }
    }

    /// As a value that can stand in a slot: the entities, then their true number.
    pub fn value(self) -> Value {
        let total = self.seen.len().max(self.order.len()) + self.more;
        let mut items: Vec<Value> = self.order.into_iter().map(entity_value).collect();
        items.push(Value::Integer(total as i64));
        Value::from(items)
    }

    /// Relationships first, then nodes.
    pub fn facts(self) -> Facts {
        let total = self.seen.len().max(self.order.len()) + self.more;
        let mut entities = self.order;
        entities.sort_by_key(|entity| matches!(entity, Entity::Node(_)));
        Facts { entities, total }
    }
}

fn entity_value(entity: Entity) -> Value {
    match entity {
        Entity::Node(NodeId(id)) => Value::Node(NodeId(id)),
        Entity::Relationship(RelationshipId(id)) => Value::Relationship(RelationshipId(id)),
    }
}

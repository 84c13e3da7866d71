//! The facts that rows rest on.
//!
//! While a statement runs, only the columns that hold them are kept; they are put together for a row when somebody asks
//! for it.

use super::Merged;
use crate::graph::{Entity, NONE, NodeId, RelationshipId};
use crate::value::Value;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// As many entities are kept for one row; how many there are is counted beyond.
const CAP: usize = 1000;

/// As many entities are told apart by looking at each: most rows have no more.
const FEW: usize = 16;

/// The entities a row rests on.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub entities: Vec<Entity>,
    /// How many there really are, where `entities` was capped.
    pub total: usize,
}

impl Facts {
    /// Relationships in their order, then nodes.
    pub fn in_order(&self) -> impl Iterator<Item = Entity> + '_ {
        self.relationships().chain(self.entities.iter().filter(|e| matches!(e, Entity::Node(_))).copied())
    }

    pub fn relationships(&self) -> impl Iterator<Item = Entity> + '_ {
        self.entities.iter().filter(|e| matches!(e, Entity::Relationship(_))).copied()
    }
}

/// The facts of all rows of an answer; none of any row when tracing was off.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    parts: Vec<Part>,
    length: usize,
}

/// Some rows that follow each other.
#[derive(Clone, Debug)]
struct Part {
    first: usize,
    length: usize,
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    Columns(Vec<Witnesses>),
    Facts(Vec<Facts>),
}

/// A column of entities that rows rest on.
#[derive(Clone, Debug)]
pub enum Witnesses {
    Nodes(Arc<Vec<u32>>),
    Relationships(Arc<Vec<u32>>),
    /// Lists of relationships: where each begins and ends among all of them.
    Trails {
        spans: Arc<Vec<(u32, u32)>>,
        relationships: Arc<Vec<RelationshipId>>,
    },
    /// Entities, and lists and paths of them.
    Values(Arc<Vec<Value>>),
    /// The same in every row.
    Same(Value),
    /// What was gathered where rows were merged, as `Gathered::value` writes it.
    Gathered(Arc<Vec<Value>>),
    /// Each row rests on what a group of rows rests on.
    Merged {
        groups: Arc<Vec<u32>>,
        of: Arc<Merged>,
    },
}

impl Proofs {
    pub fn of(facts: Vec<Facts>) -> Proofs {
        let length = facts.len();
        Proofs { parts: vec![Part { first: 0, length, kept: Kept::Facts(facts) }], length }
    }

    /// Keeps the witnesses of some more rows.
    pub fn push(&mut self, length: usize, witnesses: Vec<Witnesses>) {
        self.parts.push(Part { first: self.length, length, kept: Kept::Columns(witnesses) });
        self.length += length;
    }

    /// The number of rows whose facts are known.
    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The facts of one row, counted from 0.
    pub fn get(&self, row: usize) -> Option<Facts> {
        let part = self.parts.get(self.parts.partition_point(|part| part.first + part.length <= row))?;
        let place = row.checked_sub(part.first)?;
        match &part.kept {
            Kept::Facts(facts) => facts.get(place).cloned(),
            Kept::Columns(witnesses) => {
                let mut gathered = Gathered::default();
                witnesses.iter().for_each(|column| column.gather(place, &mut gathered));
                Some(gathered.facts())
            }
        }
    }

    pub fn first(&self) -> Option<Facts> {
        self.get(0)
    }

    pub fn iter(&self) -> impl Iterator<Item = Facts> + '_ {
        (0..self.length).filter_map(|row| self.get(row))
    }
}

impl Witnesses {
    /// Adds the entities in a row.
    pub fn gather(&self, row: usize, into: &mut Gathered) {
        match self {
            Witnesses::Nodes(ids) => match ids.get(row) {
                Some(&id) if id != NONE => into.add(Entity::Node(NodeId(id))),
                _ => {}
            },
            Witnesses::Relationships(ids) => match ids.get(row) {
                Some(&id) if id != NONE => into.add(Entity::Relationship(RelationshipId(id))),
                _ => {}
            },
            Witnesses::Trails { spans, relationships } => {
                let (from, to) = spans.get(row).copied().unwrap_or_default();
                let trail = relationships.get(from as usize..to as usize).unwrap_or(&[]);
                trail.iter().for_each(|relationship| into.add(Entity::Relationship(*relationship)));
            }
            Witnesses::Values(values) => {
                let value = values.get(row).unwrap_or(&Value::Null);
                entities(value, &mut |entity| into.add(entity));
            }
            Witnesses::Same(value) => entities(value, &mut |entity| into.add(entity)),
            Witnesses::Gathered(values) => into.list(values.get(row).unwrap_or(&Value::Null)),
            Witnesses::Merged { groups, of } => match groups.get(row) {
                Some(&group) if group != NONE => of.gather(group as usize, into),
                _ => {}
            },
        }
    }

    /// Bytes held besides the rows, estimated.
    pub fn bytes(&self) -> u64 {
        match self {
            Witnesses::Nodes(ids) | Witnesses::Relationships(ids) | Witnesses::Merged { groups: ids, .. } => {
                ids.len() as u64 * 4
            }
            Witnesses::Trails { spans, .. } => spans.len() as u64 * 16,
            Witnesses::Values(values) | Witnesses::Gathered(values) => values.iter().map(list_bytes).sum(),
            Witnesses::Same(_) => 0,
        }
    }
}

fn list_bytes(value: &Value) -> u64 {
    24 + if let Value::List(items) = value { items.len() as u64 * 24 } else { 0 }
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

/// The entities of one row or group, each once.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Filled once there are many.
    seen: FxHashSet<Entity>,
    order: Vec<Entity>,
    /// Entities that were counted but not kept, in lists gathered below.
    more: usize,
}

impl Gathered {
    /// Begins with what is known of a row.
    pub fn from(facts: Facts) -> Gathered {
        let more = facts.total.saturating_sub(facts.entities.len());
        let mut gathered = Gathered { more, ..Gathered::default() };
        facts.entities.into_iter().for_each(|entity| gathered.add(entity));
        gathered
    }

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

    /// Adds what was gathered elsewhere.
    pub fn absorb(&mut self, other: &Gathered) {
        self.more += other.total() - other.order.len();
        other.order.iter().for_each(|entity| self.add(*entity));
    }

    /// Bytes held, estimated.
    pub fn bytes(&self) -> u64 {
        (self.order.len() + 2 * self.seen.len()) as u64 * 8 + 64
    }

    fn total(&self) -> usize {
        self.seen.len().max(self.order.len()) + self.more
    }

    /// As a value that can stand in a slot: the entities, then their true number.
    pub fn value(self) -> Value {
        let total = self.total();
        let mut items: Vec<Value> = Vec::with_capacity(self.order.len() + 1);
        items.extend(self.order.into_iter().map(entity_value));
        items.push(Value::Integer(total as i64));
        Value::from(items)
    }

    /// Relationships first, then nodes.
    pub fn facts(self) -> Facts {
        let total = self.total();
        let mut entities = self.order;
        entities.sort_by_key(|entity| matches!(entity, Entity::Node(_)));
        Facts { entities, total }
    }
}

fn entity_value(entity: Entity) -> Value {
    match entity {
        Entity::Node(id) => Value::Node(id),
        Entity::Relationship(id) => Value::Relationship(id),
    }
}

//! Rows in bundles: one typed column a slot.

use crate::algebra::Slot;
use crate::graph::{NodeId, RelationshipId};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::sync::Arc;

/// Rows that an operator hands on at a time, more or less.
pub const BATCH: usize = 1024;

/// The number that stands for null in a column of ids.
pub const NONE: u32 = u32::MAX;

/// The values of one slot in all rows of a batch. Cloning shares.
#[derive(Clone, Debug, Default)]
pub enum Column {
    /// The slot is not filled here.
    #[default]
    Absent,
    Nodes(Arc<Vec<u32>>),
    Relationships(Arc<Vec<u32>>),
    Values(Arc<Vec<Value>>),
    /// The same value in every row.
    Same(Value),
}

/// Some rows.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub length: usize,
    columns: Vec<Column>,
}

impl Batch {
    /// Rows without columns.
    pub fn of_length(length: usize) -> Batch {
        Batch { length, columns: Vec::new() }
    }

    pub fn column(&self, slot: Slot) -> &Column {
        self.columns.get(slot.0 as usize).unwrap_or(&Column::Absent)
    }

    pub fn set(&mut self, slot: Slot, column: Column) {
        let place = slot.0 as usize;
        if self.columns.len() <= place {
            self.columns.resize(place + 1, Column::Absent);
        }
        if let Some(old) = self.columns.get_mut(place) {
            *old = column;
        }
    }

    /// The rows of those numbers, with the columns of those slots.
    pub fn gather(&self, rows: &[u32], keep: &SlotSet) -> Batch {
        let mut batch = Batch::of_length(rows.len());
        for (place, column) in self.columns.iter().enumerate() {
            let slot = Slot(place as u32);
            if !matches!(column, Column::Absent) && keep.contains(slot) {
                batch.set(slot, column.gather(rows));
            }
        }
        batch
    }

    /// The same rows with the columns of those slots only.
    pub fn narrow(mut self, keep: &SlotSet) -> Batch {
        for (place, column) in self.columns.iter_mut().enumerate() {
            if !keep.contains(Slot(place as u32)) {
                *column = Column::Absent;
            }
        }
        self
    }

    pub fn value(&self, slot: Slot, row: usize) -> Value {
        self.column(slot).value(row)
    }

    /// The slots that have a column.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !matches!(column, Column::Absent))
            .map(|(place, _)| Slot(place as u32))
    }

    /// Bytes held, estimated.
    pub fn bytes(&self) -> u64 {
        let columns = self.columns.iter().map(|column| match column {
            Column::Absent | Column::Same(_) => 0,
            Column::Nodes(ids) | Column::Relationships(ids) => ids.len() as u64 * 4,
            Column::Values(values) => values.iter().map(size_of_value).sum(),
        });
        columns.sum::<u64>() + 32
    }
}

impl Column {
    pub fn nodes(ids: Vec<u32>) -> Column {
        Column::Nodes(Arc::new(ids))
    }

    pub fn relationships(ids: Vec<u32>) -> Column {
        Column::Relationships(Arc::new(ids))
    }

    pub fn values(values: Vec<Value>) -> Column {
        Column::Values(Arc::new(values))
    }

    /// The narrowest column for some values.
    pub fn of(values: Vec<Value>) -> Column {
        let all_nodes = !values.is_empty() && values.iter().all(|v| matches!(v, Value::Node(_)));
        if all_nodes {
            let ids = values.iter().filter_map(|v| if let Value::Node(n) = v { Some(n.0) } else { None });
            return Column::nodes(ids.collect());
        }
        Column::values(values)
    }

    #[inline]
    pub fn value(&self, row: usize) -> Value {
        match self {
            Column::Absent => Value::Null,
            Column::Nodes(ids) => match ids.get(row) {
                Some(&id) if id != NONE => Value::Node(NodeId(id)),
                _ => Value::Null,
            },
            Column::Relationships(ids) => match ids.get(row) {
                Some(&id) if id != NONE => Value::Relationship(RelationshipId(id)),
                _ => Value::Null,
            },
            Column::Values(values) => values.get(row).cloned().unwrap_or_default(),
            Column::Same(value) => value.clone(),
        }
    }

    /// The node in a row; `None` for null and for whatever is no node.
    #[inline]
    pub fn node(&self, row: usize) -> Option<NodeId> {
        match self {
            Column::Nodes(ids) => ids.get(row).filter(|id| **id != NONE).map(|id| NodeId(*id)),
            Column::Values(values) => match values.get(row) {
                Some(Value::Node(node)) => Some(*node),
                _ => None,
            },
            Column::Same(Value::Node(node)) => Some(*node),
            _ => None,
        }
    }

    #[inline]
    pub fn relationship(&self, row: usize) -> Option<RelationshipId> {
        match self {
            Column::Relationships(ids) => {
                ids.get(row).filter(|id| **id != NONE).map(|id| RelationshipId(*id))
            }
            Column::Values(values) => match values.get(row) {
                Some(Value::Relationship(relationship)) => Some(*relationship),
                _ => None,
            },
            Column::Same(Value::Relationship(relationship)) => Some(*relationship),
            _ => None,
        }
    }

    pub fn gather(&self, rows: &[u32]) -> Column {
        match self {
            Column::Absent => Column::Absent,
            Column::Nodes(ids) => Column::nodes(pick(ids, rows, NONE)),
            Column::Relationships(ids) => Column::relationships(pick(ids, rows, NONE)),
            Column::Values(values) => Column::values(
                rows.iter().map(|row| values.get(*row as usize).cloned().unwrap_or_default()).collect(),
            ),
            Column::Same(value) => Column::Same(value.clone()),
        }
    }
}

fn pick(ids: &[u32], rows: &[u32], none: u32) -> Vec<u32> {
    rows.iter().map(|row| ids.get(*row as usize).copied().unwrap_or(none)).collect()
}

/// Bytes held by a value, estimated.
pub fn size_of_value(value: &Value) -> u64 {
    const OWN: u64 = 24;
    OWN + match value {
        Value::String(text) => text.len() as u64 + 16,
        Value::List(items) => items.iter().map(size_of_value).sum::<u64>() + 16,
        Value::Map(map) => map.iter().map(|(key, value)| key.len() as u64 + 40 + size_of_value(value)).sum(),
        Value::Path(path) => (path.nodes.len() + path.relationships.len()) as u64 * 4 + 64,
        _ => 0,
    }
}

/// Puts rows of several batches together in one.
#[derive(Default)]
pub struct Builder {
    length: usize,
    columns: Vec<(Slot, Pile)>,
}

enum Pile {
    Nodes(Vec<u32>),
    Relationships(Vec<u32>),
    Values(Vec<Value>),
}

impl Builder {
    pub fn length(&self) -> usize {
        self.length
    }

    /// Adds all rows of a batch.
    pub fn append(&mut self, batch: &Batch) {
        for slot in batch.slots() {
            let place = self.place(slot, batch.column(slot));
            if let Some((_, pile)) = self.columns.get_mut(place) {
                pile.extend(batch.column(slot), batch.length);
            }
        }
        self.length += batch.length;
        // A slot that this batch lacks is null in its rows.
        for (_, pile) in &mut self.columns {
            pile.fill(self.length);
        }
    }

    pub fn finish(self) -> Batch {
        let mut batch = Batch::of_length(self.length);
        for (slot, pile) in self.columns {
            let column = match pile {
                Pile::Nodes(ids) => Column::nodes(ids),
                Pile::Relationships(ids) => Column::relationships(ids),
                Pile::Values(values) => Column::values(values),
            };
            batch.set(slot, column);
        }
        batch
    }

    fn place(&mut self, slot: Slot, like: &Column) -> usize {
        if let Some(place) = self.columns.iter().position(|(known, _)| *known == slot) {
            return place;
        }
        let mut pile = match like {
            Column::Nodes(_) => Pile::Nodes(Vec::new()),
            Column::Relationships(_) => Pile::Relationships(Vec::new()),
            _ => Pile::Values(Vec::new()),
        };
        pile.fill(self.length);
        self.columns.push((slot, pile));
        self.columns.len() - 1
    }
}

impl Pile {
    fn extend(&mut self, column: &Column, length: usize) {
        match (&mut *self, column) {
            (Pile::Nodes(pile), Column::Nodes(ids))
            | (Pile::Relationships(pile), Column::Relationships(ids)) => {
                pile.extend_from_slice(ids);
            }
            (Pile::Values(pile), column) => pile.extend((0..length).map(|row| column.value(row))),
            (pile, column) => {
                // The column changes its type from here on.
                let mut values = pile.take_values();
                values.extend((0..length).map(|row| column.value(row)));
                *self = Pile::Values(values);
            }
        }
    }

    /// The values so far, taken out.
    fn take_values(&mut self) -> Vec<Value> {
        let (column, length) = match self {
            Pile::Nodes(ids) => {
                let length = ids.len();
                (Column::nodes(std::mem::take(ids)), length)
            }
            Pile::Relationships(ids) => {
                let length = ids.len();
                (Column::relationships(std::mem::take(ids)), length)
            }
            Pile::Values(values) => return std::mem::take(values),
        };
        (0..length).map(|row| column.value(row)).collect()
    }

    fn fill(&mut self, length: usize) {
        match self {
            Pile::Nodes(ids) | Pile::Relationships(ids) => ids.resize(length, NONE),
            Pile::Values(values) => values.resize(length, Value::Null),
        }
    }
}

//! Rows in bundles: one typed column a slot.

mod builder;
mod growing;
mod lists;
mod texts;

pub use crate::graph::NONE;
pub use builder::Builder;
pub use growing::Growing;
pub use lists::{Lists, SHORT};
pub use texts::{Texts, Writing};

use crate::algebra::Slot;
use crate::answer::Merged;
use crate::graph::columns::Column as Stored;
use crate::graph::{NodeId, RelationshipId};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::sync::Arc;

/// Rows that an operator hands on at a time, more or less.
pub const BATCH: usize = 2048;

/// Rows of a batch with so many columns: where rows are very wide they are fewer, so that a batch takes no longer to make
/// and to let go than any other.
pub fn rows_of_a_batch(columns: usize) -> usize {
    const WIDE: usize = 64;
    (BATCH * WIDE / columns.max(WIDE)).max(WIDE)
}

/// The values of one slot in all rows of a batch. Cloning shares.
#[derive(Clone, Debug, Default)]
pub enum Column {
    /// The slot is not filled here.
    #[default]
    Absent,
    Nodes(Arc<Vec<u32>>),
    Relationships(Arc<Vec<u32>>),
    /// Counts and other whole numbers, none of them null.
    Integers(Arc<Vec<i64>>),
    /// Properties that are read only when somebody looks: the ids whose values in a stored column are meant.
    Stored {
        ids: Arc<Vec<u32>>,
        source: Arc<Stored>,
    },
    /// Few different values in many rows: places in a list. Lists of the same number only grow at their end, so that
    /// the same code is the same value; codes of different lists have nothing to do with each other.
    Coded {
        codes: Arc<Vec<u32>>,
        values: Growing,
        list: u64,
    },
    /// What groups of rows rest on, while tracing.
    Merged {
        groups: Arc<Vec<u32>>,
        of: Arc<Merged>,
    },
    /// Lists of relationships: where each begins and ends among all of them.
    Trails {
        spans: Arc<Vec<(u32, u32)>>,
        relationships: Arc<Vec<RelationshipId>>,
    },
    /// Lists that are made when somebody looks at one, most of them short, and null.
    Lists(Lists),
    /// Texts that were worked out, and null.
    Texts(Texts),
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

    /// Takes a column out.
    pub fn take(&mut self, slot: Slot) -> Column {
        self.columns.get_mut(slot.0 as usize).map(std::mem::take).unwrap_or_default()
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

    /// Whether one of those slots may have a value of its own in each row.
    pub fn varies(&self, slots: &SlotSet) -> bool {
        let varies = |column: &Column| !matches!(column, Column::Absent | Column::Same(_));
        (0..).zip(&self.columns).any(|(place, column)| varies(column) && slots.contains(Slot(place)))
    }

    /// So many rows with the columns of those slots, none of which varies.
    pub fn stretch(&self, length: usize, keep: &SlotSet) -> Batch {
        Batch { length, columns: self.columns.clone() }.narrow(keep)
    }

    /// Some rows that follow each other.
    pub fn slice(&self, rows: std::ops::Range<usize>) -> Batch {
        let columns = self.columns.iter().map(|column| column.slice(rows.clone())).collect();
        Batch { length: rows.len(), columns }
    }

    /// The same for rows that nobody looks at here any more: what nobody else has is moved, and not copied.
    pub fn hand_out(&mut self, rows: std::ops::Range<usize>) -> Batch {
        let columns = self.columns.iter_mut().map(|column| column.hand_out(rows.clone())).collect();
        Batch { length: rows.len(), columns }
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
        self.columns.iter().map(Column::bytes).sum::<u64>() + 32
    }
}

impl Column {
    pub fn nodes(ids: Vec<u32>) -> Column {
        Column::Nodes(Arc::new(ids))
    }

    pub fn relationships(ids: Vec<u32>) -> Column {
        Column::Relationships(Arc::new(ids))
    }

    pub fn integers(numbers: Vec<i64>) -> Column {
        Column::Integers(Arc::new(numbers))
    }

    pub fn values(values: Vec<Value>) -> Column {
        Column::Values(Arc::new(values))
    }

    /// Bytes held, estimated.
    pub fn bytes(&self) -> u64 {
        match self {
            Column::Absent | Column::Same(_) => 0,
            Column::Nodes(ids) | Column::Relationships(ids) => ids.len() as u64 * 4,
            Column::Stored { ids, .. }
            | Column::Coded { codes: ids, .. }
            | Column::Merged { groups: ids, .. } => ids.len() as u64 * 4,
            Column::Integers(numbers) => numbers.len() as u64 * 8,
            Column::Trails { spans, .. } => {
                spans.iter().map(|(from, to)| u64::from(to.saturating_sub(*from)) * 4 + 8).sum()
            }
            Column::Lists(lists) => lists.bytes(),
            Column::Texts(texts) => texts.held(),
            Column::Values(values) => values.iter().map(size_of_value).sum(),
        }
    }

    /// The narrowest column for some values.
    pub fn of(values: Vec<Value>) -> Column {
        fn all<T>(values: &[Value], one: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
            values.iter().map(one).collect()
        }
        let node = |value: &Value| if let Value::Node(node) = value { Some(node.0) } else { None };
        let integer = |value: &Value| if let Value::Integer(number) = value { Some(*number) } else { None };
        match values.first() {
            Some(Value::Node(_)) => all(&values, node).map(Column::nodes),
            Some(Value::Integer(_)) => all(&values, integer).map(Column::integers),
            _ => None,
        }
        .unwrap_or_else(|| Column::values(values))
    }

    /// Looks at a value where it lies, or at one made for it.
    #[inline]
    pub fn look<R>(&self, row: usize, see: impl FnOnce(&Value) -> R) -> R {
        match self {
            Column::Values(values) => see(values.get(row).unwrap_or(&Value::Null)),
            Column::Same(value) => see(value),
            Column::Coded { codes, values, .. } => {
                let value = codes.get(row).and_then(|code| values.get(*code as usize));
                see(value.unwrap_or(&Value::Null))
            }
            _ => see(&self.value(row)),
        }
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
            Column::Integers(numbers) => numbers.get(row).map_or(Value::Null, |n| Value::Integer(*n)),
            Column::Stored { ids, source } => ids.get(row).map_or(Value::Null, |id| source.value(*id)),
            Column::Coded { codes, values, .. } => {
                codes.get(row).and_then(|code| values.get(*code as usize)).cloned().unwrap_or_default()
            }
            Column::Merged { groups, of } => match groups.get(row) {
                Some(&group) if group != NONE => of.value(group as usize),
                _ => Value::Null,
            },
            Column::Trails { .. } => match self.trail(row) {
                Some(trail) => {
                    let list: Vec<Value> = trail.iter().map(|r| Value::Relationship(*r)).collect();
                    Value::from(list)
                }
                None => Value::Null,
            },
            Column::Lists(lists) => lists.value(row),
            Column::Texts(texts) => texts.value(row),
            Column::Values(values) => values.get(row).cloned().unwrap_or_default(),
            Column::Same(value) => value.clone(),
        }
    }

    /// One column of several, with how many rows each has: which of them the next row is taken from, row after row.
    pub fn interleaved(columns: Vec<(Column, usize)>, order: &[usize]) -> Column {
        let like = columns.iter().find(|(_, rows)| *rows > 0).map(|(column, _)| column.clone());
        let alike = |(column, rows): &(Column, usize)| {
            *rows == 0
                || match (column, &like) {
                    (Column::Nodes(_), Some(Column::Nodes(_))) => true,
                    (Column::Integers(_), Some(Column::Integers(_))) => true,
                    (Column::Stored { source, .. }, Some(Column::Stored { source: other, .. })) => {
                        Arc::ptr_eq(source, other)
                    }
                    (Column::Coded { list, .. }, Some(Column::Coded { list: other, .. })) => list == other,
                    (Column::Texts(_), Some(Column::Texts(_))) => true,
                    _ => false,
                }
        };
        if columns.iter().all(alike) {
            let ids = columns.iter().map(|(column, _)| match column {
                Column::Nodes(ids) | Column::Stored { ids, .. } | Column::Coded { codes: ids, .. } => {
                    ids.iter().copied()
                }
                _ => [].iter().copied(),
            });
            let numbers = columns.iter().map(|(column, _)| match column {
                Column::Integers(numbers) => numbers.iter().copied(),
                _ => [].iter().copied(),
            });
            match like {
                Some(Column::Nodes(_)) => return Column::nodes(interleave(ids, order)),
                Some(Column::Integers(_)) => return Column::integers(interleave(numbers, order)),
                Some(Column::Texts(_)) => {
                    let texts = columns.iter().map(|(column, _)| match column {
                        Column::Texts(texts) => Some(texts),
                        _ => None,
                    });
                    if let Some(texts) = Texts::interleaved(&texts.collect::<Vec<_>>(), order) {
                        return Column::Texts(texts);
                    }
                }
                Some(Column::Stored { source, .. }) => {
                    return Column::Stored { ids: Arc::new(interleave(ids, order)), source };
                }
                Some(Column::Coded { list, .. }) => {
                    let codes = Arc::new(interleave(ids, order));
                    let values = columns.iter().filter_map(|(column, _)| match column {
                        Column::Coded { values, .. } => Some(values),
                        _ => None,
                    });
                    let values = values.max_by_key(|values| values.len()).cloned().unwrap_or_default();
                    return Column::Coded { codes, values, list };
                }
                _ => {}
            }
        }
        // Values are moved and not copied, if nobody else has them.
        drop(like);
        let values = columns.into_iter().map(|(column, rows)| column.into_values(rows).into_iter());
        Column::values(interleave(values, order))
    }

    /// The values of its rows.
    fn into_values(self, rows: usize) -> Vec<Value> {
        match self {
            Column::Values(values) => Arc::unwrap_or_clone(values),
            column => (0..rows).map(|row| column.value(row)).collect(),
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
            Column::Coded { .. } => match self.value(row) {
                Value::Node(node) => Some(node),
                _ => None,
            },
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
            Column::Coded { .. } => match self.value(row) {
                Value::Relationship(relationship) => Some(relationship),
                _ => None,
            },
            _ => None,
        }
    }

    /// The relationships of the list in a row, where lists of relationships are all there is.
    #[inline]
    pub fn trail(&self, row: usize) -> Option<&[RelationshipId]> {
        let Column::Trails { spans, relationships } = self else { return None };
        let (from, to) = spans.get(row)?;
        relationships.get(*from as usize..*to as usize)
    }

    fn slice(&self, rows: std::ops::Range<usize>) -> Column {
        match self {
            Column::Absent => Column::Absent,
            Column::Nodes(ids) => Column::Nodes(part(ids, rows)),
            Column::Relationships(ids) => Column::Relationships(part(ids, rows)),
            Column::Integers(numbers) => Column::Integers(part(numbers, rows)),
            Column::Stored { ids, source } => Column::Stored { ids: part(ids, rows), source: source.clone() },
            Column::Coded { codes, values, list } => {
                Column::Coded { codes: part(codes, rows), values: values.clone(), list: *list }
            }
            Column::Merged { groups, of } => Column::Merged { groups: part(groups, rows), of: of.clone() },
            Column::Trails { spans, relationships } => {
                Column::Trails { spans: part(spans, rows), relationships: relationships.clone() }
            }
            Column::Lists(lists) => Column::Lists(lists.slice(rows)),
            Column::Texts(texts) => Column::Texts(texts.slice(rows)),
            Column::Values(values) => Column::Values(part(values, rows)),
            Column::Same(value) => Column::Same(value.clone()),
        }
    }

    fn hand_out(&mut self, rows: std::ops::Range<usize>) -> Column {
        if let Column::Values(values) = self
            && let Some(values) = Arc::get_mut(values)
            && let Some(some) = values.get_mut(rows.clone())
        {
            return Column::values(some.iter_mut().map(std::mem::take).collect());
        }
        self.slice(rows)
    }

    /// Whether values lie here that are no entities, each for itself.
    fn has_values(&self) -> bool {
        matches!(self, Column::Integers(_) | Column::Stored { .. } | Column::Values(_))
    }

    pub fn gather(&self, rows: &[u32]) -> Column {
        if let [first, .., last] = rows
            && first == last
            && self.has_values()
            && rows.iter().all(|row| row == first)
        {
            return Column::Same(self.value(*first as usize));
        }
        match self {
            Column::Absent => Column::Absent,
            Column::Nodes(ids) => Column::nodes(pick(ids, rows, NONE)),
            Column::Relationships(ids) => Column::relationships(pick(ids, rows, NONE)),
            Column::Integers(numbers) => Column::integers(pick(numbers, rows, 0)),
            Column::Stored { ids, source } => {
                Column::Stored { ids: Arc::new(pick(ids, rows, NONE)), source: source.clone() }
            }
            Column::Coded { codes, values, list } => {
                let codes = Arc::new(pick(codes, rows, NONE));
                Column::Coded { codes, values: values.clone(), list: *list }
            }
            Column::Merged { groups, of } => {
                Column::Merged { groups: Arc::new(pick(groups, rows, NONE)), of: of.clone() }
            }
            Column::Trails { spans, relationships } => Column::Trails {
                spans: Arc::new(pick(spans, rows, (NONE, NONE))),
                relationships: relationships.clone(),
            },
            Column::Lists(lists) => Column::Lists(lists.gather(rows)),
            Column::Texts(texts) => Column::Texts(texts.gather(rows)),
            Column::Values(values) => Column::values(
                rows.iter().map(|row| values.get(*row as usize).cloned().unwrap_or_default()).collect(),
            ),
            Column::Same(value) => Column::Same(value.clone()),
        }
    }
}

fn interleave<T>(lists: impl Iterator<Item = impl Iterator<Item = T>>, order: &[usize]) -> Vec<T> {
    let mut lists: Vec<_> = lists.collect();
    order.iter().filter_map(|list| lists.get_mut(*list)?.next()).collect()
}

fn part<T: Clone>(items: &[T], rows: std::ops::Range<usize>) -> Arc<Vec<T>> {
    Arc::new(items.get(rows).unwrap_or(&[]).to_vec())
}

fn pick<T: Copy>(items: &[T], rows: &[u32], none: T) -> Vec<T> {
    rows.iter().map(|row| items.get(*row as usize).copied().unwrap_or(none)).collect()
}

/// Bytes held by a value, estimated.
pub fn size_of_value(value: &Value) -> u64 {
    const OWN: u64 = 24;
    OWN + match value {
        Value::String(text) => size_of_text(text.len()),
        Value::List(items) => size_of_elements(items) + 16,
        // Entries lie in leaves that have room for eleven and are half full at least.
        Value::Map(map) => {
            let leaves = map.len().div_ceil(6) as u64 * 480;
            leaves + map.values().map(|value| size_of_value(value) - OWN).sum::<u64>() + 16
        }
        Value::Path(path) => (path.nodes.len() + path.relationships.len()) as u64 * 4 + 64,
        Value::DateTime(_) | Value::Duration(_) => 80,
        _ => 0,
    }
}

/// The bytes that a text of so many bytes takes beside its value.
pub fn size_of_text(bytes: usize) -> u64 {
    bytes as u64 + 16
}

/// Of very many elements some tell for all: to look at each takes as long as to make them.
fn size_of_elements(items: &[Value]) -> u64 {
    const SOME: usize = 1 << 14;
    let step = if items.len() < SOME * 8 { 1 } else { items.len() / SOME };
    let looked_at = items.len().div_ceil(step) as u64;
    let bytes = items.iter().step_by(step).map(size_of_value).sum::<u64>();
    if step == 1 { bytes } else { bytes / looked_at * items.len() as u64 }
}

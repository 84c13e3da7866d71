//! Stored properties of the rows of a batch, and comparisons with them.

use super::row::against;
use super::select::kept;
use super::{operators, ordered};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::alphabet;
use crate::execute::batch::{Batch, Column as Rows, NONE};
use crate::execute::context::Context;
use crate::graph::columns::{Column, Values};
use crate::graph::{Aligned, Entity, Graph, Kept, Key, NodeId, RelationshipId};
use crate::value::{Truth, Value};
use std::ops::Range;
use std::sync::Arc;

/// A test that a property lies between two bounds.
pub struct Between<'t> {
    pub slot: Slot,
    pub key: Key,
    pub operator: BinaryOperator,
    pub value: &'t Value,
}

impl Between<'_> {
    /// The least and the greatest value that pass, if the values are of the kind that is asked for.
    pub fn bounds(&self, aligned: &Aligned) -> Option<(i32, i32)> {
        let number = match (self.value, aligned.days) {
            (Value::Integer(number), false) => *number,
            (Value::Date(date), true) => date.days,
            _ => return None,
        };
        let (low, high) = range(self.operator, number);
        let within = |bound: i64| bound.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        if low > i64::from(i32::MAX) || high < i64::from(i32::MIN) {
            return Some((1, 0));
        }
        let (low, high) = (within(low), within(high));
        match aligned.missing {
            // Missing values have the least number that no value has, mostly below all that is asked for.
            Some(missing) if low <= missing && missing <= high => match missing.checked_add(1) {
                Some(next) if low == i32::MIN && missing == i32::MIN => Some((next, high)),
                _ => None,
            },
            _ => Some((low, high)),
        }
    }
}

/// The stored values of a property in the rows of a batch.
pub(super) struct Stored<'c> {
    pub column: &'c Arc<Column>,
    pub ids: &'c [u32],
    nodes: bool,
    graph: &'c Graph,
    key: Key,
    kept: Kept<'c>,
    /// Ids below have their value in the column, without a further look.
    bound: u32,
}

impl<'c> Stored<'c> {
    /// `None` where the rows hold no ids, or the statement writes.
    pub fn of(slot: Slot, key: Key, batch: &'c Batch, context: &'c Context<'_>) -> Option<Stored<'c>> {
        if context.has_written() {
            return None;
        }
        let graph = &*context.graph;
        let (ids, nodes) = match batch.column(slot) {
            Rows::Nodes(ids) => (ids, true),
            Rows::Relationships(ids) => (ids, false),
            _ => return None,
        };
        let kept = graph.stored(key, nodes)?;
        Some(Stored { column: kept.column, ids, nodes, graph, key, kept, bound: kept.plain_bound() })
    }

    /// The places of the values of all rows, where these follow each other and stand in the column.
    pub fn run(&self) -> Option<Range<usize>> {
        let run = self.column.presence.run(self.ids);
        run.filter(|_| self.ids.last().is_some_and(|last| *last < self.bound))
    }

    /// Whether all values stand in the column.
    pub fn keeps_all(&self) -> bool {
        self.kept.keeps_all(self.ids)
    }

    /// The id in a row, and whether its value stands in the column.
    #[inline]
    fn id(&self, row: u32) -> (u32, bool) {
        let id = self.ids[row as usize];
        if id < self.bound {
            return (id, true);
        }
        (id, self.kept.keeps(id))
    }

    /// The value that was written since the base was made.
    #[cold]
    fn written(&self, id: u32) -> Value {
        if id == NONE {
            return Value::Null;
        }
        let entity = match self.nodes {
            true => Entity::Node(NodeId(id)),
            false => Entity::Relationship(RelationshipId(id)),
        };
        self.graph.property(entity, self.key)
    }

    /// The whole number, or the day, in a row; `None` where there is none, or another thing was written.
    pub fn number(&self, row: u32) -> Option<i64> {
        let (id, stands) = self.id(row);
        let place = || self.column.presence.place(id);
        match (&self.column.values, stands) {
            (Values::Short(numbers) | Values::Dates(numbers), true) => Some(i64::from(numbers[place()?])),
            (Values::Integers(numbers), true) => Some(numbers[place()?]),
            (values, _) => match (values, self.written(id)) {
                (Values::Short(_) | Values::Integers(_), Value::Integer(number)) => Some(number),
                (Values::Dates(_), Value::Date(date)) => Some(date.days),
                _ => None,
            },
        }
    }

    #[inline]
    pub fn has(&self, row: u32) -> bool {
        match self.id(row) {
            (id, true) => self.column.has(id),
            (id, false) => !self.written(id).is_null(),
        }
    }

    /// Whether a row has no value, or one that passes one test where it is stored and the other where it was written.
    #[inline]
    pub fn is_open(
        &self,
        row: u32,
        stored: impl Fn(usize) -> bool,
        written: impl Fn(&Value) -> bool,
    ) -> bool {
        match self.id(row) {
            (id, true) => self.column.presence.place(id).is_none_or(stored),
            (id, false) => written(&self.written(id)),
        }
    }

    /// The rows whose stored value passes one test, or whose written value passes the other.
    #[inline]
    pub fn pick(
        &self,
        rows: Vec<u32>,
        stored: impl Fn(usize) -> bool,
        written: impl Fn(&Value) -> bool,
    ) -> Vec<u32> {
        // A look at all ids is worth it where many rows are asked.
        if rows.len() * 8 > self.ids.len()
            && let Some(run) = self.run()
        {
            return match rows.len() == self.ids.len() {
                true => passing(self.ids.len(), |row| stored(run.start + row)),
                false => kept(rows, |row| stored(run.start + row as usize)),
            };
        }
        kept(rows, |row| match self.id(row) {
            (id, true) => self.column.presence.place(id).is_some_and(&stored),
            (id, false) => written(&self.written(id)),
        })
    }
}

/// Of as many rows those that hold: 64 are asked before any of them is written down.
#[inline]
pub fn passing(length: usize, holds: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut rows = Vec::with_capacity(length);
    for first in (0..length).step_by(64) {
        let all = first..length.min(first + 64);
        let mut left = all.clone().fold(0, |found, row| found | u64::from(holds(row)) << (row - first));
        if left == u64::MAX {
            rows.extend(all.map(|row| row as u32));
            continue;
        }
        while left != 0 {
            rows.push(first as u32 + left.trailing_zeros());
            left &= left - 1;
        }
    }
    rows
}

pub(super) fn compare(
    (slot, key): (Slot, Key),
    operator: BinaryOperator,
    value: &Value,
    batch: &Batch,
    rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    let by_code = matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
    if matches!(value, Value::String(_)) && !by_code {
        let column = Stored::of(slot, key, batch, context).map(|stored| stored.column.clone());
        column.map_or(Ok(()), |column| alphabet::compared(&column, rows.len(), context))?;
    }
    let Some(stored) = Stored::of(slot, key, batch, context) else {
        return against((slot, key), operator, value.clone(), batch, rows, wanted, context);
    };
    let written = |found: &Value| operators::comparison(operator, found, value) == wanted;
    let negated = (operator == BinaryOperator::NotEqual) != (wanted == Truth::False);
    Ok(match (&stored.column.values, value) {
        (_, Value::Null) => Vec::new(),
        (Values::Short(numbers), Value::Integer(number)) => {
            let (low, high) = range(operator, *number);
            let within = |n: i32| (low <= i64::from(n) && i64::from(n) <= high) != negated;
            stored.pick(rows, |place| within(numbers[place]), written)
        }
        (Values::Dates(days), Value::Date(date)) => {
            let (low, high) = range(operator, date.days);
            let within = |n: i32| (low <= i64::from(n) && i64::from(n) <= high) != negated;
            stored.pick(rows, |place| within(days[place]), written)
        }
        (Values::Integers(numbers), Value::Integer(number)) => {
            let (low, high) = range(operator, *number);
            stored.pick(rows, |place| (low <= numbers[place] && numbers[place] <= high) != negated, written)
        }
        (Values::Strings { codes, dictionary }, Value::String(text)) if by_code => {
            let code = dictionary.code(text).unwrap_or(u32::MAX);
            stored.pick(rows, |place| (codes[place] == code) != negated, written)
        }
        (Values::Strings { .. }, Value::String(text)) => {
            ordered::select(&stored, operator, text, rows, wanted == Truth::True, written)
        }
        (values, _) => stored.pick(rows, |place| written(&values.at(place)), written),
    })
}

/// The whole numbers for which a comparison with a number is true; for `<>` those for which it is false.
pub(super) fn range(operator: BinaryOperator, number: i64) -> (i64, i64) {
    const NEVER: (i64, i64) = (1, 0);
    match operator {
        BinaryOperator::Less => number.checked_sub(1).map_or(NEVER, |high| (i64::MIN, high)),
        BinaryOperator::LessOrEqual => (i64::MIN, number),
        BinaryOperator::Greater => number.checked_add(1).map_or(NEVER, |low| (low, i64::MAX)),
        BinaryOperator::GreaterOrEqual => (number, i64::MAX),
        _ => (number, number),
    }
}

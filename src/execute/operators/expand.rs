//! One hop along relationships.

use crate::algebra::{Direction, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE, rows_of_a_batch};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::execute::operators::answered::{Answered, FIRST};
use crate::execute::visible::{All, Visible};
use crate::graph::{Adjacent, Lists, NodeId, RelationshipId, RelationshipType, Way};
use crate::optimize::plan::{self, Other};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use smallvec::SmallVec;
use std::ops::Range;

/// The lists of so many types are found at once: most nodes lack most of many types.
const SWEPT: usize = 16;

/// Rows that a chain of expansions may make for each row that may be held.
pub const STREAMED: u64 = 100;

pub struct Expand {
    input: Box<dyn Operator>,
    from: Slot,
    relationship: Slot,
    to: Slot,
    legs: Vec<(Way, RelationshipType)>,
    /// A loop lies in both directions and is walked once.
    either: bool,
    into: bool,
    /// Few types in one direction to wherever they lead.
    plain: bool,
    others: Vec<Other>,
    keep: SlotSet,
    keeps_relationship: bool,
    /// Rows of one batch.
    full: usize,
    current: Option<Current>,
    rows_out: u64,
    /// Rows for which there is nothing more to find.
    answered: Option<Answered>,
}

/// Where in the input the expansion stands.
struct Current {
    batch: Batch,
    /// Which row something was found for matters: the row has more to hand on.
    keeps_rows: bool,
    row: usize,
    leg: usize,
    place: usize,
}

/// What has been found.
#[derive(Default)]
struct Found {
    /// Left out where the rows have nothing to hand on.
    rows: Vec<u32>,
    relationships: Vec<u32>,
    nodes: Vec<u32>,
}

impl Found {
    /// Reads lists, each found for a row: so many nodes in all.
    #[inline]
    fn extend<'l>(
        &mut self,
        lists: impl Iterator<Item = (u32, &'l Lists<'l>, &'l Range<usize>)> + Clone,
        added: usize,
        keeps_relationship: bool,
        keeps_rows: bool,
    ) {
        self.nodes.reserve(added);
        for (_, lists, range) in lists.clone() {
            self.nodes.extend(lists.nodes_in(range.clone()).iter().map(|node| node.0));
        }
        if keeps_relationship {
            self.relationships.reserve(added);
            for (_, lists, range) in lists.clone() {
                self.relationships.extend(lists.relationships_in(range.clone()).iter().map(|r| r.0));
            }
        }
        if keeps_rows {
            self.rows.reserve(added);
            for (row, _, range) in lists {
                self.rows.resize(self.rows.len() + range.len(), row);
            }
        }
    }
}

impl Expand {
    pub fn new(
        input: Box<dyn Operator>,
        expand: &plan::Expand,
        legs: Vec<(Way, RelationshipType)>,
        keep: SlotSet,
    ) -> Expand {
        Expand {
            input,
            from: expand.from,
            plain: legs.len() <= SWEPT
                && !expand.into
                && expand.others.is_empty()
                && expand.direction != Direction::Either,
            relationship: expand.relationship,
            to: expand.to,
            legs,
            either: expand.direction == Direction::Either,
            into: expand.into,
            others: expand.others.clone(),
            keeps_relationship: keep.contains(expand.relationship),
            full: rows_of_a_batch(keep.iter().count()),
            keep,
            current: None,
            rows_out: 0,
            answered: None,
        }
    }

    /// Leaves out rows that are answered, where that is asked.
    pub fn leaving(self, answered: Option<Answered>) -> Expand {
        let full = if answered.is_some() { self.full.min(FIRST) } else { self.full };
        Expand { answered, full, ..self }
    }

    /// Walks the lists of one type for as many rows as there is room for. First all lists are found, then all are read:
    /// so the looks into memory do not wait for one another. Stops before a row whose list is elsewhere or too long.
    fn sweep(&self, current: &mut Current, found: &mut Found, context: &mut Context<'_>) -> Result<()> {
        let (Some((way, kind)), Column::Nodes(starts)) = (self.legs.first(), current.batch.column(self.from))
        else {
            return Ok(());
        };
        let lists = context.graph.lists(*way, *kind);
        let mut length = found.nodes.len();
        let mut ranges = Vec::with_capacity(starts.len() - current.row);
        let answered = self.answered.as_ref().map(|answered| answered.of_batch(&current.batch));
        for (row, start) in (current.row..).zip(starts.get(current.row..).unwrap_or(&[])) {
            let left_out = *start == NONE || answered.as_ref().is_some_and(|answered| answered.has(row));
            let range = if left_out { Some(0..0) } else { lists.range(*start) };
            let Some(range) = range.filter(|range| length + range.len() <= self.full) else { break };
            length += range.len();
            ranges.push(range);
        }
        let added = length - found.nodes.len();
        let of_rows = (current.row as u32..).zip(&ranges).map(|(row, range)| (row, &lists, range));
        found.extend(of_rows, added, self.keeps_relationship, current.keeps_rows);
        current.row += ranges.len();
        context.touched += added as u64;
        context.meter.work((ranges.len() + added) as u32)
    }

    /// The same where there are several types.
    fn sweep_all(&self, current: &mut Current, found: &mut Found, context: &mut Context<'_>) -> Result<()> {
        let Column::Nodes(starts) = current.batch.column(self.from) else { return Ok(()) };
        let of_leg = |(way, kind): &(Way, RelationshipType)| context.graph.lists(*way, *kind);
        let all: SmallVec<[Lists<'_>; SWEPT]> = self.legs.iter().map(of_leg).collect();
        let mut length = found.nodes.len();
        let mut ranges: Vec<(u32, u32, Range<usize>)> = Vec::with_capacity(starts.len() - current.row);
        let answered = self.answered.as_ref().map(|answered| answered.of_batch(&current.batch));
        let first = current.row;
        for (row, start) in (first..).zip(starts.get(first..).unwrap_or(&[])) {
            let (begin, before) = (ranges.len(), length);
            let left_out = *start == NONE || answered.as_ref().is_some_and(|answered| answered.has(row));
            let lists = if left_out { &[][..] } else { &all };
            let mut is_here = true;
            for (leg, lists) in (0..).zip(lists) {
                match lists.range(*start) {
                    Some(range) if range.is_empty() => {}
                    Some(range) => {
                        length += range.len();
                        ranges.push((row as u32, leg, range));
                    }
                    None => is_here = false,
                }
            }
            if !is_here || length > self.full {
                ranges.truncate(begin);
                length = before;
                break;
            }
            current.row += 1;
        }
        let added = length - found.nodes.len();
        let of_rows = ranges.iter().map(|(row, leg, range)| (*row, &all[*leg as usize], range));
        found.extend(of_rows, added, self.keeps_relationship, current.keeps_rows);
        let steps = (current.row - first) * self.legs.len();
        context.touched += added as u64;
        context.meter.work((steps + added) as u32)
    }

    fn walk<V: Visible>(
        &self,
        current: &mut Current,
        found: &mut Found,
        visible: V,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let starts = current.batch.column(self.from).clone();
        let targets = current.batch.column(self.to).clone();
        let answered = self.answered.as_ref().map(|answered| answered.of_batch(&current.batch));
        while current.row < current.batch.length {
            if answered.as_ref().is_some_and(|answered| answered.has(current.row)) {
                (current.row, current.leg, current.place) = (current.row + 1, 0, 0);
                continue;
            }
            if self.plain && visible.all() && current.place == 0 && current.leg == 0 {
                match self.legs.len() {
                    1 => self.sweep(current, found, context)?,
                    _ => self.sweep_all(current, found, context)?,
                }
                if current.row >= current.batch.length || found.nodes.len() >= self.full {
                    return Ok(());
                }
            }
            context.meter.tick()?;
            let Some(start) = starts.node(current.row) else {
                current.row += 1;
                continue;
            };
            let target = if self.into { targets.node(current.row) } else { None };
            if self.into && target.is_none() {
                current.row += 1;
                continue;
            }
            context.meter.work(self.others.len() as u32 / 8)?;
            let taken_before = taken_by(&self.others, &current.batch, current.row);
            while let Some((way, kind)) = self.legs.get(current.leg) {
                let adjacent = context.graph.adjacent(start, *way, *kind);
                let adjacent = match target {
                    Some(target) => between(adjacent, target),
                    None => adjacent,
                };
                // Most nodes lack most of many types.
                if adjacent.nodes.is_empty() {
                    current.leg += 1;
                    continue;
                }
                let nodes = adjacent.nodes.get(current.place..).unwrap_or(&[]);
                let relationships = adjacent.relationships.get(current.place..).unwrap_or(&[]);
                let room = self.full.saturating_sub(found.nodes.len()).max(1);
                let taken = nodes.len().min(room);
                let loops = self.either && *way == Way::In;
                if !loops && taken_before.is_empty() && visible.all() {
                    if current.keeps_rows {
                        found.rows.resize(found.rows.len() + taken, current.row as u32);
                    }
                    if self.keeps_relationship {
                        found.relationships.extend(relationships.iter().take(taken).map(|r| r.0));
                    }
                    found.nodes.extend(nodes.iter().take(taken).map(|node| node.0));
                    context.touched += taken as u64;
                    context.meter.work(taken as u32)?;
                    if taken < nodes.len() {
                        current.place += taken;
                        return Ok(());
                    }
                    current.leg += 1;
                    current.place = 0;
                    continue;
                }
                for (node, relationship) in nodes.iter().zip(relationships).take(taken) {
                    if (loops && *node == start) || !visible.relationship(*relationship) {
                        continue;
                    }
                    if taken_before.contains(relationship) {
                        continue;
                    }
                    if current.keeps_rows {
                        found.rows.push(current.row as u32);
                    }
                    if self.keeps_relationship {
                        found.relationships.push(relationship.0);
                    }
                    found.nodes.push(node.0);
                }
                context.touched += taken as u64;
                if taken < nodes.len() {
                    current.place += taken;
                    context.meter.tick()?;
                    if found.nodes.len() >= self.full {
                        return Ok(());
                    }
                    continue;
                }
                current.leg += 1;
                current.place = 0;
            }
            current.row += 1;
            current.leg = 0;
            current.place = 0;
            if found.nodes.len() >= self.full {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Operator for Expand {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut found = Found::default();
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => {
                    let Some(batch) = self.input.next(context)? else { return Ok(None) };
                    Current { keeps_rows: batch.varies(&self.keep), batch, row: 0, leg: 0, place: 0 }
                }
            };
            match context.mask.clone() {
                None => self.walk(&mut current, &mut found, All, context)?,
                Some(mask) => self.walk(&mut current, &mut found, &*mask, context)?,
            }
            if found.nodes.is_empty() {
                continue;
            }
            self.rows_out += found.nodes.len() as u64;
            context.meter.rows(self.rows_out / STREAMED)?;
            let mut batch = match current.keeps_rows {
                true => current.batch.gather(&found.rows, &self.keep),
                false => current.batch.stretch(found.nodes.len(), &self.keep),
            };
            if !self.into && self.keep.contains(self.to) {
                batch.set(self.to, Column::nodes(found.nodes));
            }
            if self.keeps_relationship {
                batch.set(self.relationship, Column::relationships(found.relationships));
            }
            if current.row < current.batch.length {
                self.current = Some(current);
            }
            return Ok(Some(batch));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
    }
}

/// The part of an adjacency list that leads to one node: lists ascend by neighbour.
pub fn between(adjacent: Adjacent<'_>, target: NodeId) -> Adjacent<'_> {
    let from = adjacent.nodes.partition_point(|node| *node < target);
    let to = from + adjacent.nodes.get(from..).unwrap_or(&[]).partition_point(|node| *node == target);
    Adjacent {
        nodes: adjacent.nodes.get(from..to).unwrap_or(&[]),
        relationships: adjacent.relationships.get(from..to).unwrap_or(&[]),
    }
}

/// The relationships that other parts of the same MATCH have used in a row.
#[inline]
pub fn taken_by(others: &[Other], batch: &Batch, row: usize) -> SmallVec<[RelationshipId; 4]> {
    let mut taken = SmallVec::new();
    for other in others {
        let column = batch.column(other.slot);
        if !other.list {
            taken.extend(column.relationship(row));
        } else if let Some(trail) = column.trail(row) {
            taken.extend_from_slice(trail);
        } else if let Value::List(items) = column.value(row) {
            taken.extend(items.iter().filter_map(|item| match item {
                Value::Relationship(relationship) => Some(*relationship),
                _ => None,
            }));
        }
    }
    taken
}

/// Whether a relationship is already used by another part of the same MATCH.
#[inline]
pub fn is_among(others: &[Other], batch: &Batch, row: usize, relationship: RelationshipId) -> bool {
    others.iter().any(|other| {
        let column = batch.column(other.slot);
        if let Some(trail) = column.trail(row) {
            trail.contains(&relationship)
        } else if other.list {
            match column.value(row) {
                Value::List(items) => {
                    items.iter().any(|item| matches!(item, Value::Relationship(r) if *r == relationship))
                }
                _ => false,
            }
        } else {
            column.relationship(row) == Some(relationship)
        }
    })
}

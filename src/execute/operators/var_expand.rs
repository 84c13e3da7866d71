//! Any number of hops: every trail, a relationship at most once in each.

use super::expand::{STREAMED, is_among};
use crate::algebra::Direction;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, has_properties};
use crate::execute::operator::Operator;
use crate::execute::operators::answered::{Answered, FIRST};
use crate::execute::operators::path_tests::PathTests;
use crate::graph::{NodeId, RelationshipId, RelationshipType, Way};
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Trails longer than this look up their relationships in a set.
const LONG: usize = 24;

/// Relationships in lists with which a batch is full, though it has few rows.
const LISTED: usize = 1 << 18;

pub struct VarExpand {
    input: Box<dyn Operator>,
    spec: plan::VarExpand,
    legs: Vec<(Way, RelationshipType)>,
    properties: Option<Compiled>,
    tests: PathTests,
    keep: SlotSet,
    current: Option<Walk>,
    rows_out: u64,
    /// Rows of one batch.
    full: usize,
    /// Rows for which there is nothing more to find.
    answered: Option<Answered>,
}

/// The trail that is being walked from one row.
struct Walk {
    batch: Batch,
    row: usize,
    stack: Vec<Place>,
    trail: Vec<RelationshipId>,
    on_trail: FxHashSet<RelationshipId>,
    /// What every relationship of this row's trails must have.
    wanted: Value,
}

/// A node on the trail and what of its adjacency has been tried.
struct Place {
    node: NodeId,
    leg: usize,
    place: usize,
}

#[derive(Default)]
struct Found {
    rows: Vec<u32>,
    ends: Vec<u32>,
    /// Where the list of each row begins and ends.
    spans: Vec<(u32, u32)>,
    /// Relationships in all lists.
    relationships: Vec<RelationshipId>,
}

impl VarExpand {
    pub fn new(
        input: Box<dyn Operator>,
        spec: &plan::VarExpand,
        legs: Vec<(Way, RelationshipType)>,
        (properties, tests): (Option<Compiled>, PathTests),
        keep: SlotSet,
    ) -> VarExpand {
        VarExpand {
            input,
            spec: spec.clone(),
            legs,
            properties,
            tests,
            keep,
            current: None,
            rows_out: 0,
            full: BATCH,
            answered: None,
        }
    }

    /// Leaves out rows that are answered, where that is asked.
    pub fn leaving(self, answered: Option<Answered>) -> VarExpand {
        let full = if answered.is_some() { FIRST } else { self.full };
        VarExpand { answered, full, ..self }
    }

    fn is_answered(&self, walk: &Walk) -> bool {
        self.answered.as_ref().is_some_and(|answered| answered.of_batch(&walk.batch).has(walk.row))
    }

    /// Starts the trails of a row.
    fn enter(&self, walk: &mut Walk, found: &mut Found, context: &mut Context<'_>) -> Result<()> {
        let Some(start) = walk.batch.column(self.spec.from).node(walk.row) else { return Ok(()) };
        if let Some(properties) = &self.properties {
            walk.wanted = properties.value(&mut Frame::new(&walk.batch, walk.row), context)?;
        }
        if self.spec.min == 0 {
            self.report(walk, start, found);
        }
        if self.spec.max != Some(0) {
            walk.stack.push(Place { node: start, leg: 0, place: 0 });
        }
        Ok(())
    }

    fn report(&self, walk: &Walk, end: NodeId, found: &mut Found) {
        if self.spec.into && walk.batch.column(self.spec.to).node(walk.row) != Some(end) {
            return;
        }
        found.rows.push(walk.row as u32);
        found.ends.push(end.0);
        if self.keep.contains(self.spec.relationships) {
            let from = found.relationships.len();
            found.relationships.extend_from_slice(&walk.trail);
            if self.spec.reversed
                && let Some(list) = found.relationships.get_mut(from..)
            {
                list.reverse();
            }
            found.spans.push((from as u32, found.relationships.len() as u32));
        }
    }

    /// Takes one step, forward or back.
    fn advance(
        &self,
        walk: &mut Walk,
        tests: &mut PathTests,
        found: &mut Found,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let depth = walk.stack.len();
        let Some(top) = walk.stack.last_mut() else { return Ok(()) };
        // Most nodes lack most of many types.
        let (way, adjacent) = loop {
            let Some((way, kind)) = self.legs.get(top.leg) else {
                walk.stack.pop();
                if let Some(relationship) = walk.trail.pop()
                    && walk.trail.len() >= LONG
                {
                    walk.on_trail.remove(&relationship);
                }
                return Ok(());
            };
            let adjacent = context.graph.adjacent(top.node, *way, *kind);
            if top.place < adjacent.nodes.len() {
                break (way, adjacent);
            }
            top.leg += 1;
            top.place = 0;
        };
        let (Some(node), Some(relationship)) =
            (adjacent.nodes.get(top.place).copied(), adjacent.relationships.get(top.place).copied())
        else {
            return Ok(());
        };
        top.place += 1;
        context.touched += 1;
        let loops = self.spec.direction == Direction::Either && *way == Way::In;
        if loops && node == top.node {
            return Ok(());
        }
        if context.mask.as_ref().is_some_and(|mask| !mask.has_relationship(relationship)) {
            return Ok(());
        }
        let early = walk.trail.get(..walk.trail.len().min(LONG)).unwrap_or(&[]);
        if early.contains(&relationship)
            || (walk.trail.len() > LONG && walk.on_trail.contains(&relationship))
            || (!self.spec.others.is_empty()
                && is_among(&self.spec.others, &walk.batch, walk.row, relationship))
        {
            return Ok(());
        }
        if self.properties.is_some()
            && has_properties(&Value::Relationship(relationship), &walk.wanted, context)? != Truth::True
        {
            return Ok(());
        }
        if !tests.is_empty() && !tests.hold((relationship, node), &walk.batch, walk.row, context)? {
            return Ok(());
        }
        walk.trail.push(relationship);
        if depth as u64 >= self.spec.min {
            self.report(walk, node, found);
        }
        if self.spec.max.is_none_or(|max| (depth as u64) < max) {
            if walk.trail.len() > LONG {
                walk.on_trail.insert(relationship);
            }
            walk.stack.push(Place { node, leg: 0, place: 0 });
        } else {
            walk.trail.pop();
        }
        Ok(())
    }
}

impl Operator for VarExpand {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut found = Found::default();
        let mut tests = std::mem::take(&mut self.tests);
        loop {
            let mut walk = match self.current.take() {
                Some(walk) => walk,
                None => {
                    let Some(batch) = self.input.next(context)? else {
                        self.tests = tests;
                        return Ok(None);
                    };
                    let mut walk = Walk {
                        batch,
                        row: 0,
                        stack: Vec::new(),
                        trail: Vec::new(),
                        on_trail: FxHashSet::default(),
                        wanted: Value::Null,
                    };
                    if walk.batch.length > 0 {
                        self.enter(&mut walk, &mut found, context)?;
                    }
                    walk
                }
            };
            if self.is_answered(&walk) {
                walk.stack.clear();
            }
            while walk.row < walk.batch.length
                && found.rows.len() < self.full
                && found.relationships.len() < LISTED
            {
                context.tick()?;
                if walk.stack.is_empty() {
                    walk.row += 1;
                    walk.trail.clear();
                    walk.on_trail.clear();
                    if walk.row < walk.batch.length && !self.is_answered(&walk) {
                        self.enter(&mut walk, &mut found, context)?;
                    }
                    continue;
                }
                self.advance(&mut walk, &mut tests, &mut found, context)?;
            }
            if found.rows.is_empty() {
                continue;
            }
            self.rows_out += found.rows.len() as u64;
            context.meter.rows(self.rows_out / STREAMED)?;
            let mut batch = walk.batch.gather(&found.rows, &self.keep);
            if !self.spec.into {
                batch.set(self.spec.to, Column::nodes(found.ends));
            }
            if self.keep.contains(self.spec.relationships) {
                batch.set(
                    self.spec.relationships,
                    Column::Trails {
                        spans: Arc::new(found.spans),
                        relationships: Arc::new(found.relationships),
                    },
                );
            }
            if walk.row < walk.batch.length {
                self.current = Some(walk);
            }
            self.tests = tests;
            return Ok(Some(batch));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
    }
}

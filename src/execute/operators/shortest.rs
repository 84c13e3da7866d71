//! Shortest paths between two known nodes.

mod known;
mod legs;
mod single;
mod wave;

use crate::algebra::{Direction, Search};
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, has_properties};
use crate::execute::operator::Operator;
use crate::graph::{NodeId, RelationshipId, RelationshipType, Way};
use crate::optimize::plan::Shortest;
use crate::optimize::slots::SlotSet;
use crate::value::{Path, Truth, Value};
use known::Seen;
use legs::{Legs, Steps};
use rustc_hash::{FxHashMap, FxHashSet};
use single::Single;
use smallvec::{SmallVec, smallvec};
use std::collections::hash_map::Entry;
use std::sync::Arc;

pub use known::Known;
use wave::Far;

pub struct ShortestPaths {
    input: Box<dyn Operator>,
    spec: Shortest,
    legs: Vec<(Way, RelationshipType)>,
    properties: Option<Compiled>,
    keep: SlotSet,
    single: Single,
}

/// How a node was reached: by which relationships from which nodes, all at the same distance.
type Parents = FxHashMap<NodeId, (u64, Before)>;

/// Where a node was reached from, and over which relationships.
type Before = SmallVec<[(NodeId, RelationshipId); 1]>;

/// One side of a search.
struct Side {
    parents: Parents,
    frontier: Vec<NodeId>,
    depth: u64,
    reverse: bool,
}

impl Side {
    fn new(start: NodeId, reverse: bool) -> Side {
        let mut parents = Parents::default();
        parents.insert(start, (0, Before::new()));
        Side { parents, frontier: vec![start], depth: 0, reverse }
    }
}

impl ShortestPaths {
    pub fn new(
        input: Box<dyn Operator>,
        spec: Shortest,
        legs: Vec<(Way, RelationshipType)>,
        properties: Option<Compiled>,
        keep: SlotSet,
    ) -> ShortestPaths {
        ShortestPaths { input, spec, legs, properties, keep, single: Single::default() }
    }

    /// The ways of a step that may take relationships of all types.
    fn any_way(&self) -> &'static [Way] {
        match (self.spec.types.is_empty(), self.spec.direction) {
            (false, _) => &[],
            (true, Direction::Outgoing) => &[Way::Out],
            (true, Direction::Incoming) => &[Way::In],
            (true, Direction::Either) => &[Way::Out, Way::In],
        }
    }

    /// The most relationships that a path may have.
    fn longest(&self) -> u64 {
        self.spec.max.unwrap_or(u64::MAX)
    }

    /// The shortest paths between two nodes: one, or all of them.
    fn paths(
        &self,
        (from, to): (NodeId, NodeId),
        wanted: Option<&Value>,
        single: &mut Single,
        legs: &Legs<'_>,
        context: &mut Context<'_>,
    ) -> Result<Vec<Path>> {
        let all = self.spec.search == Search::AllShortest;
        if from == to {
            // Nothing is shorter than staying where one is; a way round is only looked for when one has to move.
            if self.spec.min == 0 {
                return Ok(vec![Path { nodes: vec![from], relationships: Vec::new() }]);
            }
            return Ok(Vec::new());
        }
        if !all && wanted.is_none() {
            let path = single.path((from, to), legs, self.longest(), self.spec.bidirectional, context)?;
            return Ok(path
                .filter(|path| path.relationships.len() as u64 >= self.spec.min)
                .into_iter()
                .collect());
        }
        let (mut left, mut right) = (Side::new(from, false), Side::new(to, true));
        let mut meetings: Vec<NodeId> = Vec::new();
        while meetings.is_empty() && left.depth + right.depth < self.longest() {
            let forward = !self.spec.bidirectional || left.frontier.len() <= right.frontier.len();
            let (side, opposite) = if forward { (&mut left, &right) } else { (&mut right, &left) };
            if side.frontier.is_empty() {
                return Ok(Vec::new());
            }
            meetings = self.grow(side, opposite, legs, wanted, context)?;
        }
        let mut paths = Vec::new();
        let mut bytes = 0;
        let mut seen = FxHashSet::default();
        for meeting in meetings {
            let heads = trails(&left.parents, meeting, all, context)?;
            let tails = trails(&right.parents, meeting, all, context)?;
            for head in &heads {
                for tail in &tails {
                    context.tick()?;
                    let path = join(head, tail, meeting);
                    if path.relationships.len() as u64 >= self.spec.min && seen.insert(path.clone()) {
                        context.meter.rows(paths.len() as u64)?;
                        // It stands among the paths, among those seen and, as a list, in the row.
                        bytes += path.relationships.len() as u64 * 40 + 128;
                        context.can_hold(bytes)?;
                        paths.push(path);
                        if !all {
                            return Ok(paths);
                        }
                    }
                }
            }
        }
        Ok(paths)
    }

    /// Grows a side by one hop; returns where it meets the opposite side.
    fn grow(
        &self,
        side: &mut Side,
        opposite: &Side,
        legs: &Legs<'_>,
        wanted: Option<&Value>,
        context: &mut Context<'_>,
    ) -> Result<Vec<NodeId>> {
        let all = self.spec.search == Search::AllShortest;
        let mut met = Vec::new();
        let mut next = Vec::new();
        let mut steps = Steps::new();
        side.depth += 1;
        'nodes: for node in std::mem::take(&mut side.frontier) {
            legs.at(node, side.reverse, context.graph, &mut steps);
            for step in &steps {
                let (way, kind) = &legs.all[*step as usize];
                let way = if side.reverse { way.reverse() } else { *way };
                let degree = context.graph.degree(node, way, *kind);
                context.touched += degree as u64;
                for place in 0..degree {
                    context.meter.tick()?;
                    let adjacent = context.graph.adjacent(node, way, *kind);
                    let (Some(other), Some(relationship)) =
                        (adjacent.nodes.get(place).copied(), adjacent.relationships.get(place).copied())
                    else {
                        break;
                    };
                    if context.mask.as_ref().is_some_and(|mask| !mask.has_relationship(relationship)) {
                        continue;
                    }
                    if let Some(wanted) = wanted
                        && has_properties(&Value::Relationship(relationship), wanted, context)? != Truth::True
                    {
                        continue;
                    }
                    match side.parents.entry(other) {
                        Entry::Occupied(mut known) => {
                            let (depth, parents) = known.get_mut();
                            if all && *depth == side.depth {
                                parents.push((node, relationship));
                            }
                        }
                        Entry::Vacant(open) => {
                            open.insert((side.depth, smallvec![(node, relationship)]));
                            next.push(other);
                            if opposite.parents.contains_key(&other) {
                                met.push(other);
                                // No way is shorter than the first that is found.
                                if !all {
                                    break 'nodes;
                                }
                            }
                        }
                    }
                }
            }
        }
        context.can_hold(side.parents.len() as u64 * 64)?;
        side.frontier = next;
        Ok(met)
    }
}

/// The ways from a node back to where the search began: the relationships and the nodes they lead to.
fn trails(
    parents: &Parents,
    from: NodeId,
    all: bool,
    context: &mut Context<'_>,
) -> Result<Vec<Vec<(NodeId, RelationshipId)>>> {
    let mut finished = Vec::new();
    let mut bytes = 0;
    let mut open = vec![(from, Vec::new())];
    while let Some((node, trail)) = open.pop() {
        context.tick()?;
        let before = parents.get(&node).map_or(&[][..], |(_, parents)| parents.as_slice());
        if before.is_empty() {
            bytes += trail.len() as u64 * 8 + 24;
            context.can_hold(bytes)?;
            finished.push(trail);
            context.meter.rows(finished.len() as u64)?;
            continue;
        }
        let taken = if all { before.len() } else { 1 };
        for (parent, relationship) in before.iter().take(taken) {
            let mut longer = trail.clone();
            longer.push((*parent, *relationship));
            open.push((*parent, longer));
        }
    }
    Ok(finished)
}

fn join(head: &[(NodeId, RelationshipId)], tail: &[(NodeId, RelationshipId)], meeting: NodeId) -> Path {
    let mut nodes: Vec<NodeId> = head.iter().rev().map(|(node, _)| *node).collect();
    let mut relationships: Vec<RelationshipId> =
        head.iter().rev().map(|(_, relationship)| *relationship).collect();
    nodes.push(meeting);
    for (node, relationship) in tail {
        relationships.push(*relationship);
        nodes.push(*node);
    }
    Path { nodes, relationships }
}

impl Operator for ShortestPaths {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let mut single = std::mem::take(&mut self.single);
        let out = match self.spec.measured {
            true => self.lengths(&batch, &mut single, context),
            false => self.all_paths(&batch, &mut single, context),
        };
        self.single = single;
        out.map(Some)
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

impl ShortestPaths {
    /// What is known of the ends; nothing where what is written in between may lead to what could not be reached.
    fn known(&self, context: &Context<'_>) -> Result<Option<Arc<Known>>> {
        let known = || context.ends.get(self.spec.relationships, || Ok(Known::default()));
        (!context.writes).then(known).transpose()
    }

    /// Rows with their shortest paths.
    fn all_paths(&self, batch: &Batch, single: &mut Single, context: &mut Context<'_>) -> Result<Batch> {
        let (mut rows, mut lists, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        let (known, mut seen) = (self.known(context)?, Seen::default());
        let legs = Legs::new(&self.legs, self.any_way());
        let mut asked = Asked::of(&self.spec, batch);
        while let Some((row, (from, to))) = asked.next() {
            context.meter.check()?;
            if from != to
                && let Some(known) = &known
                && known.far([from, to], &mut seen, self.longest(), context)? == Far::Beyond
            {
                continue;
            }
            let wanted = match &self.properties {
                Some(properties) => Some(properties.value(&mut Frame::new(batch, row), context)?),
                None => None,
            };
            let before = context.touched;
            let found = self.paths((from, to), wanted.as_ref(), single, &legs, context)?;
            if let Some(known) = known.as_ref().filter(|_| found.is_empty() && from != to) {
                let plain = wanted.is_none() && self.spec.search == Search::Shortest;
                let took = (context.touched - before, if plain { single.whole() } else { None });
                known.learn([from, to], took, asked.more(row), &mut seen, &legs, context);
            }
            for path in found {
                rows.push(row as u32);
                let list: Vec<Value> = path.relationships.iter().map(|r| Value::Relationship(*r)).collect();
                lists.push(if self.spec.single {
                    list.into_iter().next().unwrap_or_default()
                } else {
                    Value::from(list)
                });
                paths.push(Value::Path(Arc::new(path)));
            }
        }
        let mut out = batch.gather(&rows, &self.keep);
        out.set(self.spec.relationships, Column::values(lists));
        if let Some(path) = self.spec.path {
            out.set(path, Column::values(paths));
        }
        Ok(out)
    }

    /// Rows with the lengths of their shortest paths.
    fn lengths(&self, batch: &Batch, single: &mut Single, context: &mut Context<'_>) -> Result<Batch> {
        let (mut rows, mut lengths) = (Vec::new(), Vec::new());
        let (known, mut seen) = (self.known(context)?, Seen::default());
        let legs = Legs::new(&self.legs, self.any_way());
        let mut asked = Asked::of(&self.spec, batch);
        while let Some((row, (from, to))) = asked.next() {
            context.meter.tick()?;
            let mut far = match (&known, from == to) {
                (_, true) => Far::Hops(0),
                (Some(known), _) => known.far([from, to], &mut seen, self.longest(), context)?,
                (None, _) => Far::Unknown,
            };
            if far == Far::Unknown {
                let before = context.touched;
                let found =
                    single.length((from, to), &legs, self.longest(), self.spec.bidirectional, context)?;
                if let Some(known) = &known {
                    let whole = if found.is_none() { single.whole() } else { None };
                    let took = (context.touched - before, whole);
                    known.learn([from, to], took, asked.more(row), &mut seen, &legs, context);
                }
                far = found.map_or(Far::Beyond, Far::Hops);
            }
            if let Far::Hops(length) = far
                && (self.spec.min..=self.longest()).contains(&length)
            {
                rows.push(row as u32);
                lengths.push(length as i64);
            }
        }
        let mut out = batch.gather(&rows, &self.keep);
        if let Some(path) = self.spec.path {
            out.set(path, Column::integers(lengths));
        }
        Ok(out)
    }
}

/// The pairs of nodes of a batch, and how many of them follow with the same node.
struct Asked<'b> {
    ends: [&'b Column; 2],
    rows: std::ops::Range<usize>,
    /// Up to where both ends stay the same as they were in the row that was looked at last.
    same: [usize; 2],
}

impl<'b> Asked<'b> {
    fn of(spec: &Shortest, batch: &'b Batch) -> Asked<'b> {
        let ends = [spec.from, spec.to].map(|slot| batch.column(slot));
        Asked { ends, rows: 0..batch.length, same: [0; 2] }
    }

    /// The next row in which there are two nodes.
    fn next(&mut self) -> Option<(usize, (NodeId, NodeId))> {
        let [from, to] = self.ends;
        self.rows.find_map(|row| Some((row, (from.node(row)?, to.node(row)?))))
    }

    /// In how many rows after one each end stays the same.
    fn more(&mut self, row: usize) -> [u32; 2] {
        for (ends, same) in self.ends.iter().zip(&mut self.same) {
            if *same <= row {
                let node = ends.node(row);
                *same = (row + 1..self.rows.end).find(|row| ends.node(*row) != node).unwrap_or(self.rows.end);
            }
        }
        self.same.map(|same| (same - row - 1) as u32)
    }
}

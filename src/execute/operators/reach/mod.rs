//! Which nodes any number of hops leads to, each once: from every row, or from all together.

mod all;
mod either;
mod marks;

pub use all::ReachFromAll;

use crate::algebra::Direction;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, has_properties};
use crate::execute::operator::Operator;
use crate::execute::operators::around::Around;
use crate::execute::operators::path_tests::PathTests;
use crate::graph::{Bits, Graph, Lists, NodeId, RelationshipType, Way};
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};
use smallvec::SmallVec;

pub struct Reach {
    input: Box<dyn Operator>,
    spec: plan::VarExpand,
    legs: Vec<(Way, RelationshipType)>,
    properties: Option<Compiled>,
    tests: PathTests,
    keep: SlotSet,
    current: Option<(Batch, usize)>,
    found: Found,
    branches: either::Branches,
}

/// What the search from one row has found.
struct Found {
    seen: Bits,
    /// In the order in which they were found.
    ends: Vec<u32>,
}

impl Found {
    #[inline]
    fn add(&mut self, node: NodeId) {
        if self.seen.add(node.0) {
            self.ends.push(node.0);
        }
    }

    /// Forgets what was seen: one by one, unless that takes longer than all at once.
    fn forget(&mut self) {
        if self.ends.len() * 8 > self.seen.words().len() {
            self.seen.clear();
        } else {
            self.ends.iter().for_each(|end| self.seen.set(*end, false));
        }
    }
}

impl Reach {
    pub fn new(
        input: Box<dyn Operator>,
        spec: &plan::VarExpand,
        legs: Vec<(Way, RelationshipType)>,
        (properties, tests): (Option<Compiled>, PathTests),
        keep: SlotSet,
    ) -> Reach {
        let found = Found { seen: Bits::new(), ends: Vec::new() };
        let branches = either::Branches::default();
        Reach { input, spec: spec.clone(), legs, properties, tests, keep, current: None, found, branches }
    }

    /// Breadth first from one row's node. The start itself is an end only if it is reached again (or `min` is 0).
    fn search(&mut self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<()> {
        let Some(start) = batch.column(self.spec.from).node(row) else { return Ok(()) };
        let wanted = match &self.properties {
            Some(properties) => Some(properties.value(&mut Frame::new(batch, row), context)?),
            None => None,
        };
        let Reach { spec, legs, found, branches, tests, .. } = self;
        if spec.direction == Direction::Either && spec.min > 0 {
            let Context { graph, mask, meter, touched, .. } = context;
            let around = Around { graph, mask: mask.as_deref(), legs };
            either::search(spec, &around, start, None, branches, &mut found.ends, (touched, meter))?;
            return Ok(());
        }
        found.seen.make_room(context.graph.node_bound() as usize);
        if wanted.is_some() || context.mask.is_some() || !tests.is_empty() {
            let mut asked = (wanted.as_ref(), tests, (batch, row));
            return rounds(spec, start, found, |node, found| {
                legs.iter().try_for_each(|leg| chosen(node, *leg, &mut asked, found, context))
            });
        }
        let Context { graph, meter, touched, .. } = context;
        let graph: &Graph = graph;
        let lists: SmallVec<[Lists<'_>; 2]> =
            legs.iter().map(|(way, kind)| graph.lists(*way, *kind)).collect();
        rounds(spec, start, found, |node, found| {
            for lists in &lists {
                let next = lists.nodes(node.0);
                next.iter().for_each(|node| found.add(*node));
                *touched += next.len() as u64;
                meter.work(next.len() as u32 + 1)?;
            }
            Ok(())
        })
    }
}

/// Hop by hop: first from the start, then from what the hop before has found. Without a mark the start is found again
/// when a way leads back to it; then it has been walked from already.
fn rounds(
    spec: &plan::VarExpand,
    start: NodeId,
    found: &mut Found,
    mut hop: impl FnMut(NodeId, &mut Found) -> Result<()>,
) -> Result<()> {
    if spec.min == 0 {
        found.add(start);
    }
    let mut walked = found.ends.len();
    let mut hops = 0;
    let goes_on = |hops: u64| spec.max.is_none_or(|max| hops < max);
    if goes_on(hops) {
        hop(start, found)?;
        hops += 1;
    }
    while walked < found.ends.len() && goes_on(hops) {
        let last = found.ends.len();
        for place in walked..last {
            let node = NodeId(found.ends[place]);
            if node != start {
                hop(node, found)?;
            }
        }
        walked = last;
        hops += 1;
    }
    Ok(())
}

/// What is asked of each step: properties of the relationship, and tests of walks that begin in a row.
type AskedOfSteps<'a> = (Option<&'a Value>, &'a mut PathTests, (&'a Batch, usize));

/// To the neighbours of a node over relationships that are shown and have what is wanted.
fn chosen(
    node: NodeId,
    (way, kind): (Way, RelationshipType),
    (wanted, tests, (batch, row)): &mut AskedOfSteps<'_>,
    found: &mut Found,
    context: &mut Context<'_>,
) -> Result<()> {
    let degree = context.graph.degree(node, way, kind);
    context.touched += degree as u64;
    for place in 0..degree {
        context.meter.tick()?;
        let adjacent = context.graph.adjacent(node, way, kind);
        let (Some(next), Some(relationship)) =
            (adjacent.nodes.get(place).copied(), adjacent.relationships.get(place).copied())
        else {
            break;
        };
        if found.seen.contains(next.0) {
            continue;
        }
        if context.mask.as_ref().is_some_and(|mask| !mask.has_relationship(relationship)) {
            continue;
        }
        if let Some(wanted) = wanted
            && has_properties(&Value::Relationship(relationship), wanted, context)? != Truth::True
        {
            continue;
        }
        if !tests.is_empty() && !tests.hold((relationship, next), batch, *row, context)? {
            continue;
        }
        found.add(next);
    }
    Ok(())
}

impl Operator for Reach {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        loop {
            let (batch, mut row) = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(context)? {
                    Some(batch) => (batch, 0),
                    None => return Ok(None),
                },
            };
            while row < batch.length && ends.len() < BATCH {
                context.tick()?;
                self.search(&batch, row, context)?;
                context.can_hold(self.found.ends.len() as u64 * 8)?;
                self.found.forget();
                if self.spec.into {
                    let target = batch.column(self.spec.to).node(row);
                    self.found.ends.retain(|end| target == Some(NodeId(*end)));
                }
                ends.append(&mut self.found.ends);
                rows.resize(ends.len(), row as u32);
                row += 1;
            }
            if ends.is_empty() {
                continue;
            }
            let mut out = batch.gather(&rows, &self.keep);
            if !self.spec.into {
                out.set(self.spec.to, Column::nodes(ends));
            }
            if row < batch.length {
                self.current = Some((batch, row));
            }
            return Ok(Some(out));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
    }
}

//! Which nodes any number of hops leads to, each once.

use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, has_properties};
use crate::execute::operator::Operator;
use crate::graph::{Bits, Graph, NodeId, RelationshipType, Way};
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};

pub struct Reach {
    input: Box<dyn Operator>,
    spec: plan::VarExpand,
    legs: Vec<(Way, RelationshipType)>,
    properties: Option<Compiled>,
    keep: SlotSet,
    current: Option<(Batch, usize)>,
    /// The nodes that the running search has seen.
    seen: Bits,
    /// Ends of the current row that have not been handed on.
    ends: Vec<u32>,
}

impl Reach {
    pub fn new(
        input: Box<dyn Operator>,
        spec: &plan::VarExpand,
        legs: Vec<(Way, RelationshipType)>,
        properties: Option<Compiled>,
        keep: SlotSet,
    ) -> Reach {
        Reach {
            input,
            spec: spec.clone(),
            legs,
            properties,
            keep,
            current: None,
            seen: Bits::new(),
            ends: Vec::new(),
        }
    }

    /// Breadth first from one row's node. The start itself is an end only if it is reached again (or `min` is 0).
    fn search(&mut self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<()> {
        let Some(start) = batch.column(self.spec.from).node(row) else { return Ok(()) };
        let wanted = match &self.properties {
            Some(properties) => Some(properties.value(&mut Frame::new(batch, row), context)?),
            None => None,
        };
        let bound = context.graph.node_bound() as usize;
        if self.seen.words().len() * 64 < bound {
            self.seen = Bits::with_bound(bound);
        }
        self.ends.clear();
        if self.spec.min == 0 {
            self.mark(start);
        }
        // Without a mark the start is found again when a way leads back to it.
        let mut frontier = vec![start];
        let mut hops = 0;
        while !frontier.is_empty() && self.spec.max.is_none_or(|max| hops < max) {
            hops += 1;
            let before = self.ends.len();
            if wanted.is_none() && context.mask.is_none() {
                self.spread(&frontier, context)?;
            } else {
                for node in &frontier {
                    for leg in 0..self.legs.len() {
                        self.step(*node, leg, wanted.as_ref(), context)?;
                    }
                }
            }
            frontier.clear();
            // The start has been walked from already.
            let new = self.ends.get(before..).unwrap_or(&[]);
            frontier.extend(new.iter().map(|id| NodeId(*id)).filter(|node| *node != start));
        }
        Ok(())
    }

    /// One hop on from all nodes, where nothing is asked of relationships.
    fn spread(&mut self, frontier: &[NodeId], context: &mut Context<'_>) -> Result<()> {
        let Context { graph, meter, touched, .. } = context;
        let graph: &Graph = graph;
        for (way, kind) in &self.legs {
            let lists = graph.lists(*way, *kind);
            for node in frontier {
                let next = lists.nodes(node.0);
                self.ends.extend(next.iter().map(|node| node.0).filter(|node| self.seen.add(*node)));
                *touched += next.len() as u64;
                meter.work(next.len() as u32 + 1)?;
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        node: NodeId,
        leg: usize,
        wanted: Option<&Value>,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let Some((way, kind)) = self.legs.get(leg).copied() else { return Ok(()) };
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
            if self.seen.contains(next.0) {
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
            self.mark(next);
        }
        Ok(())
    }

    fn mark(&mut self, node: NodeId) {
        if self.seen.insert(node.0) {
            self.ends.push(node.0);
        }
    }
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
                context.can_hold(self.ends.len() as u64 * 8)?;
                // What was seen is forgotten one by one, unless that takes longer than all at once.
                if self.ends.len() * 8 > self.seen.words().len() {
                    self.seen.clear();
                } else {
                    self.ends.iter().for_each(|end| {
                        self.seen.remove(*end);
                    });
                }
                if self.spec.into {
                    let target = batch.column(self.spec.to).node(row);
                    self.ends.retain(|end| target == Some(NodeId(*end)));
                }
                ends.append(&mut self.ends);
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

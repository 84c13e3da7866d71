//! Which nodes any number of hops leads to from any row, each once: all rows begin together.

use super::marks::Marks;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operator::Operator;
use crate::execute::operators::around::Around;
use crate::graph::{Bits, RelationshipType, Way};
use crate::optimize::plan;

pub struct ReachFromAll {
    input: Box<dyn Operator>,
    spec: plan::VarExpand,
    legs: Vec<(Way, RelationshipType)>,
    search: Option<Search>,
}

struct Search {
    /// The nodes that have been reached. A start is one of them only when a way leads to it.
    reached: Marks,
    /// The nodes that all ways begin at.
    starts: Starts,
    /// The nodes of this hop, and how many of them have been walked from.
    frontier: Vec<u32>,
    walked: usize,
    /// The nodes of the next hop.
    next: Vec<u32>,
    hops: u64,
    /// Ends that have not been handed on.
    ends: Vec<u32>,
}

enum Starts {
    One(u32),
    Many(Bits),
}

/// Nodes that are walked from at a time.
const STRIDE: usize = 256;

/// Nodes that a worker takes at a time.
const SHARE: usize = 2048;

/// So many shares are worth it that several workers take them.
const WORTH: usize = 8;

impl ReachFromAll {
    pub fn new(
        input: Box<dyn Operator>,
        spec: &plan::VarExpand,
        legs: Vec<(Way, RelationshipType)>,
    ) -> ReachFromAll {
        ReachFromAll { input, spec: spec.clone(), legs, search: None }
    }

    /// Takes in all rows.
    fn begin(&mut self, context: &mut Context<'_>) -> Result<Search> {
        let bound = context.graph.node_bound() as usize;
        context.can_hold(bound as u64 / 4)?;
        let mut frontier: Vec<u32> = Vec::new();
        while let Some(batch) = self.input.next(context)? {
            let column = batch.column(self.spec.from);
            frontier.extend((0..batch.length).filter_map(|row| column.node(row)).map(|node| node.0));
            context.can_hold(frontier.len() as u64 * 4)?;
        }
        let starts = match frontier.as_slice() {
            [start] => Starts::One(*start),
            _ => {
                let mut starts = Bits::with_bound(bound);
                frontier.retain(|node| starts.add(*node));
                Starts::Many(starts)
            }
        };
        let reached = Marks::with_bound(bound);
        let mut ends = Vec::new();
        if self.spec.min == 0 {
            ends.extend(frontier.iter().filter(|node| reached.add(**node)));
        }
        Ok(Search { reached, starts, frontier, walked: 0, next: Vec::new(), hops: 0, ends })
    }

    /// Walks on until there are ends enough for a batch, or no more.
    fn fill(&self, search: &mut Search, context: &mut Context<'_>) -> Result<()> {
        while search.ends.len() < BATCH && self.spec.max.is_none_or(|max| search.hops < max) {
            if search.frontier.is_empty() {
                return Ok(());
            }
            let before = search.ends.len();
            match crew::workers(context) > 1 && search.frontier.len() - search.walked >= SHARE * WORTH {
                true => self.walk_together(search, context)?,
                false => self.walk_alone(search, context)?,
            }
            let Search { starts, next, ends, .. } = search;
            // All starts have been walked from already.
            next.extend(ends.iter().skip(before).filter(|node| !starts.contains(**node)));
            context.can_hold((search.next.len() + search.ends.len()) as u64 * 4)?;
            if search.walked == search.frontier.len() {
                search.frontier = std::mem::take(&mut search.next);
                search.walked = 0;
                search.hops += 1;
            }
        }
        Ok(())
    }

    /// A few nodes further.
    fn walk_alone(&self, search: &mut Search, context: &mut Context<'_>) -> Result<()> {
        let nodes = search.walked..search.frontier.len().min(search.walked + STRIDE);
        search.walked = nodes.end;
        let Search { reached, frontier, ends, .. } = search;
        let Context { graph, mask, meter, touched, .. } = context;
        let around = Around { graph, mask: mask.as_deref(), legs: &self.legs };
        *touched += around.walk(&frontier[nodes], |node| reached.add(node), ends, meter)?;
        Ok(())
    }

    /// To the end of this hop, with all workers.
    fn walk_together(&self, search: &mut Search, context: &mut Context<'_>) -> Result<()> {
        let nodes = search.frontier.get(search.walked..).unwrap_or(&[]);
        search.walked = search.frontier.len();
        let (graph, mask) = (context.graph.clone(), context.mask.clone());
        let around = Around { graph: &graph, mask: mask.as_deref(), legs: &self.legs };
        let reached = &search.reached;
        let shares: Vec<&[u32]> = nodes.chunks(SHARE).collect();
        let found = crew::each(shares.len(), WORTH, context, |share, meter| {
            let mut ends = Vec::new();
            let touched =
                around.walk(shares[share], |node| reached.add_among_others(node), &mut ends, meter)?;
            Ok((ends, touched))
        })?;
        for (ends, touched) in found {
            search.ends.extend(ends);
            context.touched += touched;
        }
        Ok(())
    }
}

impl Starts {
    fn contains(&self, node: u32) -> bool {
        match self {
            Starts::One(start) => *start == node,
            Starts::Many(starts) => starts.contains(node),
        }
    }
}

impl Operator for ReachFromAll {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut search = match self.search.take() {
            Some(search) => search,
            None => self.begin(context)?,
        };
        self.fill(&mut search, context)?;
        let ends = match search.ends.len() {
            0 => None,
            many if many <= BATCH * 2 => Some(std::mem::take(&mut search.ends)),
            many => Some(search.ends.split_off(many - BATCH)),
        };
        self.search = Some(search);
        Ok(ends.map(|ends| {
            let mut batch = Batch::of_length(ends.len());
            batch.set(self.spec.to, Column::nodes(ends));
            batch
        }))
    }

    fn reset(&mut self) {
        self.search = None;
        self.input.reset();
    }
}

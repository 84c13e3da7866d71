//! Which nodes any number of hops leads to from any row, each once: all rows begin together.
//!
//! A hop from many nodes goes backwards: each node that has not been reached looks for one of them among its own
//! neighbours. Without direction (and with one hop at least) the starts are left out of the search: it would come back to
//! them over the relationships by which it left. Each of them is an end if another start is near, or a circle closes.

use super::either::{self, Branches};
use super::marks::Marks;
use crate::algebra::Direction;
use crate::base::{Meter, Result};
use crate::execute::batch::{BATCH, Batch, Column, NONE};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operator::Operator;
use crate::execute::operators::around::Around;
use crate::graph::{Bits, NodeId, RelationshipType, Way};
use crate::optimize::plan;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    /// Whether no hop comes after this one.
    is_last: bool,
    /// How many nodes have been reached.
    count: usize,
    /// Ends that have not been handed on, and how many they are.
    ends: VecDeque<Vec<u32>>,
    waiting: usize,
    /// It remains to be seen which starts are ends.
    unsettled: bool,
}

/// What a worker has found of a hop.
struct Found {
    ends: Vec<u32>,
    /// Those that are walked from next, where there is another hop.
    on: Vec<u32>,
    /// How many relationships were looked at.
    touched: u64,
}

enum Starts {
    One(u32),
    Many(Bits),
}

/// Nodes that are walked from at a time.
const STRIDE: usize = 256;

/// Ids that a worker looks at at a time: whole words of the set of those that are reached.
const STRETCH: usize = 64 * 128;

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
            match batch.column(self.spec.from) {
                Column::Nodes(ids) => frontier.extend(ids.iter().filter(|id| **id != NONE)),
                column => {
                    frontier.extend((0..batch.length).filter_map(|row| column.node(row)).map(|node| node.0));
                }
            }
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
        let mut search = Search {
            reached,
            starts,
            frontier,
            walked: 0,
            next: Vec::new(),
            hops: 0,
            is_last: false,
            count: 0,
            ends: VecDeque::new(),
            waiting: 0,
            unsettled: self.spec.direction == Direction::Either && self.spec.min > 0,
        };
        search.hand_on(ends);
        Ok(search)
    }

    /// Walks on until there are ends enough for a batch, or no more.
    fn fill(&self, search: &mut Search, context: &mut Context<'_>) -> Result<()> {
        while search.waiting < BATCH {
            if search.frontier.is_empty() || self.spec.max.is_some_and(|max| search.hops >= max) {
                return self.settle(search, context);
            }
            search.is_last = self.spec.max == Some(search.hops + 1);
            let found = match search.frontier.len() >= SHARE * WORTH {
                true => self.walk_at_once(search, context)?,
                false => vec![self.walk_on(search, context)?],
            };
            search.next.reserve(found.iter().map(|found| found.on.len()).sum());
            for found in found {
                context.touched += found.touched;
                search.next.extend(found.on);
                search.hand_on(found.ends);
            }
            context.can_hold((search.next.len() + search.waiting) as u64 * 4)?;
            if search.walked == search.frontier.len() {
                search.frontier = std::mem::take(&mut search.next);
                search.walked = 0;
                search.hops += 1;
            }
        }
        Ok(())
    }

    /// A few nodes further: which are new, and how many relationships were looked at.
    fn walk_on(&self, search: &mut Search, context: &mut Context<'_>) -> Result<Found> {
        let nodes = search.walked..search.frontier.len().min(search.walked + STRIDE);
        search.walked = nodes.end;
        let Context { graph, mask, meter, .. } = context;
        let around = Around { graph, mask: mask.as_deref(), legs: &self.legs };
        let mut ends = Vec::new();
        let touched = search.walk(&around, nodes, |node| search.reached.add(node), &mut ends, meter)?;
        Ok(search.found(ends, touched))
    }

    /// A whole hop from many nodes, with all workers. What is new comes in the order of the ids, whoever found it.
    fn walk_at_once(&self, search: &mut Search, context: &mut Context<'_>) -> Result<Vec<Found>> {
        search.walked = search.frontier.len();
        let (graph, mask) = (context.graph.clone(), context.mask.clone());
        let around = Around { graph: &graph, mask: mask.as_deref(), legs: &self.legs };
        let (search, bound) = (&*search, context.graph.node_bound() as usize);
        let open = bound.saturating_sub(search.count);
        let from = around.to_look_back_at(&search.frontier, open, &mut context.meter)?;
        let stretches = bound.div_ceil(STRETCH);
        if let Some(from) = from {
            return crew::each(stretches, WORTH, context, |stretch, meter| {
                let ids = stretch * STRETCH..bound.min((stretch + 1) * STRETCH);
                let (ends, touched) = search.walk_back(&around, &from, ids, meter)?;
                Ok(search.found(ends, touched))
            });
        }
        // Each worker has a set of its own: to add to one, each would wait for what the other has changed.
        let sets: Mutex<Vec<Bits>> = Mutex::default();
        let shares = search.frontier.len().div_ceil(SHARE);
        let touched = crew::each(shares, WORTH, context, |share, meter| {
            let nodes = share * SHARE..search.frontier.len().min((share + 1) * SHARE);
            let mut own = lock(&sets).pop().unwrap_or_else(|| Bits::with_bound(bound));
            let mark = |node| {
                own.set(node, true);
                false
            };
            let touched = search.walk(&around, nodes, mark, &mut Vec::new(), meter);
            lock(&sets).push(own);
            touched
        })?;
        context.touched += touched.iter().sum::<u64>();
        let sets = sets.into_inner().unwrap_or_else(PoisonError::into_inner);
        crew::each(stretches, WORTH, context, |stretch, meter| {
            let words = stretch * STRETCH / 64..(stretch + 1) * STRETCH / 64;
            meter.work(words.len() as u32)?;
            Ok(search.found(search.reached.take_in(&sets, words), 0))
        })
    }

    /// Finds the starts that are ends, where the search has left them out.
    fn settle(&self, search: &mut Search, context: &mut Context<'_>) -> Result<()> {
        if !std::mem::take(&mut search.unsettled) {
            return Ok(());
        }
        let starts: Vec<u32> = match &search.starts {
            Starts::One(start) => vec![*start],
            Starts::Many(starts) => starts.iter().collect(),
        };
        let (graph, mask) = (context.graph.clone(), context.mask.clone());
        let around = Around { graph: &graph, mask: mask.as_deref(), legs: &self.legs };
        let (spec, known) = (&self.spec, &search.starts);
        let kept: Mutex<Vec<Branches>> = Mutex::default();
        let shares: Vec<&[u32]> = starts.chunks(STRIDE).collect();
        let found = crew::each(shares.len(), WORTH, context, |share, meter| {
            let mut branches = lock(&kept).pop().unwrap_or_default();
            let (mut ends, mut touched) = (Vec::new(), 0);
            let is_start = |node: NodeId| known.contains(node.0);
            let mut way = Vec::new();
            for start in shares[share] {
                way.clear();
                let counts = (&mut touched, &mut *meter);
                let start = NodeId(*start);
                if either::search(spec, &around, start, Some(&is_start), &mut branches, &mut way, counts)? {
                    ends.push(start.0);
                }
            }
            lock(&kept).push(branches);
            Ok((ends, touched))
        })?;
        for (ends, touched) in found {
            context.touched += touched;
            search.hand_on(ends);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Search {
    /// What was found, and what of it is walked from next.
    fn found(&self, ends: Vec<u32>, touched: u64) -> Found {
        // All starts have been walked from already.
        let on = match (&self.starts, self.is_last) {
            (_, true) => Vec::new(),
            (Starts::One(start), _) if !ends.contains(start) => ends.clone(),
            (starts, _) => {
                let mut on = Vec::with_capacity(ends.len());
                on.extend(ends.iter().filter(|node| !starts.contains(**node)));
                on
            }
        };
        Found { ends, on, touched }
    }

    /// Whether a start is left out, as long as it remains to be seen which of them are ends.
    fn is_out(&self, node: u32) -> bool {
        self.unsettled && self.starts.contains(node)
    }

    /// From some nodes of a hop; returns how many relationships were looked at.
    fn walk(
        &self,
        around: &Around<'_>,
        nodes: Range<usize>,
        mut is_new: impl FnMut(u32) -> bool,
        ends: &mut Vec<u32>,
        meter: &mut Meter,
    ) -> Result<u64> {
        let is_new = |node| !self.is_out(node) && is_new(node);
        around.walk(self.frontier.get(nodes).unwrap_or(&[]), is_new, ends, meter)
    }

    /// Back from some ids, whose words nobody else adds to: which are new, and how many relationships were looked at.
    fn walk_back(
        &self,
        around: &Around<'_>,
        from: &Bits,
        ids: Range<usize>,
        meter: &mut Meter,
    ) -> Result<(Vec<u32>, u64)> {
        let mut ends = Vec::new();
        let is_open = |node| !self.reached.contains(node) && !self.is_out(node);
        let ids = ids.start as u32..ids.end as u32;
        let touched = around.reached_from(from, ids, is_open, &mut ends, meter)?;
        ends.iter().for_each(|node| {
            self.reached.add(*node);
        });
        Ok((ends, touched))
    }

    /// Keeps ends for the rows that come next; few of them go with those before.
    fn hand_on(&mut self, ends: Vec<u32>) {
        if ends.is_empty() {
            return;
        }
        self.count += ends.len();
        self.waiting += ends.len();
        match self.ends.back_mut().filter(|last| last.len() + ends.len() <= BATCH) {
            Some(last) => last.extend(ends),
            None => self.ends.push_back(ends),
        }
    }

    /// The next ends: as many as came together, if they are not too many.
    fn take(&mut self) -> Option<Vec<u32>> {
        let first = self.ends.front_mut()?;
        let ends = match first.len() > BATCH * 2 {
            true => first.split_off(first.len() - BATCH),
            false => self.ends.pop_front()?,
        };
        self.waiting -= ends.len();
        Some(ends)
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
        let ends = search.take();
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

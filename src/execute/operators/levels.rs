//! Hop by hop over relationships that never lead back: the nodes reached with each number of hops, each once.

use super::around::Around;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::graph::{Bits, NodeId, RelationshipType, Way};
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;

pub struct ByLevels {
    input: Box<dyn Operator>,
    spec: plan::VarExpand,
    hops: Slot,
    together: bool,
    longest: Option<plan::Longest>,
    legs: Vec<(Way, RelationshipType)>,
    keep: SlotSet,
    current: Option<Search>,
    /// All rows have begun together.
    begun: bool,
    seen: Bits,
    /// The frontier before, whose room is used again.
    spare: Vec<u32>,
}

/// What has been found and not been handed on.
#[derive(Default)]
struct Found {
    rows: Vec<u32>,
    hops: Vec<i64>,
    ends: Vec<u32>,
}

/// A search from one row, or from all rows together.
struct Search {
    batch: Batch,
    row: usize,
    frontier: Vec<u32>,
    hops: u64,
    /// Nodes of the frontier that have been handed on.
    place: usize,
    /// Goes no further.
    last: bool,
}

impl Search {
    fn new(batch: Batch, frontier: Vec<u32>) -> Search {
        Search { batch, row: 0, frontier, hops: 0, place: 0, last: false }
    }

    /// From the node of the row that it stands at.
    fn start(&mut self, from: Slot) {
        self.frontier.clear();
        self.frontier.extend(self.batch.column(from).node(self.row).map(|node| node.0));
        self.hops = 0;
        self.place = 0;
    }

    /// From all rows together.
    fn all(frontier: Vec<u32>) -> Search {
        Search::new(Batch::of_length(1), frontier)
    }
}

impl ByLevels {
    pub fn new(
        input: Box<dyn Operator>,
        spec: &plan::VarExpand,
        levels: &plan::Levels,
        legs: Vec<(Way, RelationshipType)>,
        keep: SlotSet,
    ) -> ByLevels {
        ByLevels {
            input,
            spec: spec.clone(),
            hops: levels.hops,
            together: levels.together,
            longest: levels.longest.clone(),
            legs,
            keep,
            current: None,
            begun: false,
            seen: Bits::new(),
            spare: Vec::new(),
        }
    }

    /// Every node of every row of the input, once.
    fn all_starts(&mut self, context: &mut Context<'_>) -> Result<Vec<u32>> {
        let mut starts = Vec::new();
        while let Some(batch) = self.input.next(context)? {
            let column = batch.column(self.spec.from);
            starts.extend((0..batch.length).filter_map(|row| column.node(row)).map(|node| node.0));
            context.can_hold(starts.len() as u64 * 4)?;
        }
        starts.sort_unstable();
        starts.dedup();
        Ok(starts)
    }

    /// The longest path from any row, where the graph knows how far paths go on from each node and none is too long.
    fn longest(&mut self, context: &mut Context<'_>) -> Result<Option<Search>> {
        let ends = match &self.longest {
            Some(plan::Longest::Any) => None,
            Some(plan::Longest::Labelled(name)) => context.graph.label(name),
            None => return Ok(None),
        };
        let (Some((way, _)), None) = (self.legs.first(), &context.mask) else { return Ok(None) };
        context.can_hold(u64::from(context.graph.node_bound()) * 8)?;
        let kinds: Vec<RelationshipType> = self.legs.iter().map(|(_, kind)| *kind).collect();
        let Some(heights) = context.graph.heights(&kinds, *way, ends) else { return Ok(None) };
        if self.spec.max.is_some_and(|max| u64::from(heights.greatest()) > max) {
            return Ok(None);
        }
        let mut best: Option<(u32, NodeId)> = None;
        // No path is longer than the longest from any node.
        while best.is_none_or(|(length, _)| length < heights.greatest())
            && let Some(batch) = self.input.next(context)?
        {
            let column = batch.column(self.spec.from);
            let nodes = (0..batch.length).filter_map(|row| column.node(row));
            best = best.max(nodes.map(|node| (heights.of(node), node)).max());
            context.meter.work(batch.length as u32)?;
        }
        let far = best.filter(|(length, _)| u64::from(*length) >= self.spec.min);
        let end = far.and_then(|(_, node)| heights.end_of(node, context.graph)).map(|node| node.0);
        let hops = far.map_or(0, |(length, _)| u64::from(length));
        Ok(Some(Search { hops, last: true, ..Search::all(end.into_iter().collect()) }))
    }

    /// The next search, if any row is left.
    fn begin(&mut self, context: &mut Context<'_>) -> Result<Option<Search>> {
        if self.together {
            if std::mem::replace(&mut self.begun, true) {
                return Ok(None);
            }
            if let Some(search) = self.longest(context)? {
                return Ok(Some(search));
            }
            let frontier = self.all_starts(context)?;
            return Ok(Some(Search::all(frontier)));
        }
        loop {
            let Some(batch) = self.input.next(context)? else { return Ok(None) };
            if batch.length > 0 {
                let mut search = Search::new(batch, Vec::new());
                search.start(self.spec.from);
                return Ok(Some(search));
            }
        }
    }

    /// One hop on from the whole frontier.
    fn advance(&mut self, search: &mut Search, context: &mut Context<'_>) -> Result<()> {
        let mut next = std::mem::take(&mut self.spare);
        next.clear();
        self.seen.make_room(context.graph.node_bound() as usize);
        let Context { graph, mask, meter, touched, .. } = context;
        let around = Around { graph, mask: mask.as_deref(), legs: &self.legs };
        *touched += around.walk(&search.frontier, |node| self.seen.add(node), &mut next, meter)?;
        next.iter().for_each(|node| self.seen.set(*node, false));
        context.can_hold(next.len() as u64 * 4)?;
        self.spare = std::mem::replace(&mut search.frontier, next);
        search.hops += 1;
        search.place = 0;
        Ok(())
    }
}

impl ByLevels {
    /// Goes on until there is enough for a batch; true where the search is over for all rows.
    fn walk(&mut self, search: &mut Search, found: &mut Found, context: &mut Context<'_>) -> Result<bool> {
        while found.ends.len() < BATCH {
            if search.hops >= self.spec.min && search.place < search.frontier.len() {
                let to = search.frontier.len().min(search.place + BATCH);
                found.ends.extend_from_slice(&search.frontier[search.place..to]);
                found.hops.resize(found.ends.len(), search.hops as i64);
                found.rows.resize(found.ends.len(), search.row as u32);
                search.place = to;
            } else if !search.last
                && !search.frontier.is_empty()
                && self.spec.max.is_none_or(|max| search.hops < max)
            {
                self.advance(search, context)?;
            } else {
                search.row += 1;
                if search.row >= search.batch.length {
                    return Ok(true);
                }
                search.start(self.spec.from);
            }
        }
        Ok(false)
    }

    fn hand_on(&self, batch: &Batch, found: Found) -> Batch {
        let mut out = match self.together {
            true => Batch::of_length(found.ends.len()),
            false => batch.gather(&found.rows, &self.keep),
        };
        out.set(self.hops, Column::integers(found.hops));
        out.set(self.spec.to, Column::nodes(found.ends));
        out
    }
}

impl Operator for ByLevels {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut found = Found::default();
        loop {
            let mut search = match self.current.take() {
                Some(search) => search,
                None => match self.begin(context)? {
                    Some(search) => search,
                    None => return Ok(None),
                },
            };
            let over = self.walk(&mut search, &mut found, context)?;
            let out = match found.ends.is_empty() {
                true => None,
                false => Some(self.hand_on(&search.batch, std::mem::take(&mut found))),
            };
            if !over {
                self.current = Some(search);
            }
            if out.is_some() {
                return Ok(out);
            }
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.begun = false;
        self.input.reset();
    }
}

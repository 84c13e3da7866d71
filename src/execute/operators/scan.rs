//! Scans: for each row of the input all nodes, or those of a label.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::execute::operators::answered::{Answered, FIRST};
use crate::execute::operators::expand::STREAMED;
use crate::graph::{Label, NodeId};
use crate::optimize::plan::Access;
use crate::optimize::slots::SlotSet;
use std::ops::Range;
use std::sync::Arc;

pub struct Scan {
    input: Box<dyn Operator>,
    node: Slot,
    /// All nodes carry it that are wanted, where there is one.
    label: Option<Arc<str>>,
    keep: SlotSet,
    current: Option<Current>,
    rows_in: u64,
    rows_out: u64,
    /// Only the nodes of the context's part, where several workers share a scan.
    parted: bool,
    /// How many rows of the part have been combined with nodes.
    rows_of_part: u32,
    /// Rows for which there is nothing more to find.
    answered: Option<Answered>,
}

/// The input rows that are being combined with nodes.
struct Current {
    batch: Batch,
    row: usize,
    nodes: Nodes,
    /// How many nodes were handed on for the row.
    handed: usize,
}

/// The nodes for one row that have not been handed on.
enum Nodes {
    /// By id.
    Range(Range<u32>),
    /// Those of the range that carry a label.
    Label(Label, Range<u32>),
}

/// So many nodes of one row are handed on without those of the next one: what is known of the row is the same for all.
pub const OF_A_ROW: usize = 256;

/// Ids that a scan by label goes through at a time.
const STRIDE: u32 = 4096;

impl Scan {
    pub fn new(input: Box<dyn Operator>, node: Slot, access: &Access, keep: SlotSet, parted: bool) -> Scan {
        let label = if let Access::Label(name) = access { Some(name.clone()) } else { None };
        Scan {
            input,
            node,
            label,
            keep,
            current: None,
            rows_in: 0,
            rows_out: 0,
            parted,
            rows_of_part: 0,
            answered: None,
        }
    }

    /// Leaves out rows that are answered, where that is asked.
    pub fn leaving(self, answered: Option<Answered>) -> Scan {
        Scan { answered, ..self }
    }

    /// The nodes for one row.
    fn nodes_for_a_row(&mut self, context: &Context<'_>) -> Nodes {
        let all = match &context.part {
            Some(part) if self.parted => {
                self.rows_of_part += 1;
                part.ids_of(self.rows_of_part - 1)
            }
            _ => 0..context.graph.node_bound(),
        };
        match &self.label {
            None => Nodes::Range(all),
            Some(name) => match context.graph.label(name) {
                Some(label) => Nodes::Label(label, all),
                None => Nodes::Range(0..0),
            },
        }
    }
}

impl Nodes {
    /// Moves nodes on until there are so many or no node is left.
    fn hand_on(&mut self, most: usize, into: &mut Vec<u32>, context: &Context<'_>) {
        let graph = &*context.graph;
        let begin = into.len();
        match self {
            Nodes::Range(range) => {
                let to = range.end.min(range.start.saturating_add(most.saturating_sub(into.len()) as u32));
                match graph.is_complete() {
                    true => into.extend(range.start..to),
                    false => into.extend((range.start..to).filter(|node| graph.has_node(NodeId(*node)))),
                }
                range.start = to;
            }
            Nodes::Label(label, range) => {
                let stride = if most < BATCH { most as u32 } else { STRIDE };
                while range.start < range.end && into.len() < most {
                    // A batch may come out longer than usual, never much.
                    let to = range.end.min(range.start.saturating_add(stride));
                    graph.nodes_between(*label, range.start..to, into);
                    range.start = to;
                }
            }
        }
        if let Some(mask) = &context.mask {
            let mut place = begin;
            for at in begin..into.len() {
                let node = into[at];
                into[place] = node;
                place += usize::from(mask.has_node(NodeId(node)));
            }
            into.truncate(place);
        }
    }

    fn is_done(&self) -> bool {
        match self {
            Nodes::Range(range) | Nodes::Label(_, range) => range.is_empty(),
        }
    }
}

impl Operator for Scan {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut rows: Vec<u32> = Vec::new();
        let mut nodes: Vec<u32> = Vec::new();
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => {
                    let Some(batch) = self.input.next(context)? else { return Ok(None) };
                    if batch.length == 0 {
                        continue;
                    }
                    self.rows_in += batch.length as u64;
                    // It waits here as long as there are nodes, and may have room for thousands of slots.
                    let bare = batch.slots().next().is_none();
                    let batch = if bare { Batch::of_length(batch.length) } else { batch };
                    let nodes = self.nodes_for_a_row(context);
                    Current { batch, row: 0, nodes, handed: 0 }
                }
            };
            // Where the rows have no columns, it does not matter to which of them a node belongs.
            let bare = current.batch.slots().next().is_none();
            let answered = self.answered.clone();
            let answered = answered.as_ref().map(|answered| answered.of_batch(&current.batch));
            // Where the first nodes may be enough, a row has more of them each time.
            let most = if answered.is_some() { current.handed.clamp(FIRST, BATCH) } else { BATCH };
            while nodes.len() < most && current.row < current.batch.length {
                context.meter.work(most as u32 / 4)?;
                if answered.as_ref().is_some_and(|answered| answered.has(current.row)) {
                    current.nodes = Nodes::Range(0..0);
                }
                let before = nodes.len();
                current.nodes.hand_on(most, &mut nodes, context);
                current.handed += nodes.len() - before;
                if !bare {
                    rows.resize(nodes.len(), current.row as u32);
                }
                if current.nodes.is_done() {
                    (current.row, current.handed) = (current.row + 1, 0);
                    if current.row < current.batch.length {
                        current.nodes = self.nodes_for_a_row(context);
                    }
                    if !bare && nodes.len() >= OF_A_ROW {
                        break;
                    }
                }
            }
            if nodes.is_empty() {
                if current.row < current.batch.length {
                    self.current = Some(current);
                }
                continue;
            }
            self.rows_out += nodes.len() as u64;
            // One scan of the graph is always allowed; any product of rows and nodes is not.
            if self.rows_in > 1 {
                context.meter.rows(self.rows_out / STREAMED)?;
            }
            let mut batch = match bare {
                true => Batch::of_length(nodes.len()),
                false => current.batch.gather(&rows, &self.keep),
            };
            batch.set(self.node, Column::nodes(nodes));
            if current.row < current.batch.length {
                self.current = Some(current);
            }
            return Ok(Some(batch));
        }
    }

    fn reset(&mut self) {
        (self.current, self.rows_of_part) = (None, 0);
        self.input.reset();
    }
}

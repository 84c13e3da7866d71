//! Scans: for each row of the input the nodes of an access path.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::graph::{Label, NodeId};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

/// Where the nodes come from.
pub enum Source {
    All,
    Label(Arc<str>),
    Seek { label: Option<Arc<str>>, key: Arc<str>, value: Compiled },
}

pub struct Scan {
    input: Box<dyn Operator>,
    node: Slot,
    source: Source,
    keep: SlotSet,
    current: Option<Current>,
    rows_in: u64,
    rows_out: u64,
    /// Only the nodes of the context's part, where several workers share a scan.
    parted: bool,
}

/// The input rows that are being combined with nodes.
struct Current {
    batch: Batch,
    row: usize,
    nodes: Nodes,
}

/// The nodes for one row that have not been handed on.
enum Nodes {
    /// By id.
    Range(Range<u32>),
    /// Those of the range that carry a label.
    Label(Label, Range<u32>),
    List(Vec<u32>, usize),
}

/// Ids that a scan by label goes through at a time.
const STRIDE: u32 = 4096;

impl Scan {
    pub fn new(input: Box<dyn Operator>, node: Slot, source: Source, keep: SlotSet, parted: bool) -> Scan {
        Scan { input, node, source, keep, current: None, rows_in: 0, rows_out: 0, parted }
    }

    /// The nodes for one row.
    fn nodes_for(&mut self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<Nodes> {
        let all = match &context.part {
            Some(part) if self.parted => part.range.clone(),
            _ => 0..context.graph.node_bound(),
        };
        Ok(match &self.source {
            Source::All => Nodes::Range(all),
            Source::Label(name) => match context.graph.label(name) {
                Some(label) => Nodes::Label(label, all),
                None => Nodes::Range(0..0),
            },
            Source::Seek { label, key, value } => {
                let value = value.value(&mut Frame::new(batch, row), context)?;
                let mut found = seek(label.as_deref(), key, &value, context);
                if let Some(mask) = &context.mask {
                    found.retain(|node| mask.has_node(NodeId(*node)));
                }
                context.can_hold(found.len() as u64 * 4)?;
                Nodes::List(found, 0)
            }
        })
    }
}

impl Nodes {
    /// Moves nodes on until there is no room or no node left.
    fn hand_on(&mut self, into: &mut Vec<u32>, context: &Context<'_>) {
        let graph = &*context.graph;
        let begin = into.len();
        match self {
            Nodes::List(nodes, place) => {
                let taken = (nodes.len() - *place).min(BATCH.saturating_sub(into.len()));
                into.extend_from_slice(nodes.get(*place..*place + taken).unwrap_or(&[]));
                *place += taken;
                return;
            }
            Nodes::Range(range) => {
                let to = range.end.min(range.start.saturating_add(BATCH.saturating_sub(into.len()) as u32));
                match graph.is_complete() {
                    true => into.extend(range.start..to),
                    false => into.extend((range.start..to).filter(|node| graph.has_node(NodeId(*node)))),
                }
                range.start = to;
            }
            Nodes::Label(label, range) => {
                while range.start < range.end && into.len() < BATCH {
                    // A batch may come out longer than usual, never much.
                    let to = range.end.min(range.start.saturating_add(STRIDE));
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
            Nodes::List(nodes, place) => *place >= nodes.len(),
        }
    }
}

fn seek(label: Option<&str>, key: &str, value: &Value, context: &Context<'_>) -> Vec<u32> {
    let graph = &*context.graph;
    let Some(key) = graph.key(key) else { return Vec::new() };
    let found: Vec<NodeId> = match label {
        Some(label) => graph.label(label).map_or_else(Vec::new, |label| graph.seek(label, key, value)),
        None => graph.seek_any(key, value),
    };
    found.into_iter().map(|node| node.0).collect()
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
                    let nodes = self.nodes_for(&batch, 0, context)?;
                    Current { batch, row: 0, nodes }
                }
            };
            // Where the rows have no columns, it does not matter to which of them a node belongs.
            let bare = current.batch.slots().next().is_none();
            while nodes.len() < BATCH && current.row < current.batch.length {
                context.meter.work(BATCH as u32 / 4)?;
                current.nodes.hand_on(&mut nodes, context);
                if !bare {
                    rows.resize(nodes.len(), current.row as u32);
                }
                if current.nodes.is_done() {
                    current.row += 1;
                    if current.row < current.batch.length {
                        current.nodes = self.nodes_for(&current.batch, current.row, context)?;
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
            // One scan of the graph is always allowed; a product of rows and nodes is not.
            if self.rows_in > 1 {
                context.meter.rows(self.rows_out)?;
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
        self.current = None;
        self.input.reset();
    }
}

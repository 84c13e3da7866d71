//! Scans: for each row of the input the nodes of an access path.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::graph::NodeId;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
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
    /// The nodes of a scan that is the same for every row.
    nodes: Option<Arc<Vec<u32>>>,
    rows_in: u64,
    rows_out: u64,
}

/// The input rows that are being combined with nodes.
struct Current {
    batch: Batch,
    row: usize,
    /// The nodes for that row.
    nodes: Arc<Vec<u32>>,
    place: usize,
}

impl Scan {
    pub fn new(input: Box<dyn Operator>, node: Slot, source: Source, keep: SlotSet) -> Scan {
        Scan { input, node, source, keep, current: None, nodes: None, rows_in: 0, rows_out: 0 }
    }

    /// The nodes for one row.
    fn nodes_for(&mut self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<Arc<Vec<u32>>> {
        if let Some(nodes) = &self.nodes {
            return Ok(nodes.clone());
        }
        let mut found: Vec<u32> = match &self.source {
            Source::All => context.graph.nodes().map(|node| node.0).collect(),
            Source::Label(name) => match context.graph.label(name) {
                Some(label) => context.graph.nodes_with(label).map(|node| node.0).collect(),
                None => Vec::new(),
            },
            Source::Seek { label, key, value } => {
                let value = value.value(&mut Frame::new(batch, row), context)?;
                seek(label.as_deref(), key, &value, context)
            }
        };
        if let Some(mask) = &context.mask {
            found.retain(|node| mask.has_node(NodeId(*node)));
        }
        context.can_hold(found.len() as u64 * 4)?;
        let nodes = Arc::new(found);
        if !matches!(self.source, Source::Seek { .. }) {
            self.nodes = Some(nodes.clone());
        }
        Ok(nodes)
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
                    let nodes = self.nodes_for(&batch, 0, context)?;
                    Current { batch, row: 0, nodes, place: 0 }
                }
            };
            while nodes.len() < BATCH && current.row < current.batch.length {
                context.tick()?;
                let open = current.nodes.get(current.place..).unwrap_or(&[]);
                let taken = open.len().min(BATCH - nodes.len());
                nodes.extend_from_slice(open.get(..taken).unwrap_or(&[]));
                rows.resize(nodes.len(), current.row as u32);
                current.place += taken;
                if current.place >= current.nodes.len() {
                    current.row += 1;
                    current.place = 0;
                    if current.row < current.batch.length {
                        current.nodes = self.nodes_for(&current.batch, current.row, context)?;
                    }
                }
            }
            if nodes.is_empty() {
                continue;
            }
            self.rows_out += nodes.len() as u64;
            // One scan of the graph is always allowed; a product of rows and nodes is not.
            if self.rows_in > 1 {
                context.meter.rows(self.rows_out)?;
            }
            let mut batch = current.batch.gather(&rows, &self.keep);
            batch.set(self.node, Column::nodes(nodes));
            if current.row < current.batch.length {
                self.current = Some(current);
            }
            return Ok(Some(batch));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.nodes = None;
        self.input.reset();
    }
}

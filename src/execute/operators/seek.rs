//! Seeks: for each row of the input the nodes whose property has a value. Those of many rows are looked up together.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Computed, Frame};
use crate::execute::operator::Operator;
use crate::execute::operators::expand::STREAMED;
use crate::execute::operators::numbered::Numbered;
use crate::execute::operators::scan::OF_A_ROW;
use crate::execute::operators::table::{ByValues, Hashed, hashes};
use crate::graph::NodeId;
use crate::graph::columns::Column as Stored;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::sync::Arc;

/// What is looked up.
pub enum Sought {
    /// A stored property.
    Stored { label: Option<Arc<str>>, key: Arc<str>, value: Compiled },
    /// What is worked out of nodes, and what it must equal.
    Computed { table: Box<ByValues>, known: Vec<Computed> },
}

pub struct Seek {
    input: Box<dyn Operator>,
    node: Slot,
    sought: Sought,
    keep: SlotSet,
    current: Option<Current>,
    rows_in: u64,
    rows_out: u64,
}

/// The input rows whose nodes are looked up.
struct Current {
    batch: Batch,
    values: Values,
    /// How many of them have been looked up.
    done: usize,
    /// What was found: nodes, the row of each, and how many have been handed on.
    rows: Vec<u32>,
    nodes: Vec<u32>,
    place: usize,
}

/// What is looked up, by row.
enum Values {
    Stored(Vec<Value>),
    /// Texts of a column, by the code of each; `NONE` for null.
    Coded(Arc<Stored>, Vec<u32>),
    Hashed(Vec<Hashed>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Values::Stored(values) => values.len(),
            Values::Coded(_, codes) => codes.len(),
            Values::Hashed(hashes) => hashes.len(),
        }
    }
}

impl Values {
    /// Texts that have codes as such.
    fn spell_out(&mut self) {
        if let Values::Coded(source, codes) = self {
            let texts = Numbered::Texts(source.clone());
            *self = Values::Stored(codes.iter().map(|code| texts.value(*code)).collect());
        }
    }
}

impl Sought {
    /// What is looked up for each row.
    fn values(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Values> {
        let value = match self {
            Sought::Stored { value, .. } => value,
            Sought::Computed { known, .. } => return Ok(Values::Hashed(hashes(known, batch, context)?)),
        };
        if batch.length == 1 {
            return Ok(Values::Stored(vec![value.value(&mut Frame::new(batch, 0), context)?]));
        }
        let column = value.column(batch, context)?;
        if let Some(Numbered::Texts(source)) = Numbered::of(&column) {
            return Ok(Values::Coded(source, Numbered::numbers(&column).into_owned()));
        }
        Ok(Values::Stored((0..batch.length).map(|row| column.value(row)).collect()))
    }
}

impl Current {
    fn is_done(&self) -> bool {
        self.done >= self.values.len() && self.place >= self.nodes.len()
    }

    /// Looks up values until a batch of nodes is there or no value is left.
    fn look_up(&mut self, sought: &Sought, context: &mut Context<'_>) -> Result<()> {
        match (sought, &self.values) {
            (Sought::Stored { label, key, .. }, Values::Stored(_) | Values::Coded(..)) => {
                let graph = &*context.graph;
                let label = label.as_deref().map(|name| graph.label(name));
                let (Some(key), false) = (graph.key(key), label == Some(None)) else {
                    self.done = self.values.len();
                    return Ok(());
                };
                let (label, mask) = (label.flatten(), context.mask.as_ref());
                while self.done < self.values.len() && self.nodes.len() < BATCH {
                    let (from, most) = (self.done, BATCH - self.nodes.len());
                    let (rows, nodes) = (&mut self.rows, &mut self.nodes);
                    let tell = |number: usize, node: NodeId| {
                        if mask.is_none_or(|mask| mask.has_node(node)) {
                            rows.push((from + number) as u32);
                            nodes.push(node.0);
                        }
                    };
                    let done = match &self.values {
                        Values::Coded(source, codes) => {
                            let left = codes.get(from..).unwrap_or(&[]);
                            graph.seek_codes(label, key, (source, left), most, tell)
                        }
                        Values::Stored(values) => {
                            let left = values.get(from..).unwrap_or(&[]);
                            Some(graph.seek_some(label, key, left, most, tell))
                        }
                        Values::Hashed(_) => None,
                    };
                    let Some(done) = done else {
                        self.values.spell_out();
                        continue;
                    };
                    self.done += done.max(1);
                    context.meter.work((done + self.nodes.len()) as u32)?;
                    context.can_hold(self.nodes.len() as u64 * 8)?;
                }
            }
            (Sought::Computed { table, .. }, Values::Hashed(hashes)) => {
                while self.nodes.len() < BATCH
                    && let Some(hashed) = hashes.get(self.done)
                {
                    table.find(*hashed, &mut self.nodes, context)?;
                    self.rows.resize(self.nodes.len(), self.done as u32);
                    self.done += 1;
                    context.meter.work(1 + self.nodes.len() as u32 / 16)?;
                }
                context.can_hold(self.nodes.len() as u64 * 8)?;
            }
            _ => self.done = self.values.len(),
        }
        Ok(())
    }

    /// The next rows; none where nothing else is found.
    fn hand_on(
        &mut self,
        node: Slot,
        keep: &SlotSet,
        sought: &Sought,
        context: &mut Context<'_>,
    ) -> Result<Batch> {
        if self.place >= self.nodes.len() {
            (self.place, self.rows, self.nodes) = (0, Vec::new(), Vec::new());
            self.look_up(sought, context)?;
        }
        let mut some = self.place..self.nodes.len().min(self.place + BATCH);
        let rows = self.rows.get(some.clone()).unwrap_or(&[]);
        let of_a_row = rows.partition_point(|row| Some(row) == rows.first());
        if of_a_row >= OF_A_ROW {
            some.end = some.start + of_a_row;
        }
        let (rows, nodes) = match some == (0..self.nodes.len()) {
            true => (std::mem::take(&mut self.rows), std::mem::take(&mut self.nodes)),
            false => (self.rows[some.clone()].to_vec(), self.nodes[some.clone()].to_vec()),
        };
        self.place = some.end;
        let mut batch = self.batch.gather(&rows, keep);
        batch.set(node, Column::nodes(nodes));
        Ok(batch)
    }
}

impl Seek {
    pub fn new(input: Box<dyn Operator>, node: Slot, sought: Sought, keep: SlotSet) -> Seek {
        Seek { input, node, sought, keep, current: None, rows_in: 0, rows_out: 0 }
    }
}

impl Operator for Seek {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => {
                    let Some(batch) = self.input.next(context)? else { return Ok(None) };
                    self.rows_in += batch.length as u64;
                    let values = self.sought.values(&batch, context)?;
                    // It waits here as long as there are nodes, and may have room for thousands of slots.
                    let bare = batch.slots().next().is_none();
                    let batch = if bare { Batch::of_length(batch.length) } else { batch };
                    Current { batch, values, done: 0, rows: Vec::new(), nodes: Vec::new(), place: 0 }
                }
            };
            let batch = current.hand_on(self.node, &self.keep, &self.sought, context)?;
            if !current.is_done() {
                self.current = Some(current);
            }
            if batch.length == 0 {
                continue;
            }
            self.rows_out += batch.length as u64;
            // What one value finds is always allowed; any product of rows and nodes is not.
            if self.rows_in > 1 {
                context.meter.rows(self.rows_out / STREAMED)?;
            }
            return Ok(Some(batch));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
    }
}

//! UNWIND: one row for each element of a list.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::sync::Arc;

pub struct Unwind {
    input: Box<dyn Operator>,
    list: Compiled,
    slot: Slot,
    keep: SlotSet,
    current: Option<Current>,
    rows_out: u64,
}

struct Current {
    batch: Batch,
    row: usize,
    items: Option<Arc<[Value]>>,
    place: usize,
}

impl Unwind {
    pub fn new(input: Box<dyn Operator>, list: Compiled, slot: Slot, keep: SlotSet) -> Unwind {
        Unwind { input, list, slot, keep, current: None, rows_out: 0 }
    }

    /// The elements for one row. Null has none; what is no list is its own only element.
    fn items(&self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<Arc<[Value]>> {
        Ok(match self.list.value(&mut Frame::new(batch, row), context)? {
            Value::List(items) => items,
            Value::Null => Arc::from([]),
            other => Arc::from([other]),
        })
    }
}

impl Operator for Unwind {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(context)? {
                    Some(batch) => Current { batch, row: 0, items: None, place: 0 },
                    None => return Ok(None),
                },
            };
            while current.row < current.batch.length && values.len() < BATCH {
                context.tick()?;
                let items = match current.items.take() {
                    Some(items) => items,
                    None => self.items(&current.batch, current.row, context)?,
                };
                let open = items.get(current.place..).unwrap_or(&[]);
                let taken = open.len().min(BATCH - values.len());
                values.extend_from_slice(open.get(..taken).unwrap_or(&[]));
                rows.resize(values.len(), current.row as u32);
                current.place += taken;
                if current.place >= items.len() {
                    current.row += 1;
                    current.place = 0;
                } else {
                    current.items = Some(items);
                }
            }
            if values.is_empty() {
                continue;
            }
            self.rows_out += values.len() as u64;
            context.meter.rows(self.rows_out)?;
            let mut batch = current.batch.gather(&rows, &self.keep);
            batch.set(self.slot, Column::of(values));
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

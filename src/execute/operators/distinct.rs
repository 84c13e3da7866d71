//! DISTINCT: the first row of each kind.

use super::keys::encode;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::graph::Bits;
use crate::optimize::slots::SlotSet;
use rustc_hash::FxHashSet;

pub struct Distinct {
    input: Box<dyn Operator>,
    slots: Vec<Slot>,
    keep: SlotSet,
    seen: FxHashSet<Box<[u8]>>,
    /// Where the only slot holds nodes.
    nodes: Bits,
    held: u64,
}

impl Distinct {
    pub fn new(input: Box<dyn Operator>, slots: Vec<Slot>, keep: SlotSet) -> Distinct {
        Distinct { input, slots, keep, seen: FxHashSet::default(), nodes: Bits::new(), held: 0 }
    }

    fn is_new(
        &mut self,
        batch: &Batch,
        row: usize,
        key: &mut Vec<u8>,
        context: &mut Context<'_>,
    ) -> Result<bool> {
        if let [slot] = self.slots.as_slice()
            && let Some(node) = batch.column(*slot).node(row)
        {
            return Ok(self.nodes.insert(node.0));
        }
        key.clear();
        self.slots.iter().for_each(|slot| encode(&batch.value(*slot, row), key));
        if !self.seen.insert(key.as_slice().into()) {
            return Ok(false);
        }
        let bytes = key.len() as u64 + 32;
        context.meter.hold(bytes)?;
        self.held += bytes;
        context.meter.rows(self.seen.len() as u64)?;
        Ok(true)
    }
}

impl Operator for Distinct {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else {
            context.meter.release(std::mem::take(&mut self.held));
            return Ok(None);
        };
        let mut rows = Vec::new();
        let mut key = Vec::new();
        // The same value in every row is seen at once.
        let constant = self.slots.iter().all(|slot| matches!(batch.column(*slot), Column::Same(_)));
        let length = if constant { batch.length.min(1) } else { batch.length };
        for row in 0..length {
            context.tick()?;
            if self.is_new(&batch, row, &mut key, context)? {
                rows.push(row as u32);
            }
        }
        Ok(Some(batch.gather(&rows, &self.keep)))
    }

    fn reset(&mut self) {
        self.seen.clear();
        self.nodes = Bits::new();
        self.held = 0;
        self.input.reset();
    }
}

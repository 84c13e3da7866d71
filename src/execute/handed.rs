//! Rows of values, made of the batches that come out of a plan.

use super::batch::{Batch, size_of_value};
use super::context::Context;
use super::crew;
use crate::algebra::Slot;
use crate::base::{Result, let_go};
use crate::value::Value;
use std::ops::Range;

/// Rows that a worker makes at a time.
const SHARE: usize = 4096;

/// So many shares are worth it that several workers make them.
const WORTH: usize = 8;

/// The rows of a statement, and batches of which they are still to be made: many at once can be shared.
pub struct Handed {
    slots: Vec<Slot>,
    /// The slots of the plan, where those of the batches that wait are others.
    wide: Option<Vec<Slot>>,
    rows: Vec<Vec<Value>>,
    waiting: Vec<Batch>,
    /// How many rows these are, and of how many bytes.
    left: usize,
    bytes: u64,
}

/// Bytes of batches that may wait.
const FULL: u64 = 16 << 20;

/// Batches of statements with more slots than this are made narrow while they wait: each has room for all slots.
const WIDE: u32 = 256;

impl Handed {
    pub fn new(slots: Vec<Slot>) -> Handed {
        let wide = slots.iter().any(|slot| slot.0 > WIDE);
        let own = (0..slots.len() as u32).map(Slot);
        let (slots, wide) = if wide { (own.collect(), Some(slots)) } else { (slots, None) };
        Handed { slots, wide, rows: Vec::new(), waiting: Vec::new(), left: 0, bytes: 0 }
    }

    pub fn push(&mut self, batch: Batch, context: &mut Context<'_>) -> Result<()> {
        let batch = self.narrow(batch);
        self.left += batch.length;
        context.meter.rows((self.rows.len() + self.left) as u64)?;
        self.bytes += batch.bytes();
        context.can_hold(self.bytes)?;
        self.waiting.push(batch);
        let many = self.left >= SHARE * WORTH * 2 || self.bytes > FULL;
        // What a row shows must not be changed by one that comes later.
        if many || context.writes { self.make(context) } else { Ok(()) }
    }

    fn narrow(&self, batch: Batch) -> Batch {
        let Some(wide) = &self.wide else { return batch };
        let mut narrow = Batch::of_length(batch.length);
        for (slot, from) in self.slots.iter().zip(wide) {
            narrow.set(*slot, batch.column(*from).clone());
        }
        narrow
    }

    pub fn finish(mut self, context: &mut Context<'_>) -> Result<Vec<Vec<Value>>> {
        self.make(context)?;
        Ok(std::mem::take(&mut self.rows))
    }

    fn make(&mut self, context: &mut Context<'_>) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        (self.left, self.bytes) = (0, 0);
        let mut shares: Vec<(&Batch, Range<usize>)> = Vec::new();
        for batch in &waiting {
            let begins = (0..batch.length).step_by(SHARE);
            shares.extend(begins.map(|from| (batch, from..batch.length.min(from + SHARE))));
        }
        let made = crew::each(shares.len(), WORTH, context, |share, meter| {
            let (batch, range) = &shares[share];
            let mut rows = Vec::with_capacity(range.len());
            let mut bytes = 0;
            for row in range.clone() {
                meter.work(1 + self.slots.len() as u32 / 8)?;
                let values: Vec<Value> = self.slots.iter().map(|slot| batch.value(*slot, row)).collect();
                bytes += values.iter().map(size_of_value).sum::<u64>() + 24;
                rows.push(values);
            }
            Ok((rows, bytes))
        })?;
        for (rows, bytes) in made {
            context.meter.hold(bytes)?;
            self.rows.extend(rows);
        }
        Ok(())
    }
}

/// Values that are let go beside where nobody gets them.
const MANY: usize = 1 << 16;

impl Drop for Handed {
    fn drop(&mut self) {
        if self.rows.len() * (1 + self.slots.len()) >= MANY {
            let_go(std::mem::take(&mut self.rows));
        }
    }
}

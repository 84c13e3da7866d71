//! The rows of a part, where several workers go on from rows that were gathered before.

use crate::base::Result;
use crate::execute::batch::{BATCH, Batch};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::execute::parts::Part;
use crate::optimize::slots::SlotSet;

pub struct RowsOfPart {
    keep: SlotSet,
    /// What is left of the part, once it has begun.
    left: Option<Part>,
}

impl RowsOfPart {
    pub fn new(keep: SlotSet) -> RowsOfPart {
        RowsOfPart { keep, left: None }
    }
}

impl Operator for RowsOfPart {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(part) = self.left.as_mut().or(context.part.as_mut()) else { return Ok(None) };
        let mut part = part.clone();
        let end = part.range.end.min(part.range.start.saturating_add(4 * BATCH as u32));
        let batch = part.rows.as_ref().and_then(|rows| rows.beginning(&(part.range.start..end)));
        part.range.start += batch.as_ref().map_or(0, |batch| batch.length as u32);
        self.left = Some(part);
        context.meter.work(batch.as_ref().map_or(1, |batch| batch.length as u32))?;
        Ok(batch.map(|batch| batch.narrow(&self.keep)))
    }

    fn reset(&mut self) {
        self.left = None;
    }
}

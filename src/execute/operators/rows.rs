//! The rows of a part, where several workers go on from rows that were gathered before; or those that all go on from; and
//! numbers that tell rows apart.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::execute::parts::Part;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::ops::Range;

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

/// The rows that the nodes or elements of a part go with.
pub struct RowsOfAll {
    keep: SlotSet,
    /// Those that have not been handed on, once they have begun.
    left: Option<Range<u32>>,
}

impl RowsOfAll {
    pub fn new(keep: SlotSet) -> RowsOfAll {
        RowsOfAll { keep, left: None }
    }
}

impl Operator for RowsOfAll {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(part) = &context.part else { return Ok(None) };
        let left = self.left.get_or_insert_with(|| part.rows_of_all());
        let rows = part.rows.as_ref().filter(|_| left.start < left.end);
        let batch = rows.and_then(|rows| rows.beginning(left));
        left.start += batch.as_ref().map_or(0, |batch| batch.length as u32);
        Ok(batch.map(|batch| batch.narrow(&self.keep)))
    }

    fn reset(&mut self) {
        self.left = None;
    }
}

/// Numbers the rows of a batch in a slot, so that an inner plan tells to which of them each of its rows belongs.
pub fn number_rows(batch: &mut Batch, slot: Slot) {
    batch.set(slot, Column::integers((0..batch.length as i64).collect()));
}

/// The number that a row of an inner plan goes on with.
pub fn number_of(batch: &Batch, slot: Slot, row: usize) -> Option<usize> {
    number_in(batch.column(slot), row)
}

/// The number that a row goes on with, in the column that has it.
#[inline]
pub fn number_in(column: &Column, row: usize) -> Option<usize> {
    let number = match column {
        Column::Integers(numbers) => numbers.get(row).copied(),
        column => match column.value(row) {
            Value::Integer(number) => Some(number),
            _ => None,
        },
    };
    usize::try_from(number?).ok()
}

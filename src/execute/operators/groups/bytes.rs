//! Keys that have no numbers of their own, by their canonical bytes.

use super::{By, Groups};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operators::keys::{Keys, encode_row};
use crate::execute::operators::numbering::Numbering;

/// What is booked for a key beside its bytes.
const BESIDE: u64 = 32;

impl Groups {
    /// From now on by bytes.
    pub(super) fn turn_to_bytes(&mut self, slots: &[Slot], context: &mut Context<'_>) -> Result<()> {
        if self.are_told_by_bytes() {
            return Ok(());
        }
        self.take_table();
        let known = std::mem::take(&mut self.keys).finish();
        let mut numbering = Numbering::default();
        number_rows(&known, slots, &mut numbering, context, |_, _, _| {})?;
        self.keys.append(&known);
        self.by = By::Bytes(numbering);
        Ok(())
    }

    /// Returns the bytes that it keeps.
    pub(super) fn by_bytes(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        numbers: &mut Vec<u32>,
        new: &mut Vec<u32>,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        let By::Bytes(numbering) = &mut self.by else { return Ok(0) };
        numbers.clear();
        number_rows(keys, slots, numbering, context, |row, number, is_new| {
            numbers.push(number);
            if is_new {
                new.push(row);
            }
        })
    }
}

/// Calls with each row, the number of its key, and whether that is new; returns the bytes that are kept.
fn number_rows(
    rows: &Batch,
    slots: &[Slot],
    numbering: &mut Numbering,
    context: &mut Context<'_>,
    mut tell: impl FnMut(u32, u32, bool),
) -> Result<u64> {
    let (mut packed, mut lengths, mut held) = (Keys::default(), Vec::new(), 0);
    for row in 0..rows.length {
        let length = packed.add(|key| {
            slots.iter().for_each(|slot| encode_row(rows.column(*slot), row, key));
        });
        context.meter.work(1 + (length / 64) as u32)?;
        lengths.push(length as u64 + BESIDE);
        if !packed.is_full() && row + 1 < rows.length {
            continue;
        }
        let mut kept = 0;
        let mut each = ((row + 1 - lengths.len()) as u32..).zip(lengths.drain(..));
        numbering.number_all(&packed, |number, is_new| {
            let Some((row, length)) = each.next() else { return };
            kept += if is_new { length } else { 0 };
            tell(row, number, is_new);
        });
        drop(each);
        packed.clear();
        context.meter.hold(kept)?;
        held += kept;
    }
    Ok(held)
}

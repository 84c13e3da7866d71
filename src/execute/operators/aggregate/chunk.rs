//! Rows that were dealt out at once.

use super::{Addends, Arguments};
use crate::execute::batch::Batch;
use crate::execute::operators::groups::Told;
use crate::optimize::slots::SlotSet;

/// The rows of a part that go to one share at once. They lie together, so that whoever adds them up later finds them side
/// by side.
pub struct Lot {
    /// Where the part begins.
    part: u32,
    /// The numbers of its rows in the part.
    rows: Vec<u32>,
    /// The places of all keys, where these are told.
    told: Option<Told>,
    addends: Addends,
}

/// The rows that go to each share, which `share` tells of every row in turn.
#[inline]
pub fn by_share(shares: usize, length: usize, share: impl Iterator<Item = usize>) -> Vec<Vec<u32>> {
    // Most shares get about as many.
    let room = length.div_ceil(shares.max(1));
    let mut rows: Vec<Vec<u32>> = (0..shares).map(|_| Vec::with_capacity(room + room / 4)).collect();
    for (row, share) in (0..).zip(share) {
        if let Some(rows) = rows.get_mut(share) {
            rows.push(row);
        }
    }
    rows
}

impl Lot {
    /// Some rows of those that come so many rows after the beginning of a part, and have those places if any.
    pub fn of(
        addends: &Addends,
        mut rows: Vec<u32>,
        told: Option<&Told>,
        (part, before): (u32, u32),
        slots: &SlotSet,
    ) -> Lot {
        let gather = |columns: &Arguments| columns.iter().map(|column| column.gather(&rows)).collect();
        let arguments = addends.arguments.iter().map(gather).collect();
        let addends = Addends { keys: addends.keys.gather(&rows, slots), arguments };
        let told = told.map(|told| told.of(&rows));
        rows.iter_mut().for_each(|row| *row += before);
        Lot { part, rows, told, addends }
    }

    pub fn bytes(&self) -> u64 {
        let rows = size_of_val(self.rows.as_slice()) as u64;
        self.addends.bytes() + rows + self.told.as_ref().map_or(0, Told::bytes)
    }

    pub fn part(&self) -> u32 {
        self.part
    }

    pub fn length(&self) -> usize {
        self.rows.len()
    }

    pub fn places(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// The number of a row in its part.
    pub fn number(&self, row: u32) -> u32 {
        self.rows.get(row as usize).copied().unwrap_or(0)
    }

    pub fn keys(&self) -> &Batch {
        &self.addends.keys
    }

    /// What is added up of all rows.
    pub fn arguments(&self) -> &[Arguments] {
        &self.addends.arguments
    }
}

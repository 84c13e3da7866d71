//! Rows that were dealt out at once.

use super::{Addends, Arguments};
use crate::execute::batch::Batch;
use crate::optimize::slots::SlotSet;

/// The rows of a part that go to one share at once. They lie together, so that whoever adds them up later finds them side
/// by side.
pub struct Lot {
    /// Where the part begins.
    part: u32,
    /// The numbers of its rows in the part.
    rows: Vec<u32>,
    /// The places of all keys, where these are told.
    places: Option<Vec<u32>>,
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
        told: Option<&[u32]>,
        (part, before): (u32, u32),
        slots: &SlotSet,
    ) -> Lot {
        let gather = |columns: &Arguments| columns.iter().map(|column| column.gather(&rows)).collect();
        let arguments = addends.arguments.iter().map(gather).collect();
        let addends = Addends { keys: addends.keys.gather(&rows, slots), arguments };
        let place = |told: &[u32]| rows.iter().filter_map(|row| told.get(*row as usize).copied()).collect();
        let places = told.map(place);
        rows.iter_mut().for_each(|row| *row += before);
        Lot { part, rows, places, addends }
    }

    pub fn bytes(&self) -> u64 {
        self.addends.bytes() + (self.rows.len() + self.places.as_ref().map_or(0, Vec::len)) as u64 * 4
    }

    pub fn part(&self) -> u32 {
        self.part
    }

    pub fn length(&self) -> usize {
        self.rows.len()
    }

    pub fn places(&self) -> Option<&[u32]> {
        self.places.as_deref()
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

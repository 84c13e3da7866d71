//! Rows that were dealt out at once.

use super::{Addends, Arguments};
use crate::execute::batch::Batch;
use crate::optimize::slots::SlotSet;
use std::ops::Range;
use std::sync::Arc;

/// Rows by share.
pub struct Hands {
    /// The rows of the first share, then those of the second, and so on; and where those of each end.
    rows: Vec<u32>,
    ends: Vec<u32>,
    /// Their places, where these are told.
    places: Vec<u32>,
}

/// Rows of one part that were dealt out at once.
pub struct Chunk {
    /// Where the part begins, and how many rows of it come before.
    part: u32,
    before: u32,
    addends: Addends,
    hands: Hands,
}

/// The rows of a chunk that go to one share.
pub struct Lot {
    chunk: Arc<Chunk>,
    range: Range<usize>,
}

impl Hands {
    /// Of rows that go to those shares, and have those places if any.
    #[inline]
    pub fn of(shares: usize, share: impl Iterator<Item = usize> + Clone, told: &[u32]) -> Hands {
        let mut ends = vec![0u32; shares];
        let mut length = 0;
        for share in share.clone() {
            length += 1;
            if let Some(count) = ends.get_mut(share) {
                *count += 1;
            }
        }
        let mut begin = 0;
        for end in &mut ends {
            begin += std::mem::replace(end, begin);
        }
        let mut rows = vec![0; length];
        for (row, share) in (0..).zip(share) {
            let Some(end) = ends.get_mut(share) else { continue };
            if let Some(entry) = rows.get_mut(*end as usize) {
                *entry = row;
            }
            *end += 1;
        }
        let places = match told.is_empty() {
            true => Vec::new(),
            false => rows.iter().map(|row| told[*row as usize]).collect(),
        };
        Hands { rows, ends, places }
    }
}

impl Chunk {
    pub fn new((part, before): (u32, u32), addends: Addends, hands: Hands) -> Chunk {
        Chunk { part, before, addends, hands }
    }

    pub fn bytes(&self) -> u64 {
        self.addends.bytes() + (self.hands.rows.len() + self.hands.places.len()) as u64 * 4
    }

    /// Its rows by share.
    pub fn lots(self) -> Vec<Lot> {
        let chunk = Arc::new(self);
        let mut begin = 0;
        let lot = |end: &u32| {
            let range = std::mem::replace(&mut begin, *end as usize)..*end as usize;
            Lot { chunk: chunk.clone(), range }
        };
        chunk.hands.ends.iter().map(lot).collect()
    }
}

impl Lot {
    pub fn part(&self) -> u32 {
        self.chunk.part
    }

    pub fn length(&self) -> usize {
        self.range.len()
    }

    /// The rows in the chunk.
    fn rows(&self) -> &[u32] {
        self.chunk.hands.rows.get(self.range.clone()).unwrap_or(&[])
    }

    /// The places of all keys, where these are told.
    pub fn places(&self) -> Option<&[u32]> {
        self.chunk.hands.places.get(self.range.clone())
    }

    /// The number of a row in its part.
    pub fn number(&self, row: u32) -> u32 {
        self.chunk.before + self.rows().get(row as usize).copied().unwrap_or(0)
    }

    /// The keys of all rows.
    pub fn keys(&self, slots: &SlotSet) -> Batch {
        self.chunk.addends.keys.gather(self.rows(), slots)
    }

    /// The keys of some rows.
    pub fn keys_of(&self, some: &[u32], slots: &SlotSet) -> Batch {
        let rows: Vec<u32> = some.iter().filter_map(|row| self.rows().get(*row as usize).copied()).collect();
        self.chunk.addends.keys.gather(&rows, slots)
    }

    /// What is added up of all rows.
    pub fn arguments(&self) -> impl Iterator<Item = Arguments> + '_ {
        let gather = |columns: &Arguments| columns.iter().map(|column| column.gather(self.rows())).collect();
        self.chunk.addends.arguments.iter().map(gather)
    }
}

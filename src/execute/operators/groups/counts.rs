//! How many rows were counted at each place of a table.

use super::dense::with_groups;

/// How many rows were counted at each place.
///
/// A small table has four counts a place, which rows take in turn: to add to what the row before has just added to would
/// have to wait for it.
pub struct Counts {
    /// How far the counts of a place lie apart.
    apart: usize,
    /// The first counts of all places, then the second ones, and so on.
    of: Vec<i64>,
}

/// A table of at most this many places is small.
const SMALL: usize = 1 << 12;

/// Counts of one place must not lie a multiple of 4096 bytes apart: processors take such addresses for the same.
const BETWEEN: usize = 16;

/// The count of a place without a group.
const NOBODY: i64 = i64::MIN;

impl Counts {
    /// Of the places of a table: nothing counted where there is a group.
    pub fn over(table: &[u32]) -> Counts {
        let lanes = if table.len() <= SMALL { 4 } else { 1 };
        let apart = table.len() + BETWEEN;
        let mut counts = Counts { apart, of: vec![NOBODY; lanes * apart] };
        with_groups(table).for_each(|(place, _)| counts.open(place));
        counts
    }

    /// Counts a row at each place; false where one has no group.
    pub fn add(&mut self, places: &[u32]) -> bool {
        let mut all = 0;
        let mut add = |counts: &mut [i64], place: u32| {
            if let Some(count) = counts.get_mut(place as usize) {
                all |= *count;
                *count += 1;
            }
        };
        let (first, others) = self.of.split_at_mut(self.apart);
        let mut left = places;
        if others.len() == self.apart * 3 {
            let (second, others) = others.split_at_mut(self.apart);
            let (third, fourth) = others.split_at_mut(self.apart);
            let (fours, rest) = places.as_chunks();
            for [a, b, c, d] in fours {
                add(first, *a);
                add(second, *b);
                add(third, *c);
                add(fourth, *d);
            }
            left = rest;
        }
        left.iter().for_each(|place| add(first, *place));
        all >= 0
    }

    /// From now on the place has a group.
    pub fn open(&mut self, place: usize) {
        self.of.iter_mut().skip(place).step_by(self.apart).for_each(|count| *count -= NOBODY);
    }

    /// The same counts over a wider table, whose places the old ones have moved to.
    pub fn moved(&self, from: &[u32], to: &[u32], place: impl Fn(usize) -> usize) -> Counts {
        let mut counts = Counts::over(to);
        with_groups(from).for_each(|(old, _)| {
            if let Some(count) = counts.of.get_mut(place(old)) {
                *count = self.at(old);
            }
        });
        counts
    }

    pub fn bytes(&self) -> u64 {
        self.of.len() as u64 * 8
    }

    pub fn at(&self, place: usize) -> i64 {
        self.of.iter().skip(place).step_by(self.apart).sum()
    }
}

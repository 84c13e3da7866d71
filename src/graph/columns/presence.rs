//! Which ids of a column have a value, and where it lies.

use super::super::buffer::Buffer;
use super::super::snapshot::{Fault, Reader, Section, Writer, demand};
use std::ops::Range;

/// Maps the ids that have a value to places in an array of values.
///
/// Three layouts, chosen by how full the range between the first and the last id is: complete ranges need no bitmap,
/// well-filled ones a bitmap over an array with gaps, sparse ones a bitmap with ranks over an array without gaps.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    first: u32,
    /// Ids in the range.
    width: u32,
    present: Buffer<u64>,
    /// Present ids before each word; empty when places are counted from `first`.
    ranks: Buffer<u32>,
    count: u32,
}

impl Presence {
    /// From ascending, distinct ids.
    pub fn of(ids: &[u32]) -> Presence {
        let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Presence::default() };
        let width = last - first + 1;
        let count = ids.len() as u32;
        if count == width {
            return Presence { first, width, count, ..Presence::default() };
        }
        let mut present = vec![0u64; (width as usize).div_ceil(64)];
        for id in ids {
            let offset = id - first;
            present[offset as usize / 64] |= 1 << (offset % 64);
        }
        let ranks =
            if u64::from(count) * 4 >= u64::from(width) * 3 { Vec::new() } else { ranks_of(&present) };
        Presence { first, width, present: present.into(), ranks: ranks.into(), count }
    }

    /// Every id from `first`, `width` many.
    pub fn range(first: u32, width: u32) -> Presence {
        Presence { first, width, count: width, ..Presence::default() }
    }

    /// Where the value of an id lies.
    #[inline]
    pub fn place(&self, id: u32) -> Option<usize> {
        let offset = id.wrapping_sub(self.first);
        if offset >= self.width {
            return None;
        }
        if self.present.is_empty() {
            return Some(offset as usize);
        }
        let word = self.present[offset as usize / 64];
        let bit = offset % 64;
        if word >> bit & 1 == 0 {
            return None;
        }
        if self.ranks.is_empty() {
            return Some(offset as usize);
        }
        let before = word & ((1 << bit) - 1);
        Some(self.ranks[offset as usize / 64] as usize + before.count_ones() as usize)
    }

    /// The places of ids that follow each other, where every id has one.
    pub fn run(&self, ids: &[u32]) -> Option<Range<usize>> {
        let from = ids.first()?.checked_sub(self.complete()?)?;
        let to = from.checked_add(u32::try_from(ids.len()).ok()?)?;
        (to <= self.width && follow_each_other(ids)).then_some(from as usize..to as usize)
    }

    /// The first id, if all from it on have a place.
    pub fn complete(&self) -> Option<u32> {
        (self.present.is_empty() && self.width > 0).then_some(self.first)
    }

    /// Length of the array of values, gaps included.
    pub fn places(&self) -> usize {
        if self.ranks.is_empty() { self.width as usize } else { self.count as usize }
    }

    /// How many ids have a value.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Ids with their places, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, usize)> + '_ {
        let ids = self.first..self.first + self.width;
        ids.filter_map(|id| Some((id, self.place(id)?)))
    }

    pub fn bytes(&self) -> usize {
        self.present.bytes() + self.ranks.bytes()
    }
}

/// Whether each id is one more than the one before it.
pub fn follow_each_other(ids: &[u32]) -> bool {
    let first = ids.first().copied().unwrap_or(0);
    first.checked_add(ids.len() as u32).is_some()
        && ids.iter().zip(first..).fold(0, |apart, (id, expected)| apart | (id ^ expected)) == 0
}

impl Section for Presence {
    fn write(&self, writer: &mut Writer<'_>) {
        [self.first, self.width, self.count].into_iter().for_each(|number| writer.number(u64::from(number)));
        writer.array(&self.present);
        writer.array(&self.ranks);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Presence, Fault> {
        let (first, width, count) = (reader.small()?, reader.small()?, reader.small()?);
        let (present, ranks) = (reader.array::<u64>()?, reader.array::<u32>()?);
        demand(first.checked_add(width).is_some())?;
        if present.is_empty() {
            demand(ranks.is_empty() && count == width)?;
        } else {
            let beyond = present.last().map_or(0, |word| match width % 64 {
                0 => 0,
                rest => word >> rest,
            });
            let ones: u64 = present.iter().map(|word| u64::from(word.count_ones())).sum();
            demand(
                present.len() == (width as usize).div_ceil(64) && beyond == 0 && ones == u64::from(count),
            )?;
            demand(ranks.is_empty() || ranks_of(&present) == ranks[..])?;
        }
        Ok(Presence { first, width, present, ranks, count })
    }
}

fn ranks_of(words: &[u64]) -> Vec<u32> {
    let mut before = 0;
    let mut ranks = Vec::with_capacity(words.len());
    for word in words {
        ranks.push(before);
        before += word.count_ones();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn every_id_has_its_own_place(ids in proptest::collection::btree_set(0u32..500, 0..400), first in 0u32..1000) {
            let ids: BTreeSet<u32> = ids.into_iter().map(|id| id + first).collect();
            let list: Vec<u32> = ids.iter().copied().collect();
            let presence = Presence::of(&list);
            let mut seen = BTreeSet::new();
            for id in 0..1600 {
                match presence.place(id) {
                    Some(place) => {
                        prop_assert!(ids.contains(&id));
                        prop_assert!(place < presence.places());
                        prop_assert!(seen.insert(place));
                    }
                    None => prop_assert!(!ids.contains(&id)),
                }
            }
            prop_assert_eq!(presence.iter().map(|(id, _)| id).collect::<Vec<_>>(), list);
        }
    }
}

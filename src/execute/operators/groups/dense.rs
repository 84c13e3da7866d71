//! Groups by keys that have few small numbers each: one table over all their combinations.

use super::{Level, NULL, OPEN};
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column};
use crate::graph::columns::{Presence, Values};
use smallvec::SmallVec;

/// A table has at most two to the power of this many entries.
const MOST: u32 = 16;

/// The numbers of a row's keys, one behind the other in as many bits as each needs, are its place in the table.
#[derive(Default)]
pub struct Dense {
    bits: SmallVec<[u32; 4]>,
    table: Vec<u32>,
    groups: u32,
    digits: Vec<u32>,
}

impl Dense {
    /// The group of each row. False, and nothing is done, where numbers come that are too many or too great.
    pub fn step(
        &mut self,
        levels: &mut [Level],
        keys: &Batch,
        slots: &[Slot],
        groups: &mut Vec<u32>,
        fresh: &mut Vec<u32>,
    ) -> bool {
        for (level, slot) in levels.iter_mut().zip(slots) {
            if let Column::Coded { values, .. } = keys.column(*slot) {
                level.canon.extend(values);
                if !level.canon.same {
                    return false;
                }
            }
        }
        if self.look_up(keys, slots) {
            std::mem::swap(groups, &mut self.digits);
            return true;
        }
        self.bits.resize(levels.len(), 0);
        self.table.resize(self.table.len().max(1), OPEN);
        for (at, slot) in slots.iter().enumerate() {
            match keys.column(*slot) {
                // Numbers that are there already need no place of their own.
                Column::Coded { codes, .. } => {
                    let greatest = codes.iter().fold(0, |all, code| all | code);
                    if !self.has_room(at, u32::BITS - greatest.leading_zeros()) {
                        return false;
                    }
                    self.put(at, groups, codes.iter().copied());
                }
                Column::Integers(numbers) => {
                    let greatest = numbers.iter().fold(0, |all, number| all | *number as u64);
                    if greatest >> MOST != 0 || !self.has_room(at, u64::BITS - greatest.leading_zeros()) {
                        return false;
                    }
                    self.put(at, groups, numbers.iter().map(|number| *number as u32));
                }
                Column::Stored { ids, source } => {
                    let Values::Strings { codes, .. } = &source.values else { return false };
                    let mut digits = std::mem::take(&mut self.digits);
                    after_null(ids, &source.presence, &mut digits, |place| codes[place]);
                    let greatest = digits.iter().fold(0, |all, digit| all | digit);
                    if !self.has_room(at, u32::BITS - greatest.leading_zeros()) {
                        return false;
                    }
                    self.put(at, groups, digits.iter().copied());
                    self.digits = digits;
                }
                Column::Same(_) => {}
                _ => return false,
            }
        }
        // Once all combinations have come, nothing is left but to look them up.
        if self.found(keys.length, self.bits.iter().sum(), groups.iter().map(|place| u64::from(*place))) {
            std::mem::swap(groups, &mut self.digits);
            return true;
        }
        let table = self.table.as_mut_slice();
        for (row, place) in groups.iter_mut().enumerate() {
            let Some(entry) = table.get_mut(*place as usize) else { return false };
            if *entry == OPEN {
                *entry = self.groups;
                self.groups += 1;
                fresh.push(row as u32);
            }
            *place = *entry;
        }
        true
    }

    /// Looks the groups of one or two keys up, all at once; false where a combination has not come before.
    fn look_up(&mut self, keys: &Batch, slots: &[Slot]) -> bool {
        let columns: SmallVec<[&Column; 2]> = slots.iter().map(|slot| keys.column(*slot)).collect();
        let (length, bits) = (keys.length, self.bits.clone());
        match (columns.as_slice(), bits.as_slice()) {
            ([Column::Coded { codes, .. }], [bits]) => self.found(length, *bits, coded(codes)),
            ([Column::Integers(numbers)], [bits]) => self.found(length, *bits, whole(numbers)),
            ([Column::Coded { codes, .. }, Column::Integers(numbers)], [above, below]) => {
                self.found(length, above + below, pairs(coded(codes), whole(numbers), *below))
            }
            ([Column::Integers(numbers), Column::Coded { codes, .. }], [above, below]) => {
                self.found(length, above + below, pairs(whole(numbers), coded(codes), *below))
            }
            ([Column::Coded { codes, .. }, Column::Coded { codes: others, .. }], [above, below]) => {
                self.found(length, above + below, pairs(coded(codes), coded(others), *below))
            }
            _ => false,
        }
    }

    /// Puts the groups of some places in `digits`; false where a place has no group or is beyond the table.
    #[inline]
    fn found(&mut self, length: usize, bits: u32, places: impl Iterator<Item = u64>) -> bool {
        let table = self.table.as_slice();
        let mask = (1u64 << bits) - 1;
        if table.len() as u64 != mask + 1 {
            return false;
        }
        self.digits.resize(length, 0);
        // No group has the highest bit, which `OPEN` has.
        let (mut groups, mut beyond) = (0, 0);
        for (digit, place) in self.digits.iter_mut().zip(places) {
            beyond |= place & !mask;
            let group = table[(place & mask) as usize];
            groups |= group;
            *digit = group;
        }
        beyond == 0 && groups >> 31 == 0
    }

    /// Puts the number of a key behind those of the keys before it.
    #[inline]
    fn put(&self, key: usize, places: &mut [u32], digits: impl Iterator<Item = u32>) {
        match self.bits.get(key) {
            Some(bits) if key > 0 => {
                let bits = *bits;
                places.iter_mut().zip(digits).for_each(|(place, digit)| *place = *place << bits | digit);
            }
            _ => places.iter_mut().zip(digits).for_each(|(place, digit)| *place = digit),
        }
    }

    /// Makes a key as wide as it must be; false where that is too much.
    fn has_room(&mut self, key: usize, needed: u32) -> bool {
        let Some(width) = self.bits.get(key).copied().filter(|width| *width < needed) else { return true };
        let total = self.bits.iter().sum::<u32>() - width + needed;
        if total > MOST {
            return false;
        }
        let below: u32 = self.bits.iter().skip(key + 1).sum();
        let mut table = vec![OPEN; 1 << total];
        for (place, group) in self.table.iter().enumerate() {
            let (above, rest) = (place >> (below + width), place & ((1 << (below + width)) - 1));
            if let Some(entry) = table.get_mut(above << (below + needed) | rest) {
                *entry = *group;
            }
        }
        self.table = table;
        self.bits[key] = needed;
        true
    }

    /// Tells the levels of all groups that there are, in their order.
    pub fn hand_over(self, levels: &mut [Level]) {
        let mut places: Vec<(u32, usize)> = Vec::new();
        let known = self.table.iter().enumerate().filter(|(_, group)| **group != OPEN);
        places.extend(known.map(|(place, group)| (*group, place)));
        places.sort_unstable();
        for (_, place) in places {
            let mut below: u32 = self.bits.iter().sum();
            let mut group = [0];
            for (level, bits) in levels.iter_mut().zip(&self.bits) {
                below -= bits;
                let number = level.number((place >> below & ((1 << bits) - 1)) as u32);
                level.walk(&mut group, None, |_| number);
            }
        }
    }
}

fn coded(codes: &[u32]) -> impl Iterator<Item = u64> {
    codes.iter().map(|code| u64::from(*code))
}

fn whole(numbers: &[i64]) -> impl Iterator<Item = u64> {
    numbers.iter().map(|number| *number as u64)
}

/// The places of two numbers each; beyond every table if the second does not fit in its bits, or the first in any.
#[inline]
fn pairs(
    above: impl Iterator<Item = u64>,
    below: impl Iterator<Item = u64>,
    bits: u32,
) -> impl Iterator<Item = u64> {
    above.zip(below).map(move |(above, below)| {
        let beyond = if below >> bits | above >> 32 == 0 { 0 } else { 1 << 63 };
        above << bits | below | beyond
    })
}

/// Nothing is 0, and everything else one more than its code.
#[inline]
fn after_null(ids: &[u32], presence: &Presence, into: &mut Vec<u32>, code: impl Fn(usize) -> u32) {
    into.clear();
    into.extend(ids.iter().map(|id| presence.place(*id).map_or(0, |place| code(place).saturating_add(1))));
}

impl Level {
    /// The number that stands for a digit.
    fn number(&self, digit: u32) -> u64 {
        match &self.form {
            super::Form::Stored(_) => digit.checked_sub(1).map_or(NULL, u64::from),
            _ => u64::from(digit),
        }
    }
}

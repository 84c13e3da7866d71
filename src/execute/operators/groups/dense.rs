//! Groups by keys that have few small numbers each: one table over all their combinations.

use super::{Level, NULL, OPEN};
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column};
use crate::graph::columns::{Presence, Values};
use smallvec::SmallVec;

/// A table has at most two to the power of this many entries.
const MOST: u32 = 16;

/// A table of at most two to the power of this many entries is small.
const SMALL: u32 = 12;

/// The numbers of a row's keys, one behind the other in as many bits as each needs, are its place in the table.
#[derive(Default)]
pub struct Dense {
    bits: SmallVec<[u32; 4]>,
    table: Vec<u32>,
    counts: Counts,
    groups: u32,
    digits: Vec<u32>,
}

/// How many rows were counted at each place.
#[derive(Default)]
struct Counts {
    /// A small table has four counts a place, which rows take in turn: to add to what the row before has just added to
    /// would have to wait for it.
    lanes: u32,
    of: Vec<i64>,
}

/// What is done with the places of all rows.
#[derive(Clone, Copy)]
enum Aim {
    /// Their groups are put in `digits`.
    Find,
    /// One more row, or one less, is counted at each.
    Count(i64),
    /// Those that have no group get one; the rows that open them are put in `digits`.
    Open,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// All combinations have come before.
    Known,
    /// Some have no group yet.
    Fresh,
    /// Some are not in the table.
    Beyond,
}

/// The count of a place without a group.
const NOBODY: i64 = i64::MIN;

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
        if !tell_apart(levels, keys, slots) {
            return false;
        }
        if self.each(keys, slots, Aim::Find) == Seen::Known {
            std::mem::swap(groups, &mut self.digits);
            return true;
        }
        self.bits.resize(levels.len(), 0);
        self.table.resize(self.table.len().max(1), OPEN);
        if self.counts.of.is_empty() {
            self.counts = Counts::over(0);
        }
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
        let shape = Shape { above: 0, below: self.bits.iter().sum() };
        if self.found(keys.length, shape, coded(groups).map(alone)) == Seen::Known {
            std::mem::swap(groups, &mut self.digits);
            return true;
        }
        let table = self.table.as_mut_slice();
        for (row, place) in groups.iter_mut().enumerate() {
            let Some(entry) = table.get_mut(*place as usize) else { return false };
            if *entry == OPEN {
                *entry = self.groups;
                self.counts.open(*place as usize);
                self.groups += 1;
                fresh.push(row as u32);
            }
            *place = *entry;
        }
        true
    }

    /// Counts the rows by group, without telling the group of each; false, and nothing is done, where numbers come that
    /// have no place.
    pub fn count(
        &mut self,
        levels: &mut [Level],
        keys: &Batch,
        slots: &[Slot],
        fresh: &mut Vec<u32>,
    ) -> bool {
        if !tell_apart(levels, keys, slots) {
            return false;
        }
        match self.each(keys, slots, Aim::Count(1)) {
            Seen::Known => true,
            Seen::Fresh => {
                self.each(keys, slots, Aim::Open);
                std::mem::swap(fresh, &mut self.digits);
                true
            }
            Seen::Beyond => {
                // What was counted is taken back.
                self.each(keys, slots, Aim::Count(-1));
                false
            }
        }
    }

    /// The rows counted so far, by group.
    pub fn counts(&self) -> Vec<i64> {
        let mut counts = vec![0; self.groups as usize];
        for (place, group) in self.table.iter().enumerate().filter(|(_, group)| **group != OPEN) {
            if let Some(entry) = counts.get_mut(*group as usize) {
                *entry += self.counts.of_place(place);
            }
        }
        counts
    }

    /// Goes through the places of one or two keys.
    fn each(&mut self, keys: &Batch, slots: &[Slot], aim: Aim) -> Seen {
        let columns: SmallVec<[&Column; 2]> = slots.iter().map(|slot| keys.column(*slot)).collect();
        let (length, bits) = (keys.length, self.bits.clone());
        match (columns.as_slice(), bits.as_slice()) {
            ([Column::Coded { codes, .. }], [bits]) => {
                self.at(aim, length, 0, *bits, coded(codes).map(alone))
            }
            ([Column::Integers(numbers)], [bits]) => {
                self.at(aim, length, 0, *bits, whole(numbers).map(alone))
            }
            ([Column::Coded { codes, .. }, Column::Integers(numbers)], [above, below]) => {
                self.at(aim, length, *above, *below, coded(codes).zip(whole(numbers)))
            }
            ([Column::Integers(numbers), Column::Coded { codes, .. }], [above, below]) => {
                self.at(aim, length, *above, *below, whole(numbers).zip(coded(codes)))
            }
            ([Column::Coded { codes, .. }, Column::Coded { codes: others, .. }], [above, below]) => {
                self.at(aim, length, *above, *below, coded(codes).zip(coded(others)))
            }
            _ => Seen::Beyond,
        }
    }

    #[inline]
    fn at(&mut self, aim: Aim, length: usize, above: u32, below: u32, numbers: impl Numbers) -> Seen {
        let shape = Shape { above, below };
        if self.table.len() != shape.places() {
            return Seen::Beyond;
        }
        match aim {
            Aim::Find => self.found(length, shape, numbers),
            Aim::Count(more) => self.counts.add(more, shape, numbers),
            Aim::Open => {
                self.open(numbers.map(|pair| shape.place(pair)));
                Seen::Known
            }
        }
    }

    /// Puts the groups of some places in `digits`.
    #[inline]
    fn found(&mut self, length: usize, shape: Shape, numbers: impl Numbers) -> Seen {
        let table = self.table.as_slice();
        if table.len() != shape.places() {
            return Seen::Beyond;
        }
        self.digits.resize(length, 0);
        // No group has the highest bit, which `OPEN` has.
        let (mut groups, mut all) = (0, (0, 0));
        for (digit, pair) in self.digits.iter_mut().zip(numbers) {
            all = (all.0 | pair.0, all.1 | pair.1);
            let group = table[shape.place(pair)];
            groups |= group;
            *digit = group;
        }
        shape.seen(all, groups >> 31 != 0)
    }

    /// Gives places without a group one; the rows that open them are in `digits`.
    fn open(&mut self, places: impl Iterator<Item = usize>) {
        self.digits.clear();
        for (row, place) in places.enumerate() {
            let Some(entry) = self.table.get_mut(place).filter(|entry| **entry == OPEN) else {
                continue;
            };
            *entry = self.groups;
            self.groups += 1;
            self.counts.open(place);
            self.digits.push(row as u32);
        }
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
        let (mut table, mut counts) = (vec![OPEN; 1 << total], Counts::over(total));
        for (place, group) in self.table.iter().enumerate().filter(|(_, group)| **group != OPEN) {
            let (above, rest) = (place >> (below + width), place & ((1 << (below + width)) - 1));
            let into = above << (below + needed) | rest;
            table[into] = *group;
            counts.open(into);
            counts.put(into, self.counts.of_place(place));
        }
        (self.table, self.counts) = (table, counts);
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

impl Counts {
    /// Counts of as many places as some bits give.
    fn over(bits: u32) -> Counts {
        let lanes = if bits <= SMALL { 2 } else { 0 };
        Counts { lanes, of: vec![NOBODY; 1 << (bits + lanes)] }
    }

    fn lanes_of(&self, place: usize) -> std::ops::Range<usize> {
        place << self.lanes..(place + 1) << self.lanes
    }

    /// Adds to the count of each place.
    #[inline]
    fn add(&mut self, more: i64, shape: Shape, numbers: impl Numbers) -> Seen {
        let (lanes, counts) = (self.lanes, self.of.as_mut_slice());
        if counts.len() != shape.places() << lanes {
            return Seen::Beyond;
        }
        let lane = (1 << lanes) - 1;
        let (mut counted, mut all) = (0, (0, 0));
        for (row, pair) in numbers.enumerate() {
            all = (all.0 | pair.0, all.1 | pair.1);
            let count = &mut counts[shape.place(pair) << lanes | row & lane];
            counted |= *count;
            *count += more;
        }
        shape.seen(all, counted < 0)
    }

    /// From now on the place has a group.
    fn open(&mut self, place: usize) {
        let lanes = self.lanes_of(place);
        self.of[lanes].iter_mut().for_each(|count| *count -= NOBODY);
    }

    fn put(&mut self, place: usize, count: i64) {
        let first = self.lanes_of(place).start;
        self.of[first] = count;
    }

    fn of_place(&self, place: usize) -> i64 {
        self.of[self.lanes_of(place)].iter().sum()
    }
}

/// The numbers of two keys in each row.
trait Numbers: Iterator<Item = (u64, u64)> {}

impl<I: Iterator<Item = (u64, u64)>> Numbers for I {}

/// How many bits the numbers of two keys have.
#[derive(Clone, Copy)]
struct Shape {
    above: u32,
    below: u32,
}

impl Shape {
    fn places(self) -> usize {
        1 << (self.above + self.below)
    }

    /// The place of two numbers; some place of the table if they have too many bits.
    #[inline]
    fn place(self, (above, below): (u64, u64)) -> usize {
        (above << self.below | below) as usize & (self.places() - 1)
    }

    /// What has been seen, by all bits of the numbers.
    fn seen(self, (above, below): (u64, u64), fresh: bool) -> Seen {
        let beyond = above >> self.above | below >> self.below != 0;
        match (beyond, fresh) {
            (true, _) => Seen::Beyond,
            (false, true) => Seen::Fresh,
            (false, false) => Seen::Known,
        }
    }
}

/// One key, as if it were the second of two.
fn alone(number: u64) -> (u64, u64) {
    (0, number)
}

/// Whether different codes always stand for different values.
fn tell_apart(levels: &mut [Level], keys: &Batch, slots: &[Slot]) -> bool {
    levels.iter_mut().zip(slots).all(|(level, slot)| match keys.column(*slot) {
        Column::Coded { values, .. } => {
            level.canon.extend(values);
            level.canon.same
        }
        _ => true,
    })
}

fn coded(codes: &[u32]) -> impl Iterator<Item = u64> {
    codes.iter().map(|code| u64::from(*code))
}

fn whole(numbers: &[i64]) -> impl Iterator<Item = u64> {
    numbers.iter().map(|number| *number as u64)
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

//! Groups by keys that have small numbers: one table over all their combinations, as large as is worth it for the rows.

use super::counts::Counts;
use super::places::open_at_once;
use super::{Form, Level, NULL, OPEN};
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column};
use crate::execute::operators::numbered::{folded, unfolded};
use crate::graph::columns::{Column as Stored, Presence, Values};
use smallvec::SmallVec;
use std::ops::Range;

/// A table has at most two to the power of this many entries.
const MOST: u32 = 20;

/// It has at most two to the power of this many when there are few rows.
const LEAST: u32 = 12;

/// And at most so many for each row.
const ENTRIES: u64 = 64;

/// A table of more places than this is large: it is gone to as seldom as can be.
const LARGE: usize = 1 << 16;

/// So many rows are counted in one go: only among them groups are looked for that have to be opened.
const RUN: usize = 256;

/// Of so many texts one has been seen: others are likely to come.
const SOME: u64 = 16;

/// The numbers of a row's keys, one behind the other in as many bits as each needs, are its place in the table.
#[derive(Default)]
pub struct Dense {
    bits: SmallVec<[u32; 4]>,
    table: Vec<u32>,
    /// Only where rows are counted here, in a table that is not large.
    counts: Option<Counts>,
    /// How many rows each group had when the table grew large, and from then on.
    by_group: Vec<i64>,
    groups: u32,
    /// The rows that have come so far.
    rows: u64,
    /// The places of the current rows.
    places: Vec<u32>,
}

impl Dense {
    /// The group of each row, and the rows that open one. False, and nothing is done, where numbers come that are too
    /// many or too great.
    pub fn step(
        &mut self,
        levels: &mut [Level],
        keys: &Batch,
        slots: &[Slot],
        groups: &mut Vec<u32>,
        fresh: &mut Vec<u32>,
    ) -> bool {
        if !self.place(levels, keys, slots) {
            return false;
        }
        if self.is_large() {
            groups.resize(self.places.len(), 0);
            let mut opened = open_at_once(&mut self.table, self.places.iter().copied(), self.groups, groups);
            self.groups += opened.len() as u32;
            fresh.append(&mut opened);
        } else if !self.look_up(groups) {
            self.open(0..self.places.len(), fresh);
            self.look_up(groups);
        }
        true
    }

    /// Counts the rows by group, without telling the group of each; the rows that open one are noted. False, and nothing
    /// is done, where numbers come that are too many or too great.
    pub fn count(
        &mut self,
        levels: &mut [Level],
        keys: &Batch,
        slots: &[Slot],
        fresh: &mut Vec<u32>,
    ) -> bool {
        if !self.place(levels, keys, slots) {
            return false;
        }
        if self.is_large() {
            let mut counts = std::mem::take(&mut self.by_group);
            // There are no more groups than places. To grow step by step would copy all counts again and again.
            counts.reserve_exact(self.table.len().saturating_sub(counts.len()));
            // No more groups are opened than there are rows.
            counts.resize(self.table.len().min(self.groups as usize + keys.length), 0);
            self.at_once(fresh, |group| {
                if let Some(count) = counts.get_mut(group as usize) {
                    *count += 1;
                }
            });
            counts.truncate(self.groups as usize);
            self.by_group = counts;
            return true;
        }
        let counts = self.counts.get_or_insert_with(|| Counts::over(&self.table));
        let mut open: SmallVec<[usize; 8]> = SmallVec::new();
        for (run, places) in self.places.chunks(RUN).enumerate() {
            if !counts.add(places) {
                open.push(run * RUN);
            }
        }
        open.into_iter().for_each(|begin| self.open(begin..begin + RUN, fresh));
        true
    }

    /// The rows counted so far, by group; none where no rows were counted.
    pub fn take_counts(&mut self) -> Vec<i64> {
        let mut by_group = std::mem::take(&mut self.by_group);
        let Some(counts) = &self.counts else { return by_group };
        by_group.resize(self.groups as usize, 0);
        for (place, group) in with_groups(&self.table) {
            if let Some(count) = by_group.get_mut(group as usize) {
                *count += counts.at(place);
            }
        }
        by_group
    }

    /// The least and the greatest number of a key that has come.
    pub fn range(&self, key: usize) -> Option<(u32, u32)> {
        let bits = self.bits.get(key).copied()?;
        let below: u32 = self.bits.iter().skip(key + 1).sum();
        let number = |place: usize| (place >> below & ((1 << bits) - 1)) as u32;
        with_groups(&self.table).map(|(place, _)| number(place)).fold(None, wider)
    }

    fn is_large(&self) -> bool {
        self.table.len() > LARGE
    }

    /// The table of groups that levels have found; nothing where there would be too many places.
    pub fn of(levels: &[Level], rows: u64) -> Option<Dense> {
        let mut dense = Dense { rows, ..Dense::default() };
        let mut total = 0;
        // The places of the groups of the keys so far.
        let mut places: Vec<u32> = vec![0];
        for level in levels {
            let mut digits = vec![(0, 0); level.groups as usize];
            let mut all = 0;
            for (above, number, group) in level.entries() {
                let digit = level.digit(number)?;
                all |= digit;
                *digits.get_mut(group as usize)? = (*places.get(above as usize)?, digit);
            }
            let bits = u32::BITS - all.leading_zeros();
            total += bits;
            if total > dense.most() {
                return None;
            }
            dense.bits.push(bits);
            places = digits.into_iter().map(|(above, digit)| above << bits | digit).collect();
        }
        dense.table = vec![OPEN; 1 << total];
        for (group, place) in (0..).zip(&places) {
            *dense.table.get_mut(*place as usize)? = group;
        }
        dense.groups = places.len() as u32;
        Some(dense)
    }

    /// How many bits all keys may have together.
    fn most(&self) -> u32 {
        (self.rows * ENTRIES).max(1).ilog2().clamp(LEAST, MOST)
    }

    /// The bytes of its tables.
    pub fn bytes(&self) -> u64 {
        let counts = self.counts.as_ref().map_or(0, Counts::bytes);
        self.table.len() as u64 * 4 + counts + self.by_group.capacity() as u64 * 8
    }

    /// Finds the place of each row. False where numbers come that are too many or too great.
    fn place(&mut self, levels: &mut [Level], keys: &Batch, slots: &[Slot]) -> bool {
        self.rows += keys.length as u64;
        if !tell_apart(levels, keys, slots) {
            return false;
        }
        if self.place_at_once(keys, slots) {
            return true;
        }
        self.bits.resize(levels.len(), 0);
        if self.table.is_empty() {
            self.table = vec![OPEN];
        }
        let mut places = std::mem::take(&mut self.places);
        places.clear();
        places.resize(keys.length, 0);
        let fits = slots.iter().enumerate().all(|(at, slot)| match keys.column(*slot) {
            Column::Coded { codes, .. } => {
                let greatest = codes.iter().fold(0, |all, code| all | code);
                self.put(at, u64::from(greatest), &mut places, codes.iter().copied())
            }
            Column::Integers(numbers) => {
                let greatest = numbers.iter().fold(0, |all, number| all | *number as u64);
                self.put(at, greatest, &mut places, numbers.iter().map(|number| *number as u32))
            }
            Column::Stored { ids, source } => {
                let Some(digits) = digits_of(ids, source) else { return false };
                let greatest = digits.iter().fold(0, |all, digit| all | digit);
                self.make_room_for_all(at, source);
                self.put(at, u64::from(greatest), &mut places, digits.into_iter())
            }
            // Needs no place of its own.
            Column::Same(_) => true,
            _ => false,
        });
        self.places = places;
        fits
    }

    /// Places of one or two keys whose numbers all have as many bits as others had before; false where they do not.
    fn place_at_once(&mut self, keys: &Batch, slots: &[Slot]) -> bool {
        let columns: SmallVec<[&Column; 2]> = slots.iter().map(|slot| keys.column(*slot)).collect();
        let (places, length) = (&mut self.places, keys.length);
        match (columns.as_slice(), self.bits.as_slice()) {
            ([Column::Coded { codes, .. }], [bits]) => {
                fill(places, length, 0, *bits, coded(codes).map(alone))
            }
            ([Column::Integers(numbers)], [bits]) => {
                fill(places, length, 0, *bits, whole(numbers).map(alone))
            }
            ([Column::Coded { codes, .. }, Column::Integers(numbers)], [above, below]) => {
                fill(places, length, *above, *below, coded(codes).zip(whole(numbers)))
            }
            ([Column::Integers(numbers), Column::Coded { codes, .. }], [above, below]) => {
                fill(places, length, *above, *below, whole(numbers).zip(coded(codes)))
            }
            ([Column::Coded { codes, .. }, Column::Coded { codes: others, .. }], [above, below]) => {
                fill(places, length, *above, *below, coded(codes).zip(coded(others)))
            }
            _ => false,
        }
    }

    /// Puts the numbers of a key, none of which has a bit that the greatest has not, behind those of the keys before it;
    /// false where there is no room.
    fn put(
        &mut self,
        key: usize,
        greatest: u64,
        places: &mut [u32],
        numbers: impl Iterator<Item = u32>,
    ) -> bool {
        if !self.has_room(key, u64::BITS - greatest.leading_zeros()) {
            return false;
        }
        let bits = if key > 0 { self.bits[key] } else { 0 };
        places.iter_mut().zip(numbers).for_each(|(place, number)| *place = *place << bits | number);
        true
    }

    /// The groups of all places; false where one has none.
    fn look_up(&self, groups: &mut Vec<u32>) -> bool {
        let mut all = 0;
        groups.resize(self.places.len(), 0);
        for (group, place) in groups.iter_mut().zip(&self.places) {
            *group = self.table.get(*place as usize).copied().unwrap_or(OPEN);
            all |= *group;
        }
        // No group has the highest bit, which `OPEN` has.
        all >> 31 == 0
    }

    /// Gives places of some rows without a group one, and notes the rows that open them.
    fn open(&mut self, rows: Range<usize>, fresh: &mut Vec<u32>) {
        let places = self.places.get(rows.start..rows.end.min(self.places.len())).unwrap_or(&[]);
        for (row, place) in rows.zip(places) {
            let entry = self.table.get_mut(*place as usize).filter(|entry| **entry == OPEN);
            let Some(entry) = entry else { continue };
            *entry = self.groups;
            self.groups += 1;
            if let Some(counts) = &mut self.counts {
                counts.open(*place as usize);
            }
            fresh.push(row as u32);
        }
    }

    /// Tells the group of each row; one that has none opens one and is noted.
    #[inline]
    fn at_once(&mut self, fresh: &mut Vec<u32>, mut tell: impl FnMut(u32)) {
        for (row, place) in (0..).zip(&self.places) {
            let Some(entry) = self.table.get_mut(*place as usize) else { continue };
            if *entry == OPEN {
                *entry = self.groups;
                self.groups += 1;
                fresh.push(row);
            }
            tell(*entry);
        }
    }

    /// Makes a key as wide as all texts of its column need at once, where the rows so far are no small part of them.
    fn make_room_for_all(&mut self, key: usize, source: &Stored) {
        let texts = if source.is_coded() { source.distinct() as u64 } else { 0 };
        if texts > 0 && self.rows * SOME >= texts {
            self.has_room(key, u64::BITS - texts.leading_zeros());
        }
    }

    /// Makes a key as wide as it must be; false where that is too much.
    fn has_room(&mut self, key: usize, needed: u32) -> bool {
        let Some(width) = self.bits.get(key).copied().filter(|width| *width < needed) else { return true };
        let total = self.bits.iter().sum::<u32>() - width + needed;
        if total > self.most() {
            return false;
        }
        let below: u32 = self.bits.iter().skip(key + 1).sum();
        let wider = |place: usize| {
            let (above, rest) = (place >> (below + width), place & ((1 << (below + width)) - 1));
            above << (below + needed) | rest
        };
        let mut table = vec![OPEN; 1 << total];
        with_groups(&self.table).for_each(|(place, group)| table[wider(place)] = group);
        if table.len() > LARGE {
            self.by_group = self.take_counts();
            self.counts = None;
        }
        self.counts = self.counts.take().map(|counts| counts.moved(&self.table, &table, wider));
        self.table = table;
        self.bits[key] = needed;
        true
    }

    /// Tells the levels of all groups that there are, in their order.
    pub fn hand_over(self, levels: &mut [Level]) {
        let mut places: Vec<(u32, usize)> =
            with_groups(&self.table).map(|(place, group)| (group, place)).collect();
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

/// The places that have a group, with their groups.
pub fn with_groups(table: &[u32]) -> impl Iterator<Item = (usize, u32)> {
    table.iter().copied().enumerate().filter(|(_, group)| *group != OPEN)
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

/// The least and the greatest, with one number more.
fn wider(range: Option<(u32, u32)>, number: u32) -> Option<(u32, u32)> {
    let (least, greatest) = range.unwrap_or((number, number));
    Some((least.min(number), greatest.max(number)))
}

fn coded(codes: &[u32]) -> impl Iterator<Item = u64> {
    codes.iter().map(|code| u64::from(*code))
}

fn whole(numbers: &[i64]) -> impl Iterator<Item = u64> {
    numbers.iter().map(|number| *number as u64)
}

/// One key, as if it were the second of two.
fn alone(number: u64) -> (u64, u64) {
    (0, number)
}

/// The places of two numbers each; false where one has more bits than it may.
#[inline]
fn fill(
    places: &mut Vec<u32>,
    length: usize,
    above: u32,
    below: u32,
    numbers: impl Iterator<Item = (u64, u64)>,
) -> bool {
    places.resize(length, 0);
    let mut all = (0, 0);
    for (place, (first, second)) in places.iter_mut().zip(numbers) {
        all = (all.0 | first, all.1 | second);
        *place = (first << below | second) as u32;
    }
    all.0 >> above == 0 && all.1 >> below == 0
}

/// The digits of stored values, which are those of null and of all codes; nothing where they have none.
pub fn digits_of(ids: &[u32], source: &Stored) -> Option<Vec<u32>> {
    let presence = &source.presence;
    Some(match &source.values {
        Values::Strings { codes, .. } => after_null(ids, presence, codes, |code| code),
        Values::Dates(numbers) | Values::Short(numbers) => after_null(ids, presence, numbers, folded),
        _ => return None,
    })
}

/// Nothing is 0, and everything else one more than its code.
#[inline]
fn after_null<T: Copy>(ids: &[u32], presence: &Presence, stored: &[T], code: impl Fn(T) -> u32) -> Vec<u32> {
    let digit = |stored: &T| code(*stored).saturating_add(1);
    match presence.run(ids).and_then(|run| stored.get(run)) {
        Some(stored) => stored.iter().map(digit).collect(),
        None => ids.iter().map(|id| presence.place(*id).map_or(0, |place| digit(&stored[place]))).collect(),
    }
}

impl Level {
    /// The number that stands for a digit.
    fn number(&self, digit: u32) -> u64 {
        match (&self.form, digit.checked_sub(1)) {
            (Form::Stored(_), None) => NULL,
            (Form::Stored(source), Some(digit)) if source.is_coded() => u64::from(digit),
            (Form::Stored(_), Some(digit)) => unfolded(digit) as u64,
            _ => u64::from(digit),
        }
    }

    /// The digit that stands for a number; nothing where it has none.
    fn digit(&self, number: u64) -> Option<u32> {
        match &self.form {
            Form::Stored(_) if number == NULL => Some(0),
            Form::Stored(source) if source.is_coded() => u32::try_from(number).ok()?.checked_add(1),
            Form::Stored(_) => folded(i32::try_from(number as i64).ok()?).checked_add(1),
            Form::Coded(_) | Form::Integers | Form::Constant(_) => u32::try_from(number).ok(),
            Form::Nodes | Form::Relationships => None,
        }
    }

    /// The least and the greatest number that has come; nothing where one is too great.
    pub fn range(&self) -> Option<(u32, u32)> {
        let numbers = self.entries().map(|(_, number, _)| u32::try_from(number).ok());
        numbers.collect::<Option<Vec<u32>>>()?.into_iter().fold(None, wider)
    }

    /// Of each group: that of the keys before, and the number that leads to it from there.
    fn entries(&self) -> impl Iterator<Item = (u32, u64, u32)> {
        let firsts = (0..).zip(&self.firsts).filter(|(_, (_, group))| *group != OPEN);
        let firsts = firsts.map(|(above, (number, group))| (above, *number, *group));
        let tables = (0..).zip(&self.tables);
        let in_tables = tables.flat_map(|(above, table)| {
            let groups = (0..).zip(table).filter(|(_, group)| **group != OPEN);
            groups.map(move |(number, group)| (above, number, *group))
        });
        firsts.chain(in_tables).chain(self.beyond.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_digits_and_come_back() {
        let level = Level::new(Form::Integers);
        assert_eq!([0, 7, u64::MAX].map(|number| level.digit(number)), [Some(0), Some(7), None]);
        let dates = crate::graph::columns::Column::new(Presence::default(), Values::Dates(vec![0].into()));
        let level = Level::new(Form::Stored(dates.into()));
        for number in [NULL, 0, 5, -3i64 as u64, i64::from(i32::MAX - 1) as u64] {
            let digit = level.digit(number);
            assert_eq!(digit.map(|digit| level.number(digit)), Some(number));
        }
        assert_eq!(level.digit(i64::from(i32::MIN) as u64), None);
    }
}

//! Keys that are told as one number, a place, as if all their combinations stood in one table. Every worker tells the same
//! keys as the same place. Where there would be too many for a table, places are far apart, and are told apart by hash.

use super::dense::digits_of;
use super::far::Far;
use super::{By, Form, Groups, Level, OPEN};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::Codes;
use crate::execute::operators::numbered::folded;
use crate::graph::columns::Values;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How keys are told as places.
#[derive(Clone)]
pub struct Places {
    keys: Vec<Key>,
    are_far: bool,
}

#[derive(Clone)]
struct Key {
    form: Form,
    /// The least number there is.
    least: u32,
    /// How many numbers there are from that one on.
    size: u32,
    /// The list in whose codes all workers tell theirs.
    codes: Arc<Mutex<Codes>>,
}

/// The places of some rows.
pub enum Told {
    Near(Vec<u32>),
    Far(Vec<u64>),
}

/// A number that tells all keys of a row.
pub trait Place: Copy + Default {
    /// Goes on by the number of another key, of which there are so many.
    fn then(self, size: u32, number: u64) -> Self;
}

impl Place for u32 {
    #[inline]
    fn then(self, size: u32, number: u64) -> u32 {
        self.wrapping_mul(size).wrapping_add(number as u32)
    }
}

impl Place for u64 {
    #[inline]
    fn then(self, size: u32, number: u64) -> u64 {
        self.wrapping_mul(u64::from(size)).wrapping_add(number)
    }
}

impl Told {
    pub fn of(&self, rows: &[u32]) -> Told {
        fn some<P: Place>(places: &[P], rows: &[u32]) -> Vec<P> {
            rows.iter().filter_map(|row| places.get(*row as usize).copied()).collect()
        }
        match self {
            Told::Near(places) => Told::Near(some(places, rows)),
            Told::Far(places) => Told::Far(some(places, rows)),
        }
    }

    pub fn bytes(&self) -> u64 {
        match self {
            Told::Near(places) => size_of_val(places.as_slice()) as u64,
            Told::Far(places) => size_of_val(places.as_slice()) as u64,
        }
    }
}

/// A number whose bits, the upper ones too, all depend on those of another.
#[inline]
pub fn mixed(number: u64) -> u64 {
    /// The golden ratio, as a share of two to the power of 64: numbers near each other go far apart.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let all = number.wrapping_mul(SPREAD);
    all ^ (all >> 32)
}

/// There are at most so many places in a table.
const MOST: u64 = 1 << 25;

/// And at most so many that are far apart.
const FARTHEST: u64 = 1 << 62;

/// And at most so many for each row.
const ENTRIES: u64 = 16;

/// A computed value that has come so often on average has come for the first time.
const KNOWN: u64 = 16;

impl Places {
    /// How the keys of these groups are told, far apart where there would be too many places for so many rows; nothing
    /// where they cannot be. `rows` have come so far, of `all`.
    pub fn of(groups: &Groups, rows: u64, all: f64, nodes: u32) -> Option<Places> {
        let By::Numbers(levels, table) = &groups.by else { return None };
        let range = |at: usize| table.as_ref().and_then(|table| table.range(at));
        let key = |(at, level): (usize, &Level)| Key::of(level, || range(at), rows, nodes);
        let keys = levels.iter().enumerate().map(key).collect::<Option<Vec<Key>>>()?;
        let mut places = Places { keys, are_far: false };
        places.are_far = places.count() > MOST.min(all as u64 * ENTRIES);
        (places.count() <= FARTHEST).then_some(places)
    }

    pub fn are_far(&self) -> bool {
        self.are_far
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.keys.iter().fold(1, |count, key| count.saturating_mul(u64::from(key.size)))
    }

    /// Whether any of the keys has codes that are given as values come.
    pub fn have_codes(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.form, Form::Coded(_)))
    }

    /// How much room tables of so many groups take: those of all places, if these are not far apart.
    pub fn bytes(&self, groups: u64) -> u64 {
        if self.are_far { Far::bytes_for(groups) } else { self.count() * size_of::<u32>() as u64 }
    }

    /// The place of each row; nothing where keys come that have none. Codes of the worker become those of all.
    pub fn tell<P: Place>(
        &self,
        keys: &mut Batch,
        slots: &[Slot],
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<P>>> {
        let mut places = vec![P::default(); keys.length];
        for (key, slot) in self.keys.iter().zip(slots) {
            if matches!((&key.form, keys.column(*slot)), (Form::Coded(_), Column::Coded { .. })) {
                let column = key.codes().own(keys.take(*slot), context)?;
                keys.set(*slot, column);
            }
            if !key.put(keys.column(*slot), &mut places) {
                return Ok(None);
            }
        }
        Ok(Some(places))
    }
}

impl Key {
    /// `range` tells between which numbers all have been so far, where that is known.
    fn of(level: &Level, range: impl FnOnce() -> Option<(u32, u32)>, rows: u64, nodes: u32) -> Option<Key> {
        let mut least = 0;
        // Null comes before all others.
        let greatest = match &level.form {
            Form::Constant(_) => 0,
            Form::Nodes => nodes,
            Form::Stored(source) => match &source.values {
                Values::Strings { dictionary, .. } => dictionary.len() as u32,
                // Of numbers that go up and down from 0, the farthest is at one of both ends.
                Values::Dates(_) | Values::Short(_) => source
                    .range()
                    .map_or(0, |(least, greatest)| folded(least).max(folded(greatest)).saturating_add(1)),
                _ => return None,
            },
            Form::Coded(_) => {
                let values = level.list.as_ref().map_or(&level.values, Codes::values);
                let count = values.len() as u64;
                if values.has_twins() || count * KNOWN > rows {
                    return None;
                }
                count as u32 + count as u32 / 2 + 2
            }
            Form::Integers => {
                // Others may be less or greater than those that have come.
                let (from, to) = range().or_else(|| level.range())?;
                least = from.saturating_sub((to - from) / 2);
                u32::MAX >> (to | 1).leading_zeros()
            }
            Form::Relationships => return None,
        };
        let size = greatest.saturating_sub(least).saturating_add(1);
        Some(Key { form: level.form.clone(), least, size, codes: Arc::default() })
    }

    fn codes(&self) -> MutexGuard<'_, Codes> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the numbers of a column behind those of the keys before; false where one has none.
    fn put<P: Place>(&self, column: &Column, places: &mut [P]) -> bool {
        match (&self.form, column) {
            (Form::Coded(_), Column::Coded { codes, values, .. }) => {
                !values.has_twins() && self.add(places, codes.iter().map(|code| u64::from(*code)))
            }
            (form, column) if !form.fits(column) => false,
            (_, Column::Nodes(ids)) => self.add(places, ids.iter().map(|id| u64::from(id.wrapping_add(1)))),
            (_, Column::Integers(numbers)) => self.add(places, numbers.iter().map(|number| *number as u64)),
            (_, Column::Stored { ids, source }) => digits_of(ids, source)
                .is_some_and(|digits| self.add(places, digits.into_iter().map(u64::from))),
            (Form::Constant(_), _) => true,
            _ => false,
        }
    }

    #[inline]
    fn add<P: Place>(&self, places: &mut [P], numbers: impl Iterator<Item = u64>) -> bool {
        let mut greatest = 0;
        for (place, number) in places.iter_mut().zip(numbers) {
            let number = number.wrapping_sub(u64::from(self.least));
            greatest = greatest.max(number);
            *place = place.then(self.size, number);
        }
        greatest < u64::from(self.size)
    }
}

/// Groups of places that lie side by side.
pub struct Stretch {
    from: u32,
    count: u32,
    /// Made by whoever comes first.
    table: Vec<u32>,
}

impl Groups {
    /// Groups of so many places from one on.
    pub fn of_places(from: u32, count: u32) -> Groups {
        let stretch = Stretch { from, count, table: Vec::new() };
        let mut groups = Groups::new(false);
        groups.by = By::Places(stretch);
        groups
    }

    /// Groups of places that are far apart, so many of them.
    pub fn of_far_places(groups: usize) -> Groups {
        let far = Far::expecting(groups);
        let mut groups = Groups::new(false);
        groups.by = By::Far(far);
        groups
    }

    /// The group of each row, and the rows that open one.
    pub fn at_places(
        &mut self,
        told: &Told,
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<(Vec<u32>, Vec<u32>)> {
        let mut numbers = vec![0; keys.length];
        let new = match (&mut self.by, told) {
            (By::Places(Stretch { from, count: all, table }), Told::Near(places)) => {
                table.resize(*all as usize, OPEN);
                let entries = places.iter().map(|place| place.wrapping_sub(*from));
                open_at_once(table, entries, self.count as u32, &mut numbers)
            }
            (By::Far(far), Told::Far(places)) => far.open(places, &mut numbers),
            _ => Vec::new(),
        };
        self.book(held, context)?;
        self.keep_keys(&new, keys, slots, held, context)?;
        Ok((numbers, new))
    }
}

/// Tells the group of the entry of each row, and the rows that open one; `groups` are there so far. Nothing is jumped over,
/// as one cannot guess which rows open one where as many do as do not.
#[inline]
pub fn open_at_once(
    table: &mut [u32],
    entries: impl ExactSizeIterator<Item = u32>,
    groups: u32,
    numbers: &mut [u32],
) -> Vec<u32> {
    let mut fresh = vec![0; entries.len() + 1];
    let mut opened = 0;
    for ((row, entry), number) in (0..).zip(entries).zip(numbers) {
        let Some(entry) = table.get_mut(entry as usize) else { continue };
        let is_new = *entry == OPEN;
        let group = if is_new { groups + opened } else { *entry };
        (*entry, *number) = (group, group);
        if let Some(place) = fresh.get_mut(opened as usize) {
            *place = row;
        }
        opened += u32::from(is_new);
    }
    fresh.truncate(opened as usize);
    fresh
}

//! Keys that are told as one number, a place, as if all their combinations stood in one table. Every worker tells the same
//! keys as the same place.

use super::dense::digits_of;
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

/// There are at most so many places.
const MOST: u64 = 1 << 25;

/// And at most so many for each row.
const ENTRIES: u64 = 16;

/// A computed value that has come so often on average has come for the first time.
const KNOWN: u64 = 16;

impl Places {
    /// How the keys of these groups are told; nothing where they cannot be, or there would be too many places for so many
    /// rows. `rows` have come so far, of `all`.
    pub fn of(groups: &Groups, rows: u64, all: f64, nodes: u32) -> Option<Places> {
        let By::Numbers(levels, table) = &groups.by else { return None };
        let range = |at: usize| table.as_ref().and_then(|table| table.range(at));
        let key = |(at, level): (usize, &Level)| Key::of(level, || range(at), rows, nodes);
        let keys = levels.iter().enumerate().map(key).collect::<Option<Vec<Key>>>()?;
        let places = Places { keys };
        (places.count() <= MOST.min(all as u64 * ENTRIES)).then_some(places)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.keys.iter().fold(1, |count, key| count.saturating_mul(u64::from(key.size)))
    }

    /// Whether any of the keys has codes that are given as values come.
    pub fn have_codes(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.form, Form::Coded(_)))
    }

    /// How much room tables of all places take.
    pub fn bytes(&self) -> u64 {
        self.count() * size_of::<u32>() as u64
    }

    /// The place of each row; nothing where keys come that have none. Codes of the worker become those of all.
    pub fn tell(
        &self,
        keys: &mut Batch,
        slots: &[Slot],
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        let mut places = vec![0; keys.length];
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
    fn put(&self, column: &Column, places: &mut [u32]) -> bool {
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
    fn add(&self, places: &mut [u32], numbers: impl Iterator<Item = u64>) -> bool {
        let mut greatest = 0;
        for (place, number) in places.iter_mut().zip(numbers) {
            let number = number.wrapping_sub(u64::from(self.least));
            greatest = greatest.max(number);
            *place = place.wrapping_mul(self.size).wrapping_add(number as u32);
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

    /// The group of each row, and the rows that open one.
    pub fn at_places(
        &mut self,
        places: &[u32],
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<(Vec<u32>, Vec<u32>)> {
        let (mut numbers, mut new) = (vec![0; places.len()], Vec::new());
        if let By::Places(Stretch { from, count: all, table }) = &mut self.by {
            table.resize(*all as usize, OPEN);
            let entries = places.iter().map(|place| place.wrapping_sub(*from));
            new = open_at_once(table, entries, self.count as u32, &mut numbers);
        }
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

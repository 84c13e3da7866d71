//! Keys for grouping and DISTINCT: values that are equivalent have the same bytes.

use crate::execute::batch::Column;
use crate::value::{Duration, Value};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use xxhash_rust::xxh3::xxh3_64;

/// Different keys, numbered as they come. Nothing grows so long that it would take long to move it.
#[derive(Default)]
pub struct Numbering {
    /// The first so many, the next so many, and so on.
    keys: Vec<Keys>,
    count: u32,
    /// The first key of each hash, by the upper bits of the hash.
    first: Box<[FxHashMap<u64, u32>; TABLES]>,
    /// After the first key of a hash any others that have the same.
    next: FxHashMap<u32, u32>,
}

const TABLES: usize = 32;

/// So many keys lie together, as a power of two.
const TOGETHER: u32 = 16;

/// The bytes of several keys, one behind the other.
#[derive(Default)]
pub struct Keys {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// So many keys are told at once, if they are not long.
const AT_ONCE: usize = 2048;

/// So many bytes are enough.
const LONG: usize = 1 << 20;

impl Keys {
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Whether there are enough of them to tell their numbers.
    pub fn is_full(&self) -> bool {
        self.ends.len() >= AT_ONCE || self.bytes.len() >= LONG
    }

    /// Adds one key, which is written by whoever knows it; how long it is.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        let before = self.bytes.len();
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
        self.bytes.len() - before
    }

    fn get(&self, number: u32) -> &[u8] {
        let place = number as usize;
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[from..self.ends[place]]
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len() as u32).map(|number| self.get(number))
    }
}

impl Numbering {
    /// The number of a key, and whether it is new.
    pub fn number(&mut self, key: &[u8]) -> (u32, bool) {
        self.number_hashed(key, hash(key))
    }

    /// Calls with the number of each key, and whether it is new.
    ///
    /// Step by step for all: a hash that is read from bytes just written would have to wait until what was put into the
    /// table before has arrived in memory, and a place of the table is waited for while others are on their way.
    pub fn number_all(&mut self, keys: &Keys, mut tell: impl FnMut(u32, bool)) {
        let hashes: Vec<u64> = keys.iter().map(hash).collect();
        let known = |hash: &u64| self.first[table_of(*hash)].get(hash).copied();
        let known: Vec<Option<u32>> = hashes.iter().map(known).collect();
        for ((key, hash), known) in keys.iter().zip(hashes).zip(known) {
            match known.filter(|known| self.key(*known) == key) {
                Some(known) => tell(known, false),
                None => {
                    let (number, is_new) = self.number_hashed(key, hash);
                    tell(number, is_new);
                }
            }
        }
    }

    fn number_hashed(&mut self, key: &[u8], hash: u64) -> (u32, bool) {
        let new = self.count;
        let known = match self.first[table_of(hash)].entry(hash) {
            Entry::Vacant(entry) => {
                entry.insert(new);
                None
            }
            Entry::Occupied(entry) => Some(*entry.get()),
        };
        if let Some(mut at) = known {
            loop {
                if self.key(at) == key {
                    return (at, false);
                }
                match self.next.get(&at) {
                    Some(next) => at = *next,
                    None => break,
                }
            }
            self.next.insert(at, new);
        }
        if self.keys.len() == (new >> TOGETHER) as usize {
            let like = self.keys.last().map_or(0, |last| last.bytes.len());
            self.keys.push(Keys { bytes: Vec::with_capacity(like), ends: Vec::new() });
        }
        if let Some(last) = self.keys.last_mut() {
            last.add(|bytes| bytes.extend_from_slice(key));
        }
        self.count += 1;
        (new, true)
    }

    fn key(&self, number: u32) -> &[u8] {
        self.keys[(number >> TOGETHER) as usize].get(number & ((1 << TOGETHER) - 1))
    }
}

/// The table that has a hash.
fn table_of(hash: u64) -> usize {
    // The lowest bits and the highest ones tell keys apart in the table.
    (hash >> 32) as usize % TABLES
}

/// A hash of a key, all of whose bits depend on all of it.
pub fn hash(key: &[u8]) -> u64 {
    xxh3_64(key)
}

/// Appends the canonical bytes of the value in a row.
#[inline]
pub fn encode_row(column: &Column, row: usize, into: &mut Vec<u8>) {
    match column.text(row) {
        Some(Some(text)) => text_bytes(text, into),
        Some(None) => into.push(0),
        None => column.look(row, |value| encode(value, into)),
    }
}

/// Whether bytes are those of null.
pub fn is_null(key: &[u8]) -> bool {
    key == [0]
}

/// Appends the canonical bytes of a value.
pub fn encode(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::Null => into.push(0),
        Value::Boolean(b) => into.extend([1, u8::from(*b)]),
        Value::Integer(n) => number(*n as f64, Some(*n), into),
        Value::Float(x) => number(*x, None, into),
        Value::String(text) => text_bytes(text.as_bytes(), into),
        Value::List(items) => {
            into.push(5);
            count(items.len(), into);
            items.iter().for_each(|item| encode(item, into));
        }
        Value::Map(map) => {
            into.push(6);
            count(map.len(), into);
            for (key, value) in map.iter() {
                bytes(key.as_bytes(), into);
                encode(value, into);
            }
        }
        Value::Node(node) => tagged(7, &node.0.to_le_bytes(), into),
        Value::Relationship(relationship) => tagged(8, &relationship.0.to_le_bytes(), into),
        Value::Path(path) => {
            into.push(9);
            count(path.nodes.len(), into);
            path.nodes.iter().for_each(|node| into.extend(node.0.to_le_bytes()));
            path.relationships.iter().for_each(|relationship| into.extend(relationship.0.to_le_bytes()));
        }
        Value::Date(date) => tagged(10, &date.days.to_le_bytes(), into),
        Value::LocalTime(time) => tagged(11, &time.nanos.to_le_bytes(), into),
        Value::Time(time) => {
            tagged(12, &time.local.nanos.to_le_bytes(), into);
            into.extend(time.offset.to_le_bytes());
        }
        Value::LocalDateTime(moment) => {
            tagged(13, &moment.date.days.to_le_bytes(), into);
            into.extend(moment.time.nanos.to_le_bytes());
        }
        Value::DateTime(moment) => {
            tagged(14, &moment.local.date.days.to_le_bytes(), into);
            into.extend(moment.local.time.nanos.to_le_bytes());
            into.extend(moment.offset.to_le_bytes());
            bytes(moment.zone.as_deref().unwrap_or("").as_bytes(), into);
        }
        Value::Duration(duration) => {
            let Duration { months, days, seconds, nanos } = **duration;
            tagged(15, &months.to_le_bytes(), into);
            into.extend(days.to_le_bytes());
            into.extend(seconds.to_le_bytes());
            into.extend(nanos.to_le_bytes());
        }
    }
}

/// Numbers that are equal are one key, whichever type they have; all NaNs are one.
fn number(float: f64, integer: Option<i64>, into: &mut Vec<u8>) {
    const EXACT: f64 = 9_223_372_036_854_775_808.0;
    let whole = integer
        .or_else(|| (float.fract() == 0.0 && (-EXACT..EXACT).contains(&float)).then_some(float as i64));
    match whole {
        Some(n) => tagged(2, &n.to_le_bytes(), into),
        None if float.is_nan() => tagged(3, &f64::NAN.to_bits().to_le_bytes(), into),
        None => tagged(3, &float.to_bits().to_le_bytes(), into),
    }
}

fn tagged(tag: u8, data: &[u8], into: &mut Vec<u8>) {
    into.push(tag);
    into.extend(data);
}

fn count(number: usize, into: &mut Vec<u8>) {
    into.extend((number as u64).to_le_bytes());
}

fn text_bytes(text: &[u8], into: &mut Vec<u8>) {
    into.push(4);
    bytes(text, into);
}

fn bytes(data: &[u8], into: &mut Vec<u8>) {
    count(data.len(), into);
    into.extend(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_numbers_as_they_come() {
        let mut keys = Numbering::default();
        let numbers: Vec<_> = ["a", "", "b", "a", "", "ab"].map(|key| keys.number(key.as_bytes())).into();
        assert_eq!(numbers, [(0, true), (1, true), (2, true), (0, false), (1, false), (3, true)]);
        // Others with the same hash are found behind the first of them.
        keys.first[table_of(hash(b"other"))].insert(hash(b"other"), 0);
        assert_eq!(
            [keys.number(b"other"), keys.number(b"other"), keys.number(b"a")],
            [(4, true), (4, false), (0, false)]
        );
    }

    #[test]
    fn long_keys_are_told_sooner() {
        let mut keys = Keys::default();
        keys.add(|key| key.resize(LONG - 1, 0));
        assert!(!keys.is_full());
        keys.add(|key| key.push(0));
        assert!(keys.is_full());
        keys.clear();
        (0..AT_ONCE).for_each(|_| {
            keys.add(|_| {});
        });
        assert!(keys.is_full());
    }

    #[test]
    fn many_keys_at_once_have_the_numbers_of_one_after_the_other() {
        let (mut one, mut all) = (Numbering::default(), Numbering::default());
        let texts: Vec<String> = (0..70_000u32).map(|n| (n / 3 * 7919 % 99_991).to_string()).collect();
        // Another key stands where the first one would.
        for keys in [&mut one, &mut all] {
            keys.number(b"other");
            keys.first[table_of(hash(b"1"))].insert(hash(b"1"), 0);
        }
        for some in texts.chunks(1500) {
            let mut keys = Keys::default();
            some.iter().for_each(|text| {
                keys.add(|bytes| bytes.extend_from_slice(text.as_bytes()));
            });
            let mut told = Vec::new();
            all.number_all(&keys, |number, is_new| told.push((number, is_new)));
            assert_eq!(told, some.iter().map(|text| one.number(text.as_bytes())).collect::<Vec<_>>());
        }
    }
}

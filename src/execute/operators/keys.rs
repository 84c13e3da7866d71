//! Keys for grouping and DISTINCT: values that are equivalent have the same bytes.

use crate::value::{Duration, Value};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use xxhash_rust::xxh3::xxh3_64;

/// Different keys, numbered as they come.
#[derive(Default)]
pub struct Numbering {
    /// The bytes of all keys, one behind the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The first key of each hash, and after it any others that have the same.
    first: FxHashMap<u64, u32>,
    next: FxHashMap<u32, u32>,
}

impl Numbering {
    /// The number of a key, and whether it is new.
    pub fn number(&mut self, key: &[u8]) -> (u32, bool) {
        let new = self.ends.len() as u32;
        match self.first.entry(hash(key)) {
            Entry::Vacant(entry) => {
                entry.insert(new);
            }
            Entry::Occupied(entry) => {
                let mut at = *entry.get();
                while self.key(at) != key {
                    match self.next.get(&at) {
                        Some(next) => at = *next,
                        None => {
                            self.next.insert(at, new);
                            self.add(key);
                            return (new, true);
                        }
                    }
                }
                return (at, false);
            }
        }
        self.add(key);
        (new, true)
    }

    fn add(&mut self, key: &[u8]) {
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len());
    }

    fn key(&self, number: u32) -> &[u8] {
        let place = number as usize;
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[from..self.ends[place]]
    }
}

/// A hash of a key, all of whose bits depend on all of it.
pub fn hash(key: &[u8]) -> u64 {
    xxh3_64(key)
}

/// Appends the canonical bytes of a value.
pub fn encode(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::Null => into.push(0),
        Value::Boolean(b) => into.extend([1, u8::from(*b)]),
        Value::Integer(n) => number(*n as f64, Some(*n), into),
        Value::Float(x) => number(*x, None, into),
        Value::String(text) => {
            into.push(4);
            bytes(text.as_bytes(), into);
        }
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
        keys.first.insert(hash(b"other"), 0);
        assert_eq!(
            [keys.number(b"other"), keys.number(b"other"), keys.number(b"a")],
            [(4, true), (4, false), (0, false)]
        );
    }
}

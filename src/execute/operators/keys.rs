//! Keys for grouping and DISTINCT: values that are equivalent have the same bytes.

use crate::execute::batch::Column;
use crate::value::{Duration, Value};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

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
    pub fn with_room_for(bytes: usize) -> Keys {
        Keys { bytes: Vec::with_capacity(bytes), ends: Vec::new() }
    }

    /// How many bytes all of them have.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

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

    pub fn get(&self, number: u32) -> &[u8] {
        &self.bytes[self.range(number as usize)]
    }

    /// From where to where the bytes of a key go.
    fn range(&self, place: usize) -> Range<usize> {
        place.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[place]
    }

    /// Leaves some of them, ascending.
    pub fn leave(&mut self, some: &[usize]) {
        let mut end = 0;
        for (place, from) in some.iter().enumerate() {
            let key = self.range(*from);
            let length = key.len();
            self.bytes.copy_within(key, end);
            end += length;
            self.ends[place] = end;
        }
        self.ends.truncate(some.len());
        self.bytes.truncate(end);
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len() as u32).map(|number| self.get(number))
    }
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
}

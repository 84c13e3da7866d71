//! Hash indexes: from a value to the nodes that may have it.

use super::Graph;
use super::buffer::Buffer;
use super::columns::{Column, Values};
use super::snapshot::{Fault, Reader, Section, Writer, demand, demand_below, demand_offsets};
use crate::value::{Truth, Value, equal};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// Nodes grouped by the hash of a property, ascending in each group. Gives candidates: whoever asks compares. In a column
/// of texts the code of a text is its hash.
#[derive(Clone, Debug, Default)]
pub struct HashIndex {
    offsets: Buffer<u32>,
    nodes: Buffer<u32>,
}

impl HashIndex {
    /// Indexes those of `nodes` that have a value in the column.
    pub fn of(column: &Column, nodes: impl Iterator<Item = u32>) -> HashIndex {
        let mut hashed: Vec<(u32, u32)> = Vec::new();
        for node in nodes {
            if let Some(hash) = column.presence.place(node).and_then(|place| hash_at(&column.values, place)) {
                hashed.push((hash, node));
            }
        }
        let buckets = hashed.len().next_power_of_two();
        let bucket = |hash: u32| hash as usize & (buckets - 1);
        let mut offsets = vec![0u32; buckets + 1];
        for (hash, _) in &hashed {
            offsets[bucket(*hash) + 1] += 1;
        }
        for place in 0..buckets {
            offsets[place + 1] += offsets[place];
        }
        let mut next = offsets.clone();
        let mut grouped = vec![0u32; hashed.len()];
        for (hash, node) in hashed {
            let cursor = &mut next[bucket(hash)];
            grouped[*cursor as usize] = node;
            *cursor += 1;
        }
        HashIndex { offsets: offsets.into(), nodes: grouped.into() }
    }

    /// The nodes whose value may be one with this hash.
    pub fn candidates(&self, hash: u32) -> &[u32] {
        &self.nodes[self.range(hash)]
    }

    /// The same for one hash after the other until there are more candidates than so many; how many hashes that took.
    /// Calls with the number of each and a candidate.
    ///
    /// Step by step: what is waited for in memory comes while others are looked up.
    pub fn candidates_of_some(
        &self,
        hashes: &[Option<u32>],
        most: usize,
        mut tell: impl FnMut(usize, u32),
    ) -> usize {
        let range = |hash: &Option<u32>| hash.map_or(0..0, |hash| self.range(hash));
        let ranges: Vec<Range<usize>> = hashes.iter().map(range).collect();
        let (mut done, mut count) = (0, 0);
        for range in ranges {
            count += range.len();
            self.nodes[range].iter().for_each(|node| tell(done, *node));
            done += 1;
            if count > most {
                break;
            }
        }
        done
    }

    /// Where the candidates of a hash stand.
    #[inline]
    fn range(&self, hash: u32) -> Range<usize> {
        if self.nodes.is_empty() {
            return 0..0;
        }
        let bucket = hash as usize & (self.offsets.len() - 2);
        self.offsets[bucket] as usize..self.offsets[bucket + 1] as usize
    }

    pub fn bytes(&self) -> usize {
        self.offsets.bytes() + self.nodes.bytes()
    }
}

impl Section for HashIndex {
    fn write(&self, writer: &mut Writer<'_>) {
        writer.array(&self.offsets);
        writer.array(&self.nodes);
    }

    fn read(reader: &mut Reader<'_>) -> Result<HashIndex, Fault> {
        let (offsets, nodes) = (reader.array::<u32>()?, reader.array::<u32>()?);
        demand(offsets.len() >= 2 && (offsets.len() - 1).is_power_of_two())?;
        demand_offsets(&offsets, nodes.len())?;
        demand_below(nodes.iter().copied(), reader.node_bound() as usize)?;
        Ok(HashIndex { offsets, nodes })
    }
}

/// A hash under which values that are equal in the sense of `=` fall together; `None` for what equals nothing.
pub fn hash_of(value: &Value) -> Option<u32> {
    Some(match value {
        Value::Null => return None,
        Value::Boolean(truth) => hash(1, u64::from(*truth)),
        Value::Integer(number) => hash_integer(*number),
        Value::Float(number) => hash_float(*number)?,
        Value::String(text) => hash_text(text),
        Value::Date(date) => hash(3, date.days as u64),
        // Equality of composite values looks inside them; falling together by type is enough for candidates.
        Value::List(list) => hash(4, list.len() as u64),
        Value::Map(map) => hash(5, map.len() as u64),
        Value::Node(node) => hash(6, u64::from(node.0)),
        Value::Relationship(relationship) => hash(7, u64::from(relationship.0)),
        Value::Path(path) => hash(8, path.nodes.len() as u64),
        Value::LocalTime(_) => hash(9, 0),
        Value::Time(_) => hash(10, 0),
        Value::LocalDateTime(_) => hash(11, 0),
        Value::DateTime(_) => hash(12, 0),
        Value::Duration(_) => hash(13, 0),
    })
}

/// Whether two values are certainly equal (`=` gives true).
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Date(a), Value::Date(b)) => a == b,
        (Value::Null, _) | (_, Value::Null) => false,
        _ => equal(a, b) == Truth::True,
    }
}

/// A value that is looked for in a column.
pub struct Sought<'v> {
    column: &'v Column,
    what: What<'v>,
}

enum What<'v> {
    /// A text of the column's dictionary.
    Code(u32),
    /// A value in a column without a dictionary.
    Value(&'v Value),
    /// No value of the column.
    Nothing,
}

impl<'v> Sought<'v> {
    pub fn of(column: &'v Column, value: &'v Value) -> Sought<'v> {
        let what = match (&column.values, value) {
            (Values::Strings { dictionary, .. }, Value::String(text)) => {
                dictionary.code(text).map_or(What::Nothing, What::Code)
            }
            (Values::Strings { .. }, _) => What::Nothing,
            (_, value) => What::Value(value),
        };
        Sought { column, what }
    }

    /// The text that has a code in the column's dictionary.
    pub fn of_code(column: &'v Column, code: u32) -> Sought<'v> {
        Sought { column, what: What::Code(code) }
    }

    /// The hash of the value in an index of the column; nothing where no node can have it.
    pub fn hash(&self) -> Option<u32> {
        match self.what {
            What::Code(code) => Some(code),
            What::Value(value) => hash_of(value),
            What::Nothing => None,
        }
    }

    /// Whether the value of an id is certainly equal to it.
    #[inline]
    pub fn is_at(&self, id: u32) -> bool {
        let Some(place) = self.column.presence.place(id) else { return false };
        match (&self.column.values, &self.what) {
            (Values::Strings { codes, .. }, What::Code(code)) => codes[place] == *code,
            (values, What::Value(value)) => same(&values.at(place), value),
            _ => false,
        }
    }
}

fn hash_at(values: &Values, place: usize) -> Option<u32> {
    match values {
        Values::Short(numbers) => Some(hash_integer(i64::from(numbers[place]))),
        Values::Integers(numbers) => Some(hash_integer(numbers[place])),
        Values::Strings { codes, .. } => Some(codes[place]),
        Values::Mixed(values) => hash_of(&values[place]),
        other => hash_of(&other.at(place)),
    }
}

fn hash_integer(number: i64) -> u32 {
    hash(0, number as u64)
}

/// A float that is a whole number falls together with that integer.
fn hash_float(number: f64) -> Option<u32> {
    if number.is_nan() {
        return None;
    }
    let whole = number as i64;
    Some(if whole as f64 == number { hash_integer(whole) } else { hash(2, number.to_bits()) })
}

fn hash_text(text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    fold(hasher.finish())
}

fn hash(salt: u8, bits: u64) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write_u8(salt);
    hasher.write_u64(bits);
    fold(hasher.finish())
}

fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// Indexes that were declared by a name.
impl Graph {
    pub fn declared_indexes(&self) -> &[Arc<str>] {
        &self.declared
    }

    /// Says whether the name was free.
    pub fn declare_index(&mut self, name: &Arc<str>) -> bool {
        let free = !self.declared.contains(name);
        if free {
            self.declared.push(name.clone());
        }
        free
    }

    /// Says whether there was an index of that name.
    pub fn drop_index(&mut self, name: &str) -> bool {
        let before = self.declared.len();
        self.declared.retain(|declared| **declared != *name);
        self.declared.len() < before
    }
}

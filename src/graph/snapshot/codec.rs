//! Numbers, texts and arrays, one after the other, in units of eight bytes so that every array is aligned.

use super::image::{Entry, Image};
use crate::graph::buffer::{Buffer, Plain, bytes_of};
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3Default;

/// What a section holds is not what the layout says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// Writes a section. A failure of the file is kept until the end.
pub struct Writer<'w> {
    out: &'w mut dyn Write,
    hasher: Xxh3Default,
    length: u64,
    outcome: io::Result<()>,
}

impl<'w> Writer<'w> {
    pub fn new(out: &'w mut dyn Write) -> Writer<'w> {
        Writer { out, hasher: Xxh3Default::new(), length: 0, outcome: Ok(()) }
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.outcome.is_ok() {
            self.hasher.update(bytes);
            self.length += bytes.len() as u64;
            self.outcome = self.out.write_all(bytes);
        }
    }

    pub fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    pub fn flag(&mut self, flag: bool) {
        self.number(u64::from(flag));
    }

    pub fn integer(&mut self, number: i64) {
        self.number(number as u64);
    }

    pub fn array<T: Plain>(&mut self, values: &[T]) {
        self.number(values.len() as u64);
        let bytes = bytes_of(values);
        self.bytes(bytes);
        let rest = bytes.len().next_multiple_of(8) - bytes.len();
        self.bytes(&[0; 8][..rest]);
    }

    pub fn text(&mut self, text: &str) {
        self.array(text.as_bytes());
    }

    pub fn optional(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// A list, item by item.
    pub fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.number(items.len() as u64);
        items.for_each(|item| each(self, item));
    }

    /// Length and checksum of what was written.
    pub fn finish(self) -> io::Result<(u64, u64)> {
        self.outcome.map(|()| (self.length, self.hasher.digest()))
    }
}

/// Reads a section that was verified. It trusts nothing all the same: every length is compared with what is left.
pub struct Reader<'r> {
    pub image: &'r Arc<Image>,
    pub entry: Entry,
    range: Range<usize>,
}

impl<'r> Reader<'r> {
    pub fn new(image: &'r Arc<Image>, entry: Entry, range: Range<usize>) -> Reader<'r> {
        Reader { image, entry, range }
    }

    /// Ids of nodes lie below.
    pub fn node_bound(&self) -> u32 {
        self.image.bounds().nodes
    }

    pub fn relationship_bound(&self) -> u32 {
        self.image.bounds().relationships
    }

    /// Types of relationships are numbered below.
    pub fn types(&self) -> u32 {
        self.image.bounds().types
    }

    /// Combinations of labels are numbered below.
    pub fn label_sets(&self) -> u32 {
        self.image.bounds().label_sets
    }

    pub fn number(&mut self) -> Result<u64, Fault> {
        let eight = self.take(8)?.try_into().map_err(|_| Fault)?;
        Ok(u64::from_le_bytes(eight))
    }

    pub fn small(&mut self) -> Result<u32, Fault> {
        u32::try_from(self.number()?).map_err(|_| Fault)
    }

    pub fn flag(&mut self) -> Result<bool, Fault> {
        match self.number()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Fault),
        }
    }

    pub fn integer(&mut self) -> Result<i64, Fault> {
        Ok(self.number()? as i64)
    }

    /// An array that stays in the file.
    pub fn array<T: Plain>(&mut self) -> Result<Buffer<T>, Fault> {
        let length = usize::try_from(self.number()?).map_err(|_| Fault)?;
        let size = length.checked_mul(size_of::<T>()).ok_or(Fault)?;
        let start = self.range.start;
        self.take(size.checked_next_multiple_of(8).ok_or(Fault)?)?;
        Buffer::mapped(&self.image.mapping, start, length).ok_or(Fault)
    }

    pub fn text(&mut self) -> Result<&'r str, Fault> {
        let length = usize::try_from(self.number()?).map_err(|_| Fault)?;
        let padded = self.take(length.checked_next_multiple_of(8).ok_or(Fault)?)?;
        std::str::from_utf8(padded.get(..length).ok_or(Fault)?).map_err(|_| Fault)
    }

    pub fn optional(&mut self) -> Result<Option<&'r str>, Fault> {
        if self.flag()? { self.text().map(Some) } else { Ok(None) }
    }

    pub fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        let length = self.number()?;
        // Every item takes at least eight bytes, so that a wrong length cannot ask for all memory.
        if length > self.range.len() as u64 / 8 {
            return Err(Fault);
        }
        (0..length).map(|_| each(self)).collect()
    }

    fn take(&mut self, size: usize) -> Result<&'r [u8], Fault> {
        let end = self.range.start.checked_add(size).filter(|end| *end <= self.range.end).ok_or(Fault)?;
        let bytes = self.image.mapping.get(self.range.start..end).ok_or(Fault)?;
        self.range.start = end;
        Ok(bytes)
    }
}

/// An error unless the condition holds.
pub fn demand(condition: bool) -> Result<(), Fault> {
    if condition { Ok(()) } else { Err(Fault) }
}

/// An error if a number is smaller than the one before. (Whole arrays are looked at without stopping early, which a
/// processor does many numbers at a time.)
pub fn demand_rising(numbers: &[u32]) -> Result<(), Fault> {
    let next = numbers.get(1..).unwrap_or_default();
    let falls = numbers.iter().zip(next).fold(0, |falls, (one, next)| falls | u32::from(one > next));
    demand(falls == 0)
}

/// An error unless numbers begin with 0, never fall, and end with `last`.
pub fn demand_offsets(offsets: &[u32], last: usize) -> Result<(), Fault> {
    demand_rising(offsets)?;
    demand(offsets.first() == Some(&0) && offsets.last().is_some_and(|end| *end as usize == last))
}

/// An error unless all numbers lie below a bound.
pub fn demand_below(numbers: impl ExactSizeIterator<Item = u32>, bound: usize) -> Result<(), Fault> {
    let none = numbers.len() == 0;
    demand(none || (numbers.fold(0, u32::max) as usize) < bound)
}

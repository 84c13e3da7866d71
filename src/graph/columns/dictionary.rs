//! Distinct strings, each stored once.

use super::super::buffer::Buffer;
use super::super::snapshot::{Fault, Lazy, Paged, Reader, Writer, demand, demand_rising, kind};
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Strings by code: one array of bytes and the place where each string ends.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    ends: Buffer<u32>,
    bytes: Paged,
    /// Codes by hash; 0 is an empty slot, others are one more than the code.
    slots: Lazy<Buffer<u32>>,
}

impl Dictionary {
    /// The string of a code that this dictionary gave out.
    #[inline]
    pub fn text(&self, code: u32) -> &str {
        let (start, end) = place_of(&self.ends, code);
        std::str::from_utf8(self.bytes.range(start, end)).unwrap_or_default()
    }

    /// The bytes of the string of a code that this dictionary gave out.
    #[inline]
    pub fn slice(&self, code: u32) -> &[u8] {
        let (start, end) = place_of(&self.ends, code);
        self.bytes.range(start, end)
    }

    /// The code of a string, if it occurs at all.
    pub fn code(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) as usize & mask;
        for _ in 0..self.slots.len() {
            match self.slots.get(slot)? {
                0 => return None,
                code if self.slice(code - 1) == text.as_bytes() => return Some(code - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
        None
    }

    /// How many distinct strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All strings by code.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|code| self.text(code))
    }

    /// All strings one after the other.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.all()
    }

    /// Where each string ends in [`Dictionary::bytes`].
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub fn held(&self) -> usize {
        self.ends.bytes() + self.bytes.held() + self.slots.bytes()
    }

    /// The codes by hash, which have a section of their own.
    pub fn slots(&self) -> &Buffer<u32> {
        &self.slots
    }

    /// All but the bytes and the slots; those lie in sections of their own.
    pub fn write(&self, writer: &mut Writer<'_>) {
        writer.array(&self.ends);
        writer.array(&self.bytes.checksums());
    }

    pub fn read(reader: &mut Reader<'_>) -> Result<Dictionary, Fault> {
        let (ends, checksums) = (reader.array::<u32>()?, reader.array()?);
        let (text, slots) = match reader.entry.kind {
            kind::NODE_COLUMN => (kind::NODE_TEXT, kind::NODE_SLOTS),
            _ => (kind::RELATIONSHIP_TEXT, kind::RELATIONSHIP_SLOTS),
        };
        let bytes = Paged::of(reader.image, text, reader.entry.number, checksums)?;
        demand_rising(&ends)?;
        demand(ends.last().copied().unwrap_or(0) as usize == bytes.len())?;
        let slots = Lazy::of(reader.image, slots, reader.entry.number);
        Ok(Dictionary { ends, bytes, slots })
    }
}

/// Collects distinct strings; at most 4 GiB of them.
#[derive(Clone, Debug, Default)]
pub struct DictionaryBuilder {
    ends: Vec<u32>,
    bytes: Vec<u8>,
    slots: Vec<u32>,
    /// Of each string, so that growing need not look at the strings again.
    hashes: Vec<u32>,
}

impl DictionaryBuilder {
    pub fn code(&mut self, text: &str) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let hash = hash(text);
        let mut slot = hash as usize & mask;
        while self.slots[slot] != 0 {
            let code = self.slots[slot] - 1;
            if self.hashes[code as usize] == hash && self.bytes_of(code) == text.as_bytes() {
                return code;
            }
            slot = (slot + 1) & mask;
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len() as u32);
        self.hashes.push(hash);
        self.slots[slot] = self.ends.len() as u32;
        self.ends.len() as u32 - 1
    }

    /// Whether another string still fits.
    pub fn has_room_for(&self, text: &str) -> bool {
        self.bytes.len() + text.len() <= u32::MAX as usize
    }

    pub fn text(&self, code: u32) -> &str {
        std::str::from_utf8(self.bytes_of(code)).unwrap_or_default()
    }

    pub fn finish(self) -> Dictionary {
        let slots = Buffer::from(self.slots);
        Dictionary { ends: self.ends.into(), bytes: self.bytes.into(), slots: slots.into() }
    }

    #[inline]
    fn bytes_of(&self, code: u32) -> &[u8] {
        let (start, end) = place_of(&self.ends, code);
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        let mut slots = vec![0u32; size];
        for (code, hash) in self.hashes.iter().enumerate() {
            let mut slot = *hash as usize & (size - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = code as u32 + 1;
        }
        self.slots = slots;
    }
}

#[inline]
fn place_of(ends: &[u32], code: u32) -> (usize, usize) {
    let code = code as usize;
    let start = if code == 0 { 0 } else { ends.get(code - 1).copied().unwrap_or(0) };
    (start as usize, ends.get(code).copied().unwrap_or(0) as usize)
}

fn hash(text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(0xff);
    // The low bits choose the slot, and the hasher mixes best into the high ones.
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn codes_name_their_strings(texts in proptest::collection::vec(".{0,6}", 0..200)) {
            let mut builder = DictionaryBuilder::default();
            let codes: Vec<u32> = texts.iter().map(|text| builder.code(text)).collect();
            let dictionary = builder.finish();
            for (text, code) in texts.iter().zip(codes) {
                prop_assert_eq!(dictionary.text(code), text.as_str());
                prop_assert_eq!(dictionary.code(text), Some(code));
            }
            prop_assert_eq!(dictionary.code("seven letters"), None);
        }
    }
}

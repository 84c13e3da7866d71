//! Distinct strings, each stored once.

use super::super::buffer::Buffer;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Strings by code: one array of bytes and the place where each string ends.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    ends: Buffer<u32>,
    bytes: Buffer<u8>,
    /// Codes by hash; 0 is an empty slot, others are one more than the code.
    slots: Buffer<u32>,
}

impl Dictionary {
    /// The string of a code that this dictionary gave out.
    #[inline]
    pub fn text(&self, code: u32) -> &str {
        text_of(&self.ends, &self.bytes, code)
    }

    /// The bytes of the string of a code that this dictionary gave out.
    #[inline]
    pub fn slice(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.bytes[start..self.ends[code] as usize]
    }

    /// The code of a string, if it occurs at all.
    pub fn code(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return None,
                code if self.text(code - 1) == text => return Some(code - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
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
        &self.bytes
    }

    /// Where each string ends in [`Dictionary::bytes`].
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub fn held(&self) -> usize {
        self.ends.bytes() + self.bytes.bytes() + self.slots.bytes()
    }
}

/// Collects distinct strings; at most 4 GiB of them.
#[derive(Clone, Debug, Default)]
pub struct DictionaryBuilder {
    ends: Vec<u32>,
    bytes: Vec<u8>,
    slots: Vec<u32>,
}

impl DictionaryBuilder {
    pub fn code(&mut self, text: &str) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) as usize & mask;
        while self.slots[slot] != 0 {
            let code = self.slots[slot] - 1;
            if text_of(&self.ends, &self.bytes, code) == text {
                return code;
            }
            slot = (slot + 1) & mask;
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len() as u32);
        self.slots[slot] = self.ends.len() as u32;
        self.ends.len() as u32 - 1
    }

    /// Whether another string still fits.
    pub fn has_room_for(&self, text: &str) -> bool {
        self.bytes.len() + text.len() <= u32::MAX as usize
    }

    pub fn text(&self, code: u32) -> &str {
        text_of(&self.ends, &self.bytes, code)
    }

    pub fn finish(self) -> Dictionary {
        Dictionary { ends: self.ends.into(), bytes: self.bytes.into(), slots: self.slots.into() }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        let mut slots = vec![0u32; size];
        for code in 0..self.ends.len() as u32 {
            let mut slot = hash(self.text(code)) as usize & (size - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = code + 1;
        }
        self.slots = slots;
    }
}

fn text_of<'b>(ends: &[u32], bytes: &'b [u8], code: u32) -> &'b str {
    let code = code as usize;
    let start = if code == 0 { 0 } else { ends[code - 1] as usize };
    std::str::from_utf8(&bytes[start..ends[code] as usize]).unwrap_or_default()
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u8(0xff);
    // The low bits choose the slot, and the hasher mixes best into the high ones.
    let hash = hasher.finish();
    hash ^ (hash >> 32)
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

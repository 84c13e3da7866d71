//! Small numbers in as few bytes as they need.

use super::buffer::Buffer;

/// Numbers in one, two or four bytes each, as the greatest of them demands.
#[derive(Clone, Debug)]
pub enum Packed {
    Bytes(Buffer<u8>),
    Shorts(Buffer<u16>),
    Words(Buffer<u32>),
}

impl Default for Packed {
    fn default() -> Self {
        Packed::Bytes(Buffer::default())
    }
}

impl Packed {
    /// The number at a place that was given.
    #[inline]
    pub fn at(&self, place: usize) -> u32 {
        match self {
            Packed::Bytes(numbers) => u32::from(numbers[place]),
            Packed::Shorts(numbers) => u32::from(numbers[place]),
            Packed::Words(numbers) => numbers[place],
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Packed::Bytes(numbers) => numbers.bytes(),
            Packed::Shorts(numbers) => numbers.bytes(),
            Packed::Words(numbers) => numbers.bytes(),
        }
    }
}

impl From<Vec<u32>> for Packed {
    fn from(numbers: Vec<u32>) -> Packed {
        match numbers.iter().max().copied().unwrap_or(0) {
            0..=0xff => Packed::Bytes(numbers.iter().map(|n| *n as u8).collect()),
            0x100..=0xffff => Packed::Shorts(numbers.iter().map(|n| *n as u16).collect()),
            _ => Packed::Words(numbers.into()),
        }
    }
}

//! Small numbers in as few bytes as they need.

use super::buffer::Buffer;
use super::snapshot::{Fault, Reader, Section, Writer};

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
    /// The number at a place; 0 beyond the end, where a damaged file leaves nothing.
    #[inline]
    pub fn at(&self, place: usize) -> u32 {
        match self {
            Packed::Bytes(numbers) => numbers.get(place).map_or(0, |number| u32::from(*number)),
            Packed::Shorts(numbers) => numbers.get(place).map_or(0, |number| u32::from(*number)),
            Packed::Words(numbers) => numbers.get(place).copied().unwrap_or(0),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Packed::Bytes(numbers) => numbers.len(),
            Packed::Shorts(numbers) => numbers.len(),
            Packed::Words(numbers) => numbers.len(),
        }
    }

    /// The greatest number; 0 where there is none.
    pub fn greatest(&self) -> u32 {
        match self {
            Packed::Bytes(numbers) => {
                u32::from(numbers.iter().fold(0, |greatest, number| greatest.max(*number)))
            }
            Packed::Shorts(numbers) => {
                u32::from(numbers.iter().fold(0, |greatest, number| greatest.max(*number)))
            }
            Packed::Words(numbers) => numbers.iter().fold(0, |greatest, number| greatest.max(*number)),
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

impl Section for Packed {
    fn write(&self, writer: &mut Writer<'_>) {
        match self {
            Packed::Bytes(numbers) => {
                writer.number(1);
                writer.array(numbers);
            }
            Packed::Shorts(numbers) => {
                writer.number(2);
                writer.array(numbers);
            }
            Packed::Words(numbers) => {
                writer.number(4);
                writer.array(numbers);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Packed, Fault> {
        Ok(match reader.number()? {
            1 => Packed::Bytes(reader.array()?),
            2 => Packed::Shorts(reader.array()?),
            4 => Packed::Words(reader.array()?),
            _ => return Err(Fault),
        })
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

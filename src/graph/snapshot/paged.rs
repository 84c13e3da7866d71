//! The bytes of many texts: at hand, or in a mapped file where each block is verified when it is touched first, so that
//! one title costs one block and not all titles.

use super::Fault;
use super::image::Image;
use crate::graph::buffer::Buffer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes that a checksum covers.
pub const BLOCK: usize = 1 << 16;

#[derive(Clone, Debug, Default)]
pub struct Paged {
    bytes: Buffer<u8>,
    blocks: Option<Arc<Blocks>>,
}

#[derive(Debug)]
struct Blocks {
    image: Arc<Image>,
    kind: u32,
    checksums: Buffer<u64>,
    /// A bit for each block that was found right.
    verified: Vec<AtomicU64>,
    all: AtomicBool,
}

impl Paged {
    /// The bytes of a section, with the checksums of its blocks.
    pub fn of(image: &Arc<Image>, kind: u32, number: u32, checksums: Buffer<u64>) -> Result<Paged, Fault> {
        let entry = image.entry(kind, number).ok_or(Fault)?;
        let place = |number: u64| usize::try_from(number).map_err(|_| Fault);
        let (offset, length) = (place(entry.offset)?, place(entry.length)?);
        let bytes = Buffer::mapped(&image.mapping, offset, length).ok_or(Fault)?;
        if checksums.len() != length.div_ceil(BLOCK) {
            return Err(Fault);
        }
        let verified = (0..checksums.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let image = image.clone();
        let blocks = Blocks { image, kind, checksums, verified, all: AtomicBool::new(false) };
        Ok(Paged { bytes, blocks: Some(Arc::new(blocks)) })
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes in a range; none when the range does not lie inside. Bytes of a damaged block are given all the same, so
    /// that lengths agree with what is known of them elsewhere; the image notes the damage.
    #[inline]
    pub fn range(&self, start: usize, end: usize) -> &[u8] {
        let Some(bytes) = self.bytes.get(start..end) else { return &[] };
        if let Some(blocks) = &self.blocks {
            blocks.look_at(self, start, end);
        }
        bytes
    }

    /// All bytes.
    pub fn all(&self) -> &[u8] {
        self.range(0, self.bytes.len())
    }

    pub fn held(&self) -> usize {
        self.bytes.bytes()
    }

    /// The checksums of the blocks of a text that is to be written.
    pub fn checksums(&self) -> Vec<u64> {
        self.all().chunks(BLOCK).map(xxh3_64).collect()
    }
}

impl From<Vec<u8>> for Paged {
    fn from(bytes: Vec<u8>) -> Paged {
        Paged { bytes: bytes.into(), blocks: None }
    }
}

impl Blocks {
    #[inline]
    fn look_at(&self, paged: &Paged, start: usize, end: usize) {
        if self.all.load(Ordering::Acquire) || start == end {
            return;
        }
        let (first, last) = (start / BLOCK, (end - 1) / BLOCK);
        let right = (first..=last).fold(true, |right, block| right & self.is_right(paged, block));
        if right && first == 0 && end == paged.len() {
            self.all.store(true, Ordering::Release);
        }
    }

    fn is_right(&self, paged: &Paged, block: usize) -> bool {
        let (Some(word), bit) = (self.verified.get(block / 64), 1u64 << (block % 64)) else { return false };
        if word.load(Ordering::Acquire) & bit != 0 {
            return true;
        }
        let end = ((block + 1) * BLOCK).min(paged.len());
        let bytes = paged.bytes.get(block * BLOCK..end).unwrap_or_default();
        let right = self.checksums.get(block) == Some(&xxh3_64(bytes));
        match right {
            true => drop(word.fetch_or(bit, Ordering::AcqRel)),
            false => self.image.note_damage(self.kind),
        }
        right
    }
}

//! A set of ids that several workers may add to.

use std::sync::atomic::{AtomicU64, Ordering};

/// One bit for each id below a bound.
pub struct Marks {
    words: Vec<AtomicU64>,
}

impl Marks {
    pub fn with_bound(bound: usize) -> Marks {
        Marks { words: vec![0; bound.div_ceil(64)].into_iter().map(AtomicU64::new).collect() }
    }

    /// Whether the id is new; while nobody else adds to the set.
    #[inline]
    pub fn add(&self, id: u32) -> bool {
        let Some(word) = self.words.get(id as usize / 64) else { return false };
        let (old, bit) = (word.load(Ordering::Relaxed), 1 << (id % 64));
        word.store(old | bit, Ordering::Relaxed);
        old & bit == 0
    }

    /// Whether the id is new; of several workers that add it one is told so.
    #[inline]
    pub fn add_among_others(&self, id: u32) -> bool {
        let Some(word) = self.words.get(id as usize / 64) else { return false };
        let bit = 1 << (id % 64);
        word.load(Ordering::Relaxed) & bit == 0 && word.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}

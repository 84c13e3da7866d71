//! A set of ids that several workers may add to.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// One bit for each id below a bound.
pub struct Marks {
    words: Vec<AtomicU64>,
}

impl Marks {
    pub fn with_bound(bound: usize) -> Marks {
        Marks { words: vec![0; bound.div_ceil(64)].into_iter().map(AtomicU64::new).collect() }
    }

    #[inline]
    pub fn contains(&self, id: u32) -> bool {
        self.words
            .get(id as usize / 64)
            .is_some_and(|word| word.load(Ordering::Relaxed) >> (id % 64) & 1 == 1)
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

    /// All bits as they are now.
    pub fn words(&self) -> Vec<u64> {
        self.words.iter().map(|word| word.load(Ordering::Relaxed)).collect()
    }

    /// The ids of some words that have been added since these were so, ascending.
    pub fn added_since(&self, before: &[u64], words: Range<usize>) -> Vec<u32> {
        let mut added = Vec::new();
        let words = words.start..words.end.min(self.words.len());
        let old = before.get(words.clone()).unwrap_or(&[]);
        let new = self.words.get(words.clone()).unwrap_or(&[]);
        for (place, (old, new)) in words.zip(old.iter().zip(new)) {
            let mut bits = new.load(Ordering::Relaxed) & !old;
            while bits != 0 {
                added.push(place as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_since_comes_in_order_and_once() {
        let marks = Marks::with_bound(300);
        assert!(marks.add(64) && !marks.add_among_others(64) && marks.contains(64));
        let before = marks.words();
        for id in [299, 63, 65, 64, 128, 65] {
            marks.add_among_others(id);
        }
        assert_eq!(marks.added_since(&before, 0..9), [63, 65, 128, 299]);
        assert_eq!(marks.added_since(&before, 1..2), [65]);
        assert!(!marks.add(5000) && !marks.contains(5000));
    }
}

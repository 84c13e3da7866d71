//! A set of ids that several workers may read and add to, each in words of its own.

use crate::graph::Bits;
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

    /// Whether the id is new; while nobody else adds to its word.
    #[inline]
    pub fn add(&self, id: u32) -> bool {
        let Some(word) = self.words.get(id as usize / 64) else { return false };
        let (old, bit) = (word.load(Ordering::Relaxed), 1 << (id % 64));
        word.store(old | bit, Ordering::Relaxed);
        old & bit == 0
    }

    /// Adds what several workers have found, of some words that nobody else adds to; the ids that are new, ascending.
    pub fn take_in(&self, found: &[Bits], words: Range<usize>) -> Vec<u32> {
        let words = words.start..words.end.min(self.words.len());
        let mut new = Vec::with_capacity(words.len() * 8);
        for place in words {
            let Some(word) = self.words.get(place) else { break };
            let all = found.iter().filter_map(|bits| bits.words().get(place)).fold(0, |all, more| all | more);
            let old = word.load(Ordering::Relaxed);
            word.store(old | all, Ordering::Relaxed);
            let mut left = all & !old;
            while left != 0 {
                new.push(place as u32 * 64 + left.trailing_zeros());
                left &= left - 1;
            }
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_comes_in_order_and_once() {
        let marks = Marks::with_bound(300);
        assert!(marks.add(64) && !marks.add(64) && marks.contains(64));
        let found = [[299, 63, 65], [64, 128, 65]].map(|ids| {
            let mut bits = Bits::with_bound(300);
            bits.add_all(&ids);
            bits
        });
        assert_eq!(marks.take_in(&found, 1..2), [65]);
        assert_eq!(marks.take_in(&found, 0..9), [63, 128, 299]);
        assert!(marks.take_in(&found, 0..9).is_empty() && !marks.add(5000) && !marks.contains(5000));
    }
}

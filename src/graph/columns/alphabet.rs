//! The texts of a dictionary in order.

use super::Dictionary;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The order of all texts of a dictionary: to compare two of them is to compare two numbers.
#[derive(Clone, Debug)]
pub struct Alphabet {
    /// The place of each text in the order, by code.
    ranks: Vec<u32>,
    /// The codes in order.
    codes: Vec<u32>,
}

impl Alphabet {
    /// Of all codes of a dictionary in the order of their texts.
    pub fn of(codes: Vec<u32>) -> Alphabet {
        let mut ranks = vec![0; codes.len()];
        for (rank, code) in codes.iter().enumerate() {
            ranks[*code as usize] = rank as u32;
        }
        Alphabet { ranks, codes }
    }

    /// The place of a text that the dictionary has.
    #[inline]
    pub fn rank(&self, code: u32) -> u32 {
        self.ranks[code as usize]
    }

    /// How many texts there are: every rank is below.
    pub fn bound(&self) -> u32 {
        self.codes.len() as u32
    }

    /// How many of the dictionary's texts come before one that it may not have.
    pub fn before(&self, text: &str, dictionary: &Dictionary) -> u32 {
        self.codes.partition_point(|code| dictionary.slice(*code) < text.as_bytes()) as u32
    }

    fn bytes(&self) -> usize {
        (self.ranks.len() + self.codes.len()) * size_of::<u32>()
    }
}

/// The order of a column's texts, once they have been compared so often that it is worth making.
#[derive(Debug, Default)]
pub struct Alphabetical {
    alphabet: OnceLock<Alphabet>,
    compared: AtomicU64,
}

/// To put a text in its place among all takes as long as so many comparisons.
const COMPARISONS: u64 = 8;

impl Alphabetical {
    pub fn known(&self) -> Option<&Alphabet> {
        self.alphabet.get()
    }

    /// Counts comparisons of texts; true for whoever is to make the order of so many texts now.
    pub fn is_worth_it(&self, comparisons: u64, texts: usize) -> bool {
        if self.known().is_some() {
            return false;
        }
        let enough = (texts as u64).saturating_mul(COMPARISONS);
        let before = self.compared.fetch_add(comparisons, Ordering::Relaxed);
        before < enough && before.saturating_add(comparisons) >= enough
    }

    /// Keeps the order that was made.
    pub fn keep(&self, alphabet: Alphabet) {
        // Whoever was sooner has made the same.
        let _ = self.alphabet.set(alphabet);
    }

    /// Comparisons are counted anew, as the order could not be made.
    pub fn give_up(&self) {
        self.compared.store(0, Ordering::Relaxed);
    }

    pub fn bytes(&self) -> usize {
        self.known().map_or(0, Alphabet::bytes)
    }
}

impl Clone for Alphabetical {
    fn clone(&self) -> Alphabetical {
        Alphabetical { alphabet: self.alphabet.clone(), compared: AtomicU64::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_asks_makes_the_order_and_may_give_it_up() {
        let order = Alphabetical::default();
        let asked: Vec<bool> = (0..5).map(|_| order.is_worth_it(12, 3)).collect();
        assert_eq!(asked, [false, true, false, false, false]);
        order.give_up();
        assert!(!order.is_worth_it(12, 3) && order.is_worth_it(12, 3));
        order.keep(Alphabet::of(vec![2, 0, 1]));
        assert_eq!(order.known().map(|alphabet| [0, 1, 2].map(|code| alphabet.rank(code))), Some([1, 2, 0]));
        assert!(!order.is_worth_it(u64::MAX, 3));
    }
}

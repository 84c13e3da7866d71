//! Sets of ids as bitmaps.

/// A set of small numbers, one bit each; reading beyond the end finds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub fn new() -> Bits {
        Bits::default()
    }

    /// A set with room for the numbers below `bound`.
    pub fn with_bound(bound: usize) -> Bits {
        Bits { words: vec![0; bound.div_ceil(64)] }
    }

    /// The set whose bits these words are.
    pub fn of_words(words: Vec<u64>) -> Bits {
        Bits { words }
    }

    /// The set of all numbers below `bound`.
    pub fn full(bound: usize) -> Bits {
        let mut words = vec![u64::MAX; bound.div_ceil(64)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), bound % 64) {
            *last = (1 << rest) - 1;
        }
        Bits { words }
    }

    #[inline]
    pub fn contains(&self, number: u32) -> bool {
        match self.words.get(number as usize / 64) {
            Some(word) => word >> (number % 64) & 1 == 1,
            None => false,
        }
    }

    /// Whether the number is new in the set.
    #[inline]
    pub fn insert(&mut self, number: u32) -> bool {
        let place = number as usize / 64;
        if place >= self.words.len() {
            self.words.resize(place + 1, 0);
        }
        let bit = 1 << (number % 64);
        let new = self.words[place] & bit == 0;
        self.words[place] |= bit;
        new
    }

    /// Whether a number that there is room for is new in the set.
    #[inline]
    pub fn add(&mut self, number: u32) -> bool {
        let Some(word) = self.words.get_mut(number as usize / 64) else { return false };
        let bit = 1 << (number % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Puts in all numbers that there is room for.
    pub fn add_all(&mut self, numbers: &[u32]) {
        // Numbers that follow each other share a word, which is put down once for all of them.
        let (mut place, mut word) = (0, 0);
        for number in numbers {
            let own = *number as usize / 64;
            if own != place {
                self.add_to_word(place, word);
                (place, word) = (own, 0);
            }
            word |= 1 << (number % 64);
        }
        self.add_to_word(place, word);
    }

    #[inline]
    fn add_to_word(&mut self, place: usize, more: u64) {
        if let Some(word) = self.words.get_mut(place) {
            *word |= more;
        }
    }

    /// Makes room for the numbers below a bound.
    pub fn make_room(&mut self, bound: usize) {
        if self.words.len() * 64 < bound {
            self.words.resize(bound.div_ceil(64), 0);
        }
    }

    /// Puts a number that there is room for into the set, or takes it out.
    #[inline]
    pub fn set(&mut self, number: u32, there: bool) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            let bit = 1 << (number % 64);
            *word = if there { *word | bit } else { *word & !bit };
        }
    }

    /// Whether the number was in the set.
    pub fn remove(&mut self, number: u32) -> bool {
        let Some(word) = self.words.get_mut(number as usize / 64) else { return false };
        let bit = 1 << (number % 64);
        let was = *word & bit != 0;
        *word &= !bit;
        was
    }

    /// Forgets all numbers, keeping the room.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    pub fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether nothing was ever put in.
    pub fn is_unused(&self) -> bool {
        self.words.is_empty()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// The greatest number.
    pub fn last(&self) -> Option<u32> {
        let (place, word) = self.words.iter().enumerate().rev().find(|(_, word)| **word != 0)?;
        Some(place as u32 * 64 + 63 - word.leading_zeros())
    }

    /// The words of 64 numbers each, lowest first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Puts in what is in `other`.
    pub fn unite(&mut self, other: &Bits) {
        self.make_room(other.words.len() * 64);
        self.words.iter_mut().zip(&other.words).for_each(|(word, more)| *word |= more);
    }

    /// The rows whose number is new in the set, which there is room for; `NONE` is nothing new.
    pub fn fresh(&mut self, numbers: &[u32]) -> Vec<u32> {
        let mut rows = vec![0; numbers.len() + 1];
        let mut count = 0;
        // Whether a number is new cannot be guessed, so nothing is decided here.
        for (row, number) in (0..).zip(numbers) {
            rows[count] = row;
            count += usize::from(self.add(*number));
        }
        rows.truncate(count);
        rows
    }

    /// Keeps what is also in `other`.
    pub fn intersect(&mut self, other: &Bits) {
        for (place, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(place).copied().unwrap_or(0);
        }
    }

    /// Drops what is in `other`.
    pub fn subtract(&mut self, other: &Bits) {
        for (word, drop) in self.words.iter_mut().zip(&other.words) {
            *word &= !drop;
        }
    }

    /// From the first number to the last, up to a word more at either end.
    pub fn span(&self) -> std::ops::Range<u32> {
        let first = self.words.iter().position(|word| *word != 0).unwrap_or(0) as u32;
        let last = self.words.iter().rposition(|word| *word != 0).map_or(0, |place| place as u32 + 1);
        first * 64..last * 64
    }

    /// Appends the numbers of a range, ascending.
    pub fn between(&self, range: std::ops::Range<u32>, into: &mut Vec<u32>) {
        let (first, last) = (range.start as usize / 64, (range.end as usize).div_ceil(64));
        let words = self.words.get(first..last.min(self.words.len())).unwrap_or(&[]);
        for (place, word) in words.iter().enumerate() {
            let base = (first + place) as u32 * 64;
            let mut word = *word;
            while word != 0 {
                let number = base + word.trailing_zeros();
                word &= word - 1;
                if range.contains(&number) {
                    into.push(number);
                }
            }
        }
    }

    /// Ascending.
    pub fn iter(&self) -> BitsIter<'_> {
        BitsIter { words: &self.words, place: 0, word: self.words.first().copied().unwrap_or(0) }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.words.len() * 8
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Bits {
        let mut bits = Bits::new();
        for number in numbers {
            bits.insert(number);
        }
        bits
    }
}

/// The numbers of a set, ascending.
#[derive(Clone, Debug)]
pub struct BitsIter<'b> {
    words: &'b [u64],
    place: usize,
    word: u64,
}

impl Iterator for BitsIter<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.word == 0 {
            self.place += 1;
            self.word = *self.words.get(self.place)?;
        }
        let bit = self.word.trailing_zeros();
        self.word &= self.word - 1;
        Some(self.place as u32 * 64 + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_like_a_set(numbers in proptest::collection::vec((0u32..300, any::<bool>()), 0..200)) {
            let (mut bits, mut set) = (Bits::new(), BTreeSet::new());
            for (number, insert) in numbers {
                if insert {
                    prop_assert_eq!(bits.insert(number), set.insert(number));
                } else {
                    prop_assert_eq!(bits.remove(number), set.remove(&number));
                }
            }
            prop_assert_eq!(bits.iter().collect::<Vec<_>>(), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(bits.len(), set.len());
        }

        #[test]
        fn a_full_set_holds_all_below_its_bound(bound in 0usize..200) {
            prop_assert_eq!(Bits::full(bound).iter().collect::<Vec<_>>(), (0..bound as u32).collect::<Vec<_>>());
        }
    }
}

//! The first keys of an order in one number: rows are told apart by it before anyone looks at the keys themselves.

use super::order::{Texts, Values, Whole};
use crate::graph::columns::Alphabet;

/// What the number of a row is made of.
pub struct Lead<'r> {
    parts: Vec<Part<'r>>,
    /// How many bits the numbers have.
    pub bits: u32,
}

/// A key that is a number.
struct Part<'r> {
    numbers: Numbers<'r>,
    reach: u64,
    bits: u32,
    descending: bool,
}

enum Numbers<'r> {
    /// Whole numbers and days, counted from the least.
    Whole(&'r Whole),
    /// Texts whose order is known: their places in it.
    Texts(&'r Texts, &'r Alphabet),
}

impl<'r> Numbers<'r> {
    fn of(values: &'r Values) -> Option<Numbers<'r>> {
        match values.whole() {
            Some(whole) => Some(Numbers::Whole(whole)),
            None => {
                let texts = values.texts()?;
                Some(Numbers::Texts(texts, texts.alphabet()?))
            }
        }
    }

    /// [`Numbers::rank`] is not greater.
    fn reach(&self) -> u64 {
        match self {
            Numbers::Whole(whole) => whole.reach(),
            // The rank after the last stands for null.
            Numbers::Texts(_, alphabet) => u64::from(alphabet.bound()),
        }
    }

    #[inline]
    fn rank(&self, row: usize) -> u64 {
        match self {
            Numbers::Whole(whole) => whole.rank(row),
            Numbers::Texts(texts, alphabet) => u64::from(texts.rank(row, alphabet)),
        }
    }
}

impl<'r> Lead<'r> {
    /// As many of the first keys as there is room for in one number.
    pub fn of(values: &'r [Values], descending: &[bool]) -> Lead<'r> {
        let mut lead = Lead { parts: Vec::new(), bits: 0 };
        for (values, descending) in values.iter().zip(descending) {
            let Some(numbers) = Numbers::of(values) else { break };
            let reach = numbers.reach();
            let bits = u64::BITS - reach.leading_zeros();
            if lead.bits + bits > u64::BITS {
                break;
            }
            lead.bits += bits;
            lead.parts.push(Part { numbers, reach, bits, descending: *descending });
        }
        lead
    }

    /// How many of the first keys are in the numbers.
    pub fn keys(&self) -> usize {
        self.parts.len()
    }

    #[inline]
    pub fn number(&self, row: u32) -> u64 {
        self.parts.iter().fold(0, |number: u64, part| {
            let rank = part.numbers.rank(row as usize);
            let rank = if part.descending { part.reach - rank } else { rank };
            // Only the first of them may have all bits.
            number.checked_shl(part.bits).unwrap_or(0) | rank
        })
    }
}

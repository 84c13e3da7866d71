//! The first keys of an order in one number: rows are told apart by it before anyone looks at the keys themselves.

use super::order::{Values, Whole};

/// What the number of a row is made of.
pub struct Lead<'r> {
    parts: Vec<Part<'r>>,
    /// How many bits the numbers have.
    pub bits: u32,
}

/// A key that is a whole number or a day, counted from the least.
struct Part<'r> {
    whole: &'r Whole,
    reach: u64,
    bits: u32,
    descending: bool,
}

impl<'r> Lead<'r> {
    /// As many of the first keys as there is room for in one number.
    pub fn of(values: &'r [Values], descending: &[bool]) -> Lead<'r> {
        let mut lead = Lead { parts: Vec::new(), bits: 0 };
        for (values, descending) in values.iter().zip(descending) {
            let Some(whole) = values.whole() else { break };
            let reach = whole.reach();
            let bits = u64::BITS - reach.leading_zeros();
            if lead.bits + bits > u64::BITS {
                break;
            }
            lead.bits += bits;
            lead.parts.push(Part { whole, reach, bits, descending: *descending });
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
            let rank = part.whole.rank(row as usize);
            let rank = if part.descending { part.reach - rank } else { rank };
            // Only the first of them may have all bits.
            number.checked_shl(part.bits).unwrap_or(0) | rank
        })
    }
}

//! Arithmetic over whole batches of whole numbers.

use super::whole::{divide, remainders};

/// What is done to two whole numbers.
#[derive(Clone, Copy)]
pub enum Calculation {
    Sum,
    Difference,
    Product,
    Quotient,
    Remainder,
}

impl Calculation {
    /// Row by row; `None` where that is not a whole number of 64 bits.
    pub fn of(self, left: Vec<i64>, right: &[i64]) -> Option<Vec<i64>> {
        match self {
            Calculation::Sum => calculated(left, right, i64::checked_add),
            Calculation::Difference => calculated(left, right, i64::checked_sub),
            Calculation::Product => calculated(left, right, i64::checked_mul),
            Calculation::Quotient => calculated(left, right, i64::checked_div),
            // The remainder of the least integer by -1 is 0 though the quotient does not fit.
            Calculation::Remainder => calculated(left, right, |l, r| (r != 0).then(|| l.wrapping_rem(r))),
        }
    }

    /// With the same number in all rows.
    pub fn with(self, mut left: Vec<i64>, right: i64) -> Option<Vec<i64>> {
        match self {
            Calculation::Quotient if !matches!(right, 0 | -1) => divide(&mut left, right),
            Calculation::Remainder if !matches!(right, 0 | -1) => remainders(&mut left, right),
            _ => {
                let right = vec![right; left.len()];
                return self.of(left, &right);
            }
        }
        Some(left)
    }
}

/// One number after the other; `None` where one has no result.
#[inline]
pub fn calculated(
    mut left: Vec<i64>,
    right: &[i64],
    calculate: impl Fn(i64, i64) -> Option<i64>,
) -> Option<Vec<i64>> {
    let mut fits = true;
    for (left, right) in left.iter_mut().zip(right) {
        let result = calculate(*left, *right);
        fits &= result.is_some();
        *left = result.unwrap_or_default();
    }
    fits.then_some(left)
}

//! Decimal numbers with 18 digits after the point: fractions of months, days and seconds without binary noise.

/// A number as a count of 10⁻¹⁸.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

/// A factor as numerator and denominator, the denominator positive and below 10²⁰.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

const DIGITS: usize = 18;
const ONE: i128 = 10i128.pow(DIGITS as u32);
const NANO: i128 = ONE / 1_000_000_000;

impl Decimal {
    pub fn from_integer(number: i64) -> Decimal {
        Decimal(i128::from(number) * ONE)
    }

    /// The shortest decimal that stands for this float; `None` for NaN, infinities and floats beyond 64-bit integers.
    pub fn from_float(number: f64) -> Option<Decimal> {
        if number.is_finite() && number.abs() < 1e19 { Decimal::parse(&number.to_string()) } else { None }
    }

    /// Reads `12`, `-0.75` or `2,5`; digits beyond the 18th after the point are dropped.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once(['.', ',']) {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 20 || !numeric(whole) || !numeric(fraction) {
            return None;
        }
        let kept = fraction.get(..fraction.len().min(DIGITS))?;
        let padded: i128 = format!("{kept:0<DIGITS$}").parse().ok()?;
        let magnitude = whole.parse::<i128>().ok()?.checked_mul(ONE)?.checked_add(padded)?;
        Some(Decimal(if negative { -magnitude } else { magnitude }))
    }

    /// So many nanoseconds, in seconds.
    pub fn from_nanos(nanos: i64) -> Decimal {
        Decimal(i128::from(nanos) * NANO)
    }

    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    pub fn times(self, factor: i64) -> Option<Decimal> {
        self.0.checked_mul(i128::from(factor)).map(Decimal)
    }

    pub fn over(self, divisor: i64) -> Decimal {
        Decimal(self.0.checked_div(i128::from(divisor)).unwrap_or(0))
    }

    /// The part before the point; `None` beyond 64 bits.
    pub fn whole(self) -> Option<i64> {
        i64::try_from(self.0 / ONE).ok()
    }

    pub fn fraction(self) -> Decimal {
        Decimal(self.0 % ONE)
    }

    /// Seconds as whole nanoseconds. What is within 10⁻¹¹ s of a nanosecond counts as that nanosecond: it is what a
    /// chain of fractions cut off at the 18th digit leaves.
    pub fn nanos(self) -> i128 {
        let tolerance = NANO / 100 * self.0.signum();
        self.0.saturating_add(tolerance) / NANO
    }
}

impl Ratio {
    pub fn integer(number: i64) -> Ratio {
        Ratio { numerator: number.into(), denominator: 1 }
    }

    /// The shortest decimal that stands for this float; `None` for NaN, infinities and floats of 10²⁰ and more.
    pub fn float(number: f64) -> Option<Ratio> {
        if !number.is_finite() || number.abs() >= 1e20 {
            return None;
        }
        let scientific = format!("{number:e}");
        let (digits, exponent) = scientific.split_once('e')?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numerator: i128 = [whole, fraction].concat().parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        let power = 10i128.checked_pow(exponent.unsigned_abs());
        match (exponent >= 0, power) {
            (true, power) => Some(Ratio { numerator: numerator.checked_mul(power?)?, denominator: 1 }),
            (false, Some(power)) if power <= ONE * 10 => Some(Ratio { numerator, denominator: power }),
            // Digits after the 19th are dropped.
            (false, power) => {
                let dropped = power.map_or(0, |power| numerator / (power / ONE / 10));
                Some(Ratio { numerator: dropped, denominator: ONE * 10 })
            }
        }
    }

    /// One divided by this; `None` for zero.
    pub fn inverse(self) -> Option<Ratio> {
        let sign = self.numerator.signum();
        let inverse = Ratio { numerator: sign * self.denominator, denominator: self.numerator.abs() };
        (sign != 0).then_some(inverse)
    }

    /// The product with an integer.
    pub fn of(self, number: i64) -> Option<Decimal> {
        let (whole, rest) = self.divide(number)?;
        whole.checked_mul(ONE)?.checked_add(rest.checked_mul(ONE)? / self.denominator).map(Decimal)
    }

    /// The product with so many nanoseconds, in seconds.
    pub fn of_nanos(self, nanos: i64) -> Option<Decimal> {
        let (whole, rest) = self.divide(nanos)?;
        whole.checked_mul(NANO)?.checked_add(rest.checked_mul(NANO)? / self.denominator).map(Decimal)
    }

    fn divide(self, number: i64) -> Option<(i128, i128)> {
        let product = i128::from(number).checked_mul(self.numerator)?;
        Some((product / self.denominator, product % self.denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let third = Decimal::from_float(2.3).unwrap().fraction();
        assert_eq!(third.nanos(), 300_000_000);
        assert_eq!(Decimal::parse("-0,5").unwrap().nanos(), -500_000_000);
        for text in ["", ".5", "1.", "1.2.3", "--1", "1e5", "999999999999999999999"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::from_float(f64::NAN), None);
        assert_eq!(Decimal::from_float(1e300), None);
        assert_eq!(Decimal::from_float(1e-300), Some(Decimal::default()));
    }

    #[test]
    fn ratios() {
        let product = |x: f64, n| Ratio::float(x).unwrap().of(n);
        assert_eq!(product(0.1, 30), Some(Decimal::from_integer(3)));
        assert_eq!(product(-2.5e3, 2), Some(Decimal::from_integer(-5000)));
        assert_eq!(product(1e-30, 7), Some(Decimal::default()));
        assert_eq!(product(1e-300, 7), Some(Decimal::default()));
        assert_eq!(product(1.0000000000000002e-5, 0), Some(Decimal::default()));
        let third = Ratio::integer(-3).inverse().unwrap();
        assert_eq!(third.of(9), Some(Decimal::from_integer(-3)));
        assert!(Ratio::float(0.0).unwrap().inverse().is_none());
        assert!(Ratio::float(f64::INFINITY).is_none());
    }
}

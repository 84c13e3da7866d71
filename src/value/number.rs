//! Comparing integers with floats without loss: 2^53 + 1 differs from the float 2^53.

use std::cmp::Ordering;

/// An integer or a float.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Integer(i64),
    Float(f64),
}

/// The first float that is greater than every integer.
const ABOVE_INTEGERS: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    /// By value; `None` when either is NaN.
    pub fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => Some(a.cmp(&b)),
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
            (Number::Integer(a), Number::Float(b)) => integer_with_float(a, b),
            (Number::Float(a), Number::Integer(b)) => integer_with_float(b, a).map(Ordering::reverse),
        }
    }

    /// By value, NaN last and equal to itself.
    pub fn order(self, other: Number) -> Ordering {
        self.compare(other).unwrap_or_else(|| self.is_nan().cmp(&other.is_nan()))
    }

    pub fn is_nan(self) -> bool {
        matches!(self, Number::Float(x) if x.is_nan())
    }

    pub fn as_float(self) -> f64 {
        match self {
            Number::Integer(n) => n as f64,
            Number::Float(x) => x,
        }
    }

    /// The same for numbers that are equal, and for all NaN.
    pub fn identity(self) -> (bool, u64) {
        match self {
            Number::Integer(n) => (true, n as u64),
            Number::Float(x) => match integral(x) {
                Some(n) => (true, n as u64),
                None if x.is_nan() => (false, f64::NAN.to_bits()),
                None => (false, x.to_bits()),
            },
        }
    }
}

/// The integer that a float is, if it is one.
pub fn integral(x: f64) -> Option<i64> {
    let within = (-ABOVE_INTEGERS..ABOVE_INTEGERS).contains(&x);
    (within && x.fract() == 0.0).then_some(x as i64)
}

/// The whole numbers in a text of JSON that do not fit in 64 bits. Readers of JSON make inexact floats of them.
pub fn beyond_integers(json: &str) -> impl Iterator<Item = &str> {
    let bytes = json.as_bytes();
    let mut place = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(place) {
            let start = place;
            place += 1;
            match byte {
                b'"' => {
                    while bytes.get(place).is_some_and(|byte| *byte != b'"') {
                        place += if bytes[place] == b'\\' { 2 } else { 1 };
                    }
                    place += 1;
                }
                b'-' | b'0'..=b'9' => {
                    let part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                    place = start + bytes[start..].iter().take_while(|byte| part(byte)).count();
                    let number = &json[start..place];
                    if !number.contains(['.', 'e', 'E']) && number.parse::<i64>().is_err() {
                        return Some(number);
                    }
                }
                _ => {}
            }
        }
        None
    })
}

fn integer_with_float(a: i64, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b >= ABOVE_INTEGERS {
        return Some(Ordering::Less);
    }
    if b < -ABOVE_INTEGERS {
        return Some(Ordering::Greater);
    }
    let whole = a.cmp(&(b.trunc() as i64));
    Some(whole.then_with(|| 0.0_f64.partial_cmp(&b.fract()).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_beyond_64_bits_are_found_in_json() {
        let found = |json| beyond_integers(json).collect::<Vec<_>>().join(" ");
        assert_eq!(found("[9223372036854775807, -9223372036854775808, 1e30, 1.5, -0]"), "");
        assert_eq!(
            found("{\"a\":-9223372036854775809,\"9223372036854775808\":[9223372036854775808]}"),
            "-9223372036854775809 9223372036854775808"
        );
        assert_eq!(found("\"\\\"99999999999999999999\""), "");
    }

    #[test]
    fn integers_and_floats_compare_exactly() {
        let compare = |a: i64, b: f64| Number::Integer(a).compare(Number::Float(b));
        assert_eq!(compare(9_007_199_254_740_993, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare(i64::MAX, 9_223_372_036_854_775_807.0), Some(Ordering::Less));
        assert_eq!(compare(i64::MIN, -9_223_372_036_854_775_808.0), Some(Ordering::Equal));
        assert_eq!(compare(1, 1.0), Some(Ordering::Equal));
        assert_eq!(compare(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(compare(0, f64::NAN), None);
        assert_eq!(compare(0, f64::INFINITY), Some(Ordering::Less));
    }
}

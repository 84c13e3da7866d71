//! Cells of typed columns.

use super::header::Cell;
use crate::graph::{Day, Precision};
use crate::value::{Date, Value};

/// A cell that was read.
pub struct Read {
    pub value: Value,
    /// Of a date that is given as a month or a year.
    pub precision: Option<(Date, Precision)>,
}

/// A cell that is not of its column's type.
pub struct Mistyped {
    pub message: String,
}

/// Reads a cell that is not empty.
pub fn read(text: &str, cell: Cell, list: bool) -> Result<Read, Mistyped> {
    if !list {
        return single(text, cell);
    }
    let items: Result<Vec<Value>, Mistyped> =
        text.split(';').map(|item| single(item, cell).map(|read| read.value)).collect();
    Ok(Read { value: Value::from(items?), precision: None })
}

pub fn integer(text: &str) -> Result<i64, Mistyped> {
    text.trim().parse().map_err(|_| mistyped(text, "a whole number of 64 bits"))
}

pub fn float(text: &str) -> Result<f64, Mistyped> {
    text.trim().parse().map_err(|_| mistyped(text, "a number"))
}

pub fn boolean(text: &str) -> Result<bool, Mistyped> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(mistyped(text, "true or false")),
    }
}

pub fn day(text: &str) -> Result<Day, Mistyped> {
    Day::parse(text.trim()).ok_or_else(|| mistyped(text, "a date such as 2012-05-02, 2012-05 or 2012"))
}

/// The number that plain digits write, of at most 18: no need to look twice.
#[inline]
pub fn plain_integer(bytes: &[u8]) -> Option<i64> {
    if bytes.is_empty() || bytes.len() > 18 {
        return None;
    }
    let mut number = 0i64;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(number)
}

/// The day that `2012-05-02` writes, if the bytes have just that form.
#[inline]
pub fn plain_day(bytes: &[u8]) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else { return None };
    let mut strange = false;
    let mut two = |tens: u8, ones: u8| {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        strange |= tens > 9 || ones > 9;
        u32::from(tens) * 10 + u32::from(ones)
    };
    let (century, year, month, day) = (two(y1, y2), two(y3, y4), two(m1, m2), two(d1, d2));
    if strange {
        return None;
    }
    Date::from_ymd(i64::from(century * 100 + year), month, day)
}

fn single(text: &str, cell: Cell) -> Result<Read, Mistyped> {
    let value = match cell {
        Cell::Text => Value::string(text),
        Cell::Integer => Value::Integer(integer(text)?),
        Cell::Float => Value::Float(float(text)?),
        Cell::Boolean => Value::Boolean(boolean(text)?),
        Cell::Date | Cell::LastDay => {
            let day = day(text)?;
            let date = if cell == Cell::LastDay { day.last() } else { day.date };
            let precision = (day.precision != Precision::Day).then_some((date, day.precision));
            return Ok(Read { value: Value::Date(date), precision });
        }
    };
    Ok(Read { value, precision: None })
}

fn mistyped(text: &str, expected: &str) -> Mistyped {
    Mistyped { message: format!("`{text}` is not {expected}") }
}

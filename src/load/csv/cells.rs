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

//! Property values as the vocabulary types them.
//!
//! A date that is given as a month or a year becomes its first day; where it ends something, its last. How precisely
//! it was given is kept beside it. A period stays the text that it is.

use super::notes::{Notes, near};
use super::spanned::{Json, JsonValue};
use crate::graph::{Day, Precision, parse_period};
use crate::value::{Date, Value};
use crate::vocabulary::{Property, ValueType};

/// A value of a property, and how precisely its date was given.
pub struct Typed {
    pub value: Value,
    pub precision: Option<(Date, Precision)>,
}

/// The typed value of a property: one value or a list; `None` when it was found wrong, which is noted.
pub fn typed(json: &Json<'_>, property: &Property, ends: bool, notes: &mut Notes<'_>) -> Option<Typed> {
    let JsonValue::Array(items) = &json.value else { return single(json, property, ends, notes) };
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        if matches!(item.value, JsonValue::Array(_)) {
            wrong_type(item, property, notes);
            return None;
        }
        values.push(single(item, property, ends, notes)?.value);
    }
    Some(Typed { value: Value::from(values), precision: None })
}

/// A date under a key such as `valid_from`.
pub fn day(json: &Json<'_>, name: &str, notes: &mut Notes<'_>) -> Option<Day> {
    let text = json.as_str()?;
    let day = Day::parse(text);
    if day.is_none() {
        bad_date(json, name, text, notes);
    }
    day
}

/// The date of a day, month or year: its first day, or its last where it ends something.
pub fn date_of(day: Day, ends: bool) -> Typed {
    let date = if ends { day.last() } else { day.date };
    let precision = (day.precision != Precision::Day).then_some((date, day.precision));
    Typed { value: Value::Date(date), precision }
}

fn single(json: &Json<'_>, property: &Property, ends: bool, notes: &mut Notes<'_>) -> Option<Typed> {
    let plain = |value: Value| Some(Typed { value, precision: None });
    match (property.value_type, &json.value) {
        (ValueType::String, JsonValue::String(text)) => plain(Value::string(text)),
        (ValueType::Integer, JsonValue::Integer(number)) => plain(Value::Integer(*number)),
        (ValueType::Float, JsonValue::Integer(number)) => plain(Value::Float(*number as f64)),
        (ValueType::Float, JsonValue::Float(number)) => plain(Value::Float(*number)),
        (ValueType::Boolean, JsonValue::Boolean(truth)) => plain(Value::Boolean(*truth)),
        (ValueType::Date, JsonValue::String(_)) => Some(date_of(day(json, &property.name, notes)?, ends)),
        (ValueType::Period, JsonValue::String(text)) => {
            if !check_period(json, &property.name, text, notes) {
                return None;
            }
            plain(Value::string(text))
        }
        _ => {
            wrong_type(json, property, notes);
            None
        }
    }
}

fn wrong_type(json: &Json<'_>, property: &Property, notes: &mut Notes<'_>) {
    let expected = match property.value_type {
        ValueType::String => "a text",
        ValueType::Integer => "a whole number",
        ValueType::Float => "a number",
        ValueType::Boolean => "true or false",
        ValueType::Date => "a date such as \"2012-05-02\", \"2012-05\" or \"2012\"",
        ValueType::Period => "a period such as \"2017/2020\" or \"2019\"",
    };
    let message = format!("the property \"{}\" must be {expected}, not {}", property.name, json.described());
    let suggestion = match (property.value_type, &json.value) {
        (ValueType::String | ValueType::Date | ValueType::Period, JsonValue::Integer(number)) => {
            Some(format!("\"{number}\""))
        }
        (ValueType::Integer | ValueType::Float, JsonValue::String(text)) if text.parse::<f64>().is_ok() => {
            Some(text.to_string())
        }
        (ValueType::Boolean, JsonValue::String(text)) => near(text, ["true", "false"]),
        _ => None,
    };
    notes.error_near(json.span, "property.type", message, suggestion);
}

fn check_period(json: &Json<'_>, name: &str, text: &str, notes: &mut Notes<'_>) -> bool {
    match parse_period(text) {
        None => {
            let bad = text.split('/').map(str::trim).find(|side| Day::parse(side).is_none()).unwrap_or(text);
            bad_date(json, name, bad, notes);
            false
        }
        Some((Some(begins), Some(ends))) if ends.last() < begins.date => {
            reversed(json, name, &begins.written(), &ends.written(), notes);
            false
        }
        Some(_) => true,
    }
}

/// Notes that a period ends before it begins.
pub fn reversed(json: &Json<'_>, name: &str, begins: &str, ends: &str, notes: &mut Notes<'_>) {
    let message = format!("\"{name}\": the period ends ({ends}) before it begins ({begins})");
    notes.error(json.span, "period.reversed", message);
}

fn bad_date(json: &Json<'_>, name: &str, text: &str, notes: &mut Notes<'_>) {
    let numbers: Vec<&str> = text.split('-').collect();
    let digits = numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let lengths: Vec<usize> = numbers.iter().map(|n| n.len()).collect();
    if digits && matches!(lengths[..], [4, 2] | [4, 2, 2]) {
        let message = format!("\"{name}\": there is no {text} in the calendar");
        return notes.error(json.span, "date.impossible", message);
    }
    let message = format!("\"{name}\": \"{text}\" is not a date such as 2012-05-02, 2012-05 or 2012");
    notes.error_near(json.span, "date.invalid", message, mended(text));
}

/// The date that was probably meant: `2.5.2012`, `2012/5/2`, `2012-5-2`.
fn mended(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let written = match parts[..] {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [year, month] if year.len() == 4 => format!("{year}-{month:0>2}"),
        [month, year] if year.len() == 4 => format!("{year}-{month:0>2}"),
        _ => return None,
    };
    Day::parse(&written).map(|_| written)
}

//! Keys for grouping and DISTINCT: values that are equivalent have the same bytes.

use crate::value::{Duration, Value};

/// Appends the canonical bytes of a value.
pub fn encode(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::Null => into.push(0),
        Value::Boolean(b) => into.extend([1, u8::from(*b)]),
        Value::Integer(n) => number(*n as f64, Some(*n), into),
        Value::Float(x) => number(*x, None, into),
        Value::String(text) => {
            into.push(4);
            bytes(text.as_bytes(), into);
        }
        Value::List(items) => {
            into.push(5);
            count(items.len(), into);
            items.iter().for_each(|item| encode(item, into));
        }
        Value::Map(map) => {
            into.push(6);
            count(map.len(), into);
            for (key, value) in map.iter() {
                bytes(key.as_bytes(), into);
                encode(value, into);
            }
        }
        Value::Node(node) => tagged(7, &node.0.to_le_bytes(), into),
        Value::Relationship(relationship) => tagged(8, &relationship.0.to_le_bytes(), into),
        Value::Path(path) => {
            into.push(9);
            count(path.nodes.len(), into);
            path.nodes.iter().for_each(|node| into.extend(node.0.to_le_bytes()));
            path.relationships.iter().for_each(|relationship| into.extend(relationship.0.to_le_bytes()));
        }
        Value::Date(date) => tagged(10, &date.days.to_le_bytes(), into),
        Value::LocalTime(time) => tagged(11, &time.nanos.to_le_bytes(), into),
        Value::Time(time) => {
            tagged(12, &time.local.nanos.to_le_bytes(), into);
            into.extend(time.offset.to_le_bytes());
        }
        Value::LocalDateTime(moment) => {
            tagged(13, &moment.date.days.to_le_bytes(), into);
            into.extend(moment.time.nanos.to_le_bytes());
        }
        Value::DateTime(moment) => {
            tagged(14, &moment.local.date.days.to_le_bytes(), into);
            into.extend(moment.local.time.nanos.to_le_bytes());
            into.extend(moment.offset.to_le_bytes());
            bytes(moment.zone.as_deref().unwrap_or("").as_bytes(), into);
        }
        Value::Duration(duration) => {
            let Duration { months, days, seconds, nanos } = **duration;
            tagged(15, &months.to_le_bytes(), into);
            into.extend(days.to_le_bytes());
            into.extend(seconds.to_le_bytes());
            into.extend(nanos.to_le_bytes());
        }
    }
}

/// Numbers that are equal are one key, whichever type they have; all NaNs are one.
fn number(float: f64, integer: Option<i64>, into: &mut Vec<u8>) {
    const EXACT: f64 = 9_223_372_036_854_775_808.0;
    let whole = integer
        .or_else(|| (float.fract() == 0.0 && (-EXACT..EXACT).contains(&float)).then_some(float as i64));
    match whole {
        Some(n) => tagged(2, &n.to_le_bytes(), into),
        None if float.is_nan() => tagged(3, &f64::NAN.to_bits().to_le_bytes(), into),
        None => tagged(3, &float.to_bits().to_le_bytes(), into),
    }
}

fn tagged(tag: u8, data: &[u8], into: &mut Vec<u8>) {
    into.push(tag);
    into.extend(data);
}

fn count(number: usize, into: &mut Vec<u8>) {
    into.extend((number as u64).to_le_bytes());
}

fn bytes(data: &[u8], into: &mut Vec<u8>) {
    count(data.len(), into);
    into.extend(data);
}

//! Values typed by people: parameters, days and names of rules.

use crate::base::{Phase, Report, Result};
use crate::graph::Day;
use crate::session::{Options, Session};
use crate::value::{Date, Map, Value, beyond_integers};
use serde_json::Value as Json;
use std::sync::Arc;

/// `NAME=VALUE`: the value is JSON, a Cypher literal, or, failing both, the text itself.
pub fn parameter(text: &str) -> Result<(Arc<str>, Value)> {
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
        return Err(Report::input("usage.parameter", format!("`{text}` is not a parameter")).help(
            "Write the name, an equals sign and the value: `name=\"Decree\"`, `day=date('2010-01-01')`.",
        ));
    };
    Ok((Arc::from(name.trim().trim_start_matches('$')), value_of(value.trim())?))
}

fn value_of(text: &str) -> Result<Value> {
    if let Ok(json) = serde_json::from_str::<Json>(text) {
        return match beyond_integers(text).next() {
            Some(number) => {
                Err(Report::input("usage.parameter", format!("`{number}` does not fit in a 64-bit integer"))
                    .help(format!("As a text it is `\"{number}\"`, as a float `{number}.0`.")))
            }
            None => Ok(of_json(json)),
        };
    }
    match is_literal(text) {
        true => evaluate(text),
        false => Ok(Value::string(text)),
    }
}

fn of_json(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Boolean(b),
        Json::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(n), _) => Value::Integer(n),
            (None, Some(x)) => Value::Float(x),
            (None, None) => Value::Null,
        },
        Json::String(text) => Value::from(text),
        Json::Array(items) => Value::from(items.into_iter().map(of_json).collect::<Vec<_>>()),
        Json::Object(fields) => {
            Value::map(fields.into_iter().map(|(key, v)| (Arc::from(key), of_json(v))).collect::<Map>())
        }
    }
}

/// Whether a text looks like one value of Cypher: something in quotes or brackets, a number, or a call. What is to be
/// worked out is none (`12/2015` is the number of an act), nor is a bare word.
fn is_literal(text: &str) -> bool {
    let enclosed = |(open, close)| text.len() > 1 && text.starts_with(open) && text.ends_with(close);
    let number = || {
        let text = text.trim_start_matches(['-', '+']).to_ascii_lowercase();
        let digits = text.replace("e-", "e").replace("e+", "e");
        digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
    };
    let call = || {
        let name = text.split_once('(').map_or("", |(name, _)| name);
        text.ends_with(')')
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    };
    [('\'', '\''), ('"', '"'), ('[', ']'), ('{', '}')].into_iter().any(enclosed) || number() || call()
}

/// The value of an expression that needs no graph; the text itself where it is no expression.
fn evaluate(expression: &str) -> Result<Value> {
    let text = || Ok(Value::string(expression));
    match Session::empty().run(&format!("RETURN {expression} AS value"), &Options::default()) {
        Ok(answer) => match answer.rows.first().map(Vec::as_slice) {
            Some([value]) if answer.rows.len() == 1 => Ok(value.clone()),
            _ => text(),
        },
        Err(report) => match report.failure {
            Some(failure) if failure.phase == Phase::CompileTime && !failure.detail.ends_with("Overflow") => {
                text()
            }
            _ => Err(Report::input("usage.parameter", report.message.clone())
                .help(format!("To give `{expression}` as a text, put it in quotes."))),
        },
    }
}

/// A day as people write it in a file or at `--as-of`: `2010-01-01`, `2010-01` or `2010` (their first day).
pub fn day(text: &str) -> Result<Date> {
    period(text).map(|period| period.first())
}

/// The days from one day, month or year to another, both included: a month or year ends with its last day.
pub fn days(from: &str, to: &str) -> Result<(Date, Date)> {
    Ok((period(from)?.first(), period(to)?.last()))
}

fn period(text: &str) -> Result<Day> {
    match Day::parse(text.trim()) {
        Some(day) => Ok(day),
        None => Err(Report::input("usage.day", format!("`{text}` is not a day"))
            .help("Write a day, a month or a year: 2010-01-01, 2010-01 or 2010.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_json_one_value_of_cypher_or_text() {
        let shown = |text: &str| parameter(&format!("x={text}")).map(|(_, value)| value.to_string());
        for (text, value) in [
            ("5", "5"),
            ("-1.5e3", "-1500.0"),
            (".5", "0.5"),
            ("0x1F", "31"),
            ("['a', 1]", "['a', 1]"),
            ("date('2010-01-01')", "'2010-01-01'"),
            ("true", "true"),
            ("12/2015", "'12/2015'"),
            ("2010-01-01", "'2010-01-01'"),
            ("74-FZ", "'74-FZ'"),
            ("Law (old)", "'Law (old)'"),
            ("9223372036854775808.0", "9.223372036854776e18"),
        ] {
            assert_eq!(shown(text), Ok(value.to_owned()), "{text}");
        }
        for text in [
            "9223372036854775808",
            "[-9223372036854775809]",
            "0x8000000000000000",
            "1e400",
            "date('2010-13-01')",
        ] {
            assert!(shown(text).is_err(), "{text}");
        }
    }
}

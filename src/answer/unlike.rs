//! What a Cypher statement says that can be meant otherwise only: values compared with properties that hold others, and
//! variables that are called like labels and types.
//!
//! In: what a walk over the statement found. Out: notes.

use crate::algebra::Literal;
use crate::graph::Day;
use crate::vocabulary::{ValueType, Vocabulary};

/// A note on a property that is compared with a value of another type, with which nothing is equal.
pub fn compared(key: &str, value: &Literal, vocabulary: &Vocabulary) -> Option<String> {
    let mut types = vocabulary.properties.iter().filter(|p| p.name == key).map(|p| p.value_type);
    let holds = types.next().filter(|first| types.all(|other| other == *first))?;
    let instead = match (holds, value) {
        (ValueType::Date, Literal::String(text)) => match Day::parse(text) {
            Some(_) => format!("`date('{text}')`"),
            None => "`date('2010-01-31')`".to_owned(),
        },
        (ValueType::Date, Literal::Integer(year)) => format!("`{key}.year` to compare with {year}"),
        (ValueType::String, Literal::Integer(number)) => format!("`'{number}'`"),
        (ValueType::Integer, Literal::String(text)) if text.parse::<i64>().is_ok() => format!("`{text}`"),
        _ => return None,
    };
    let held = match holds {
        ValueType::Date => "dates",
        ValueType::Integer => "whole numbers",
        _ => "texts",
    };
    let given = match value {
        Literal::String(text) => format!("the text '{text}'"),
        Literal::Integer(number) => format!("the number {number}"),
        _ => return None,
    };
    Some(format!("`{key}` holds {held}, and {given} is none: write {instead}"))
}

/// A note on a variable that has the name of a label or type and stands where one could.
pub fn variable(name: &str, what: &str) -> String {
    format!("`{name}` is a variable here, which matches any {what}; the {what}s of that name are `:{name}`")
}

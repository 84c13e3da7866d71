//! Functions of strings. Positions and lengths count characters, not bytes.

use super::error::{LARGEST, out_of_range, too_large, unfit};
use super::piece::Piece;
use super::scalar::size;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::value::Value;

/// A function of one string.
const fn of_string(
    name: &'static str,
    body: fn(&Context<'_>, &[Value]) -> Result<Value>,
    doc: &'static str,
    examples: &'static [(&'static str, &'static str)],
) -> Function {
    let (accepts, gives) = (&[Accepts::String], Gives::String);
    Function { name, parameters: &["string"], accepts, gives, body: Body::Scalar(body), doc, examples }
}

const LENGTH: Function = Function {
    name: "char_length",
    parameters: &["string"],
    accepts: &[Accepts::String],
    gives: Gives::Integer,
    body: Body::Scalar(size),
    doc: "The number of characters of a string.",
    examples: &[("char_length('закон')", "5")],
};

pub(super) const FUNCTIONS: &[Function] = &[
    of_string("toLower", lower, "The string in lower case.", &[("toLower('ЖК')", "'жк'")]),
    of_string("toUpper", upper, "The string in upper case.", &[("toUpper('law')", "'LAW'")]),
    of_string("lower", lower, "The same as `toLower`.", &[("lower('LAW')", "'law'")]),
    of_string("upper", upper, "The same as `toUpper`.", &[("upper('law')", "'LAW'")]),
    of_string("trim", trim, "Without white space at both ends.", &[("trim(' a b ')", "'a b'")]),
    of_string("btrim", trim, "The same as `trim`.", &[("btrim(' a ')", "'a'")]),
    of_string("lTrim", left_trim, "Without white space at the beginning.", &[("lTrim(' a ')", "'a '")]),
    of_string("rTrim", right_trim, "Without white space at the end.", &[("rTrim(' a ')", "' a'")]),
    LENGTH,
    Function { name: "character_length", examples: &[("character_length('law')", "3")], ..LENGTH },
    Function {
        name: "left",
        parameters: &["string", "length"],
        accepts: &[Accepts::String, Accepts::Number],
        gives: Gives::String,
        body: Body::Scalar(left),
        doc: "The first characters.",
        examples: &[("left('decree', 3)", "'dec'")],
    },
    Function {
        name: "right",
        parameters: &["string", "length"],
        accepts: &[Accepts::String, Accepts::Number],
        gives: Gives::String,
        body: Body::Scalar(right),
        doc: "The last characters.",
        examples: &[("right('decree', 3)", "'ree'")],
    },
    Function {
        name: "substring",
        parameters: &["string", "start", "length?"],
        accepts: &[Accepts::String, Accepts::Number, Accepts::Number],
        gives: Gives::String,
        body: Body::Scalar(substring),
        doc: "The characters from a position, counted from 0, to the end or as many as given.",
        examples: &[("substring('decree', 2)", "'cree'"), ("substring('decree', 1, 2)", "'ec'")],
    },
    Function {
        name: "replace",
        parameters: &["string", "search", "replacement"],
        accepts: &[Accepts::String, Accepts::String, Accepts::String],
        gives: Gives::String,
        body: Body::Scalar(replace),
        doc: "Every occurrence of a text replaced by another.",
        examples: &[("replace('a-b-c', '-', ' ')", "'a b c'")],
    },
    Function {
        name: "split",
        parameters: &["string", "separator"],
        accepts: &[Accepts::String, Accepts::Anything],
        gives: Gives::Strings,
        body: Body::Scalar(split),
        doc: "The parts between a separator, or between any of a list of separators.",
        examples: &[("split('a,b', ',')", "['a', 'b']"), ("split('a,b;c', [',', ';'])", "['a', 'b', 'c']")],
    },
];

/// The string at a position among the arguments; `None` for null.
fn string<'a>(function: &str, arguments: &'a [Value], position: usize) -> Result<Option<&'a str>> {
    match arguments.get(position) {
        Some(Value::String(text)) => Ok(Some(text)),
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unfit(function, Accepts::String.name(), other)),
    }
}

/// The number of characters at a position among the arguments; `None` for null.
fn count(function: &str, arguments: &[Value], position: usize) -> Result<Option<usize>> {
    match arguments.get(position) {
        Some(Value::Integer(n)) => match usize::try_from(*n) {
            Ok(n) => Ok(Some(n)),
            Err(_) => Err(out_of_range(function, "a position or length cannot be negative")),
        },
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unfit(function, "an integer", other)),
    }
}

fn map(function: &str, arguments: &[Value], change: impl Fn(&str) -> String) -> Result<Value> {
    Ok(string(function, arguments, 0)?.map_or(Value::Null, |text| Value::from(change(text))))
}

fn piece(function: &str, arguments: &[Value], piece: Piece) -> Result<Value> {
    Ok(string(function, arguments, 0)?.map_or(Value::Null, |text| Value::from(piece.of_text(text))))
}

fn lower(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    map("toLower", arguments, str::to_lowercase)
}

fn upper(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    map("toUpper", arguments, str::to_uppercase)
}

fn trim(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    piece("trim", arguments, Piece::Trimmed)
}

fn left_trim(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    piece("lTrim", arguments, Piece::TrimmedStart)
}

fn right_trim(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    piece("rTrim", arguments, Piece::TrimmedEnd)
}

fn left(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let (text, length) = (string("left", arguments, 0)?, count("left", arguments, 1)?);
    let (Some(text), Some(length)) = (text, length) else { return Ok(Value::Null) };
    Ok(Value::from(Piece::Range(0, length).of_text(text)))
}

fn right(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let (text, length) = (string("right", arguments, 0)?, count("right", arguments, 1)?);
    let (Some(text), Some(length)) = (text, length) else { return Ok(Value::Null) };
    Ok(Value::from(Piece::Last(length).of_text(text)))
}

fn substring(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let (text, start) = (string("substring", arguments, 0)?, count("substring", arguments, 1)?);
    let (Some(text), Some(start)) = (text, start) else { return Ok(Value::Null) };
    let length = match arguments.get(2) {
        None => usize::MAX,
        Some(_) => match count("substring", arguments, 2)? {
            Some(length) => length,
            None => return Ok(Value::Null),
        },
    };
    Ok(Value::from(Piece::Range(start, length).of_text(text)))
}

fn replace(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let text = string("replace", arguments, 0)?;
    let (search, replacement) = (string("replace", arguments, 1)?, string("replace", arguments, 2)?);
    let (Some(text), Some(search), Some(replacement)) = (text, search, replacement) else {
        return Ok(Value::Null);
    };
    if search.is_empty() {
        return Ok(Value::from(text));
    }
    let grown = text.matches(search).count().saturating_mul(replacement.len()).saturating_add(text.len());
    if grown > LARGEST {
        return Err(too_large("replace"));
    }
    Ok(Value::from(text.replace(search, replacement)))
}

/// Parts that are made between two looks at the limits, and bytes that each takes beside its text.
const STRETCH: usize = 1 << 16;
const PART: u64 = 48;

fn split(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(text) = string("split", arguments, 0)? else { return Ok(Value::Null) };
    let separators = match arguments.get(1) {
        Some(Value::List(values)) => values,
        Some(Value::String(_)) => arguments.get(1..2).unwrap_or_default(),
        None | Some(Value::Null) => return Ok(Value::Null),
        Some(other) => return Err(unfit("split", "a string or a list of strings", other)),
    };
    let mut parts = vec![text];
    for position in 0..separators.len() {
        let Some(separator) = string("split", separators, position)? else { return Ok(Value::Null) };
        parts = parts.into_iter().flat_map(|part| split_by(part, separator)).collect();
    }
    context.meter.fits(parts.len() as u64 * PART + text.len() as u64)?;
    let mut values = Vec::with_capacity(parts.len());
    for some in parts.chunks(STRETCH) {
        context.meter.check()?;
        values.extend(some.iter().map(|part| Value::from(*part)));
    }
    Ok(Value::from(values))
}

/// An empty separator stands between all characters.
fn split_by<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    if !separator.is_empty() {
        return text.split(separator).collect();
    }
    if text.is_empty() {
        return vec![text];
    }
    text.char_indices().filter_map(|(start, c)| text.get(start..start + c.len_utf8())).collect()
}

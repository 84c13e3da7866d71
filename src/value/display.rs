//! Values as text: the canonical notation of the openCypher documents.
//!
//! What can be written in Cypher reads back as the same value. A node or a relationship is shown by its number alone:
//! a value knows no graph.

use super::{Path, Value};
use std::fmt::{Display, Formatter, Result, Write};

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(b) => b.fmt(f),
            Value::Integer(n) => n.fmt(f),
            Value::Float(x) => f.write_str(&float_text(*x)),
            Value::String(text) => write_string(f, text),
            Value::List(values) => {
                f.write_char('[')?;
                write_separated(f, values.iter(), |f, value| value.fmt(f))?;
                f.write_char(']')
            }
            Value::Map(map) => {
                f.write_char('{')?;
                write_separated(f, map.iter(), |f, (key, value)| {
                    write_key(f, key)?;
                    write!(f, ": {value}")
                })?;
                f.write_char('}')
            }
            Value::Node(node) => write!(f, "(#{})", node.0),
            Value::Relationship(relationship) => write!(f, "[#{}]", relationship.0),
            Value::Path(path) => write_path(f, path),
            Value::Date(date) => write!(f, "'{date}'"),
            Value::LocalTime(time) => write!(f, "'{time}'"),
            Value::Time(time) => write!(f, "'{time}'"),
            Value::LocalDateTime(moment) => write!(f, "'{moment}'"),
            Value::DateTime(moment) => write!(f, "'{moment}'"),
            Value::Duration(duration) => write!(f, "'{duration}'"),
        }
    }
}

/// The shortest notation that reads back as the same float: `1.0`, `1.5e-7`; `NaN`, `Infinity`, `-Infinity`.
pub fn float_text(x: f64) -> String {
    if x.is_infinite() {
        return if x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    format!("{x:?}")
}

fn write_separated<T>(
    f: &mut Formatter<'_>,
    items: impl Iterator<Item = T>,
    write: impl Fn(&mut Formatter<'_>, T) -> Result,
) -> Result {
    for (position, item) in items.enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    Ok(())
}

fn write_string(f: &mut Formatter<'_>, text: &str) -> Result {
    f.write_char('\'')?;
    for c in text.chars() {
        match c {
            '\'' => f.write_str("\\'")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('\'')
}

fn write_key(f: &mut Formatter<'_>, key: &str) -> Result {
    let mut characters = key.chars();
    let first = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if first && characters.all(|c| c.is_alphanumeric() || c == '_') {
        return f.write_str(key);
    }
    write!(f, "`{}`", key.replace('`', "``"))
}

fn write_path(f: &mut Formatter<'_>, path: &Path) -> Result {
    f.write_char('<')?;
    for (position, node) in path.nodes.iter().enumerate() {
        write!(f, "(#{})", node.0)?;
        if let Some(relationship) = path.relationships.get(position) {
            write!(f, "-[#{}]-", relationship.0)?;
        }
    }
    f.write_char('>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn values_in_canonical_notation() {
        let map = [("a b", Value::Integer(1)), ("k", "it's\n".into())];
        let map = Value::map(map.into_iter().map(|(key, value)| (Arc::from(key), value)).collect());
        let list = Value::list([Value::Null, 1.0.into(), f64::NAN.into(), true.into(), map]);
        assert_eq!(list.to_string(), r"[null, 1.0, NaN, true, {`a b`: 1, k: 'it\'s\n'}]");
    }
}

//! Values: what a question computes with and what an answer holds.
//!
//! Knows nothing of the graph but the ids of its nodes and relationships.

pub mod temporal;
pub mod arithmetic;
mod compare;
mod display;
pub mod filling;
mod logic;
pub mod nesting;
mod number;

pub use arithmetic::Operation;
pub use compare::{Comparison, compare, equal, equivalent, order};
pub use display::float_text;
pub use logic::Truth;
pub use number::{Number, beyond_integers, integral};
pub use temporal::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, months_between};

use crate::base::with_article;
use crate::graph::{NodeId, RelationshipId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value of the openCypher type system.
///
/// `PartialEq` is equivalence (grouping and DISTINCT: null equals null, NaN equals NaN, 1 equals 1.0 no more than
/// openCypher says); for the three-valued `=` use [`equal`].
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(Arc<str>),
    List(Arc<[Value]>),
    Map(Arc<Map>),
    Node(NodeId),
    Relationship(RelationshipId),
    Path(Arc<Path>),
    Date(Date),
    LocalTime(LocalTime),
    Time(Time),
    LocalDateTime(LocalDateTime),
    DateTime(Arc<DateTime>),
    Duration(Arc<Duration>),
}

pub type Map = BTreeMap<Arc<str>, Value>;

/// A walk through the graph: one more node than relationships.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    pub nodes: Vec<NodeId>,
    pub relationships: Vec<RelationshipId>,
}

/// A value with more items than this is shared, not copied.
const COPIED: usize = 1024;

impl Value {
    /// The same in memory of its own, where it is not long: threads that share a value count by turns who still has it.
    pub fn copied(&self) -> Value {
        match self {
            Value::String(text) => Value::string(text),
            Value::List(items) if items.len() <= COPIED => {
                items.iter().map(Value::copied).collect::<Vec<_>>().into()
            }
            value => value.clone(),
        }
    }

    pub fn string(text: impl AsRef<str>) -> Value {
        Value::String(Arc::from(text.as_ref()))
    }
    pub fn list(values: impl Into<Arc<[Value]>>) -> Value {
        Value::List(values.into())
    }
    pub fn map(map: Map) -> Value {
        Value::Map(Arc::new(map))
    }
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(n) => Some(*n),
            _ => None,
        }
    }
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Value::Integer(n) => Some(Number::Integer(*n)),
            Value::Float(x) => Some(Number::Float(*x)),
            _ => None,
        }
    }

    /// The name of the type with its article: `an INTEGER`, `a LIST`.
    pub fn type_with_article(&self) -> String {
        with_article(self.type_name())
    }

    /// The name of the type as the openCypher documents write it, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Boolean(_) => "BOOLEAN",
            Value::Integer(_) => "INTEGER",
            Value::Float(_) => "FLOAT",
            Value::String(_) => "STRING",
            Value::List(_) => "LIST",
            Value::Map(_) => "MAP",
            Value::Node(_) => "NODE",
            Value::Relationship(_) => "RELATIONSHIP",
            Value::Path(_) => "PATH",
            Value::Date(_) => "DATE",
            Value::LocalTime(_) => "LOCAL TIME",
            Value::Time(_) => "TIME",
            Value::LocalDateTime(_) => "LOCAL DATETIME",
            Value::DateTime(_) => "DATETIME",
            Value::Duration(_) => "DURATION",
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Boolean(b)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Integer(n)
    }
}
impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}
impl From<Number> for Value {
    fn from(number: Number) -> Value {
        match number {
            Number::Integer(n) => Value::Integer(n),
            Number::Float(x) => Value::Float(x),
        }
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::string(text)
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(Arc::from(text))
    }
}
impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Value {
        Value::List(Arc::from(values))
    }
}
impl From<Map> for Value {
    fn from(map: Map) -> Value {
        Value::map(map)
    }
}

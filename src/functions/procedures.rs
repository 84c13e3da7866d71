//! Procedures: what CALL can call.

use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The procedures of a session, by full name.
#[derive(Clone, Debug, Default)]
pub struct Procedures(pub BTreeMap<Arc<str>, Procedure>);

/// A procedure that is a table: calling it with arguments equal to a row's inputs yields that row's outputs.
#[derive(Clone, Debug, Default)]
pub struct Procedure {
    pub inputs: Vec<Field>,
    pub outputs: Vec<Field>,
    pub rows: Vec<(Vec<Value>, Vec<Value>)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    pub name: Arc<str>,
    /// As declared: `INTEGER?`, `STRING`, `NUMBER?`, `FLOAT?` …
    pub declared: Arc<str>,
}

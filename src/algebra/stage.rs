//! The two stages of a query.

use crate::base::Span;
use crate::functions::Function;
use std::fmt::Debug;
use std::sync::Arc;

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identifier {
    pub name: Arc<str>,
    pub span: Span,
}

impl Identifier {
    pub fn new(name: &str, span: Span) -> Identifier {
        Identifier { name: Arc::from(name), span }
    }
}

pub trait Stage: Clone + Debug + PartialEq {
    type Variable: Clone + Debug + PartialEq;
    type Function: Clone + Debug + PartialEq;
    /// What belongs to a whole statement.
    type Statement: Clone + Debug + PartialEq + Default;
}

/// Names are words.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {}

impl Stage for Named {
    type Variable = Identifier;
    type Function = Identifier;
    type Statement = ();
}

/// Names are slots and built-in functions; scopes and static types have been checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {}

impl Stage for Bound {
    type Variable = Slot;
    type Function = FunctionRef;
    type Statement = Slots;
}

/// A place in a row. Every variable of a statement, in whatever scope, has a slot of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

#[derive(Clone, Copy)]
pub struct FunctionRef(pub &'static Function);

impl Debug for FunctionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name)
    }
}
impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

/// All slots of a statement, by number.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Slots(pub Vec<SlotInfo>);

#[derive(Clone, Debug, PartialEq)]
pub struct SlotInfo {
    /// The variable's name; `None` for one the binder made.
    pub name: Option<Arc<str>>,
    pub kind: SlotKind,
}

/// What a slot can hold, as far as it is known before running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    Node,
    Relationship,
    /// The list of relationships of a variable-length pattern.
    Relationships,
    Path,
    Value,
}

//! What is known of a value before running.
//!
//! Null belongs to every type. `Any` is all that is known of properties, parameters and mixed lists.

use crate::algebra::SlotKind;
use crate::functions::{Accepts, Gives};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Any,
    Boolean,
    Integer,
    Float,
    /// An integer or a float.
    Number,
    String,
    List(Box<Type>),
    Map,
    Node,
    Relationship,
    Path,
    /// A date, a time or a duration.
    Temporal,
}

impl Type {
    pub(super) fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// The narrowest type that holds both.
    pub(super) fn join(self, other: Type) -> Type {
        match (self, other) {
            (a, b) if a == b => a,
            (a, b) if a.is_number() && b.is_number() => Type::Number,
            (Type::List(a), Type::List(b)) => Type::list(a.join(*b)),
            _ => Type::Any,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Type::Integer | Type::Float | Type::Number)
    }

    pub(super) fn may_be_boolean(&self) -> bool {
        matches!(self, Type::Any | Type::Boolean)
    }

    pub(super) fn may_be_list(&self) -> bool {
        matches!(self, Type::Any | Type::List(_))
    }

    /// What has properties or components.
    pub(super) fn may_have_properties(&self) -> bool {
        matches!(self, Type::Any | Type::Map | Type::Node | Type::Relationship | Type::Temporal)
    }

    pub(super) fn may_be_entity(&self) -> bool {
        matches!(self, Type::Any | Type::Node | Type::Relationship)
    }

    /// What a property can hold.
    pub(super) fn may_be_stored(&self) -> bool {
        match self {
            Type::Map | Type::Node | Type::Relationship | Type::Path => false,
            Type::List(element) => element.may_be_stored(),
            _ => true,
        }
    }

    /// The element of a list.
    pub(super) fn element(&self) -> Type {
        match self {
            Type::List(element) => (**element).clone(),
            _ => Type::Any,
        }
    }

    /// As the openCypher documents write it, for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Type::Any => "a value",
            Type::Boolean => "a boolean",
            Type::Integer => "an integer",
            Type::Float => "a float",
            Type::Number => "a number",
            Type::String => "a string",
            Type::List(_) => "a list",
            Type::Map => "a map",
            Type::Node => "a node",
            Type::Relationship => "a relationship",
            Type::Path => "a path",
            Type::Temporal => "a date or time",
        }
    }

    pub(super) fn of_kind(kind: SlotKind) -> Type {
        match kind {
            SlotKind::Node => Type::Node,
            SlotKind::Relationship => Type::Relationship,
            SlotKind::Relationships => Type::list(Type::Relationship),
            SlotKind::Path => Type::Path,
            SlotKind::Value => Type::Any,
        }
    }
}

/// Whether an argument of that type can be what a function needs.
pub(super) fn fits(wanted: Accepts, given: &Type) -> bool {
    if *given == Type::Any {
        return true;
    }
    match wanted {
        Accepts::Anything => true,
        Accepts::Node => *given == Type::Node,
        Accepts::Relationship => *given == Type::Relationship,
        Accepts::Entity => matches!(given, Type::Node | Type::Relationship),
        Accepts::Properties => matches!(given, Type::Node | Type::Relationship | Type::Map),
        Accepts::Path => *given == Type::Path,
        Accepts::List => matches!(given, Type::List(_)),
        Accepts::Sequence => matches!(given, Type::List(_) | Type::String),
        Accepts::String => *given == Type::String,
        Accepts::Number => given.is_number(),
    }
}

/// The type of what a function gives, from the type of its first argument.
pub(super) fn result(gives: Gives, first: Option<&Type>) -> Type {
    let first = || first.cloned().unwrap_or(Type::Any);
    match gives {
        Gives::Anything => Type::Any,
        Gives::Boolean => Type::Boolean,
        Gives::Integer => Type::Integer,
        Gives::Float => Type::Float,
        Gives::String => Type::String,
        Gives::Node => Type::Node,
        Gives::Temporal => Type::Temporal,
        Gives::Map => Type::Map,
        Gives::Maps => Type::list(Type::Map),
        Gives::Strings => Type::list(Type::String),
        Gives::Integers => Type::list(Type::Integer),
        Gives::Nodes => Type::list(Type::Node),
        Gives::Relationships => Type::list(Type::Relationship),
        Gives::List => Type::list(Type::Any),
        Gives::First => first(),
        Gives::ListOfFirst => Type::list(first()),
        Gives::Element => first().element(),
    }
}

//! What is known of a value before running.
//!
//! Null belongs to every type. `Any` is all that is known of properties, parameters and mixed lists.

use crate::algebra::SlotKind;

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

/// What a parameter of a function must be able to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Anything,
    Node,
    Relationship,
    Entity,
    /// A node, a relationship or a map.
    Properties,
    Path,
    List,
    /// A list or a string.
    Sequence,
    String,
    Number,
}

impl Wanted {
    pub(super) fn accepts(self, given: &Type) -> bool {
        if *given == Type::Any {
            return true;
        }
        match self {
            Wanted::Anything => true,
            Wanted::Node => *given == Type::Node,
            Wanted::Relationship => *given == Type::Relationship,
            Wanted::Entity => matches!(given, Type::Node | Type::Relationship),
            Wanted::Properties => matches!(given, Type::Node | Type::Relationship | Type::Map),
            Wanted::Path => *given == Type::Path,
            Wanted::List => matches!(given, Type::List(_)),
            Wanted::Sequence => matches!(given, Type::List(_) | Type::String),
            Wanted::String => *given == Type::String,
            Wanted::Number => given.is_number(),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Wanted::Anything => "a value",
            Wanted::Node => "a node",
            Wanted::Relationship => "a relationship",
            Wanted::Entity => "a node or a relationship",
            Wanted::Properties => "a node, a relationship or a map",
            Wanted::Path => "a path",
            Wanted::List => "a list",
            Wanted::Sequence => "a list or a string",
            Wanted::String => "a string",
            Wanted::Number => "a number",
        }
    }
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Boolean,
    Integer,
    Float,
    String,
    Node,
    Relationship,
    Temporal,
    Map,
    Strings,
    Integers,
    Nodes,
    Relationships,
    List,
    /// The type of the first argument.
    First,
    /// A list of the type of the first argument.
    ListOfFirst,
    /// The element of the first argument.
    Element,
}

impl Given {
    pub(super) fn result(self, first: Option<&Type>) -> Type {
        let first = || first.cloned().unwrap_or(Type::Any);
        match self {
            Given::Boolean => Type::Boolean,
            Given::Integer => Type::Integer,
            Given::Float => Type::Float,
            Given::String => Type::String,
            Given::Node => Type::Node,
            Given::Relationship => Type::Relationship,
            Given::Temporal => Type::Temporal,
            Given::Map => Type::Map,
            Given::Strings => Type::list(Type::String),
            Given::Integers => Type::list(Type::Integer),
            Given::Nodes => Type::list(Type::Node),
            Given::Relationships => Type::list(Type::Relationship),
            Given::List => Type::list(Type::Any),
            Given::First => first(),
            Given::ListOfFirst => Type::list(first()),
            Given::Element => first().element(),
        }
    }
}

/// The types of the functions whose arguments are checked or whose results are known, by name in lower case.
const SIGNATURES: &[(&str, &[Wanted], Given)] = &[
    ("labels", &[Wanted::Node], Given::Strings),
    ("type", &[Wanted::Relationship], Given::String),
    ("startnode", &[Wanted::Relationship], Given::Node),
    ("endnode", &[Wanted::Relationship], Given::Node),
    ("id", &[Wanted::Entity], Given::Integer),
    ("elementid", &[Wanted::Entity], Given::String),
    ("properties", &[Wanted::Properties], Given::Map),
    ("keys", &[Wanted::Properties], Given::Strings),
    ("length", &[Wanted::Path], Given::Integer),
    ("nodes", &[Wanted::Path], Given::Nodes),
    ("relationships", &[Wanted::Path], Given::Relationships),
    ("size", &[Wanted::Sequence], Given::Integer),
    ("head", &[Wanted::List], Given::Element),
    ("last", &[Wanted::List], Given::Element),
    ("tail", &[Wanted::List], Given::First),
    ("reverse", &[Wanted::Sequence], Given::First),
    ("range", &[Wanted::Anything, Wanted::Anything, Wanted::Anything], Given::Integers),
    ("collect", &[Wanted::Anything], Given::ListOfFirst),
    ("count", &[Wanted::Anything], Given::Integer),
    ("min", &[Wanted::Anything], Given::First),
    ("max", &[Wanted::Anything], Given::First),
    ("split", &[Wanted::Anything, Wanted::Anything], Given::Strings),
    ("tolower", &[Wanted::String], Given::String),
    ("toupper", &[Wanted::String], Given::String),
    ("trim", &[Wanted::String], Given::String),
    ("ltrim", &[Wanted::String], Given::String),
    ("rtrim", &[Wanted::String], Given::String),
    ("tostring", &[Wanted::Anything], Given::String),
    ("tointeger", &[Wanted::Anything], Given::Integer),
    ("tofloat", &[Wanted::Anything], Given::Float),
    ("toboolean", &[Wanted::Anything], Given::Boolean),
    ("substring", &[Wanted::String], Given::String),
    ("replace", &[Wanted::String], Given::String),
    ("sqrt", &[Wanted::Number], Given::Float),
    ("ceil", &[Wanted::Number], Given::Float),
    ("floor", &[Wanted::Number], Given::Float),
    ("rand", &[], Given::Float),
    ("date", &[], Given::Temporal),
    ("time", &[], Given::Temporal),
    ("localtime", &[], Given::Temporal),
    ("datetime", &[], Given::Temporal),
    ("localdatetime", &[], Given::Temporal),
    ("duration", &[], Given::Temporal),
];

/// What is known of a function's arguments and result.
pub(super) fn signature(name: &str) -> Option<(&'static [Wanted], Given)> {
    let found = SIGNATURES.iter().find(|(known, _, _)| name.eq_ignore_ascii_case(known));
    found.map(|(_, wanted, given)| (*wanted, *given))
}

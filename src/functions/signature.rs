//! What a function accepts and gives, as far as it is known before running.

/// What an argument must be able to be; null belongs to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    Anything,
    Node,
    Relationship,
    /// A node or a relationship.
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

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    Anything,
    Boolean,
    Integer,
    Float,
    String,
    Node,
    Temporal,
    Map,
    Maps,
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

impl Accepts {
    pub fn name(self) -> &'static str {
        match self {
            Accepts::Anything => "a value",
            Accepts::Node => "a node",
            Accepts::Relationship => "a relationship",
            Accepts::Entity => "a node or a relationship",
            Accepts::Properties => "a node, a relationship or a map",
            Accepts::Path => "a path",
            Accepts::List => "a list",
            Accepts::Sequence => "a list or a string",
            Accepts::String => "a string",
            Accepts::Number => "a number",
        }
    }
}

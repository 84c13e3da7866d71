//! Patterns: what a MATCH looks for and a CREATE makes.

use super::{Expression, Identifier, Stage};
use crate::base::Span;

/// One path of a pattern: `p = (a)-[r:T]->(b)`.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern<S: Stage> {
    /// The path's variable. `None` when nobody asked for the path.
    pub variable: Option<S::Variable>,
    pub search: Search,
    pub start: NodePattern<S>,
    pub steps: Vec<Step<S>>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    Walk,
    /// `shortestPath( )`
    Shortest,
    /// `allShortestPaths( )`
    AllShortest,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step<S: Stage> {
    pub relationship: RelationshipPattern<S>,
    pub node: NodePattern<S>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NodePattern<S: Stage> {
    /// In a bound query every node has a slot.
    pub variable: Option<S::Variable>,
    pub labels: Option<LabelExpression>,
    /// A map literal or a parameter.
    pub properties: Option<Expression<S>>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipPattern<S: Stage> {
    /// In a bound query every relationship has a slot.
    pub variable: Option<S::Variable>,
    /// Any of these types; empty means every type.
    pub types: Vec<Identifier>,
    pub direction: Direction,
    pub length: Option<Length>,
    pub properties: Option<Expression<S>>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `-->`
    Outgoing,
    /// `<--`
    Incoming,
    /// `--` or `<-->`
    Either,
}

/// `*`, `*2`, `*1..3`: how many relationships a variable-length step spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// 1 when left out.
    pub min: Option<u64>,
    /// No bound when left out.
    pub max: Option<u64>,
}

/// `:A`, `:A:B`, `:A|B`, `:!A&B`, `:%`.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelExpression {
    Label(Identifier),
    /// `%`: has any label.
    Any,
    Not(Box<LabelExpression>),
    And(Vec<LabelExpression>),
    Or(Vec<LabelExpression>),
}

//! Queries and clauses.

use super::{Expression, Identifier, PathPattern, Stage};
use crate::base::Span;
use std::sync::Arc;

/// A whole statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement<S: Stage> {
    pub mode: Mode,
    /// `AS OF date(…)`: the day on which the statement is asked.
    pub as_of: Option<Expression<S>>,
    pub body: Body<S>,
    /// Bound: the slots of the whole statement.
    pub info: S::Statement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    #[default]
    Run,
    Explain,
    Profile,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body<S: Stage> {
    Query(Query<S>),
    /// `CREATE INDEX [name] [IF NOT EXISTS] FOR (n:Label) ON (n.key)`
    CreateIndex {
        name: Option<Identifier>,
        label: Identifier,
        key: Identifier,
        if_not_exists: bool,
    },
    /// `DROP INDEX name [IF EXISTS]`
    DropIndex {
        name: Identifier,
        if_exists: bool,
    },
}

/// One query, or several joined by UNION.
#[derive(Clone, Debug, PartialEq)]
pub struct Query<S: Stage> {
    pub first: SingleQuery<S>,
    pub unions: Vec<(UnionKind, SingleQuery<S>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnionKind {
    All,
    Distinct,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SingleQuery<S: Stage> {
    pub clauses: Vec<Clause<S>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Clause<S: Stage> {
    Match { optional: bool, patterns: Vec<PathPattern<S>>, filter: Option<Expression<S>>, span: Span },
    Unwind { list: Expression<S>, variable: S::Variable, span: Span },
    Call(Call<S>),
    With { projection: Projection<S>, filter: Option<Expression<S>>, span: Span },
    Return { projection: Projection<S>, span: Span },
    Create { patterns: Vec<PathPattern<S>>, span: Span },
    Merge { pattern: PathPattern<S>, on_create: Vec<SetItem<S>>, on_match: Vec<SetItem<S>>, span: Span },
    Set { items: Vec<SetItem<S>>, span: Span },
    Remove { items: Vec<RemoveItem<S>>, span: Span },
    Delete { detach: bool, targets: Vec<Expression<S>>, span: Span },
}

/// `CALL name(arguments) YIELD …`
#[derive(Clone, Debug, PartialEq)]
pub struct Call<S: Stage> {
    pub procedure: Identifier,
    /// `None` for a standalone call without parentheses: the arguments are parameters of the same names.
    pub arguments: Option<Vec<Expression<S>>>,
    pub yields: Yield<S>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Yield<S: Stage> {
    /// Nothing is yielded by name (standalone calls return every output).
    Unsaid,
    /// `YIELD *`
    All,
    /// `YIELD output AS variable … WHERE filter`
    Items { items: Vec<(Identifier, S::Variable)>, filter: Option<Expression<S>> },
}

/// The body of WITH and RETURN.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection<S: Stage> {
    pub distinct: bool,
    /// `*`; a bound projection has none: its items are listed.
    pub star: bool,
    pub items: Vec<Item<S>>,
    pub order: Vec<SortKey<S>>,
    pub skip: Option<Expression<S>>,
    pub limit: Option<Expression<S>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item<S: Stage> {
    pub expression: Expression<S>,
    /// Named: the alias, if any. Bound: always the slot that the item fills.
    pub alias: Option<S::Variable>,
    /// The column's heading: the alias, or the text of the expression as written.
    pub name: Arc<str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SortKey<S: Stage> {
    pub expression: Expression<S>,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SetItem<S: Stage> {
    /// `subject.key = value`
    Property { subject: Expression<S>, key: Identifier, value: Expression<S> },
    /// `variable = map` (`merge: false`) or `variable += map` (`merge: true`)
    All { variable: S::Variable, value: Expression<S>, merge: bool, span: Span },
    /// `variable:Label`
    Labels { variable: S::Variable, labels: Vec<Identifier>, span: Span },
}

#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem<S: Stage> {
    Property { subject: Expression<S>, key: Identifier },
    Labels { variable: S::Variable, labels: Vec<Identifier>, span: Span },
}

//! Expressions.

use super::{Identifier, LabelExpression, PathPattern, Query, Stage};
use crate::base::Span;
use crate::value::Value;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub struct Expression<S: Stage> {
    pub node: Node<S>,
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<S: Stage> {
    Literal(Literal),
    /// `$name`
    Parameter(Arc<str>),
    Variable(S::Variable),
    /// `subject.key`
    Property {
        subject: Box<Expression<S>>,
        key: Identifier,
    },
    /// `subject:Label`
    HasLabels {
        subject: Box<Expression<S>>,
        labels: LabelExpression,
    },
    List(Vec<Expression<S>>),
    Map(Vec<(Identifier, Expression<S>)>),
    /// `subject[index]`
    Index {
        subject: Box<Expression<S>>,
        index: Box<Expression<S>>,
    },
    /// `subject[from..to]`
    Slice {
        subject: Box<Expression<S>>,
        from: Option<Box<Expression<S>>>,
        to: Option<Box<Expression<S>>>,
    },
    Unary {
        operator: UnaryOperator,
        operand: Box<Expression<S>>,
    },
    Binary {
        operator: BinaryOperator,
        left: Box<Expression<S>>,
        right: Box<Expression<S>>,
    },
    /// `a < b <= c`: every neighbouring pair holds.
    Comparisons {
        first: Box<Expression<S>>,
        rest: Vec<(BinaryOperator, Expression<S>)>,
    },
    /// `operand IS [NOT] NULL`
    IsNull {
        operand: Box<Expression<S>>,
        negated: bool,
    },
    Case {
        subject: Option<Box<Expression<S>>>,
        branches: Vec<(Expression<S>, Expression<S>)>,
        otherwise: Option<Box<Expression<S>>>,
    },
    /// `[x IN list WHERE filter | map]`
    ListComprehension {
        variable: S::Variable,
        list: Box<Expression<S>>,
        filter: Option<Box<Expression<S>>>,
        map: Option<Box<Expression<S>>>,
    },
    /// `[p = (a)-->(b) WHERE filter | map]`
    PatternComprehension {
        pattern: Box<PathPattern<S>>,
        filter: Option<Box<Expression<S>>>,
        map: Box<Expression<S>>,
    },
    /// `all(x IN list WHERE predicate)`
    Quantified {
        quantifier: Quantifier,
        variable: S::Variable,
        list: Box<Expression<S>>,
        predicate: Option<Box<Expression<S>>>,
    },
    /// `reduce(total = 0, x IN list | total + x)`
    Reduce {
        accumulator: S::Variable,
        start: Box<Expression<S>>,
        variable: S::Variable,
        list: Box<Expression<S>>,
        step: Box<Expression<S>>,
    },
    /// A function or an aggregate.
    Call {
        function: S::Function,
        distinct: bool,
        arguments: Vec<Expression<S>>,
    },
    /// `count(*)`
    CountAll,
    /// A pattern that stands as a predicate: `(a)-->(:B)`.
    PatternPredicate(Box<PathPattern<S>>),
    /// `shortestPath((a)-[*]-(b))` as an expression.
    ShortestPath(Box<PathPattern<S>>),
    /// `EXISTS { … }`
    Exists(Box<Subquery<S>>),
    /// `COUNT { … }`
    Count(Box<Subquery<S>>),
    /// `COLLECT { … }`
    Collect(Box<Subquery<S>>),
}

/// A literal as it stands in the text; lists and maps of literals are `List` and `Map`.
#[derive(Clone, Debug)]
pub enum Literal {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(Arc<str>),
    /// A value that a question gives: a date, for instance. Printed as a call: `date('2010-01-01')`.
    Value(Value),
}

/// Two literals are the same when they are written the same; NaN cannot be written.
impl PartialEq for Literal {
    fn eq(&self, other: &Literal) -> bool {
        match (self, other) {
            (Literal::Null, Literal::Null) => true,
            (Literal::Boolean(a), Literal::Boolean(b)) => a == b,
            (Literal::Integer(a), Literal::Integer(b)) => a == b,
            (Literal::Float(a), Literal::Float(b)) => a.to_bits() == b.to_bits(),
            (Literal::String(a), Literal::String(b)) => a == b,
            (Literal::Value(a), Literal::Value(b)) => crate::value::equivalent(a, b),
            _ => false,
        }
    }
}

/// The body of `EXISTS { }`, `COUNT { }` and `COLLECT { }`: a bare pattern with a filter is a query of one MATCH.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery<S: Stage> {
    pub query: Query<S>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    Not,
    Plus,
    Minus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    Or,
    Xor,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    In,
    StartsWith,
    EndsWith,
    Contains,
    /// `=~`
    Matches,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    All,
    Any,
    None,
    Single,
}

impl<S: Stage> Expression<S> {
    pub fn new(node: Node<S>, span: Span) -> Expression<S> {
        Expression { node, span }
    }
}

impl<S: Stage> Node<S> {
    /// The expressions directly below; those in patterns and subqueries are worlds of their own.
    pub fn children(&self) -> Vec<&Expression<S>> {
        let mut below: Vec<&Expression<S>> = Vec::new();
        match self {
            Node::Literal(_)
            | Node::Parameter(_)
            | Node::Variable(_)
            | Node::CountAll
            | Node::PatternPredicate(_)
            | Node::ShortestPath(_)
            | Node::Exists(_)
            | Node::Count(_)
            | Node::Collect(_) => {}
            Node::Property { subject, .. } | Node::HasLabels { subject, .. } => below.push(subject),
            Node::List(items) => below.extend(items),
            Node::Map(entries) => below.extend(entries.iter().map(|(_, value)| value)),
            Node::Index { subject, index } => below.extend([&**subject, &**index]),
            Node::Slice { subject, from, to } => {
                below.push(subject);
                below.extend(from.as_deref());
                below.extend(to.as_deref());
            }
            Node::Unary { operand, .. } | Node::IsNull { operand, .. } => below.push(operand),
            Node::Binary { left, right, .. } => below.extend([&**left, &**right]),
            Node::Comparisons { first, rest } => {
                below.push(first);
                below.extend(rest.iter().map(|(_, operand)| operand));
            }
            Node::Case { subject, branches, otherwise } => {
                below.extend(subject.as_deref());
                below.extend(branches.iter().flat_map(|(when, then)| [when, then]));
                below.extend(otherwise.as_deref());
            }
            Node::ListComprehension { list, filter, map, .. } => {
                below.push(list);
                below.extend(filter.as_deref());
                below.extend(map.as_deref());
            }
            Node::PatternComprehension { filter, map, .. } => {
                below.extend(filter.as_deref());
                below.push(map);
            }
            Node::Quantified { list, predicate, .. } => {
                below.push(list);
                below.extend(predicate.as_deref());
            }
            Node::Reduce { start, list, step, .. } => below.extend([&**start, &**list, &**step]),
            Node::Call { arguments, .. } => below.extend(arguments),
        }
        below
    }
}

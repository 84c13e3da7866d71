//! The pest parser. Its types do not leave `language::cypher`.

use crate::base::{Report, Result, Span};
use pest::iterators::Pairs;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/lexical.pest"]
#[grammar = "grammar/cypher.pest"]
pub(super) struct Grammar;

pub(super) type Pair<'t> = pest::iterators::Pair<'t, Rule>;

pub(super) fn span(pair: &Pair<'_>) -> Span {
    let place = pair.as_span();
    Span::new(place.start(), place.end())
}

/// The next part of a rule that always has one.
pub(super) fn expect<'t>(pairs: &mut Pairs<'t, Rule>) -> Result<Pair<'t>> {
    pairs.next().ok_or_else(|| unexpected("a part of a rule is missing"))
}

/// The parse tree does not have the shape that the grammar gives it: a mistake of ours.
pub(super) fn unexpected(what: &str) -> Box<Report> {
    Report::compile("SyntaxError", "UnexpectedSyntax", format!("this statement could not be read: {what}"))
}

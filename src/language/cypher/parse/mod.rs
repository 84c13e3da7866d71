//! Text to `Statement<Named>`.
//!
//! `clause`, `pattern`, `expression`, `atom` and `literal` turn the parts of pest's tree into the algebra; `precedence` is the
//! table of operators.

mod atom;
mod clause;
mod expression;
mod literal;
mod pattern;
mod precedence;
mod projection;

use super::error;
use super::grammar::{Grammar, Pair, Rule, expect, span};
use super::{names, nesting};
use crate::algebra::{Body, Expression, Identifier, Mode, Named, Statement};
use crate::base::{Report, Result, Span};
use pest::Parser as _;
use std::cell::Cell;

/// Parses one statement of the openCypher language; a closing semicolon may stand behind it.
///
/// Fails with a report that carries the text, the place and the openCypher name of the failure.
pub fn parse(text: &str) -> Result<Statement<Named>> {
    parse_statement(text).map_err(|report| report.in_text(text))
}

fn parse_statement(text: &str) -> Result<Statement<Named>> {
    nesting::check(text)?;
    let mut pairs = Grammar::parse(Rule::Cypher, text).map_err(|e| error::syntax(text, e))?;
    let builder = Builder { text, deepest: Cell::new(0) };
    let cypher = expect(&mut pairs)?;
    builder.statement(expect(&mut cypher.into_inner())?)
}

/// Parses an expression that stands alone.
pub(super) fn parse_expression(text: &str) -> Result<Expression<Named>> {
    nesting::check(text)?;
    let mut pairs = Grammar::parse(Rule::Expression, text).map_err(|e| error::syntax(text, e))?;
    let builder = Builder { text, deepest: Cell::new(0) };
    builder.expression(expect(&mut pairs)?)
}

/// Turns pest's tree into the algebra.
struct Builder<'t> {
    text: &'t str,
    /// The depth of the deepest expression finished since the enclosing one began: see [`Builder::measure`].
    deepest: Cell<usize>,
}

impl Builder<'_> {
    fn statement(&self, pair: Pair<'_>) -> Result<Statement<Named>> {
        let mut mode = Mode::Run;
        let mut as_of = None;
        let mut body = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Mode => {
                    mode = if starts_with(&part, Rule::PROFILE) { Mode::Profile } else { Mode::Explain }
                }
                Rule::AsOf => as_of = Some(self.only_expression(part)?),
                Rule::CreateIndex => body = Some(self.create_index(part)?),
                Rule::DropIndex => body = Some(self.drop_index(part)?),
                Rule::RegularQuery => body = Some(Body::Query(self.query(part, clause::Place::Statement)?)),
                _ => {}
            }
        }
        let body = body.ok_or_else(|| super::grammar::unexpected("it has no body"))?;
        Ok(Statement { mode, as_of, body, info: () })
    }

    fn create_index(&self, pair: Pair<'_>) -> Result<Body<Named>> {
        let (mut name, mut label, mut key, mut if_not_exists) = (None, None, None, false);
        let mut variables: Vec<Identifier> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::IndexName => name = Some(names::identifier(&part)),
                Rule::IfNotExists => if_not_exists = true,
                Rule::LabelName => label = Some(names::identifier(&part)),
                Rule::PropertyKeyName if key.is_some() => return Err(self.second_key(&variables, &part)),
                Rule::PropertyKeyName => key = Some(names::identifier(&part)),
                Rule::Variable => variables.push(names::identifier(&part)),
                _ => {}
            }
        }
        if let [declared, used] = variables.as_slice()
            && declared.name != used.name
        {
            let message = format!("`{}` is not the variable of this index", used.name);
            return Err(Report::compile("SyntaxError", "UndefinedVariable", message)
                .at(used.span, "not defined")
                .suggest(used.span, declared.name.to_string()));
        }
        match (label, key) {
            (Some(label), Some(key)) => Ok(Body::CreateIndex { name, label, key, if_not_exists }),
            _ => Err(super::grammar::unexpected("the index has no label or no key")),
        }
    }

    /// An index on a second property, with what stands for it.
    fn second_key(&self, variables: &[Identifier], key: &Pair<'_>) -> Box<Report> {
        let place = variables.last().map_or(span(key), |variable| variable.span.to(span(key)));
        let message = "an index is on one property";
        Report::compile("SyntaxError", "UnexpectedSyntax", message)
            .at(place, "a second property")
            .help("Make one index for each property.")
    }

    fn drop_index(&self, pair: Pair<'_>) -> Result<Body<Named>> {
        let mut name = None;
        let mut if_exists = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::IndexName => name = Some(names::identifier(&part)),
                Rule::IfExists => if_exists = true,
                _ => {}
            }
        }
        let name = name.ok_or_else(|| super::grammar::unexpected("the index has no name"))?;
        Ok(Body::DropIndex { name, if_exists })
    }
}

fn starts_with(pair: &Pair<'_>, rule: Rule) -> bool {
    pair.clone().into_inner().next().is_some_and(|first| first.as_rule() == rule)
}

/// The place of a pair without the spaces that its last optional parts left behind.
fn trimmed(pair: &Pair<'_>) -> Span {
    let place = span(pair);
    let end = pair.clone().into_inner().last().map_or(place.end, |last| trimmed(&last).end);
    // A rule that closes with a bracket or a keyword ends there and not with its last part.
    let closed = pair.as_str().trim_end().ends_with([')', ']', '}']);
    if closed {
        Span::new(place.start, place.start + pair.as_str().trim_end().len())
    } else {
        Span::new(place.start, end)
    }
}

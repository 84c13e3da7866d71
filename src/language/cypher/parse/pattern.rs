//! Patterns: paths, nodes, relationships, labels.

use super::{Builder, trimmed};
use crate::algebra::{
    Direction, Expression, Identifier, LabelExpression, Length, Named, NodePattern, PathPattern,
    RelationshipPattern, Search, Step,
};
use crate::base::{Report, Result, Span};
use crate::language::cypher::grammar::{Pair, Rule, expect, span, unexpected};
use crate::language::cypher::{names, nesting};
use pest::iterators::Pairs;

impl Builder<'_> {
    pub(super) fn pattern(&self, pair: Pair<'_>) -> Result<Vec<PathPattern<Named>>> {
        pair.into_inner().map(|part| self.pattern_part(part)).collect()
    }

    pub(super) fn pattern_part(&self, pair: Pair<'_>) -> Result<PathPattern<Named>> {
        let place = trimmed(&pair);
        let mut parts = pair.into_inner();
        let mut part = expect(&mut parts)?;
        let mut variable = None;
        if part.as_rule() == Rule::Variable {
            variable = Some(names::identifier(&part));
            part = expect(&mut parts)?;
        }
        let mut pattern = match part.as_rule() {
            Rule::ShortestPathPattern => self.shortest_path(part),
            _ => self.pattern_element(part),
        }?;
        pattern.variable = variable;
        pattern.span = place;
        Ok(pattern)
    }

    pub(super) fn shortest_path(&self, pair: Pair<'_>) -> Result<PathPattern<Named>> {
        let place = span(&pair);
        let mut parts = pair.into_inner();
        let search = match expect(&mut parts)?.as_rule() {
            Rule::AllShortestPaths => Search::AllShortest,
            _ => Search::Shortest,
        };
        let mut pattern = self.pattern_element(expect(&mut parts)?)?;
        (pattern.search, pattern.span) = (search, place);
        Ok(pattern)
    }

    /// A PatternElement, in as many parentheses as its writer liked, or a RelationshipsPattern.
    pub(super) fn pattern_element(&self, pair: Pair<'_>) -> Result<PathPattern<Named>> {
        let element = innermost(pair)?;
        let place = trimmed(&element);
        let mut parts = element.into_inner();
        let start = self.node_pattern(expect(&mut parts)?)?;
        let steps = self.steps(parts)?;
        Ok(PathPattern { variable: None, search: Search::Walk, start, steps, span: place })
    }

    fn steps(&self, mut parts: Pairs<'_, Rule>) -> Result<Vec<Step<Named>>> {
        let mut steps = Vec::new();
        while let Some(relationship) = parts.next() {
            steps.push(self.step(relationship, expect(&mut parts)?)?);
        }
        Ok(steps)
    }

    fn step(&self, relationship: Pair<'_>, node: Pair<'_>) -> Result<Step<Named>> {
        Ok(Step { relationship: self.relationship_pattern(relationship)?, node: self.node_pattern(node)? })
    }

    fn node_pattern(&self, pair: Pair<'_>) -> Result<NodePattern<Named>> {
        let mut node = NodePattern { variable: None, labels: None, properties: None, span: span(&pair) };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Variable => node.variable = Some(names::identifier(&part)),
                Rule::NodeLabels => node.labels = Some(self.node_labels(part)?),
                Rule::Properties => node.properties = Some(self.properties(part)?),
                _ => {}
            }
        }
        Ok(node)
    }

    fn relationship_pattern(&self, pair: Pair<'_>) -> Result<RelationshipPattern<Named>> {
        let mut relationship = RelationshipPattern {
            variable: None,
            types: Vec::new(),
            direction: Direction::Either,
            length: None,
            properties: None,
            span: Span::new(span(&pair).start, span(&pair).start + pair.as_str().trim_end().len()),
        };
        let (mut left, mut right) = (false, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::LeftArrowHead => left = true,
                Rule::RightArrowHead => right = true,
                _ => self.relationship_detail(part, &mut relationship)?,
            }
        }
        relationship.direction = match (left, right) {
            (true, false) => Direction::Incoming,
            (false, true) => Direction::Outgoing,
            _ => Direction::Either,
        };
        Ok(relationship)
    }

    fn relationship_detail(
        &self,
        pair: Pair<'_>,
        relationship: &mut RelationshipPattern<Named>,
    ) -> Result<()> {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Variable => relationship.variable = Some(names::identifier(&part)),
                Rule::RelationshipTypes => {
                    relationship.types = part.into_inner().map(|name| names::identifier(&name)).collect();
                }
                Rule::RangeLiteral => relationship.length = Some(self.range(part)?),
                Rule::InvalidRange => return Err(invalid_range(trimmed(&part))),
                Rule::Properties => relationship.properties = Some(self.properties(part)?),
                _ => {}
            }
        }
        Ok(())
    }

    fn range(&self, pair: Pair<'_>) -> Result<Length> {
        let mut length = Length { min: None, max: None };
        let mut start = None;
        let mut open = false;
        for part in pair.into_inner() {
            let rule = part.as_rule();
            let bound = part.into_inner().next().map(|number| self.range_bound(&number)).transpose()?;
            if rule == Rule::RangeStart {
                start = bound;
            } else {
                open = true;
                length.max = bound;
            }
        }
        length.min = start;
        // `*2` is exactly two.
        if !open {
            length.max = start;
        }
        Ok(length)
    }

    fn range_bound(&self, number: &Pair<'_>) -> Result<u64> {
        let value = self.integer(number.as_str(), false, span(number))?;
        u64::try_from(value).map_err(|_| invalid_range(span(number)))
    }

    fn properties(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        self.atom(expect(&mut pair.into_inner())?)
    }

    /// NodeLabels or BoundedNodeLabels: `:A:B` means both.
    pub(super) fn node_labels(&self, pair: Pair<'_>) -> Result<LabelExpression> {
        let parts = pair.into_inner().map(|part| self.labels(part, 0)).collect::<Result<Vec<_>>>()?;
        Ok(conjunction(parts))
    }

    fn labels(&self, pair: Pair<'_>, depth: usize) -> Result<LabelExpression> {
        nesting::check_depth(depth, span(&pair))?;
        match pair.as_rule() {
            Rule::LabelExpression => {
                let parts =
                    pair.into_inner().map(|part| self.labels(part, depth)).collect::<Result<Vec<_>>>()?;
                Ok(disjunction(parts))
            }
            Rule::LabelConjunction => {
                let parts =
                    pair.into_inner().map(|part| self.labels(part, depth)).collect::<Result<Vec<_>>>()?;
                Ok(conjunction(parts))
            }
            _ => {
                let place = span(&pair);
                let mut negations = 0;
                let mut term = None;
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::LabelNot => negations += 1,
                        Rule::AnyLabel => term = Some(LabelExpression::Any),
                        Rule::LabelName => term = Some(LabelExpression::Label(names::identifier(&part))),
                        _ => term = Some(self.labels(part, depth + negations + 1)?),
                    }
                }
                nesting::check_depth(depth + negations, place)?;
                let term = term.ok_or_else(|| unexpected("there is no label"))?;
                Ok((0..negations).fold(term, |inner, _| LabelExpression::Not(Box::new(inner))))
            }
        }
    }

    /// `subject.key` as the target of SET and REMOVE.
    pub(super) fn property_expression(&self, pair: Pair<'_>) -> Result<(Expression<Named>, Identifier)> {
        let mut parts = pair.into_inner();
        let atom = expect(&mut parts)?;
        let (mut subject, mut depth) = self.measured_atom(atom)?;
        let mut keys = parts.map(|lookup| lookup.into_inner().next()).collect::<Option<Vec<_>>>();
        let keys = keys.as_mut().ok_or_else(|| unexpected("a property has no key"))?;
        let last = keys.pop().ok_or_else(|| unexpected("there is no property"))?;
        for key in keys.iter() {
            depth += 1;
            nesting::check_depth(depth, span(key))?;
            let place = subject.span.to(span(key));
            let key = names::identifier(key);
            let node = crate::algebra::Node::Property { subject: Box::new(subject), key };
            subject = Expression::new(node, place);
        }
        self.note(depth + 1);
        Ok((subject, names::identifier(&last)))
    }
}

/// What stands in the innermost of a pattern's parentheses.
fn innermost(pair: Pair<'_>) -> Result<Pair<'_>> {
    let mut element = pair;
    loop {
        let first = expect(&mut element.clone().into_inner())?;
        if first.as_rule() != Rule::PatternElement {
            return Ok(element);
        }
        element = first;
    }
}

/// One label expression that asks for all of these; conjunctions inside conjunctions are spread out.
fn conjunction(parts: Vec<LabelExpression>) -> LabelExpression {
    let mut all = Vec::new();
    for part in parts {
        match part {
            LabelExpression::And(inner) => all.extend(inner),
            other => all.push(other),
        }
    }
    if all.len() == 1 { all.swap_remove(0) } else { LabelExpression::And(all) }
}

fn disjunction(parts: Vec<LabelExpression>) -> LabelExpression {
    let mut any = Vec::new();
    for part in parts {
        match part {
            LabelExpression::Or(inner) => any.extend(inner),
            other => any.push(other),
        }
    }
    if any.len() == 1 { any.swap_remove(0) } else { LabelExpression::Or(any) }
}

fn invalid_range(at: Span) -> Box<Report> {
    Report::compile(
        "SyntaxError",
        "InvalidRelationshipPattern",
        "this is not a length of a relationship pattern",
    )
    .at(at, "not a length")
    .help("A length is `*`, `*2`, `*1..3`, `*2..` or `*..3`, with whole numbers from 0 up.")
}

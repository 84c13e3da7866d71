//! Expressions: operators by precedence, then what stands between them.

use super::precedence::{PRECEDENCE, binary_operator, is_associative, is_comparison, unary_operator};
use super::{Builder, clause::Place};
use crate::algebra::{
    BinaryOperator, Clause, Expression, Literal, Named, Node, Quantifier, Query, SingleQuery, Subquery,
};
use crate::base::{Report, Result, Span};
use crate::language::cypher::grammar::{Pair, Rule, expect, span, unexpected};
use crate::language::cypher::{names, nesting};
use std::sync::Arc;

/// A chain of AND, OR or XOR up to this length nests to the left; a longer one becomes a balanced tree.
const LONG_CHAIN: usize = 64;

/// An expression whose last operator may still go on: `a AND b` before `AND c`, `a < b` before `< c`.
struct Open {
    first: Expression<Named>,
    rest: Vec<(BinaryOperator, Expression<Named>)>,
    /// The depth of the deepest operand.
    depth: usize,
}

impl Open {
    fn closed(expression: Expression<Named>, depth: usize) -> Open {
        Open { first: expression, rest: Vec::new(), depth }
    }

    fn goes_on_with(&self, operator: BinaryOperator) -> bool {
        self.rest.first().is_some_and(|(before, _)| {
            (is_comparison(*before) && is_comparison(operator))
                || (is_associative(operator) && *before == operator)
        })
    }

    /// The finished expression and its depth.
    fn close(mut self) -> (Expression<Named>, usize) {
        match (self.rest.len(), self.rest.first()) {
            (0, _) | (_, None) => (self.first, self.depth),
            (1, _) => match self.rest.pop() {
                Some((operator, right)) => (binary(operator, self.first, right), self.depth + 1),
                None => (self.first, self.depth),
            },
            (_, Some((operator, _))) if is_comparison(*operator) => {
                let last = self.rest.last().map_or(self.first.span, |(_, e)| e.span);
                let place = self.first.span.to(last);
                let node = Node::Comparisons { first: Box::new(self.first), rest: self.rest };
                (Expression::new(node, place), self.depth + 1)
            }
            (count, Some((operator, _))) => {
                let operator = *operator;
                let operands = std::iter::once(self.first).chain(self.rest.into_iter().map(|(_, e)| e));
                if count < LONG_CHAIN {
                    let tree = operands.reduce(|left, right| binary(operator, left, right));
                    return (tree.unwrap_or_else(null), self.depth + count);
                }
                let levels = (count + 1).ilog2() as usize + 1;
                (balanced(operator, operands.collect()), self.depth + levels)
            }
        }
    }
}

fn null() -> Expression<Named> {
    Expression::new(Node::Literal(Literal::Null), Span::default())
}

fn binary(operator: BinaryOperator, left: Expression<Named>, right: Expression<Named>) -> Expression<Named> {
    let place = left.span.to(right.span);
    Expression::new(Node::Binary { operator, left: Box::new(left), right: Box::new(right) }, place)
}

fn balanced(operator: BinaryOperator, mut operands: Vec<Expression<Named>>) -> Expression<Named> {
    while operands.len() > 1 {
        let mut joined = Vec::with_capacity(operands.len() / 2 + 1);
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => binary(operator, left, right),
                None => left,
            });
        }
        operands = joined;
    }
    operands.pop().unwrap_or_else(null)
}

impl Builder<'_> {
    /// Runs `build` and says how deep the expressions that it finished are.
    pub(super) fn measured<T>(&self, build: impl FnOnce(&Self) -> Result<T>) -> Result<(T, usize)> {
        let outside = self.deepest.replace(0);
        let built = build(self);
        let depth = self.deepest.get();
        self.deepest.set(outside.max(depth));
        Ok((built?, depth))
    }

    /// Remembers that an expression of this depth was finished.
    pub(super) fn note(&self, depth: usize) {
        self.deepest.set(self.deepest.get().max(depth));
    }

    pub(super) fn expression(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        self.check_signs(&pair)?;
        let (expression, depth) = self.operators(pair.into_inner())?.close();
        nesting::check_depth(depth, expression.span)?;
        self.note(depth);
        Ok(expression)
    }

    fn operators<'t>(&self, parts: impl Iterator<Item = Pair<'t>>) -> Result<Open> {
        PRECEDENCE
            .map_primary(|pair| {
                let (atom, depth) = self.measured(|b| b.atom(pair))?;
                Ok(Open::closed(atom, depth + 1))
            })
            .map_prefix(|operator, operand: Result<Open>| self.prefix(&operator, operand?.close()))
            .map_postfix(|operand: Result<Open>, operator| self.postfix(operand?.close(), operator))
            .map_infix(|left: Result<Open>, operator, right: Result<Open>| {
                self.infix(left?, &operator, right?)
            })
            .parse(parts)
    }

    /// Signs are the one operator that pest's precedence parser reads by recursion.
    fn check_signs(&self, pair: &Pair<'_>) -> Result<()> {
        let mut signs = 0;
        for part in pair.clone().into_inner() {
            signs = if unary_operator(part.as_rule()).is_some() { signs + 1 } else { 0 };
            nesting::check_depth(signs, span(&part))?;
        }
        Ok(())
    }

    fn infix(&self, left: Open, operator: &Pair<'_>, right: Open) -> Result<Open> {
        let kind = binary_operator(operator.as_rule()).ok_or_else(|| unexpected("an unknown operator"))?;
        let (right, right_depth) = right.close();
        let mut chain = if left.goes_on_with(kind) {
            left
        } else {
            let (first, depth) = left.close();
            nesting::check_depth(depth, span(operator))?;
            Open::closed(first, depth)
        };
        chain.depth = chain.depth.max(right_depth);
        chain.rest.push((kind, right));
        Ok(chain)
    }

    fn prefix(&self, sign: &Pair<'_>, (operand, depth): (Expression<Named>, usize)) -> Result<Open> {
        let operator = unary_operator(sign.as_rule()).ok_or_else(|| unexpected("an unknown sign"))?;
        let place = span(sign).to(operand.span);
        nesting::check_depth(depth, place)?;
        let node = Node::Unary { operator, operand: Box::new(operand) };
        Ok(Open::closed(Expression::new(node, place), depth + 1))
    }

    fn postfix(&self, (operand, depth): (Expression<Named>, usize), part: Pair<'_>) -> Result<Open> {
        let place = operand.span.to(super::trimmed(&part));
        nesting::check_depth(depth, place)?;
        let subject = Box::new(operand);
        let (node, inner) = self.measured(|b| {
            Ok(match part.as_rule() {
                Rule::IsNull => Node::IsNull { operand: subject, negated: false },
                Rule::IsNotNull => Node::IsNull { operand: subject, negated: true },
                Rule::PropertyLookup => {
                    let key = names::identifier(&expect(&mut part.into_inner())?);
                    Node::Property { subject, key }
                }
                Rule::ListOperator => b.list_operator(subject, part)?,
                _ => Node::HasLabels { subject, labels: b.node_labels(part)? },
            })
        })?;
        Ok(Open::closed(Expression::new(node, place), depth.max(inner) + 1))
    }

    fn list_operator(&self, subject: Box<Expression<Named>>, part: Pair<'_>) -> Result<Node<Named>> {
        let mut from = None;
        let mut slice = None;
        for part in part.into_inner() {
            match part.as_rule() {
                Rule::SliceEnd => {
                    let to = part.into_inner().next().map(|e| self.expression(e)).transpose()?;
                    slice = Some(to.map(Box::new));
                }
                _ => from = Some(Box::new(self.expression(part)?)),
            }
        }
        match (slice, from) {
            (Some(to), from) => Ok(Node::Slice { subject, from, to }),
            (None, Some(index)) => Ok(Node::Index { subject, index }),
            (None, None) => Err(unexpected("there is no index")),
        }
    }

    pub(super) fn atom(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        let place = span(&pair);
        let node = match pair.as_rule() {
            Rule::IntegerLiteral | Rule::DoubleLiteral => Node::Literal(self.number(&pair, false)?),
            Rule::SignedNumber => Node::Literal(self.number(&expect(&mut pair.into_inner())?, true)?),
            Rule::InvalidNumber => return Err(self.invalid_number(place)),
            Rule::StringLiteral => {
                Node::Literal(Literal::String(Arc::from(self.string(pair.as_str(), place)?)))
            }
            Rule::BooleanLiteral => Node::Literal(Literal::Boolean(super::starts_with(&pair, Rule::TRUE))),
            Rule::NullLiteral => Node::Literal(Literal::Null),
            Rule::Parameter => {
                Node::Parameter(Arc::from(names::plain(pair.as_str().trim_start_matches('$'))))
            }
            Rule::Variable => Node::Variable(names::identifier(&pair)),
            Rule::ParenthesizedExpression => {
                let inner = self.expression(expect(&mut pair.into_inner())?)?;
                return Ok(Expression::new(inner.node, place));
            }
            Rule::MapLiteral => {
                Node::Map(pair.into_inner().map(|e| self.map_entry(e)).collect::<Result<_>>()?)
            }
            Rule::ListLiteral => self.list(pair)?,
            Rule::PatternComprehension => self.pattern_comprehension(pair)?,
            Rule::PatternPredicate => {
                Node::PatternPredicate(Box::new(self.pattern_element(expect(&mut pair.into_inner())?)?))
            }
            Rule::ShortestPathPattern => Node::ShortestPath(Box::new(self.shortest_path(pair)?)),
            Rule::CaseExpression => self.case(pair)?,
            Rule::ExistentialSubquery => Node::Exists(Box::new(self.subquery(pair)?)),
            Rule::CountSubquery => Node::Count(Box::new(self.subquery(pair)?)),
            Rule::CollectSubquery => Node::Collect(Box::new(self.subquery(pair)?)),
            Rule::CountAll => Node::CountAll,
            Rule::Quantifier => self.quantifier(pair)?,
            Rule::Reduce => self.reduce(pair)?,
            Rule::FunctionInvocation => self.function(pair)?,
            _ => return Err(unexpected("an unknown expression")),
        };
        Ok(Expression::new(node, place))
    }

    fn map_entry(&self, pair: Pair<'_>) -> Result<(crate::algebra::Identifier, Expression<Named>)> {
        let mut parts = pair.into_inner();
        let key = names::identifier(&expect(&mut parts)?);
        Ok((key, self.expression(expect(&mut parts)?)?))
    }

    /// A list literal or a list comprehension.
    fn list(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let parts: Vec<Pair<'_>> = pair.into_inner().collect();
        let (mut filter, mut map, mut rest) = (None, None, Vec::new());
        let mut first = None;
        for part in parts {
            match part.as_rule() {
                Rule::BoundedExpression => first = Some(part),
                Rule::ComprehensionFilter => filter = Some(part),
                Rule::ComprehensionMap => map = Some(part),
                _ => rest.push(part),
            }
        }
        let Some(first) = first else { return Ok(Node::List(Vec::new())) };
        if filter.is_none() && map.is_none() {
            let first = self.expression(first)?;
            if rest.is_empty() {
                return Ok(self.comprehension_or_list(first));
            }
            let rest = rest.into_iter().map(|e| self.expression(e));
            return Ok(Node::List(std::iter::once(Ok(first)).chain(rest).collect::<Result<_>>()?));
        }
        if let Some(extra) = rest.first() {
            return Err(misplaced_comprehension(span(extra)));
        }
        let place = span(&first);
        let mut operators = first.clone().into_inner();
        let (Some(variable), Some(membership)) = (operators.next(), operators.next()) else {
            return Err(misplaced_comprehension(place));
        };
        if variable.as_rule() != Rule::Variable || membership.as_rule() != Rule::In {
            return Err(misplaced_comprehension(place));
        }
        let variable = names::identifier(&variable);
        self.check_signs(&first)?;
        let (list, depth) = self.operators(operators)?.close();
        nesting::check_depth(depth, list.span)?;
        self.note(depth);
        Ok(Node::ListComprehension {
            variable,
            list: Box::new(list),
            filter: filter.map(|f| self.only_expression(f)).transpose()?.map(Box::new),
            map: map.map(|m| self.only_expression(m)).transpose()?.map(Box::new),
        })
    }

    /// `[x IN list]` is a comprehension; every other single element, `[(x IN list)]` too, makes a list.
    fn comprehension_or_list(&self, first: Expression<Named>) -> Node<Named> {
        let parenthesized = first.span.of(self.text).starts_with('(');
        match first.node {
            Node::Binary { operator: BinaryOperator::In, left, right } if !parenthesized => match left.node {
                Node::Variable(variable) => {
                    Node::ListComprehension { variable, list: right, filter: None, map: None }
                }
                other => {
                    let left = Box::new(Expression::new(other, left.span));
                    let node = Node::Binary { operator: BinaryOperator::In, left, right };
                    Node::List(vec![Expression::new(node, first.span)])
                }
            },
            node => Node::List(vec![Expression::new(node, first.span)]),
        }
    }

    fn pattern_comprehension(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let (mut variable, mut pattern, mut filter, mut map) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Variable => variable = Some(names::identifier(&part)),
                Rule::RelationshipsPattern => pattern = Some(self.pattern_element(part)?),
                Rule::ComprehensionFilter => filter = Some(Box::new(self.only_expression(part)?)),
                Rule::ComprehensionMap => map = Some(Box::new(self.only_expression(part)?)),
                _ => {}
            }
        }
        let (Some(mut pattern), Some(map)) = (pattern, map) else {
            return Err(unexpected("there is no pattern"));
        };
        pattern.variable = variable;
        Ok(Node::PatternComprehension { pattern: Box::new(pattern), filter, map })
    }

    fn case(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let (mut subject, mut branches, mut otherwise) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::CaseSubject => subject = Some(Box::new(self.only_expression(part)?)),
                Rule::CaseAlternative => {
                    let mut pair = self.expressions(part)?.into_iter();
                    match (pair.next(), pair.next()) {
                        (Some(when), Some(then)) => branches.push((when, then)),
                        _ => return Err(unexpected("a branch of CASE is not whole")),
                    }
                }
                Rule::CaseElse => otherwise = Some(Box::new(self.only_expression(part)?)),
                _ => {}
            }
        }
        Ok(Node::Case { subject, branches, otherwise })
    }

    fn subquery(&self, pair: Pair<'_>) -> Result<Subquery<Named>> {
        let (mut query, mut patterns, mut filter) = (None, None, None);
        let mut place = Span::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::RegularQuery => query = Some(self.query(part, Place::Subquery)?),
                Rule::Pattern => {
                    place = super::trimmed(&part);
                    patterns = Some(self.pattern(part)?);
                }
                Rule::Where => {
                    place = place.to(super::trimmed(&part));
                    filter = Some(self.only_expression(part)?);
                }
                _ => {}
            }
        }
        match (query, patterns) {
            (Some(query), _) => Ok(Subquery { query }),
            (None, Some(patterns)) => {
                let clauses = vec![Clause::Match { optional: false, patterns, filter, span: place }];
                Ok(Subquery { query: Query { first: SingleQuery { clauses }, unions: Vec::new() } })
            }
            (None, None) => Err(unexpected("the subquery is empty")),
        }
    }

    fn quantifier(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut parts = pair.into_inner();
        let name = expect(&mut parts)?;
        let quantifier = match expect(&mut name.into_inner())?.as_rule() {
            Rule::ALL => Quantifier::All,
            Rule::ANY_KEYWORD => Quantifier::Any,
            Rule::NONE => Quantifier::None,
            _ => Quantifier::Single,
        };
        let (mut variable, mut list, mut predicate) = (None, None, None);
        for part in parts {
            match part.as_rule() {
                Rule::Variable => variable = Some(names::identifier(&part)),
                Rule::Expression => list = Some(Box::new(self.expression(part)?)),
                Rule::Where => predicate = Some(Box::new(self.only_expression(part)?)),
                _ => {}
            }
        }
        match (variable, list) {
            (Some(variable), Some(list)) => Ok(Node::Quantified { quantifier, variable, list, predicate }),
            _ => Err(unexpected("the quantifier is not whole")),
        }
    }

    fn reduce(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut variables = Vec::new();
        let mut expressions = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::Variable => variables.push(names::identifier(&part)),
                Rule::Expression | Rule::BoundedExpression => {
                    expressions.push(Box::new(self.expression(part)?))
                }
                _ => {}
            }
        }
        let variables: Option<[_; 2]> = variables.try_into().ok();
        let expressions: Option<[_; 3]> = expressions.try_into().ok();
        let (Some([accumulator, variable]), Some([start, list, step])) = (variables, expressions) else {
            return Err(unexpected("reduce is not whole"));
        };
        Ok(Node::Reduce { accumulator, start, variable, list, step })
    }

    fn function(&self, pair: Pair<'_>) -> Result<Node<Named>> {
        let mut function = None;
        let mut distinct = false;
        let mut arguments = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::FunctionName => function = Some(names::dotted(part)),
                Rule::DISTINCT => distinct = true,
                _ => arguments.push(self.expression(part)?),
            }
        }
        let function = function.ok_or_else(|| unexpected("the function has no name"))?;
        Ok(Node::Call { function, distinct, arguments })
    }
}

fn misplaced_comprehension(at: Span) -> Box<Report> {
    Report::compile(
        "SyntaxError",
        "UnexpectedSyntax",
        "WHERE and `|` in brackets need `variable IN list` before them",
    )
    .at(at, "not `variable IN list`")
    .help("A list comprehension is written `[x IN list WHERE condition | expression]`.")
}

//! Expressions: operators by precedence over finished operands.

use super::Builder;
use super::precedence::{PRECEDENCE, binary_operator, is_associative, is_comparison, unary_operator};
use crate::algebra::{BinaryOperator, Expression, LabelExpression, Literal, Named, Node};
use crate::base::{Result, Span};
use crate::language::cypher::grammar::{Pair, Rule, expect, span, unexpected};
use crate::language::cypher::{names, nesting};
use std::cell::RefCell;
use std::collections::VecDeque;

/// A chain of AND, OR or XOR up to this length nests to the left; a longer one becomes a balanced tree.
const LONG_CHAIN: usize = 64;

/// What stands between operators, finished but for the operators.
enum Operand {
    /// With the depth of what is inside.
    Atom(Expression<Named>, usize),
    Subscript(Subscript, usize),
    Labels(LabelExpression),
}

enum Subscript {
    Index(Box<Expression<Named>>),
    Slice(Option<Box<Expression<Named>>>, Option<Box<Expression<Named>>>),
}

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
    /// Begins to measure how deep the expressions are that are finished from here on; gives what to end it with.
    fn measure(&self) -> usize {
        self.deepest.replace(0)
    }

    /// Ends a measurement.
    fn measured_since(&self, outside: usize) -> usize {
        let depth = self.deepest.get();
        self.deepest.set(outside.max(depth));
        depth
    }

    /// An atom and the depth of what is inside it.
    pub(super) fn measured_atom(&self, pair: Pair<'_>) -> Result<(Expression<Named>, usize)> {
        let outside = self.measure();
        let atom = self.atom(pair);
        let depth = self.measured_since(outside);
        Ok((atom?, depth))
    }

    /// Remembers that an expression of this depth was finished.
    pub(super) fn note(&self, depth: usize) {
        self.deepest.set(self.deepest.get().max(depth));
    }

    pub(super) fn expression(&self, pair: Pair<'_>) -> Result<Expression<Named>> {
        self.expression_of(pair.into_inner().collect())
    }

    /// The expression that these operands and operators make.
    ///
    /// What nests is built first and in a loop; the precedence parser then sees finished operands. So nesting costs
    /// little of the stack.
    pub(super) fn expression_of(&self, parts: Vec<Pair<'_>>) -> Result<Expression<Named>> {
        check_signs(&parts)?;
        let mut operands = VecDeque::with_capacity(parts.len());
        for part in &parts {
            if let Some(operand) = self.operand(part)? {
                operands.push_back(operand);
            }
        }
        let (expression, depth) = self.joined(parts, operands)?;
        nesting::check_depth(depth, expression.span)?;
        self.note(depth);
        Ok(expression)
    }

    /// What an operator will need of this part; nothing for an operator itself.
    fn operand(&self, part: &Pair<'_>) -> Result<Option<Operand>> {
        match part.as_rule() {
            Rule::ListOperator => self.measured_subscript(part.clone()).map(Some),
            Rule::NodeLabels | Rule::BoundedNodeLabels => self.label_operand(part.clone()).map(Some),
            Rule::PropertyLookup | Rule::IsNull | Rule::IsNotNull => Ok(None),
            rule if binary_operator(rule).is_some() || unary_operator(rule).is_some() => Ok(None),
            _ => self.measured_atom(part.clone()).map(|(atom, depth)| Some(Operand::Atom(atom, depth))),
        }
    }

    fn measured_subscript(&self, part: Pair<'_>) -> Result<Operand> {
        let outside = self.measure();
        let subscript = self.subscript(part);
        let depth = self.measured_since(outside);
        Ok(Operand::Subscript(subscript?, depth))
    }

    fn label_operand(&self, part: Pair<'_>) -> Result<Operand> {
        Ok(Operand::Labels(self.node_labels(part)?))
    }

    fn joined(
        &self,
        parts: Vec<Pair<'_>>,
        operands: VecDeque<Operand>,
    ) -> Result<(Expression<Named>, usize)> {
        // The precedence parser calls back for operands and lookups in the order of the text.
        let operands = RefCell::new(operands);
        let next = || operands.borrow_mut().pop_front().ok_or_else(|| unexpected("an operand is missing"));
        let whole = PRECEDENCE
            .map_primary(|_| match next()? {
                Operand::Atom(atom, depth) => Ok(Open::closed(atom, depth + 1)),
                _ => Err(unexpected("an operand is missing")),
            })
            .map_prefix(|operator, operand: Result<Open>| prefix(&operator, operand?.close()))
            .map_postfix(|operand: Result<Open>, operator| {
                let operand = operand?;
                let lookup = match operator.as_rule() {
                    Rule::ListOperator | Rule::NodeLabels | Rule::BoundedNodeLabels => Some(next()?),
                    _ => None,
                };
                postfix(operand.close(), lookup, operator)
            })
            .map_infix(|left: Result<Open>, operator, right: Result<Open>| infix(left?, &operator, right?))
            .parse(parts.into_iter());
        Ok(whole?.close())
    }

    fn subscript(&self, part: Pair<'_>) -> Result<Subscript> {
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
            (Some(to), from) => Ok(Subscript::Slice(from, to)),
            (None, Some(index)) => Ok(Subscript::Index(index)),
            (None, None) => Err(unexpected("there is no index")),
        }
    }
}

/// Signs are the one operator that pest's precedence parser reads by recursion.
fn check_signs(parts: &[Pair<'_>]) -> Result<()> {
    let mut signs = 0;
    for part in parts {
        signs = if unary_operator(part.as_rule()).is_some() { signs + 1 } else { 0 };
        nesting::check_depth(signs, span(part))?;
    }
    Ok(())
}

fn infix(left: Open, operator: &Pair<'_>, right: Open) -> Result<Open> {
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

fn prefix(sign: &Pair<'_>, (operand, depth): (Expression<Named>, usize)) -> Result<Open> {
    let operator = unary_operator(sign.as_rule()).ok_or_else(|| unexpected("an unknown sign"))?;
    let place = span(sign).to(operand.span);
    nesting::check_depth(depth, place)?;
    let node = Node::Unary { operator, operand: Box::new(operand) };
    Ok(Open::closed(Expression::new(node, place), depth + 1))
}

fn postfix(
    (operand, depth): (Expression<Named>, usize),
    lookup: Option<Operand>,
    part: Pair<'_>,
) -> Result<Open> {
    let place = operand.span.to(super::trimmed(&part));
    nesting::check_depth(depth, place)?;
    let subject = Box::new(operand);
    let mut deepest = depth;
    let node = match (part.as_rule(), lookup) {
        (Rule::IsNull, _) => Node::IsNull { operand: subject, negated: false },
        (Rule::IsNotNull, _) => Node::IsNull { operand: subject, negated: true },
        (_, Some(Operand::Labels(labels))) => Node::HasLabels { subject, labels },
        (_, Some(Operand::Subscript(subscript, inner))) => {
            deepest = deepest.max(inner);
            match subscript {
                Subscript::Index(index) => Node::Index { subject, index },
                Subscript::Slice(from, to) => Node::Slice { subject, from, to },
            }
        }
        _ => Node::Property { subject, key: names::identifier(&expect(&mut part.into_inner())?) },
    };
    Ok(Open::closed(Expression::new(node, place), deepest + 1))
}

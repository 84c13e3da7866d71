//! Operators and the types of their operands.

use super::expression::Typed;
use super::scope::Context;
use super::types::Type;
use super::{Binder, error};
use crate::algebra::{BinaryOperator, Bound, Expression, Named, Node, UnaryOperator};
use crate::base::{Result, Span};

type NodeAndType = (Node<Bound>, Type);

impl Binder<'_> {
    pub(super) fn unary(
        &mut self,
        operator: UnaryOperator,
        operand: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (bound, known) = match operator {
            UnaryOperator::Not => self.condition(operand, context)?,
            UnaryOperator::Plus | UnaryOperator::Minus => self.expression(operand, context)?,
        };
        match operator {
            UnaryOperator::Not => check_truth(operand.span, &known)?,
            UnaryOperator::Plus | UnaryOperator::Minus => check_number(operand.span, &known)?,
        }
        let known = if operator == UnaryOperator::Not { Type::Boolean } else { known };
        Ok((Node::Unary { operator, operand: Box::new(bound) }, known))
    }

    /// A chain such as `a + b + c` is a tree that is deep on its left: it is walked in a loop.
    pub(super) fn binary(
        &mut self,
        expression: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let mut chain = Vec::new();
        let mut first = expression;
        while let Node::Binary { operator, left, right } = &first.node {
            chain.push((*operator, &**left, &**right));
            first = left;
            // What has been computed is not looked into.
            if self.computed(first, context).is_some() {
                break;
            }
        }
        let mut so_far = self.condition(first, context)?;
        while let Some((operator, left, right)) = chain.pop() {
            let (node, known) = self.joined(operator, (left, so_far), right, context)?;
            so_far = (Expression::new(node, left.span.to(right.span)), known);
        }
        let (finished, known) = so_far;
        Ok((finished.node, known))
    }

    /// One operator, whose left operand is resolved already.
    fn joined(
        &mut self,
        operator: BinaryOperator,
        (left, (left_bound, left_type)): (&Expression<Named>, Typed),
        right: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        use BinaryOperator::{Add, And, Divide, In, Modulo, Multiply, Or, Power, Subtract, Xor};
        let logical = matches!(operator, Or | Xor | And);
        if !logical && matches!(left.node, Node::PatternPredicate(_)) {
            return Err(error::unexpected_pattern(left.span));
        }
        let (right_bound, right_type) =
            if logical { self.condition(right, context)? } else { self.expression(right, context)? };
        match operator {
            Or | Xor | And => {
                check_truth(left.span, &left_type)?;
                check_truth(right.span, &right_type)?;
            }
            Subtract | Multiply | Divide | Modulo | Power => {
                check_number(left.span, &left_type)?;
                check_number(right.span, &right_type)?;
            }
            In if !right_type.may_be_list() => {
                return Err(error::wrong_type(right.span, "a list", &right_type)
                    .help("Write `[value]` for a list of one, or `CONTAINS` to search in a text."));
            }
            Add => check_addends((left.span, &left_type), (right.span, &right_type))?,
            _ => {}
        }
        let known = result_type(operator, &left_type, &right_type);
        Ok((Node::Binary { operator, left: Box::new(left_bound), right: Box::new(right_bound) }, known))
    }

    pub(super) fn comparisons(
        &mut self,
        first: &Expression<Named>,
        rest: &[(BinaryOperator, Expression<Named>)],
        context: &Context,
    ) -> Result<NodeAndType> {
        let first = Box::new(self.expression(first, context)?.0);
        let mut bound = Vec::with_capacity(rest.len());
        for (operator, operand) in rest {
            bound.push((*operator, self.expression(operand, context)?.0));
        }
        Ok((Node::Comparisons { first, rest: bound }, Type::Boolean))
    }
}

/// An operand of AND, OR, XOR and NOT.
fn check_truth(place: Span, known: &Type) -> Result<()> {
    if known.may_be_boolean() { Ok(()) } else { Err(error::wrong_type(place, "true or false", known)) }
}

/// An operand of an arithmetic operator: numbers, and dates and times among themselves.
fn check_number(place: Span, known: &Type) -> Result<()> {
    if known.is_number() || matches!(known, Type::Any | Type::Temporal) {
        return Ok(());
    }
    Err(error::wrong_type(place, "a number", known))
}

/// Texts and lists take almost everything; nothing else takes booleans, maps, nodes, relationships and paths.
fn check_addends(left: (Span, &Type), right: (Span, &Type)) -> Result<()> {
    let takes = |known: &Type| matches!(known, Type::Any | Type::List(_) | Type::String);
    if takes(left.1) || takes(right.1) {
        return Ok(());
    }
    for (place, known) in [left, right] {
        if !known.is_number() && *known != Type::Temporal {
            return Err(error::wrong_type(place, "a number, a text or a list", known));
        }
    }
    Ok(())
}

fn result_type(operator: BinaryOperator, left: &Type, right: &Type) -> Type {
    use BinaryOperator::{Add, Divide, Modulo, Multiply, Power, Subtract};
    match operator {
        Power => Type::Float,
        Add => match (left, right) {
            (Type::List(a), Type::List(b)) => Type::list((**a).clone().join((**b).clone())),
            (Type::List(_), _) | (_, Type::List(_)) => Type::list(Type::Any),
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            (Type::String, _) | (_, Type::String) => Type::String,
            _ => arithmetic(left, right),
        },
        Subtract | Multiply | Divide | Modulo => arithmetic(left, right),
        _ => Type::Boolean,
    }
}

fn arithmetic(left: &Type, right: &Type) -> Type {
    match (left, right) {
        (Type::Integer, Type::Integer) => Type::Integer,
        (a, b) if a.is_number() && b.is_number() && (*a == Type::Float || *b == Type::Float) => Type::Float,
        (a, b) if a.is_number() && b.is_number() => Type::Number,
        (Type::Temporal, _) | (_, Type::Temporal) => Type::Temporal,
        _ => Type::Any,
    }
}

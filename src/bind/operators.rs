//! Operators and the types of their operands.

use super::expression::Typed;
use super::scope::Context;
use super::types::Type;
use super::{Binder, error};
use crate::algebra::{BinaryOperator, Bound, Expression, Named, Node, UnaryOperator};
use crate::base::Result;

type NodeAndType = (Node<Bound>, Type);

impl Binder<'_> {
    pub(super) fn unary(
        &mut self,
        operator: UnaryOperator,
        operand: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (bound, known) = match operator {
            UnaryOperator::Not => self.truth(operand, context)?,
            UnaryOperator::Plus | UnaryOperator::Minus => self.number(operand, context)?,
        };
        Ok((Node::Unary { operator, operand: Box::new(bound) }, known))
    }

    pub(super) fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Expression<Named>,
        right: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let ((left, left_type), (right, right_type)) = match operator {
            BinaryOperator::Or | BinaryOperator::Xor | BinaryOperator::And => {
                (self.truth(left, context)?, self.truth(right, context)?)
            }
            BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::Power => (self.number(left, context)?, self.number(right, context)?),
            BinaryOperator::In => {
                let element = self.expression(left, context)?;
                let (list, known) = self.expression(right, context)?;
                if !known.may_be_list() {
                    return Err(error::wrong_type(right.span, "a list", &known)
                        .help("Write `[value]` for a list of one, or `CONTAINS` to search in a text."));
                }
                (element, (list, known))
            }
            BinaryOperator::Add => self.addends(left, right, context)?,
            _ => (self.expression(left, context)?, self.expression(right, context)?),
        };
        let known = result_type(operator, &left_type, &right_type);
        Ok((Node::Binary { operator, left: Box::new(left), right: Box::new(right) }, known))
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

    /// An operand of AND, OR, XOR and NOT.
    fn truth(&mut self, operand: &Expression<Named>, context: &Context) -> Result<Typed> {
        let (bound, known) = self.condition(operand, context)?;
        if known.may_be_boolean() {
            return Ok((bound, Type::Boolean));
        }
        Err(error::wrong_type(operand.span, "true or false", &known))
    }

    /// An operand of an arithmetic operator: numbers, and dates and times among themselves.
    fn number(&mut self, operand: &Expression<Named>, context: &Context) -> Result<Typed> {
        let (bound, known) = self.expression(operand, context)?;
        if known.is_number() || matches!(known, Type::Any | Type::Temporal) {
            return Ok((bound, known));
        }
        Err(error::wrong_type(operand.span, "a number", &known))
    }

    /// Texts and lists take almost everything; nothing else takes booleans, maps, nodes, relationships and paths.
    fn addends(
        &mut self,
        left: &Expression<Named>,
        right: &Expression<Named>,
        context: &Context,
    ) -> Result<(Typed, Typed)> {
        let (left_bound, right_bound) = (self.expression(left, context)?, self.expression(right, context)?);
        let takes = |known: &Type| matches!(known, Type::Any | Type::List(_) | Type::String);
        let addable = |known: &Type| takes(known) || known.is_number() || *known == Type::Temporal;
        if !takes(&left_bound.1) && !takes(&right_bound.1) {
            for (operand, known) in [(left, &left_bound.1), (right, &right_bound.1)] {
                if !addable(known) {
                    return Err(error::wrong_type(operand.span, "a number, a text or a list", known));
                }
            }
        }
        Ok((left_bound, right_bound))
    }
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

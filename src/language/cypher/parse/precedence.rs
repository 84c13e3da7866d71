//! The operators, from the loosest to the tightest: the levels of the openCypher grammar.

use crate::algebra::{BinaryOperator, UnaryOperator};
use crate::language::cypher::grammar::Rule;
use pest::pratt_parser::{Assoc::Left, Op, PrattParser};
use std::sync::LazyLock;

pub(super) static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let infix = |rule| Op::infix(rule, Left);
    PrattParser::new()
        // OrExpression, XorExpression, AndExpression, NotExpression
        .op(infix(Rule::Or))
        .op(infix(Rule::Xor))
        .op(infix(Rule::And))
        .op(Op::prefix(Rule::Not))
        // ComparisonExpression
        .op(infix(Rule::Equal)
            | infix(Rule::NotEqual)
            | infix(Rule::Less)
            | infix(Rule::LessOrEqual)
            | infix(Rule::Greater)
            | infix(Rule::GreaterOrEqual))
        // StringListNullPredicateExpression
        .op(infix(Rule::StartsWith)
            | infix(Rule::EndsWith)
            | infix(Rule::Contains)
            | infix(Rule::In)
            | infix(Rule::RegularMatch)
            | Op::postfix(Rule::IsNull)
            | Op::postfix(Rule::IsNotNull))
        // AddOrSubtractExpression
        .op(infix(Rule::Add) | infix(Rule::Subtract))
        // MultiplyDivideModuloExpression
        .op(infix(Rule::Multiply) | infix(Rule::Divide) | infix(Rule::Modulo))
        // PowerOfExpression
        .op(infix(Rule::PowerOf))
        // UnaryAddOrSubtractExpression
        .op(Op::prefix(Rule::UnaryAdd) | Op::prefix(Rule::UnarySubtract))
        // NonArithmeticOperatorExpression
        .op(Op::postfix(Rule::PropertyLookup)
            | Op::postfix(Rule::ListOperator)
            | Op::postfix(Rule::NodeLabels)
            | Op::postfix(Rule::BoundedNodeLabels))
});

pub(super) fn binary_operator(rule: Rule) -> Option<BinaryOperator> {
    Some(match rule {
        Rule::Or => BinaryOperator::Or,
        Rule::Xor => BinaryOperator::Xor,
        Rule::And => BinaryOperator::And,
        Rule::Equal => BinaryOperator::Equal,
        Rule::NotEqual => BinaryOperator::NotEqual,
        Rule::Less => BinaryOperator::Less,
        Rule::LessOrEqual => BinaryOperator::LessOrEqual,
        Rule::Greater => BinaryOperator::Greater,
        Rule::GreaterOrEqual => BinaryOperator::GreaterOrEqual,
        Rule::StartsWith => BinaryOperator::StartsWith,
        Rule::EndsWith => BinaryOperator::EndsWith,
        Rule::Contains => BinaryOperator::Contains,
        Rule::In => BinaryOperator::In,
        Rule::RegularMatch => BinaryOperator::Matches,
        Rule::Add => BinaryOperator::Add,
        Rule::Subtract => BinaryOperator::Subtract,
        Rule::Multiply => BinaryOperator::Multiply,
        Rule::Divide => BinaryOperator::Divide,
        Rule::Modulo => BinaryOperator::Modulo,
        Rule::PowerOf => BinaryOperator::Power,
        _ => return None,
    })
}

pub(super) fn unary_operator(rule: Rule) -> Option<UnaryOperator> {
    Some(match rule {
        Rule::Not => UnaryOperator::Not,
        Rule::UnaryAdd => UnaryOperator::Plus,
        Rule::UnarySubtract => UnaryOperator::Minus,
        _ => return None,
    })
}

pub(super) fn is_comparison(operator: BinaryOperator) -> bool {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    matches!(operator, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
}

/// Operators whose operands may be grouped at will: a long chain of them becomes a balanced tree.
pub(super) fn is_associative(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor)
}

//! `degree`: whether a node has a relationship, and how many, is read off its adjacency: `EXISTS { (a)-->() }` and
//! `COUNT { (a)-->() }` become a degree.

use super::{Rule, When};
use crate::algebra::BinaryOperator;
use crate::base::Span;
use crate::optimize::Planner;
use crate::optimize::expression::{Bough, Expression, Leaf, Subplan};
use crate::optimize::plan::{Operator, Task};
use crate::value::Value;

pub(super) const RULE: Rule = Rule {
    name: "degree",
    doc: "Answers whether and how many relationships a node has by its degree.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| {
        let mut used = false;
        operator.expressions_mut(&mut |expression| used |= subqueries(expression));
        if used {
            operator.rules.push(RULE.name);
        }
    });
}

/// Turns EXISTS and COUNT of one hop into degrees.
fn subqueries(expression: &mut Expression) -> bool {
    let degree = match expression {
        Expression::Exists(subplan) | Expression::Count(subplan) => hop(subplan),
        _ => None,
    };
    if let Some(degree) = degree {
        *expression = match expression {
            Expression::Exists(_) => positive(degree),
            _ => degree,
        };
        return true;
    }
    let mut used = false;
    expression.operands_mut(&mut |operand| used |= subqueries(operand));
    used
}

/// That there is at least one way.
pub(super) fn positive(degree: Expression) -> Expression {
    Expression::Binary {
        operator: BinaryOperator::Greater,
        left: Box::new(degree),
        right: Box::new(Expression::Constant(Value::Integer(0))),
        span: Span::default(),
    }
}

/// The branches of which an expression asks whether there is a way along all of them.
pub(super) fn any_of(expression: &Expression) -> Option<&[Bough]> {
    let Expression::Binary { operator: BinaryOperator::Greater, left, right, .. } = expression else {
        return None;
    };
    match (&**left, &**right) {
        (Expression::Ways(boughs), Expression::Constant(Value::Integer(0))) => Some(boughs),
        _ => None,
    }
}

/// The degree that a subplan of one free hop counts.
pub(super) fn hop(subplan: &Subplan) -> Option<Expression> {
    let Task::Expand(expand) = &subplan.root.task else { return None };
    let input = subplan.root.input.as_deref()?;
    if !matches!(input.task, Task::Argument) || expand.into || !subplan.outer.contains(expand.from) {
        return None;
    }
    let leaf = Leaf { node: expand.from, types: expand.types.clone(), direction: expand.direction };
    Some(Expression::Degree { leaves: vec![leaf], except: expand.others.clone() })
}

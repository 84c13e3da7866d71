//! `late-projection`: where only the first rows of an order are wanted, what is worked out of each and does not decide the
//! order is worked out of these alone. Only what cannot fail: an error in any row is one of the statement.

use super::{Rule, When};
use crate::algebra::{BinaryOperator, SlotKind};
use crate::functions::{Function, Piece};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Assumption, Operator, Task};
use crate::optimize::slots::SlotSet;
use crate::value::Value;

pub(super) const RULE: Rule = Rule {
    name: "late-projection",
    doc: "Works out only of the first rows of an order what does not decide it.",
    when: When::After(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Task::Top { keys, .. } = &operator.task else { return };
        let mut decide = SlotSet::new();
        keys.iter().for_each(|key| decide.extend(&key.expression.slots()));
        let Some(below) = operator.input.as_deref_mut() else { return };
        let Task::Project(items) = &mut below.task else { return };
        let (late, early): (Vec<_>, Vec<_>) = std::mem::take(items).into_iter().partition(|(slot, item)| {
            !decide.contains(*slot) && is_worked_out(item) && is_sure(planner, item)
        });
        *items = early;
        if late.is_empty() {
            return;
        }
        if items.is_empty() {
            operator.input = Some(Box::new(operator.take_input().take_input()));
        }
        let rows = operator.rows;
        let first = std::mem::replace(operator, Operator::argument());
        *operator = Operator { rows, rules: vec![RULE.name], ..Operator::over(Task::Project(late), first) };
    });
}

/// Whether more is done than to read something, which waits until it is looked at anyway.
fn is_worked_out(item: &Expression) -> bool {
    match item {
        Expression::Slot(_) | Expression::Constant(_) | Expression::Parameter(..) => false,
        Expression::Property { subject, .. } => is_worked_out(subject),
        _ => true,
    }
}

/// Whether to work out a value cannot fail.
pub(super) fn is_sure(planner: &mut Planner<'_>, value: &Expression) -> bool {
    match value {
        Expression::Slot(_) | Expression::Constant(_) | Expression::Degree { .. } => true,
        Expression::Property { subject, .. } => is_entity(planner, subject),
        Expression::List(items) => items.iter().all(|item| is_sure(planner, item)),
        Expression::Map(entries) => entries.iter().all(|(_, item)| is_sure(planner, item)),
        Expression::Call { function, arguments, .. } => match (function.0.name, arguments.as_slice()) {
            ("labels" | "type" | "keys" | "properties" | "id" | "elementId", [argument]) => {
                is_entity(planner, argument)
            }
            ("size" | "char_length" | "character_length", [argument]) => is_text(planner, argument),
            _ => is_text(planner, value),
        },
        Expression::Binary { operator: BinaryOperator::Add, .. } => is_text(planner, value),
        _ => false,
    }
}

/// Whether a value is a text, or null, whatever row it is worked out of.
fn is_text(planner: &mut Planner<'_>, value: &Expression) -> bool {
    match value {
        Expression::Constant(value) => matches!(value, Value::String(_)),
        Expression::Property { subject, key, .. } => {
            let of_node = matches!(**subject, Expression::Slot(slot) if planner.is_node(slot));
            of_node && is_entity(planner, subject) && planner.assume(Assumption::Texts(key.clone()))
        }
        Expression::Call { function, arguments, .. } => {
            let Some((text, others)) = arguments.split_first() else { return false };
            let of_case =
                matches!(function.0.name, "toLower" | "toUpper" | "lower" | "upper") && others.is_empty();
            (of_case || is_piece(function.0, others)) && is_text(planner, text)
        }
        Expression::Binary { operator: BinaryOperator::Add, left, right, .. } => {
            is_text(planner, left) && is_text(planner, right)
        }
        _ => false,
    }
}

/// Whether a function gives a piece of its first argument, whatever text that is.
fn is_piece(function: &Function, others: &[Expression]) -> bool {
    let constant = |argument: &Expression| match argument {
        Expression::Constant(value) => Some(value.clone()),
        _ => None,
    };
    let others: Option<Vec<Value>> = others.iter().map(constant).collect();
    others.is_some_and(|others| Piece::of(function, &others).is_some())
}

/// Whether it is a node or a relationship that nothing has deleted.
fn is_entity(planner: &Planner<'_>, value: &Expression) -> bool {
    let Expression::Slot(slot) = value else { return false };
    let kind = planner.slots.get(slot.0 as usize).map(|info| info.kind);
    !planner.writes && matches!(kind, Some(SlotKind::Node | SlotKind::Relationship))
}

//! `list-tests`: where WHERE asks whether any, all or none of the values of a pattern pass a test, the pattern is asked for one
//! row that decides it. `any(x IN [(a)-->(b) | b.date] WHERE x > $d)` becomes `EXISTS { (a)-->(b) WHERE b.date > $d }`.

use super::late_projection::is_sure;
use super::{Rule, When};
use crate::algebra::{Quantifier, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, Subplan};
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "list-tests",
    doc: "Looks for one row that decides `any`, `all` or `none` of what a pattern gives instead of making the list.",
    when: When::Before(apply),
    // Which relationships are looked at is no longer the same.
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Task::Filter(conjuncts) = &mut operator.task else { return };
        let mut used = false;
        conjuncts.iter_mut().for_each(|conjunct| used |= decide(planner, conjunct));
        if used {
            operator.rules.push(RULE.name);
        }
    });
}

/// Changes a condition of which it only matters whether it is true.
fn decide(planner: &mut Planner<'_>, condition: &mut Expression) -> bool {
    let decided = match condition {
        Expression::And(parts) | Expression::Or(parts) => {
            return parts.iter_mut().fold(false, |used, part| decide(planner, part) | used);
        }
        Expression::Not(operand) => decided(planner, operand, false),
        _ => decided(planner, condition, true),
    };
    if let Some(decided) = decided {
        *condition = decided;
        return true;
    }
    false
}

/// What is true where the quantified condition is true, or is false.
fn decided(planner: &mut Planner<'_>, condition: &Expression, wanted: bool) -> Option<Expression> {
    let Expression::Quantified { quantifier, variable, list, predicate: Some(predicate) } = condition else {
        return None;
    };
    let Expression::Collect { subplan, slot, first: false, most: None } = &**list else { return None };
    let Task::Project(items) = &subplan.root.task else { return None };
    let [(made, value)] = items.as_slice() else { return None };
    if made != slot || predicate.has_subplan() || !is_sure(planner, value) {
        return None;
    }
    let mut test = (**predicate).clone();
    put(&mut test, *variable, value);
    let negated = |test: Expression| Expression::Not(Box::new(test));
    // Where no row may be other than wanted, those of which it is unknown decide it too.
    let or_unknown = |test: Expression| {
        let unknown = Expression::IsNull { operand: Box::new(test.clone()), negated: false };
        Expression::Or(vec![test, unknown])
    };
    let (test, exists) = match (quantifier, wanted) {
        (Quantifier::Any, true) | (Quantifier::None, false) => (test, true),
        (Quantifier::All, false) => (negated(test), true),
        (Quantifier::Any, false) | (Quantifier::None, true) => (or_unknown(test), false),
        (Quantifier::All, true) => (or_unknown(negated(test)), false),
        (Quantifier::Single, _) => return None,
    };
    let rows = (**subplan.root.input.as_ref()?).clone();
    let mut seen = predicate.slots();
    seen.remove(*variable);
    let mut outer = subplan.outer.clone();
    outer.extend(&seen);
    let mut conjuncts = Vec::new();
    test.conjuncts(&mut conjuncts);
    let root = Operator::over(Task::Filter(conjuncts), rows);
    let row = Expression::Exists(Box::new(Subplan { root, outer, row: subplan.row }));
    Some(if exists { row } else { negated(row) })
}

/// Puts an expression where a variable is named.
fn put(expression: &mut Expression, variable: Slot, value: &Expression) {
    match expression {
        Expression::Slot(slot) if *slot == variable => *expression = value.clone(),
        _ => expression.operands_mut(&mut |operand| put(operand, variable, value)),
    }
}

//! `short-lists`: of a list of which nothing but the first values is asked, no others are kept: `collect(x)[0]`,
//! `head(collect(x))`, `[(a)-->(b) | b][..3]`, under whatever name the list goes from the one to the other.

use super::uses_of_lists::{Uses, first_asked, lists_of};
use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "short-lists",
    doc: "Keeps no more values of a list than the first ones that are asked for.",
    when: When::Before(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    let mut lists = false;
    planner.everywhere(root, &mut |_, operator| {
        let mut used = false;
        operator.expressions_mut(&mut |expression| used |= shorten(expression));
        if used {
            operator.rules.push(RULE.name);
        }
        lists |= lists_of(operator).next().is_some() || lists_rows(operator);
    });
    if !lists {
        return;
    }
    let short = Uses::of(planner, root).short();
    if short.is_empty() {
        return;
    }
    planner.everywhere(root, &mut |_, operator| {
        let mut used = false;
        match &mut operator.task {
            Task::Aggregate { aggregates, .. } => {
                for (slot, aggregate) in aggregates {
                    aggregate.first = short.get(slot).copied();
                    used |= aggregate.first.is_some();
                }
            }
            Task::Project(items) => {
                for (slot, item) in items {
                    if let (Expression::Collect { most, .. }, Some(count)) = (item, short.get(slot)) {
                        *most = Some(*count);
                        used = true;
                    }
                }
            }
            _ => {}
        }
        if used {
            operator.rules.push(RULE.name);
            operator.rules.dedup();
        }
    });
}

/// Ends the lists of subplans of which an expression asks for the first values.
fn shorten(expression: &mut Expression) -> bool {
    let mut asked = first_asked(expression);
    let mut used = false;
    expression.operands_mut(&mut |operand| {
        let count = asked.take();
        match operand {
            Expression::Collect { most, first: false, .. } => {
                used |= count.is_some();
                *most = count;
            }
            operand => used |= shorten(operand),
        }
    });
    used
}

/// Whether an operator fills a slot with the list of a subplan.
fn lists_rows(operator: &Operator) -> bool {
    let Task::Project(items) = &operator.task else { return false };
    items.iter().any(|(_, item)| matches!(item, Expression::Collect { .. }))
}

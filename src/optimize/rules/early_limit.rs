//! `early-limit`: LIMIT cuts rows off before their columns are computed, so that nothing is computed for rows that
//! nobody sees.
//!
//! A projection hands on as many rows as it gets, so that the limit may stand below it as well as above.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "early-limit",
    doc: "Cuts rows off before their columns are computed.",
    when: When::After(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| lower(operator));
}

/// Moves a limit, with the skip below it, under the projections below them.
fn lower(operator: &mut Operator) {
    if !matches!(operator.task, Task::Limit(_) | Task::Skip(_)) {
        return;
    }
    if !matches!(operator.input.as_deref().map(|input| &input.task), Some(Task::Project(_))) {
        return;
    }
    let mut project = operator.take_input();
    let mut limit = operator.take();
    limit.input = project.input.take();
    limit.rules.push(RULE.name);
    lower(&mut limit);
    project.input = Some(Box::new(limit));
    *operator = project;
}

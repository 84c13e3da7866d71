//! `push-down`: what WHERE asks of a pattern is tested as soon as the variables it names are there.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::pattern::Predicate;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "push-down",
    doc: "Tests the conditions of WHERE as early as the pattern allows.",
    when: When::Before(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| {
        let Task::Filter(conjuncts) = &mut operator.task else { return };
        let Some(input) = operator.input.as_deref_mut() else { return };
        let Task::Pattern(pattern) = &mut input.task else { return };
        pattern.predicates.extend(std::mem::take(conjuncts).into_iter().map(Predicate::new));
        let rules = std::mem::take(&mut operator.rules);
        let mut pattern = operator.take_input();
        pattern.rules.extend(rules);
        pattern.rules.push(RULE.name);
        *operator = pattern;
    });
}

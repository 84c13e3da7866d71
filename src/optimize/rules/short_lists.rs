//! `short-lists`: of a list of which nothing but the first values is asked, no others are kept: `collect(x)[0]`,
//! `head(collect(x))`, `collect(x)[..3]`, under whatever name the list goes from the one to the other.

use super::uses_of_lists::{Uses, lists_of};
use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "short-lists",
    doc: "Keeps no more values of a list than the first ones that are asked for.",
    when: When::Before(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    let mut lists = false;
    planner.everywhere(root, &mut |_, operator| lists |= lists_of(operator).next().is_some());
    if !lists {
        return;
    }
    let short = Uses::of(planner, root).short();
    if short.is_empty() {
        return;
    }
    planner.everywhere(root, &mut |_, operator| {
        let Task::Aggregate { aggregates, .. } = &mut operator.task else { return };
        let mut used = false;
        for (slot, aggregate) in aggregates {
            aggregate.first = short.get(slot).copied();
            used |= aggregate.first.is_some();
        }
        if used {
            operator.rules.push(RULE.name);
        }
    });
}

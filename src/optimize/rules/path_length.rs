//! `path-length`: where nothing but the length of a shortest path is asked, or whether there is one, the path is not made. How
//! long it is does not depend on which of several is taken, so that it can be told for many ends at once.

use super::uses_of_lists::{Uses, length_of};
use super::{Rule, When};
use crate::algebra::Search;
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Operator, Shortest, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "path-length",
    doc: "Tells how long a shortest path is without making it, from an end that comes often for all others at once.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    let mut found = false;
    planner.everywhere(root, &mut |_, operator| {
        found |= matches!(&operator.task, Task::Shortest(search) if is_plain(search));
    });
    if !found {
        return;
    }
    let uses = Uses::of(planner, root);
    let fits = |search: &Shortest| is_plain(search) && !uses.asks(search.relationships);
    let mut paths = SlotSet::new();
    planner.everywhere(root, &mut |_, operator| match &operator.task {
        Task::Shortest(search) if fits(search) => search.path.iter().for_each(|path| paths.insert(*path)),
        _ => {}
    });
    let measured = uses.measured(paths);
    planner.everywhere(root, &mut |_, operator| {
        if let Task::Shortest(search) = &mut operator.task
            && fits(search)
            && search.path.is_none_or(|path| measured.contains(path))
        {
            search.measured = true;
            operator.rules.push(RULE.name);
        }
        operator.expressions_mut(&mut |expression| read_lengths(expression, &measured));
    });
}

fn is_plain(search: &Shortest) -> bool {
    search.search == Search::Shortest && search.properties.is_none()
}

/// What stands in the slot of a path is its length.
fn read_lengths(expression: &mut Expression, measured: &SlotSet) {
    if length_of(expression).is_some_and(|slot| measured.contains(slot))
        && let Expression::Call { arguments, .. } = expression
        && let Some(length) = arguments.pop()
    {
        *expression = length;
        return;
    }
    expression.operands_mut(&mut |operand| read_lengths(operand, measured));
}

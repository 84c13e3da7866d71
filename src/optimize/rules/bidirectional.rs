//! `bidirectional`: a shortest path is searched from both ends, always from the one with fewer open nodes.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "bidirectional",
    doc: "Searches a shortest path from both ends at once.",
    when: When::After(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| {
        if let Task::Shortest(shortest) = &mut operator.task {
            shortest.bidirectional = true;
            operator.rules.push(RULE.name);
        }
    });
}

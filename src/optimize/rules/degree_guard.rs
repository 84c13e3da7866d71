//! `degree-guard`: where rows must tell which relationship makes `EXISTS { (a)-->() }` true, rows without any are left
//! out by the degree before the others look for it; `NOT EXISTS` rests on none and is a degree.

use super::degree::{hop, positive};
use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "degree-guard",
    doc: "Looks at the degree of a node before it looks for the relationship that EXISTS rests on.",
    when: When::After(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| {
        let Task::Filter(conjuncts) = &mut operator.task else { return };
        let mut guards = Vec::new();
        for conjunct in conjuncts.iter_mut() {
            match conjunct {
                Expression::Exists(subplan) => guards.extend(hop(subplan).map(positive)),
                Expression::Not(operand) => {
                    let Expression::Exists(subplan) = &**operand else { continue };
                    let Some(degree) = hop(subplan) else { continue };
                    **operand = positive(degree);
                    operator.rules.push(RULE.name);
                }
                _ => {}
            }
        }
        if !guards.is_empty() {
            operator.rules.push(RULE.name);
            guards.append(conjuncts);
            *conjuncts = guards;
        }
        operator.rules.dedup();
    });
}

//! `distinct-first`: where different values are added up that have to be worked out, as in `count(DISTINCT date.year)`, rows
//! are made different first, by the keys and by the value. To tell rows apart is what groups do fast, and what several
//! workers share.

use super::{Rule, When};
use crate::algebra::SlotKind;
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{AggregateCall, Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "distinct-first",
    doc: "Makes rows different before their computed values are added up, each once.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Some(value) = value_of(operator) else { return };
        let input = operator.take_input();
        let Task::Aggregate { keys, aggregates } = &mut operator.task else { return };
        let (mut items, mut different) = (Vec::new(), Vec::new());
        for (_, key) in keys {
            let slot = match key {
                Expression::Slot(slot) => *slot,
                _ => {
                    let slot = planner.fresh(SlotKind::Value);
                    items.push((slot, std::mem::replace(key, Expression::Slot(slot))));
                    slot
                }
            };
            if !different.contains(&slot) {
                different.push(slot);
            }
        }
        let slot = planner.fresh(SlotKind::Value);
        for (_, aggregate) in aggregates {
            (aggregate.distinct, aggregate.arguments) = (false, vec![Expression::Slot(slot)]);
        }
        items.push((slot, value));
        different.push(slot);
        let rows = Operator::over(Task::Project(items), input);
        let rows = Operator::over(Task::Distinct(different), rows);
        operator.input = Some(Box::new(Operator { rules: vec![RULE.name], ..rows }));
    });
}

/// The computed value of which each different one is taken once, where that is all that is added up.
fn value_of(operator: &Operator) -> Option<Expression> {
    let Task::Aggregate { aggregates, .. } = &operator.task else { return None };
    let [(_, aggregate)] = aggregates.as_slice() else { return None };
    match (aggregate.call, aggregate.arguments.as_slice()) {
        (AggregateCall::Function(_), [value]) if aggregate.distinct && !value.is_read() => {
            Some(value.clone())
        }
        _ => None,
    }
}

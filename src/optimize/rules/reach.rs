//! `reach`: where only the distinct ends of a variable-length step matter, each is reached once.
//!
//! A shortest walk to a node is a trail, and so is a shortest walk back to the start along directions, so the nodes
//! that trails of 0 or 1 to `max` hops end in are those that a breadth-first search finds. Without direction a walk
//! could come back over the relationship it left by: there the start counts anyway (0 hops), or it has to lie on a circle
//! (1), which the search notices.
//!
//! Where nothing is asked of the starts either, all of them begin one search, and no end comes twice.

use super::unique_key::scanned;
use super::{Rule, When};
use crate::algebra::{Direction, FunctionRef, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Reach, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "reach",
    doc: "Reaches each end of a closure once instead of by every path.",
    when: When::Around(before, apply),
    keeps_proof: false,
};

/// Where patterns are entered may depend on what is asked of them.
fn before(planner: &mut Planner<'_>, root: &mut Operator) {
    descend(planner, root, Above::everything());
}

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    descend(planner, root, Above::everything());
    planner.everywhere(root, &mut |_, operator| {
        leave_to_reach(operator);
    });
}

/// What is asked of the rows of an operator.
#[derive(Clone)]
struct Above {
    /// Nothing cares how often a row comes.
    once: bool,
    /// The slots that are read; `all` that every slot may be.
    needed: SlotSet,
    all: bool,
    /// The rows are wanted once a statement, not for each row of another operator.
    alone: bool,
}

impl Above {
    fn everything() -> Above {
        Above { once: false, needed: SlotSet::new(), all: true, alone: true }
    }

    /// For each row of another operator.
    fn inside(self) -> Above {
        Above { alone: false, ..self }
    }
}

fn descend(planner: &Planner<'_>, operator: &mut Operator, mut above: Above) {
    if planner.allowance.is_over(32) {
        return;
    }
    operator.expressions_mut(&mut |expression| inside(planner, expression));
    match &mut operator.task {
        Task::Distinct(slots) => {
            above.once = true;
            if above.all {
                above.needed = SlotSet::new();
                above.all = false;
            }
            slots.iter().for_each(|slot| above.needed.insert(*slot));
        }
        Task::Aggregate { keys, aggregates } => {
            above.once = aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate));
            above.needed = SlotSet::new();
            above.all = false;
            keys.iter().for_each(|(_, key)| key.reads(&mut above.needed));
            for (_, aggregate) in aggregates {
                aggregate.arguments.iter().for_each(|argument| argument.reads(&mut above.needed));
            }
        }
        Task::VarExpand(expand) => {
            let around = expand.min == 1 && expand.direction == Direction::Either;
            let short = expand.min <= 1 && !(around && expand.properties.is_some());
            let free = !above.all
                && !above.needed.contains(expand.relationships)
                && expand.others.is_empty()
                && expand.levels.is_none();
            if above.once && short && free {
                let only_ends = above.needed.iter().all(|slot| slot == expand.to);
                let from_all = only_ends && above.alone && !expand.into && expand.properties.is_none();
                expand.reach = Some(if from_all { Reach::FromAll } else { Reach::FromEach });
                operator.rules.push(RULE.name);
            }
            operator.reads(&mut above.needed);
        }
        Task::Pattern(pattern) => {
            let mut filled = SlotSet::new();
            pattern.fills(&mut filled);
            let asked: Vec<Slot> = above.needed.iter().filter(|slot| filled.contains(*slot)).collect();
            let once = above.once && above.alone && !above.all;
            pattern.ends = asked.first().copied().filter(|_| once && asked.len() == 1);
            operator.reads(&mut above.needed);
        }
        Task::Project(items) => {
            // What a projection fills is not needed from below, unless it reads it itself.
            let mut below = above.needed.clone();
            items.iter().for_each(|(slot, _)| below.remove(*slot));
            for (slot, item) in items.iter() {
                if above.all || above.needed.contains(*slot) {
                    item.reads(&mut below);
                }
            }
            above.needed = below;
            above.once = above.once && items.iter().all(|(_, item)| is_steady(item));
        }
        Task::Filter(conjuncts) => {
            above.once = above.once && conjuncts.iter().all(is_steady);
            operator.reads(&mut above.needed);
        }
        Task::Scan { .. }
        | Task::Expand(_)
        | Task::Intersect(_)
        | Task::Held(_)
        | Task::Unwind { .. }
        | Task::Sort(_) => {
            operator.reads(&mut above.needed);
        }
        Task::Optional { inner, .. } => {
            descend(planner, inner, above.clone().inside());
            operator.reads(&mut above.needed);
        }
        _ => {
            // Whatever counts, cuts or writes sees every row.
            above.once = false;
            above.all = true;
            if let Task::Union { branches, .. } = &mut operator.task {
                branches
                    .iter_mut()
                    .for_each(|branch| descend(planner, &mut branch.root, Above::everything()));
            }
            if let Task::Merge(merge) = &mut operator.task {
                descend(planner, &mut merge.matching, Above::everything().inside());
            }
        }
    }
    if let Some(input) = operator.input.as_deref_mut() {
        descend(planner, input, above);
    }
}

/// Where each row has its own end of a search, nothing has to tell them apart again.
fn leave_to_reach(operator: &mut Operator) {
    let Some(input) = operator.input.as_deref() else { return };
    match &mut operator.task {
        Task::Distinct(slots) if slots.iter().any(|slot| comes_once(input, *slot, slots)) => {
            *operator = operator.take_input();
        }
        Task::Aggregate { keys, aggregates } => {
            let slot = |expression: &Expression| match expression {
                Expression::Slot(slot) => Some(*slot),
                _ => None,
            };
            let keys: Vec<Slot> = keys.iter().filter_map(|(_, key)| slot(key)).collect();
            for (_, aggregate) in aggregates.iter_mut().filter(|(_, aggregate)| aggregate.distinct) {
                if let [Expression::Slot(slot)] = aggregate.arguments.as_slice() {
                    aggregate.distinct = !comes_once(input, *slot, &keys);
                }
            }
        }
        _ => {}
    }
}

/// Whether no two rows of an operator that have the same in some slots have the same node in another one.
fn comes_once(mut operator: &Operator, mut slot: Slot, same: &[Slot]) -> bool {
    let mut same = same.to_vec();
    loop {
        match &operator.task {
            Task::Project(items) => {
                let below = |slot: Slot| match items.iter().find(|(filled, _)| *filled == slot) {
                    Some((_, Expression::Slot(from))) => Some(*from),
                    Some(_) => None,
                    None => Some(slot),
                };
                match below(slot) {
                    Some(from) => slot = from,
                    None => return false,
                }
                same = same.into_iter().filter_map(below).collect();
            }
            Task::Filter(_) | Task::Sort(_) => {}
            Task::VarExpand(expand) if expand.to == slot && !expand.into => match expand.reach {
                Some(Reach::FromAll) => return true,
                Some(Reach::FromEach) => {
                    let start = operator.input.as_deref().and_then(scanned);
                    return start == Some(expand.from) && same.contains(&expand.from);
                }
                None => return false,
            },
            _ => return false,
        }
        let Some(input) = operator.input.as_deref() else { return false };
        operator = input;
    }
}

/// Plans in expressions: for EXISTS one row is as good as many.
fn inside(planner: &Planner<'_>, expression: &mut Expression) {
    match expression {
        Expression::Exists(subplan) => {
            let any = Above { once: true, all: false, ..Above::everything() };
            descend(planner, &mut subplan.root, any.inside());
        }
        Expression::Count(subplan) | Expression::Collect { subplan, .. } => {
            descend(planner, &mut subplan.root, Above::everything().inside());
        }
        other => other.operands_mut(&mut |operand| inside(planner, operand)),
    }
}

/// Whether an aggregate gives the same however often a row comes.
pub(super) fn is_indifferent(aggregate: &Aggregate) -> bool {
    match aggregate.call {
        AggregateCall::Function(FunctionRef(function)) => {
            aggregate.distinct || ["min", "max"].iter().any(|name| function.name.eq_ignore_ascii_case(name))
        }
        AggregateCall::Rows | AggregateCall::Total => false,
    }
}

/// Whether an expression gives the same value for the same row every time.
pub(super) fn is_steady(expression: &Expression) -> bool {
    if let Expression::Call { function, arguments, .. } = expression
        && arguments.is_empty()
        && function.0.name.to_ascii_lowercase().starts_with("rand")
    {
        return false;
    }
    let mut steady = true;
    expression.operands(&mut |operand| steady = steady && is_steady(operand));
    steady
}

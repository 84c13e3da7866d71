//! `longest-path`: where only the ends of a variable-length step and the number of its hops are asked for, and whether
//! a row comes once or often does not matter, the step goes hop by hop: the nodes reached with each number of hops,
//! each once. On types that never lead back every walk is a trail, so that nothing is missed and nothing is too much;
//! the longest path is the last hop that still reaches something. Where nothing but the greatest length is asked for, it
//! is the greatest of the lengths to which paths go on from each start, which the graph knows by dynamic programming.

use super::reach::is_indifferent;
use super::{Rule, When};
use crate::algebra::{Direction, FunctionRef, Slot, SlotKind};
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, Labels, PathStep};
use crate::optimize::plan::{AggregateCall, Levels, Longest, Never, Operator, Task, VarExpand};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "longest-path",
    doc: "Finds lengths of paths hop by hop, or the longest by dynamic programming, on relations without circles.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Task::Aggregate { aggregates, .. } = &operator.task else { return };
        if aggregates.is_empty() || !aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate)) {
            return;
        }
        let Some(found) = find(operator) else { return };
        if !planner.never(&found.types, Never::Circles) {
            return;
        }
        let hops = planner.fresh(SlotKind::Value);
        rewrite(operator, &found, hops);
    });
}

/// A step below an aggregate that can go hop by hop.
struct Found {
    types: Vec<std::sync::Arc<str>>,
    relationships: Slot,
    path: Option<Slot>,
    together: bool,
    longest: Option<Longest>,
}

/// Operators that let every row through as it is, or not at all, or with more slots.
fn is_simple(task: &Task) -> bool {
    matches!(task, Task::Filter(_) | Task::Project(_))
}

fn find(operator: &Operator) -> Option<Found> {
    let mut at = operator.input.as_deref()?;
    let mut above = vec![operator];
    while is_simple(&at.task) {
        above.push(at);
        at = at.input.as_deref()?;
    }
    let Task::VarExpand(expand) = &at.task else { return None };
    let plain = expand.direction != Direction::Either
        && !expand.types.is_empty()
        && expand.reach.is_none()
        && !expand.into
        && expand.others.is_empty()
        && expand.takes_all();
    if !plain {
        return None;
    }
    let path = above.iter().find_map(|operator| match &operator.task {
        Task::Project(items) => {
            items.iter().find_map(|(slot, item)| is_path_of(item, expand.relationships).then_some(*slot))
        }
        _ => None,
    });
    // Everything that is asked of the path must be its length.
    let mut read = SlotSet::new();
    let mut fits = true;
    for operator in &above {
        operator.expressions(&mut |expression| {
            if path.is_some() && is_path_of(expression, expand.relationships) {
                return;
            }
            fits = fits && only_length(expression, expand.relationships, path, &mut read);
        });
    }
    let mut started = SlotSet::new();
    at.input.as_deref()?.references(&mut started);
    let together =
        read.iter().all(|slot| slot == expand.to || !started.contains(slot)) && !read.contains(expand.from);
    let longest = if together { longest(&above, expand, path) } else { None };
    let (types, relationships) = (expand.types.clone(), expand.relationships);
    fits.then_some(Found { types, relationships, path, together, longest })
}

/// Whether an expression puts together a path of the step alone.
fn is_path_of(expression: &Expression, list: Slot) -> bool {
    let Expression::Path { steps, .. } = expression else { return false };
    matches!(steps.as_slice(), [PathStep { relationship, list: true, .. }] if *relationship == list)
}

/// Whether an aggregate over a step wants its greatest length and nothing else, and where such a path has to end.
fn longest(above: &[&Operator], expand: &VarExpand, path: Option<Slot>) -> Option<Longest> {
    let Task::Aggregate { keys, aggregates } = &above.first()?.task else { return None };
    let [(_, aggregate)] = aggregates.as_slice() else { return None };
    let greatest = match (aggregate.call, aggregate.arguments.as_slice()) {
        (AggregateCall::Function(FunctionRef(function)), [of]) => {
            function.name.eq_ignore_ascii_case("max") && is_length(of, expand.relationships, path)
        }
        _ => false,
    };
    if !greatest || !keys.is_empty() || expand.min == 0 {
        return None;
    }
    let mut ends = Longest::Any;
    for condition in above
        .iter()
        .filter_map(|operator| match &operator.task {
            Task::Filter(conditions) => Some(conditions),
            _ => None,
        })
        .flatten()
    {
        match (condition, &ends) {
            (Expression::HasLabels { subject, labels: Labels::Label(label), .. }, Longest::Any) if matches!(&**subject, Expression::Slot(slot) if *slot == expand.to) =>
            {
                ends = Longest::Labelled(label.clone());
            }
            _ => return None,
        }
    }
    Some(ends)
}

/// Whether an expression asks nothing of the path but its length; notes the other slots it reads.
fn only_length(expression: &Expression, list: Slot, path: Option<Slot>, read: &mut SlotSet) -> bool {
    if is_length(expression, list, path) {
        return true;
    }
    match expression {
        Expression::Slot(slot) => {
            read.insert(*slot);
            *slot != list && Some(*slot) != path
        }
        _ => {
            if expression.has_subplan() {
                return false;
            }
            let mut own = SlotSet::new();
            let mut operands = 0;
            let mut fits = true;
            expression.operands(&mut |operand| {
                operands += 1;
                fits = fits && only_length(operand, list, path, read);
            });
            if operands == 0 {
                expression.reads(&mut own);
                read.extend(&own);
                fits = !own.contains(list) && path.is_none_or(|path| !own.contains(path));
            }
            fits
        }
    }
}

/// `length(path)` or `size(relationships)`.
fn is_length(expression: &Expression, list: Slot, path: Option<Slot>) -> bool {
    let Expression::Call { function, arguments, .. } = expression else { return false };
    match arguments.as_slice() {
        [Expression::Slot(slot)] => {
            (Some(*slot) == path && function.0.name.eq_ignore_ascii_case("length"))
                || (*slot == list && function.0.name.eq_ignore_ascii_case("size"))
        }
        _ => false,
    }
}

fn rewrite(operator: &mut Operator, found: &Found, hops: Slot) {
    operator.expressions_mut(&mut |expression| replace(expression, found, hops));
    let mut at = operator.input.as_deref_mut();
    while let Some(operator) = at {
        if let Task::VarExpand(expand) = &mut operator.task {
            expand.levels = Some(Levels { hops, together: found.together, longest: found.longest.clone() });
            operator.rules.push(RULE.name);
            return;
        }
        if let Task::Project(items) = &mut operator.task {
            items.retain(|(slot, _)| Some(*slot) != found.path);
        }
        operator.expressions_mut(&mut |expression| replace(expression, found, hops));
        at = operator.input.as_deref_mut();
    }
}

fn replace(expression: &mut Expression, found: &Found, hops: Slot) {
    if is_length(expression, found.relationships, found.path) {
        *expression = Expression::Slot(hops);
        return;
    }
    expression.operands_mut(&mut |operand| replace(operand, found, hops));
}

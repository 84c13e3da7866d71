//! What gives out the parts of a chain of operators that several workers share, as plans tell.

use crate::algebra::Slot;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Access, Task};
use crate::optimize::slots::SlotSet;

/// The source of a chain, or of what is below a DISTINCT over one.
pub fn source_below(plan: &plan::Operator) -> Option<&plan::Operator> {
    match distinct_of(plan) {
        Some(_) => source_of(plan.input.as_deref()?),
        None => source_of(plan),
    }
}

/// Whether a chain may have more rows than its source.
pub fn can_multiply(plan: &plan::Operator) -> bool {
    match plan.task {
        Task::Filter(_) | Task::Project(_) => plan.input.as_deref().is_some_and(can_multiply),
        Task::Scan { .. } => !plan.begins(),
        _ => true,
    }
}

/// Whether a row of the source may lead to very many: over several hops, whose number nobody knows or is at least two.
pub fn leads_far(plan: &plan::Operator, source: &plan::Operator) -> bool {
    let (mut at, mut hops) = (Some(plan), 0);
    while let Some(operator) = at.filter(|operator| !std::ptr::eq(*operator, source)) {
        hops += match operator.task {
            Task::VarExpand(_) | Task::Shortest(_) => 2,
            Task::Expand(_) | Task::Intersect(_) => 1,
            _ => 0,
        };
        at = operator.input.as_deref();
    }
    hops >= 2
}

/// What must be different in the rows of a DISTINCT, where several workers may find rows that are alike.
pub fn distinct_of(plan: &plan::Operator) -> Option<&Vec<Slot>> {
    match &plan.task {
        Task::Distinct(slots) if source_of(plan).is_none_or(|source| std::ptr::eq(source, plan)) => {
            Some(slots)
        }
        _ => None,
    }
}

/// Rows are gathered where so many are expected.
const WORTH_GATHERING: f64 = 8.0;

/// So many hops from one node may lead to very many rows.
const MANY_HOPS: usize = 3;

/// What gives out the parts of a chain of operators, each of which takes row by row, or the rows of one scanned node by
/// themselves: a scan, or what has to see all rows below it.
pub fn source_of(plan: &plan::Operator) -> Option<&plan::Operator> {
    source_and_groups(plan).map(|(source, _)| source)
}

/// Groups are found part by part by one worker as well where so many rows are expected.
const MANY_ROWS: f64 = 1e5;

/// Whether a chain that begins with a scan has very many groups, all rows of each of which are of one part: they are let go
/// with it.
pub fn has_groups_of_parts(plan: &plan::Operator) -> bool {
    source_and_groups(plan).is_some_and(|(source, rows)| is_scan(source) && rows >= MANY_ROWS)
}

/// The source of a chain, and of how many rows it makes groups part by part.
fn source_and_groups(plan: &plan::Operator) -> Option<(&plan::Operator, f64)> {
    let mut at = plan;
    // What must have the scanned node among its keys, so that no group has rows of two parts.
    let mut keyed: Vec<(&plan::Operator, SlotSet)> = Vec::new();
    // The first of the hops, and how many there are.
    let (mut first, mut hops) = (None, 0);
    let gathered = loop {
        match &at.task {
            Task::Expand(_) => (first, hops) = (Some(at), hops + 1),
            Task::Filter(_) | Task::Project(_) | Task::Intersect(_) | Task::Held(_) => {}
            // Two of the elements may be the same.
            Task::Unwind { .. } if list_of_a_row(at).is_some() => break at,
            Task::Shortest(_) | Task::Unwind { .. } | Task::Optional { .. } => {}
            Task::VarExpand(expand) if !expand.begins_together() => {}
            Task::Distinct(slots) => keyed.push((at, slots.iter().copied().collect())),
            Task::Sole(sole) => keyed.push((at, SlotSet::from_iter([sole.node]))),
            Task::Aggregate { keys, .. } => {
                let slots = keys.iter().filter_map(|(_, key)| match key {
                    Expression::Slot(slot) => Some(*slot),
                    _ => None,
                });
                keyed.push((at, slots.collect()));
            }
            Task::Scan { node, .. } if is_scan(at) || is_scan_of_rows(at) => {
                // Where rows are several, each node goes with all of them.
                let is_once = is_scan(at) || rows_of(at.input.as_deref()) == Some(1);
                if keyed.is_empty() || (is_once && keyed.iter().all(|(_, keys)| keys.contains(*node))) {
                    let rows = keyed.iter().filter_map(|(operator, _)| operator.input.as_deref());
                    return Some((at, rows.map(|input| input.rows).fold(0.0, f64::max)));
                }
                break at;
            }
            Task::Scan { .. } if !at.begins() => {}
            Task::Scan { .. } | Task::VarExpand(_) => break at,
            Task::Sort(_) | Task::Top { .. } | Task::Limit(_) => break at,
            _ => return None,
        }
        at = at.input.as_deref()?;
    };
    let source = keyed.first().map_or(gathered, |(operator, _)| operator);
    if source.rows >= WORTH_GATHERING {
        return Some((source, 0.0));
    }
    // Nobody knows how far many hops from one node lead: what is around it is shared.
    let is_one = matches!(source.task, Task::Scan { .. }) && hops >= MANY_HOPS;
    first.filter(|_| is_one).map(|first| (first, 0.0))
}

/// Whether a scan goes through ids, from the row with which the statement begins.
pub fn is_scan(plan: &plan::Operator) -> bool {
    matches!(plan.task, Task::Scan { access: Access::All | Access::Label(_), .. }) && plan.begins()
}

/// The scanned node of a chain that hands on all rows of a node before those of the next, each node once.
pub fn comes_together(plan: &plan::Operator) -> Option<Slot> {
    match &plan.task {
        Task::Scan { node, .. } => is_scan(plan).then_some(*node),
        Task::Project(items) => {
            let slot = comes_together(plan.input.as_deref()?)?;
            items.iter().all(|(filled, _)| *filled != slot).then_some(slot)
        }
        Task::Filter(_) | Task::Expand(_) | Task::Intersect(_) | Task::Held(_) => {
            comes_together(plan.input.as_deref()?)
        }
        _ => None,
    }
}

/// Whether a scan goes through ids for each of some rows, of which there are few.
pub fn is_scan_of_rows(plan: &plan::Operator) -> bool {
    let by_id = matches!(plan.task, Task::Scan { access: Access::All | Access::Label(_), .. });
    by_id && !plan.begins() && plan.input.as_deref().is_some_and(has_few_rows)
}

/// Whether there are few rows, as far as can be told: of fewer nodes than that, each may be too long work for one worker.
fn has_few_rows(plan: &plan::Operator) -> bool {
    match (&plan.task, plan.input.as_deref()) {
        (Task::Filter(_) | Task::Project(_), Some(input)) => has_few_rows(input),
        (Task::Scan { .. }, _) if is_scan(plan) => plan.rows <= FEW_ROWS as f64,
        _ => rows_of(Some(plan)).is_some_and(|rows| rows <= FEW_ROWS),
    }
}

/// Elements of a list are shared rather than the nodes that go with each, where there are more than this.
const FEW_ROWS: usize = 16;

/// The list through which an operator goes, of a row that there is exactly once.
pub fn list_of_a_row(plan: &plan::Operator) -> Option<&Expression> {
    let Task::Unwind { list, .. } = &plan.task else { return None };
    (rows_of(plan.input.as_deref()) == Some(1)).then_some(list)
}

/// How many rows an operator has, whatever there is, where that can be told.
fn rows_of(plan: Option<&plan::Operator>) -> Option<usize> {
    let plan = plan?;
    let below = || rows_of(plan.input.as_deref());
    match &plan.task {
        Task::Argument => Some(1),
        Task::Project(_) => below(),
        Task::Unwind { list: Expression::List(items), .. } => below()?.checked_mul(items.len()),
        Task::Aggregate { keys, .. } => keys.is_empty().then_some(1),
        _ => None,
    }
}

/// The slots that are read of the rows of a source.
pub fn read_of(source: &plan::Operator, plan: &plan::Operator, live: &SlotSet) -> SlotSet {
    let mut live = live.clone();
    let mut at = Some(plan);
    while let Some(operator) = at.filter(|operator| !std::ptr::eq(*operator, source)) {
        operator.reads(&mut live);
        at = operator.input.as_deref();
    }
    live
}

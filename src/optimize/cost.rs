//! How many rows an operator is likely to make.

use super::Planner;
use super::arrange::turned;
use super::expression::{Expression, Labels};
use super::pattern::PatternGraph;
use super::plan::{Access, Operator, Side, Task};
use super::slots::SlotSet;
use crate::algebra::{BinaryOperator, Direction, Slot};
use crate::graph::{Graph, Label, RelationshipType, Way};
use std::sync::Arc;

/// Rows of a LIMIT whose number is not known before running.
const UNKNOWN_LIMIT: f64 = 100.0;
/// Hops that a variable-length step without an upper bound is assumed to take.
const ASSUMED_HOPS: u64 = 6;

/// Fills in the estimated rows of the whole tree.
pub(super) fn estimate(graph: &Graph, operator: &mut Operator, outer: f64) -> f64 {
    let before = match operator.input.as_deref_mut() {
        Some(input) => estimate(graph, input, outer),
        None => outer,
    };
    let mut inside = 0.0;
    let mut widest = 0.0;
    operator.inner_mut(&mut |inner| {
        let rows = estimate(graph, inner, 1.0);
        inside += rows;
        widest = f64::max(widest, rows);
    });
    let rows = match &operator.task {
        Task::Argument => outer,
        Task::Pattern(_) => before,
        Task::Scan { access, .. } => before * access_rows(graph, access),
        Task::Expand(expand) => {
            let grown = before * degree(graph, &expand.types, expand.direction, graph.node_count() as f64);
            if expand.into { grown / (graph.node_count() as f64).max(1.0) } else { grown }
        }
        Task::Intersect(intersect) => {
            let nodes = graph.node_count() as f64;
            let hop = |side: &Side| degree(graph, &side.types, side.direction, nodes);
            before * hop(&intersect.left) * hop(&intersect.right) / nodes.max(1.0)
        }
        Task::VarExpand(expand) => {
            let hop = degree(graph, &expand.types, expand.direction, graph.node_count() as f64);
            before * hops(hop, expand.min, expand.max)
        }
        Task::Held(_) | Task::Shortest(_) => before,
        Task::Filter(conjuncts) => before * conjuncts.iter().map(|c| selectivity(graph, c)).product::<f64>(),
        Task::Aggregate { keys, .. } if keys.is_empty() => 1.0,
        Task::Aggregate { .. } | Task::Distinct(_) | Task::Sole(_) => before.sqrt().max(before.min(1.0)),
        Task::Top { limit, .. } | Task::Limit(limit) => before.min(number(limit)),
        Task::Skip(count) => (before - number(count)).max(0.0),
        Task::Unwind { list, .. } => {
            before * if let Expression::List(l) = list { l.len() as f64 } else { 10.0 }
        }
        Task::Optional { .. } => before * widest.max(1.0),
        Task::Union { .. } => inside,
        _ => before,
    };
    operator.rows = rows;
    rows
}

fn number(expression: &Expression) -> f64 {
    match expression {
        Expression::Constant(value) => value.as_integer().map_or(UNKNOWN_LIMIT, |n| n as f64),
        _ => UNKNOWN_LIMIT,
    }
}

/// How many of some nodes are found by what is worked out of them.
pub(super) fn looked_up(nodes: usize) -> f64 {
    (nodes as f64).sqrt()
}

fn access_rows(graph: &Graph, access: &Access) -> f64 {
    match access {
        Access::All => graph.node_count() as f64,
        Access::Label(name) => graph.label(name).map_or(0.0, |label| graph.count_with(label) as f64),
        Access::Seek { .. } | Access::Any { .. } => 1.0,
        Access::Lookup(lookup) => looked_up(match &lookup.label {
            Some(name) => graph.label(name).map_or(0, |label| graph.count_with(label)),
            None => graph.node_count(),
        }),
    }
}

/// Relationships per node, on average over `nodes` nodes.
pub(super) fn degree(graph: &Graph, types: &[Arc<str>], direction: Direction, nodes: f64) -> f64 {
    let ways = if direction == Direction::Either { 2.0 } else { 1.0 };
    ways * relationships(graph, types) / nodes.max(1.0)
}

/// How many relationships are of some types; without a type, of all.
pub(super) fn relationships(graph: &Graph, types: &[Arc<str>]) -> f64 {
    if types.is_empty() {
        return graph.relationship_count() as f64;
    }
    let known = types.iter().filter_map(|name| graph.relationship_type(name));
    known.map(|kind| graph.count_of(kind) as f64).sum()
}

/// The same of a node with a label: as counted when the graph was laid out, or, of what was written since, as if all
/// relationships were those of the label.
fn degree_of_label(graph: &Graph, types: &[Arc<str>], direction: Direction, label: Label) -> f64 {
    let all = if types.is_empty() { graph.types() } else { Vec::new() };
    let named = types.iter().filter_map(|name| graph.relationship_type(name));
    let ways: &[Way] = match direction {
        Direction::Outgoing => &[Way::Out],
        Direction::Incoming => &[Way::In],
        Direction::Either => &[Way::Out, Way::In],
    };
    let nodes = graph.count_with(label).max(1) as f64;
    let of_kind = |kind: RelationshipType| {
        let of_way = |way: &Way| match graph.spread(kind, *way).relationships {
            0 => graph.count_of(kind) as f64 / nodes,
            _ => graph.average_degree(Some(label), kind, *way),
        };
        ways.iter().map(of_way).sum::<f64>()
    };
    all.into_iter().chain(named).map(of_kind).sum()
}

fn hops(degree: f64, min: u64, max: Option<u64>) -> f64 {
    let most = max.unwrap_or(min.max(ASSUMED_HOPS)).min(30);
    (min.min(most)..=most).map(|hop| degree.powi(hop as i32)).sum()
}

/// How many of the rows a predicate keeps.
pub(super) fn selectivity(graph: &Graph, expression: &Expression) -> f64 {
    match expression {
        Expression::HasLabels { labels, .. } => label_share(graph, labels),
        Expression::Binary { operator: BinaryOperator::Equal, .. } => 0.05,
        Expression::Binary { operator: BinaryOperator::NotEqual, .. } => 0.9,
        Expression::And(parts) => parts.iter().map(|part| selectivity(graph, part)).product(),
        Expression::Member(members) => selectivity(graph, &members.otherwise),
        Expression::Not(part) => 1.0 - selectivity(graph, part),
        Expression::Comparisons { .. } | Expression::Binary { .. } => 0.3,
        _ => 0.5,
    }
}

fn label_share(graph: &Graph, labels: &Labels) -> f64 {
    let all = (graph.node_count() as f64).max(1.0);
    match labels {
        Labels::Label(name) => graph.label(name).map_or(0.0, |label| graph.count_with(label) as f64) / all,
        Labels::Any => 0.9,
        Labels::Not(inner) => 1.0 - label_share(graph, inner),
        Labels::And(parts) => parts.iter().map(|part| label_share(graph, part)).product(),
        Labels::Or(parts) => parts.iter().map(|part| label_share(graph, part)).sum::<f64>().min(1.0),
    }
}

/// The predicates that a slot makes testable keep this share of the rows.
fn kept_by(planner: &Planner<'_>, pattern: &PatternGraph, known: &SlotSet, new: &[Slot]) -> f64 {
    let mut after = known.clone();
    new.iter().for_each(|slot| after.insert(*slot));
    pattern
        .predicates
        .iter()
        .filter(|predicate| predicate.needs.within(&after) && !predicate.needs.within(known))
        .map(|predicate| selectivity(planner.graph, &predicate.expression))
        .product()
}

/// What entering a pattern at a slot looks at, and what is left after its predicates.
pub(super) fn entered(
    planner: &Planner<'_>,
    pattern: &PatternGraph,
    slot: Slot,
    known: &SlotSet,
    found: f64,
) -> (f64, f64) {
    let access = super::rules::access(planner, pattern, slot, known).0;
    let kept = kept_by(planner, pattern, known, &[slot]);
    let kept = match access {
        Access::All => found * kept,
        // The label of the access is among the predicates.
        Access::Label(_) => {
            let share = found / (planner.graph.node_count() as f64).max(1.0);
            (found * kept / share.max(1e-9)).min(found)
        }
        Access::Seek { .. } | Access::Any { .. } | Access::Lookup(_) => found,
    };
    (found, kept)
}

/// By how much a step multiplies the rows: what it walks, and what its predicates keep.
pub(super) fn step_growth(
    planner: &Planner<'_>,
    pattern: &PatternGraph,
    index: usize,
    known: &SlotSet,
) -> (f64, f64) {
    let Some(step) = pattern.steps.get(index) else { return (1.0, 1.0) };
    if pattern.bound.contains(step.relationship) {
        return (1.0, 1.0);
    }
    let graph = planner.graph;
    let start = if known.contains(step.from) { step.from } else { step.to };
    let direction = if start == step.from { step.direction } else { turned(step.direction) };
    let labels = pattern.labels_of(start).into_iter().filter_map(|name| graph.label(&name));
    let of_label = |label: Label| degree_of_label(graph, &step.types, direction, label);
    let hop = labels.map(of_label).min_by(f64::total_cmp);
    let hop = hop.unwrap_or_else(|| degree(graph, &step.types, step.direction, graph.node_count() as f64));
    let walked = match step.length {
        None => hop,
        Some((min, max)) => {
            hops(degree(graph, &step.types, step.direction, graph.node_count() as f64), min, max)
        }
    };
    if known.contains(step.from) && known.contains(step.to) {
        return (1.0, walked.min(1.0) / (graph.node_count() as f64).max(1.0).sqrt());
    }
    let kept = kept_by(planner, pattern, known, &[step.from, step.relationship, step.to]);
    (walked.max(1e-3), walked * kept)
}

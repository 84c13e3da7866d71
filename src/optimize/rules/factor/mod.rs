//! `factor`: in a count of rows, the free ends of a pattern are counted and not visited.
//!
//! Where no two steps of the pattern can choose the same relationship (`apart`), whole branches are hung on the nodes
//! that are needed and summed up from their tips (`branches`). Elsewhere single steps are counted by degrees:
//!
//! A step to a node that nothing asks about only multiplies the rows: by a degree. Relationships that the rest of the
//! match uses are left out of the degree, and where two free ends could choose the same relationship these pairs are
//! taken out, so that trails are counted and not walks: the number is exact on graphs with cycles, loops and parallel
//! relationships. At most one pair of ends may share; further ends that could are visited.

mod apart;
mod branches;

pub(in crate::optimize) use apart::{Same, apart, may_meet};

use super::degree::positive;
use super::{Rule, When};
use crate::algebra::{Slot, SlotKind};
use crate::optimize::Planner;
use crate::optimize::arrange::turned;
use crate::optimize::expression::{Bough, Expression, Leaf, Subplan, may_be_same};
use crate::optimize::pattern::{PatternGraph, PatternStep};
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Other, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "factor",
    doc: "Counts the free ends of a pattern by their degrees instead of visiting them.",
    when: When::Before(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        count_rows(operator);
        factor(planner, operator);
        let mut used = false;
        operator.expressions_mut(&mut |expression| used |= subqueries(planner, expression));
        if used {
            operator.rules.push(RULE.name);
        }
    });
}

/// Turns EXISTS and COUNT of branches into counts of ways.
fn subqueries(planner: &mut Planner<'_>, expression: &mut Expression) -> bool {
    let ways = match expression {
        Expression::Exists(subplan) | Expression::Count(subplan) => hung(planner, subplan),
        _ => None,
    };
    if let Some(ways) = ways {
        *expression = match expression {
            Expression::Exists(_) => positive(ways),
            _ => ways,
        };
        return true;
    }
    let mut used = false;
    expression.operands_mut(&mut |operand| used |= subqueries(planner, operand));
    used
}

/// The ways of a subplan that is nothing but branches on nodes of the row around it.
fn hung(planner: &mut Planner<'_>, subplan: &Subplan) -> Option<Expression> {
    let mut pattern = subplan.pattern()?.clone();
    let needed = pattern.bound.clone();
    let boughs = branches::hang(planner, &mut pattern, needed)?;
    let rest = pattern.nodes.iter().any(|node| !pattern.bound.contains(node.slot));
    let whole = pattern.steps.is_empty() && pattern.predicates.is_empty() && !rest;
    let known = boughs.iter().flat_map(Bough::nodes).all(|node| subplan.outer.contains(node));
    // A node that was only named must be there too; as nothing hangs on it, the ways would not ask.
    let asked = pattern.nodes.iter().all(|node| boughs.iter().flat_map(Bough::nodes).any(|n| n == node.slot));
    (whole && known && asked).then_some(Expression::Ways(boughs))
}

/// `count(x)` counts rows where `x` is never null: where a pattern that is not optional fills it.
pub(in crate::optimize) fn count_rows(operator: &mut Operator) {
    let mut filled = SlotSet::new();
    if let Some(Task::Pattern(pattern)) = operator.input.as_deref().map(|input| &input.task) {
        pattern.fills(&mut filled);
    }
    let Task::Aggregate { aggregates, .. } = &mut operator.task else { return };
    for (_, aggregate) in aggregates.iter_mut().filter(|(_, aggregate)| !aggregate.distinct) {
        let counts =
            matches!(aggregate.call, AggregateCall::Function(f) if f.0.name.eq_ignore_ascii_case("count"));
        let always =
            matches!(aggregate.arguments.as_slice(), [Expression::Slot(slot)] if filled.contains(*slot));
        if counts && always {
            aggregate.call = AggregateCall::Rows;
            aggregate.arguments.clear();
        }
    }
}

fn factor(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Task::Aggregate { keys, aggregates } = &operator.task else { return };
    let counts = aggregates.iter().any(|(_, aggregate)| aggregate.call == AggregateCall::Rows);
    if !counts || !aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate)) {
        return;
    }
    let only_counts = keys.is_empty() && aggregates.iter().all(|(_, a)| a.call == AggregateCall::Rows);
    let mut needed = SlotSet::new();
    operator.reads(&mut needed);
    let Some(Operator { task: Task::Pattern(pattern), .. }) = operator.input.as_deref_mut() else { return };
    let mut rules = vec![RULE.name];
    let counted = match branches::hang(planner, pattern, needed.clone()) {
        Some(boughs) => {
            if boughs.iter().any(|bough| matches!(bough, Bough::Common { .. })) {
                rules.push(super::intersect::RULE.name);
            }
            Expression::Ways(boughs)
        }
        None => {
            let (leaves, except) = peel(pattern, needed);
            if leaves.is_empty() {
                return;
            }
            Expression::Degree { leaves, except }
        }
    };
    let ways = planner.fresh(SlotKind::Value);
    let mut rows = Operator::over(Task::Project(vec![(ways, counted)]), operator.take_input());
    rows.rules.append(&mut rules);
    // A row without such ends is no row, which only shows where there is more than one number to count up.
    if !only_counts {
        rows = Operator::over(Task::Filter(vec![positive(Expression::Slot(ways))]), rows);
    }
    operator.input = Some(Box::new(rows));
    if let Task::Aggregate { aggregates, .. } = &mut operator.task {
        aggregates.iter_mut().for_each(|(_, aggregate)| weigh(aggregate, ways));
    }
}

/// Whether the aggregate can live with rows that stand for several equal rows.
fn is_indifferent(aggregate: &Aggregate) -> bool {
    match aggregate.call {
        AggregateCall::Rows => true,
        AggregateCall::Total => false,
        AggregateCall::Function(function) => {
            aggregate.distinct || ["min", "max"].iter().any(|name| function.0.name.eq_ignore_ascii_case(name))
        }
    }
}

fn weigh(aggregate: &mut Aggregate, ways: Slot) {
    if aggregate.call == AggregateCall::Rows {
        aggregate.call = AggregateCall::Total;
        aggregate.arguments = vec![Expression::Slot(ways)];
    }
}

/// Takes the free ends out of a pattern; gives them, and the relationships that they must not choose.
fn peel(pattern: &mut PatternGraph, mut needed: SlotSet) -> (Vec<Leaf>, Vec<Other>) {
    pattern.predicates.iter().for_each(|predicate| needed.extend(&predicate.needs));
    pattern.steps.iter().filter_map(|step| step.properties.as_ref()).for_each(|map| map.reads(&mut needed));
    for (slot, path) in &pattern.paths {
        if needed.contains(*slot) {
            path.reads(&mut needed);
        }
    }
    for search in &pattern.searches {
        needed.insert(search.from);
        needed.insert(search.to);
        search.properties.iter().for_each(|map| map.reads(&mut needed));
    }
    needed.extend(&pattern.bound);
    let (mut leaves, mut shared): (Vec<Leaf>, bool) = (Vec::new(), false);
    let mut place = 0;
    while let Some(step) = pattern.steps.get(place) {
        let found = leaf(pattern, step, &needed).filter(|(leaf, _)| {
            let sharing = leaves.iter().filter(|other| other.overlaps(leaf)).count();
            sharing == 0 || (sharing == 1 && !shared)
        });
        let Some((leaf, end)) = found else {
            place += 1;
            continue;
        };
        shared = shared || leaves.iter().any(|other| other.overlaps(&leaf));
        // The node that stays is needed from now on.
        needed.insert(leaf.node);
        leaves.push(leaf);
        pattern.steps.remove(place);
        pattern.nodes.retain(|node| node.slot != end);
    }
    if !leaves.is_empty() {
        pattern.paths.retain(|(slot, _)| needed.contains(*slot));
    }
    let rivals =
        pattern.steps.iter().filter(|step| leaves.iter().any(|l| may_be_same(&l.types, &step.types)));
    let except = rivals.map(|step| Other { slot: step.relationship, list: step.length.is_some() }).collect();
    (leaves, except)
}

/// The step as a leaf, and the free node at its end.
fn leaf(pattern: &PatternGraph, step: &PatternStep, needed: &SlotSet) -> Option<(Leaf, Slot)> {
    if step.length.is_some() || step.from == step.to || needed.contains(step.relationship) {
        return None;
    }
    let free = |end: Slot| {
        let steps = pattern.steps.iter().filter(|other| other.from == end || other.to == end).count();
        steps == 1 && !needed.contains(end)
    };
    let (node, end, direction) = match (free(step.to), free(step.from)) {
        (true, _) => (step.from, step.to, step.direction),
        (_, true) => (step.to, step.from, turned(step.direction)),
        _ => return None,
    };
    Some((Leaf { node, types: step.types.clone(), direction }, end))
}

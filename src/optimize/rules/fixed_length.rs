//! `fixed-length`: a variable-length step of exactly so many hops is as many steps, with nodes and relationships of their own
//! in between. What is known of single steps then helps: they are counted, closed, filtered and put in order like others.
//!
//! Both are trails: no relationship of a pattern comes twice. The list of relationships is put together where it is asked for.

use super::{Rule, When};
use crate::algebra::{Slot, SlotKind};
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, PathStep};
use crate::optimize::pattern::{PatternGraph, PatternNode, PatternStep};
use crate::optimize::plan::{Operator, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "fixed-length",
    doc: "Takes a variable-length step of exactly so many hops for as many steps.",
    when: When::Before(apply),
    keeps_proof: true,
};

/// More hops stay one step: ever more orders of single steps would be looked at.
const MOST: u64 = 4;

/// Single steps that stand for a list of relationships.
struct Steps {
    list: Slot,
    relationships: Vec<Slot>,
    /// The nodes between them.
    nodes: Vec<Slot>,
}

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    let (mut named, mut read, mut optional) = (SlotSet::new(), SlotSet::new(), SlotSet::new());
    let mut found = false;
    planner.everywhere(root, &mut |_, operator| {
        operator.names(&mut named);
        operator.expressions(&mut |expression| {
            expression.reads(&mut read);
            handed_in(expression, &mut named);
        });
        match &operator.task {
            Task::Pattern(pattern) => {
                found |= pattern.steps.iter().any(|step| hops(step).is_some());
                // A list that is there already is looked for as it is.
                let lists = pattern.steps.iter().map(|step| step.relationship);
                lists.filter(|list| pattern.bound.contains(*list)).for_each(|list| named.insert(list));
            }
            Task::Optional { fills, .. } => fills.iter().for_each(|(slot, _)| optional.insert(*slot)),
            Task::Union { branches, .. } => {
                branches.iter().flat_map(|branch| &branch.slots).for_each(|slot| named.insert(*slot));
            }
            _ => {}
        }
    });
    if !found {
        return;
    }
    named.extend(&planner.returned);
    // Where nothing was found, the list is not a list of nothings.
    optional.iter().filter(|slot| read.contains(*slot)).for_each(|slot| named.insert(slot));
    let mut taken: Vec<Steps> = Vec::new();
    planner.everywhere(root, &mut |planner, operator| match &mut operator.task {
        Task::Pattern(pattern) => {
            let before = taken.len();
            take(planner, pattern, &named, &mut taken);
            if taken.len() > before {
                operator.rules.push(RULE.name);
            }
        }
        Task::Optional { fills, .. } => {
            for steps in &taken {
                if let Some(place) = fills.iter().position(|(slot, _)| *slot == steps.list) {
                    fills.remove(place);
                    fills.extend(steps.relationships.iter().map(|slot| (*slot, SlotKind::Relationship)));
                    fills.extend(steps.nodes.iter().map(|slot| (*slot, SlotKind::Node)));
                }
            }
        }
        _ => {}
    });
    if taken.iter().any(|steps| read.contains(steps.list)) {
        planner.everywhere(root, &mut |_, operator| {
            operator.expressions_mut(&mut |expression| put_together(expression, &taken));
        });
    }
}

/// The slots of the row that plans inside an expression may read.
fn handed_in(expression: &Expression, into: &mut SlotSet) {
    if expression.has_subplan() {
        match expression {
            Expression::Exists(_) | Expression::Count(_) | Expression::Collect { .. } => {
                expression.reads(into)
            }
            _ => expression.operands(&mut |operand| handed_in(operand, into)),
        }
    }
}

/// How many hops a step has, if that is one number and nothing is asked of them but their types.
fn hops(step: &PatternStep) -> Option<u64> {
    match step.length {
        Some((least, Some(most))) if least == most && (1..=MOST).contains(&least) => {
            step.properties.is_none().then_some(least)
        }
        _ => None,
    }
}

/// Takes the steps of a pattern apart, except for those whose list is named as it is.
fn take(planner: &mut Planner<'_>, pattern: &mut PatternGraph, named: &SlotSet, taken: &mut Vec<Steps>) {
    let mut all = Vec::with_capacity(pattern.steps.len());
    for step in std::mem::take(&mut pattern.steps) {
        let list = step.relationship;
        let may = !named.contains(list) && !pattern.bound.contains(list);
        let Some(hops) = hops(&step).filter(|_| may) else {
            all.push(step);
            continue;
        };
        let relationships: Vec<Slot> = (0..hops).map(|_| planner.fresh(SlotKind::Relationship)).collect();
        let nodes: Vec<Slot> = (1..hops).map(|_| planner.fresh(SlotKind::Node)).collect();
        pattern.nodes.extend(nodes.iter().map(|slot| PatternNode { slot: *slot }));
        let mut from = step.from;
        for (place, relationship) in relationships.iter().enumerate() {
            let to = nodes.get(place).copied().unwrap_or(step.to);
            let (relationship, length) = (*relationship, None);
            all.push(PatternStep { from, relationship, to, length, ..step.clone() });
            from = to;
        }
        taken.push(Steps { list, relationships, nodes });
    }
    pattern.steps = all;
    for (_, path) in &mut pattern.paths {
        put_together(path, taken);
    }
    for predicate in &mut pattern.predicates {
        if taken.iter().any(|steps| predicate.needs.contains(steps.list)) {
            put_together(&mut predicate.expression, taken);
            predicate.needs = predicate.expression.slots();
        }
    }
}

/// Puts the lists together that are not there any more.
fn put_together(expression: &mut Expression, taken: &[Steps]) {
    match expression {
        Expression::Slot(slot) => {
            if let Some(steps) = taken.iter().find(|steps| steps.list == *slot) {
                let relationships = steps.relationships.iter().map(|slot| Expression::Slot(*slot));
                *expression = Expression::List(relationships.collect());
            }
        }
        Expression::Path { steps, .. } => {
            let single = |step: &PathStep| match taken.iter().find(|steps| steps.list == step.relationship) {
                Some(steps) => steps.in_path(step.node),
                None => vec![step.clone()],
            };
            *steps = steps.iter().flat_map(single).collect();
        }
        _ => expression.operands_mut(&mut |operand| put_together(operand, taken)),
    }
}

impl Steps {
    /// The steps of a path that end in a node.
    fn in_path(&self, end: Slot) -> Vec<PathStep> {
        let nodes = self.nodes.iter().copied().chain([end]);
        let step =
            |(relationship, node): (&Slot, Slot)| PathStep { relationship: *relationship, node, list: false };
        self.relationships.iter().zip(nodes).map(step).collect()
    }
}

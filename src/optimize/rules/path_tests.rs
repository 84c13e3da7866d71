//! `path-tests`: what all relationships or all nodes of a path must have is asked while the path is walked: a way that has
//! one without it is left there, and not followed to its end.
//!
//! `all(r IN relationships(p) WHERE …)` and `none(n IN nodes(p) WHERE …)` are told by each of the elements. Those that stand
//! in slots of their own are asked like any others; where a walk begins, before it does.

use super::reach::is_steady;
use super::{Rule, When, argument_of};
use crate::algebra::{Quantifier, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, PathStep};
use crate::optimize::plan::{Operator, PathTest, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "path-tests",
    doc: "Tests what all relationships or nodes of a path must have while it is walked.",
    when: When::Around(before, apply),
    keeps_proof: true,
};

/// A condition that each element of a path must fulfil.
struct Each {
    quantifier: Quantifier,
    variable: Slot,
    predicate: Expression,
    of_nodes: bool,
    /// Walked steps, by the slots of their relationships.
    walks: Vec<Slot>,
    /// Nodes where walks begin to which no other walk leads.
    begins: SlotSet,
    /// Elements that stand in slots of their own.
    alone: Vec<Slot>,
}

/// What is asked of all elements of a path without walks is asked of each.
fn before(planner: &mut Planner<'_>, root: &mut Operator) {
    take(planner, root, false);
}

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    take(planner, root, true);
}

/// Takes such conditions of filters apart.
fn take(planner: &mut Planner<'_>, root: &mut Operator, walks: bool) {
    planner.everywhere(root, &mut |_, operator| {
        let Task::Filter(conjuncts) = &operator.task else { return };
        let found: Vec<(usize, Each)> =
            conjuncts.iter().enumerate().filter_map(|(at, c)| Some((at, each(operator, c)?))).collect();
        for (at, each) in found.iter().rev().filter(|(_, each)| each.walks.is_empty() != walks) {
            let Task::Filter(conjuncts) = &mut operator.task else { return };
            conjuncts.remove(*at);
            conjuncts.extend(each.alone.iter().map(|slot| each.of(*slot)));
            if !walks {
                operator.rules.push(RULE.name);
            } else if let Some(input) = operator.input.as_deref_mut() {
                put(input, each);
            }
        }
        if matches!(&operator.task, Task::Filter(conjuncts) if conjuncts.is_empty()) {
            *operator = operator.take_input();
        }
    });
}

/// What a condition of a filter asks of each element of a path that is walked below it.
fn each(filter: &Operator, condition: &Expression) -> Option<Each> {
    let (quantifier, condition) = match condition {
        Expression::Not(operand) => (Quantifier::Any, &**operand),
        condition => (Quantifier::All, condition),
    };
    let Expression::Quantified { quantifier: written, variable, list, predicate: Some(predicate) } =
        condition
    else {
        return None;
    };
    let quantifier = match (quantifier, written) {
        (Quantifier::All, Quantifier::All | Quantifier::None) => *written,
        (Quantifier::Any, Quantifier::Any) => Quantifier::None,
        _ => return None,
    };
    if !names_slots(predicate) || !is_steady(predicate) {
        return None;
    }
    let input = filter.input.as_deref()?;
    let (start, steps) = match (argument_of("relationships", list), argument_of("nodes", list), &**list) {
        (Some(path), ..) => (None, steps_of(input, path)?.1),
        (_, Some(path), _) => {
            let (start, steps) = steps_of(input, path)?;
            (Some(start), steps)
        }
        (_, _, Expression::Slot(list)) => {
            (None, vec![PathStep { relationship: *list, list: true, node: *list }])
        }
        (_, _, Expression::List(items)) => {
            let step = |item: &Expression| match item {
                Expression::Slot(slot) => Some(PathStep { relationship: *slot, list: false, node: *slot }),
                _ => None,
            };
            (None, items.iter().map(step).collect::<Option<Vec<PathStep>>>()?)
        }
        _ => return None,
    };
    let of_nodes = start.is_some();
    let mut seen = predicate.slots();
    seen.remove(*variable);
    let (mut walks, mut begins, mut reached) = (Vec::new(), SlotSet::new(), SlotSet::new());
    for step in steps.iter().filter(|step| step.list) {
        let (from, to) = walked(input, step.relationship, &seen)?;
        walks.push(step.relationship);
        begins.insert(from);
        reached.insert(to);
    }
    reached.iter().for_each(|node| begins.remove(node));
    let alone = match start {
        Some(start) => std::iter::once(start)
            .chain(steps.iter().map(|step| step.node))
            .filter(|node| !reached.contains(*node) && !begins.contains(*node))
            .collect(),
        None => steps.iter().filter(|step| !step.list).map(|step| step.relationship).collect(),
    };
    let predicate = (**predicate).clone();
    Some(Each { quantifier, variable: *variable, predicate, of_nodes, walks, begins, alone })
}

/// Whether an expression names slots one by one.
fn names_slots(expression: &Expression) -> bool {
    let mut plain = match expression {
        Expression::Path { .. } | Expression::Degree { .. } | Expression::Ways(_) => false,
        expression => !expression.has_subplan(),
    };
    expression.operands(&mut |operand| plain = plain && names_slots(operand));
    plain
}

/// The path that a slot is filled with below.
fn steps_of(mut operator: &Operator, mut path: Slot) -> Option<(Slot, Vec<PathStep>)> {
    loop {
        if let Task::Pattern(pattern) = &operator.task {
            let (_, path) = pattern.paths.iter().find(|(slot, _)| *slot == path)?;
            let Expression::Path { start, steps } = path else { return None };
            return Some((*start, steps.clone()));
        }
        if let Task::Project(items) = &operator.task
            && let Some((_, item)) = items.iter().find(|(slot, _)| *slot == path)
        {
            match item {
                Expression::Path { start, steps } => return Some((*start, steps.clone())),
                Expression::Slot(from) => path = *from,
                _ => return None,
            }
        }
        operator = below(operator)?;
    }
}

/// The operator below one that hands on row by row whatever there is.
fn below(operator: &Operator) -> Option<&Operator> {
    match operator.task {
        Task::Filter(_)
        | Task::Project(_)
        | Task::Expand(_)
        | Task::VarExpand(_)
        | Task::Intersect(_)
        | Task::Scan { .. } => operator.input.as_deref(),
        _ => None,
    }
}

/// Where a walk below begins and where it leads to, if a condition that reads some slots can be asked on the way.
fn walked(mut operator: &Operator, relationships: Slot, seen: &SlotSet) -> Option<(Slot, Slot)> {
    loop {
        match &operator.task {
            Task::VarExpand(expand) if expand.relationships == relationships => {
                let mut known = SlotSet::new();
                operator.input.as_deref()?.references(&mut known);
                let is_plain = expand.reach.is_none() && expand.levels.is_none();
                let asks = is_plain && seen.iter().all(|slot| known.contains(slot));
                return asks.then_some((expand.from, expand.to));
            }
            _ => operator = below(operator)?,
        }
    }
}

/// Gives each walk its test.
fn put(operator: &mut Operator, each: &Each) {
    if let Task::VarExpand(expand) = &mut operator.task
        && each.walks.contains(&expand.relationships)
    {
        let holds = Expression::Quantified {
            quantifier: each.quantifier,
            variable: each.variable,
            list: Box::new(Expression::List(Vec::new())),
            predicate: Some(Box::new(each.predicate.clone())),
        };
        expand.tests.push(PathTest { of_nodes: each.of_nodes, holds });
        let from = expand.from;
        if operator.rules.last() != Some(&RULE.name) {
            operator.rules.push(RULE.name);
        }
        if each.of_nodes
            && each.begins.contains(from)
            && let Some(input) = operator.input.take()
        {
            let rows = input.rows;
            let begins = Operator::over(Task::Filter(vec![each.of(from)]), *input);
            operator.input = Some(Box::new(Operator { rows, ..begins }));
        }
    }
    if let Some(input) = operator.input.as_deref_mut() {
        put(input, each);
    }
}

impl Each {
    /// The condition of one element.
    fn of(&self, element: Slot) -> Expression {
        let mut condition = self.predicate.clone();
        rename(&mut condition, self.variable, element);
        match self.quantifier {
            Quantifier::None => Expression::Not(Box::new(condition)),
            _ => condition,
        }
    }
}

fn rename(expression: &mut Expression, from: Slot, to: Slot) {
    match expression {
        Expression::Slot(slot) if *slot == from => *slot = to,
        _ => expression.operands_mut(&mut |operand| rename(operand, from, to)),
    }
}

//! From a pattern graph to a chain of scans, expansions and filters.

use super::Planner;
use super::expression::{Expression, may_be_same};
use super::pattern::{PatternGraph, PatternStep, Predicate};
use super::plan::{Access, Expand, Held, Intersect, Operator, Other, Side, Task, VarExpand};
use super::rules::{Move, access, apart, in_cost_order, in_written_order, is_worth_it};
use super::slots::SlotSet;
use crate::algebra::{BinaryOperator, Direction, Slot, SlotKind};
use crate::base::Span;

/// Replaces a [`Task::Pattern`] by operators; leaves everything else as it is.
pub(super) fn arrange(planner: &mut Planner<'_>, operator: &mut Operator) {
    if !matches!(operator.task, Task::Pattern(_)) {
        return;
    }
    let input = operator.take_input();
    let Operator { task: Task::Pattern(pattern), rules, .. } = operator.take() else { return };
    let ordered = planner.allows("join-order");
    let moves = if ordered { in_cost_order(planner, &pattern) } else { in_written_order(&pattern) };
    // Each of these looks at all predicates.
    if planner.allowance.is_over(pattern.predicates.len()) {
        return;
    }
    let regrouped = ordered && enters_for_groups(planner, &pattern, &moves);
    let bound = pattern.bound.clone();
    let pattern = Box::new(with_present_nodes(*pattern));
    let mut chain = Chain { planner, operator: input, known: bound, done: Vec::new(), pattern: *pattern };
    chain.settle();
    let changed = ordered && moves != in_written_order(&chain.pattern);
    let mut moves = moves.into_iter().peekable();
    while let Some(next) = moves.next() {
        // Each move looks at all steps and predicates that are left.
        let open = chain.done.len() + chain.pattern.predicates.len();
        if chain.planner.allowance.is_over(8 + open) {
            break;
        }
        if let (Move::Take { step, reversed }, Some(Move::Take { step: closing, .. })) =
            (next, moves.peek().copied())
            && chain.intersect(step, reversed, closing)
        {
            moves.next();
            chain.settle();
            continue;
        }
        match next {
            Move::Enter(slot) => chain.enter(slot),
            Move::Take { step, reversed } => chain.take(step, reversed),
        }
        if changed {
            chain.operator.rules.push("join-order");
        }
        if regrouped && matches!(next, Move::Enter(_)) {
            chain.operator.rules.push("grouped-entry");
        }
        chain.settle();
    }
    for search in std::mem::take(&mut chain.pattern.searches) {
        chain.known.insert(search.relationships);
        search.path.iter().for_each(|path| chain.known.insert(*path));
        chain.push(Task::Shortest(search));
        chain.settle();
    }
    let rest: Vec<Expression> = chain.pattern.predicates.drain(..).map(|p| p.expression).collect();
    if !rest.is_empty() {
        chain.push(Task::Filter(rest));
    }
    let mut finished = chain.operator;
    finished.rules.extend(rules);
    *operator = finished;
}

/// Whether a pattern is entered elsewhere because of what its rows are grouped by.
fn enters_for_groups(planner: &Planner<'_>, pattern: &PatternGraph, moves: &[Move]) -> bool {
    pattern.grouped.is_some_and(|grouped| {
        let otherwise = PatternGraph { grouped: None, ..pattern.clone() };
        let first = Some(Move::Enter(grouped.node));
        moves.first().copied() == first && in_cost_order(planner, &otherwise).first().copied() != first
    })
}

/// A node that an earlier clause bound must be there, even where no step of this pattern touches it.
fn with_present_nodes(mut pattern: PatternGraph) -> PatternGraph {
    let touched = |slot: Slot| {
        pattern.steps.iter().any(|step| step.from == slot || step.to == slot)
            || pattern.searches.iter().any(|search| search.from == slot || search.to == slot)
    };
    let alone: Vec<Slot> = pattern
        .nodes
        .iter()
        .map(|node| node.slot)
        .filter(|slot| pattern.bound.contains(*slot) && !touched(*slot))
        .collect();
    for slot in alone {
        let operand = Box::new(Expression::Slot(slot));
        pattern.predicates.push(Predicate::new(Expression::IsNull { operand, negated: true }));
    }
    pattern
}

struct Chain<'c, 'p> {
    planner: &'c mut Planner<'p>,
    operator: Operator,
    known: SlotSet,
    /// The steps taken so far, with their relationships.
    done: Vec<(Other, usize)>,
    pattern: PatternGraph,
}

impl Chain<'_, '_> {
    fn push(&mut self, task: Task) {
        let input = self.operator.take();
        self.operator = Operator::over(task, input);
    }

    /// Puts together the paths and tests the predicates that can be by now.
    fn settle(&mut self) {
        let known = &mut self.known;
        let (ready, open): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pattern.paths)
            .into_iter()
            .partition(|(_, path)| path.slots().within(known));
        self.pattern.paths = open;
        ready.iter().for_each(|(slot, _)| known.insert(*slot));
        let (tested, open): (Vec<Predicate>, Vec<Predicate>) = std::mem::take(&mut self.pattern.predicates)
            .into_iter()
            .partition(|predicate| predicate.needs.within(known));
        self.pattern.predicates = open;
        if !ready.is_empty() {
            self.push(Task::Project(ready));
        }
        if !tested.is_empty() {
            // What is cheap to test comes first.
            let mut tested: Vec<Expression> =
                tested.into_iter().map(|predicate| predicate.expression).collect();
            tested.sort_by_cached_key(weight);
            self.push(Task::Filter(tested));
        }
    }

    fn enter(&mut self, slot: Slot) {
        let (mut access, _, mut rule) = access(self.planner, &self.pattern, slot, &self.known);
        if let Access::Lookup(lookup) = &access
            && !is_worth_it(self.planner, lookup, &mut self.operator)
        {
            access = lookup.label.clone().map_or(Access::All, Access::Label);
            rule = None;
        }
        // The access tests its label itself.
        let label = match &access {
            Access::Label(label) | Access::Seek { label, .. } => Some(label),
            Access::Lookup(lookup) => lookup.label.as_ref(),
            Access::All | Access::Any { .. } => None,
        };
        if let Some(label) = label {
            self.pattern.predicates.retain(|predicate| !tests_label(&predicate.expression, slot, label));
        }
        self.push(Task::Scan { node: slot, access });
        self.operator.rules.extend(rule);
        self.known.insert(slot);
    }

    fn take(&mut self, index: usize, reversed: bool) {
        let Some(step) = self.pattern.steps.get(index).cloned() else { return };
        let (from, to) = if reversed { (step.to, step.from) } else { (step.from, step.to) };
        let direction = if reversed { turned(step.direction) } else { step.direction };
        let others = self.others(index);
        let list = step.length.is_some();
        if self.pattern.bound.contains(step.relationship) {
            self.held(&step, others);
        } else {
            let into = self.known.contains(to);
            let direct = !into || self.planner.allows("expand-into");
            let target = if direct { to } else { self.planner.fresh(SlotKind::Node) };
            let task = match step.length {
                None => Task::Expand(Expand {
                    from,
                    relationship: step.relationship,
                    to: target,
                    types: step.types.clone(),
                    direction,
                    into: into && direct,
                    others,
                }),
                Some((min, max)) => Task::VarExpand(VarExpand {
                    from,
                    relationships: step.relationship,
                    to: target,
                    types: step.types.clone(),
                    direction,
                    min,
                    max,
                    into: into && direct,
                    reversed,
                    properties: step.properties.clone(),
                    tests: Vec::new(),
                    others,
                    reach: None,
                    levels: None,
                }),
            };
            self.push(task);
            if into && direct {
                self.operator.rules.push("expand-into");
            }
            if !direct {
                self.push(Task::Filter(vec![same(target, to)]));
            }
        }
        self.done.push((Other { slot: step.relationship, list }, index));
        self.known.insert(step.from);
        self.known.insert(step.to);
        self.known.insert(step.relationship);
    }

    /// Takes two steps at once that lead from known nodes to the same new one, if that is what they do.
    fn intersect(&mut self, index: usize, reversed: bool, closing: usize) -> bool {
        let (Some(step), Some(other)) = (self.pattern.steps.get(index), self.pattern.steps.get(closing))
        else {
            return false;
        };
        let (from, to) = if reversed { (step.to, step.from) } else { (step.from, step.to) };
        let (far, turn) = if other.to == to { (other.from, false) } else { (other.to, true) };
        let meets = other.to == to || other.from == to;
        let bound =
            |step: &PatternStep| step.length.is_some() || self.pattern.bound.contains(step.relationship);
        let new = self.known.contains(from) && !self.known.contains(to);
        if !self.planner.allows("intersect")
            || !meets
            || !new
            || !self.known.contains(far)
            || bound(step)
            || bound(other)
        {
            return false;
        }
        let (step, other) = (step.clone(), other.clone());
        let side = |step: &PatternStep, from: Slot, turn: bool, others: Vec<Other>| Side {
            from,
            relationship: step.relationship,
            types: step.types.clone(),
            direction: if turn { turned(step.direction) } else { step.direction },
            others,
        };
        let left = side(&step, from, reversed, self.others(index));
        let right = side(&other, far, turn, self.others(closing));
        self.push(Task::Intersect(Intersect { left, right, to }));
        self.operator.rules.push("intersect");
        for (step, place) in [(step, index), (other, closing)] {
            self.known.insert(step.relationship);
            self.done.push((Other { slot: step.relationship, list: false }, place));
        }
        self.known.insert(to);
        true
    }

    fn held(&mut self, step: &PatternStep, others: Vec<Other>) {
        let (min, max) = step.length.unwrap_or((1, Some(1)));
        self.push(Task::Held(Held {
            relationship: step.relationship,
            list: step.length.is_some(),
            from: step.from,
            to: step.to,
            from_bound: self.known.contains(step.from),
            to_bound: self.known.contains(step.to),
            types: step.types.clone(),
            direction: step.direction,
            min,
            max,
            properties: step.properties.clone(),
            others,
        }));
    }

    /// The relationships matched so far that the step's could be.
    fn others(&mut self, index: usize) -> Vec<Other> {
        let Some(step) = self.pattern.steps.get(index) else { return Vec::new() };
        let list = step.length.is_some();
        let meets = |(other, place): &(Other, usize)| {
            let earlier = self.pattern.steps.get(*place)?;
            may_be_same(&step.types, &earlier.types).then_some((*other, earlier.relationship))
        };
        let rivals: Vec<(Other, Slot)> = self.done.iter().filter_map(meets).collect();
        if rivals.is_empty() || self.pattern.steps.len() > TOLD_APART {
            return rivals.into_iter().map(|(other, _)| other).collect();
        }
        let relationship = step.relationship;
        let plain: Vec<PatternStep> =
            self.pattern.steps.iter().filter(|step| step.length.is_none()).cloned().collect();
        let at = |slot: Slot| plain.iter().position(|step| step.relationship == slot).unwrap_or(usize::MAX);
        let mut others = Vec::new();
        for (other, slot) in rivals {
            let short = !list && !other.list;
            if !(short && apart(self.planner, &plain, at(relationship), at(slot))) {
                others.push(other);
            }
        }
        others
    }
}

/// Steps of patterns in which it is worth to tell relationships apart beforehand.
const TOLD_APART: usize = 12;

fn weight(expression: &Expression) -> u8 {
    match expression {
        Expression::HasLabels { .. } => 0,
        Expression::Degree { .. } | Expression::Ways(_) => 1,
        _ if expression.has_subplan() => 9,
        Expression::Binary { .. } | Expression::Comparisons { .. } | Expression::IsNull { .. } => 2,
        _ => 3,
    }
}

fn tests_label(expression: &Expression, slot: Slot, label: &str) -> bool {
    use super::expression::Labels;
    match expression {
        Expression::HasLabels { subject, labels: Labels::Label(name), .. } => {
            matches!(**subject, Expression::Slot(subject) if subject == slot) && **name == *label
        }
        _ => false,
    }
}

pub(super) fn turned(direction: Direction) -> Direction {
    match direction {
        Direction::Outgoing => Direction::Incoming,
        Direction::Incoming => Direction::Outgoing,
        Direction::Either => Direction::Either,
    }
}

fn same(left: Slot, right: Slot) -> Expression {
    Expression::Binary {
        operator: BinaryOperator::Equal,
        left: Box::new(Expression::Slot(left)),
        right: Box::new(Expression::Slot(right)),
        span: Span::default(),
    }
}

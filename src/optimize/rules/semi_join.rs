//! `semi-join`: an EXISTS that asks about one node only is turned round. All nodes of which it is true are found at once,
//! from wherever the pattern is rarest, and each row then looks whether its node is among them.
//!
//! What is true of a node does not depend on the row, so the set is found once a statement. It is worth that where the rows
//! together would look at more than it takes to find the set. Where only the first rows may be wanted, they are asked one
//! after another until they have looked at as much.

use super::asked::Asked;
use super::degree::any_of;
use super::distinct_first::{is_plain, only_node};
use super::factor::apart;
use super::{Rule, When};
use crate::algebra::{Direction, Slot, SlotKind};
use crate::base::Span;
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::expression::{Bough, Expression, Hop, Labels, Leaf, Members, may_be_same};
use crate::optimize::pattern::{PatternGraph, PatternNode, PatternStep, Predicate};
use crate::optimize::plan::{Access, Expand, Intersect, Operator, Other, Reach, Side, Task, VarExpand};
use crate::optimize::slots::SlotSet;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    name: "semi-join",
    doc: "Finds all nodes of which an EXISTS is true at once, where that is less than to ask for each.",
    when: When::After(apply),
    keeps_proof: false,
};

/// By how much the set has to be less work than to ask for each row: an estimate may be wrong.
const WORTH: f64 = 2.0;

/// Fewer relationships than this are looked at faster than a plan for all nodes is made.
const FEW: f64 = 1000.0;

/// A scan of more nodes than this for one member is left out.
const RARE: f64 = 4.0;

/// Longer patterns are asked for each row.
const MOST_STEPS: usize = 12;

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    if !planner.writes {
        cost::estimate(planner.graph, root, 1.0);
        descend(planner, root, Asked::everything(), 1.0);
    }
}

/// Goes through a plan that is carried out so many times.
fn descend(planner: &mut Planner<'_>, operator: &mut Operator, asked: Asked, times: f64) {
    if planner.allowance.is_over(32) {
        return;
    }
    let mut rows = times * operator.input.as_deref().map_or(0.0, |input| input.rows);
    match &mut operator.task {
        Task::Union { branches, .. } => {
            branches.iter_mut().for_each(|b| descend(planner, &mut b.root, Asked::everything(), times));
        }
        Task::Optional { inner, .. } => descend(planner, inner, asked.clone().inside(), rows),
        _ => {}
    }
    let mut used = false;
    let is_filter = matches!(operator.task, Task::Filter(_));
    operator.expressions_mut(&mut |expression| {
        used |= turn(planner, expression, rows, asked.few);
        if is_filter {
            rows *= cost::selectivity(planner.graph, expression);
        }
    });
    if used {
        operator.rules.push(RULE.name);
        if asked.alone {
            enter_by_members(operator);
        }
    }
    let below = asked.below(operator);
    if let Some(input) = operator.input.as_deref_mut() {
        descend(planner, input, below, times);
    }
}

/// Of a scan of which few nodes are members of a set, begins with these.
fn enter_by_members(operator: &mut Operator) {
    let scanned =
        operator.input.as_deref().filter(|input| input.begins()).map(|scan| (&scan.task, scan.rows));
    let Some((Task::Scan { node, access }, rows)) = scanned else { return };
    let label = match access {
        Access::All => None,
        Access::Label(label) => Some(label.clone()),
        _ => return,
    };
    let node = *node;
    let Task::Filter(conjuncts) = &mut operator.task else { return };
    let is_rare = |conjunct: &Expression| match conjunct {
        Expression::Member(members) => {
            members.node == node && members.root.rows * RARE < rows && members.patience < FEW
        }
        _ => false,
    };
    let Some(place) = conjuncts.iter().position(is_rare) else { return };
    let Expression::Member(members) = conjuncts.remove(place) else { return };
    if let Some(label) = label {
        let subject = Box::new(Expression::Slot(node));
        let labels = Labels::Label(label);
        conjuncts.insert(0, Expression::HasLabels { subject, labels, span: Span::default() });
    }
    let mut root = members.root;
    root.rules.push(RULE.name);
    match conjuncts.is_empty() {
        true => *operator = root,
        false => operator.input = Some(Box::new(root)),
    }
}

/// Turns what an expression asks of nodes of the row round; whether there was anything.
fn turn(planner: &mut Planner<'_>, expression: &mut Expression, rows: f64, few: bool) -> bool {
    match expression {
        // What they ask may be about their own variables.
        Expression::Comprehension { .. } | Expression::Quantified { .. } | Expression::Reduce { .. } => false,
        _ if is_about_ways(expression) => match found_at_once(planner, expression, rows) {
            Some(mut members) => {
                members.patience = if few { members.patience } else { 0.0 };
                *expression = Expression::Member(Box::new(members));
                true
            }
            None => match expression {
                Expression::Binary { left, .. } => turn(planner, left, rows, few),
                _ => false,
            },
        },
        Expression::Ways(boughs) => turn_along(planner, boughs, rows, few),
        other => {
            let mut used = false;
            other.operands_mut(&mut |operand| used |= turn(planner, operand, rows, few));
            used
        }
    }
}

/// Turns what is asked of the nodes along branches.
fn turn_along(planner: &mut Planner<'_>, boughs: &mut [Bough], rows: f64, few: bool) -> bool {
    let mut used = false;
    for bough in boughs {
        let Bough::Hop(hop) = bough else { continue };
        let rows = rows * degree(planner, &hop.leaf);
        hop.conditions.iter_mut().for_each(|condition| used |= turn(planner, condition, rows, few));
        used |= turn_along(planner, &mut hop.boughs, rows, few);
    }
    used
}

/// Whether an expression asks whether there is any way along a pattern.
fn is_about_ways(expression: &Expression) -> bool {
    matches!(expression, Expression::Exists(_)) || any_of(expression).is_some()
}

/// All nodes of which an expression is true, if it takes less to find them than what as many rows look at.
fn found_at_once(planner: &mut Planner<'_>, expression: &Expression, rows: f64) -> Option<Members> {
    let node = only_node(planner, &expression.slots())?;
    let each = match expression {
        Expression::Exists(subplan) => rows * of_one_row(planner, &subplan.root),
        _ => along(planner, any_of(expression)?, rows),
    };
    if each < FEW {
        return None;
    }
    let pattern = Sketch::of(planner, expression, node)?;
    let assumed = planner.assumes.len();
    let matched = Operator::over(Task::Pattern(Box::new(pattern)), Operator::argument());
    let mut root = Operator::over(Task::Distinct(vec![node]), matched);
    planner.choose(&mut root, Some(RULE.name));
    cost::estimate(planner.graph, &mut root, 1.0);
    let work = work(planner, &root).filter(|work| work.looked_at * WORTH < each);
    let Some(work) = work else {
        planner.assumes.truncate(assumed);
        return None;
    };
    root.rows = work.rows;
    let key = planner.fresh(SlotKind::Value);
    Some(Members { root, node, otherwise: expression.clone(), patience: work.looked_at, key })
}

/// What it takes to find rows, and how many there are.
struct Work {
    rows: f64,
    looked_at: f64,
}

/// What a plan looks at until it has all rows; nothing for what may take however long.
fn work(planner: &Planner<'_>, operator: &Operator) -> Option<Work> {
    let (before, input) = match operator.input.as_deref() {
        Some(input) => (work(planner, input)?, input.rows),
        None => return Some(Work { rows: 1.0, looked_at: 0.0 }),
    };
    let nodes = planner.graph.node_count() as f64;
    let growth = operator.rows / input.max(1e-9);
    let rows = before.rows * growth;
    let (rows, looked_at) = match &operator.task {
        Task::VarExpand(expand) => {
            let all = cost::relationships(planner.graph, &expand.types);
            match expand.reach? {
                Reach::FromAll => (rows.min(nodes), rows.min(all)),
                Reach::FromEach => (before.rows * growth.min(nodes), before.rows * growth.min(all)),
            }
        }
        Task::Distinct(_) | Task::Sole(_) => (before.rows.min(nodes), before.rows),
        Task::Filter(conjuncts) => {
            let ways = conjuncts.iter().filter_map(any_of).map(|boughs| along(planner, boughs, before.rows));
            (rows, before.rows + ways.sum::<f64>())
        }
        _ => (rows, rows),
    };
    Some(Work { rows, looked_at: before.looked_at + looked_at })
}

/// What a plan looks at for one row until it has the first one of its own. A search goes to its end.
fn of_one_row(planner: &Planner<'_>, root: &Operator) -> f64 {
    let all = planner.graph.relationship_count() as f64;
    let (mut searched, mut walked) = (0.0, 1.0);
    let mut at = Some(root);
    while let Some(operator) = at {
        match &operator.task {
            Task::VarExpand(expand) if expand.reach.is_some() => {
                searched += operator.rows.min(cost::relationships(planner.graph, &expand.types));
            }
            Task::VarExpand(_) => walked += operator.rows.min(all),
            Task::Filter(_) => {}
            _ => walked += operator.rows,
        }
        at = operator.input.as_deref();
    }
    1.0 + searched + walked / root.rows.max(1.0)
}

/// What is looked at along branches from so many rows: what leads on from a node is remembered.
fn along(planner: &Planner<'_>, boughs: &[Bough], rows: f64) -> f64 {
    let nodes = planner.graph.node_count() as f64;
    let hop = |hop: &Hop| {
        if hop.conditions.is_empty() && hop.boughs.is_empty() {
            return rows;
        }
        let ends = rows * degree(planner, &hop.leaf);
        ends + along(planner, &hop.boughs, ends.min(nodes))
    };
    let looked_at = |bough: &Bough| match bough {
        Bough::Hop(inner) => hop(inner),
        Bough::Common { .. } => rows,
    };
    boughs.iter().map(looked_at).sum()
}

/// Relationships of a leaf per node.
fn degree(planner: &Planner<'_>, leaf: &Leaf) -> f64 {
    let nodes = planner.graph.node_count() as f64;
    cost::degree(planner.graph, &leaf.types, leaf.direction, nodes)
}

/// A pattern that is put together again from what was made of it.
#[derive(Default)]
struct Sketch {
    nodes: SlotSet,
    steps: Vec<PatternStep>,
    predicates: Vec<Predicate>,
    /// Relationships that must be different.
    different: Vec<(Slot, Slot)>,
}

impl Sketch {
    /// What an expression asks about a node, as a pattern in which the node is like any other.
    fn of(planner: &mut Planner<'_>, expression: &Expression, node: Slot) -> Option<PatternGraph> {
        let mut sketch = Sketch::default();
        match expression {
            Expression::Exists(subplan) => sketch.operators(&subplan.root)?,
            other => sketch.branches(any_of(other)?)?,
        }
        let Sketch { nodes, steps, predicates, different } = sketch;
        if !nodes.contains(node) || steps.len() > MOST_STEPS {
            return None;
        }
        let plain: Vec<PatternStep> = steps.iter().filter(|step| step.length.is_none()).cloned().collect();
        // Within one pattern any two relationships are different. Where the two were not asked to be, they have to be anyway.
        for (place, one) in steps.iter().enumerate() {
            for other in steps.iter().skip(place + 1).filter(|other| may_be_same(&one.types, &other.types)) {
                let pair = [one.relationship, other.relationship];
                let asked = different.iter().any(|(a, b)| pair == [*a, *b] || pair == [*b, *a]);
                let at = |step: &PatternStep| plain.iter().position(|s| s.relationship == step.relationship);
                let (at_one, at_other) = (at(one)?, at(other)?);
                if !asked && !apart(planner, &plain, at_one, at_other) {
                    return None;
                }
            }
        }
        let nodes = nodes.iter().map(|slot| PatternNode { slot }).collect();
        Some(PatternGraph { nodes, steps, predicates, ..PatternGraph::default() })
    }

    /// The steps and conditions of a chain of operators.
    fn operators(&mut self, root: &Operator) -> Option<()> {
        let mut at = root;
        // What is read of the rows in the end does not matter.
        while let Task::Project(items) = &at.task
            && items.iter().all(|(_, item)| item.is_read())
        {
            at = at.input.as_deref()?;
        }
        loop {
            match &at.task {
                Task::Argument => return Some(()),
                Task::Filter(conjuncts) => {
                    conjuncts.iter().try_for_each(|conjunct| self.condition(conjunct))?;
                }
                Task::Expand(expand) => self.hop(expand)?,
                Task::VarExpand(expand) => self.hops(expand)?,
                Task::Intersect(intersect) => {
                    let Intersect { left, right, to } = intersect;
                    [left, right].into_iter().try_for_each(|side| self.side(side, *to))?;
                }
                _ => return None,
            }
            at = at.input.as_deref()?;
        }
    }

    fn hop(&mut self, expand: &Expand) -> Option<()> {
        let Expand { from, relationship, to, direction, .. } = *expand;
        self.others(relationship, &expand.others)?;
        self.step(from, relationship, to, &expand.types, direction, None);
        Some(())
    }

    fn side(&mut self, side: &Side, to: Slot) -> Option<()> {
        self.others(side.relationship, &side.others)?;
        self.step(side.from, side.relationship, to, &side.types, side.direction, None);
        Some(())
    }

    fn others(&mut self, relationship: Slot, others: &[Other]) -> Option<()> {
        self.different.extend(others.iter().map(|other| (relationship, other.slot)));
        others.iter().all(|other| !other.list).then_some(())
    }

    fn hops(&mut self, expand: &VarExpand) -> Option<()> {
        let plain = expand.others.is_empty() && expand.levels.is_none() && expand.takes_all();
        let length = Some((expand.min, expand.max)).filter(|_| plain)?;
        let VarExpand { from, relationships, to, direction, .. } = *expand;
        self.step(from, relationships, to, &expand.types, direction, Some(length));
        Some(())
    }

    fn branches(&mut self, boughs: &[Bough]) -> Option<()> {
        for bough in boughs {
            let Bough::Hop(hop) = bough else { return None };
            let Hop { leaf, relationship, end, .. } = &**hop;
            self.step(leaf.node, *relationship, *end, &leaf.types, leaf.direction, None);
            hop.conditions.iter().try_for_each(|condition| self.condition(condition))?;
            let next = hop.boughs.iter().filter_map(|bough| match bough {
                Bough::Hop(next) if next.meets => Some((*relationship, next.relationship)),
                _ => None,
            });
            self.different.extend(next);
            self.branches(&hop.boughs)?;
        }
        Some(())
    }

    fn condition(&mut self, condition: &Expression) -> Option<()> {
        if let Some(boughs) = any_of(condition) {
            return self.branches(boughs);
        }
        is_plain(condition).then_some(())?;
        self.predicates.push(Predicate::new(condition.clone()));
        Some(())
    }

    fn step(
        &mut self,
        from: Slot,
        relationship: Slot,
        to: Slot,
        types: &[Arc<str>],
        direction: Direction,
        length: Option<(u64, Option<u64>)>,
    ) {
        self.nodes.insert(from);
        self.nodes.insert(to);
        let types = types.to_vec();
        self.steps.push(PatternStep { from, relationship, to, types, direction, length, properties: None });
    }
}

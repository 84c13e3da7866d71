//! `distinct-ends`: where nothing cares how often a row comes, a hop goes on from each node once. Rows that differ only
//! in what nobody asks for any more lead to the same ends, so of all ways to a node one is as good as the others: a
//! pattern of several hops then takes as long as its relationships are many, not as there are ways through it.
//!
//! An end that nobody asks for only has to be there, which a degree tells.
//!
//! A hop may have to differ from the relationship by which its node was reached. Of two different relationships one
//! always does: only where all ways to a node end with the same one, that one is kept.

use super::asked::Asked;
use super::degree::{any_of, positive};
use super::distinct_first::{comes_again, is_plain};
use super::{Rule, When};
use crate::algebra::{Direction, Slot, SlotKind};
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::expression::{Bough, Expression, Hop, Leaf};
use crate::optimize::plan::{Operator, Other, Sole, Task};
use crate::optimize::slots::SlotSet;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    name: "distinct-ends",
    doc: "Goes on from each node once where only different ends of a pattern are asked.",
    when: When::After(apply),
    keeps_proof: false,
};

/// Of so many nodes one must come, for it to matter how often it does.
const WORTH: f64 = 64.0;

/// Hops in a row of which the ways are counted.
const HEIGHT: usize = 4;

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    if !planner.writes {
        descend(planner, root, Asked::everything());
    }
}

fn descend(planner: &mut Planner<'_>, operator: &mut Operator, asked: Asked) {
    if planner.allowance.is_over(32) {
        return;
    }
    if let Task::Union { branches, .. } = &mut operator.task {
        for branch in branches {
            descend(planner, &mut branch.root, Asked::everything());
        }
    }
    operator.expressions_mut(&mut |expression| inside(planner, expression));
    leave_dead_ends(planner, operator, &asked);
    let below = asked.clone().below(operator);
    let hops = matches!(operator.task, Task::Expand(_) | Task::Intersect(_) | Task::VarExpand(_));
    if hops && below.once && below.alone && !below.all {
        let rival = rival(operator).filter(|rival| !asked.needed.contains(*rival) && !asked.few);
        if let Some(input) = operator.input.as_deref_mut() {
            leave_dead_ends(planner, input, &below);
        }
        if let Some(input) = operator.input.as_deref_mut()
            && let Some(sole) = go_on_once(planner, input, below.needed.clone(), rival)
            && let Task::Expand(expand) = &mut operator.task
        {
            expand.others = sole.into_iter().map(|slot| Other { slot, list: false }).collect();
        }
    }
    if let Some(input) = operator.input.as_deref_mut() {
        descend(planner, input, below);
    }
}

/// Turns hops to ends that nobody asks for into conditions.
fn leave_dead_ends(planner: &Planner<'_>, operator: &mut Operator, asked: &Asked) {
    if asked.once && !asked.all && planner.allows("degree") {
        while ask_whether_there(operator, &asked.needed) {}
    }
}

/// Turns a hop to an end that nobody asks for into a condition: that it is there, and is as the conditions right above the
/// hop want it. Whether it was one.
fn ask_whether_there(operator: &mut Operator, needed: &SlotSet) -> bool {
    let (hop, conditions) = match &operator.task {
        Task::Filter(conjuncts) => (operator.input.as_deref(), conjuncts.as_slice()),
        _ => (Some(&*operator), [].as_slice()),
    };
    let Some(hop) = hop.and_then(Dead::of) else { return false };
    let own: SlotSet = [hop.end, hop.relationship].into_iter().collect();
    let is_about = |conjunct: &Expression| !conjunct.slots().is_disjoint(&own);
    let fits = |conjunct: &Expression| conjunct.slots().within(&own) && is_plain(conjunct);
    let (about, mut conjuncts): (Vec<Expression>, Vec<Expression>) =
        conditions.iter().cloned().partition(is_about);
    if !own.is_disjoint(needed) || !about.iter().all(fits) || (hop.is_list && !about.is_empty()) {
        return false;
    }
    let Some(ways) = hop.ways(about) else { return false };
    conjuncts.push(positive(ways));
    if matches!(operator.task, Task::Filter(_)) {
        let hop = operator.take_input();
        operator.rules.extend(hop.rules);
        operator.input = hop.input;
    }
    operator.task = Task::Filter(conjuncts);
    operator.rules.retain(|rule| *rule != RULE.name);
    operator.rules.push(RULE.name);
    true
}

/// A hop of which it is only asked whether it is there.
struct Dead<'o> {
    leaf: Leaf,
    relationship: Slot,
    /// Any number of hops, of which one is enough.
    is_list: bool,
    end: Slot,
    others: &'o [Other],
}

impl Dead<'_> {
    /// The hop of an operator, if that leads to a node that is not known.
    fn of(operator: &Operator) -> Option<Dead<'_>> {
        let leaf = |node: Slot, types: &[Arc<str>], direction: Direction| Leaf {
            node,
            types: types.to_vec(),
            direction,
        };
        match &operator.task {
            Task::Expand(expand) if !expand.into => Some(Dead {
                leaf: leaf(expand.from, &expand.types, expand.direction),
                relationship: expand.relationship,
                is_list: false,
                end: expand.to,
                others: &expand.others,
            }),
            Task::VarExpand(expand)
                if !expand.into
                    && expand.min == 1
                    && expand.max != Some(0)
                    && expand.takes_all()
                    && expand.levels.is_none() =>
            {
                Some(Dead {
                    leaf: leaf(expand.from, &expand.types, expand.direction),
                    relationship: expand.relationships,
                    is_list: true,
                    end: expand.to,
                    others: &expand.others,
                })
            }
            _ => None,
        }
    }

    /// In how many ways there is such a hop, to an end that is as conditions want it.
    fn ways(self, about: Vec<Expression>) -> Option<Expression> {
        let Dead { leaf, relationship, end, others, .. } = self;
        if !others.is_empty() {
            // Of relationships that cannot be chosen only degrees know.
            let degree = Expression::Degree { leaves: vec![leaf], except: others.to_vec() };
            return about.is_empty().then_some(degree);
        }
        let mut hop =
            Hop { leaf, relationship, end, conditions: Vec::new(), boughs: Vec::new(), meets: false };
        for condition in about {
            match hung(&condition, end) {
                Some(boughs) => hop.boughs.extend_from_slice(boughs),
                None => hop.conditions.push(condition),
            }
        }
        Some(Expression::Ways(vec![Bough::Hop(Box::new(hop))]))
    }
}

/// What hangs on a node, where a condition asks whether there is a way along it. Of many hops in a row the ways are not
/// counted: there may be more than a number can tell.
fn hung(condition: &Expression, node: Slot) -> Option<&[Bough]> {
    let boughs = any_of(condition)?;
    let fits = boughs.iter().all(|bough| bough.nodes().eq([node]) && bough.height() < HEIGHT);
    fits.then_some(boughs)
}

/// Plans in expressions: for EXISTS one row is as good as many.
fn inside(planner: &mut Planner<'_>, expression: &mut Expression) {
    if let Expression::Exists(subplan) = expression {
        descend(planner, &mut subplan.root, Asked::any());
    }
    expression.operands_mut(&mut |operand| inside(planner, operand));
}

/// The only relationship from which a hop has to differ.
fn rival(operator: &Operator) -> Option<Slot> {
    match &operator.task {
        Task::Expand(expand) => match expand.others.as_slice() {
            [Other { slot, list: false }] => Some(*slot),
            _ => None,
        },
        _ => None,
    }
}

/// Leaves one row for each node of an operator's rows, if a node is all that is needed of them; gives what is then left of
/// the relationship from which the hop has to differ, where there is one.
fn go_on_once(
    planner: &mut Planner<'_>,
    operator: &mut Operator,
    mut needed: SlotSet,
    rival: Option<Slot>,
) -> Option<Option<Slot>> {
    let mut at = operator;
    let mut node = only_node(planner, &needed, rival)?;
    // Conditions come after, as far as they need no more either.
    while let Task::Filter(_) = &at.task {
        let mut with = SlotSet::new();
        at.reads(&mut with);
        let asks = rival.is_some_and(|rival| with.contains(rival));
        with.extend(&needed);
        match only_node(planner, &with, rival).filter(|_| !asks) {
            Some(found) => (node, needed) = (found, with),
            None => break,
        }
        at = at.input.as_deref_mut()?;
    }
    // Several workers would have to put together what is asked of a node of each.
    let entered = rival.is_some() && enters_at(at, node);
    if entered
        || !comes_again(at, node)
        || cost::estimate(planner.graph, at, 1.0) * WORTH < planner.graph.node_count() as f64
    {
        return None;
    }
    let sole = rival.map(|_| planner.fresh(SlotKind::Relationship));
    let task = match (rival, sole) {
        (Some(relationship), Some(sole)) => Task::Sole(Sole { node, relationship, sole }),
        _ => Task::Distinct(vec![node]),
    };
    let rows = Operator::over(task, at.take());
    *at = Operator { rules: vec![RULE.name], ..rows };
    Some(sole)
}

/// Whether a pattern is entered at a node.
fn enters_at(operator: &Operator, node: Slot) -> bool {
    let mut at = Some(operator);
    while let Some(operator) = at {
        if matches!(operator.task, Task::Scan { node: scanned, .. } if scanned == node) {
            return true;
        }
        at = operator.input.as_deref();
    }
    false
}

/// The node that is all that is needed, beside a relationship.
fn only_node(planner: &Planner<'_>, needed: &SlotSet, beside: Option<Slot>) -> Option<Slot> {
    let mut slots = needed.iter().filter(|slot| Some(*slot) != beside);
    slots.next().filter(|node| slots.next().is_none() && planner.is_node(*node))
}

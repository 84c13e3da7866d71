//! `join-order`: where a pattern is entered and in which order its steps are taken, by the graph's statistics.

use super::once::{Free, Once};
use super::{Rule, When, access};
use crate::algebra::Slot;
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::pattern::PatternGraph;
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "join-order",
    doc: "Enters a pattern where it is rarest and takes the steps that keep rows few.",
    when: When::Arranging,
    keeps_proof: true,
};

/// One thing to do when a pattern is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::optimize) enum Move {
    /// Scan the nodes of a slot.
    Enter(Slot),
    /// Take the step of that number, from its right end if `reversed`.
    Take { step: usize, reversed: bool },
}

/// As written: the first node, then each step that touches what is known.
pub(in crate::optimize) fn in_written_order(pattern: &PatternGraph) -> Vec<Move> {
    let mut known = pattern.bound.clone();
    let mut left: Vec<usize> = (0..pattern.steps.len()).collect();
    let mut moves = Vec::new();
    let mut entries = pattern.nodes.iter().map(|node| node.slot);
    loop {
        let next = left.iter().position(|index| touches(pattern, *index, &known));
        match next {
            Some(position) => {
                let step = left.remove(position);
                take(pattern, step, &mut known, &mut moves);
            }
            None => match entries.find(|slot| !known.contains(*slot)) {
                Some(slot) => {
                    known.insert(slot);
                    moves.push(Move::Enter(slot));
                }
                None => return moves,
            },
        }
    }
}

/// The order that statistics make cheapest: every entry is tried, the steps follow greedily.
pub(in crate::optimize) fn in_cost_order(planner: &Planner<'_>, pattern: &PatternGraph) -> Vec<Move> {
    const TRIED: usize = 12;
    // Choosing among very many steps takes longer than it saves.
    const LONG: usize = 100;
    if pattern.steps.len() > LONG || pattern.nodes.len() > LONG + 1 {
        return in_written_order(pattern);
    }
    let mut known = pattern.bound.clone();
    let mut left: Vec<usize> = (0..pattern.steps.len()).collect();
    let mut moves = Vec::new();
    let mut rows = 1.0;
    let once = Once::of(planner, pattern);
    loop {
        greedy(planner, pattern, once.as_ref(), &mut known, &mut left, &mut moves, &mut rows);
        if planner.allowance.is_over(pattern.nodes.len() * (pattern.predicates.len() + 1)) {
            return moves;
        }
        let mut open: Vec<(f64, Slot)> = pattern
            .nodes
            .iter()
            .filter(|node| !known.contains(node.slot))
            .map(|node| (entry_rows(planner, pattern, node.slot, &known), node.slot))
            .collect();
        if open.is_empty() {
            return moves;
        }
        if planner.allowance.is_over(pattern.predicates.len()) {
            return moves;
        }
        open.sort_by(|a, b| a.0.total_cmp(&b.0));
        open.truncate(TRIED);
        // What an entry leads to counts as much as how many nodes it has.
        let best = open.iter().copied().min_by(|a, b| {
            let cost = |entry: &(f64, Slot)| {
                let (mut known, mut left, mut moves) = (known.clone(), left.clone(), moves.clone());
                let (scanned, mut rows) = cost::entered(planner, pattern, entry.1, &known, entry.0);
                known.insert(entry.1);
                moves.push(Move::Enter(entry.1));
                let taken =
                    greedy(planner, pattern, once.as_ref(), &mut known, &mut left, &mut moves, &mut rows);
                let grouped = pattern.grouped.filter(|grouped| grouped.node != entry.1);
                scanned + taken + grouped.map_or(0.0, |grouped| grouped.weight * rows)
            };
            if open.len() == 1 { std::cmp::Ordering::Equal } else { cost(a).total_cmp(&cost(b)) }
        });
        let Some((found, slot)) = best else { return moves };
        if planner.allowance.is_over(pattern.predicates.len()) {
            return moves;
        }
        rows *= cost::entered(planner, pattern, slot, &known, found).1.max(1.0);
        known.insert(slot);
        moves.push(Move::Enter(slot));
    }
}

fn entry_rows(planner: &Planner<'_>, pattern: &PatternGraph, slot: Slot, known: &SlotSet) -> f64 {
    access(planner, pattern, slot, known).1
}

/// Takes the cheapest step that touches what is known until none does; returns the rows made on the way.
fn greedy(
    planner: &Planner<'_>,
    pattern: &PatternGraph,
    once: Option<&Once<'_>>,
    known: &mut SlotSet,
    left: &mut Vec<usize>,
    moves: &mut Vec<Move>,
    rows: &mut f64,
) -> f64 {
    let mut cost = 0.0;
    loop {
        let mut best: Option<(f64, f64, usize)> = None;
        for (position, index) in left.iter().enumerate() {
            if !touches(pattern, *index, known) {
                continue;
            }
            if planner.allowance.is_over(1 + pattern.predicates.len()) {
                return cost;
            }
            let (mut walked, mut kept) = cost::step_growth(planner, pattern, *index, known);
            if let Some(free) = once.and_then(|once| once.free(*index, moves, left, known)) {
                walked = if free == Free::Counted { walked.min(1.0) } else { walked };
                kept = kept.min(1.0);
            }
            if best.is_none_or(|(least, _, _)| kept < least) {
                best = Some((kept, walked, position));
            }
        }
        let Some((kept, walked, position)) = best else { return cost };
        let step = left.remove(position);
        let mut most = f64::INFINITY;
        if let Some(once) = once {
            most = once.walked_at_most(planner, step, known);
            *rows = rows.min(once.rows_at_most(planner, step, moves, left, known));
        }
        cost += (*rows * walked).min(most);
        *rows = (*rows * kept).min(most);
        take(pattern, step, known, moves);
    }
}

fn touches(pattern: &PatternGraph, index: usize, known: &SlotSet) -> bool {
    pattern.steps.get(index).is_some_and(|step| {
        known.contains(step.from) || known.contains(step.to) || pattern.bound.contains(step.relationship)
    })
}

fn take(pattern: &PatternGraph, index: usize, known: &mut SlotSet, moves: &mut Vec<Move>) {
    let Some(step) = pattern.steps.get(index) else { return };
    moves.push(Move::Take { step: index, reversed: !known.contains(step.from) && known.contains(step.to) });
    known.insert(step.from);
    known.insert(step.relationship);
    known.insert(step.to);
}

//! From what is meant to how it is found: an ordered list of named rules.
//!
//! Comes in: a bound statement and the graph's statistics. Goes out: a [`Plan`]. `lower` makes a plan that is right but
//! chooses nothing; each rule then betters it and can be switched off by name, without any answer changing. Knows
//! nothing of how operators are carried out.

pub mod expression;
pub mod plan;
pub mod slots;
mod arrange;
mod cache;
mod cost;
mod display;
mod lower;
mod pattern;
mod rules;

pub use cache::{Asked, PlanCache, Prepared};
pub use plan::Plan;
pub use rules::{RULES, Rule, known_rules};

use crate::algebra::{Body, Bound, Clause, Statement};
use crate::base::{Allowance, Meter, Report, Result, free};
use crate::graph::Graph;
use plan::{Assumption, Never, Operator};
use std::sync::Arc;

/// Clauses and steps of one statement.
const MAX_LENGTH: usize = 20_000;

/// Steps of one MATCH: every two of them must not choose the same relationship.
const MAX_STEPS: usize = 2_000;

/// Bytes of plans that take milliseconds to free.
const MANY: u64 = 4 << 20;

/// Small steps that it takes to look at an operator.
const OPERATOR: usize = 32;

/// Fails for statements that are longer than any plan may be deep.
pub fn check_length(statement: &Statement<Bound>) -> Result<()> {
    let Body::Query(query) = &statement.body else { return Ok(()) };
    let singles = std::iter::once(&query.first).chain(query.unions.iter().map(|(_, single)| single));
    let clauses = || singles.clone().flat_map(|single| &single.clauses);
    let length: usize = clauses().map(length).sum();
    let longest = clauses().map(steps).max().unwrap_or(0);
    let message = match (length > MAX_LENGTH, longest > MAX_STEPS) {
        (true, _) => format!("this statement has {length} clauses and steps; {MAX_LENGTH} is the most"),
        (_, true) => format!("a MATCH of this statement has {longest} steps; {MAX_STEPS} is the most"),
        _ => return Ok(()),
    };
    Err(Report::compile("SyntaxError", "UnexpectedSyntax", message)
        .help("Take it apart into several statements, or pass a long list as a parameter and UNWIND it."))
}

fn length(clause: &Clause<Bound>) -> usize {
    match clause {
        Clause::Match { patterns, .. } => patterns.len() * 2 + steps(clause),
        _ => 2,
    }
}

fn steps(clause: &Clause<Bound>) -> usize {
    match clause {
        Clause::Match { patterns, .. } => patterns.iter().map(|pattern| pattern.steps.len()).sum(),
        _ => 0,
    }
}

/// Chooses the operators. `rules_off` names rules that must not be used.
///
/// # Errors
/// Only when the limits of the statement are reached while it is planned.
pub fn optimize(
    statement: &Statement<Bound>,
    graph: &Graph,
    rules_off: &[String],
    meter: &Meter,
) -> Result<Plan> {
    let allowance = Allowance::new(meter);
    let mut plan = lower::lower(statement, &allowance);
    let mut planner = Planner {
        graph,
        rules_off,
        allowance,
        slots: std::mem::take(&mut plan.slots),
        returned: plan.columns.iter().map(|(_, slot)| *slot).collect(),
        writes: plan.writes,
        assumes: Vec::new(),
    };
    plan.late = planner.allows("late-materialization") && !plan.writes;
    plan.narrow = planner.allows("projection-push-down");
    planner.choose(&mut plan.root, None);
    if !planner.allowance.is_over_all() {
        cost::estimate(graph, &mut plan.root, 1.0);
    }
    plan.slots = planner.slots;
    plan.assumes = planner.assumes;
    plan.bytes = planner.allowance.held();
    match planner.allowance.end() {
        Ok(()) => Ok(plan),
        Err(report) => {
            let is_much = plan.bytes > MANY;
            free(plan, is_much);
            Err(report)
        }
    }
}

/// The rules that are left out when rows have to tell what they rest on, beside those that are off anyway.
pub fn rules_off_while_tracing(rules_off: &[String]) -> Vec<String> {
    let lossy = RULES.iter().filter(|rule| !rule.keeps_proof).map(|rule| rule.name.to_owned());
    rules_off.iter().cloned().chain(lossy).collect()
}

/// What rules may see and use.
pub struct Planner<'p> {
    pub(crate) graph: &'p Graph,
    rules_off: &'p [String],
    pub(crate) slots: Vec<crate::algebra::SlotInfo>,
    /// How long it may go on: when that is over, rules and choices leave what they are at.
    pub(crate) allowance: Allowance<'p>,
    /// What comes out of the statement.
    returned: slots::SlotSet,
    /// What is true of the graph now may change while the statement runs.
    writes: bool,
    /// What the plan takes for granted.
    assumes: Vec<Assumption>,
}

impl Planner<'_> {
    /// Whether the rule of that name may be used.
    pub(crate) fn allows(&self, rule: &str) -> bool {
        !self.rules_off.iter().any(|off| off == rule)
    }

    /// Whether something never occurs among relationships of some types; what holds is noted in the plan.
    pub(crate) fn never(&mut self, types: &[Arc<str>], never: Never) -> bool {
        self.assume(Assumption::Never(never, types.to_vec()))
    }

    /// Whether something never occurs among relationships of some types as they are, which is not noted.
    pub(crate) fn would_never(&self, types: &[Arc<str>], never: Never) -> bool {
        !self.writes && Assumption::Never(never, types.to_vec()).holds(self.graph)
    }

    /// Whether something is true of the graph; if it is, that is noted in the plan.
    pub(crate) fn assume(&mut self, assumption: Assumption) -> bool {
        if self.writes || !(self.assumes.contains(&assumption) || assumption.holds(self.graph)) {
            return false;
        }
        if !self.assumes.contains(&assumption) {
            self.assumes.push(assumption);
        }
        true
    }

    /// Whether a slot holds nodes, or null.
    pub(crate) fn is_node(&self, slot: crate::algebra::Slot) -> bool {
        self.slots.get(slot.0 as usize).is_some_and(|info| info.kind == crate::algebra::SlotKind::Node)
    }

    /// A new slot that no variable has.
    pub(crate) fn fresh(&mut self, kind: crate::algebra::SlotKind) -> crate::algebra::Slot {
        self.slots.push(crate::algebra::SlotInfo { name: None, kind });
        crate::algebra::Slot(self.slots.len() as u32 - 1)
    }

    /// Arranges the patterns of a tree and betters it by the rules that may be used, all or those before one.
    pub(crate) fn choose(&mut self, root: &mut Operator, before: Option<&str>) {
        use rules::When;
        let rules = || RULES.iter().take_while(|rule| before != Some(rule.name));
        for rule in rules() {
            if self.allows(rule.name)
                && let When::Before(apply) | When::Around(apply, _) = rule.when
                && !self.allowance.is_over_all()
            {
                apply(self, root);
            }
        }
        self.everywhere(root, &mut |planner, operator| arrange::arrange(planner, operator));
        for rule in rules() {
            if self.allows(rule.name)
                && let When::After(apply) | When::Around(_, apply) = rule.when
                && !self.allowance.is_over_all()
            {
                apply(self, root);
            }
        }
    }

    /// Calls `change` for each operator of the tree, inputs and inner plans first.
    pub(crate) fn everywhere(
        &mut self,
        operator: &mut Operator,
        change: &mut dyn FnMut(&mut Planner<'_>, &mut Operator),
    ) {
        if self.allowance.is_over(OPERATOR) {
            return;
        }
        if let Some(input) = operator.input.as_deref_mut() {
            self.everywhere(input, change);
        }
        operator.inner_mut(&mut |inner| self.everywhere(inner, change));
        change(self, operator);
    }
}

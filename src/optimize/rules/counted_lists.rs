//! `counted-lists`: a list of which nothing but its size is asked is not made. `collect(x)` becomes `count(x)`, and
//! `size(COLLECT { … })` and `size([ (a)-->(b) | b ])` become `COUNT { … }`.
//!
//! A list goes from name to name until somebody looks at it: it is counted only if nobody ever does.

use super::late_projection::is_sure;
use super::{Rule, When};
use crate::algebra::{FunctionRef, Slot};
use crate::functions;
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, Subplan};
use crate::optimize::plan::{AggregateCall, Operator, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "counted-lists",
    doc: "Counts what a list would have instead of making it, where only its size is asked.",
    when: When::Before(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    let mut lists = false;
    planner.everywhere(root, &mut |planner, operator| {
        lists |= lists_of(operator).next().is_some();
        let mut used = false;
        operator.expressions_mut(&mut |expression| used |= count_subplans(planner, expression));
        if used {
            operator.rules.push(RULE.name);
        }
    });
    if !lists {
        return;
    }
    let mut seen = Seen::default();
    planner.everywhere(root, &mut |_, operator| seen.operator(operator));
    let counted = seen.counted(&planner.returned);
    let count = functions::find("count").filter(|_| !counted.is_empty());
    let Some(count) = count else { return };
    planner.everywhere(root, &mut |_, operator| {
        if let Task::Aggregate { aggregates, .. } = &mut operator.task {
            for (_, aggregate) in aggregates.iter_mut().filter(|(slot, _)| counted.contains(*slot)) {
                aggregate.call = AggregateCall::Function(FunctionRef(count));
                operator.rules.push(RULE.name);
            }
            operator.rules.dedup();
        }
        operator.expressions_mut(&mut |expression| read_counts(expression, &counted));
    });
}

/// How the lists of a plan are used.
#[derive(Default)]
struct Seen {
    /// Filled with lists.
    lists: SlotSet,
    /// What is handed on under another name: to which, from which.
    copies: Vec<(Slot, Slot)>,
    /// Of these more is asked than their size.
    read: SlotSet,
    filled: SlotSet,
}

impl Seen {
    fn operator(&mut self, operator: &Operator) {
        let mut fills = SlotSet::new();
        operator.fills(&mut fills);
        if let Task::Project(items) = &operator.task {
            // What keeps its name is not filled again.
            let kept =
                items.iter().filter(|(slot, item)| matches!(item, Expression::Slot(from) if from == slot));
            kept.for_each(|(slot, _)| fills.remove(*slot));
        }
        for slot in fills.iter() {
            // What is filled in two places is not always this list.
            if self.filled.contains(slot) {
                self.read.insert(slot);
            }
            self.filled.insert(slot);
        }
        operator.names(&mut self.read);
        match &operator.task {
            Task::Project(items) => {
                for (slot, item) in items {
                    match item {
                        Expression::Slot(from) => self.copies.push((*slot, *from)),
                        item => self.expression(item),
                    }
                }
                return;
            }
            Task::Aggregate { .. } => lists_of(operator).for_each(|slot| self.lists.insert(slot)),
            Task::Union { branches, .. } => {
                branches.iter().flat_map(|branch| &branch.slots).for_each(|slot| self.read.insert(*slot));
            }
            // A variable of a pattern can be one that was there before.
            Task::Pattern(pattern) => pattern.fills(&mut self.read),
            _ => {}
        }
        operator.expressions(&mut |expression| self.expression(expression));
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            expression if size_of(expression).is_some() => {}
            // What is inside is an operator of its own.
            Expression::Exists(_) | Expression::Count(_) => {}
            Expression::Collect { slot, .. } => self.read.insert(*slot),
            Expression::Slot(_)
            | Expression::Path { .. }
            | Expression::Degree { .. }
            | Expression::Ways(_) => {
                expression.reads(&mut self.read);
            }
            _ => expression.operands(&mut |operand| self.expression(operand)),
        }
    }

    /// The slots of which nothing but the size is asked, under whatever name.
    fn counted(self, returned: &SlotSet) -> SlotSet {
        let Seen { mut lists, copies, mut read, .. } = self;
        read.extend(returned);
        let mut goes_on = !lists.is_empty();
        while std::mem::take(&mut goes_on) {
            for (to, from) in &copies {
                if lists.contains(*from) && !lists.contains(*to) {
                    lists.insert(*to);
                    goes_on = true;
                }
                let either = read.contains(*to) || read.contains(*from);
                if lists.contains(*from) && either && !(read.contains(*to) && read.contains(*from)) {
                    read.insert(*to);
                    read.insert(*from);
                    goes_on = true;
                }
            }
        }
        lists.iter().filter(|slot| !read.contains(*slot)).collect()
    }
}

/// The slot whose size an expression is.
fn size_of(expression: &Expression) -> Option<Slot> {
    match expression {
        Expression::Call { function, arguments, .. } if function.0.name == "size" => {
            match arguments.as_slice() {
                [Expression::Slot(slot)] => Some(*slot),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The slots that an operator fills with lists of what it aggregates.
fn lists_of(operator: &Operator) -> impl Iterator<Item = Slot> {
    let aggregates = match &operator.task {
        Task::Aggregate { aggregates, .. } => aggregates.as_slice(),
        _ => &[],
    };
    let is_list = |call| matches!(call, AggregateCall::Function(function) if function.0.name == "collect");
    aggregates.iter().filter(move |(_, aggregate)| is_list(aggregate.call)).map(|(slot, _)| *slot)
}

fn read_counts(expression: &mut Expression, counted: &SlotSet) {
    match size_of(expression).filter(|slot| counted.contains(*slot)) {
        Some(slot) => *expression = Expression::Slot(slot),
        None => expression.operands_mut(&mut |operand| read_counts(operand, counted)),
    }
}

/// Turns sizes of lists that subplans would make into counts of their rows.
fn count_subplans(planner: &mut Planner<'_>, expression: &mut Expression) -> bool {
    let mut used = false;
    expression.operands_mut(&mut |operand| used |= count_subplans(planner, operand));
    let Expression::Call { function, arguments, .. } = expression else { return used };
    if function.0.name != "size" {
        return used;
    }
    let [Expression::Collect { subplan, first: false, .. }] = arguments.as_mut_slice() else { return used };
    let Some(rows) = rows_of(planner, &subplan.root) else { return used };
    let counted = Subplan { root: rows.clone(), outer: subplan.outer.clone(), row: subplan.row };
    *expression = Expression::Count(Box::new(counted));
    true
}

/// The rows without what is computed of each in the end; nothing where that can fail, for it has to.
fn rows_of<'o>(planner: &mut Planner<'_>, mut root: &'o Operator) -> Option<&'o Operator> {
    while let Task::Project(items) = &root.task {
        if !items.iter().all(|(_, item)| is_sure(planner, item)) {
            return None;
        }
        root = root.input.as_deref()?;
    }
    Some(root)
}

//! What is asked of the lists that a plan collects, and of the shortest paths that it finds.
//!
//! A list goes from name to name until somebody looks at it.

use super::argument_of;
use crate::algebra::Slot;
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::collections::BTreeMap;

/// How the lists of a plan are used.
#[derive(Default)]
pub struct Uses {
    /// Filled with lists of what is aggregated, and with those of subplans.
    lists: SlotSet,
    listed: SlotSet,
    /// What is handed on under another name: to which, from which.
    copies: Vec<(Slot, Slot)>,
    /// Of these the size is asked.
    sized: SlotSet,
    /// Of these the length is asked.
    measured: SlotSet,
    /// Of these the first values are asked, so many.
    first: BTreeMap<Slot, u32>,
    /// Of these all may be asked.
    read: SlotSet,
    filled: SlotSet,
}

impl Uses {
    pub fn of(planner: &mut Planner<'_>, root: &mut Operator) -> Uses {
        let mut uses = Uses::default();
        planner.everywhere(root, &mut |_, operator| uses.operator(operator));
        uses.read.extend(&planner.returned);
        uses
    }

    fn operator(&mut self, operator: &Operator) {
        let mut fills = SlotSet::new();
        operator.fills(&mut fills);
        if let Task::Project(items) = &operator.task {
            // What keeps its name is not filled again.
            let kept =
                items.iter().filter(|(slot, item)| matches!(item, Expression::Slot(from) if from == slot));
            kept.for_each(|(slot, _)| fills.remove(*slot));
        }
        if matches!(operator.task, Task::Optional { .. }) {
            // What it fills is what its pattern does.
            fills = SlotSet::new();
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
                        item => {
                            if matches!(item, Expression::Collect { .. }) {
                                self.listed.insert(*slot);
                            }
                            self.expression(item);
                        }
                    }
                }
                return;
            }
            Task::Aggregate { keys, aggregates } => {
                lists_of(operator).for_each(|slot| self.lists.insert(slot));
                keys.iter().for_each(|(_, key)| self.expression(key));
                for (_, aggregate) in aggregates.iter().filter(|(_, aggregate)| !only_counts(aggregate)) {
                    aggregate.arguments.iter().for_each(|argument| self.expression(argument));
                }
                return;
            }
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
            expression if let Some(slot) = size_of(expression) => self.sized.insert(slot),
            expression if let Some(slot) = length_of(expression) => self.measured.insert(slot),
            // Whether it is there is the same whatever it is.
            Expression::IsNull { operand, .. } if matches!(**operand, Expression::Slot(_)) => {}
            expression if let Some((slot, count)) = first_of(expression) => {
                let most = self.first.entry(slot).or_default();
                *most = (*most).max(count);
            }
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
    pub fn counted(&self) -> SlotSet {
        let mut more = self.read.clone();
        self.first.keys().for_each(|slot| more.insert(*slot));
        more.extend(&self.measured);
        self.unless(self.lists.clone(), more)
    }

    /// Those of some paths, and the same under other names, of which nothing but the length is asked.
    pub fn measured(&self, paths: SlotSet) -> SlotSet {
        let mut more = self.read.clone();
        self.first.keys().for_each(|slot| more.insert(*slot));
        more.extend(&self.sized);
        self.unless(paths, more)
    }

    /// Whether anything at all is asked of a slot.
    pub fn asks(&self, slot: Slot) -> bool {
        let asked = [&self.read, &self.sized, &self.measured].into_iter().any(|asked| asked.contains(slot));
        asked || self.first.contains_key(&slot) || self.copies.iter().any(|(_, from)| *from == slot)
    }

    /// The slots of which nothing but the first values is asked, under whatever name, and of how many of them.
    pub fn short(&self) -> BTreeMap<Slot, u32> {
        let mut more = self.read.clone();
        more.extend(&self.sized);
        more.extend(&self.measured);
        let mut lists = self.lists.clone();
        lists.extend(&self.listed);
        let short = self.unless(lists, more);
        let mut first = self.first.clone();
        let mut goes_on = true;
        while std::mem::take(&mut goes_on) {
            for (to, from) in &self.copies {
                let asked = first.get(to).copied().unwrap_or(0);
                let most = first.entry(*from).or_default();
                goes_on |= asked > *most;
                *most = (*most).max(asked);
            }
        }
        first.retain(|slot, _| short.contains(*slot));
        first
    }

    /// The lists, under whatever name, of which not more is asked.
    fn unless(&self, mut lists: SlotSet, mut more: SlotSet) -> SlotSet {
        let mut goes_on = !lists.is_empty();
        while std::mem::take(&mut goes_on) {
            for (to, from) in &self.copies {
                if lists.contains(*from) && !lists.contains(*to) {
                    lists.insert(*to);
                    goes_on = true;
                }
                let either = more.contains(*to) || more.contains(*from);
                if lists.contains(*from) && either && !(more.contains(*to) && more.contains(*from)) {
                    more.insert(*to);
                    more.insert(*from);
                    goes_on = true;
                }
            }
        }
        lists.iter().filter(|slot| !more.contains(*slot)).collect()
    }
}

/// The slot whose size an expression is.
pub fn size_of(expression: &Expression) -> Option<Slot> {
    argument_of("size", expression)
}

/// The slot whose length an expression is; of what one pattern finds, the slot that it stands in there.
pub fn length_of(expression: &Expression) -> Option<Slot> {
    match expression {
        Expression::Call { function, arguments, .. } if function.0.name == "length" => {
            match arguments.as_slice() {
                [Expression::Slot(slot) | Expression::Collect { slot, first: true, .. }] => Some(*slot),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether an aggregate only counts in how many rows a slot is not empty.
fn only_counts(aggregate: &Aggregate) -> bool {
    let counts = matches!(aggregate.call, AggregateCall::Function(function) if function.0.name == "count");
    counts && !aggregate.distinct && matches!(aggregate.arguments.as_slice(), [Expression::Slot(_)])
}

/// The slots that an operator fills with lists of what it aggregates.
pub fn lists_of(operator: &Operator) -> impl Iterator<Item = Slot> {
    let aggregates = match &operator.task {
        Task::Aggregate { aggregates, .. } => aggregates.as_slice(),
        _ => &[],
    };
    let is_list = |call| matches!(call, AggregateCall::Function(function) if function.0.name == "collect");
    aggregates.iter().filter(move |(_, aggregate)| is_list(aggregate.call)).map(|(slot, _)| *slot)
}

/// The slot of whose values an expression is one of the first, or some of them, and of how many.
fn first_of(expression: &Expression) -> Option<(Slot, u32)> {
    let count = first_asked(expression)?;
    let mut list = None;
    expression.operands(&mut |operand| list = list.or(Some(operand)));
    match list? {
        Expression::Slot(slot) => Some((*slot, count)),
        _ => None,
    }
}

/// How many of the first values of its first operand an expression asks for, if it asks for no others.
pub fn first_asked(expression: &Expression) -> Option<u32> {
    let number = |expression: &Expression| match expression {
        Expression::Constant(Value::Integer(number)) => u32::try_from(*number).ok(),
        _ => None,
    };
    match expression {
        Expression::Call { function, .. } if function.0.name == "head" => Some(1),
        Expression::Index { index, .. } => number(index)?.checked_add(1),
        Expression::Slice { from, to: Some(to), .. } => {
            let begins = from.as_deref().is_none_or(|from| number(from).is_some());
            number(to).filter(|_| begins)
        }
        _ => None,
    }
}

//! Going through plans: what an operator reads and fills, and what is inside it.

use super::{Access, Change, Creation, Operator, Task};
use crate::algebra::Slot;
use crate::optimize::expression::Expression;
use crate::optimize::slots::SlotSet;

impl Operator {
    pub fn argument() -> Operator {
        Operator { task: Task::Argument, input: None, rows: 1.0, rules: Vec::new() }
    }

    pub fn over(task: Task, input: Operator) -> Operator {
        Operator { task, input: Some(Box::new(input)), rows: 0.0, rules: Vec::new() }
    }

    /// Whether nothing comes before this operator.
    pub fn begins(&self) -> bool {
        self.input.as_deref().is_some_and(|input| matches!(input.task, Task::Argument))
    }

    /// A placeholder for `std::mem::replace`.
    pub fn take(&mut self) -> Operator {
        std::mem::replace(self, Operator::argument())
    }

    /// Takes the input out; an operator without input gives an argument.
    pub fn take_input(&mut self) -> Operator {
        self.input.as_mut().map_or_else(Operator::argument, |input| input.take())
    }

    /// Calls `see` for the plans inside this operator's task: branches, inner plans, subplans of its expressions.
    pub fn inner_mut(&mut self, see: &mut dyn FnMut(&mut Operator)) {
        match &mut self.task {
            Task::Optional { inner, .. } => see(inner),
            Task::Union { branches, .. } => branches.iter_mut().for_each(|branch| see(&mut branch.root)),
            Task::Merge(merge) => see(&mut merge.matching),
            _ => {}
        }
        self.expressions_mut(&mut |expression| expression.plans(see));
    }

    /// Calls `see` for the plans inside this operator's task, except those in expressions.
    pub fn inner<'o>(&'o self, see: &mut dyn FnMut(&'o Operator)) {
        match &self.task {
            Task::Optional { inner, .. } => see(inner),
            Task::Union { branches, .. } => branches.iter().for_each(|branch| see(&branch.root)),
            Task::Merge(merge) => see(&merge.matching),
            _ => {}
        }
    }

    /// Whether this operator or one below it writes.
    pub fn writes(&self) -> bool {
        let mut found = matches!(
            self.task,
            Task::Create(_)
                | Task::Merge(_)
                | Task::Change(_)
                | Task::Delete { .. }
                | Task::CreateIndex { .. }
                | Task::DropIndex { .. }
        );
        self.inner(&mut |inner| found = found || inner.writes());
        found || self.input.as_ref().is_some_and(|input| input.writes())
    }

    /// The number of operators and expressions on the longest way down.
    pub fn depth(&self) -> usize {
        let mut deepest = self.input.as_ref().map_or(0, |input| input.depth());
        self.inner(&mut |inner| deepest = deepest.max(inner.depth()));
        self.expressions(&mut |expression| deepest = deepest.max(expression.depth()));
        deepest + 1
    }

    /// Every slot that the operator, or one below or inside it, reads or fills.
    pub fn references(&self, into: &mut SlotSet) {
        self.reads(into);
        self.fills(into);
        self.inner(&mut |inner| inner.references(into));
        if let Some(input) = &self.input {
            input.references(into);
        }
    }

    /// The slots of its input that this operator reads.
    pub fn reads(&self, into: &mut SlotSet) {
        self.expressions(&mut |expression| expression.reads(into));
        self.names(into);
        match &self.task {
            Task::Optional { inner, .. } => inner.references(into),
            Task::Merge(merge) => merge.matching.references(into),
            _ => {}
        }
    }

    /// The slots of its input that its task names outside of expressions and of the plans inside it.
    pub fn names(&self, into: &mut SlotSet) {
        match &self.task {
            Task::Expand(expand) => {
                into.insert(expand.from);
                if expand.into {
                    into.insert(expand.to);
                }
                expand.others.iter().for_each(|other| into.insert(other.slot));
            }
            Task::Intersect(intersect) => {
                for side in [&intersect.left, &intersect.right] {
                    into.insert(side.from);
                    side.others.iter().for_each(|other| into.insert(other.slot));
                }
            }
            Task::VarExpand(expand) => {
                into.insert(expand.from);
                if expand.into {
                    into.insert(expand.to);
                }
                expand.others.iter().for_each(|other| into.insert(other.slot));
            }
            Task::Held(held) => {
                into.insert(held.relationship);
                if held.from_bound {
                    into.insert(held.from);
                }
                if held.to_bound {
                    into.insert(held.to);
                }
                held.others.iter().for_each(|other| into.insert(other.slot));
            }
            Task::Shortest(shortest) => {
                into.insert(shortest.from);
                into.insert(shortest.to);
            }
            Task::Distinct(slots) => slots.iter().for_each(|slot| into.insert(*slot)),
            Task::Sole(sole) => {
                into.insert(sole.node);
                into.insert(sole.relationship);
            }
            Task::Merge(merge) => {
                creation_reads(&merge.creations, into);
                change_reads(merge.on_create.iter().chain(&merge.on_match), into);
            }
            Task::Create(creations) => creation_reads(creations, into),
            Task::Change(changes) => change_reads(changes.iter(), into),
            _ => {}
        }
    }

    /// The slots that this operator fills.
    pub fn fills(&self, into: &mut SlotSet) {
        match &self.task {
            Task::Scan { node, .. } => into.insert(*node),
            Task::CountStore(store) => {
                into.insert(store.kind);
                into.insert(store.count);
            }
            Task::Expand(expand) => {
                into.insert(expand.relationship);
                into.insert(expand.to);
            }
            Task::Intersect(intersect) => {
                into.insert(intersect.left.relationship);
                into.insert(intersect.right.relationship);
                into.insert(intersect.to);
            }
            Task::VarExpand(expand) => {
                into.insert(expand.relationships);
                into.insert(expand.to);
                expand.levels.iter().for_each(|levels| into.insert(levels.hops));
            }
            Task::Held(held) => {
                into.insert(held.from);
                into.insert(held.to);
            }
            Task::Shortest(shortest) => {
                if !shortest.measured {
                    into.insert(shortest.relationships);
                }
                shortest.path.iter().for_each(|slot| into.insert(*slot));
            }
            Task::Project(items) => items.iter().for_each(|(slot, _)| into.insert(*slot)),
            Task::Aggregate { keys, aggregates } => {
                keys.iter().for_each(|(slot, _)| into.insert(*slot));
                aggregates.iter().for_each(|(slot, _)| into.insert(*slot));
            }
            Task::Unwind { slot, .. } => into.insert(*slot),
            Task::Optional { row, fills, .. } => {
                into.insert(*row);
                fills.iter().for_each(|(slot, _)| into.insert(*slot));
            }
            Task::Sole(sole) => into.insert(sole.sole),
            Task::Union { slots, .. } => slots.iter().for_each(|slot| into.insert(*slot)),
            Task::Create(creations) => creations.iter().for_each(|creation| into.insert(creation.slot())),
            Task::Merge(merge) => merge.fills.iter().for_each(|slot| into.insert(*slot)),
            Task::Call(call) => call.outputs.iter().for_each(|(_, slot)| into.insert(*slot)),
            Task::Pattern(pattern) => pattern.fills(into),
            _ => {}
        }
    }

    /// Calls `see` for each expression of the task.
    pub fn expressions<'o>(&'o self, see: &mut dyn FnMut(&'o Expression)) {
        match &self.task {
            Task::Argument
            | Task::Distinct(_)
            | Task::Sole(_)
            | Task::CountStore(_)
            | Task::Optional { .. }
            | Task::Union { .. }
            | Task::Expand(_)
            | Task::Intersect(_) => {}
            Task::CreateIndex { .. } | Task::DropIndex { .. } => {}
            Task::Pattern(pattern) => {
                pattern.predicates.iter().for_each(|p| see(&p.expression));
                pattern.steps.iter().filter_map(|s| s.properties.as_ref()).for_each(&mut *see);
                pattern.searches.iter().filter_map(|s| s.properties.as_ref()).for_each(see);
            }
            Task::Held(held) => held.properties.iter().for_each(see),
            Task::Scan { access, .. } => match access {
                Access::Seek { value, .. } | Access::Any { value, .. } => see(value),
                Access::Lookup(lookup) => lookup.pairs.iter().for_each(|(_, known)| see(known)),
                Access::All | Access::Label(_) => {}
            },
            Task::VarExpand(expand) => {
                expand.properties.iter().chain(expand.tests.iter().map(|test| &test.holds)).for_each(see);
            }
            Task::Shortest(shortest) => shortest.properties.iter().for_each(see),
            Task::Filter(conjuncts) => conjuncts.iter().for_each(see),
            Task::Project(items) => items.iter().for_each(|(_, e)| see(e)),
            Task::Aggregate { keys, aggregates } => {
                keys.iter().for_each(|(_, e)| see(e));
                aggregates.iter().for_each(|(_, a)| a.arguments.iter().for_each(&mut *see));
            }
            Task::Sort(keys) => keys.iter().for_each(|key| see(&key.expression)),
            Task::Top { keys, limit, skip } => {
                keys.iter().for_each(|key| see(&key.expression));
                see(limit);
                skip.iter().for_each(see);
            }
            Task::Skip(count) | Task::Limit(count) => see(count),
            Task::Unwind { list, .. } => see(list),
            Task::Create(creations) => creations.iter().for_each(|c| c.expressions(see)),
            Task::Merge(merge) => {
                merge.creations.iter().for_each(|c| c.expressions(see));
                merge.on_create.iter().chain(&merge.on_match).for_each(|c| c.expressions(see));
                merge.properties.iter().for_each(|(e, _)| see(e));
            }
            Task::Change(changes) => changes.iter().for_each(|c| c.expressions(see)),
            Task::Delete { targets, .. } => targets.iter().for_each(see),
            Task::Call(call) => call.arguments.iter().flatten().for_each(see),
        }
    }

    /// Calls `see` for each expression of the task, to change it.
    pub fn expressions_mut(&mut self, see: &mut dyn FnMut(&mut Expression)) {
        match &mut self.task {
            Task::Argument
            | Task::Distinct(_)
            | Task::Sole(_)
            | Task::CountStore(_)
            | Task::Optional { .. }
            | Task::Union { .. }
            | Task::Expand(_)
            | Task::Intersect(_) => {}
            Task::CreateIndex { .. } | Task::DropIndex { .. } => {}
            Task::Pattern(pattern) => {
                pattern.predicates.iter_mut().for_each(|p| see(&mut p.expression));
                pattern.steps.iter_mut().filter_map(|s| s.properties.as_mut()).for_each(&mut *see);
                pattern.searches.iter_mut().filter_map(|s| s.properties.as_mut()).for_each(see);
            }
            Task::Held(held) => held.properties.iter_mut().for_each(see),
            Task::Scan { access, .. } => match access {
                Access::Seek { value, .. } | Access::Any { value, .. } => see(value),
                Access::Lookup(lookup) => lookup.pairs.iter_mut().for_each(|(_, known)| see(known)),
                Access::All | Access::Label(_) => {}
            },
            Task::VarExpand(expand) => {
                let tests = expand.tests.iter_mut().map(|test| &mut test.holds);
                expand.properties.iter_mut().chain(tests).for_each(see);
            }
            Task::Shortest(shortest) => shortest.properties.iter_mut().for_each(see),
            Task::Filter(conjuncts) => conjuncts.iter_mut().for_each(see),
            Task::Project(items) => items.iter_mut().for_each(|(_, e)| see(e)),
            Task::Aggregate { keys, aggregates } => {
                keys.iter_mut().for_each(|(_, e)| see(e));
                aggregates.iter_mut().for_each(|(_, a)| a.arguments.iter_mut().for_each(&mut *see));
            }
            Task::Sort(keys) => keys.iter_mut().for_each(|key| see(&mut key.expression)),
            Task::Top { keys, limit, skip } => {
                keys.iter_mut().for_each(|key| see(&mut key.expression));
                see(limit);
                skip.iter_mut().for_each(see);
            }
            Task::Skip(count) | Task::Limit(count) => see(count),
            Task::Unwind { list, .. } => see(list),
            Task::Create(creations) => creations.iter_mut().for_each(|c| c.expressions_mut(see)),
            Task::Merge(merge) => {
                merge.creations.iter_mut().for_each(|c| c.expressions_mut(see));
                merge.on_create.iter_mut().chain(&mut merge.on_match).for_each(|c| c.expressions_mut(see));
                merge.properties.iter_mut().for_each(|(e, _)| see(e));
            }
            Task::Change(changes) => changes.iter_mut().for_each(|c| c.expressions_mut(see)),
            Task::Delete { targets, .. } => targets.iter_mut().for_each(see),
            Task::Call(call) => call.arguments.iter_mut().flatten().for_each(see),
        }
    }
}

impl Creation {
    /// The slot that it fills.
    pub fn slot(&self) -> Slot {
        match self {
            Creation::Node { slot, .. }
            | Creation::Relationship { slot, .. }
            | Creation::Path { slot, .. } => *slot,
        }
    }

    fn expressions<'o>(&'o self, see: &mut dyn FnMut(&'o Expression)) {
        match self {
            Creation::Node { properties, .. } | Creation::Relationship { properties, .. } => {
                properties.iter().for_each(see);
            }
            Creation::Path { path, .. } => see(path),
        }
    }

    fn expressions_mut(&mut self, see: &mut dyn FnMut(&mut Expression)) {
        match self {
            Creation::Node { properties, .. } | Creation::Relationship { properties, .. } => {
                properties.iter_mut().for_each(see);
            }
            Creation::Path { path, .. } => see(path),
        }
    }
}

impl Change {
    fn expressions<'o>(&'o self, see: &mut dyn FnMut(&'o Expression)) {
        match self {
            Change::Property { subject, value, .. } => {
                see(subject);
                see(value);
            }
            Change::All { value, .. } => see(value),
            Change::AddLabels { .. } | Change::RemoveLabels { .. } => {}
        }
    }

    fn expressions_mut(&mut self, see: &mut dyn FnMut(&mut Expression)) {
        match self {
            Change::Property { subject, value, .. } => {
                see(subject);
                see(value);
            }
            Change::All { value, .. } => see(value),
            Change::AddLabels { .. } | Change::RemoveLabels { .. } => {}
        }
    }
}

fn creation_reads(creations: &[Creation], into: &mut SlotSet) {
    for creation in creations {
        if let Creation::Relationship { start, end, .. } = creation {
            into.insert(*start);
            into.insert(*end);
        }
    }
}

fn change_reads<'c>(changes: impl Iterator<Item = &'c Change>, into: &mut SlotSet) {
    for change in changes {
        match change {
            Change::All { subject, .. }
            | Change::AddLabels { subject, .. }
            | Change::RemoveLabels { subject, .. } => into.insert(*subject),
            Change::Property { .. } => {}
        }
    }
}

//! The plan: a tree of operators over slots.

use super::expression::Expression;
use super::pattern::PatternGraph;
use super::slots::SlotSet;
use crate::algebra::{Direction, FunctionRef, Search, Slot, SlotInfo, SlotKind};
use crate::base::Span;
use std::sync::Arc;

/// How a statement is carried out.
#[derive(Clone, Debug)]
pub struct Plan {
    pub root: Operator,
    /// What comes out, left to right. Empty for a statement that returns nothing.
    pub columns: Vec<(Arc<str>, Slot)>,
    /// Every slot, also those that the planner made.
    pub slots: Vec<SlotInfo>,
    /// `AS OF date(…)`
    pub as_of: Option<Expression>,
    /// Whether any operator writes.
    pub writes: bool,
}

/// One operator: what it does to the rows of its input.
#[derive(Clone, Debug)]
pub struct Operator {
    pub task: Task,
    /// `None` for [`Task::Argument`] and [`Task::Union`].
    pub input: Option<Box<Operator>>,
    /// Estimated rows that come out.
    pub rows: f64,
    /// The rules that made or changed this operator.
    pub rules: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub enum Task {
    /// The row of the enclosing operator; at the top, one row without columns.
    Argument,
    /// A pattern that has not been arranged yet. Never reaches the executor.
    Pattern(Box<PatternGraph>),
    /// For each row of the input every node of an access path.
    Scan {
        node: Slot,
        access: Access,
    },
    Expand(Expand),
    Held(Held),
    VarExpand(VarExpand),
    Shortest(Shortest),
    /// All conjuncts must be true.
    Filter(Vec<Expression>),
    Project(Vec<(Slot, Expression)>),
    Aggregate {
        keys: Vec<(Slot, Expression)>,
        aggregates: Vec<(Slot, Aggregate)>,
    },
    Distinct(Vec<Slot>),
    Sort(Vec<SortKey>),
    /// The first rows by an order, without sorting the rest.
    Top {
        keys: Vec<SortKey>,
        limit: Expression,
        skip: Option<Expression>,
    },
    Skip(Expression),
    Limit(Expression),
    Unwind {
        list: Expression,
        slot: Slot,
    },
    /// The rows of `inner` for each row of the input, or that row with nulls.
    Optional {
        inner: Box<Operator>,
        row: Slot,
        fills: Vec<(Slot, SlotKind)>,
    },
    Union {
        branches: Vec<Branch>,
        slots: Vec<Slot>,
        distinct: bool,
    },
    Create(Vec<Creation>),
    Merge(Box<Merge>),
    Change(Vec<Change>),
    Delete {
        targets: Vec<Expression>,
        detach: bool,
    },
    Call(Call),
    CreateIndex {
        name: Option<Arc<str>>,
        label: Arc<str>,
        key: Arc<str>,
        if_not_exists: bool,
        span: Span,
    },
    DropIndex {
        name: Arc<str>,
        if_exists: bool,
        span: Span,
    },
}

/// Where the nodes of a scan come from.
#[derive(Clone, Debug)]
pub enum Access {
    All,
    Label(Arc<str>),
    /// Label and property equality.
    Seek {
        label: Arc<str>,
        key: Arc<str>,
        value: Expression,
    },
    /// The permanent id.
    Id(Expression),
}

/// One hop.
#[derive(Clone, Debug)]
pub struct Expand {
    pub from: Slot,
    pub relationship: Slot,
    pub to: Slot,
    /// Any of these; empty means every type.
    pub types: Vec<Arc<str>>,
    /// As seen from `from`.
    pub direction: Direction,
    /// `to` is already in the row: only what leads there counts.
    pub into: bool,
    /// Relationships of the same MATCH that must be others.
    pub others: Vec<Other>,
}

/// The step of a relationship, or of a list of them, that is already in the row.
#[derive(Clone, Debug)]
pub struct Held {
    pub relationship: Slot,
    pub list: bool,
    pub from: Slot,
    pub to: Slot,
    pub from_bound: bool,
    pub to_bound: bool,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub min: u64,
    pub max: Option<u64>,
    pub properties: Option<Expression>,
    pub others: Vec<Other>,
}

/// A slot with a relationship, or with a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other {
    pub slot: Slot,
    pub list: bool,
}

/// Any number of hops.
#[derive(Clone, Debug)]
pub struct VarExpand {
    pub from: Slot,
    /// Filled with the list of relationships, in the pattern's order.
    pub relationships: Slot,
    pub to: Slot,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub min: u64,
    pub max: Option<u64>,
    pub into: bool,
    /// The step is walked from its right end, so that the list has to be turned round.
    pub reversed: bool,
    /// A map every relationship must agree with.
    pub properties: Option<Expression>,
    pub others: Vec<Other>,
    /// Only which ends are reached matters, not by how many ways.
    pub reach: bool,
}

/// Shortest paths between two bound nodes.
#[derive(Clone, Debug)]
pub struct Shortest {
    pub from: Slot,
    pub to: Slot,
    pub relationships: Slot,
    /// The pattern has no `*`: the slot holds one relationship.
    pub single: bool,
    pub path: Option<Slot>,
    pub types: Vec<Arc<str>>,
    pub direction: Direction,
    pub min: u64,
    pub max: Option<u64>,
    pub properties: Option<Expression>,
    pub search: Search,
    /// Searches from both ends.
    pub bidirectional: bool,
}

#[derive(Clone, Debug)]
pub struct Aggregate {
    pub call: AggregateCall,
    pub distinct: bool,
    pub arguments: Vec<Expression>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AggregateCall {
    /// `count(*)`
    Rows,
    /// `count(*)` where a row stands for as many rows as its argument says.
    Total,
    Function(FunctionRef),
}

#[derive(Clone, Debug)]
pub struct SortKey {
    pub expression: Expression,
    pub descending: bool,
}

#[derive(Clone, Debug)]
pub struct Branch {
    pub root: Operator,
    /// The branch's slot for each slot of the union.
    pub slots: Vec<Slot>,
}

/// One thing that CREATE makes, in order.
#[derive(Clone, Debug)]
pub enum Creation {
    Node {
        slot: Slot,
        labels: Vec<Arc<str>>,
        properties: Option<Expression>,
    },
    Relationship {
        slot: Slot,
        start: Slot,
        end: Slot,
        kind: Arc<str>,
        properties: Option<Expression>,
        span: Span,
    },
    Path {
        slot: Slot,
        path: Expression,
    },
}

#[derive(Clone, Debug)]
pub struct Merge {
    /// Finds the pattern, seen from an [`Task::Argument`].
    pub matching: Operator,
    pub creations: Vec<Creation>,
    pub on_create: Vec<Change>,
    pub on_match: Vec<Change>,
    /// The slots that the pattern fills.
    pub fills: Vec<Slot>,
    /// Property maps of the pattern: a null in one is an error.
    pub properties: Vec<(Expression, Span)>,
}

/// One item of SET or REMOVE.
#[derive(Clone, Debug)]
pub enum Change {
    Property {
        subject: Expression,
        key: Arc<str>,
        value: Expression,
        span: Span,
    },
    /// `subject = map` or `subject += map`
    All {
        subject: Slot,
        value: Expression,
        merge: bool,
        span: Span,
    },
    AddLabels {
        subject: Slot,
        labels: Vec<Arc<str>>,
    },
    RemoveLabels {
        subject: Slot,
        labels: Vec<Arc<str>>,
    },
}

#[derive(Clone, Debug)]
pub struct Call {
    pub procedure: Arc<str>,
    /// `None`: the parameters of the same names as the inputs.
    pub arguments: Option<Vec<Expression>>,
    /// Output field and the slot that it fills.
    pub outputs: Vec<(Arc<str>, Slot)>,
    pub span: Span,
}

impl Operator {
    pub fn argument() -> Operator {
        Operator { task: Task::Argument, input: None, rows: 1.0, rules: Vec::new() }
    }

    pub fn over(task: Task, input: Operator) -> Operator {
        Operator { task, input: Some(Box::new(input)), rows: 0.0, rules: Vec::new() }
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
        self.expressions_mut(&mut |expression| expression.subplans(&mut |subplan| see(&mut subplan.root)));
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

    /// The number of operators on the longest way down.
    pub fn depth(&self) -> usize {
        let mut deepest = self.input.as_ref().map_or(0, |input| input.depth());
        self.inner(&mut |inner| deepest = deepest.max(inner.depth()));
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
        match &self.task {
            Task::Expand(expand) => {
                into.insert(expand.from);
                if expand.into {
                    into.insert(expand.to);
                }
                expand.others.iter().for_each(|other| into.insert(other.slot));
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
            Task::Optional { inner, .. } => inner.references(into),
            Task::Merge(merge) => {
                merge.matching.references(into);
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
            Task::Expand(expand) => {
                into.insert(expand.relationship);
                into.insert(expand.to);
            }
            Task::VarExpand(expand) => {
                into.insert(expand.relationships);
                into.insert(expand.to);
            }
            Task::Held(held) => {
                into.insert(held.from);
                into.insert(held.to);
            }
            Task::Shortest(shortest) => {
                into.insert(shortest.relationships);
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
            | Task::Optional { .. }
            | Task::Union { .. }
            | Task::Expand(_) => {}
            Task::CreateIndex { .. } | Task::DropIndex { .. } => {}
            Task::Pattern(pattern) => {
                pattern.predicates.iter().for_each(|p| see(&p.expression));
                pattern.steps.iter().filter_map(|s| s.properties.as_ref()).for_each(&mut *see);
                pattern.searches.iter().filter_map(|s| s.properties.as_ref()).for_each(see);
            }
            Task::Held(held) => held.properties.iter().for_each(see),
            Task::Scan { access, .. } => match access {
                Access::Seek { value, .. } | Access::Id(value) => see(value),
                Access::All | Access::Label(_) => {}
            },
            Task::VarExpand(expand) => expand.properties.iter().for_each(see),
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
            | Task::Optional { .. }
            | Task::Union { .. }
            | Task::Expand(_) => {}
            Task::CreateIndex { .. } | Task::DropIndex { .. } => {}
            Task::Pattern(pattern) => {
                pattern.predicates.iter_mut().for_each(|p| see(&mut p.expression));
                pattern.steps.iter_mut().filter_map(|s| s.properties.as_mut()).for_each(&mut *see);
                pattern.searches.iter_mut().filter_map(|s| s.properties.as_mut()).for_each(see);
            }
            Task::Held(held) => held.properties.iter_mut().for_each(see),
            Task::Scan { access, .. } => match access {
                Access::Seek { value, .. } | Access::Id(value) => see(value),
                Access::All | Access::Label(_) => {}
            },
            Task::VarExpand(expand) => expand.properties.iter_mut().for_each(see),
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

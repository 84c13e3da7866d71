//! From the algebra to operators: what each clause does to the rows before it, in the order written.
//!
//! Comes in: a bound statement. Goes out: a plan that is right but in which no choice has been made: patterns are
//! still [`Task::Pattern`], filters stand where they were written.

mod expression;
mod pattern;
mod projection;
mod write;

use super::expression::{Expression, Subplan};
use super::plan::{Branch, Call as CallTask, Operator, Plan, Task};
use super::slots::SlotSet;
use crate::algebra::{
    Body, Bound, Call, Clause, Expression as Written, Query, SingleQuery, Slot, SlotInfo, SlotKind,
    Statement, UnionKind, Yield,
};
use crate::base::Allowance;
use crate::optimize::plan::Aggregate;
use std::sync::Arc;

/// Small steps that a clause takes beside its expressions.
const CLAUSE: usize = 32;

/// Bytes of the operators that a clause becomes, beside its expressions and sets of slots.
const BYTES: usize = 1024;

/// Sets of slots that a clause needs.
const SETS: usize = 4;

type Columns = Vec<(Arc<str>, Slot)>;

/// Lowers a whole statement; what is left out when the allowance is over makes a plan that nobody may use.
pub(super) fn lower(statement: &Statement<Bound>, allowance: &Allowance<'_>) -> Plan {
    let mut lowering = Lowering::new(&statement.info.0, allowance);
    let as_of = statement.as_of.as_ref().map(|day| lowering.expression(day));
    let (root, columns) = match &statement.body {
        Body::Query(query) => lowering.query(query, Operator::argument()),
        Body::CreateIndex { name, label, key, if_not_exists } => {
            let task = Task::CreateIndex {
                name: name.as_ref().map(|name| name.name.clone()),
                label: label.name.clone(),
                key: key.name.clone(),
                if_not_exists: *if_not_exists,
                span: name.as_ref().map_or(label.span, |name| name.span),
            };
            (Operator::over(task, Operator::argument()), Vec::new())
        }
        Body::DropIndex { name, if_exists } => {
            let task = Task::DropIndex { name: name.name.clone(), if_exists: *if_exists, span: name.span };
            (Operator::over(task, Operator::argument()), Vec::new())
        }
    };
    let writes = root.writes();
    Plan {
        root,
        columns,
        slots: lowering.slots,
        as_of,
        writes,
        assumes: Vec::new(),
        bytes: 0,
        late: false,
        narrow: false,
    }
}

pub(super) struct Lowering<'l> {
    allowance: &'l Allowance<'l>,
    slots: Vec<SlotInfo>,
    /// Every slot that is filled at this point.
    bound: SlotSet,
    /// Expressions whose value already stands in a slot.
    known: Vec<(Written<Bound>, Slot)>,
    /// Where the aggregates of a projection are gathered; `None` outside.
    aggregates: Option<Vec<(Slot, Aggregate)>>,
}

impl<'l> Lowering<'l> {
    fn new(slots: &[SlotInfo], allowance: &'l Allowance<'l>) -> Lowering<'l> {
        let slots = slots.to_vec();
        Lowering { allowance, slots, bound: SlotSet::new(), known: Vec::new(), aggregates: None }
    }

    /// A new slot that no variable has.
    fn fresh(&mut self, kind: SlotKind) -> Slot {
        self.slots.push(SlotInfo { name: None, kind });
        Slot(self.slots.len() as u32 - 1)
    }

    fn query(&mut self, query: &Query<Bound>, input: Operator) -> (Operator, Columns) {
        if query.unions.is_empty() {
            return self.single(&query.first, input);
        }
        let outside = self.bound.clone();
        let (root, columns) = self.single(&query.first, Operator::argument());
        let mut branches = vec![Branch { root, slots: columns.iter().map(|(_, slot)| *slot).collect() }];
        let mut distinct = false;
        for (kind, single) in &query.unions {
            if self.allowance.is_over(CLAUSE) {
                break;
            }
            self.bound = outside.clone();
            let (root, theirs) = self.single(single, Operator::argument());
            let slots = columns.iter().enumerate().map(|(index, (name, slot))| {
                // Nearly always they stand in the same order.
                let same = theirs.get(index).filter(|(other, _)| other == name);
                let by_name = || theirs.iter().find(|(other, _)| other == name);
                same.or_else(by_name).or_else(|| theirs.get(index)).map_or(*slot, |(_, slot)| *slot)
            });
            branches.push(Branch { root, slots: slots.collect() });
            distinct = distinct || *kind == UnionKind::Distinct;
        }
        let columns: Columns =
            columns.into_iter().map(|(name, _)| (name, self.fresh(SlotKind::Value))).collect();
        let slots: Vec<Slot> = columns.iter().map(|(_, slot)| *slot).collect();
        self.bound = outside;
        slots.iter().for_each(|slot| self.bound.insert(*slot));
        let task = Task::Union { branches, slots: slots.clone(), distinct };
        let mut root = Operator { task, input: None, rows: 0.0, rules: Vec::new() };
        if distinct {
            root = Operator::over(Task::Distinct(slots), root);
        }
        (root, columns)
    }

    fn single(&mut self, query: &SingleQuery<Bound>, input: Operator) -> (Operator, Columns) {
        let mut operator = input;
        let mut columns = Vec::new();
        for clause in &query.clauses {
            self.allowance.hold((BYTES + SETS * self.slots.len() / 8) as u64);
            if self.allowance.is_over(CLAUSE) {
                break;
            }
            columns = Vec::new();
            operator = match clause {
                Clause::Match { optional, patterns, filter, .. } => {
                    self.matching(operator, *optional, patterns, filter.as_ref())
                }
                Clause::Unwind { list, variable, .. } => {
                    let list = self.expression(list);
                    self.bound.insert(*variable);
                    Operator::over(Task::Unwind { list, slot: *variable }, operator)
                }
                Clause::Call(call) => {
                    let (operator, outputs) = self.call(operator, call);
                    columns = outputs;
                    operator
                }
                Clause::With { projection, filter, .. } => {
                    self.projection(operator, projection, filter.as_ref())
                }
                Clause::Return { projection, .. } => {
                    let operator = self.projection(operator, projection, None);
                    columns = projection
                        .items
                        .iter()
                        .filter_map(|item| item.alias.map(|slot| (item.name.clone(), slot)))
                        .collect();
                    operator
                }
                Clause::Create { patterns, .. } => self.create(operator, patterns),
                Clause::Merge { pattern, on_create, on_match, .. } => {
                    self.merge(operator, pattern, on_create, on_match)
                }
                Clause::Set { items, .. } => {
                    let changes = self.set_items(items);
                    Operator::over(Task::Change(changes), operator)
                }
                Clause::Remove { items, .. } => {
                    let changes = self.remove_items(items);
                    Operator::over(Task::Change(changes), operator)
                }
                Clause::Delete { detach, targets, .. } => {
                    let targets = targets.iter().map(|target| self.expression(target)).collect();
                    Operator::over(Task::Delete { targets, detach: *detach }, operator)
                }
            };
        }
        // A procedure call in the midst of a query returns nothing by itself; a query that is nothing but a call
        // returns its outputs.
        if query.clauses.len() > 1 && matches!(query.clauses.last(), Some(Clause::Call(_))) {
            columns = Vec::new();
        }
        (operator, columns)
    }

    fn call(&mut self, input: Operator, call: &Call<Bound>) -> (Operator, Columns) {
        let arguments = call
            .arguments
            .as_ref()
            .map(|arguments| arguments.iter().map(|argument| self.expression(argument)).collect());
        let (items, filter) = match &call.yields {
            Yield::Items { items, filter } => (items.as_slice(), filter.as_ref()),
            Yield::Unsaid | Yield::All => (&[][..], None),
        };
        let outputs: Columns = items.iter().map(|(field, slot)| (field.name.clone(), *slot)).collect();
        let columns = outputs
            .iter()
            .map(|(field, slot)| {
                let name = self.slots.get(slot.0 as usize).and_then(|info| info.name.clone());
                (name.unwrap_or_else(|| field.clone()), *slot)
            })
            .collect();
        outputs.iter().for_each(|(_, slot)| self.bound.insert(*slot));
        let task = CallTask { procedure: call.procedure.name.clone(), arguments, outputs, span: call.span };
        let mut operator = Operator::over(Task::Call(task), input);
        if let Some(filter) = filter {
            operator = self.filter(operator, filter);
        }
        (operator, columns)
    }

    fn filter(&mut self, input: Operator, predicate: &Written<Bound>) -> Operator {
        let mut conjuncts = Vec::new();
        self.expression(predicate).conjuncts(&mut conjuncts);
        Operator::over(Task::Filter(conjuncts), input)
    }

    /// Lowers a query inside an expression; `outer` is what it sees of the row around it.
    fn subplan(&mut self, build: impl FnOnce(&mut Lowering<'_>) -> Operator) -> Subplan {
        let outside = self.bound.clone();
        let aggregates = self.aggregates.take();
        let root = build(self);
        self.aggregates = aggregates;
        let mut outer = SlotSet::new();
        root.references(&mut outer);
        outer.retain_in(&outside);
        self.bound = outside;
        Subplan { root, outer, row: self.fresh(SlotKind::Value) }
    }

    fn expressions(&mut self, written: &[Written<Bound>]) -> Vec<Expression> {
        written.iter().map(|item| self.expression(item)).collect()
    }
}

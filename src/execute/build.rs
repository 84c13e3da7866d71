//! From a plan to operators at work.
//!
//! On the way down it is settled which slots each operator has to hand on: whatever nothing above reads is left behind
//! where rows are copied.

mod asked;
mod together;

use super::context::Context;
use super::evaluate::{Compiled, Computed};
use super::operator::{Argument, Operator};
use super::operators::answered::Answered;
use super::operators::apart::Apart;
use super::operators::path_tests::PathTests;
use super::operators::{
    aggregate, call, count_store, delete, distinct, expand, filter, held, index, intersect, levels, limit,
    optional, project, reach, rows, scan, seek, shortest, sort, table, top, union, unwind, var_expand, write,
};
use super::profile::Watched;
use super::source;
use super::spread::Spread;
use crate::algebra::Slot;
use crate::base::Result;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Access, Task};
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use asked::Order;

pub use asked::Asked;

pub struct Build<'b, 'e> {
    pub context: &'b mut Context<'e>,
    /// The variables of the comprehensions around the expression that is being compiled.
    pub locals: Vec<Slot>,
    pub trace: bool,
    /// Where gathered entities stand while tracing.
    pub facts: Slot,
    /// The slots that are proof while tracing.
    pub witnesses: SlotSet,
    /// Every slot, where operators hand on all they have.
    pub wide: Option<SlotSet>,
    /// The source, by its address in the plan, of which this worker does a part at a time.
    pub parted: Option<usize>,
    /// Where the statement begins.
    pub first: Option<Argument>,
    /// Whether all rows of the operator that comes next are wanted, however few of them are handed on.
    pub drained: bool,
    /// What is asked of the rows of the operator that comes next.
    pub asked: Asked,
    /// Whether constants are copied, so as not to be shared with other workers.
    pub copies: bool,
    /// The rows of the inner plan that is being built for which there is nothing more to find.
    pub answered: Option<Answered>,
    /// The plan for all members of a set that is being built, by their key.
    pub members: Option<Slot>,
}

/// Bytes of an operator, and of what is kept on the way down to it, beside sets of slots.
const BYTES: u64 = 4096;

/// Sets of slots that an operator needs.
const SETS: u64 = 4;

/// By which an operator is known while its plan stays where it is.
fn address(plan: &plan::Operator) -> usize {
    std::ptr::from_ref(plan) as usize
}

impl<'b, 'e> Build<'b, 'e> {
    /// For a worker that shares a statement with others.
    pub fn of_a_worker(context: &'b mut Context<'e>) -> Build<'b, 'e> {
        Build {
            context,
            locals: Vec::new(),
            trace: false,
            facts: Slot(u32::MAX),
            witnesses: SlotSet::new(),
            wide: None,
            parted: None,
            first: None,
            drained: false,
            asked: Asked::default(),
            copies: true,
            answered: None,
            members: None,
        }
    }
}

impl Build<'_, '_> {
    fn top(&mut self, plan: &plan::Operator, input: Box<dyn Operator>, live: SlotSet) -> Result<top::Top> {
        let Task::Top { keys, limit, skip } = &plan.task else {
            return top::Top::new(
                input,
                Vec::new(),
                Compiled::Constant(Value::Integer(0)),
                None,
                live,
                self.context,
            );
        };
        let keys = self.sort_keys(keys)?;
        let skip = skip.as_ref().map(|skip| self.compile(skip)).transpose()?;
        let limit = self.compile(limit)?;
        top::Top::new(input, keys, limit, skip, live, self.context)
    }

    fn aggregate(
        &mut self,
        plan: &plan::Operator,
        input: Box<dyn Operator>,
        spread: Option<Spread>,
    ) -> Result<aggregate::Aggregate> {
        let Task::Aggregate { keys, aggregates } = &plan.task else {
            return Ok(aggregate::Aggregate::new(input, Vec::new(), Vec::new(), None, None));
        };
        let mut compiled = Vec::with_capacity(keys.len());
        for (slot, key) in keys {
            compiled.push((*slot, Computed::of(self.compile(key)?)));
        }
        let mut calls = Vec::with_capacity(aggregates.len());
        let together = plan.input.as_deref().and_then(source::comes_together);
        for (slot, aggregate) in aggregates {
            let arguments = self.all(&aggregate.arguments)?.into_iter().map(Computed::of).collect();
            let call = aggregate::Call::new(aggregate, arguments);
            let runs = aggregate.distinct
                && matches!(aggregate.arguments.as_slice(), [Expression::Slot(slot)] if together == Some(*slot));
            calls.push((*slot, if runs { call.in_runs() } else { call }));
        }
        let proof = self.proof();
        Ok(aggregate::Aggregate::new(input, compiled, calls, proof, spread))
    }

    pub fn operator(
        &mut self,
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
    ) -> Result<Box<dyn Operator>> {
        let asked = std::mem::take(&mut self.asked);
        if self.parted == Some(address(plan)) && !source::is_scan(plan) {
            return match &plan.task {
                Task::Scan { node, access } if source::is_scan_of_rows(plan) => {
                    let row = Box::new(rows::RowsOfAll::new(live.clone()));
                    Ok(Box::new(scan::Scan::new(row, *node, access, live.clone(), true)))
                }
                Task::Unwind { slot, .. } if source::list_of_a_row(plan).is_some() => {
                    let row = Box::new(rows::RowsOfAll::new(live.clone()));
                    Ok(Box::new(unwind::Unwind::of_part(row, *slot, live.clone())))
                }
                _ => Ok(Box::new(rows::RowsOfPart::new(live.clone()))),
            };
        }
        // What is read further up is asked of all slots, and expressions are compiled.
        self.context.meter.work(64)?;
        self.context.meter.hold(BYTES + SETS * live.bytes())?;
        let operator = self.unwatched(plan, &asked, live, argument)?;
        if self.context.profile.is_none() || matches!(plan.task, Task::Argument) {
            return Ok(operator);
        }
        Ok(Box::new(Watched { inner: operator, place: address(plan) }))
    }

    /// The operator below another one; with several workers, if all of its rows are wanted and it is long work.
    fn input(
        &mut self,
        (above, order): (&plan::Operator, &Order),
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
    ) -> Result<Box<dyn Operator>> {
        self.drained = match above.task {
            Task::Sort(_) | Task::Top { .. } | Task::Aggregate { .. } | Task::Sole(_) => {
                self.parted.is_none()
            }
            Task::Filter(_) | Task::Project(_) | Task::Distinct(_) | Task::Skip(_) => self.drained,
            Task::Expand(_) | Task::Intersect(_) | Task::Held(_) | Task::VarExpand(_) => self.drained,
            Task::Shortest(_) | Task::Unwind { .. } | Task::Optional { .. } => self.drained,
            _ => false,
        };
        self.asked = Asked::by(above, order, plan);
        self.whole(plan, live, argument)
    }

    fn unwatched(
        &mut self,
        plan: &plan::Operator,
        asked: &Asked,
        above: &SlotSet,
        argument: &Argument,
    ) -> Result<Box<dyn Operator>> {
        let mut live = above.clone();
        if self.trace {
            live.extend(&self.witnesses);
            live.insert(self.facts);
        }
        if let Some(wide) = &self.wide {
            live.extend(wide);
        }
        let mut below = live.clone();
        plan.reads(&mut below);
        if let Task::Aggregate { .. } = plan.task {
            below = SlotSet::new();
            plan.reads(&mut below);
            if self.trace {
                below.extend(&self.witnesses);
                below.insert(self.facts);
            }
        }
        if let Some(top) = self.shared_top(plan, &live, argument)? {
            return Ok(Box::new(top));
        }
        if self.is_by_id(plan, &live, argument) {
            return Ok(Box::new(self.by_id(plan, &below, argument)?));
        }
        let shared = self.shared_aggregate(plan, &below, asked.counted, argument)?;
        let input = match &plan.input {
            Some(input) => self.input((plan, &asked.order), input, &below, argument)?,
            None => Box::new(argument.clone()),
        };
        let operator: Box<dyn Operator> = match &plan.task {
            Task::Argument | Task::Pattern(_) | Task::Sole(_) => input,
            Task::Scan { node, access } => {
                let parted = self.parted == Some(address(plan));
                match self.sought(*node, access)? {
                    Some(sought) => Box::new(seek::Seek::new(input, *node, sought, live)),
                    None => {
                        let scan = scan::Scan::new(input, *node, access, live, parted);
                        Box::new(scan.leaving(self.answered.clone()))
                    }
                }
            }
            Task::CountStore(store) => {
                let kinds = self.kinds(&store.types);
                Box::new(count_store::CountStore::new(input, store.clone(), kinds, live))
            }
            Task::Expand(expand) => {
                let legs = self.legs(&expand.types, expand.direction);
                Box::new(expand::Expand::new(input, expand, legs, live).leaving(self.answered.clone()))
            }
            Task::Intersect(intersect) => {
                let left = intersect::Side::new(
                    &intersect.left,
                    self.legs(&intersect.left.types, intersect.left.direction),
                );
                let right = intersect::Side::new(
                    &intersect.right,
                    self.legs(&intersect.right.types, intersect.right.direction),
                );
                Box::new(intersect::Intersect::new(input, left, right, intersect.to, live))
            }
            Task::Held(held) => {
                let kinds = self.kinds(&held.types);
                let properties = held.properties.as_ref().map(|map| self.compile(map)).transpose()?;
                Box::new(held::HeldStep::new(input, held.clone(), kinds, properties, live))
            }
            Task::VarExpand(expand) => {
                let legs = self.legs(&expand.types, expand.direction);
                let properties = expand.properties.as_ref().map(|map| self.compile(map)).transpose()?;
                let tests = PathTests::of(&expand.tests, |test| self.compile(test))?;
                if let Some(by) = &expand.levels {
                    Box::new(levels::ByLevels::new(input, expand, by, legs, live))
                } else {
                    match expand.reach {
                        Some(plan::Reach::FromAll) => Box::new(reach::ReachFromAll::new(input, expand, legs)),
                        Some(plan::Reach::FromEach) => {
                            Box::new(reach::Reach::new(input, expand, legs, (properties, tests), live))
                        }
                        None => {
                            let walk =
                                var_expand::VarExpand::new(input, expand, legs, (properties, tests), live);
                            Box::new(walk.leaving(self.answered.clone()))
                        }
                    }
                }
            }
            Task::Shortest(shortest) => {
                let legs = self.legs(&shortest.types, shortest.direction);
                let properties = shortest.properties.as_ref().map(|map| self.compile(map)).transpose()?;
                Box::new(shortest::ShortestPaths::new(input, shortest.clone(), legs, properties, live))
            }
            Task::Filter(conjuncts) => {
                let first = conjuncts.iter().position(|conjunct| conjunct.has_subplan());
                let traced = first.filter(|_| self.trace);
                let traced = traced.map(|first| filter::Traced { slot: self.facts, first });
                Box::new(filter::Filter::new(input, self.all(conjuncts)?, live, traced))
            }
            Task::Project(items) => {
                let needed: Vec<_> = items.iter().filter(|(slot, _)| live.contains(*slot)).collect();
                let traced = self.trace && needed.iter().any(|(_, item)| item.has_subplan());
                let facts = traced.then_some(self.facts);
                let mut compiled: Vec<(Slot, Computed)> = Vec::with_capacity(needed.len());
                for (slot, item) in needed {
                    compiled.push((*slot, Computed::of(self.compile(item)?)));
                }
                Box::new(project::Project::new(input, compiled, live, facts))
            }
            Task::Aggregate { keys, .. } => {
                let aggregate = self.aggregate(plan, input, shared)?;
                let is_free = asked.order.is_free(keys.iter().map(|(slot, _)| *slot));
                let aggregate = if is_free { aggregate.in_any_order() } else { aggregate };
                Box::new(if asked.counted { aggregate.only_counted() } else { aggregate })
            }
            Task::Distinct(slots) => match self.proof() {
                Some(proof) => {
                    let keys =
                        slots.iter().map(|slot| (*slot, Computed::of(Compiled::Slot(*slot)))).collect();
                    Box::new(aggregate::Aggregate::new(input, keys, Vec::new(), Some(proof), None))
                }
                None => Box::new(distinct::Distinct::new(input, slots.clone(), live)),
            },
            Task::Sort(keys) => Box::new(sort::Sort::new(input, self.sort_keys(keys)?, live)),
            Task::Top { .. } => Box::new(self.top(plan, input, live)?),
            Task::Skip(count) => {
                let count = self.compile(count)?;
                Box::new(limit::Skip::new(input, &count, self.context)?)
            }
            Task::Limit(count) => {
                let count = self.compile(count)?;
                let drain = plan.input.as_ref().is_some_and(|input| input.writes());
                Box::new(limit::Limit::new(input, &count, drain, self.context)?)
            }
            Task::Unwind { list, slot } => {
                let list = self.unwound(list)?;
                Box::new(unwind::Unwind::new(input, list, *slot, live))
            }
            Task::Optional { inner, row, fills } => {
                let mut inside = live.clone();
                inside.insert(*row);
                let begin = Argument::default();
                let operator = self.operator(inner, &inside, &begin)?;
                let fills = fills.iter().filter(|(slot, _)| live.contains(*slot)).copied().collect();
                Box::new(optional::Optional::new(input, operator, begin, *row, fills, live))
            }
            Task::Union { branches, slots, .. } => self.union(branches, slots, argument)?,
            Task::Create(creations) => Box::new(write::Create::new(input, self.creations(creations)?)),
            Task::Merge(merge) => self.merge(input, merge, &below)?,
            Task::Change(changes) => Box::new(write::Change::new(input, self.changes(changes)?)),
            Task::Delete { targets, detach } => {
                Box::new(delete::Delete::new(input, self.all(targets)?, *detach))
            }
            Task::Call(call) => {
                let arguments = call.arguments.as_ref().map(|arguments| self.all(arguments)).transpose()?;
                Box::new(call::Call::new(input, call, arguments, live))
            }
            Task::CreateIndex { .. } | Task::DropIndex { .. } => {
                Box::new(index::Index::new(plan.task.clone()))
            }
        };
        Ok(operator)
    }

    /// What a merged row rests on, while tracing.
    fn proof(&self) -> Option<aggregate::Proof> {
        self.trace.then(|| aggregate::Proof { witnesses: self.witnesses.iter().collect(), facts: self.facts })
    }

    /// What is looked up, where nodes are not scanned.
    fn sought(&mut self, node: Slot, access: &Access) -> Result<Option<seek::Sought>> {
        let (label, key, value) = match access {
            Access::All | Access::Label(_) => return Ok(None),
            Access::Seek { label, key, value } => (Some(label.clone()), key, value),
            Access::Any { key, value } => (None, key, value),
            Access::Lookup(lookup) => {
                let known = lookup.pairs.iter().map(|(_, other)| Ok(Computed::of(self.compile(other)?)));
                let known = known.collect::<Result<_>>()?;
                let table = Box::new(self.table(node, lookup)?);
                return Ok(Some(seek::Sought::Computed { table, known }));
            }
        };
        Ok(Some(seek::Sought::Stored { label, key: key.clone(), value: self.compile(value)? }))
    }

    /// Nodes by what is worked out of them.
    pub fn table(&mut self, node: Slot, lookup: &plan::Lookup) -> Result<table::ByValues> {
        let own = lookup.pairs.iter().map(|(of_node, _)| Ok(Computed::of(self.compile(of_node)?)));
        let own = own.collect::<Result<_>>()?;
        let all = lookup.label.clone().map_or(Access::All, Access::Label);
        let begin = Argument::default();
        let scan = scan::Scan::new(Box::new(begin.clone()), node, &all, SlotSet::new(), true);
        let spread = Spread::of_table(node, lookup, &begin, self.context);
        Ok(table::ByValues::new(Apart::new(node, Box::new(scan), begin), own, spread))
    }

    fn sort_keys(&mut self, keys: &[plan::SortKey]) -> Result<Vec<sort::Key>> {
        let mut compiled = Vec::with_capacity(keys.len());
        for key in keys {
            compiled.push(sort::Key {
                expression: Computed::of(self.compile(&key.expression)?),
                descending: key.descending,
            });
        }
        Ok(compiled)
    }

    fn union(
        &mut self,
        branches: &[plan::Branch],
        slots: &[Slot],
        argument: &Argument,
    ) -> Result<Box<dyn Operator>> {
        let mut built = Vec::with_capacity(branches.len());
        let (begins, first, drained) = (self.begins(argument), self.first.clone(), self.drained);
        for branch in branches {
            let live: SlotSet = branch.slots.iter().copied().collect();
            let begin = Argument::default();
            if begins {
                // Each branch begins with the row with which the statement does.
                (self.first, self.drained, self.parted) = (Some(begin.clone()), drained, None);
            }
            let operator = self.whole(&branch.root, &live, &begin)?;
            built.push(union::Branch { operator, argument: begin, slots: branch.slots.clone() });
        }
        self.first = first;
        Ok(Box::new(union::Union::new(argument.clone(), built, slots.to_vec())))
    }

    /// The types of a step by number; empty means every type.
    pub fn kinds(&mut self, types: &[std::sync::Arc<str>]) -> Option<Vec<crate::graph::RelationshipType>> {
        if types.is_empty() {
            return None;
        }
        let graph = &*self.context.graph;
        Some(types.iter().filter_map(|name| graph.relationship_type(name)).collect())
    }
}

//! Work that several workers share.
//!
//! A chain of operators that take row by row is done part by part. What gives out the parts, its source, is a scan, whose
//! nodes are taken from a queue, or an operator that has to see all of its rows, which are then queued up. One worker
//! begins; when that takes long, others join, each with operators of its own over the same graph. What they have added
//! up is put together in the end.

use super::build::Build;
use super::changes::Changes;
use super::context::Context;
use super::crew;
use super::evaluate::{Compiled, Large};
use super::operator::{Argument, Operator};
use super::operators::aggregate::{
    self, Dealer, Dealt, Finished, Gather, Pieces, Share, Waiting, may_be_merged,
};
use super::operators::pools::Pools;
use super::operators::table::Worked;
use super::operators::top::Best;
use super::operators::{by_id, exchange};
use super::parts::{Gathered, Queue};
use crate::algebra::Slot;
use crate::base::Result;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Access, Lookup, Task};
use crate::optimize::slots::SlotSet;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// How work can be shared.
#[derive(Clone)]
pub struct Spread {
    /// The aggregate with what is below it, or the chain of operators.
    plan: Arc<plan::Operator>,
    /// Ids between which all scanned nodes lie.
    ids: Range<u32>,
    /// What has to be gathered first, where the source is no scan with which the statement begins. It stays with the first
    /// worker.
    below: Option<Rc<RefCell<Box<dyn Operator>>>>,
    /// Whether the source is a scan for each of these rows.
    scans_rows: bool,
    /// What is listed of that row, where the source goes through a list.
    list: Option<Rc<Compiled>>,
    /// The slots that are read of its rows.
    live: SlotSet,
    /// Where the first worker's scan begins.
    pub argument: Argument,
}

impl Spread {
    /// How an aggregate can be shared, if it can.
    pub fn of(plan: &plan::Operator, argument: &Argument, context: &Context<'_>) -> Option<Spread> {
        let Task::Aggregate { keys, aggregates } = &plan.task else { return None };
        // Without keys there is one group only, which can be dealt to nobody.
        if keys.is_empty() && !aggregates.iter().all(|(_, aggregate)| may_be_merged(aggregate)) {
            return None;
        }
        let source = source_of(plan.input.as_deref()?)?;
        Some(Spread::new(plan, source, SlotSet::new(), argument, context))
    }

    /// How the search for the first rows of an order can be shared, if it can. The rows of a DISTINCT below are made
    /// different by each worker for itself.
    pub fn of_top(
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let Task::Top { .. } = &plan.task else { return None };
        let source = source_below(plan.input.as_deref()?)?;
        Some(Spread::new(plan, source, live.clone(), argument, context))
    }

    /// How a DISTINCT over a chain can be shared, if it can.
    pub fn of_distinct(
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let source = source_of(plan.input.as_deref()?)?;
        Some(Spread::new(plan, source, live.clone(), argument, context))
    }

    /// How a chain of operators can be shared whose rows are all wanted, if it can. The source alone is not worth it. Where
    /// the chain ends in DISTINCT, each worker leaves out what it has handed on itself.
    pub fn of_chain(
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let source = source_below(plan)?;
        if std::ptr::eq(source, plan) {
            return None;
        }
        Some(Spread::new(plan, source, live.clone(), argument, context))
    }

    /// How something is worked out of all nodes that a table may have.
    pub fn of_table(node: Slot, lookup: &Lookup, argument: &Argument, context: &Context<'_>) -> Spread {
        let scan = |access: Access| plan::Operator {
            task: Task::Scan { node, access },
            input: None,
            rows: 0.0,
            rules: Vec::new(),
        };
        let source = scan(lookup.label.clone().map_or(Access::All, Access::Label));
        let plan = scan(Access::Lookup(Box::new(lookup.clone())));
        Spread::new(&plan, &source, SlotSet::new(), argument, context)
    }

    fn new(
        plan: &plan::Operator,
        source: &plan::Operator,
        live: SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Spread {
        let graph = &*context.graph;
        let ids = match &source.task {
            Task::Scan { access: Access::Label(label), .. } => {
                graph.label(label).map_or(0..0, |label| graph.span(label))
            }
            _ => 0..graph.node_bound(),
        };
        let (plan, scans_rows) = (Arc::new(plan.clone()), is_scan_of_rows(source));
        Spread { plan, ids, below: None, scans_rows, list: None, live, argument: argument.clone() }
    }

    /// The same where all rows of an operator have to be gathered first.
    pub fn over(self, below: Box<dyn Operator>) -> Spread {
        Spread { below: Some(Rc::new(RefCell::new(below))), ..self }
    }

    /// The same where parts are parts of a list.
    pub fn listing(self, list: Compiled) -> Spread {
        Spread { list: Some(Rc::new(list)), ..self }
    }

    /// The work as a whole.
    pub fn queue(&self, context: &mut Context<'_>) -> Result<Queue> {
        let Some(below) = &self.below else { return Ok(Queue::over(self.ids.clone())) };
        let rows = Gathered::of(&mut **below.borrow_mut(), context)?;
        if let Some(list) = &self.list {
            let (row, count) = rows.listed(list, context)?;
            return Ok(Queue::over_a_row(0..count, Arc::new(row)));
        }
        Ok(match self.scans_rows {
            true => Queue::over_nodes(self.ids.clone(), rows),
            false => Queue::over_rows(Arc::new(rows)),
        })
    }

    /// Forgets what was gathered.
    pub fn reset(&self) {
        if let Some(below) = &self.below {
            below.borrow_mut().reset();
        }
    }

    /// What one further worker adds up.
    pub fn sums_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<Gather> {
        let argument = Argument::default();
        let mut aggregate = self.aggregate(&argument, context)?;
        let gather = aggregate.empty();
        aggregate.gather_parts(queue, &argument, gather, context)
    }

    /// What one further worker deals out.
    pub fn lots_of_parts(&self, dealer: &Dealer, queue: &Queue, context: &mut Context<'_>) -> Result<Dealt> {
        let argument = Argument::default();
        let mut aggregate = self.aggregate(&argument, context)?;
        aggregate.deal_parts(dealer, queue, &argument, context)
    }

    /// Finds rows as one further worker, for the one that adds them up.
    pub fn pieces_of_parts(&self, pieces: &Pieces, queue: &Queue, context: &mut Context<'_>) -> Result<()> {
        let argument = Argument::default();
        let mut aggregate = self.aggregate(&argument, context)?;
        aggregate.find_pieces(pieces, queue, &argument, context)
    }

    /// The different keys that one further worker finds.
    pub fn pools_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<Pools> {
        let argument = Argument::default();
        self.aggregate(&argument, context)?.fill_pools(queue, &argument, context)
    }

    /// The shares to which one further worker has added what was dealt out.
    pub fn sums_of_lots(&self, waiting: &Waiting, context: &mut Context<'_>) -> Result<Vec<Share>> {
        self.aggregate(&Argument::default(), context)?.take_lots(waiting, context)
    }

    /// The shares that one further worker finishes.
    pub fn groups_of_lots(&self, waiting: &Waiting, context: &mut Context<'_>) -> Result<Vec<Finished>> {
        self.aggregate(&Argument::default(), context)?.finish_shares(waiting, context)
    }

    fn aggregate(&self, argument: &Argument, context: &mut Context<'_>) -> Result<aggregate::Aggregate> {
        Build::of_a_worker(context).aggregate_of(&self.plan, argument)
    }

    /// The first rows that one further worker finds.
    pub fn first_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<Best> {
        let argument = Argument::default();
        let mut top = Build::of_a_worker(context).top_of(&self.plan, &self.live, &argument)?;
        top.take_parts(queue, &argument, context)
    }

    /// The different nodes that one further worker finds.
    pub fn different_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<by_id::Different> {
        let argument = Argument::default();
        let mut distinct = Build::of_a_worker(context).by_id_of(&self.plan, &self.live, &argument)?;
        distinct.find_parts(queue, &argument, context)
    }

    /// What one further worker works out of nodes that a table may have.
    pub fn worked_out(&self, queue: &Queue, context: &mut Context<'_>) -> Result<Worked> {
        match &self.plan.task {
            Task::Scan { node, access: Access::Lookup(lookup) } => {
                Build::of_a_worker(context).table(*node, lookup)?.work_out_parts(queue, context)
            }
            _ => Ok(Worked::default()),
        }
    }

    /// The rows that one further worker finds.
    pub fn rows_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<exchange::Found> {
        let argument = Argument::default();
        let mut chain = Build::of_a_worker(context).chain_of(&self.plan, &self.live, &argument)?;
        exchange::parts(&mut *chain, &argument, queue, context)
    }

    /// Goes through the rest of the queue with all workers: what this one gathered, and what the others did.
    pub fn share<G: Send + 'static>(
        &self,
        queue: &Queue,
        context: &mut Context<'_>,
        own: impl FnOnce(&mut Context<'_>) -> Result<G>,
        another: impl Fn(&Spread, &mut Context<'_>) -> Result<G> + Sync,
    ) -> Result<(G, Vec<G>)> {
        let others = crew::workers(context) - 1;
        // Arguments stay with their worker.
        let (plan, ids, scans_rows, live) = (&self.plan, &self.ids, self.scans_rows, &self.live);
        let (parameters, procedures) = (context.parameters, context.procedures);
        let another = &another;
        let mut tasks = Vec::with_capacity(others);
        for _ in 0..others {
            // Nobody writes: a copy shares everything but what was written before.
            let mut graph = context.graph.for_a_worker();
            let (mask, now, late) = (context.mask.clone(), context.now, context.late);
            let meter = context.meter.of_a_worker(others + 1);
            let (searches, weights) = (context.searches.clone(), context.weights.clone());
            let (sets, tables, ends) = (context.sets.clone(), context.tables.clone(), context.ends.clone());
            let passing = context.passing.clone();
            tasks.push(move || {
                let mut context = Context {
                    graph: &mut graph,
                    parameters,
                    procedures,
                    meter,
                    mask,
                    now,
                    changes: Changes::default(),
                    touched: 0,
                    witnesses: None,
                    profile: None,
                    writes: false,
                    version: 0,
                    late,
                    part: None,
                    searches,
                    weights,
                    sets,
                    tables,
                    ends,
                    passing,
                    alone: false,
                    remembers: false,
                    large: Large::default(),
                };
                let (plan, ids, live) = (plan.clone(), ids.clone(), live.clone());
                let argument = Argument::default();
                let spread = Spread { plan, ids, below: None, scans_rows, list: None, live, argument };
                let gathered = another(&spread, &mut context);
                queue.stop_if(gathered.is_err());
                gathered.map(|gathered| (gathered, context.meter.held()))
            });
        }
        let (mine, gathered) = crew::together(tasks, || {
            let mine = own(context);
            queue.stop_if(mine.is_err());
            mine.map(|mine| (mine, 0))
        })?;
        // What the others hold is held by the statement from here on.
        context.meter.hold(gathered.iter().map(|(_, held)| held).sum())?;
        Ok((mine.0, gathered.into_iter().map(|(gathered, _)| gathered).collect()))
    }
}

/// Whether workers may share a statement at all.
pub fn can_share(context: &Context<'_>) -> bool {
    can_part(context) && crew::workers(context) >= 2
}

/// Whether the work of a statement may be done part by part.
pub fn can_part(context: &Context<'_>) -> bool {
    is_large(context) && !context.writes && context.profile.is_none()
}

/// Whether a graph has so many nodes that it may be worth to look further ahead.
pub fn is_large(context: &Context<'_>) -> bool {
    context.graph.node_bound() >= 8192
}

/// The source of a chain, or of what is below a DISTINCT over one.
pub fn source_below(plan: &plan::Operator) -> Option<&plan::Operator> {
    match distinct_of(plan) {
        Some(_) => source_of(plan.input.as_deref()?),
        None => source_of(plan),
    }
}

/// Whether a chain may have more rows than its source.
pub fn can_multiply(plan: &plan::Operator) -> bool {
    match plan.task {
        Task::Filter(_) | Task::Project(_) => plan.input.as_deref().is_some_and(can_multiply),
        Task::Scan { .. } => !plan.begins(),
        _ => true,
    }
}

/// What must be different in the rows of a DISTINCT, where several workers may find rows that are alike.
pub fn distinct_of(plan: &plan::Operator) -> Option<&Vec<Slot>> {
    match &plan.task {
        Task::Distinct(slots) if source_of(plan).is_none_or(|source| std::ptr::eq(source, plan)) => {
            Some(slots)
        }
        _ => None,
    }
}

/// Rows are gathered where so many are expected.
const WORTH_GATHERING: f64 = 8.0;

/// So many hops from one node may lead to very many rows.
const MANY_HOPS: usize = 3;

/// What gives out the parts of a chain of operators, each of which takes row by row, or the rows of one scanned node by
/// themselves: a scan, or what has to see all rows below it.
pub fn source_of(plan: &plan::Operator) -> Option<&plan::Operator> {
    source_and_groups(plan).map(|(source, _)| source)
}

/// Groups are found part by part by one worker as well where so many rows are expected.
const MANY_ROWS: f64 = 1e5;

/// Whether a chain that begins with a scan has very many groups, all rows of each of which are of one part: they are let go
/// with it.
pub fn has_groups_of_parts(plan: &plan::Operator) -> bool {
    source_and_groups(plan).is_some_and(|(source, rows)| is_scan(source) && rows >= MANY_ROWS)
}

/// The source of a chain, and of how many rows it makes groups part by part.
fn source_and_groups(plan: &plan::Operator) -> Option<(&plan::Operator, f64)> {
    let mut at = plan;
    // What must have the scanned node among its keys, so that no group has rows of two parts.
    let mut keyed: Vec<(&plan::Operator, SlotSet)> = Vec::new();
    // The first of the hops, and how many there are.
    let (mut first, mut hops) = (None, 0);
    let gathered = loop {
        match &at.task {
            Task::Expand(_) => (first, hops) = (Some(at), hops + 1),
            Task::Filter(_) | Task::Project(_) | Task::Intersect(_) | Task::Held(_) => {}
            // Two of the elements may be the same.
            Task::Unwind { .. } if list_of_a_row(at).is_some() => break at,
            Task::Shortest(_) | Task::Unwind { .. } | Task::Optional { .. } => {}
            Task::VarExpand(expand) if !expand.begins_together() => {}
            Task::Distinct(slots) => keyed.push((at, slots.iter().copied().collect())),
            Task::Sole(sole) => keyed.push((at, SlotSet::from_iter([sole.node]))),
            Task::Aggregate { keys, .. } => {
                let slots = keys.iter().filter_map(|(_, key)| match key {
                    Expression::Slot(slot) => Some(*slot),
                    _ => None,
                });
                keyed.push((at, slots.collect()));
            }
            Task::Scan { node, .. } if is_scan(at) || is_scan_of_rows(at) => {
                // Where rows are several, each node goes with all of them.
                let is_once = is_scan(at) || rows_of(at.input.as_deref()) == Some(1);
                if keyed.is_empty() || (is_once && keyed.iter().all(|(_, keys)| keys.contains(*node))) {
                    let rows = keyed.iter().filter_map(|(operator, _)| operator.input.as_deref());
                    return Some((at, rows.map(|input| input.rows).fold(0.0, f64::max)));
                }
                break at;
            }
            Task::Scan { .. } if !at.begins() => {}
            Task::Scan { .. } | Task::VarExpand(_) => break at,
            Task::Sort(_) | Task::Top { .. } | Task::Limit(_) => break at,
            _ => return None,
        }
        at = at.input.as_deref()?;
    };
    let source = keyed.first().map_or(gathered, |(operator, _)| operator);
    if source.rows >= WORTH_GATHERING {
        return Some((source, 0.0));
    }
    // Nobody knows how far many hops from one node lead: what is around it is shared.
    let is_one = matches!(source.task, Task::Scan { .. }) && hops >= MANY_HOPS;
    first.filter(|_| is_one).map(|first| (first, 0.0))
}

/// Whether a scan goes through ids, from the row with which the statement begins.
pub fn is_scan(plan: &plan::Operator) -> bool {
    matches!(plan.task, Task::Scan { access: Access::All | Access::Label(_), .. }) && plan.begins()
}

/// The scanned node of a chain that hands on all rows of a node before those of the next, each node once.
pub fn comes_together(plan: &plan::Operator) -> Option<Slot> {
    match &plan.task {
        Task::Scan { node, .. } => is_scan(plan).then_some(*node),
        Task::Project(items) => {
            let slot = comes_together(plan.input.as_deref()?)?;
            items.iter().all(|(filled, _)| *filled != slot).then_some(slot)
        }
        Task::Filter(_) | Task::Expand(_) | Task::Intersect(_) | Task::Held(_) => {
            comes_together(plan.input.as_deref()?)
        }
        _ => None,
    }
}

/// Whether a scan goes through ids for each of some rows, of which there are few.
pub fn is_scan_of_rows(plan: &plan::Operator) -> bool {
    let by_id = matches!(plan.task, Task::Scan { access: Access::All | Access::Label(_), .. });
    by_id && !plan.begins() && plan.input.as_deref().is_some_and(has_few_rows)
}

/// Whether there are few rows, as far as can be told: of fewer nodes than that, each may be too long work for one worker.
fn has_few_rows(plan: &plan::Operator) -> bool {
    match (&plan.task, plan.input.as_deref()) {
        (Task::Filter(_) | Task::Project(_), Some(input)) => has_few_rows(input),
        (Task::Scan { .. }, _) if is_scan(plan) => plan.rows <= FEW_ROWS as f64,
        _ => rows_of(Some(plan)).is_some_and(|rows| rows <= FEW_ROWS),
    }
}

/// Elements of a list are shared rather than the nodes that go with each, where there are more than this.
const FEW_ROWS: usize = 16;

/// The list through which an operator goes, of a row that there is exactly once.
pub fn list_of_a_row(plan: &plan::Operator) -> Option<&Expression> {
    let Task::Unwind { list, .. } = &plan.task else { return None };
    (rows_of(plan.input.as_deref()) == Some(1)).then_some(list)
}

/// How many rows an operator has, whatever there is, where that can be told.
fn rows_of(plan: Option<&plan::Operator>) -> Option<usize> {
    let plan = plan?;
    let below = || rows_of(plan.input.as_deref());
    match &plan.task {
        Task::Argument => Some(1),
        Task::Project(_) => below(),
        Task::Unwind { list: Expression::List(items), .. } => below()?.checked_mul(items.len()),
        Task::Aggregate { keys, .. } => keys.is_empty().then_some(1),
        _ => None,
    }
}

/// The slots that are read of the rows of a source.
pub fn read_of(source: &plan::Operator, plan: &plan::Operator, live: &SlotSet) -> SlotSet {
    let mut live = live.clone();
    let mut at = Some(plan);
    while let Some(operator) = at.filter(|operator| !std::ptr::eq(*operator, source)) {
        operator.reads(&mut live);
        at = operator.input.as_deref();
    }
    live
}

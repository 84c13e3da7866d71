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
use super::source::{is_scan_of_rows, leads_far, source_below, source_of};
use crate::algebra::Slot;
use crate::base::Result;
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
    /// Whether one row of the source may lead to very many.
    leads_far: bool,
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
        Spread {
            plan: Arc::new(plan.clone()),
            ids,
            below: None,
            scans_rows: is_scan_of_rows(source),
            leads_far: leads_far(plan, source),
            list: None,
            live,
            argument: argument.clone(),
        }
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
        let queue = self.whole(context)?;
        Ok(if self.leads_far { queue.far() } else { queue })
    }

    fn whole(&self, context: &mut Context<'_>) -> Result<Queue> {
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
        let (plan, ids, live) = (&self.plan, &self.ids, &self.live);
        let (scans_rows, leads_far) = (self.scans_rows, self.leads_far);
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
                let (below, list) = (None, None);
                let spread = Spread { plan, ids, below, scans_rows, leads_far, list, live, argument };
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

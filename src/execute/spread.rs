//! Work that several workers share.
//!
//! A chain of operators over one scan is done part by part: each part is a range of node ids, taken from a queue. One
//! worker begins; when that takes long, others join, each with operators of its own over the same graph. What they have
//! added up is put together in the end.

use super::batch::Batch;
use super::build::Build;
use super::changes::Changes;
use super::context::Context;
use super::crew;
use super::operator::{Argument, Operator};
use super::operators::aggregate::{self, Dealer, Dealt, Finished, Gather, Share, Waiting, is_mergeable};
use super::operators::exchange;
use super::operators::top::Best;
use crate::algebra::Slot;
use crate::base::Result;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Access, Task};
use crate::optimize::slots::SlotSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Statements that take less time stay with one worker.
const SHORT: Duration = Duration::from_millis(2);

/// What the time of the first parts says about that of the others is believed after so much of it.
const GLIMPSE: Duration = Duration::from_micros(250);

/// How work over one scan can be shared.
#[derive(Clone)]
pub struct Spread {
    /// The aggregate with what is below it, or the chain of operators.
    plan: Arc<plan::Operator>,
    /// Ids between which all scanned nodes lie.
    ids: Range<u32>,
    /// The slots that are read of its rows.
    live: SlotSet,
    /// Where the first worker's scan begins.
    pub argument: Argument,
}

/// The ids that nobody has taken, given out part by part. The first parts are short, so that it is known early how long
/// the work takes; each is twice as long as the one before, up to a limit. Where they end does not depend on time, and
/// so neither does the order of the rows.
pub struct Queue {
    /// The number of the part that comes next.
    next: AtomicU32,
    ids: Range<u32>,
    /// How often parts become twice as long.
    doublings: u32,
    /// Some worker has failed.
    stopped: AtomicBool,
    begun: Instant,
}

/// The ids of the first part.
const FIRST_PART: u32 = 256;

impl Queue {
    fn over(ids: Range<u32>) -> Queue {
        let longest = (ids.len() as u32 / 128).clamp(2048, 65_536);
        Queue {
            next: AtomicU32::new(0),
            ids,
            doublings: (longest / FIRST_PART).ilog2(),
            stopped: AtomicBool::new(false),
            begun: Instant::now(),
        }
    }

    fn stop_if(&self, failed: bool) {
        self.stopped.fetch_or(failed, Ordering::Relaxed);
    }

    /// Whether what is left takes so long that it is worth to be shared: it has been going on for long, or will at the
    /// rate of what is done.
    pub fn is_long(&self) -> bool {
        let next = self.beginning(self.next.load(Ordering::Relaxed));
        let (done, left) = (f64::from((next - self.ids.start).max(1)), f64::from(self.ids.end - next));
        let spent = self.begun.elapsed();
        left > 0.0 && (spent > SHORT || (spent > GLIMPSE && spent.mul_f64(left / done) > SHORT * 2))
    }

    /// How long it has been going on.
    pub fn spent(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
            || self.beginning(self.next.load(Ordering::Relaxed)) == self.ids.end
    }

    pub fn next(&self) -> Option<Range<u32>> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        // A few takers beyond the last part do not make the counter run over.
        let part = self.next.fetch_add(1, Ordering::Relaxed);
        let ids = self.beginning(part)..self.beginning(part.saturating_add(1));
        (!ids.is_empty()).then_some(ids)
    }

    /// The first id of a part.
    fn beginning(&self, part: u32) -> u32 {
        let short = part.min(self.doublings);
        let before = u64::from(FIRST_PART) * ((1 << short) - 1);
        let rest = u64::from(part - short) * (u64::from(FIRST_PART) << self.doublings);
        let from = u64::from(self.ids.start) + before + rest;
        from.min(u64::from(self.ids.end)) as u32
    }
}

/// Begins one part of the work of a chain.
pub fn begin(chain: &mut dyn Operator, argument: &Argument, part: Range<u32>, context: &mut Context<'_>) {
    context.part = Some(part);
    chain.reset();
    argument.put(Batch::of_length(1));
}

impl Spread {
    /// How an aggregate can be shared, if it can.
    pub fn of(plan: &plan::Operator, argument: &Argument, context: &Context<'_>) -> Option<Spread> {
        let Task::Aggregate { keys, aggregates } = &plan.task else { return None };
        // Without keys there is one group only, which can be dealt to nobody.
        if keys.is_empty() && !aggregates.iter().all(|(_, aggregate)| is_mergeable(aggregate)) {
            return None;
        }
        let scan = scan_of(plan.input.as_deref()?)?;
        Spread::new(plan, scan, SlotSet::new(), argument, context)
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
        let scan = scan_below(plan.input.as_deref()?)?;
        Spread::new(plan, scan, live.clone(), argument, context)
    }

    /// How a chain of operators can be shared whose rows are all wanted, if it can. A scan alone is not worth it. Where
    /// the chain ends in DISTINCT, each worker leaves out what it has handed on itself.
    pub fn of_chain(
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let scan = scan_below(plan)?;
        if std::ptr::eq(scan, plan) {
            return None;
        }
        Spread::new(plan, scan, live.clone(), argument, context)
    }

    fn new(
        plan: &plan::Operator,
        scan: &plan::Operator,
        live: SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let few = context.graph.node_bound() < 8192;
        if few || context.writes || context.profile.is_some() || crew::workers(context) < 2 {
            return None;
        }
        let graph = &*context.graph;
        let ids = match &scan.task {
            Task::Scan { access: Access::Label(label), .. } => {
                graph.label(label).map_or(0..0, |label| graph.span(label))
            }
            _ => 0..graph.node_bound(),
        };
        Some(Spread { plan: Arc::new(plan.clone()), ids, live, argument: argument.clone() })
    }

    /// The work as a whole.
    pub fn queue(&self) -> Queue {
        Queue::over(self.ids.clone())
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

    /// The rows that one further worker finds.
    pub fn rows_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<exchange::Found> {
        let argument = Argument::default();
        let mut chain = Build::of_a_worker(context).chain_of(&self.plan, &self.live, &argument)?;
        exchange::parts(&mut *chain, &argument, queue, context)
    }

    /// Goes through the rest of the queue with all workers: what this one gathered, and what the others did.
    pub fn share<G: Send>(
        &self,
        queue: &Queue,
        context: &mut Context<'_>,
        own: impl FnOnce(&mut Context<'_>) -> Result<G>,
        another: impl Fn(&Spread, &mut Context<'_>) -> Result<G> + Sync,
    ) -> Result<(G, Vec<G>)> {
        let others = crew::workers(context) - 1;
        // Arguments stay with their worker.
        let (plan, ids, live) = (&self.plan, &self.ids, &self.live);
        let (parameters, procedures) = (context.parameters, context.procedures);
        let another = &another;
        let mut tasks = Vec::with_capacity(others);
        for _ in 0..others {
            // Nobody writes: a copy shares everything but what was written before.
            let mut graph = context.graph.clone();
            let (mask, now, late) = (context.mask.clone(), context.now, context.late);
            let meter = context.meter.of_a_worker(others + 1);
            let searches = context.searches.clone();
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
                    late,
                    part: None,
                    searches,
                };
                let (plan, ids, live) = (plan.clone(), ids.clone(), live.clone());
                let spread = Spread { plan, ids, live, argument: Argument::default() };
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

/// The scan at the bottom of a chain, or below a DISTINCT over one.
pub fn scan_below(plan: &plan::Operator) -> Option<&plan::Operator> {
    match distinct_of(plan) {
        Some(_) => scan_of(plan.input.as_deref()?),
        None => scan_of(plan),
    }
}

/// Whether a chain may have more rows than its scan.
pub fn can_multiply(plan: &plan::Operator) -> bool {
    match plan.task {
        Task::Filter(_) | Task::Project(_) => plan.input.as_deref().is_some_and(can_multiply),
        Task::Scan { .. } => false,
        _ => true,
    }
}

/// What must be different in the rows of a DISTINCT, where several workers may find rows that are alike.
pub fn distinct_of(plan: &plan::Operator) -> Option<&Vec<Slot>> {
    match &plan.task {
        Task::Distinct(slots) if scan_of(plan).is_none() => Some(slots),
        _ => None,
    }
}

/// The scan at the bottom of a chain of operators each of which takes row by row, or the rows of one scanned node by
/// themselves.
pub fn scan_of(plan: &plan::Operator) -> Option<&plan::Operator> {
    let mut at = plan;
    // What must have the scanned node among its keys, so that no group has rows of two parts.
    let mut keyed: Vec<SlotSet> = Vec::new();
    loop {
        match &at.task {
            Task::Filter(_) | Task::Project(_) | Task::Expand(_) | Task::Intersect(_) | Task::Held(_) => {}
            Task::Shortest(_) | Task::Unwind { .. } | Task::Optional { .. } => {}
            Task::VarExpand(expand) if !expand.begins_together() => {}
            Task::Distinct(slots) => keyed.push(slots.iter().copied().collect()),
            Task::Aggregate { keys, .. } => {
                let slots = keys.iter().filter_map(|(_, key)| match key {
                    Expression::Slot(slot) => Some(*slot),
                    _ => None,
                });
                keyed.push(slots.collect());
            }
            Task::Scan { node, access: Access::All | Access::Label(_) } => {
                let first = at.input.as_deref().is_some_and(|input| matches!(input.task, Task::Argument));
                return (first && keyed.iter().all(|keys| keys.contains(*node))).then_some(at);
            }
            _ => return None,
        }
        at = at.input.as_deref()?;
    }
}

//! Work that several workers share.
//!
//! A chain of operators over one scan is done part by part: each part is a range of node ids, taken from a queue. One
//! worker begins; when that takes long, others join, each with operators of its own over the same graph. What they have
//! added up is put together in the end.

use super::batch::Batch;
use super::build::Build;
use super::changes::Changes;
use super::context::Context;
use super::operator::{Argument, Operator};
use super::operators::aggregate::{Gather, is_mergeable};
use super::operators::exchange;
use crate::base::{Report, Result};
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Access, Task};
use crate::optimize::slots::SlotSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Statements that take less time stay with one worker.
const SHORT: Duration = Duration::from_millis(2);

/// What the time of the first parts says about that of the others is believed after so much of it.
const GLIMPSE: Duration = Duration::from_micros(250);

/// Room on the stack of a worker: plans are as deep as statements are.
const STACK: usize = 64 << 20;

/// How work over one scan can be shared.
#[derive(Clone)]
pub struct Spread {
    /// The aggregate with what is below it, or the chain of operators.
    plan: Arc<plan::Operator>,
    /// The slots that are read of its rows.
    live: SlotSet,
    /// Where the first worker's scan begins.
    pub argument: Argument,
}

/// The parts that nobody has taken.
pub struct Queue {
    next: AtomicU32,
    bound: u32,
    stride: u32,
    /// Some worker has failed.
    stopped: AtomicBool,
    begun: Instant,
}

impl Queue {
    pub fn over(bound: u32) -> Queue {
        Queue {
            next: AtomicU32::new(0),
            bound,
            stride: (bound / 128).clamp(2048, 65_536),
            stopped: AtomicBool::new(false),
            begun: Instant::now(),
        }
    }

    /// Whether what is left takes so long that it is worth to be shared: it has been going on for long, or will at the
    /// rate of what is done.
    pub fn is_long(&self) -> bool {
        let done = self.next.load(Ordering::Relaxed).min(self.bound);
        let (spent, left) = (self.begun.elapsed(), self.bound - done);
        left > 0 && (spent > SHORT || (spent > GLIMPSE && spent * (left / done.max(1)) > SHORT * 2))
    }

    pub fn next(&self) -> Option<Range<u32>> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        // A few takers beyond the last part do not make the counter run over.
        let from = self.next.fetch_add(self.stride, Ordering::Relaxed);
        (from < self.bound).then(|| from..self.bound.min(from.saturating_add(self.stride)))
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
        let Task::Aggregate { aggregates, .. } = &plan.task else { return None };
        if !aggregates.iter().all(|(_, aggregate)| is_mergeable(aggregate)) {
            return None;
        }
        scan_of(plan.input.as_deref()?)?;
        Spread::new(plan, SlotSet::new(), argument, context)
    }

    /// How a chain of operators can be shared whose rows are all wanted, if it can. A scan alone is not worth it.
    pub fn of_chain(
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let scan = scan_of(plan)?;
        if std::ptr::eq(scan, plan) {
            return None;
        }
        Spread::new(plan, live.clone(), argument, context)
    }

    fn new(
        plan: &plan::Operator,
        live: SlotSet,
        argument: &Argument,
        context: &Context<'_>,
    ) -> Option<Spread> {
        let few = context.graph.node_bound() < 8192;
        if few || context.writes || context.profile.is_some() || workers(context) < 2 {
            return None;
        }
        Some(Spread { plan: Arc::new(plan.clone()), live, argument: argument.clone() })
    }

    /// What one further worker adds up.
    pub fn sums_of_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<Gather> {
        let argument = Argument::default();
        let mut aggregate = Build::of_a_worker(context).aggregate_of(&self.plan, &argument)?;
        aggregate.gather_parts(queue, &argument, context)
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
        another: fn(&Spread, &Queue, &mut Context<'_>) -> Result<G>,
    ) -> Result<(G, Vec<G>)> {
        let others = workers(context) - 1;
        // Arguments stay with their worker.
        let (plan, live) = (&self.plan, &self.live);
        std::thread::scope(|scope| {
            let (parameters, procedures) = (context.parameters, context.procedures);
            let mut handles = Vec::with_capacity(others);
            for _ in 0..others {
                // Nobody writes: a copy shares everything but what was written before.
                let mut graph = context.graph.clone();
                let (mask, now, late) = (context.mask.clone(), context.now, context.late);
                let meter = context.meter.of_a_worker(others + 1);
                let task = move || {
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
                    };
                    let (plan, live) = (plan.clone(), live.clone());
                    let spread = Spread { plan, live, argument: Argument::default() };
                    let gathered = another(&spread, queue, &mut context);
                    if gathered.is_err() {
                        queue.stopped.store(true, Ordering::Relaxed);
                    }
                    gathered.map(|gathered| (gathered, context.meter.held()))
                };
                let thread = std::thread::Builder::new().stack_size(STACK);
                // Without another thread the work is done all the same.
                handles.extend(thread.spawn_scoped(scope, task));
            }
            let mine = own(context);
            if mine.is_err() {
                queue.stopped.store(true, Ordering::Relaxed);
            }
            let mut gathered = Vec::with_capacity(others);
            for handle in handles {
                gathered.push(handle.join().unwrap_or_else(|_| Err(lost())));
            }
            let (mine, gathered) = (mine?, gathered.into_iter().collect::<Result<Vec<(G, u64)>>>()?);
            // What the others hold is held by the statement from here on.
            context.meter.hold(gathered.iter().map(|(_, held)| held).sum())?;
            Ok((mine, gathered.into_iter().map(|(gathered, _)| gathered).collect()))
        })
    }
}

/// How many workers there may be.
fn workers(context: &Context<'_>) -> usize {
    // To ask the system takes longer than many a statement.
    static THERE: OnceLock<usize> = OnceLock::new();
    let there = || *THERE.get_or_init(|| std::thread::available_parallelism().map_or(1, |count| count.get()));
    match context.meter.budget().threads {
        0 => there(),
        1 => 1,
        most => most.min(there().max(2)),
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
            Task::VarExpand(expand) if !expand.levels.is_some_and(|levels| levels.together) => {}
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

fn lost() -> Box<Report> {
    Report::runtime("InternalError", "WorkerLost", "a worker broke off; the statement was not carried out")
        .help("Run it again with `--threads 1`.")
}

//! Several workers at one thing.

use super::context::Context;
use crate::base::{Meter, Report, Result};
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Room on the stack of a worker: plans are as deep as statements are.
const STACK: usize = 64 << 20;

/// How many workers there may be.
pub fn workers(context: &Context<'_>) -> usize {
    match context.meter.budget().threads {
        0 => there(),
        1 => 1,
        most => most.min(there().max(2)),
    }
}

/// The cores of the machine.
fn there() -> usize {
    // To ask the system takes longer than many a statement.
    static THERE: OnceLock<usize> = OnceLock::new();
    *THERE.get_or_init(|| std::thread::available_parallelism().map_or(1, |count| count.get()))
}

/// Does tasks at the same time as this worker's own: what its own gave, and what the others did.
pub fn together<T: Send>(
    tasks: Vec<impl FnOnce() -> Result<T> + Send>,
    own: impl FnOnce() -> Result<T>,
) -> Result<(T, Vec<T>)> {
    let Some(pool) = pool() else {
        // Without another thread the work is done all the same.
        let mine = own()?;
        return Ok((mine, tasks.into_iter().map(|task| task()).collect::<Result<_>>()?));
    };
    let mut others: Vec<Result<T>> = tasks.iter().map(|_| Err(lost())).collect();
    // All are waited for, whatever became of one of them.
    let mine = pool.in_place_scope(|scope| {
        for (task, place) in tasks.into_iter().zip(&mut others) {
            scope.spawn(move |_| {
                *place = catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|_| Err(lost()))
            });
        }
        own()
    });
    Ok((mine?, others.into_iter().collect::<Result<_>>()?))
}

/// The workers beside the one that a statement begins with. They stay: to start a thread, and to find its memory, takes
/// longer than many a statement.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let others = there().max(2) - 1;
    let build = || ThreadPoolBuilder::new().num_threads(others).stack_size(STACK).build().ok();
    POOL.get_or_init(build).as_ref()
}

/// What is worked out of each of some items, in their order. All workers take items, unless there are fewer than are
/// worth it.
pub fn each<T: Send>(
    items: usize,
    worth: usize,
    context: &mut Context<'_>,
    work: impl Fn(usize, &mut Meter) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let workers = workers(context).min(items);
    if workers < 2 || items < worth {
        return (0..items).map(|item| work(item, &mut context.meter)).collect();
    }
    let next = AtomicUsize::new(0);
    let take = |mut meter: Meter| {
        let mut done = Vec::new();
        loop {
            let item = next.fetch_add(1, Ordering::Relaxed);
            if item >= items {
                return Ok(done);
            }
            let worked = work(item, &mut meter).inspect_err(|_| next.store(items, Ordering::Relaxed))?;
            done.push((item, worked));
        }
    };
    let meter = || context.meter.of_a_worker(workers);
    let tasks = (1..workers).map(|_| meter()).map(|meter| || take(meter)).collect();
    let (mine, others) = together(tasks, || take(meter()))?;
    let mut done: Vec<(usize, T)> = std::iter::once(mine).chain(others).flatten().collect();
    done.sort_unstable_by_key(|(item, _)| *item);
    Ok(done.into_iter().map(|(_, worked)| worked).collect())
}

fn lost() -> Box<Report> {
    Report::runtime("InternalError", "WorkerLost", "a worker broke off; the statement was not carried out")
        .help("Run it again with `--threads 1`.")
}

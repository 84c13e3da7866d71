//! Several workers at one thing.

use super::context::Context;
use crate::base::{Kept, Meter, Report, Result};
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

/// Does tasks at the same time as this worker's own: what its own gave, and what the others did. Where one of them fails,
/// what others gave is freed beside.
pub fn together<T: Send + 'static>(
    mut tasks: Vec<impl FnOnce() -> Result<T> + Send>,
    own: impl FnOnce() -> Result<T>,
) -> Result<(T, Vec<T>)> {
    if tasks.is_empty() {
        return Ok((own()?, Vec::new()));
    }
    let idle = idle().filter(|idle| idle.pool.current_thread_index().is_none());
    let kept = idle.map_or(0, |idle| idle.take(tasks.len()));
    let beyond = tasks.split_off(kept);
    let mut others: Vec<Result<T>> = tasks.iter().map(|_| Err(lost())).collect();
    let mine = std::thread::scope(|scope| {
        let mut handles = Vec::with_capacity(beyond.len());
        for task in beyond {
            let thread = std::thread::Builder::new().stack_size(STACK);
            // Without another thread the work is done all the same.
            handles.extend(thread.spawn_scoped(scope, task));
        }
        let mine = match idle.filter(|_| kept > 0) {
            Some(idle) => idle.pool.in_place_scope(|scope| {
                for (task, place) in tasks.into_iter().zip(&mut others) {
                    scope.spawn(move |_| {
                        *place = catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|_| Err(lost()));
                        idle.free.fetch_add(1, Ordering::Relaxed);
                    });
                }
                own()
            }),
            None => own(),
        };
        // All are waited for, whatever became of one of them.
        others.extend(handles.into_iter().map(|handle| handle.join().unwrap_or_else(|_| Err(lost()))));
        mine
    });
    let (mut given, mut failed) = (Kept::from(Vec::with_capacity(1 + others.len())), None);
    for one in std::iter::once(mine).chain(others) {
        match one {
            Ok(one) => given.push(one),
            Err(report) => failed = failed.or(Some(report)),
        }
    }
    if let Some(report) = failed {
        return Err(report);
    }
    let mut given = given.take();
    let others = given.split_off(1);
    given.pop().map(|mine| (mine, others)).ok_or_else(lost)
}

/// The workers beside the one that a statement begins with. They stay: to start a thread, and to find its memory, takes
/// longer than many a statement.
struct Idle {
    pool: ThreadPool,
    /// How many of them have nothing to do. Nobody waits for one that has: it may be waiting itself, for what the
    /// other one has begun.
    free: AtomicUsize,
}

impl Idle {
    /// Takes as many as there are, up to a number; each is free again when its task is done.
    fn take(&self, most: usize) -> usize {
        let less = |free: usize| Some(free - free.min(most));
        self.free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).map_or(0, |free| free.min(most))
    }
}

fn idle() -> Option<&'static Idle> {
    static IDLE: OnceLock<Option<Idle>> = OnceLock::new();
    let make = || {
        let count = there().max(2) - 1;
        let pool = ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).build().ok()?;
        Some(Idle { pool, free: AtomicUsize::new(count) })
    };
    IDLE.get_or_init(make).as_ref()
}

/// What is worked out of each of some items, in their order. All workers take items, unless there are fewer than are
/// worth it, or others have work of their own.
pub fn each<T: Send + 'static>(
    items: usize,
    worth: usize,
    context: &mut Context<'_>,
    work: impl Fn(usize, &mut Meter) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let workers = if context.alone { 1 } else { workers(context).min(items) };
    if workers < 2 || items < worth {
        return (0..items).map(|item| work(item, &mut context.meter)).collect();
    }
    let next = AtomicUsize::new(0);
    let take = |mut meter: Meter| {
        let mut done = Kept::from(Vec::new());
        loop {
            let item = next.fetch_add(1, Ordering::Relaxed);
            if item >= items {
                return Ok(done.take());
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Barrier, Mutex};

    #[test]
    fn nobody_waits_for_one_who_waits() {
        let (lock, begun) = (Mutex::new(()), Barrier::new(2));
        let waiting = || {
            begun.wait();
            Ok(lock.lock().map_or(0, |_| 1))
        };
        let (mine, others) = together(vec![waiting], || {
            let held = lock.lock();
            begun.wait();
            let (own, more) = together(vec![|| Ok(2), || Ok(3)], || Ok(4))?;
            drop(held);
            Ok(own + more.iter().sum::<i32>())
        })
        .expect("all do their work");
        assert_eq!((mine, others), (9, vec![1]));
    }

    #[test]
    fn a_worker_that_breaks_off_is_missed_and_others_go_on() {
        for _ in 0..3 {
            let broken = together(vec![|| -> Result<i32> { panic!("breaks off") }], || Ok(1));
            assert_eq!(broken.expect_err("one is missing").code, "cypher.runtime");
        }
        let (mine, others) = together(vec![|| Ok(2)], || Ok(1)).expect("the next ones are there");
        assert_eq!((mine, others), (1, vec![2]));
    }
}

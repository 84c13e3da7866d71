//! Room for statements that are long.

use super::Result;
use std::ops::{Deref, DerefMut};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{available_parallelism, sleep};
use std::time::{Duration, Instant};

/// Enough for the longest statement that is accepted.
const ROOM: usize = 512 << 20;

/// Does some work with a stack of its own, large enough for plans that are thousands of operators deep. Where no such
/// stack can be had, the work is done on this one.
pub fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let mut work = Some(work);
    std::thread::scope(|scope| {
        let place = &mut work;
        let thread =
            std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, || place.take().map(|w| w()));
        thread.ok().and_then(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        })
    })
    .unwrap_or_else(|| match work.take() {
        Some(work) => work(),
        None => unreachable!("work that a thread took is done or has panicked"),
    })
}

/// How long work beside goes on before it is asked whether it still may.
const PATIENCE: Duration = Duration::from_millis(5);

/// How long work waits for what was left before it.
const TURN: Duration = Duration::from_secs(1);

/// How many do work that was left.
static LEFT: AtomicUsize = AtomicUsize::new(0);

/// Does some work that cannot be stopped, beside: where it must not go on, it is left to itself, and what it finds is
/// dropped. Where no other thread can be had, the work is done on this one.
pub fn beside<T: Send + 'static>(
    work: impl Fn() -> T + Send + Sync + 'static,
    may_go_on: impl Fn() -> Result<()>,
) -> Result<T> {
    wait_for_those_left(&may_go_on)?;
    let work = Arc::new(work);
    let (there, here) = channel();
    let (done, place) = (work.clone(), Place::new(&LEFT));
    let ending = Ending(place.clone());
    let thread = std::thread::Builder::new().stack_size(ROOM).spawn(move || {
        let _ending = ending;
        // Nobody may be waiting for it any more.
        let _ = there.send(done());
    });
    let Ok(thread) = thread else { return Ok(work()) };
    loop {
        match here.recv_timeout(PATIENCE) {
            Ok(found) => return Ok(found),
            Err(RecvTimeoutError::Timeout) => may_go_on().inspect_err(|_| place.leave())?,
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => return Ok(work()),
            },
        }
    }
}

/// What was left takes time from what comes next. It must not pile up: as long as it keeps all cores but one busy, new
/// work waits its turn.
fn wait_for_those_left(may_go_on: &impl Fn() -> Result<()>) -> Result<()> {
    if LEFT.load(Ordering::Relaxed) == 0 {
        return Ok(());
    }
    let room = available_parallelism().map_or(1, |cores| cores.get()).saturating_sub(1).max(1);
    let began = Instant::now();
    while LEFT.load(Ordering::Relaxed) >= room && began.elapsed() < TURN {
        may_go_on()?;
        sleep(PATIENCE);
    }
    Ok(())
}

/// Whether some work is being done, was left, or has ended; counted while it is done though it was left.
struct Place {
    state: AtomicU8,
    left: &'static AtomicUsize,
}

const DONE: u8 = 1;
const ALONE: u8 = 2;

impl Place {
    fn new(left: &'static AtomicUsize) -> Arc<Place> {
        Arc::new(Place { state: AtomicU8::new(0), left })
    }

    fn leave(&self) {
        self.left.fetch_add(1, Ordering::Relaxed);
        if self.state.swap(ALONE, Ordering::Relaxed) == DONE {
            self.left.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn end(&self) {
        if self.state.swap(DONE, Ordering::Relaxed) == ALONE {
            self.left.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Ends the work of a place, also where it panics.
struct Ending(Arc<Place>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Lets something go beside: to free all that it holds takes so long that nobody should wait for it.
pub fn let_go<T: Send + 'static>(thing: T) {
    // Where no other thread can be had, the closure is dropped here, and with it the thing.
    drop(std::thread::Builder::new().spawn(move || drop(thing)));
}

/// Frees what is no longer wanted; beside, if there is much of it.
pub fn free<T: Send + 'static>(thing: T, is_much: bool) {
    if is_much {
        let_go(thing);
    }
}

/// To free so many rows may take long.
const MANY: usize = 1 << 16;

/// Frees so many rows that are no longer wanted.
pub fn free_rows<T: Send + 'static>(rows: T, count: usize) {
    free(rows, count > MANY);
}

/// Things that are freed beside, wherever they are dropped before they were taken.
pub struct Kept<T: Send + 'static>(Vec<T>);

impl<T: Send + 'static> Kept<T> {
    pub fn take(mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }
}

impl<T: Send + 'static> From<Vec<T>> for Kept<T> {
    fn from(things: Vec<T>) -> Kept<T> {
        Kept(things)
    }
}

impl<T: Send + 'static> Deref for Kept<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Send + 'static> DerefMut for Kept<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Send + 'static> Drop for Kept<T> {
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.0);
        if !left.is_empty() {
            let_go(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Place, beside, with_room};
    use crate::base::{Class, Report};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn work_beside_is_left_where_it_may_not_go_on() {
        assert_eq!(beside(|| 7, || Ok(())).unwrap(), 7);
        let refused = || Err(Report::new(Class::Interrupted, "limit.interrupted", "interrupted"));
        let long = || std::thread::sleep(std::time::Duration::from_secs(1));
        assert_eq!(beside(long, refused).unwrap_err().class, Class::Interrupted);
        assert_eq!(beside(|| 7, || Ok(())).unwrap(), 7);
    }

    #[test]
    fn what_was_left_is_counted_until_it_ends() {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = || COUNT.load(Ordering::Relaxed);
        let (quick, slow) = (Place::new(&COUNT), Place::new(&COUNT));
        drop(Ending(quick.clone()));
        quick.leave();
        assert_eq!(count(), 0);
        slow.leave();
        assert_eq!(count(), 1);
        drop(Ending(slow));
        assert_eq!(count(), 0);
    }

    #[test]
    fn deep_recursion_fits() {
        fn depth(n: u64) -> u64 {
            let room = [n; 128];
            if n == 0 { 0 } else { std::hint::black_box(room)[7] - n + 1 + depth(n - 1) }
        }
        assert_eq!(with_room(|| depth(100_000)), 100_000);
    }
}

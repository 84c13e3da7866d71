//! Room for statements that are long.

use super::Result;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

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

/// Does some work that cannot be stopped, beside: where it must not go on, it is left to itself, and what it finds is
/// dropped. Where no other thread can be had, the work is done on this one.
pub fn beside<T: Send + 'static>(
    work: impl Fn() -> T + Send + Sync + 'static,
    may_go_on: impl Fn() -> Result<()>,
) -> Result<T> {
    let work = Arc::new(work);
    let (there, here) = channel();
    let done = work.clone();
    let thread = std::thread::Builder::new().stack_size(ROOM).spawn(move || {
        // Nobody may be waiting for it any more.
        let _ = there.send(done());
    });
    let Ok(thread) = thread else { return Ok(work()) };
    loop {
        match here.recv_timeout(PATIENCE) {
            Ok(found) => return Ok(found),
            Err(RecvTimeoutError::Timeout) => may_go_on()?,
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => return Ok(work()),
            },
        }
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

#[cfg(test)]
mod tests {
    use super::{beside, with_room};
    use crate::base::{Class, Report};

    #[test]
    fn work_beside_is_left_where_it_may_not_go_on() {
        assert_eq!(beside(|| 7, || Ok(())).unwrap(), 7);
        let refused = || Err(Report::new(Class::Interrupted, "limit.interrupted", "interrupted"));
        let forever = || std::thread::sleep(std::time::Duration::from_secs(3600));
        assert_eq!(beside(forever, refused).unwrap_err().class, Class::Interrupted);
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

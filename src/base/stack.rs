//! Room for statements that are long.

use std::panic::resume_unwind;

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

#[cfg(test)]
mod tests {
    use super::with_room;

    #[test]
    fn deep_recursion_fits() {
        fn depth(n: u64) -> u64 {
            let room = [n; 128];
            if n == 0 { 0 } else { std::hint::black_box(room)[7] - n + 1 + depth(n - 1) }
        }
        assert_eq!(with_room(|| depth(100_000)), 100_000);
    }
}

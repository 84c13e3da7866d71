//! What the fuzz targets share: a mutator that knows what a piece of text is, and a watch over the time that one input
//! takes.

mod mutate;
mod pieces;

pub use mutate::mutate;
pub use pieces::Pieces;

use std::time::{Duration, Instant};
use whichlaw::Budget;

/// What one input may use.
pub fn budget() -> Budget {
    Budget {
        time: Some(Duration::from_millis(50)),
        rows: 10_000,
        memory: 64 << 20,
        threads: 1,
        ..Budget::default()
    }
}

/// Time on a processor above which an input counts as a hang: the budget allows 50 ms.
const HANG: Duration = Duration::from_secs(1);

/// Fails when `work` keeps a processor busy for too long. A wait for a processor does not count.
pub fn watched<T>(input: &str, work: impl FnOnce() -> T) -> T {
    let (asked, busy) = (Instant::now(), busy());
    let done = work();
    if asked.elapsed() > HANG {
        let spent = self::busy().saturating_sub(busy);
        assert!(spent < HANG, "{spent:?} for {input}");
    }
    done
}

/// The time that this thread has spent on a processor; zero where the system does not tell.
fn busy() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

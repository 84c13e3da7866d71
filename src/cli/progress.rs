//! How far a long load has come, on standard error at a terminal.

use crate::load::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

/// A load that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

const TEMPLATE: &str = "Loading {wide_bar} {percent}% {msg} {eta} left";

/// A bar that goes away when it is dropped.
pub struct Bar(ProgressBar);

impl Bar {
    /// The bar and who moves it; none where nobody watches.
    pub fn at_terminal() -> Option<(Bar, Progress)> {
        if !stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.progress_chars("━━ "));
        }
        let (moved, begun) = (bar.clone(), Instant::now());
        let progress = Progress::new(move |rows, bytes, total| {
            let elapsed = begun.elapsed();
            if elapsed < PATIENCE {
                return;
            }
            moved.set_message(told(rows, elapsed));
            moved.set_length(total);
            moved.set_position(bytes);
            if moved.is_hidden() {
                moved.set_draw_target(ProgressDrawTarget::stderr());
            }
        });
        Some((Bar(bar), progress))
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// `1.2 M rows, 820,000 a second`
fn told(rows: u64, elapsed: Duration) -> String {
    let rate = rows as f64 / elapsed.as_secs_f64().max(1e-3);
    format!("{} rows, {} a second,", short(rows as f64), short(rate))
}

fn short(number: f64) -> String {
    match number {
        n if n >= 1e6 => format!("{:.1} M", n / 1e6),
        n if n >= 1e4 => format!("{:.0} k", n / 1e3),
        n => format!("{n:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_rate_are_short() {
        assert_eq!(told(2_500_000, Duration::from_secs(5)), "2.5 M rows, 500 k a second,");
        assert_eq!(told(900, Duration::from_secs(1)), "900 rows, 900 a second,");
    }
}

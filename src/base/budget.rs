//! Limits of one statement: time, rows, memory, and the user's Ctrl-C.

use super::{Class, Report, Result};
use std::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A flag that stops a running statement; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    pub fn reset(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What one statement may use. The default has no time limit, 10 million rows and 4 GiB.
#[derive(Clone, Debug)]
pub struct Budget {
    pub time: Option<Duration>,
    /// Rows held or produced by any one operator.
    pub rows: u64,
    /// Bytes held by all operators together, estimated.
    pub memory: u64,
    /// Cores to use; 0 means all.
    pub threads: usize,
    pub cancel: Cancel,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { time: None, rows: 10_000_000, memory: 4 << 30, threads: 0, cancel: Cancel::default() }
    }
}

impl Budget {
    /// Fails for a statement that was cancelled, or that was asked too long ago.
    pub fn check(&self, asked: Instant) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Report::new(Class::Interrupted, "limit.interrupted", "interrupted"));
        }
        match self.time {
            Some(time) if asked.elapsed() > time => {
                let message = format!("stopped after the time limit of {} ms", time.as_millis());
                Err(Report::new(Class::Limit, "limit.time", message)
                    .help("Narrow the question, or allow more time with `--timeout`."))
            }
            _ => Ok(()),
        }
    }
}

/// Counts what a running statement uses against its budget.
///
/// `tick` is cheap enough for inner loops: it looks at the clock and the cancel flag once in 1,024 calls.
#[derive(Debug)]
pub struct Meter {
    budget: Budget,
    started: Instant,
    ticks: u32,
    memory: u64,
}

impl Meter {
    /// For a statement that was asked at some moment.
    pub fn since(started: Instant, budget: &Budget) -> Meter {
        Meter { budget: budget.clone(), started, ticks: 0, memory: 0 }
    }

    /// For one of several workers that share what is left.
    pub fn of_a_worker(&self, workers: usize) -> Meter {
        let left = self.budget.memory.saturating_sub(self.memory);
        let budget = Budget { memory: left / workers.max(1) as u64, ..self.budget.clone() };
        Meter { budget, started: self.started, ticks: 0, memory: 0 }
    }

    #[inline]
    pub fn tick(&mut self) -> Result<()> {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks & 1023 == 0 { self.check() } else { Ok(()) }
    }

    /// Counts work that is as much as so many ticks.
    #[inline]
    pub fn work(&mut self, ticks: u32) -> Result<()> {
        let before = self.ticks;
        self.ticks = before.wrapping_add(ticks);
        if before >> 10 == self.ticks >> 10 { Ok(()) } else { self.check() }
    }

    /// How much has been counted, up to four billion.
    pub fn ticks(&self) -> u32 {
        self.ticks
    }

    /// Looks at the clock and the cancel flag now.
    pub fn check(&self) -> Result<()> {
        self.budget.check(self.started)
    }

    /// Whether what is worth doing for later statements, and takes so long, leaves this one as much time again.
    pub fn has_time_for(&self, work: Duration) -> bool {
        self.budget.time.is_none_or(|time| self.started.elapsed() + work * 2 <= time)
    }

    /// Books memory held by an operator; fails when the statement holds more than it may.
    pub fn hold(&mut self, bytes: u64) -> Result<()> {
        let fits = self.fits(bytes);
        self.memory = self.memory.saturating_add(bytes);
        fits
    }

    /// Fails when there is no room for so many bytes more.
    pub fn fits(&self, bytes: u64) -> Result<()> {
        if self.memory.saturating_add(bytes) <= self.budget.memory {
            return Ok(());
        }
        let message = format!("stopped at the memory limit of {} MB", self.budget.memory >> 20);
        Err(Report::new(Class::Limit, "limit.memory", message)
            .help("Narrow the question, or allow more memory with `--max-memory`."))
    }

    /// Bytes booked and not released.
    pub fn held(&self) -> u64 {
        self.memory
    }

    pub fn release(&mut self, bytes: u64) {
        self.memory = self.memory.saturating_sub(bytes);
    }

    /// Fails when one operator holds or produces more rows than it may.
    pub fn rows(&self, count: u64) -> Result<()> {
        if count <= self.budget.rows {
            return Ok(());
        }
        let message = format!("stopped at the limit of {} rows", self.budget.rows);
        Err(Report::new(Class::Limit, "limit.rows", message)
            .help("Narrow the question, add `LIMIT`, or allow more rows with `--max-rows`."))
    }

    pub fn budget(&self) -> &Budget {
        &self.budget
    }
}

/// The limits for work that has nothing to fail with in its midst: it asks now and then whether it is over, leaves what
/// it is at as soon as it is, and fails at its end.
pub struct Allowance<'m> {
    meter: &'m Meter,
    spent: Cell<usize>,
    held: Cell<u64>,
    over: OnceCell<Box<Report>>,
}

/// Bytes that are gone through in a small step.
const STEP: u64 = 256;

impl<'m> Allowance<'m> {
    pub fn new(meter: &'m Meter) -> Allowance<'m> {
        Allowance { meter, spent: Cell::new(0), held: Cell::new(0), over: OnceCell::new() }
    }

    /// Counts work of so many small steps; whether it has to be left.
    #[inline]
    pub fn is_over(&self, steps: usize) -> bool {
        if self.over.get().is_some() {
            return true;
        }
        let before = self.spent.get();
        self.spent.set(before.wrapping_add(steps));
        before >> 10 != self.spent.get() >> 10 && self.look()
    }

    /// Books memory: when there is no room for it, the work is over.
    #[inline]
    pub fn hold(&self, bytes: u64) {
        let held = self.held.get().saturating_add(bytes);
        self.held.set(held);
        if let Err(report) = self.meter.fits(held) {
            // What was over before stays so for its first reason.
            let _ = self.over.set(report);
        }
    }

    /// Counts work that goes through all for which memory was booked; whether it has to be left.
    pub fn is_over_all(&self) -> bool {
        self.is_over(1 + (self.held.get() / STEP) as usize)
    }

    /// Bytes booked here.
    pub fn held(&self) -> u64 {
        self.held.get()
    }

    fn look(&self) -> bool {
        let report = self.meter.check().err();
        report.is_some_and(|report| self.over.set(report).is_ok())
    }

    /// Fails if something was left.
    pub fn end(self) -> Result<()> {
        self.over.into_inner().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, Budget, Meter};
    use crate::base::Class;
    use std::time::Instant;

    #[test]
    fn work_that_is_over_stays_over() {
        let meter = Meter::since(Instant::now(), &Budget::default());
        let allowance = Allowance::new(&meter);
        assert!(!allowance.is_over(5000));
        meter.budget().cancel.cancel();
        assert!(!allowance.is_over(1), "it is not asked each time");
        assert!(allowance.is_over(5000) && allowance.is_over(1));
        meter.budget().cancel.reset();
        assert!(allowance.is_over(1));
        assert_eq!(allowance.end().map_err(|report| report.class), Err(Class::Interrupted));
    }

    #[test]
    fn work_for_which_there_is_no_room_is_over() {
        let mut meter = Meter::since(Instant::now(), &Budget { memory: 1000, ..Budget::default() });
        meter.hold(400).unwrap();
        let allowance = Allowance::new(&meter);
        allowance.hold(600);
        assert!(!allowance.is_over(1));
        allowance.hold(1);
        assert!(allowance.is_over(1) && allowance.held() == 601);
        assert_eq!(allowance.end().map_err(|report| report.code), Err("limit.memory"));
    }
}

//! What each operator did, for PROFILE.

use super::batch::Batch;
use super::context::Context;
use super::operator::Operator;
use crate::base::Result;
use rustc_hash::FxHashMap;
use std::time::{Duration, Instant};

/// What one operator did.
#[derive(Clone, Debug, Default)]
pub struct Work {
    pub rows: u64,
    /// Relationships that the operator itself looked at.
    pub touched: u64,
    /// Time that the operator itself took.
    pub time: Duration,
}

/// What all operators did, by their place in the plan.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    pub work: FxHashMap<usize, Work>,
    /// Time and relationships of operators below the running one.
    below: (Duration, u64),
}

/// Watches an operator.
pub struct Watched {
    pub inner: Box<dyn Operator>,
    /// The address of the plan's operator, which stays where it is while the plan runs.
    pub place: usize,
}

impl Operator for Watched {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let outside = context.profile.as_mut().map(|profile| std::mem::take(&mut profile.below));
        let (started, touched) = (Instant::now(), context.touched);
        let result = self.inner.next(context);
        let (took, looked) = (started.elapsed(), context.touched - touched);
        if let Some(profile) = &mut context.profile {
            let work = profile.work.entry(self.place).or_default();
            if let Ok(Some(batch)) = &result {
                work.rows += batch.length as u64;
            }
            work.time += took.saturating_sub(profile.below.0);
            work.touched += looked.saturating_sub(profile.below.1);
            let (time, seen) = outside.unwrap_or_default();
            profile.below = (time + took, seen + looked);
        }
        result
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}

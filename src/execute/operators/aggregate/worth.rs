//! Which way of sharing the work of many groups is worth it.

use super::Gather;
use super::tally::Tally;
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operators::groups::{Groups, Places};
use crate::execute::parts::Queue;
use std::time::Duration;

/// How the work goes on.
pub(super) enum Way {
    Alone,
    /// By one worker, from the first row on.
    Anew,
    /// One worker adds up what all find.
    ForOne,
    /// Groups that are only counted are told apart in pools.
    Pooled,
    /// Rows are dealt out, by place where keys are told as such.
    Dealt(Option<Expected>),
}

/// How keys are told as places, and how many groups there may be.
pub struct Expected {
    pub places: Places,
    pub groups: u64,
}

impl Expected {
    /// Bytes of tables that are there from the first row on; others are booked as groups come.
    pub fn tables(&self) -> u64 {
        if self.places.are_far() { 0 } else { self.places.bytes(self.groups) }
    }
}

/// So few groups are put together in no time, where rows are slow and there may never be many.
pub(super) const FEW: u64 = 256;

/// Rows that take longer than this are slow.
pub(super) const SLOW: Duration = Duration::from_micros(1);

/// So many rows tell how long one takes.
pub(super) const ENOUGH: u64 = 4096;

/// So many groups are no longer put together in no time.
const MANY: u64 = 1 << 15;

/// Beyond this share of the work nothing is begun anew.
pub(super) const HALF: f64 = 0.5;

/// To put two groups together takes as long as to find those of so many rows.
const WORTH: u64 = 6;

/// To put together groups of tables takes about half as long for each.
const MERGED: Duration = Duration::from_nanos(100);

/// Where groups have fewer rows than this, to put them together takes longer than to find them in one place.
const REPEATED: u64 = 4;

/// To find the group of a row in a table and add it up takes half as long.
const ADDED: Duration = Duration::from_nanos(50);

/// So often must rows have come whose group was there to tell from it how many groups there are.
const AGAIN: u64 = 64;

/// And not more seldom than once in so many rows: some groups come often where most come once.
const SELDOM: u64 = 20;

/// Rows that take longer than this are worth to be dealt out to the workers of their groups.
pub(super) const DEAR: Duration = Duration::from_nanos(150);

/// So many rows are worth to be dealt out by place, and so many groups: where one worker does it alone, and where several
/// do.
const ALONE: (f64, f64) = (1.5e6, 131_072.0);
const TOGETHER: (f64, f64) = (1.25e6, 65_536.0);

/// Groups that are found at once and have fewer rows are found sooner than dealt out.
const EACH: f64 = 2.0;

/// Tables of places may take one part in so many of the memory.
const ROOM: u64 = 8;

/// So many rows that were taken here and there tell how many groups there are.
const TAKEN: u64 = 256;

/// Some rows from everywhere.
pub(super) struct Sample {
    pub groups: Groups,
    pub rows: u64,
    /// How many groups the rows of each place have, where those of other places are others.
    pub different: u64,
}

impl Sample {
    /// How many groups all rows have; no end of them where that cannot be told. What comes again in one place, as parallel
    /// relationships do, tells nothing of that.
    fn extrapolated(&self) -> f64 {
        let again = self.different.saturating_sub(self.groups.count() as u64);
        match again > 0 && self.different >= TAKEN {
            true => self.different as f64 * self.different as f64 / again as f64,
            false => f64::INFINITY,
        }
    }
}

/// The least of rows and of groups that are worth to be dealt out by place.
fn least(context: &Context<'_>) -> (f64, f64) {
    if crew::workers(context) > 1 { TOGETHER } else { ALONE }
}

/// Places, where there are so many rows and groups that these had better lie near each other.
fn is_worth_places(
    groups: f64,
    rows: f64,
    at_once: bool,
    context: &Context<'_>,
    places: impl FnOnce() -> Option<Places>,
) -> Option<Expected> {
    let (least, many) = least(context);
    if rows < least || groups < many {
        return None;
    }
    let places = places()?;
    let groups = groups.min(places.count() as f64).min(rows);
    let fits = places.bytes(groups as u64) <= context.meter.budget().memory / ROOM;
    (fits && groups >= many && (!at_once || groups * EACH <= rows))
        .then_some(Expected { places, groups: groups as u64 })
}

impl Gather {
    /// How keys are told as places, where there will be so many rows and groups that these had better lie near each other,
    /// to judge by a sample as well.
    pub(super) fn places_as_in(
        &self,
        sample: &Sample,
        queue: &Queue,
        context: &Context<'_>,
    ) -> Option<Expected> {
        let (groups, rows) = (sample.extrapolated().max(self.expected()), self.rows_in_all(queue));
        is_worth_places(groups, rows, self.groups.are_found_at_once(), context, || {
            // Where only few nodes have rows, those that were taken may have none.
            let (known, seen) = match sample.rows {
                0 => (&self.groups, self.rows),
                seen => (&sample.groups, seen),
            };
            Places::of(known, seen, rows, context.graph.node_bound())
        })
    }

    /// The same by the groups that have come, where others take part.
    pub(super) fn places_as_known(&self, queue: &Queue, context: &Context<'_>) -> Option<Expected> {
        if queue.done() > HALF {
            return None;
        }
        let rows = self.rows_in_all(queue);
        is_worth_places(self.groups.count() as f64, rows, self.groups.are_found_at_once(), context, || {
            Places::of(&self.groups, self.rows, rows, context.graph.node_bound())
        })
    }

    /// Whether rows may be so many, and so slowly found in their groups, that these had better lie near each other.
    pub(super) fn may_be_dealt(&self, queue: &Queue, context: &Context<'_>) -> bool {
        let alone = crew::workers(context) < 2;
        let many = self.rows_in_all(queue) >= least(context).0;
        many && queue.done() <= HALF && !(alone && self.groups.are_found_at_once())
    }

    /// How many rows all workers will have found.
    fn rows_in_all(&self, queue: &Queue) -> f64 {
        self.rows as f64 * f64::from(queue.length()) / (self.taken.max(1) as f64)
    }

    /// Whether so many groups have come that rows are better dealt out by place.
    pub(super) fn is_better_dealt(&self, queue: &Queue, context: &Context<'_>) -> bool {
        self.groups.count() as f64 >= TOGETHER.1 && self.places_as_known(queue, context).is_some()
    }

    /// Whether there are so many more groups than it seemed that rows are better dealt out. `spent` is what all took.
    pub(super) fn has_overgrown(&self, spent: Duration) -> bool {
        let groups = self.groups.count() as u64;
        groups > MANY && groups * 2 > self.rows && !self.outweighs_merging(spent)
    }

    /// Whether to find groups takes so long that to put them together takes little more. In tables they are found at once
    /// by whoever puts them together, however long the rows took to come.
    pub(super) fn outweighs_merging(&self, spent: Duration) -> bool {
        self.groups.has_table() && spent > MERGED * self.groups.count() as u32
    }

    /// Whether rows take so much longer to come than to be added up that one worker adds up what all find, as there are
    /// too many groups to put together. `spent` is what all took.
    pub(super) fn is_for_one(&self, spent: Duration) -> bool {
        self.groups.has_table()
            && !self.groups.has_given_codes()
            && self.tallies.iter().all(Tally::is_plain)
            && self.groups.count() as u64 * REPEATED > self.rows
            && spent > ADDED * self.rows as u32
    }

    /// Whether rows are so many more than groups, or will be, that it is worth to add them up in several places. `done`
    /// is the share of the work that is done, and `spent` what it took.
    pub(super) fn is_worth_sharing(&self, done: f64, spent: Duration, workers: usize) -> bool {
        let groups = self.expected();
        match self.groups.has_table() {
            // Each worker has most of them.
            true => MERGED.as_secs_f64() * groups / 2.0 * (workers as f64) < spent.as_secs_f64() / done,
            false => groups * (WORTH as f64) < self.rows as f64 / done,
        }
    }

    /// How many groups there will be; no end of them where that cannot be told.
    fn expected(&self) -> f64 {
        let groups = self.groups.count() as u64;
        if groups * WORTH < self.rows {
            return groups as f64;
        }
        // The fewer, the more often one comes again; twice as many as if any were as likely to come as another.
        let again = self.rows.saturating_sub(groups);
        match again >= AGAIN.max(self.rows / SELDOM) {
            true => self.rows as f64 * self.rows as f64 / again as f64,
            false => f64::INFINITY,
        }
    }
}

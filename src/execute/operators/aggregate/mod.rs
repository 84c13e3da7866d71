//! Aggregation: one row a group.
//!
//! Batch by batch: which group each row belongs to (`groups`), then each aggregate adds up its whole column (`tally`).

mod columns;
mod deal;
mod extremes;
mod firsts;
mod ids;
mod lists;
mod logs;
mod lots;
mod means;
mod one;
mod ranks;
mod tally;

use super::groups::Groups;
use crate::algebra::Slot;
use crate::answer::Merged;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::evaluate::Computed;
use crate::execute::operator::{Argument, Operator};
use crate::execute::parts::{Part, Queue, begin};
use crate::execute::spread::Spread;
use crate::execute::trace;
use crate::optimize::slots::SlotSet;
use firsts::Firsts;
use smallvec::SmallVec;
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;

pub use deal::Dealer;
pub use lots::{Dealt, Finished, Share, Waiting};
pub use one::Pieces;
pub use tally::{Call, may_be_merged};

/// What a merged row rests on, while tracing.
pub struct Proof {
    pub witnesses: Vec<Slot>,
    pub facts: Slot,
}

pub struct Aggregate {
    input: Box<dyn Operator>,
    keys: Vec<(Slot, Computed)>,
    calls: Vec<(Slot, Call)>,
    proof: Option<Proof>,
    /// How several workers can share the work, where it can be shared.
    spread: Option<Spread>,
    output: Option<Output>,
}

/// What has been added up, by group.
pub struct Gather {
    groups: Groups,
    tallies: Vec<Tally>,
    proofs: Merged,
    firsts: Firsts,
    held: u64,
    rows: u64,
}

/// Some rows: what they are grouped by, and what is added up of each.
#[derive(Default)]
pub struct Addends {
    keys: Batch,
    arguments: SmallVec<[Arguments; 2]>,
}

/// What one aggregate is called with.
type Arguments = SmallVec<[Column; 2]>;

impl Addends {
    /// The rows of those numbers.
    fn gather(&self, rows: &[u32], slots: &SlotSet) -> Addends {
        let columns = |columns: &Arguments| columns.iter().map(|column| column.gather(rows)).collect();
        Addends {
            keys: self.keys.gather(rows, slots),
            arguments: self.arguments.iter().map(columns).collect(),
        }
    }

    fn bytes(&self) -> u64 {
        let arguments = self.arguments.iter().flatten().map(Column::bytes);
        self.keys.bytes() + arguments.sum::<u64>()
    }
}

/// So few groups are put together in no time, where rows are slow and there may never be many.
const FEW: u64 = 256;

/// Rows that take longer than this are slow.
const SLOW: Duration = Duration::from_micros(1);

/// So many rows tell how long one takes.
const ENOUGH: u64 = 4096;

/// So many groups are no longer put together in no time.
const MANY: u64 = 1 << 15;

/// Beyond this share of the work nothing is begun anew.
const HALF: f64 = 0.5;

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
const DEAR: Duration = Duration::from_nanos(150);

impl Gather {
    /// Whether there are so many more groups than it seemed that rows are better dealt out. `spent` is what all took.
    fn has_overgrown(&self, spent: Duration) -> bool {
        let groups = self.groups.count() as u64;
        groups > MANY && groups * 2 > self.rows && !self.outweighs_merging(spent)
    }

    /// Whether to find groups takes so long that to put them together takes little more. In tables they are found at once
    /// by whoever puts them together, however long the rows took to come.
    fn outweighs_merging(&self, spent: Duration) -> bool {
        self.groups.has_table() && spent > MERGED * self.groups.count() as u32
    }

    /// Whether rows take so much longer to come than to be added up that one worker adds up what all find, as there are
    /// too many groups to put together. `spent` is what all took.
    fn is_for_one(&self, spent: Duration) -> bool {
        self.groups.has_table()
            && self.tallies.iter().all(Tally::is_plain)
            && self.groups.count() as u64 * REPEATED > self.rows
            && spent > ADDED * self.rows as u32
    }

    /// Whether rows are so many more than groups, or will be, that it is worth to add them up in several places. `done`
    /// is the share of the work that is done, and `spent` what it took.
    fn is_worth_sharing(&self, done: f64, spent: Duration, workers: usize) -> bool {
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

/// Finished groups, and how many have been handed on.
struct Output {
    batch: Batch,
    place: usize,
}

impl Aggregate {
    pub fn new(
        input: Box<dyn Operator>,
        keys: Vec<(Slot, Computed)>,
        calls: Vec<(Slot, Call)>,
        proof: Option<Proof>,
        spread: Option<Spread>,
    ) -> Aggregate {
        Aggregate { input, keys, calls, proof, spread, output: None }
    }

    pub fn empty(&self) -> Gather {
        Gather {
            groups: Groups::new(self.keys.is_empty()),
            tallies: self.calls.iter().map(|(_, call)| call.tally()).collect(),
            proofs: Merged::default(),
            firsts: Firsts::default(),
            held: 0,
            rows: 0,
        }
    }

    /// Adds up all rows of the input.
    fn gather(&mut self, gather: &mut Gather, context: &mut Context<'_>) -> Result<()> {
        while let Some(batch) = self.input.next(context)? {
            if batch.length > 0 {
                self.add(&batch, gather, context)?;
            }
        }
        Ok(())
    }

    /// Adds up the parts that the workers' queue gives out.
    pub fn gather_parts(
        &mut self,
        queue: &Queue,
        argument: &Argument,
        mut gather: Gather,
        context: &mut Context<'_>,
    ) -> Result<Gather> {
        while let Some(part) = queue.next() {
            self.gather_part(part, argument, &mut gather, context)?;
            if gather.has_overgrown(queue.spent()) && queue.done() < HALF {
                queue.turn();
            }
        }
        Ok(gather)
    }

    fn gather_part(
        &mut self,
        part: Part,
        argument: &Argument,
        gather: &mut Gather,
        context: &mut Context<'_>,
    ) -> Result<()> {
        begin(&mut *self.input, argument, part, context);
        self.gather(gather, context)
    }

    /// Adds up part by part; when it takes long, with all workers.
    fn gather_together(&mut self, spread: &Spread, context: &mut Context<'_>) -> Result<Batch> {
        let mut queue = spread.queue(context)?;
        let mut gather = self.empty();
        let mut can_deal = !self.keys.is_empty();
        while let Some(part) = queue.next() {
            self.gather_part(part, &spread.argument, &mut gather, context)?;
            if !queue.is_long() {
                continue;
            }
            let mergeable = self.is_mergeable(&gather);
            let (rows, groups) = (gather.rows, gather.groups.count() as u64);
            let takes = |each: Duration| queue.spent() > each * rows as u32;
            let few = groups < FEW && takes(SLOW);
            let shares = mergeable
                && (few || gather.is_worth_sharing(queue.done(), queue.spent(), crew::workers(context)));
            let mut for_one = can_deal && !shares && gather.is_for_one(queue.spent());
            let dear = takes(DEAR) && (rows >= ENOUGH || takes(SLOW));
            let mut deals = can_deal && (dear || !mergeable);
            if shares || mergeable && !for_one && gather.outweighs_merging(queue.spent()) {
                let begun = gather;
                let own =
                    |context: &mut Context<'_>| self.gather_parts(&queue, &spread.argument, begun, context);
                let another =
                    |spread: &Spread, context: &mut Context<'_>| spread.sums_of_parts(&queue, context);
                let (mine, others) = spread.share(&queue, context, own, another)?;
                gather = mine;
                deals = queue.has_turned();
                for_one = deals && gather.is_for_one(queue.spent());
                for more in others {
                    match deals {
                        true => gather.held += more.held,
                        false => self.merge(&mut gather, more, context)?,
                    }
                }
            }
            if for_one {
                context.meter.release(gather.held);
                return self.add_up_in_one_place(spread, queue.anew(), context);
            }
            if deals {
                // Rows are dealt out from the first one on.
                context.meter.release(gather.held);
                if let Some(groups) = self.deal_out(spread, queue.anew(), context)? {
                    queue.leave(context);
                    return Ok(groups);
                }
                (queue, gather, can_deal) = (queue.anew(), self.empty(), false);
            }
        }
        queue.leave(context);
        self.finish(gather, context)
    }

    /// What some rows are grouped by, and what is added up of them.
    fn addends(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Addends> {
        context.meter.work(batch.length as u32)?;
        let mut keys = Batch::of_length(batch.length);
        for (slot, expression) in &self.keys {
            keys.set(*slot, expression.column(batch, context)?);
        }
        let mut arguments = SmallVec::with_capacity(self.calls.len());
        for (_, call) in &self.calls {
            let columns = call.arguments.iter().map(|argument| argument.column(batch, context));
            arguments.push(columns.collect::<Result<Arguments>>()?);
        }
        Ok(Addends { keys, arguments })
    }

    /// The slots of the keys.
    fn slots(&self) -> SmallVec<[Slot; 4]> {
        self.keys.iter().map(|(slot, _)| *slot).collect()
    }

    fn add(&self, batch: &Batch, gather: &mut Gather, context: &mut Context<'_>) -> Result<()> {
        let rows = self.addends(batch, context)?;
        let numbers = self.add_rows(&rows, gather, context)?;
        gather.firsts.note(context.place(), gather.groups.count());
        if let Some(proof) = &self.proof {
            let kept = trace::kept(batch, &proof.witnesses, proof.facts);
            let before = gather.proofs.bytes();
            gather.proofs.add(kept, numbers, batch.length);
            let after = gather.proofs.bytes();
            context.meter.hold(after.saturating_sub(before))?;
            context.meter.release(before.saturating_sub(after));
        }
        Ok(())
    }

    /// Adds up some rows; the group of each, where that had to be found.
    fn add_rows(
        &self,
        rows: &Addends,
        gather: &mut Gather,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        let slots = self.slots();
        if self.counts_rows() && gather.groups.count_rows(&rows.keys, &slots, &mut gather.held, context)? {
            gather.rows += rows.keys.length as u64;
            context.meter.rows(gather.groups.count() as u64)?;
            return Ok(None);
        }
        let numbers = gather.groups.assign(&rows.keys, &slots, &mut gather.held, context)?;
        self.tally(rows, &numbers, gather, context)?;
        Ok(numbers)
    }

    /// Adds up rows that belong to those groups.
    fn tally(
        &self,
        rows: &Addends,
        numbers: &Option<Vec<u32>>,
        gather: &mut Gather,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let (length, count) = (rows.keys.length, gather.groups.count());
        gather.rows += length as u64;
        context.meter.rows(count as u64)?;
        for (((_, call), tally), arguments) in self.calls.iter().zip(&mut gather.tallies).zip(&rows.arguments)
        {
            gather.held += tally.add(call, arguments, numbers, length, count, context)?;
        }
        Ok(())
    }

    /// Whether what several workers have added up of a group can be put together.
    fn is_mergeable(&self, gather: &Gather) -> bool {
        self.calls.iter().zip(&gather.tallies).all(|((_, call), tally)| call.is_mergeable(tally))
    }

    /// Whether how many rows a group has is all that is asked.
    fn counts_rows(&self) -> bool {
        self.proof.is_none() && self.calls.iter().all(|(_, call)| call.counts_rows())
    }

    /// Takes in what another worker added up.
    fn merge(&self, into: &mut Gather, mut other: Gather, context: &mut Context<'_>) -> Result<()> {
        let slots = self.slots();
        let count = other.groups.count();
        let (keys, counted) = other.groups.finish();
        Tally::add_counted(&mut other.tallies, counted);
        into.held += other.held;
        let numbers = match keys.length {
            0 => Some(Vec::new()),
            _ => into.groups.assign(&keys, &slots, &mut into.held, context)?,
        };
        let total = into.groups.count();
        if let Some(numbers) = numbers.as_ref().filter(|_| keys.length > 0) {
            into.firsts.merge(other.firsts, numbers, total);
        }
        for ((tally, theirs), (_, call)) in into.tallies.iter_mut().zip(other.tallies).zip(&self.calls) {
            tally.merge(theirs, numbers.as_deref(), count, total, call)?;
        }
        context.meter.rows(total as u64)
    }

    /// The groups as rows.
    fn finish(&self, mut gather: Gather, context: &mut Context<'_>) -> Result<Batch> {
        let (count, order) = (gather.groups.count(), gather.firsts.into_order());
        let (mut batch, counted) = gather.groups.finish();
        Tally::add_counted(&mut gather.tallies, counted);
        batch.length = count;
        for ((slot, call), tally) in self.calls.iter().zip(gather.tallies) {
            batch.set(*slot, tally.finish(call, count, context)?);
        }
        if let Some(proof) = &self.proof {
            let mut proofs = gather.proofs;
            proofs.finish(count);
            let groups = Arc::new((0..count as u32).collect());
            gather.held += proofs.bytes();
            batch.set(proof.facts, Column::Merged { groups, of: Arc::new(proofs) });
        }
        context.meter.release(gather.held);
        Ok(match order {
            Some(order) => batch.gather(&order, &batch.slots().collect()),
            None => batch,
        })
    }
}

impl Operator for Aggregate {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            let batch = match self.spread.clone() {
                Some(spread) => self.gather_together(&spread, context)?,
                None => {
                    let mut gather = self.empty();
                    self.gather(&mut gather, context)?;
                    self.finish(gather, context)?
                }
            };
            self.output = Some(Output { batch, place: 0 });
        }
        let Some(output) = &mut self.output else { return Ok(None) };
        let left = output.batch.length - output.place;
        if left == 0 {
            return Ok(None);
        }
        let taken = left.min(BATCH * 4);
        let batch = if taken == output.batch.length {
            output.batch.clone()
        } else {
            output.batch.slice(output.place..output.place + taken)
        };
        output.place += taken;
        Ok(Some(batch))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
        self.spread.iter().for_each(Spread::reset);
    }
}

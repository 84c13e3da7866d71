//! Aggregation: one row a group.
//!
//! Batch by batch: which group each row belongs to (`groups`), then each aggregate adds up its whole column (`tally`).

mod chunk;
mod columns;
mod counted;
mod deal;
mod extremes;
mod firsts;
mod ids;
mod lists;
mod logs;
mod lots;
mod means;
mod one;
mod opened;
mod output;
mod ranks;
mod recent;
mod runs;
mod seen;
mod states;
mod tally;
mod worth;

use super::groups::Groups;
use crate::algebra::Slot;
use crate::answer::Merged;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Builder, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::evaluate::Computed;
use crate::execute::operator::{Argument, Operator};
use crate::execute::parts::{Part, Queue, begin};
use crate::execute::spread::Spread;
use crate::execute::trace;
use firsts::Firsts;
use output::Output;
use smallvec::SmallVec;
use std::borrow::Borrow;
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;
use worth::{DEAR, ENOUGH, FEW, HALF, SLOW, Sample, Way};

pub use deal::Dealer;
pub use lots::{Dealt, Share, Waiting};
pub use one::Pieces;
pub use opened::Finished;
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
    /// Whether nobody asks for more than how many groups there are.
    counted: bool,
    any_order: bool,
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
    /// How much of what all workers go through has been gone through for these rows.
    taken: u64,
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
    fn bytes(&self) -> u64 {
        let arguments = self.arguments.iter().flatten().map(Column::bytes);
        self.keys.bytes() + arguments.sum::<u64>()
    }
}

/// Rows of several batches, put together.
#[derive(Default)]
struct Joined {
    keys: Builder,
    arguments: Vec<Vec<Builder>>,
}

impl Joined {
    fn length(&self) -> usize {
        self.keys.length()
    }

    fn append(&mut self, rows: Addends) {
        let length = rows.keys.length;
        self.keys.append(&rows.keys);
        self.arguments.resize_with(rows.arguments.len(), Vec::new);
        for (builders, columns) in self.arguments.iter_mut().zip(rows.arguments) {
            builders.resize_with(columns.len(), Builder::default);
            for (builder, column) in builders.iter_mut().zip(columns) {
                let mut one = Batch::of_length(length);
                one.set(ARGUMENT, column);
                builder.append(&one);
            }
        }
    }

    fn finish(self) -> Addends {
        let column = |builder: Builder| builder.finish().take(ARGUMENT);
        let columns = |builders: Vec<Builder>| builders.into_iter().map(column).collect();
        Addends { keys: self.keys.finish(), arguments: self.arguments.into_iter().map(columns).collect() }
    }
}

/// The only slot of an argument that is put together.
const ARGUMENT: Slot = Slot(0);

impl Aggregate {
    pub fn new(
        input: Box<dyn Operator>,
        keys: Vec<(Slot, Computed)>,
        calls: Vec<(Slot, Call)>,
        proof: Option<Proof>,
        spread: Option<Spread>,
    ) -> Aggregate {
        Aggregate { input, keys, calls, proof, spread, counted: false, any_order: false, output: None }
    }

    pub fn empty(&self) -> Gather {
        Gather {
            groups: Groups::new(self.keys.is_empty()),
            tallies: self.calls.iter().map(|(_, call)| call.tally()).collect(),
            proofs: Merged::default(),
            firsts: Firsts::default(),
            held: 0,
            rows: 0,
            taken: 0,
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
            let is_early = queue.done() < HALF;
            if is_early
                && (self.is_better_pooled(&gather)
                    || gather.has_overgrown(queue.spent())
                    || gather.is_better_dealt(queue, context))
            {
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
        gather.taken += part.range.len() as u64;
        begin(&mut *self.input, argument, part, context);
        self.gather(gather, context)
    }

    /// Adds up part by part; when it takes long, with all workers.
    fn gather_together(&mut self, spread: &Spread, context: &mut Context<'_>) -> Result<Vec<Batch>> {
        let mut queue = spread.queue(context)?;
        let mut gather = self.empty();
        let mut can_deal = !self.keys.is_empty();
        let mut workers = crew::workers(context);
        // What was looked at of rows, and how many had come when this was done.
        let (mut sample, mut looked) = (None, 0);
        while let Some(part) = queue.next_alone() {
            self.gather_part(part, &spread.argument, &mut gather, context)?;
            if !queue.is_long() {
                continue;
            }
            let mut way = Way::Alone;
            if can_deal && self.is_better_pooled(&gather) {
                way = Way::Pooled;
            } else if can_deal && gather.rows >= looked * 2 && gather.may_be_dealt(&queue, context) {
                looked = gather.rows;
                if sample.is_none() {
                    sample = Some(self.sample(&queue, &spread.argument, context)?);
                }
                let places = sample.as_ref().and_then(|sample| gather.places_as_in(sample, &queue, context));
                way = places.map_or(way, |places| Way::Dealt(Some(places)));
            }
            if matches!(way, Way::Alone) && workers > 1 {
                (way, gather) = self.share(spread, &queue, gather, can_deal, context)?;
            }
            match way {
                Way::Alone => {}
                Way::Anew => {
                    context.meter.release(gather.held);
                    (queue, gather, can_deal, workers) = (queue.anew(), self.empty(), false, 1);
                }
                Way::Pooled => {
                    context.meter.release(gather.held);
                    return self.count_in_pools(spread, &queue.anew(), context);
                }
                Way::ForOne => {
                    context.meter.release(gather.held);
                    return Ok(vec![self.add_up_in_one_place(spread, queue.anew(), context)?]);
                }
                Way::Dealt(places) => {
                    // Rows are dealt out from the first one on.
                    context.meter.release(gather.held);
                    if let Some(groups) = self.deal_out(spread, queue.anew(), places, context)? {
                        queue.leave(context);
                        return Ok(groups);
                    }
                    (queue, gather, can_deal) = (queue.anew(), self.empty(), false);
                }
            }
        }
        queue.leave(context);
        Ok(vec![self.finish(gather, context)?])
    }

    /// Groups of some rows from everywhere: those that come first may be alike.
    fn sample(&mut self, queue: &Queue, argument: &Argument, context: &mut Context<'_>) -> Result<Sample> {
        let mut sample = Sample { groups: Groups::new(false), rows: 0, different: 0 };
        let (slots, mut held) = (self.slots(), 0);
        let keep = slots.iter().copied().collect();
        for part in queue.samples() {
            begin(&mut *self.input, argument, part, context);
            let mut own = Groups::new(false);
            while let Some(batch) = self.input.next(context)? {
                let keys = self.keys_of(&batch, context)?;
                let fresh = own.fresh(&keys, &slots, &mut held, context)?;
                sample.rows += keys.length as u64;
                sample.different += fresh.len() as u64;
                sample.groups.fresh(&keys.gather(&fresh, &keep), &slots, &mut held, context)?;
            }
        }
        context.meter.release(held);
        Ok(sample)
    }

    /// Adds up what is left with all workers, if that is worth it; how to go on.
    fn share(
        &mut self,
        spread: &Spread,
        queue: &Queue,
        gather: Gather,
        can_deal: bool,
        context: &mut Context<'_>,
    ) -> Result<(Way, Gather)> {
        let mergeable = self.is_mergeable(&gather);
        let spent = queue.spent();
        let (rows, groups) = (gather.rows, gather.groups.count() as u64);
        let takes = |each: Duration| spent > each * rows as u32;
        let few = groups < FEW && takes(SLOW);
        let shares =
            mergeable && (few || gather.is_worth_sharing(queue.done(), spent, crew::workers(context)));
        let for_one = can_deal && !shares && gather.is_for_one(spent);
        let dear = takes(DEAR) && (rows >= ENOUGH || takes(SLOW)) && !gather.groups.has_given_codes();
        if !shares && (for_one || !mergeable || !gather.outweighs_merging(spent)) {
            let way = match for_one {
                true => Way::ForOne,
                false if can_deal && (dear || !mergeable) => self.way_without_places(),
                false => Way::Alone,
            };
            return Ok((way, gather));
        }
        let own = |context: &mut Context<'_>| self.gather_parts(queue, &spread.argument, gather, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.sums_of_parts(queue, context);
        let (mut gather, others) = spread.share(queue, context, own, another)?;
        let turned = queue.has_turned();
        for more in others {
            match turned {
                true => gather.held += more.held,
                false => self.merge(&mut gather, more, context)?,
            }
        }
        if !turned {
            return Ok((Way::Alone, gather));
        }
        let way = match gather.places_as_known(queue, context) {
            Some(places) => Way::Dealt(Some(places)),
            None if gather.is_for_one(queue.spent()) => Way::ForOne,
            // Codes are found sooner by one worker than what they stand for by several.
            None if gather.groups.has_given_codes() => Way::Anew,
            None => self.way_without_places(),
        };
        Ok((way, gather))
    }

    /// What some rows are grouped by, and what is added up of them.
    fn addends(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Addends> {
        context.meter.work(batch.length as u32)?;
        let keys = self.keys_of(batch, context)?;
        let mut arguments = SmallVec::with_capacity(self.calls.len());
        for (_, call) in &self.calls {
            let columns = call.arguments.iter().map(|argument| argument.column(batch, context));
            arguments.push(columns.collect::<Result<Arguments>>()?);
        }
        Ok(Addends { keys, arguments })
    }

    fn keys_of(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Batch> {
        let mut keys = Batch::of_length(batch.length);
        for (slot, expression) in &self.keys {
            keys.set(*slot, expression.column(batch, context)?);
        }
        Ok(keys)
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
        self.tally(rows.arguments.iter(), rows.keys.length, &numbers, gather, context)?;
        Ok(numbers)
    }

    /// Adds up rows that belong to those groups.
    fn tally(
        &self,
        arguments: impl Iterator<Item = impl Borrow<Arguments>>,
        length: usize,
        numbers: &Option<Vec<u32>>,
        gather: &mut Gather,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let count = gather.groups.count();
        gather.rows += length as u64;
        context.meter.rows(count as u64)?;
        for (((_, call), tally), arguments) in self.calls.iter().zip(&mut gather.tallies).zip(arguments) {
            gather.held += tally.add(call, arguments.borrow(), numbers, length, count, context)?;
        }
        Ok(())
    }

    /// Whether what several workers have added up of a group can be put together.
    fn is_mergeable(&self, gather: &Gather) -> bool {
        self.calls.iter().all(|(_, call)| call.mergeable)
            && gather.tallies.iter().all(|tally| tally.is_worth_merging(gather.rows))
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
            tally.merge(theirs, numbers.as_deref(), count, total, call, context)?;
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

impl Aggregate {
    /// The groups of all rows.
    fn output(&mut self, context: &mut Context<'_>) -> Result<&mut Output> {
        if self.output.is_none() {
            let batches = match self.spread.clone() {
                Some(spread) => self.gather_together(&spread, context)?,
                None => {
                    let mut gather = self.empty();
                    self.gather(&mut gather, context)?;
                    vec![self.finish(gather, context)?]
                }
            };
            self.output = Some(Output { batches: batches.into(), place: 0 });
        }
        Ok(self.output.get_or_insert_with(Output::default))
    }
}

impl Operator for Aggregate {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        Ok(self.output(context)?.next(BATCH * 4))
    }

    fn next_at_length(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        Ok(self.output(context)?.next(usize::MAX))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
        self.spread.iter().for_each(Spread::reset);
    }
}

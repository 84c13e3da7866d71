//! Groups that are nearly as many as the rows, or cannot be put together: each worker adds up the groups of its own keys.
//!
//! To put the groups of several workers together would take as long again as to find them. So workers first go through
//! parts of the input and deal the rows out by their keys; then each adds up what it got, from the first part to the
//! last. This goes on in rounds, as rows that are dealt out take room.

use super::deal::{Dealer, Lot};
use super::{Aggregate, Gather};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operator::Argument;
use crate::execute::parts::{Part, Queue, begin};
use crate::execute::spread::Spread;
use std::sync::Mutex;

/// Bytes of rows that one worker deals out in a round, where there is memory for them.
const ROUND: u64 = 64 << 20;

/// The groups of one worker, and where the first row of each stands.
pub struct Share {
    gather: Gather,
    firsts: Vec<(u32, u32)>,
}

/// What a worker has dealt out, by the worker whose groups these rows are of.
pub struct Dealt {
    lots: Vec<Vec<Lot>>,
    bytes: u64,
    /// Keys came in a form that they did not have before.
    turned: bool,
}

/// Shares that nobody has taken yet, and the rows that each gets next.
pub type Waiting = Mutex<Vec<(Share, Vec<Lot>)>>;

/// The finished groups of a share, and where the first row of each stands.
pub struct Finished {
    groups: Batch,
    firsts: Vec<(u32, u32)>,
    held: u64,
}

impl Dealt {
    fn new(workers: usize) -> Dealt {
        Dealt { lots: (0..workers).map(|_| Vec::new()).collect(), bytes: 0, turned: false }
    }
}

impl Aggregate {
    /// All groups, in the order of their first rows; nothing where keys change their form on the way.
    pub(super) fn deal_out(
        &mut self,
        spread: &Spread,
        queue: Queue,
        context: &mut Context<'_>,
    ) -> Result<Option<Batch>> {
        let workers = crew::workers(context);
        let new = |_| Share { gather: self.empty(), firsts: Vec::new() };
        let mut shares: Vec<Share> = (0..workers).map(new).collect();
        // The first rows tell in which form keys come.
        let (mut dealer, mut ahead) = (None, Vec::new());
        while dealer.is_none() && !queue.is_done() {
            ahead.push(self.deal_part(&mut dealer, &queue, &spread.argument, context)?);
        }
        let Some(dealer) = dealer else { return Ok(None) };
        loop {
            let own = |context: &mut Context<'_>| self.deal_parts(&dealer, &queue, &spread.argument, context);
            let another =
                |spread: &Spread, context: &mut Context<'_>| spread.lots_of_parts(&dealer, &queue, context);
            let (mine, others) = spread.share(&queue, context, own, another)?;
            let dealt: Vec<Dealt> = ahead.drain(..).chain([mine]).chain(others).collect();
            if dealt.iter().any(|dealt| dealt.turned) {
                let bytes = dealt.iter().map(|dealt| dealt.bytes).sum::<u64>();
                context.meter.release(bytes + shares.iter().map(|share| share.gather.held).sum::<u64>());
                return Ok(None);
            }
            shares = self.add_lots(spread, &queue, shares, dealt, context)?;
            if queue.is_done() {
                return self.put_together(spread, &queue, shares, context).map(Some);
            }
        }
    }

    /// Deals out the rows of the next part.
    fn deal_part(
        &mut self,
        dealer: &mut Option<Dealer>,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<Dealt> {
        let workers = crew::workers(context);
        let mut dealt = Dealt::new(workers);
        let Some(part) = queue.next() else { return Ok(dealt) };
        let (from, slots) = (part.range.start, self.slots());
        begin(&mut *self.input, argument, part, context);
        let keep = slots.iter().copied().collect();
        let mut before = 0;
        while let Some(batch) = self.input.next(context)? {
            if batch.length == 0 {
                continue;
            }
            let rows = self.addends(&batch, context)?;
            let dealer = dealer.get_or_insert_with(|| Dealer::new(workers, &rows.keys, &slots));
            let Some(by_worker) = dealer.deal(&rows.keys, &slots) else {
                dealt.turned = true;
                break;
            };
            for (lots, own) in dealt.lots.iter_mut().zip(by_worker).filter(|(_, own)| !own.is_empty()) {
                let rows = rows.gather(&own, &keep);
                let places = own.into_iter().map(|row| before + row).collect();
                let lot = Lot { part: from, places, rows };
                context.meter.hold(lot.bytes())?;
                dealt.bytes += lot.bytes();
                lots.push(lot);
            }
            before += batch.length as u32;
        }
        Ok(dealt)
    }

    /// Deals out the rows of the parts that the workers' queue gives out, up to a limit.
    pub fn deal_parts(
        &mut self,
        dealer: &Dealer,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<Dealt> {
        let mut dealer = Some(dealer.clone());
        let workers = crew::workers(context);
        let mut all = Dealt::new(workers);
        let room = ROUND.min(context.meter.budget().memory / 4 / workers as u64);
        while all.bytes < room && !all.turned && !queue.is_done() {
            let dealt = self.deal_part(&mut dealer, queue, argument, context)?;
            all.bytes += dealt.bytes;
            all.turned |= dealt.turned;
            all.lots.iter_mut().zip(dealt.lots).for_each(|(all, lots)| all.extend(lots));
        }
        Ok(all)
    }

    /// Adds up what has been dealt out, share by share.
    fn add_lots(
        &mut self,
        spread: &Spread,
        queue: &Queue,
        shares: Vec<Share>,
        dealt: Vec<Dealt>,
        context: &mut Context<'_>,
    ) -> Result<Vec<Share>> {
        let bytes = dealt.iter().map(|dealt| dealt.bytes).sum();
        let mut work: Vec<_> = shares.into_iter().map(|share| (share, Vec::new())).collect();
        for dealt in dealt {
            work.iter_mut().zip(dealt.lots).for_each(|((_, lots), more)| lots.extend(more));
        }
        work.iter_mut().for_each(|(_, lots)| lots.sort_by_key(|lot: &Lot| lot.part));
        let waiting = Mutex::new(work);
        let own = |context: &mut Context<'_>| self.take_lots(&waiting, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.sums_of_lots(&waiting, context);
        let (mine, others) = spread.share(queue, context, own, another)?;
        context.meter.release(bytes);
        Ok(std::iter::once(mine).chain(others).flatten().collect())
    }

    /// Adds up the rows of whatever shares wait.
    pub fn take_lots(&self, waiting: &Waiting, context: &mut Context<'_>) -> Result<Vec<Share>> {
        let mut done = Vec::new();
        while let Some((mut share, lots)) = next(waiting) {
            for lot in lots {
                // Of which part values are, is noted where their order matters.
                context.part = Some(Part { range: lot.part..lot.part, rows: None });
                self.take_lot(&mut share, lot, context)?;
            }
            done.push(share);
        }
        Ok(done)
    }

    fn take_lot(&self, share: &mut Share, lot: Lot, context: &mut Context<'_>) -> Result<()> {
        let Share { gather, firsts } = share;
        let (numbers, fresh) =
            gather.groups.sorted_out(&lot.rows.keys, &self.slots(), &mut gather.held, context)?;
        firsts.extend(fresh.iter().map(|row| (lot.part, lot.places[*row as usize])));
        self.tally(&lot.rows, &Some(numbers), gather, context)
    }

    /// The groups of all shares in the order of their first rows.
    fn put_together(
        &mut self,
        spread: &Spread,
        queue: &Queue,
        shares: Vec<Share>,
        context: &mut Context<'_>,
    ) -> Result<Batch> {
        let waiting = Mutex::new(shares.into_iter().map(|share| (share, Vec::new())).collect());
        let own = |context: &mut Context<'_>| self.finish_shares(&waiting, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.groups_of_lots(&waiting, context);
        let (mine, others) = spread.share(queue, context, own, another)?;
        let mut finished: Vec<Finished> = std::iter::once(mine).chain(others).flatten().collect();
        let held = finished.iter().map(|share| share.held).sum();
        context.meter.release(held);
        let firsts = (0..).zip(&finished);
        let mut order: Vec<_> =
            firsts.flat_map(|(share, one)| one.firsts.iter().map(move |first| (*first, share))).collect();
        context.meter.rows(order.len() as u64)?;
        // Those of each share are in order: they are only merged.
        order.sort_by_key(|(first, _)| *first);
        let order: Vec<usize> = order.into_iter().map(|(_, share)| share).collect();
        let mut all = Batch::of_length(order.len());
        let slots: Vec<Slot> = finished.iter().flat_map(|share| share.groups.slots()).collect();
        for slot in slots {
            let columns: Vec<_> =
                finished.iter_mut().map(|share| (share.groups.take(slot), share.groups.length)).collect();
            if columns.iter().any(|(column, _)| !matches!(column, Column::Absent)) {
                all.set(slot, Column::interleaved(columns, &order));
            }
        }
        Ok(all)
    }

    /// The groups of whatever shares wait.
    pub fn finish_shares(&self, waiting: &Waiting, context: &mut Context<'_>) -> Result<Vec<Finished>> {
        let mut done = Vec::new();
        while let Some((Share { mut gather, firsts }, _)) = next(waiting) {
            // Held by the statement, and not by this worker.
            let held = std::mem::take(&mut gather.held);
            done.push(Finished { groups: self.finish(gather, context)?, firsts, held });
        }
        Ok(done)
    }
}

fn next(waiting: &Waiting) -> Option<(Share, Vec<Lot>)> {
    waiting.lock().ok()?.pop()
}

//! Groups that are very many, or cannot be put together: rows are dealt out by their keys to shares, each of which is
//! added up by one worker at a time.
//!
//! To put the groups of several workers together would take as long again as to find them. So workers first go through
//! parts of the input and deal the rows out; then they add up share after share, each from the first part to the last.
//! This goes on in rounds, as rows that are dealt out take room.
//!
//! Where keys are told as places there are so many shares that the groups of one stay in the memory next to a processor.
//! To go to groups that lie anywhere takes longer than to deal rows out, so that this is worth it for one worker as well.

use super::chunk::Lot;
use super::deal::Dealer;
use super::opened::{Finished, Opened, in_order};
use super::worth::Expected;
use super::{Addends, Aggregate, Gather, Joined};
use crate::base::{Kept, Result};
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operator::Argument;
use crate::execute::parts::{Part, Queue, begin};
use crate::execute::spread::Spread;
use std::sync::Mutex;

/// Bytes of rows that one worker deals out in a round, where there is memory for them.
const ROUND: u64 = 64 << 20;

/// So many rows are dealt out at once, where a part has them.
const DEALT: usize = 1 << 15;

/// Some of all groups, and where each was opened.
pub struct Share {
    number: usize,
    gather: Gather,
    opened: Opened,
}

/// What a worker has dealt out, by share.
#[derive(Default)]
pub struct Dealt {
    lots: Vec<Vec<Lot>>,
    bytes: u64,
    /// Keys came in a form that they did not have before.
    turned: bool,
}

/// Shares that nobody has taken yet, and the rows that each gets next.
pub type Waiting = Mutex<Kept<(Share, Vec<Lot>)>>;

impl Dealt {
    /// Takes in what was dealt out after it.
    fn extend(&mut self, more: Dealt) {
        self.bytes += more.bytes;
        self.turned |= more.turned;
        self.lots.resize_with(self.lots.len().max(more.lots.len()), Vec::new);
        self.lots.iter_mut().zip(more.lots).for_each(|(lots, more)| lots.extend(more));
    }
}

impl Aggregate {
    /// All groups; nothing where keys change their form on the way.
    pub(super) fn deal_out(
        &mut self,
        spread: &Spread,
        queue: Queue,
        places: Option<Expected>,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<Batch>>> {
        let workers = crew::workers(context);
        let tables = places.as_ref().map_or(0, Expected::tables);
        context.meter.hold(tables)?;
        let mut dealer = places.map(|expected| Dealer::by_places(expected, workers));
        // The first rows tell in which form keys come.
        let mut ahead = Vec::new();
        while dealer.is_none() && !queue.is_done() {
            ahead.push(self.deal_part(&mut dealer, &queue, &spread.argument, context)?);
        }
        let Some(dealer) = dealer else { return Ok(None) };
        let new = |(number, groups)| Share {
            number,
            gather: Gather { groups, ..self.empty() },
            opened: Opened::default(),
        };
        let mut shares: Vec<Share> = dealer.shares().into_iter().enumerate().map(new).collect();
        loop {
            let own = |context: &mut Context<'_>| self.deal_parts(&dealer, &queue, &spread.argument, context);
            let another =
                |spread: &Spread, context: &mut Context<'_>| spread.lots_of_parts(&dealer, &queue, context);
            let (mine, others) = spread.share(&queue, context, own, another)?;
            let dealt: Vec<Dealt> = ahead.drain(..).chain([mine]).chain(others).collect();
            if dealt.iter().any(|dealt| dealt.turned) {
                let bytes = tables + dealt.iter().map(|dealt| dealt.bytes).sum::<u64>();
                context.meter.release(bytes + shares.iter().map(|share| share.gather.held).sum::<u64>());
                return Ok(None);
            }
            shares = self.add_lots(spread, &queue, shares, dealt, context)?;
            if queue.is_done() {
                let groups = self.put_together(spread, &queue, shares, context)?;
                context.meter.release(tables);
                return Ok(Some(groups));
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
        let mut dealt = Dealt::default();
        let Some(part) = queue.next() else { return Ok(dealt) };
        let from = part.range.start;
        begin(&mut *self.input, argument, part, context);
        let (mut joined, mut before) = (Joined::default(), 0);
        while let Some(batch) = self.input.next(context)? {
            if batch.length > 0 {
                joined.append(self.addends(&batch, context)?);
            }
            if joined.length() >= DEALT {
                let rows = std::mem::take(&mut joined).finish();
                dealt.extend(self.deal_rows(dealer, rows, (from, &mut before), context)?);
            }
            if dealt.turned {
                return Ok(dealt);
            }
        }
        if joined.length() > 0 {
            dealt.extend(self.deal_rows(dealer, joined.finish(), (from, &mut before), context)?);
        }
        Ok(dealt)
    }

    /// Deals out rows of a part, after others of it.
    fn deal_rows(
        &self,
        dealer: &mut Option<Dealer>,
        rows: Addends,
        (part, before): (u32, &mut u32),
        context: &mut Context<'_>,
    ) -> Result<Dealt> {
        let slots = self.slots();
        let workers = crew::workers(context);
        let dealer = dealer.get_or_insert_with(|| Dealer::by_hashes(workers, &rows.keys, &slots));
        let length = rows.keys.length as u32;
        let Some(lots) = dealer.deal(rows, &slots, (part, *before), context)? else {
            return Ok(Dealt { turned: true, ..Dealt::default() });
        };
        *before += length;
        let bytes = lots.iter().map(Lot::bytes).sum();
        context.meter.hold(bytes)?;
        let lots = lots.into_iter().map(|lot| if lot.length() > 0 { vec![lot] } else { Vec::new() });
        Ok(Dealt { lots: lots.collect(), bytes, turned: false })
    }

    /// Deals out the rows of the parts that the workers' queue gives out, up to a limit.
    pub fn deal_parts(
        &mut self,
        dealer: &Dealer,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<Dealt> {
        let workers = crew::workers(context);
        context.remembers = dealer.needs_codes();
        let (mut dealer, mut all) = (Some(dealer.clone()), Dealt::default());
        let room = ROUND.min(context.meter.budget().memory / 4 / workers as u64);
        while all.bytes < room && !all.turned && !queue.is_done() {
            all.extend(self.deal_part(&mut dealer, queue, argument, context)?);
        }
        context.remembers = false;
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
        let mut work = without_lots(shares);
        for dealt in dealt {
            work.iter_mut().zip(dealt.lots).for_each(|((_, lots), more)| lots.extend(more));
        }
        work.iter_mut().for_each(|(_, lots)| lots.sort_by_key(Lot::part));
        let waiting = Mutex::new(work);
        let own = |context: &mut Context<'_>| self.take_lots(&waiting, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.sums_of_lots(&waiting, context);
        let (mine, others) = spread.share(queue, context, own, another)?;
        context.meter.release(bytes);
        let mut shares: Vec<Share> = std::iter::once(mine).chain(others).flatten().collect();
        shares.sort_by_key(|share| share.number);
        Ok(shares)
    }

    /// Adds up the rows of whatever shares wait.
    pub fn take_lots(&self, waiting: &Waiting, context: &mut Context<'_>) -> Result<Vec<Share>> {
        let mut done = Kept::from(Vec::new());
        context.alone = true;
        while let Some((share, lots)) = next(waiting) {
            done.push(share);
            let Some(share) = done.last_mut() else { break };
            for lot in lots {
                // Of which part values are, is noted where their order matters.
                context.part = Some(Part { range: lot.part()..lot.part(), rows: None });
                self.take_lot(share, lot, context)?;
            }
        }
        context.alone = false;
        Ok(done.take())
    }

    fn take_lot(&self, share: &mut Share, lot: Lot, context: &mut Context<'_>) -> Result<()> {
        context.meter.work(lot.length() as u32)?;
        let Share { gather, opened, .. } = share;
        let (slots, held) = (self.slots(), &mut gather.held);
        let (numbers, fresh) = match lot.places() {
            Some(places) => gather.groups.at_places(places, lot.keys(), &slots, held, context)?,
            None => gather.groups.sorted_out(lot.keys(), &slots, held, context)?,
        };
        opened.note(lot.part(), fresh.iter().map(|row| lot.number(*row)));
        self.tally(lot.arguments().iter(), lot.length(), &Some(numbers), gather, context)
    }

    /// Groups may come in any order.
    pub fn in_any_order(self) -> Aggregate {
        Aggregate { any_order: true, ..self }
    }

    /// The groups of all shares, in the order of their first rows if that is asked.
    fn put_together(
        &mut self,
        spread: &Spread,
        queue: &Queue,
        shares: Vec<Share>,
        context: &mut Context<'_>,
    ) -> Result<Vec<Batch>> {
        let waiting = Mutex::new(without_lots(shares));
        let own = |context: &mut Context<'_>| self.finish_shares(&waiting, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.groups_of_lots(&waiting, context);
        let (mine, others) = spread.share(queue, context, own, another)?;
        let mut finished: Vec<Finished> = std::iter::once(mine).chain(others).flatten().collect();
        let held = finished.iter().map(|share| share.held).sum();
        context.meter.release(held);
        if !self.any_order {
            return in_order(&Kept::from(finished), context);
        }
        // Always the same, whoever was done first.
        finished.sort_by_key(|share| share.number);
        let groups: Vec<Batch> = finished.into_iter().map(|share| share.groups).collect();
        context.meter.rows(groups.iter().map(|share| share.length as u64).sum())?;
        Ok(groups)
    }

    /// The groups of whatever shares wait.
    pub fn finish_shares(&self, waiting: &Waiting, context: &mut Context<'_>) -> Result<Vec<Finished>> {
        let mut done = Kept::from(Vec::new());
        context.alone = true;
        while let Some((Share { number, mut gather, opened }, _)) = next(waiting) {
            context.meter.work(gather.groups.count() as u32)?;
            // Held by the statement, and not by this worker.
            let held = std::mem::take(&mut gather.held);
            done.push(Finished { number, groups: self.finish(gather, context)?, opened, held });
        }
        context.alone = false;
        Ok(done.take())
    }
}

fn without_lots(shares: Vec<Share>) -> Kept<(Share, Vec<Lot>)> {
    shares.into_iter().map(|share| (share, Vec::new())).collect::<Vec<_>>().into()
}

fn next(waiting: &Waiting) -> Option<(Share, Vec<Lot>)> {
    waiting.lock().ok()?.pop()
}

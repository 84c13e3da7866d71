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
use super::{Addends, Aggregate, Gather, Joined};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operator::Argument;
use crate::execute::operators::groups::Places;
use crate::execute::parts::{Part, Queue, begin};
use crate::execute::spread::Spread;
use std::sync::Mutex;

/// Bytes of rows that one worker deals out in a round, where there is memory for them.
const ROUND: u64 = 64 << 20;

/// So many rows are dealt out at once, where a part has them.
const DEALT: usize = 1 << 15;

/// Some of all groups, and where the first row of each stands.
pub struct Share {
    number: usize,
    gather: Gather,
    firsts: Vec<(u32, u32)>,
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
pub type Waiting = Mutex<Vec<(Share, Vec<Lot>)>>;

/// The finished groups of a share, and where the first row of each stands.
pub struct Finished {
    groups: Batch,
    firsts: Vec<(u32, u32)>,
    held: u64,
}

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
    /// All groups, in the order of their first rows; nothing where keys change their form on the way.
    pub(super) fn deal_out(
        &mut self,
        spread: &Spread,
        queue: Queue,
        places: Option<Places>,
        context: &mut Context<'_>,
    ) -> Result<Option<Batch>> {
        let workers = crew::workers(context);
        let mut dealer = places.map(|places| Dealer::by_places(places, workers));
        // The first rows tell in which form keys come.
        let mut ahead = Vec::new();
        while dealer.is_none() && !queue.is_done() {
            ahead.push(self.deal_part(&mut dealer, &queue, &spread.argument, context)?);
        }
        let Some(dealer) = dealer else { return Ok(None) };
        let new = |(number, groups)| Share {
            number,
            gather: Gather { groups, ..self.empty() },
            firsts: Vec::new(),
        };
        let mut shares: Vec<Share> = dealer.shares().into_iter().enumerate().map(new).collect();
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
        let Some(chunk) = dealer.deal(rows, &slots, (part, *before), context)? else {
            return Ok(Dealt { turned: true, ..Dealt::default() });
        };
        *before += length;
        let bytes = chunk.bytes();
        context.meter.hold(bytes)?;
        let lots = chunk.lots().into_iter().map(|lot| if lot.length() > 0 { vec![lot] } else { Vec::new() });
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
        let mut dealer = Some(dealer.clone());
        let workers = crew::workers(context);
        let mut all = Dealt::default();
        let room = ROUND.min(context.meter.budget().memory / 4 / workers as u64);
        while all.bytes < room && !all.turned && !queue.is_done() {
            all.extend(self.deal_part(&mut dealer, queue, argument, context)?);
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
        let mut done = Vec::new();
        while let Some((mut share, lots)) = next(waiting) {
            for lot in lots {
                // Of which part values are, is noted where their order matters.
                context.part = Some(Part { range: lot.part()..lot.part(), rows: None });
                self.take_lot(&mut share, lot, context)?;
            }
            done.push(share);
        }
        Ok(done)
    }

    fn take_lot(&self, share: &mut Share, lot: Lot, context: &mut Context<'_>) -> Result<()> {
        let Share { gather, firsts, .. } = share;
        let (slots, held) = (self.slots(), &mut gather.held);
        let keep = slots.iter().copied().collect();
        let (numbers, fresh) = match lot.places() {
            Some(places) => {
                gather.groups.at_places(places, |fresh| lot.keys_of(fresh, &keep), held, context)?
            }
            None => gather.groups.sorted_out(&lot.keys(&keep), &slots, held, context)?,
        };
        firsts.extend(fresh.iter().map(|row| (lot.part(), lot.number(*row))));
        self.tally(lot.arguments(), lot.length(), &Some(numbers), gather, context)
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
        let order = order_of(finished.iter().map(|share| share.firsts.as_slice()).collect());
        context.meter.rows(order.len() as u64)?;
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
        while let Some((Share { mut gather, firsts, .. }, _)) = next(waiting) {
            // Held by the statement, and not by this worker.
            let held = std::mem::take(&mut gather.held);
            done.push(Finished { groups: self.finish(gather, context)?, firsts, held });
        }
        Ok(done)
    }
}

/// The share of each group, in the order of their first rows. Those of each share are in that order.
fn order_of(mut shares: Vec<&[(u32, u32)]>) -> Vec<usize> {
    let mut order = Vec::with_capacity(shares.iter().map(|firsts| firsts.len()).sum());
    let next = |shares: &[&[(u32, u32)]]| {
        shares.iter().filter_map(|firsts| firsts.first()).map(|first| first.0).min()
    };
    // No two groups have the same first row: in each part, a bit for each that is one tells how many come before.
    let (mut bits, mut before): (Vec<u64>, Vec<usize>) = (Vec::new(), Vec::new());
    while let Some(part) = next(&shares) {
        let in_part = |firsts: &&mut &[(u32, u32)]| firsts.partition_point(|first| first.0 == part);
        let of_part: Vec<&[(u32, u32)]> = shares
            .iter_mut()
            .map(|firsts| {
                let (here, later) = firsts.split_at(in_part(&firsts));
                *firsts = later;
                here
            })
            .collect();
        bits.clear();
        for (_, row) in of_part.iter().copied().flatten() {
            let word = *row as usize / 64;
            if bits.len() <= word {
                bits.resize(word + 1, 0);
            }
            bits[word] |= 1 << (row % 64);
        }
        before.clear();
        let mut count = order.len();
        for word in &bits {
            before.push(count);
            count += word.count_ones() as usize;
        }
        order.resize(count, 0);
        for (share, firsts) in of_part.iter().enumerate() {
            for (_, row) in firsts.iter() {
                let word = *row as usize / 64;
                let lower = bits[word] & ((1 << (row % 64)) - 1);
                order[before[word] + lower.count_ones() as usize] = share;
            }
        }
    }
    order
}

fn next(waiting: &Waiting) -> Option<(Share, Vec<Lot>)> {
    waiting.lock().ok()?.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_all_shares_come_in_the_order_of_their_first_rows() {
        let shares: [&[(u32, u32)]; 4] =
            [&[(0, 1), (0, 200), (256, 0)], &[(0, 0), (0, 63), (0, 64)], &[], &[(256, 7), (900, 3)]];
        assert_eq!(order_of(shares.to_vec()), [1, 0, 1, 1, 0, 0, 3, 3]);
        assert_eq!(order_of(vec![&[], &[]]), [0usize; 0]);
    }
}

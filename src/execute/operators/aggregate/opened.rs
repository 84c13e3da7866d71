//! Groups of several shares in the order in which one worker would have found them.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Where the groups of a share were opened: in which row of its part each was, and where those of each part end.
#[derive(Default)]
pub struct Opened {
    rows: Vec<u32>,
    parts: Vec<(u32, usize)>,
}

/// The finished groups of a share, and where they were opened.
pub struct Finished {
    /// The number of the share.
    pub number: usize,
    pub groups: Batch,
    pub opened: Opened,
    pub held: u64,
}

/// So many groups are put in order at once.
const AT_ONCE: usize = 1 << 14;

impl Opened {
    /// Notes the rows of a part that open groups, after those of earlier parts.
    pub fn note(&mut self, part: u32, rows: impl Iterator<Item = u32>) {
        self.rows.extend(rows);
        let all = self.rows.len();
        match self.parts.last_mut().filter(|(last, _)| *last == part) {
            Some((_, end)) => *end = all,
            None => self.parts.push((part, all)),
        }
    }

    /// How many groups were opened in parts before one.
    fn before(&self, part: u32) -> usize {
        let earlier = self.parts.partition_point(|(own, _)| *own < part);
        earlier.checked_sub(1).and_then(|last| self.parts.get(last)).map_or(0, |(_, end)| *end)
    }

    /// The rows of a part that opened one.
    fn rows_of(&self, part: u32) -> &[u32] {
        self.rows.get(self.within(&(part..part + 1))).unwrap_or(&[])
    }

    /// The groups that were opened in some parts.
    fn within(&self, parts: &Range<u32>) -> Range<usize> {
        self.before(parts.start)..self.before(parts.end)
    }
}

/// The groups of all shares.
pub fn in_order(shares: &[Finished], context: &mut Context<'_>) -> Result<Vec<Batch>> {
    let mut by_part: BTreeMap<u32, usize> = BTreeMap::new();
    for share in shares {
        let mut begin = 0;
        for (part, end) in &share.opened.parts {
            *by_part.entry(*part).or_default() += end - std::mem::replace(&mut begin, *end);
        }
    }
    context.meter.rows(by_part.values().sum::<usize>() as u64)?;
    // Parts that are put in order together, and how many groups are opened in each.
    let mut stretches: Vec<(Vec<u32>, usize)> = Vec::new();
    for (part, count) in by_part {
        match stretches.last_mut().filter(|(_, known)| *known < AT_ONCE) {
            Some((parts, known)) => {
                parts.push(part);
                *known += count;
            }
            None => stretches.push((vec![part], count)),
        }
    }
    let slots: BTreeSet<Slot> = shares.iter().flat_map(|share| share.groups.slots()).collect();
    crew::each(stretches.len(), 2, context, |stretch, meter| {
        let Some((parts, count)) = stretches.get(stretch) else { return Ok(Batch::of_length(0)) };
        meter.work(*count as u32)?;
        let all = parts.first().copied().unwrap_or(0)..parts.last().map_or(0, |last| last + 1);
        let mut pieces: Vec<Batch> =
            shares.iter().map(|share| share.groups.slice(share.opened.within(&all))).collect();
        let mut order = Vec::with_capacity(*count);
        for part in parts {
            meter.check()?;
            let rows = shares.iter().map(|share| share.opened.rows_of(*part));
            put_in_order(&rows.collect::<Vec<&[u32]>>(), &mut order);
        }
        let mut batch = Batch::of_length(order.len());
        for slot in &slots {
            meter.check()?;
            let columns = pieces.iter_mut().map(|piece| (piece.take(*slot), piece.length)).collect();
            batch.set(*slot, Column::interleaved(columns, &order));
        }
        Ok(batch)
    })
}

/// Adds the share of each group that was opened in a part, in the order of the rows that did. No two have the same.
fn put_in_order(shares: &[&[u32]], order: &mut Vec<usize>) {
    // A bit for each row that opened one tells how many were opened before.
    let last = shares.iter().filter_map(|rows| rows.last()).max().map_or(0, |last| *last as usize + 1);
    let mut bits = vec![0u64; last.div_ceil(64)];
    for row in shares.iter().copied().flatten() {
        if let Some(word) = bits.get_mut(*row as usize / 64) {
            *word |= 1 << (row % 64);
        }
    }
    let mut count = order.len();
    let mut before = Vec::with_capacity(bits.len());
    for word in &bits {
        before.push(count);
        count += word.count_ones() as usize;
    }
    order.resize(count, 0);
    for (share, rows) in shares.iter().enumerate() {
        for row in rows.iter() {
            let word = *row as usize / 64;
            let lower = bits[word] & ((1 << (row % 64)) - 1);
            order[before[word] + lower.count_ones() as usize] = share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_a_part_come_in_the_order_of_their_rows() {
        let mut order = vec![9];
        put_in_order(&[&[1, 200], &[0, 63, 64], &[], &[7]], &mut order);
        assert_eq!(order, [9, 1, 0, 3, 1, 1, 0]);
        put_in_order(&[&[], &[]], &mut order);
        assert_eq!(order.len(), 7);
    }

    #[test]
    fn what_was_opened_is_found_by_part() {
        let mut opened = Opened::default();
        opened.note(3, [5, 6].into_iter());
        opened.note(3, [9].into_iter());
        opened.note(20, [0].into_iter());
        assert_eq!([0, 3, 4, 20, 21].map(|part| opened.before(part)), [0, 0, 3, 3, 4]);
        assert_eq!(opened.within(&(4..21)), 3..4);
    }
}

//! The parts of shared work: ranges of node ids, or of rows that were gathered before.
//!
//! Workers take them from a queue one by one, until none is left.

use super::batch::Batch;
use super::context::Context;
use super::evaluate::Compiled;
use super::operator::{Argument, Operator};
use super::operators::unwind::Items;
use crate::base::{Class, Report, Result, free_rows};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Statements that take less time stay with one worker.
const SHORT: Duration = Duration::from_millis(2);

/// What the time of the first parts says about that of the others is believed after so much of it.
const GLIMPSE: Duration = Duration::from_micros(250);

/// One part.
#[derive(Clone)]
pub struct Part {
    /// The ids of nodes, or the numbers of rows or of elements of a list.
    pub range: Range<u32>,
    /// The rows that are numbered, where they are; or those that each node or element goes with.
    pub rows: Option<Arc<Gathered>>,
}

impl Part {
    /// The elements of a list, and which of them belong to the part.
    pub fn items(&self) -> Option<(Items, Range<u64>)> {
        let Listed { items, each } = self.rows.as_ref()?.items.as_ref()?;
        let place = |number: u32| (u64::from(number) * each).min(items.count());
        Some((items.clone(), place(self.range.start)..place(self.range.end)))
    }

    /// The rows that nodes or elements of the part go with.
    pub fn rows_of_all(&self) -> Range<u32> {
        match self.each() {
            None => 0..1,
            Some(each) => self.range.start / each.numbers()..self.range.end.div_ceil(each.numbers()),
        }
    }

    /// The ids that the part has of those that go with one of its rows, counted from the first.
    pub fn ids_of(&self, row: u32) -> Range<u32> {
        let Some(each) = self.each() else { return self.range.clone() };
        let begin = (self.rows_of_all().start + row) * each.numbers();
        let id = |number: u32| {
            let ids = number.clamp(begin, begin + each.numbers()) - begin;
            each.ids.start + ids.saturating_mul(each.alike).min(each.ids.len() as u32)
        };
        id(self.range.start)..id(self.range.end)
    }

    fn each(&self) -> Option<&Each> {
        self.rows.as_ref()?.each.as_ref()
    }
}

/// The ids of nodes that go with each of some rows, so many of which have one number.
struct Each {
    ids: Range<u32>,
    alike: u32,
}

impl Each {
    /// The numbers that the ids of one row have.
    fn numbers(&self) -> u32 {
        (self.ids.len() as u32).div_ceil(self.alike).max(1)
    }
}

/// The elements of a list, so many of which have one number.
struct Listed {
    items: Items,
    each: u64,
}

/// Begins one part of the work of a chain.
pub fn begin(chain: &mut dyn Operator, argument: &Argument, part: Part, context: &mut Context<'_>) {
    context.part = Some(part);
    chain.reset();
    argument.put(Batch::of_length(1));
}

/// Rows that all workers read, numbered from 0.
#[derive(Default)]
pub struct Gathered {
    /// Each with the number of its first row.
    batches: Vec<(u32, Batch)>,
    count: u32,
    held: u64,
    /// The elements that go with the only row, where parts are parts of a list.
    items: Option<Listed>,
    /// The nodes that go with each row, where parts are of these and rows are several.
    each: Option<Each>,
}

impl Gathered {
    /// All rows of an operator.
    pub fn of(operator: &mut dyn Operator, context: &mut Context<'_>) -> Result<Gathered> {
        let mut gathered = Gathered::default();
        while let Some(batch) = operator.next_at_length(context)? {
            if batch.length == 0 {
                continue;
            }
            let bytes = batch.bytes();
            context.meter.hold(bytes)?;
            gathered.held += bytes;
            let first = gathered.count;
            let count = u32::try_from(batch.length).ok().and_then(|more| first.checked_add(more));
            gathered.count = count.ok_or_else(too_many)?;
            gathered.batches.push((first, batch));
        }
        Ok(gathered)
    }

    /// What an expression lists for the only row, and how many numbers that has.
    pub fn listed(mut self, list: &Compiled, context: &mut Context<'_>) -> Result<(Gathered, u32)> {
        let row = self.beginning(&(0..1)).unwrap_or_default();
        let items = Items::of_all(list, &row, context)?;
        let (count, each) = (items.count(), items.count() / u64::from(u32::MAX) + 1);
        self.items = Some(Listed { items, each });
        Ok((self, count.div_ceil(each) as u32))
    }

    /// The rows from the beginning of a range to its end, or to the end of the batch in which it begins.
    pub fn beginning(&self, range: &Range<u32>) -> Option<Batch> {
        let after = self.batches.partition_point(|(first, _)| *first <= range.start);
        let (first, batch) = self.batches.get(after.checked_sub(1)?)?;
        let rows = (range.start - first) as usize..batch.length.min((range.end - first) as usize);
        match rows.len() == batch.length {
            true => Some(batch.clone()),
            false => (!rows.is_empty()).then(|| batch.slice(rows)),
        }
    }
}

impl Drop for Gathered {
    fn drop(&mut self) {
        free_rows(std::mem::take(&mut self.batches), self.count as usize);
    }
}

fn too_many() -> Box<Report> {
    let message = format!("more than {} rows come between two steps", u32::MAX);
    Report::new(Class::Limit, "limit.rows", message).help("Narrow the question, or add `LIMIT`.")
}

/// What nobody has taken, given out part by part. The first parts are short, so that it is known early how long the
/// work takes; each is twice as long as the one before, up to a limit. Where they end does not depend on time, and so
/// neither does the order of the rows.
pub struct Queue {
    /// The number of the part that comes next.
    next: AtomicU32,
    range: Range<u32>,
    rows: Option<Arc<Gathered>>,
    /// How long the first part is.
    first: u32,
    /// How often parts become twice as long, and in the end half as long again.
    doublings: u32,
    halvings: u32,
    /// Some worker has failed.
    stopped: AtomicBool,
    /// Some worker has found that the work is better shared in another way, which is tried once.
    turned: AtomicBool,
    may_turn: bool,
    begun: Instant,
}

/// How many short parts are looked at ahead.
const SAMPLES: u64 = 16;

/// One part in so many of the work may be done at once, however short it seems.
const MOST_AT_ONCE: u32 = 4;

/// The most that the first part has; and where nobody knows how far each of its nodes or rows leads.
const FIRST_PART: u32 = 256;
const FIRST_FAR: u32 = 4;

impl Queue {
    /// The nodes between two ids.
    pub fn over(ids: Range<u32>) -> Queue {
        Queue::new(ids, None)
    }

    /// All rows that were gathered.
    pub fn over_rows(rows: Arc<Gathered>) -> Queue {
        Queue::new(0..rows.count, Some(rows))
    }

    /// The elements of a list by their numbers, for the only row that was gathered.
    pub fn over_a_row(elements: Range<u32>, row: Arc<Gathered>) -> Queue {
        Queue::new(elements, Some(row))
    }

    /// The nodes between two ids for each row that was gathered, row after row.
    pub fn over_nodes(ids: Range<u32>, mut rows: Gathered) -> Queue {
        if rows.count == 1 {
            return Queue::new(ids, Some(Arc::new(rows)));
        }
        let all = ids.len() as u64 * u64::from(rows.count);
        let each = Each { ids, alike: (all / u64::from(u32::MAX / 2) + 1) as u32 };
        let numbers = each.numbers() * rows.count;
        rows.each = Some(each);
        Queue::new(0..numbers, Some(Arc::new(rows)))
    }

    /// The same from the beginning, shared in another way.
    pub fn anew(&self) -> Queue {
        let (first, doublings, halvings) = (self.first, self.doublings, self.halvings);
        let queue = Queue::new(self.range.clone(), self.rows.clone());
        Queue { first, doublings, halvings, may_turn: false, ..queue }
    }

    /// The same where few nodes or rows may lead to very many: old laws are cited far more than others. Parts are shorter
    /// at first, and become short again at the end, so that no worker is left with long work.
    pub fn far(self) -> Queue {
        let more = (self.first / FIRST_FAR).max(1).ilog2();
        let doublings = self.doublings + more;
        Queue { first: self.first >> more, doublings, halvings: doublings, ..self }
    }

    fn new(range: Range<u32>, rows: Option<Arc<Gathered>>) -> Queue {
        let count = range.len() as u32;
        let first = (count / 128).clamp(1, FIRST_PART);
        // Where there are few, each may be long work.
        let longest = (count / 128).clamp((count / 16).clamp(first, 2048), 65_536);
        Queue {
            next: AtomicU32::new(0),
            range,
            rows,
            first,
            doublings: (longest / first).ilog2(),
            halvings: 0,
            stopped: AtomicBool::new(false),
            turned: AtomicBool::new(false),
            may_turn: true,
            begun: Instant::now(),
        }
    }

    /// Ends the work, so that it is begun anew in another way; not more than once.
    pub fn turn(&self) {
        self.turned.fetch_or(self.may_turn, Ordering::Relaxed);
        self.stop_if(self.may_turn);
    }

    pub fn has_turned(&self) -> bool {
        self.turned.load(Ordering::Relaxed)
    }

    pub fn stop_if(&self, failed: bool) {
        self.stopped.fetch_or(failed, Ordering::Relaxed);
    }

    /// Whether what is left takes so long that it is worth to be shared: it has been going on for long, or will at the
    /// rate of what is done.
    pub fn is_long(&self) -> bool {
        let spent = self.begun.elapsed();
        self.done() < 1.0 && (spent > SHORT || (spent > GLIMPSE && self.left() > SHORT * 2))
    }

    /// How long it will be going on, at the rate of what is done.
    pub fn left(&self) -> Duration {
        let done = self.done();
        self.begun.elapsed().mul_f64((1.0 - done) / done)
    }

    /// The share of the work that was given out, above 0 and up to 1.
    pub fn done(&self) -> f64 {
        let given = self.beginning(self.next.load(Ordering::Relaxed)) - self.range.start;
        f64::from(given.max(1)) / f64::from((self.range.end - self.range.start).max(1))
    }

    /// Leaves the work when all of it is done: what was booked for the rows is free again.
    pub fn leave(&self, context: &mut Context<'_>) {
        context.part = None;
        context.meter.release(self.rows.as_ref().map_or(0, |rows| rows.held));
    }

    /// How long it has been going on.
    pub fn spent(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
            || self.beginning(self.next.load(Ordering::Relaxed)) == self.range.end
    }

    pub fn next(&self) -> Option<Part> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        // A few takers beyond the last part do not make the counter run over.
        let part = self.next.fetch_add(1, Ordering::Relaxed);
        let range = self.beginning(part)..self.beginning(part.saturating_add(1));
        (!range.is_empty()).then(|| Part { range, rows: self.rows.clone() })
    }

    /// The next part while one worker is alone: as many parts as have been given out are one, where all that is left
    /// seems to take no time, so that short work is done in few steps.
    pub fn next_alone(&self) -> Option<Part> {
        let (first, mut part) = (self.next.load(Ordering::Relaxed), self.next()?);
        let most = (part.range.start - self.range.start).min(self.length() / MOST_AT_ONCE);
        if part.range.len() < most as usize && self.left() < GLIMPSE {
            let fits = |next: &u32| self.beginning(next + 1) - part.range.start <= most;
            let more =
                (first + 1..).take_while(fits).take_while(|next| self.beginning(*next) < self.range.end);
            let next = more.last().map_or(first + 1, |last| last + 1);
            self.next.store(next, Ordering::Relaxed);
            part.range.end = self.beginning(next);
        }
        Some(part)
    }

    /// Short parts from everywhere, which are given out nevertheless.
    pub fn samples(&self) -> impl Iterator<Item = Part> {
        let count = u64::from(self.range.end - self.range.start);
        let each = (count / (SAMPLES * 128)).clamp(1, 32).min(count) as u32;
        let (start, rows) = (self.range.start, self.rows.clone());
        (0..SAMPLES).map(move |sample| {
            let begin = start + (count * (2 * sample + 1) / (2 * SAMPLES)) as u32;
            Part { range: begin..begin + each.min(start + count as u32 - begin), rows: rows.clone() }
        })
    }

    /// How many ids or rows there are in all.
    pub fn length(&self) -> u32 {
        self.range.end - self.range.start
    }

    /// Where the first part begins.
    pub fn begins(&self) -> u32 {
        self.range.start
    }

    /// Where a part begins.
    fn beginning(&self, part: u32) -> u32 {
        let (first, longest) = (u64::from(self.first), u64::from(self.first) << self.doublings);
        let up = part.min(self.doublings);
        let before_long = first * ((1 << up) - 1);
        // What the short ones at the end have, behind the last of the long ones, which has what is left.
        let after_long = longest - (longest >> self.halvings);
        let all_long = u64::from(self.length()) - after_long;
        let long = (all_long - before_long.min(all_long)).div_ceil(longest).min(u64::from(part - up));
        let down = (u64::from(part - up) - long).min(u64::from(self.halvings));
        let from = (before_long + long * longest).min(all_long) + longest - (longest >> down);
        self.range.start + from as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another_and_leave_nothing_out() {
        let ranges = [0..0, 5..6, 0..100, 7..1000, 0..8192, 3..1_000_000, 0..u32::MAX];
        for (range, far) in ranges.into_iter().flat_map(|range| [(range.clone(), false), (range, true)]) {
            let queue = Queue::over(range.clone());
            let queue = if far { queue.far() } else { queue };
            let mut at = range.start;
            let mut parts: Vec<usize> = Vec::new();
            while let Some(part) = queue.next() {
                assert_eq!(part.range.start, at);
                assert!(part.range.len() <= range.len().div_ceil(16).max(1), "{:?} of {range:?}", part.range);
                at = part.range.end;
                parts.push(part.range.len());
            }
            assert!(at == range.end && queue.is_done() && queue.next().is_none() && parts.len() <= 70_000);
            if far && range.len() > 1 {
                assert!(parts[0] < 2 * FIRST_FAR as usize && parts[parts.len() - 1] == parts[0], "{parts:?}");
            }
        }
    }

    #[test]
    fn short_work_is_done_in_few_steps() {
        let minute = Duration::from_secs(60);
        for (range, far) in
            [(0..1000, false), (0..1000, true), (7..100_000, false), (0..3, true), (4..4, false)]
        {
            let queue = || if far { Queue::over(range.clone()).far() } else { Queue::over(range.clone()) };
            let parts = |queue: Queue| {
                let (mut at, mut parts) = (range.start, 0);
                while let Some(part) = queue.next_alone() {
                    assert_eq!(part.range.start, at);
                    assert!(part.range.len() <= range.len().div_ceil(MOST_AT_ONCE as usize));
                    at = part.range.end;
                    parts += 1;
                }
                assert!(at == range.end && queue.is_done() && queue.next().is_none());
                parts
            };
            // Nothing has taken any time yet, or much.
            let short = parts(Queue { begun: Instant::now() + minute, ..queue() });
            let long = parts(Queue { begun: Instant::now().checked_sub(minute).unwrap(), ..queue() });
            let all = std::iter::from_fn({
                let queue = queue();
                move || queue.next()
            });
            assert_eq!(long, all.count(), "{range:?}");
            assert!(short <= 14 && (short < long || long <= 4), "{short} and {long} of {range:?}");
        }
    }

    #[test]
    fn each_row_goes_with_all_nodes_once() {
        for (ids, count) in
            [(5..1000, 3), (0..1, 7), (2..2, 4), (9..70_000, 16), (1..u32::MAX - 1, 13), (3..90, 1)]
        {
            let mut rows = Gathered::default();
            rows.count = count;
            let queue = Queue::over_nodes(ids.clone(), rows);
            let mut reached = vec![ids.start; count as usize];
            while let Some(part) = queue.next() {
                for (nth, row) in (0..).zip(part.rows_of_all()) {
                    let some = part.ids_of(nth);
                    assert_eq!(some.start, reached[row as usize], "{ids:?} {count} {:?}", part.range);
                    reached[row as usize] = some.end;
                }
            }
            assert_eq!(reached, vec![ids.end; count as usize], "{ids:?} {count}");
        }
    }
}

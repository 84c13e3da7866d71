//! Values by group: kept in the order in which they come, with the group of each beside it, and sorted by group at the
//! end, by several workers where there are many.

use crate::base::{Meter, Result};
use crate::execute::context::Context;
use crate::execute::crew;
use std::sync::{Mutex, PoisonError};

/// The values that several workers found.
pub struct Logs<T> {
    own: Log<T>,
    others: Vec<Log<T>>,
}

/// The values that one worker found.
struct Log<T> {
    /// Nothing where all values are of one group.
    groups: Vec<u32>,
    values: Vec<T>,
    /// From which parts of the work they are, ascending, and where each begins.
    parts: Vec<(u32, usize)>,
    /// The numbers that its groups have here, where they were found elsewhere.
    numbers: Option<Vec<u32>>,
}

/// Values of one part of the work, or of a piece of it.
struct Run<'l, T> {
    part: u32,
    groups: &'l [u32],
    values: &'l mut [T],
    numbers: Option<&'l [u32]>,
}

/// Values sorted by group.
pub struct Sorted<T> {
    values: Vec<T>,
    /// Where those of each group end.
    ends: Vec<u32>,
}

/// The values of some groups that follow each other.
pub struct Share<'s, T> {
    values: &'s mut [T],
    ends: &'s [u32],
    /// Where the values begin.
    from: u32,
}

/// So many values are worth to be sorted by several workers.
pub const MANY: usize = 1 << 16;

/// And where each group has so many at least.
const GROUPED: usize = 4;

/// So many groups are finished at a time, at most.
const GROUPS: usize = 1 << 12;

/// So many values are sorted between two looks at the clock.
const STEP: usize = 1 << 18;

impl<T> Default for Log<T> {
    fn default() -> Log<T> {
        Log { groups: Vec::new(), values: Vec::new(), parts: Vec::new(), numbers: None }
    }
}

impl<T> Default for Logs<T> {
    fn default() -> Logs<T> {
        Logs { own: Log::default(), others: Vec::new() }
    }
}

impl<T: Default + Send + 'static> Logs<T> {
    /// From now on values come from this part, at most so many.
    pub fn begin(&mut self, part: u32, most: usize, has_groups: bool) {
        let Log { groups, values, parts, .. } = &mut self.own;
        if parts.last().is_none_or(|(last, _)| *last != part) {
            parts.push((part, values.len()));
        }
        values.reserve(most);
        if has_groups {
            groups.reserve(most);
        }
    }

    /// Adds a value where all are of one group.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.own.values.push(value);
    }

    /// Adds a value of a group.
    #[inline]
    pub fn push_to(&mut self, group: u32, value: T) {
        self.own.groups.push(group);
        self.own.values.push(value);
    }

    /// Takes in those of another worker, whose groups, so many, have these numbers here.
    pub fn merge(&mut self, other: Logs<T>, groups: usize, at: impl Fn(usize) -> usize) {
        for mut log in std::iter::once(other.own).chain(other.others) {
            log.numbers = match log.numbers {
                _ if log.groups.is_empty() => None,
                Some(numbers) => Some(numbers.iter().map(|group| at(*group as usize) as u32).collect()),
                None => Some((0..groups).map(|group| at(group) as u32).collect()),
            };
            self.others.push(log);
        }
    }

    fn logs(&self) -> impl Iterator<Item = &Log<T>> {
        std::iter::once(&self.own).chain(&self.others)
    }

    /// How many values there are.
    pub fn length(&self) -> usize {
        self.logs().map(|log| log.values.len()).sum()
    }

    /// Whether one worker found all.
    pub fn is_of_one(&self) -> bool {
        self.others.iter().all(|log| log.values.is_empty())
    }

    /// Other values in place of these.
    pub fn map<U>(self, value: impl Fn(T) -> U) -> Logs<U> {
        let log = |log: Log<T>| Log {
            groups: log.groups,
            values: log.values.into_iter().map(&value).collect(),
            parts: log.parts,
            numbers: log.numbers,
        };
        Logs { own: log(self.own), others: self.others.into_iter().map(log).collect() }
    }

    /// Calls `see` with the group of each value, the part that it is from, and the value.
    pub fn each(mut self, mut see: impl FnMut(usize, u32, T)) {
        for run in &mut self.runs(STEP) {
            let part = run.part;
            run.each(|group, value| see(group, part, std::mem::take(value)));
        }
    }

    /// The values in the order of their parts, in pieces of at most so many.
    fn runs(&mut self, longest: usize) -> Vec<Run<'_, T>> {
        let logs = std::iter::once(&mut self.own).chain(&mut self.others);
        let mut runs: Vec<Run<'_, T>> = logs.flat_map(|log| log.runs(longest)).collect();
        runs.sort_by_key(|run| run.part);
        runs
    }

    /// All values, in the order of their parts.
    fn in_order(mut self) -> Vec<T> {
        if self.is_of_one() {
            return self.own.values;
        }
        let mut values = Vec::with_capacity(self.length());
        self.runs(STEP).iter_mut().for_each(|run| values.extend(run.values.iter_mut().map(std::mem::take)));
        values
    }

    /// Leaves only some of the values that one worker has found so far, whose groups are so many: `keep` puts those that
    /// are to stay first and says how many they are.
    pub fn thin_out(
        &mut self,
        groups: usize,
        meter: &mut Meter,
        mut keep: impl FnMut(&mut [T]) -> usize,
    ) -> Result<()> {
        let mut old = std::mem::take(&mut self.own);
        let mut sorted = sort(&mut old.runs(STEP), groups, meter)?;
        self.begin(0, 0, true);
        for mut share in sorted.shares(groups) {
            for group in 0..share.groups() {
                let values = share.of(group);
                meter.work(values.len() as u32)?;
                let kept = keep(values);
                values
                    .iter_mut()
                    .take(kept)
                    .for_each(|value| self.push_to(group as u32, std::mem::take(value)));
            }
        }
        Ok(())
    }

    /// Sorts the values by group, of which there are so many: those of each group in the order of the parts, first those
    /// in the first of what is returned, then those in the next.
    pub fn sorted(mut self, groups: usize, context: &mut Context<'_>) -> Result<Vec<Sorted<T>>> {
        if groups == 1 && self.logs().all(|log| log.groups.is_empty()) {
            return Ok(vec![Sorted::of_one(self.in_order())]);
        }
        let length = self.length();
        // Each share has a table of all groups.
        let few = length < MANY || length / GROUPED < groups;
        let shares = if few { 1 } else { crew::workers(context) * 2 };
        let bytes = (groups * shares * size_of::<u32>() + length * size_of::<T>()) as u64;
        context.meter.hold(bytes)?;
        let longest = length.div_ceil(shares).max(1);
        let mut dealt: Vec<Mutex<Vec<Run<'_, T>>>> = vec![Mutex::default()];
        let mut left = longest;
        for run in self.runs(longest.min(STEP)) {
            if left == 0 {
                dealt.push(Mutex::default());
                left = longest;
            }
            left = left.saturating_sub(run.values.len());
            if let Some(last) = dealt.last_mut() {
                last.get_mut().unwrap_or_else(PoisonError::into_inner).push(run);
            }
        }
        let sorted = crew::each(dealt.len(), 2, context, |share, meter| {
            let Some(runs) = dealt.get(share) else { return Ok(Sorted::default()) };
            sort(&mut runs.lock().unwrap_or_else(PoisonError::into_inner), groups, meter)
        });
        context.meter.release(bytes);
        sorted
    }
}

impl<T> Log<T> {
    /// The values of each part, in pieces of at most so many.
    fn runs(&mut self, longest: usize) -> Vec<Run<'_, T>> {
        let (mut groups, mut values) = (self.groups.as_slice(), self.values.as_mut_slice());
        let ends = self.parts.iter().skip(1).map(|(_, begin)| *begin).chain([values.len()]);
        let lengths: Vec<(u32, usize)> =
            self.parts.iter().zip(ends).map(|((part, begin), end)| (*part, end - begin)).collect();
        let mut runs = Vec::with_capacity(lengths.len());
        for (part, mut length) in lengths {
            while length > 0 {
                let taken = length.min(longest);
                let (own, rest) = values.split_at_mut(taken);
                let (own_groups, other_groups) = groups.split_at(taken.min(groups.len()));
                runs.push(Run { part, groups: own_groups, values: own, numbers: self.numbers.as_deref() });
                (values, groups, length) = (rest, other_groups, length - taken);
            }
        }
        runs
    }
}

impl<T> Run<'_, T> {
    /// Calls `see` with each value and its group.
    #[inline]
    fn each(&mut self, mut see: impl FnMut(usize, &mut T)) {
        match self.numbers {
            _ if self.groups.is_empty() => self.values.iter_mut().for_each(|value| see(0, value)),
            None => {
                self.groups
                    .iter()
                    .zip(&mut *self.values)
                    .for_each(|(group, value)| see(*group as usize, value));
            }
            Some(numbers) => {
                for (group, value) in self.groups.iter().zip(&mut *self.values) {
                    see(numbers.get(*group as usize).map_or(0, |group| *group as usize), value);
                }
            }
        }
    }
}

/// Sorts values by group: first it is counted how many each has.
fn sort<T: Default>(runs: &mut [Run<'_, T>], groups: usize, meter: &mut Meter) -> Result<Sorted<T>> {
    let mut ends = vec![0u32; groups];
    let mut length = 0;
    for run in runs.iter_mut() {
        meter.check()?;
        length += run.values.len();
        run.each(|group, _| {
            if let Some(count) = ends.get_mut(group) {
                *count += 1;
            }
        });
    }
    let mut before = 0;
    for count in &mut ends {
        (*count, before) = (before, before + *count);
    }
    let mut values = Vec::new();
    values.resize_with(length, T::default);
    for run in runs {
        meter.check()?;
        run.each(|group, value| {
            let Some(place) = ends.get_mut(group) else { return };
            if let Some(free) = values.get_mut(*place as usize) {
                *free = std::mem::take(value);
            }
            *place += 1;
        });
    }
    Ok(Sorted { values, ends })
}

impl<T> Default for Sorted<T> {
    fn default() -> Sorted<T> {
        Sorted { values: Vec::new(), ends: Vec::new() }
    }
}

impl<T: Send> Sorted<T> {
    /// Values that are all of one group.
    fn of_one(values: Vec<T>) -> Sorted<T> {
        Sorted { ends: vec![values.len() as u32], values }
    }

    pub fn length(&self) -> usize {
        self.values.len()
    }

    /// How many values the group with the most has.
    pub fn longest(&self) -> usize {
        let mut before = 0;
        let lengths = self.ends.iter().map(|end| end - std::mem::replace(&mut before, *end));
        lengths.max().unwrap_or(0) as usize
    }

    pub fn into_values(self) -> Vec<T> {
        self.values
    }

    /// The values of a group.
    pub fn of(&self, group: usize) -> &[T] {
        let from = group.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(group).copied().unwrap_or(from);
        self.values.get(from as usize..to as usize).unwrap_or(&[])
    }

    /// The values of so many groups each time.
    pub fn shares(&mut self, groups: usize) -> impl Iterator<Item = Share<'_, T>> {
        let (mut from, mut left) = (0, self.values.as_mut_slice());
        self.ends.chunks(groups.max(1)).map(move |ends| {
            let to = ends.last().copied().unwrap_or(from);
            let (values, rest) = std::mem::take(&mut left).split_at_mut((to - from) as usize);
            let share = Share { values, ends, from };
            (left, from) = (rest, to);
            share
        })
    }
}

impl<T> Share<'_, T> {
    /// The values of a group, counted from the first of these.
    pub fn of(&mut self, group: usize) -> &mut [T] {
        let before = group.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = before.copied().unwrap_or(self.from);
        let to = self.ends.get(group).copied().unwrap_or(from);
        let range = (from - self.from) as usize..(to - self.from) as usize;
        self.values.get_mut(range).unwrap_or(&mut [])
    }

    pub fn groups(&self) -> usize {
        self.ends.len()
    }
}

/// What is made of the values of each group, some groups at a time.
pub fn by_group<T: Clone + Send, R: Send + 'static>(
    sorted: &mut [Sorted<T>],
    groups: usize,
    context: &mut Context<'_>,
    make: impl Fn(&mut [T], &mut Meter) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    by_group_with(sorted, groups, context, || (), |(), values, meter| make(values, meter))
}

/// The same with what whoever makes it has at hand.
pub fn by_group_with<T: Clone + Send, H, R: Send + 'static>(
    sorted: &mut [Sorted<T>],
    groups: usize,
    context: &mut Context<'_>,
    begin: impl Fn() -> H + Sync,
    make: impl Fn(&mut H, &mut [T], &mut Meter) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let length = sorted.iter().map(Sorted::length).sum::<usize>();
    let at_a_time = if length < MANY { groups } else { groups.div_ceil(64).min(GROUPS) }.max(1);
    let mut shares: Vec<Mutex<Vec<Share<'_, T>>>> = Vec::new();
    shares.resize_with(groups.div_ceil(at_a_time), Mutex::default);
    for sorted in sorted {
        for (all, share) in shares.iter_mut().zip(sorted.shares(at_a_time)) {
            all.get_mut().unwrap_or_else(PoisonError::into_inner).push(share);
        }
    }
    let finished = crew::each(shares.len(), 2, context, |place, meter| {
        meter.check()?;
        let Some(shares) = shares.get(place) else { return Ok(Vec::new()) };
        let mut shares = shares.lock().unwrap_or_else(PoisonError::into_inner);
        let groups = shares.first().map_or(0, Share::groups);
        let (mut at_hand, mut together) = (begin(), Vec::new());
        (0..groups)
            .map(|group| match shares.as_mut_slice() {
                [one] => make(&mut at_hand, one.of(group), meter),
                several => {
                    together.clear();
                    let values = several.iter_mut().flat_map(|share| share.of(group).iter_mut());
                    together.extend(values.map(|value| value.clone()));
                    make(&mut at_hand, &mut together, meter)
                }
            })
            .collect::<Result<Vec<R>>>()
    })?;
    Ok(finished.into_iter().flatten().collect())
}

//! Lists of values, by group.
//!
//! While all values have a number (`Numbered`), lists are of numbers, and values are made of them at the end, by several
//! workers where there are many.

use super::ids::Set;
use super::tally::group;
use crate::base::{Meter, Result};
use crate::execute::batch::{Column, size_of_value};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operators::numbered::Numbered;
use crate::value::{Value, filling, nesting};
use smallvec::SmallVec;
use std::sync::{Arc, Mutex, PoisonError};

pub struct Lists {
    /// Each value once in a list: only of values that have numbers.
    distinct: bool,
    /// Until values come that have none.
    numbers: Option<Numbers>,
    values: Vec<List<Value>>,
}

#[derive(Default)]
struct Numbers {
    /// What the numbers stand for; nothing while there are none.
    of: Option<Numbered>,
    lists: Vec<List<u32>>,
    /// What this worker has put into each list, where each value comes once.
    seen: Vec<Set>,
    /// All numbers are below.
    bound: usize,
}

struct List<T> {
    /// What each worker found.
    segments: SmallVec<[Vec<T>; 1]>,
    parts: SmallVec<[Part; 1]>,
}

/// What comes from one part of the work: in which segment it is, and where it begins in it.
#[derive(Clone, Copy)]
struct Part {
    part: u32,
    segment: u32,
    from: u32,
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List { segments: SmallVec::new(), parts: SmallVec::new() }
    }
}

impl<T: Default> List<T> {
    /// Where what comes from a part of the work is put.
    #[inline]
    fn open(&mut self, part: u32) -> &mut Vec<T> {
        let segment = self.segments.len().saturating_sub(1) as u32;
        if self.parts.last().is_none_or(|last| last.part != part || last.segment != segment) {
            let from = self.segments.last().map_or(0, Vec::len) as u32;
            self.parts.push(Part { part, segment, from });
        }
        if self.segments.is_empty() {
            self.segments.push(Vec::new());
        }
        &mut self.segments[segment as usize]
    }

    fn merge(&mut self, other: List<T>) {
        let before = self.segments.len() as u32;
        self.parts.extend(other.parts.iter().map(|part| Part { segment: before + part.segment, ..*part }));
        self.segments.extend(other.segments);
    }

    fn length(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// Everything in the order of its parts. Of a range, so that it is written to where it stays.
    fn in_order(&mut self) -> impl Iterator<Item = T> + use<T> {
        let List { segments, parts } = std::mem::take(self);
        let ends = parts.iter().skip(1).map(Some).chain([None]);
        let mut spans: Vec<(Part, u32)> = Vec::with_capacity(parts.len());
        for (part, next) in parts.iter().zip(ends) {
            let end = match next.filter(|next| next.segment == part.segment) {
                Some(next) => next.from,
                None => segments.get(part.segment as usize).map_or(0, |items| items.len() as u32),
            };
            spans.push((*part, end));
        }
        spans.sort_by_key(|(part, _)| part.part);
        let length = segments.iter().map(Vec::len).sum::<usize>();
        // Workers take parts in their order, so that each segment is used from its beginning to its end.
        let mut segments: Vec<_> = segments.into_iter().map(Vec::into_iter).collect();
        let mut spans = spans.into_iter().map(|(part, end)| (part.segment as usize, end - part.from));
        let (mut segment, mut left) = (0, 0);
        (0..length).map(move |_| {
            while left == 0 {
                let Some(next) = spans.next() else { break };
                (segment, left) = next;
            }
            left = left.saturating_sub(1);
            segments.get_mut(segment).and_then(Iterator::next).unwrap_or_default()
        })
    }

    /// Everything in the order of its parts.
    fn ordered(&mut self) -> Vec<T> {
        if self.segments.len() < 2 {
            return std::mem::take(self).segments.pop().unwrap_or_default();
        }
        self.in_order().collect()
    }
}

impl List<Value> {
    fn finish(&mut self) -> Result<Value> {
        nesting::checked(match self.segments.len() {
            0 | 1 => Value::from(self.ordered()),
            _ => Value::List(self.in_order().collect()),
        })
    }
}

impl Numbers {
    /// The numbers of a list, in the order of their parts; each once, where that is wanted.
    fn numbers(list: &mut List<u32>, distinct: bool, bound: usize, meter: &Meter) -> Result<Vec<u32>> {
        let by_one = list.segments.len() < 2;
        let numbers = list.ordered();
        if by_one || !distinct {
            return Ok(numbers);
        }
        let mut seen = Set::default();
        let mut once = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(PIECE) {
            meter.check()?;
            once.extend(some.iter().copied().filter(|number| seen.insert(*number, bound)));
        }
        Ok(once)
    }

    fn values(self) -> Vec<List<Value>> {
        let Some(of) = self.of else { return Vec::new() };
        let values = |numbers: Vec<u32>| numbers.into_iter().map(|number| of.value(number)).collect();
        let list = |list: List<u32>| List {
            segments: list.segments.into_iter().map(values).collect(),
            parts: list.parts,
        };
        self.lists.into_iter().map(list).collect()
    }
}

/// So many values are worth to be put in order by several workers.
const MANY: usize = 1 << 16;

/// So many values of one list are made at a time.
const PIECE: usize = 1 << 14;

/// So many groups are finished at a time, at most.
const GROUPS: usize = 1 << 12;

impl Lists {
    pub fn new(distinct: bool) -> Lists {
        Lists { distinct, numbers: Some(Numbers::default()), values: Vec::new() }
    }

    /// Whether the values of a column can come to those that are there, each of which is to come once.
    pub fn can_tell_apart(&self, column: &Column) -> bool {
        match (&self.numbers, Numbered::unbounded(column)) {
            (Some(numbers), Some(more)) => numbers.of.as_ref().is_none_or(|of| of.is_same(&more)),
            _ => !self.distinct,
        }
    }

    /// Whether what several workers found can be put together in its order.
    pub fn is_mergeable(&self) -> bool {
        !self.distinct || self.numbers.as_ref().is_some_and(|numbers| numbers.of.is_some())
    }

    /// Adds the values of a column that are not null; returns the bytes that it keeps of them.
    pub fn add(
        &mut self,
        column: &Column,
        numbers: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        context.meter.work(length as u32)?;
        let part = context.place();
        let held = match Numbered::unbounded(column) {
            Some(of) if self.take(&of, context) => self.add_numbers(&of, column, numbers, groups, part),
            _ => self.add_values(column, numbers, length, groups, part),
        };
        context.meter.hold(held)?;
        Ok(held)
    }

    /// Whether numbers of these can come to those that are there; from now on only such do.
    fn take(&mut self, of: &Numbered, context: &Context<'_>) -> bool {
        let Some(numbers) = &mut self.numbers else { return false };
        if numbers.of.is_none() {
            numbers.bound = of.bound(context.graph);
        }
        numbers.of.get_or_insert_with(|| of.clone()).is_same(of)
    }

    fn add_numbers(
        &mut self,
        of: &Numbered,
        column: &Column,
        rows: &Option<Vec<u32>>,
        groups: usize,
        part: u32,
    ) -> u64 {
        let Some(Numbers { lists, seen, bound, .. }) = &mut self.numbers else { return 0 };
        lists.resize_with(groups.max(lists.len()), List::default);
        if self.distinct {
            seen.resize_with(lists.len(), Set::default);
        }
        let size = of.sizes();
        let mut held = 0;
        if let (None, false, Some(list)) = (rows, self.distinct, lists.first_mut()) {
            let all = list.open(part);
            Numbered::each(column, |_, number| {
                held += size(number);
                all.push(number);
            });
            return held;
        }
        Numbered::each(column, |row, number| {
            let group = group(rows, row);
            if let Some(seen) = seen.get_mut(group) {
                if !seen.insert(number, *bound) {
                    return;
                }
                held += seen.room_of_one();
            }
            if let Some(list) = lists.get_mut(group) {
                held += size(number);
                list.open(part).push(number);
            }
        });
        held
    }

    fn add_values(
        &mut self,
        column: &Column,
        rows: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        part: u32,
    ) -> u64 {
        let lists = self.as_values();
        lists.resize_with(groups.max(lists.len()), List::default);
        let mut held = 0;
        for row in 0..length {
            let value = column.value(row);
            let Some(list) = lists.get_mut(group(rows, row)).filter(|_| !value.is_null()) else { continue };
            held += size_of_value(&value);
            list.open(part).push(value);
        }
        held
    }

    /// From now on lists of values.
    fn as_values(&mut self) -> &mut Vec<List<Value>> {
        if let Some(numbers) = self.numbers.take() {
            self.values = numbers.values();
        }
        &mut self.values
    }

    /// Takes in other groups, which have these numbers here; false, and nothing is done, where values are to come once
    /// and cannot be told apart by their numbers.
    pub fn merge(&mut self, other: &mut Lists, groups: usize, at: impl Fn(usize) -> usize) -> bool {
        if let (Some(mine), Some(more)) = (&mut self.numbers, &mut other.numbers) {
            match (&mine.of, &more.of) {
                (_, None) => return true,
                (None, Some(_)) => (mine.of, mine.bound) = (more.of.clone(), more.bound),
                _ => {}
            }
            if mine.of.as_ref().zip(more.of.as_ref()).is_some_and(|(mine, more)| mine.is_same(more)) {
                merge(&mut mine.lists, std::mem::take(&mut more.lists), groups, at);
                return true;
            }
        }
        if self.distinct {
            return false;
        }
        merge(self.as_values(), std::mem::take(other.as_values()), groups, at);
        true
    }

    /// Calls `see` with each group and each of its values; where several workers found one, more than once.
    pub fn each(self, mut see: impl FnMut(usize, Value)) {
        let Some(Numbers { of: Some(of), lists, .. }) = self.numbers else { return };
        for (group, mut list) in lists.into_iter().enumerate() {
            list.ordered().into_iter().for_each(|number| see(group, of.value(number)));
        }
    }

    pub fn finish(self, groups: usize, context: &mut Context<'_>) -> Result<Vec<Value>> {
        match self.numbers {
            None => finish(self.values, groups, context, |list, _| list.finish()),
            Some(Numbers { of: None, .. }) => Ok(vec![Value::List(Arc::from([])); groups]),
            Some(Numbers { of: Some(of), mut lists, bound, .. }) => {
                let is_long = |list: &&mut List<u32>| list.length() >= MANY;
                let (groups_of_long, long): (Vec<usize>, Vec<Mutex<List<u32>>>) = (0..)
                    .zip(&mut lists)
                    .filter(|(_, list)| is_long(list))
                    .map(|(group, list)| (group, Mutex::new(std::mem::take(list))))
                    .unzip();
                let numbers = crew::each(long.len(), 2, context, |place, meter| {
                    let Some(list) = long.get(place) else { return Ok(Vec::new()) };
                    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
                    Numbers::numbers(&mut list, self.distinct, bound, meter)
                })?;
                let mut values = finish(lists, groups, context, |list, meter| {
                    let numbers = Numbers::numbers(list, self.distinct, bound, meter)?;
                    meter.work(numbers.len() as u32)?;
                    Ok(Value::List(numbers.into_iter().map(|number| of.value(number)).collect()))
                })?;
                for (group, numbers) in groups_of_long.into_iter().zip(numbers) {
                    if let Some(value) = values.get_mut(group) {
                        *value = together(&of, &numbers, context)?;
                    }
                }
                Ok(values)
            }
        }
    }
}

fn merge<T: Default>(
    lists: &mut Vec<List<T>>,
    others: Vec<List<T>>,
    groups: usize,
    at: impl Fn(usize) -> usize,
) {
    lists.resize_with(groups.max(lists.len()), List::default);
    for (place, more) in others.into_iter().enumerate() {
        if let Some(list) = lists.get_mut(at(place)) {
            list.merge(more);
        }
    }
}

/// What each list comes to, some groups at a time.
fn finish<T: Default + Send>(
    mut lists: Vec<List<T>>,
    groups: usize,
    context: &mut Context<'_>,
    finish: impl Fn(&mut List<T>, &mut Meter) -> Result<Value> + Sync,
) -> Result<Vec<Value>> {
    lists.resize_with(groups, List::default);
    if lists.iter().map(List::length).sum::<usize>() < MANY {
        return lists.iter_mut().map(|list| finish(list, &mut context.meter)).collect();
    }
    let pieces: Vec<Mutex<&mut [List<T>]>> =
        lists.chunks_mut(groups.div_ceil(64).clamp(1, GROUPS)).map(Mutex::new).collect();
    let finished = crew::each(pieces.len(), 2, context, |piece, meter| {
        meter.check()?;
        let Some(lists) = pieces.get(piece) else { return Ok(Vec::new()) };
        let mut lists = lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.iter_mut().map(|list| finish(list, meter)).collect::<Result<Vec<Value>>>()
    })?;
    Ok(finished.concat())
}

/// One list, made by several workers.
fn together(of: &Numbered, numbers: &[u32], context: &mut Context<'_>) -> Result<Value> {
    let list = filling::filled(numbers.len(), PIECE, |pieces| {
        let pieces: Vec<_> =
            pieces.into_iter().zip(numbers.chunks(PIECE)).map(Some).map(Mutex::new).collect();
        let fill = |piece: usize, meter: &mut Meter| {
            meter.check()?;
            let taken = pieces.get(piece).and_then(|piece| piece.lock().ok()?.take());
            if let Some((piece, numbers)) = taken {
                piece.fill(numbers.iter().map(|number| of.value(*number)));
            }
            Ok(())
        };
        crew::each(pieces.len(), 2, context, fill).map(|_| ())
    })?;
    Ok(list.map_or(Value::Null, Value::List))
}

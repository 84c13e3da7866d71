//! Lists of values, by group.

use super::tally::group;
use crate::base::Result;
use crate::execute::batch::{Column, size_of_value};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::value::{Value, nesting};
use smallvec::SmallVec;
use std::sync::Mutex;

#[derive(Default)]
pub struct Lists {
    of: Vec<List>,
}

#[derive(Default)]
struct List {
    /// The values that each worker found.
    segments: SmallVec<[Vec<Value>; 1]>,
    parts: SmallVec<[Part; 1]>,
}

/// The values of a list that come from one part of the work: in which segment they are, and where they begin in it.
#[derive(Clone, Copy)]
struct Part {
    part: u32,
    segment: u32,
    from: u32,
}

impl List {
    fn push(&mut self, value: Value, part: u32) {
        if self.segments.is_empty() {
            self.segments.push(Vec::new());
        }
        let segment = self.segments.len() as u32 - 1;
        let Some(values) = self.segments.last_mut() else { return };
        if self.parts.last().is_none_or(|last| last.part != part || last.segment != segment) {
            self.parts.push(Part { part, segment, from: values.len() as u32 });
        }
        values.push(value);
    }

    fn merge(&mut self, other: List) {
        let before = self.segments.len() as u32;
        self.parts.extend(other.parts.iter().map(|part| Part { segment: before + part.segment, ..*part }));
        self.segments.extend(other.segments);
    }

    fn length(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// The values in the order of their parts.
    fn finish(mut self) -> Value {
        if self.segments.len() < 2 {
            return Value::from(self.segments.pop().unwrap_or_default());
        }
        let ends = self.parts.iter().skip(1).map(Some).chain([None]);
        let mut spans: Vec<(Part, u32)> = Vec::with_capacity(self.parts.len());
        for (part, next) in self.parts.iter().zip(ends) {
            let end = match next.filter(|next| next.segment == part.segment) {
                Some(next) => next.from,
                None => self.segments.get(part.segment as usize).map_or(0, |values| values.len() as u32),
            };
            spans.push((*part, end));
        }
        spans.sort_by_key(|(part, _)| part.part);
        let length = self.length();
        // Workers take parts in their order, so that each segment is used from its beginning to its end.
        let mut segments: Vec<_> = self.segments.into_iter().map(Vec::into_iter).collect();
        let mut spans = spans.into_iter().map(|(part, end)| (part.segment as usize, end - part.from));
        let (mut segment, mut left) = (0, 0);
        // Of a range, so that the values are written to where they stay.
        let values = (0..length).map(|_| {
            while left == 0 {
                let Some(next) = spans.next() else { break };
                (segment, left) = next;
            }
            left = left.saturating_sub(1);
            segments.get_mut(segment).and_then(Iterator::next).unwrap_or_default()
        });
        Value::List(values.collect())
    }
}

/// So many values are worth to be put in order by several workers.
const MANY: usize = 1 << 16;

impl Lists {
    /// Adds the values of a column that are not null; returns the bytes that it keeps of them.
    pub fn add(
        &mut self,
        column: &Column,
        numbers: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        let part = context.part.as_ref().map_or(0, |part| part.range.start);
        self.of.resize_with(groups.max(self.of.len()), List::default);
        context.meter.work(length as u32)?;
        let mut held = 0;
        for row in 0..length {
            let value = column.value(row);
            let Some(list) = self.of.get_mut(group(numbers, row)).filter(|_| !value.is_null()) else {
                continue;
            };
            held += size_of_value(&value);
            list.push(value, part);
        }
        context.meter.hold(held)?;
        Ok(held)
    }

    /// Takes in other groups, which have these numbers here.
    pub fn merge(&mut self, other: Lists, groups: usize, at: impl Fn(usize) -> usize) {
        self.of.resize_with(groups.max(self.of.len()), List::default);
        for (place, more) in other.of.into_iter().enumerate() {
            if let Some(list) = self.of.get_mut(at(place)) {
                list.merge(more);
            }
        }
    }

    pub fn finish(mut self, groups: usize, context: &mut Context<'_>) -> Result<Vec<Value>> {
        self.of.resize_with(groups, List::default);
        if groups > MANY || self.of.iter().map(List::length).sum::<usize>() < MANY {
            return self.of.into_iter().map(|list| nesting::checked(list.finish())).collect();
        }
        let lists: Vec<Mutex<List>> = self.of.into_iter().map(Mutex::new).collect();
        crew::each(groups, 2, context, |place, meter| {
            meter.check()?;
            let list =
                lists.get(place).and_then(|list| list.lock().ok().map(|mut list| std::mem::take(&mut *list)));
            nesting::checked(list.unwrap_or_default().finish())
        })
    }
}

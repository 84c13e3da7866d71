//! Lists of values, by group.

use super::tally::group;
use crate::base::Result;
use crate::execute::batch::{Column, size_of_value};
use crate::execute::context::Context;
use crate::value::{Value, nesting};
use smallvec::SmallVec;

#[derive(Default)]
pub struct Lists {
    of: Vec<List>,
}

#[derive(Default)]
struct List {
    values: Vec<Value>,
    /// The parts of the work that values come from, and where those of each begin.
    parts: SmallVec<[(u32, u32); 1]>,
}

impl List {
    fn push(&mut self, value: Value, part: u32) {
        if self.parts.last().is_none_or(|(last, _)| *last != part) {
            self.parts.push((part, self.values.len() as u32));
        }
        self.values.push(value);
    }

    fn merge(&mut self, other: List) {
        let before = self.values.len() as u32;
        self.parts.extend(other.parts.into_iter().map(|(part, from)| (part, before + from)));
        self.values.extend(other.values);
    }

    /// The values in the order of their parts.
    fn finish(mut self) -> Vec<Value> {
        if self.parts.is_sorted() {
            return self.values;
        }
        let ends: Vec<u32> = self.parts.iter().skip(1).map(|(_, from)| *from).collect();
        let all = self.values.len() as u32;
        let mut spans: Vec<(u32, u32, u32)> = Vec::with_capacity(self.parts.len());
        for ((part, from), to) in self.parts.iter().zip(ends.into_iter().chain([all])) {
            spans.push((*part, *from, to));
        }
        spans.sort_by_key(|(part, ..)| *part);
        let mut ordered = Vec::with_capacity(self.values.len());
        for (_, from, to) in spans {
            ordered.extend(self.values.iter_mut().take(to as usize).skip(from as usize).map(std::mem::take));
        }
        ordered
    }
}

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
        let mut held = 0;
        for row in 0..length {
            context.meter.tick()?;
            let value = column.value(row);
            let Some(list) = self.of.get_mut(group(numbers, row)).filter(|_| !value.is_null()) else {
                continue;
            };
            let bytes = size_of_value(&value);
            context.meter.hold(bytes)?;
            held += bytes;
            list.push(value, part);
        }
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

    pub fn finish(mut self, groups: usize) -> Result<Vec<Value>> {
        self.of.resize_with(groups, List::default);
        self.of.into_iter().map(|list| nesting::checked(Value::from(list.finish()))).collect()
    }
}

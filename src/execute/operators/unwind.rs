//! UNWIND: one row for each element of a list. Several workers can take parts of the same list.

use crate::algebra::Slot;
use crate::base::{Result, Span};
use crate::execute::batch::{BATCH, Batch, Column, Writing};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, parts_of, split_texts};
use crate::execute::operator::Operator;
use crate::execute::parts::Part;
use crate::functions::Steps;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

pub struct Unwind {
    input: Box<dyn Operator>,
    list: List,
    slot: Slot,
    keep: SlotSet,
    current: Option<Current>,
    rows_out: u64,
}

enum List {
    /// Worked out for each row.
    Own(Compiled),
    /// The elements that the context's part has of a list that was worked out before.
    OfPart,
}

struct Current {
    batch: Batch,
    row: usize,
    /// What has not been handed on of the elements of the row.
    items: Option<(Items, Range<u64>)>,
    /// The texts of all rows whose parts are the elements, and what parts them, where no list of these is made.
    texts: Option<(Column, String)>,
}

impl Current {
    /// Rows whose elements are to be handed on.
    fn of(batch: Batch, list: &List, context: &mut Context<'_>) -> Result<Current> {
        let texts = match list {
            List::Own(list) => {
                split_texts(list, &batch, context)?.map(|(texts, separator)| (texts, separator.to_owned()))
            }
            List::OfPart => None,
        };
        Ok(Current { batch, row: 0, items: None, texts })
    }

    /// The elements of the next rows, and the row of each, where lists have not been made.
    fn unrolled(&mut self, list: &List, rows: &mut Vec<u32>) -> Option<Column> {
        let List::Own(list) = list else { return None };
        if let Some((texts, separator)) = &self.texts {
            let mut parts = Writing::with_room_for(BATCH, BATCH * USUAL);
            while self.row < self.batch.length && rows.len() < BATCH {
                for part in parts_of(texts, self.row, separator).into_iter().flatten() {
                    if parts.add(Some(part.as_bytes())) {
                        rows.push(self.row as u32);
                    }
                }
                self.row += 1;
            }
            return Some(Column::Texts(parts.finish()));
        }
        let lists = list.lists_in(&self.batch)?;
        let (row, numbers) = lists.unrolled(self.row, BATCH, rows);
        self.row = row;
        Some(lists.column(numbers.into_iter().map(Some)))
    }
}

/// So many bytes a part has more often than not.
const USUAL: usize = 8;

/// The elements of one row.
#[derive(Clone)]
pub enum Items {
    List(Arc<[Value]>),
    /// Those of `range`, which need not be there all at once.
    Range(Steps),
}

impl Items {
    /// The elements for one row. Null has none; what is no list is its own only element.
    fn of(list: &Compiled, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<Items> {
        let frame = &mut Frame::new(batch, row);
        if let Some((arguments, span)) = list.as_range() {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments {
                values.push(argument.value(frame, context)?);
            }
            let steps = Steps::of(&values).map_err(|report| report.or_at(span))?;
            return Ok(steps.map_or_else(|| Items::List(Arc::from([])), Items::Range));
        }
        Ok(Items::List(match list.value(frame, context)? {
            Value::List(items) => items,
            Value::Null => Arc::from([]),
            other => Arc::from([other]),
        }))
    }

    /// All elements for the only row there is, which are to be handed on by whoever takes a part of them.
    pub fn of_all(list: &Compiled, row: &Batch, context: &mut Context<'_>) -> Result<Items> {
        let items = Items::of(list, row, 0, context)?;
        within_limit(items.count(), list.as_range().map(|(_, span)| span), context)?;
        Ok(items)
    }

    pub fn count(&self) -> u64 {
        match self {
            Items::List(list) => list.len() as u64,
            Items::Range(steps) => steps.count(),
        }
    }

    /// Puts some of them behind others.
    fn hand_on(&self, place: u64, length: usize, into: &mut Vec<Value>) {
        match self {
            Items::List(list) => into.extend(list.iter().skip(place as usize).take(length).cloned()),
            Items::Range(steps) => into.extend(steps.from(place, length)),
        }
    }
}

fn within_limit(rows: u64, range: Option<Span>, context: &mut Context<'_>) -> Result<()> {
    context.meter.rows(rows).map_err(|report| match range {
        Some(span) => report.or_at(span),
        None => report,
    })
}

impl Unwind {
    pub fn new(input: Box<dyn Operator>, list: Compiled, slot: Slot, keep: SlotSet) -> Unwind {
        Unwind { input, list: List::Own(list), slot, keep, current: None, rows_out: 0 }
    }

    /// Of a list that was worked out before, part by part. The input is the row that it goes with.
    pub fn of_part(input: Box<dyn Operator>, slot: Slot, keep: SlotSet) -> Unwind {
        Unwind { input, list: List::OfPart, slot, keep, current: None, rows_out: 0 }
    }

    /// The elements for one row that are handed on, from which to which.
    fn items(&self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<(Items, Range<u64>)> {
        Ok(match &self.list {
            List::Own(list) => {
                let items = Items::of(list, batch, row, context)?;
                let all = 0..items.count();
                (items, all)
            }
            List::OfPart => {
                let items = context.part.as_ref().and_then(Part::items);
                items.unwrap_or_else(|| (Items::List(Arc::from([])), 0..0))
            }
        })
    }
}

impl Operator for Unwind {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(context)? {
                    Some(batch) => Current::of(batch, &self.list, context)?,
                    None => return Ok(None),
                },
            };
            let unrolled = current.unrolled(&self.list, &mut rows);
            while unrolled.is_none() && current.row < current.batch.length && values.len() < BATCH {
                context.tick()?;
                let (items, left) = match current.items.take() {
                    Some(items) => items,
                    None => self.items(&current.batch, current.row, context)?,
                };
                let begin = values.len();
                let length = (left.end - left.start).min((BATCH - begin) as u64);
                items.hand_on(left.start, length as usize, &mut values);
                rows.resize(values.len(), current.row as u32);
                if left.start + length >= left.end {
                    current.row += 1;
                } else {
                    current.items = Some((items, left.start + length..left.end));
                }
            }
            if rows.is_empty() {
                continue;
            }
            if unrolled.is_some() {
                context.meter.work(rows.len() as u32)?;
            }
            self.rows_out += rows.len() as u64;
            let range = if let List::Own(list) = &self.list { list.as_range() } else { None };
            within_limit(self.rows_out, range.map(|(_, span)| span), context)?;
            let mut batch = current.batch.gather(&rows, &self.keep);
            batch.set(self.slot, unrolled.unwrap_or_else(|| Column::of(values)));
            if current.row < current.batch.length {
                self.current = Some(current);
            }
            return Ok(Some(batch));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
    }
}

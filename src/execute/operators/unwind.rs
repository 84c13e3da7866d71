//! UNWIND: one row for each element of a list.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::functions::Steps;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use std::sync::Arc;

pub struct Unwind {
    input: Box<dyn Operator>,
    list: Compiled,
    slot: Slot,
    keep: SlotSet,
    current: Option<Current>,
    rows_out: u64,
}

struct Current {
    batch: Batch,
    row: usize,
    items: Option<Items>,
    place: u64,
}

/// The elements of one row.
enum Items {
    List(Arc<[Value]>),
    /// Those of `range`, which need not be there all at once.
    Range(Steps),
}

impl Items {
    fn count(&self) -> u64 {
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

impl Unwind {
    pub fn new(input: Box<dyn Operator>, list: Compiled, slot: Slot, keep: SlotSet) -> Unwind {
        Unwind { input, list, slot, keep, current: None, rows_out: 0 }
    }

    /// The elements for one row. Null has none; what is no list is its own only element.
    fn items(&self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<Items> {
        let frame = &mut Frame::new(batch, row);
        if let Some((arguments, span)) = self.list.as_range() {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments {
                values.push(argument.value(frame, context)?);
            }
            let steps = Steps::of(&values).map_err(|report| report.or_at(span))?;
            return Ok(steps.map_or_else(|| Items::List(Arc::from([])), Items::Range));
        }
        Ok(Items::List(match self.list.value(frame, context)? {
            Value::List(items) => items,
            Value::Null => Arc::from([]),
            other => Arc::from([other]),
        }))
    }
}

impl Operator for Unwind {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(context)? {
                    Some(batch) => Current { batch, row: 0, items: None, place: 0 },
                    None => return Ok(None),
                },
            };
            while current.row < current.batch.length && values.len() < BATCH {
                context.tick()?;
                let items = match current.items.take() {
                    Some(items) => items,
                    None => self.items(&current.batch, current.row, context)?,
                };
                let begin = values.len();
                items.hand_on(current.place, BATCH - begin, &mut values);
                rows.resize(values.len(), current.row as u32);
                current.place += (values.len() - begin) as u64;
                if current.place >= items.count() {
                    current.row += 1;
                    current.place = 0;
                } else {
                    current.items = Some(items);
                }
            }
            if values.is_empty() {
                continue;
            }
            self.rows_out += values.len() as u64;
            let within = context.meter.rows(self.rows_out);
            within.map_err(|report| match self.list.as_range() {
                Some((_, span)) => report.or_at(span),
                None => report,
            })?;
            let mut batch = current.batch.gather(&rows, &self.keep);
            batch.set(self.slot, Column::of(values));
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

//! Aggregates that take one value after the other, and those of different values that are told apart by their bytes.

use super::recent::Recent;
use super::seen::Seen;
use super::tally::{Call, group};
use crate::base::{Result, free_rows, let_go};
use crate::execute::batch::{Column, size_of_value};
use crate::execute::context::Context;
use crate::execute::operators::keys::{encode, encode_row, is_null};
use crate::execute::spread::can_share;
use crate::functions::Accumulator;
use crate::value::Value;
use smallvec::SmallVec;
use std::iter::Peekable;
use std::vec::IntoIter;

/// One state for each group.
#[derive(Default)]
pub struct States {
    of: Vec<State>,
    /// Of different values: those that have come lately.
    recent: Recent,
    /// How many different values wait to be added up.
    waiting: usize,
}

/// What several workers found is put together where values came so often on average.
const OFTEN: u64 = 8;

struct State {
    /// `None` where it only counts.
    accumulator: Option<Box<dyn Accumulator>>,
    count: i64,
    /// The values seen so far, with DISTINCT.
    seen: Option<Seen>,
    /// Different values, which are added up at the end.
    found: Found,
    /// Those that other workers found, some of which may be the same.
    others: Vec<Found>,
}

/// Different values, and the part in which each was found first, ascending.
#[derive(Default)]
struct Found(Vec<(u32, Value)>);

/// Bytes that a key usually has room in.
const KEY: usize = 48;

impl States {
    /// Adds the rows of a batch; returns the bytes that it keeps of them.
    pub fn add(
        &mut self,
        call: &Call,
        arguments: &[Column],
        numbers: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        self.make_room(groups, call);
        let Some(first) = arguments.first() else { return Ok(0) };
        let unknown = match call.distinct {
            true => self.recent.unknown(first, numbers, length),
            false => None,
        };
        // What nobody else finds need not wait; but nothing comes before what does.
        let shared = can_share(context) && !context.alone;
        let waits = call.distinct && call.mergeable && (shared || self.waiting > 0);
        let mut held = 0;
        let (of, waiting) = (&mut self.of, &mut self.waiting);
        let mut add = |row: usize, context: &mut Context<'_>| -> Result<()> {
            context.meter.tick()?;
            if let Some(state) = of.get_mut(group(numbers, row)) {
                let before = state.found.0.len();
                held += state.add(call, arguments, row, waits, context)?;
                *waiting += state.found.0.len() - before;
            }
            Ok(())
        };
        match unknown {
            Some(rows) => {
                context.meter.work((length - rows.len()) as u32)?;
                rows.into_iter().try_for_each(|row| add(row as usize, context))?;
            }
            None => (0..length).try_for_each(|row| add(row, context))?,
        }
        Ok(held)
    }

    /// Whether values of so many rows come again and again, so that to put together what several workers found takes no time.
    pub fn come_often(&self, rows: u64) -> bool {
        self.waiting as u64 * OFTEN <= rows
    }

    /// States for so many groups.
    pub fn make_room(&mut self, groups: usize, call: &Call) {
        self.of.resize_with(groups.max(self.of.len()), || State {
            accumulator: call.accumulator(),
            count: 0,
            seen: call.distinct.then(Seen::default),
            found: Found::default(),
            others: Vec::new(),
        });
    }

    /// Adds what can be added: nothing that was added up before can fail to be added again.
    pub fn add_to(&mut self, group: usize, arguments: &[Value]) {
        let accumulator = self.of.get_mut(group).and_then(|state| state.accumulator.as_mut());
        let _ = accumulator.map(|accumulator| accumulator.add(arguments));
    }

    /// The same of what another one has come to.
    pub fn absorb_to(&mut self, group: usize, part: &[Value]) {
        let accumulator = self.of.get_mut(group).and_then(|state| state.accumulator.as_mut());
        let _ = accumulator.map(|accumulator| accumulator.absorb(part));
    }

    /// Takes a value that was found in a part, and may have come before, and then not again.
    pub fn take(&mut self, group: usize, part: u32, value: Value) {
        if let Some(state) = self.of.get_mut(group)
            && state.is_new(&value)
        {
            state.count += 1;
            if state.accumulator.is_some() {
                state.found.0.push((part, value));
                self.waiting += 1;
            }
        }
    }

    /// Takes in those of another worker, whose groups have these numbers here.
    pub fn merge(
        &mut self,
        other: States,
        at: impl Fn(usize) -> usize,
        context: &mut Context<'_>,
    ) -> Result<()> {
        for (place, more) in other.of.into_iter().enumerate() {
            context.meter.tick()?;
            if let Some(state) = self.of.get_mut(at(place)) {
                state.merge(more, context)?;
            }
        }
        Ok(())
    }

    /// The results, by group.
    pub fn finish(mut self, call: &Call, groups: usize, context: &mut Context<'_>) -> Result<Column> {
        self.make_room(groups, call);
        let finished = |state: State| state.finish(context).map_err(|report| report.or_at(call.span));
        Ok(Column::values(self.of.into_iter().map(finished).collect::<Result<_>>()?))
    }
}

impl State {
    /// Adds one row; returns the bytes that it keeps of it.
    fn add(
        &mut self,
        call: &Call,
        arguments: &[Column],
        row: usize,
        waits: bool,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        let Some(first) = arguments.first() else { return Ok(0) };
        let mut held = 0;
        // Of values that are told apart by their bytes none is made before it is known to be new.
        let value = match &mut self.seen {
            Some(seen) => {
                let mut key = Vec::with_capacity(KEY);
                encode_row(first, row, &mut key);
                context.meter.work((key.len() / 64) as u32)?;
                let bytes = key.len() as u64 + 32;
                if is_null(&key) || !seen.add(key.into_boxed_slice()) {
                    return Ok(0);
                }
                context.meter.hold(bytes)?;
                held += bytes;
                None
            }
            None => Some(first.value(row)),
        };
        if value.as_ref().is_some_and(Value::is_null) {
            return Ok(0);
        }
        self.count += 1;
        let Some(accumulator) = &mut self.accumulator else { return Ok(held) };
        let value = value.unwrap_or_else(|| first.value(row));
        if waits || accumulator.keeps_values() {
            let bytes = size_of_value(&value);
            context.meter.hold(bytes)?;
            held += bytes;
        }
        if waits {
            self.found.0.push((context.place(), value));
            return Ok(held);
        }
        let mut values: SmallVec<[Value; 2]> = SmallVec::new();
        values.push(value);
        values.extend(arguments.iter().skip(1).map(|column| column.value(row)));
        accumulator.add(&values).map_err(|report| report.or_at(call.span))?;
        Ok(held)
    }

    fn is_new(&mut self, value: &Value) -> bool {
        let mut key = Vec::new();
        encode(value, &mut key);
        self.seen.as_mut().is_none_or(|seen| seen.add(key.into_boxed_slice()))
    }

    fn merge(&mut self, mut other: State, context: &mut Context<'_>) -> Result<()> {
        match (&mut self.seen, other.seen, &self.accumulator) {
            (Some(_), Some(_), Some(_)) => {
                self.others.push(other.found);
                self.others.append(&mut other.others);
                return Ok(());
            }
            (Some(mine), Some(more), None) => {
                mine.unite(more, context)?;
                self.count = mine.len() as i64;
            }
            _ => self.count += other.count,
        }
        if let (Some(mine), Some(mut more)) = (&mut self.accumulator, other.accumulator) {
            mine.absorb(&more.part()?)?;
        }
        Ok(())
    }

    fn finish(mut self, context: &mut Context<'_>) -> Result<Value> {
        if !self.found.0.is_empty() || !self.others.is_empty() {
            self.add_up_found(context)?;
        }
        match &mut self.accumulator {
            Some(accumulator) => accumulator.finish(),
            None => Ok(Value::Integer(self.count)),
        }
    }

    /// Adds up what was found; where several did, each value where it comes first.
    fn add_up_found(&mut self, context: &mut Context<'_>) -> Result<()> {
        let lists = std::iter::once(&mut self.found).chain(&mut self.others);
        let mut lists: Vec<Peekable<IntoIter<(u32, Value)>>> =
            lists.map(|found| std::mem::take(&mut found.0).into_iter().peekable()).collect();
        self.others.clear();
        if lists.len() > 1 {
            self.seen = Some(Seen::default());
        }
        self.add_found(&mut lists, context).inspect_err(|_| let_go(lists))
    }

    /// Adds up what was found, part by part: no part is of two workers.
    fn add_found(
        &mut self,
        lists: &mut [Peekable<IntoIter<(u32, Value)>>],
        context: &mut Context<'_>,
    ) -> Result<()> {
        let several = lists.len() > 1;
        let next = |list: &mut Peekable<IntoIter<(u32, Value)>>| list.peek().map(|(part, _)| *part);
        while let Some((part, first)) =
            lists.iter_mut().filter_map(|list| Some((next(list)?, list))).min_by_key(|(part, _)| *part)
        {
            while let Some((_, value)) = first.next_if(|(own, _)| *own == part) {
                context.meter.tick()?;
                if several && !self.is_new(&value) {
                    continue;
                }
                if let Some(accumulator) = &mut self.accumulator {
                    accumulator.add(&[value])?;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        let count = self.0.len();
        free_rows(std::mem::take(&mut self.0), count);
    }
}

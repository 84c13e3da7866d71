//! Aggregates that take one value after the other, and those of different values that are told apart by their bytes.

use super::recent::Recent;
use super::seen::Seen;
use super::tally::{Call, group};
use crate::base::Result;
use crate::execute::batch::{Column, size_of_value};
use crate::execute::context::Context;
use crate::execute::operators::keys::{encode, encode_row, is_null};
use crate::functions::Accumulator;
use crate::value::Value;
use smallvec::SmallVec;

/// One state for each group.
#[derive(Default)]
pub struct States {
    of: Vec<State>,
    /// Of different values: those that have come lately.
    recent: Recent,
}

struct State {
    /// `None` where it only counts.
    accumulator: Option<Box<dyn Accumulator>>,
    count: i64,
    /// The values seen so far, with DISTINCT.
    seen: Option<Seen>,
    /// Different values, which are added up at the end: the part in which each was found first.
    found: Vec<(u32, Value)>,
    /// Whether several workers found them, some perhaps more than once.
    merged: bool,
}

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
        let mut held = 0;
        let mut add = |row: usize, context: &mut Context<'_>| -> Result<()> {
            context.meter.tick()?;
            if let Some(state) = self.of.get_mut(group(numbers, row)) {
                held += state.add(call, arguments, row, context)?;
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

    /// States for so many groups.
    pub fn make_room(&mut self, groups: usize, call: &Call) {
        self.of.resize_with(groups.max(self.of.len()), || State {
            accumulator: call.accumulator(),
            count: 0,
            seen: call.distinct.then(Seen::default),
            found: Vec::new(),
            merged: false,
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
                state.found.push((part, value));
            }
        }
    }

    /// Takes in those of another worker, whose groups have these numbers here.
    pub fn merge(&mut self, other: States, at: impl Fn(usize) -> usize) -> Result<()> {
        for (place, more) in other.of.into_iter().enumerate() {
            if let Some(state) = self.of.get_mut(at(place)) {
                state.merge(more)?;
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
        let waits = self.seen.is_some() && call.is_mergeable();
        let value = value.unwrap_or_else(|| first.value(row));
        if waits || accumulator.keeps_values() {
            let bytes = size_of_value(&value);
            context.meter.hold(bytes)?;
            held += bytes;
        }
        if waits {
            self.found.push((context.place(), value));
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

    fn merge(&mut self, mut other: State) -> Result<()> {
        match (&mut self.seen, &mut other.seen, &self.accumulator) {
            (Some(_), Some(_), Some(_)) => {
                self.found.append(&mut other.found);
                self.merged = true;
                return Ok(());
            }
            (Some(mine), Some(more), None) => {
                more.take().for_each(|key| {
                    mine.add(key);
                });
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
        let mut found = std::mem::take(&mut self.found);
        if self.merged {
            // Those of one worker are in the order of its parts, and no part is of two workers.
            found.sort_by_key(|(part, _)| *part);
            self.seen = Some(Seen::default());
        }
        for (_, value) in found {
            context.meter.tick()?;
            if self.merged && !self.is_new(&value) {
                continue;
            }
            if let Some(accumulator) = &mut self.accumulator {
                accumulator.add(&[value])?;
            }
        }
        match &mut self.accumulator {
            Some(accumulator) => accumulator.finish(),
            None => Ok(Value::Integer(self.count)),
        }
    }
}

//! What an aggregate adds up, for all groups.

use super::columns::{add_at, count, sum, whole};
use super::extremes::Extremes;
use super::ids::Ids;
use super::lists::Lists;
use super::means::Means;
use super::ranks::Ranks;
use super::runs::Runs;
use super::seen::Seen;
use crate::algebra::FunctionRef;
use crate::base::{Result, Span};
use crate::execute::batch::{Column, size_of_value};
use crate::execute::context::Context;
use crate::execute::evaluate::{Computed, weight};
use crate::execute::operators::groups::add_to;
use crate::execute::operators::keys::{encode, encode_row, is_null};
use crate::execute::operators::numbered::Numbered;
use crate::functions::{Accumulator, Body, Rank};
use crate::optimize::plan::{self, AggregateCall};
use crate::value::Value;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// One aggregate: what it adds up.
pub struct Call {
    call: AggregateCall,
    distinct: bool,
    pub arguments: Vec<Computed>,
    /// Of a list only the first so many values are asked, where that is known.
    first: Option<u32>,
    span: Span,
    kind: Kind,
    /// Whether all rows of a node follow each other, and it never comes again.
    runs: bool,
}

/// Aggregates that add up columns; all others take one value after the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Sum,
    Extreme(Ordering),
    Mean,
    List,
    Rank(Rank),
    Other,
}

/// The state of an aggregate in all groups.
pub enum Tally {
    Counts(Vec<i64>),
    /// Of whole numbers, as long as nothing else comes.
    Sums(Vec<i64>),
    /// The least or greatest so far.
    Extremes(Extremes),
    /// Different values that have a number: nodes, relationships, texts of one property.
    Ids(Ids),
    /// Different nodes whose rows follow each other.
    Runs(Runs),
    /// Means of whole numbers, as long as nothing else comes.
    Means(Means),
    Lists(Box<Lists>),
    /// Percentiles of whole numbers, as long as nothing else comes.
    Ranks(Ranks),
    States(Vec<State>),
}

pub struct State {
    /// `None` where it only counts.
    accumulator: Option<Box<dyn Accumulator>>,
    count: i64,
    /// The values seen so far, with DISTINCT.
    seen: Option<Seen>,
}

impl Kind {
    fn of(aggregate: &plan::Aggregate) -> Kind {
        match aggregate.call {
            AggregateCall::Rows | AggregateCall::Total => Kind::Count,
            AggregateCall::Function(FunctionRef(function)) => match function.name {
                "count" => Kind::Count,
                "sum" => Kind::Sum,
                "min" => Kind::Extreme(Ordering::Less),
                "max" => Kind::Extreme(Ordering::Greater),
                "avg" => Kind::Mean,
                "collect" => Kind::List,
                name => Rank::of(name).map_or(Kind::Other, Kind::Rank),
            },
        }
    }
}

/// Whether what is added up of parts can be put together, at least for some values.
pub fn may_be_merged(aggregate: &plan::Aggregate) -> bool {
    let kind = Kind::of(aggregate);
    kind == Kind::List || kind.is_mergeable(aggregate.distinct)
}

impl Kind {
    fn is_mergeable(self, distinct: bool) -> bool {
        match self {
            Kind::Count | Kind::Extreme(_) => true,
            Kind::Sum | Kind::Mean | Kind::List | Kind::Rank(_) | Kind::Other => !distinct,
        }
    }
}

impl Call {
    pub fn new(aggregate: &plan::Aggregate, arguments: Vec<Computed>) -> Call {
        let kind = Kind::of(aggregate);
        let plan::Aggregate { call, distinct, first, span, .. } = *aggregate;
        Call { call, distinct, arguments, first, span, kind, runs: false }
    }

    /// What is different is counted of nodes whose rows follow each other.
    pub fn in_runs(self) -> Call {
        Call { runs: true, ..self }
    }

    pub fn tally(&self) -> Tally {
        match (self.kind, self.distinct) {
            (Kind::Count, false) => Tally::Counts(Vec::new()),
            (Kind::Count, true) if self.runs => Tally::Runs(Runs::default()),
            (Kind::Count, true) => Tally::Ids(Ids::default()),
            (Kind::Sum, false) => Tally::Sums(Vec::new()),
            (Kind::List, distinct) => Tally::Lists(Box::new(Lists::new(distinct, self.first))),
            (Kind::Rank(rank), false) => Tally::Ranks(Ranks::new(rank)),
            (Kind::Mean, false) => Tally::Means(Means::default()),
            (Kind::Extreme(wanted), _) => Tally::Extremes(Extremes::new(wanted)),
            _ => Tally::States(Vec::new()),
        }
    }

    /// Whether a row stands for as many rows as its argument says.
    pub(super) fn weighs(&self) -> bool {
        self.call == AggregateCall::Total
    }

    /// Whether what has been added up so far can be put together with what others add up.
    pub(super) fn is_mergeable(&self, tally: &Tally) -> bool {
        match tally {
            Tally::Lists(lists) => lists.is_mergeable(),
            _ => self.kind.is_mergeable(self.distinct),
        }
    }

    /// Whether it counts each row.
    pub(super) fn counts_rows(&self) -> bool {
        self.kind == Kind::Count && !self.distinct && self.arguments.is_empty() && !self.weighs()
    }

    fn state(&self) -> State {
        let accumulator = match self.call {
            AggregateCall::Function(FunctionRef(function)) if self.kind != Kind::Count => match function.body
            {
                Body::Aggregate(make) => Some(make()),
                Body::Scalar(_) => None,
            },
            _ => None,
        };
        State { accumulator, count: 0, seen: self.distinct.then(Seen::default) }
    }
}

/// The group of a row, where `None` has all rows in one.
pub(super) fn group(numbers: &Option<Vec<u32>>, row: usize) -> usize {
    numbers.as_ref().map_or(0, |numbers| numbers[row] as usize)
}

impl Tally {
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
        self.turn(call, arguments, groups);
        match self {
            Tally::Counts(counts) => {
                counts.resize(groups, 0);
                count(counts, call, arguments.first(), numbers, length).map(|()| 0)
            }
            Tally::Sums(sums) => {
                sums.resize(groups, 0);
                let Some(column) = arguments.first() else { return Ok(0) };
                let summed = sum(sums, column, numbers, length);
                summed.map(|()| 0).map_err(|report| report.or_at(call.span))
            }
            Tally::Means(means) => {
                let Some(column) = arguments.first() else { return Ok(0) };
                means.add(column, numbers, groups);
                Ok(0)
            }
            Tally::Lists(lists) => match arguments.first() {
                Some(column) => lists.add(column, numbers, length, groups, context),
                None => Ok(0),
            },
            Tally::Ranks(ranks) => match arguments.first() {
                Some(column) => ranks.add(column, numbers, groups, context),
                None => Ok(0),
            },
            Tally::Extremes(extremes) => {
                let Some(column) = arguments.first() else { return Ok(0) };
                match column {
                    Column::Values(values) => {
                        values.iter().try_for_each(|value| context.meter.work(weight(value)))?;
                    }
                    Column::Same(value) => {
                        context.meter.work(weight(value).saturating_mul(length as u32))?;
                    }
                    _ => {}
                }
                extremes.add(column, numbers, length, groups, context)?;
                Ok(0)
            }
            Tally::Runs(runs) => {
                let Some(column) = arguments.first() else { return Ok(0) };
                runs.add(column, numbers, length, groups);
                Ok(0)
            }
            Tally::Ids(ids) => match arguments.first() {
                Some(column) => ids.add(column, numbers, length, groups, context),
                None => Ok(0),
            },
            Tally::States(states) => {
                states.resize_with(groups, || call.state());
                let mut held = 0;
                for row in 0..length {
                    context.meter.tick()?;
                    if let Some(state) = states.get_mut(group(numbers, row)) {
                        held += state.add(call, arguments, row, context)?;
                    }
                }
                Ok(held)
            }
        }
    }

    /// Whether a row is added up by some steps.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Tally::Counts(_) | Tally::Sums(_) | Tally::Extremes(_) | Tally::Means(_) | Tally::Runs(_) => true,
            Tally::Lists(lists) => lists.is_plain(),
            Tally::Ids(ids) => ids.is_plain(),
            Tally::Ranks(_) | Tally::States(_) => false,
        }
    }

    /// Adds rows that were counted elsewhere, by group, to all that count.
    pub(super) fn add_counted(tallies: &mut [Tally], counted: Vec<i64>) {
        let counts = tallies.iter_mut().filter_map(|tally| match tally {
            Tally::Counts(counts) => Some(counts),
            _ => None,
        });
        let mut all: SmallVec<[&mut Vec<i64>; 2]> = counts.collect();
        if let Some((last, others)) = all.split_last_mut() {
            others.iter_mut().for_each(|counts| add_to(counts, counted.clone()));
            add_to(last, counted);
        }
    }

    /// Where a column comes that this form cannot take, goes on with one state a group.
    fn turn(&mut self, call: &Call, arguments: &[Column], groups: usize) {
        let fits = match (&mut *self, arguments.first()) {
            (Tally::Sums(_) | Tally::Means(_), Some(column)) => whole(column),
            (Tally::Ranks(ranks), _) => ranks.fits(arguments),
            (Tally::Lists(lists), Some(column)) => lists.can_tell_apart(column),
            (Tally::Ids(ids), Some(column)) => match Numbered::unbounded(column) {
                Some(of) => ids.take(of),
                None => false,
            },
            (Tally::Ids(_), None) => false,
            _ => true,
        };
        if !fits {
            let old = std::mem::replace(self, Tally::States(Vec::new()));
            *self = Tally::States(old.into_states(call, groups));
        }
    }

    fn into_states(self, call: &Call, groups: usize) -> Vec<State> {
        let mut states: Vec<State> = Vec::new();
        states.resize_with(groups, || call.state());
        match self {
            Tally::Sums(sums) => {
                // A group without a value so far may go on with durations, to which no number can be added.
                for (state, sum) in states.iter_mut().zip(sums).filter(|(_, sum)| *sum != 0) {
                    // Nothing that was summed up so far can fail to be added again.
                    let _ = state.accumulator.as_mut().map(|a| a.add(&[Value::Integer(sum)]));
                }
            }
            Tally::Means(means) => {
                for (state, part) in states.iter_mut().zip(means.parts()) {
                    // Nor can the sum of a mean.
                    let _ = state.accumulator.as_mut().map(|a| a.absorb(&part));
                }
            }
            Tally::Ids(ids) => ids.each(|group, value| {
                if let Some(state) = states.get_mut(group) {
                    // Nothing that was counted can fail to be counted.
                    let _ = state.take(&value);
                }
            }),
            Tally::Ranks(ranks) => ranks.each(|group, arguments| {
                let state = states.get_mut(group).and_then(|state| state.accumulator.as_mut());
                // Nor can a number among others.
                let _ = state.map(|state| state.add(arguments));
            }),
            Tally::Lists(lists) => lists.each(|group, value| {
                if let Some(state) = states.get_mut(group) {
                    // Nor can a list of what was in one.
                    let _ = state.take(&value);
                }
            }),
            _ => {}
        }
        states
    }

    /// Takes in another part, whose groups have these numbers here.
    pub fn merge(
        &mut self,
        mut other: Tally,
        numbers: Option<&[u32]>,
        theirs: usize,
        groups: usize,
        call: &Call,
    ) -> Result<()> {
        let at = |place: usize| numbers.map_or(0, |numbers| numbers.get(place).map_or(0, |n| *n as usize));
        if let (Tally::Ids(mine), Tally::Ids(more)) = (&mut *self, &mut other)
            && mine.merge(more, theirs, groups, at)
        {
            return Ok(());
        }
        if let (Tally::Lists(mine), Tally::Lists(more)) = (&mut *self, &mut other)
            && mine.merge(more, theirs, at)
        {
            return Ok(());
        }
        match (&mut *self, other) {
            // A node has all its rows in one of the parts.
            (Tally::Runs(mine), Tally::Runs(more)) => mine.merge(more, groups, at)?,
            (Tally::Means(mine), Tally::Means(more)) => mine.merge(more, groups, at),
            (Tally::Ranks(mine), Tally::Ranks(more)) => mine.merge(more, groups, at),
            (Tally::Counts(mine), Tally::Counts(more)) | (Tally::Sums(mine), Tally::Sums(more)) => {
                add_at(mine, more, groups, at)?;
            }
            (Tally::Extremes(mine), Tally::Extremes(more)) => mine.merge(more, groups, at),
            (_, other) => {
                // Forms differ: what is counted is put together value by value.
                let old = std::mem::replace(self, Tally::States(Vec::new()));
                let mut states = match old {
                    Tally::States(states) => states,
                    old => old.into_states(call, groups),
                };
                states.resize_with(groups, || call.state());
                let more = match other {
                    Tally::States(states) => states,
                    other => other.into_states(call, theirs),
                };
                for (place, more) in more.into_iter().enumerate() {
                    if let Some(state) = states.get_mut(at(place)) {
                        state.merge(more)?;
                    }
                }
                *self = Tally::States(states);
            }
        }
        Ok(())
    }

    /// The results, by group.
    pub fn finish(self, call: &Call, groups: usize, context: &mut Context<'_>) -> Result<Column> {
        Ok(match self {
            Tally::Counts(mut counts) | Tally::Sums(mut counts) => {
                counts.resize(groups, 0);
                Column::integers(counts)
            }
            Tally::Runs(runs) => Column::integers(runs.counts(groups)),
            Tally::Extremes(extremes) => extremes.finish(groups),
            Tally::Ids(ids) => Column::integers(ids.counts(groups, context)?),
            Tally::Means(means) => Column::values(means.finish(groups)),
            Tally::Ranks(ranks) => Column::values(ranks.finish(groups, context)?),
            Tally::Lists(lists) => lists.finish(groups, context).map_err(|report| report.or_at(call.span))?,
            Tally::States(mut states) => {
                states.resize_with(groups, || call.state());
                let mut values = Vec::with_capacity(groups);
                for mut state in states {
                    values.push(match &mut state.accumulator {
                        Some(accumulator) => {
                            accumulator.finish().map_err(|report| report.or_at(call.span))?
                        }
                        None => Value::Integer(state.count),
                    });
                }
                Column::values(values)
            }
        })
    }
}

/// Bytes that a key usually has room in.
const KEY: usize = 48;

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
        let mut values: SmallVec<[Value; 2]> = SmallVec::new();
        values.push(value.unwrap_or_else(|| first.value(row)));
        if accumulator.keeps_values() {
            let bytes = values.iter().map(size_of_value).sum::<u64>();
            context.meter.hold(bytes)?;
            held += bytes;
        }
        values.extend(arguments.iter().skip(1).map(|column| column.value(row)));
        accumulator.add(&values).map_err(|report| report.or_at(call.span))?;
        Ok(held)
    }

    /// Takes a value that may have come before, and then not again.
    fn take(&mut self, value: &Value) -> Result<()> {
        let mut key = Vec::new();
        encode(value, &mut key);
        if self.seen.as_mut().is_some_and(|seen| !seen.add(key.into_boxed_slice())) {
            return Ok(());
        }
        self.count += 1;
        self.accumulator.as_mut().map_or(Ok(()), |accumulator| accumulator.add(std::slice::from_ref(value)))
    }

    fn merge(&mut self, mut other: State) -> Result<()> {
        if self.accumulator.is_some()
            && self.seen.is_some()
            && let Some(more) = &mut other.accumulator
        {
            return more.part()?.iter().try_for_each(|value| self.take(value));
        }
        match (&mut self.seen, &mut other.seen) {
            (Some(mine), Some(more)) => {
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
}

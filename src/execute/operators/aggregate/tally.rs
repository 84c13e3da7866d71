//! What an aggregate adds up, for all groups.

use super::columns::{add_at, count, sum, whole};
use super::extremes::Extremes;
use super::ids::Ids;
use super::lists::Lists;
use super::means::{Means, Moment};
use super::ranks::Ranks;
use super::runs::Runs;
use super::states::States;
use crate::algebra::FunctionRef;
use crate::base::{Result, Span};
use crate::execute::batch::Column;
use crate::execute::context::Context;
use crate::execute::evaluate::{Computed, weight};
use crate::execute::operators::groups::add_to;
use crate::execute::operators::numbered::Numbered;
use crate::functions::{Accumulator, Body, Rank};
use crate::optimize::plan::{self, AggregateCall};
use crate::value::Value;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// One aggregate: what it adds up.
pub struct Call {
    call: AggregateCall,
    pub(super) distinct: bool,
    pub arguments: Vec<Computed>,
    /// Whether what several workers have added up can be put together.
    pub(super) mergeable: bool,
    /// Of a list only the first so many values are asked, where that is known.
    first: Option<u32>,
    pub(super) span: Span,
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
    Mean(Moment),
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
    /// Means and deviations of whole numbers, as long as nothing else comes.
    Means(Means),
    Lists(Box<Lists>),
    /// Percentiles of whole numbers, as long as nothing else comes.
    Ranks(Ranks),
    States(States),
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
                "collect" => Kind::List,
                name => match (Moment::of(name), Rank::of(name)) {
                    (Some(moment), _) => Kind::Mean(moment),
                    (None, rank) => rank.map_or(Kind::Other, Kind::Rank),
                },
            },
        }
    }
}

/// Whether what is added up of parts can be put together.
pub fn may_be_merged(aggregate: &plan::Aggregate) -> bool {
    // What goes with a value that came before is not known any more.
    !aggregate.distinct || aggregate.arguments.len() < 2
}

impl Call {
    pub fn new(aggregate: &plan::Aggregate, arguments: Vec<Computed>) -> Call {
        let kind = Kind::of(aggregate);
        let plan::Aggregate { call, distinct, first, span, .. } = *aggregate;
        let mergeable = may_be_merged(aggregate);
        Call { call, distinct, arguments, mergeable, first, span, kind, runs: false }
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
            (Kind::Mean(moment), false) => Tally::Means(Means::new(moment)),
            (Kind::Extreme(wanted), _) => Tally::Extremes(Extremes::new(wanted)),
            _ => Tally::States(States::default()),
        }
    }

    /// Whether a row stands for as many rows as its argument says.
    pub(super) fn weighs(&self) -> bool {
        self.call == AggregateCall::Total
    }

    /// What takes one value after the other, but for what only counts.
    pub(super) fn accumulator(&self) -> Option<Box<dyn Accumulator>> {
        match self.call {
            AggregateCall::Function(FunctionRef(function)) if self.kind != Kind::Count => match function.body
            {
                Body::Aggregate(make) => Some(make()),
                Body::Scalar(_) => None,
            },
            _ => None,
        }
    }

    /// Whether it counts each row.
    pub(super) fn counts_rows(&self) -> bool {
        self.kind == Kind::Count && !self.distinct && self.arguments.is_empty() && !self.weighs()
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
            Tally::States(states) => states.add(call, arguments, numbers, length, groups, context),
        }
    }

    /// Whether what several workers add up of so many rows is put together sooner than it is found by one.
    pub(super) fn is_worth_merging(&self, rows: u64) -> bool {
        match self {
            Tally::States(states) => states.come_often(rows),
            _ => true,
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
            (Tally::Sums(_), Some(column)) => whole(column),
            (Tally::Means(means), Some(column)) => means.fits(column),
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
            let old = std::mem::replace(self, Tally::States(States::default()));
            *self = Tally::States(old.into_states(call, groups));
        }
    }

    fn into_states(self, call: &Call, groups: usize) -> States {
        let mut states = match self {
            Tally::States(states) => return states,
            _ => States::default(),
        };
        states.make_room(groups, call);
        match self {
            Tally::Sums(sums) => {
                // A group without a value so far may go on with durations, to which no number can be added.
                for (group, sum) in (0..).zip(sums).filter(|(_, sum)| *sum != 0) {
                    states.add_to(group, &[Value::Integer(sum)]);
                }
            }
            Tally::Means(means) => {
                (0..).zip(means.parts()).for_each(|(group, part)| states.absorb_to(group, &part));
            }
            Tally::Ids(ids) => ids.each(|group, value| states.take(group, 0, value)),
            Tally::Ranks(ranks) => ranks.each(|group, arguments| states.add_to(group, arguments)),
            Tally::Lists(lists) => lists.each(|group, part, value| states.take(group, part, value)),
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
        context: &mut Context<'_>,
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
                let mut states =
                    std::mem::replace(self, Tally::States(States::default())).into_states(call, groups);
                states.make_room(groups, call);
                states.merge(other.into_states(call, theirs), at, context)?;
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
            Tally::States(states) => states.finish(call, groups, context)?,
        })
    }
}

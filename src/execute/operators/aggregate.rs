//! Aggregation: one row a group.

use super::keys::encode;
use crate::algebra::{FunctionRef, Slot};
use crate::base::{Result, Span};
use crate::execute::batch::{BATCH, Batch, Column, size_of_value};
use crate::execute::context::Context;
use crate::execute::evaluate::Compiled;
use crate::execute::operator::Operator;
use crate::execute::trace::Gathered;
use crate::functions::{Accumulator, Body};
use crate::optimize::plan::{self, AggregateCall};
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// One aggregate: what it adds up.
pub struct Call {
    call: AggregateCall,
    distinct: bool,
    arguments: Vec<Compiled>,
    span: Span,
    /// `count`, which needs no accumulator.
    counts: bool,
}

impl Call {
    pub fn new(aggregate: &plan::Aggregate, arguments: Vec<Compiled>) -> Call {
        let counts = match aggregate.call {
            AggregateCall::Rows | AggregateCall::Total => true,
            AggregateCall::Function(FunctionRef(function)) => function.name.eq_ignore_ascii_case("count"),
        };
        Call { call: aggregate.call, distinct: aggregate.distinct, arguments, span: aggregate.span, counts }
    }

    fn state(&self) -> State {
        let tally = match self.call {
            AggregateCall::Function(FunctionRef(function)) if !self.counts => match function.body {
                Body::Aggregate(make) => Tally::Accumulator(make()),
                Body::Scalar(_) => Tally::Count(0),
            },
            _ => Tally::Count(0),
        };
        State { tally, seen: self.distinct.then(FxHashSet::default) }
    }
}

/// What a merged row rests on, while tracing.
pub struct Proof {
    pub witnesses: Vec<Slot>,
    pub facts: Slot,
}

struct State {
    tally: Tally,
    /// The values seen so far, with DISTINCT.
    seen: Option<FxHashSet<Box<[u8]>>>,
}

enum Tally {
    Count(i64),
    Accumulator(Box<dyn Accumulator>),
}

struct Group {
    keys: SmallVec<[Value; 2]>,
    states: SmallVec<[State; 2]>,
    proof: Gathered,
}

pub struct Aggregate {
    input: Box<dyn Operator>,
    keys: Vec<(Slot, Compiled)>,
    calls: Vec<(Slot, Call)>,
    proof: Option<Proof>,
    output: Option<std::vec::IntoIter<Group>>,
}

impl Aggregate {
    pub fn new(
        input: Box<dyn Operator>,
        keys: Vec<(Slot, Compiled)>,
        calls: Vec<(Slot, Call)>,
        proof: Option<Proof>,
    ) -> Aggregate {
        Aggregate { input, keys, calls, proof, output: None }
    }

    fn gather(&mut self, context: &mut Context<'_>) -> Result<Vec<Group>> {
        let mut groups: Vec<Group> = Vec::new();
        let mut places: FxHashMap<Box<[u8]>, usize> = FxHashMap::default();
        let mut by_node: FxHashMap<u32, usize> = FxHashMap::default();
        let mut key = Vec::new();
        let mut held = 0;
        if self.keys.is_empty() {
            groups.push(self.group(SmallVec::new()));
        }
        while let Some(batch) = self.input.next(context)? {
            let mut keys = Vec::with_capacity(self.keys.len());
            for (_, expression) in &self.keys {
                keys.push(expression.column(&batch, context)?);
            }
            let mut columns: Vec<SmallVec<[Column; 2]>> = Vec::with_capacity(self.calls.len());
            for (_, call) in &self.calls {
                let mut arguments = SmallVec::new();
                for argument in &call.arguments {
                    arguments.push(argument.column(&batch, context)?);
                }
                columns.push(arguments);
            }
            if self.keys.is_empty() && self.count_rows(&batch, &columns, &mut groups)? {
                continue;
            }
            for row in 0..batch.length {
                context.tick()?;
                let found = match keys.as_slice() {
                    [] => Some(0),
                    [Column::Nodes(ids)] => ids.get(row).and_then(|id| by_node.get(id).copied()),
                    columns => {
                        key.clear();
                        columns.iter().for_each(|column| encode(&column.value(row), &mut key));
                        places.get(key.as_slice()).copied()
                    }
                };
                let place = match found {
                    Some(place) => place,
                    None => {
                        let values: SmallVec<[Value; 2]> =
                            keys.iter().map(|column| column.value(row)).collect();
                        let bytes = values.iter().map(size_of_value).sum::<u64>() + key.len() as u64 + 64;
                        context.meter.hold(bytes)?;
                        held += bytes;
                        match keys.as_slice() {
                            [Column::Nodes(ids)] => {
                                by_node.insert(ids.get(row).copied().unwrap_or_default(), groups.len());
                                // The same node may come as a value in another batch.
                                key.clear();
                                values.iter().for_each(|value| encode(value, &mut key));
                                match places.get(key.as_slice()) {
                                    Some(place) => {
                                        by_node.insert(ids.get(row).copied().unwrap_or_default(), *place);
                                        *place
                                    }
                                    None => {
                                        places.insert(key.as_slice().into(), groups.len());
                                        groups.push(self.group(values));
                                        groups.len() - 1
                                    }
                                }
                            }
                            _ => {
                                places.insert(key.as_slice().into(), groups.len());
                                groups.push(self.group(values));
                                groups.len() - 1
                            }
                        }
                    }
                };
                context.meter.rows(groups.len() as u64)?;
                let Some(group) = groups.get_mut(place) else { continue };
                for (((_, call), state), arguments) in self.calls.iter().zip(&mut group.states).zip(&columns)
                {
                    held += add(call, state, arguments, row, context)?;
                }
                if let Some(proof) = &self.proof {
                    group.proof.row(&batch, row, &proof.witnesses, proof.facts);
                }
            }
        }
        context.meter.release(held);
        Ok(groups)
    }

    /// Without keys, counts of rows need no look at the single row.
    fn count_rows(
        &self,
        batch: &Batch,
        columns: &[SmallVec<[Column; 2]>],
        groups: &mut [Group],
    ) -> Result<bool> {
        let plain = |call: &Call| matches!(call.call, AggregateCall::Rows | AggregateCall::Total);
        if self.proof.is_some() || !self.calls.iter().all(|(_, call)| plain(call)) {
            return Ok(false);
        }
        for state in groups.iter_mut().map(|group| &mut group.states) {
            for (state, arguments) in state.iter_mut().zip(columns) {
                let Tally::Count(count) = &mut state.tally else { continue };
                let more = match arguments.first() {
                    Some(column) => total(column, batch.length),
                    None => Some(batch.length as i64),
                };
                let sum = more.and_then(|more| count.checked_add(more));
                *count = sum.ok_or_else(crate::value::arithmetic::integer_overflow)?;
            }
        }
        Ok(true)
    }

    fn group(&self, keys: SmallVec<[Value; 2]>) -> Group {
        let states = self.calls.iter().map(|(_, call)| call.state()).collect();
        Group { keys, states, proof: Gathered::default() }
    }
}

/// The sum of a column of counts; `None` where it does not fit.
fn total(column: &Column, length: usize) -> Option<i64> {
    match column {
        Column::Values(values) => values.iter().try_fold(0i64, |sum, value| match value {
            Value::Integer(more) => sum.checked_add(*more),
            _ => Some(sum),
        }),
        column => (0..length)
            .try_fold(0i64, |sum, row| sum.checked_add(column.value(row).as_integer().unwrap_or(0))),
    }
}

/// Adds one row to an aggregate; returns the bytes that it keeps of it.
fn add(
    call: &Call,
    state: &mut State,
    arguments: &[Column],
    row: usize,
    context: &mut Context<'_>,
) -> Result<u64> {
    let Some(first) = arguments.first() else {
        if let Tally::Count(count) = &mut state.tally {
            *count += 1;
        }
        return Ok(0);
    };
    let mut values: SmallVec<[Value; 2]> = SmallVec::new();
    values.push(first.value(row));
    if values.first().is_none_or(Value::is_null) {
        return Ok(0);
    }
    let mut held = 0;
    if let Some(seen) = &mut state.seen {
        let mut key = Vec::new();
        values.iter().for_each(|value| encode(value, &mut key));
        let bytes = key.len() as u64 + 32;
        if !seen.insert(key.into_boxed_slice()) {
            return Ok(0);
        }
        context.meter.hold(bytes)?;
        held += bytes;
    }
    match &mut state.tally {
        Tally::Count(count) => {
            let more = match (call.call, values.first()) {
                (AggregateCall::Total, Some(Value::Integer(more))) => *more,
                _ => 1,
            };
            *count = count.checked_add(more).ok_or_else(crate::value::arithmetic::integer_overflow)?;
        }
        Tally::Accumulator(accumulator) => {
            if accumulator.keeps_values() {
                let bytes = values.iter().map(size_of_value).sum::<u64>();
                context.meter.hold(bytes)?;
                held += bytes;
            }
            values.extend(arguments.iter().skip(1).map(|column| column.value(row)));
            accumulator.add(&values).map_err(|report| report.or_at(call.span))?;
        }
    }
    Ok(held)
}

impl Operator for Aggregate {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            self.output = Some(self.gather(context)?.into_iter());
        }
        let Some(output) = &mut self.output else { return Ok(None) };
        let mut keys: Vec<Vec<Value>> = self.keys.iter().map(|_| Vec::new()).collect();
        let mut results: Vec<Vec<Value>> = self.calls.iter().map(|_| Vec::new()).collect();
        let mut facts = Vec::new();
        let mut length = 0;
        for group in output.take(BATCH) {
            length += 1;
            group.keys.into_iter().zip(&mut keys).for_each(|(value, column)| column.push(value));
            for ((state, column), (_, call)) in group.states.into_iter().zip(&mut results).zip(&self.calls) {
                column.push(match state.tally {
                    Tally::Count(count) => Value::Integer(count),
                    Tally::Accumulator(mut accumulator) => {
                        accumulator.finish().map_err(|report| report.or_at(call.span))?
                    }
                });
            }
            if self.proof.is_some() {
                facts.push(group.proof.value());
            }
        }
        if length == 0 {
            return Ok(None);
        }
        let mut batch = Batch::of_length(length);
        for ((slot, _), column) in self.keys.iter().zip(keys) {
            batch.set(*slot, Column::of(column));
        }
        for ((slot, _), column) in self.calls.iter().zip(results) {
            batch.set(*slot, Column::values(column));
        }
        if let Some(proof) = &self.proof {
            batch.set(proof.facts, Column::values(facts));
        }
        Ok(Some(batch))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
    }
}

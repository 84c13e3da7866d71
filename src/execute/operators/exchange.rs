//! A chain of operators over one scan whose parts several workers take, below an operator that wants all rows.
//!
//! The rows come out in the order of the parts, as if one worker had done them.

use crate::base::{Kept, Result};
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operator::{Argument, Operator};
use crate::execute::parts::{Queue, begin};
use crate::execute::spread::Spread;
use std::time::{Duration, Instant};

pub struct Exchange {
    /// The chain, as the first worker does it.
    own: Box<dyn Operator>,
    spread: Spread,
    state: State,
}

/// Where a chain takes less than one part in so many of the time, what is done with its rows takes the rest: to share
/// the chain would not make up for keeping them.
const SMALL: u32 = 3;

enum State {
    Begin,
    /// One worker does part after part.
    Alone {
        queue: Queue,
        inside: bool,
        /// What the chain has taken of the time.
        spent: Duration,
    },
    /// All rows are there, the last ones first.
    Done(Kept<Batch>),
}

/// What a worker found: the batches of each part, and where the part begins.
pub type Found = Vec<(u32, Vec<Batch>)>;

impl Exchange {
    pub fn new(own: Box<dyn Operator>, spread: Spread) -> Exchange {
        Exchange { own, spread, state: State::Begin }
    }

    /// Does what is left with all workers.
    fn share(&mut self, queue: &Queue, context: &mut Context<'_>) -> Result<Kept<Batch>> {
        let (own, spread) = (&mut *self.own, &self.spread);
        let work = |context: &mut Context<'_>| parts(own, &spread.argument, queue, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.rows_of_parts(queue, context);
        let (mine, others) = spread.share(queue, context, work, another)?;
        queue.leave(context);
        let mut found: Found = std::iter::once(mine).chain(others).flatten().collect();
        found.sort_by_key(|(from, _)| *from);
        Ok(found
            .into_iter()
            .rev()
            .flat_map(|(_, batches)| batches.into_iter().rev())
            .collect::<Vec<_>>()
            .into())
    }
}

/// All rows of the parts that the queue gives out.
pub fn parts(
    chain: &mut dyn Operator,
    argument: &Argument,
    queue: &Queue,
    context: &mut Context<'_>,
) -> Result<Found> {
    let mut found = Kept::from(Vec::new());
    while let Some(part) = queue.next() {
        let from = part.range.start;
        begin(chain, argument, part, context);
        let mut batches = Kept::from(Vec::new());
        while let Some(batch) = chain.next(context)? {
            if batch.length > 0 {
                context.meter.hold(batch.bytes())?;
                batches.push(batch);
            }
        }
        found.push((from, batches.take()));
    }
    Ok(found.take())
}

impl Operator for Exchange {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        loop {
            match std::mem::replace(&mut self.state, State::Begin) {
                State::Begin => {
                    let queue = self.spread.queue(context)?;
                    self.state = State::Alone { queue, inside: false, spent: Duration::ZERO };
                }
                State::Alone { queue, inside, mut spent } => {
                    let begun = Instant::now();
                    let batch = if inside { self.own.next(context)? } else { None };
                    spent += begun.elapsed();
                    if batch.is_some() {
                        self.state = State::Alone { queue, inside, spent };
                        return Ok(batch);
                    }
                    if queue.is_long() && spent * SMALL > queue.spent() {
                        self.state = State::Done(self.share(&queue, context)?);
                        continue;
                    }
                    match queue.next_alone() {
                        Some(part) => {
                            begin(&mut *self.own, &self.spread.argument, part, context);
                            self.state = State::Alone { queue, inside: true, spent };
                        }
                        None => {
                            queue.leave(context);
                            self.state = State::Done(Kept::from(Vec::new()));
                        }
                    }
                }
                State::Done(mut batches) => {
                    let next = batches.pop();
                    if let Some(batch) = &next {
                        context.meter.release(batch.bytes());
                    }
                    self.state = State::Done(batches);
                    return Ok(next);
                }
            }
        }
    }

    fn reset(&mut self) {
        self.state = State::Begin;
        self.own.reset();
        self.spread.reset();
    }
}

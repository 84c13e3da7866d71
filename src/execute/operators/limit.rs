//! SKIP and LIMIT.

use crate::base::{Report, Result};
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::optimize::slots::SlotSet;
use crate::value::Value;

/// The number of SKIP or LIMIT.
pub fn number(count: &Compiled, clause: &str, context: &mut Context<'_>) -> Result<u64> {
    let nothing = Batch::of_length(1);
    match count.value(&mut Frame::new(&nothing, 0), context)? {
        Value::Integer(number) => u64::try_from(number).map_err(|_| {
            let message = format!("{clause} needs a number of rows, and {number} is less than none");
            Report::runtime("SyntaxError", "NegativeIntegerArgument", message)
        }),
        other => {
            let message = format!("{clause} needs a whole number of rows, not {}", other.type_with_article());
            Err(Report::runtime("SyntaxError", "InvalidArgumentType", message))
        }
    }
}

pub struct Skip {
    input: Box<dyn Operator>,
    count: u64,
    left: u64,
}

impl Skip {
    pub fn new(input: Box<dyn Operator>, count: &Compiled, context: &mut Context<'_>) -> Result<Skip> {
        let count = number(count, "SKIP", context)?;
        Ok(Skip { input, count, left: count })
    }
}

impl Operator for Skip {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next(context)? {
            let length = batch.length as u64;
            if self.left >= length {
                self.left -= length;
                continue;
            }
            let skipped = std::mem::take(&mut self.left);
            return Ok(Some(if skipped == 0 { batch } else { part(&batch, skipped, length) }));
        }
        Ok(None)
    }

    fn reset(&mut self) {
        self.left = self.count;
        self.input.reset();
    }
}

pub struct Limit {
    input: Box<dyn Operator>,
    count: u64,
    left: u64,
    /// Something below writes, and writes are not cut short: it has to run to its end.
    drain: bool,
}

impl Limit {
    pub fn new(
        input: Box<dyn Operator>,
        count: &Compiled,
        drain: bool,
        context: &mut Context<'_>,
    ) -> Result<Limit> {
        let count = number(count, "LIMIT", context)?;
        Ok(Limit { input, count, left: count, drain })
    }
}

impl Operator for Limit {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.left == 0 {
            if std::mem::take(&mut self.drain) {
                while self.input.next(context)?.is_some() {}
            }
            return Ok(None);
        }
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let length = batch.length as u64;
        if length <= self.left {
            self.left -= length;
            return Ok(Some(batch));
        }
        let taken = std::mem::take(&mut self.left);
        Ok(Some(part(&batch, 0, taken)))
    }

    fn reset(&mut self) {
        self.left = self.count;
        self.input.reset();
    }
}

fn part(batch: &Batch, from: u64, to: u64) -> Batch {
    let rows: Vec<u32> = (from as u32..to as u32).collect();
    let keep: SlotSet = batch.slots().collect();
    batch.gather(&rows, &keep)
}

//! OPTIONAL MATCH: the rows of an inner plan for each row of the input, or that row with nulls.
//!
//! The inner plan runs over a whole batch at once. A column with the number of the input row goes through it, and its
//! operators keep the order of their input, so that rows without a match can be put back where they belong.

use crate::algebra::{Slot, SlotKind};
use crate::base::Result;
use crate::execute::batch::{Batch, Builder, Column, NONE};
use crate::execute::context::Context;
use crate::execute::operator::{Argument, Operator};
use crate::execute::operators::rows::{number_of, number_rows};
use crate::optimize::slots::SlotSet;
use crate::value::Value;

pub struct Optional {
    input: Box<dyn Operator>,
    inner: Box<dyn Operator>,
    argument: Argument,
    row: Slot,
    fills: Vec<(Slot, SlotKind)>,
    keep: SlotSet,
    current: Option<Current>,
}

/// The batch whose matches are being pulled.
struct Current {
    batch: Batch,
    /// The first row for which no match has been seen.
    open: usize,
}

impl Optional {
    pub fn new(
        input: Box<dyn Operator>,
        inner: Box<dyn Operator>,
        argument: Argument,
        row: Slot,
        fills: Vec<(Slot, SlotKind)>,
        keep: SlotSet,
    ) -> Optional {
        Optional { input, inner, argument, row, fills, keep, current: None }
    }

    /// Rows without a match: as they came, with nulls.
    fn unmatched(&self, batch: &Batch, rows: &[u32]) -> Batch {
        let mut out = batch.gather(rows, &self.keep);
        for (slot, kind) in &self.fills {
            let column = match kind {
                SlotKind::Node => Column::nodes(vec![NONE; rows.len()]),
                SlotKind::Relationship => Column::relationships(vec![NONE; rows.len()]),
                _ => Column::Same(Value::Null),
            };
            out.set(*slot, column);
        }
        out
    }

    /// Puts the unmatched rows among the matched ones.
    fn fill(&self, current: &mut Current, matched: &Batch) -> Batch {
        let mut out = Builder::default();
        let keep: &SlotSet = &self.keep;
        let mut begin = 0;
        for row in 0..matched.length {
            let number = number_of(matched, self.row, row).unwrap_or(0);
            if number > current.open {
                let before: Vec<u32> = (begin as u32..row as u32).collect();
                out.append(&matched.gather(&before, keep));
                let missing: Vec<u32> = (current.open as u32..number as u32).collect();
                out.append(&self.unmatched(&current.batch, &missing));
                begin = row;
            }
            current.open = current.open.max(number + 1);
        }
        if begin == 0 && out.length() == 0 {
            return matched.clone().narrow(keep);
        }
        let rest: Vec<u32> = (begin as u32..matched.length as u32).collect();
        out.append(&matched.gather(&rest, keep));
        out.finish()
    }
}

impl Operator for Optional {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        loop {
            let Some(mut current) = self.current.take() else {
                let Some(batch) = self.input.next(context)? else { return Ok(None) };
                if batch.length == 0 {
                    continue;
                }
                let mut begin = batch.clone();
                number_rows(&mut begin, self.row);
                self.inner.reset();
                self.argument.put(begin);
                self.current = Some(Current { batch, open: 0 });
                continue;
            };
            match self.inner.next(context)? {
                Some(matched) => {
                    let out = self.fill(&mut current, &matched);
                    self.current = Some(current);
                    if out.length > 0 {
                        return Ok(Some(out));
                    }
                }
                None if current.open < current.batch.length => {
                    let missing: Vec<u32> = (current.open as u32..current.batch.length as u32).collect();
                    return Ok(Some(self.unmatched(&current.batch, &missing)));
                }
                None => {}
            }
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
        self.inner.reset();
    }
}

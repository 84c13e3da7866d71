//! Expressions that are computed once for each value of what they depend on.

use super::atom::{Atom, Source};
use super::codes::Codes;
use super::sides::Kind;
use super::{Compiled, Frame, compared, truth_of, written};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::graph::Bits;
use crate::value::{Truth, Value};
use std::cell::RefCell;

/// An expression and what it gave so far.
pub struct Memo {
    expression: Compiled,
    /// Whether its texts, their lengths or what is asked of these can be told of all rows at once.
    is_written: bool,
    atom: Atom,
    state: RefCell<State>,
}

/// No row with that value has come yet.
const OPEN: u32 = u32::MAX;

/// So many numbers that are new among some rows are asked for one by one.
const AT_ONCE: usize = 4;

/// So many outcomes show whether they are worth to be remembered.
const MANY: usize = 4096;

#[derive(Default)]
struct State {
    source: Option<Source>,
    /// It was tried to find a source, and there is none.
    without: bool,
    /// By number of the source: the code of the outcome. One more place for null.
    table: Vec<u32>,
    /// The outcomes.
    list: Codes,
    truths: Vec<Truth>,
    /// Whole numbers, and days.
    numbers: Vec<Option<(bool, i64)>>,
    /// The rows, the outcomes of them, and how often one was worked out, since remembering was begun.
    asked: u64,
    begun: usize,
    worked_out: usize,
    /// Nothing is remembered as long as hardly any value comes twice.
    rest: Option<Rest>,
}

/// Whether values come twice.
#[derive(Default)]
struct Rest {
    seen: Bits,
    rows: usize,
    again: usize,
}

impl Rest {
    /// Looks at some rows; whether at least half of all lately had come before.
    fn is_over(
        &mut self,
        source: &Source,
        column: &Column,
        chosen: Option<&[u32]>,
        context: &Context<'_>,
    ) -> bool {
        let Rest { seen, rows, again } = self;
        source.numbers(column, chosen, context, &mut |_, number| {
            let number = number.ok().and_then(|number| u32::try_from(number).ok());
            *rows += 1;
            *again += usize::from(number.is_some_and(|number| !seen.insert(number)));
        });
        if self.rows < MANY {
            return false;
        }
        let (rows, again) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.again));
        again * 2 >= rows
    }
}

impl Memo {
    /// Of an expression that depends on one thing only.
    pub fn of(expression: Compiled) -> std::result::Result<Memo, Compiled> {
        match Atom::of(&expression) {
            Some(atom) => {
                let is_written = written::is_written(&expression) || compared::is_compared(&expression);
                Ok(Memo { expression, is_written, atom, state: RefCell::default() })
            }
            None => Err(expression),
        }
    }

    pub fn expression(&self) -> &Compiled {
        &self.expression
    }

    /// The slot of the one thing that the expression depends on.
    pub fn slot(&self) -> Slot {
        self.atom.slot()
    }

    /// How many values may be remembered; none where they have no numbers.
    pub fn width(&self, batch: &Batch, context: &Context<'_>) -> Option<usize> {
        Some(self.atom.source(batch, context.graph)?.width())
    }

    /// The values for all rows, if it is worth to remember them.
    pub fn remembered(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Column>> {
        let mut state = self.state.borrow_mut();
        let codes = state.codes(self, batch, None, context)?;
        Ok(codes.map(|codes| state.list.column(codes)))
    }

    /// Whole numbers or days of all rows; `None` where some row has neither, or has to be asked by itself.
    pub fn numbers(&self, batch: &Batch, context: &mut Context<'_>) -> Option<(Kind, Vec<i64>)> {
        let state = &mut *self.state.borrow_mut();
        let Some(codes) = state.codes(self, batch, None, context).ok()? else {
            let column = self.is_written.then(|| self.expression.column(batch, context).ok()).flatten();
            return match column? {
                Column::Integers(numbers) => Some((Kind::Whole, numbers.to_vec())),
                _ => None,
            };
        };
        for value in state.list.values().from(state.numbers.len()) {
            state.numbers.push(match value {
                Value::Integer(number) => Some((false, *number)),
                Value::Date(date) => Some((true, date.days)),
                _ => None,
            });
        }
        let (mut days, mut whole) = (false, false);
        let mut number = |code: u32| {
            let (is_day, number) = (*state.numbers.get(code as usize)?)?;
            days |= is_day;
            whole |= !is_day;
            Some(number)
        };
        let numbers: Option<Vec<i64>> = codes.into_iter().map(&mut number).collect();
        (!(days && whole)).then_some((if days { Kind::Days } else { Kind::Whole }, numbers?))
    }

    /// Of the chosen rows those in which the expression is not null, as far as that is seen here; `None` where it fails.
    pub fn there(&self, batch: &Batch, rows: Vec<u32>, context: &mut Context<'_>) -> Option<Vec<u32>> {
        let state = &mut *self.state.borrow_mut();
        let Some(codes) = state.codes(self, batch, Some(&rows), context).ok()? else { return Some(rows) };
        let is_null = |code: u32| state.list.values().get(code as usize).is_none_or(Value::is_null);
        let there = rows.iter().zip(codes).filter(|(_, code)| !is_null(*code));
        Some(there.map(|(row, _)| *row).collect())
    }

    /// Of the chosen rows those in which the expression has the wanted truth; `None` where it has to be asked row by row.
    pub fn select(
        &self,
        batch: &Batch,
        rows: &[u32],
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        let state = &mut *self.state.borrow_mut();
        let Some(codes) = state.codes(self, batch, Some(rows), context)? else { return Ok(None) };
        holding(&state.list, &mut state.truths, rows, codes, wanted).map(Some)
    }
}

/// Of some rows, each with the code of an outcome, those in which it has the wanted truth.
pub(super) fn holding(
    list: &Codes,
    truths: &mut Vec<Truth>,
    rows: &[u32],
    codes: Vec<u32>,
    wanted: Truth,
) -> Result<Vec<u32>> {
    for value in list.values().from(truths.len()) {
        truths.push(truth_of(value)?);
    }
    let holds: Vec<bool> = truths.iter().map(|truth| *truth == wanted).collect();
    let kept = rows.iter().zip(codes).filter(|(_, code)| holds.get(*code as usize) == Some(&true));
    Ok(kept.map(|(row, _)| *row).collect())
}

impl State {
    /// The codes of all rows, of which some were open.
    fn filled(
        &mut self,
        mut known: Vec<u32>,
        memo: &Memo,
        batch: &Batch,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        // Most often one number only is new, and all open rows have it.
        let mut row = 0;
        for _ in 0..AT_ONCE {
            match known.iter().skip(row).position(|code| *code == OPEN) {
                Some(further) => row += further,
                None => return Ok(Some(known)),
            }
            if self.codes(memo, batch, Some(&[row as u32]), context)?.is_none() {
                return Ok(None);
            }
            match &self.source {
                Some(source) => {
                    let rows = batch.column(memo.atom.slot());
                    known = source.known(rows, &self.table, context).map_or(known, |(known, _)| known);
                }
                None => break,
            }
        }
        let open: Vec<u32> =
            (0..).zip(&known).filter(|(_, code)| **code == OPEN).map(|(row, _)| row).collect();
        let Some(codes) = self.codes(memo, batch, Some(&open), context)? else { return Ok(None) };
        for (row, code) in open.iter().zip(codes) {
            if let Some(entry) = known.get_mut(*row as usize) {
                *entry = code;
            }
        }
        Ok(Some(known))
    }

    /// The code of the outcome in each row; `None` where the rows come from somewhere else.
    fn codes(
        &mut self,
        memo: &Memo,
        batch: &Batch,
        chosen: Option<&[u32]>,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        if self.without || context.has_written() {
            return Ok(None);
        }
        if self.source.is_none() {
            self.source = memo.atom.source(batch, context.graph);
            let Some(source) = &self.source else {
                self.without = true;
                return Ok(None);
            };
            let width = source.width() + 1;
            context.can_hold(width as u64 * 4)?;
            self.table = vec![OPEN; width];
        }
        let Some(source) = &self.source else { return Ok(None) };
        let rows = batch.column(memo.atom.slot());
        let outcomes = self.list.values().len();
        // Where outcomes can be worked out for all rows at once, it is dear to do so for one alone.
        let new = if memo.is_written { self.worked_out } else { outcomes - self.begun };
        if let Some(rest) = &mut self.rest {
            if !context.remembers && !rest.is_over(source, rows, chosen, context) {
                return Ok(None);
            }
            (self.rest, self.asked, self.begun, self.worked_out) = (None, 0, outcomes, 0);
        } else if !context.remembers && new > MANY && new as u64 > self.asked / 2 {
            self.rest = Some(Rest::default());
            return Ok(None);
        }
        let length = chosen.map_or(batch.length, <[u32]>::len);
        self.asked += length as u64;
        context.meter.work(length as u32)?;
        // Rows whose value has not come before, and those whose value was written since and has no number.
        let mut open: Vec<(usize, u32, Option<usize>)> = Vec::new();
        let table = &self.table;
        if chosen.is_none()
            && let Some((known, all)) = source.known(rows, table, context)
        {
            return if all { Ok(Some(known)) } else { self.filled(known, memo, batch, context) };
        }
        let mut codes = Vec::with_capacity(length);
        let fits = source.numbers(rows, chosen, context, &mut |row, number| {
            let code = number.ok().and_then(|number| table.get(number)).copied().unwrap_or(OPEN);
            if code == OPEN {
                open.push((codes.len(), row, number.ok()));
            }
            codes.push(code);
        });
        if !fits {
            return Ok(None);
        }
        let mut frame = Frame::new(batch, 0);
        for (place, row, number) in open {
            let known = number.and_then(|number| self.table.get(number)).copied().unwrap_or(OPEN);
            let code = if known == OPEN {
                context.tick()?;
                frame.row = row as usize;
                self.worked_out += 1;
                let value = memo.expression.value(&mut frame, context)?;
                self.list.code_of(value, context)?
            } else {
                known
            };
            if let Some(entry) = number.and_then(|number| self.table.get_mut(number)) {
                *entry = code;
            }
            if let Some(entry) = codes.get_mut(place) {
                *entry = code;
            }
        }
        Ok(Some(codes))
    }
}

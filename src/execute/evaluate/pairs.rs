//! Expressions over two things with few values each, computed once for each pair of values: two codes of countries, the
//! labels of two nodes.

use super::atom::{Atom, Source};
use super::codes::Codes;
use super::memo::holding;
use super::row::by_row;
use super::{Compiled, Frame};
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::value::Truth;
use std::cell::RefCell;

/// An expression and what it gave so far.
pub struct Pairs {
    expression: Compiled,
    atoms: [Atom; 2],
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    sources: Option<[Source; 2]>,
    /// It was tried to find sources, and there are none, or with too many values.
    without: bool,
    /// By the numbers of both values: the code of the outcome.
    table: Vec<u32>,
    list: Codes,
    truths: Vec<Truth>,
}

/// No row with those values has come yet.
const OPEN: u32 = u32::MAX;

/// More pairs of values are not worth a table.
const MOST: usize = 1 << 16;

impl Pairs {
    /// Of an expression that depends on two things.
    pub fn of(expression: Compiled) -> std::result::Result<Pairs, Compiled> {
        match Atom::pair(&expression) {
            Some(atoms) => Ok(Pairs { expression, atoms, state: RefCell::default() }),
            None => Err(expression),
        }
    }

    pub fn expression(&self) -> &Compiled {
        &self.expression
    }

    /// The values for all rows.
    pub fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        let state = &mut *self.state.borrow_mut();
        match state.codes(self, batch, None, context)? {
            Some(codes) => Ok(state.list.column(codes)),
            None => self.expression.column(batch, context),
        }
    }

    /// Of the chosen rows those in which the expression has the wanted truth.
    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        let state = &mut *self.state.borrow_mut();
        let Some(codes) = state.codes(self, batch, Some(&rows), context)? else {
            return by_row(&self.expression, batch, rows, wanted, context);
        };
        holding(&state.list, &mut state.truths, &rows, codes, wanted)
    }
}

impl State {
    /// The code of the outcome in each row; `None` where it has to be asked row by row.
    fn codes(
        &mut self,
        pairs: &Pairs,
        batch: &Batch,
        chosen: Option<&[u32]>,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        if self.without || context.has_written() {
            return Ok(None);
        }
        if self.sources.is_none() {
            self.sources = sources(pairs.atoms, batch, context);
            let Some(sources) = &self.sources else {
                self.without = true;
                return Ok(None);
            };
            self.table = vec![OPEN; (sources[0].width() + 1) * (sources[1].width() + 1)];
        }
        let Some([first, second]) = &self.sources else { return Ok(None) };
        let length = chosen.map_or(batch.length, <[u32]>::len);
        context.meter.work(length as u32)?;
        // One number for both; a value that was written since has none.
        let mut numbers: Vec<Option<usize>> = Vec::with_capacity(length);
        let (columns, more) = (pairs.atoms.map(|atom| batch.column(atom.slot())), second.width() + 1);
        let fits = first.numbers(columns[0], chosen, context, &mut |_, number| {
            numbers.push(number.ok().map(|number| number * more));
        });
        let mut at = numbers.iter_mut();
        let fits = fits
            && second.numbers(columns[1], chosen, context, &mut |_, number| {
                if let Some(both) = at.next() {
                    *both = both.and_then(|both| Some(both + number.ok()?));
                }
            });
        if !fits {
            return Ok(None);
        }
        let mut frame = Frame::new(batch, 0);
        let mut codes = Vec::with_capacity(length);
        for (place, number) in numbers.into_iter().enumerate() {
            let known = number.and_then(|number| self.table.get(number)).copied().unwrap_or(OPEN);
            if known != OPEN {
                codes.push(known);
                continue;
            }
            context.tick()?;
            frame.row = chosen.and_then(|rows| rows.get(place)).map_or(place, |row| *row as usize);
            let value = pairs.expression.value(&mut frame, context)?;
            let code = self.list.code_of(value, context)?;
            if let Some(entry) = number.and_then(|number| self.table.get_mut(number)) {
                *entry = code;
            }
            codes.push(code);
        }
        Ok(Some(codes))
    }
}

fn sources(atoms: [Atom; 2], batch: &Batch, context: &Context<'_>) -> Option<[Source; 2]> {
    let [first, second] = atoms.map(|atom| atom.source(batch, context.graph));
    let (first, second) = (first?, second?);
    let few = (first.width() + 1).checked_mul(second.width() + 1).is_some_and(|pairs| pairs <= MOST);
    few.then_some([first, second])
}

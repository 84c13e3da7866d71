//! ORDER BY.

use super::lead::Lead;
use super::order::{Texts, Values};
use crate::base::{Result, free_rows, let_go};
use crate::execute::alphabet;
use crate::execute::batch::{BATCH, Batch, Builder};
use crate::execute::boxes::in_boxes;
use crate::execute::context::Context;
use crate::execute::evaluate::Computed;
use crate::execute::operator::Operator;
use crate::graph::Bits;
use crate::optimize::slots::SlotSet;
use std::cmp::Ordering;

pub struct Key {
    pub expression: Computed,
    pub descending: bool,
}

pub struct Sort {
    input: Box<dyn Operator>,
    keys: Vec<Key>,
    keep: SlotSet,
    sorted: Option<Sorted>,
}

/// Rows in order, and how many have been handed on.
pub struct Sorted {
    pub batch: Batch,
    pub order: Vec<u32>,
    pub place: usize,
}

impl Sort {
    pub fn new(input: Box<dyn Operator>, keys: Vec<Key>, keep: SlotSet) -> Sort {
        Sort { input, keys, keep, sorted: None }
    }

    /// Gathers all rows and puts them in order.
    fn gather(&mut self, rows: &mut Rows, context: &mut Context<'_>) -> Result<Vec<u32>> {
        while let Some(batch) = self.input.next(context)? {
            rows.append(batch, &self.keys, &self.keep, context)?;
        }
        rows.by(context)?.all(context)
    }
}

impl Operator for Sort {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            let mut rows = Rows::new(&self.keys);
            let order = self.gather(&mut rows, context);
            context.meter.release(rows.held);
            let finished = order.map(|order| {
                let batch = std::mem::take(&mut rows.rows).finish();
                Sorted { batch, order, place: 0 }
            });
            rows.let_go();
            self.sorted = Some(finished?);
        }
        let Some(sorted) = &mut self.sorted else { return Ok(None) };
        sorted.hand_on(&self.keep)
    }

    fn reset(&mut self) {
        self.sorted = None;
        self.input.reset();
    }
}

impl Drop for Sorted {
    fn drop(&mut self) {
        let rows = self.batch.length;
        free_rows(std::mem::take(&mut self.batch), rows);
    }
}

impl Sorted {
    pub fn hand_on(&mut self, keep: &SlotSet) -> Result<Option<Batch>> {
        let chosen: Vec<u32> = self.order.iter().skip(self.place).take(BATCH).copied().collect();
        if chosen.is_empty() {
            return Ok(None);
        }
        self.place += chosen.len();
        Ok(Some(self.batch.gather(&chosen, keep)))
    }
}

/// Bytes of rows that take milliseconds to free.
const LONG: u64 = 16 << 20;

/// Rows with the values they are sorted by.
pub struct Rows {
    pub rows: Builder,
    pub values: Vec<Values>,
    /// In which part of the work each row was found, where several workers look for them.
    pub parts: Vec<u32>,
    descending: Vec<bool>,
    pub held: u64,
}

impl Rows {
    pub fn new(keys: &[Key]) -> Rows {
        let values = keys.iter().map(|_| Values::default()).collect();
        let descending = keys.iter().map(|key| key.descending).collect();
        Rows { rows: Builder::default(), values, parts: Vec::new(), descending, held: 0 }
    }

    pub fn append(
        &mut self,
        batch: Batch,
        keys: &[Key],
        keep: &SlotSet,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let mut bytes = 0;
        for (key, values) in keys.iter().zip(&mut self.values) {
            let column = key.expression.column(&batch, context)?;
            bytes += values.append(&column, batch.length);
        }
        context.meter.work(u32::try_from(bytes / 512).unwrap_or(u32::MAX))?;
        let batch = batch.narrow(keep);
        bytes += batch.bytes();
        context.meter.hold(bytes)?;
        self.held += bytes;
        self.rows.append(&batch);
        context.meter.rows(self.rows.length() as u64)
    }

    /// Takes in the rows that another worker has found.
    pub fn take(&mut self, other: Rows) {
        self.rows.append(&other.rows.finish());
        self.values.iter_mut().zip(other.values).for_each(|(mine, theirs)| mine.take(theirs));
        self.parts.extend(other.parts);
        self.held += other.held;
    }

    /// Forgets what is left; of very many rows it is freed beside.
    fn let_go(self) {
        if self.held >= LONG {
            let_go(self);
        }
    }

    pub fn by(&self, context: &mut Context<'_>) -> Result<Order<'_>> {
        let Rows { rows, values, descending, .. } = self;
        let length = rows.length();
        for texts in values.iter().filter_map(Values::texts) {
            alphabet::compared(&texts.source, alphabet::to_sort(length), context)?;
        }
        Ok(Order { length, values, descending, lead: Lead::of(values, descending) })
    }
}

/// The order of rows. What is alike in it comes as it came.
pub struct Order<'r> {
    length: usize,
    values: &'r [Values],
    descending: &'r [bool],
    lead: Lead<'r>,
}

/// A number that comes first in the order, and a row.
type Ranked = (u64, u32);

impl Order<'_> {
    #[inline]
    fn ranked(&self, row: u32) -> Ranked {
        (self.lead.number(row), row)
    }

    #[inline]
    fn compare(&self, (number, row): Ranked, (another, other): Ranked) -> Ordering {
        number.cmp(&another).then_with(|| self.compare_rest(row, other))
    }

    /// Whether rows of the same number are alike in all that they are ordered by but their own places.
    fn is_told_by_numbers(&self) -> bool {
        self.lead.keys() == self.values.len()
    }

    /// Compares by the keys that the numbers do not tell.
    fn compare_rest(&self, row: u32, other: u32) -> Ordering {
        for (values, descending) in self.values.iter().zip(self.descending).skip(self.lead.keys()) {
            let ordering = values.compare(row as usize, other as usize);
            if ordering.is_ne() {
                return if *descending { ordering.reverse() } else { ordering };
            }
        }
        row.cmp(&other)
    }

    /// All rows in order.
    fn all(&self, context: &mut Context<'_>) -> Result<Vec<u32>> {
        self.some(&(0..self.length as u32).collect::<Vec<u32>>(), context)
    }

    /// Some rows in order.
    fn some(&self, rows: &[u32], context: &mut Context<'_>) -> Result<Vec<u32>> {
        let Some(places) = self.room_for_rows() else {
            let told = |row| self.ranked(row);
            let comes_first = |a: &Ranked, b: &Ranked| self.compare(*a, *b).is_lt();
            return in_boxes(rows, told, comes_first, |ranked| self.sort(ranked), context);
        };
        let told = |row: u32| self.packed(row, places);
        let sort = |mut numbers: Vec<u64>| {
            numbers.sort_unstable();
            numbers.into_iter().map(|number| unpacked(number, places)).collect()
        };
        in_boxes(rows, told, |a, b| a < b, sort, context)
    }

    /// The bits of a row, if rows are told apart by their numbers alone and there is room for them beside these.
    fn room_for_rows(&self) -> Option<u32> {
        let bits = u32::BITS - (self.length as u32).leading_zeros();
        (self.is_told_by_numbers() && self.lead.bits + bits <= u64::BITS).then_some(bits)
    }

    /// Puts some rows in order.
    fn sort(&self, mut rows: Vec<Ranked>) -> Vec<u32> {
        if self.lead.keys() == 0
            && let Some(texts) = self.values.first().and_then(Values::texts)
        {
            self.rank_by_heads(texts, &mut rows);
        }
        match self.is_told_by_numbers() {
            true => rows.sort_unstable(),
            false => rows.sort_unstable_by(|a, b| self.compare(*a, *b)),
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Ranks rows by the first bytes of their texts that are not the same in all of them.
    fn rank_by_heads(&self, texts: &Texts, rows: &mut [Ranked]) {
        let all = rows.iter().filter_map(|(_, row)| texts.bytes_in(*row as usize));
        let same = alphabet::in_common(all);
        let number = |row: u32| match texts.bytes_in(row as usize) {
            Some(text) => u64::from_be_bytes(alphabet::head(text.get(same..).unwrap_or_default())),
            // No text has a byte of 255.
            None => u64::MAX,
        };
        let turn = |number: u64| if self.descending.first() == Some(&true) { !number } else { number };
        rows.iter_mut().for_each(|(rank, row)| *rank = turn(number(*row)));
    }

    /// The rows in order from one place to another.
    pub fn between(&self, from: usize, to: usize, context: &mut Context<'_>) -> Result<Vec<u32>> {
        if self.length > AT_ONCE || to >= self.many(self.length) {
            let mut order = self.all(context)?;
            order.truncate(to);
            order.drain(..from.min(order.len()));
            return Ok(order);
        }
        context.meter.check()?;
        let rows = 0..self.length as u32;
        let rows: Vec<u32> = match self.room_for_rows() {
            Some(places) => {
                let numbers = rows.map(|row| self.packed(row, places)).collect();
                let between = within(numbers, from, to, u64::cmp);
                between.into_iter().map(|number| unpacked(number, places)).collect()
            }
            None => {
                let ranked = rows.map(|row| self.ranked(row)).collect();
                let between = within(ranked, from, to, |a, b| self.compare(*a, *b));
                between.into_iter().map(|(_, row)| row).collect()
            }
        };
        self.some(&rows, context)
    }

    /// So many rows that come first, as they came, and the last of them in the order.
    pub fn first(&self, wanted: usize, context: &mut Context<'_>) -> Result<(Vec<u32>, Option<u32>)> {
        let rows = 0..self.length as u32;
        if wanted == 0 || wanted >= self.length {
            return Ok((if wanted == 0 { Vec::new() } else { rows.collect() }, None));
        }
        let mut picked = if wanted >= self.many(self.length) || self.length > AT_ONCE {
            let mut order = self.all(context)?;
            order.truncate(wanted);
            order
        } else if let Some(places) = self.room_for_rows() {
            context.meter.check()?;
            let mut numbers: Vec<u64> = rows.map(|row| self.packed(row, places)).collect();
            numbers.select_nth_unstable(wanted - 1);
            numbers.into_iter().take(wanted).map(|number| unpacked(number, places)).collect()
        } else {
            context.meter.check()?;
            let mut ranked: Vec<Ranked> = rows.map(|row| self.ranked(row)).collect();
            ranked.select_nth_unstable_by(wanted - 1, |a, b| self.compare(*a, *b));
            ranked.into_iter().take(wanted).map(|(_, row)| row).collect()
        };
        let last = picked.last().copied();
        if wanted > self.length / FEW {
            let chosen: Bits = picked.into_iter().collect();
            return Ok((chosen.iter().collect(), last));
        }
        picked.sort_unstable();
        Ok((picked, last))
    }

    /// So many of some rows are picked no sooner than all are put in order.
    fn many(&self, length: usize) -> usize {
        if self.lead.keys() > 0 { length } else { length / 4 }
    }

    /// Number and row as one number.
    #[inline]
    fn packed(&self, row: u32, places: u32) -> u64 {
        (self.lead.number(row) << places) | u64::from(row)
    }
}
/// What comes from one place on and before another in an order, in any order.
fn within<T>(mut all: Vec<T>, from: usize, to: usize, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if to < all.len() {
        all.select_nth_unstable_by(to, &compare);
        all.truncate(to);
    }
    if (1..all.len()).contains(&from) {
        all.select_nth_unstable_by(from, &compare);
    }
    all.drain(..from.min(all.len()));
    all
}

/// Fewer rows of so many are put in order one by one.
const FEW: usize = 32;

/// More rows are put in order in boxes, even where only the first are wanted.
const AT_ONCE: usize = 1 << 20;

/// The row of a number that has its row in so many bits.
#[inline]
fn unpacked(number: u64, places: u32) -> u32 {
    (number & ((1 << places) - 1)) as u32
}

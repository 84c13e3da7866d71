//! ORDER BY.

use super::lead::Lead;
use super::order::{Texts, Values};
use crate::base::{Result, free_rows, let_go};
use crate::execute::batch::{BATCH, Batch, Builder};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::evaluate::Computed;
use crate::execute::operator::Operator;
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
        rows.by().all(context)
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

/// Rows that are shared out at a time.
const SHARE: usize = 1 << 14;

/// So many shares are worth it that several workers take them.
const WORTH: usize = 4;

/// Bytes of rows that take milliseconds to free.
const LONG: u64 = 16 << 20;

/// Rows with the values they are sorted by.
pub struct Rows {
    pub rows: Builder,
    pub values: Vec<Values>,
    /// In which part of the work each row was found, where several workers look for them: what is alike in the order
    /// comes in the order of parts.
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

    pub fn by(&self) -> Order<'_> {
        let Rows { rows, values, parts, descending, .. } = self;
        Order { length: rows.length(), values, parts, descending, lead: Lead::of(values, descending) }
    }
}

/// The order of rows.
pub struct Order<'r> {
    length: usize,
    values: &'r [Values],
    parts: &'r [u32],
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
        self.lead.keys() == self.values.len() && self.parts.is_empty()
    }

    /// Compares by the keys that the numbers do not tell.
    fn compare_rest(&self, row: u32, other: u32) -> Ordering {
        for (values, descending) in self.values.iter().zip(self.descending).skip(self.lead.keys()) {
            let ordering = values.compare(row as usize, other as usize);
            if ordering.is_ne() {
                return if *descending { ordering.reverse() } else { ordering };
            }
        }
        let part = |row: u32| self.parts.get(row as usize);
        part(row).cmp(&part(other)).then(row.cmp(&other))
    }

    /// All rows in order.
    fn all(&self, context: &mut Context<'_>) -> Result<Vec<u32>> {
        self.in_boxes((0..self.length as u32).collect(), context)
    }

    /// Some rows in order: shared out to boxes by rows that were picked to lie between them, then box by box.
    ///
    /// Neither takes long for one share of the rows or one box, so that the clock and the cancel flag stay in sight,
    /// and several workers can take them.
    fn in_boxes(&self, mut all: Vec<u32>, context: &mut Context<'_>) -> Result<Vec<u32>> {
        let length = all.len();
        let shares = length.div_ceil(SHARE);
        if shares < 2 {
            context.meter.check()?;
            self.sort(&mut all);
            return Ok(all);
        }
        let between = self.between(&all, shares * 2);
        let shared: Vec<Vec<Vec<u32>>> = crew::each(shares, WORTH, context, |share, meter| {
            meter.check()?;
            let rows = &all[share * SHARE..length.min((share + 1) * SHARE)];
            let mut boxes = vec![Vec::new(); between.len() + 1];
            for row in rows.iter().map(|row| self.ranked(*row)) {
                let place = between.partition_point(|other| self.compare(*other, row).is_lt());
                boxes[place].push(row.1);
            }
            Ok(boxes)
        })?;
        let sorted = crew::each(between.len() + 1, WORTH, context, |place, meter| {
            meter.check()?;
            let mut rows: Vec<u32> = shared.iter().flat_map(|boxes| boxes[place].iter().copied()).collect();
            self.sort(&mut rows);
            Ok(rows)
        })?;
        Ok(sorted.concat())
    }

    /// Rows that lie between boxes, in order: every so-manyth of a sample.
    fn between(&self, all: &[u32], boxes: usize) -> Vec<Ranked> {
        const OF_EACH: usize = 8;
        let picked = (boxes * OF_EACH).min(all.len()).max(1);
        let apart = all.len() / picked;
        // At regular distances all picked rows may be alike.
        let pick = |number: usize| number * apart + spread(number) % apart.max(1);
        let mut sample: Vec<u32> = (0..picked).filter_map(|number| all.get(pick(number)).copied()).collect();
        self.sort(&mut sample);
        sample.into_iter().skip(OF_EACH).step_by(OF_EACH).map(|row| self.ranked(row)).collect()
    }

    /// Puts some rows in order.
    fn sort(&self, rows: &mut [u32]) {
        let places = u32::BITS - (self.length as u32).leading_zeros();
        if self.is_told_by_numbers() && self.lead.bits + places <= u64::BITS {
            // Number and row are one number.
            let both = |row: &u32| (self.lead.number(*row) << places) | u64::from(*row);
            let mut numbers: Vec<u64> = rows.iter().map(both).collect();
            numbers.sort_unstable();
            let row = |number: u64| (number & ((1 << places) - 1)) as u32;
            rows.iter_mut().zip(numbers).for_each(|(place, number)| *place = row(number));
            return;
        }
        let mut ranked: Vec<Ranked> = match self.values.first().and_then(Values::texts) {
            Some(texts) => self.by_heads(texts, rows),
            None => rows.iter().map(|row| self.ranked(*row)).collect(),
        };
        match self.is_told_by_numbers() {
            true => ranked.sort_unstable(),
            false => ranked.sort_unstable_by(|a, b| self.compare(*a, *b)),
        }
        rows.iter_mut().zip(ranked).for_each(|(row, (_, sorted))| *row = sorted);
    }

    /// Rows with the first bytes of their texts that are not the same in all of them.
    fn by_heads(&self, texts: &Texts, rows: &[u32]) -> Vec<Ranked> {
        let mut all = rows.iter().filter_map(|row| texts.bytes_in(*row as usize));
        let first = all.next().unwrap_or_default();
        let same = all.fold(first.len(), |same, text| {
            let both = first.iter().take(same).zip(text);
            both.take_while(|(mine, theirs)| mine == theirs).count()
        });
        let number = |row: u32| match texts.bytes_in(row as usize) {
            Some(text) => {
                let mut head = [0; 8];
                let rest = text.get(same..).unwrap_or(&[]);
                head.iter_mut().zip(rest).for_each(|(byte, there)| *byte = *there);
                u64::from_be_bytes(head)
            }
            // No text has a byte of 255.
            None => u64::MAX,
        };
        let turn = |number: u64| if self.descending.first() == Some(&true) { !number } else { number };
        rows.iter().map(|row| (turn(number(*row)), *row)).collect()
    }

    /// The first rows in order.
    pub fn first(&self, wanted: usize, context: &mut Context<'_>) -> Result<Vec<u32>> {
        let length = self.length;
        let many = if self.lead.keys() > 0 { length } else { length / 4 };
        if wanted == 0 || wanted >= many || length > 1 << 20 {
            let mut order = self.all(context)?;
            order.truncate(wanted);
            return Ok(order);
        }
        context.meter.check()?;
        let mut ranked: Vec<Ranked> = (0..length as u32).map(|row| self.ranked(row)).collect();
        ranked.select_nth_unstable_by(wanted - 1, |a, b| self.compare(*a, *b));
        ranked.truncate(wanted);
        self.in_boxes(ranked.into_iter().map(|(_, row)| row).collect(), context)
    }
}

/// Numbers that follow each other, far apart.
fn spread(number: usize) -> usize {
    (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_right(32) as u32 as usize
}

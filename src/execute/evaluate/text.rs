//! Parts of texts: CONTAINS, STARTS WITH, ENDS WITH over a dictionary.

use super::stored::Stored;
use super::{Frame, operators};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column as Rows};
use crate::execute::context::Context;
use crate::graph::columns::{Column, Dictionary, Values};
use crate::graph::{Bits, Key};
use crate::value::{Truth, Value};
use memchr::memmem::Finder;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// Where the part must stand in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    First,
    Anywhere,
    Last,
}

/// Whether a property has a text as a part.
///
/// The first rows are asked one by one. When there turn out to be many, all texts of the dictionary are searched at
/// once, and a row is only looked up.
pub struct TextTest {
    slot: Slot,
    key: Key,
    part: Part,
    wanted: Arc<str>,
    finder: Finder<'static>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    rows: usize,
    found: Option<Found>,
}

/// The codes of the texts that have the part, as far as they were searched.
struct Found {
    codes: Bits,
    stretches: Bits,
    /// The codes around those of the current rows, all of them searched.
    near: Range<u32>,
}

/// Bytes that are searched between two looks at the clock.
const CHUNK: usize = 1 << 22;

/// Texts that are searched at once where several workers share the rows.
const STRETCH: usize = 1 << 10;

/// So many rows are asked one by one before, in a share of the rows.
const FEW: usize = 256;

/// So many of the last rows are looked at for the greatest code: texts have codes in the order in which ids first
/// have them, so that rows that follow each other have codes that follow each other, but for texts that came before.
const LAST: usize = 8;

/// Rows are so many times as far apart as there are of them, at most, to be searched for together.
const SPARSE: usize = 8;

impl Found {
    fn is_whole(&self, dictionary: &Dictionary) -> bool {
        self.stretches.len() == dictionary.len().div_ceil(STRETCH)
    }
}

impl TextTest {
    pub fn new(slot: Slot, key: Key, part: Part, wanted: &Arc<str>) -> TextTest {
        let finder = Finder::new(wanted.as_bytes()).into_owned();
        TextTest { slot, key, part, wanted: wanted.clone(), finder, state: RefCell::default() }
    }

    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        context.meter.work(rows.len() as u32)?;
        let mut state = self.state.borrow_mut();
        let source = Stored::of(self.slot, self.key, batch, context).map(|stored| stored.column.clone());
        if let Some(source) = &source
            && let Values::Strings { dictionary, .. } = &source.values
            && state.found.is_none()
        {
            state.rows += rows.len();
            let enough = if context.part.is_some() { FEW } else { dictionary.len() / 64 };
            let many = state.rows > enough && !self.wanted.is_empty();
            if many && self.part == Part::Anywhere {
                let stretches = dictionary.len().div_ceil(STRETCH);
                let (codes, stretches) = (Bits::with_bound(dictionary.len()), Bits::with_bound(stretches));
                state.found = Some(Found { codes, stretches, near: 0..0 });
            }
        }
        if let (Some(found), Some(source)) = (&mut state.found, &source) {
            self.search_for(found, source, batch, &rows, context)?;
        }
        let yes = wanted == Truth::True;
        let written = |value: &Value| self.truth(value) == wanted;
        let Some(stored) = Stored::of(self.slot, self.key, batch, context) else {
            return self.by_row(batch, rows, wanted, context);
        };
        Ok(match (&stored.column.values, &state.found) {
            (Values::Strings { codes, dictionary }, Some(found)) if found.is_whole(dictionary) => {
                stored.pick(rows, |place| found.codes.contains(codes[place]) == yes, written)
            }
            (Values::Strings { codes, dictionary }, Some(found)) => {
                let has = |code: u32| match found.near.contains(&code) {
                    true => found.codes.contains(code),
                    // One of few texts that came before.
                    false => self.is_in(dictionary.slice(code)),
                };
                stored.pick(rows, |place| has(codes[place]) == yes, written)
            }
            (Values::Strings { codes, dictionary }, None) => {
                stored.pick(rows, |place| self.is_in(dictionary.slice(codes[place])) == yes, written)
            }
            (values, _) => stored.pick(rows, |place| written(&values.at(place)), written),
        })
    }

    fn operator(&self) -> BinaryOperator {
        match self.part {
            Part::First => BinaryOperator::StartsWith,
            Part::Anywhere => BinaryOperator::Contains,
            Part::Last => BinaryOperator::EndsWith,
        }
    }

    fn truth(&self, value: &Value) -> Truth {
        match value {
            Value::String(text) => self.is_in(text.as_bytes()).into(),
            _ => Truth::Unknown,
        }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        match self.part {
            Part::First => text.starts_with(self.wanted.as_bytes()),
            Part::Anywhere => self.finder.find(text).is_some(),
            Part::Last => text.ends_with(self.wanted.as_bytes()),
        }
    }

    fn by_row(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        let read = super::select::read(self.slot, self.key, context);
        let part = Value::String(self.wanted.clone());
        let mut frame = Frame::new(batch, 0);
        let mut picked = Vec::new();
        for row in rows {
            context.tick()?;
            frame.row = row as usize;
            let text = read.value(&mut frame, context)?;
            let truth = operators::binary(self.operator(), &text, &part, context)?;
            if super::truth_of(&truth)? == wanted {
                picked.push(row);
            }
        }
        Ok(picked)
    }

    /// Searches the texts of some rows. One worker searches all texts at once; several search those of their own rows.
    fn search_for(
        &self,
        found: &mut Found,
        source: &Column,
        batch: &Batch,
        rows: &[u32],
        context: &mut Context<'_>,
    ) -> Result<()> {
        let Values::Strings { codes, dictionary } = &source.values else { return Ok(()) };
        if found.is_whole(dictionary) {
            return Ok(());
        }
        let all = dictionary.len().div_ceil(STRETCH);
        if context.part.is_none() {
            (0..all as u32).for_each(|stretch| {
                found.stretches.insert(stretch);
            });
            return self.search(dictionary, 0..dictionary.len(), &mut found.codes, context);
        }
        let (Rows::Nodes(ids) | Rows::Relationships(ids)) = batch.column(self.slot) else { return Ok(()) };
        let id = |row: Option<&u32>| row.and_then(|row| ids.get(*row as usize)).copied().unwrap_or(0);
        let span = id(rows.last()).saturating_sub(id(rows.first())) as usize + 1;
        let code = |row: &u32| codes.get(source.presence.place(id(Some(row)))?).copied();
        let greatest = rows.iter().rev().take(LAST).filter_map(code).max().unwrap_or(0) as usize;
        let least = (greatest + 1).saturating_sub(span.min(rows.len() * SPARSE));
        let stretches = least / STRETCH..all.min(greatest / STRETCH + 1);
        found.near = (stretches.start * STRETCH) as u32..(stretches.end * STRETCH) as u32;
        for stretch in stretches {
            if found.stretches.insert(stretch as u32) {
                let texts = stretch * STRETCH..dictionary.len().min((stretch + 1) * STRETCH);
                self.search(dictionary, texts, &mut found.codes, context)?;
            }
        }
        Ok(())
    }

    /// Finds the codes of texts that have the part.
    fn search(
        &self,
        dictionary: &Dictionary,
        texts: Range<usize>,
        found: &mut Bits,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let first = texts.start;
        let mut at = first.checked_sub(1).map_or(0, |before| dictionary.ends()[before] as usize);
        let ends = dictionary.ends().get(..texts.end).unwrap_or(&[]);
        let bytes = dictionary.bytes().get(..ends.last().map_or(0, |end| *end as usize)).unwrap_or(&[]);
        let mut code = first;
        let mut checked = 0;
        // A chunk ends where a text ends, so that nothing is found across two texts of different chunks.
        let mut chunk_end = 0;
        while at < bytes.len() {
            if at >= chunk_end {
                context.meter.check()?;
                let after = ends.partition_point(|end| (*end as usize) < at + CHUNK);
                chunk_end = ends.get(after).map_or(bytes.len(), |end| *end as usize);
            }
            let chunk = bytes.get(at..chunk_end).unwrap_or(&[]);
            let Some(offset) = self.finder.find(chunk) else {
                at = chunk_end;
                continue;
            };
            let begin = at + offset;
            code += text_at(ends.get(code..).unwrap_or(&[]), begin);
            let end = ends.get(code).map_or(bytes.len(), |end| *end as usize);
            if begin + self.wanted.len() <= end {
                found.insert(code as u32);
                at = end;
            } else {
                // It runs over into the next text: look again one byte on.
                at = begin + 1;
            }
            checked += 1;
            if checked % 4096 == 0 {
                context.meter.check()?;
            }
        }
        Ok(())
    }
}

/// How many texts end at or before a place: those before are passed in ever longer leaps.
fn text_at(ends: &[u32], place: usize) -> usize {
    let mut leap = 1;
    while ends.get(leap).is_some_and(|end| *end as usize <= place) {
        leap *= 2;
    }
    let from = leap / 2;
    let to = ends.len().min(leap + 1);
    from + ends.get(from..to).unwrap_or(&[]).partition_point(|end| *end as usize <= place)
}

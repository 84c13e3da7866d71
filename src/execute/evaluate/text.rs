//! Parts of texts: CONTAINS, STARTS WITH, ENDS WITH over a dictionary.

use super::select::against;
use super::stored::Stored;
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::graph::columns::Values;
use crate::graph::{Bits, Key};
use crate::value::{Truth, Value};
use memchr::memmem::Finder;
use std::cell::RefCell;
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
    /// The codes of the texts that have the part.
    found: Option<Arc<Bits>>,
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
            && self.part == Part::Anywhere
            && state.found.is_none()
            && !self.wanted.is_empty()
        {
            state.rows += rows.len();
            let searches = context.searches.clone();
            state.found = match state.rows > dictionary.len() / 64 {
                true => Some(searches.find(source, dictionary, &self.finder, context)?),
                false => searches.known(source, &self.finder),
            };
        }
        let yes = wanted == Truth::True;
        let written = |value: &Value| self.truth(value) == wanted;
        let Some(stored) = Stored::of(self.slot, self.key, batch, context) else {
            let (operator, part) = (self.operator(), Value::String(self.wanted.clone()));
            return against((self.slot, self.key), operator, part, batch, rows, wanted, context);
        };
        Ok(match (&stored.column.values, &state.found) {
            (Values::Strings { codes, .. }, Some(found)) => {
                stored.pick(rows, |place| found.contains(codes[place]) == yes, written)
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
}

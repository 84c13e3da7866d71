//! Parts of texts: CONTAINS, STARTS WITH, ENDS WITH over a dictionary, as texts are written or in one case.

use super::Compiled;
use super::case::Case;
use super::row::{against, by_row};
use super::select::property;
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
    Whole,
}

/// Whether a property has a text as a part.
///
/// The first rows are asked one by one, and so are those that come while another worker ends a search. When there turn out to
/// be many, all texts of the dictionary are searched at once, and a row is only looked up.
pub struct TextTest {
    slot: Slot,
    key: Key,
    part: Part,
    wanted: Wanted,
    /// The condition itself, for values that are no texts of a dictionary; as written these are of no interest.
    otherwise: Option<Compiled>,
    state: RefCell<State>,
}

/// What is looked for, and in which case texts are looked at.
pub struct Wanted {
    text: Arc<str>,
    pub finder: Finder<'static>,
    pub case: Case,
}

impl Wanted {
    fn new(text: &Arc<str>, case: Case) -> Wanted {
        Wanted { text: text.clone(), finder: Finder::new(text.as_bytes()).into_owned(), case }
    }

    /// Whether both look for the same.
    pub fn is(&self, text: &[u8], case: Case) -> bool {
        self.case == case && self.text.as_bytes() == text
    }
}

#[derive(Default)]
struct State {
    rows: usize,
    /// The codes of the texts that have the part.
    found: Option<Arc<Bits>>,
    /// A text in another case.
    room: Vec<u8>,
}

impl TextTest {
    pub fn new(slot: Slot, key: Key, part: Part, wanted: &Arc<str>) -> TextTest {
        let wanted = Wanted::new(wanted, Case::AsWritten);
        TextTest { slot, key, part, wanted, otherwise: None, state: RefCell::default() }
    }

    /// Of a condition such as `toLower(slot.key) CONTAINS 'text'`; the condition itself where it is another.
    pub fn in_case(condition: Compiled) -> std::result::Result<TextTest, Compiled> {
        let (operator, left, text) = match two_sides(&condition) {
            Some((operator, left, Compiled::Constant(Value::String(text)))) => (operator, left, text),
            Some((BinaryOperator::Equal, Compiled::Constant(Value::String(text)), right)) => {
                (BinaryOperator::Equal, right, text)
            }
            _ => return Err(condition),
        };
        let case_of = |changed: &Compiled| match changed {
            Compiled::Call { function, arguments, .. } => {
                Some((Case::of(function)?, property(arguments.first()?)?))
            }
            _ => None,
        };
        let (Some(part), Some((case, (slot, key)))) = (Part::of(operator), case_of(left)) else {
            return Err(condition);
        };
        let wanted = Wanted::new(text, case);
        Ok(TextTest { slot, key, part, wanted, otherwise: Some(condition), state: RefCell::default() })
    }

    /// Whether a text in small letters has a part; the condition that stands for it where texts do not lie in a dictionary.
    pub fn in_small_letters((slot, key): (Slot, Key), part: &str, otherwise: Compiled) -> TextTest {
        let wanted = Wanted::new(&Arc::from(part), Case::Lower);
        let otherwise = Some(otherwise);
        TextTest { slot, key, part: Part::Anywhere, wanted, otherwise, state: RefCell::default() }
    }

    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        context.meter.work(rows.len() as u32)?;
        let stored = Stored::of(self.slot, self.key, batch, context);
        let source = stored.as_ref().map(|stored| stored.column.clone());
        if let Some(condition) = &self.otherwise
            && !stored.is_some_and(|stored| stored.column.is_coded() && stored.keeps_all())
        {
            return by_row(condition, batch, rows, wanted, context);
        }
        let mut state = self.state.borrow_mut();
        if let Some(source) = &source
            && let Values::Strings { dictionary, .. } = &source.values
            && self.part == Part::Anywhere
            && state.found.is_none()
            && !self.wanted.text.is_empty()
        {
            state.rows += rows.len();
            let searches = context.searches.clone();
            state.found = match state.rows > dictionary.len() / 64 {
                true => searches.find(source, dictionary, &self.wanted, context)?,
                false => searches.known(source, &self.wanted),
            };
        }
        let yes = wanted == Truth::True;
        let Some(stored) = Stored::of(self.slot, self.key, batch, context) else {
            let (operator, part) = (self.part.operator(), Value::String(self.wanted.text.clone()));
            return against((self.slot, self.key), operator, part, batch, rows, wanted, context);
        };
        let State { found, room, .. } = &mut *state;
        let room = RefCell::new(room);
        let is_in = |text: &[u8]| self.is_in(text, &mut room.borrow_mut());
        let written = |value: &Value| match value {
            Value::String(text) => Truth::from(is_in(text.as_bytes())) == wanted,
            _ => false,
        };
        Ok(match (&stored.column.values, found) {
            (Values::Strings { codes, .. }, Some(found)) => {
                stored.pick(rows, |place| found.contains(codes[place]) == yes, written)
            }
            (Values::Strings { codes, dictionary }, None) => {
                stored.pick(rows, |place| is_in(dictionary.slice(codes[place])) == yes, written)
            }
            (values, _) => stored.pick(rows, |place| written(&values.at(place)), written),
        })
    }

    fn is_in(&self, text: &[u8], room: &mut Vec<u8>) -> bool {
        let (wanted, text) = (self.wanted.text.as_bytes(), self.wanted.case.of_text(text, room));
        match self.part {
            Part::First => text.starts_with(wanted),
            Part::Anywhere => self.wanted.finder.find(text).is_some(),
            Part::Last => text.ends_with(wanted),
            Part::Whole => text == wanted,
        }
    }
}

impl Part {
    pub fn of(operator: BinaryOperator) -> Option<Part> {
        match operator {
            BinaryOperator::StartsWith => Some(Part::First),
            BinaryOperator::Contains => Some(Part::Anywhere),
            BinaryOperator::EndsWith => Some(Part::Last),
            BinaryOperator::Equal => Some(Part::Whole),
            _ => None,
        }
    }

    fn operator(self) -> BinaryOperator {
        match self {
            Part::First => BinaryOperator::StartsWith,
            Part::Anywhere => BinaryOperator::Contains,
            Part::Last => BinaryOperator::EndsWith,
            Part::Whole => BinaryOperator::Equal,
        }
    }
}

/// An operator and what stands at both sides of it, where a condition has just these.
fn two_sides(condition: &Compiled) -> Option<(BinaryOperator, &Compiled, &Compiled)> {
    match condition {
        Compiled::Binary { operator, left, right, .. } => Some((*operator, left, right)),
        Compiled::Comparisons { first, rest } => match rest.as_slice() {
            [(operator, right)] => Some((*operator, first, right)),
            _ => None,
        },
        _ => None,
    }
}

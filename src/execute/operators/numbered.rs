//! Columns whose values are told apart by a number: nodes, relationships, texts of one stored column.

use crate::execute::batch::{Column, NONE, size_of_text, size_of_value};
use crate::graph::columns::{Column as Stored, Dictionary, Values};
use crate::graph::{Bits, Graph, NodeId, RelationshipId};
use crate::value::{Date, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The bound of numbers that have none.
pub const UNBOUNDED: usize = usize::MAX;

/// What the numbers stand for.
#[derive(Clone, Debug)]
pub enum Numbered {
    Nodes,
    Relationships,
    /// Codes of the dictionary of a column.
    Texts(Arc<Stored>),
    /// Days of dates, folded: they have no bound.
    Days,
    /// Short whole numbers, folded: they have no bound.
    Whole,
}

impl Numbered {
    /// What the values of a column are told apart by; nothing where they have no numbers.
    pub fn of(column: &Column) -> Option<Numbered> {
        match column {
            Column::Nodes(_) => Some(Numbered::Nodes),
            Column::Relationships(_) => Some(Numbered::Relationships),
            Column::Stored { source, .. } => source.is_coded().then(|| Numbered::Texts(source.clone())),
            _ => None,
        }
    }

    /// What the values of a column are told apart by, whether or not the numbers have a bound.
    pub fn unbounded(column: &Column) -> Option<Numbered> {
        match column {
            Column::Stored { source, .. } => match source.values {
                Values::Dates(_) => Some(Numbered::Days),
                Values::Short(_) => Some(Numbered::Whole),
                _ => Numbered::of(column),
            },
            _ => Numbered::of(column),
        }
    }

    /// Calls `see` with each row that is not null and its number.
    #[inline]
    pub fn each(column: &Column, mut see: impl FnMut(usize, u32)) {
        match column {
            Column::Nodes(ids) | Column::Relationships(ids) => {
                ids.iter().enumerate().filter(|(_, id)| **id != NONE).for_each(|(row, id)| see(row, *id));
            }
            Column::Stored { ids, source } => match &source.values {
                Values::Strings { codes, .. } => each_stored(ids, source, |place| codes[place], see),
                Values::Dates(numbers) | Values::Short(numbers) => {
                    each_stored(ids, source, |place| folded(numbers[place]), see);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The number of each row, `NONE` for null; nothing where the values have none.
    pub fn numbers(column: &Column) -> Cow<'_, [u32]> {
        match column {
            Column::Nodes(ids) | Column::Relationships(ids) => Cow::Borrowed(ids.as_slice()),
            Column::Stored { ids, source } => {
                let Values::Strings { codes, .. } = &source.values else { return Cow::default() };
                match source.presence.run(ids) {
                    Some(places) => Cow::Borrowed(&codes[places]),
                    None => {
                        let place = |id: &u32| source.presence.place(*id);
                        ids.iter().map(|id| place(id).map_or(NONE, |place| codes[place])).collect()
                    }
                }
            }
            _ => Cow::default(),
        }
    }

    /// Whether the same number is the same value.
    pub fn is_same(&self, other: &Numbered) -> bool {
        match (self, other) {
            (Numbered::Nodes, Numbered::Nodes)
            | (Numbered::Relationships, Numbered::Relationships)
            | (Numbered::Days, Numbered::Days)
            | (Numbered::Whole, Numbered::Whole) => true,
            (Numbered::Texts(mine), Numbered::Texts(theirs)) => Arc::ptr_eq(mine, theirs),
            _ => false,
        }
    }

    /// All numbers are below.
    pub fn bound(&self, graph: &Graph) -> usize {
        match self {
            Numbered::Nodes => graph.node_bound() as usize,
            Numbered::Relationships => graph.relationship_bound() as usize,
            Numbered::Texts(source) => source.distinct(),
            Numbered::Days | Numbered::Whole => UNBOUNDED,
        }
    }

    /// Makes room for all numbers at once, where the rows so far are no small part of them; false where they are.
    pub fn make_room(&self, seen: &mut Bits, rows: usize, graph: &Graph) -> bool {
        let bound = self.bound(graph);
        if rows * 64 > bound {
            seen.make_room(bound);
        }
        seen.words().len() * 64 >= bound
    }

    /// How many bytes a value takes, as `size_of_value` has them.
    pub fn sizes(&self) -> impl Fn(u32) -> u64 + '_ {
        let own = size_of_value(&Value::Null);
        let dictionary = self.dictionary();
        move |number| match dictionary {
            Some(texts) => own + size_of_text(texts.slice(number).len()),
            None => own,
        }
    }

    /// The texts that numbers stand for.
    fn dictionary(&self) -> Option<&Dictionary> {
        let Numbered::Texts(source) = self else { return None };
        match &source.values {
            Values::Strings { dictionary, .. } => Some(dictionary),
            _ => None,
        }
    }

    /// The number of a text, if any of the column has one.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.dictionary()?.code(text)
    }

    pub fn value(&self, number: u32) -> Value {
        match self {
            Numbered::Days => Value::Date(Date { days: unfolded(number) }),
            Numbered::Whole => Value::Integer(unfolded(number)),
            _ if number == NONE => Value::Null,
            Numbered::Nodes => Value::Node(NodeId(number)),
            Numbered::Relationships => Value::Relationship(RelationshipId(number)),
            Numbered::Texts(_) => {
                self.dictionary().map_or(Value::Null, |texts| Value::string(texts.text(number)))
            }
        }
    }
}

/// A number near zero as a small one, whatever its sign: 0, -1, 1, -2, …
#[inline]
pub fn folded(number: i32) -> u32 {
    ((number << 1) ^ (number >> 31)) as u32
}

/// The number that was folded.
#[inline]
pub fn unfolded(number: u32) -> i64 {
    i64::from((number >> 1) as i32 ^ -((number & 1) as i32))
}

#[inline]
fn each_stored(ids: &[u32], source: &Stored, number: impl Fn(usize) -> u32, mut see: impl FnMut(usize, u32)) {
    for (row, id) in ids.iter().enumerate() {
        if let Some(place) = source.presence.place(*id) {
            see(row, number(place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_both_signs_are_folded_and_come_back() {
        for number in [0, -1, 1, -2, 20_000, i32::MIN, i32::MAX] {
            assert_eq!(unfolded(folded(number)), i64::from(number));
        }
        assert_eq!([0, -1, 1, -2].map(folded), [0, 1, 2, 3]);
    }
}

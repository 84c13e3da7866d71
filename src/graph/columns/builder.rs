//! Collects the values of one key, in any order, and packs them.

use super::{Bits, Column, DictionaryBuilder, Presence, Values};
use crate::value::{Date, Value};

/// Collects pairs of id and value. The first value decides the type of the column; one that does not fit promotes it
/// to a mixed column. Of several values for one id the last counts; null takes a value away.
#[derive(Clone, Debug, Default)]
pub struct ColumnBuilder {
    ids: Given,
    values: Collected,
    /// Whether ids came ascending and distinct, and no null came: then nothing is left to sort out.
    disorderly: bool,
}

/// The ids that values came for. Bulk data mostly give every id in turn, which needs no list.
#[derive(Clone, Debug)]
enum Given {
    Run { first: u32, length: u32 },
    List(Vec<u32>),
}

#[derive(Clone, Debug, Default)]
enum Collected {
    #[default]
    Nothing,
    /// Integers that all fit in 32 bits.
    Short(Vec<i32>),
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    Booleans(Vec<bool>),
    Dates(Vec<i32>),
    Strings(Vec<u32>, DictionaryBuilder),
    Mixed(Vec<Value>),
}

impl ColumnBuilder {
    pub fn push(&mut self, id: u32, value: Value) {
        match value {
            Value::Integer(number) => self.push_integer(id, number),
            Value::Float(number) => self.push_float(id, number),
            Value::Boolean(truth) => self.push_boolean(id, truth),
            Value::String(text) => self.push_string(id, &text),
            Value::Date(date) => self.push_date(id, date),
            other => {
                self.disorderly |= other.is_null();
                self.mixed(id, other);
            }
        }
    }

    pub fn push_integer(&mut self, id: u32, number: i64) {
        match (&mut self.values, i32::try_from(number)) {
            (Collected::Short(numbers), Ok(short)) => numbers.push(short),
            (nothing @ Collected::Nothing, Ok(short)) => *nothing = Collected::Short(vec![short]),
            (Collected::Integers(numbers), _) => numbers.push(number),
            (nothing @ Collected::Nothing, Err(_)) => *nothing = Collected::Integers(vec![number]),
            (Collected::Short(numbers), Err(_)) => {
                let wide = numbers.iter().map(|short| i64::from(*short)).chain([number]);
                self.values = Collected::Integers(wide.collect());
            }
            _ => return self.mixed(id, Value::Integer(number)),
        }
        self.note(id);
    }

    pub fn push_float(&mut self, id: u32, number: f64) {
        match &mut self.values {
            Collected::Floats(numbers) => numbers.push(number),
            nothing @ Collected::Nothing => *nothing = Collected::Floats(vec![number]),
            _ => return self.mixed(id, Value::Float(number)),
        }
        self.note(id);
    }

    pub fn push_boolean(&mut self, id: u32, truth: bool) {
        match &mut self.values {
            Collected::Booleans(truths) => truths.push(truth),
            nothing @ Collected::Nothing => *nothing = Collected::Booleans(vec![truth]),
            _ => return self.mixed(id, Value::Boolean(truth)),
        }
        self.note(id);
    }

    pub fn push_date(&mut self, id: u32, date: Date) {
        let Ok(day) = i32::try_from(date.days) else { return self.mixed(id, Value::Date(date)) };
        match &mut self.values {
            Collected::Dates(days) => days.push(day),
            nothing @ Collected::Nothing => *nothing = Collected::Dates(vec![day]),
            _ => return self.mixed(id, Value::Date(date)),
        }
        self.note(id);
    }

    pub fn push_string(&mut self, id: u32, text: &str) {
        if matches!(self.values, Collected::Nothing) {
            self.values = Collected::Strings(Vec::new(), DictionaryBuilder::default());
        }
        match &mut self.values {
            Collected::Strings(codes, dictionary) if dictionary.has_room_for(text) => {
                codes.push(dictionary.code(text))
            }
            _ => return self.mixed(id, Value::string(text)),
        }
        self.note(id);
    }

    pub fn is_empty(&self) -> bool {
        self.ids.len() == 0
    }

    pub fn finish(mut self) -> Column {
        if self.disorderly {
            self = self.in_order();
        }
        let presence = self.ids.presence();
        let ids = &self.ids;
        let values = match self.values {
            Collected::Nothing => Values::default(),
            Collected::Short(numbers) => Values::Short(placed(&presence, ids, numbers).into()),
            Collected::Integers(numbers) => Values::Integers(placed(&presence, ids, numbers).into()),
            Collected::Floats(numbers) => Values::Floats(placed(&presence, ids, numbers).into()),
            Collected::Dates(days) => Values::Dates(placed(&presence, ids, days).into()),
            Collected::Strings(codes, dictionary) => Values::Strings {
                codes: placed(&presence, ids, codes).into(),
                dictionary: dictionary.finish(),
            },
            Collected::Booleans(truths) => {
                let mut bits = Bits::with_bound(presence.places());
                for (place, truth) in placed(&presence, ids, truths).into_iter().enumerate() {
                    if truth {
                        bits.insert(place as u32);
                    }
                }
                Values::Booleans(bits)
            }
            Collected::Mixed(values) => Values::Mixed(placed(&presence, ids, values).into()),
        };
        Column::new(presence, values)
    }

    fn note(&mut self, id: u32) {
        self.disorderly |= !self.ids.push(id);
    }

    fn mixed(&mut self, id: u32, value: Value) {
        let values = match std::mem::take(&mut self.values) {
            Collected::Mixed(mut values) => {
                values.push(value);
                values
            }
            typed => {
                let mut values = typed.into_values();
                values.push(value);
                values
            }
        };
        self.values = Collected::Mixed(values);
        self.note(id);
    }

    /// The same pairs by ascending id, the last of each id, without nulls.
    fn in_order(self) -> ColumnBuilder {
        let mut pairs: Vec<(u32, Value)> = self.ids.iter().zip(self.values.into_values()).collect();
        pairs.sort_by_key(|(id, _)| *id);
        let mut ordered = ColumnBuilder::default();
        let mut pairs = pairs.into_iter().peekable();
        while let Some((id, value)) = pairs.next() {
            let superseded = pairs.peek().is_some_and(|(next, _)| *next == id);
            if !superseded && !value.is_null() {
                ordered.push(id, value);
            }
        }
        ordered
    }
}

impl Collected {
    fn into_values(self) -> Vec<Value> {
        match self {
            Collected::Nothing => Vec::new(),
            Collected::Short(numbers) => {
                numbers.into_iter().map(|number| Value::Integer(i64::from(number))).collect()
            }
            Collected::Integers(numbers) => numbers.into_iter().map(Value::Integer).collect(),
            Collected::Floats(numbers) => numbers.into_iter().map(Value::Float).collect(),
            Collected::Booleans(truths) => truths.into_iter().map(Value::Boolean).collect(),
            Collected::Dates(days) => {
                days.into_iter().map(|day| Value::Date(Date { days: i64::from(day) })).collect()
            }
            Collected::Strings(codes, dictionary) => {
                codes.into_iter().map(|code| Value::string(dictionary.text(code))).collect()
            }
            Collected::Mixed(values) => values,
        }
    }
}

impl Default for Given {
    fn default() -> Self {
        Given::Run { first: 0, length: 0 }
    }
}

impl Given {
    /// Whether the id is greater than all before.
    #[inline]
    fn push(&mut self, id: u32) -> bool {
        match self {
            Given::Run { first, length } if *length == 0 || first.checked_add(*length) == Some(id) => {
                *first = if *length == 0 { id } else { *first };
                *length += 1;
                true
            }
            Given::Run { first, length } => {
                let last = *first + (*length - 1);
                *self = Given::List((*first..=last).chain([id]).collect());
                last < id
            }
            Given::List(ids) => {
                let ascends = ids.last().is_none_or(|last| *last < id);
                ids.push(id);
                ascends
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Given::Run { length, .. } => *length as usize,
            Given::List(ids) => ids.len(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let (run, list) = match self {
            Given::Run { length: 0, .. } => (None, None),
            Given::Run { first, length } => (Some(*first..=*first + (*length - 1)), None),
            Given::List(ids) => (None, Some(ids.iter().copied())),
        };
        run.into_iter().flatten().chain(list.into_iter().flatten())
    }

    /// Of ids that came ascending.
    fn presence(&self) -> Presence {
        match self {
            Given::Run { first, length } => Presence::range(*first, *length),
            Given::List(ids) => Presence::of(ids),
        }
    }
}

/// The values at their places, gaps filled with a default.
fn placed<T: Clone + Default>(presence: &Presence, ids: &Given, values: Vec<T>) -> Vec<T> {
    if presence.places() == values.len() {
        return values;
    }
    let mut all = vec![T::default(); presence.places()];
    for (id, value) in ids.iter().zip(values) {
        if let Some(place) = presence.place(id) {
            all[place] = value;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => (-3i64..3).prop_map(Value::Integer),
            1 => Just(Value::Integer(i64::MAX)),
            1 => Just(Value::Integer(i64::from(i32::MIN))),
            1 => Just(Value::Null),
            1 => Just(Value::Float(1.5)),
            1 => any::<bool>().prop_map(Value::Boolean),
            2 => "[ab]{0,2}".prop_map(Value::from),
            2 => (-9i64..9).prop_map(|days| Value::Date(Date { days })),
        ]
    }

    proptest! {
        #[test]
        fn a_column_holds_the_last_value_of_each_id(pairs in proptest::collection::vec((0u32..200, value()), 0..80)) {
            let mut builder = ColumnBuilder::default();
            let mut expected = BTreeMap::new();
            for (id, value) in pairs {
                expected.insert(id, format!("{value:?}"));
                builder.push(id, value);
            }
            let column = builder.finish();
            for id in 0..220 {
                let found = format!("{:?}", column.value(id));
                prop_assert_eq!(found, expected.get(&id).cloned().unwrap_or("Null".to_string()));
            }
        }
    }
}

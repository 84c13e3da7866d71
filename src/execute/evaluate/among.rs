//! IN over whole batches: a property among values that are known.

use super::operators;
use super::row::against;
use super::stored::Stored;
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::graph::Key;
use crate::graph::columns::{Column, Values};
use crate::value::{Truth, Value, integral};
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::sync::Arc;

pub struct Among {
    slot: Slot,
    key: Key,
    /// At least one value.
    values: Arc<[Value]>,
    /// With null among the values nothing is known to be none of them.
    never_false: bool,
    /// The column that was asked last, and the numbers of the values in it.
    numbers: RefCell<Option<(Arc<Column>, Numbers)>>,
}

enum Numbers {
    Few(Vec<i64>),
    Many(FxHashSet<i64>),
}

/// So many numbers are compared one after the other sooner than they are looked up.
const FEW: usize = 8;

impl Numbers {
    fn of(numbers: FxHashSet<i64>) -> Numbers {
        if numbers.len() > FEW { Numbers::Many(numbers) } else { Numbers::Few(numbers.into_iter().collect()) }
    }

    #[inline]
    fn has(&self, number: i64) -> bool {
        match self {
            Numbers::Few(numbers) => numbers.iter().fold(false, |found, own| found | (*own == number)),
            Numbers::Many(numbers) => numbers.contains(&number),
        }
    }
}

impl Among {
    /// `None` without values: nothing is among them, not even null.
    pub fn of(slot: Slot, key: Key, values: &Arc<[Value]>) -> Option<Among> {
        let never_false = values.iter().any(Value::is_null);
        let among = Among { slot, key, values: values.clone(), never_false, numbers: RefCell::default() };
        (!values.is_empty()).then_some(among)
    }

    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        context.meter.work(rows.len() as u32)?;
        if self.numbers.borrow().is_none() {
            context.meter.work(self.values.len() as u32)?;
        }
        let list = Value::List(self.values.clone());
        let Some(stored) = Stored::of(self.slot, self.key, batch, context) else {
            return against((self.slot, self.key), BinaryOperator::In, list, batch, rows, wanted, context);
        };
        let written = |value: &Value| operators::contains(value, &list).is_ok_and(|truth| truth == wanted);
        let known = &mut *self.numbers.borrow_mut();
        if !known.as_ref().is_some_and(|(column, _)| Arc::ptr_eq(column, stored.column)) {
            *known = self.numbers_in(&stored.column.values).map(|numbers| (stored.column.clone(), numbers));
        }
        let yes = wanted == Truth::True;
        let holds = |numbers: &Numbers, number: i64| numbers.has(number) == yes && (yes || !self.never_false);
        Ok(match (&stored.column.values, known) {
            (Values::Short(short) | Values::Dates(short), Some((_, numbers))) => {
                stored.pick(rows, |place| holds(numbers, i64::from(short[place])), written)
            }
            (Values::Integers(whole), Some((_, numbers))) => {
                stored.pick(rows, |place| holds(numbers, whole[place]), written)
            }
            (Values::Strings { codes, .. }, Some((_, numbers))) => {
                stored.pick(rows, |place| holds(numbers, i64::from(codes[place])), written)
            }
            (values, _) => stored.pick(rows, |place| written(&values.at(place)), written),
        })
    }

    /// What the values are stored as in a column; none where it holds values of other kinds.
    fn numbers_in(&self, column: &Values) -> Option<Numbers> {
        let number = |value: &Value| match (column, value) {
            (Values::Short(_) | Values::Integers(_), Value::Integer(number)) => Some(*number),
            (Values::Short(_) | Values::Integers(_), Value::Float(number)) => integral(*number),
            (Values::Dates(_), Value::Date(date)) => Some(date.days),
            (Values::Strings { dictionary, .. }, Value::String(text)) => dictionary.code(text).map(i64::from),
            _ => None,
        };
        let packed = matches!(
            column,
            Values::Short(_) | Values::Integers(_) | Values::Dates(_) | Values::Strings { .. }
        );
        packed.then(|| Numbers::of(self.values.iter().filter_map(number).collect()))
    }
}

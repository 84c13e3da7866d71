//! Open ends over whole batches: `x IS NULL OR x > value`, where x is one stored property.

use super::operators;
use super::select::{Test, kept};
use super::stored::{Stored, range};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::graph::Key;
use crate::graph::columns::Values;
use crate::value::{Truth, Value};

/// There is no such property, or it compares with a value.
pub struct Open {
    slot: Slot,
    key: Key,
    operator: BinaryOperator,
    value: Value,
    /// The two tests by themselves.
    parts: Test,
}

impl Open {
    /// Of two parts of an OR, in either order.
    pub fn of(parts: Vec<Test>) -> std::result::Result<Open, Vec<Test>> {
        let compared = match parts.as_slice() {
            [
                Test::IsNull { slot, key: Some(key) },
                Test::Compare { slot: same, key: alike, operator, value },
            ]
            | [
                Test::Compare { slot: same, key: alike, operator, value },
                Test::IsNull { slot, key: Some(key) },
            ] if slot == same && key == alike && *operator != BinaryOperator::NotEqual => {
                Some((*slot, *key, *operator, value.clone()))
            }
            _ => None,
        };
        match compared {
            Some((slot, key, operator, value)) => {
                Ok(Open { slot, key, operator, value, parts: Test::Or(parts) })
            }
            None => Err(parts),
        }
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
        let (Some(stored), Truth::True) = (stored, wanted) else {
            return self.parts.select(batch, rows, wanted, context);
        };
        let (numbers, number) = match (&stored.column.values, &self.value) {
            (Values::Dates(days), Value::Date(date)) => (days, date.days),
            (Values::Short(numbers), Value::Integer(number)) => (numbers, *number),
            _ => return self.parts.select(batch, rows, wanted, context),
        };
        let (low, high) = range(self.operator, number);
        let within = |place: usize| {
            let number = i64::from(numbers[place]);
            low <= number && number <= high
        };
        let written = |found: &Value| {
            found.is_null() || operators::comparison(self.operator, found, &self.value) == Truth::True
        };
        Ok(kept(rows, |row| stored.is_open(row, within, written)))
    }
}

//! Whether values are IN lists, many rows at once: in a long one, or in lists that have not been made, where both are compared
//! by their numbers.

use super::Compiled;
use super::elements::LONG;
use super::select::{chosen, two_sided};
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Lists, NONE};
use crate::execute::context::Context;
use crate::execute::operators::numbered::{Numbered, folded};
use crate::value::{Truth, Value};
use std::sync::Arc;

/// A value as the lists would have it.
#[derive(Clone, Copy)]
enum Sought {
    Null,
    Number(u32),
    /// No list has it.
    Other,
}

/// Of some rows those in which a condition has the wanted truth; nothing where it is about something else.
pub(super) fn select(
    condition: &Compiled,
    batch: &Batch,
    rows: &[u32],
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Option<Vec<u32>>> {
    let Some((BinaryOperator::In, value, list)) = two_sided(condition) else { return Ok(None) };
    if let Some(list) = one_list(list, batch, rows) {
        let column = value.column(&chosen(batch, rows), context)?;
        let Context { large, meter, .. } = context;
        return large.asked.select(&list, &column, rows, wanted, meter);
    }
    if let (Compiled::Slot(slot), Compiled::Constant(Value::List(items))) = (value, list) {
        context.meter.work(rows.len() as u32)?;
        return Ok(among_texts(batch.column(*slot), items, rows, wanted));
    }
    if list.lists_in(batch).is_none() {
        return Ok(None);
    }
    let some = chosen(batch, rows);
    let Some(lists) = list.lists_in(&some) else { return Ok(None) };
    let Some(sought) = sought(&value.column(&some, context)?, lists, some.length) else { return Ok(None) };
    context.meter.work(rows.len() as u32)?;
    let truth = |row: usize| match (lists.numbers(row), sought[row]) {
        (None, _) => Truth::Unknown,
        (Some([]), _) | (_, Sought::Other) => Truth::False,
        (_, Sought::Null) => Truth::Unknown,
        (Some(numbers), Sought::Number(number)) => Truth::from(numbers.contains(&number)),
    };
    let kept = rows.iter().enumerate().filter(|(place, _)| truth(*place) == wanted);
    Ok(Some(kept.map(|(_, row)| *row).collect()))
}

/// Of some rows those whose text, in a column of texts that were worked out, is or is not one of some, as is wanted; nothing
/// where other values come in.
fn among_texts(column: &Column, items: &[Value], rows: &[u32], wanted: Truth) -> Option<Vec<u32>> {
    let Column::Texts(_) = column else { return None };
    let mut texts = Vec::with_capacity(items.len());
    let mut absent = Truth::False;
    for item in items {
        match item {
            Value::String(text) => texts.push(text.as_bytes()),
            Value::Null => absent = Truth::Unknown,
            _ => return None,
        }
    }
    let truth = |row: usize| match column.text(row).flatten() {
        _ if items.is_empty() => Truth::False,
        None => Truth::Unknown,
        Some(text) if texts.contains(&text) => Truth::True,
        Some(_) => absent,
    };
    Some(rows.iter().copied().filter(|row| truth(*row as usize) == wanted).collect())
}

/// The only list that is asked for in some rows, if it is long.
fn one_list(list: &Compiled, batch: &Batch, rows: &[u32]) -> Option<Arc<[Value]>> {
    let items = |value: &Value| match value {
        Value::List(items) if items.len() >= LONG => Some(items.clone()),
        _ => None,
    };
    match list {
        Compiled::Constant(value) => items(value),
        Compiled::Slot(slot) => match batch.column(*slot) {
            Column::Same(value) => items(value),
            Column::Values(values) => {
                let first = items(values.get(*rows.first()? as usize)?)?;
                let is_it = |value: &Value| matches!(value, Value::List(items) if Arc::ptr_eq(items, &first));
                rows.iter().all(|row| values.get(*row as usize).is_some_and(is_it)).then_some(first)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The values of a column as lists would have them; nothing where these could have one in another form.
fn sought(column: &Column, lists: &Lists, length: usize) -> Option<Vec<Sought>> {
    let number = |number: u32| if number == NONE { Sought::Null } else { Sought::Number(number) };
    match (lists.of(), column) {
        (of, Column::Same(value)) => Some(vec![one(of, value)?; length]),
        (Numbered::Whole, Column::Integers(numbers)) => {
            let whole = |number: &i64| i32::try_from(*number).map_or(Sought::Other, number_of);
            Some(numbers.iter().map(whole).collect())
        }
        (of @ (Numbered::Nodes | Numbered::Relationships | Numbered::Texts(_)), column) => {
            Numbered::of(column)?
                .is_same(of)
                .then(|| Numbered::numbers(column).iter().map(|id| number(*id)).collect())
        }
        (of, column) => Numbered::unbounded(column)?.is_same(of).then(|| {
            let mut all = vec![Sought::Null; length];
            Numbered::each(column, |row, number| all[row] = Sought::Number(number));
            all
        }),
    }
}

/// One value; nothing where a list could have it in another form.
fn one(of: &Numbered, value: &Value) -> Option<Sought> {
    Some(match (of, value) {
        (_, Value::Null) => Sought::Null,
        (Numbered::Nodes, Value::Node(node)) => Sought::Number(node.0),
        (Numbered::Relationships, Value::Relationship(relationship)) => Sought::Number(relationship.0),
        (Numbered::Whole, Value::Integer(number)) => i32::try_from(*number).map_or(Sought::Other, number_of),
        (Numbered::Days, Value::Date(date)) => i32::try_from(date.days).map_or(Sought::Other, number_of),
        (Numbered::Texts(_), Value::String(text)) => of.code(text).map_or(Sought::Other, Sought::Number),
        _ => return None,
    })
}

fn number_of(number: i32) -> Sought {
    Sought::Number(folded(number))
}

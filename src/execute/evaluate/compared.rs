//! Conditions on texts, and on how long they are, for all rows of a batch: without a value for each.

use super::Compiled;
use super::select::{chosen, compares, is_comparison, two_sided};
use super::written::{self, Source, is_length, is_source, is_written};
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::value::{Truth, Value};
use memchr::memmem;

/// Longer texts are searched one by one, each with a look at the limits.
const LONG: usize = 1 << 16;

/// Whether a condition asks about a text that is made of a stored one, or about its length.
pub(super) fn is_compared(condition: &Compiled) -> bool {
    let number = |side: &Compiled| matches!(side, Compiled::Constant(Value::Integer(_)));
    two_sided(condition).is_some_and(|(operator, left, right)| {
        let lengths = (is_length(left) && number(right)) || (number(left) && is_length(right));
        let texts = is_source(left) && is_source(right) && (is_written(left) || is_written(right));
        (lengths && is_comparison(operator)) || (texts && asks_of_texts(operator))
    })
}

pub(super) fn asks_of_texts(operator: BinaryOperator) -> bool {
    let parts = [BinaryOperator::Contains, BinaryOperator::StartsWith, BinaryOperator::EndsWith];
    parts.contains(&operator) || is_comparison(operator)
}

/// Of some rows those in which a condition has the wanted truth; nothing where it is about something else.
pub(super) fn select(
    condition: &Compiled,
    batch: &Batch,
    rows: &[u32],
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Option<Vec<u32>>> {
    let Some((operator, left, right)) = two_sided(condition) else { return Ok(None) };
    let yes = wanted == Truth::True;
    if is_comparison(operator) && (is_length(left) || is_length(right)) {
        let batch = &chosen(batch, rows);
        let Some(left) = numbers(left, batch, context)? else { return Ok(None) };
        let Some(right) = numbers(right, batch, context)? else { return Ok(None) };
        let holds = |place: usize| Some(compares(operator, &left.get(place)?, &right.get(place)?));
        return Ok(Some(kept(rows, |place| holds(place) == Some(yes))));
    }
    if !asks_of_texts(operator) || !is_source(left) || !is_source(right) {
        return Ok(None);
    }
    let batch = &chosen(batch, rows);
    let Some(left) = written::source(left, batch, context)? else { return Ok(None) };
    let Some(right) = written::source(right, batch, context)? else { return Ok(None) };
    let finder = match (&right, operator) {
        (Source::Constant(part), BinaryOperator::Contains) => Some(memmem::Finder::new(part)),
        _ => None,
    };
    let mut picked = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let (Some(left), Some(right)) = (left.text(place), right.text(place)) else { continue };
        if left.len().max(right.len()) > LONG {
            return Ok(None);
        }
        context.meter.work(1 + (left.len() / 64) as u32)?;
        let holds = match (operator, &finder) {
            (BinaryOperator::Contains, Some(finder)) => finder.find(left).is_some(),
            (BinaryOperator::Contains, None) => memmem::find(left, right).is_some(),
            (BinaryOperator::StartsWith, _) => left.starts_with(right),
            (BinaryOperator::EndsWith, _) => left.ends_with(right),
            _ => compares(operator, left, right),
        };
        if holds == yes {
            picked.push(*row);
        }
    }
    Ok(Some(picked))
}

/// Whether a condition holds in each row; nothing where it is about something else.
pub(super) fn column(
    condition: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    if !is_compared(condition) {
        return Ok(None);
    }
    let all: Vec<u32> = (0..batch.length as u32).collect();
    let mut values = vec![Value::Null; batch.length];
    for truth in [true, false] {
        let wanted = if truth { Truth::True } else { Truth::False };
        let Some(rows) = select(condition, batch, &all, wanted, context)? else { return Ok(None) };
        rows.iter().for_each(|row| values[*row as usize] = Value::Boolean(truth));
    }
    Ok(Some(Column::values(values)))
}

/// Whole numbers of all rows.
enum Numbers {
    Column(Column),
    Constant(i64),
}

impl Numbers {
    #[inline]
    fn get(&self, place: usize) -> Option<i64> {
        match self {
            Numbers::Column(Column::Integers(numbers)) => numbers.get(place).copied(),
            Numbers::Column(_) => None,
            Numbers::Constant(number) => Some(*number),
        }
    }
}

fn numbers(side: &Compiled, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Numbers>> {
    if let Compiled::Constant(Value::Integer(number)) = side {
        return Ok(Some(Numbers::Constant(*number)));
    }
    if !is_length(side) {
        return Ok(None);
    }
    let column = written::column(side, batch, context)?;
    Ok(column.filter(|column| matches!(column, Column::Integers(_))).map(Numbers::Column))
}

fn kept(rows: &[u32], holds: impl Fn(usize) -> bool) -> Vec<u32> {
    rows.iter().enumerate().filter(|(place, _)| holds(*place)).map(|(_, row)| *row).collect()
}

//! Conditions on texts, and on how long they are, for all rows of a batch: without a value for each.

use super::Compiled;
use super::select::{chosen, is_comparison};
use super::written::{self, Source, is_length, is_written};
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::value::{Truth, Value};
use memchr::memmem;
use std::cmp::Ordering;

/// Longer texts are searched one by one, each with a look at the limits.
const LONG: usize = 1 << 16;

/// The two sides of a condition, and what is asked of them.
fn sides(condition: &Compiled) -> Option<(BinaryOperator, &Compiled, &Compiled)> {
    let (operator, left, right) = match condition {
        Compiled::Comparisons { first, rest } => match rest.as_slice() {
            [(operator, second)] => (*operator, &**first, second),
            _ => return None,
        },
        Compiled::Binary { operator, left, right, .. } => (*operator, &**left, &**right),
        _ => return None,
    };
    let of_texts =
        matches!(operator, BinaryOperator::Contains | BinaryOperator::StartsWith | BinaryOperator::EndsWith);
    (of_texts || is_comparison(operator)).then_some((operator, left, right))
}

/// Whether a condition asks about a text that is made of a stored one, or about its length.
pub(super) fn is_compared(condition: &Compiled) -> bool {
    let number = |side: &Compiled| matches!(side, Compiled::Constant(Value::Integer(_)));
    sides(condition).is_some_and(|(_, left, right)| {
        let both = written::is_source(left) && written::is_source(right);
        let lengths = (is_length(left) && number(right)) || (number(left) && is_length(right));
        lengths || (both && (is_written(left) || is_written(right)))
    })
}

/// Of some rows those in which a condition has the wanted truth; nothing where it is about something else.
pub(super) fn select(
    condition: &Compiled,
    batch: &Batch,
    rows: &[u32],
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Option<Vec<u32>>> {
    let Some((operator, left, right)) = sides(condition) else { return Ok(None) };
    let of_texts = written::is_source(left) && written::is_source(right);
    if !of_texts && !is_compared(condition) {
        return Ok(None);
    }
    let (batch, yes) = (&chosen(batch, rows), wanted == Truth::True);
    if is_length(left) || is_length(right) {
        let Some(left) = numbers(left, batch, context)? else { return Ok(None) };
        let Some(right) = numbers(right, batch, context)? else { return Ok(None) };
        let holds = |place: usize| is_so(operator, left.get(place)?.cmp(&right.get(place)?));
        return Ok(Some(kept(rows, |place| holds(place) == Some(yes))));
    }
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
            _ => is_so(operator, left.cmp(right)) == Some(true),
        };
        if holds == yes {
            picked.push(*row);
        }
    }
    Ok(Some(picked))
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

/// Whether two things that stand like that to each other compare as asked.
fn is_so(operator: BinaryOperator, stands: Ordering) -> Option<bool> {
    Some(match operator {
        BinaryOperator::Equal => stands.is_eq(),
        BinaryOperator::NotEqual => stands.is_ne(),
        BinaryOperator::Less => stands.is_lt(),
        BinaryOperator::LessOrEqual => stands.is_le(),
        BinaryOperator::Greater => stands.is_gt(),
        BinaryOperator::GreaterOrEqual => stands.is_ge(),
        _ => return None,
    })
}

fn kept(rows: &[u32], holds: impl Fn(usize) -> bool) -> Vec<u32> {
    rows.iter().enumerate().filter(|(place, _)| holds(*place)).map(|(_, row)| *row).collect()
}

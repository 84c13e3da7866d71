//! List comprehensions, quantifiers, reduce.

use super::large::Elements;
use super::{Compiled, Frame};
use crate::algebra::Quantifier;
use crate::base::{Report, Result, Span};
use crate::execute::batch::{Batch, Column, Lists, size_of_value};
use crate::execute::context::Context;
use crate::functions::{Function, Steps};
use crate::value::{Truth, Value};
use std::sync::Arc;

/// One element of each list, where an expression is that of lists that have not been made.
pub(super) fn each_at(expression: &Compiled, batch: &Batch) -> Option<Column> {
    let (list, place) = match expression {
        Compiled::Call { function, arguments, .. } => match (function.name, arguments.as_slice()) {
            ("head", [list]) => (list, 0),
            ("last", [list]) => (list, -1),
            _ => return None,
        },
        Compiled::Index { subject, index, .. } => match &**index {
            Compiled::Constant(Value::Integer(place)) => (&**subject, *place),
            _ => return None,
        },
        _ => return None,
    };
    Some(list.lists_in(batch)?.each_at(place))
}

/// The elements of a list; `None` for null.
fn items(list: &Value) -> Result<Option<Arc<[Value]>>> {
    match list {
        Value::List(items) => Ok(Some(items.clone())),
        Value::Null => Ok(None),
        other => {
            let message = format!("expected a list, found a {}", other.type_name());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

fn place(frame: &mut Frame<'_>, depth: usize, value: Value) {
    if frame.locals.len() <= depth {
        frame.locals.resize(depth + 1, Value::Null);
    }
    if let Some(local) = frame.locals.get_mut(depth) {
        *local = value;
    }
}

pub(super) fn comprehension(
    list: &Value,
    filter: Option<&Compiled>,
    map: Option<&Compiled>,
    depth: usize,
    frame: &mut Frame<'_>,
    context: &mut Context<'_>,
) -> Result<Value> {
    let Some(items) = items(list)? else { return Ok(Value::Null) };
    let mut values = Elements::default();
    let mut held = 0;
    for item in items.iter() {
        context.tick()?;
        place(frame, depth, item.clone());
        if let Some(filter) = filter
            && filter.truth(frame, context)? != Truth::True
        {
            continue;
        }
        let value = map.map_or_else(|| Ok(item.clone()), |map| map.value(frame, context))?;
        let bytes = size_of_value(&value);
        context.meter.hold(bytes)?;
        held += bytes;
        values.push(value);
    }
    context.meter.release(held);
    values.list(context)
}

pub(super) fn quantified(
    quantifier: Quantifier,
    list: &Value,
    predicate: Option<&Compiled>,
    depth: usize,
    frame: &mut Frame<'_>,
    context: &mut Context<'_>,
) -> Result<Value> {
    let Some(items) = items(list)? else { return Ok(Value::Null) };
    let (mut held, mut failed, mut unknown) = (0usize, 0usize, 0usize);
    for item in items.iter() {
        context.tick()?;
        place(frame, depth, item.clone());
        let truth = match predicate {
            Some(predicate) => predicate.truth(frame, context)?,
            None => super::truth_of(item)?,
        };
        match truth {
            Truth::True => held += 1,
            Truth::False => failed += 1,
            Truth::Unknown => unknown += 1,
        }
        let decided = match quantifier {
            Quantifier::All => failed > 0,
            Quantifier::Any | Quantifier::None => held > 0,
            Quantifier::Single => held > 1,
        };
        if decided {
            break;
        }
    }
    let truth = match quantifier {
        Quantifier::All if failed > 0 => Truth::False,
        Quantifier::Any if held > 0 => Truth::True,
        Quantifier::None if held > 0 => Truth::False,
        Quantifier::Single if held > 1 => Truth::False,
        _ if unknown > 0 => Truth::Unknown,
        Quantifier::All | Quantifier::None => Truth::True,
        Quantifier::Any => Truth::False,
        Quantifier::Single => (held == 1).into(),
    };
    Ok(truth.into())
}

pub(super) fn reduce(
    start: Value,
    list: &Value,
    step: &Compiled,
    depth: usize,
    frame: &mut Frame<'_>,
    context: &mut Context<'_>,
) -> Result<Value> {
    let Some(items) = items(list)? else { return Ok(Value::Null) };
    let mut total = start;
    for item in items.iter() {
        context.tick()?;
        place(frame, depth, total);
        place(frame, depth + 1, item.clone());
        total = step.value(frame, context)?;
    }
    Ok(total)
}

impl Compiled {
    /// The lists of a slot, where they have not been made.
    pub fn lists_in<'b>(&self, batch: &'b Batch) -> Option<&'b Lists> {
        let Compiled::Slot(slot) = self else { return None };
        match batch.column(*slot) {
            Column::Lists(lists) => Some(lists),
            _ => None,
        }
    }

    /// The arguments of `range`, where the whole is a call of it.
    pub fn as_range(&self) -> Option<(&[Compiled], Span)> {
        match self {
            Compiled::Call { function, arguments, span } if is_range(function) => Some((arguments, *span)),
            _ => None,
        }
    }
}

pub(super) fn is_range(function: &Function) -> bool {
    function.name.eq_ignore_ascii_case("range")
}

/// Fails before a range is made that is larger than the budget.
pub(super) fn check_range(arguments: &[Value], context: &mut Context<'_>) -> Result<()> {
    let Ok(Some(steps)) = Steps::of(arguments) else { return Ok(()) };
    context.meter.rows(steps.count())?;
    context.can_hold(steps.count().saturating_mul(24))
}

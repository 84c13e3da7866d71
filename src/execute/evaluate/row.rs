//! Conditions that are asked row by row.

use super::select::kept;
use super::stored::Stored;
use super::{Compiled, Frame};
use super::{compared, listed, unrolled};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::{Report, Result};
use crate::execute::batch::{Batch, Column as Rows, NONE};
use crate::execute::context::Context;
use crate::graph::{Graph, Key};
use crate::value::{Truth, Value};

pub(super) fn by_row(
    condition: &Compiled,
    batch: &Batch,
    rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    if let Some(picked) = compared::select(condition, batch, &rows, wanted, context)? {
        return Ok(picked);
    }
    if let Some(picked) = listed::select(condition, batch, &rows, wanted, context)? {
        return Ok(picked);
    }
    if let Some(picked) = unrolled::select(condition, batch, &rows, wanted, context)? {
        return Ok(picked);
    }
    let mut frame = Frame::new(batch, 0);
    let mut picked = Vec::with_capacity(rows.len());
    for row in rows {
        context.tick()?;
        frame.row = row as usize;
        if condition.truth(&mut frame, context)? == wanted {
            picked.push(row);
        }
    }
    Ok(picked)
}

/// A value where a condition is expected.
pub(super) fn truth_of(value: &Value) -> Result<Truth> {
    match value {
        Value::Boolean(truth) => Ok((*truth).into()),
        Value::Null => Ok(Truth::Unknown),
        other => {
            let message = format!("a condition must be true or false, not {}", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

/// Of some rows those in which there is no such property, or nothing in the slot itself; or those in which there is.
pub(super) fn is_null(
    slot: Slot,
    key: Option<Key>,
    batch: &Batch,
    rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    context.meter.work(rows.len() as u32)?;
    let nothing = wanted == Truth::True;
    let stored = key.and_then(|key| Stored::of(slot, key, batch, context));
    match (key, stored, batch.column(slot)) {
        (Some(_), Some(stored), _) => Ok(kept(rows, |row| stored.has(row) != nothing)),
        (None, _, Rows::Nodes(ids) | Rows::Relationships(ids)) if !ids.contains(&NONE) => {
            Ok(if nothing { Vec::new() } else { rows })
        }
        (None, _, Rows::Nodes(ids) | Rows::Relationships(ids)) => {
            Ok(kept(rows, |row| (ids.get(row as usize).is_none_or(|id| *id == NONE)) == nothing))
        }
        _ => {
            let operand =
                key.map_or(Compiled::Slot(slot), |key| Compiled::property_of(slot, key, context.graph));
            by_row(
                &Compiled::IsNull { operand: Box::new(operand), negated: false },
                batch,
                rows,
                wanted,
                context,
            )
        }
    }
}

pub(super) fn by_value(
    slot: Slot,
    batch: &Batch,
    rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
    test: impl Fn(&Value, &mut Context<'_>) -> Result<Truth>,
) -> Result<Vec<u32>> {
    let mut picked = Vec::with_capacity(rows.len());
    for row in rows {
        if test(&batch.value(slot, row as usize), context)? == wanted {
            picked.push(row);
        }
    }
    Ok(picked)
}

/// The rows in which a property goes with a value as an operator says, asked row by row.
pub(super) fn against(
    (slot, key): (Slot, Key),
    operator: BinaryOperator,
    value: Value,
    batch: &Batch,
    rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    let (left, right) =
        (Box::new(Compiled::property_of(slot, key, context.graph)), Box::new(Compiled::Constant(value)));
    let test = Compiled::Binary { operator, left, right, span: crate::base::Span::default() };
    by_row(&test, batch, rows, wanted, context)
}

impl Compiled {
    /// A property as an expression that can be asked of a row.
    pub(super) fn property_of(slot: Slot, key: Key, graph: &Graph) -> Compiled {
        let (span, name) = (crate::base::Span::default(), graph.key_name(key).clone());
        Compiled::Property { subject: Box::new(Compiled::Slot(slot)), key: name, known: Some(key), span }
    }
}

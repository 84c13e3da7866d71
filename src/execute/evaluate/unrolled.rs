//! Quantifiers and comprehensions over lists that have not been made: the elements of all rows are asked together.
//!
//! The variable becomes a slot of a batch that has a row for each element, with what the expression reads of its own row.
//! What fails for one element is left to be asked row by row, which tells how it fails.

use super::Compiled;
use super::computed::Computed;
use super::select::{Test, chosen, compares, is_comparison, two_sided};
use super::whole::sizes;
use crate::algebra::{BinaryOperator, Quantifier, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Lists, NONE};
use crate::execute::context::Context;
use crate::execute::operators::numbered::Numbered;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};

/// The elements of some rows.
struct Elements {
    lists: Lists,
    /// The row and the number of each.
    rows: Vec<u32>,
    numbers: Vec<u32>,
    batch: Batch,
}

/// More elements are not asked together.
const MOST: usize = 1 << 20;

impl Elements {
    /// Of the list of an expression, with a slot in place of the variable in its parts; nothing where these are not made of
    /// slots, properties and functions alone, or lists have been made.
    fn of(
        list: &Compiled,
        parts: &[&Option<Box<Compiled>>],
        depth: usize,
        batch: &Batch,
    ) -> Option<(Elements, Vec<Option<Compiled>>)> {
        let Compiled::Slot(slot) = list else { return None };
        let lists = list.lists_in(batch)?.clone();
        let mut read = SlotSet::new();
        let mut is_plain = |part: &Compiled| {
            let part = part.with_local(depth, *slot);
            part.is_some_and(|part| part.is_plain(&mut |slot| read.insert(slot)))
        };
        if !parts.iter().filter_map(|part| part.as_deref()).all(&mut is_plain) {
            return None;
        }
        let element = Slot(read.iter().map(|slot| slot.0).fold(slot.0, u32::max) + 1);
        let with_slot = |part: &&Option<Box<Compiled>>| part.as_deref()?.with_local(depth, element);
        let parts = parts.iter().map(with_slot).collect();
        let mut rows = Vec::new();
        let (next, numbers) = lists.unrolled(0, MOST, &mut rows);
        if next < batch.length {
            return None;
        }
        let mut batch = batch.gather(&rows, &read);
        batch.set(element, lists.column(numbers.iter().copied().map(Some)));
        Some((Elements { lists, rows, numbers, batch }, parts))
    }

    /// The elements of which a condition has the wanted truth; nothing where it fails for one.
    fn select(&self, condition: Compiled, wanted: Truth, context: &mut Context<'_>) -> Option<Vec<u32>> {
        let all = (0..self.batch.length as u32).collect();
        Test::of(condition).select(&self.batch, all, wanted, context).ok()
    }
}

/// Of some rows those in which a condition has the wanted truth; nothing where it is about something else.
pub(super) fn select(
    condition: &Compiled,
    batch: &Batch,
    rows: &[u32],
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Option<Vec<u32>>> {
    if let Some((operator, counted, Compiled::Constant(Value::Integer(number)))) = two_sided(condition)
        && is_comparison(operator)
        && let Some(Compiled::Comprehension { list, .. }) = size_of(counted)
        && list.lists_in(batch).is_some()
    {
        return by_size(counted, (operator, *number), batch, rows, wanted, context);
    }
    let Compiled::Quantified { quantifier, list, predicate, depth } = condition else { return Ok(None) };
    // Of which truth each element, or some element, has to be.
    let (each, every) = match (quantifier, wanted) {
        (_, Truth::Unknown) | (Quantifier::Single, _) => return Ok(None),
        (Quantifier::Any, Truth::True) | (Quantifier::None, Truth::False) => (Truth::True, false),
        (Quantifier::Any, Truth::False) | (Quantifier::None, Truth::True) => (Truth::False, true),
        (Quantifier::All, Truth::True) => (Truth::True, true),
        (Quantifier::All, Truth::False) => (Truth::False, false),
    };
    if list.lists_in(batch).is_none() {
        return Ok(None);
    }
    let Some((elements, parts)) = Elements::of(list, &[predicate], *depth, &chosen(batch, rows)) else {
        return Ok(None);
    };
    let Some(Some(predicate)) = parts.into_iter().next() else { return Ok(None) };
    context.meter.work(elements.batch.length as u32)?;
    let Some(picked) = elements.select(predicate, each, context) else { return Ok(None) };
    let mut counts = vec![0; rows.len()];
    picked.iter().for_each(|element| counts[elements.rows[*element as usize] as usize] += 1);
    let holds = |place: usize| {
        let size = elements.lists.size(place);
        size.is_some_and(|size| if every { counts[place] == size } else { counts[place] > 0 })
    };
    Ok(Some(rows.iter().enumerate().filter(|(place, _)| holds(*place)).map(|(_, row)| *row).collect()))
}

/// How many elements pass, against a number.
fn by_size(
    counted: &Compiled,
    (operator, number): (BinaryOperator, i64),
    batch: &Batch,
    rows: &[u32],
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Option<Vec<u32>>> {
    let Some(Column::Integers(sizes)) = column(counted, &chosen(batch, rows), context)? else {
        return Ok(None);
    };
    let yes = wanted == Truth::True;
    let holds = |size: &i64| wanted != Truth::Unknown && compares(operator, size, &number) == yes;
    Ok(Some(rows.iter().zip(sizes.iter()).filter(|(_, size)| holds(size)).map(|(row, _)| *row).collect()))
}

/// The lists that a comprehension makes in all rows, or their sizes; nothing where an expression is another.
pub(super) fn column(
    expression: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    if let Some(counted) = size_of(expression) {
        let lists = column(counted, batch, context)?;
        return Ok(lists.and_then(|lists| sizes(&lists, batch.length)).map(Column::integers));
    }
    match expression {
        Compiled::Comprehension { list, filter, map, depth } => {
            made(list, filter, map, *depth, batch, context)
        }
        _ => Ok(None),
    }
}

/// The comprehension that an expression tells the size of.
fn size_of(expression: &Compiled) -> Option<&Compiled> {
    let Compiled::Call { function, arguments, .. } = expression else { return None };
    match (function.name, arguments.as_slice()) {
        ("size", [made @ Compiled::Comprehension { .. }]) => Some(made),
        _ => None,
    }
}

fn made(
    list: &Compiled,
    filter: &Option<Box<Compiled>>,
    map: &Option<Box<Compiled>>,
    depth: usize,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    let Some((elements, parts)) = Elements::of(list, &[filter, map], depth, batch) else {
        return Ok(None);
    };
    context.meter.work(elements.batch.length as u32)?;
    let mut parts = parts.into_iter();
    let (filter, map) = (parts.next().flatten(), parts.next().flatten());
    let picked = match filter {
        Some(filter) => elements.select(filter, Truth::True, context),
        None => Some((0..elements.batch.length as u32).collect()),
    };
    let Some(picked) = picked else { return Ok(None) };
    let (numbers, of) = match map {
        None => {
            let numbers = picked.iter().map(|element| elements.numbers[*element as usize]).collect();
            (numbers, elements.lists.of().clone())
        }
        Some(map) => {
            let some = chosen(&elements.batch, &picked);
            let Ok(column) = Computed::of(map).column(&some, context) else { return Ok(None) };
            let Some(of) = Numbered::unbounded(&column) else { return Ok(None) };
            let mut numbers = Vec::with_capacity(picked.len());
            Numbered::each(&column, |_, number| numbers.push(number));
            // Null has no number, but stays in the list.
            if numbers.len() < picked.len() {
                return Ok(None);
            }
            (numbers, of)
        }
    };
    let mut counts = vec![0u32; batch.length];
    picked.iter().for_each(|element| counts[elements.rows[*element as usize] as usize] += 1);
    let (mut spans, mut from) = (Vec::with_capacity(batch.length), 0);
    for (row, count) in counts.into_iter().enumerate() {
        let is_list = elements.lists.size(row).is_some();
        spans.push(if is_list { (from, from + count) } else { (NONE, NONE) });
        from += count;
    }
    Ok(Some(Column::Lists(Lists::new(spans, numbers, of))))
}

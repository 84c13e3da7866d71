//! Quantifiers and comprehensions over lists that have not been made: the elements of all rows are asked together.
//!
//! The variable becomes a slot of a batch that has a row for each element, with what the expression reads of its own row.
//! What fails for one element is left to be asked row by row, which tells how it fails.

use super::Compiled;
use super::computed::Computed;
use super::select::{Test, chosen, compares, is_comparison, two_sided};
use super::whole::sizes;
use super::written::{is_split, parts_of, split_texts};
use crate::algebra::{BinaryOperator, Quantifier, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Lists, NONE, Writing};
use crate::execute::context::Context;
use crate::execute::operators::numbered::Numbered;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};

/// The elements of some rows.
struct Elements {
    /// The row of each.
    rows: Vec<u32>,
    batch: Batch,
    of: Of,
}

/// What they are elements of.
enum Of {
    /// Lists of numbers, and the number of each element.
    Lists(Lists, Vec<u32>),
    /// Texts that are split: into how many parts each.
    Texts(Vec<Option<usize>>),
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
        context: &mut Context<'_>,
    ) -> Result<Option<(Elements, Vec<Option<Compiled>>)>> {
        let mut read = SlotSet::new();
        let mut is_plain = |part: &Compiled| {
            let part = part.with_local(depth, VARIABLE);
            part.is_some_and(|part| {
                part.is_plain(&mut |slot| {
                    if slot != VARIABLE {
                        read.insert(slot);
                    }
                })
            })
        };
        if !parts.iter().filter_map(|part| part.as_deref()).all(&mut is_plain) {
            return Ok(None);
        }
        let Some((rows, column, of)) = elements(list, batch, context)? else { return Ok(None) };
        let element = Slot(read.iter().map(|slot| slot.0 + 1).max().unwrap_or(0));
        let with_slot = |part: &&Option<Box<Compiled>>| part.as_deref()?.with_local(depth, element);
        let parts = parts.iter().map(with_slot).collect();
        let mut batch = batch.gather(&rows, &read);
        batch.set(element, column);
        Ok(Some((Elements { rows, batch, of }, parts)))
    }

    /// How many elements the list in a row has; nothing where there is none.
    fn size(&self, row: usize) -> Option<usize> {
        match &self.of {
            Of::Lists(lists, _) => lists.size(row),
            Of::Texts(sizes) => sizes.get(row).copied().flatten(),
        }
    }

    /// The elements of which a condition has the wanted truth; nothing where it fails for one.
    fn select(&self, condition: Compiled, wanted: Truth, context: &mut Context<'_>) -> Option<Vec<u32>> {
        let all = (0..self.batch.length as u32).collect();
        Test::of(condition).select(&self.batch, all, wanted, context).ok()
    }
}

/// Stands for the variable while it is looked what parts read.
const VARIABLE: Slot = Slot(u32::MAX);

/// Whether an expression has lists that have not been made, or are not to be.
fn is_unmade(list: &Compiled, batch: &Batch) -> bool {
    list.lists_in(batch).is_some() || is_split(list)
}

/// The row of each element of all lists, the elements, and what they are of; nothing where they are too many, or lists
/// have been made.
fn elements(
    list: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<(Vec<u32>, Column, Of)>> {
    let mut rows = Vec::new();
    if let Some(lists) = list.lists_in(batch) {
        let (next, numbers) = lists.unrolled(0, MOST, &mut rows);
        let column = lists.column(numbers.iter().copied().map(Some));
        return Ok((next == batch.length).then(|| (rows, column, Of::Lists(lists.clone(), numbers))));
    }
    let Some((texts, separator)) = split_texts(list, batch, context)? else { return Ok(None) };
    let (mut written, mut sizes) = (Writing::default(), Vec::with_capacity(batch.length));
    for row in 0..batch.length {
        let Some(parts) = parts_of(&texts, row, separator) else {
            sizes.push(None);
            continue;
        };
        let before = rows.len();
        for part in parts {
            if rows.len() == MOST || !written.add(Some(part.as_bytes())) {
                return Ok(None);
            }
            rows.push(row as u32);
        }
        sizes.push(Some(rows.len() - before));
    }
    Ok(Some((rows, Column::Texts(written.finish()), Of::Texts(sizes))))
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
    if !is_unmade(list, batch) {
        return Ok(None);
    }
    let some = chosen(batch, rows);
    let Some((elements, parts)) = Elements::of(list, &[predicate], *depth, &some, context)? else {
        return Ok(None);
    };
    let Some(Some(predicate)) = parts.into_iter().next() else { return Ok(None) };
    context.meter.work(elements.batch.length as u32)?;
    let Some(picked) = elements.select(predicate, each, context) else { return Ok(None) };
    let mut counts = vec![0; rows.len()];
    picked.iter().for_each(|element| counts[elements.rows[*element as usize] as usize] += 1);
    let holds = |place: usize| {
        let size = elements.size(place);
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
    if list.lists_in(batch).is_none() {
        return Ok(None);
    }
    let Some((elements, parts)) = Elements::of(list, &[filter, map], depth, batch, context)? else {
        return Ok(None);
    };
    let Of::Lists(lists, all) = &elements.of else { return Ok(None) };
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
            let numbers = picked.iter().map(|element| all[*element as usize]).collect();
            (numbers, lists.of().clone())
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
        let is_list = elements.size(row).is_some();
        spans.push(if is_list { (from, from + count) } else { (NONE, NONE) });
        from += count;
    }
    Ok(Some(Column::Lists(Lists::new(spans, numbers, of))))
}

//! Texts that are made of stored ones, for all rows of a batch: written one behind the other, without a value for each.

use super::case::Case;
use super::select::property;
use super::{Compiled, stored};
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Writing};
use crate::execute::context::Context;
use crate::functions::{Function, Piece};
use crate::value::Value;

/// Bytes that a text usually has.
const USUAL: usize = 32;

/// Longer texts are made one by one, each with a look at the limits.
const LONG: usize = 1 << 16;

/// What becomes of a text.
enum Change {
    Case(Case),
    Piece(Piece),
    /// The part with this number between separators.
    Part(Box<str>, usize),
}

/// Where texts come from.
pub(super) enum Source<'e> {
    Column(Column),
    Constant(&'e [u8]),
}

/// What an expression makes of texts.
enum Made<'e> {
    Length(&'e Compiled),
    Changed(Change, &'e Compiled),
    /// Two texts as one.
    Joined([&'e Compiled; 2]),
}

impl Made<'_> {
    fn of(expression: &Compiled) -> Option<Made<'_>> {
        match expression {
            Compiled::Call { function, arguments, .. } => {
                let (argument, others) = arguments.split_first()?;
                match gives_length(function) && others.is_empty() {
                    true => Some(Made::Length(argument)),
                    false => Some(Made::Changed(Change::of(function, others)?, argument)),
                }
            }
            Compiled::Index { subject, index, .. } => part(subject, index),
            Compiled::Binary { operator: BinaryOperator::Add, left, right, .. } => {
                Some(Made::Joined([left, right]))
            }
            _ => None,
        }
    }

    /// Whether all of it is made of what may be a text.
    fn is_of_sources(&self) -> bool {
        match self {
            Made::Length(argument) | Made::Changed(_, argument) => is_source(argument),
            Made::Joined(sides) => sides.iter().all(|side| is_source(side)),
        }
    }
}

/// Whether an expression is a text, a property that may be one, or what is made of such.
pub(super) fn is_source(source: &Compiled) -> bool {
    let is_constant = matches!(source, Compiled::Constant(Value::String(_)));
    is_constant || property(source).is_some() || is_written(source)
}

/// Whether an expression is the length of a text that is stored or made of a stored one.
pub(super) fn is_length(expression: &Compiled) -> bool {
    matches!(Made::of(expression), Some(made @ Made::Length(_)) if made.is_of_sources())
}

/// Whether an expression makes a text, or the length of one, of stored texts.
pub(super) fn is_written(expression: &Compiled) -> bool {
    Made::of(expression).is_some_and(|made| made.is_of_sources())
}

/// What an expression makes of stored texts; nothing where it is made of something else, or not all of that lies in a
/// dictionary.
pub(super) fn column(
    expression: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    match Made::of(expression) {
        Some(Made::Length(argument)) => lengths(argument, batch, context),
        Some(Made::Changed(change, argument)) => changed(&change, argument, batch, context),
        Some(Made::Joined(sides)) => joined(sides, batch, context),
        None => Ok(None),
    }
}

impl Change {
    /// What a function makes of its first argument, with others beside it.
    fn of(function: &Function, others: &[Compiled]) -> Option<Change> {
        let case = Case::of(function).filter(|_| others.is_empty());
        case.map(Change::Case).or_else(|| Piece::of(function, &constants(others)?).map(Change::Piece))
    }
}

fn gives_length(function: &Function) -> bool {
    matches!(function.name, "size" | "char_length" | "character_length")
}

fn constants(arguments: &[Compiled]) -> Option<Vec<Value>> {
    let constant = |argument: &Compiled| match argument {
        Compiled::Constant(value) => Some(value.clone()),
        _ => None,
    };
    arguments.iter().map(constant).collect()
}

/// One of the parts that `split` makes.
fn part<'e>(subject: &'e Compiled, index: &Compiled) -> Option<Made<'e>> {
    let (Compiled::Call { function, arguments, .. }, Compiled::Constant(Value::Integer(index))) =
        (subject, index)
    else {
        return None;
    };
    let [argument, Compiled::Constant(Value::String(separator))] = arguments.as_slice() else { return None };
    if function.name != "split" || separator.is_empty() {
        return None;
    }
    Some(Made::Changed(Change::Part((&**separator).into(), usize::try_from(*index).ok()?), argument))
}

pub(super) fn source<'e>(
    expression: &'e Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Source<'e>>> {
    if let Compiled::Constant(Value::String(text)) = expression {
        return Ok(Some(Source::Constant(text.as_bytes())));
    }
    let read = match property(expression) {
        Some((slot, key)) => stored(slot, key, batch, context),
        None => column(expression, batch, context)?,
    };
    Ok(read.filter(Column::has_texts).map(Source::Column))
}

impl Source<'_> {
    /// The text in a row; nothing for null.
    #[inline]
    pub fn text(&self, row: usize) -> Option<&[u8]> {
        match self {
            Source::Column(column) => column.text(row).flatten(),
            Source::Constant(text) => Some(text),
        }
    }
}

fn changed(
    change: &Change,
    argument: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    let Some(read @ Source::Column(_)) = source(argument, batch, context)? else { return Ok(None) };
    let mut room = Vec::new();
    write(batch, context, |row, writing| {
        let Some(text) = read.text(row).filter(|text| text.len() < LONG) else {
            return read.text(row).is_none() && writing.add(None);
        };
        let as_text = std::str::from_utf8(text).unwrap_or("");
        match change {
            Change::Case(case) => writing.add(Some(case.of_text(text, &mut room))),
            Change::Piece(piece) => writing.add(Some(piece.of_text(as_text).as_bytes())),
            Change::Part(separator, number) => {
                writing.add(as_text.split(&**separator).nth(*number).map(str::as_bytes))
            }
        }
    })
}

fn joined(sides: [&Compiled; 2], batch: &Batch, context: &mut Context<'_>) -> Result<Option<Column>> {
    let Some(left) = source(sides[0], batch, context)? else { return Ok(None) };
    let Some(right) = source(sides[1], batch, context)? else { return Ok(None) };
    let mut room = Vec::new();
    write(batch, context, |row, writing| {
        let (Some(left), Some(right)) = (left.text(row), right.text(row)) else { return writing.add(None) };
        room.clear();
        room.extend_from_slice(left);
        room.extend_from_slice(right);
        room.len() < LONG && writing.add(Some(&room))
    })
}

/// Writes the text of each row; nothing where one cannot be written.
fn write(
    batch: &Batch,
    context: &mut Context<'_>,
    mut write: impl FnMut(usize, &mut Writing) -> bool,
) -> Result<Option<Column>> {
    let mut writing = Writing::with_room_for(batch.length, batch.length * USUAL);
    let mut held = 0;
    for row in 0..batch.length {
        let before = writing.bytes();
        if !write(row, &mut writing) {
            context.meter.release(held);
            return Ok(None);
        }
        let length = (writing.bytes() - before) as u64;
        context.meter.work(1 + (length / 64) as u32)?;
        context.meter.hold(length)?;
        held += length;
    }
    context.meter.release(held);
    Ok(Some(Column::Texts(writing.finish())))
}

/// How many characters texts have, where no row lacks one.
fn lengths(argument: &Compiled, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Column>> {
    let Some(read @ Source::Column(_)) = source(argument, batch, context)? else { return Ok(None) };
    let mut lengths = Vec::with_capacity(batch.length);
    for row in 0..batch.length {
        let Some(text) = read.text(row).and_then(|text| std::str::from_utf8(text).ok()) else {
            return Ok(None);
        };
        context.meter.work(1 + (text.len() / 64) as u32)?;
        lengths.push(text.chars().count() as i64);
    }
    Ok(Some(Column::integers(lengths)))
}

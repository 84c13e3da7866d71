//! Texts that are made of stored ones, for all rows of a batch: written one behind the other, without a value for each.

use super::case::Case;
use super::select::property;
use super::sides::{Kind, Side};
use super::{Compiled, compared, stored};
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Writing};
use crate::execute::context::Context;
use crate::functions::{Function, Piece};
use crate::value::{Date, Value};
use memchr::memmem::Finder;
use std::fmt::Write;
use std::str::Split;

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
    /// With one text in place of another.
    Replaced(Box<str>, Box<str>),
}

/// Where texts come from.
pub(super) enum Source<'e> {
    Column(Column),
    Constant(&'e [u8]),
}

/// What an expression makes of texts.
enum Made<'e> {
    Length(&'e Compiled),
    /// How many parts a text has between separators.
    Parts(&'e Compiled, &'e str),
    /// Whole numbers or days as texts.
    Spelled(Side),
    Changed(Change, &'e Compiled),
    /// Two texts as one.
    Joined([&'e Compiled; 2]),
}

impl Made<'_> {
    fn of(expression: &Compiled) -> Option<Made<'_>> {
        match expression {
            Compiled::Call { function, arguments, .. } => {
                let (argument, others) = arguments.split_first()?;
                match function.name {
                    "size" | "char_length" | "character_length" if others.is_empty() => {
                        let parts = parts(argument).filter(|_| function.name == "size");
                        Some(parts.map_or(Made::Length(argument), |(text, by)| Made::Parts(text, by)))
                    }
                    "toString" if others.is_empty() => Some(Made::Spelled(Side::of(argument)?)),
                    _ => Some(Made::Changed(Change::of(function, others)?, argument)),
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
            Made::Length(argument) | Made::Changed(_, argument) | Made::Parts(argument, _) => {
                is_source(argument)
            }
            Made::Spelled(_) => true,
            Made::Joined(sides) => sides.iter().all(|side| is_source(side)),
        }
    }
}

/// Whether an expression is a text, a slot or a property that may be one, or what is made of such.
pub(super) fn is_source(source: &Compiled) -> bool {
    let is_read = matches!(source, Compiled::Constant(Value::String(_)) | Compiled::Slot(_));
    is_read || property(source).is_some() || is_written(source)
}

/// Whether an expression is the length of a text that is stored or made of a stored one.
pub(super) fn is_length(expression: &Compiled) -> bool {
    matches!(Made::of(expression), Some(made @ (Made::Length(_) | Made::Parts(..))) if made.is_of_sources())
}

/// Whether an expression makes a text, or the length of one, of stored texts.
pub(super) fn is_written(expression: &Compiled) -> bool {
    Made::of(expression).is_some_and(|made| made.is_of_sources())
}

/// What an expression makes of stored texts or tells of them; nothing where it is made of something else, or not all of that lies in a
/// dictionary.
pub(super) fn column(
    expression: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    match Made::of(expression) {
        Some(Made::Length(argument)) => lengths(argument, batch, context, characters),
        Some(Made::Parts(argument, separator)) => {
            let separator = Finder::new(separator);
            lengths(argument, batch, context, |text| separator.find_iter(text).count() + 1)
        }
        Some(Made::Spelled(side)) => spelled(&side, batch, context),
        Some(Made::Changed(change, argument)) => changed(&change, argument, batch, context),
        Some(Made::Joined(sides)) => joined(sides, batch, context),
        None => compared::column(expression, batch, context),
    }
}

impl Change {
    /// What a function makes of its first argument, with others beside it.
    fn of(function: &Function, others: &[Compiled]) -> Option<Change> {
        if let Some(case) = Case::of(function).filter(|_| others.is_empty()) {
            return Some(Change::Case(case));
        }
        match (function.name, constants(others)?.as_slice()) {
            ("replace", [Value::String(sought), Value::String(instead)]) if !sought.is_empty() => {
                Some(Change::Replaced((&**sought).into(), (&**instead).into()))
            }
            (_, others) => Piece::of(function, others).map(Change::Piece),
        }
    }
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
    let Compiled::Constant(Value::Integer(index)) = index else { return None };
    let (argument, separator) = parts(subject)?;
    Some(Made::Changed(Change::Part(separator.into(), usize::try_from(*index).ok()?), argument))
}

/// What `split` parts, and by what.
fn parts(split: &Compiled) -> Option<(&Compiled, &str)> {
    let Compiled::Call { function, arguments, .. } = split else { return None };
    let [argument, Compiled::Constant(Value::String(separator))] = arguments.as_slice() else { return None };
    (function.name == "split" && !separator.is_empty()).then_some((argument, &**separator))
}

/// Whether an expression splits texts.
pub(super) fn is_split(expression: &Compiled) -> bool {
    parts(expression).is_some()
}

/// The texts of all rows that an expression splits, and by what; nothing where they do not lie together, or one is long.
pub fn split_texts<'e>(
    expression: &'e Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<(Column, &'e str)>> {
    let Some((argument, separator)) = parts(expression) else { return Ok(None) };
    let read = if is_source(argument) { source(argument, batch, context)? } else { None };
    let texts = match read {
        Some(Source::Column(column)) => Some(column),
        _ => None,
    };
    let is_short = |texts: &Column| {
        (0..batch.length).all(|row| texts.text(row).flatten().is_none_or(|text| text.len() < LONG))
    };
    Ok(texts.filter(is_short).map(|texts| (texts, separator)))
}

/// The parts of the text in a row; nothing for null.
pub fn parts_of<'t>(texts: &'t Column, row: usize, separator: &'t str) -> Option<Split<'t, &'t str>> {
    let text = std::str::from_utf8(texts.text(row).flatten()?).ok()?;
    Some(text.split(separator))
}

pub(super) fn source<'e>(
    expression: &'e Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Source<'e>>> {
    if let Compiled::Constant(Value::String(text)) = expression {
        return Ok(Some(Source::Constant(text.as_bytes())));
    }
    let read = match (property(expression), expression) {
        (Some((slot, key)), _) => stored(slot, key, batch, context),
        (None, Compiled::Slot(slot)) => Some(batch.column(*slot).clone()),
        (None, expression) => column(expression, batch, context)?,
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
            Change::Replaced(sought, instead) => {
                room.clear();
                for (place, part) in as_text.split(&**sought).enumerate() {
                    room.extend_from_slice(if place > 0 { instead.as_bytes() } else { &[] });
                    room.extend_from_slice(part.as_bytes());
                }
                room.len() < LONG && writing.add(Some(&room))
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

/// Numbers or days as texts, where no row lacks one.
fn spelled(side: &Side, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Column>> {
    let Some((kind, numbers)) = side.numbers(batch, context) else { return Ok(None) };
    let mut room = String::new();
    write(batch, context, |row, writing| {
        let Some(number) = numbers.get(row) else { return false };
        room.clear();
        let done = match kind {
            Kind::Whole => write!(room, "{number}"),
            Kind::Days => write!(room, "{}", Date { days: *number }),
            Kind::Texts(_) | Kind::Nodes | Kind::Relationships => return false,
        };
        done.is_ok() && writing.add(Some(room.as_bytes()))
    })
}

/// How many characters or parts texts have, where no row lacks one.
/// How many characters a text has: as many as bytes that begin one.
fn characters(text: &[u8]) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.iter().filter(|byte| !matches!(byte, 0x80..0xC0)).count()
}

fn lengths(
    argument: &Compiled,
    batch: &Batch,
    context: &mut Context<'_>,
    length: impl Fn(&[u8]) -> usize,
) -> Result<Option<Column>> {
    let Some(read @ Source::Column(_)) = source(argument, batch, context)? else { return Ok(None) };
    let mut lengths = Vec::with_capacity(batch.length);
    for row in 0..batch.length {
        let Some(text) = read.text(row) else { return Ok(None) };
        context.meter.work(1 + (text.len() / 64) as u32)?;
        lengths.push(length(text) as i64);
    }
    Ok(Some(Column::integers(lengths)))
}

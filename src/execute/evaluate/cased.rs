//! Stored texts in another case, for all rows of a batch: without a value for each.

use super::case::Case;
use super::select::property;
use super::{Compiled, stored};
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Writing};
use crate::execute::context::Context;
use crate::functions::Function;

/// Bytes that a text usually has.
const USUAL: usize = 32;

/// What a function such as `toLower` makes of a stored property; nothing where that is something else, or not all of it
/// lies in a dictionary.
pub(super) fn column(
    function: &Function,
    arguments: &[Compiled],
    batch: &Batch,
    context: &mut Context<'_>,
) -> Result<Option<Column>> {
    let (Some(case), [argument]) = (Case::of(function), arguments) else { return Ok(None) };
    let read = property(argument).and_then(|(slot, key)| stored(slot, key, batch, context));
    let Some(read) = read else { return Ok(None) };
    let (mut texts, mut room, mut held) =
        (Writing::with_room_for(batch.length, batch.length * USUAL), Vec::new(), 0);
    for row in 0..batch.length {
        let Some(text) = read.text(row) else { return Ok(None) };
        let length = text.map_or(0, <[u8]>::len);
        context.meter.work(1 + (length / 64) as u32)?;
        context.meter.hold(length as u64)?;
        held += length as u64;
        if !texts.add(text.map(|text| case.of_text(text, &mut room))) {
            context.meter.release(held);
            return Ok(None);
        }
    }
    context.meter.release(held);
    Ok(Some(Column::Texts(texts.finish())))
}

//! The texts of a column in order: made once so many have been compared that it is worth it.

use super::boxes::in_boxes;
use super::context::Context;
use crate::base::Result;
use crate::graph::columns::{Alphabet, Column, Dictionary, Values};
use std::time::Duration;

/// Texts of more bytes on average are not put in order.
const LONG: usize = 1 << 12;

/// Takes note of comparisons of a column's texts, and makes their order where that is worth it.
pub fn compared(column: &Column, comparisons: usize, context: &mut Context<'_>) -> Result<()> {
    let Values::Strings { dictionary, .. } = &column.values else { return Ok(()) };
    if !column.order.is_worth_it(comparisons as u64, dictionary.len()) {
        return Ok(());
    }
    match in_order(dictionary, context) {
        Ok(Some(codes)) => column.order.keep(Alphabet::of(codes)),
        // Another statement may have more time.
        Ok(None) => column.order.give_up(),
        Err(report) => {
            column.order.give_up();
            return Err(report);
        }
    }
    Ok(())
}

/// So many comparisons it takes to put rows in order.
pub fn to_sort(rows: usize) -> usize {
    rows.saturating_mul(rows.checked_ilog2().unwrap_or(0) as usize)
}

/// To put a text in its place among a million takes one worker about as long.
const PLACED: Duration = Duration::from_nanos(500);

/// The codes of a dictionary in the order of its texts; nothing where that takes more memory or time than there is.
fn in_order(dictionary: &Dictionary, context: &mut Context<'_>) -> Result<Option<Vec<u32>>> {
    let codes: Vec<u32> = (0..dictionary.len() as u32).collect();
    let bytes = codes.len() * size_of::<Headed>() * 2;
    let fits = context.meter.fits(bytes as u64).is_ok()
        && context.meter.has_time_for(PLACED.saturating_mul(codes.len() as u32));
    if !fits || dictionary.bytes().len() > codes.len().saturating_mul(LONG) {
        return Ok(None);
    }
    let comes_first = |a: &u32, b: &u32| dictionary.slice(*a) < dictionary.slice(*b);
    in_boxes(&codes, |code| code, comes_first, |codes| sorted(codes, dictionary), context).map(Some)
}

/// Some bytes of a text as a number, and its code.
type Headed = (u64, u32);

/// So few texts are compared as such.
const FEW: usize = 8;

/// Different texts in order: by eight of their bytes, those that have these in common by eight more, and so on.
fn sorted(codes: Vec<u32>, dictionary: &Dictionary) -> Vec<u32> {
    let mut texts: Vec<Headed> = codes.into_iter().map(|code| (0, code)).collect();
    let mut open = vec![(0..texts.len(), 0)];
    while let Some((range, from)) = open.pop() {
        let alike = &mut texts[range.clone()];
        if alike.len() <= FEW {
            alike.sort_unstable_by_key(|(_, code)| dictionary.slice(*code));
            continue;
        }
        let rest = |code: u32, from: usize| dictionary.slice(code).get(from..).unwrap_or_default();
        let from = from + in_common(alike.iter().map(|(_, code)| rest(*code, from)));
        for (first, code) in &mut *alike {
            *first = u64::from_be_bytes(head(rest(*code, from)));
        }
        alike.sort_unstable();
        let mut begin = range.start;
        for same in alike.chunk_by_mut(|(first, _), (other, _)| first == other) {
            let end = begin + same.len();
            if same.len() > 1 {
                // Where a text ends, the bytes of another may be zero.
                if same[0].0.to_be_bytes().contains(&0) {
                    same.sort_unstable_by_key(|(_, code)| dictionary.slice(*code));
                } else {
                    open.push((begin..end, from + size_of::<u64>()));
                }
            }
            begin = end;
        }
    }
    texts.into_iter().map(|(_, code)| code).collect()
}

/// How many of the first bytes are the same in all texts.
pub fn in_common<'t>(mut texts: impl Iterator<Item = &'t [u8]>) -> usize {
    let first = texts.next().unwrap_or_default();
    texts.fold(first.len(), |same, text| {
        let first = &first[..same];
        if text.starts_with(first) {
            return same;
        }
        first.iter().zip(text).take_while(|(mine, theirs)| mine == theirs).count()
    })
}

/// The first bytes of a text, and zeros where it is shorter: as a number, the first byte being the highest, they are
/// greater where the text comes later.
#[inline]
pub fn head<const N: usize>(text: &[u8]) -> [u8; N] {
    match text.first_chunk() {
        Some(head) => *head,
        None => {
            let mut head = [0; N];
            head.iter_mut().zip(text).for_each(|(byte, own)| *byte = *own);
            head
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::columns::DictionaryBuilder;

    /// Texts that begin alike, that end where others go on, and that have zeros where others end.
    #[test]
    fn texts_are_put_in_their_order() {
        let mut texts: Vec<String> = Vec::new();
        for number in 0..400usize {
            let (a, b) = (number % 20, number / 20);
            texts.push(format!("Decree on the {} and {}", "fisheries ".repeat(a % 7), b));
            texts.push(format!("{}{}", "same".repeat(b % 11), "\0".repeat(a)));
            texts.push(format!("{}é{b}", "\u{10ffff}".repeat(a)));
        }
        texts.push(String::new());
        let mut builder = DictionaryBuilder::default();
        texts.iter().for_each(|text| {
            builder.code(text);
        });
        let dictionary = builder.finish();
        let found = sorted((0..dictionary.len() as u32).collect(), &dictionary);
        let found: Vec<&str> = found.into_iter().map(|code| dictionary.text(code)).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(found, texts);
    }
}

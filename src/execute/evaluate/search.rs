//! All texts of a dictionary searched for a part.

use super::case::Case;
use super::text::Wanted;
use crate::base::{Meter, Result};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::graph::Bits;
use crate::graph::columns::{Column, Dictionary};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What was searched for by one statement, whichever of its workers did.
#[derive(Default)]
pub struct Searches(Mutex<Vec<Search>>);

struct Search {
    column: Arc<Column>,
    wanted: Box<[u8]>,
    case: Case,
    found: Arc<Found>,
}

/// What a search has found. All who want it search, each pieces that nobody has taken yet.
#[derive(Default)]
struct Found {
    /// The piece that comes next.
    next: AtomicUsize,
    /// The words of the pieces that were searched.
    pieces: Mutex<Vec<(usize, Vec<u64>)>>,
    /// The codes of the texts that have the part, once all are told.
    all: OnceLock<Arc<Bits>>,
}

/// Texts that are searched at a time: as many as fill words of bits.
const PIECE: usize = 1 << 14;

/// So many pieces are worth it that several workers search.
const WORTH: usize = 12;

/// So many parts are remembered: where each row asks for another one, those before are not asked for again.
const REMEMBERED: usize = 64;

/// Bytes that are searched between two looks at the clock.
const CHUNK: usize = 1 << 22;

impl Searches {
    /// The codes of the texts that have a part, if it was searched for.
    pub fn known(&self, column: &Arc<Column>, wanted: &Wanted) -> Option<Arc<Bits>> {
        let searches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known(&searches, column, wanted)?.all.get().cloned()
    }

    /// The codes of the texts that have a part; nothing as long as somebody else is not done with a piece.
    pub fn find(
        &self,
        column: &Arc<Column>,
        dictionary: &Dictionary,
        wanted: &Wanted,
        context: &mut Context<'_>,
    ) -> Result<Option<Arc<Bits>>> {
        let found = self.begun(column, wanted);
        if let Some(all) = found.all.get() {
            return Ok(Some(all.clone()));
        }
        context.can_hold(dictionary.len() as u64 / 8)?;
        let pieces = dictionary.len().div_ceil(PIECE);
        let workers = if pieces < WORTH { 1 } else { crew::workers(context) };
        crew::each(workers, 2, context, |_, meter| {
            loop {
                let piece = found.next.fetch_add(1, Ordering::Relaxed);
                if piece >= pieces {
                    return Ok(());
                }
                let texts = piece * PIECE..dictionary.len().min((piece + 1) * PIECE);
                let words = search(dictionary, texts, wanted, meter)?;
                found.pieces.lock().unwrap_or_else(PoisonError::into_inner).push((piece, words));
            }
        })?;
        let mut searched = found.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        if found.all.get().is_none() && searched.len() == pieces {
            searched.sort_unstable_by_key(|(piece, _)| *piece);
            let words = std::mem::take(&mut *searched).into_iter().flat_map(|(_, words)| words);
            // Nobody else puts it there who does not hold the pieces.
            let _ = found.all.set(Arc::new(Bits::of_words(words.collect())));
        }
        Ok(found.all.get().cloned())
    }

    /// What is searched for, whether it is found yet or not.
    fn begun(&self, column: &Arc<Column>, wanted: &Wanted) -> Arc<Found> {
        let mut searches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known(&searches, column, wanted) {
            return found;
        }
        if searches.len() >= REMEMBERED {
            searches.remove(0);
        }
        let (part, case, found) = (wanted.finder.needle().into(), wanted.case, Arc::<Found>::default());
        searches.push(Search { column: column.clone(), wanted: part, case, found: found.clone() });
        found
    }
}

fn known(searches: &[Search], column: &Arc<Column>, wanted: &Wanted) -> Option<Arc<Found>> {
    let same =
        |search: &&Search| Arc::ptr_eq(&search.column, column) && wanted.is(&search.wanted, search.case);
    searches.iter().find(same).map(|search| search.found.clone())
}

/// The texts that have the part: a bit for each, from the first on.
fn search(
    dictionary: &Dictionary,
    texts: Range<usize>,
    wanted: &Wanted,
    meter: &mut Meter,
) -> Result<Vec<u64>> {
    let first = texts.start;
    let mut found = vec![0; texts.len().div_ceil(64)];
    let mut at = first.checked_sub(1).map_or(0, |before| dictionary.ends()[before] as usize);
    let ends = dictionary.ends().get(first..texts.end).unwrap_or(&[]);
    let bytes = dictionary.bytes().get(..ends.last().map_or(0, |end| *end as usize)).unwrap_or(&[]);
    let mut text = 0;
    // A chunk ends where a text ends, so that nothing is found across two texts of different chunks.
    let (mut chunk_begin, mut chunk_end) = (at, at);
    let mut chunk = Cow::Borrowed(&[][..]);
    while at < bytes.len() {
        if at >= chunk_end {
            meter.check()?;
            let after = ends.partition_point(|end| (*end as usize) < at + CHUNK);
            (chunk_begin, chunk_end) = (at, ends.get(after).map_or(bytes.len(), |end| *end as usize));
            let as_written = bytes.get(at..chunk_end).unwrap_or(&[]);
            let Some(changed) = wanted.case.of_texts(as_written) else {
                let texts = ends.partition_point(|end| (*end as usize) <= at)..ends.len().min(after + 1);
                search_each(dictionary, first, texts, wanted, &mut found, meter)?;
                at = chunk_end;
                continue;
            };
            chunk = changed;
        }
        let Some(offset) = wanted.finder.find(chunk.get(at - chunk_begin..).unwrap_or(&[])) else {
            at = chunk_end;
            continue;
        };
        let begin = at + offset;
        text += text_at(ends.get(text..).unwrap_or(&[]), begin);
        let end = ends.get(text).map_or(bytes.len(), |end| *end as usize);
        if begin + wanted.finder.needle().len() <= end {
            found[text / 64] |= 1 << (text % 64);
            at = end;
        } else {
            // It runs over into the next text: look again one byte on.
            at = begin + 1;
        }
        meter.tick()?;
    }
    Ok(found)
}

/// Searches the texts of a range, counted from the first one, each on its own.
fn search_each(
    dictionary: &Dictionary,
    first: usize,
    texts: Range<usize>,
    wanted: &Wanted,
    found: &mut [u64],
    meter: &mut Meter,
) -> Result<()> {
    let mut room = Vec::new();
    for text in texts {
        let changed = wanted.case.of_text(dictionary.slice((first + text) as u32), &mut room);
        meter.work(1 + (changed.len() / 64) as u32)?;
        if let Some(word) = found.get_mut(text / 64).filter(|_| wanted.finder.find(changed).is_some()) {
            *word |= 1 << (text % 64);
        }
    }
    Ok(())
}

/// How many texts end at or before a place: those before are passed in ever longer leaps.
fn text_at(ends: &[u32], place: usize) -> usize {
    let mut leap = 1;
    while ends.get(leap).is_some_and(|end| *end as usize <= place) {
        leap *= 2;
    }
    let from = leap / 2;
    let to = ends.len().min(leap + 1);
    from + ends.get(from..to).unwrap_or(&[]).partition_point(|end| *end as usize <= place)
}

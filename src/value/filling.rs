//! Long lists that several workers fill at the same time.
//!
//! In: how long a list is to be, and somebody who fills its pieces. Out: the list, once all of it is filled. The only
//! place beside the array of the graph that handles memory by hand: to write nulls first, for workers to write over,
//! takes one of them as long as all of them take for the values.
//!
//! Why this is sound: a piece has a part of the list's places to itself, is used up when it is filled, and says how many
//! places it wrote to, from its first on. Only when that is all of them are they taken for values.

use super::Value;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Some places of a list, that follow each other.
pub struct Piece<'l> {
    places: &'l mut [MaybeUninit<Value>],
    /// How many are written to, from the first on.
    written: &'l AtomicUsize,
}

impl Piece<'_> {
    /// Writes a value to each place, as long as there are values.
    pub fn fill(self, values: impl Iterator<Item = Value>) {
        let mut written = 0;
        for (place, value) in self.places.iter_mut().zip(values) {
            place.write(value);
            written += 1;
        }
        self.written.store(written, Ordering::Release);
    }
}

/// A list of so many values, in pieces of so many that `fill` has filled; nothing where it left out any.
///
/// # Errors
/// Those of `fill`.
pub fn filled<E>(
    length: usize,
    piece: usize,
    fill: impl FnOnce(Vec<Piece<'_>>) -> Result<(), E>,
) -> Result<Option<Arc<[Value]>>, E> {
    let piece = piece.max(1);
    let mut list: Arc<[MaybeUninit<Value>]> = Arc::new_uninit_slice(length);
    let written: Vec<AtomicUsize> = (0..length.div_ceil(piece)).map(|_| AtomicUsize::new(0)).collect();
    let Some(places) = Arc::get_mut(&mut list) else { return Ok(None) };
    let pieces = places.chunks_mut(piece).zip(&written);
    let done = fill(pieces.map(|(places, written)| Piece { places, written }).collect());
    let counts = || written.iter().map(|count| count.load(Ordering::Acquire));
    if done.is_ok() && counts().sum::<usize>() == length {
        // Each piece has written to all of its places.
        return Ok(Some(unsafe { list.assume_init() }));
    }
    for (places, count) in
        Arc::get_mut(&mut list).into_iter().flat_map(|all| all.chunks_mut(piece)).zip(counts())
    {
        // The piece has written to so many, and nobody else will drop them.
        places.iter_mut().take(count).for_each(|place| unsafe { place.assume_init_drop() });
    }
    done.map(|()| None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn pieces_are_filled_in_any_order_by_anybody() {
        let list = filled(10, 3, |pieces| {
            std::thread::scope(|scope| {
                for (number, piece) in pieces.into_iter().enumerate().rev() {
                    let from = number as i64 * 3;
                    scope.spawn(move || piece.fill((from..).map(Value::Integer)));
                }
            });
            Ok::<(), Infallible>(())
        });
        let numbers: Vec<Value> = (0..10).map(Value::Integer).collect();
        assert_eq!(list.expect("fails never").as_deref(), Some(numbers.as_slice()));
        let empty = filled(0, 3, |pieces| if pieces.is_empty() { Ok(()) } else { Err(()) });
        assert_eq!(empty.map(|list| list.map(|list| list.len())), Ok(Some(0)));
    }

    #[test]
    fn what_is_left_out_makes_no_list_and_what_was_written_is_dropped() {
        let text: Arc<str> = Arc::from("held by the list");
        let texts = |count| std::iter::repeat_n(Value::String(text.clone()), count);
        let short = filled(10, 3, |pieces| {
            pieces.into_iter().for_each(|piece| piece.fill(texts(2)));
            Ok::<(), Infallible>(())
        });
        assert!(short.expect("fails never").is_none());
        let missing = filled(10, 3, |pieces| {
            pieces.into_iter().skip(1).for_each(|piece| piece.fill(texts(3)));
            Ok::<(), Infallible>(())
        });
        assert!(missing.expect("fails never").is_none());
        let failed = filled(10, 3, |pieces| {
            pieces.into_iter().for_each(|piece| piece.fill(texts(3)));
            Err("stopped")
        });
        assert_eq!(failed.err(), Some("stopped"));
        assert_eq!(Arc::strong_count(&text), 1);
    }
}

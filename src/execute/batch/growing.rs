//! A list of values that grows at its end while others read it.

use crate::value::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The values as far as they were there when this was cloned. Only one of all clones may be added to.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    shared: Arc<Shared>,
    length: usize,
}

/// Each chunk is twice as long as the one before and stays where it is.
#[derive(Debug, Default)]
struct Shared {
    chunks: [OnceLock<Box<[OnceLock<Value>]>>; CHUNKS],
    has_twins: AtomicBool,
}

/// The values of the first chunk.
const FIRST: usize = 32;

/// So many chunks have room for as many values as there are codes.
const CHUNKS: usize = 28;

/// The chunk of a value, and its place there.
fn place(at: usize) -> (usize, usize) {
    let chunk = (at / FIRST + 1).ilog2() as usize;
    (chunk, at - FIRST * ((1 << chunk) - 1))
}

impl Growing {
    pub fn len(&self) -> usize {
        self.length
    }

    /// Adds a value; its place. `twin` where another one may be equal to it.
    pub fn push(&mut self, value: Value, twin: bool) -> u32 {
        let (chunk, place) = place(self.length);
        if let Some(chunk_of) = self.shared.chunks.get(chunk) {
            let values = chunk_of.get_or_init(|| (0..FIRST << chunk).map(|_| OnceLock::new()).collect());
            if let Some(entry) = values.get(place) {
                entry.get_or_init(|| value);
            }
        }
        self.shared.has_twins.fetch_or(twin, Ordering::Relaxed);
        self.length += 1;
        self.length as u32 - 1
    }

    #[inline]
    pub fn get(&self, at: usize) -> Option<&Value> {
        let (chunk, place) = place(at);
        self.shared.chunks.get(chunk)?.get()?.get(place)?.get()
    }

    /// Whether two of the values may be equal.
    pub fn has_twins(&self) -> bool {
        self.shared.has_twins.load(Ordering::Relaxed)
    }

    /// The values from a place on.
    pub fn from(&self, at: usize) -> impl Iterator<Item = &Value> {
        (at..self.length).filter_map(|at| self.get(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_where_they_are() {
        let mut all = Growing::default();
        let mut before = Vec::new();
        for n in 0..5000 {
            before.push(all.clone());
            assert_eq!(all.push(Value::Integer(n), false), n as u32);
        }
        assert!(all.from(0).eq((0..5000).map(Value::Integer).collect::<Vec<_>>().iter()));
        assert_eq!(before[77].from(0).count(), 77);
        assert_eq!(
            (before[77].get(76), all.get(4999)),
            (Some(&Value::Integer(76)), Some(&Value::Integer(4999)))
        );
        assert!(all.get(5000).is_none() && !all.has_twins());
    }
}

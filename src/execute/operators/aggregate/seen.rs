//! The values of one group that have come, by their bytes.

use crate::base::{Kept, Result, free_rows};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operators::keys::hash;
use rustc_hash::FxHashSet;
use std::sync::Mutex;

/// In one set as long as they are few, then in several, none of which becomes so long that it takes long to move it when it
/// grows.
#[derive(Default)]
pub struct Seen {
    sets: Vec<FxHashSet<Box<[u8]>>>,
    count: usize,
}

/// So many values are few.
const FEW: usize = 1 << 15;

/// How many sets there are for more of them.
const SETS: usize = 128;

impl Seen {
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether the value is new.
    pub fn add(&mut self, key: Box<[u8]>) -> bool {
        match self.sets.len() {
            0 => self.sets.push(FxHashSet::default()),
            1 if self.count == FEW => {
                let few = std::mem::take(&mut self.sets);
                self.sets.resize_with(SETS, FxHashSet::default);
                few.into_iter().flatten().for_each(|key| {
                    self.put(key);
                });
            }
            _ => {}
        }
        let is_new = self.put(key);
        self.count += usize::from(is_new);
        is_new
    }

    fn put(&mut self, key: Box<[u8]>) -> bool {
        let set = match self.sets.len() {
            1 => 0,
            // Other bits tell keys apart within a set.
            sets => (hash(&key) >> 32) as usize % sets.max(1),
        };
        self.sets.get_mut(set).is_some_and(|set| set.insert(key))
    }

    /// Takes in the values of another worker. Where both have many, all workers put them together set by set.
    pub fn unite(&mut self, mut other: Seen, context: &mut Context<'_>) -> Result<()> {
        if self.sets.len() < SETS || other.sets.len() < SETS {
            // Values that are few go to those that are many.
            if self.count < other.count {
                std::mem::swap(self, &mut other);
            }
            for key in other.take() {
                context.meter.tick()?;
                self.add(key);
            }
            return Ok(());
        }
        self.count = 0;
        let pairs = std::mem::take(&mut self.sets).into_iter().zip(std::mem::take(&mut other.sets));
        let pairs = Kept::from(pairs.map(|pair| Mutex::new(Some(pair))).collect::<Vec<_>>());
        let united = crew::each(pairs.len(), 2, context, |place, meter| {
            let pair = pairs.get(place).and_then(|pair| pair.lock().ok()?.take());
            let (one, other) = pair.unwrap_or_default();
            let (mut more, fewer) = if one.len() < other.len() { (other, one) } else { (one, other) };
            meter.work(fewer.len() as u32 * 4)?;
            more.extend(fewer);
            Ok(more)
        })?;
        self.count = united.iter().map(FxHashSet::len).sum();
        self.sets = united;
        Ok(())
    }

    /// Takes all values out.
    fn take(&mut self) -> impl Iterator<Item = Box<[u8]>> {
        self.count = 0;
        std::mem::take(&mut self.sets).into_iter().flatten()
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        free_rows(std::mem::take(&mut self.sets), self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_new_once_also_where_they_are_many() {
        let key = |n: usize| n.to_le_bytes().to_vec().into_boxed_slice();
        let mut seen = Seen::default();
        for n in 0..3 * FEW {
            assert!(seen.add(key(n)) && !seen.add(key(n / 2)));
        }
        assert_eq!((seen.len(), seen.sets.len()), (3 * FEW, SETS));
        assert_eq!(seen.take().count(), 3 * FEW);
        assert!(seen.len() == 0 && seen.add(key(7)) && !seen.add(key(7)));
    }
}

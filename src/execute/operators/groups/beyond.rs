//! Groups of numbers that no table has room for.

use super::places::mixed;
use rustc_hash::FxHashMap;

/// From the group of the keys before and a number to a group: in several tables, none of which becomes so long that it takes
/// long to move it when it grows.
#[derive(Default)]
pub struct Beyond {
    /// None, as long as no group has come.
    tables: Vec<FxHashMap<(u32, u64), u32>>,
}

/// How many tables there are, as a power of two.
const TABLES: u32 = 7;

impl Beyond {
    #[inline]
    pub fn get(&self, before: u32, number: u64) -> Option<u32> {
        self.tables.get(table_of(before, number))?.get(&(before, number)).copied()
    }

    pub fn insert(&mut self, before: u32, number: u64, group: u32) {
        if self.tables.is_empty() {
            self.tables.resize_with(1 << TABLES, FxHashMap::default);
        }
        if let Some(table) = self.tables.get_mut(table_of(before, number)) {
            table.insert((before, number), group);
        }
    }

    /// The group of the keys before, the number, and the group, of each.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u64, u32)> {
        self.tables.iter().flatten().map(|((before, number), group)| (*before, *number, *group))
    }
}

/// The table of a group and a number: the upper bits depend on all of both.
#[inline]
fn table_of(before: u32, number: u64) -> usize {
    (mixed(u64::from(before).rotate_left(32) ^ number) >> (u64::BITS - TABLES)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_in_all_tables() {
        let mut beyond = Beyond::default();
        assert_eq!(beyond.get(0, 7), None);
        let keys = |n: u32| (n % 50, u64::from(n / 50) << 33);
        for n in 0..5000 {
            let (before, number) = keys(n);
            beyond.insert(before, number, n);
        }
        assert!((0..5000).all(|n| beyond.get(keys(n).0, keys(n).1) == Some(n)));
        assert_eq!(beyond.get(50, 0), None);
        assert_eq!(beyond.iter().map(|(.., group)| u64::from(group)).sum::<u64>(), 4999 * 2500);
        assert!(beyond.tables.iter().all(|table| !table.is_empty()));
    }
}

//! Groups by places of which there are too many for a table of all: by hash.

use super::places::mixed;
use crate::execute::operators::numbering::{OPEN, Table};

#[derive(Default)]
pub struct Far {
    /// So many groups are expected: there is room for them once the first one comes.
    expected: usize,
    table: Table,
    /// Those of all groups.
    places: Vec<u64>,
}

impl Far {
    pub fn expecting(groups: usize) -> Far {
        Far { expected: groups, ..Far::default() }
    }

    /// Tells the group of each place, and which of them open one.
    ///
    /// Step by step for all: what is read of the table has often been away for long, and is waited for together.
    pub fn open(&mut self, places: &[u64], numbers: &mut [u32]) -> Vec<u32> {
        if self.places.is_empty() {
            self.table = Table::with_room_for(self.expected);
            self.places.reserve(self.expected);
        }
        let mut fresh = Vec::new();
        for (place, number) in places.iter().zip(&mut *numbers) {
            *number = self.table.first_with(mixed(*place) as u32);
        }
        for ((row, place), number) in (0..).zip(places).zip(numbers) {
            let next = self.places.len() as u32;
            let is_it = |group: u32| self.places.get(group as usize) == Some(place);
            if *number != OPEN && is_it(*number) {
                continue;
            }
            *number = self.table.number(mixed(*place) as u32, next, is_it);
            if *number == next {
                self.places.push(*place);
                fresh.push(row);
            }
        }
        fresh
    }

    /// Bytes for so many groups.
    pub fn bytes_for(groups: u64) -> u64 {
        Table::bytes(groups as usize) + groups * size_of::<u64>() as u64
    }

    pub fn bytes(&self) -> u64 {
        self.table.held() + (self.places.capacity() * size_of::<u64>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_are_alike_have_one_group() {
        let (mut far, mut known) = (Far::default(), std::collections::HashMap::new());
        let places: Vec<u64> = (0..9000u64).map(|n| ((n * n % 5003) << 40) | (n % 3)).collect();
        for some in places.chunks(700) {
            let mut numbers = vec![0; some.len()];
            let fresh = far.open(some, &mut numbers);
            for (row, place) in (0..).zip(some) {
                let next = known.len() as u32;
                let is_new = !known.contains_key(place);
                assert_eq!(numbers[row as usize], *known.entry(*place).or_insert(next));
                assert_eq!(fresh.contains(&row), is_new);
            }
        }
        assert_eq!(far.places.len(), known.len());
    }
}

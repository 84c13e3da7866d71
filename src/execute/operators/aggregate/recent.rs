//! Values that have come before, as far as is known without a look at what they are.
//!
//! Of values that are computed, most have hardly any that are different: years, kinds, types. Which of them have come to
//! which groups lately is told by their codes or numbers, before they are told apart by their bytes.

use super::tally::group;
use crate::execute::batch::Column;
use crate::execute::operators::groups::mixed;
use crate::execute::operators::numbered::Numbered;

/// The values that came to groups lately.
#[derive(Default)]
pub struct Recent {
    of: Option<Of>,
    /// A group and a number, at the place that both lead to.
    places: Vec<u64>,
    asked: u64,
    known: u64,
}

/// What numbers stand for.
enum Of {
    /// The places in a list.
    Codes(u64),
    Whole,
    Stored(Numbered),
}

/// How many places there are, as a power of two.
const BITS: u32 = 13;

/// No group has this number.
const FREE: u64 = u64::MAX;

/// After so many rows it is known whether values come again.
const ENOUGH: u64 = 1 << 14;

impl Recent {
    /// The rows whose values are not known to have come to their groups; nothing where all have to be looked at.
    pub fn unknown(&mut self, column: &Column, groups: &Option<Vec<u32>>, length: usize) -> Option<Vec<u32>> {
        if self.asked > ENOUGH && self.known * 2 < self.asked {
            return None;
        }
        self.begin(match column {
            Column::Coded { list, .. } => Of::Codes(*list),
            Column::Integers(_) => Of::Whole,
            column => Of::Stored(Numbered::unbounded(column)?),
        });
        let mut unknown = Vec::new();
        let mut see = |row: usize, number: Option<u32>| {
            if number.is_none_or(|number| self.is_new(group(groups, row) as u32, number)) {
                unknown.push(row as u32);
            }
        };
        match column {
            Column::Coded { codes, .. } => (0..).zip(&**codes).for_each(|(row, code)| see(row, Some(*code))),
            Column::Integers(numbers) => {
                let short = |number: &i64| i32::try_from(*number).ok().map(|short| short as u32);
                (0..).zip(&**numbers).for_each(|(row, number)| see(row, short(number)));
            }
            // Nulls are left out.
            column => Numbered::each(column, |row, number| see(row, Some(number))),
        }
        self.asked += length as u64;
        self.known += (length - unknown.len()) as u64;
        Some(unknown)
    }

    /// Forgets what is of another kind.
    fn begin(&mut self, of: Of) {
        let same = match (&self.of, &of) {
            (Some(Of::Codes(mine)), Of::Codes(list)) => mine == list,
            (Some(Of::Whole), Of::Whole) => true,
            (Some(Of::Stored(mine)), Of::Stored(numbered)) => mine.is_same(numbered),
            _ => false,
        };
        if !same {
            self.places.clear();
            self.places.resize(1 << BITS, FREE);
            self.of = Some(of);
        }
    }

    #[inline]
    fn is_new(&mut self, group: u32, number: u32) -> bool {
        let both = u64::from(group) << 32 | u64::from(number);
        let place = (mixed(both) >> (64 - BITS)) as usize;
        self.places.get_mut(place).is_none_or(|at| std::mem::replace(at, both) != both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn what_is_known_has_come_to_its_group() {
        let mut recent = Recent::default();
        let numbers: Vec<i64> = (0..40_000).map(|n| n % 7 + (i64::from(n % 11 == 0) << 40)).collect();
        let groups: Vec<u32> = (0..40_000).map(|n| n / 3 % 5).collect();
        let mut come = std::collections::HashSet::new();
        let column = Column::Integers(Arc::new(numbers.clone()));
        let unknown = recent.unknown(&column, &Some(groups.clone()), numbers.len()).unwrap();
        let mut unknown = unknown.into_iter().peekable();
        for (row, both) in numbers.into_iter().zip(groups).enumerate() {
            if unknown.next_if_eq(&(row as u32)).is_some() {
                come.insert(both);
            } else {
                assert!(come.contains(&both), "{row}");
            }
        }
        assert!(recent.known > 30_000, "{}", recent.known);
    }

    #[test]
    fn nothing_is_known_of_another_list_nor_where_hardly_any_comes_again() {
        let mut recent = Recent::default();
        let coded = |list| Column::Coded { codes: Arc::new(vec![1, 1, 2]), values: Default::default(), list };
        assert_eq!(recent.unknown(&coded(1), &None, 3), Some(vec![0, 2]));
        assert_eq!(recent.unknown(&coded(1), &None, 3), Some(vec![]));
        assert_eq!(recent.unknown(&coded(2), &None, 3), Some(vec![0, 2]));
        let many = Column::Integers(Arc::new((0..20_000).collect()));
        assert_eq!(recent.unknown(&many, &None, 20_000).map(|unknown| unknown.len()), Some(20_000));
        assert_eq!(recent.unknown(&many, &None, 20_000), None);
    }
}

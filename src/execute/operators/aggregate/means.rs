//! Means of whole numbers: exact sums, divided once.

use super::columns::each_whole;
use super::tally::group;
use crate::execute::batch::Column;
use crate::value::Value;

/// Sums and how many numbers they are of, by group.
#[derive(Default)]
pub struct Means {
    sums: Vec<i128>,
    counts: Vec<i64>,
}

impl Means {
    fn make_room(&mut self, groups: usize) {
        self.sums.resize(groups.max(self.sums.len()), 0);
        self.counts.resize(groups.max(self.counts.len()), 0);
    }

    /// Adds the rows of a column of whole numbers.
    pub fn add(&mut self, column: &Column, numbers: &Option<Vec<u32>>, groups: usize) {
        self.make_room(groups);
        each_whole(column, |row, number| {
            let at = group(numbers, row);
            if let (Some(sum), Some(count)) = (self.sums.get_mut(at), self.counts.get_mut(at)) {
                *sum += i128::from(number);
                *count += 1;
            }
        });
    }

    /// Takes in other groups, which have these numbers here.
    pub fn merge(&mut self, other: Means, groups: usize, at: impl Fn(usize) -> usize) {
        self.make_room(groups);
        for (place, (more, count)) in other.sums.into_iter().zip(other.counts).enumerate() {
            if let Some(sum) = self.sums.get_mut(at(place)) {
                *sum += more;
                self.counts[at(place)] += count;
            }
        }
    }

    /// By group the sum as a float, and of how many numbers.
    pub fn parts(&self) -> impl Iterator<Item = [Value; 2]> + '_ {
        self.sums.iter().zip(&self.counts).map(|(sum, count)| match count {
            0 => [Value::Null, Value::Integer(0)],
            count => [Value::Float(*sum as f64), Value::Integer(*count)],
        })
    }

    pub fn finish(mut self, groups: usize) -> Vec<Value> {
        self.make_room(groups);
        let mean = |(sum, count): (&i128, &i64)| match count {
            0 => Value::Null,
            count => Value::Float(*sum as f64 / *count as f64),
        };
        self.sums.iter().zip(&self.counts).map(mean).collect()
    }
}

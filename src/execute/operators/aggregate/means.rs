//! Means and deviations of whole numbers: exact sums, divided once, so that they do not depend on the order of the numbers.

use super::columns::{each_whole, whole};
use super::tally::group;
use crate::execute::batch::Column;
use crate::value::Value;

/// What is asked of the numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Mean,
    /// The standard deviation, of a sample or of all there are.
    Deviation {
        sample: bool,
    },
}

/// Sums and how many numbers they are of, by group.
pub struct Means {
    moment: Moment,
    sums: Vec<i128>,
    /// Sums of squares, where they are needed.
    squares: Vec<i128>,
    counts: Vec<i64>,
}

/// Squares of numbers up to this, either way, and what is worked out of their sums, are far from the end of 128 bits.
const FITS: i64 = 1 << 40;

impl Moment {
    /// What a function asks.
    pub fn of(function: &str) -> Option<Moment> {
        match function {
            "avg" => Some(Moment::Mean),
            "stDev" => Some(Moment::Deviation { sample: true }),
            "stDevP" => Some(Moment::Deviation { sample: false }),
            _ => None,
        }
    }
}

impl Means {
    pub fn new(moment: Moment) -> Means {
        Means { moment, sums: Vec::new(), squares: Vec::new(), counts: Vec::new() }
    }

    /// Whether the values of a column can be added.
    pub fn fits(&self, column: &Column) -> bool {
        let mut fits = whole(column);
        if fits && self.moment != Moment::Mean {
            each_whole(column, |_, number| fits &= (-FITS..=FITS).contains(&number));
        }
        fits
    }

    fn make_room(&mut self, groups: usize) {
        self.sums.resize(groups.max(self.sums.len()), 0);
        self.counts.resize(groups.max(self.counts.len()), 0);
        if self.moment != Moment::Mean {
            self.squares.resize(self.sums.len(), 0);
        }
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
            if let Some(squares) = self.squares.get_mut(at) {
                *squares += i128::from(number) * i128::from(number);
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
        for (place, more) in other.squares.into_iter().enumerate() {
            if let Some(squares) = self.squares.get_mut(at(place)) {
                *squares += more;
            }
        }
    }

    /// What an accumulator of each group goes on from: the sum as a float, and of how many numbers; or how many, their mean,
    /// and the sum of the squares of what they are away from it.
    pub fn parts(&self) -> impl Iterator<Item = Vec<Value>> + '_ {
        (0..self.sums.len()).map(|group| {
            let (sum, count) = (self.sums[group], self.counts[group]);
            match (self.moment, count) {
                (Moment::Mean, 0) => vec![Value::Null, Value::Integer(0)],
                (Moment::Mean, _) => vec![Value::Float(sum as f64), Value::Integer(count)],
                (Moment::Deviation { .. }, 0) => vec![Value::Float(0.0); 3],
                (Moment::Deviation { .. }, _) => {
                    let (count, mean) = (count as f64, sum as f64 / count as f64);
                    vec![Value::Float(count), Value::Float(mean), Value::Float(self.squared(group))]
                }
            }
        })
    }

    /// The sum of the squares of what numbers are away from their mean, of which there are some. All is exact up to what is
    /// less than one away from the mean.
    fn squared(&self, group: usize) -> f64 {
        let (sum, count) = (self.sums[group], i128::from(self.counts[group]));
        let (near, rest) = (sum.div_euclid(count), sum.rem_euclid(count));
        let around = self.squares[group] - 2 * near * sum + count * near * near;
        around as f64 - rest as f64 * (rest as f64 / count as f64)
    }

    pub fn finish(mut self, groups: usize) -> Vec<Value> {
        self.make_room(groups);
        let value = |group: usize| {
            let (sum, count) = (self.sums[group], self.counts[group]);
            match self.moment {
                Moment::Mean if count == 0 => Value::Null,
                Moment::Mean => Value::Float(sum as f64 / count as f64),
                Moment::Deviation { sample } => match count - i64::from(sample) {
                    among if among > 0 => Value::Float((self.squared(group) / among as f64).max(0.0).sqrt()),
                    _ => Value::Float(0.0),
                },
            }
        };
        (0..groups).map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn deviations_are_exact_however_far_the_numbers_are_from_zero() {
        for (far, some, wanted) in [
            (0, vec![2, 4], 1.0),
            (FITS - 10, vec![2, 4, 4, 4, 5, 5, 7, 9], 2.0),
            (-FITS, vec![1, 1, 2, 2], 0.5),
            (12_345, vec![7; 9], 0.0),
        ] {
            let all: Vec<i64> = some.iter().map(|number| number + far).collect();
            let (count, column) = (all.len(), Column::Integers(Arc::new(all)));
            let mut means = Means::new(Moment::Deviation { sample: false });
            assert!(means.fits(&column));
            means.add(&column, &None, 1);
            let mut twice = Means::new(Moment::Deviation { sample: true });
            twice.add(&column, &None, 1);
            let mut more = Means::new(Moment::Deviation { sample: true });
            more.add(&column, &None, 1);
            twice.merge(more, 1, |group| group);
            assert_eq!(means.finish(1), [Value::Float(wanted)]);
            let all = 2.0 * count as f64;
            let Value::Float(sample) = twice.finish(1)[0] else { panic!("no float") };
            assert!((sample - wanted * (all / (all - 1.0)).sqrt()).abs() < 1e-12);
        }
        let beyond = Column::Integers(Arc::new(vec![FITS + 1]));
        assert!(!Means::new(Moment::Deviation { sample: true }).fits(&beyond));
        assert!(Means::new(Moment::Mean).fits(&beyond));
    }
}

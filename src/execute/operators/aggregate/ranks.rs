//! Percentiles of whole numbers, by group.

use super::columns::{each_whole, whole};
use super::tally::group;
use crate::base::Result;
use crate::execute::batch::Column;
use crate::execute::context::Context;
use crate::execute::crew;
use crate::functions::Rank;
use crate::value::{Number, Value};
use smallvec::{SmallVec, smallvec};
use std::sync::{Mutex, PoisonError};

pub struct Ranks {
    rank: Rank,
    /// The same for all rows.
    percentile: Option<f64>,
    of: Vec<Segments>,
}

/// The numbers of a group, as each worker found them.
type Segments = SmallVec<[Vec<i64>; 1]>;

/// So many numbers are worth not to be put into one place.
const MANY: usize = 1 << 16;

/// Numbers that are looked at between two looks at the clock.
const PIECE: usize = 1 << 15;

/// So many numbers tell where the wanted one lies, and so many of them around it are looked through: several times as far
/// as chance leads away.
const SAMPLE: usize = 1 << 12;
const AROUND: usize = 1 << 7;

impl Ranks {
    pub fn new(rank: Rank) -> Ranks {
        Ranks { rank, percentile: None, of: Vec::new() }
    }

    fn make_room(&mut self, groups: usize) {
        self.of.resize_with(groups.max(self.of.len()), || smallvec![Vec::new()]);
    }

    /// Whether these are whole numbers, and all rows want the same percentile.
    pub fn fits(&mut self, arguments: &[Column]) -> bool {
        let [column, Column::Same(percentile)] = arguments else { return false };
        let percentile = percentile.as_number().map_or(f64::NAN, Number::as_float);
        let same = self.percentile.is_none_or(|own| own == percentile);
        if !(same && whole(column) && (0.0..=1.0).contains(&percentile)) {
            return false;
        }
        self.percentile = Some(percentile);
        true
    }

    /// Adds the numbers of a column; returns the bytes that it keeps of them.
    pub fn add(
        &mut self,
        column: &Column,
        numbers: &Option<Vec<u32>>,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        self.make_room(groups);
        let mut found = 0;
        each_whole(column, |row, number| {
            if let Some(segments) = self.of.get_mut(group(numbers, row))
                && let Some(own) = segments.first_mut()
            {
                own.push(number);
                found += 1;
            }
        });
        let bytes = found * 8;
        context.meter.hold(bytes)?;
        Ok(bytes)
    }

    /// Takes in other groups, which have these numbers here.
    pub fn merge(&mut self, other: Ranks, groups: usize, at: impl Fn(usize) -> usize) {
        self.percentile = self.percentile.or(other.percentile);
        self.make_room(groups);
        for (place, more) in other.of.into_iter().enumerate() {
            if let Some(segments) = self.of.get_mut(at(place)) {
                segments.extend(more);
            }
        }
    }

    /// Calls `see` with each group and, of each of its numbers, what the function is called with.
    pub fn each(self, mut see: impl FnMut(usize, &[Value])) {
        let percentile = self.percentile.map_or(Value::Null, Value::Float);
        for (group, segments) in self.of.iter().enumerate() {
            for number in segments.iter().flatten() {
                see(group, &[Value::Integer(*number), percentile.clone()]);
            }
        }
    }

    pub fn finish(mut self, groups: usize, context: &mut Context<'_>) -> Result<Vec<Value>> {
        self.make_room(groups);
        let (rank, percentile) = (self.rank, self.percentile.unwrap_or_default());
        let mut values = vec![Value::Null; groups];
        let mut short = Vec::new();
        for (group, (segments, value)) in self.of.into_iter().zip(&mut values).enumerate() {
            let count = segments.iter().map(Vec::len).sum();
            let (place, share) = rank.place(percentile, count);
            if count < MANY || share > 0.0 && place + 1 >= count {
                short.push((group, Mutex::new(segments), place, share));
                continue;
            }
            let (at, next) = far_apart(segments, count, place, context)?;
            *value = rank.value(Number::Integer(at), Number::Integer(next), share);
        }
        let found = crew::each(short.len(), MANY, context, |list, meter| {
            let Some((_, segments, place, share)) = short.get(list) else { return Ok(Value::Null) };
            let segments = std::mem::take(&mut *segments.lock().unwrap_or_else(PoisonError::into_inner));
            let mut numbers = segments.concat();
            meter.work(numbers.len() as u32)?;
            let found = side_by_side(&mut numbers, *place);
            let value = |(at, next)| rank.value(Number::Integer(at), Number::Integer(next), *share);
            Ok(found.map_or(Value::Null, value))
        })?;
        for ((group, ..), found) in short.iter().zip(found) {
            if let Some(value) = values.get_mut(*group) {
                *value = found;
            }
        }
        Ok(values)
    }
}

/// The number at a place in the order, and the one after it; the same twice where it is the last.
fn side_by_side(numbers: &mut [i64], place: usize) -> Option<(i64, i64)> {
    if place >= numbers.len() {
        return None;
    }
    let (_, at, after) = numbers.select_nth_unstable(place);
    Some((*at, after.iter().copied().min().unwrap_or(*at)))
}

/// The same of very many numbers, by several workers. A sample tells between which two numbers it must lie, and only what is
/// there is put in order (Floyd and Rivest 1975).
fn far_apart(
    segments: Segments,
    count: usize,
    place: usize,
    context: &mut Context<'_>,
) -> Result<(i64, i64)> {
    let pieces: Vec<&[i64]> = segments.iter().flat_map(|segment| segment.chunks(PIECE)).collect();
    let mut sample: Vec<i64> =
        pieces.iter().flat_map(|piece| piece.iter().step_by((count / SAMPLE).max(1)).copied()).collect();
    sample.sort_unstable();
    let about = (place as u128 * sample.len() as u128 / count as u128) as usize;
    let low = about.checked_sub(AROUND).and_then(|at| sample.get(at).copied()).unwrap_or(i64::MIN);
    let high = sample.get(about + AROUND).copied().unwrap_or(i64::MAX);
    let found = crew::each(pieces.len(), 2, context, |piece, meter| {
        meter.check()?;
        let Some(piece) = pieces.get(piece) else { return Ok((0, Vec::new())) };
        let below = piece.iter().filter(|number| **number < low).count();
        Ok((below, piece.iter().copied().filter(|number| (low..=high).contains(number)).collect()))
    })?;
    let below: usize = found.iter().map(|(below, _)| below).sum();
    let mut between: Vec<i64> = found.into_iter().flat_map(|(_, between): (_, Vec<i64>)| between).collect();
    let last = below + between.len() == count;
    if let Some(within) = place.checked_sub(below).filter(|within| within + 1 < between.len() || last)
        && let Some(found) = side_by_side(&mut between, within)
    {
        return Ok(found);
    }
    let mut all = segments.concat();
    Ok(side_by_side(&mut all, place).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_next_to_each_other_are_found_in_any_order() {
        for (numbers, place, found) in [
            (vec![5, 3, 9, 1], 0, Some((1, 3))),
            (vec![5, 3, 9, 1], 3, Some((9, 9))),
            (vec![4, 4, 4], 1, Some((4, 4))),
            (vec![], 0, None),
        ] {
            assert_eq!(side_by_side(&mut numbers.clone(), place), found, "{numbers:?}");
        }
    }
}

//! Sorting by several workers, in view of the limits.

use super::context::Context;
use super::crew;
use crate::base::Result;

/// Rows that are shared out at a time.
const SHARE: usize = 1 << 14;

/// So many shares are worth it that several workers take them.
const WORTH: usize = 4;

/// Some rows in order: shared out to boxes by rows that were picked to lie between them, then box by box. Each row is told
/// from others by what it is known by.
///
/// Neither takes long for one share of the rows or one box, so that the clock and the cancel flag stay in sight, and several
/// workers can take them.
pub fn in_boxes<T: Copy + Send + Sync + 'static>(
    rows: &[u32],
    known_by: impl Fn(u32) -> T + Sync,
    comes_first: impl Fn(&T, &T) -> bool + Sync,
    sort: impl Fn(Vec<T>) -> Vec<u32> + Sync,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    let shares: Vec<&[u32]> = rows.chunks(SHARE).collect();
    let known = |rows: &[u32]| rows.iter().map(|row| known_by(*row)).collect::<Vec<T>>();
    if shares.len() < 2 {
        context.meter.check()?;
        return Ok(sort(known(rows)));
    }
    context.can_hold((rows.len() * size_of::<T>()) as u64)?;
    // Every so-manyth of a sorted sample lies between two boxes.
    let sample = sort(known(&sample(rows, shares.len() * 2)));
    let between = known(&sample.into_iter().skip(OF_EACH).step_by(OF_EACH).collect::<Vec<u32>>());
    let shared: Vec<Vec<Vec<T>>> = crew::each(shares.len(), WORTH, context, |share, meter| {
        meter.check()?;
        let mut boxes = vec![Vec::new(); between.len() + 1];
        for row in known(shares[share]) {
            let place = between.partition_point(|other| comes_first(other, &row));
            boxes[place].push(row);
        }
        Ok(boxes)
    })?;
    let sorted = crew::each(between.len() + 1, WORTH, context, |place, meter| {
        meter.check()?;
        let length = shared.iter().map(|boxes| boxes[place].len()).sum();
        let mut all = Vec::with_capacity(length);
        shared.iter().for_each(|boxes| all.extend_from_slice(&boxes[place]));
        Ok(sort(all))
    })?;
    Ok(sorted.concat())
}

/// Rows of which one comes between two boxes.
const OF_EACH: usize = 8;

/// Rows from everywhere among all.
fn sample(all: &[u32], boxes: usize) -> Vec<u32> {
    let picked = (boxes * OF_EACH).min(all.len()).max(1);
    let apart = all.len() / picked;
    // At regular distances all picked rows may be alike.
    let pick = |number: usize| number * apart + spread(number) % apart.max(1);
    (0..picked).filter_map(|number| all.get(pick(number)).copied()).collect()
}

/// Numbers that follow each other, far apart.
fn spread(number: usize) -> usize {
    (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_right(32) as u32 as usize
}

//! Finished groups, which are handed on.

use crate::base::free_rows;
use crate::execute::batch::Batch;
use std::collections::VecDeque;

/// Finished groups, and how many have been handed on.
#[derive(Default)]
pub struct Output {
    pub batches: VecDeque<Batch>,
    /// How many groups of the first of them.
    pub place: usize,
}

impl Output {
    /// The next groups, not more than so many.
    pub fn next(&mut self, most: usize) -> Option<Batch> {
        loop {
            let batch = self.batches.front_mut()?;
            let rows = self.place..batch.length.min(self.place.saturating_add(most));
            self.place = rows.end;
            if rows.is_empty() {
                self.batches.pop_front();
                self.place = 0;
            } else if rows.len() == batch.length {
                self.place = 0;
                return self.batches.pop_front();
            } else {
                return Some(batch.hand_out(rows));
            }
        }
    }
}

impl Drop for Output {
    /// Groups that nobody wanted any more are let go beside.
    fn drop(&mut self) {
        let left = self.batches.iter().map(|batch| batch.length).sum::<usize>();
        free_rows(std::mem::take(&mut self.batches), left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::Slot;
    use crate::execute::batch::Column;
    use crate::value::Value;

    #[test]
    fn groups_are_handed_on_in_their_order_and_each_once() {
        let texts = |from: i64, to: i64| (from..to).map(|n| Value::from(n.to_string())).collect::<Vec<_>>();
        let batch = |from, to| {
            let mut batch = Batch::of_length((to - from) as usize);
            batch.set(Slot(0), Column::values(texts(from, to)));
            batch
        };
        let batches = [batch(0, 7), batch(7, 7), batch(7, 9)];
        // Somebody else has the values of the last one too.
        let shared = batches[2].clone();
        let mut output = Output { batches: batches.into(), place: 0 };
        let mut handed = Vec::new();
        let mut lengths = Vec::new();
        for most in [3, 3, 3, 3, 3] {
            let Some(rows) = output.next(most) else { break };
            lengths.push(rows.length);
            handed.extend((0..rows.length).map(|row| rows.value(Slot(0), row)));
        }
        assert_eq!((lengths, handed), (vec![3, 3, 1, 2], texts(0, 9)));
        assert_eq!(shared.value(Slot(0), 1), Value::from("8"));
    }
}

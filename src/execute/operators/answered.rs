//! Rows about which enough is known: whether an inner plan has any row for them.
//!
//! The rows of a batch go through the plan together. As soon as one of them has a row at the end, whatever the operators
//! still have of it is left out, so that each is looked at as long as if it were the only one.

use super::rows::{number_in, number_of};
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column};
use std::cell::{Ref, RefCell};
use std::rc::Rc;

/// So many rows are handed on at once where the first may be enough.
pub const FIRST: usize = 256;

/// The rows of a batch that have been answered, by the number that they go on with. Cloning shares.
#[derive(Clone)]
pub struct Answered {
    slot: Slot,
    rows: Rc<RefCell<Vec<bool>>>,
}

impl Answered {
    /// For rows that have their number in a slot.
    pub fn of(slot: Slot) -> Answered {
        Answered { slot, rows: Rc::default() }
    }

    /// Begins anew with so many rows.
    pub fn begin(&self, length: usize) {
        let mut rows = self.rows.borrow_mut();
        rows.clear();
        rows.resize(length, false);
    }

    /// Notes the rows of a batch that has come to the end; how many there are that were not known.
    pub fn note(&self, batch: &Batch) -> usize {
        let mut rows = self.rows.borrow_mut();
        let mut fresh = 0;
        for row in 0..batch.length {
            let number = number_of(batch, self.slot, row);
            if let Some(answered) =
                number.and_then(|number| rows.get_mut(number)).filter(|answered| !**answered)
            {
                *answered = true;
                fresh += 1;
            }
        }
        fresh
    }

    /// What is known of each row.
    pub fn each(&self) -> Vec<bool> {
        self.rows.borrow().clone()
    }

    /// For looks at the rows of a batch.
    pub fn of_batch(&self, batch: &Batch) -> AnsweredOf<'_> {
        AnsweredOf { numbers: batch.column(self.slot).clone(), rows: self.rows.borrow() }
    }
}

/// Which rows of one batch are answered.
pub struct AnsweredOf<'a> {
    numbers: Column,
    rows: Ref<'a, Vec<bool>>,
}

impl AnsweredOf<'_> {
    #[inline]
    pub fn has(&self, row: usize) -> bool {
        number_in(&self.numbers, row).and_then(|number| self.rows.get(number)).copied().unwrap_or(false)
    }
}

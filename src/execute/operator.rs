//! What an operator is.

use super::batch::Batch;
use super::context::Context;
use crate::base::Result;
use std::cell::RefCell;
use std::rc::Rc;

/// One operator at work: rows are pulled from it.
pub trait Operator {
    /// The next rows; `None` when there are no more. A batch may be empty.
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>>;
    /// The same for whoever keeps all rows: in batches as long as they lie there.
    fn next_at_length(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        self.next(context)
    }
    /// Forgets everything, for the next row of an enclosing operator.
    fn reset(&mut self);
}

/// The row of an enclosing operator, where an inner plan begins.
#[derive(Clone, Default)]
pub struct Argument {
    row: Rc<RefCell<Option<Batch>>>,
}

impl Argument {
    pub fn put(&self, batch: Batch) {
        *self.row.borrow_mut() = Some(batch);
    }
}

impl Argument {
    /// Whether both are the same place.
    pub fn is(&self, other: &Argument) -> bool {
        Rc::ptr_eq(&self.row, &other.row)
    }
}

impl Operator for Argument {
    fn next(&mut self, _context: &mut Context<'_>) -> Result<Option<Batch>> {
        Ok(self.row.borrow_mut().take())
    }

    fn reset(&mut self) {}
}

//! The nodes of a plan that stands by itself: it begins with a row of its own, whatever row asks for them.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operator::{Argument, Operator};
use crate::graph::NodeId;
use std::cell::RefCell;

pub struct Apart {
    pub node: Slot,
    plan: RefCell<Box<dyn Operator>>,
    argument: Argument,
}

impl Apart {
    /// Of a plan that was built upon an argument.
    pub fn new(node: Slot, plan: Box<dyn Operator>, argument: Argument) -> Apart {
        Apart { node, plan: RefCell::new(plan), argument }
    }

    /// Calls `see` for each batch.
    pub fn batches(
        &self,
        context: &mut Context<'_>,
        mut see: impl FnMut(&Batch, &mut Context<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut plan = self.plan.borrow_mut();
        plan.reset();
        self.argument.put(Batch::of_length(1));
        while let Some(batch) = plan.next(context)? {
            see(&batch, context)?;
        }
        Ok(())
    }

    /// The nodes of the rows of a batch.
    pub fn nodes<'b>(&self, batch: &'b Batch) -> impl Iterator<Item = (usize, NodeId)> + 'b {
        let nodes = batch.column(self.node);
        (0..batch.length).filter_map(|row| Some((row, nodes.node(row)?)))
    }
}

//! UNION: one branch after another.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::operator::{Argument, Operator};

/// What it takes to go on with a branch beside its rows, as ticks of a meter.
const BRANCH: u32 = 16;

pub struct Branch {
    pub operator: Box<dyn Operator>,
    pub argument: Argument,
    /// The branch's slot for each slot of the union.
    pub slots: Vec<Slot>,
}

pub struct Union {
    argument: Argument,
    branches: Vec<Branch>,
    slots: Vec<Slot>,
    /// The branch that is being pulled; all have begun once it is known.
    place: Option<usize>,
}

impl Union {
    pub fn new(argument: Argument, branches: Vec<Branch>, slots: Vec<Slot>) -> Union {
        Union { argument, branches, slots, place: None }
    }
}

impl Operator for Union {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut place = match self.place {
            Some(place) => place,
            None => {
                let Some(row) = self.argument.next(context)? else { return Ok(None) };
                self.branches.iter().for_each(|branch| branch.argument.put(row.clone()));
                0
            }
        };
        while let Some(branch) = self.branches.get_mut(place) {
            context.meter.work(BRANCH)?;
            self.place = Some(place);
            if let Some(mut batch) = branch.operator.next(context)? {
                let columns: Vec<_> = branch.slots.iter().map(|slot| batch.column(*slot).clone()).collect();
                for (slot, column) in self.slots.iter().zip(columns) {
                    batch.set(*slot, column);
                }
                return Ok(Some(batch));
            }
            place += 1;
        }
        self.place = Some(place);
        Ok(None)
    }

    fn reset(&mut self) {
        self.place = None;
        self.branches.iter_mut().for_each(|branch| branch.operator.reset());
    }
}

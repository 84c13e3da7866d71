//! Groups of which only the number is asked, where they have no numbers of their own: their keys go to pools.

use super::worth::Way;
use super::{Aggregate, Gather};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Argument;
use crate::execute::operators::pools::Pools;
use crate::execute::parts::{Queue, begin};
use crate::execute::spread::Spread;
use crate::value::Value;

impl Aggregate {
    /// Nobody asks for more than how many groups there are, and which of them are of null.
    pub fn only_counted(self) -> Aggregate {
        Aggregate { counted: true, ..self }
    }

    /// Whether groups are only counted and have no numbers of their own.
    pub(super) fn is_better_pooled(&self, gather: &Gather) -> bool {
        self.counted && gather.groups.are_told_by_bytes()
    }

    /// How very many groups are found whose keys are not told as places.
    pub(super) fn way_without_places(&self) -> Way {
        if self.counted { Way::Pooled } else { Way::Dealt(None) }
    }

    /// As many rows as there are groups.
    pub(super) fn count_in_pools(
        &mut self,
        spread: &Spread,
        queue: &Queue,
        context: &mut Context<'_>,
    ) -> Result<Vec<Batch>> {
        let own = |context: &mut Context<'_>| self.fill_pools(queue, &spread.argument, context);
        let another = |spread: &Spread, context: &mut Context<'_>| spread.pools_of_parts(queue, context);
        let (mine, others) = spread.share(queue, context, own, another)?;
        let all = std::iter::once(mine).chain(others).collect();
        let different = Pools::different(all, context)?;
        queue.leave(context);
        // What is not null looks alike to whoever counts it.
        let rows = |count: usize, value: Value| {
            let mut batch = Batch::of_length(count);
            self.slots().into_iter().for_each(|slot: Slot| batch.set(slot, Column::Same(value.clone())));
            batch
        };
        let null = rows(usize::from(different.null), Value::Null);
        Ok(vec![rows(different.keys, Value::Boolean(true)), null])
    }

    /// The keys of the rows that this worker finds.
    pub fn fill_pools(
        &mut self,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<Pools> {
        let (mut pools, slots) = (Pools::default(), self.slots());
        while let Some(part) = queue.next() {
            begin(&mut *self.input, argument, part, context);
            while let Some(batch) = self.input.next(context)? {
                let keys = self.keys_of(&batch, context)?;
                pools.add(&keys, &slots, context)?;
            }
        }
        Ok(pools)
    }
}

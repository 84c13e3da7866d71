//! Keys that come as codes of several lists, as each worker has its own: all are told in codes of one.

use super::{By, Form, Groups, Level};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::Codes;

impl Groups {
    /// The keys in the codes that they had before, where codes of other lists come; nothing where none do.
    pub(super) fn in_own_codes(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<Option<Batch>> {
        let By::Numbers(levels, _) = &mut self.by else { return Ok(None) };
        if !levels.iter().zip(slots).any(|(level, slot)| level.is_foreign(keys.column(*slot))) {
            return Ok(None);
        }
        let before = context.meter.held();
        let mut own = keys.clone();
        for (level, slot) in levels.iter_mut().zip(slots) {
            if !level.is_foreign(keys.column(*slot)) {
                continue;
            }
            if level.list.is_none() {
                let list = level.begin_list(context)?;
                self.keys.tell(*slot, &list);
                level.list = Some(list);
            }
            if let Some(list) = &mut level.list {
                let column = list.own(own.take(*slot), context)?;
                own.set(*slot, column);
            }
        }
        *held += context.meter.held().saturating_sub(before);
        Ok(Some(own))
    }
}

impl Level {
    /// Whether codes come that are not those of before.
    fn is_foreign(&self, column: &Column) -> bool {
        match (&self.form, column) {
            (Form::Coded(mine), Column::Coded { list, .. }) => mine != list,
            _ => false,
        }
    }

    /// A list of its own, which begins with the values of the only one so far: their codes stay as they are.
    fn begin_list(&mut self, context: &mut Context<'_>) -> Result<Codes> {
        let Form::Coded(only) = self.form else { return Ok(Codes::default()) };
        let list = Codes::after(only, &self.values, context)?;
        self.form = Form::Coded(list.id());
        Ok(list)
    }
}

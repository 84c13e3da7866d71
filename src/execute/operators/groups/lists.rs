//! Keys that come as codes of several lists, as each worker has its own, or as one value for all rows of a batch, and as
//! another one for those of the next: all are told in codes of one list.

use super::{By, Form, Groups, Level};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::Codes;
use crate::value::Value;

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
            if let (Form::Integers, Column::Same(Value::Integer(number))) = (&level.form, keys.column(*slot))
            {
                own.set(*slot, Column::integers(vec![*number; keys.length]));
                continue;
            }
            if level.list.is_none() {
                let list = level.begin_list(context)?;
                self.keys.tell(*slot, &list);
                level.list = Some(list);
            }
            if let Some(list) = &mut level.list {
                let column = match own.take(*slot) {
                    Column::Same(value) => {
                        let code = list.code_of(value, context)?;
                        list.column(vec![code; keys.length])
                    }
                    column => list.own(column, context)?,
                };
                own.set(*slot, column);
            }
        }
        *held += context.meter.held().saturating_sub(before);
        Ok(Some(own))
    }
}

impl Level {
    /// Whether codes or values come that are not those of before, and can be told in codes of one list.
    fn is_foreign(&self, column: &Column) -> bool {
        match (&self.form, column) {
            (Form::Coded(mine), Column::Coded { list, .. }) => mine != list,
            (Form::Constant(mine), Column::Same(value)) => mine != value,
            (Form::Coded(_), Column::Same(_))
            | (Form::Constant(_), Column::Coded { .. })
            | (Form::Integers, Column::Same(Value::Integer(_))) => true,
            _ => false,
        }
    }

    /// A list of its own, which begins with the values of the only one so far, or with the only value: their codes, which
    /// is 0 for the only value, stay as they are.
    fn begin_list(&mut self, context: &mut Context<'_>) -> Result<Codes> {
        let list = match &self.form {
            Form::Coded(only) => Codes::after(*only, &self.values, context)?,
            Form::Constant(value) => {
                let mut list = Codes::default();
                list.code_of(value.clone(), context)?;
                list
            }
            _ => return Ok(Codes::default()),
        };
        self.form = Form::Coded(list.id());
        Ok(list)
    }
}

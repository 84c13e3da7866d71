//! Slots that hold stored values, as those that an aggregate or a projection hands on do, asked as the properties that
//! these are values of: `max(a.date) AS d … WHERE d > x` is then asked as `a.date > x` is, over whole columns.
//!
//! In: an expression over slots, and batches. Out: the same expression over properties, and batches with the nodes or
//! relationships in place of their values. Which slots hold such values is known of each batch only.

use super::Compiled;
use super::whole::Part;
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::graph::Key;
use crate::optimize::slots::SlotSet;
use smallvec::SmallVec;
use std::cell::RefCell;

/// An expression in a form made for its values (`T`), and in the same form over properties.
pub struct Lifted<T> {
    expression: Compiled,
    /// The slots that are read as values.
    slots: SmallVec<[Slot; 2]>,
    last: RefCell<Option<(Properties, T)>>,
    otherwise: T,
}

/// Slots whose values are those of a property, and of which.
type Properties = SmallVec<[(Slot, Key); 2]>;

impl<T> Lifted<T> {
    /// The expression itself where it reads no slot as a value, or not only slots, properties and functions.
    pub fn of(
        expression: Compiled,
        make: impl FnOnce(Compiled) -> T,
    ) -> std::result::Result<Lifted<T>, Compiled> {
        let mut slots = SlotSet::new();
        note_values(&expression, &mut slots);
        let slots: SmallVec<[Slot; 2]> = slots.iter().collect();
        if slots.is_empty() || !expression.is_plain(&mut |_| {}) {
            return Err(expression);
        }
        match expression.copied() {
            Some(copy) => {
                let last = RefCell::default();
                Ok(Lifted { expression: copy, slots, last, otherwise: make(expression) })
            }
            None => Err(expression),
        }
    }

    /// The form that is asked where no slot holds stored values.
    pub fn otherwise(&self) -> &T {
        &self.otherwise
    }

    /// Asks what is right for the rows of a batch.
    pub fn ask<R>(
        &self,
        batch: &Batch,
        context: &mut Context<'_>,
        make: impl FnOnce(Compiled) -> T,
        ask: impl FnOnce(&T, &Batch, &mut Context<'_>) -> R,
    ) -> R {
        let Some((properties, lifted)) = self.properties(batch, context) else {
            return ask(&self.otherwise, batch, context);
        };
        let last = &mut *self.last.borrow_mut();
        if last.as_ref().is_none_or(|(of, _)| *of != properties) {
            let made = self.expression.with_slots(&mut |slot| {
                let (_, key) = properties.iter().find(|(of, _)| *of == slot)?;
                Some(Compiled::property_of(slot, *key, context.graph))
            });
            *last = made.map(|made| (properties, make(made)));
        }
        match last {
            Some((_, form)) => ask(form, &lifted, context),
            None => ask(&self.otherwise, batch, context),
        }
    }

    /// The properties that slots hold values of, and the batch with whose they are; nothing where there are none.
    fn properties(&self, batch: &Batch, context: &Context<'_>) -> Option<(Properties, Batch)> {
        if context.writes {
            return None;
        }
        let mut found = Properties::new();
        let mut lifted: Option<Batch> = None;
        for slot in &self.slots {
            if let Column::Stored { ids, source } = batch.column(*slot)
                && let Some((key, nodes)) = context.graph.property_in(source)
            {
                let whose =
                    if nodes { Column::Nodes(ids.clone()) } else { Column::Relationships(ids.clone()) };
                found.push((*slot, key));
                lifted.get_or_insert_with(|| batch.clone()).set(*slot, whose);
            }
        }
        lifted.map(|lifted| (found, lifted))
    }
}

/// Notes the slots that are read as values: not those of which only properties, labels and the like are asked. Parts of
/// a day are asked of values.
fn note_values(expression: &Compiled, slots: &mut SlotSet) {
    let of_entity = match expression {
        Compiled::Property { subject, key, .. } if Part::of(key).is_none() => is_slot(subject),
        Compiled::HasLabels { subject, .. } => is_slot(subject),
        Compiled::Call { function, arguments, .. } => {
            matches!(function.name, "id" | "labels" | "type") && arguments.iter().all(is_slot)
        }
        Compiled::Slot(slot) => {
            slots.insert(*slot);
            return;
        }
        _ => false,
    };
    if !of_entity {
        expression.parts().into_iter().flatten().for_each(|part| note_values(part, slots));
    }
}

fn is_slot(expression: &Compiled) -> bool {
    matches!(expression, Compiled::Slot(_))
}

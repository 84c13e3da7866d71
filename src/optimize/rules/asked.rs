//! What is asked of the rows of an operator by those above it.

use super::reach::{is_indifferent, is_steady};
use crate::optimize::plan::{Operator, Task};
use crate::optimize::slots::SlotSet;

/// What is asked of rows.
#[derive(Clone)]
pub(super) struct Asked {
    /// Nothing cares how often a row comes.
    pub(super) once: bool,
    /// The slots that are read; `all` that every slot may be.
    pub(super) needed: SlotSet,
    pub(super) all: bool,
    /// The rows are wanted once a statement, not for each row of another operator.
    pub(super) alone: bool,
    /// Not all of the rows may be wanted.
    pub(super) few: bool,
}

impl Asked {
    /// What is asked of the last rows of a statement.
    pub(super) fn everything() -> Asked {
        Asked { once: false, needed: SlotSet::new(), all: true, alone: true, few: false }
    }

    /// What EXISTS asks of the rows of its plan: for each row of another operator, whether there is any.
    pub(super) fn any() -> Asked {
        Asked { once: true, all: false, ..Asked::everything() }.inside()
    }

    /// For each row of another operator.
    pub(super) fn inside(self) -> Asked {
        Asked { alone: false, ..self }
    }

    /// What an operator of which that is asked asks of its input.
    pub(super) fn below(mut self, operator: &Operator) -> Asked {
        match &operator.task {
            Task::Distinct(slots) => {
                self.once = true;
                if self.all {
                    self.needed = SlotSet::new();
                    self.all = false;
                }
                slots.iter().for_each(|slot| self.needed.insert(*slot));
            }
            Task::Aggregate { keys, aggregates } => {
                self.once = aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate));
                self.needed = SlotSet::new();
                self.all = false;
                self.few = false;
                keys.iter().for_each(|(_, key)| key.reads(&mut self.needed));
                for (_, aggregate) in aggregates {
                    aggregate.arguments.iter().for_each(|argument| argument.reads(&mut self.needed));
                }
            }
            Task::Project(items) => {
                // What a projection fills is not needed from below, unless it reads it itself.
                let read = items.iter().filter(|(slot, _)| self.all || self.needed.contains(*slot));
                let read: Vec<_> = read.map(|(_, item)| item).collect();
                items.iter().for_each(|(slot, _)| self.needed.remove(*slot));
                read.iter().for_each(|item| item.reads(&mut self.needed));
                self.once = self.once && items.iter().all(|(_, item)| is_steady(item));
            }
            Task::Filter(conjuncts) => {
                self.once = self.once && conjuncts.iter().all(is_steady);
                operator.reads(&mut self.needed);
            }
            Task::CountStore(_)
            | Task::Expand(_)
            | Task::Intersect(_)
            | Task::VarExpand(_)
            | Task::Scan { .. }
            | Task::Sole(_) => {
                let mut filled = SlotSet::new();
                operator.fills(&mut filled);
                filled.iter().for_each(|slot| self.needed.remove(slot));
                operator.reads(&mut self.needed);
            }
            Task::Pattern(_) | Task::Held(_) | Task::Unwind { .. } | Task::Optional { .. } => {
                operator.reads(&mut self.needed);
            }
            Task::Sort(_) => {
                operator.reads(&mut self.needed);
                self.few = false;
            }
            _ => {
                // Whatever counts, cuts or writes sees every row.
                self.once = false;
                self.all = true;
                self.few |= matches!(operator.task, Task::Limit(_));
            }
        }
        self
    }
}

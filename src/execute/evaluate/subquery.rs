//! Subqueries of expressions: EXISTS, COUNT, COLLECT, pattern predicates and comprehensions.

use super::{Compiled, Frame};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, size_of_value};
use crate::execute::build::Build;
use crate::execute::context::Context;
use crate::execute::operator::{Argument, Operator};
use crate::execute::operators::answered::Answered;
use crate::execute::operators::rows::{number_of, number_rows};
use crate::execute::trace;
use crate::optimize::expression::Subplan;
use crate::optimize::plan::{self, Access, Task};
use crate::optimize::slots::SlotSet;
use crate::value::{Value, nesting};
use std::cell::RefCell;

/// What is seen of a row, and where it is: a slot of the row or a variable of a comprehension.
pub type Outer = Vec<(Slot, Option<usize>)>;

/// A row of what is seen of another.
pub fn row_of(outer: &Outer, frame: &Frame<'_>) -> Batch {
    let mut row = Batch::of_length(1);
    for (slot, local) in outer {
        let value = match local {
            Some(depth) => frame.locals.get(*depth).cloned().unwrap_or_default(),
            None => frame.batch.value(*slot, frame.row),
        };
        row.set(*slot, Column::Same(value));
    }
    row
}

/// A plan that is run for one row after another.
pub struct Subquery {
    operator: RefCell<Box<dyn Operator>>,
    argument: Argument,
    outer: Outer,
    /// What a row of the plan rests on.
    witnesses: Vec<Slot>,
    /// Where the numbers of the rows go, when the plan is run for all rows of a batch at once.
    numbers: Option<Slot>,
    /// Which rows have been answered then, where one row of the plan is enough.
    answered: Option<Answered>,
}

/// What is wanted of the rows of a plan.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// Whether there is any.
    Any,
    Count,
    /// What they have in a slot.
    Values(Slot),
}

/// A plan whose operators have more rows than this for one row is run for one after another, unless it ends with the first.
const MANY: f64 = 1024.0;

impl Build<'_, '_> {
    /// Where slots are found.
    pub fn seen(&self, slots: &SlotSet) -> Outer {
        slots.iter().map(|slot| (slot, self.locals.iter().position(|local| *local == slot))).collect()
    }

    pub fn subquery(&mut self, subplan: &Subplan, wanted: Wanted) -> Result<Subquery> {
        let outer = self.seen(&subplan.outer);
        let argument = Argument::default();
        // The plan's own expressions see the variables of comprehensions as slots of its argument.
        let locals = std::mem::take(&mut self.locals);
        let mut live = SlotSet::new();
        if let Wanted::Values(slot) = wanted {
            live.insert(slot);
        }
        let mut witnesses = SlotSet::new();
        if self.trace {
            trace::witnesses(&subplan.root, &mut witnesses);
            live.extend(&witnesses);
        }
        let all_at_once = !self.trace
            && outer.iter().all(|(_, local)| local.is_none())
            && takes_rows(&subplan.root, wanted);
        let numbers = all_at_once.then_some(subplan.row);
        live.extend(&numbers.into_iter().collect());
        let answered = numbers.filter(|_| matches!(wanted, Wanted::Any)).map(Answered::of);
        let leaving = answered.clone().filter(|_| has_many_rows(&subplan.root));
        let around = std::mem::replace(&mut self.answered, leaving);
        let operator = self.operator(&subplan.root, &live, &argument);
        self.answered = around;
        self.locals = locals;
        let operator = RefCell::new(operator?);
        Ok(Subquery { operator, argument, outer, witnesses: witnesses.iter().collect(), numbers, answered })
    }
}

/// With more rows than this for one row it is worth to leave out what is answered.
const SOME: f64 = 32.0;

/// Whether a plan may have many rows for one row, of which the first is enough.
fn has_many_rows(root: &plan::Operator) -> bool {
    std::iter::successors(Some(root), |operator| operator.input.as_deref())
        .any(|operator| operator.rows > SOME)
}

fn is_search(task: &Task) -> bool {
    matches!(task, Task::VarExpand(expand) if expand.reach.is_some() || expand.levels.is_some())
}

/// Whether a plan takes row by row, so that the rows of a batch can go through it together.
fn takes_rows(root: &plan::Operator, wanted: Wanted) -> bool {
    let mut at = Some(root);
    while let Some(operator) = at {
        match &operator.task {
            Task::Argument => return true,
            Task::Filter(_) | Task::Project(_) | Task::Expand(_) | Task::Intersect(_) => {}
            Task::Unwind { .. } | Task::Scan { access: Access::Seek { .. } | Access::Lookup(_), .. } => {}
            Task::VarExpand(expand) if !expand.begins_together() => {}
            Task::Scan { .. } if matches!(wanted, Wanted::Any) => {}
            _ => return false,
        }
        // A search goes to its end for every row.
        let ends_early = matches!(wanted, Wanted::Any) && !is_search(&operator.task);
        if operator.rows > MANY && !ends_early {
            return false;
        }
        at = operator.input.as_deref();
    }
    false
}

impl Subquery {
    pub(super) fn exists(&self, frame: &Frame<'_>, context: &mut Context<'_>) -> Result<bool> {
        let mut operator = self.begin(frame);
        while let Some(batch) = operator.next(context)? {
            if batch.length > 0 {
                self.testify(&batch, 0..1, context);
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn count(&self, frame: &Frame<'_>, context: &mut Context<'_>) -> Result<i64> {
        let mut operator = self.begin(frame);
        let mut count = 0;
        while let Some(batch) = operator.next(context)? {
            count += batch.length as i64;
            self.testify(&batch, 0..batch.length, context);
        }
        Ok(count)
    }

    pub(super) fn collect(
        &self,
        slot: Slot,
        first: bool,
        most: u32,
        frame: &Frame<'_>,
        context: &mut Context<'_>,
    ) -> Result<Value> {
        let mut operator = self.begin(frame);
        let mut values = Vec::new();
        let mut held = 0;
        while let Some(batch) = operator.next(context)? {
            self.testify(&batch, 0..batch.length, context);
            let left = (most as usize).saturating_sub(values.len());
            for row in 0..batch.length.min(left) {
                let value = batch.value(slot, row);
                if first {
                    return Ok(value);
                }
                let bytes = size_of_value(&value);
                context.meter.hold(bytes)?;
                held += bytes;
                values.push(value);
            }
        }
        context.meter.release(held);
        if first { Ok(Value::Null) } else { nesting::checked(Value::from(values)) }
    }

    /// Whether there is any row for each row of a batch; nothing where that has to be told for one after another.
    pub(super) fn any(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Vec<bool>>> {
        let Some(answered) = &self.answered else { return Ok(None) };
        if self.begin_all(batch, context).is_none() {
            return Ok(None);
        }
        answered.begin(batch.length);
        let mut open = batch.length;
        let mut operator = self.operator.borrow_mut();
        while open > 0 {
            let Some(found) = operator.next(context)? else { break };
            open -= answered.note(&found);
        }
        Ok(Some(answered.each()))
    }

    /// How many rows there are for each row of a batch; nothing where that has to be told for one after another.
    pub(super) fn counts(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Vec<i64>>> {
        let Some(numbers) = self.begin_all(batch, context) else { return Ok(None) };
        let mut counts = vec![0; batch.length];
        let mut operator = self.operator.borrow_mut();
        while let Some(found) = operator.next(context)? {
            for row in 0..found.length {
                let Some(count) = number_of(&found, numbers, row).and_then(|number| counts.get_mut(number))
                else {
                    continue;
                };
                *count += 1;
            }
        }
        Ok(Some(counts))
    }

    /// The lists of all rows of a batch, as far as they are asked for.
    pub(super) fn lists(
        &self,
        slot: Slot,
        most: u32,
        batch: &Batch,
        context: &mut Context<'_>,
    ) -> Result<Option<Column>> {
        let Some(numbers) = self.begin_all(batch, context) else { return Ok(None) };
        let mut lists: Vec<Vec<Value>> = vec![Vec::new(); batch.length];
        let mut held = 0;
        let mut operator = self.operator.borrow_mut();
        while let Some(found) = operator.next(context)? {
            for row in 0..found.length {
                let Some(list) = number_of(&found, numbers, row).and_then(|number| lists.get_mut(number))
                else {
                    continue;
                };
                if list.len() >= most as usize {
                    continue;
                }
                let value = found.value(slot, row);
                let bytes = size_of_value(&value);
                context.meter.hold(bytes)?;
                held += bytes;
                list.push(value);
            }
        }
        context.meter.release(held);
        let lists = lists.into_iter().map(|list| nesting::checked(Value::from(list)));
        Ok(Some(Column::values(lists.collect::<Result<_>>()?)))
    }

    /// Begins with all rows of a batch, and tells where their numbers go; nothing where that cannot be.
    fn begin_all(&self, batch: &Batch, context: &Context<'_>) -> Option<Slot> {
        let numbers = self.numbers.filter(|_| context.witnesses.is_none())?;
        let mut rows = Batch::of_length(batch.length);
        for (slot, _) in &self.outer {
            rows.set(*slot, batch.column(*slot).clone());
        }
        number_rows(&mut rows, numbers);
        self.operator.borrow_mut().reset();
        self.argument.put(rows);
        Some(numbers)
    }

    fn begin(&self, frame: &Frame<'_>) -> std::cell::RefMut<'_, Box<dyn Operator>> {
        let mut operator = self.operator.borrow_mut();
        operator.reset();
        self.argument.put(row_of(&self.outer, frame));
        operator
    }

    fn testify(&self, batch: &Batch, rows: std::ops::Range<usize>, context: &mut Context<'_>) {
        if context.witnesses.is_none() {
            return;
        }
        for row in rows {
            for slot in &self.witnesses {
                crate::answer::entities(&batch.value(*slot, row), &mut |entity| context.witness(entity));
            }
        }
    }
}

impl Compiled {
    /// What a subquery finds for all rows at once, where it can go through them together. Whatever keeps it from that, one
    /// row or another may still have an answer.
    pub(super) fn of_subquery(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Column>> {
        let found = match self {
            Compiled::Exists(subquery) => {
                let booleans =
                    |truths: Vec<bool>| Column::values(truths.into_iter().map(Value::Boolean).collect());
                subquery.any(batch, context).map(|truths| truths.map(booleans))
            }
            Compiled::Count(subquery) => {
                subquery.counts(batch, context).map(|counts| counts.map(Column::integers))
            }
            Compiled::Collect { subquery, slot, most, .. } => subquery.lists(*slot, *most, batch, context),
            _ => Ok(None),
        };
        context.meter.check()?;
        Ok(found.unwrap_or_default())
    }
}

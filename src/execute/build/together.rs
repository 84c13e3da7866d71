//! Operators whose work several workers share, and those of each worker.

use super::asked::{Asked, Order, only_counts};
use super::{Build, address};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::operator::{Argument, Operator};
use crate::execute::operators::{aggregate, by_id, distinct, exchange, top};
use crate::execute::source;
use crate::execute::spread::{Spread, can_part, can_share, is_large};
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Task};
use crate::optimize::slots::SlotSet;

/// An address that no operator has.
const NOWHERE: usize = 0;

/// So many rows may be worth to be dealt out.
const VERY_MANY: f64 = 1.5e6;

impl Build<'_, '_> {
    /// An aggregate that does a part of its work at a time.
    pub fn aggregate_of(
        &mut self,
        plan: &plan::Operator,
        argument: &Argument,
    ) -> Result<aggregate::Aggregate> {
        self.parted = plan.input.as_deref().and_then(source::source_of).map(address);
        let mut below = SlotSet::new();
        plan.reads(&mut below);
        let input = match &plan.input {
            Some(input) => self.operator(input, &below, argument)?,
            None => Box::new(argument.clone()),
        };
        self.aggregate(plan, input, None)
    }

    /// A chain of operators that does a part of its work at a time.
    pub fn chain_of(
        &mut self,
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
    ) -> Result<Box<dyn Operator>> {
        self.parted = source::source_below(plan).map(address);
        // Handing on all rows is no matter where there are never more of them than nodes.
        let all = plan.input.as_deref().is_some_and(source::can_multiply);
        self.part_of(plan, live, argument, all)
    }

    /// The first rows of an order, for a worker that does a part of the work at a time.
    pub fn top_of(&mut self, plan: &plan::Operator, live: &SlotSet, argument: &Argument) -> Result<top::Top> {
        let mut below = live.clone();
        plan.reads(&mut below);
        let input: Box<dyn Operator> = match &plan.input {
            Some(input) => {
                self.parted = source::source_below(input).map(address);
                self.part_of(input, &below, argument, true)?
            }
            None => Box::new(argument.clone()),
        };
        self.top(plan, input, live.clone())
    }

    /// The first rows of an order that several workers look for, if they can.
    pub(super) fn shared_top(
        &mut self,
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
    ) -> Result<Option<top::Top>> {
        let by_parts =
            || plan.input.as_deref().is_some_and(|input| self.has_groups_of_parts(input, argument));
        if !self.shares(argument) && !by_parts() {
            return Ok(None);
        }
        let distinct = plan.input.as_deref().and_then(source::distinct_of);
        let mut live = live.clone();
        live.extend(&distinct.into_iter().flatten().copied().collect());
        let Some(spread) = Spread::of_top(plan, &live, argument, self.context) else {
            return Ok(None);
        };
        let source = plan.input.as_deref().and_then(source::source_below);
        let spread = self.sourced(spread, source, (plan, Order::All), &live, argument)?;
        let top = self.top_of(plan, &live, argument)?;
        Ok(Some(top.shared(spread, distinct.cloned())))
    }

    /// How several workers add up an aggregate, if they can: what is below it is done part by part from here on. Its groups
    /// may be `counted` only.
    pub(super) fn shared_aggregate(
        &mut self,
        plan: &plan::Operator,
        below: &SlotSet,
        counted: bool,
        argument: &Argument,
    ) -> Result<Option<Spread>> {
        let parts =
            |input: &&plan::Operator| self.shares(argument) || self.parts_alone(input, counted, argument);
        let Some(input) = plan.input.as_deref().filter(parts) else { return Ok(None) };
        let source = source::source_of(input);
        if only_counts(&plan.task, input) && source.is_some_and(|source| std::ptr::eq(source, input)) {
            // The work is done there.
            return Ok(None);
        }
        let Some(spread) = Spread::of(plan, argument, self.context) else { return Ok(None) };
        let order = Order::All.below(&plan.task);
        let spread = self.sourced(spread, source, (input, order), below, argument)?;
        self.parted = source.map(address);
        Ok(Some(spread))
    }

    /// Whether the nodes of a DISTINCT come by their ids: all of them are wanted, and a bit for each is no waste.
    pub(super) fn is_by_id(&self, plan: &plan::Operator, live: &SlotSet, argument: &Argument) -> bool {
        let is_worth_it = || {
            self.drained
                && self.wide.is_none()
                && self.begins(argument)
                && is_large(self.context)
                && by_id::slot_of(plan).is_some_and(|slot| by_id::is_all(slot, plan, live))
        };
        // By which relationships a node was reached is known by its id only.
        matches!(plan.task, Task::Sole(_)) || is_worth_it()
    }

    /// A DISTINCT by ids, by several workers if they can share it.
    pub(super) fn by_id(
        &mut self,
        plan: &plan::Operator,
        below: &SlotSet,
        argument: &Argument,
    ) -> Result<by_id::DistinctById> {
        if self.shares(argument)
            && let Some(spread) = Spread::of_distinct(plan, below, argument, self.context)
        {
            let source = plan.input.as_deref().and_then(source::source_of);
            let spread = self.sourced(spread, source, (plan, Order::All), below, argument)?;
            return Ok(self.by_id_of(plan, below, argument)?.shared(spread));
        }
        let input = match &plan.input {
            Some(input) => self.input((plan, &Order::All), input, below, argument)?,
            None => Box::new(argument.clone()),
        };
        Ok(by_id::DistinctById::new(input, by_id::kept(plan).unwrap_or(by_id::Kept::nodes(self.facts))))
    }

    /// A DISTINCT by ids that does a part of its work at a time.
    pub fn by_id_of(
        &mut self,
        plan: &plan::Operator,
        below: &SlotSet,
        argument: &Argument,
    ) -> Result<by_id::DistinctById> {
        let input: Box<dyn Operator> = match plan.input.as_deref() {
            Some(input) => {
                self.parted = source::source_of(input).map(address);
                self.operator(input, below, argument)?
            }
            None => Box::new(argument.clone()),
        };
        Ok(by_id::DistinctById::new(input, by_id::kept(plan).unwrap_or(by_id::Kept::nodes(self.facts))))
    }

    /// A chain whose rows of DISTINCT are different from each other, but not from those of other workers.
    fn part_of(
        &mut self,
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        all: bool,
    ) -> Result<Box<dyn Operator>> {
        let (Some(slots), Some(input)) = (source::distinct_of(plan), &plan.input) else {
            return self.operator(plan, live, argument);
        };
        let mut below = live.clone();
        plan.reads(&mut below);
        let input = self.operator(input, &below, argument)?;
        Ok(Box::new(distinct::DistinctOfParts::new(input, slots.clone(), live.clone(), all)))
    }

    /// An operator all of whose rows may be wanted.
    pub fn whole(
        &mut self,
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
    ) -> Result<Box<dyn Operator>> {
        let asked = std::mem::take(&mut self.asked);
        if let Some(groups) = self.as_groups(plan, live, argument, &asked)? {
            return Ok(groups);
        }
        if self.drained && self.shares(argument) && !self.is_by_id(plan, live, argument) {
            let mut read = live.clone();
            read.extend(self.wide.as_ref().unwrap_or(&SlotSet::new()));
            // What is compared once more has to come up from the workers.
            read.extend(&source::distinct_of(plan).into_iter().flatten().copied().collect());
            if let Some(spread) = Spread::of_chain(plan, &read, argument, self.context) {
                let spread =
                    self.sourced(spread, source::source_below(plan), (plan, asked.order), &read, argument)?;
                let own = self.chain_of(plan, &read, argument)?;
                let all = Box::new(exchange::Exchange::new(own, spread));
                return Ok(match source::distinct_of(plan) {
                    Some(slots) => Box::new(distinct::Distinct::new(all, slots.clone(), read)),
                    None => all,
                });
            }
        }
        self.asked = asked;
        self.operator(plan, live, argument)
    }

    /// DISTINCT by several keys, or by a computed one, as groups of which nothing is asked, where all are wanted and rows
    /// are found part by part.
    fn as_groups(
        &mut self,
        plan: &plan::Operator,
        live: &SlotSet,
        argument: &Argument,
        asked: &Asked,
    ) -> Result<Option<Box<dyn Operator>>> {
        let (Task::Distinct(slots), Some(input)) = (&plan.task, plan.input.as_deref()) else {
            return Ok(None);
        };
        let kept: SlotSet = slots.iter().copied().collect();
        let parts = self.shares(argument) || self.parts_alone(input, asked.counted, argument);
        if !self.drained
            || self.wide.is_some()
            || !parts
            || !live.within(&kept)
            || source::source_of(input).is_none()
            || !(slots.len() > 1 || slots.iter().any(|slot| is_computed(*slot, input)))
        {
            return Ok(None);
        }
        let keys = slots.iter().map(|slot| (*slot, Expression::Slot(*slot))).collect();
        let task = Task::Aggregate { keys, aggregates: Vec::new() };
        let groups = plan::Operator { task, ..plan.clone() };
        self.asked = asked.clone();
        let operator = self.operator(&groups, live, argument)?;
        // What was built has its own copy of the plan, of which nothing else is a part.
        self.parted = self.parted.map(|_| NOWHERE);
        Ok(Some(operator))
    }

    /// Shared work with the rows from which the workers go on, where its source is no scan with which the statement begins.
    /// Of the order of the plan's rows so much is seen.
    fn sourced(
        &mut self,
        spread: Spread,
        source: Option<&plan::Operator>,
        (plan, mut order): (&plan::Operator, Order),
        live: &SlotSet,
        argument: &Argument,
    ) -> Result<Spread> {
        // What is shared was copied.
        self.context.meter.check()?;
        let Some(source) = source.filter(|source| !source::is_scan(source)) else { return Ok(spread) };
        let mut read = source::read_of(source, plan, live);
        read.extend(self.wide.as_ref().unwrap_or(&SlotSet::new()));
        self.drained = true;
        let list = source::list_of_a_row(source);
        let below = source.input.as_deref().filter(|_| list.is_some() || source::is_scan_of_rows(source));
        list.iter().for_each(|list| read.extend(&list.slots()));
        let rows_of = below.unwrap_or(source);
        let mut at = Some(plan).filter(|plan| !std::ptr::eq(*plan, rows_of));
        while let Some(above) = at {
            order = order.below(&above.task);
            at = above.input.as_deref().filter(|input| !std::ptr::eq(*input, rows_of));
        }
        self.asked = Asked { order, counted: false };
        let rows = self.whole(rows_of, &read, argument)?;
        // What goes on from here does a part at a time, whatever is shared below.
        self.parted = None;
        let spread = spread.over(rows);
        Ok(match list {
            Some(list) => spread.listing(self.unwound(list)?),
            None => spread,
        })
    }

    /// Whether an argument is where the statement begins, and rows may come from several workers and do not yet.
    fn shares(&self, argument: &Argument) -> bool {
        self.begins(argument) && can_share(self.context)
    }

    /// Whether one worker had better do part by part what several could share: very many rows are dealt out by one as well,
    /// and groups that are `counted` only go to pools.
    fn parts_alone(&self, input: &plan::Operator, counted: bool, argument: &Argument) -> bool {
        let is_scan = source::source_of(input).is_some_and(source::is_scan);
        let parts = (counted || input.rows >= VERY_MANY) && is_scan;
        parts && self.begins(argument) && can_part(self.context) || self.has_groups_of_parts(input, argument)
    }

    /// Whether there are groups in a chain that are done with at the end of each part.
    fn has_groups_of_parts(&self, input: &plan::Operator, argument: &Argument) -> bool {
        self.begins(argument) && can_part(self.context) && source::has_groups_of_parts(input)
    }

    /// Whether an argument is where the statement begins, and nothing that comes from there is parted yet.
    pub(super) fn begins(&self, argument: &Argument) -> bool {
        !self.trace && self.parted.is_none() && self.first.as_ref().is_some_and(|first| first.is(argument))
    }
}

/// Whether a slot is filled right below by what has to be worked out, and has no number before it is.
fn is_computed(slot: Slot, below: &plan::Operator) -> bool {
    let Task::Project(items) = &below.task else { return false };
    items.iter().any(|(filled, expression)| *filled == slot && !expression.is_read())
}

//! What is asked of the rows of an operator, beside their values.

use crate::algebra::{FunctionRef, Slot};
use crate::functions::Gives;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, AggregateCall, SortKey, Task};
use crate::optimize::slots::SlotSet;

#[derive(Clone, Default)]
pub struct Asked {
    /// No more than how many there are, and in which of them the only key is null.
    pub counted: bool,
    pub order: Order,
}

/// What of the order in which rows come may be seen in what the statement gives.
#[derive(Clone, Default)]
pub enum Order {
    #[default]
    All,
    /// That of rows which are alike in these slots: the others are put in order further up.
    OfAlike(SlotSet),
    Nothing,
}

impl Asked {
    /// What an operator asks of the rows of its input, where so much is seen of the order of its own.
    pub fn by(above: &plan::Operator, order: &Order, input: &plan::Operator) -> Asked {
        Asked { counted: only_counts(&above.task, input), order: order.below(&above.task) }
    }
}

impl Order {
    /// What is seen of the order of an operator's input.
    pub fn below(&self, above: &Task) -> Order {
        match above {
            Task::Filter(_) => self.clone(),
            Task::Project(items) => match self {
                Order::OfAlike(slots) => Order::OfAlike(before(items, slots)),
                order => order.clone(),
            },
            Task::Sort(keys) | Task::Top { keys, .. } => Order::OfAlike(
                keys.iter().filter_map(|SortKey { expression, .. }| read(expression)).collect(),
            ),
            Task::Aggregate { keys, aggregates }
                if keys.is_empty() && aggregates.iter().all(|(_, aggregate)| is_the_same(aggregate)) =>
            {
                Order::Nothing
            }
            _ => Order::All,
        }
    }

    /// Whether rows may come in any order, no two of which are alike in all of these slots.
    pub fn is_free(&self, mut told_apart_by: impl Iterator<Item = Slot>) -> bool {
        match self {
            Order::All => false,
            Order::OfAlike(slots) => told_apart_by.all(|slot| slots.contains(slot)),
            Order::Nothing => true,
        }
    }
}

/// The slots whose values stand in these after a projection.
fn before(items: &[(Slot, Expression)], slots: &SlotSet) -> SlotSet {
    let filled = |slot: &Slot| items.iter().any(|(filled, _)| filled == slot);
    let handed_on = slots.iter().filter(|slot| !filled(slot));
    let renamed = items.iter().filter(|(filled, _)| slots.contains(*filled));
    handed_on.chain(renamed.filter_map(|(_, expression)| read(expression))).collect()
}

fn read(expression: &Expression) -> Option<Slot> {
    match expression {
        Expression::Slot(slot) => Some(*slot),
        _ => None,
    }
}

/// Whether an aggregate gives the same in whatever order values come. Sums of floats do not.
fn is_the_same(aggregate: &plan::Aggregate) -> bool {
    match (&aggregate.call, aggregate.arguments.as_slice()) {
        (AggregateCall::Rows, _) => true,
        (AggregateCall::Function(FunctionRef(function)), [argument]) => match function.name {
            "count" | "min" | "max" => true,
            "sum" | "avg" => is_whole(argument),
            _ => false,
        },
        _ => false,
    }
}

/// Whether an expression gives nothing but whole numbers.
fn is_whole(expression: &Expression) -> bool {
    match expression {
        Expression::Call { function, .. } => function.0.gives == Gives::Integer,
        Expression::Count(_) | Expression::Degree { .. } => true,
        _ => false,
    }
}

/// Whether an operator asks no more of the DISTINCT below it than how many rows there are, and in which of them the only
/// key is null.
pub fn only_counts(above: &Task, plan: &plan::Operator) -> bool {
    let (Task::Aggregate { keys, aggregates }, Task::Distinct(slots)) = (above, &plan.task) else {
        return false;
    };
    let counts = |aggregate: &plan::Aggregate| match (&aggregate.call, aggregate.arguments.as_slice()) {
        (AggregateCall::Rows, _) => true,
        (AggregateCall::Function(FunctionRef(function)), [Expression::Slot(slot)]) => {
            function.name == "count" && !aggregate.distinct && slots.as_slice() == [*slot]
        }
        _ => false,
    };
    keys.is_empty() && aggregates.iter().all(|(_, aggregate)| counts(aggregate))
}

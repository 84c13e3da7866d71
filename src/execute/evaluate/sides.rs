//! Two things of the same row over whole batches: comparisons of properties, of nodes, and of whole numbers worked out
//! of them, and such numbers themselves.
//!
//! Rows in which one of them is null are left out first: a comparison with null is unknown, and so neither true nor
//! false.

use super::Compiled;
use super::select::{Test, is_comparison, kept, mirrored, property, two_sided};
use super::stored::{Stored, compare};
use super::whole::{Whole, each};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column as Rows, NONE};
use crate::execute::context::Context;
use crate::graph::Key;
use crate::graph::columns::{Column, Values};
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};
use std::sync::Arc;

/// A comparison of two things of a row.
pub struct Sides {
    operator: BinaryOperator,
    left: Side,
    right: Side,
    /// The slots that are read.
    slots: SlotSet,
    /// What is asked where some row has no such number.
    otherwise: Test,
}

/// What has a number in each row.
pub enum Side {
    Slot(Slot),
    Property(Slot, Key),
    Whole(Whole),
    Constant(i64),
    Sum(Box<Side>, Box<Side>),
    Difference(Box<Side>, Box<Side>),
    Product(Box<Side>, Box<Side>),
}

/// What the numbers stand for.
enum Kind {
    Whole,
    Days,
    Texts(Arc<Column>),
    Nodes,
    Relationships,
}

impl Kind {
    /// Whether equal numbers are equal values, and others different ones.
    fn is_same(&self, other: &Kind) -> bool {
        match (self, other) {
            (Kind::Whole, Kind::Whole)
            | (Kind::Days, Kind::Days)
            | (Kind::Nodes, Kind::Nodes)
            | (Kind::Relationships, Kind::Relationships) => true,
            (Kind::Texts(mine), Kind::Texts(theirs)) => Arc::ptr_eq(mine, theirs),
            _ => false,
        }
    }

    /// Whether the order of the numbers is that of the values.
    fn is_ordered(&self) -> bool {
        matches!(self, Kind::Whole | Kind::Days)
    }
}

impl Side {
    pub fn of(expression: &Compiled) -> Option<Side> {
        if let Some(whole) = Whole::of(expression) {
            return Some(Side::Whole(whole));
        }
        if let Some((slot, key)) = property(expression) {
            return Some(Side::Property(slot, key));
        }
        match expression {
            Compiled::Slot(slot) => Some(Side::Slot(*slot)),
            Compiled::Constant(Value::Integer(number)) => Some(Side::Constant(*number)),
            Compiled::Binary { operator, left, right, .. } => {
                let make = match operator {
                    BinaryOperator::Add => Side::Sum,
                    BinaryOperator::Subtract => Side::Difference,
                    BinaryOperator::Multiply => Side::Product,
                    _ => return None,
                };
                Some(make(Box::new(Side::of(left)?), Box::new(Side::of(right)?)))
            }
            _ => None,
        }
    }

    fn reads(&self, slots: &mut SlotSet) {
        match self {
            Side::Slot(slot) | Side::Property(slot, _) => slots.insert(*slot),
            Side::Whole(whole) => slots.insert(whole.slot()),
            Side::Constant(_) => {}
            Side::Sum(left, right) | Side::Difference(left, right) | Side::Product(left, right) => {
                left.reads(slots);
                right.reads(slots);
            }
        }
    }

    /// Of some rows those in which nothing that is read is null, as far as that is seen here.
    fn there(&self, batch: &Batch, rows: Vec<u32>, context: &Context<'_>) -> Vec<u32> {
        let has = |slot: Slot, key: Key, rows: Vec<u32>| match Stored::of(slot, key, batch, context) {
            Some(stored) if stored.run().is_none() => kept(rows, |row| stored.has(row)),
            _ => rows,
        };
        match self {
            Side::Slot(slot) => match batch.column(*slot) {
                Rows::Nodes(ids) | Rows::Relationships(ids) => {
                    kept(rows, |row| ids.get(row as usize).is_some_and(|id| *id != NONE))
                }
                _ => rows,
            },
            Side::Property(slot, key) => has(*slot, *key, rows),
            Side::Whole(whole) => has(whole.slot(), whole.key(), rows),
            Side::Constant(_) => rows,
            Side::Sum(left, right) | Side::Difference(left, right) | Side::Product(left, right) => {
                right.there(batch, left.there(batch, rows, context), context)
            }
        }
    }

    /// Whole numbers of all rows; `None` where some row has none.
    pub fn whole_numbers(&self, batch: &Batch, context: &Context<'_>) -> Option<Vec<i64>> {
        match self.numbers(batch, context)? {
            (Kind::Whole, numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The numbers of all rows; `None` where some row has none.
    fn numbers(&self, batch: &Batch, context: &Context<'_>) -> Option<(Kind, Vec<i64>)> {
        let ids = |ids: &[u32]| ids.iter().map(|id| i64::from(*id)).collect();
        match self {
            Side::Slot(slot) => match batch.column(*slot) {
                Rows::Nodes(nodes) if !nodes.contains(&NONE) => Some((Kind::Nodes, ids(nodes))),
                Rows::Relationships(all) if !all.contains(&NONE) => Some((Kind::Relationships, ids(all))),
                Rows::Integers(numbers) => Some((Kind::Whole, numbers.to_vec())),
                Rows::Same(Value::Integer(number)) => Some((Kind::Whole, vec![*number; batch.length])),
                _ => None,
            },
            Side::Property(slot, key) => stored(&Stored::of(*slot, *key, batch, context)?),
            Side::Whole(whole) => Some((Kind::Whole, whole.column(batch, context)?)),
            Side::Constant(number) => Some((Kind::Whole, vec![*number; batch.length])),
            Side::Sum(left, right) => calculated(left, right, i64::checked_add, batch, context),
            Side::Difference(left, right) => calculated(left, right, i64::checked_sub, batch, context),
            Side::Product(left, right) => calculated(left, right, i64::checked_mul, batch, context),
        }
    }
}

/// The sides of a comparison, if both have numbers.
fn sides_of(condition: &Compiled) -> Option<(BinaryOperator, Side, Side)> {
    let (operator, left, right) = two_sided(condition).filter(|(operator, ..)| is_comparison(*operator))?;
    Some((operator, Side::of(left)?, Side::of(right)?))
}

fn stored(stored: &Stored<'_>) -> Option<(Kind, Vec<i64>)> {
    let run = stored.run();
    if run.is_none() && !stored.keeps_all() {
        return None;
    }
    let presence = &stored.column.presence;
    match &stored.column.values {
        Values::Short(numbers) => Some((Kind::Whole, each(stored.ids, run, presence, numbers, i64::from)?)),
        Values::Integers(numbers) => {
            Some((Kind::Whole, each(stored.ids, run, presence, numbers, |number| number)?))
        }
        Values::Dates(days) => Some((Kind::Days, each(stored.ids, run, presence, days, i64::from)?)),
        Values::Strings { codes, .. } => {
            let numbers = each(stored.ids, run, presence, codes, i64::from)?;
            Some((Kind::Texts(stored.column.clone()), numbers))
        }
        _ => None,
    }
}

/// Worked out row by row; `None` where that is not a whole number of 64 bits.
fn calculated(
    left: &Side,
    right: &Side,
    calculate: fn(i64, i64) -> Option<i64>,
    batch: &Batch,
    context: &Context<'_>,
) -> Option<(Kind, Vec<i64>)> {
    let (left, right) = (left.whole_numbers(batch, context)?, right.whole_numbers(batch, context)?);
    let numbers: Option<Vec<i64>> = left.iter().zip(&right).map(|(l, r)| calculate(*l, *r)).collect();
    Some((Kind::Whole, numbers?))
}

impl Sides {
    /// The comparison that a condition is, if its sides have numbers; what else is asked is made of the condition.
    pub fn of(
        condition: Compiled,
        otherwise: impl Fn(Compiled) -> Test,
    ) -> std::result::Result<Sides, Compiled> {
        match sides_of(&condition) {
            Some((operator, left, right)) => {
                let mut slots = SlotSet::new();
                left.reads(&mut slots);
                right.reads(&mut slots);
                Ok(Sides { operator, left, right, slots, otherwise: otherwise(condition) })
            }
            None => Err(condition),
        }
    }

    /// Whether a condition compares what is worked out in one go with a number.
    pub fn is_worked_out(condition: &Compiled) -> bool {
        matches!(
            sides_of(condition),
            Some((_, Side::Whole(_), Side::Constant(_)) | (_, Side::Constant(_), Side::Whole(_)))
        )
    }

    /// The comparison of a property with what is the same in all rows.
    fn against_one(&self, batch: &Batch) -> Option<((Slot, Key), BinaryOperator, Value)> {
        let one = |slot: Slot| match batch.column(slot) {
            Rows::Same(value) => Some(value.clone()),
            _ => None,
        };
        match (&self.left, &self.right) {
            (Side::Property(slot, key), Side::Slot(other)) => {
                Some(((*slot, *key), self.operator, one(*other)?))
            }
            (Side::Slot(other), Side::Property(slot, key)) => {
                Some(((*slot, *key), mirrored(self.operator), one(*other)?))
            }
            _ => None,
        }
    }

    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        if let Some((property, operator, value)) = self.against_one(batch) {
            return compare(property, operator, &value, batch, rows, wanted, context);
        }
        context.meter.work(rows.len() as u32)?;
        let asked = rows.clone();
        let rows = self.right.there(batch, self.left.there(batch, rows, context), context);
        let chosen = match rows.len() == batch.length {
            true => batch.clone(),
            false => batch.gather(&rows, &self.slots),
        };
        let sides = (self.left.numbers(&chosen, context), self.right.numbers(&chosen, context));
        let (Some((kind, left)), Some((other, right))) = sides else {
            return self.otherwise.select(batch, asked, wanted, context);
        };
        let by_order = !matches!(self.operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
        if !kind.is_same(&other) || (by_order && !kind.is_ordered()) {
            return self.otherwise.select(batch, asked, wanted, context);
        }
        let yes = wanted == Truth::True;
        Ok(match self.operator {
            BinaryOperator::Equal => passing(rows, &left, &right, |l, r| (l == r) == yes),
            BinaryOperator::NotEqual => passing(rows, &left, &right, |l, r| (l != r) == yes),
            BinaryOperator::Less => passing(rows, &left, &right, |l, r| (l < r) == yes),
            BinaryOperator::LessOrEqual => passing(rows, &left, &right, |l, r| (l <= r) == yes),
            BinaryOperator::Greater => passing(rows, &left, &right, |l, r| (l > r) == yes),
            _ => passing(rows, &left, &right, |l, r| (l >= r) == yes),
        })
    }
}

/// The rows whose numbers pass, without a jump a row.
#[inline]
fn passing(mut rows: Vec<u32>, left: &[i64], right: &[i64], holds: impl Fn(i64, i64) -> bool) -> Vec<u32> {
    let mut length = 0;
    for (place, (left, right)) in left.iter().zip(right).enumerate() {
        rows[length] = rows[place];
        length += usize::from(holds(*left, *right));
    }
    rows.truncate(length);
    rows
}

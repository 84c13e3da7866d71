//! Two things of the same row over whole batches: comparisons of properties, of nodes, and of whole numbers worked out
//! of them, and such numbers themselves.
//!
//! Rows in which one of them is null are left out first: a comparison with null is unknown, and so neither true nor
//! false.

use super::Compiled;
use super::atom::Atom;
use super::calculation::{Calculation, calculated};
use super::choice::Choice;
use super::lasting::Lasting;
use super::memo::Memo;
use super::ordered;
use super::select::{Test, chosen, is_comparison, kept, mirrored, property, two_sided};
use super::stored::{Stored, compare};
use super::whole::{Part, Whole, each, sizes};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column as Rows, NONE};
use crate::execute::context::Context;
use crate::graph::Key;
use crate::graph::columns::{Column, Values};
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};
use std::cell::Cell;
use std::sync::Arc;

/// A comparison of two things of a row.
pub struct Sides {
    operator: BinaryOperator,
    left: Side,
    right: Side,
    /// The slots that are read, where they are told.
    slots: Option<SlotSet>,
    /// What is asked where some row has no such number.
    otherwise: Test,
    tries: Tries,
}

/// How often numbers were looked for in vain: where bundles of rows have none again and again, that is tried once in a
/// while only.
#[derive(Default)]
pub struct Tries(Cell<u32>);

impl Tries {
    pub fn is_worth_it(&self) -> bool {
        const SOME: u32 = 16;
        let before = self.0.get();
        self.0.set(before.wrapping_add(1));
        before < SOME || before.is_multiple_of(SOME)
    }

    pub fn succeeded(&self) {
        self.0.set(0);
    }
}

/// What has a number in each row.
pub enum Side {
    Slot(Slot),
    Property(Slot, Key),
    Whole(Whole),
    Constant(i64),
    /// A day, counted as dates are.
    Day(i64),
    Calculated(Calculation, Box<Side>, Box<Side>),
    Absolute(Box<Side>),
    /// The number of a node or relationship, as `id` gives it.
    Id(Slot),
    /// How many elements a list has, or characters a text.
    Size(Slot),
    /// From one day to another.
    Lasting(Lasting, Box<Side>, Box<Side>),
    /// The year, month or day of a day.
    Part(Part, Box<Side>),
    /// What depends on one thing alone, worked out once for each value of it.
    Once(Box<Memo>),
    Choice(Box<Choice<Side>>),
}

/// What the numbers stand for.
pub enum Kind {
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
            Compiled::Constant(Value::Date(date)) => Some(Side::Day(date.days)),
            Compiled::Call { function, arguments, .. } if matches!(function.name, "id" | "size") => {
                let [Compiled::Slot(slot)] = arguments[..] else { return None };
                Some(if function.name == "id" { Side::Id(slot) } else { Side::Size(slot) })
            }
            Compiled::Property { subject, key, .. } => {
                if let Some((lasting, from, to)) = Lasting::of(expression) {
                    let (from, to) = (Side::part(from)?, Side::part(to)?);
                    return Some(Side::Lasting(lasting, Box::new(from), Box::new(to)));
                }
                Some(Side::Part(Part::of(key)?, Box::new(Side::part(subject)?)))
            }
            Compiled::Negate(operand, _) => Some(Side::Calculated(
                Calculation::Difference,
                Box::new(Side::Constant(0)),
                Box::new(Side::part(operand)?),
            )),
            Compiled::Call { function, arguments, .. } if function.name == "abs" => match &arguments[..] {
                [operand] => Some(Side::Absolute(Box::new(Side::part(operand)?))),
                _ => None,
            },
            Compiled::Binary { operator, left, right, .. } => {
                let calculation = match operator {
                    BinaryOperator::Add => Calculation::Sum,
                    BinaryOperator::Subtract => Calculation::Difference,
                    BinaryOperator::Multiply => Calculation::Product,
                    BinaryOperator::Divide => Calculation::Quotient,
                    BinaryOperator::Modulo => Calculation::Remainder,
                    _ => return None,
                };
                Some(Side::Calculated(calculation, Box::new(Side::part(left)?), Box::new(Side::part(right)?)))
            }
            // What depends on one thing alone is better remembered.
            _ if Atom::of(expression).is_some() => None,
            _ => Some(Side::Choice(Box::new(Choice::of(expression, Side::part)?))),
        }
    }

    /// A part of what is compared or worked out.
    pub fn part(expression: &Compiled) -> Option<Side> {
        Side::of(expression).or_else(|| Some(Side::Once(Box::new(Memo::of(expression.copied()?).ok()?))))
    }

    /// Notes the slots that are read; false where they are not told.
    fn reads(&self, slots: &mut SlotSet) -> bool {
        match self {
            Side::Slot(slot) | Side::Id(slot) | Side::Size(slot) | Side::Property(slot, _) => {
                slots.insert(*slot);
            }
            Side::Whole(whole) => slots.insert(whole.slot()),
            Side::Once(memo) => slots.insert(memo.slot()),
            Side::Constant(_) | Side::Day(_) => {}
            Side::Calculated(_, left, right) | Side::Lasting(_, left, right) => {
                return left.reads(slots) && right.reads(slots);
            }
            Side::Absolute(operand) | Side::Part(_, operand) => return operand.reads(slots),
            Side::Choice(_) => return false,
        }
        true
    }

    /// Of some rows those in which nothing that is read is null, as far as that is seen here; `None` where something fails.
    fn there(&self, batch: &Batch, rows: Vec<u32>, context: &mut Context<'_>) -> Option<Vec<u32>> {
        let has = |slot: Slot, key: Key, rows: Vec<u32>| match Stored::of(slot, key, batch, context) {
            Some(stored) if stored.run().is_none() => kept(rows, |row| stored.has(row)),
            _ => rows,
        };
        Some(match self {
            Side::Slot(slot) | Side::Id(slot) | Side::Size(slot) => match batch.column(*slot) {
                Rows::Nodes(ids) | Rows::Relationships(ids) => {
                    kept(rows, |row| ids.get(row as usize).is_some_and(|id| *id != NONE))
                }
                Rows::Values(values) => {
                    kept(rows, |row| values.get(row as usize).is_some_and(|value| !value.is_null()))
                }
                Rows::Lists(lists) => kept(rows, |row| lists.size(row as usize).is_some()),
                Rows::Texts(texts) => kept(rows, |row| texts.get(row as usize).is_some()),
                _ => rows,
            },
            Side::Property(slot, key) => has(*slot, *key, rows),
            Side::Whole(whole) => has(whole.slot(), whole.key(), rows),
            Side::Constant(_) | Side::Day(_) => rows,
            Side::Calculated(_, left, right) | Side::Lasting(_, left, right) => {
                both_there(left, right, batch, rows, context)?
            }
            Side::Absolute(operand) | Side::Part(_, operand) => operand.there(batch, rows, context)?,
            Side::Once(memo) => memo.there(batch, rows, context)?,
            Side::Choice(choice) => {
                let mut all = Vec::with_capacity(rows.len());
                for (rows, part) in choice.deal(batch, rows, context).ok()? {
                    if let Some(part) = part {
                        all.extend(part.there(batch, rows, context)?);
                    }
                }
                all.sort_unstable();
                all
            }
        })
    }

    /// Whether a part is worked out as an expression: its values are remembered, and it may fail in a row, so that it has to be
    /// asked there whatever else is null.
    fn has_expression(&self) -> bool {
        match self {
            Side::Slot(_)
            | Side::Id(_)
            | Side::Size(_)
            | Side::Property(..)
            | Side::Whole(_)
            | Side::Constant(_)
            | Side::Day(_) => false,
            Side::Calculated(_, left, right) | Side::Lasting(_, left, right) => {
                left.has_expression() || right.has_expression()
            }
            Side::Absolute(operand) | Side::Part(_, operand) => operand.has_expression(),
            Side::Once(_) | Side::Choice(_) => true,
        }
    }

    /// Whole numbers of all rows; `None` where some row has none.
    pub fn whole_numbers(&self, batch: &Batch, context: &mut Context<'_>) -> Option<Vec<i64>> {
        match self.numbers(batch, context)? {
            (Kind::Whole, numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The numbers of all rows; `None` where some row has none.
    pub fn numbers(&self, batch: &Batch, context: &mut Context<'_>) -> Option<(Kind, Vec<i64>)> {
        let ids = |ids: &[u32]| ids.iter().map(|id| i64::from(*id)).collect();
        match self {
            Side::Slot(slot) => match batch.column(*slot) {
                Rows::Nodes(nodes) if !nodes.contains(&NONE) => Some((Kind::Nodes, ids(nodes))),
                Rows::Relationships(all) if !all.contains(&NONE) => Some((Kind::Relationships, ids(all))),
                Rows::Integers(numbers) => Some((Kind::Whole, numbers.to_vec())),
                Rows::Same(Value::Integer(number)) => Some((Kind::Whole, vec![*number; batch.length])),
                Rows::Values(values) => numbers_of(values),
                _ => None,
            },
            Side::Size(slot) => Some((Kind::Whole, sizes(batch.column(*slot), batch.length)?)),
            Side::Id(slot) => match Side::Slot(*slot).numbers(batch, context)? {
                (Kind::Nodes | Kind::Relationships, ids) if !context.changes.deleted => {
                    Some((Kind::Whole, ids))
                }
                _ => None,
            },
            Side::Lasting(lasting, from, to) => {
                let (from, to) = (from.numbers(batch, context)?, to.numbers(batch, context)?);
                let ((Kind::Days, from), (Kind::Days, to)) = (from, to) else { return None };
                Some((Kind::Whole, calculated(from, &to, |from, to| lasting.between(from, to))?))
            }
            Side::Property(slot, key) => stored(&Stored::of(*slot, *key, batch, context)?),
            Side::Whole(whole) => Some((Kind::Whole, whole.column(batch, context)?)),
            Side::Constant(number) => Some((Kind::Whole, vec![*number; batch.length])),
            Side::Day(day) => Some((Kind::Days, vec![*day; batch.length])),
            Side::Calculated(calculation, left, right) => {
                let left = left.whole_numbers(batch, context)?;
                let numbers = match (calculation, &**right) {
                    (_, Side::Constant(right)) => calculation.with(left, *right)?,
                    _ => calculation.of(left, &right.whole_numbers(batch, context)?)?,
                };
                Some((Kind::Whole, numbers))
            }
            Side::Absolute(operand) => {
                let numbers = operand.whole_numbers(batch, context)?;
                let numbers: Option<Vec<i64>> = numbers.into_iter().map(i64::checked_abs).collect();
                Some((Kind::Whole, numbers?))
            }
            Side::Part(part, operand) => match operand.numbers(batch, context)? {
                (Kind::Days, mut days) => {
                    for day in &mut days {
                        *day = part.of_day(i32::try_from(*day).ok()?);
                    }
                    Some((Kind::Whole, days))
                }
                _ => None,
            },
            Side::Once(memo) => memo.numbers(batch, context),
            Side::Choice(choice) => {
                let rows = (0..batch.length as u32).collect();
                let dealt = choice.deal(batch, rows, context).ok()?;
                let (mut all, mut kind) = (vec![0; batch.length], None);
                for (rows, part) in dealt {
                    let (of_part, numbers) = part?.numbers(&chosen(batch, &rows), context)?;
                    if kind.as_ref().is_some_and(|kind: &Kind| !kind.is_same(&of_part)) {
                        return None;
                    }
                    kind = Some(of_part);
                    rows.iter().zip(numbers).for_each(|(row, number)| all[*row as usize] = number);
                }
                Some((kind?, all))
            }
        }
    }
}

/// Whole numbers or days, if all values are such.
fn numbers_of(values: &[Value]) -> Option<(Kind, Vec<i64>)> {
    let (mut whole, mut days) = (false, false);
    let numbers = values.iter().map(|value| match value {
        Value::Integer(number) => {
            whole = true;
            Some(*number)
        }
        Value::Date(date) => {
            days = true;
            Some(date.days)
        }
        _ => None,
    });
    let numbers = numbers.collect::<Option<_>>()?;
    (!(whole && days)).then_some((if days { Kind::Days } else { Kind::Whole }, numbers))
}

/// Of some rows those in which neither side is null; what may fail is asked of all of them.
fn both_there(
    left: &Side,
    right: &Side,
    batch: &Batch,
    rows: Vec<u32>,
    context: &mut Context<'_>,
) -> Option<Vec<u32>> {
    let (first, second) = if right.has_expression() { (right, left) } else { (left, right) };
    if !second.has_expression() {
        let rows = first.there(batch, rows, context)?;
        return second.there(batch, rows, context);
    }
    let mut there = first.there(batch, rows.clone(), context)?.into_iter().peekable();
    let mut rows = second.there(batch, rows, context)?;
    rows.retain(|row| {
        while there.next_if(|other| other < row).is_some() {}
        there.next_if_eq(row).is_some()
    });
    Some(rows)
}

/// The sides of a comparison, if both have numbers.
fn sides_of(condition: &Compiled) -> Option<(BinaryOperator, Side, Side)> {
    let (operator, left, right) = two_sided(condition).filter(|(operator, ..)| is_comparison(*operator))?;
    Some((operator, Side::part(left)?, Side::part(right)?))
}

fn stored(stored: &Stored<'_>) -> Option<(Kind, Vec<i64>)> {
    let run = stored.run();
    if run.is_none() && !stored.keeps_all() {
        let kind = match &stored.column.values {
            Values::Short(_) | Values::Integers(_) => Kind::Whole,
            Values::Dates(_) => Kind::Days,
            _ => return None,
        };
        let numbers: Option<Vec<i64>> = (0..stored.ids.len() as u32).map(|row| stored.number(row)).collect();
        return Some((kind, numbers?));
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

impl Sides {
    /// The comparison that a condition is, if its sides have numbers; what else is asked is made of the condition.
    pub fn of(
        condition: Compiled,
        otherwise: impl Fn(Compiled) -> Test,
    ) -> std::result::Result<Sides, Compiled> {
        match sides_of(&condition) {
            Some((operator, left, right)) => {
                let mut slots = SlotSet::new();
                let slots = (left.reads(&mut slots) && right.reads(&mut slots)).then_some(slots);
                let otherwise = otherwise(condition);
                Ok(Sides { operator, left, right, slots, otherwise, tries: Tries::default() })
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

    /// Whether something is remembered for each value of what a side depends on.
    pub fn remembers(&self) -> bool {
        self.left.has_expression() || self.right.has_expression()
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
        if !self.tries.is_worth_it() {
            return self.otherwise.select(batch, rows, wanted, context);
        }
        let asked = rows.clone();
        let Some(rows) = both_there(&self.left, &self.right, batch, rows, context) else {
            return self.otherwise.select(batch, asked, wanted, context);
        };
        let batch_of_rows = match &self.slots {
            Some(slots) if rows.len() != batch.length => batch.gather(&rows, slots),
            _ => chosen(batch, &rows),
        };
        let sides = (self.left.numbers(&batch_of_rows, context), self.right.numbers(&batch_of_rows, context));
        let (Some((kind, left)), Some((other, right))) = sides else {
            return self.otherwise.select(batch, asked, wanted, context);
        };
        let by_order = !matches!(self.operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
        let (left, right) = match (&kind, &other) {
            (Kind::Texts(texts), Kind::Texts(_)) if by_order && kind.is_same(&other) => {
                ordered::numbers(texts, &left, &right, context)?
            }
            _ if !kind.is_same(&other) || (by_order && !kind.is_ordered()) => {
                return self.otherwise.select(batch, asked, wanted, context);
            }
            _ => (left, right),
        };
        self.tries.succeeded();
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

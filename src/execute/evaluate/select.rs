//! Conditions over whole batches.
//!
//! A condition is taken apart into tests that run over typed columns; what has no such form is asked row by row. A
//! test picks the rows in which it is true, or those in which it is false: where it is unknown it is neither, so that
//! AND, OR and NOT need no third value.

use super::among::Among;
use super::known::Known;
use super::lifted::Lifted;
use super::member::Member;
use super::memo::Memo;
use super::open::Open;
use super::pairs::Pairs;
use super::row::{by_row, is_null};
use super::sides::Sides;
use super::simple::{alternatives, binary, chain, one_of_both, required, spelled_out};
use super::stored::{Between, compare, passing};
use super::text::TextTest;
use super::{Compiled, LabelTest};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::{Result, Span};
use crate::execute::batch::{Batch, Column as Rows};
use crate::execute::context::Context;
use crate::graph::Key;
use crate::value::{Truth, Value};
use std::rc::Rc;

/// A condition ready to run over batches.
pub enum Test {
    /// A property against a value.
    Compare {
        slot: Slot,
        key: Key,
        operator: BinaryOperator,
        value: Value,
    },
    /// Whether there is no such property, or nothing in the slot itself.
    IsNull {
        slot: Slot,
        key: Option<Key>,
    },
    Labels {
        slot: Slot,
        labels: LabelTest,
    },
    Text(Box<TextTest>),
    Among(Box<Among>),
    /// A count against a number; the condition as a whole for rows that hold no counts.
    Count {
        subject: Subject,
        operator: BinaryOperator,
        number: i64,
        otherwise: Compiled,
    },
    Open(Box<Open>),
    Memo(Box<Memo>),
    Pairs(Box<Pairs>),
    /// Two things of a row against each other.
    Sides(Box<Sides>),
    Known(Box<Known>),
    /// What may be asked of properties instead.
    Lifted(Box<Lifted<Test>>),
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    /// Whether a subquery finds anything.
    Exists(Compiled),
    Member(Rc<Member>),
    /// Asked row by row.
    Rows(Compiled),
}

/// What is counted.
pub enum Subject {
    Slot(Slot),
    /// Degrees and ways, over whole batches.
    Counted,
}

impl Test {
    pub fn of(condition: Compiled) -> Test {
        match Lifted::of(spelled_out(condition), Test::plain) {
            Ok(lifted) => Test::Lifted(Box::new(lifted)),
            Err(condition) => Test::made(condition, Test::of),
        }
    }

    /// What is asked of slots as they come.
    pub(super) fn plain(condition: Compiled) -> Test {
        Test::made(spelled_out(condition), Test::plain)
    }

    /// A condition, of whose parts tests are made.
    fn made(condition: Compiled, of: fn(Compiled) -> Test) -> Test {
        match condition {
            Compiled::And(parts) => Test::And(parts.into_iter().map(of).collect()),
            Compiled::Or(parts) => match Open::of(parts.into_iter().map(of).collect()) {
                Ok(open) => Test::Open(Box::new(open)),
                Err(parts) => Test::Or(parts),
            },
            Compiled::Not(operand) => Test::Not(Box::new(of(*operand))),
            Compiled::IsNull { operand, negated: true } => {
                Test::Not(Box::new(of(Compiled::IsNull { operand, negated: false })))
            }
            Compiled::IsNull { operand, negated } => match (property(&operand), &*operand) {
                (Some((slot, key)), _) => Test::IsNull { slot, key: Some(key) },
                (None, Compiled::Slot(slot)) => Test::IsNull { slot: *slot, key: None },
                _ => Test::memoized(Compiled::IsNull { operand, negated }),
            },
            Compiled::HasLabels { subject, labels, span } => match *subject {
                Compiled::Slot(slot) => Test::Labels { slot, labels },
                other => Test::Rows(Compiled::HasLabels { subject: Box::new(other), labels, span }),
            },
            Compiled::Comparisons { first, rest } => chain(*first, rest),
            Compiled::Binary { operator, left, right, span }
                if is_comparison(operator)
                    && matches!(*left, Compiled::Ways(_) | Compiled::Degree(_) | Compiled::Count(_))
                    && matches!(*right, Compiled::Constant(Value::Integer(_))) =>
            {
                let number = if let Compiled::Constant(Value::Integer(number)) = *right { number } else { 0 };
                let left = match (*left, operator, number) {
                    (Compiled::Degree(degree), BinaryOperator::Greater, 0) => Box::new(degree.of_any()),
                    (left, ..) => Box::new(left),
                };
                let otherwise = Compiled::Binary { operator, left, right, span };
                Test::Count { subject: Subject::Counted, operator, number, otherwise }
            }
            Compiled::Binary { operator: BinaryOperator::In, left, right, span } => {
                match alternatives(&left, &right) {
                    Some(alternatives) => Test::Or(alternatives.into_iter().map(Test::plain).collect()),
                    None => Test::simple(BinaryOperator::In, left, right, span),
                }
            }
            Compiled::Binary { operator: BinaryOperator::Xor, left, right, span } => {
                match one_of_both(&left, &right) {
                    Some(either) => Test::Or(either),
                    None => Test::simple(BinaryOperator::Xor, left, right, span),
                }
            }
            Compiled::Binary { operator, left, right, span } => Test::simple(operator, left, right, span),
            Compiled::Matches { operand, pattern } => {
                let first = before_matching(&operand, &pattern);
                let matches = Test::memoized(Compiled::Matches { operand, pattern });
                match first {
                    Some(first) => Test::And(vec![first, matches]),
                    None => matches,
                }
            }
            Compiled::Member(member) => Test::Member(member),
            exists @ Compiled::Exists(_) => Test::Exists(exists),
            other => Test::memoized(other),
        }
    }

    fn simple(operator: BinaryOperator, left: Box<Compiled>, right: Box<Compiled>, span: Span) -> Test {
        match binary(operator, &left, &right) {
            Some(test) => test,
            None => Test::memoized(Compiled::Binary { operator, left, right, span }),
        }
    }

    /// The test as one for a property between two bounds, if it is one.
    pub fn between(&self) -> Option<Between<'_>> {
        match self {
            Test::Compare { slot, key, operator, value } if *operator != BinaryOperator::NotEqual => {
                Some(Between { slot: *slot, key: *key, operator: *operator, value })
            }
            _ => None,
        }
    }

    pub(super) fn memoized(condition: Compiled) -> Test {
        let condition = match TextTest::in_case(condition) {
            Ok(test) => return Test::Text(Box::new(test)),
            Err(condition) => condition,
        };
        let remembered = |condition| Memo::of(condition).map(|memo| Test::Memo(Box::new(memo)));
        let by_sides = |condition, otherwise: &dyn Fn(Compiled) -> Test| match Sides::of(condition, otherwise)
        {
            Ok(sides) => Test::Sides(Box::new(sides)),
            Err(condition) => by_pairs(condition),
        };
        // What is worked out in one go costs less than to remember it.
        if Sides::is_worked_out(&condition) {
            return by_sides(condition, &|condition| remembered(condition).unwrap_or_else(Test::Rows));
        }
        remembered(condition).unwrap_or_else(|condition| {
            let copy = condition.copied();
            Known::of(copy, by_sides(condition, &by_pairs))
        })
    }

    /// Whether no part is asked row by row from the beginning.
    pub fn is_told_at_once(&self) -> bool {
        match self {
            Test::And(parts) | Test::Or(parts) => parts.iter().all(Test::is_told_at_once),
            Test::Not(operand) => operand.is_told_at_once(),
            Test::Known(known) => known.otherwise().is_told_at_once(),
            Test::Lifted(lifted) => lifted.otherwise().is_told_at_once(),
            Test::Rows(_) | Test::Exists(_) | Test::Count { subject: Subject::Slot(_), .. } => false,
            _ => true,
        }
    }

    /// Whether texts are searched in some part: this is done for all rows together.
    pub fn has_texts(&self) -> bool {
        match self {
            Test::And(parts) | Test::Or(parts) => parts.iter().any(Test::has_texts),
            Test::Not(operand) => operand.has_texts(),
            Test::Lifted(lifted) => lifted.otherwise().has_texts(),
            Test::Text(_) | Test::Open(_) => true,
            _ => false,
        }
    }

    /// Whether more is remembered than is worth it for so many rows.
    pub fn remembers(&self, rows: usize, batch: &Batch, context: &Context<'_>) -> bool {
        match self {
            Test::And(parts) | Test::Or(parts) => {
                parts.iter().any(|part| part.remembers(rows, batch, context))
            }
            Test::Not(operand) => operand.remembers(rows, batch, context),
            Test::Memo(memo) => memo.width(batch, context).is_some_and(|width| width > rows),
            Test::Sides(sides) => sides.remembers(),
            _ => false,
        }
    }

    /// Of some rows, ascending, those in which the condition has the wanted truth.
    pub fn select(
        &self,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        if rows.is_empty() {
            return Ok(rows);
        }
        match self {
            Test::And(parts) if wanted == Truth::True => all(parts, batch, rows, wanted, context),
            Test::Or(parts) if wanted == Truth::False => all(parts, batch, rows, wanted, context),
            Test::And(parts) | Test::Or(parts) => any(parts, batch, rows, wanted, context),
            Test::Not(operand) => operand.select(batch, rows, opposite(wanted), context),
            Test::IsNull { slot, key } => is_null(*slot, *key, batch, rows, wanted, context),
            Test::Labels { slot, labels } => labels.select(*slot, batch, rows, wanted, context),
            Test::Compare { slot, key, operator, value } => {
                context.meter.work(rows.len() as u32)?;
                compare((*slot, *key), *operator, value, batch, rows, wanted, context)
            }
            Test::Text(test) => test.select(batch, rows, wanted, context),
            Test::Open(test) => test.select(batch, rows, wanted, context),
            Test::Among(test) => test.select(batch, rows, wanted, context),
            Test::Count { subject, operator, number, otherwise } => {
                context.meter.work(rows.len() as u32)?;
                let holds = |count: i64| compares(*operator, &count, number) == (wanted == Truth::True);
                match (subject, otherwise, batch.column(subject.slot())) {
                    (Subject::Slot(_), _, Rows::Integers(counts)) if rows.len() == counts.len() => {
                        Ok(passing(counts.len(), |row| holds(counts[row])))
                    }
                    (Subject::Slot(_), _, Rows::Integers(counts)) => {
                        Ok(kept(rows, |row| counts.get(row as usize).is_some_and(|count| holds(*count))))
                    }
                    (Subject::Counted, Compiled::Binary { left, .. }, _) => {
                        let Rows::Integers(counts) = left.column(&chosen(batch, &rows), context)? else {
                            return by_row(otherwise, batch, rows, wanted, context);
                        };
                        let kept = rows.iter().zip(counts.iter()).filter(|(_, count)| holds(**count));
                        Ok(kept.map(|(row, _)| *row).collect())
                    }
                    _ => by_row(otherwise, batch, rows, wanted, context),
                }
            }
            Test::Memo(memo) => match memo.select(batch, &rows, wanted, context)? {
                Some(rows) => Ok(rows),
                None => by_row(memo.expression(), batch, rows, wanted, context),
            },
            Test::Pairs(pairs) => pairs.select(batch, rows, wanted, context),
            Test::Sides(sides) => sides.select(batch, rows, wanted, context),
            Test::Known(known) => known.select(batch, rows, wanted, context),
            Test::Lifted(lifted) => lifted.ask(batch, context, Test::plain, |test, batch, context| {
                test.select(batch, rows, wanted, context)
            }),
            Test::Exists(condition) => {
                let found = condition.column(&chosen(batch, &rows), context)?;
                let wanted = Value::Boolean(wanted == Truth::True);
                let kept =
                    rows.iter().enumerate().filter(|(place, _)| found.look(*place, |found| *found == wanted));
                Ok(kept.map(|(_, row)| *row).collect())
            }
            Test::Member(member) => member.select(batch, rows, wanted, context),
            Test::Rows(condition) => by_row(condition, batch, rows, wanted, context),
        }
    }
}

/// A condition over two things with few values, or one that is asked row by row.
fn by_pairs(condition: Compiled) -> Test {
    Pairs::of(condition).map_or_else(Test::Rows, |pairs| Test::Pairs(Box::new(pairs)))
}

/// Some rows of a batch, ascending.
pub(super) fn chosen(batch: &Batch, rows: &[u32]) -> Batch {
    let all = rows.len() == batch.length;
    if all { batch.clone() } else { batch.gather(rows, &batch.slots().collect()) }
}

impl Subject {
    fn slot(&self) -> Slot {
        match self {
            Subject::Slot(slot) => *slot,
            Subject::Counted => Slot(u32::MAX),
        }
    }
}

/// What holds of all texts that match a pattern and is asked sooner.
fn before_matching(operand: &Compiled, pattern: &regex::Regex) -> Option<Test> {
    let (operator, text, any_case) = required(pattern)?;
    if any_case {
        let matches = Compiled::Matches { operand: Box::new(operand.copied()?), pattern: pattern.clone() };
        return Some(Test::Text(Box::new(TextTest::in_small_letters(property(operand)?, &text, matches))));
    }
    let (left, right) = (Box::new(operand.copied()?), Box::new(Compiled::Constant(Value::string(&*text))));
    Some(Test::plain(Compiled::Binary { operator, left, right, span: Span::default() }))
}

fn opposite(wanted: Truth) -> Truth {
    if wanted == Truth::True { Truth::False } else { Truth::True }
}

fn all(
    parts: &[Test],
    batch: &Batch,
    mut rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    for part in parts {
        rows = part.select(batch, rows, wanted, context)?;
    }
    Ok(rows)
}

/// Rows that at least one part picks: each part is asked only about those that none has picked before.
fn any(
    parts: &[Test],
    batch: &Batch,
    mut rows: Vec<u32>,
    wanted: Truth,
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    let mut picked: Vec<u32> = Vec::new();
    for part in parts {
        let more = part.select(batch, rows.clone(), wanted, context)?;
        if more.is_empty() {
            continue;
        }
        leave_out(&mut rows, &more);
        picked = if picked.is_empty() { more } else { merged(&picked, &more) };
    }
    Ok(picked)
}

/// Takes some of ascending rows out of them.
pub(super) fn leave_out(rows: &mut Vec<u32>, picked: &[u32]) {
    let mut picked = picked.iter().copied().peekable();
    rows.retain(|row| picked.next_if_eq(row).is_none());
}

/// Two ascending lists without a row in common as one.
fn merged(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut all = Vec::with_capacity(left.len() + right.len());
    let mut rest = right;
    for row in left {
        while let Some((first, others)) = rest.split_first()
            && first < row
        {
            all.push(*first);
            rest = others;
        }
        all.push(*row);
    }
    all.extend_from_slice(rest);
    all
}

/// The rows that hold, without a jump a row.
#[inline]
pub(super) fn kept(mut rows: Vec<u32>, holds: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut length = 0;
    for place in 0..rows.len() {
        let row = rows[place];
        rows[length] = row;
        length += usize::from(holds(row));
    }
    rows.truncate(length);
    rows
}

/// `slot.key`
pub(super) fn property(expression: &Compiled) -> Option<(Slot, Key)> {
    match expression {
        Compiled::Property { subject, known: Some(key), .. } => match **subject {
            Compiled::Slot(slot) => Some((slot, *key)),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn is_comparison(operator: BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(operator, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
}

/// The operator that says the same with its sides exchanged.
pub(super) fn mirrored(operator: BinaryOperator) -> BinaryOperator {
    match operator {
        BinaryOperator::Less => BinaryOperator::Greater,
        BinaryOperator::LessOrEqual => BinaryOperator::GreaterOrEqual,
        BinaryOperator::Greater => BinaryOperator::Less,
        BinaryOperator::GreaterOrEqual => BinaryOperator::LessOrEqual,
        other => other,
    }
}

/// Whether two things compare as a comparison asks.
pub(super) fn compares<T: Ord + ?Sized>(operator: BinaryOperator, left: &T, right: &T) -> bool {
    match operator {
        BinaryOperator::Equal => left == right,
        BinaryOperator::NotEqual => left != right,
        BinaryOperator::Less => left < right,
        BinaryOperator::LessOrEqual => left <= right,
        BinaryOperator::Greater => left > right,
        _ => left >= right,
    }
}

/// The two sides of a condition, and what is asked of them.
pub(super) fn two_sided(condition: &Compiled) -> Option<(BinaryOperator, &Compiled, &Compiled)> {
    match condition {
        Compiled::Comparisons { first, rest } => match rest.as_slice() {
            [(operator, second)] => Some((*operator, first, second)),
            _ => None,
        },
        Compiled::Binary { operator, left, right, .. } => Some((*operator, left, right)),
        _ => None,
    }
}

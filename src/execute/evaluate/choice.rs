//! CASE and coalesce over whole batches: the rows of a batch are dealt to the branches, and each branch is worked out
//! for its rows together.

use super::select::{Test, leave_out};
use super::{Compiled, Frame};
use crate::base::Result;
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::functions::Function;
use crate::value::{Truth, Value};

/// Conditions, each with what is meant where it is the first that holds.
pub struct Choice<T> {
    branches: Vec<(Test, T)>,
    otherwise: Option<T>,
}

/// Rows of a batch, ascending, and what is meant in them; null without it.
type Dealt<'c, T> = (Vec<u32>, Option<&'c T>);

/// Whether an expression chooses between others.
pub(super) fn is_choice(expression: &Compiled) -> bool {
    match expression {
        Compiled::Case { .. } => true,
        Compiled::Call { function, .. } => is_coalesce(function),
        _ => false,
    }
}

impl<T> Choice<T> {
    /// The choice that an expression makes between parts, if every part can be made.
    pub fn of(expression: &Compiled, make: impl Fn(&Compiled) -> Option<T>) -> Option<Choice<T>> {
        let (branches, otherwise) = match expression {
            Compiled::Case { subject: None, branches, otherwise } => {
                let made =
                    branches.iter().map(|(when, then)| Some((Test::plain(when.copied()?), make(then)?)));
                (made.collect::<Option<_>>()?, otherwise.as_deref())
            }
            Compiled::Call { function, arguments, .. } if is_coalesce(function) => {
                let (last, others) = arguments.split_last()?;
                let made = others.iter().map(|argument| {
                    let operand = Box::new(argument.copied()?);
                    Some((Test::plain(Compiled::IsNull { operand, negated: true }), make(argument)?))
                });
                (made.collect::<Option<_>>()?, Some(last))
            }
            _ => return None,
        };
        let otherwise = match otherwise {
            Some(otherwise) => Some(make(otherwise)?),
            None => None,
        };
        Choice { branches, otherwise }.told_at_once()
    }

    /// The truth of a condition as a choice; null where it is unknown.
    pub fn by_truth(condition: &Compiled, make: impl Fn(bool) -> T) -> Option<Choice<T>> {
        let (holds, fails) = (condition.copied()?, Compiled::Not(Box::new(condition.copied()?)));
        let branches = vec![(Test::plain(holds), make(true)), (Test::plain(fails), make(false))];
        Choice { branches, otherwise: None }.told_at_once()
    }

    /// Nothing is won by dealing rows that are asked one by one.
    fn told_at_once(self) -> Option<Choice<T>> {
        self.branches.iter().all(|(test, _)| test.is_told_at_once()).then_some(self)
    }

    /// Deals some rows to the parts.
    pub fn deal(
        &self,
        batch: &Batch,
        mut rows: Vec<u32>,
        context: &mut Context<'_>,
    ) -> Result<Vec<Dealt<'_, T>>> {
        let mut dealt = Vec::with_capacity(self.branches.len() + 1);
        for (test, part) in &self.branches {
            if rows.is_empty() {
                break;
            }
            let picked = test.select(batch, rows.clone(), Truth::True, context)?;
            if picked.is_empty() {
                continue;
            }
            leave_out(&mut rows, &picked);
            dealt.push((picked, Some(part)));
        }
        if !rows.is_empty() {
            dealt.push((rows, self.otherwise.as_ref()));
        }
        Ok(dealt)
    }
}

pub(super) fn is_coalesce(function: &Function) -> bool {
    function.name == "coalesce"
}

/// The first argument that is not null; those behind it are not looked at.
pub(super) fn first_there(
    arguments: &[Compiled],
    frame: &mut Frame<'_>,
    context: &mut Context<'_>,
) -> Result<Value> {
    for argument in arguments {
        let value = argument.value(frame, context)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

//! Expressions whose values are wanted for whole batches.

use super::Compiled;
use super::choice::Choice;
use super::codes::Codes;
use super::memo::Memo;
use super::select::{is_comparison, two_sided};
use super::sides::Side;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::value::Value;
use std::cell::RefCell;

/// An expression, in the form in which its values are told of many rows at once.
pub enum Computed {
    Plain(Compiled),
    /// Whole numbers where the rows allow it.
    Whole(Side, Box<Computed>),
    Once(Box<Memo>),
    /// A choice between constants.
    Chosen(Box<Chosen>),
}

/// Rows are told which of some constants they have.
pub struct Chosen {
    choice: Choice<Value>,
    expression: Compiled,
    list: RefCell<Codes>,
}

impl Computed {
    pub fn of(expression: Compiled) -> Computed {
        // What is only read is not worth remembering; a part of what is read is worked out of it.
        let read = match &expression {
            Compiled::Property { subject, .. } => !matches!(**subject, Compiled::Property { .. }),
            Compiled::Slot(_) | Compiled::Constant(_) | Compiled::HasLabels { .. } => true,
            _ => false,
        };
        if read {
            return Computed::Plain(expression);
        }
        let whole = Side::of(&expression);
        let computed = match Memo::of(expression) {
            Ok(memo) => Computed::Once(Box::new(memo)),
            Err(expression) => Computed::chosen(expression),
        };
        match whole {
            Some(whole) => Computed::Whole(whole, Box::new(computed)),
            None => computed,
        }
    }

    fn chosen(expression: Compiled) -> Computed {
        match Chosen::choice_of(&expression) {
            Some(choice) => {
                Computed::Chosen(Box::new(Chosen { choice, expression, list: RefCell::default() }))
            }
            None => Computed::Plain(expression),
        }
    }

    pub fn expression(&self) -> &Compiled {
        match self {
            Computed::Plain(expression) => expression,
            Computed::Whole(_, otherwise) => otherwise.expression(),
            Computed::Once(memo) => memo.expression(),
            Computed::Chosen(chosen) => &chosen.expression,
        }
    }

    /// The values for all rows of a batch.
    pub fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        match self {
            Computed::Plain(expression) => expression.column(batch, context),
            Computed::Whole(whole, otherwise) => {
                context.meter.work(batch.length as u32)?;
                match whole.whole_numbers(batch, context) {
                    Some(numbers) => Ok(Column::integers(numbers)),
                    None => otherwise.column(batch, context),
                }
            }
            Computed::Once(memo) => memo.column(batch, context),
            Computed::Chosen(chosen) => chosen.column(batch, context),
        }
    }
}

impl Chosen {
    /// A choice between constants, or the truth of a comparison.
    fn choice_of(expression: &Compiled) -> Option<Choice<Value>> {
        let constant = |part: &Compiled| match part {
            Compiled::Constant(value) => Some(value.clone()),
            _ => None,
        };
        match expression {
            Compiled::Comparisons { .. } | Compiled::Binary { .. } => {
                two_sided(expression).filter(|(operator, ..)| is_comparison(*operator))?;
                Choice::by_truth(expression, Value::Boolean)
            }
            Compiled::And(_) | Compiled::Or(_) | Compiled::Not(_) => {
                Choice::by_truth(expression, Value::Boolean)
            }
            _ => Choice::of(expression, constant),
        }
    }

    fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        context.meter.work(batch.length as u32)?;
        let all = (0..batch.length as u32).collect();
        // What fails for one row has to be told as that row fails.
        let Ok(dealt) = self.choice.deal(batch, all, context) else {
            return self.expression.column(batch, context);
        };
        let mut codes = vec![0; batch.length];
        let mut list = self.list.borrow_mut();
        for (rows, value) in dealt {
            let code = list.code_of(value.cloned().unwrap_or_default(), context)?;
            rows.iter().for_each(|row| codes[*row as usize] = code);
        }
        Ok(list.column(codes))
    }
}

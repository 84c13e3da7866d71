//! Expressions whose values are wanted for whole batches.

use super::Compiled;
use super::choice::{Choice, is_choice};
use super::codes::Codes;
use super::lifted::Lifted;
use super::memo::Memo;
use super::pairs::Pairs;
use super::select::{Test, chosen, compares, is_comparison, two_sided};
use super::sides::{Side, Tries};
use super::written::is_length;
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE, Writing};
use crate::execute::context::Context;
use crate::value::Value;
use std::cell::RefCell;
use std::sync::Arc;

/// An expression, in the form in which its values are told of many rows at once.
pub enum Computed {
    Plain(Compiled),
    /// Whole numbers where the rows allow it.
    Whole(Side, Box<Computed>, Tries),
    /// Once for each value; what is worked out otherwise where these hardly ever come twice.
    Once(Box<Memo>, Option<Box<Chosen>>),
    Pairs(Box<Pairs>),
    /// A choice.
    Chosen(Box<Chosen>),
    /// What may be worked out of properties instead.
    Lifted(Box<Lifted<Computed>>),
}

/// A choice between constants and what is worked out.
pub struct Chosen {
    choice: Choice<Branch>,
    expression: Compiled,
    list: RefCell<Codes>,
}

enum Branch {
    Constant(Value),
    Computed(Computed),
}

impl Computed {
    pub fn of(expression: Compiled) -> Computed {
        match Lifted::of(expression, Computed::plain) {
            Ok(lifted) => Computed::Lifted(Box::new(lifted)),
            Err(expression) => Computed::plain(expression),
        }
    }

    /// What is worked out of slots as they come.
    fn plain(expression: Compiled) -> Computed {
        if is_read(&expression) {
            return Computed::Plain(expression);
        }
        // To search texts of all rows together takes less than to remember what was found in each.
        if searches_texts(&expression) {
            return Computed::chosen(expression);
        }
        let whole = match is_length(&expression) {
            true => Side::part(&expression),
            false => Side::of(&expression),
        };
        let computed = match Memo::of(expression) {
            Ok(memo) => {
                let choice = is_choice(memo.expression()).then(|| memo.expression().copied()).flatten();
                let chosen = choice.and_then(|choice| Chosen::of(choice).ok());
                Computed::Once(Box::new(memo), chosen.map(Box::new))
            }
            Err(expression) => Computed::chosen(expression),
        };
        match whole {
            Some(whole) => Computed::Whole(whole, Box::new(computed), Tries::default()),
            None => computed,
        }
    }

    fn chosen(expression: Compiled) -> Computed {
        match Chosen::of(expression) {
            Ok(chosen) => Computed::Chosen(Box::new(chosen)),
            Err(expression) => {
                Pairs::of(expression).map_or_else(Computed::Plain, |pairs| Computed::Pairs(Box::new(pairs)))
            }
        }
    }

    pub fn expression(&self) -> &Compiled {
        match self {
            Computed::Plain(expression) => expression,
            Computed::Whole(_, otherwise, _) => otherwise.expression(),
            Computed::Once(memo, _) => memo.expression(),
            Computed::Pairs(pairs) => pairs.expression(),
            Computed::Chosen(chosen) => &chosen.expression,
            Computed::Lifted(lifted) => lifted.otherwise().expression(),
        }
    }

    /// The values for all rows of a batch.
    pub fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        match self {
            Computed::Plain(expression) => expression.column(batch, context),
            Computed::Whole(whole, otherwise, tries) => {
                context.meter.work(batch.length as u32)?;
                let worth = tries.is_worth_it();
                match worth.then(|| whole.whole_numbers(batch, context)).flatten() {
                    Some(numbers) => {
                        tries.succeeded();
                        Ok(Column::integers(numbers))
                    }
                    None => otherwise.column(batch, context),
                }
            }
            Computed::Once(memo, choice) => match (memo.remembered(batch, context)?, choice) {
                (Some(column), _) => Ok(column),
                (None, Some(chosen)) => chosen.column(batch, context),
                (None, None) => memo.expression().column(batch, context),
            },
            Computed::Pairs(pairs) => pairs.column(batch, context),
            Computed::Chosen(chosen) => chosen.column(batch, context),
            Computed::Lifted(lifted) => {
                lifted
                    .ask(batch, context, Computed::plain, |form, batch, context| form.column(batch, context))
            }
        }
    }
}

impl Chosen {
    fn of(expression: Compiled) -> std::result::Result<Chosen, Compiled> {
        match Chosen::choice_of(&expression) {
            Some(choice) => Ok(Chosen { choice, expression, list: RefCell::default() }),
            None => Err(expression),
        }
    }

    /// What an expression chooses between: branches, or the truth of a comparison.
    fn choice_of(expression: &Compiled) -> Option<Choice<Branch>> {
        let truth = |truth: bool| Branch::Constant(Value::Boolean(truth));
        match expression {
            Compiled::Comparisons { .. } | Compiled::Binary { .. } => {
                let (operator, ..) = two_sided(expression)?;
                (is_comparison(operator) || searches_texts(expression)).then_some(())?;
                Choice::by_truth(expression, truth)
            }
            Compiled::And(_) | Compiled::Or(_) | Compiled::Not(_) | Compiled::Member(_) => {
                Choice::by_truth(expression, truth)
            }
            _ => Choice::of(expression, |part| match part {
                Compiled::Constant(value) => Some(Branch::Constant(value.clone())),
                part => Some(Branch::Computed(Computed::plain(part.copied()?))),
            }),
        }
    }

    fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        context.meter.work(batch.length as u32)?;
        if let Some(compared) = self.compared_counts(batch, context)? {
            return Ok(compared);
        }
        let all = (0..batch.length as u32).collect();
        // What fails for one row has to be told as that row fails.
        let Ok(dealt) = self.choice.deal(batch, all, context) else {
            return self.expression.column(batch, context);
        };
        let mut parts = Vec::with_capacity(dealt.len());
        for (rows, branch) in dealt {
            let column = match branch {
                None => Column::Same(Value::Null),
                Some(Branch::Constant(value)) => Column::Same(value.clone()),
                Some(Branch::Computed(computed)) => match computed.column(&chosen(batch, &rows), context) {
                    Ok(column) => column,
                    Err(_) => return self.expression.column(batch, context),
                },
            };
            parts.push((rows, column));
        }
        self.put_together(parts, batch.length, context)
    }

    /// The truth of a count against a number, where the expression is that.
    fn compared_counts(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Column>> {
        let (operator, counted, number) = match two_sided(&self.expression) {
            Some((operator, counted, Compiled::Constant(Value::Integer(number))))
                if is_comparison(operator) =>
            {
                (operator, counted, number)
            }
            _ => return Ok(None),
        };
        if !matches!(counted, Compiled::Degree(_) | Compiled::Ways(_)) {
            return Ok(None);
        }
        let Column::Integers(counts) = counted.column(batch, context)? else { return Ok(None) };
        let mut list = self.list.borrow_mut();
        let [fails, holds] = [false, true].map(|truth| list.code_of(Value::Boolean(truth), context));
        let (fails, holds) = (fails?, holds?);
        let code = |count: &i64| if compares(operator, count, number) { holds } else { fails };
        Ok(Some(list.column(counts.iter().map(code).collect::<Vec<u32>>())))
    }

    /// One column of parts of it, each for some of the rows.
    fn put_together(
        &self,
        parts: Vec<(Vec<u32>, Column)>,
        length: usize,
        context: &mut Context<'_>,
    ) -> Result<Column> {
        if parts.iter().all(|(_, column)| matches!(column, Column::Same(_))) {
            let mut list = self.list.borrow_mut();
            let mut codes = vec![0; length];
            for (rows, column) in parts {
                let code = list.code_of(column.value(0), context)?;
                rows.iter().for_each(|row| codes[*row as usize] = code);
            }
            return Ok(list.column(codes));
        }
        if let [(rows, _)] = parts.as_slice()
            && rows.len() == length
        {
            return Ok(parts.into_iter().map(|(_, column)| column).next().unwrap_or_default());
        }
        if let Some(stored) = stored_together(&parts, length) {
            return Ok(stored);
        }
        if let Some(texts) = texts_together(&parts, length) {
            context.can_hold(texts.bytes())?;
            return Ok(texts);
        }
        let mut values = vec![Value::Null; length];
        for (rows, column) in parts {
            for (place, row) in rows.iter().enumerate() {
                values[*row as usize] = column.value(place);
            }
        }
        let column = Column::values(values);
        context.can_hold(column.bytes())?;
        Ok(column)
    }
}

/// What is only read is not worth remembering; a part of what is read is worked out of it.
fn is_read(expression: &Compiled) -> bool {
    match expression {
        Compiled::Property { subject, .. } => matches!(**subject, Compiled::Slot(_)),
        Compiled::Slot(_) | Compiled::Constant(_) | Compiled::HasLabels { .. } => true,
        _ => false,
    }
}

/// Whether a condition asks whether texts have others in them.
fn searches_texts(expression: &Compiled) -> bool {
    let is_condition = match expression {
        Compiled::Binary { operator, .. } => !is_comparison(*operator) && *operator != BinaryOperator::Add,
        expression => matches!(expression, Compiled::And(_) | Compiled::Or(_) | Compiled::Not(_)),
    };
    is_condition && expression.copied().is_some_and(|condition| Test::plain(condition).has_texts())
}

/// Parts that all show values of the same stored column.
fn stored_together(parts: &[(Vec<u32>, Column)], length: usize) -> Option<Column> {
    let (_, Column::Stored { source, .. }) = parts.first()? else { return None };
    let mut all = vec![NONE; length];
    for (rows, column) in parts {
        let Column::Stored { ids, source: other } = column else { return None };
        if !Arc::ptr_eq(source, other) {
            return None;
        }
        rows.iter().zip(ids.iter()).for_each(|(row, id)| all[*row as usize] = *id);
    }
    Some(Column::Stored { ids: Arc::new(all), source: source.clone() })
}

/// Parts that all have texts or null.
fn texts_together(parts: &[(Vec<u32>, Column)], length: usize) -> Option<Column> {
    let has_texts = |(_, column): &(Vec<u32>, Column)| match column {
        Column::Same(value) => matches!(value, Value::Null | Value::String(_)),
        column => column.has_texts(),
    };
    if !parts.iter().all(has_texts) {
        return None;
    }
    let mut texts: Vec<Option<&[u8]>> = vec![None; length];
    for (rows, column) in parts {
        for (place, row) in rows.iter().enumerate() {
            texts[*row as usize] = match column {
                Column::Same(Value::String(text)) => Some(text.as_bytes()),
                column => column.text(place).flatten(),
            };
        }
    }
    let mut writing = Writing::with_room_for(length, texts.iter().flatten().map(|text| text.len()).sum());
    texts.into_iter().all(|text| writing.add(text)).then(|| Column::Texts(writing.finish()))
}

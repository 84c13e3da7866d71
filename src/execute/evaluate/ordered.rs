//! Texts of one column by their order: which of two comes first.

use super::select::compares;
use super::stored::Stored;
use crate::algebra::BinaryOperator;
use crate::base::Result;
use crate::execute::alphabet;
use crate::execute::context::Context;
use crate::graph::columns::{Column, Values};
use crate::value::Value;

/// Two numbers for each two codes, which stand to each other as the texts do.
pub(super) fn numbers(
    texts: &Column,
    left: &[i64],
    right: &[i64],
    context: &mut Context<'_>,
) -> Result<(Vec<i64>, Vec<i64>)> {
    alphabet::compared(texts, left.len(), context)?;
    let Values::Strings { dictionary, .. } = &texts.values else { return Ok(Default::default()) };
    if let Some(alphabet) = texts.order.known() {
        let ranks = |codes: &[i64]| codes.iter().map(|code| i64::from(alphabet.rank(*code as u32))).collect();
        return Ok((ranks(left), ranks(right)));
    }
    let text = |code: &i64| dictionary.slice(*code as u32);
    let stand = |(left, right)| text(left).cmp(text(right)) as i64;
    Ok((left.iter().zip(right).map(stand).collect(), vec![0; left.len()]))
}

/// Of some rows those whose text stands to another as an operator of order says, or does not.
pub(super) fn select(
    stored: &Stored<'_>,
    operator: BinaryOperator,
    text: &str,
    rows: Vec<u32>,
    yes: bool,
    written: impl Fn(&Value) -> bool,
) -> Vec<u32> {
    let Values::Strings { codes, dictionary } = &stored.column.values else { return Vec::new() };
    let Some(alphabet) = stored.column.order.known() else {
        let holds = |place: usize| compares(operator, dictionary.slice(codes[place]), text.as_bytes()) == yes;
        return stored.pick(rows, holds, written);
    };
    let before = alphabet.before(text, dictionary);
    let and_itself = before + u32::from(dictionary.code(text).is_some());
    let (bound, below) = match operator {
        BinaryOperator::Less => (before, yes),
        BinaryOperator::LessOrEqual => (and_itself, yes),
        BinaryOperator::Greater => (and_itself, !yes),
        _ => (before, !yes),
    };
    stored.pick(rows, |place| (alphabet.rank(codes[place]) < bound) == below, written)
}

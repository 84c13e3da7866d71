//! `more tasks than X`: how many there are of one thing, against how many of another that is named.

use super::binder::Binder;
use super::meaning::*;
use super::owed::Mark;
use super::phrase::Phrase;
use super::trouble;
use crate::algebra::BinaryOperator;
use crate::base::{Report, Result};
use crate::language::question::syntax::{Simple, Than};

impl Binder<'_> {
    /// Whom a number is compared with; the sentence has to take it in.
    pub fn rival(&mut self, simple: &Simple) -> Result<Option<(Comparison, Var)>> {
        let Some(Than { more, preposition, other }) = simple.than.as_deref() else { return Ok(None) };
        if preposition.text != "than" {
            return Err(trouble::out_of_place(preposition));
        }
        let test = if more.text == "more" { Comparison::Greater } else { Comparison::Less };
        let phrase = self.noun_phrase(other)?;
        self.no_leftover(&phrase.leftover)?;
        let named = |var: &Var| self.variables[var.0].entities.len() == 1;
        match phrase.vars.as_slice() {
            [var] if named(var) => {
                self.owe(Mark::Number, simple.span);
                Ok(Some((test, *var)))
            }
            _ => Err(Report::input(
                "question.than",
                "a number is compared with that of one thing that is named",
            )
            .at(other.span, "not one thing")
            .help("Write `which bodies have more tasks than X`, or a number: `more than two tasks`.")),
        }
    }

    /// Says of how many more (or fewer) something holds than it would with the other in place of the one it is said of.
    pub fn outnumbers(&mut self, phrase: &Phrase<'_>, group: &Group) -> Option<Condition> {
        let (counted, (test, rival)) = (phrase.var()?, phrase.rival?);
        let ends = group.conditions.iter().filter_map(|condition| match condition {
            Condition::Edge(edge) if edge.to == counted => Some(edge.from),
            Condition::Edge(edge) if edge.from == counted => Some(edge.to),
            _ => None,
        });
        // What it is said of has been spoken of first.
        let subject = ends.min()?;
        let own = self.variables[counted.0].clone();
        let other = self.variable(own.kinds.clone(), &own.word, own.span);
        self.variables[other.0].nouns = own.nouns;
        let place = |var: Var| match var {
            var if var == subject => rival,
            var if var == counted => other,
            var => var,
        };
        let conditions = group.conditions.iter().map(|condition| in_place(condition, &place));
        let alike = Group { conditions: conditions.collect::<Option<_>>()? };
        self.settle(Mark::Number, phrase.span);
        let number = Amount::Of { group: alike, rival };
        Some(Condition::Count { group: group.clone(), counted, test, number })
    }

    /// How many of something there are, for the reading: `at least 3 tasks`, `more tasks than for X`.
    pub fn so_many(&self, counted: Var, test: Comparison, number: &Amount, what: String) -> String {
        match number {
            Amount::Number(number) => {
                format!("{} {number} {}", comparison_words(test), self.number_of(counted, *number, what))
            }
            Amount::Of { rival, .. } => {
                let more = if test == Comparison::Greater { "more" } else { "fewer" };
                format!("{more} {what} than for {}", self.describe_head(*rival))
            }
        }
    }
}

/// A plain condition of other things.
fn in_place(condition: &Condition, place: &impl Fn(Var) -> Var) -> Option<Condition> {
    let mut said = condition.clone();
    match &mut said {
        Condition::Edge(edge) => {
            (edge.from, edge.to) = (place(edge.from), place(edge.to));
            edge.name.push_str("_other");
        }
        Condition::Property { var, .. }
        | Condition::Label { var, .. }
        | Condition::Validity { var, .. }
        | Condition::Moment { var, .. }
        | Condition::There(var) => *var = place(*var),
        _ => return None,
    }
    Some(said)
}

pub fn comparison_words(test: Comparison) -> &'static str {
    match test {
        Comparison::Less => "fewer than",
        Comparison::LessOrEqual => "at most",
        Comparison::Equal => "exactly",
        Comparison::GreaterOrEqual => "at least",
        Comparison::Greater => "more than",
    }
}

pub fn comparison(test: Comparison) -> BinaryOperator {
    match test {
        Comparison::Less => BinaryOperator::Less,
        Comparison::LessOrEqual => BinaryOperator::LessOrEqual,
        Comparison::Equal => BinaryOperator::Equal,
        Comparison::GreaterOrEqual => BinaryOperator::GreaterOrEqual,
        Comparison::Greater => BinaryOperator::Greater,
    }
}

//! `how many years does X cover`, `how long did X last`: the time from the first to the last day of things.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::dictionary::Meaning;
use super::emit::*;
use super::mistaken;
use super::trouble;
use crate::algebra::*;
use crate::base::Result;
use crate::language::question::Token;
use crate::language::question::syntax::{NounPhrase, Question};
use crate::vocabulary::ValueType;
use std::collections::BTreeSet;

impl Binder<'_> {
    pub fn is_how_long(&self) -> bool {
        self.tokens.iter().any(|token| token.text == "how long")
    }

    /// The time in units of the calendar, or first and last day where no unit is asked for. Both days count.
    pub fn lasting(
        &mut self,
        unit: Option<&Token>,
        phrase: &NounPhrase,
        verb: Option<&Token>,
        question: &Question,
    ) -> Result<Meant> {
        let lasts = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => self.property(*at).value_type == ValueType::Period,
            _ => false,
        };
        if let Some(verb) = verb.filter(|verb| !self.meanings(verb).iter().any(lasts)) {
            return Err(mistaken::how_long(verb.span));
        }
        let bound = self.noun_phrase(phrase)?;
        self.no_leftover(&bound.leftover)?;
        self.settle_answer(&bound);
        let Some(var) = bound.var().filter(|_| bound.value.is_none() && !bound.negative) else {
            return Err(trouble::out_of_place(&super::clause::head_token(phrase)));
        };
        if bound.vars.len() > 1 || bound.superlative.is_some() || !self.can_hold(self.kinds(var)) {
            return Err(mistaken::how_long(phrase.span));
        }
        self.day_asked = true;
        if unit.is_none() && !self.is_how_long() {
            return Err(mistaken::how_long(phrase.span));
        }
        let Some(unit) = unit else { return self.when_valid(var, bound, question) };
        mistaken::measures(unit)?;
        let mut group = bound.group;
        self.closings(question, None, &mut group)?;
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        self.declare(var, &mut declared, &mut clauses);
        let name = self.variables[var.0].name.clone();
        let (first, last) =
            (call("validFrom", vec![variable(&name)]), call("validTo", vec![variable(&name)]));
        // The last day counts, so that the time ends with the day after it.
        let after = binary(BinaryOperator::Add, last.clone(), call("duration", vec![text("P1D")]));
        let (between, part) = match unit.text.trim_end_matches('s') {
            "day" => ("duration.inDays", "days"),
            "week" => ("duration.inDays", "weeks"),
            "month" => ("duration.inMonths", "months"),
            _ => ("duration.inMonths", "years"),
        };
        let value = property(call(between, vec![first.clone(), after]), part);
        let items =
            vec![item(variable(&name), &name), item(value, part), item(first, "from"), item(last, "to")];
        let mut projection = projection(true, items);
        projection.order = vec![sort(property(variable(&name), "name"), false)];
        clauses.push(return_clause(projection));
        let whole = if part == "days" { "" } else { "whole " };
        let reading =
            format!("the {whole}{part} from the first to the last day of {}", self.describe_var(var, &group));
        Ok(Meant { group, target: Some(var), ..Meant::new(statement(clauses), Form::Rows, reading) })
    }
}

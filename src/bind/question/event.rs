//! Times told by what happens to a thing: `before X was created`, `when X was issued`, `while X was in force`.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::meaning::*;
use super::mistaken;
use super::times::is_during;
use crate::base::Result;
use crate::graph::Entity;
use crate::language::question::Token;
use crate::language::question::dates::Period;
use crate::language::question::syntax::{Modifier, ModifierKind, NounPhrase};

impl Binder<'_> {
    /// The days that a phrase tells by naming a thing: `during the plan`, `while the plan was in force`, `when the
    /// decree was issued`; nothing where it does not.
    pub fn days_of(&mut self, modifier: &Modifier) -> Result<Option<Period>> {
        let said = modifier.span.of(self.text).to_lowercase();
        match &modifier.kind {
            ModifierKind::Phrase { preposition, object } if is_during(modifier) => {
                self.time_of(preposition, object).map(Some)
            }
            ModifierKind::Supposed { phrase, fate: None, negated: false } if said.starts_with("while") => {
                self.time_of(&super::clause::head_token(phrase), phrase).map(Some)
            }
            ModifierKind::Supposed { phrase, fate: Some(verb), negated: false }
                if said.starts_with("when") =>
            {
                let bound = self.noun_phrase(phrase)?;
                self.no_leftover(&bound.leftover)?;
                let untold = || mistaken::untold_time(modifier.span);
                let [var] = bound.vars.as_slice() else { return Err(untold()) };
                let named = self.variables[var.0].entities.clone();
                let moment = self.meanings(verb).into_iter().find_map(|meaning| match meaning {
                    Meaning::Moment { end } => Some(end),
                    _ => None,
                });
                let told = moment.is_some() || self.is_beginning(*var, verb);
                let ([node], true) = (named.as_slice(), told) else { return Err(untold()) };
                let validity = self.graph.validity(Entity::Node(*node));
                let day = match moment {
                    Some(true) => validity.ends.and_then(|day| day.date.plus_days(-1)),
                    _ => validity.begins.map(|day| day.date),
                };
                day.map(|day| Some(Period::day(day))).ok_or_else(untold)
            }
            _ => Ok(None),
        }
    }

    /// The same as a time: `in` those days.
    pub fn as_time(&mut self, modifier: &Modifier) -> Result<Option<Modifier>> {
        let Some(period) = self.days_of(modifier)? else { return Ok(None) };
        let token = |text: &str| Token {
            category: crate::language::question::Category::Preposition,
            span: modifier.span,
            text: text.to_owned(),
            meanings: Vec::new(),
            period: Some(period),
            words: (0, 0),
            cost: 0,
        };
        let (preposition, first) = (token("in"), token("time"));
        let kind = ModifierKind::Time { preposition, first, last: None, others: Vec::new(), any: false };
        Ok(Some(Modifier { kind, ..modifier.clone() }))
    }

    /// Whether what a verb says happened to a thing is what it begins with, so that its first day is the day of it.
    pub fn is_beginning(&self, var: Var, verb: &Token) -> bool {
        let kinds = self.kinds(var);
        let begins = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => self.begins_by(kinds, self.property(*at)),
            Meaning::Verb(verb) => self.relation(verb.relation).begins.is_some(),
            _ => false,
        };
        self.meanings(verb).iter().any(begins)
    }

    /// `before X was created`: a verb that tells the time of the thing before it has to be what it begins with.
    pub fn of_beginning(&mut self, object: &NounPhrase, var: Option<Var>) -> Result<()> {
        let last = object.parts.last().and_then(|part| part.modifiers.last());
        let Some(ModifierKind::Participle { verbs, complements, .. }) = last.map(|modifier| &modifier.kind)
        else {
            return Ok(());
        };
        match (var, verbs.as_slice()) {
            (Some(var), [verb]) if complements.is_empty() && !self.is_beginning(var, verb) => {
                Err(mistaken::untold_time(object.span))
            }
            _ => Ok(()),
        }
    }
}

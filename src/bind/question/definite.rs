//! `the decrees` in a question for yes or no: all of them are meant.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::mistaken;
use crate::base::{Result, fold};
use crate::language::question::syntax::{Before, Clause, Core, Head, NounPhrase, Simple};
use crate::language::question::{Category, Token};

impl Binder<'_> {
    /// The clause with `all` where its subject or what is acted on is a definite plural; nothing where neither is.
    pub fn of_all(&self, clause: &Clause) -> Result<Option<Clause>> {
        use Category::*;
        let asks = |c| matches!(c, Which | Who | Whose | Where | When | How | HowMany | NumberOf);
        if self.tokens.iter().any(|token| asks(token.category)) {
            return Ok(None);
        }
        let subject = clause.subject.as_ref().filter(|subject| self.is_definite_plural(subject));
        let acted_on = clause.verbs.iter().find_map(|verb| match &verb.core {
            Core::Active { object: Some(object), .. } => Some(object),
            _ => None,
        });
        let object = acted_on.filter(|object| self.is_definite_plural(object));
        if let (Some(_), Some(object)) = (subject, object) {
            return Err(mistaken::all_or_some(object.span));
        }
        if subject.is_none() && object.is_none() {
            return Ok(None);
        }
        let mut clause = clause.clone();
        let all = |phrase: &mut NounPhrase| phrase.parts.iter_mut().for_each(|part| part.every = true);
        match (subject.is_some(), &mut clause.subject) {
            (true, Some(subject)) => all(subject),
            _ => clause.verbs.iter_mut().for_each(|verb| {
                if let Core::Active { object: Some(object), .. } = &mut verb.core {
                    all(object);
                }
            }),
        }
        Ok(Some(clause))
    }

    /// `the decrees`, not `the latest decrees`, `the three decrees`, `the Government's decrees`.
    fn is_definite_plural(&self, phrase: &NounPhrase) -> bool {
        let [Simple { head, before, compared: None, negative: false, every: false, span, .. }] =
            phrase.parts.as_slice()
        else {
            return false;
        };
        let plural = match head {
            Head::Kind(token) => !self.is_singular(token),
            Head::Noun { noun, chain: false } => !self.is_singular_noun(noun),
            _ => false,
        };
        let told =
            |before: &Before| matches!(before, Before::Value(_) | Before::Year(_) | Before::Participle(_));
        let said = self.text.get(..span.start).unwrap_or_default().trim_end().to_lowercase();
        plural && before.iter().all(told) && said.ends_with(" the")
    }

    /// Whether the noun of a relation stands in the singular, as the vocabulary has it.
    fn is_singular_noun(&self, noun: &Token) -> bool {
        self.meanings(noun).iter().any(|meaning| match meaning {
            Meaning::RelationNoun { relation, denotes_from } => {
                let nouns = &self.relation(*relation).nouns;
                let words = if *denotes_from { &nouns.of_from } else { &nouns.of_to };
                words.iter().any(|word| fold(word) == noun.text)
            }
            _ => false,
        })
    }
}

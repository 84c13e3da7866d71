//! Superlatives that end a question: `which of the laws is the oldest`, `which decree was issued first`.
//!
//! What is oldest or first is told by the first day of the thing, so that the verb has to be one of which that is the
//! day.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::owed::is_latest;
use super::trouble;
use crate::base::{Report, Result};
use crate::language::question::Token;
use crate::language::question::syntax::*;

impl Binder<'_> {
    /// The noun phrase that asks for the same: `the oldest law`, `the first decree that was issued`.
    pub fn foremost(
        &self,
        phrase: &NounPhrase,
        verbs: &[VerbPhrase],
        any: bool,
        superlative: &Token,
    ) -> Result<NounPhrase> {
        let [one] = phrase.parts.as_slice() else { return Err(trouble::out_of_place(superlative)) };
        if matches!(one.head, Head::Asked(_)) || is_latest(superlative).is_none() {
            return Err(trouble::out_of_place(superlative));
        }
        let mut one = one.clone();
        let text = superlative.text.strip_suffix("ly").unwrap_or(&superlative.text).to_owned();
        one.before.push(Before::Superlative(Token { text, ..superlative.clone() }));
        let starts = |meaning: &Meaning| matches!(meaning, Meaning::Moment { end: false });
        let started = |verb: &VerbPhrase| {
            !verb.negated && said(verb).iter().any(|token| self.meanings(token).iter().any(starts))
        };
        match verbs {
            [] => {}
            // The day that decides is that of the verb.
            [verb] if verb.complements.is_empty() && (started(verb) || self.is_own_day(verb, &one)) => {}
            [verb] if self.is_first_day(verb, &one) => {
                let span = verb.span;
                let clause = Clause { subject: None, verbs: verbs.to_vec(), any, fronted: None, span };
                let kind = ModifierKind::Relative { preposition: None, clause };
                one.modifiers.push(Modifier { kind, or_before: false, span });
            }
            [verb, ..] => return Err(other_day(verb, superlative, self.text)),
        }
        Ok(NounPhrase { parts: vec![one], joined: phrase.joined, span: phrase.span })
    }

    /// Whether a verb alone says no more than that its subject has its day: `was adopted`.
    fn is_own_day(&self, verb: &VerbPhrase, subject: &Simple) -> bool {
        let Head::Kind(kind) = &subject.head else { return false };
        let Core::Passive { verbs, preposition: None, .. } = &verb.core else { return false };
        let kinds = self.kind_names(kind);
        let begins = self.begins(&kinds).map(|property| property.name.as_str());
        let own = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => begins == Some(self.property(*at).name.as_str()),
            _ => false,
        };
        let says_own = |token: &Token| self.meanings(token).iter().any(own);
        !verb.negated && verb.modal.is_none() && verbs.len() == 1 && verbs.iter().all(says_own)
    }

    /// Whether the day of what a verb says is the first day of its subject.
    fn is_first_day(&self, verb: &VerbPhrase, subject: &Simple) -> bool {
        let Head::Kind(kind) = &subject.head else { return false };
        let kinds = self.kind_names(kind);
        let Core::Passive { verbs, preposition: None, .. } = &verb.core else { return false };
        let first = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => self.carries(&kinds, self.property(*at)),
            Meaning::Verb(verb) => {
                let relation = self.relation(verb.relation);
                relation.begins == Some(crate::vocabulary::End::To) && self.fits(&kinds, &relation.to)
            }
            _ => false,
        };
        !verb.negated && verbs.iter().all(|token| self.meanings(token).iter().any(first))
    }
}

fn said(verb: &VerbPhrase) -> &[Token] {
    match &verb.core {
        Core::Active { verbs, object: None, preposition: None, .. } => verbs,
        _ => &[],
    }
}

/// `which treaty was ratified first`: by the day of the treaty, or of what ratified it?
fn other_day(verb: &VerbPhrase, superlative: &Token, text: &str) -> Box<Report> {
    let word = superlative.span.of(text);
    Report::input("question.superlative", format!("`{word}` goes by the first day of the thing, not by this"))
        .at(verb.span, "another day?")
        .help("Ask for the days of all: `when were the treaties ratified`, `when did the programmes end`.")
}

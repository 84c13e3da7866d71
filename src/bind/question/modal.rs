//! `must`, `will`, `would`: what somebody has to do, and what is to come.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::meaning::*;
use super::mistaken;
use super::times::is_time;
use crate::base::Result;
use crate::language::question::Token;
use crate::language::question::syntax::*;

/// Words for what is to be done, or can be: nothing that is stated as done answers them.
const OBLIGING: &[&str] = &["must", "should", "shall", "can", "could", "may", "might"];

impl Binder<'_> {
    /// What a modal makes of its verb. What a body has to do is recorded by some relations; of `can` nothing is.
    pub fn mood(&mut self, verb: &VerbPhrase) -> Result<Mood> {
        let Some(modal) = &verb.modal else { return Ok(Mood::Plain) };
        match modal.text.as_str() {
            "would" | "will" if self.is_to_come(verb) => Ok(Mood::Would),
            "would" | "will" => Err(mistaken::to_come(modal)),
            "must" | "should" | "shall" if self.is_duty(&verb.core) => {
                self.note_duty(modal);
                Ok(Mood::Duty)
            }
            said if OBLIGING.contains(&said) => Err(mistaken::modal(modal)),
            _ => Ok(Mood::Plain),
        }
    }

    /// Whether every verb can mean what somebody has to do.
    fn is_duty(&self, core: &Core) -> bool {
        let Some(verbs) = verbs_of(core) else { return false };
        let duty = |meaning: &Meaning| match meaning {
            Meaning::Verb(verb) => self.relation(verb.relation).responsibility,
            _ => false,
        };
        verbs.iter().all(|verb| self.meanings(verb).iter().any(duty))
    }

    /// Whether something to come is recorded that can be meant: by a relation of its own, of a draft, of what is supposed
    /// or at a time.
    fn is_to_come(&self, verb: &VerbPhrase) -> bool {
        let told = |meaning: &Meaning| match meaning {
            Meaning::Verb(verb) => verb.modal,
            meaning => !matches!(meaning, Meaning::PropertyVerb(_)),
        };
        let timed = |m: &Modifier| is_time(m) || matches!(m.kind, ModifierKind::Supposed { .. });
        let verbs = verbs_of(&verb.core).unwrap_or_default();
        verb.complements.iter().any(timed)
            || verbs.iter().any(|verb| self.meanings(verb).iter().any(told))
            || self.speaks_of_drafts()
    }

    /// Whether some word of the question means what is not adopted yet.
    fn speaks_of_drafts(&self) -> bool {
        let passing: Vec<_> = self.vocabulary.kinds.iter().filter(|kind| kind.until_adopted).collect();
        let labels: Vec<_> = passing.iter().filter_map(|kind| self.graph.label(&kind.name)).collect();
        let draft = |meaning: &Meaning| match meaning {
            Meaning::Entity(node) => labels.iter().any(|label| self.graph.has_label(*node, *label)),
            Meaning::Kind(at) => self.vocabulary.kinds[*at].until_adopted,
            Meaning::Value { property, value } => {
                let values = &self.property(*property).values;
                values.iter().any(|known| known.until_adopted && known.value.as_str() == &**value)
            }
            _ => false,
        };
        self.tokens.iter().any(|token| self.meanings(token).iter().any(draft))
    }

    fn note_duty(&mut self, modal: &Token) {
        let note = format!("`{}`: what is recorded as the work of a body is taken as its duty", modal.text);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The words that say what is done.
fn verbs_of(core: &Core) -> Option<&[Token]> {
    match core {
        Core::Active { verbs, .. } | Core::Passive { verbs, .. } => Some(verbs),
        Core::Predicate { predicate, .. } => Some(std::slice::from_ref(predicate)),
        _ => None,
    }
}

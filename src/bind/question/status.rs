//! Words that are a value and a verb as well: `implemented` is a status and what is done.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::meaning::*;
use super::mistaken;
use super::times::is_time;
use super::trouble;
use crate::base::Result;
use crate::graph::NodeId;
use crate::language::question::syntax::{Head, Modifier, ModifierKind, NounPhrase, Simple};
use crate::language::question::{Category, Lexicon, Token};
use std::sync::Arc;

impl Binder<'_> {
    /// Whether a word that is read as a value has an agent, which only a verb has.
    pub fn no_agent(&self, value: &Token, modifiers: &[&Modifier]) -> Result<()> {
        let by = |m: &&Modifier| matches!(&m.kind, ModifierKind::Phrase { preposition, .. } if preposition.category == Category::By);
        if modifiers.first().is_some_and(by) && self.is_participle(value) {
            return Err(mistaken::status_by(value));
        }
        // `the coordinator of X`, `applicable to X`: a noun of what it does, a verb with its preposition.
        let Some(ModifierKind::Phrase { preposition, .. }) = modifiers.first().map(|m| &m.kind) else {
            return Ok(());
        };
        let noun = preposition.category == Category::Of && self.dictionary.has_relation_noun(&value.text);
        if noun || self.governs(value, &preposition.text) {
            return Err(trouble::out_of_place(value));
        }
        Ok(())
    }

    /// Whether words are also a verb phrase that ends with this preposition.
    fn governs(&self, said: &Token, preposition: &str) -> bool {
        self.dictionary.senses(&said.text).iter().any(|sense| {
            sense.category != Category::ValueWord
                && matches!(self.dictionary.meaning(sense.meaning),
                    Some(Meaning::Verb(verb)) if verb.preposition.as_deref() == Some(preposition))
        })
    }

    /// `is active in 2009`: a status that lasts is told of the day of its source, not of another time.
    pub fn no_status_then(&self, object: &NounPhrase, rest: &[&Modifier]) -> Result<()> {
        let [Simple { head: Head::Value(value), modifiers, .. }] = object.parts.as_slice() else {
            return Ok(());
        };
        let mut said = modifiers.iter().chain(rest.iter().copied());
        let time =
            said.find(|modifier| is_time(modifier) || matches!(modifier.kind, ModifierKind::Supposed { .. }));
        match time {
            Some(modifier) if !self.is_participle(value) && !value.text.ends_with("ed") => {
                Err(mistaken::status_at(value, modifier.span))
            }
            _ => Ok(()),
        }
    }

    /// What a value means that nothing bears: the word may be a verb instead, and what is over need not be said to be.
    pub fn unborne(
        &self,
        var: Var,
        token: &Token,
        property: usize,
        values: &[Arc<str>],
    ) -> Result<Option<Condition>> {
        let known = self.property(property).values.iter();
        let over = known.filter(|known| values.iter().any(|value| **value == *known.value)).any(|known| {
            let senses = known.words.iter().flat_map(|word| self.dictionary.senses(word));
            let meanings = senses.filter_map(|sense| self.dictionary.meaning(sense.meaning));
            meanings.into_iter().any(|meaning| matches!(meaning, Meaning::Moment { end: true }))
        });
        match over && self.can_hold(self.kinds(var)) {
            true => Ok(Some(self.by_now(var, true))),
            false if self.is_participle(token) => Err(trouble::out_of_place(token)),
            false => Ok(None),
        }
    }

    /// Whether something of these kinds has one of the values.
    pub fn is_borne(&self, kinds: &[String], key: &str, values: &[Arc<str>]) -> bool {
        const LOOKED_AT: usize = 5_000;
        let labels: Vec<_> = kinds.iter().filter_map(|kind| self.graph.label(kind)).collect();
        let nodes: Vec<NodeId> = match kinds {
            [] => self.graph.nodes().take(LOOKED_AT).collect(),
            _ => labels.into_iter().flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT).collect(),
        };
        let bears = |node: &NodeId| self.texts_of(*node, key).iter().any(|text| values.contains(text));
        nodes.len() == LOOKED_AT || nodes.iter().any(bears)
    }

    fn is_participle(&self, value: &Token) -> bool {
        let done = |c| matches!(c, Category::Participle | Category::PastOrParticiple);
        self.dictionary.senses(&value.text).iter().any(|sense| done(sense.category))
    }

    /// `implemented in X`: what was done there, and what has that status and is there. Both are meant.
    pub fn or_status(
        &mut self,
        subject: Var,
        verb: &Token,
        preposition: &Token,
        object: &NounPhrase,
        group: &mut Group,
        start: usize,
    ) {
        let senses = self.dictionary.senses(&verb.text).into_iter();
        let meanings: Vec<u32> =
            senses.filter(|s| s.category == Category::ValueWord).map(|s| s.meaning).collect();
        if meanings.is_empty() || preposition.category == Category::By {
            return;
        }
        let value = Token { category: Category::ValueWord, meanings, ..verb.clone() };
        let mut other = Group::default();
        let placed = self.attempt(&mut other, |b, g| {
            b.value(subject, &value, g)?;
            let left = b.modifier_phrase(subject, preposition, object, g)?;
            b.no_leftover(&left)
        });
        if placed.is_ok() {
            let said = Group { conditions: group.conditions.split_off(start) };
            group.conditions.push(Condition::Any(vec![said, other]));
        }
    }
}

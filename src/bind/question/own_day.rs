//! `approved` of an act that no other act approves: its own day.

use super::binder::Binder;
use super::clause::PropertyTest;
use super::dictionary::{Meaning, RelationVerb};
use super::meaning::*;
use crate::base::{Result, fold};
use crate::language::question::syntax::{Modifier, ModifierKind};
use crate::language::question::{Category, Lexicon, Token};
use crate::vocabulary::{Kind, ValueType};

impl Binder<'_> {
    /// `approved` of a decree: where no act is recorded that approves such, its own day is meant, which another verb of
    /// the same relation (`adopt`) tells. Of drafts it would say the contrary of what they are.
    pub fn own_day(&self, subject: Var, verb: &Token) -> Option<usize> {
        const LOOKED_AT: usize = 20_000;
        let kinds = self.kinds(subject);
        let meanings = self.meanings(verb);
        let done = |c| matches!(c, Category::PastOrParticiple | Category::Participle);
        let own = |m: &Meaning| matches!(m, Meaning::PropertyVerb(_));
        let passing = |kind: &&Kind| kind.until_adopted;
        let draft = |kind: &Kind| {
            let label = self.graph.label(&kind.name);
            let named = &self.variables[subject.0].entities;
            kinds.contains(&kind.name)
                || label.is_some_and(|label| named.iter().any(|node| self.graph.has_label(*node, label)))
        };
        if kinds.is_empty()
            || !done(verb.category)
            || meanings.iter().any(own)
            || self.vocabulary.kinds.iter().filter(passing).any(draft)
        {
            return None;
        }
        let mut found = None;
        for meaning in meanings {
            let (relation, inverse) = match meaning {
                Meaning::Verb(RelationVerb { modal: true, .. }) => continue,
                Meaning::Verb(RelationVerb { relation, inverse, .. }) => (relation, inverse),
                _ => return None,
            };
            if inverse {
                return None;
            }
            let known = self.relation(relation);
            let link = [Link { relation, reversed: false, verb: 0 }];
            let labels = kinds.iter().filter_map(|kind| self.graph.label(kind));
            let mut nodes = labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT);
            if !self.fits(kinds, &known.to) || nodes.any(|node| self.is_linked(node, &link, false)) {
                return None;
            }
            let senses = known.verbs.iter().flat_map(|word| self.dictionary.senses(&fold(word)));
            let mut meanings = senses.filter_map(|sense| self.dictionary.meaning(sense.meaning));
            found = found.or(meanings.find_map(|meaning| match meaning {
                Meaning::PropertyVerb(at) => {
                    let property = self.property(at);
                    (property.value_type == ValueType::Date && self.carries(kinds, property)).then_some(at)
                }
                _ => None,
            }));
        }
        found
    }

    /// Says it, at the time among what follows where there is one.
    pub fn on_own_day(
        &mut self,
        subject: Var,
        verbs: &[Token],
        rest: &mut Vec<&Modifier>,
        group: &mut Group,
    ) -> Result<bool> {
        let [verb] = verbs else { return Ok(false) };
        let Some(at) = self.own_day(subject, verb) else { return Ok(false) };
        let property = self.property(at);
        let tested = |test| Condition::Property { var: subject, key: property.name.clone(), test };
        let mut said = Group::default();
        match rest.as_slice() {
            [] => said.conditions.push(tested(Test::Present)),
            [one] if matches!(one.kind, ModifierKind::Time { .. }) => {
                let mut untold = false;
                self.several_times(one, &mut said, |b, time, way| {
                    match b.timed(property, &time.kind) {
                        Some(PropertyTest::Test(test)) => way.conditions.push(tested(test)),
                        _ => untold = true,
                    }
                    Ok(())
                })?;
                if untold {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
        rest.clear();
        let acts = self.meanings(verb).into_iter().filter_map(|meaning| match meaning {
            Meaning::Verb(verb) if !verb.modal => Some(verb.relation),
            _ => None,
        });
        self.own_acts.extend(acts);
        self.note_own_day(verb, at);
        group.conditions.extend(said.conditions);
        Ok(true)
    }

    pub fn note_own_day(&mut self, verb: &Token, at: usize) {
        let said = verb.span.of(self.text);
        let name = self.property(at).name.replace('_', " ");
        let note = format!("no other act is recorded to have `{said}` it: its own {name} is meant");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

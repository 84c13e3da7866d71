//! `approved` of an act that no other act approves: its own day. `adopted` of acts that nobody is recorded to adopt.

use super::binder::Binder;
use super::clause::PropertyTest;
use super::dictionary::{Meaning, RelationVerb};
use super::meaning::*;
use crate::base::{Result, fold};
use crate::graph::Entity;
use crate::language::question::syntax::{Modifier, ModifierKind};
use crate::language::question::{Category, Lexicon, Token};
use crate::vocabulary::ValueType;

impl Binder<'_> {
    /// `approved` of a decree: where no act is recorded that approves such, its own day is meant, which another verb of
    /// the same relation (`adopt`) tells. Of drafts it would say the contrary of what they are.
    pub fn own_day(&self, subject: Var, verb: &Token) -> Option<usize> {
        const LOOKED_AT: usize = 20_000;
        let kinds = self.kinds(subject);
        let meanings = self.meanings(verb);
        let done = |c| matches!(c, Category::PastOrParticiple | Category::Participle);
        let own = |m: &Meaning| matches!(m, Meaning::PropertyVerb(_));
        if kinds.is_empty() || !done(verb.category) || meanings.iter().any(own) || self.is_of_drafts(subject)
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

    /// `adopted` of laws, and nobody named who did it: where neither an act nor a body is recorded that adopts such, so that
    /// what the verb says by its relations, from `start` on, is never so, whatever is no draft is meant.
    pub fn adopted_by_nobody(&mut self, subject: Var, verbs: &[Token], start: usize, group: &mut Group) {
        const LOOKED_AT: usize = 20_000;
        let [verb] = verbs else { return };
        let kinds = self.kinds(subject).to_vec();
        let begins = self.begins(&kinds).filter(|property| property.value_type == ValueType::Date);
        let Some(begins) = begins.map(|property| property.name.as_str()) else { return };
        let own = |m: &Meaning| matches!(m, Meaning::PropertyVerb(at) if self.property(*at).name == begins);
        let said = group.conditions.get(start..).unwrap_or_default();
        let tells_own = self.meanings(verb).iter().any(own);
        if kinds.is_empty() || said.is_empty() || !tells_own || self.is_of_drafts(subject) {
            return;
        }
        let labels = kinds.iter().filter_map(|kind| self.graph.label(kind));
        let nodes = labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT).collect::<Vec<_>>();
        let never = |condition: &Condition| match condition {
            Condition::Edge(edge) if edge.from == subject || edge.to == subject => {
                let is_from = edge.from == subject;
                !nodes.iter().any(|node| self.is_linked(*node, &edge.relations, is_from))
            }
            _ => false,
        };
        if said.iter().all(never) {
            group.conditions.truncate(start);
            let meant = self.no_draft(subject, verb);
            group.conditions.push(meant);
        }
    }

    /// What is no draft is adopted; of one thing that is named, its day says so where it is stated.
    fn no_draft(&mut self, subject: Var, verb: &Token) -> Condition {
        let said = verb.span.of(self.text);
        let note = format!(
            "who or what `{said}` such is not recorded: whatever is not a draft is taken as `{said}`"
        );
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self.stands_for_acts(verb);
        let one = match self.variables[subject.0].entities.as_slice() {
            [node] => self.graph.validity(Entity::Node(*node)).begins.is_some(),
            _ => false,
        };
        if let Some(begins) = self.begins(self.kinds(subject)).filter(|_| one) {
            return Condition::Property { var: subject, key: begins.name.clone(), test: Test::Present };
        }
        let passing = self.vocabulary.kinds.iter().filter(|kind| kind.until_adopted);
        let labels: Vec<String> = passing.map(|kind| kind.name.clone()).collect();
        if labels.is_empty() {
            return Condition::There(subject);
        }
        Condition::Not(Group { conditions: vec![Condition::Label { var: subject, labels }] })
    }

    /// Whether drafts are spoken of, by their kind or by name.
    fn is_of_drafts(&self, subject: Var) -> bool {
        let Variable { kinds, entities, .. } = &self.variables[subject.0];
        self.vocabulary.kinds.iter().filter(|kind| kind.until_adopted).any(|kind| {
            let label = self.graph.label(&kind.name);
            kinds.contains(&kind.name)
                || label.is_some_and(|label| entities.iter().any(|node| self.graph.has_label(*node, label)))
        })
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
            [] => {
                group.conditions.push(self.no_draft(subject, verb));
                return Ok(true);
            }
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
        self.stands_for_acts(verb);
        self.note_own_day(verb, at);
        group.conditions.extend(said.conditions);
        Ok(true)
    }

    /// Notes the acts that a verb tells of, for which something else stands.
    fn stands_for_acts(&mut self, verb: &Token) {
        let acts = self.meanings(verb).into_iter().filter_map(|meaning| match meaning {
            Meaning::Verb(verb) if !verb.modal => Some(verb.relation),
            _ => None,
        });
        self.own_acts.extend(acts);
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

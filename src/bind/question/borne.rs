//! What things bear: which of the values and properties that a word can mean occur among them.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::meaning::*;
use super::trouble;
use crate::base::{Result, Span};
use crate::graph::{Entity, NodeId};
use crate::language::question::{Lexicon, Token};
use std::sync::Arc;

/// As many things of a kind are looked at.
const LOOKED_AT: usize = 5_000;

impl Binder<'_> {
    /// Whether the word before a place is `the`.
    pub fn follows_the(&self, span: Span) -> bool {
        let before = self.text.get(..span.start).unwrap_or_default();
        before.split_whitespace().next_back().is_some_and(|word| word.eq_ignore_ascii_case("the"))
    }

    /// Whether the word after a token has an article before it.
    pub fn article_follows(&self, token: &Token) -> bool {
        let after = self.text.get(token.span.end..).unwrap_or_default();
        let article = |word: &str| ["the", "a", "an"].iter().any(|said| word.eq_ignore_ascii_case(said));
        after.split_whitespace().next().is_some_and(article)
    }

    /// Whether the noun of one end of a relation is said as the vocabulary has it, which is in the singular.
    pub fn is_in_singular(&self, relation: usize, from: bool, noun: &Token) -> bool {
        let nouns = &self.relation(relation).nouns;
        let words = if from { &nouns.of_from } else { &nouns.of_to };
        words.iter().any(|word| crate::base::fold(word) == noun.text)
    }

    /// What is counted, with the noun of a relation in the singular where it is one: `exactly 1 task`.
    pub fn number_of(&self, counted: Var, number: i64, what: String) -> String {
        let word = &self.variables[counted.0].word;
        match what.strip_prefix(&self.describe_head(counted)) {
            Some(rest) if number == 1 && what.starts_with(word.as_str()) => format!("{word}{rest}"),
            _ => what,
        }
    }

    /// `the Government`: a kind in the singular of which there is only one.
    pub fn is_the_only(&self, token: &Token, span: Span) -> bool {
        let definite = self.follows_the(span);
        let labels: Vec<_> =
            self.kind_names(token).iter().filter_map(|kind| self.graph.label(kind)).collect();
        let count = labels.into_iter().flat_map(|label| self.graph.nodes_with(label)).take(2).count();
        definite && self.is_singular(token) && count == 1
    }

    /// `the statistics system` beside what is asked for: the noun of a relation that denotes a single thing.
    pub fn only_one(&self, ends: &[(usize, bool)], noun: &Token) -> Option<NodeId> {
        let definite = self.follows_the(noun.span);
        let inside = |span: Span| span.start <= noun.span.start && noun.span.end <= span.end;
        let first = |span: Span| self.tokens.iter().find(|token| token.span.start >= span.start);
        let asked = self
            .answering
            .is_some_and(|span| inside(span) && first(span).is_some_and(|token| token.span.is_at(noun.span)));
        if !definite || asked {
            return None;
        }
        let mut found: Vec<NodeId> = Vec::new();
        for (at, from) in ends {
            if !self.is_in_singular(*at, *from, noun) {
                return None;
            }
            let link = Link { relation: *at, reversed: false, verb: 0 };
            let nodes =
                self.graph.nodes().filter(|node| self.is_linked(*node, std::slice::from_ref(&link), *from));
            found.extend(nodes.take(2));
        }
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [node] => Some(*node),
            _ => None,
        }
    }

    /// `the numbers in Table 10`: what a document shows, and no number of its own.
    pub fn shows_values(&self, var: Var, span: Span) -> bool {
        let inside = |at: Span| span.start <= at.start && at.end <= span.end;
        let value = |meaning: &Meaning| match meaning {
            Meaning::Property(at) => self.property(*at).statistics.as_deref() == Some("value"),
            _ => false,
        };
        let sources =
            self.vocabulary.relations.iter().filter(|r| r.statistics.as_deref() == Some("document"));
        let shown = sources.flat_map(|relation| &relation.to);
        let document = shown.into_iter().any(|kind| {
            !self.kinds(var).is_empty() && self.kinds(var).iter().all(|own| self.vocabulary.is_a(own, kind))
        });
        document && self.tokens.iter().any(|t| inside(t.span) && self.meanings(t).iter().any(value))
    }

    /// What a variable can stand for.
    pub fn nodes_of(&self, var: Var) -> Vec<NodeId> {
        let known = &self.variables[var.0];
        if !known.entities.is_empty() {
            return known.entities.clone();
        }
        let labels = known.kinds.iter().filter_map(|kind| self.graph.label(kind));
        labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT).collect()
    }

    /// Whether something that a variable can stand for has a property.
    pub fn is_told_by(&self, var: Var, key: &str) -> bool {
        let Some(key) = self.graph.key(key) else { return false };
        self.nodes_of(var).iter().any(|node| !self.graph.property(Entity::Node(*node), key).is_null())
    }

    /// Whether a property is told of relations alone: of none of these things, and with a preposition for what is done.
    pub fn is_told_beside(&self, owner: Var, key: &str) -> bool {
        let at = self.vocabulary.properties.iter().position(|property| property.name == key);
        at.is_some_and(|at| self.property(at).on.is_empty() && self.is_of_relations(at, self.kinds(owner)))
    }

    /// `the full name of X`, where no other title of X is told.
    pub fn asks_name(&self, token: &Token, owner: Var) -> bool {
        let full = token.text.split(' ').any(|word| word == "name") && !token.text.starts_with("short");
        full && self.property_key(token, owner).is_some_and(|key| !self.is_told_by(owner, &key))
    }

    /// Whether a word is the noun of a relation in which the thing stands as its owner.
    pub fn has_noun(&self, token: &Token, owner: Var) -> bool {
        self.dictionary.senses(&token.text).iter().any(|sense| match self.dictionary.meaning(sense.meaning) {
            Some(Meaning::RelationNoun { relation, denotes_from }) => {
                let link = Link { relation, reversed: false, verb: 0 };
                self.nodes_of(owner)
                    .iter()
                    .any(|node| self.is_linked(*node, std::slice::from_ref(&link), !denotes_from))
            }
            _ => false,
        })
    }

    /// Whether some thing of a kind has the value that a word means.
    pub fn bears(&self, kind: &str, token: &Token) -> bool {
        let label = self.graph.label(kind);
        let nodes: Vec<NodeId> =
            label.into_iter().flat_map(|l| self.graph.nodes_with(l)).take(LOOKED_AT).collect();
        self.meanings(token).iter().any(|meaning| match meaning {
            Meaning::Value { property, value } => {
                let key = &self.property(*property).name;
                nodes.iter().any(|node| self.texts_of(*node, key).contains(value))
            }
            _ => false,
        })
    }

    /// `which organizations are international`: a value that nothing of these kinds has, where it makes a kind of them.
    pub fn kinds_called(&self, var: Var, token: &Token) -> Option<Vec<String>> {
        let kinds = self.kinds(var);
        if kinds.iter().any(|kind| self.bears(kind, token)) {
            return None;
        }
        let lines = kinds.iter().flat_map(|kind| self.vocabulary.lineage(kind));
        let nouns = lines.flat_map(|kind| &kind.nouns);
        let phrases = nouns.map(|noun| format!("{} {}", token.text, crate::base::fold(noun)));
        let senses = phrases.flat_map(|phrase| self.dictionary.senses(&phrase));
        let meant = senses.filter_map(|sense| match self.dictionary.meaning(sense.meaning) {
            Some(Meaning::Kind(at)) => Some(self.vocabulary.kinds[at].name.clone()),
            _ => None,
        });
        let mut meant: Vec<String> =
            meant.filter(|name| kinds.iter().any(|kind| self.vocabulary.is_a(name, kind))).collect();
        meant.sort();
        meant.dedup();
        (!meant.is_empty()).then_some(meant)
    }

    /// A word that is a value of a property.
    pub fn value(&mut self, var: Var, token: &Token, group: &mut Group) -> Result<()> {
        let kinds = self.kinds(var).to_vec();
        let mut by_property: Vec<(usize, Vec<Arc<str>>)> = Vec::new();
        for meaning in self.meanings(token) {
            let Meaning::Value { property, value } = meaning else { continue };
            if !self.carries(&kinds, self.property(property)) {
                continue;
            }
            match by_property.iter_mut().find(|(p, _)| *p == property) {
                Some((_, values)) => values.push(value),
                None => by_property.push((property, vec![value])),
            }
        }
        let mut others = by_property.into_iter();
        match others.next() {
            Some(_) if self.kinds_called(var, token).is_some() => {
                let labels = self.kinds_called(var, token).unwrap_or_default();
                group.conditions.push(Condition::Label { var, labels });
                Ok(())
            }
            Some((property, values)) => {
                let key = self.property(property).name.clone();
                if self.is_of_relations(property, &kinds) {
                    self.roles.push((var, property, values, token.span));
                } else if !self.is_borne(&kinds, &key, &values)
                    && let Some(condition) = self.unborne(var, token, property, &values)?
                {
                    group.conditions.push(condition);
                } else {
                    for (other, values) in others {
                        if self.is_of_relations(other, &kinds) {
                            self.perhaps_roles.push((var, key.clone(), other, values));
                        }
                    }
                    group.conditions.push(Condition::Property { var, key, test: Test::OneOf(values) });
                }
                Ok(())
            }
            None => Err(trouble::out_of_place(token)),
        }
    }

    /// Whether a property stands on relations and not on things of these kinds: a role waits for its verb.
    pub fn is_of_relations(&self, property: usize, kinds: &[String]) -> bool {
        const LOOKED_AT: usize = 5_000;
        let property = self.property(property);
        let Some(key) = self.graph.key(&property.name) else { return false };
        let has = |node: &crate::graph::NodeId| {
            !self.graph.property(crate::graph::Entity::Node(*node), key).is_null()
        };
        let on_nodes = match kinds {
            [] => self.graph.nodes().take(LOOKED_AT).any(|n| has(&n)),
            kinds => kinds
                .iter()
                .filter_map(|k| self.graph.label(k))
                .any(|l| self.graph.nodes_with(l).take(LOOKED_AT).any(|n| has(&n))),
        };
        !on_nodes && !property.prepositions.is_empty()
    }
}

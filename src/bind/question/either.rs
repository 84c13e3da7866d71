//! Names that can mean something else: words that are the plural of a kind too, and short names of what bears a longer one.

use super::binder::Binder;
use super::dictionary::Meaning;
use super::meaning::*;
use super::trouble;
use crate::base::{Result, fold};
use crate::graph::{NodeId, Way};
use crate::language::question::syntax::{Before, Simple};
use crate::language::question::{Lexicon, Token};
use crate::vocabulary::Kind;

impl Binder<'_> {
    /// Words that are a kind in the plural and the name of one thing: where things of a kind are chosen, listed or
    /// counted, the kind is meant; elsewhere what is said may be said of either.
    pub fn kind_or_name(
        &mut self,
        token: &Token,
        simple: &Simple,
        preset: Option<Var>,
        group: &mut Group,
    ) -> Result<Option<Var>> {
        let kinds = self.plural_kinds(token);
        let counts = |b: &Before| matches!(b, Before::NumberOf | Before::Superlative(_));
        if kinds.is_empty() || !simple.before.iter().all(counts) {
            return Ok(None);
        }
        let chosen = simple.asked.is_some()
            || simple.negative
            || simple.every
            || simple.compared.is_some()
            || !simple.before.is_empty()
            || self.answers(simple);
        let nodes: Vec<NodeId> = self.meanings(token).iter().filter_map(Meaning::entity).collect();
        let labels: Vec<_> = kinds.iter().filter_map(|kind| self.graph.label(kind)).collect();
        let of_kind = |label| self.graph.nodes_with(label);
        let there = labels.iter().any(|label| of_kind(*label).next().is_some());
        let others = labels.iter().any(|label| of_kind(*label).any(|node| !nodes.contains(&node)));
        if !chosen && !others {
            return Ok(None);
        }
        if chosen && there {
            return Ok(Some(self.of_kind(kinds, preset, &token.text, simple, group)));
        }
        let var = preset.unwrap_or_else(|| {
            let mut all = self.kinds_of_nodes(&nodes);
            all.extend(kinds.iter().cloned());
            self.variable(all, &token.text, token.span)
        });
        let known = self.name(token, &[])?;
        let one = |condition| Group { conditions: vec![condition] };
        let of_kind = one(Condition::Label { var, labels: kinds });
        group.conditions.push(Condition::There(var));
        group.conditions.push(Condition::Any(vec![of_kind, one(Condition::Same(var, known))]));
        Ok(Some(var))
    }

    /// Whether there is nothing of the kinds that a word means, and it is the noun of a relation as well: `obligations`
    /// for what a body has to do.
    pub fn is_only_a_relation_noun(&self, token: &Token, kinds: &[String]) -> bool {
        !kinds.is_empty()
            && !kinds.iter().any(|kind| self.is_there(kind))
            && self.dictionary.has_relation_noun(&token.text)
    }

    /// Whether there is something of a kind.
    fn is_there(&self, kind: &str) -> bool {
        self.graph.label(kind).is_some_and(|label| self.graph.nodes_with(label).next().is_some())
    }

    /// Whether things of the kinds of a variable can be of others as well. Of a named thing it can be asked.
    pub fn can_be(&self, var: Var, labels: &[String]) -> bool {
        let Variable { kinds, entities, .. } = &self.variables[var.0];
        let both = |kind: &String| {
            let other = |label: &String| self.graph.label(label);
            let mut nodes = self.graph.label(kind).into_iter().flat_map(|kind| self.graph.nodes_with(kind));
            let labels: Vec<_> = labels.iter().filter_map(other).collect();
            nodes.any(|node| labels.iter().any(|label| self.graph.has_label(node, *label)))
        };
        kinds.is_empty() || !entities.is_empty() || self.fits(kinds, labels) || kinds.iter().any(both)
    }

    /// The kinds that a name is the plural of.
    fn plural_kinds(&self, token: &Token) -> Vec<String> {
        let senses = self.dictionary.senses(&token.text);
        let meant = senses.iter().filter_map(|s| match self.dictionary.meaning(s.meaning) {
            Some(Meaning::Kind(at)) => Some(&self.vocabulary.kinds[at]),
            _ => None,
        });
        let singular = |kind: &&Kind| kind.nouns.iter().any(|noun| fold(noun) == token.text);
        meant.filter(|kind| !singular(kind)).map(|kind| kind.name.clone()).collect()
    }

    /// Whether a node is such an end of one of the links.
    pub fn is_linked(&self, node: NodeId, links: &[Link], is_from: bool) -> bool {
        links.iter().any(|link| {
            let relation = self.relation(link.relation);
            let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { return false };
            let way = if is_from != link.reversed { Way::Out } else { Way::In };
            let back = if way == Way::Out { Way::In } else { Way::Out };
            self.graph.degree(node, way, kind) > 0
                || (relation.symmetric && self.graph.degree(node, back, kind) > 0)
        })
    }

    /// A short name of a thing that is never linked so means what is, where that bears a longer name with the same head:
    /// `victims` for `citizens who are victims of trafficking`.
    pub fn of_longer_name(&mut self, var: Var, links: &[Link], is_from: bool) {
        let variable = &self.variables[var.0];
        let [node] = variable.entities.as_slice() else { return };
        if self.is_linked(*node, links, is_from) {
            return;
        }
        let mut others = self.dictionary.headed_by(&variable.word);
        others.retain(|other| {
            let kinds: Vec<String> = self.kind_of(*other).into_iter().collect();
            self.fits(&kinds, &variable.kinds) && self.is_linked(*other, links, is_from)
        });
        if others.is_empty() {
            return;
        }
        let names: Vec<String> = others.iter().map(|other| self.graph.name(*other).to_string()).collect();
        let word = variable.span.of(self.text);
        self.notes.push(format!("`{word}` is taken as {}", trouble::or_list(&names)));
        if others.len() > 1 {
            self.variables[var.0].word = "any".into();
        }
        self.variables[var.0].entities = others;
    }
}

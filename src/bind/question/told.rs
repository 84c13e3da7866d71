//! What a source mentions: whatever is stated there.
//!
//! A relation that is marked `mentions` links things to the documents that name them. Of a document that is a source itself
//! every thing tells by its evidence where it is stated, so that nothing has to be recorded besides.

use super::binder::Binder;
use super::meaning::*;
use crate::graph::NodeId;
use crate::language::question::morphology::plurals;

impl Binder<'_> {
    /// What a verb of mentioning says of a thing and a source; nothing where no source is meant.
    pub fn told(&mut self, candidates: &[Link], from: Var, to: Var) -> Option<Condition> {
        let mentions = |link: &&Link| self.relation(link.relation).mentions;
        // From which end the document is, by what the verb says.
        let found = candidates.iter().filter(mentions).find_map(|link| {
            let relation = self.relation(link.relation);
            let tells = |side: &[String]| self.sources().iter().any(|node| self.may_be(*node, side));
            let first = if link.reversed { &relation.to } else { &relation.from };
            let last = if link.reversed { &relation.from } else { &relation.to };
            let ends = [(from, to, first), (to, from, last)];
            let source = |var: Var| !self.sources_meant(var).is_empty();
            ends.into_iter().find(|(var, other, side)| tells(side) && source(*var) && !source(*other))
        });
        let (source, var, _) = found?;
        let meant = self.sources_meant(source);
        let known = &self.variables[source.0];
        let others = known
            .kinds
            .iter()
            .any(|kind| !meant.iter().all(|node| self.may_be(*node, std::slice::from_ref(kind))));
        // Another document may be recorded to do it: `which documents list …`.
        let recorded =
            self.fitting(candidates, from, to, false).iter().any(|link| self.occurs(link, from, to));
        if known.entities.is_empty() && others && recorded {
            return None;
        }
        // What is recorded as a part of it is meant before what is only said there: `which tables does the report contain`.
        let parts = self.part_links();
        let is_part = |link: &Link| parts.iter().any(|part| part.relation == link.relation);
        let mut fitting = self.fitting(candidates, from, to, false);
        fitting.retain(|link| is_part(link) && self.occurs(link, from, to));
        if !fitting.is_empty() {
            return None;
        }
        if let ([node], None, true) = (meant.as_slice(), known.asked, known.entities.is_empty()) {
            self.variables[source.0].entities = vec![*node];
        }
        self.variables[source.0].kinds = self.kinds_of_nodes(&meant);
        Some(Condition::Told { var, source })
    }

    /// The documents that are sources.
    fn sources(&self) -> Vec<NodeId> {
        let sources = self.graph.sources();
        sources.iter().flat_map(|source| self.dictionary.by_id(&source.id)).copied().collect()
    }

    fn may_be(&self, node: NodeId, kinds: &[String]) -> bool {
        self.kind_of(node).is_some_and(|kind| kinds.iter().any(|k| self.vocabulary.is_a(&kind, k)))
    }

    /// The sources that a variable stands for: one by name, or those of a word that is no name of other documents.
    fn sources_meant(&self, var: Var) -> Vec<NodeId> {
        let variable = &self.variables[var.0];
        let mut sources = self.sources();
        if !variable.entities.is_empty() {
            sources.retain(|node| variable.entities.contains(node));
            return sources;
        }
        sources.retain(|node| !variable.kinds.is_empty() && self.may_be(*node, &variable.kinds));
        let labels = sources.iter().flat_map(|node| self.graph.labels(*node));
        let alike = labels.flat_map(|label| self.graph.nodes_with(*label));
        let called = |node: &NodeId| {
            let name = crate::base::fold(&self.graph.name(*node));
            let says = |w: &str| w == variable.word || plurals(w).contains(&variable.word);
            name.split(' ').any(says)
        };
        let named: Vec<NodeId> = alike.filter(called).collect();
        if !named.is_empty() {
            sources.retain(|node| named.contains(node));
        }
        sources
    }
}

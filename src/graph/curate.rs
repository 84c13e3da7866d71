//! What only curated graphs carry: sources, evidence, claims, further names.

use super::{Annotation, Claim, Entity, Evidence, Graph, Key, NodeId, Origin, Precision, Source};
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Graph {
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id.as_ref() == id)
    }

    pub fn set_sources(&mut self, sources: Vec<Source>) {
        self.sources = Arc::new(sources);
        self.written();
    }

    /// The data files it was read from, by their paths inside the data directory, with fingerprints of their texts.
    pub fn files(&self) -> &BTreeMap<Arc<str>, u64> {
        &self.files
    }

    pub fn set_files(&mut self, files: BTreeMap<Arc<str>, u64>) {
        self.files = Arc::new(files);
    }

    pub fn evidence(&self, entity: Entity) -> &[Evidence] {
        self.annotation(entity).map_or(&[], |annotation| &annotation.evidence)
    }

    /// All claims for a property with more than one; empty otherwise.
    pub fn claims(&self, entity: Entity, key: Key) -> &[Claim] {
        let claims = self.annotation(entity).map_or(&[][..], |annotation| &annotation.claims);
        claims.iter().find(|(k, _)| *k == key).map_or(&[], |(_, claims)| claims)
    }

    /// How precisely the date of a property was given; whole days unless a file said only the month or the year.
    pub fn precision(&self, entity: Entity, key: Key) -> Precision {
        let precisions = self.annotation(entity).map_or(&[][..], |annotation| &annotation.precisions);
        let Some((_, date, precision)) = precisions.iter().find(|(k, _, _)| *k == key) else {
            return Precision::Day;
        };
        match self.property(entity, key) {
            Value::Date(now) if now == *date => *precision,
            _ => Precision::Day,
        }
    }

    /// Where an entity comes from.
    pub fn origin(&self, entity: Entity) -> Origin {
        self.annotation(entity).map(|annotation| annotation.origin.clone()).unwrap_or_default()
    }

    /// The facts from which an entity follows that a rule made: one set for each way in which it follows.
    pub fn derivations(&self, entity: Entity) -> &[Arc<[Entity]>] {
        self.annotation(entity).map_or(&[], |annotation| &annotation.derivations)
    }

    pub fn set_derivations(&mut self, entity: Entity, derivations: Vec<Arc<[Entity]>>) {
        self.annotate(entity, |annotation| annotation.derivations = derivations);
    }

    /// Every entity that a rule made.
    pub(super) fn derived(&self) -> Vec<Entity> {
        let annotated = self.annotations.keys().chain(self.delta.annotations.keys()).copied();
        let mut derived: Vec<Entity> =
            annotated.filter(|entity| !self.derivations(*entity).is_empty()).collect();
        derived.sort_unstable();
        derived.dedup();
        derived
    }

    /// The further names of a node: its property `aliases`.
    pub fn aliases(&self, node: NodeId) -> Vec<Arc<str>> {
        let Some(key) = self.key("aliases") else { return Vec::new() };
        match self.property(Entity::Node(node), key) {
            Value::String(alias) => vec![alias],
            Value::List(list) => list
                .iter()
                .filter_map(|value| match value {
                    Value::String(alias) => Some(alias.clone()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The property `name`, or else `title`, or the id where there is none.
    pub fn name(&self, node: NodeId) -> Arc<str> {
        for key in ["name", "title", "id"] {
            match self.key(key).map(|key| self.property(Entity::Node(node), key)) {
                Some(Value::String(name)) => return name,
                Some(Value::Integer(number)) => return Arc::from(number.to_string()),
                _ => {}
            }
        }
        Arc::from("")
    }

    /// The permanent id of a node (property `id`).
    pub fn id(&self, node: NodeId) -> Option<Arc<str>> {
        match self.property(Entity::Node(node), self.key("id")?) {
            Value::String(id) => Some(id),
            Value::Integer(number) => Some(Arc::from(number.to_string())),
            _ => None,
        }
    }

    pub fn set_evidence(&mut self, entity: Entity, evidence: Vec<Evidence>) {
        self.annotate(entity, |annotation| annotation.evidence = evidence);
    }

    pub fn set_claims(&mut self, entity: Entity, key: Key, claims: Vec<Claim>) {
        self.annotate(entity, |annotation| {
            annotation.claims.retain(|(k, _)| *k != key);
            if !claims.is_empty() {
                annotation.claims.push((key, claims));
            }
        });
    }

    pub fn set_origin(&mut self, entity: Entity, origin: Origin) {
        self.annotate(entity, |annotation| annotation.origin = origin);
    }

    pub(super) fn annotation(&self, entity: Entity) -> Option<&Annotation> {
        let written = self.delta.annotations.get(&entity);
        written.or_else(|| self.annotations.get(&entity)).map(Arc::as_ref)
    }

    fn annotate(&mut self, entity: Entity, change: impl FnOnce(&mut Annotation)) {
        let before = self.delta.annotations.get(&entity).cloned();
        let mut annotation = self.annotation(entity).cloned().unwrap_or_default();
        change(&mut annotation);
        if let Some(journal) = &mut self.journal {
            journal.annotations.entry(entity).or_insert(before);
        }
        Arc::make_mut(&mut self.delta).annotations.insert(entity, Arc::new(annotation));
        self.written();
    }
}

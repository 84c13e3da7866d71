//! What an answer speaks of: the names, kinds and ids behind the ids of the graph.

use crate::graph::{Entity, Graph, NodeId, RelationshipId};
use crate::value::Value;
use crate::vocabulary::{End, Kind, Relation, Vocabulary};
use std::sync::Arc;

/// The graph and the vocabulary an answer was made from.
#[derive(Clone, Copy)]
pub struct Scene<'s> {
    pub graph: &'s Graph,
    pub vocabulary: &'s Vocabulary,
}

impl<'s> Scene<'s> {
    pub fn new(graph: &'s Graph, vocabulary: &'s Vocabulary) -> Scene<'s> {
        Scene { graph, vocabulary }
    }

    /// The permanent id, or `#` and the number of this session where a node has none.
    pub fn id(&self, node: NodeId) -> String {
        match self.text(node, "id") {
            Some(id) => id.to_string(),
            None => format!("#{}", node.0),
        }
    }

    /// The own kind, in the words of the vocabulary's kinds; none for a node without labels.
    pub fn kind(&self, node: NodeId) -> Option<Arc<str>> {
        self.graph.labels(node).first().map(|label| self.graph.label_name(*label).clone())
    }

    /// All labels, own kind first.
    pub fn labels(&self, node: NodeId) -> Vec<Arc<str>> {
        self.graph.labels(node).iter().map(|label| self.graph.label_name(*label).clone()).collect()
    }

    /// What the node is called; none where it has neither name nor permanent id.
    pub fn name(&self, node: NodeId) -> Option<Arc<str>> {
        self.text(node, "name").or_else(|| self.text(node, "id"))
    }

    /// Name, or kind and number: something to call any node by.
    pub fn called(&self, node: NodeId) -> String {
        match self.name(node) {
            Some(name) => name.to_string(),
            None => match self.kind(node) {
                Some(kind) => format!("{kind} #{}", node.0),
                None => format!("node #{}", node.0),
            },
        }
    }

    /// The relation of the vocabulary that a relationship belongs to.
    pub fn relation(&self, relationship: RelationshipId) -> Option<&'s Relation> {
        let kind = self.graph.ends(relationship).kind;
        let name = self.graph.type_name(kind);
        self.vocabulary.relations.iter().find(|r| r.type_name() == **name)
    }

    /// The name of the relation as the vocabulary writes it, or the relationship type where it knows none.
    pub fn relation_name(&self, relationship: RelationshipId) -> String {
        match self.relation(relationship) {
            Some(relation) => relation.name.clone(),
            None => self.graph.type_name(self.graph.ends(relationship).kind).to_string(),
        }
    }

    /// Properties by name.
    pub fn properties(&self, entity: Entity) -> Vec<(Arc<str>, Value)> {
        let mut properties: Vec<(Arc<str>, Value)> = self
            .graph
            .properties(entity)
            .into_iter()
            .map(|(key, value)| (self.graph.key_name(key).clone(), value))
            .collect();
        properties.sort_by(|a, b| a.0.cmp(&b.0));
        properties
    }

    /// Whether the vocabulary says when things of this kind begin or end, so that it tells something if one has no dates.
    pub fn may_have_dates(&self, node: NodeId) -> bool {
        let labels = self.labels(node);
        let is = |kind: &str| labels.iter().any(|label| **label == *kind);
        let dated = |kind: &Kind| (kind.begins.is_some() || kind.ends.is_some()) && is(&kind.name);
        let end = |relation: &Relation, end: Option<End>| match end {
            Some(End::From) => relation.from.iter().any(|kind| is(kind)),
            Some(End::To) => relation.to.iter().any(|kind| is(kind)),
            None => false,
        };
        self.vocabulary.kinds.iter().any(dated)
            || self.vocabulary.relations.iter().any(|r| end(r, r.begins) || end(r, r.ends))
    }

    fn text(&self, node: NodeId, key: &str) -> Option<Arc<str>> {
        let key = self.graph.key(key)?;
        match self.graph.property(Entity::Node(node), key) {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

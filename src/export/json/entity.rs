//! Nodes and relationships as the data files write them.

use crate::base::fold_words;
use crate::graph::{Day, Entity, Evidence, Graph, Key, NodeId, Precision, RelationshipId};
use crate::value::{Date, Value};
use crate::vocabulary::Vocabulary;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Writes the entities of one graph.
pub struct Writer<'g> {
    graph: &'g Graph,
    vocabulary: &'g Vocabulary,
    /// Relations by relationship type.
    relations: FxHashMap<String, &'g str>,
    /// Ids for nodes that have none of their own.
    given: FxHashMap<NodeId, String>,
}

/// Properties that have keys of their own beside `properties`.
const APART: [&str; 5] = ["id", "name", "aliases", "valid_from", "valid_to"];

impl<'g> Writer<'g> {
    pub fn new(graph: &'g Graph, vocabulary: &'g Vocabulary) -> Writer<'g> {
        let relations = vocabulary.relations.iter().map(|r| (r.type_name(), r.name.as_str())).collect();
        let mut writer = Writer { graph, vocabulary, relations, given: FxHashMap::default() };
        writer.give_ids();
        writer
    }

    /// A node without an id gets one that speaks: the words of its name, and a number if that is taken.
    fn give_ids(&mut self) {
        let without: Vec<NodeId> = self.graph.nodes().filter(|node| self.graph.id(*node).is_none()).collect();
        let mut taken: FxHashSet<String> = FxHashSet::default();
        for node in without {
            let words = fold_words(&self.graph.name(node)).join("-");
            let stem = if words.is_empty() { "node".to_string() } else { words };
            let mut id = stem.clone();
            let mut number = 1;
            while taken.contains(&id) || self.graph.node_by_id(&id).is_some() {
                number += 1;
                id = format!("{stem}-{number}");
            }
            taken.insert(id.clone());
            self.given.insert(node, id);
        }
    }

    pub fn id(&self, node: NodeId) -> String {
        self.given.get(&node).cloned().or_else(|| Some(self.graph.id(node)?.to_string())).unwrap_or_default()
    }

    /// The own kind of a node: its first label that is a kind and not a status.
    pub fn kind(&self, node: NodeId) -> Option<&Arc<str>> {
        let names = || self.graph.labels(node).iter().map(|label| self.graph.label_name(*label));
        let own = names().find(|name| self.vocabulary.kind(name).is_some_and(|kind| !kind.label_only));
        own.or_else(|| names().next())
    }

    pub fn node(&self, node: NodeId) -> Json {
        let mut object = Map::new();
        object.insert("id".into(), self.id(node).into());
        if let Some(kind) = self.kind(node) {
            object.insert("kind".into(), kind.as_ref().into());
            let further = self.further(node, kind);
            if !further.is_empty() {
                object.insert("labels".into(), json!(further));
            }
        }
        let entity = Entity::Node(node);
        for key in ["name", "aliases"] {
            self.apart(entity, key, &mut object);
        }
        self.carried(entity, &mut object);
        Json::Object(object)
    }

    /// The labels of a node that do not follow from its kind or from one another.
    fn further(&self, node: NodeId, kind: &str) -> Vec<&'g str> {
        let graph = self.graph;
        let labels: Vec<&str> =
            graph.labels(node).iter().map(|label| graph.label_name(*label).as_ref()).collect();
        let follows = |label: &str, from: &str| label == from || self.vocabulary.is_a(from, label);
        let implied = |label: &str| {
            follows(label, kind) || labels.iter().any(|other| *other != label && follows(label, other))
        };
        labels.iter().copied().filter(|label| !implied(label)).collect()
    }

    pub fn relationship(&self, relationship: RelationshipId) -> Json {
        let ends = self.graph.ends(relationship);
        let kind = self.graph.type_name(ends.kind);
        let relation =
            self.relations.get(kind.as_ref()).map_or_else(|| kind.to_lowercase(), |name| name.to_string());
        let mut object = Map::new();
        object.insert("from".into(), self.id(ends.start).into());
        object.insert("relation".into(), relation.into());
        object.insert("to".into(), self.id(ends.end).into());
        self.carried(Entity::Relationship(relationship), &mut object);
        Json::Object(object)
    }

    /// Properties in the order of the vocabulary, dates of validity, evidence.
    fn carried(&self, entity: Entity, object: &mut Map<String, Json>) {
        let order = |name: &str| self.vocabulary.properties.iter().position(|property| property.name == name);
        let mut properties: Vec<(&str, Key, Value)> = self
            .graph
            .properties(entity)
            .into_iter()
            .map(|(key, value)| (self.graph.key_name(key).as_ref(), key, value))
            .filter(|(name, _, _)| !self.is_apart(entity, name))
            .collect();
        properties.sort_by_key(|(name, _, _)| order(name).unwrap_or(usize::MAX));
        let properties: Map<String, Json> = properties
            .into_iter()
            .map(|(name, key, value)| (name.to_string(), self.property(entity, key, &value)))
            .collect();
        if !properties.is_empty() {
            object.insert("properties".into(), Json::Object(properties));
        }
        for key in ["valid_from", "valid_to"] {
            self.apart(entity, key, object);
        }
        let evidence = self.graph.evidence(entity);
        if !evidence.is_empty() {
            object.insert("evidence".into(), evidence.iter().map(written).collect());
        }
    }

    fn is_apart(&self, entity: Entity, name: &str) -> bool {
        match entity {
            Entity::Node(_) => APART.contains(&name),
            Entity::Relationship(_) => matches!(name, "valid_from" | "valid_to"),
        }
    }

    fn apart(&self, entity: Entity, name: &str, object: &mut Map<String, Json>) {
        let Some(key) = self.graph.key(name) else { return };
        match self.graph.property(entity, key) {
            Value::Null => {}
            Value::List(list) if list.is_empty() => {}
            value => drop(object.insert(name.into(), self.plain(entity, key, &value))),
        }
    }

    fn property(&self, entity: Entity, key: Key, value: &Value) -> Json {
        let claims = self.graph.claims(entity, key);
        let stands =
            claims.iter().any(|claim| claim.preferred && crate::value::equivalent(&claim.value, value));
        if !stands {
            return self.plain(entity, key, value);
        }
        let claims = claims.iter().map(|claim| {
            let mut object = Map::new();
            object.insert("value".into(), self.plain(entity, key, &claim.value));
            if !claim.evidence.is_empty() {
                object.insert("evidence".into(), claim.evidence.iter().map(written).collect());
            }
            if claim.preferred {
                object.insert("preferred".into(), true.into());
            }
            Json::Object(object)
        });
        json!({ "claims": claims.collect::<Vec<Json>>() })
    }

    fn plain(&self, entity: Entity, key: Key, value: &Value) -> Json {
        match value {
            Value::Date(date) => day(*date, self.graph.precision(entity, key)),
            Value::Boolean(truth) => (*truth).into(),
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::String(text) => text.as_ref().into(),
            Value::List(list) => list.iter().map(|item| self.plain(entity, key, item)).collect(),
            other => other.to_string().into(),
        }
    }
}

fn day(date: Date, precision: Precision) -> Json {
    Day { date, precision }.written().into()
}

fn written(evidence: &Evidence) -> Json {
    let mut object = Map::new();
    object.insert("source".into(), evidence.source.as_ref().into());
    if !evidence.locator.is_empty() {
        object.insert("locator".into(), evidence.locator.as_ref().into());
    }
    let certainty = evidence.certainty.name();
    object.insert("certainty".into(), certainty.into());
    if let Some(reading) = evidence.reading {
        object.insert("reading".into(), reading.name().into());
    }
    if let Some(note) = &evidence.note {
        object.insert("note".into(), note.as_ref().into());
    }
    Json::Object(object)
}

//! Writing. A statement that fails puts back the graph with [`Graph::rollback`].

use super::delta::{Journal, NodeEntry, RelationshipEntry};
use super::index::hash_of;
use super::own::List;
use super::{Ends, Entity, Graph, Key, Label, NodeId, RelationshipId, RelationshipType, Way, new_version};
use crate::base::{Report, Result, free_rows};
use crate::value::Value;
use std::sync::Arc;

impl Graph {
    /// Marks the state that [`Graph::rollback`] returns to.
    pub fn begin(&mut self) {
        self.journal = Some(Box::new(Journal {
            nodes: Default::default(),
            relationships: Default::default(),
            lists: Default::default(),
            annotations: Default::default(),
            created_nodes: self.delta.created_nodes.len(),
            created_relationships: self.delta.created_relationships.len(),
            counts: self.counts.clone(),
            version: self.version,
        }));
    }

    /// Undoes everything since [`Graph::begin`].
    pub fn rollback(&mut self) {
        let Some(journal) = self.journal.take() else { return };
        self.written_between();
        if !journal.nodes.is_empty() || journal.created_nodes < self.delta.created_nodes.len() {
            self.laid.forget(self.delta.touched_nodes.len() + journal.created_nodes);
        }
        for place in journal.created_nodes..self.delta.created_nodes.len() {
            let node = NodeId(self.base.node_bound + place as u32);
            let labels = self.labels(node).to_vec();
            self.relabel(node, &labels, &[]);
        }
        let delta = Arc::make_mut(&mut self.delta);
        // What was written is let go beside: to free it takes as long as to make it.
        let nodes = delta.created_nodes.split_off(journal.created_nodes);
        let relationships = delta.created_relationships.split_off(journal.created_relationships);
        let (mut lists, mut kinds) = (Vec::with_capacity(journal.lists.len()), Vec::new());
        for (whose, list) in journal.lists {
            lists.extend(delta.lists.put_back(whose, list));
            if !kinds.contains(&whose.2) {
                kinds.push(whose.2);
            }
        }
        kinds.into_iter().for_each(|kind| self.states.wrote(kind, new_version()));
        self.states.relabelled();
        let count = nodes.len() + relationships.len() + lists.len();
        free_rows((nodes, relationships, lists), count);
        for (node, entry) in journal.nodes {
            self.put_back(NodeId(node), entry);
        }
        for (relationship, entry) in journal.relationships {
            let created = relationship.checked_sub(self.base.relationship_bound);
            match (created, entry) {
                (Some(place), Some(entry)) => {
                    Arc::make_mut(&mut self.delta).created_relationships[place as usize] = entry
                }
                (None, Some(entry)) => {
                    Arc::make_mut(&mut self.delta).touched_relationships.insert(relationship, entry);
                }
                (_, None) => {
                    Arc::make_mut(&mut self.delta).touched_relationships.remove(&relationship);
                    Arc::make_mut(&mut self.delta).dirty_relationships.remove(relationship);
                }
            }
        }
        for (entity, annotation) in journal.annotations {
            match annotation {
                Some(annotation) => Arc::make_mut(&mut self.delta).annotations.insert(entity, annotation),
                None => Arc::make_mut(&mut self.delta).annotations.remove(&entity),
            };
        }
        self.counts = journal.counts;
        self.version = journal.version;
    }

    /// Keeps everything since [`Graph::begin`]; folds a delta that has grown.
    pub fn keep(&mut self) {
        let written = self.journal.take().map_or(0, |journal| journal.lists.len());
        let size = self.base.node_bound as usize + self.base.relationship_bound as usize;
        if self.delta.weight() > (size / 8).max(16_384).max(self.left_at * 2) {
            self.fold();
        }
        self.wrote_lists(written);
    }

    pub fn create_node(&mut self, labels: &[Label], properties: Vec<(Key, Value)>) -> NodeId {
        let node = NodeId(self.node_bound());
        let mut own: Vec<Label> = Vec::with_capacity(labels.len());
        for label in labels {
            if !own.contains(label) {
                own.push(*label);
            }
        }
        self.relabel(node, &[], &own);
        self.counts.nodes += 1;
        let properties = tidy(properties);
        for (key, value) in &properties {
            self.note_candidate(node, *key, value);
        }
        self.laid.wrote_some(properties.len());
        Arc::make_mut(&mut self.delta).created_nodes.push(NodeEntry {
            deleted: false,
            labels: Some(Arc::from(own)),
            properties: Some(Arc::new(properties)),
        });
        self.written();
        node
    }

    /// Both ends must be there.
    pub fn create_relationship(
        &mut self,
        start: NodeId,
        kind: RelationshipType,
        end: NodeId,
        properties: Vec<(Key, Value)>,
    ) -> RelationshipId {
        let relationship = RelationshipId(self.relationship_bound());
        self.adds(kind, start, end);
        self.list(start, Way::Out, kind).insert(end, relationship);
        self.list(end, Way::In, kind).insert(start, relationship);
        self.counts.relationships += 1;
        *self.counts.kind(kind) += 1;
        self.written_between();
        Arc::make_mut(&mut self.delta).created_relationships.push(RelationshipEntry {
            ends: Ends { kind, start, end },
            deleted: false,
            properties: Some(Arc::new(tidy(properties))),
        });
        self.written();
        relationship
    }

    /// Null removes the property. A deleted entity stays without properties.
    pub fn set_property(&mut self, entity: Entity, key: Key, value: Value) {
        let there = match entity {
            Entity::Node(node) => self.has_node(node),
            Entity::Relationship(relationship) => self.has_relationship(relationship),
        };
        if !there {
            return;
        }
        if let Entity::Node(node) = entity {
            self.note_candidate(node, key, &value);
            self.laid.wrote(node, key);
        }
        let from_base = self.properties_of_base(entity);
        match entity {
            Entity::Node(node) if node.0 < self.base.node_bound => {
                let delta = Arc::make_mut(&mut self.delta);
                delta.rewritten_nodes.insert(node.0);
                delta.rewritten_keys.insert(key.0);
            }
            Entity::Relationship(relationship) if relationship.0 < self.arrays_bound() => {
                let delta = Arc::make_mut(&mut self.delta);
                delta.rewritten_relationships.insert(relationship.0);
                delta.rewritten_relationship_keys.insert(key.0);
            }
            _ => {}
        }
        let properties = match entity {
            Entity::Node(node) => &mut self.touch_node(node).properties,
            Entity::Relationship(relationship) => &mut self.touch_relationship(relationship).properties,
        };
        let properties = Arc::make_mut(properties.get_or_insert_with(|| Arc::new(from_base)));
        match (properties.binary_search_by_key(&key, |(k, _)| *k), value) {
            (Ok(place), Value::Null) => {
                properties.remove(place);
            }
            (Ok(place), value) => properties[place].1 = value,
            (Err(_), Value::Null) => {}
            (Err(place), value) => properties.insert(place, (key, value)),
        }
        self.written();
    }

    /// Whether the label is new on the node.
    pub fn add_label(&mut self, node: NodeId, label: Label) -> bool {
        if !self.has_node(node) || self.has_label(node, label) {
            return false;
        }
        let mut labels = self.labels(node).to_vec();
        labels.push(label);
        self.set_labels(node, labels);
        true
    }

    /// Whether the node had the label.
    pub fn remove_label(&mut self, node: NodeId, label: Label) -> bool {
        if !self.has_label(node, label) {
            return false;
        }
        let labels = self.labels(node).iter().copied().filter(|l| *l != label).collect();
        self.set_labels(node, labels);
        true
    }

    pub fn delete_relationship(&mut self, relationship: RelationshipId) {
        if !self.has_relationship(relationship) {
            return;
        }
        let Ends { kind, start, end } = self.ends(relationship);
        self.written_between();
        self.list(start, Way::Out, kind).remove(end, relationship);
        self.list(end, Way::In, kind).remove(start, relationship);
        self.took(kind, start, end);
        self.touch_relationship(relationship).deleted = true;
        self.counts.relationships -= 1;
        *self.counts.kind(kind) -= 1;
        self.written();
    }

    /// Fails while the node still has relationships.
    pub fn delete_node(&mut self, node: NodeId) -> Result<()> {
        if !self.has_node(node) {
            return Ok(());
        }
        if self.has_relationships(node) {
            let message = format!("cannot delete {}: it still has relationships", self.called(node));
            return Err(Report::runtime("ConstraintVerificationFailed", "DeleteConnectedNode", message)
                .help("Delete its relationships too with `DETACH DELETE`."));
        }
        let labels = self.labels(node).to_vec();
        self.relabel(node, &labels, &[]);
        self.touch_node(node).deleted = true;
        Arc::make_mut(&mut self.delta).relabelled.insert(node.0);
        self.counts.nodes -= 1;
        self.written();
        Ok(())
    }

    /// Whether any relationship begins or ends at the node.
    pub fn has_relationships(&self, node: NodeId) -> bool {
        let kinds = (0..self.symbols.types.len() as u32).map(RelationshipType);
        kinds.into_iter().any(|kind| {
            self.count_of(kind) > 0
                && (self.degree(node, Way::Out, kind) > 0 || self.degree(node, Way::In, kind) > 0)
        })
    }

    /// Notes that the content is another now.
    pub(super) fn written(&mut self) {
        self.version = new_version();
    }

    fn called(&self, node: NodeId) -> String {
        match self.name(node) {
            name if name.is_empty() => format!("node {}", node.0),
            name => format!("“{name}”"),
        }
    }

    fn set_labels(&mut self, node: NodeId, labels: Vec<Label>) {
        let before = self.labels(node).to_vec();
        self.relabel(node, &before, &labels);
        self.states.relabelled();
        self.touch_node(node).labels = Some(Arc::from(labels));
        self.note_candidates(node);
        self.written();
    }

    /// Moves a node between the sets of nodes of its labels.
    fn relabel(&mut self, node: NodeId, before: &[Label], after: &[Label]) {
        if node.0 < self.base.node_bound && before != after {
            Arc::make_mut(&mut self.delta).relabelled.insert(node.0);
        }
        for label in before.iter().filter(|label| !after.contains(label)) {
            *self.counts.label(*label) -= 1;
            let change = Arc::make_mut(&mut self.delta).labels.entry(*label).or_default();
            if self.base.has_label(node, *label) {
                change.removed.insert(node.0);
            } else {
                change.added.remove(&node.0);
            }
        }
        for label in after.iter().filter(|label| !before.contains(label)) {
            *self.counts.label(*label) += 1;
            let change = Arc::make_mut(&mut self.delta).labels.entry(*label).or_default();
            if self.base.has_label(node, *label) {
                change.removed.remove(node.0);
            } else {
                change.added.insert(node.0);
            }
        }
    }

    fn properties_of_base(&self, entity: Entity) -> Vec<(Key, Value)> {
        let written = match entity {
            Entity::Node(node) => self.node_entry(node).is_some_and(|entry| entry.properties.is_some()),
            Entity::Relationship(relationship) => {
                self.relationship_entry(relationship).is_some_and(|entry| entry.properties.is_some())
            }
        };
        if written { Vec::new() } else { self.properties_by_key(entity) }
    }

    /// The entry of a node, made if it has none; the journal keeps what it was.
    fn touch_node(&mut self, node: NodeId) -> &mut NodeEntry {
        if let Some(journal) = &mut self.journal {
            let created = self.base.node_bound + journal.created_nodes as u32;
            if node.0 < created && !journal.nodes.contains_key(&node.0) {
                let entry = match node.0.checked_sub(self.base.node_bound) {
                    Some(place) => self.delta.created_nodes.get(place as usize).cloned(),
                    None => self.delta.touched_nodes.get(&node.0).cloned(),
                };
                journal.nodes.insert(node.0, entry);
            }
        }
        if let Some(place) = node.0.checked_sub(self.base.node_bound) {
            return &mut Arc::make_mut(&mut self.delta).created_nodes[place as usize];
        }
        Arc::make_mut(&mut self.delta).dirty_nodes.insert(node.0);
        Arc::make_mut(&mut self.delta).touched_nodes.entry(node.0).or_default()
    }

    fn touch_relationship(&mut self, relationship: RelationshipId) -> &mut RelationshipEntry {
        let id = relationship.0;
        if let Some(journal) = &mut self.journal {
            let created = self.base.relationship_bound + journal.created_relationships as u32;
            if id < created && !journal.relationships.contains_key(&id) {
                let entry = match id.checked_sub(self.base.relationship_bound) {
                    Some(place) => self.delta.created_relationships.get(place as usize).cloned(),
                    None => self.delta.touched_relationships.get(&id).cloned(),
                };
                journal.relationships.insert(id, entry);
            }
        }
        if let Some(place) = id.checked_sub(self.base.relationship_bound) {
            return &mut Arc::make_mut(&mut self.delta).created_relationships[place as usize];
        }
        Arc::make_mut(&mut self.delta).dirty_relationships.insert(id);
        let ends = self.base.ends(relationship);
        let fresh = || RelationshipEntry { ends, deleted: false, properties: None };
        Arc::make_mut(&mut self.delta).touched_relationships.entry(id).or_insert_with(fresh)
    }

    /// The node's own copy of one of its lists.
    fn list(&mut self, node: NodeId, way: Way, kind: RelationshipType) -> &mut List {
        let whose = (node, way, kind);
        let fresh = match self.delta.lists.get(whose) {
            None => List::of(self.adjacent(node, way, kind)),
            Some(_) => List::default(),
        };
        if let Some(journal) = &mut self.journal {
            journal.lists.entry(whose).or_insert_with(|| self.delta.lists.get(whose).cloned());
        }
        Arc::make_mut(&mut self.delta).lists.write(whose, || fresh)
    }

    fn put_back(&mut self, node: NodeId, entry: Option<NodeEntry>) {
        let before = self.labels(node).to_vec();
        match (node.0.checked_sub(self.base.node_bound), entry) {
            (Some(place), Some(entry)) => {
                Arc::make_mut(&mut self.delta).created_nodes[place as usize] = entry
            }
            (None, Some(entry)) => {
                Arc::make_mut(&mut self.delta).touched_nodes.insert(node.0, entry);
            }
            (_, None) => {
                Arc::make_mut(&mut self.delta).touched_nodes.remove(&node.0);
                Arc::make_mut(&mut self.delta).dirty_nodes.remove(node.0);
            }
        }
        let after = self.labels(node).to_vec();
        self.relabel(node, &before, &after);
        self.note_candidates(node);
    }

    /// Keeps a written value findable where look-ups of its property are indexed.
    fn note_candidate(&mut self, node: NodeId, key: Key, value: &Value) {
        let Some(by_hash) = Arc::make_mut(&mut self.delta).candidates.get_mut().get_mut(&key) else { return };
        if let Some(hash) = hash_of(value) {
            let nodes = by_hash.entry(hash).or_default();
            if nodes.last() != Some(&node.0) {
                nodes.push(node.0);
            }
        }
    }

    /// The same for every property of a node.
    fn note_candidates(&mut self, node: NodeId) {
        let keys: Vec<Key> = Arc::make_mut(&mut self.delta).candidates.get_mut().keys().copied().collect();
        for key in keys {
            let value = self.property(Entity::Node(node), key);
            self.note_candidate(node, key, &value);
        }
    }
}

/// Properties by key, the last of each, without nulls.
fn tidy(mut properties: Vec<(Key, Value)>) -> Vec<(Key, Value)> {
    properties.reverse();
    properties.sort_by_key(|(key, _)| *key);
    properties.dedup_by_key(|(key, _)| *key);
    properties.retain(|(_, value)| !value.is_null());
    properties
}

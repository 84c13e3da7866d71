//! What a statement changed, net: what it made and took back does not count.

use crate::answer::Effects;
use crate::base::{Meter, Result, let_go};
use crate::graph::{Entity, Graph, Key, Label, NodeId, RelationshipId, RelationshipType};
use crate::value::{Value, equivalent};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Default)]
pub struct Changes {
    created_nodes: FxHashSet<NodeId>,
    created_relationships: FxHashSet<RelationshipId>,
    deleted_nodes: u64,
    deleted_relationships: u64,
    /// What older entities had for a property before it was first touched.
    before: FxHashMap<(Entity, Key), Value>,
    /// How many nodes carried a label before it was first touched.
    labels: FxHashMap<Label, usize>,
    /// Whether anything was deleted, so that entities in rows may be gone.
    pub deleted: bool,
}

/// Changes that take long to let go.
const MANY: usize = 1 << 15;

/// What it takes to look up the properties of an entity, as ticks of a meter.
const LOOK_UP: u32 = 4;

impl Changes {
    /// Forgets them; many are freed beside.
    pub fn let_go(self) {
        if self.before.len() + self.created_nodes.len() + self.created_relationships.len() >= MANY {
            let_go(self);
        }
    }

    pub fn create_node(
        &mut self,
        graph: &mut Graph,
        labels: &[Label],
        properties: Vec<(Key, Value)>,
    ) -> NodeId {
        for label in labels {
            self.touch_label(graph, *label);
        }
        let node = graph.create_node(labels, properties);
        self.created_nodes.insert(node);
        node
    }

    pub fn create_relationship(
        &mut self,
        graph: &mut Graph,
        start: NodeId,
        kind: RelationshipType,
        end: NodeId,
        properties: Vec<(Key, Value)>,
    ) -> RelationshipId {
        let relationship = graph.create_relationship(start, kind, end, properties);
        self.created_relationships.insert(relationship);
        relationship
    }

    pub fn set_property(&mut self, graph: &mut Graph, entity: Entity, key: Key, value: Value) {
        self.touch_property(graph, entity, key);
        graph.set_property(entity, key, value);
    }

    pub fn add_label(&mut self, graph: &mut Graph, node: NodeId, label: Label) {
        self.touch_label(graph, label);
        graph.add_label(node, label);
    }

    pub fn remove_label(&mut self, graph: &mut Graph, node: NodeId, label: Label) {
        self.touch_label(graph, label);
        graph.remove_label(node, label);
    }

    pub fn delete_relationship(&mut self, graph: &mut Graph, relationship: RelationshipId) {
        let entity = Entity::Relationship(relationship);
        self.deleted = true;
        if self.created_relationships.remove(&relationship) {
            graph.delete_relationship(relationship);
            return;
        }
        self.touch_properties(graph, entity);
        self.deleted_relationships += 1;
        graph.delete_relationship(relationship);
    }

    pub fn delete_node(&mut self, graph: &mut Graph, node: NodeId) -> Result<()> {
        self.deleted = true;
        for label in graph.labels(node).to_vec() {
            self.touch_label(graph, label);
        }
        if !self.created_nodes.contains(&node) {
            self.touch_properties(graph, Entity::Node(node));
        }
        graph.delete_node(node)?;
        if !self.created_nodes.remove(&node) {
            self.deleted_nodes += 1;
        }
        Ok(())
    }

    /// The net effects, by the state of the graph now.
    pub fn effects(&self, graph: &Graph, meter: &mut Meter) -> Result<Effects> {
        let mut effects = Effects {
            nodes_created: self.created_nodes.len() as u64,
            nodes_deleted: self.deleted_nodes,
            relationships_created: self.created_relationships.len() as u64,
            relationships_deleted: self.deleted_relationships,
            ..Effects::default()
        };
        let made = self.created_nodes.iter().map(|node| Entity::Node(*node));
        let tied = self.created_relationships.iter().map(|relationship| Entity::Relationship(*relationship));
        for entity in made.chain(tied) {
            meter.work(LOOK_UP)?;
            effects.properties_set += graph.properties(entity).len() as u64;
        }
        for ((entity, key), before) in &self.before {
            meter.work(LOOK_UP)?;
            let after = if exists(graph, *entity) { graph.property(*entity, *key) } else { Value::Null };
            if same(before, &after) {
                continue;
            }
            effects.properties_removed += u64::from(!before.is_null());
            effects.properties_set += u64::from(!after.is_null());
        }
        for (label, before) in &self.labels {
            let after = graph.count_with(*label);
            effects.labels_added += u64::from(*before == 0 && after > 0);
            effects.labels_removed += u64::from(*before > 0 && after == 0);
        }
        Ok(effects)
    }

    fn touch_label(&mut self, graph: &Graph, label: Label) {
        self.labels.entry(label).or_insert_with(|| graph.count_with(label));
    }

    fn touch_property(&mut self, graph: &Graph, entity: Entity, key: Key) {
        let fresh = match entity {
            Entity::Node(node) => self.created_nodes.contains(&node),
            Entity::Relationship(relationship) => self.created_relationships.contains(&relationship),
        };
        if !fresh {
            self.before.entry((entity, key)).or_insert_with(|| graph.property(entity, key));
        }
    }

    fn touch_properties(&mut self, graph: &Graph, entity: Entity) {
        for (key, value) in graph.properties(entity) {
            self.before.entry((entity, key)).or_insert(value);
        }
    }
}

pub fn exists(graph: &Graph, entity: Entity) -> bool {
    match entity {
        Entity::Node(node) => graph.has_node(node),
        Entity::Relationship(relationship) => graph.has_relationship(relationship),
    }
}

/// Equivalent and of the same type: 1 written over 1.0 is a change.
fn same(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b) && equivalent(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Budget, Class};
    use std::time::Instant;

    #[test]
    fn counting_many_changes_is_stopped() {
        let (mut graph, mut changes, budget) = (Graph::empty(), Changes::default(), Budget::default());
        let key = graph.intern_key("k");
        for _ in 0..1000 {
            changes.create_node(&mut graph, &[], vec![(key, Value::Boolean(true))]);
        }
        let mut meter = Meter::since(Instant::now(), &budget);
        assert_eq!(changes.effects(&graph, &mut meter).unwrap().properties_set, 1000);
        budget.cancel.cancel();
        let stopped = changes.effects(&graph, &mut meter).map_err(|report| report.class);
        assert_eq!(stopped, Err(Class::Interrupted));
    }
}

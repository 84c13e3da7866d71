//! Folds a delta that has grown into a new base.

use super::{Builder, Entity, Graph, NodeId, RelationshipId};
use std::sync::Arc;

impl Graph {
    /// Makes a new base of what the old one and the delta say together. Ids stay; deleted ones leave holes. The
    /// running statement, if any, can no longer be taken back.
    pub fn fold(&mut self) {
        if !self.has_delta() && self.delta.annotations.is_empty() {
            return;
        }
        let mut builder = Builder::new();
        builder.symbols = (*self.symbols).clone();
        self.copy_nodes(&mut builder);
        self.copy_relationships(&mut builder);
        let version = self.version;
        let (sources, rules, files) = (self.sources.clone(), self.rules.clone(), self.files.clone());
        let (structure, shapes) = (self.structure, self.shapes.clone());
        // What was damaged in the snapshot is not sound because it was copied.
        let image = self.image.clone();
        *self = Graph { version, structure, shapes, sources, rules, files, image, ..builder.finish() };
    }

    fn copy_nodes(&self, builder: &mut Builder) {
        for node in (0..self.node_bound()).map(NodeId) {
            let there = self.has_node(node);
            builder.node(if there { self.labels(node) } else { &[] });
            if !there {
                builder.node_holes.insert(node.0);
                continue;
            }
            self.copy_annotation(builder, Entity::Node(node));
            for (key, value) in self.properties_by_key(Entity::Node(node)) {
                builder.node_column(key).push(node.0, value);
            }
        }
    }

    fn copy_relationships(&self, builder: &mut Builder) {
        for relationship in (0..self.relationship_bound()).map(RelationshipId) {
            let ends = self.ends(relationship);
            builder.relationship(ends.start, ends.kind, ends.end);
            if !self.has_relationship(relationship) {
                builder.relationship_holes.insert(relationship.0);
                continue;
            }
            let entity = Entity::Relationship(relationship);
            self.copy_annotation(builder, entity);
            for (key, value) in self.properties_by_key(entity) {
                builder.relationship_column(key).push(relationship.0, value);
            }
        }
    }

    fn copy_annotation(&self, builder: &mut Builder, entity: Entity) {
        let written = self.delta.annotations.get(&entity);
        if let Some(annotation) = written.or_else(|| self.annotations.get(&entity)) {
            builder.annotate_shared(entity, Arc::clone(annotation));
        }
    }
}

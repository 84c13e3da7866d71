//! Folds a delta that has grown into a new base.

use super::{Builder, Entity, Graph, NodeId, RelationshipId};
use crate::base::{beside, let_go};
use std::sync::{Arc, Mutex, PoisonError};

impl Graph {
    /// Makes a new base of what the old one and the delta say together. Ids stay; deleted ones leave holes. The
    /// running statement, if any, can no longer be taken back.
    ///
    /// Nothing is lost where this takes longer than the running statement may: it is left, and the delta stays.
    pub fn fold(&mut self) {
        if !self.has_delta() && self.delta.annotations.is_empty() {
            return;
        }
        let Some(folded) = self.copied().and_then(|builder| self.finished(builder)) else {
            self.left_at = self.delta.weight();
            return;
        };
        let version = self.version;
        let (sources, rules, files) = (self.sources.clone(), self.rules.clone(), self.files.clone());
        let (states, shapes) = (self.states.clone(), self.shapes.clone());
        shapes.forget_what_occurs(&self.types());
        // What was damaged in the snapshot is not sound because it was copied.
        let (image, declared) = (self.image.clone(), self.declared.clone());
        let folded = Graph { version, states, shapes, sources, rules, files, image, declared, ..folded };
        let_go(std::mem::replace(self, folded));
    }

    /// All that is there; `None` where the running statement has to end.
    fn copied(&self) -> Option<Builder> {
        let mut builder = Builder::new();
        builder.symbols = (*self.symbols).clone();
        if self.copy_nodes(&mut builder) && self.copy_relationships(&mut builder) {
            return Some(builder);
        }
        let_go(builder);
        None
    }

    /// What was copied, laid out; that cannot be stopped, so it is done beside and left.
    fn finished(&self, builder: Builder) -> Option<Graph> {
        let builder = Mutex::new(builder);
        let finish =
            move || std::mem::take(&mut *builder.lock().unwrap_or_else(PoisonError::into_inner)).finish();
        beside(finish, || self.still_runs()).ok()
    }

    /// Whether it came to the end.
    fn copy_nodes(&self, builder: &mut Builder) -> bool {
        for node in (0..self.node_bound()).map(NodeId) {
            if self.is_over_at(node.0) {
                return false;
            }
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
        true
    }

    /// Whether it came to the end.
    fn copy_relationships(&self, builder: &mut Builder) -> bool {
        for relationship in (0..self.relationship_bound()).map(RelationshipId) {
            if self.is_over_at(relationship.0) {
                return false;
            }
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
        true
    }

    fn copy_annotation(&self, builder: &mut Builder, entity: Entity) {
        let written = self.delta.annotations.get(&entity);
        if let Some(annotation) = written.or_else(|| self.annotations.get(&entity)) {
            builder.annotate_shared(entity, Arc::clone(annotation));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Budget, Cancel};
    use crate::value::Value;
    use std::time::Instant;

    #[test]
    fn folding_that_is_left_loses_nothing() {
        let mut graph = Graph::empty();
        let (key, kind) = (graph.intern_key("k"), graph.intern_type("T"));
        graph.declare_index(&Arc::from("by k"));
        let cancel = Cancel::default();
        graph.watch(&Budget { cancel: cancel.clone(), ..Budget::default() }, Instant::now());
        cancel.cancel();
        let write = |graph: &mut Graph, count: i64| {
            graph.begin();
            for number in 0..count {
                let node = graph.create_node(&[], vec![(key, Value::Integer(number))]);
                graph.create_relationship(node, kind, node, Vec::new());
            }
            graph.keep();
        };
        write(&mut graph, 20_000);
        assert!(graph.has_delta() && graph.left_at >= 20_000);
        cancel.reset();
        write(&mut graph, 1);
        assert!(graph.has_delta(), "it is not tried again after every statement");
        write(&mut graph, 30_000);
        assert!(!graph.has_delta());
        assert_eq!((graph.node_count(), graph.count_of(kind)), (50_001, 50_001));
        let last = Entity::Node(NodeId(50_000));
        assert_eq!(graph.property(last, key), Value::Integer(29_999));
        assert_eq!(graph.declared_indexes().len(), 1);
    }
}

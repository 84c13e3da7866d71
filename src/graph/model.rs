//! The store against a naive model: the same random writes give the same graph, taken back or folded at any time.

use super::{Entity, Graph, Key, Label, NodeId, RelationshipId, RelationshipType, Way};
use crate::value::Value;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Operation {
    CreateNode(Vec<u32>, i64),
    CreateRelationship(usize, u32, usize, i64),
    SetNode(usize, u32, Option<i64>),
    SetRelationship(usize, u32, Option<i64>),
    AddLabel(usize, u32),
    RemoveLabel(usize, u32),
    DeleteNode(usize),
    DeleteRelationship(usize),
    /// Look something up, so that candidates are kept from here on.
    Seek(u32, i64),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    node_bound: u32,
    relationship_bound: u32,
    nodes: BTreeMap<u32, (Vec<u32>, BTreeMap<u32, i64>)>,
    relationships: BTreeMap<u32, (u32, u32, u32, BTreeMap<u32, i64>)>,
}

fn operation() -> impl Strategy<Value = Operation> {
    let (place, label, key) = (0usize..1000, 0u32..3, 0u32..2);
    let value = prop_oneof![4 => (0i64..4).prop_map(Some), 1 => Just(None)];
    prop_oneof![
        4 => (proptest::collection::vec(label.clone(), 0..3), 0i64..4).prop_map(|(l, v)| Operation::CreateNode(l, v)),
        6 => (place.clone(), 0u32..2, place.clone(), 0i64..4).prop_map(|(a, k, b, v)| Operation::CreateRelationship(a, k, b, v)),
        2 => (place.clone(), key.clone(), value.clone()).prop_map(|(n, k, v)| Operation::SetNode(n, k, v)),
        2 => (place.clone(), key.clone(), value).prop_map(|(r, k, v)| Operation::SetRelationship(r, k, v)),
        1 => (place.clone(), label.clone()).prop_map(|(n, l)| Operation::AddLabel(n, l)),
        1 => (place.clone(), label).prop_map(|(n, l)| Operation::RemoveLabel(n, l)),
        1 => place.clone().prop_map(Operation::DeleteNode),
        2 => place.prop_map(Operation::DeleteRelationship),
        1 => (key, 0i64..4).prop_map(|(k, v)| Operation::Seek(k, v)),
    ]
}

fn pick<T>(things: &BTreeMap<u32, T>, place: usize) -> Option<u32> {
    things.keys().nth(place % things.len().max(1)).copied()
}

impl Model {
    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateNode(labels, value) => {
                let mut own: Vec<u32> = Vec::new();
                labels.iter().for_each(|l| {
                    if !own.contains(l) {
                        own.push(*l)
                    }
                });
                self.nodes.insert(self.node_bound, (own, BTreeMap::from([(0, *value)])));
                self.node_bound += 1;
            }
            Operation::CreateRelationship(a, kind, b, value) => {
                let (Some(a), Some(b)) = (pick(&self.nodes, *a), pick(&self.nodes, *b)) else { return };
                let properties = BTreeMap::from([(1, *value)]);
                self.relationships.insert(self.relationship_bound, (*kind, a, b, properties));
                self.relationship_bound += 1;
            }
            Operation::SetNode(node, key, value) => {
                let Some(node) = pick(&self.nodes, *node) else { return };
                set(&mut self.nodes.get_mut(&node).unwrap().1, *key, *value);
            }
            Operation::SetRelationship(relationship, key, value) => {
                let Some(r) = pick(&self.relationships, *relationship) else { return };
                set(&mut self.relationships.get_mut(&r).unwrap().3, *key, *value);
            }
            Operation::AddLabel(node, label) => {
                let Some(node) = pick(&self.nodes, *node) else { return };
                let labels = &mut self.nodes.get_mut(&node).unwrap().0;
                if !labels.contains(label) {
                    labels.push(*label);
                }
            }
            Operation::RemoveLabel(node, label) => {
                let Some(node) = pick(&self.nodes, *node) else { return };
                self.nodes.get_mut(&node).unwrap().0.retain(|l| l != label);
            }
            Operation::DeleteNode(node) => {
                let Some(node) = pick(&self.nodes, *node) else { return };
                if !self.relationships.values().any(|(_, a, b, _)| *a == node || *b == node) {
                    self.nodes.remove(&node);
                }
            }
            Operation::DeleteRelationship(relationship) => {
                let Some(r) = pick(&self.relationships, *relationship) else { return };
                self.relationships.remove(&r);
            }
            Operation::Seek(..) => {}
        }
    }
}

fn set(properties: &mut BTreeMap<u32, i64>, key: u32, value: Option<i64>) {
    match value {
        Some(value) => properties.insert(key, value),
        None => properties.remove(&key),
    };
}

fn apply(graph: &mut Graph, model: &Model, operation: &Operation) {
    let value = |v: &Option<i64>| v.map_or(Value::Null, Value::Integer);
    match operation {
        Operation::CreateNode(labels, value) => {
            let labels: Vec<Label> = labels.iter().copied().map(Label).collect();
            graph.create_node(&labels, vec![(Key(0), Value::Integer(*value))]);
        }
        Operation::CreateRelationship(a, kind, b, value) => {
            let (Some(a), Some(b)) = (pick(&model.nodes, *a), pick(&model.nodes, *b)) else { return };
            let properties = vec![(Key(1), Value::Integer(*value))];
            graph.create_relationship(NodeId(a), RelationshipType(*kind), NodeId(b), properties);
        }
        Operation::SetNode(node, key, new) => {
            let Some(node) = pick(&model.nodes, *node) else { return };
            graph.set_property(Entity::Node(NodeId(node)), Key(*key), value(new));
        }
        Operation::SetRelationship(relationship, key, new) => {
            let Some(r) = pick(&model.relationships, *relationship) else { return };
            graph.set_property(Entity::Relationship(RelationshipId(r)), Key(*key), value(new));
        }
        Operation::AddLabel(node, label) => {
            let Some(node) = pick(&model.nodes, *node) else { return };
            graph.add_label(NodeId(node), Label(*label));
        }
        Operation::RemoveLabel(node, label) => {
            let Some(node) = pick(&model.nodes, *node) else { return };
            graph.remove_label(NodeId(node), Label(*label));
        }
        Operation::DeleteNode(node) => {
            let Some(node) = pick(&model.nodes, *node) else { return };
            let _ = graph.delete_node(NodeId(node));
        }
        Operation::DeleteRelationship(relationship) => {
            let Some(r) = pick(&model.relationships, *relationship) else { return };
            graph.delete_relationship(RelationshipId(r));
            assert_eq!(graph.ends(RelationshipId(r)).start.0, model.relationships[&r].1);
        }
        Operation::Seek(key, value) => {
            graph.seek(None, Key(*key), &Value::Integer(*value));
        }
    }
}

/// Everything the reading side says about the graph, compared with the model.
fn check(graph: &Graph, model: &Model) {
    assert_eq!(graph.node_bound(), model.node_bound);
    assert_eq!(graph.relationship_bound(), model.relationship_bound);
    assert_eq!(graph.node_count(), model.nodes.len());
    assert_eq!(graph.relationship_count(), model.relationships.len());
    assert!(graph.nodes().map(|n| n.0).eq(model.nodes.keys().copied()));
    assert!(graph.relationships().map(|r| r.0).eq(model.relationships.keys().copied()));
    for label in 0..3 {
        let expected: Vec<u32> =
            model.nodes.iter().filter(|(_, n)| n.0.contains(&label)).map(|(id, _)| *id).collect();
        let found: Vec<u32> = graph.nodes_with(Label(label)).map(|n| n.0).collect();
        assert_eq!(found, expected, "label {label}");
        // In pieces, from where the first lies to the last.
        let (span, mut found) = (graph.span(Label(label)), Vec::new());
        for from in span.clone().step_by(5) {
            graph.nodes_between(Label(label), from..span.end.min(from + 5), &mut found);
        }
        assert_eq!(found, expected, "label {label} in {span:?}");
        assert_eq!(graph.count_with(Label(label)), expected.len());
    }
    for (id, (labels, properties)) in &model.nodes {
        let node = NodeId(*id);
        assert_eq!(graph.labels(node).iter().map(|l| l.0).collect::<Vec<_>>(), *labels);
        check_properties(graph, Entity::Node(node), properties);
        for kind in 0..2 {
            let mut out: Vec<(u32, u32)> = Vec::new();
            let mut into: Vec<(u32, u32)> = Vec::new();
            for (r, (_, a, b, _)) in model.relationships.iter().filter(|(_, r)| r.0 == kind) {
                if a == id {
                    out.push((*b, *r));
                }
                if b == id {
                    into.push((*a, *r));
                }
            }
            for (way, mut expected) in [(Way::Out, out), (Way::In, into)] {
                expected.sort_unstable();
                let adjacent = graph.adjacent(node, way, RelationshipType(kind));
                let found = adjacent.nodes.iter().zip(adjacent.relationships).map(|(n, r)| (n.0, r.0));
                assert_eq!(found.collect::<Vec<_>>(), expected);
                let nodes: Vec<NodeId> = expected.iter().map(|(node, _)| NodeId(*node)).collect();
                let lists = graph.lists(way, RelationshipType(kind));
                assert_eq!((lists.nodes(*id), lists.degree(*id)), (&nodes[..], nodes.len()));
                check_along(graph, RelationshipType(kind), way, *id, &nodes);
            }
        }
        check_around(graph, node);
    }
    for (id, (kind, a, b, properties)) in &model.relationships {
        let ends = graph.ends(RelationshipId(*id));
        assert_eq!((ends.kind.0, ends.start.0, ends.end.0), (*kind, *a, *b));
        check_properties(graph, Entity::Relationship(RelationshipId(*id)), properties);
    }
    for key in 0..2 {
        for value in 0..4 {
            for label in 0..3 {
                let expected =
                    model.nodes.iter().filter(|(_, n)| n.0.contains(&label) && n.1.get(&key) == Some(&value));
                let found = graph.seek(Some(Label(label)), Key(key), &Value::Integer(value));
                assert!(found.iter().map(|n| n.0).eq(expected.map(|(id, _)| *id)));
            }
        }
    }
    check_lookups(graph, model);
    check_shapes(graph, model);
    for kind in 0..2 {
        let expected = model.relationships.values().filter(|r| r.0 == kind).count();
        assert_eq!(graph.count_of(RelationshipType(kind)), expected);
    }
}

/// What lies along the list of a node, where it has none of its own.
fn check_along(graph: &Graph, kind: RelationshipType, way: Way, node: u32, nodes: &[NodeId]) {
    let lists = graph.lists(way, kind);
    let Some(range) = lists.range(node) else { return };
    assert_eq!(lists.nodes_in(range.clone()), nodes);
    for key in [Key(0), Key(1)] {
        let Some(aligned) = graph.aligned(kind, way, key, true) else { continue };
        for (relationship, value) in
            lists.relationships_in(range.clone()).iter().zip(&aligned.values[range.clone()])
        {
            let stored = graph.property(Entity::Relationship(*relationship), key).as_integer();
            let laid_out = (aligned.missing != Some(*value)).then_some(i64::from(*value));
            assert_eq!(laid_out, stored);
        }
    }
}

/// The neighbours over all types, where they are quickly told.
fn check_around(graph: &Graph, node: NodeId) {
    for way in [Way::Out, Way::In] {
        let types = graph.types();
        let nodes = || types.iter().map(|kind| graph.adjacent(node, way, *kind).nodes);
        if let Some(neighbours) = graph.neighbours(node, way) {
            assert_eq!(neighbours, nodes().collect::<Vec<_>>().concat());
        }
        if let Some(kinds) = graph.kinds_at(node, way) {
            let with =
                types.iter().zip(nodes()).filter(|(_, nodes)| !nodes.is_empty()).map(|(kind, _)| *kind);
            assert_eq!(kinds.each().collect::<Vec<_>>(), with.collect::<Vec<_>>());
        }
    }
}

/// What never occurs among relationships, and how far they lead.
/// Several values that are looked up together, up to a number of nodes, are found as one after the other.
fn check_lookups(graph: &Graph, model: &Model) {
    let values: Vec<Value> = [2, 0, 9, 3, 0].map(Value::Integer).into();
    for (label, key, most) in [(Some(Label(0)), Key(0), 0), (Some(Label(1)), Key(1), 3), (None, Key(0), 99)] {
        let (mut found, mut done) = (Vec::new(), 0);
        while done < values.len() {
            let more = graph.seek_some(label, key, &values[done..], most, |number, node| {
                found.push((done + number, node.0));
            });
            assert!(more > 0);
            done += more;
        }
        let mut expected = Vec::new();
        for (number, value) in values.iter().enumerate() {
            let has = |n: &(Vec<u32>, BTreeMap<u32, i64>)| {
                label.is_none_or(|label| n.0.contains(&label.0))
                    && n.1.get(&key.0).map(|n| Value::Integer(*n)).as_ref() == Some(value)
            };
            expected.extend(model.nodes.iter().filter(|(_, n)| has(n)).map(|(id, _)| (number, *id)));
        }
        assert_eq!(found, expected);
    }
}

fn check_shapes(graph: &Graph, model: &Model) {
    for kind in 0..2 {
        let pairs: Vec<(u32, u32)> =
            model.relationships.values().filter(|r| r.0 == kind).map(|r| (r.1, r.2)).collect();
        let shape = graph.shape(RelationshipType(kind));
        let (mut twice, mut loops, mut returns) = (false, false, false);
        for (place, (a, b)) in pairs.iter().enumerate() {
            loops |= a == b;
            returns |= pairs.contains(&(*b, *a));
            twice |= pairs[..place].contains(&(*a, *b));
        }
        // What was taken away may still be said to occur.
        assert!((shape.loops || !loops) && (shape.returns || !returns) && (shape.parallels || !twice));
        let all = longest(model.node_bound, &pairs);
        let kinds = [RelationshipType(kind)];
        assert!(all.is_some() || graph.has_circles(&kinds));
        let heights = graph.heights(&kinds, Way::Out, None);
        assert_eq!(heights.is_some(), all.is_some());
        let (Some(heights), Some(all)) = (heights, all) else { continue };
        assert!((0..).zip(all).all(|(node, height)| heights.of(NodeId(node)) == height));
    }
    let pairs: Vec<(u32, u32)> = model.relationships.values().map(|r| (r.1, r.2)).collect();
    let both = [RelationshipType(0), RelationshipType(1)];
    assert!(longest(model.node_bound, &pairs).is_some() || graph.has_circles(&both));
}

/// The length of the longest path from each node; `None` where there are circles.
fn longest(bound: u32, pairs: &[(u32, u32)]) -> Option<Vec<u32>> {
    let mut heights = vec![0; bound as usize];
    for _ in 0..=bound {
        let mut grown = false;
        for (a, b) in pairs {
            let height = heights[*b as usize] + 1;
            grown |= height > heights[*a as usize];
            heights[*a as usize] = height.max(heights[*a as usize]);
        }
        if !grown {
            return Some(heights);
        }
    }
    None
}

fn check_properties(graph: &Graph, entity: Entity, properties: &BTreeMap<u32, i64>) {
    for key in 0..2 {
        let value = properties.get(&key).copied();
        assert_eq!(graph.property(entity, Key(key)).as_integer(), value);
        let (id, nodes) = match entity {
            Entity::Node(node) => (node.0, true),
            Entity::Relationship(relationship) => (relationship.0, false),
        };
        if let Some(kept) = graph.stored(Key(key), nodes).filter(|kept| kept.keeps(id)) {
            assert_eq!(kept.column.value(id).as_integer(), value);
        }
    }
    assert_eq!(graph.properties(entity).len(), properties.len());
}

fn named() -> Graph {
    let mut graph = Graph::empty();
    let _ = ["A", "B", "C"].map(|name| graph.intern_label(name));
    let _ = ["R", "S"].map(|name| graph.intern_type(name));
    let _ = ["x", "y"].map(|name| graph.intern_key(name));
    graph
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn behaves_like_the_model(
        statements in proptest::collection::vec(
            (proptest::collection::vec(operation(), 0..25), any::<bool>(), 0..4), 0..8)
    ) {
        let (mut graph, mut model) = (named(), Model::default());
        for (operations, keep, then) in statements {
            let (before, version) = (model.clone(), graph.version());
            graph.begin();
            for operation in &operations {
                apply(&mut graph, &model, operation);
                model.apply(operation);
            }
            check(&graph, &model);
            if keep {
                graph.keep();
            } else {
                graph.rollback();
                prop_assert_eq!(graph.version(), version);
                model = before;
            }
            check(&graph, &model);
            match then {
                0 => {
                    graph.fold();
                    prop_assert!(!graph.has_delta());
                    check(&graph, &model);
                }
                1 => {
                    // Often enough read for a layout.
                    (0..4).for_each(|_| graph.about_to_read());
                    check(&graph, &model);
                    graph.lay_out_columns();
                    check(&graph, &model);
                }
                _ => {}
            }
        }
    }
}

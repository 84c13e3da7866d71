//! What a scenario can see of the engine: values with their entities written out, and the whole graph.

use super::notation::{Direction, Node, Notation, Properties, Relationship};
use std::collections::BTreeSet;
use std::sync::Arc;
use whichlaw::graph::Entity;
use whichlaw::{Graph, NodeId, RelationshipId, Value};

/// A value of an answer in the suite's notation.
pub fn notation(value: &Value, graph: &Graph) -> Notation {
    match value {
        Value::Null => Notation::Null,
        Value::Boolean(b) => Notation::Boolean(*b),
        Value::Integer(n) => Notation::Integer(*n),
        Value::Float(x) => Notation::Float(*x),
        Value::String(text) => Notation::Text(text.to_string()),
        Value::List(values) => Notation::List(values.iter().map(|value| notation(value, graph)).collect()),
        Value::Map(map) => {
            Notation::Map(map.iter().map(|(key, value)| (key.to_string(), notation(value, graph))).collect())
        }
        Value::Node(id) => Notation::Node(node(*id, graph)),
        Value::Relationship(id) => Notation::Relationship(relationship(*id, graph)),
        Value::Path(path) => {
            let steps = path.relationships.iter().zip(&path.nodes).map(|(id, from)| {
                let forward = graph.ends(*id).start == *from;
                (relationship(*id, graph), if forward { Direction::Forward } else { Direction::Backward })
            });
            Notation::Path(path.nodes.iter().map(|id| node(*id, graph)).collect(), steps.collect())
        }
        Value::Date(x) => Notation::Temporal(x.to_string()),
        Value::LocalTime(x) => Notation::Temporal(x.to_string()),
        Value::Time(x) => Notation::Temporal(x.to_string()),
        Value::LocalDateTime(x) => Notation::Temporal(x.to_string()),
        Value::DateTime(x) => Notation::Temporal(x.to_string()),
        Value::Duration(x) => Notation::Temporal(x.to_string()),
    }
}

fn node(id: NodeId, graph: &Graph) -> Node {
    let labels = graph.labels(id).iter().map(|label| graph.label_name(*label).to_string());
    Node { labels: labels.collect(), properties: properties(Entity::Node(id), graph) }
}

fn relationship(id: RelationshipId, graph: &Graph) -> Relationship {
    let kind = graph.type_name(graph.ends(id).kind).to_string();
    Relationship { kind, properties: properties(Entity::Relationship(id), graph) }
}

fn properties(entity: Entity, graph: &Graph) -> Properties {
    let properties = graph.properties(entity).into_iter().filter(|(_, value)| !value.is_null());
    properties.map(|(key, value)| (graph.key_name(key).to_string(), notation(&value, graph))).collect()
}

/// A value of a parameter or of a procedure's table.
pub fn value(notation: &Notation) -> Result<Value, String> {
    Ok(match notation {
        Notation::Null => Value::Null,
        Notation::Boolean(b) => Value::Boolean(*b),
        Notation::Integer(n) => Value::Integer(*n),
        Notation::Float(x) => Value::Float(*x),
        Notation::Text(text) => Value::string(text),
        Notation::List(elements) => Value::from(elements.iter().map(value).collect::<Result<Vec<_>, _>>()?),
        Notation::Map(map) => {
            let pairs = map.iter().map(|(key, element)| Ok((Arc::from(key.as_str()), value(element)?)));
            Value::map(pairs.collect::<Result<_, String>>()?)
        }
        entity => return Err(format!("no parameter: {entity}")),
    })
}

/// What side effects are counted over; a label counts once a graph, a changed property as removed and added.
pub struct State {
    nodes: BTreeSet<String>,
    relationships: BTreeSet<String>,
    properties: BTreeSet<String>,
    labels: BTreeSet<String>,
}

pub fn state(graph: &Graph) -> State {
    let mut state = State {
        nodes: BTreeSet::new(),
        relationships: BTreeSet::new(),
        properties: BTreeSet::new(),
        labels: BTreeSet::new(),
    };
    for id in graph.nodes() {
        let node = node(id, graph);
        state.nodes.insert(id.0.to_string());
        state
            .properties
            .extend(node.properties.iter().map(|(key, value)| format!("n{} {key} {value}", id.0)));
        state.labels.extend(node.labels);
    }
    for id in graph.relationships() {
        let properties = properties(Entity::Relationship(id), graph);
        state.relationships.insert(id.0.to_string());
        state.properties.extend(properties.iter().map(|(key, value)| format!("r{} {key} {value}", id.0)));
    }
    state
}

/// The side effects that are not zero, under the suite's names.
pub fn effects(before: &State, after: &State) -> BTreeSet<(String, usize)> {
    let pairs = [
        ("nodes", &before.nodes, &after.nodes),
        ("relationships", &before.relationships, &after.relationships),
        ("properties", &before.properties, &after.properties),
        ("labels", &before.labels, &after.labels),
    ];
    let counts = pairs.into_iter().flat_map(|(name, before, after)| {
        [
            (format!("+{name}"), after.difference(before).count()),
            (format!("-{name}"), before.difference(after).count()),
        ]
    });
    counts.filter(|(_, count)| *count > 0).collect()
}

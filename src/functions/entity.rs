//! Functions of nodes, relationships and paths.

use super::error::{deleted, unfit};
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::graph::{Entity, NodeId, RelationshipId};
use crate::value::{Map, Path, Value};
use std::sync::Arc;

type Examples = &'static [(&'static str, &'static str)];

const fn row(
    name: &'static str,
    accepts: &'static [Accepts; 1],
    gives: Gives,
    body: fn(&Context<'_>, &[Value]) -> Result<Value>,
    doc: &'static str,
    examples: Examples,
) -> Function {
    let parameters: &[&str] = match accepts[0] {
        Accepts::Node => &["node"],
        Accepts::Relationship => &["relationship"],
        Accepts::Path => &["path"],
        _ => &["entity"],
    };
    Function { name, parameters, accepts, gives, body: Body::Scalar(body), doc, examples }
}

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "id",
        &[Accepts::Entity],
        Gives::Integer,
        id,
        "The number of a node or a relationship within this session.",
        &[("id(null)", "null")],
    ),
    row(
        "elementId",
        &[Accepts::Entity],
        Gives::String,
        element_id,
        "The number of a node or a relationship within this session, as a string.",
        &[("elementId(null)", "null")],
    ),
    row(
        "labels",
        &[Accepts::Node],
        Gives::Strings,
        labels,
        "The labels of a node, its own kind first.",
        &[("labels(null)", "null")],
    ),
    row(
        "type",
        &[Accepts::Relationship],
        Gives::String,
        relationship_type,
        "The type of a relationship.",
        &[("type(null)", "null")],
    ),
    row(
        "keys",
        &[Accepts::Properties],
        Gives::Strings,
        keys,
        "The names of all properties.",
        &[("keys({a: 1, b: null})", "['a', 'b']")],
    ),
    row(
        "properties",
        &[Accepts::Properties],
        Gives::Map,
        properties,
        "All properties as a map.",
        &[("properties({a: 1})", "{a: 1}")],
    ),
    row(
        "startNode",
        &[Accepts::Relationship],
        Gives::Node,
        start_node,
        "The node from which a relationship leads.",
        &[("startNode(null)", "null")],
    ),
    row(
        "endNode",
        &[Accepts::Relationship],
        Gives::Node,
        end_node,
        "The node to which a relationship leads.",
        &[("endNode(null)", "null")],
    ),
    row(
        "nodes",
        &[Accepts::Path],
        Gives::Nodes,
        nodes,
        "The nodes of a path in their order.",
        &[("nodes(null)", "null")],
    ),
    row(
        "relationships",
        &[Accepts::Path],
        Gives::Relationships,
        relationships,
        "The relationships of a path in their order.",
        &[("relationships(null)", "null")],
    ),
    row(
        "length",
        &[Accepts::Path],
        Gives::Integer,
        length,
        "The number of relationships of a path.",
        &[("length(null)", "null")],
    ),
];

/// The node or relationship that is the first argument; `None` for null.
pub(super) fn entity(function: &str, arguments: &[Value]) -> Result<Option<Entity>> {
    match arguments.first() {
        Some(Value::Node(node)) => Ok(Some(Entity::Node(*node))),
        Some(Value::Relationship(relationship)) => Ok(Some(Entity::Relationship(*relationship))),
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unfit(function, Accepts::Entity.name(), other)),
    }
}

/// The same, which must not have been deleted.
pub(super) fn present(function: &str, context: &Context<'_>, arguments: &[Value]) -> Result<Option<Entity>> {
    let entity = entity(function, arguments)?;
    let there = match entity {
        Some(Entity::Node(node)) => context.graph.has_node(node),
        Some(Entity::Relationship(relationship)) => context.graph.has_relationship(relationship),
        None => true,
    };
    if there { Ok(entity) } else { Err(deleted(function)) }
}

fn id(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(match entity("id", arguments)? {
        Some(Entity::Node(NodeId(n)) | Entity::Relationship(RelationshipId(n))) => Value::Integer(n.into()),
        None => Value::Null,
    })
}

fn element_id(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(match entity("elementId", arguments)? {
        Some(Entity::Node(NodeId(n)) | Entity::Relationship(RelationshipId(n))) => Value::from(n.to_string()),
        None => Value::Null,
    })
}

fn labels(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        Some(Value::Node(node)) if !context.graph.has_node(*node) => Err(deleted("labels")),
        Some(Value::Node(node)) => {
            let name = |label| Value::String(context.graph.label_name(label).clone());
            Ok(Value::List(context.graph.labels(*node).iter().copied().map(name).collect()))
        }
        None | Some(Value::Null) => Ok(Value::Null),
        Some(other) => Err(unfit("labels", Accepts::Node.name(), other)),
    }
}

/// The relationship that is the first argument, which may have been deleted: it still has a type and ends.
fn relationship(
    function: &str,
    context: &Context<'_>,
    arguments: &[Value],
) -> Result<Option<RelationshipId>> {
    match arguments.first() {
        Some(Value::Relationship(relationship)) if relationship.0 < context.graph.relationship_bound() => {
            Ok(Some(*relationship))
        }
        Some(Value::Relationship(_)) => Err(deleted(function)),
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unfit(function, Accepts::Relationship.name(), other)),
    }
}

fn relationship_type(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let name = |r| Value::String(context.graph.type_name(context.graph.ends(r).kind).clone());
    Ok(relationship("type", context, arguments)?.map_or(Value::Null, name))
}

fn start_node(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let start = |r| Value::Node(context.graph.ends(r).start);
    Ok(relationship("startNode", context, arguments)?.map_or(Value::Null, start))
}

fn end_node(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let end = |r| Value::Node(context.graph.ends(r).end);
    Ok(relationship("endNode", context, arguments)?.map_or(Value::Null, end))
}

fn keys(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    if let Some(Value::Map(map)) = arguments.first() {
        return Ok(Value::List(map.keys().map(|key| Value::String(key.clone())).collect()));
    }
    let Some(entity) = properties_of("keys", context, arguments)? else { return Ok(Value::Null) };
    let name = |key| Value::String(context.graph.key_name(key).clone());
    Ok(Value::List(context.graph.keys_of(entity).into_iter().map(name).collect()))
}

fn properties(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    if let Some(map @ Value::Map(_)) = arguments.first() {
        return Ok(map.clone());
    }
    let Some(entity) = properties_of("properties", context, arguments)? else { return Ok(Value::Null) };
    let named = |(key, value)| (context.graph.key_name(key).clone(), value);
    Ok(Value::map(context.graph.properties(entity).into_iter().map(named).collect::<Map>()))
}

fn properties_of(function: &str, context: &Context<'_>, arguments: &[Value]) -> Result<Option<Entity>> {
    match arguments.first() {
        Some(Value::Node(_) | Value::Relationship(_) | Value::Null) | None => {
            present(function, context, arguments)
        }
        Some(other) => Err(unfit(function, Accepts::Properties.name(), other)),
    }
}

fn path<'a>(function: &str, arguments: &'a [Value]) -> Result<Option<&'a Arc<Path>>> {
    match arguments.first() {
        Some(Value::Path(path)) => Ok(Some(path)),
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unfit(function, Accepts::Path.name(), other)),
    }
}

fn nodes(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let list = |path: &Arc<Path>| Value::List(path.nodes.iter().copied().map(Value::Node).collect());
    Ok(path("nodes", arguments)?.map_or(Value::Null, list))
}

fn relationships(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let list =
        |path: &Arc<Path>| Value::List(path.relationships.iter().copied().map(Value::Relationship).collect());
    Ok(path("relationships", arguments)?.map_or(Value::Null, list))
}

fn length(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let length = |path: &Arc<Path>| Value::Integer(path.relationships.len() as i64);
    Ok(path("length", arguments)?.map_or(Value::Null, length))
}

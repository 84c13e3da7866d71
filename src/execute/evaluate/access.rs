//! Getting at parts: properties, labels, elements, slices, paths, degrees.

use super::{Frame, LabelTest, large};
use crate::algebra::Slot;
use crate::base::{Report, Result};
use crate::execute::changes::exists;
use crate::execute::context::Context;
use crate::graph::{Entity, Graph, Key, Label, NodeId};
use crate::optimize::expression::PathStep;
use crate::value::{Path, Truth, Value, equal, temporal};
use std::sync::Arc;

/// `subject.key`
pub(super) fn property(
    subject: &Value,
    key: &Arc<str>,
    known: Option<Key>,
    context: &mut Context<'_>,
) -> Result<Value> {
    match subject {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => entity_property(Entity::Node(*node), key, known, context),
        Value::Relationship(relationship) => {
            entity_property(Entity::Relationship(*relationship), key, known, context)
        }
        Value::Map(map) => Ok(map.get(key).cloned().unwrap_or_default()),
        Value::Date(_)
        | Value::LocalTime(_)
        | Value::Time(_)
        | Value::LocalDateTime(_)
        | Value::DateTime(_)
        | Value::Duration(_) => Ok(temporal::component(subject, key).unwrap_or_default()),
        other => {
            let message = format!("{} has no properties, so it has no `{key}`", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

fn entity_property(
    entity: Entity,
    key: &str,
    known: Option<Key>,
    context: &mut Context<'_>,
) -> Result<Value> {
    if context.changes.deleted && !exists(context.graph, entity) {
        return Err(deleted());
    }
    let key = match known {
        Some(key) => Some(key),
        None if context.writes => context.graph.key(key),
        None => None,
    };
    Ok(key.map_or(Value::Null, |key| context.graph.property(entity, key)))
}

fn deleted() -> Box<Report> {
    Report::runtime(
        "EntityNotFound",
        "DeletedEntityAccess",
        "the entity was deleted by this statement, so nothing of it can be read any more",
    )
}

/// Functions that read what a deleted entity no longer has.
const READING: [&str; 3] = ["labels", "properties", "keys"];

pub(super) fn check_deleted(function: &str, arguments: &[Value], context: &Context<'_>) -> Result<()> {
    if !READING.iter().any(|name| function.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let gone = arguments.iter().any(|argument| match argument {
        Value::Node(node) => !context.graph.has_node(*node),
        Value::Relationship(relationship) => !context.graph.has_relationship(*relationship),
        _ => false,
    });
    if gone { Err(deleted()) } else { Ok(()) }
}

/// `subject:Label`; on a relationship, its type.
pub(super) fn has_labels(subject: &Value, labels: &LabelTest, context: &Context<'_>) -> Result<Value> {
    match subject {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            if context.changes.deleted && !context.graph.has_node(*node) {
                return Err(deleted());
            }
            Ok(Value::Boolean(labels.holds(*node, context.graph)))
        }
        Value::Relationship(relationship) => {
            let graph = &*context.graph;
            let kind = graph.type_name(graph.ends(*relationship).kind).clone();
            Ok(Value::Boolean(labels.names(&kind, graph)))
        }
        other => {
            let message = format!("{} has no labels", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

impl LabelTest {
    #[inline]
    pub fn holds(&self, node: NodeId, graph: &Graph) -> bool {
        match self {
            LabelTest::Label(label) => graph.has_label(node, *label),
            LabelTest::Unknown(name) => graph.label(name).is_some_and(|label| graph.has_label(node, label)),
            LabelTest::Any => !graph.labels(node).is_empty(),
            LabelTest::Not(inner) => !inner.holds(node, graph),
            LabelTest::And(parts) => parts.iter().all(|part| part.holds(node, graph)),
            LabelTest::Or(parts) => parts.iter().any(|part| part.holds(node, graph)),
        }
    }

    /// Whether nodes with just these labels pass.
    pub fn among(&self, set: &[Label], graph: &Graph) -> bool {
        match self {
            LabelTest::Label(label) => set.contains(label),
            LabelTest::Unknown(name) => graph.label(name).is_some_and(|label| set.contains(&label)),
            LabelTest::Any => !set.is_empty(),
            LabelTest::Not(inner) => !inner.among(set, graph),
            LabelTest::And(parts) => parts.iter().all(|part| part.among(set, graph)),
            LabelTest::Or(parts) => parts.iter().any(|part| part.among(set, graph)),
        }
    }

    fn names(&self, kind: &str, graph: &Graph) -> bool {
        match self {
            LabelTest::Label(label) => **graph.label_name(*label) == *kind,
            LabelTest::Unknown(name) => **name == *kind,
            LabelTest::Any => true,
            LabelTest::Not(inner) => !inner.names(kind, graph),
            LabelTest::And(parts) => parts.iter().all(|part| part.names(kind, graph)),
            LabelTest::Or(parts) => parts.iter().any(|part| part.names(kind, graph)),
        }
    }
}

/// `subject[index]`
pub(super) fn index(subject: &Value, index: &Value, context: &mut Context<'_>) -> Result<Value> {
    match (subject, index) {
        (Value::List(_), Value::Null) | (Value::Null, _) => Ok(Value::Null),
        (Value::List(items), Value::Integer(place)) => {
            let length = items.len() as i64;
            let place = if *place < 0 { place.saturating_add(length) } else { *place };
            let found = usize::try_from(place).ok().and_then(|place| items.get(place));
            Ok(found.cloned().unwrap_or_default())
        }
        (Value::List(_), other) => {
            let message = format!("a list is indexed by an INTEGER, not by {}", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_), Value::Null) => Ok(Value::Null),
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_), Value::String(key)) => {
            let known = context.graph.key(key);
            property(subject, key, known, context)
        }
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_), other) => {
            let message = format!("a map is looked up by a STRING, not by {}", other.type_with_article());
            Err(Report::runtime("TypeError", "MapElementAccessByNonString", message))
        }
        (other, _) => {
            let message = format!("{} has no elements", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

/// `subject[from..to]`
pub(super) fn slice(
    subject: &Value,
    from: Option<&Value>,
    to: Option<&Value>,
    context: &mut Context<'_>,
) -> Result<Value> {
    let items = match subject {
        Value::Null => return Ok(Value::Null),
        Value::List(items) => items,
        other => {
            let message = format!("only a list has slices, not {}", other.type_with_article());
            return Err(Report::runtime("TypeError", "InvalidArgumentType", message));
        }
    };
    let length = items.len() as i64;
    let bound = |value: Option<&Value>, otherwise: i64| match value {
        None => Ok(Some(otherwise)),
        Some(Value::Null) => Ok(None),
        Some(Value::Integer(place)) if *place < 0 => Ok(Some(place.saturating_add(length).max(0))),
        Some(Value::Integer(place)) => Ok(Some((*place).min(length))),
        Some(other) => {
            let message = format!("a list is indexed by an INTEGER, not by {}", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    };
    let (Some(from), Some(to)) = (bound(from, 0)?, bound(to, length)?) else { return Ok(Value::Null) };
    let chosen = from as usize..to.max(from) as usize;
    if large::is_long_list(chosen.len()) {
        let items = items.clone();
        return large::made(context, move || Ok(Value::list(items.get(chosen.clone()).unwrap_or_default())));
    }
    context.meter.work(chosen.len() as u32 / 8)?;
    Ok(Value::list(items.get(chosen).unwrap_or_default()))
}

/// The path whose nodes and relationships stand in slots; null where any of them is.
pub(super) fn path(start: Slot, steps: &[PathStep], frame: &Frame<'_>, context: &Context<'_>) -> Value {
    let batch = frame.batch;
    let Some(start) = batch.column(start).node(frame.row) else { return Value::Null };
    let mut path = Path { nodes: vec![start], relationships: Vec::with_capacity(steps.len()) };
    let mut at = start;
    for step in steps {
        let column = batch.column(step.relationship);
        if step.list {
            let Value::List(items) = column.value(frame.row) else { return Value::Null };
            for item in items.iter() {
                let Value::Relationship(relationship) = item else { return Value::Null };
                let ends = context.graph.ends(*relationship);
                at = if ends.start == at { ends.end } else { ends.start };
                path.relationships.push(*relationship);
                path.nodes.push(at);
            }
        } else {
            let Some(relationship) = column.relationship(frame.row) else { return Value::Null };
            let Some(node) = batch.column(step.node).node(frame.row) else { return Value::Null };
            path.relationships.push(relationship);
            path.nodes.push(node);
            at = node;
        }
    }
    Value::Path(Arc::new(path))
}

/// Whether every property of a map equals the subject's.
pub fn has_properties(subject: &Value, map: &Value, context: &mut Context<'_>) -> Result<Truth> {
    let entity = match subject {
        Value::Node(node) => Entity::Node(*node),
        Value::Relationship(relationship) => Entity::Relationship(*relationship),
        _ => return Ok(Truth::Unknown),
    };
    let Value::Map(map) = map else { return Ok(Truth::Unknown) };
    let mut truth = Truth::True;
    for (key, wanted) in map.iter() {
        let known = context.graph.key(key);
        let found = entity_property(entity, key, known, context)?;
        match equal(&found, wanted) {
            Truth::False => return Ok(Truth::False),
            Truth::Unknown => truth = Truth::Unknown,
            Truth::True => {}
        }
    }
    Ok(truth)
}

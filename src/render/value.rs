//! Values as people read them: nodes by name, kind and id; relationships as sentences; paths as chains.

use super::look::Ink;
use super::text::Text;
use crate::answer::{Scene, verb_of};
use crate::graph::{NodeId, RelationshipId};
use crate::value::{Path, Value};

/// Deeper nesting is shown as an ellipsis.
const DEEPEST: usize = 32;

/// A value as a cell.
pub fn text_of(value: &Value, scene: &Scene<'_>) -> Text {
    let mut text = Text::default();
    write_value(value, scene, &mut text, 0);
    text
}

/// A value as unstyled text.
pub fn plain(value: &Value, scene: &Scene<'_>) -> String {
    text_of(value, scene).plain()
}

fn write_value(value: &Value, scene: &Scene<'_>, text: &mut Text, depth: usize) {
    if depth > DEEPEST {
        return text.push("…", Ink::Dim);
    }
    match value {
        Value::Null => text.push("—", Ink::Dim),
        Value::String(string) if depth == 0 => text.push(string, Ink::Plain),
        Value::String(string) => text.push(format!("'{string}'"), Ink::Plain),
        Value::Integer(_) | Value::Float(_) => text.push(scalar(value), Ink::Number),
        Value::Node(node) => write_node(*node, scene, text),
        Value::Relationship(relationship) => write_relationship(*relationship, scene, text),
        Value::Path(path) => write_path(path, scene, text),
        Value::List(items) => write_list(items, scene, text, depth),
        Value::Map(map) => {
            text.push("{", Ink::Dim);
            for (number, (key, value)) in map.iter().enumerate() {
                let comma = if number == 0 { "" } else { ", " };
                text.push(format!("{comma}{key}: "), Ink::Dim);
                write_value(value, scene, text, depth + 1);
            }
            text.push("}", Ink::Dim);
        }
        other => text.push(scalar(other), Ink::Plain),
    }
}

/// Numbers, booleans and times in their usual notation.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        // The canonical notation quotes times; here they stand alone.
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(moment) => moment.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => other.to_string(),
    }
}

fn write_node(node: NodeId, scene: &Scene<'_>, text: &mut Text) {
    let id = scene.id(node);
    match (scene.name(node), scene.kind(node)) {
        (Some(name), Some(kind)) => {
            text.push(&name, Ink::Plain);
            text.push(if *name == *id { format!(" ({kind})") } else { format!(" ({kind}, {id})") }, Ink::Dim);
        }
        (Some(name), None) => {
            text.push(&name, Ink::Plain);
            text.push(if *name == *id { String::new() } else { format!(" ({id})") }, Ink::Dim);
        }
        (None, _) => {
            let labels: String = scene.labels(node).iter().map(|l| format!(":{l}")).collect();
            let gap = if labels.is_empty() { "" } else { " " };
            text.push(format!("({labels}"), Ink::Plain);
            let properties = scene.properties(crate::graph::Entity::Node(node));
            if !properties.is_empty() {
                text.push(format!("{gap}{{"), Ink::Dim);
                for (number, (key, value)) in properties.iter().enumerate() {
                    let comma = if number == 0 { "" } else { ", " };
                    text.push(format!("{comma}{key}: "), Ink::Dim);
                    write_value(value, scene, text, DEEPEST);
                }
                text.push("}", Ink::Dim);
            }
            text.push(")", Ink::Plain);
        }
    }
}

fn write_relationship(relationship: RelationshipId, scene: &Scene<'_>, text: &mut Text) {
    let ends = scene.graph.ends(relationship);
    text.push(scene.called(ends.start), Ink::Plain);
    text.push(format!(" —{}→ ", verb_of(relationship, scene)), Ink::Verb);
    text.push(scene.called(ends.end), Ink::Plain);
}

/// `A —establishes→ B ←issues— C`: the arrow keeps the direction of the fact.
fn write_path(path: &Path, scene: &Scene<'_>, text: &mut Text) {
    let mut nodes = path.nodes.iter();
    let Some(first) = nodes.next() else { return };
    write_node(*first, scene, text);
    let mut here = *first;
    for (relationship, node) in path.relationships.iter().zip(nodes) {
        let verb = verb_of(*relationship, scene);
        let onward = scene.graph.ends(*relationship).start == here;
        text.push(if onward { format!(" —{verb}→ ") } else { format!(" ←{verb}— ") }, Ink::Verb);
        write_node(*node, scene, text);
        here = *node;
    }
}

/// Nodes and what is long stand one a line, plain values side by side.
fn write_list(items: &[Value], scene: &Scene<'_>, text: &mut Text, depth: usize) {
    let entities = |v: &Value| matches!(v, Value::Node(_) | Value::Relationship(_) | Value::Path(_));
    let one_a_line = depth == 0 && !items.is_empty() && items.iter().all(entities);
    if one_a_line {
        for (number, item) in items.iter().enumerate() {
            text.push(if number == 0 { "" } else { "\n" }, Ink::Plain);
            write_value(item, scene, text, depth + 1);
        }
        return;
    }
    text.push("[", Ink::Dim);
    for (number, item) in items.iter().enumerate() {
        text.push(if number == 0 { "" } else { ", " }, Ink::Dim);
        write_value(item, scene, text, depth + 1);
    }
    text.push("]", Ink::Dim);
}

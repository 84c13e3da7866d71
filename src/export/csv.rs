//! Tables with the headers of graph importers: one of nodes for each combination of labels, one of relationships for
//! each type. Evidence, claims and validity beyond its properties are not in them.

use super::mixed;
use super::save::{hold, replace};
use crate::base::{Class, Report, Result};
use crate::graph::{Day, Entity, Graph, Key, NodeId};
use crate::load;
use crate::value::Value;
use crate::vocabulary::Vocabulary;
use csv::Writer;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub fn write(graph: &Graph, _vocabulary: &Vocabulary, target: &Path) -> Result<Vec<PathBuf>> {
    let mut nodes: BTreeMap<String, Vec<Entity>> = BTreeMap::new();
    for node in graph.nodes() {
        let labels: Vec<&str> =
            graph.labels(node).iter().map(|label| graph.label_name(*label).as_ref()).collect();
        nodes.entry(labels.join(";")).or_default().push(Entity::Node(node));
    }
    let mut relationships: BTreeMap<String, Vec<Entity>> = BTreeMap::new();
    for relationship in graph.relationships() {
        let kind = graph.type_name(graph.ends(relationship).kind).to_string();
        relationships.entry(kind).or_default().push(Entity::Relationship(relationship));
    }
    // Ids of files are those of the graph where all nodes have one of their own, else numbers.
    let ids: BTreeSet<_> = graph.nodes().filter_map(|node| graph.id(node)).collect();
    let own = ids.len() == graph.node_count();
    let mut names = BTreeSet::new();
    let mut files = Vec::new();
    for (prefix, tables) in [("nodes", nodes), ("relationships", relationships)] {
        for (group, entities) in tables {
            let name = file_name(prefix, &group, &mut names);
            let text =
                table(graph, &group, &entities, own).map_err(|error| failed(&name, &error.to_string()))?;
            files.push((PathBuf::from(name), text));
        }
    }
    let held = hold(target)?;
    let ours = |path: &Path| files.iter().any(|(name, _)| target.join(name) == path);
    if let Some(other) = load::data_files(target).iter().find(|path| !ours(path)) {
        return Err(mixed(other, "would be read together with these tables, or instead of them"));
    }
    replace(target, &held, &files)?;
    Ok(files.into_iter().map(|(path, _)| target.join(path)).collect())
}

fn failed(name: &str, error: &str) -> Box<Report> {
    Report::new(Class::Data, "file.unwritable", format!("{name} cannot be written: {error}"))
}

fn table(graph: &Graph, group: &str, entities: &[Entity], own: bool) -> csv::Result<Vec<u8>> {
    let columns = columns(graph, entities, own);
    let of_nodes = matches!(entities.first(), Some(Entity::Node(_)));
    let mut writer = Writer::from_writer(Vec::new());
    let (first, last): (&[&str], &str) = if of_nodes {
        (&[if own { "id:ID" } else { ":ID" }], ":LABEL")
    } else {
        (&[":START_ID", ":END_ID"], ":TYPE")
    };
    let properties = columns.iter().map(|(key, kind)| format!("{}:{kind}", graph.key_name(*key)));
    let header = first.iter().map(|cell| cell.to_string()).chain(properties).chain([last.to_string()]);
    writer.write_record(header.collect::<Vec<String>>())?;
    for entity in entities {
        let mut cells = match entity {
            Entity::Node(node) => vec![id(graph, *node, own)],
            Entity::Relationship(relationship) => {
                let ends = graph.ends(*relationship);
                vec![id(graph, ends.start, own), id(graph, ends.end, own)]
            }
        };
        for key in columns.keys() {
            cells.push(cell(graph, *entity, *key)?);
        }
        cells.push(group.to_string());
        writer.write_record(&cells)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn id(graph: &Graph, node: NodeId, own: bool) -> String {
    match graph.id(node) {
        Some(id) if own => id.to_string(),
        _ => node.0.to_string(),
    }
}

/// The property columns of a table with the type that all values of each share.
fn columns(graph: &Graph, entities: &[Entity], own: bool) -> BTreeMap<Key, String> {
    let mut columns: BTreeMap<Key, String> = BTreeMap::new();
    for (entity, key, value) in entities
        .iter()
        .flat_map(|e| graph.properties(*e).into_iter().map(move |(key, value)| (e, key, value)))
    {
        if matches!(entity, Entity::Node(_)) && own && graph.key_name(key).as_ref() == "id" {
            continue;
        }
        let kind = match &value {
            Value::List(list) => {
                let mut kinds: Vec<&str> = list.iter().map(cell_type).collect();
                kinds.dedup();
                if let [kind] = kinds[..] { format!("{kind}[]") } else { "string[]".to_string() }
            }
            value => cell_type(value).to_string(),
        };
        let known = columns.entry(key).or_insert_with(|| kind.clone());
        if *known != kind {
            *known =
                if known.ends_with("[]") && kind.ends_with("[]") { "string[]" } else { "string" }.to_string();
        }
    }
    columns
}

fn cell_type(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "int",
        Value::Float(_) => "float",
        Value::Boolean(_) => "boolean",
        Value::Date(_) => "date",
        _ => "string",
    }
}

fn cell(graph: &Graph, entity: Entity, key: Key) -> csv::Result<String> {
    Ok(match graph.property(entity, key) {
        Value::Null => String::new(),
        Value::Date(date) => Day { date, precision: graph.precision(entity, key) }.written(),
        // A semicolon parts the items of a list: one that stands in an item would make two of it.
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(text).collect();
            if let Some(item) = items.iter().find(|item| item.contains(';')) {
                let key = graph.key_name(key);
                let message =
                    format!("the list `{key}` holds `{item}`, and tables write a semicolon between items");
                return Err(std::io::Error::other(message).into());
            }
            items.join(";")
        }
        value => text(&value),
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::List(list) => list.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string().trim_matches('\'').to_string(),
    }
}

/// A file name that is safe everywhere and not taken.
fn file_name(prefix: &str, group: &str, names: &mut BTreeSet<String>) -> String {
    let first = group.split(';').next().unwrap_or_default();
    let plain: String =
        first.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let stem = if plain.is_empty() { prefix.to_string() } else { format!("{prefix}_{plain}") };
    let mut name = format!("{stem}.csv");
    let mut number = 1;
    while !names.insert(name.to_lowercase()) {
        number += 1;
        name = format!("{stem}_{number}.csv");
    }
    name
}

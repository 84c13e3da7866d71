//! A script of CREATE statements that makes the same nodes, relationships and properties.

use crate::graph::{Entity, Graph, Key, NodeId};
use crate::value::Value;
use std::io::{self, Write};

/// The property by which the script finds its nodes again; it takes it away at the end.
const MARK: &str = "_node";

pub fn write(graph: &Graph, to: &mut dyn Write) -> io::Result<()> {
    for node in graph.nodes() {
        let labels: String =
            graph.labels(node).iter().map(|label| format!(":{}", name(graph.label_name(*label)))).collect();
        let properties = properties(graph, Entity::Node(node), Some(node));
        writeln!(to, "CREATE ({labels}{}{properties});", if labels.is_empty() { "" } else { " " })?;
    }
    for relationship in graph.relationships() {
        let ends = graph.ends(relationship);
        let kind = name(graph.type_name(ends.kind));
        let properties = properties(graph, Entity::Relationship(relationship), None);
        let space = if properties.is_empty() { "" } else { " " };
        writeln!(
            to,
            "MATCH (a {{{MARK}: {}}}), (b {{{MARK}: {}}}) CREATE (a)-[:{kind}{space}{properties}]->(b);",
            ends.start.0, ends.end.0
        )?;
    }
    if graph.node_count() > 0 {
        writeln!(to, "MATCH (n) REMOVE n.{MARK};")?;
    }
    Ok(())
}

fn properties(graph: &Graph, entity: Entity, mark: Option<NodeId>) -> String {
    let mark = mark.map(|node| format!("{MARK}: {}", node.0));
    let written = graph.properties(entity).into_iter().map(|(key, value): (Key, Value)| {
        let text = format!("{}: ", name(graph.key_name(key)));
        text + &literal(&value)
    });
    let all: Vec<String> = mark.into_iter().chain(written).collect();
    if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(", ")) }
}

/// A name as it is, or between backticks where it is no plain identifier.
pub fn name(name: &str) -> String {
    let mut characters = name.chars();
    let plain = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_string() } else { format!("`{}`", name.replace('`', "``")) }
}

/// A value as Cypher writes it.
pub fn literal(value: &Value) -> String {
    let call = |function: &str, value: &Value| {
        format!("{function}({})", quoted(value.to_string().trim_matches('\'')))
    };
    match value {
        Value::String(text) => quoted(text),
        Value::List(list) => format!("[{}]", list.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let members: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", name(key), literal(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Float(number) if number.is_nan() => "(0.0 / 0.0)".to_string(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 {
                "(1.0 / 0.0)".to_string()
            } else {
                "(-1.0 / 0.0)".to_string()
            }
        }
        // The least integer has no literal of its own: its sign is an operator.
        Value::Integer(i64::MIN) => "(-9223372036854775807 - 1)".to_string(),
        Value::Date(_) => call("date", value),
        Value::LocalTime(_) => call("localtime", value),
        Value::Time(_) => call("time", value),
        Value::LocalDateTime(_) => call("localdatetime", value),
        Value::DateTime(_) => call("datetime", value),
        Value::Duration(_) => call("duration", value),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_makes_nodes_then_relationships() {
        let mut graph = Graph::empty();
        let (label, key) = (graph.intern_label("Own Kind"), graph.intern_key("name"));
        let kind = graph.intern_type("R");
        let a = graph.create_node(&[label], vec![(key, Value::from("it's"))]);
        let b = graph.create_node(&[], Vec::new());
        graph.create_relationship(a, kind, b, vec![(key, Value::Float(1.5))]);
        let mut script = Vec::new();
        write(&graph, &mut script).unwrap();
        let expected = "CREATE (:`Own Kind` {_node: 0, name: 'it\\'s'});\nCREATE ({_node: 1});\n\
            MATCH (a {_node: 0}), (b {_node: 1}) CREATE (a)-[:R {name: 1.5}]->(b);\nMATCH (n) REMOVE n._node;\n";
        assert_eq!(String::from_utf8(script).unwrap(), expected);
    }
}

//! GraphML (<http://graphml.graphdrawing.org>): nodes and edges with typed data.

use crate::graph::{Entity, Graph, Key};
use crate::value::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};

pub fn write(graph: &Graph, to: &mut dyn Write) -> io::Result<()> {
    let nodes = types(graph, graph.nodes().map(Entity::Node));
    let edges = types(graph, graph.relationships().map(Entity::Relationship));
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(to, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
    writeln!(to, "  <key id=\"labels\" for=\"node\" attr.name=\"labels\" attr.type=\"string\"/>")?;
    writeln!(to, "  <key id=\"type\" for=\"edge\" attr.name=\"type\" attr.type=\"string\"/>")?;
    for (owner, letter, keys) in [("node", 'n', &nodes), ("edge", 'e', &edges)] {
        for (key, kind) in keys {
            let name = escaped(graph.key_name(*key));
            let id = format!("{letter}{}", key.0);
            writeln!(to, "  <key id=\"{id}\" for=\"{owner}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")?;
        }
    }
    writeln!(to, "  <graph edgedefault=\"directed\">")?;
    for node in graph.nodes() {
        let labels: Vec<&str> =
            graph.labels(node).iter().map(|label| graph.label_name(*label).as_ref()).collect();
        writeln!(to, "    <node id=\"n{}\">", node.0)?;
        writeln!(to, "      <data key=\"labels\">{}</data>", escaped(&labels.join(";")))?;
        data(graph, Entity::Node(node), 'n', to)?;
        writeln!(to, "    </node>")?;
    }
    for relationship in graph.relationships() {
        let ends = graph.ends(relationship);
        let (id, start, end) = (relationship.0, ends.start.0, ends.end.0);
        writeln!(to, "    <edge id=\"e{id}\" source=\"n{start}\" target=\"n{end}\">")?;
        writeln!(to, "      <data key=\"type\">{}</data>", escaped(graph.type_name(ends.kind)))?;
        data(graph, Entity::Relationship(relationship), 'e', to)?;
        writeln!(to, "    </edge>")?;
    }
    writeln!(to, "  </graph>")?;
    writeln!(to, "</graphml>")
}

fn data(graph: &Graph, entity: Entity, letter: char, to: &mut dyn Write) -> io::Result<()> {
    for (key, value) in graph.properties(entity) {
        writeln!(to, "      <data key=\"{letter}{}\">{}</data>", key.0, escaped(&text(&value)))?;
    }
    Ok(())
}

/// The GraphML type of each key: that of its values, or text where they differ.
fn types(graph: &Graph, entities: impl Iterator<Item = Entity>) -> BTreeMap<Key, &'static str> {
    let mut types = BTreeMap::new();
    for (key, value) in entities.flat_map(|entity| graph.properties(entity)) {
        let own = match value {
            Value::Integer(_) => "long",
            Value::Float(_) => "double",
            Value::Boolean(_) => "boolean",
            _ => "string",
        };
        let kind = types.entry(key).or_insert(own);
        if *kind != own {
            *kind = "string";
        }
    }
    types
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::List(list) => list.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string().trim_matches('\'').to_string(),
    }
}

/// XML 1.0 text: markup is escaped, and characters that it cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push_str(&format!("&#{};", c as u32)),
            c if (c as u32) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

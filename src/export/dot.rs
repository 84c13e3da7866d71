//! The language of Graphviz.

use crate::graph::Graph;
use std::io::{self, Write};

pub fn write(graph: &Graph, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "digraph whichlaw {{")?;
    writeln!(to, "  node [shape=box];")?;
    for node in graph.nodes() {
        let kind = graph.labels(node).first().map_or("", |label| graph.label_name(*label).as_ref());
        let name = graph.name(node);
        let label = if kind.is_empty() { name.to_string() } else { format!("{name}\n{kind}") };
        writeln!(to, "  n{} [label={}];", node.0, quoted(&label))?;
    }
    for relationship in graph.relationships() {
        let ends = graph.ends(relationship);
        let label = quoted(&graph.type_name(ends.kind).to_lowercase().replace('_', " "));
        writeln!(to, "  n{} -> n{} [label={label}];", ends.start.0, ends.end.0)?;
    }
    writeln!(to, "}}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

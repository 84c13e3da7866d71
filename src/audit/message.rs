//! Messages of findings: a template with `{column}` in it, filled from a row.

use crate::graph::Graph;
use crate::value::Value;

/// As many names stand in a message before the rest is counted.
const LISTED: usize = 6;

/// The template with each `{column}` replaced by the value of that column. `{column|words}` has the words where the
/// value is null or an empty list. What names no column stays as it is.
pub fn filled(template: &str, graph: &Graph, row: &[(&str, &Value)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let (column, otherwise) = inside.split_once('|').unwrap_or((inside, "not stated"));
        match row.iter().find(|(name, _)| *name == column) {
            Some((_, value)) if is_nothing(value) => out.push_str(otherwise),
            Some((_, value)) => out.push_str(&spoken(graph, value)),
            None => out.push_str(&format!("{{{inside}}}")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

/// A value as it stands in a sentence.
fn spoken(graph: &Graph, value: &Value) -> String {
    match value {
        Value::Node(node) => {
            let name = graph.name(*node);
            if name.is_empty() { format!("node #{}", node.0) } else { name.to_string() }
        }
        Value::Relationship(relationship) => {
            let ends = graph.ends(*relationship);
            let relation = graph.type_name(ends.kind).to_lowercase().replace('_', " ");
            format!(
                "{} {relation} {}",
                spoken(graph, &Value::Node(ends.start)),
                spoken(graph, &Value::Node(ends.end))
            )
        }
        Value::List(items) => {
            let mut names: Vec<String> = items.iter().take(LISTED).map(|item| spoken(graph, item)).collect();
            if items.len() > LISTED {
                names.push(format!("{} more", items.len() - LISTED));
            }
            match names.as_slice() {
                [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
                _ => names.join(", "),
            }
        }
        Value::String(text) => text.to_string(),
        Value::Date(date) => date.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_filled_in_and_the_rest_stays() {
        let graph = Graph::empty();
        let (list, none) = (Value::list([1i64.into(), 2i64.into(), "x".into()]), Value::Null);
        let row = [("a", &list), ("b", &none)];
        assert_eq!(
            filled("{a}; {b|nobody}; {b}; {c}; {", &graph, &row),
            "1, 2 and x; nobody; not stated; {c}; {"
        );
    }
}

//! JSON as a person would write it: short things on one line, one item of a list below the other.

use serde_json::{Map, Value as Json};

/// Longer lines are broken where that helps.
const WIDE: usize = 110;

/// A node, relation or source as an item of a list that is indented by four spaces.
pub fn item(json: &Json) -> String {
    let line = inline(json);
    let Json::Object(members) = json else { return line };
    if line.chars().count() <= WIDE {
        return line;
    }
    // What identifies the item stays on the first line; everything else gets a line of its own.
    let (first, rest): (Vec<_>, Vec<_>) = members.iter().partition(|(key, _)| is_identity(key));
    let mut text = String::from("{");
    text.push_str(
        &first.iter().map(|(key, value)| member(key, &inline(value))).collect::<Vec<_>>().join(", "),
    );
    for (key, value) in rest {
        text.push_str(",\n      ");
        text.push_str(&member(key, &list(value)));
    }
    text.push('}');
    text
}

/// A whole data file.
pub fn file(sections: &[(&str, Vec<String>)]) -> String {
    let sections: Vec<String> = sections
        .iter()
        .filter(|(_, items)| !items.is_empty())
        .map(|(name, items)| format!("  \"{name}\": [\n    {}\n  ]", items.join(",\n    ")))
        .collect();
    format!("{{\n{}\n}}\n", sections.join(",\n"))
}

fn is_identity(key: &str) -> bool {
    matches!(key, "id" | "kind" | "labels" | "name" | "title" | "from" | "relation" | "to")
}

/// A list of objects one below the other; anything else on one line.
fn list(json: &Json) -> String {
    match json {
        Json::Array(items) if items.len() > 1 && items.iter().all(Json::is_object) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[\n        {}\n      ]", items.join(",\n        "))
        }
        _ => inline(json),
    }
}

fn member(key: &str, value: &str) -> String {
    format!("{}: {value}", Json::from(key))
}

fn inline(json: &Json) -> String {
    match json {
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(key, value)| member(key, &inline(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether two items say the same, however they are written.
pub fn same(a: &Json, b: &Json) -> bool {
    normal(a) == normal(b)
}

/// Without what goes without saying.
fn normal(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), normal(value)));
            let mut members: Vec<(String, Json)> =
                members.filter(|(key, value)| !is_idle(key, value)).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(members.into_iter().collect::<Map<String, Json>>())
        }
        Json::Number(number) => match number.as_f64() {
            Some(x) if number.as_i64().is_none() && x == x.trunc() && x.abs() < 9e15 => Json::from(x as i64),
            _ => json.clone(),
        },
        other => other.clone(),
    }
}

fn is_idle(key: &str, value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(false) => key == "preferred",
        Json::String(text) => key == "certainty" && text == "stated",
        _ => false,
    }
}

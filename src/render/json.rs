//! JSON: one object an answer, one object an error, and values as programs want them.

use super::argument::argument_json;
use super::evidence::{Proof, proofs};
use super::look::Look;
use super::report::report_json;
use super::value::scalar;
use crate::answer::Scene;
use crate::answer::{Answer, Effects, Verdict};
use crate::base::Report;
use crate::graph::{Entity, NodeId, RelationshipId};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use std::io::{self, Write};

pub fn write(answer: &Answer, scene: &Scene<'_>, _: &Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &answer_object(answer, scene))?;
    writeln!(out)
}

/// `{"question","reading","cypher","as_of","columns","rows","evidence","elapsed_ms"}`, then `notes`, `verdict`,
/// `effects` and `plan` where there are any.
pub fn answer_object(answer: &Answer, scene: &Scene<'_>) -> Json {
    let rows: Vec<Json> = answer
        .rows
        .iter()
        .map(|row| Json::Array(row.iter().map(|value| value_json(value, scene)).collect()))
        .collect();
    let mut object = Map::new();
    object.insert("question".into(), json!(answer.question));
    object.insert("reading".into(), json!(answer.reading));
    // A statement of Cypher means itself.
    let itself = answer.reading.is_none().then_some(&answer.question);
    object.insert("cypher".into(), json!(answer.cypher.as_ref().or(itself)));
    object.insert("as_of".into(), json!(answer.as_of));
    object.insert("columns".into(), answer.columns.iter().map(|c| json!(&**c)).collect());
    object.insert("rows".into(), Json::Array(rows));
    object.insert("evidence".into(), evidence_json(answer, scene));
    object.insert("elapsed_ms".into(), json!(milliseconds(answer)));
    if !answer.undated.is_empty() {
        let ids = answer.undated.iter().map(|node| json!(scene.id(*node)));
        object.insert("undated".into(), ids.collect());
    }
    if let Some(why) = &answer.why {
        let rows = why.iter().map(|why| argument_json(why, scene));
        object.insert("why".into(), rows.collect());
    }
    if let Some(why_not) = &answer.why_not {
        object.insert("why_not".into(), super::why_not::why_not_json(why_not, scene));
    }
    if !answer.notes.is_empty() {
        object.insert("notes".into(), json!(answer.notes));
    }
    if let Some(verdict) = &answer.verdict {
        let (name, text) = verdict_words(verdict);
        object.insert("verdict".into(), json!(name));
        if let Some(text) = text {
            object.insert("statement".into(), json!(text));
        }
    }
    if answer.effects != Effects::default() {
        object.insert("effects".into(), effects_json(&answer.effects));
    }
    if let Some(plan) = &answer.plan {
        object.insert("plan".into(), json!(plan));
    }
    Json::Object(object)
}

/// `{"error":{"code","message","span","suggestions","candidates"}}`
pub fn error_object(report: &Report) -> Json {
    json!({ "error": report_json(report) })
}

/// A verdict as one word, and what it says besides.
pub(super) fn verdict_words(verdict: &Verdict) -> (&'static str, Option<&str>) {
    match verdict {
        Verdict::Yes => ("yes", None),
        Verdict::No => ("no", None),
        Verdict::None(text) => ("none", Some(text)),
        Verdict::NotStated(text) => ("not stated", Some(text)),
    }
}

fn milliseconds(answer: &Answer) -> f64 {
    (answer.elapsed.as_secs_f64() * 1e6).round() / 1e3
}

/// One list a row.
fn evidence_json(answer: &Answer, scene: &Scene<'_>) -> Json {
    // An answer without rows may still rest on facts: what was searched.
    (0..answer.rows.len().max(answer.facts.len())).map(|row| evidence_of_row(answer, row, scene)).collect()
}

/// Where the facts behind one row are stated.
pub fn evidence_of_row(answer: &Answer, row: usize, scene: &Scene<'_>) -> Json {
    let Some(facts) = answer.facts.get(row) else { return json!([]) };
    proofs(&facts, scene).iter().map(proof_json).collect()
}

/// `{"from","relation","to","source","locator","certainty"}`, and `reading` where a sentence has two.
pub(super) fn proof_json(proof: &Proof) -> Json {
    let mut object = Map::new();
    object.insert("from".into(), json!(proof.from));
    object.insert("relation".into(), json!(proof.relation));
    object.insert("to".into(), json!(proof.to));
    object.insert("source".into(), json!(&*proof.source));
    object.insert("locator".into(), json!(&*proof.locator));
    object.insert("certainty".into(), json!(proof.certainty.name()));
    if let Some(reading) = proof.reading {
        object.insert("reading".into(), json!(reading.name()));
    }
    Json::Object(object)
}

/// What a statement changed, only what is not zero.
fn effects_json(effects: &Effects) -> Json {
    let counts = effect_counts(effects).into_iter().filter(|(_, count)| *count > 0);
    Json::Object(counts.map(|(name, count)| (name.replace(' ', "_"), json!(count))).collect())
}

/// Every kind of change with its count.
pub(super) fn effect_counts(effects: &Effects) -> [(&'static str, u64); 8] {
    [
        ("nodes created", effects.nodes_created),
        ("nodes deleted", effects.nodes_deleted),
        ("relationships created", effects.relationships_created),
        ("relationships deleted", effects.relationships_deleted),
        ("properties set", effects.properties_set),
        ("properties removed", effects.properties_removed),
        ("labels added", effects.labels_added),
        ("labels removed", effects.labels_removed),
    ]
}

/// A value: scalars and lists are themselves, dates and durations their ISO text, entities are objects.
pub fn value_json(value: &Value, scene: &Scene<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(b) => json!(b),
        Value::Integer(n) => json!(n),
        Value::Float(x) if x.is_finite() => json!(x),
        Value::Float(_) => json!(scalar(value)),
        Value::String(text) => json!(&**text),
        Value::List(items) => items.iter().map(|item| value_json(item, scene)).collect(),
        Value::Map(map) => {
            Json::Object(map.iter().map(|(key, v)| (key.to_string(), value_json(v, scene))).collect())
        }
        Value::Node(node) => node_json(*node, scene),
        Value::Relationship(relationship) => relationship_json(*relationship, scene),
        Value::Path(path) => json!({
            "nodes": path.nodes.iter().map(|n| node_json(*n, scene)).collect::<Vec<_>>(),
            "relationships": path.relationships.iter().map(|r| relationship_json(*r, scene)).collect::<Vec<_>>(),
        }),
        temporal => json!(scalar(temporal)),
    }
}

/// `{"id","kind","name","properties"}`; `id` and `name` are not repeated among the properties.
pub(super) fn node_json(node: NodeId, scene: &Scene<'_>) -> Json {
    let text = |key: &str, value: &Value| matches!(key, "id" | "name") && matches!(value, Value::String(_));
    let properties: Map<String, Json> = scene
        .properties(Entity::Node(node))
        .iter()
        .filter(|(key, value)| !text(key, value))
        .map(|(key, value)| (key.to_string(), value_json(value, scene)))
        .collect();
    json!({
        "id": scene.id(node),
        "kind": scene.kind(node).as_deref(),
        "name": scene.name(node).as_deref(),
        "properties": properties,
    })
}

fn relationship_json(relationship: RelationshipId, scene: &Scene<'_>) -> Json {
    let ends = scene.graph.ends(relationship);
    let properties: Map<String, Json> = scene
        .properties(Entity::Relationship(relationship))
        .iter()
        .map(|(key, value)| (key.to_string(), value_json(value, scene)))
        .collect();
    json!({
        "relation": scene.relation_name(relationship),
        "from": scene.id(ends.start),
        "to": scene.id(ends.end),
        "properties": properties,
    })
}

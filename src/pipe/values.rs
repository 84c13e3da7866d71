//! Values as tagged JSON, both ways.

use crate::base::{Budget, Meter, Report, Result};
use crate::functions::{self, Body, Context};
use crate::graph::{Entity, Graph, NodeId, RelationshipId};
use crate::value::{Map as ValueMap, Value, float_text};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use std::time::Instant;

/// Bytes of a text that are written between two looks at the limits.
const PIECE: usize = 1 << 16;

/// Writes a value as JSON; long lists and texts piece by piece, within the limits of the statement.
pub fn write(value: &Value, graph: &Graph, written: &mut Vec<u8>, meter: &mut Meter) -> Result<()> {
    match value {
        Value::List(items) => {
            written.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    written.push(b',');
                }
                meter.work(8)?;
                write(item, graph, written, meter)?;
            }
            written.push(b']');
            Ok(())
        }
        Value::String(text) if text.len() > PIECE => {
            written.push(b'"');
            let mut rest = &**text;
            while !rest.is_empty() {
                let end = (PIECE..rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
                let (piece, more) = rest.split_at(end);
                meter.work(PIECE as u32 / 8)?;
                let quoted = json!(piece).to_string();
                let bare = quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"'));
                written.extend_from_slice(bare.unwrap_or_default().as_bytes());
                rest = more;
            }
            written.push(b'"');
            Ok(())
        }
        other => serde_json::to_writer(written, &encode(other, graph))
            .map_err(|error| Report::input("internal", format!("the rows cannot be written: {error}"))),
    }
}

/// A value as JSON. Nodes, relationships and paths are written out.
pub fn encode(value: &Value, graph: &Graph) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(truth) => json!(truth),
        Value::Integer(number) => json!(number),
        Value::Float(number) => json!({ "float": float(*number) }),
        Value::String(text) => json!(&**text),
        Value::List(items) => Json::Array(items.iter().map(|item| encode(item, graph)).collect()),
        Value::Map(map) => {
            let entries: Map<String, Json> =
                map.iter().map(|(key, value)| (key.to_string(), encode(value, graph))).collect();
            json!({ "map": entries })
        }
        Value::Node(id) => json!({ "node": node(*id, graph) }),
        Value::Relationship(id) => json!({ "rel": relationship(*id, graph) }),
        Value::Path(path) => {
            let nodes: Vec<Json> = path.nodes.iter().map(|id| node(*id, graph)).collect();
            let rels: Vec<Json> = path.relationships.iter().map(|id| relationship(*id, graph)).collect();
            json!({ "path": { "nodes": nodes, "rels": rels } })
        }
        Value::Date(_) => temporal("date", value),
        Value::LocalTime(_) => temporal("localtime", value),
        Value::Time(_) => temporal("time", value),
        Value::LocalDateTime(_) => temporal("localdatetime", value),
        Value::DateTime(_) => temporal("datetime", value),
        Value::Duration(_) => temporal("duration", value),
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        float_text(number)
    }
}

fn temporal(kind: &str, value: &Value) -> Json {
    let text = match value {
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(moment) => moment.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => other.to_string(),
    };
    json!({ "temporal": { "kind": kind, "value": text } })
}

/// `{"id","labels","props"}`
pub fn node(id: NodeId, graph: &Graph) -> Json {
    let labels: Vec<&str> = graph.labels(id).iter().map(|label| &**graph.label_name(*label)).collect();
    json!({ "id": id.0, "labels": labels, "props": properties(Entity::Node(id), graph) })
}

/// `{"id","type","start","end","props"}`
pub fn relationship(id: RelationshipId, graph: &Graph) -> Json {
    let ends = graph.ends(id);
    json!({
        "id": id.0,
        "type": &**graph.type_name(ends.kind),
        "start": ends.start.0,
        "end": ends.end.0,
        "props": properties(Entity::Relationship(id), graph),
    })
}

fn properties(entity: Entity, graph: &Graph) -> Map<String, Json> {
    let properties = graph.properties(entity);
    properties.iter().map(|(key, value)| (graph.key_name(*key).to_string(), encode(value, graph))).collect()
}

/// A value from JSON. Nodes, relationships and paths cannot be sent.
pub fn decode(json: &Json, graph: &Graph) -> Result<Value> {
    match json {
        Json::Null => Ok(Value::Null),
        Json::Bool(truth) => Ok(Value::Boolean(*truth)),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Ok(Value::Integer(integer)),
            None if number.is_f64() => Ok(Value::Float(number.as_f64().unwrap_or(f64::NAN))),
            None => Err(Report::input("request.value", format!("{number} does not fit in a 64-bit integer"))),
        },
        Json::String(text) => Ok(Value::string(text)),
        Json::Array(items) => {
            let items = items.iter().map(|item| decode(item, graph)).collect::<Result<Vec<Value>>>()?;
            Ok(Value::from(items))
        }
        Json::Object(object) => match object.iter().next() {
            Some((tag, content)) if object.len() == 1 => tagged(tag, content, graph),
            _ => Err(unknown("an object with one key, its tag")),
        },
    }
}

fn tagged(tag: &str, content: &Json, graph: &Graph) -> Result<Value> {
    match tag {
        "float" => match content {
            Json::String(text) => parse_float(text).map(Value::Float),
            Json::Number(number) => Ok(Value::Float(number.as_f64().unwrap_or(f64::NAN))),
            _ => Err(unknown("a float as text, such as {\"float\":\"1.5\"}")),
        },
        "map" => {
            let Json::Object(entries) = content else { return Err(unknown("an object under `map`")) };
            decode_map(entries, graph).map(Value::from)
        }
        "temporal" => {
            let text = |name: &str| content.get(name).and_then(Json::as_str);
            let (Some(kind), Some(value)) = (text("kind"), text("value")) else {
                return Err(unknown("`kind` and `value` under `temporal`"));
            };
            parse_temporal(kind, value, graph)
        }
        _ => Err(unknown("one of the tags `float`, `map` and `temporal`")),
    }
}

/// The entries of a JSON object as a map of values.
pub fn decode_map(entries: &Map<String, Json>, graph: &Graph) -> Result<ValueMap> {
    let mut map = ValueMap::new();
    for (key, value) in entries {
        map.insert(Arc::from(key.as_str()), decode(value, graph)?);
    }
    Ok(map)
}

fn parse_float(text: &str) -> Result<f64> {
    match text {
        "NaN" => Ok(f64::NAN),
        "Infinity" => Ok(f64::INFINITY),
        "-Infinity" => Ok(f64::NEG_INFINITY),
        text => text.parse().map_err(|_| unknown("a number as text under `float`")),
    }
}

const TEMPORAL: [&str; 6] = ["date", "localtime", "time", "localdatetime", "datetime", "duration"];

/// The function of the kind's name reads its text.
fn parse_temporal(kind: &str, text: &str, graph: &Graph) -> Result<Value> {
    let known = TEMPORAL.contains(&kind).then(|| functions::find(kind)).flatten();
    let meter = Meter::since(Instant::now(), &Budget::default());
    let context = Context { graph, mask: None, now: 0, meter: &meter };
    match known.map(|function| &function.body) {
        Some(Body::Scalar(read)) => read(&context, &[Value::string(text)]),
        _ => Err(unknown("a temporal kind: date, localtime, time, localdatetime, datetime or duration")),
    }
}

fn unknown(wanted: &str) -> Box<Report> {
    Report::input("request.value", format!("a value of the request cannot be read: expected {wanted}"))
}

//! Values as tagged JSON, both ways.

use crate::base::{Budget, Meter, Report, Result};
use crate::functions::{self, Body, Context};
use crate::graph::{Entity, Graph, NodeId, RelationshipId};
use crate::value::{Map as ValueMap, Value, float_text};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};
use std::fmt::Display;
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
        other => serde_json::to_writer(written, &Shown(other, graph))
            .map_err(|error| Report::input("internal", format!("the rows cannot be written: {error}"))),
    }
}

/// A value as it is written: with a tag where JSON has no such value. Nodes, relationships and paths are written out.
struct Shown<'v>(&'v Value, &'v Graph);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let Shown(value, graph) = *self;
        match value {
            Value::Null => to.serialize_unit(),
            Value::Boolean(truth) => to.serialize_bool(*truth),
            Value::Integer(number) => to.serialize_i64(*number),
            Value::Float(number) => tagged_as(to, "float", &float(*number)),
            Value::String(text) => to.serialize_str(text),
            Value::List(items) => to.collect_seq(items.iter().map(|item| Shown(item, graph))),
            Value::Map(map) => tagged_as(to, "map", &Entries(map, graph)),
            Value::Node(id) => tagged_as(to, "node", &NodeFields::of(*id, graph)),
            Value::Relationship(id) => tagged_as(to, "rel", &RelationshipFields::of(*id, graph)),
            Value::Path(path) => {
                let nodes = path.nodes.iter().map(|id| NodeFields::of(*id, graph)).collect();
                let rels = path.relationships.iter().map(|id| RelationshipFields::of(*id, graph)).collect();
                tagged_as(to, "path", &PathFields { nodes, rels })
            }
            Value::Date(date) => temporal(to, "date", date),
            Value::LocalTime(time) => temporal(to, "localtime", time),
            Value::Time(time) => temporal(to, "time", time),
            Value::LocalDateTime(moment) => temporal(to, "localdatetime", moment),
            Value::DateTime(moment) => temporal(to, "datetime", moment),
            Value::Duration(duration) => temporal(to, "duration", duration),
        }
    }
}

/// The entries of a map.
struct Entries<'v>(&'v ValueMap, &'v Graph);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (&**key, Shown(value, self.1))))
    }
}

/// A node as it is written.
#[derive(Serialize)]
pub struct NodeFields<'g> {
    id: u32,
    labels: Vec<&'g str>,
    props: Properties<'g>,
}

/// A relationship as it is written.
#[derive(Serialize)]
pub struct RelationshipFields<'g> {
    id: u32,
    r#type: &'g str,
    start: u32,
    end: u32,
    props: Properties<'g>,
}

#[derive(Serialize)]
struct PathFields<'g> {
    nodes: Vec<NodeFields<'g>>,
    rels: Vec<RelationshipFields<'g>>,
}

impl NodeFields<'_> {
    pub fn of(id: NodeId, graph: &Graph) -> NodeFields<'_> {
        let labels = graph.labels(id).iter().map(|label| &**graph.label_name(*label)).collect();
        NodeFields { id: id.0, labels, props: Properties(Entity::Node(id), graph) }
    }
}

impl RelationshipFields<'_> {
    pub fn of(id: RelationshipId, graph: &Graph) -> RelationshipFields<'_> {
        let ends = graph.ends(id);
        RelationshipFields {
            id: id.0,
            r#type: graph.type_name(ends.kind),
            start: ends.start.0,
            end: ends.end.0,
            props: Properties(Entity::Relationship(id), graph),
        }
    }
}

/// The properties of an entity, sorted by name.
struct Properties<'g>(Entity, &'g Graph);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let Properties(entity, graph) = *self;
        let properties = graph.properties(entity);
        to.collect_map(properties.iter().map(|(key, value)| (&**graph.key_name(*key), Shown(value, graph))))
    }
}

/// An object with one key, the tag of a value.
fn tagged_as<S: Serializer>(
    to: S,
    tag: &str,
    value: &impl Serialize,
) -> std::result::Result<S::Ok, S::Error> {
    to.collect_map([(tag, value)])
}

fn temporal<S: Serializer>(to: S, kind: &str, value: &impl Display) -> std::result::Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Fields<'k> {
        kind: &'k str,
        value: String,
    }
    tagged_as(to, "temporal", &Fields { kind, value: value.to_string() })
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

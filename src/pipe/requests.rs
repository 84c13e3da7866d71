//! The requests, one function each, from one table.

use super::values::{NodeFields, RelationshipFields, decode, decode_map, write};
use super::{Part, failed, succeeded};
use crate::answer::{Answer, Effects};
use crate::base::{Budget, Meter, Report, Result, let_go, nearest};
use crate::functions::{Field, Procedure};
use crate::graph::{Day, Graph};
use crate::load::{self, LoadOptions, Place};
use crate::optimize::known_rules;
use crate::render::{self, Scene};
use crate::session::{Language, Options, Session};
use crate::value::{Date, Map as ValueMap, Value, beyond_integers};
use serde_json::{Map, Value as Json, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a request is answered with, besides `id` and `ok`.
type Fields = Vec<(&'static str, Part)>;

/// A session that is asked by requests.
pub struct Pipe {
    session: Session,
}

/// One kind of request.
struct Request {
    op: &'static str,
    /// What it may hold besides `id` and `op`.
    fields: &'static [&'static str],
    answer: fn(&mut Pipe, &Map<String, Json>) -> Result<Fields>,
}

const REQUESTS: &[Request] = &[
    Request { op: "hello", fields: &[], answer: Pipe::hello },
    Request { op: "reset", fields: &[], answer: Pipe::reset },
    Request {
        op: "procedure",
        fields: &["name", "inputs", "outputs", "columns", "rows"],
        answer: Pipe::procedure,
    },
    Request {
        op: "run",
        fields: &[
            "query",
            "params",
            "language",
            "as_of",
            "evidence",
            "timeout_ms",
            "max_rows",
            "max_memory_mb",
            "threads",
            "rules_off",
        ],
        answer: Pipe::run,
    },
    Request { op: "dump", fields: &[], answer: Pipe::dump },
    Request { op: "import", fields: &["format", "path"], answer: Pipe::import },
];

impl Request {
    /// What is told about each field that this kind of request does not have: it may be misspelt.
    fn remarks(&self, request: &Map<String, Json>) -> Vec<String> {
        let known = |name: &str| name == "id" || name == "op" || self.fields.contains(&name);
        let unknown = request.keys().filter(|name| !known(name));
        unknown
            .map(|name| {
                let near = nearest(name, self.fields.iter().copied(), 1);
                let near = near.first().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                format!("`{}` has no field `{name}`, so it was passed over{near}", self.op)
            })
            .collect()
    }
}

impl Pipe {
    pub fn new(session: Session) -> Pipe {
        Pipe { session }
    }

    /// The reply to one line, as a line.
    pub fn answer(&mut self, line: &[u8]) -> Vec<u8> {
        let request: Map<String, Json> = match serde_json::from_slice(line) {
            Ok(Json::Object(request)) => request,
            Ok(_) => {
                return failed(Json::Null, &Report::input("request.shape", "a request is a JSON object"));
            }
            Err(error) => {
                let message = format!("the line is not JSON: {error}");
                return failed(Json::Null, &Report::input("request.json", message));
            }
        };
        let id = request.get("id").cloned().unwrap_or_default();
        let op = request.get("op").and_then(Json::as_str).unwrap_or_default();
        match REQUESTS.iter().find(|known| known.op == op) {
            Some(known) => {
                let remarks = known.remarks(&request);
                match fitting(line, &request, &id).and_then(|()| (known.answer)(self, &request)) {
                    Ok(fields) => succeeded(id, noted(fields, remarks)),
                    Err(report) => {
                        let report = remarks.into_iter().fold(report, |report, remark| report.help(remark));
                        failed(id, &report)
                    }
                }
            }
            None => json!({ "id": id, "ok": false, "unsupported": true }).to_string().into_bytes(),
        }
    }

    /// Puts the graph back as it was before a statement that broke off.
    pub fn recover(&mut self) {
        self.session.graph.rollback();
    }

    fn hello(&mut self, _: &Map<String, Json>) -> Result<Fields> {
        Ok(vec![
            ("name", json!("whichlaw").into()),
            ("version", json!(env!("CARGO_PKG_VERSION")).into()),
            ("dump", json!(true).into()),
            ("procedures", json!(true).into()),
        ])
    }

    fn reset(&mut self, _: &Map<String, Json>) -> Result<Fields> {
        self.session = Session::empty();
        Ok(Vec::new())
    }

    fn procedure(&mut self, request: &Map<String, Json>) -> Result<Fields> {
        let name = text(request, "name")?;
        let (inputs, outputs) = (fields(request, "inputs")?, fields(request, "outputs")?);
        let columns: Vec<&str> = array(request, "columns")?.iter().filter_map(Json::as_str).collect();
        let mut rows = Vec::new();
        for row in array(request, "rows")? {
            let Json::Array(cells) = row else { return Err(shape("`rows` holds lists of cells")) };
            let cell = |field: &Field| match columns.iter().position(|column| **column == *field.name) {
                Some(place) => {
                    cells.get(place).map_or(Ok(Value::Null), |cell| decode(cell, &self.session.graph))
                }
                None => Ok(Value::Null),
            };
            let given = inputs.iter().map(cell).collect::<Result<Vec<Value>>>()?;
            let yielded = outputs.iter().map(cell).collect::<Result<Vec<Value>>>()?;
            rows.push((given, yielded));
        }
        self.session.procedures.0.insert(Arc::from(name), Procedure { inputs, outputs, rows });
        Ok(Vec::new())
    }

    fn run(&mut self, request: &Map<String, Json>) -> Result<Fields> {
        let query = text(request, "query")?;
        let options = self.options(request)?;
        let asked = Instant::now();
        let answer = self.session.run(query, &options)?;
        let elapsed = asked.elapsed();
        let told = self.told(answer, elapsed, &options, asked)?;
        self.session.graph.sound()?;
        Ok(told)
    }

    fn told(
        &self,
        mut answer: Answer,
        elapsed: Duration,
        options: &Options,
        asked: Instant,
    ) -> Result<Fields> {
        let graph = &self.session.graph;
        // What was written stays written, so its reply comes in any case.
        let wrote = answer.effects != Effects::default();
        let budget = if wrote { Budget::default() } else { options.budget.clone() };
        let mut meter = Meter::since(asked, &budget);
        let count = answer.rows.len().max(answer.facts.len());
        let rows = rows(std::mem::take(&mut answer.rows), graph, &mut meter)?;
        let evidence = match options.trace {
            true => Some(evidence(&answer, count, &Scene::new(graph, &self.session.vocabulary), &meter)?),
            false => None,
        };
        let columns: Json = answer.columns.iter().map(|column| json!(&**column)).collect();
        let mut fields = vec![
            ("columns", columns.into()),
            ("rows", Part::Written(rows)),
            ("effects", effects(&answer.effects).into()),
            ("elapsed_ms", json!(elapsed.as_secs_f64() * 1e3).into()),
        ];
        fields.extend(evidence.map(|told| ("evidence", told.into())));
        let extra = [
            ("reading", &answer.reading),
            ("cypher", &answer.cypher),
            ("as_of", &answer.as_of),
            ("plan", &answer.plan),
        ];
        fields
            .extend(extra.into_iter().filter_map(|(name, text)| Some((name, json!(text.as_ref()?).into()))));
        Ok(noted(fields, answer.notes))
    }

    fn options(&self, request: &Map<String, Json>) -> Result<Options> {
        let defaults = Budget::default();
        let parameters = match request.get("params") {
            None | Some(Json::Null) => ValueMap::new(),
            Some(Json::Object(entries)) => decode_map(entries, &self.session.graph)?,
            Some(_) => return Err(shape("`params` is an object")),
        };
        let language = match some_text(request, "language")? {
            None => Language::Either,
            Some("cypher") => Language::Cypher,
            Some("question") => Language::Question,
            Some(_) => return Err(shape("`language` is `cypher` or `question`")),
        };
        let written = some_text(request, "as_of")?;
        let as_of = match written {
            None => None,
            Some(day) => {
                let read = Day::parse(day).map(|day| day.date).or_else(|| Date::parse(day));
                Some(read.ok_or_else(|| shape("`as_of` is a day such as 2010-01-01"))?)
            }
        };
        let rules_off = array(request, "rules_off")?.iter().map(|rule| rule.as_str().map(str::to_owned));
        let rules_off: Option<Vec<String>> = rules_off.collect();
        let rules_off = rules_off.ok_or_else(|| shape("`rules_off` is a list of names of rules"))?;
        let trace = match request.get("evidence") {
            None | Some(Json::Null) => false,
            Some(Json::Bool(trace)) => *trace,
            Some(_) => return Err(shape("`evidence` is true or false")),
        };
        Ok(Options {
            language,
            parameters,
            as_of,
            as_of_written: written.and_then(Day::parse),
            trace,
            budget: Budget {
                time: number(request, "timeout_ms")?.map(Duration::from_millis),
                rows: number(request, "max_rows")?.unwrap_or(defaults.rows),
                memory: number(request, "max_memory_mb")?
                    .map_or(defaults.memory, |megabytes| megabytes.saturating_mul(1 << 20)),
                threads: number(request, "threads")?.map_or(defaults.threads, |threads| threads as usize),
                ..defaults
            },
            rules_off: known_rules(rules_off)?,
            ..Options::default()
        })
    }

    fn dump(&mut self, _: &Map<String, Json>) -> Result<Fields> {
        let graph: &Graph = &self.session.graph;
        let nodes = graph.nodes().map(|id| json!(NodeFields::of(id, graph))).collect();
        let relationships =
            graph.relationships().map(|id| json!(RelationshipFields::of(id, graph))).collect();
        graph.sound()?;
        Ok(vec![("nodes", Json::Array(nodes).into()), ("rels", Json::Array(relationships).into())])
    }

    fn import(&mut self, request: &Map<String, Json>) -> Result<Fields> {
        let (format, path) = (text(request, "format")?, text(request, "path")?);
        if !load::LOADERS.iter().any(|loader| loader.name == format) {
            let known: Vec<&str> = load::LOADERS.iter().map(|loader| loader.name).collect();
            let message = format!("`{format}` is not a format that can be imported: {}", known.join(", "));
            return Err(Report::input("request.format", message));
        }
        let started = Instant::now();
        let place = Place::Path(PathBuf::from(path));
        let options = LoadOptions { format: Some(format.to_owned()), ..LoadOptions::default() };
        let (session, loaded) = Session::open(&place, &options)?;
        self.session = session;
        let fields = vec![
            ("nodes", json!(self.session.graph.node_count()).into()),
            ("rels", json!(self.session.graph.relationship_count()).into()),
            ("elapsed_ms", json!(started.elapsed().as_secs_f64() * 1e3).into()),
        ];
        let stale = loaded.stale().map(|problem| problem.to_string()).collect();
        Ok(noted(fields, stale))
    }
}

/// A reply with notes besides those that it has.
fn noted(mut fields: Fields, notes: Vec<String>) -> Fields {
    if notes.is_empty() {
        return fields;
    }
    match fields.iter_mut().find(|(name, _)| *name == "notes") {
        Some((_, Part::Json(Json::Array(known)))) => known.extend(notes.into_iter().map(Json::from)),
        _ => fields.push(("notes", json!(notes).into())),
    }
    fields
}

/// Fails for values that hold a whole number beyond 64 bits, of which a float would have been made.
fn fitting(line: &[u8], request: &Map<String, Json>, id: &Json) -> Result<()> {
    if !request.contains_key("params") && !request.contains_key("rows") {
        return Ok(());
    }
    let id = id.to_string();
    let text = std::str::from_utf8(line).unwrap_or_default();
    match beyond_integers(text).find(|number| *number != id) {
        None => Ok(()),
        Some(number) => {
            let message = format!("{number} does not fit in a 64-bit integer");
            let help = format!("Write `{{\"float\":\"{number}\"}}` where a float is meant.");
            Err(Report::input("request.value", message).help(help))
        }
    }
}

/// Rows as JSON, within the limits of the statement. Each is let go when it is written.
fn rows(rows: Vec<Vec<Value>>, graph: &Graph, meter: &mut Meter) -> Result<Vec<u8>> {
    let mut written = vec![b'['];
    let mut rows = rows.into_iter();
    let mut place = 0;
    while let Some(row) = rows.next() {
        written.extend_from_slice(if place > 0 { b",[" } else { b"[" });
        place += 1;
        if let Err(report) = cells(row, graph, &mut written, meter) {
            let_go((rows, written));
            return Err(report);
        }
        written.push(b']');
    }
    written.push(b']');
    Ok(written)
}

/// One row as JSON.
fn cells(row: Vec<Value>, graph: &Graph, written: &mut Vec<u8>, meter: &mut Meter) -> Result<()> {
    let before = written.len();
    let mut outcome = Ok(());
    for (place, value) in row.iter().enumerate() {
        if place > 0 {
            written.push(b',');
        }
        outcome = outcome.and_then(|()| write(value, graph, written, meter));
    }
    let more = (written.len() - before) as u64;
    if more > LONG {
        let_go(row);
    }
    outcome?;
    meter.hold(more)?;
    meter.work(u32::try_from(more).unwrap_or(u32::MAX))
}

/// Bytes of a row that takes long to let go.
const LONG: u64 = 1 << 20;

/// Where each of so many rows is stated.
fn evidence(answer: &Answer, rows: usize, scene: &Scene<'_>, meter: &Meter) -> Result<Json> {
    let told = (0..rows).map(|row| {
        meter.check()?;
        Ok(render::evidence_of_row(answer, row, scene))
    });
    told.collect::<Result<Vec<Json>>>().map(Json::Array)
}

fn effects(effects: &Effects) -> Json {
    let counts = [
        ("+nodes", effects.nodes_created),
        ("-nodes", effects.nodes_deleted),
        ("+relationships", effects.relationships_created),
        ("-relationships", effects.relationships_deleted),
        ("+properties", effects.properties_set),
        ("-properties", effects.properties_removed),
        ("+labels", effects.labels_added),
        ("-labels", effects.labels_removed),
    ];
    let said = counts.into_iter().filter(|(_, count)| *count > 0);
    Json::Object(said.map(|(name, count)| (name.to_owned(), json!(count))).collect())
}

fn text<'r>(request: &'r Map<String, Json>, name: &str) -> Result<&'r str> {
    request
        .get(name)
        .and_then(Json::as_str)
        .ok_or_else(|| shape(&format!("`{name}` is missing or not a text")))
}

fn some_text<'r>(request: &'r Map<String, Json>, name: &str) -> Result<Option<&'r str>> {
    match request.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(shape(&format!("`{name}` is a text"))),
    }
}

fn number(request: &Map<String, Json>, name: &str) -> Result<Option<u64>> {
    match request.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match value.as_u64().or_else(|| value.as_f64().map(|x| x.max(0.0).ceil() as u64)) {
            Some(number) => Ok(Some(number)),
            None => Err(shape(&format!("`{name}` is a number"))),
        },
    }
}

fn array<'r>(request: &'r Map<String, Json>, name: &str) -> Result<&'r [Json]> {
    match request.get(name) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(items)) => Ok(items),
        Some(_) => Err(shape(&format!("`{name}` is a list"))),
    }
}

fn fields(request: &Map<String, Json>, name: &str) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for field in array(request, name)? {
        let part = |part: &str| field.get(part).and_then(Json::as_str);
        let (Some(name), Some(declared)) = (part("name"), part("type")) else {
            return Err(shape(&format!("`{name}` holds objects with `name` and `type`")));
        };
        fields.push(Field { name: Arc::from(name), declared: Arc::from(declared) });
    }
    Ok(fields)
}

fn shape(message: &str) -> Box<Report> {
    Report::input("request.shape", message)
}

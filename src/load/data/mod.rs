//! Makes a graph of the nodes, relations and sources of all data files, and finds everything that is wrong with them.

mod carried;
mod nodes;
mod relations;

use super::notes::Notes;
use super::problem::CheckReport;
use super::shape;
use super::spanned::Json;
use super::terms::Terms;
use super::text::{TextFile, fingerprint};
use super::values;
use crate::base::Span;
use crate::graph::{Builder, Entity, Graph, Key, NodeId, Source};
use crate::vocabulary::Vocabulary;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A data file and what it says.
pub struct DataFile<'t> {
    pub file: &'t TextFile,
    pub json: Json<'t>,
}

/// Reads all files into a graph. Whether the graph may be used is for the caller to decide: with errors in the report
/// it holds what was not broken, and placeholders for missing ends.
pub fn read(files: &[DataFile<'_>], vocabulary: &Vocabulary, report: &mut CheckReport) -> Graph {
    let mut reader = Reader::new(vocabulary);
    let broken: Vec<Broken> = files.iter().map(|file| Broken::of(file, report)).collect();
    for (data, broken) in files.iter().zip(&broken) {
        reader.sources(data, broken, &mut Notes { file: data.file, report });
    }
    for (number, (data, broken)) in files.iter().zip(&broken).enumerate() {
        reader.nodes(number, data, broken, &mut Notes { file: data.file, report });
    }
    for (data, broken) in files.iter().zip(&broken) {
        reader.relations(data, broken, &mut Notes { file: data.file, report });
    }
    reader.finish(files, vocabulary, report)
}

/// Where the shape of a file is wrong.
struct Broken(Vec<usize>);

impl Broken {
    fn of(data: &DataFile<'_>, report: &mut CheckReport) -> Broken {
        let mut faults = Vec::new();
        shape::check(&data.json, &shape::DATA, &mut faults);
        let mut places: Vec<usize> =
            faults.iter().filter(|fault| fault.error).map(|fault| fault.span.start).collect();
        places.sort_unstable();
        let mut notes = Notes { file: data.file, report };
        faults.into_iter().for_each(|fault| notes.fault(fault));
        Broken(places)
    }

    fn touches(&self, span: Span) -> bool {
        let first = self.0.partition_point(|place| *place < span.start);
        self.0.get(first).is_some_and(|place| *place < span.end)
    }
}

struct Reader<'v> {
    terms: Terms<'v>,
    builder: Builder,
    sources: Vec<Source>,
    source_places: FxHashMap<Arc<str>, String>,
    nodes: FxHashMap<Arc<str>, Known<'v>>,
    names: FxHashMap<String, String>,
    written: FxHashSet<(NodeId, &'v str, NodeId, String)>,
    /// Nodes that should have a date, with where they stand.
    datable: Vec<(NodeId, usize, Span)>,
    id: Key,
    name: Key,
    aliases: Key,
    valid_from: Key,
    valid_to: Key,
}

/// A node that was read.
struct Known<'v> {
    /// `None` for one that is broken.
    node: Option<NodeId>,
    kind: Option<&'v str>,
    labels: Vec<&'v str>,
    place: String,
}

impl<'v> Reader<'v> {
    fn new(vocabulary: &'v Vocabulary) -> Reader<'v> {
        let mut builder = Builder::new();
        let [id, name, aliases, valid_from, valid_to] =
            ["id", "name", "aliases", "valid_from", "valid_to"].map(|key| builder.key(key));
        Reader {
            terms: Terms::of(vocabulary),
            builder,
            sources: Vec::new(),
            source_places: FxHashMap::default(),
            nodes: FxHashMap::default(),
            names: FxHashMap::default(),
            written: FxHashSet::default(),
            datable: Vec::new(),
            id,
            name,
            aliases,
            valid_from,
            valid_to,
        }
    }

    fn sources(&mut self, data: &DataFile<'_>, broken: &Broken, notes: &mut Notes<'_>) {
        for json in data.json.get("sources").map_or(&[][..], Json::items) {
            let (Some(id), Some(title)) = (text(json, "id"), text(json, "title")) else { continue };
            if broken.touches(json.span) {
                continue;
            }
            if let Some(first) = self.source_places.get(id) {
                let message = format!("the source \"{id}\" stands twice, first at {first}");
                notes.error(place(json, "id"), "id.duplicate", message);
                continue;
            }
            if let Some(date) = json.get("date") {
                values::day(date, "date", notes);
            }
            let field = |key| text(json, key).map(Arc::from);
            let source = Source {
                id: Arc::from(id),
                title: Arc::from(title),
                publisher: field("publisher"),
                date: field("date"),
                language: field("language"),
                sha256: field("sha256"),
            };
            self.source_places.insert(source.id.clone(), notes.place(json.span));
            self.sources.push(source);
        }
    }

    fn finish(mut self, files: &[DataFile<'_>], vocabulary: &Vocabulary, report: &mut CheckReport) -> Graph {
        self.builder.sources(std::mem::take(&mut self.sources));
        let mut graph = self.builder.finish();
        graph.follow(vocabulary);
        let fingerprints =
            files.iter().map(|data| (data.file.relative.clone(), fingerprint(&data.file.text)));
        graph.set_files(fingerprints.collect());
        for (node, number, span) in self.datable {
            if graph.validity(Entity::Node(node)).begins.is_none()
                && let Some(data) = files.get(number)
            {
                let message = format!("“{}” has no date", graph.name(node));
                Notes { file: data.file, report }.warning(span, "node.undated", message);
            }
        }
        graph
    }
}

fn alternatives(names: &[String]) -> String {
    match names {
        [] => "anything".to_string(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} or {last}", many.join(", ")),
    }
}

fn text<'j>(json: &'j Json<'_>, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

/// Where the value of a key stands, or else the object.
fn place(json: &Json<'_>, key: &str) -> Span {
    json.get(key).map_or(json.span, |json| json.span)
}

//! Writes the data files back.
//!
//! An entity goes to the file it came from, at its place; what has not changed keeps its text, so that a difference
//! between two versions shows only what was changed. What is new goes where its like is. Everything is checked as a
//! load would check it before anything is written. Derived relations are not written.

mod edit;
mod entity;
mod format;

use super::mixed;
use super::save::{hold, replace};
use crate::base::{Class, Report, Result};
use crate::graph::{Entity, Graph, NodeId, Origin, Way};
use crate::load::{self, Problem};
use crate::vocabulary::Vocabulary;
use edit::Edited;
use entity::Writer;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What one file is to hold.
#[derive(Default)]
struct Contents {
    sources: Vec<Json>,
    nodes: Section,
    relations: Section,
}

/// The items of a list: those with a place in the file as it was read, and new ones.
#[derive(Default)]
struct Section {
    placed: BTreeMap<u32, Json>,
    new: Vec<Json>,
}

/// What was written before by the same session: a file of it is changed as it was read first, for entities keep the places
/// that they were read from.
#[derive(Debug, Default)]
pub struct Commits(BTreeMap<PathBuf, BTreeMap<Arc<str>, Committed>>);

#[derive(Debug)]
struct Committed {
    /// Tells whether the file is still as it was written.
    written: u64,
    /// The text that was changed; none for a file that is written anew.
    before: Option<String>,
}

pub fn write(graph: &Graph, vocabulary: &Vocabulary, target: &Path) -> Result<Vec<PathBuf>> {
    commit(graph, vocabulary, target, &mut Commits::default())
}

pub fn commit(
    graph: &Graph,
    vocabulary: &Vocabulary,
    target: &Path,
    commits: &mut Commits,
) -> Result<Vec<PathBuf>> {
    let held = hold(target)?;
    let earlier =
        commits.0.entry(target.canonicalize().unwrap_or_else(|_| target.to_path_buf())).or_default();
    if let Some(table) = load::tables(target).first() {
        return Err(mixed(table, "is a table, and data files beside it would be read instead of it"));
    }
    let mut contents = contents(graph, vocabulary);
    let mut texts: BTreeMap<Arc<str>, String> = BTreeMap::new();
    let mut fresh = true;
    for name in graph.files().keys().chain(earlier.keys()) {
        contents.entry(name.clone()).or_default();
    }
    let mut plans: Vec<(Arc<str>, Contents, Option<String>)> = Vec::new();
    for (name, contents) in contents {
        let (path, known) = (target.join(name.as_ref()), graph.files().get(&name));
        let before = match earlier.get(&name).filter(|own| fingerprint(&path) == Some(own.written)) {
            Some(own) => own.before.clone(),
            None => existing(&path, &name, known)?,
        };
        fresh &= before.is_none();
        plans.push((name, contents, before));
    }
    if fresh && let Some((_, contents, _)) = plans.first_mut() {
        contents.sources = graph.sources().iter().map(source).collect();
    }
    let mut committed = BTreeMap::new();
    for (name, contents, before) in plans {
        let text = match &before {
            Some(before) => edit(before, contents)?,
            None => whole(contents),
        };
        committed.insert(name.clone(), Committed { written: load::fingerprint(&text), before });
        texts.insert(name, text);
    }
    // What others put there since is read together with it.
    let mut together = load::texts_beside(target, &texts);
    together.extend(texts.clone());
    let problems = load::check_texts(&together, vocabulary);
    if !problems.is_empty() {
        return Err(refusal(&problems));
    }
    let mut files: Vec<(PathBuf, Vec<u8>)> =
        texts.into_iter().map(|(name, text)| (PathBuf::from(name.as_ref()), text.into_bytes())).collect();
    let words = PathBuf::from("vocabulary.json");
    if !target.join(&words).exists() && *vocabulary != load::builtin_vocabulary() {
        files.push((words, vocabulary_text(vocabulary).into_bytes()));
    }
    files.retain(|(path, text)| std::fs::read(target.join(path)).ok().as_ref() != Some(text));
    replace(target, &held, &files)?;
    *earlier = committed;
    Ok(files.into_iter().map(|(path, _)| target.join(path)).collect())
}

fn fingerprint(path: &Path) -> Option<u64> {
    Some(load::fingerprint(&std::fs::read_to_string(path).ok()?))
}

/// The text of a file as it was read; none if it is not there.
fn existing(path: &Path, name: &str, known: Option<&u64>) -> Result<Option<String>> {
    let Some(fingerprint) = known else {
        return match path.exists() {
            true => Err(changed(path, "was not there")),
            false => Ok(None),
        };
    };
    let Ok(text) = std::fs::read_to_string(path) else {
        return Ok(load::builtin_text(name).filter(|text| load::fingerprint(text) == *fingerprint));
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text);
    if load::fingerprint(&text) == *fingerprint { Ok(Some(text)) } else { Err(changed(path, "was another")) }
}

fn changed(path: &Path, how: &str) -> Box<Report> {
    let message = format!("{} {how} when the data was loaded: nothing was written", path.display());
    Report::new(Class::Data, "file.changed", message)
        .help("Load the data again, or write to another directory.")
}

fn refusal(problems: &[Problem]) -> Box<Report> {
    let message = "the data would not load again: nothing was written";
    load::listed(Report::new(Class::Data, "data.broken", message), problems)
}

/// What each file is to hold.
fn contents(graph: &Graph, vocabulary: &Vocabulary) -> BTreeMap<Arc<str>, Contents> {
    let writer = Writer::new(graph, vocabulary);
    let mut files: BTreeMap<Arc<str>, Contents> = BTreeMap::new();
    let homes = homes(graph, &writer);
    let file_of = |node: NodeId| match graph.origin(Entity::Node(node)) {
        Origin::File(name, _) => name,
        _ => home(&homes, &writer, node),
    };
    for node in graph.nodes() {
        let json = writer.node(node);
        match graph.origin(Entity::Node(node)) {
            Origin::File(name, place) => {
                files.entry(name).or_default().nodes.placed.insert(place, json);
            }
            _ => files.entry(file_of(node)).or_default().nodes.new.push(json),
        }
    }
    for relationship in graph.relationships() {
        match graph.origin(Entity::Relationship(relationship)) {
            Origin::Rule => {}
            Origin::File(name, place) => {
                let json = writer.relationship(relationship);
                files.entry(name).or_default().relations.placed.insert(place, json);
            }
            Origin::Session => {
                let ends = graph.ends(relationship);
                let sibling =
                    graph.adjacent(ends.start, Way::Out, ends.kind).relationships.iter().find_map(|r| {
                        match graph.origin(Entity::Relationship(*r)) {
                            Origin::File(name, _) => Some(name),
                            _ => None,
                        }
                    });
                let name = sibling.unwrap_or_else(|| file_of(ends.start));
                files.entry(name).or_default().relations.new.push(writer.relationship(relationship));
            }
        }
    }
    files
}

/// The file in which most nodes of each kind are.
fn homes(graph: &Graph, writer: &Writer<'_>) -> BTreeMap<Arc<str>, Arc<str>> {
    let mut counts: BTreeMap<Arc<str>, BTreeMap<Arc<str>, usize>> = BTreeMap::new();
    for node in graph.nodes() {
        if let (Some(kind), Origin::File(name, _)) = (writer.kind(node), graph.origin(Entity::Node(node))) {
            *counts.entry(kind.clone()).or_default().entry(name).or_default() += 1;
        }
    }
    let most = |files: BTreeMap<Arc<str>, usize>| files.into_iter().max_by_key(|(_, count)| *count);
    counts.into_iter().filter_map(|(kind, files)| Some((kind, most(files)?.0))).collect()
}

/// Where a new node goes.
fn home(homes: &BTreeMap<Arc<str>, Arc<str>>, writer: &Writer<'_>, node: NodeId) -> Arc<str> {
    let Some(kind) = writer.kind(node) else { return Arc::from("additions.json") };
    homes.get(kind).cloned().unwrap_or_else(|| {
        let plain: String = kind.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect();
        Arc::from(format!("{}.json", plain.to_lowercase()))
    })
}

fn whole(contents: Contents) -> String {
    let items = |section: Section| {
        let items = section.placed.into_values().chain(section.new);
        items.map(|json| format::item(&json)).collect::<Vec<String>>()
    };
    let sources: Vec<String> = contents.sources.iter().map(format::item).collect();
    let is_empty = |section: &Section| section.placed.is_empty() && section.new.is_empty();
    if sources.is_empty() && is_empty(&contents.nodes) && is_empty(&contents.relations) {
        return "{\n  \"nodes\": []\n}\n".to_owned();
    }
    format::file(&[
        ("sources", sources),
        ("nodes", items(contents.nodes)),
        ("relations", items(contents.relations)),
    ])
}

/// The text with the items that changed replaced, those that are gone taken out, and new ones added.
fn edit(before: &str, contents: Contents) -> Result<String> {
    let mut edited = Edited::of(before).ok_or_else(|| {
        Report::new(Class::Data, "data.broken", "a data file cannot be read any more: nothing was written")
    })?;
    for (name, section) in [("nodes", contents.nodes), ("relations", contents.relations)] {
        edited.section(name, &section.placed, &section.new);
    }
    Ok(edited.finish())
}

fn source(source: &crate::graph::Source) -> Json {
    let mut json = json!({ "id": source.id.as_ref(), "title": source.title.as_ref() });
    let further = [
        ("publisher", &source.publisher),
        ("date", &source.date),
        ("language", &source.language),
        ("sha256", &source.sha256),
    ];
    for (key, value) in further {
        if let (Some(value), Json::Object(members)) = (value, &mut json) {
            members.insert(key.to_string(), value.as_ref().into());
        }
    }
    json
}

/// The vocabulary without what goes without saying.
fn vocabulary_text(vocabulary: &Vocabulary) -> String {
    let Ok(Json::Object(sections)) = serde_json::to_value(vocabulary) else { return String::new() };
    let sections: Vec<(String, Vec<String>)> = sections
        .into_iter()
        .map(|(name, items)| {
            let items = items.as_array().map_or(&[][..], Vec::as_slice);
            (name, items.iter().map(|item| format::item(&said(item))).collect())
        })
        .collect();
    let sections: Vec<(&str, Vec<String>)> =
        sections.iter().map(|(name, items)| (name.as_str(), items.clone())).collect();
    format::file(&sections)
}

/// Without nulls, empty lists and things that are not so; the ends of a relation stay even when they are any.
fn said(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let said = members.iter().map(|(key, value)| (key.clone(), said(value)));
            said.filter(|(key, value)| match value {
                Json::Null | Json::Bool(false) => false,
                Json::Array(items) => !items.is_empty() || key == "from" || key == "to",
                Json::Object(members) => !members.is_empty(),
                _ => true,
            })
            .collect()
        }
        other => other.clone(),
    }
}

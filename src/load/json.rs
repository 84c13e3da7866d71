//! A directory of JSON files, any number and any nesting, read together; `vocabulary.json` may be among them.

use super::data::{self, DataFile};
use super::notes::Notes;
use super::problem::{CheckReport, Problem};
use super::spanned::{self, Json};
use super::text::TextFile;
use super::{LoadOptions, builtin, files, shape, words};
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub fn recognises(path: &Path) -> bool {
    if path.is_dir() {
        return !files::find(path, "json", &mut CheckReport::default()).is_empty();
    }
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

pub fn read(path: &Path, _options: &LoadOptions, report: &mut CheckReport) -> Option<(Graph, Vocabulary)> {
    let (directory, paths) = match path.is_dir() {
        true => (path, files::find(path, "json", report)),
        false => (path.parent().unwrap_or(path), vec![path.to_path_buf()]),
    };
    let texts: Vec<TextFile> = paths.iter().filter_map(|path| files::read(directory, path, report)).collect();
    read_texts(&texts, builtin::vocabulary, report)
}

/// Reads files whose texts are at hand; `fallback` gives the vocabulary when none is among them.
pub fn read_texts(
    texts: &[TextFile],
    fallback: fn(&mut CheckReport) -> Option<Vocabulary>,
    report: &mut CheckReport,
) -> Option<(Graph, Vocabulary)> {
    let (mut vocabularies, data): (Vec<&TextFile>, Vec<&TextFile>) =
        texts.iter().partition(|file| file.relative.rsplit('/').next() == Some("vocabulary.json"));
    vocabularies.sort_by_key(|file| file.relative.matches('/').count());
    let vocabulary = match vocabularies.split_first() {
        None => fallback(report),
        Some((file, others)) => {
            for other in others {
                let message = format!("a second vocabulary beside {}", file.shown);
                report.errors.push(Problem::whole(other.shown.clone(), "vocabulary.second", message));
            }
            words::read(file, report)
        }
    };
    let data: Vec<DataFile<'_>> = data.into_iter().filter_map(|file| parse(file, report)).collect();
    match vocabulary {
        Some(vocabulary) => {
            let graph = data::read(&data, &vocabulary, report);
            Some((graph, vocabulary))
        }
        None => None,
    }
}

/// Checks files that are still texts.
pub fn check(texts: &BTreeMap<Arc<str>, String>, vocabulary: &Vocabulary, report: &mut CheckReport) {
    let file = |(name, text): (&Arc<str>, &String)| TextFile {
        shown: name.clone(),
        relative: name.clone(),
        text: text.clone(),
    };
    let texts: Vec<TextFile> = texts.iter().map(file).collect();
    let data: Vec<DataFile<'_>> = texts.iter().filter_map(|file| parse(file, report)).collect();
    data::read(&data, vocabulary, report);
}

/// A data file; none if it is not JSON, describes the shape of others, is a rule of the audit or something else.
fn parse<'t>(file: &'t TextFile, report: &mut CheckReport) -> Option<DataFile<'t>> {
    let json = match spanned::parse(&file.text) {
        Ok(json) => json,
        Err(malformed) => {
            let message = format!("not valid JSON: {}", malformed.message);
            Notes { file, report }.error(malformed.span, "json.invalid", message);
            return None;
        }
    };
    let schema = json.get("$schema").and_then(Json::as_str);
    if schema.is_some_and(|schema| schema.contains("json-schema.org")) {
        return None;
    }
    if shape::is_another(&json, &shape::DATA) {
        if !RULE.iter().all(|key| json.get(key).is_some()) {
            let message = "not a data file, so not read: it has no sources, nodes or relations".to_owned();
            Notes { file, report }.warning(json.span, "file.other", message);
        }
        return None;
    }
    Some(DataFile { file, json })
}

/// The keys of a rule of the audit that no other file beside the data has.
const RULE: [&str; 3] = ["severity", "query", "message"];

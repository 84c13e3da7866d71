//! The graph that is embedded in the program, so that it answers in any folder.

use super::json;
use super::problem::CheckReport;
use super::text::TextFile;
use super::words;
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use include_dir::{Dir, include_dir};
use std::sync::Arc;

static DATA: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");

const GRAPH: &str = "kyrgyz-gender-policy";
const VOCABULARY: &str = "vocabulary.json";

pub fn read(report: &mut CheckReport) -> Option<(Graph, Vocabulary)> {
    let mut texts = Vec::new();
    if let Some(directory) = DATA.get_dir(GRAPH) {
        collect(directory, &mut texts);
    }
    texts.sort_by(|a, b| a.relative.cmp(&b.relative));
    json::read_texts(&texts, vocabulary, report)
}

pub fn vocabulary(report: &mut CheckReport) -> Option<Vocabulary> {
    let text = DATA.get_file(VOCABULARY)?.contents_utf8()?;
    words::read(&file(VOCABULARY, text), report)
}

/// The text of a file of the graph.
pub fn text(relative: &str) -> Option<&'static str> {
    DATA.get_file(format!("{GRAPH}/{relative}"))?.contents_utf8()
}

fn collect(directory: &Dir<'_>, texts: &mut Vec<TextFile>) {
    for entry in directory.files().filter(|file| file.path().extension().is_some_and(|e| e == "json")) {
        if let Some(text) = entry.contents_utf8() {
            let path = entry.path().to_string_lossy().replace('\\', "/");
            texts.push(file(path.trim_start_matches(GRAPH).trim_start_matches('/'), text));
        }
    }
    directory.dirs().for_each(|directory| collect(directory, texts));
}

fn file(relative: &str, text: &str) -> TextFile {
    TextFile { shown: Arc::from(relative), relative: Arc::from(relative), text: text.to_string() }
}

//! A directory of CSV files in the header convention of graph importers: node files with `:ID`, relationship files with
//! `:START_ID`, `:END_ID` and `:TYPE`; columns `name:type`, `:LABEL` with several labels between semicolons. An empty
//! cell is a missing property. `vocabulary.json` may lie beside them.

mod cells;
mod header;
mod ids;
mod import;

use super::problem::{CheckReport, Problem};
use super::{LoadOptions, files, words};
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use csv::{Reader, ReaderBuilder};
use header::{Column, Content};
use import::{Import, column_of};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A directory of JSON files stays one when a table lies among them.
pub fn recognises(path: &Path) -> bool {
    let find = |extension| files::find(path, extension, &mut CheckReport::default());
    let data = |file: &PathBuf| file.file_name().is_none_or(|name| name != "vocabulary.json");
    path.is_dir() && !find("csv").is_empty() && !find("json").iter().any(data)
}

pub fn read(path: &Path, options: &LoadOptions, report: &mut CheckReport) -> Option<(Graph, Vocabulary)> {
    let paths = files::find(path, "csv", report);
    let vocabulary_file = path.join("vocabulary.json");
    let vocabulary = match vocabulary_file.exists() {
        true => Some(words::read(&files::read(path, &vocabulary_file, report)?, report)?),
        false => None,
    };
    let mut import =
        Import::new(options, paths.iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum());
    let mut opened: Vec<Table> = paths.iter().filter_map(|path| Table::open(path, report)).collect();
    // Relationships name nodes, so that all nodes come first.
    opened.sort_by_key(|table| table.content == Content::Relationships);
    for table in opened {
        match table.content {
            Content::Nodes => import.nodes(table, report),
            Content::Relationships => import.relationships(table, report),
        }
    }
    let mut graph = import.finish(path, report);
    let vocabulary = vocabulary.unwrap_or_else(|| words::of_graph(&graph));
    graph.follow(&vocabulary);
    Some((graph, vocabulary))
}

/// A file whose header was read.
struct Table {
    reader: Reader<File>,
    shown: Arc<str>,
    content: Content,
    columns: Vec<Column>,
}

impl Table {
    fn open(path: &PathBuf, report: &mut CheckReport) -> Option<Table> {
        let shown: Arc<str> = files::shown(path).into();
        let opened = ReaderBuilder::new().flexible(true).buffer_capacity(1 << 18).from_path(path);
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(error) => {
                let message = format!("cannot be read: {error}");
                report.errors.push(Problem::whole(shown, "file.unreadable", message));
                return None;
            }
        };
        let header = match reader.byte_headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                let message = format!("cannot be read: {error}");
                report.errors.push(Problem::whole(shown, "file.unreadable", message));
                return None;
            }
        };
        let texts: Vec<String> =
            header.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        // A byte-order mark before the first name is no part of it.
        let names = texts.iter().map(|text| text.trim_start_matches('\u{feff}'));
        match header::read(names) {
            Ok((content, columns)) => Some(Table { reader, shown, content, columns }),
            Err(fault) => {
                let column = column_of(&header, fault.column);
                let problem = Problem::whole(shown, "csv.header", fault.message);
                report.errors.push(Problem { line: 1, column, suggestion: fault.suggestion, ..problem });
                None
            }
        }
    }
}

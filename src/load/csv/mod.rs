//! A directory of CSV files in the header convention of graph importers: node files with `:ID`, relationship files with
//! `:START_ID`, `:END_ID` and `:TYPE`; columns `name:type`, `:LABEL` with several labels between semicolons. An empty
//! cell is a missing property. `vocabulary.json` may lie beside them.

mod cells;
mod header;
mod ids;
mod import;
mod rows;
mod troubles;

use super::problem::{CheckReport, Problem};
use super::{LoadOptions, files, words};
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use header::{Column, Content};
use import::Import;
use rows::{Astray, Rows};
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
    let bytes = paths.iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum();
    let mut tables: Vec<Table> = paths.iter().filter_map(|path| Table::open(path, report)).collect();
    // Relationships name nodes, so that all nodes come first.
    tables.sort_by_key(|table| table.content == Content::Relationships);
    let mut import = Import::new(options, bytes);
    for table in tables {
        match table.content {
            Content::Nodes => import.nodes(table),
            Content::Relationships => import.relationships(table),
        }
    }
    let mut graph = import.finish(path, report);
    let vocabulary = vocabulary.unwrap_or_else(|| words::of_graph(&graph));
    graph.follow(&vocabulary);
    Some((graph, vocabulary))
}

fn quote_astray(shown: &Arc<str>, Astray { opens: (line, column), closes }: Astray) -> Problem {
    let message = match closes {
        None => {
            "the quote that opens here is never closed: everything behind it would be one cell".to_owned()
        }
        Some((line, column)) => format!(
            "the quote that opens here is closed only at line {line}, column {column}, in the middle of a cell: is one \
             missing? A quote within quotes is written twice"
        ),
    };
    Problem { line, column, ..Problem::whole(shown.clone(), "csv.quote", message) }
}

/// A file whose header was read.
struct Table {
    path: PathBuf,
    shown: Arc<str>,
    content: Content,
    columns: Vec<Column>,
}

impl Table {
    fn open(path: &Path, report: &mut CheckReport) -> Option<Table> {
        let shown: Arc<str> = files::shown(path).into();
        let rows = Rows::open(path).and_then(|mut rows| {
            rows.advance()?;
            Ok(rows)
        });
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => {
                let message = format!("cannot be read: {error}");
                report.errors.push(Problem::whole(shown, "file.unreadable", message));
                return None;
            }
        };
        if let Some(astray) = rows.astray() {
            report.errors.push(quote_astray(&shown, astray));
            return None;
        }
        let names: Vec<String> =
            rows.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        match header::read(names.iter().map(String::as_str)) {
            Ok((content, columns)) => Some(Table { path: path.to_path_buf(), shown, content, columns }),
            Err(fault) => {
                let (line, column) = (1, rows.column_of(fault.column));
                let problem = Problem::whole(shown, "csv.header", fault.message);
                report.errors.push(Problem { line, column, suggestion: fault.suggestion, ..problem });
                None
            }
        }
    }

    /// The rows below the header.
    fn rows(&self) -> std::io::Result<Rows> {
        let mut rows = Rows::open(&self.path)?;
        rows.advance()?;
        Ok(rows)
    }
}

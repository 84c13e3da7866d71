//! Writes a graph for others: one format a file, from one table.
//!
//! In: a graph and its vocabulary. Out: files. Knows nothing of languages and sessions.

mod csv;
mod cypher;
mod dot;
mod graphml;
mod json;
mod save;
mod snapshot;

pub use json::{Commits, commit};
pub use snapshot::build;

use crate::base::{Class, Report, Result, nearest};
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A format that graphs can be written in.
pub struct Exporter {
    pub name: &'static str,
    pub about: &'static str,
    pub form: Form,
}

/// What a format fills.
pub enum Form {
    /// One text; the usual ending of its file.
    Text { extension: &'static str, write: TextWriter },
    /// Files in a directory.
    Directory { write: DirectoryWriter },
}

type TextWriter = fn(&Graph, &mut dyn Write) -> io::Result<()>;

/// Gives back the files that were written.
type DirectoryWriter = fn(&Graph, &Vocabulary, &Path) -> Result<Vec<PathBuf>>;

/// All formats.
pub const EXPORTERS: &[Exporter] = &[
    Exporter {
        name: "json",
        about: "the data files: those that are there are changed as little as possible",
        form: Form::Directory { write: json::write },
    },
    Exporter {
        name: "csv",
        about: "tables with the headers of graph importers; without evidence",
        form: Form::Directory { write: csv::write },
    },
    Exporter {
        name: "cypher",
        about: "a script of CREATE statements",
        form: Form::Text { extension: "cypher", write: cypher::write },
    },
    Exporter {
        name: "graphml",
        about: "GraphML, for graph editors and analysis tools",
        form: Form::Text { extension: "graphml", write: graphml::write },
    },
    Exporter {
        name: "dot",
        about: "the language of Graphviz, for drawings",
        form: Form::Text { extension: "dot", write: dot::write },
    },
];

/// The exporter of that name.
///
/// # Errors
/// An unknown name, with the nearest known ones.
pub fn exporter(name: &str) -> Result<&'static Exporter> {
    EXPORTERS.iter().find(|exporter| exporter.name == name).ok_or_else(|| {
        let names = || EXPORTERS.iter().map(|exporter| exporter.name);
        let report = Report::input("format.unknown", format!("there is no export format `{name}`"));
        match nearest(name, names(), 1).first() {
            Some(near) => report.help(format!("Did you mean `{near}`?")),
            None => report.help(format!("Formats: {}.", names().collect::<Vec<_>>().join(", "))),
        }
    })
}

/// Writes a graph to a file or directory and gives back what was written.
///
/// # Errors
/// A file that cannot be written; data that would not load again.
pub fn export(
    exporter: &Exporter,
    graph: &Graph,
    vocabulary: &Vocabulary,
    target: &Path,
) -> Result<Vec<PathBuf>> {
    match exporter.form {
        Form::Directory { write } => write(graph, vocabulary, target),
        Form::Text { write, .. } => {
            let mut text = Vec::new();
            write(graph, &mut text).map_err(|error| unwritable(target, &error))?;
            save::replace_one(target, &text)?;
            Ok(vec![target.to_path_buf()])
        }
    }
}

/// Says that a directory holds what would be mixed up with what is to be written.
fn mixed(other: &Path, how: &str) -> Box<Report> {
    let message = format!("{} {how}: nothing was written", other.display());
    Report::new(Class::Data, "directory.mixed", message)
        .help("Name a directory that is empty or not there yet.")
}

fn unwritable(path: &Path, error: &io::Error) -> Box<Report> {
    let message = format!("{} cannot be written: {error}", path.display());
    Report::new(Class::Data, "file.unwritable", message)
}

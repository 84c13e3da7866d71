//! Writes a graph for others: one format a file, from one table.
//!
//! In: a graph and its vocabulary. Out: files. Knows nothing of languages and sessions.

mod csv;
mod cypher;
mod dot;
mod graphml;
mod json;
mod snapshot;

pub use snapshot::build;

use crate::base::{Class, Report, Result, nearest};
use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use std::fs::File;
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
            replace(&[(target.to_path_buf(), text)])?;
            Ok(vec![target.to_path_buf()])
        }
    }
}

/// Keeps other writers out of a directory until it is let go, so that what one of them reads there is still so when it
/// writes. A directory that is not there yet, or that cannot be locked, is written without.
fn hold(directory: &Path) -> Option<File> {
    let held = File::open(directory).ok()?;
    held.lock().ok().map(|()| held)
}

/// Puts new contents in the place of files: first all beside their places, then each moved onto its place, so that no
/// file is ever half written.
fn replace(files: &[(PathBuf, Vec<u8>)]) -> Result<()> {
    let mut moves = Vec::new();
    let outcome = files.iter().try_for_each(|(path, contents)| {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.new", std::process::id()));
        let beside = path.with_file_name(name);
        moves.push((beside.clone(), path));
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(contents)?;
            file.sync_all()
        };
        write().map_err(|error| unwritable(path, &error))
    });
    if let Err(report) = outcome {
        for (beside, _) in moves {
            let _ = std::fs::remove_file(beside);
        }
        return Err(report);
    }
    moves.iter().try_for_each(|(beside, path)| {
        std::fs::rename(beside, path).map_err(|error| unwritable(path, &error))
    })
}

fn unwritable(path: &Path, error: &io::Error) -> Box<Report> {
    let message = format!("{} cannot be written: {error}", path.display());
    Report::new(Class::Data, "file.unwritable", message)
}

//! Reads data directories: one format a file, from one table.
//!
//! In: a path, or the data built into the program. Out: a graph and its vocabulary, or everything that is wrong, each
//! problem with file, line, column and the nearest right word. Knows nothing of languages and sessions.

mod builtin;
mod csv;
mod data;
mod derive;
mod files;
mod json;
mod notes;
mod origin;
mod problem;
mod shape;
mod snapshot;
pub(crate) mod spanned;
mod terms;
mod text;
pub(crate) mod unfinished;
mod values;
mod words;

pub use derive::{Derivation, derive};
pub use origin::Origin;
pub use problem::{CheckReport, Problem, listed, report};
pub use snapshot::EXTENSION as SNAPSHOT_EXTENSION;
pub use text::fingerprint;

use crate::graph::Graph;
use crate::vocabulary::Vocabulary;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where data comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The graph that is embedded in the program.
    Builtin,
    Path(PathBuf),
}

#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    pub on_error: OnError,
    /// Told now and then while a long load runs.
    pub progress: Option<Progress>,
    /// The name of a loader; without it the first that recognises the path reads it.
    pub format: Option<String>,
}

/// Rows read so far, bytes read so far, bytes in all. It is called often and should be quick.
type Listener = dyn Fn(u64, u64, u64) + Send + Sync;

/// Whoever wants to know how far a long load has come.
#[derive(Clone)]
pub struct Progress(Arc<Listener>);

impl Progress {
    pub fn new(listener: impl Fn(u64, u64, u64) + Send + Sync + 'static) -> Progress {
        Progress(Arc::new(listener))
    }

    fn tell(&self, rows: u64, bytes: u64, total: u64) {
        (self.0)(rows, bytes, total);
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}

/// What to do about broken data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Load nothing.
    #[default]
    Fail,
    /// Put a placeholder with `held = false` for a missing end, and leave out what else is broken.
    Skip,
}

/// What was loaded.
#[derive(Clone)]
pub struct Loaded {
    pub graph: Graph,
    pub vocabulary: Vocabulary,
    pub warnings: Vec<Problem>,
    /// Errors that were skipped.
    pub skipped: Vec<Problem>,
}

impl Loaded {
    /// What says that a snapshot is not up to date any more.
    pub fn stale(&self) -> impl Iterator<Item = &Problem> {
        self.warnings.iter().filter(|problem| problem.code == snapshot::STALE)
    }
}

/// A format of data.
pub struct Loader {
    pub name: &'static str,
    pub about: &'static str,
    /// Whether the path looks like this format.
    pub recognises: fn(&Path) -> bool,
    /// Reads all, whatever is wrong: the caller decides by the report.
    read: fn(&Path, &LoadOptions, &mut CheckReport) -> Option<(Graph, Vocabulary)>,
}

/// All formats; the first that recognises a path reads it.
pub const LOADERS: &[Loader] = &[
    Loader {
        name: "snapshot",
        about: "one file that `whichlaw build` made of a data directory",
        recognises: snapshot::recognises,
        read: snapshot::read,
    },
    Loader {
        name: "csv",
        about: "a directory of CSV files with the headers of graph importers",
        recognises: csv::recognises,
        read: csv::read,
    },
    Loader {
        name: "json",
        about: "a directory of JSON files, or one such file",
        recognises: json::recognises,
        read: json::read,
    },
];

/// Reads a graph with its vocabulary.
///
/// # Errors
/// Everything that is wrong, unless `options` say to skip what is broken. A vocabulary with errors is never skipped.
pub fn open(place: &Place, options: &LoadOptions) -> Result<Loaded, Vec<Problem>> {
    let mut report = CheckReport::default();
    let read = match place {
        Place::Builtin => builtin::read(&mut report),
        Place::Path(path) => read(path, options, &mut report),
    };
    report.sort();
    match read {
        Some((graph, vocabulary)) if report.errors.is_empty() || options.on_error == OnError::Skip => {
            Ok(Loaded { graph, vocabulary, warnings: report.warnings, skipped: report.errors })
        }
        _ => Err(report.errors),
    }
}

/// Says everything that is wrong with a data directory.
pub fn check(path: &Path) -> CheckReport {
    let mut report = CheckReport::default();
    let read = read(path, &LoadOptions::default(), &mut report);
    if let Some(Err(failure)) = read.map(|(graph, _)| graph.verify()) {
        report.errors.push(snapshot::problem(path, &failure));
    }
    report.sort();
    report
}

/// The vocabulary that applies where a data directory has none.
pub fn builtin_vocabulary() -> Vocabulary {
    builtin::vocabulary(&mut CheckReport::default()).unwrap_or_default()
}

/// What is wrong with data files that are not written yet.
pub fn check_texts(texts: &BTreeMap<Arc<str>, String>, vocabulary: &Vocabulary) -> Vec<Problem> {
    let mut report = CheckReport::default();
    json::check(texts, vocabulary, &mut report);
    report.sort();
    report.errors
}

/// The tables of a directory of tables; none of any other.
pub fn tables(directory: &Path) -> Vec<PathBuf> {
    if !csv::recognises(directory) {
        return Vec::new();
    }
    files::find(directory, "csv", &mut CheckReport::default())
}

/// All data files and tables of a directory, without its vocabulary.
pub fn data_files(directory: &Path) -> Vec<PathBuf> {
    if !directory.is_dir() {
        return Vec::new();
    }
    let find = |extension| files::find(directory, extension, &mut CheckReport::default());
    let all = find("csv").into_iter().chain(find("json"));
    all.filter(|path| path.file_name().is_none_or(|name| name != "vocabulary.json")).collect()
}

/// The texts of the data files of a directory that are not among the known ones.
pub fn texts_beside(directory: &Path, known: &BTreeMap<Arc<str>, String>) -> BTreeMap<Arc<str>, String> {
    let mut unread = CheckReport::default();
    let paths = if directory.is_dir() { files::find(directory, "json", &mut unread) } else { Vec::new() };
    let others = paths.iter().filter(|path| {
        let relative = files::relative(directory, path);
        !known.contains_key(relative.as_str())
            && path.file_name().is_none_or(|name| name != "vocabulary.json")
    });
    let files = others.filter_map(|path| files::read(directory, path, &mut unread));
    files.map(|file| (file.relative, file.text)).collect()
}

/// The text of a file of the embedded graph.
pub fn builtin_text(relative: &str) -> Option<String> {
    builtin::text(relative).map(str::to_string)
}

fn read(path: &Path, options: &LoadOptions, report: &mut CheckReport) -> Option<(Graph, Vocabulary)> {
    let shown = files::shown(path);
    if !path.exists() {
        report.errors.push(Problem::whole(shown, "path.missing", "there is no such file or directory"));
        return None;
    }
    let directory = if path.is_dir() { Some(path) } else { path.parent() };
    let directory = directory.filter(|directory| !directory.as_os_str().is_empty());
    let held = unfinished::read(directory.unwrap_or(Path::new(".")));
    let _held = match held {
        Ok(held) => held,
        Err(problem) => {
            report.errors.push(problem);
            return None;
        }
    };
    let loader = match &options.format {
        Some(name) => {
            let Some(loader) = LOADERS.iter().find(|loader| loader.name == name) else {
                let message = format!("there is no format `{name}`");
                let suggestion = notes::near(name, LOADERS.iter().map(|loader| loader.name));
                report
                    .errors
                    .push(Problem { suggestion, ..Problem::whole(shown, "format.unknown", message) });
                return None;
            };
            Some(loader).filter(|loader| (loader.recognises)(path))
        }
        None => LOADERS.iter().find(|loader| (loader.recognises)(path)),
    };
    match loader {
        Some(loader) => (loader.read)(path, options, report),
        None if path.is_dir() => {
            let message = "the directory holds no data files: at least one `*.json` or `*.csv` is needed";
            report.errors.push(Problem::whole(shown, "directory.empty", message));
            None
        }
        None => {
            report.errors.push(Problem::whole(shown, "path.not-directory", "not a data directory"));
            None
        }
    }
}

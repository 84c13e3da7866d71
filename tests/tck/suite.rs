//! Where the suite lies and what is in it.

use super::gherkin::{self, Scenario};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub struct Suite {
    pub scenarios: Vec<Scenario>,
    pub graphs: Graphs,
}

/// The statements that make each named graph.
pub type Graphs = BTreeMap<String, Vec<String>>;

/// The directory that holds `features`, if there is one.
pub fn directory() -> Option<PathBuf> {
    let named = std::env::var_os("WHICHLAW_TCK").map(PathBuf::from);
    let directory = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tck"));
    directory.join("features").is_dir().then_some(directory)
}

pub fn read(directory: &Path) -> io::Result<Suite> {
    let features = directory.join("features");
    let mut scenarios = Vec::new();
    for path in files_below(&features, "feature")? {
        let place = path.strip_prefix(&features).unwrap_or(&path).with_extension("");
        scenarios.extend(gherkin::read(&fs::read_to_string(&path)?, &place.to_string_lossy()));
    }
    Ok(Suite { scenarios, graphs: read_graphs(&directory.join("graphs"))? })
}

fn read_graphs(directory: &Path) -> io::Result<Graphs> {
    let mut graphs = Graphs::new();
    if !directory.is_dir() {
        return Ok(graphs);
    }
    for path in files_below(directory, "cypher")? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        let statements = text.split(';').map(str::trim).filter(|statement| !statement.is_empty());
        graphs.insert(name, statements.map(str::to_owned).collect());
    }
    Ok(graphs)
}

/// All files with that extension, in the order of their paths.
fn files_below(directory: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

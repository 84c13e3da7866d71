//! One file that `whichlaw build` made of a data directory: it is mapped, not read.

use super::LoadOptions;
use super::files;
use super::origin::Origin;
use super::problem::{CheckReport, Problem};
use crate::base::{Report, Result};
use crate::graph::{Graph, Image, SNAPSHOT_MAGIC, sections};
use crate::vocabulary::Vocabulary;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// The usual ending of a snapshot.
pub const EXTENSION: &str = "wlg";

/// The code of the warning that the data directory has changed.
pub const STALE: &str = "snapshot.stale";

/// A file that begins like a snapshot, or is called one: the latter so that a foreign file is told apart by name.
pub fn recognises(path: &Path) -> bool {
    let mut magic = [0; SNAPSHOT_MAGIC.len()];
    path.is_file()
        && (path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
            || File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
                && magic == SNAPSHOT_MAGIC)
}

pub fn read(path: &Path, _options: &LoadOptions, report: &mut CheckReport) -> Option<(Graph, Vocabulary)> {
    match open(path, report) {
        Ok(opened) => Some(opened),
        Err(failure) => {
            report.errors.push(problem(path, &failure));
            None
        }
    }
}

/// A failure as a problem of the file.
pub fn problem(path: &Path, failure: &Report) -> Problem {
    let shown = files::shown(path);
    let said = failure.message.strip_prefix(&format!("{shown}: ")).unwrap_or(&failure.message);
    let message = match failure.code {
        "snapshot.damaged" | "snapshot.version" => {
            format!("{said}; make it again with `whichlaw build DIR -o FILE`")
        }
        _ => said.to_string(),
    };
    Problem::whole(shown, failure.code, message)
}

fn open(path: &Path, report: &mut CheckReport) -> Result<(Graph, Vocabulary)> {
    let image = Arc::new(Image::open(path)?);
    let vocabulary: Vocabulary = kept(&image, sections::VOCABULARY)?;
    let origin: Origin = kept(&image, sections::ORIGIN)?;
    if let Some(change) = origin.change() {
        let (shown, directory) = (files::shown(path), origin.directory.display());
        let message = format!(
            "out of date: in {directory} {change} since; bring it up to date with `whichlaw build {directory} -o {shown}`"
        );
        report.warnings.push(Problem::whole(shown, STALE, message));
    }
    let mut graph = Graph::of_image(image)?;
    graph.follow(&vocabulary);
    Ok((graph, vocabulary))
}

fn kept<T: serde::de::DeserializeOwned>(image: &Image, section: u32) -> Result<T> {
    let bytes = image.kept(section)?;
    serde_json::from_slice(bytes).map_err(|_| image.distrust(section))
}

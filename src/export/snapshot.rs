//! One file that is mapped instead of read; what lies in it is the business of the graph.

use super::unwritable;
use crate::base::Result;
use crate::graph::Graph;
use crate::load::Origin;
use crate::vocabulary::Vocabulary;
use std::fs::{File, remove_file, rename};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a graph, its vocabulary and what it was made of. The file comes into its place whole or not at all.
///
/// # Errors
/// When the file cannot be written, or the graph comes from a damaged snapshot.
pub fn build(graph: &Graph, vocabulary: &Vocabulary, origin: &Origin, target: &Path) -> Result<u64> {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = target.with_file_name(name);
    let written = write(graph, vocabulary, origin, &beside).and_then(|size| {
        rename(&beside, target)?;
        // The new name lasts only once its folder is on the disk; where folders cannot be opened, nothing is lost.
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        Ok(size)
    });
    written.map_err(|error| {
        let _ = remove_file(&beside);
        unwritable(target, &error)
    })
}

fn write(graph: &Graph, vocabulary: &Vocabulary, origin: &Origin, path: &Path) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    graph.write_snapshot(&mut out, &serde_json::to_string(vocabulary)?, &serde_json::to_string(origin)?)?;
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

//! The documents in a folder, found by the ids of the sources.

use super::{Document, Locator};
use crate::base::{Report, Result, sha256};
use crate::graph::Source;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Endings of document files, the preferred one first.
const ENDINGS: [&str; 3] = ["txt", "md", "text"];

/// Documents of a folder.
pub struct Library {
    held: BTreeMap<Arc<str>, Held>,
}

struct Held {
    document: Document,
    checked: Checked,
}

/// Whether a document is the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    Same,
    /// Its fingerprint is another one: places may have moved.
    Changed,
    /// The source states no fingerprint.
    NotStated,
}

/// The words behind a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The words, or why they cannot be shown.
    pub text: std::result::Result<String, String>,
    pub checked: Checked,
}

impl Library {
    /// Reads the documents of these sources that are in the folder.
    ///
    /// # Errors
    /// The folder is not there, or a document in it cannot be read.
    pub fn open(folder: &Path, sources: &[Source]) -> Result<Library> {
        if !folder.is_dir() {
            let message = format!("`{}` is not a folder of documents", folder.display());
            return Err(Report::input("usage.sources", message).help(
                "Give the folder that holds the documents, each named by the id of its source: `report.txt`.",
            ));
        }
        let mut held = BTreeMap::new();
        // An id is a name, never a way out of the folder.
        for source in
            sources.iter().filter(|source| !source.id.contains(['/', '\\']) && !source.id.starts_with('.'))
        {
            let paths = ENDINGS.iter().map(|ending| folder.join(format!("{}.{ending}", source.id)));
            let Some(path) = paths.into_iter().find(|path| path.is_file()) else { continue };
            let bytes = std::fs::read(&path).map_err(|error| {
                Report::input("usage.sources", format!("`{}` cannot be read: {error}", path.display()))
            })?;
            held.insert(source.id.clone(), Held::new(&bytes, source.sha256.as_deref()));
        }
        Ok(Library { held })
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Sources whose documents are no longer the ones that were read.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        self.held.iter().filter(|(_, held)| held.checked == Checked::Changed).map(|(id, _)| &**id)
    }

    /// The words at a place of a source; none where the folder does not hold its document.
    pub fn passage(&self, source: &str, locator: &str) -> Option<Passage> {
        let held = self.held.get(source)?;
        let text = match Locator::parse(locator) {
            Some(place) => held.document.passage(&place),
            None => Err(format!("`{locator}` does not name a block of the document")),
        };
        Some(Passage { text, checked: held.checked })
    }
}

impl Held {
    fn new(bytes: &[u8], stated: Option<&str>) -> Held {
        let checked = match stated {
            None => Checked::NotStated,
            Some(stated) if stated.trim().eq_ignore_ascii_case(&sha256(bytes)) => Checked::Same,
            Some(_) => Checked::Changed,
        };
        Held { document: Document::new(&String::from_utf8_lossy(bytes)), checked }
    }
}

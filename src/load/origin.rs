//! What a snapshot was made of, to notice that it is not up to date any more.

use super::files;
use super::problem::CheckReport;
use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use xxhash_rust::xxh3::xxh3_64;

/// A data directory as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub directory: PathBuf,
    files: Vec<Fingerprint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Fingerprint {
    path: PathBuf,
    size: u64,
    /// Nanoseconds since 1970.
    modified: u64,
    hash: u64,
}

impl Origin {
    /// Looks at all data files of a directory.
    pub fn of(directory: &Path) -> Origin {
        let fingerprint = |path: PathBuf| {
            let (size, modified) = stamp(&path.metadata().ok()?);
            Some(Fingerprint { size, modified, hash: hash(&path)?, path: inside(directory, &path) })
        };
        let files = data_files(directory).into_iter().filter_map(fingerprint).collect();
        Origin {
            directory: std::path::absolute(directory).unwrap_or_else(|_| directory.to_path_buf()),
            files,
        }
    }

    /// What was changed, added or removed since, if the directory is there at all. A file of the same size with another
    /// time is read to find out.
    pub fn change(&self) -> Option<String> {
        if !self.directory.is_dir() {
            return None;
        }
        let now = data_files(&self.directory);
        let added = now.iter().map(|path| inside(&self.directory, path));
        let added = added.into_iter().find(|path| self.files.iter().all(|known| known.path != *path));
        if let Some(path) = added {
            return Some(format!("{} was added", path.display()));
        }
        self.files.iter().find_map(|known| {
            let path = self.directory.join(&known.path);
            let Ok(metadata) = path.metadata() else {
                return Some(format!("{} is gone", known.path.display()));
            };
            let (size, modified) = stamp(&metadata);
            let same = size == known.size && (modified == known.modified || hash(&path) == Some(known.hash));
            (!same).then(|| format!("{} was changed", known.path.display()))
        })
    }
}

fn data_files(directory: &Path) -> Vec<PathBuf> {
    let find = |extension| files::find(directory, extension, &mut CheckReport::default());
    let mut all = find("csv");
    all.extend(find("json"));
    all
}

fn inside(directory: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(directory).unwrap_or(path).to_path_buf()
}

fn stamp(metadata: &Metadata) -> (u64, u64) {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |since| since.as_nanos() as u64))
}

fn hash(path: &Path) -> Option<u64> {
    std::fs::read(path).ok().map(|bytes| xxh3_64(&bytes))
}

//! Which files a data directory holds, and their texts.

use super::problem::{CheckReport, Problem};
use super::text::{Decoded, TextFile, decode};
use std::path::{Path, PathBuf};

/// Deeper folders are refused: only a folder that contains itself by a link is so deep.
const DEEPEST: usize = 32;

/// All files under a directory whose name ends so, by path; with the problems of reading folders.
pub fn find(directory: &Path, extension: &str, report: &mut CheckReport) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(directory.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                report.errors.push(unreadable(&folder, &error));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if depth < DEEPEST {
                    folders.push((path, depth + 1));
                } else {
                    let message = format!("folders are nested more than {DEEPEST} levels deep");
                    report.errors.push(Problem::whole(shown(&path), "directory.too-deep", message));
                }
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text of a file, if it is readable and UTF-8.
pub fn read(directory: &Path, path: &Path, report: &mut CheckReport) -> Option<TextFile> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.errors.push(unreadable(path, &error));
            return None;
        }
    };
    let relative = relative(directory, path);
    let file = |text| Some(TextFile { shown: shown(path).into(), relative: relative.as_str().into(), text });
    match decode(bytes) {
        Decoded::Text(text) => file(text),
        Decoded::Marked(text) => {
            let message = "the file begins with a byte-order mark, which is ignored";
            report.warnings.push(Problem {
                line: 1,
                column: 1,
                ..Problem::whole(shown(path), "file.bom", message)
            });
            file(text)
        }
        Decoded::Foreign(line, column) => {
            let message = "the file is not UTF-8 text: save it as UTF-8";
            report.errors.push(Problem {
                line,
                column,
                ..Problem::whole(shown(path), "file.encoding", message)
            });
            None
        }
    }
}

/// The path of a file within its directory, with slashes.
pub fn relative(directory: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(directory).unwrap_or(path);
    relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

pub fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::whole(shown(path), "file.unreadable", format!("cannot be read: {error}"))
}

//! Puts files into a directory: all of them or none, whatever happens meanwhile.
//!
//! In: the new contents. Out: files, or the directory as it was. How a save that was broken off is finished stands in
//! `load`, for whoever reads the directory next does it.

use super::unwritable;
use crate::base::Result;
use crate::load::unfinished::{self, Held, Move, SAVE, UNDO, sync};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Ends of the names of files beside their places: new contents, and what was there before.
const NEW: &str = "whichlaw-new";
const OLD: &str = "whichlaw-old";

/// Called before each step; an error of it is one of the step.
type Before<'b> = &'b mut dyn FnMut() -> io::Result<()>;

/// Keeps other writers out of a directory until it is let go.
pub fn hold(directory: &Path) -> Result<Held> {
    unfinished::hold(directory).map_err(|error| unwritable(directory, &error))
}

/// Puts one file into its place as a whole.
pub fn replace_one(path: &Path, contents: &[u8]) -> Result<()> {
    let new = beside(path, NEW);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let written = folder.map_or(Ok(()), fs::create_dir_all).and_then(|()| write(&new, contents, Some(path)));
    written.and_then(|()| fs::rename(&new, path)).map_err(|error| {
        let _ = fs::remove_file(&new);
        unwritable(path, &error)
    })
}

/// Puts files into their places in a directory that is held, all of them or none; paths begin in the directory.
///
/// # Errors
/// When a file cannot be written; the directory is as it was then.
pub fn replace(directory: &Path, held: &Held, files: &[(PathBuf, Vec<u8>)]) -> Result<()> {
    if held.is_locked() {
        sweep(directory, files);
    }
    save(directory, files, &mut || Ok(())).map_err(|(path, error)| {
        let report = unwritable(&directory.join(path), &error);
        match unfinished::is_unfinished(directory) {
            true => report.help("The save is finished or undone when the directory is opened next."),
            false => report.help("Nothing was changed: all files are as they were."),
        }
    })
}

/// Takes away what saves left behind that ended before they counted.
fn sweep(directory: &Path, files: &[(PathBuf, Vec<u8>)]) {
    let mut folders: Vec<PathBuf> =
        files.iter().filter_map(|(path, _)| Some(directory.join(path).parent()?.to_path_buf())).collect();
    folders.push(directory.to_path_buf());
    folders.sort();
    folders.dedup();
    for entry in folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden && path.extension().is_some_and(|end| end == NEW || end == OLD) {
            let _ = fs::remove_file(path);
        }
    }
}

fn save(
    directory: &Path,
    files: &[(PathBuf, Vec<u8>)],
    before: Before<'_>,
) -> std::result::Result<(), (PathBuf, io::Error)> {
    let mut moves = Vec::new();
    let outcome = prepare(directory, files, &mut moves, before);
    if outcome.is_err() || moves.is_empty() {
        forget(directory, &moves);
        return outcome;
    }
    for file in &moves {
        let (new, path) = (directory.join(&file.new), directory.join(&file.path));
        if let Err(error) = before().and_then(|()| fs::rename(new, path)) {
            let undone = fs::rename(directory.join(SAVE), directory.join(UNDO))
                .and_then(|()| before())
                .and_then(|()| unfinished::undo(directory));
            let error = match undone {
                Ok(()) => error,
                Err(more) => io::Error::other(format!(
                    "{error}; the files before it could not be put back yet: {more}"
                )),
            };
            return Err((file.path.clone(), error));
        }
    }
    let ended = before().and_then(|()| unfinished::end(directory, SAVE, &moves));
    ended.map_err(|error| (PathBuf::from(SAVE), error))
}

/// Writes everything beside its place, keeps what is there, and then the journal: with it the save counts.
fn prepare(
    directory: &Path,
    files: &[(PathBuf, Vec<u8>)],
    moves: &mut Vec<Move>,
    before: Before<'_>,
) -> std::result::Result<(), (PathBuf, io::Error)> {
    for (path, contents) in files {
        let target = directory.join(path);
        let old = target.exists().then(|| beside(path, OLD));
        moves.push(Move { path: path.clone(), new: beside(path, NEW), old: old.clone() });
        let new = directory.join(beside(path, NEW));
        let written = before()
            .and_then(|()| target.parent().map_or(Ok(()), fs::create_dir_all))
            .and_then(|()| if target.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(()) })
            .and_then(|()| write(&new, contents, Some(&target)))
            .and_then(|()| old.map_or(Ok(()), |old| keep(&target, &directory.join(old))));
        written.map_err(|error| (path.clone(), error))?;
    }
    if moves.is_empty() {
        return Ok(());
    }
    let draft = beside(Path::new(SAVE), NEW);
    let text = serde_json::to_vec(&*moves).map_err(io::Error::from);
    let written = text.and_then(|text| {
        files.iter().for_each(|(path, _)| sync(directory.join(path).parent().unwrap_or(directory)));
        before()?;
        write(&directory.join(&draft), &text, None)?;
        before()?;
        fs::rename(directory.join(&draft), directory.join(SAVE))
    });
    sync(directory);
    written.map_err(|error| {
        let _ = fs::remove_file(directory.join(draft));
        (PathBuf::from(SAVE), error)
    })
}

/// Takes away what was written beside the places.
fn forget(directory: &Path, moves: &[Move]) {
    for beside in moves.iter().flat_map(|file| [Some(&file.new), file.old.as_ref()]).flatten() {
        let _ = fs::remove_file(directory.join(beside));
    }
}

/// A second name for a file, or a copy where there is no such thing.
fn keep(path: &Path, old: &Path) -> io::Result<()> {
    let _ = fs::remove_file(old);
    fs::hard_link(path, old).or_else(|_| fs::copy(path, old).map(drop))
}

/// Contents and, of a file that is there, what is allowed with it, on the disk.
fn write(new: &Path, contents: &[u8], like: Option<&Path>) -> io::Result<()> {
    let mut file = File::create(new)?;
    file.write_all(contents)?;
    if let Some(metadata) = like.and_then(|like| like.metadata().ok()) {
        let _ = file.set_permissions(metadata.permissions());
    }
    file.sync_all()
}

/// A hidden name in the same folder that no other program uses.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or(OsStr::new("")));
    name.push(format!(".{}.{end}", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A directory with two old files of three.
    fn fresh(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("whichlaw-save-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(directory.join("deep")).unwrap();
        fs::write(directory.join("a.json"), "old a").unwrap();
        fs::write(directory.join("deep/b.json"), "old b").unwrap();
        directory
    }

    fn files() -> Vec<(PathBuf, Vec<u8>)> {
        ["a.json", "deep/b.json", "c.json"].map(|path| (path.into(), format!("new {path}").into())).into()
    }

    /// The text of each of the three, and whether anything else is left.
    fn state(directory: &Path) -> (Vec<Option<String>>, bool) {
        let texts =
            ["a.json", "deep/b.json", "c.json"].map(|path| fs::read_to_string(directory.join(path)).ok());
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        let expected = 2 + usize::from(texts[2].is_some()) + 1;
        (texts.into(), count(directory) + count(&directory.join("deep")) != expected)
    }

    fn old() -> Vec<Option<String>> {
        vec![Some("old a".into()), Some("old b".into()), None]
    }

    fn new() -> Vec<Option<String>> {
        files().into_iter().map(|(_, text)| String::from_utf8(text).ok()).collect()
    }

    /// Goes on to the given step and has that step do what it likes.
    fn until(step: usize, mut act: impl FnMut() -> io::Result<()>) -> impl FnMut() -> io::Result<()> {
        let mut at = 0;
        move || {
            at += 1;
            if at == step + 1 { act() } else { Ok(()) }
        }
    }

    /// Three files written, the journal written and put in place, three moved, the journal taken away.
    const STEPS: usize = 9;

    #[test]
    fn a_save_that_is_broken_off_anywhere_is_whole_or_nothing_for_the_next() {
        for step in 0..=STEPS {
            let directory = fresh(&format!("broken-{step}"));
            let mut stop = until(step, || panic!("the light goes out"));
            let outcome = catch_unwind(AssertUnwindSafe(|| save(&directory, &files(), &mut stop)));
            assert_eq!(outcome.is_err(), step < STEPS, "step {step}");
            drop(unfinished::read(&directory).unwrap());
            let counts = step >= 5;
            assert_eq!(state(&directory).0, if counts { new() } else { old() }, "step {step}");
            let held = hold(&directory).unwrap();
            sweep(&directory, &files());
            drop(held);
            assert!(!state(&directory).1, "step {step} leaves nothing");
            fs::remove_dir_all(directory).unwrap();
        }
    }

    #[test]
    fn a_step_that_fails_leaves_everything_as_it_was() {
        for step in 0..STEPS - 1 {
            let directory = fresh(&format!("failing-{step}"));
            let mut fail = until(step, || Err(io::Error::other("no room")));
            assert!(save(&directory, &files(), &mut fail).is_err());
            assert_eq!(state(&directory), (old(), false), "step {step}");
            fs::remove_dir_all(directory).unwrap();
        }
    }

    #[test]
    fn an_undoing_that_is_broken_off_is_finished_by_the_next() {
        for step in 5..STEPS - 1 {
            let directory = fresh(&format!("undoing-{step}"));
            let mut at = 0;
            let mut fail = || {
                at += 1;
                if at == step + 1 {
                    return Err(io::Error::other("no room"));
                }
                assert!(at <= step, "the light goes out");
                Ok(())
            };
            let outcome = catch_unwind(AssertUnwindSafe(|| save(&directory, &files(), &mut fail)));
            assert!(outcome.is_err(), "step {step}");
            drop(unfinished::read(&directory).unwrap());
            assert_eq!(state(&directory), (old(), false), "step {step}");
            fs::remove_dir_all(directory).unwrap();
        }
    }

    #[test]
    fn a_journal_does_not_lead_out_of_the_directory() {
        let directory = fresh("outside");
        fs::write(directory.join(SAVE), r#"[{"path": "../x", "new": "a.json", "old": null}]"#).unwrap();
        assert!(unfinished::read(&directory).is_err());
        assert_eq!(state(&directory).0, old());
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_directory_that_had_to_be_made_goes_away_when_nothing_is_written() {
        let directory = fresh("made").join("x/y");
        let held = hold(&directory).unwrap();
        assert!(directory.is_dir() && held.is_locked());
        drop(held);
        assert!(!directory.parent().unwrap().exists());
        fs::remove_dir_all(directory.parent().unwrap().parent().unwrap()).unwrap();
    }
}

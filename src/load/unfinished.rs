//! Saves of several files that were broken off, and who may read or write a data directory meanwhile.
//!
//! A save writes every new file beside its place, then a journal that names them all, then moves one after the other.
//! From the journal on the save counts: whoever comes to the directory next, to read or to write, completes it. A save
//! that cannot go on is undone, and its journal has another name by then. So a directory is read either as it was or as
//! it was meant to be, never as something between.

use super::{Problem, files};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

/// The journal of a save that is to be completed.
pub const SAVE: &str = ".whichlaw-save";

/// The journal of a save that is to be undone.
pub const UNDO: &str = ".whichlaw-undo";

/// A reader waits so long for a writer, then reads all the same: somebody else may hold the lock for purposes of theirs.
const PATIENCE: Duration = Duration::from_secs(5);

/// One file of a save; all paths begin in the directory.
#[derive(Debug, Serialize, Deserialize)]
pub struct Move {
    pub path: PathBuf,
    /// The new contents, until they are moved to their place.
    pub new: PathBuf,
    /// What was there before; none if nothing was.
    pub old: Option<PathBuf>,
}

/// Keeps others from a directory until it is dropped. One that had to be made and is still empty then goes away again.
pub struct Held {
    locked: Option<File>,
    made: Vec<PathBuf>,
}

impl Held {
    pub fn is_locked(&self) -> bool {
        self.locked.is_some()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for folder in &self.made {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Keeps other writers out of a directory, so that what is read there is still so when it is written; makes the
/// directory if need be, for what is not there cannot be locked. Where nothing can be locked it is written without.
///
/// # Errors
/// When the directory cannot be made, or a save that was broken off can neither be completed nor undone.
pub fn hold(directory: &Path) -> io::Result<Held> {
    if directory.is_file() {
        return Err(io::Error::other("it is a file, and a directory is needed"));
    }
    loop {
        let missing = directory.ancestors().take_while(|folder| !folder.as_os_str().is_empty());
        let made = missing.take_while(|folder| !folder.exists()).map(Path::to_path_buf).collect();
        fs::create_dir_all(directory)?;
        let opened = File::open(directory).ok();
        let locked = opened.filter(|file| file.lock().is_ok());
        // Whoever held it before may have taken the directory away, and another may have made it anew.
        if locked.as_ref().is_none_or(|file| is_at(file, directory)) {
            let held = Held { locked, made };
            settle(directory)?;
            return Ok(held);
        }
    }
}

/// Keeps writers out of a directory that is read, once what was begun there is finished.
pub fn read(directory: &Path) -> Result<Option<File>, Problem> {
    let opened = File::open(directory).ok();
    let shared = opened.filter(shared_in_time);
    if !is_unfinished(directory) {
        return Ok(shared);
    }
    let held = shared.or_else(|| File::open(directory).ok());
    if let Some(file) = &held {
        let _ = file.unlock().and_then(|()| file.lock());
    }
    settle(directory).map(|()| held).map_err(|error| {
        let message = format!(
            "a save of several files was broken off here and cannot be completed: {error}; open the directory once with \
             the right to write to it"
        );
        Problem::whole(files::shown(directory), "save.unfinished", message)
    })
}

fn shared_in_time(file: &File) -> bool {
    let begun = Instant::now();
    loop {
        match file.try_lock_shared() {
            Ok(()) => return true,
            Err(fs::TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(_) => return false,
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, directory: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = directory.metadata().map(identity).ok();
    there.is_some() && file.metadata().map(identity).ok() == there
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Whether a save was begun here and not ended.
pub fn is_unfinished(directory: &Path) -> bool {
    [SAVE, UNDO].iter().any(|journal| directory.join(journal).exists())
}

/// Finishes what was begun, if anything was.
pub fn settle(directory: &Path) -> io::Result<()> {
    if directory.join(UNDO).exists() {
        undo(directory)?;
    }
    if !directory.join(SAVE).exists() {
        return Ok(());
    }
    complete(directory).or_else(|_| {
        fs::rename(directory.join(SAVE), directory.join(UNDO))?;
        undo(directory)
    })
}

/// Moves every file that is not yet in its place, however often this was begun before.
fn complete(directory: &Path) -> io::Result<()> {
    let moves = moves(&directory.join(SAVE))?;
    for file in &moves {
        let new = directory.join(&file.new);
        if new.exists() {
            fs::rename(new, directory.join(&file.path))?;
        }
    }
    end(directory, SAVE, &moves)
}

/// Puts back what was there before, however often this was begun before.
pub fn undo(directory: &Path) -> io::Result<()> {
    let moves = moves(&directory.join(UNDO))?;
    for file in &moves {
        let path = directory.join(&file.path);
        match &file.old {
            Some(old) if directory.join(old).exists() => fs::rename(directory.join(old), path)?,
            Some(_) => {}
            None if directory.join(&file.new).exists() || !path.exists() => {}
            None => fs::remove_file(path)?,
        }
    }
    end(directory, UNDO, &moves)
}

/// Takes the journal away, when all that it names is on the disk, and then what it needed.
pub fn end(directory: &Path, journal: &str, moves: &[Move]) -> io::Result<()> {
    for file in moves {
        sync(directory.join(&file.path).parent().unwrap_or(directory));
    }
    fs::remove_file(directory.join(journal))?;
    sync(directory);
    for beside in moves.iter().flat_map(|file| [Some(&file.new), file.old.as_ref()]).flatten() {
        let _ = fs::remove_file(directory.join(beside));
    }
    Ok(())
}

/// A new name lasts only once its folder is on the disk; where folders cannot be opened, nothing is lost.
pub fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// What a journal names; it must not lead out of the directory.
fn moves(journal: &Path) -> io::Result<Vec<Move>> {
    let broken = |how: &str| io::Error::other(format!("{} {how}", journal.display()));
    let moves: Vec<Move> =
        serde_json::from_slice(&fs::read(journal)?).map_err(|_| broken("is no journal of a save"))?;
    let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
    let stays =
        |file: &Move| inside(&file.path) && inside(&file.new) && file.old.as_deref().is_none_or(inside);
    if moves.iter().all(stays) { Ok(moves) } else { Err(broken("names files elsewhere")) }
}

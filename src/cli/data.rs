//! Commands about data: where a session's graph comes from, checking, exporting, and the words it brings.

use super::Common;
use super::exit::Exit;
use crate::base::Result;
use crate::render::{self, glossary};
use crate::session::Session;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where the graph comes from.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// The built-in graph where there is none.
    pub dir: Option<PathBuf>,
    /// Leave out what is broken instead of loading nothing.
    pub skip_errors: bool,
}

impl Data {
    pub fn open(&self) -> Result<Session> {
        Ok(Session::empty())
    }
}

pub fn vocabulary(word: Option<&str>, common: &Common) -> Result<Exit> {
    let session = common.data().open()?;
    if common.for_programs() {
        let text = serde_json::to_string_pretty(&*session.vocabulary).unwrap_or_default();
        return Ok(Exit::of_writing(writeln!(io::stdout(), "{text}")));
    }
    let text = glossary::vocabulary(&session.vocabulary, word, &super::stdout_look())?;
    Ok(Exit::of_writing(write!(io::stdout(), "{text}")))
}

pub fn check(_dir: &Path, _common: &Common) -> Result<Exit> {
    Ok(Exit::ANSWERED)
}

pub fn export(_dir: &Path, _common: &Common) -> Result<Exit> {
    Ok(Exit::ANSWERED)
}

pub fn pipe(_common: &Common) -> Result<Exit> {
    Ok(Exit::ANSWERED)
}

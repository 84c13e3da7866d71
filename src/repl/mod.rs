//! The prompt: questions, Cypher and commands, one after another.
//!
//! In: lines from a terminal or a script. Out: answers on standard output. The loop and the editor live here; what
//! answers look like is `render`'s business. No rustyline type leaves this module.

mod choices;
mod command;
mod commands;
mod complete;
mod editor;
mod examples;
mod highlight;
mod knowledge;
mod pager;
mod shell;
mod statements;

pub use statements::statements;

use crate::graph::{Day, Reading, Undated};
use crate::render::{FORMATS, Format};
use crate::session::Session;
use crate::value::{Date, Map};
use shell::{Flow, Shell};
use std::io::Read;
use std::path::PathBuf;

/// What a user can set at the prompt.
#[derive(Clone)]
pub struct Settings {
    /// The day for which every question holds.
    pub as_of: Option<Date>,
    /// The day, month or year as it was given.
    pub as_of_written: Option<Day>,
    /// What has no dates is kept or left out when there is a day.
    pub undated: Undated,
    /// Leave out what holds only in the other reading of the sources.
    pub reading: Option<Reading>,
    /// Drafts that are taken as adopted.
    pub assume: Vec<String>,
    /// The folder with the documents of the sources.
    pub sources: Option<PathBuf>,
    pub format: &'static Format,
    pub parameters: Map,
    /// Show how long each answer took.
    pub timing: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        let format = FORMATS.first().unwrap_or_else(|| unreachable!("the table of formats is not empty"));
        Settings {
            as_of: None,
            as_of_written: None,
            undated: Undated::Keep,
            reading: None,
            assume: Vec::new(),
            sources: None,
            format,
            parameters: Map::new(),
            timing: true,
        }
    }
}

/// Runs the prompt, or the script on standard input, until it ends; returns the exit code.
pub fn run(session: Session, settings: Settings, interactive: bool) -> u8 {
    let mut shell = Shell::new(session, settings, interactive);
    if interactive {
        return editor::run(&mut shell);
    }
    let mut text = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut text) {
        shell.say(&format!("standard input cannot be read: {error}"));
        return 2;
    }
    for statement in statements(&text) {
        if shell.take(&statement) == Flow::Quit {
            break;
        }
    }
    if shell.uncommitted {
        shell.say(
            "Note: there are edits that are not in files, and they are gone now. `:commit DIR` writes them.",
        );
    }
    shell.exit_code()
}

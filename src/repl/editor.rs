//! The line editor: history, completion, colour, and the loop that reads and answers.

use super::command;
use super::complete::{self, Completion};
use super::examples;
use super::highlight;
use super::knowledge::Knowledge;
use super::shell::{Flow, Shell};
use super::statements::is_open;
use crate::render::{self, Ink, Look};
use etcetera::BaseStrategy;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::config::{ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};
use std::borrow::Cow;
use std::path::PathBuf;

/// Runs the prompt at a terminal; returns the exit code.
pub fn run(shell: &mut Shell) -> u8 {
    let look = Look::of_stdout();
    let mut editor = match open(&look) {
        Ok(editor) => editor,
        Err(error) => {
            shell.say(&format!("the terminal cannot be used: {error}"));
            return 2;
        }
    };
    stop_questions_on_interrupt(shell);
    let history = history_file();
    if let Some(path) = &history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    shell.print_text(&examples::greeting(&shell.session, &look));
    while let Some(line) = read(&mut editor, shell) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let _ = editor.add_history_entry(line);
        if let Some(path) = &history {
            // Saved at once, so that a killed session loses nothing.
            let _ = editor.append_history(path);
        }
        if shell.take(line) == Flow::Quit && may_leave(&mut editor, shell) {
            break;
        }
    }
    // At the prompt a wrong question is not a failure.
    0
}

type Prompt = Editor<Assistant, DefaultHistory>;

fn open(look: &Look) -> rustyline::Result<Prompt> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .max_history_size(10_000)?
        .color_mode(if look.colour { ColorMode::Enabled } else { ColorMode::Disabled })
        .auto_add_history(false)
        .bracketed_paste(true)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(Assistant {
        known: Knowledge::default(),
        files: FilenameCompleter::new(),
        look: look.clone(),
    }));
    Ok(editor)
}

/// The next line; none at the end.
fn read(editor: &mut Prompt, shell: &mut Shell) -> Option<String> {
    if let Some(assistant) = editor.helper_mut() {
        assistant.refresh(shell);
    }
    loop {
        let prefill = shell.prefill.take().unwrap_or_default();
        match editor.readline_with_initial(&shell.prompt(), (&prefill, "")) {
            Ok(line) => return Some(line),
            // Ctrl-C clears the line and nothing else.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) if may_leave(editor, shell) => return None,
            Err(ReadlineError::Eof) => {}
            Err(ReadlineError::Signal(_)) => {}
            Err(error) => {
                shell.say(&format!("the terminal cannot be read: {error}"));
                return None;
            }
        }
    }
}

/// Asks where edits would be lost.
fn may_leave(editor: &mut Prompt, shell: &Shell) -> bool {
    if !shell.uncommitted {
        return true;
    }
    shell.say("There are edits that are not in files; `:commit DIR` writes them.");
    let answer = editor.readline("Leave and lose them? [y/N] ");
    matches!(answer, Ok(text) if text.trim().eq_ignore_ascii_case("y") || text.trim().eq_ignore_ascii_case("yes"))
}

/// Ctrl-C while a question runs; at the prompt the editor sees the key itself.
fn stop_questions_on_interrupt(shell: &Shell) {
    let cancel = shell.cancel.clone();
    // Without a handler Ctrl-C ends the program, as everywhere.
    let _ = ctrlc::set_handler(move || cancel.cancel());
}

/// `WHICHLAW_HISTORY`, or the user's data directory; an empty variable means no history.
fn history_file() -> Option<PathBuf> {
    match std::env::var_os("WHICHLAW_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(PathBuf::from(path)),
        None => {
            let directory = etcetera::choose_base_strategy().ok()?.data_dir().join("whichlaw");
            std::fs::create_dir_all(&directory).ok()?;
            Some(directory.join("history"))
        }
    }
}

/// Completion, colour, hints and the search for open brackets.
struct Assistant {
    known: Knowledge,
    files: FilenameCompleter,
    look: Look,
}

impl Assistant {
    /// Reads names and words again where they may have changed.
    fn refresh(&mut self, shell: &mut Shell) {
        if shell.stale {
            self.known = Knowledge::of(&shell.session);
            shell.stale = false;
        }
        let answer = shell.last.as_ref();
        self.known.columns =
            answer.map(|a| a.columns.iter().map(|c| c.to_string()).collect()).unwrap_or_default();
        self.known.parameters = shell.settings.parameters.keys().map(|k| k.to_string()).collect();
    }

    fn files(&self, before: &str, directories: bool) -> Completion {
        let Ok((start, pairs)) = self.files.complete_path(before, before.len()) else {
            return (before.len(), Vec::new());
        };
        let wanted = |pair: &Pair| !directories || pair.replacement.ends_with('/');
        let candidates = pairs
            .into_iter()
            .filter(wanted)
            .map(|pair| complete::Candidate { display: pair.display, replacement: pair.replacement });
        (start, candidates.collect())
    }

    fn candidates(&self, line: &str, cursor: usize) -> Completion {
        complete::complete(line, cursor, &self.known, &|before, directories| self.files(before, directories))
    }
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, cursor: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, candidates) = self.candidates(line, cursor);
        let pairs = candidates.into_iter().map(|c| Pair {
            // A line that the terminal breaks cannot be told from two candidates.
            display: render::shortened(&c.display, self.look.width),
            replacement: c.replacement,
        });
        Ok((start, pairs.collect()))
    }
}

impl Hinter for Assistant {
    type Hint = String;

    /// The argument of a command, or the rest of the only word that fits.
    fn hint(&self, line: &str, cursor: usize, _: &Context<'_>) -> Option<String> {
        if cursor < line.len() || line.trim().is_empty() || line.contains('\n') {
            return None;
        }
        if line.starts_with(':') {
            let (name, argument) = command::split(line);
            let found = command::find(name).filter(|c| c.name == name && argument.is_empty())?;
            let space = if line.ends_with(' ') { "" } else { " " };
            return (!found.argument.is_empty()).then(|| format!("{space}{}", found.argument));
        }
        let (start, candidates) = self.candidates(line, cursor);
        let typed = line.get(start..)?;
        if typed.chars().count() < 3 {
            return None;
        }
        let first = candidates.into_iter().next()?;
        let rest = first.replacement.strip_prefix(typed)?;
        (!rest.is_empty()).then(|| rest.to_owned())
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        Cow::Owned(highlight::line(line, &self.known, &self.look))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(self.look.paint(Ink::Prompt, prompt))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.look.paint(Ink::Dim, hint))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

impl Validator for Assistant {
    /// Only an open quote or bracket goes on in the next line.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let open = is_open(context.input());
        Ok(if open { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

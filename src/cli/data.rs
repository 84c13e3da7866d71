//! Commands about data: where a session's graph comes from, checking, exporting, and the words it brings.

use super::Common;
use super::exit::Exit;
use super::progress::Bar;
use crate::base::{Report, Result};
use crate::export::{self, Commits, EXPORTERS, Form};
use crate::load::{self, LoadOptions, OnError, Origin, Place, Problem};
use crate::render::{Ink, Look, Text, glossary};
use crate::session::Session;
use std::io::{self, BufWriter, Write};
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
    /// Loads the graph; what was left out is said on standard error.
    ///
    /// # Errors
    /// All problems of the data, in one report.
    pub fn open(&self) -> Result<Session> {
        let place = self.dir.clone().map_or(Place::Builtin, Place::Path);
        let on_error = if self.skip_errors { OnError::Skip } else { OnError::Fail };
        let (bar, progress) = Bar::at_terminal().unzip();
        let options = LoadOptions { on_error, progress, ..LoadOptions::default() };
        let (session, loaded) = Session::open(&place, &options)?;
        drop(bar);
        for problem in &loaded.skipped {
            say(&format!("Left out: {problem}"), Ink::Doubtful);
        }
        for problem in loaded.stale() {
            say(&format!("Note: {problem}"), Ink::Doubtful);
        }
        Ok(session)
    }
}

/// `whichlaw vocabulary`
pub fn vocabulary(word: Option<&str>, common: &Common) -> Result<Exit> {
    if let (Some(word), true) = (word, common.for_programs()) {
        let message = format!("for programs there is the whole vocabulary, not `{word}` alone");
        return Err(Report::input("usage.vocabulary", message).help("Leave out the word."));
    }
    let session = common.data().open()?;
    if common.for_programs() {
        let text = common.object(&*session.vocabulary);
        return Ok(Exit::of_writing(writeln!(io::stdout(), "{text}")));
    }
    let text = glossary::vocabulary(&session.vocabulary, word, &super::stdout_look())?;
    Ok(Exit::of_writing(write!(io::stdout(), "{text}")))
}

/// `whichlaw check`
pub fn check(dir: &Path, common: &Common) -> Result<Exit> {
    let report = load::check(dir);
    let mut out = String::new();
    if common.for_programs() {
        out.push_str(&common.object(&report));
        out.push('\n');
    } else {
        let look = super::stdout_look();
        for (problems, name, ink) in
            [(&report.errors, "error", Ink::Bad), (&report.warnings, "warning", Ink::Doubtful)]
        {
            for problem in problems {
                let (place, said) = parts(problem);
                let mut text = Text::new(format!("{place} "), Ink::Dim);
                text.push(name, ink);
                text.push(format!(": {said} "), Ink::Plain);
                text.push(format!("[{}]", problem.code), Ink::Dim);
                out.push_str(&format!("{}\n", text.painted(&look)));
            }
        }
        out.push_str(&format!(
            "{}, {}.\n",
            counted(report.errors.len(), "error"),
            counted(report.warnings.len(), "warning")
        ));
    }
    let written = Exit::of_writing(io::stdout().write_all(out.as_bytes()));
    Ok(written.and(if report.errors.is_empty() { Exit::ANSWERED } else { Exit::NOT_LOADED }))
}

/// The place, then what is wrong there.
fn parts(problem: &Problem) -> (String, String) {
    let whole = problem.to_string();
    let place = match problem.line {
        0 => format!("{}:", problem.file),
        line => format!("{}:{line}:{}:", problem.file, problem.column),
    };
    let said = whole.strip_prefix(&place).unwrap_or(&whole).trim_start().to_owned();
    (place, said)
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn say(text: &str, ink: Ink) {
    let _ = writeln!(io::stderr(), "{}", Look::of_stderr().paint(ink, text));
}

/// `whichlaw build`
pub fn build(dir: &Path, output: &Path, common: &Common) -> Result<Exit> {
    if !dir.is_dir() {
        let message = format!("`{}` is not a data directory", dir.display());
        return Err(Report::input("usage.build", message)
            .help("Give the directory with the data files: `whichlaw build DIR -o FILE`."));
    }
    // Looked at before it is read: what changes meanwhile makes the file stale, not wrong.
    let origin = Origin::of(dir);
    let session = Data { dir: Some(dir.to_path_buf()), ..common.data() }.open()?;
    let graph = &session.graph;
    let size = export::build(graph, &session.vocabulary, &origin, output)?;
    let (nodes, relationships) = (graph.node_count(), graph.relationship_count());
    let (output, size) = (output.display(), size as f64 / 1e6);
    say(&format!("Wrote {output}: {nodes} nodes, {relationships} relationships, {size:.1} MB"), Ink::Dim);
    Ok(Exit::ANSWERED)
}

/// What may be written after `whichlaw export`, for its help.
pub fn target_of_export() -> String {
    format!(
        "The file to write, `-` for standard output (formats {}), or the directory to write (formats {})",
        formats_of(|form| matches!(form, Form::Text { .. })),
        formats_of(|form| matches!(form, Form::Directory { .. }))
    )
}

fn formats_of(form: fn(&Form) -> bool) -> String {
    let names = EXPORTERS.iter().filter(|exporter| form(&exporter.form)).map(|exporter| exporter.name);
    names.collect::<Vec<_>>().join(", ")
}

/// `whichlaw export`: to a directory or a file, or, for formats of one text, to standard output as `-`.
pub fn export(target: &Path, common: &Common) -> Result<Exit> {
    let exporter = export::exporter(&common.format_name("json"))?;
    if let (Form::Directory { .. }, true) = (&exporter.form, target == Path::new("-")) {
        let name = exporter.name;
        let message = format!("the format `{name}` is several files, which standard output cannot hold");
        let texts = formats_of(|form| matches!(form, Form::Text { .. }));
        return Err(Report::input("usage.export", message)
            .help(format!("Write a directory: `whichlaw export --format {name} DIR`."))
            .help(format!("The formats {texts} are one text and may go to `-`.")));
    }
    let session = common.data().open()?;
    session.graph.verify()?;
    if let (Form::Text { write, .. }, true) = (&exporter.form, target == Path::new("-")) {
        let mut out = BufWriter::new(io::stdout().lock());
        return Ok(Exit::of_writing(write(&session.graph, &mut out).and_then(|()| out.flush())));
    }
    for path in export::export(exporter, &session.graph, &session.vocabulary, target)? {
        say(&format!("Wrote {}", path.display()), Ink::Dim);
    }
    Ok(Exit::ANSWERED)
}

/// Writes the graph with all edits to the data files of a directory, and says which.
///
/// # Errors
/// A file that cannot be written; a graph that would not load again.
pub fn commit(session: &Session, dir: &Path, commits: &mut Commits) -> Result<String> {
    let written = export::commit(&session.graph, &session.vocabulary, dir, commits)?;
    let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    Ok(match names.as_slice() {
        [] => "The files hold this already.".to_owned(),
        names => format!("Wrote {}.", names.join(", ")),
    })
}

/// `whichlaw pipe`
pub fn pipe(common: &Common) -> Result<Exit> {
    Ok(Exit::of_writing(crate::pipe::serve(common.data().open()?)))
}

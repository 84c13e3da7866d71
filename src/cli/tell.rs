//! What goes beside the answer: reading, notes, counts and reports, on standard error.

use super::exit::Exit;
use crate::answer::Answer;
use crate::base::Report;
use crate::render::{self, Ink, Look, Text};
use std::io::{self, IsTerminal, Write};

/// A report: JSON on standard output for programs, prose on standard error for people.
pub fn failure(report: &Report, for_programs: bool) -> Exit {
    if for_programs {
        let _ = writeln!(io::stdout(), "{}", render::error_object(report));
    } else {
        let _ = write!(io::stderr(), "{}", render::report_text(report, &Look::of_stderr()));
    }
    Exit::of_report(report)
}

/// That the answer did not get out.
pub fn unwritten(error: &io::Error) {
    let _ = writeln!(io::stderr(), "error: the answer cannot be written: {error}");
}

/// How the question was read and what a reader must know; counts and times only for somebody who watches.
pub fn before(answer: &Answer) {
    let look = Look::of_stderr();
    if let Some(reading) = &answer.reading {
        lines(&format!("Read as: {reading}"), Ink::Dim, &look);
    }
}

pub fn after(answer: &Answer, shown: &Look) {
    let look = Look::of_stderr();
    for note in &answer.notes {
        lines(&format!("Note: {note}"), Ink::Doubtful, &look);
    }
    if io::stderr().is_terminal() {
        lines(&render::footer(answer, shown, true), Ink::Dim, &look);
    }
}

/// What must not be overlooked, in whatever format the answer is.
pub fn note(text: &str) {
    lines(text, Ink::Doubtful, &Look::of_stderr());
}

fn lines(text: &str, ink: Ink, look: &Look) {
    for (line, _) in Text::new(text, ink).wrap(look.width) {
        let _ = writeln!(io::stderr(), "{}", line.painted(look));
    }
}

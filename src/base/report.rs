//! The one error type that users see.
//!
//! A report holds facts: what is wrong, where, and what could stand there. Prose around it, colour and carets are made
//! by `render`.

use super::Span;
use std::sync::Arc;

/// Everything that can fail in a way a user sees returns this.
pub type Result<T> = std::result::Result<T, Box<Report>>;

/// A problem with a question, a query, a file or a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub severity: Severity,
    /// What went wrong as a class: decides the exit code.
    pub class: Class,
    /// A stable dotted name, for example `name.unknown`.
    pub code: &'static str,
    /// One sentence: what is wrong.
    pub message: String,
    /// The text that the spans point into.
    pub source: Option<Arc<str>>,
    /// The first label is where the caret stands.
    pub labels: Vec<Label>,
    /// What to write instead, or why it is so; whole sentences.
    pub help: Vec<String>,
    /// Replacements that mend the text, best first.
    pub suggestions: Vec<Suggestion>,
    /// Entities among which an ambiguous name has to choose.
    pub candidates: Vec<Candidate>,
    /// The name of this failure in the openCypher documents.
    pub failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// What kind of problem a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Usage, syntax, names, types: exit code 2.
    Input,
    /// Data that could not be loaded: exit code 3.
    Data,
    /// A limit of time, rows or memory was reached: exit code 5.
    Limit,
    /// The user interrupted: exit code 130.
    Interrupted,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// Replace what stands at `span` by `text`.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub span: Span,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: String,
    pub kind: String,
    pub name: String,
}

/// Type, phase and detail as the openCypher conformance suite names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For example `SyntaxError`.
    pub kind: &'static str,
    pub phase: Phase,
    /// For example `UndefinedVariable`.
    pub detail: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    CompileTime,
    Runtime,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Phase::CompileTime => "compile time",
            Phase::Runtime => "runtime",
        }
    }
}

impl Report {
    pub fn new(class: Class, code: &'static str, message: impl Into<String>) -> Box<Report> {
        Box::new(Report {
            severity: Severity::Error,
            class,
            code,
            message: with_short_quotations(message.into()),
            source: None,
            labels: Vec::new(),
            help: Vec::new(),
            suggestions: Vec::new(),
            candidates: Vec::new(),
            failure: None,
        })
    }

    /// A problem with what the user wrote.
    pub fn input(code: &'static str, message: impl Into<String>) -> Box<Report> {
        Report::new(Class::Input, code, message)
    }

    /// An error that the openCypher documents name and that is found before anything runs.
    pub fn compile(kind: &'static str, detail: &'static str, message: impl Into<String>) -> Box<Report> {
        Report::input("cypher.compile", message).failing(Failure { kind, phase: Phase::CompileTime, detail })
    }

    /// An error that the openCypher documents name and that is found while running.
    pub fn runtime(kind: &'static str, detail: &'static str, message: impl Into<String>) -> Box<Report> {
        Report::input("cypher.runtime", message).failing(Failure { kind, phase: Phase::Runtime, detail })
    }

    pub fn failing(mut self: Box<Self>, failure: Failure) -> Box<Self> {
        self.failure = Some(failure);
        self
    }

    /// Points at a place; the first call sets the caret.
    pub fn at(mut self: Box<Self>, span: Span, text: impl Into<String>) -> Box<Self> {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Points at a place unless the report already does.
    pub fn or_at(self: Box<Self>, span: Span) -> Box<Self> {
        // Time runs out anywhere.
        let over = self.class == Class::Interrupted || self.code == "limit.time";
        if self.labels.is_empty() && !over { self.at(span, "") } else { self }
    }

    pub fn help(mut self: Box<Self>, sentence: impl Into<String>) -> Box<Self> {
        self.help.push(sentence.into());
        self
    }

    pub fn suggest(mut self: Box<Self>, span: Span, text: impl Into<String>) -> Box<Self> {
        self.suggestions.push(Suggestion { span, text: text.into() });
        self
    }

    pub fn among(mut self: Box<Self>, candidates: Vec<Candidate>) -> Box<Self> {
        self.candidates = candidates;
        self
    }

    pub fn in_text(mut self: Box<Self>, source: &str) -> Box<Self> {
        if self.source.is_none() {
            self.source = Some(Arc::from(source));
        }
        self
    }

    /// The whole text with the best suggestion applied.
    pub fn corrected(&self) -> Option<String> {
        let (source, best) = (self.source.as_deref()?, self.suggestions.first()?);
        let (before, after) = (source.get(..best.span.start)?, source.get(best.span.end..)?);
        Some(format!("{before}{}{after}", best.text))
    }

    /// The exit code of a one-shot command that ends with this report.
    pub fn exit_code(&self) -> u8 {
        match self.class {
            Class::Input => 2,
            Class::Data => 3,
            Class::Limit => 5,
            Class::Interrupted => 130,
        }
    }
}

/// A message in which nothing that is quoted takes a screen for itself.
fn with_short_quotations(message: String) -> String {
    const LONG: usize = 1000;
    const KEPT: usize = 60;
    if message.len() <= LONG {
        return message;
    }
    let shorten = |part: &str| match part.char_indices().nth(KEPT) {
        Some((place, _)) if part.len() > LONG / 2 => format!("{}…", &part[..place]),
        _ => part.to_owned(),
    };
    message.split('`').map(shorten).collect::<Vec<_>>().join("`")
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_quotations_are_cut() {
        let word = "é".repeat(3000);
        let report = Report::input("word.unknown", format!("I do not know the word `{word}`"));
        assert_eq!(report.message, format!("I do not know the word `{}…`", "é".repeat(60)));
        let names = format!("there is no variable `x` here; {}", "`name`, ".repeat(300));
        assert_eq!(Report::input("word.unknown", names.clone()).message, names);
    }
}

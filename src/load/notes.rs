//! Collects problems with their places while files are looked through.

use super::problem::{CheckReport, Problem};
use super::shape::Fault;
use super::text::TextFile;
use crate::base::{Span, nearest};

/// The problems of one file.
pub struct Notes<'n> {
    pub file: &'n TextFile,
    pub report: &'n mut CheckReport,
}

impl Notes<'_> {
    pub fn error(&mut self, span: Span, code: &'static str, message: String) {
        let problem = self.problem(span, code, message, None);
        self.report.errors.push(problem);
    }

    pub fn error_near(
        &mut self,
        span: Span,
        code: &'static str,
        message: String,
        suggestion: Option<String>,
    ) {
        let problem = self.problem(span, code, message, suggestion);
        self.report.errors.push(problem);
    }

    pub fn warning(&mut self, span: Span, code: &'static str, message: String) {
        let problem = self.problem(span, code, message, None);
        self.report.warnings.push(problem);
    }

    pub fn fault(&mut self, fault: Fault) {
        let problem = self.problem(fault.span, fault.code, fault.message, fault.suggestion);
        let list = if fault.error { &mut self.report.errors } else { &mut self.report.warnings };
        list.push(problem);
    }

    /// Where something stands, as it is told in another message.
    pub fn place(&self, span: Span) -> String {
        let (line, _) = self.file.position(span.start);
        format!("{}:{line}", self.file.shown)
    }

    fn problem(
        &self,
        span: Span,
        code: &'static str,
        message: String,
        suggestion: Option<String>,
    ) -> Problem {
        let (line, column) = self.file.position(span.start);
        Problem { file: self.file.shown.clone(), line, column, code, message, suggestion }
    }
}

/// The nearest right word, if one is near.
pub fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known, 1).first().map(|word| word.to_string())
}

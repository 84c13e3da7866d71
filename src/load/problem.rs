//! What is wrong with data, and where.

use crate::base::{Class, Report};
use serde::Serialize;
use std::sync::Arc;

/// One thing that is wrong, or should be looked at, in a data directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    pub file: Arc<str>,
    /// From 1; 0 where the problem is the file or the directory itself.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// A stable dotted name, for example `relation.unknown`.
    pub code: &'static str,
    pub message: String,
    /// What could stand there instead.
    pub suggestion: Option<String>,
}

/// Everything that is wrong with a data directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Because of these nothing is loaded.
    pub errors: Vec<Problem>,
    pub warnings: Vec<Problem>,
}

impl Problem {
    /// A problem with a file or directory as a whole.
    pub fn whole(file: impl Into<Arc<str>>, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { file: file.into(), line: 0, column: 0, code, message: message.into(), suggestion: None }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message)?,
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message)?,
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, " (did you mean `{suggestion}`?)"),
            None => Ok(()),
        }
    }
}

impl CheckReport {
    /// By file, line and column.
    pub fn sort(&mut self) {
        self.errors.sort();
        self.warnings.sort();
    }
}

/// One report that lists all problems, for whoever wanted to open the data.
pub fn report(problems: &[Problem]) -> Box<Report> {
    let count = match problems.len() {
        1 => "1 problem".to_string(),
        count => format!("{count} problems"),
    };
    let message = format!("the data was not loaded: {count} found");
    let report = listed(Report::new(Class::Data, "data.broken", message), problems);
    match problems.len() > SHOWN {
        true => report.help("`whichlaw check DIR` lists all."),
        false => report,
    }
}

/// How many problems a report lists.
const SHOWN: usize = 20;

/// A report with the first of some problems.
pub fn listed(report: Box<Report>, problems: &[Problem]) -> Box<Report> {
    let shown = problems.iter().take(SHOWN);
    let report = shown.fold(report, |report, problem| report.help(problem.to_string()));
    match problems.len().saturating_sub(SHOWN) {
        0 => report,
        more => report.help(format!("And {more} more.")),
    }
}

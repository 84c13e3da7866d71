//! What is wrong with the rows, each with file and line. All are counted; so many are told one by one.

use super::rows::Rows;
use crate::load::files;
use crate::load::problem::{CheckReport, Problem};
use std::path::Path;
use std::sync::Arc;

/// So many problems are told one by one.
const TOLD: usize = 10_000;

#[derive(Default)]
pub struct Troubles {
    told: Vec<Problem>,
    untold: usize,
}

/// Something that is wrong with a cell.
pub struct Trouble {
    pub place: usize,
    pub code: &'static str,
    pub message: String,
    pub suggestion: Option<String>,
}

impl Trouble {
    pub fn new(place: usize, code: &'static str, message: impl Into<String>) -> Trouble {
        Trouble { place, code, message: message.into(), suggestion: None }
    }
}

impl Troubles {
    pub fn tell(&mut self, shown: &Arc<str>, rows: &Rows, trouble: Trouble) {
        let (line, column) = (rows.line(), rows.column_of(trouble.place));
        let Trouble { code, message, suggestion, .. } = trouble;
        self.add(Problem { file: shown.clone(), line, column, code, message, suggestion });
    }

    pub fn add(&mut self, problem: Problem) {
        if self.told.len() < TOLD {
            self.told.push(problem);
        } else {
            self.untold += 1;
        }
    }

    pub fn are_few(&self) -> bool {
        self.told.len() < 100
    }

    /// Hands all over, with how many more there are.
    pub fn report(self, path: &Path, report: &mut CheckReport) {
        report.errors.extend(self.told);
        if self.untold > 0 {
            let all = TOLD + self.untold;
            let message = format!("{all} problems in all: {} further ones are not listed", self.untold);
            report.errors.push(Problem::whole(files::shown(path), "problems.more", message));
        }
    }
}

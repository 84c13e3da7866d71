//! Answers and reports as bytes: one file a format, one table of formats.
//!
//! In: an [`Answer`] or a [`Report`](crate::base::Report), the graph and vocabulary it speaks of, and a [`Look`].
//! Out: text on any writer. The only place that knows colour and width; it decides nothing about what is true.

mod argument;
mod card;
mod csv;
mod evidence;
mod fit;
pub mod glossary;
mod grid;
mod json;
mod jsonl;
mod look;
mod markdown;
mod plan;
mod report;
pub mod review;
pub mod sheet;
mod table;
mod text;
mod value;
mod why_not;

pub use crate::answer::Scene;
pub use crate::answer::third_person;
pub use argument::{argument, argument_json};
pub use evidence::{Proof, locators, proofs};
pub use fit::fitted;
pub use grid::{Align, Column, Grid, pairs};
pub use json::{answer_object, error_object, evidence_of_row, value_json};
pub use look::{Ink, Look};
pub use plan::plan;
pub use report::{candidates_text, report_json, report_text};
pub use table::{footer, frequencies};
pub use text::{Text, display_width, shortened};
pub use value::{plain, text_of};
pub use why_not::{why_not, why_not_json};

use crate::answer::Answer;
use crate::base::{Report, Result, nearest};
use std::io::{self, Write};

/// One output format.
pub struct Format {
    pub name: &'static str,
    /// The usual ending of a file in this format.
    pub extension: &'static str,
    pub doc: &'static str,
    /// A program reads it: reading, notes and errors belong inside it, nothing is shortened.
    pub for_programs: bool,
    pub write: fn(&Answer, &Scene<'_>, &Look, &mut dyn Write) -> io::Result<()>,
}

/// Every output format, the default first.
pub static FORMATS: &[Format] = &[
    Format {
        name: "table",
        extension: "txt",
        doc: "rows and columns that fit the width, with the place of each fact",
        for_programs: false,
        write: table::write,
    },
    Format {
        name: "json",
        extension: "json",
        doc: "one object with reading, Cypher, rows and evidence",
        for_programs: true,
        write: json::write,
    },
    Format {
        name: "jsonl",
        extension: "jsonl",
        doc: "the same object on one line, for many questions",
        for_programs: true,
        write: jsonl::write,
    },
    Format {
        name: "csv",
        extension: "csv",
        doc: "comma-separated values with ids and evidence, for spreadsheets",
        for_programs: false,
        write: csv::write,
    },
    Format {
        name: "markdown",
        extension: "md",
        doc: "a Markdown table with evidence, for memos",
        for_programs: false,
        write: markdown::write,
    },
];

/// The format of that name, or a report that names the nearest one.
pub fn format(name: &str) -> Result<&'static Format> {
    if let Some(format) = FORMATS.iter().find(|f| f.name.eq_ignore_ascii_case(name)) {
        return Ok(format);
    }
    Err(unknown_format(name, &FORMATS.iter().map(|f| f.name).collect::<Vec<_>>()))
}

/// A format that is not among those that there are for something.
pub fn unknown_format(name: &str, known: &[&str]) -> Box<Report> {
    let report = Report::input("usage.format", format!("there is no output format `{name}`"))
        .help(format!("The formats are {}.", known.join(", ")));
    match nearest(name, known.iter().copied(), 1).first() {
        Some(near) => report.help(format!("Did you mean `{near}`?")),
        None => report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name_and_near_names_are_offered() {
        assert_eq!(format("JSON").map(|f| f.name), Ok("json"));
        let report = format("jsn").err().map(|r| r.help.join(" "));
        assert!(report.is_some_and(|help| help.contains("`json`")));
    }
}

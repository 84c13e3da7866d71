//! After an ambiguous name: the next line may be just a number.

use crate::base::Report;

/// The corrected questions, one a candidate.
pub struct Choices(Vec<String>);

impl Choices {
    /// None where the report does not ask to choose.
    pub fn of(report: &Report) -> Option<Choices> {
        let source = report.source.as_deref()?;
        let span = report.labels.first()?.span;
        let replaced = |span: crate::base::Span, text: &str| {
            Some(format!("{}{text}{}", source.get(..span.start)?, source.get(span.end..)?))
        };
        // A report that says how to write each candidate knows better than the bare id.
        let lines: Option<Vec<String>> = if report.suggestions.len() == report.candidates.len() {
            report.suggestions.iter().map(|s| replaced(s.span, &s.text)).collect()
        } else {
            report.candidates.iter().map(|c| replaced(span, &c.id)).collect()
        };
        lines.filter(|lines| !lines.is_empty()).map(Choices)
    }

    /// The question that a number stands for.
    pub fn chosen(mut self, line: &str) -> Option<String> {
        let number: usize = line.parse().ok()?;
        let index = number.checked_sub(1).filter(|index| *index < self.0.len())?;
        Some(self.0.swap_remove(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Candidate, Span};

    #[test]
    fn a_number_picks_a_candidate() {
        let candidate = |id: &str| Candidate { id: id.into(), kind: "Law".into(), name: id.into() };
        let report = Report::input("name.ambiguous", "m")
            .at(Span::new(6, 9), "")
            .among(vec![candidate("law-1"), candidate("law-2")])
            .in_text("about law?");
        let chosen = |line: &str| Choices::of(&report).and_then(|c| c.chosen(line));
        assert_eq!(chosen("2").as_deref(), Some("about law-2?"));
        assert_eq!(chosen("3"), None);
        assert_eq!(chosen("which law"), None);
    }
}

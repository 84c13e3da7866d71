//! The lines of a plan as a table.

use crate::base::Allowance;
use std::fmt::Write;

/// Characters of the column of operators; longer lines reach beyond it.
const WIDEST: usize = 1000;

/// One line of the table.
pub(super) struct Line {
    pub text: String,
    pub estimated: String,
    pub rules: String,
    /// Rows, touched relationships and time, after running.
    pub work: Option<[String; 3]>,
}

/// Puts lines under headings; what is left out when the allowance is over makes a table that nobody sees.
pub(super) fn table(lines: &[Line], profiled: bool, allowance: &Allowance<'_>) -> String {
    let widest = |part: fn(&Line) -> usize| lines.iter().map(part).max().unwrap_or(0);
    // A line that is longer than any screen is wide does not make all others as long.
    let text = widest(|line| line.text.chars().count()).clamp("operator".len(), WIDEST);
    let estimated = widest(|line| line.estimated.len()).max("estimated".len());
    let mut out = format!("{:text$}  {:>estimated$}", "operator", "estimated");
    if profiled {
        let _ = write!(out, "  {:>10}  {:>10}  {:>10}", "rows", "touched", "time");
    }
    out.push_str("  rules\n");
    for line in lines {
        if allowance.is_over(text) {
            break;
        }
        let _ = write!(out, "{:text$}  {:>estimated$}", line.text, line.estimated);
        if let Some([rows, touched, time]) = &line.work {
            let _ = write!(out, "  {rows:>10}  {touched:>10}  {time:>10}");
        }
        let _ = write!(out, "  {}", line.rules);
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
    out
}

//! The table of a plan where it is wider than the terminal: its cells wrap as those of answers do.

use super::grid::{Column, Grid};
use super::look::{Ink, Look};
use super::text::{MAY_BREAK, Text, display_width};

/// A plan as it is, where it fits, and otherwise as a grid.
pub fn plan(table: &str, look: &Look) -> String {
    let table = table.trim_end();
    let fits = look.width.is_none_or(|width| table.lines().all(|line| display_width(line) <= width));
    let mut lines = table.lines();
    let Some((headings, rules)) = lines.next().and_then(headings).filter(|_| !fits) else {
        return format!("{}\n", Text::new(table, Ink::Plain).plain());
    };
    let rows = lines.map(|line| cells(line, &headings, rules));
    let mut columns = vec![Column::left("operator")];
    columns.extend(headings.iter().map(|(name, _)| Column::right(*name)));
    columns.push(Column::left("rules"));
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = Grid { columns, rows: rows.collect(), bare: false }.write(look, &mut bytes);
    String::from_utf8_lossy(&bytes).replace('\u{a0}', " ")
}

/// The columns of numbers, each with the place where it ends, and the place where the rules begin.
fn headings(line: &str) -> Option<(Vec<(&str, usize)>, usize)> {
    let numbers = line.strip_prefix("operator")?.strip_suffix("rules")?;
    let names = numbers.split_whitespace().map(|name| {
        let end = name.as_ptr() as usize - line.as_ptr() as usize + name.len();
        (name, end)
    });
    Some((names.collect(), line.len() - "rules".len()))
}

fn cells(line: &str, headings: &[(&str, usize)], rules: usize) -> Vec<Text> {
    let characters: Vec<char> = line.chars().collect();
    let part = |from: usize, to: usize| -> String {
        characters.iter().take(to).skip(from).collect::<String>().trim_end().to_owned()
    };
    let mut cells = vec![Text::new(part(rules, characters.len()), Ink::Dim)];
    let mut rest = part(0, rules);
    for _ in headings {
        // Numbers stand at the right, two spaces apart from what is before them.
        let (before, number) = rest.rsplit_once("  ").unwrap_or((&rest, ""));
        let (before, number) = (before.trim_end().to_owned(), number.to_owned());
        cells.push(Text::new(number, Ink::Number));
        rest = before;
    }
    cells.push(Text::new(breakable(&rest), Ink::Plain));
    cells.reverse();
    cells
}

/// The lines that set inner plans in stay at their operators, and patterns break beside their nodes.
fn breakable(operator: &str) -> String {
    let mut out = operator.replace("│ ", "│\u{a0}");
    for (before, after) in [(")", "-["), (")", "<-["), ("]-", "("), ("]->", "(")] {
        out = out.replace(&format!("{before}{after}"), &format!("{before}{MAY_BREAK}{after}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "\
operator                                          estimated        rows     touched        time  rules
Project count((a)<-[:RATIFIES]-(b)) AS count              1           2           0    0.004 ms
│ Filter degree((a)-[:RATIFIES]->) > 0 AND b:Law  1,000,000           0           4    0.070 ms  push-down, factor
";

    #[test]
    fn a_plan_that_fits_stays_as_it_is() {
        let widest = PLAN.lines().map(display_width).max();
        for width in [None, widest] {
            assert_eq!(plan(PLAN, &Look { width, ..Look::plain() }), PLAN);
        }
    }

    #[test]
    fn a_wide_plan_wraps_in_its_columns() {
        let shown = plan(PLAN, &Look { width: Some(80), ..Look::plain() });
        assert!(shown.lines().all(|line| display_width(line) <= 80), "{shown}");
        let rows: Vec<&str> = shown.lines().collect();
        let first = |row: &str| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(first(rows[0]), ["operator", "estimated", "rows", "touched", "time", "rules"]);
        assert!(!shown.contains(MAY_BREAK) && shown.contains("\n<-[:RATIFIES]-(b)) AS\n"), "{shown}");
        assert!(rows[2].contains("Project") && rows[2].ends_with("1     2        0  0.004 ms"), "{shown}");
        assert!(
            shown.contains("│ Filter") && shown.contains("1,000,000     0        4  0.070 ms  push-down"),
            "{shown}"
        );
    }

    #[test]
    fn any_plan_at_any_width_is_shown() {
        for text in ["", "operator", PLAN, "operator  estimated  rules\n│ │ x\n  1"] {
            for width in 0..120 {
                plan(text, &Look { width: Some(width), ..Look::plain() });
            }
        }
    }
}

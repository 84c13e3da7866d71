//! A grid of cells that fits the width: long titles wrap, ids, dates and numbers never do. Where not even the longest
//! words fit side by side, each row becomes a list of `heading: value` lines.

use super::look::{Ink, Look};
use super::text::{Text, display_width};
use std::io::{self, Write};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    pub align: Align,
}

impl Column {
    pub fn left(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), align: Align::Left }
    }
    pub fn right(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), align: Align::Right }
    }
}

/// Columns and rows of cells; every row has one cell a column.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Text>>,
    /// No line of headings.
    pub bare: bool,
}

const GAP: usize = 2;
/// A column of wrapped text is at least this wide, so that it can be read.
const READABLE: usize = 14;

impl Grid {
    pub fn write(&self, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        match self.widths(look.width) {
            Some(widths) => self.write_rows(&widths, look, out),
            None => self.write_records(look, out),
        }
    }

    /// How wide each column gets; `None` where they do not fit side by side.
    fn widths(&self, available: Option<usize>) -> Option<Vec<usize>> {
        let mut natural: Vec<usize> = self.columns.iter().map(|c| display_width(&c.heading)).collect();
        let mut minimal = natural.clone();
        for row in &self.rows {
            for ((cell, natural), minimal) in row.iter().zip(&mut natural).zip(&mut minimal) {
                let whole = cell.natural_width();
                *natural = whole.max(*natural);
                *minimal = cell.minimal_width().max(whole.min(READABLE)).max(*minimal);
            }
        }
        let gaps = GAP * self.columns.len().saturating_sub(1);
        let Some(available) = available else { return Some(natural) };
        let fits = available.saturating_sub(gaps + 1);
        if natural.iter().sum::<usize>() <= fits {
            return Some(natural);
        }
        let mut left = fits.checked_sub(minimal.iter().sum())?;
        let mut widths = minimal;
        // What is left goes in equal shares to the columns that still wrap.
        loop {
            let wanting: Vec<usize> =
                (0..widths.len()).filter(|i| widths.get(*i) < natural.get(*i)).collect();
            let share = left.checked_div(wanting.len()).unwrap_or(0);
            if share == 0 {
                return Some(widths);
            }
            for i in wanting {
                if let (Some(width), Some(natural)) = (widths.get_mut(i), natural.get(i)) {
                    let more = share.min(natural - *width);
                    *width += more;
                    left -= more;
                }
            }
        }
    }

    fn write_rows(&self, widths: &[usize], look: &Look, out: &mut dyn Write) -> io::Result<()> {
        if !self.bare {
            let headings: Vec<Text> =
                self.columns.iter().map(|c| Text::new(&c.heading, Ink::Heading)).collect();
            self.write_row(&headings, widths, look, out)?;
            let rule = if look.unicode { "─" } else { "-" };
            let rules: Vec<Text> = widths.iter().map(|w| Text::new(rule.repeat(*w), Ink::Dim)).collect();
            let line: Vec<String> = rules.iter().map(|r| r.painted(look)).collect();
            writeln!(out, "{}", line.join(&" ".repeat(GAP)))?;
        }
        for row in &self.rows {
            self.write_row(row, widths, look, out)?;
        }
        Ok(())
    }

    fn write_row(&self, row: &[Text], widths: &[usize], look: &Look, out: &mut dyn Write) -> io::Result<()> {
        let cells: Vec<Vec<(Text, usize)>> =
            row.iter().zip(widths).map(|(cell, width)| cell.wrap(Some(*width))).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let mut text = String::new();
            // Spaces are written only when something follows them, so that no line ends with any.
            let mut owed = 0;
            for ((cell, width), column) in cells.iter().zip(widths).zip(&self.columns) {
                let Some((part, used)) = cell.get(line).filter(|(part, _)| !part.is_empty()) else {
                    owed += width + GAP;
                    continue;
                };
                let room = width.saturating_sub(*used);
                let (left, right) = if column.align == Align::Right { (room, 0) } else { (0, room) };
                text.push_str(&" ".repeat(owed + left));
                text.push_str(&part.painted(look));
                owed = right + GAP;
            }
            writeln!(out, "{text}")?;
        }
        Ok(())
    }

    fn write_records(&self, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        for (number, row) in self.rows.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            for (column, cell) in self.columns.iter().zip(row) {
                if cell.is_empty() {
                    continue;
                }
                let heading = look.paint(Ink::Heading, &format!("{}:", column.heading));
                let indent = display_width(&column.heading) + 2;
                let hanging = indent.min(4);
                let room = look.width.map(|w| w.saturating_sub(indent.max(hanging) + 1).max(10));
                let mut lines = cell.wrap(room).into_iter().map(|(line, _)| line.painted(look));
                writeln!(out, "{heading} {}", lines.next().unwrap_or_default())?;
                for line in lines {
                    writeln!(out, "{}{line}", " ".repeat(hanging))?;
                }
            }
        }
        Ok(())
    }
}

/// Two columns without headings, set in; the first never wraps.
pub fn pairs(rows: &[(&str, &str)], look: &Look) -> String {
    let cell = |text: &str, ink| Text::new(text.replace(' ', "\u{a0}"), ink);
    let rows = rows.iter().map(|(left, right)| vec![cell(left, Ink::Name), Text::new(right, Ink::Plain)]);
    let grid = Grid { columns: vec![Column::left(""), Column::left("")], rows: rows.collect(), bare: true };
    let look = Look { width: look.width.map(|w| w.saturating_sub(2)), ..look.clone() };
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = grid.write(&look, &mut bytes);
    String::from_utf8_lossy(&bytes).replace('\u{a0}', " ").lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: Option<usize>, rows: &[[&str; 2]]) -> String {
        let grid = Grid {
            columns: vec![Column::right("n"), Column::left("title")],
            rows: rows.iter().map(|r| r.iter().map(|c| Text::new(c, Ink::Plain)).collect()).collect(),
            bare: false,
        };
        let mut out = Vec::new();
        grid.write(&Look { width, ..Look::plain() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn titles_wrap_beside_numbers() {
        let text = shown(Some(30), &[["1", "Law on state guarantees of equal rights"], ["12", "Закон"]]);
        assert_eq!(
            text,
            " n  title\n──  ─────────────────────────\n 1  Law on state guarantees\n    of equal rights\n12  Закон\n"
        );
    }

    #[test]
    fn rows_become_records_where_columns_do_not_fit() {
        let text = shown(Some(12), &[["1", "decree-on-something"]]);
        assert_eq!(text, "n: 1\ntitle: decree-on-something\n");
    }

    #[test]
    fn any_width_is_taken() {
        for width in 0..60 {
            shown(
                Some(width),
                &[["1", "国家 法律 a-very-long-identifier-without-any-space-in-it-at-all-really-long"]],
            );
        }
    }
}

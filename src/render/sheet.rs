//! Sheets of plain text under headings, in every format that people read.

use super::grid::{Column, Grid};
use super::look::{Ink, Look};
use super::text::Text;
use std::io::{self, Write};

/// Rows under headings, with a title and a note.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub title: String,
    pub note: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// A table with names on both sides.
#[derive(Clone, Debug, Default)]
pub struct Wide {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<String>)>,
}

impl Sheet {
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Sheet {
        Sheet {
            title: title.into(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            ..Sheet::default()
        }
    }

    pub fn noted(mut self, note: impl Into<String>) -> Sheet {
        self.note = note.into();
        self
    }
}

/// For a terminal: a heading, its note, and a grid that fits.
pub fn table(sheets: &[Sheet], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    for (number, sheet) in sheets.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        for (line, _) in Text::new(&sheet.title, Ink::Heading).wrap(look.width) {
            writeln!(out, "{}", line.painted(look))?;
        }
        for (line, _) in Text::new(&sheet.note, Ink::Dim).wrap(look.width) {
            if !line.is_empty() {
                writeln!(out, "{}", line.painted(look))?;
            }
        }
        if sheet.columns.is_empty() {
            continue;
        }
        if sheet.rows.is_empty() {
            writeln!(out, "{}", look.paint(Ink::Dim, "Nothing."))?;
            continue;
        }
        let grid = Grid {
            columns: sheet.columns.iter().map(Column::left).collect(),
            rows: sheet
                .rows
                .iter()
                .map(|row| row.iter().map(|cell| Text::new(cell, Ink::Plain)).collect())
                .collect(),
            bare: false,
        };
        grid.write(look, out)?;
    }
    Ok(())
}

/// For memos.
pub fn markdown(sheets: &[Sheet], out: &mut dyn Write) -> io::Result<()> {
    for (number, sheet) in sheets.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        writeln!(out, "## {}\n", cell(&sheet.title))?;
        if !sheet.note.is_empty() {
            writeln!(out, "{}\n", cell(&sheet.note))?;
        }
        if sheet.columns.is_empty() {
            continue;
        }
        if sheet.rows.is_empty() {
            writeln!(out, "Nothing.")?;
            continue;
        }
        lines(&sheet.columns, &sheet.rows, out)?;
    }
    Ok(())
}

fn lines(columns: &[String], rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    let line =
        |cells: &[String]| format!("| {} |", cells.iter().map(|c| cell(c)).collect::<Vec<_>>().join(" | "));
    writeln!(out, "{}", line(columns))?;
    writeln!(out, "|{}", " --- |".repeat(columns.len()))?;
    for row in rows {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}

/// A cell ends at `|` and at a line feed; angle brackets would be markup.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace("\r\n", "<br>")
        .replace(['\n', '\r'], "<br>")
}

impl Wide {
    fn flat(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let columns = std::iter::once(String::new()).chain(self.columns.iter().cloned()).collect();
        let row = |(name, cells): &(String, Vec<String>)| {
            std::iter::once(name.clone()).chain(cells.iter().cloned()).collect()
        };
        (columns, self.rows.iter().map(row).collect())
    }

    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let (columns, rows) = self.flat();
        lines(&columns, &rows, out)
    }

    /// Comma-separated values after RFC 4180.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let (columns, rows) = self.flat();
        for row in std::iter::once(&columns).chain(&rows) {
            let cells: Vec<String> = row.iter().map(|text| csv_cell(text)).collect();
            write!(out, "{}\r\n", cells.join(","))?;
        }
        Ok(())
    }

    /// A page that needs nothing besides itself.
    pub fn html(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = escaped(&self.title);
        writeln!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>"
        )?;
        writeln!(
            out,
            "<style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n<thead>\n<tr><td></td>"
        )?;
        for column in &self.columns {
            writeln!(out, "<th scope=\"col\">{}</th>", escaped(column))?;
        }
        writeln!(out, "</tr>\n</thead>\n<tbody>")?;
        for (name, cells) in &self.rows {
            writeln!(out, "<tr><th scope=\"row\">{}</th>", escaped(name))?;
            for text in cells {
                writeln!(out, "<td>{}</td>", escaped(text))?;
            }
            writeln!(out, "</tr>")?;
        }
        writeln!(out, "</tbody>\n</table>\n</body>\n</html>")
    }
}

const STYLE: &str = "body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; }\n\
    table { border-collapse: collapse; }\n\
    th, td { border: 1px solid #bbb; padding: .4em .6em; text-align: left; vertical-align: top; }\n\
    thead th { background: #eee; position: sticky; top: 0; }\n\
    tbody th { background: #f6f6f6; font-weight: 600; }";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn csv_cell(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_cell_cannot_leave_it() {
        let nasty = "a<script>|\"x\",\n&";
        let wide = Wide {
            title: nasty.into(),
            columns: vec![nasty.into()],
            rows: vec![(nasty.into(), vec![nasty.into()])],
        };
        let text = |write: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
            let mut bytes = Vec::new();
            write(&mut bytes).map(|()| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        };
        assert!(!text(&|out| wide.html(out)).contains("<script>"));
        assert_eq!(text(&|out| wide.markdown(out)).lines().count(), 3);
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}

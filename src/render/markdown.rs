//! A Markdown table, to paste into a memo.

use super::evidence::locators;
use super::json::verdict_words;
use super::look::Look;
use super::value::plain;
use crate::answer::Answer;
use crate::answer::Scene;
use crate::value::Value;
use std::io::{self, Write};

pub fn write(answer: &Answer, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if let Some(verdict) = &answer.verdict {
        let (word, text) = verdict_words(verdict);
        writeln!(out, "{}", escaped(text.unwrap_or(word)))?;
    }
    if answer.columns.is_empty() || (answer.verdict.is_some() && answer.rows.is_empty()) {
        return Ok(());
    }
    let places: Vec<String> = answer.facts.iter().map(|facts| locators(&facts, scene).plain()).collect();
    let evidence = look.evidence && places.iter().any(|text| !text.is_empty());
    let mut headings: Vec<String> = answer.columns.iter().map(|column| escaped(column)).collect();
    if evidence {
        headings.push("evidence".to_owned());
    }
    writeln!(out, "| {} |", headings.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(headings.len()))?;
    for (number, row) in answer.rows.iter().enumerate() {
        let mut cells: Vec<String> = row.iter().map(|value| cell(value, scene)).collect();
        if evidence {
            cells.push(escaped(places.get(number).map_or("", String::as_str)));
        }
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(value: &Value, scene: &Scene<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Node(node) => format!("{} (`{}`)", escaped(&scene.called(*node)), scene.id(*node)),
        other => escaped(&plain(other, scene)),
    }
}

/// A cell ends at `|` and at a line feed.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "<br>")
}

//! Comma-separated values: names in the columns, ids in columns of their own, evidence in the last.

use super::evidence::all_locators;
use super::json::verdict_words;
use super::look::Look;
use super::value::plain;
use crate::answer::Answer;
use crate::answer::Scene;
use crate::value::Value;
use std::io::{self, Write};

pub fn write(answer: &Answer, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write_records(answer, scene, look, out).map_err(|error| match error.into_kind() {
        // The cause matters: a closed pipe is not a failure.
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn write_records(answer: &Answer, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if let (Some(verdict), true) = (&answer.verdict, answer.rows.is_empty()) {
        let (word, text) = verdict_words(verdict);
        writer.write_record(["answer", "statement"])?;
        writer.write_record([word, text.unwrap_or("")])?;
        return Ok(writer.flush()?);
    }
    if answer.columns.is_empty() {
        return Ok(writer.flush()?);
    }
    let has_nodes: Vec<bool> = (0..answer.columns.len())
        .map(|column| answer.rows.iter().any(|row| matches!(row.get(column), Some(Value::Node(_)))))
        .collect();
    let places: Vec<String> = answer.facts.iter().map(|facts| all_locators(&facts, scene)).collect();
    let evidence = look.evidence && places.iter().any(|text| !text.is_empty());
    let mut headings: Vec<String> = Vec::new();
    for (column, nodes) in answer.columns.iter().zip(&has_nodes) {
        headings.push(column.to_string());
        if *nodes {
            headings.push(format!("{column}.id"));
        }
    }
    if evidence {
        headings.push("evidence".to_owned());
    }
    writer.write_record(&headings)?;
    for (number, row) in answer.rows.iter().enumerate() {
        let mut cells: Vec<String> = Vec::new();
        for (value, nodes) in row.iter().zip(&has_nodes) {
            cells.push(cell(value, scene));
            if *nodes {
                cells.push(id(value, scene));
            }
        }
        if evidence {
            cells.push(places.get(number).cloned().unwrap_or_default());
        }
        writer.write_record(&cells)?;
    }
    Ok(writer.flush()?)
}

fn cell(value: &Value, scene: &Scene<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.to_string(),
        Value::Node(node) => scene.called(*node),
        other => plain(other, scene),
    }
}

fn id(value: &Value, scene: &Scene<'_>) -> String {
    match value {
        Value::Node(node) => scene.id(*node),
        _ => String::new(),
    }
}

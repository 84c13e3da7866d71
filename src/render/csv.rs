//! Comma-separated values: names in the columns, ids in columns of their own, evidence in the last.

use super::evidence::proofs;
use super::json::verdict_words;
use super::look::Look;
use super::scene::Scene;
use super::value::plain;
use crate::answer::Answer;
use crate::value::Value;
use std::io::{self, Write};

pub fn write(answer: &Answer, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if let (Some(verdict), true) = (&answer.verdict, answer.rows.is_empty()) {
        let (word, text) = verdict_words(verdict);
        writer.write_record(["answer", "statement"])?;
        writer.write_record([word, text.unwrap_or("")])?;
        return writer.flush();
    }
    if answer.columns.is_empty() {
        return writer.flush();
    }
    let has_nodes: Vec<bool> = (0..answer.columns.len())
        .map(|column| answer.rows.iter().any(|row| matches!(row.get(column), Some(Value::Node(_)))))
        .collect();
    let evidence = look.evidence && !answer.facts.is_empty();
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
            let places: Vec<String> = answer
                .facts
                .get(number)
                .map(|facts| proofs(facts, scene))
                .unwrap_or_default()
                .iter()
                .map(|proof| format!("{} {}", proof.source, proof.locator))
                .collect();
            cells.push(distinct(places).join("; "));
        }
        writer.write_record(&cells)?;
    }
    writer.flush()
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

fn distinct(places: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for place in places {
        if !out.contains(&place) {
            out.push(place);
        }
    }
    out
}

//! Reviews: findings, changes, the matrix and the reach of a repeal, as sheets and as JSON.

use super::evidence::{locators, proofs};
use super::json::{node_json, proof_json, value_json};
use super::look::Look;
use super::sheet::{self, Sheet, Wide};
use super::unknown_format;
use crate::answer::Facts;
use crate::answer::Scene;
use crate::audit::changes::{Change, Changes};
use crate::audit::impact::Impact;
use crate::audit::matrix::{Cell, Matrix};
use crate::audit::{Finding, Rule};
use crate::base::Result;
use crate::graph::{Entity, NodeId, RelationshipId};
use crate::value::Value;
use serde_json::{Value as Json, json};
use std::io::Write;

/// What a review found, to be written in a format.
pub enum Review<'r> {
    Findings(&'r [Finding]),
    Changes(&'r Changes),
    Matrix(&'r Matrix),
    Impact(&'r Impact),
}

/// The formats of the matrix, the default first.
pub const FORMATS_OF_THE_MATRIX: &[&str] = &["table", "csv", "markdown", "html", "json", "jsonl"];
/// The formats of all other reviews, the default first.
pub const FORMATS_OF_REVIEWS: &[&str] = &["table", "json", "jsonl", "markdown"];

impl Review<'_> {
    fn formats(&self) -> &'static [&'static str] {
        match self {
            Review::Matrix(_) => FORMATS_OF_THE_MATRIX,
            _ => FORMATS_OF_REVIEWS,
        }
    }

    /// Writes to memory.
    ///
    /// # Errors
    /// A format that there is not.
    pub fn written(&self, format: &str, scene: &Scene<'_>, look: &Look) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        // Writing to memory does not fail.
        let _ = match format {
            "json" => {
                writeln!(out, "{}", serde_json::to_string_pretty(&self.json(scene)).unwrap_or_default())
            }
            "jsonl" => writeln!(out, "{}", self.json(scene)),
            "table" => sheet::table(&self.sheets(scene), look, &mut out),
            known if self.formats().contains(&known) => match (self, known) {
                (Review::Matrix(matrix), "csv") => matrix_wide(matrix, scene).csv(&mut out),
                (Review::Matrix(matrix), "html") => matrix_wide(matrix, scene).html(&mut out),
                (Review::Matrix(matrix), _) => matrix_wide(matrix, scene).markdown(&mut out),
                _ => sheet::markdown(&self.sheets(scene), &mut out),
            },
            other => return Err(unknown_format(other, self.formats())),
        };
        Ok(out)
    }

    fn json(&self, scene: &Scene<'_>) -> Json {
        match self {
            Review::Findings(findings) => findings_json(findings, scene),
            Review::Changes(changes) => changes_json(changes, scene),
            Review::Matrix(matrix) => matrix_json(matrix, scene),
            Review::Impact(impact) => impact_json(impact, scene),
        }
    }

    fn sheets(&self, scene: &Scene<'_>) -> Vec<Sheet> {
        match self {
            Review::Findings(findings) => findings_sheets(findings, scene),
            Review::Changes(changes) => changes_sheets(changes, scene),
            Review::Matrix(matrix) => vec![matrix_sheet(matrix, scene)],
            Review::Impact(impact) => impact_sheets(impact, scene),
        }
    }
}

/// `{"findings":[{"rule","severity","title","message","subjects","evidence","query"}]}`
fn findings_json(findings: &[Finding], scene: &Scene<'_>) -> Json {
    let one = |finding: &Finding| {
        let mut evidence: Vec<Json> = proofs(&finding.facts, scene).iter().map(proof_json).collect();
        evidence.extend(finding.quoted.iter().map(|quoted| value_json(quoted, scene)));
        json!({
            "rule": finding.rule.name,
            "severity": finding.rule.severity.name(),
            "title": finding.rule.title,
            "message": finding.message,
            "subjects": finding.subjects.iter().map(|node| scene.id(*node)).collect::<Vec<_>>(),
            "evidence": evidence,
            "query": finding.rule.query,
            "why": finding.rule.why,
            "do": finding.rule.advice,
        })
    };
    json!({ "findings": findings.iter().map(one).collect::<Vec<_>>() })
}

/// One sheet a rule that found something, the gravest first.
fn findings_sheets(findings: &[Finding], scene: &Scene<'_>) -> Vec<Sheet> {
    let mut sheets: Vec<(&Rule, Sheet)> = Vec::new();
    for finding in findings {
        let rule = &*finding.rule;
        if sheets.last().is_none_or(|(last, _)| last.name != rule.name) {
            let title = format!("{} ({}, {})", rule.title, rule.severity.name(), rule.name);
            let note = format!("{} {}", rule.why, rule.advice);
            sheets.push((rule, Sheet::new(title, &["finding", "stated in"]).noted(note)));
        }
        if let Some((_, sheet)) = sheets.last_mut() {
            let mut places = vec![locators(&finding.facts, scene).plain()];
            for place in finding.quoted.iter().filter_map(place) {
                if !places.iter().any(|known| known.contains(&place)) {
                    places.push(place);
                }
            }
            places.retain(|place| !place.is_empty());
            sheet.rows.push(vec![finding.message.clone(), places.join(", ")]);
        }
    }
    if sheets.is_empty() {
        return vec![Sheet::new("No findings.", &[])];
    }
    sheets.into_iter().map(|(_, sheet)| sheet).collect()
}

/// The place in a map of evidence.
fn place(quoted: &Value) -> Option<String> {
    let Value::Map(map) = quoted else { return None };
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    Some(format!("{} {}", text("source")?, text("locator")?))
}

/// `{"from","to","began":[..],"ended":[..],"changed":[..]}`
fn changes_json(changes: &Changes, scene: &Scene<'_>) -> Json {
    let one = |change: &Change| {
        let mut object = entity_json(change.entity, scene);
        if let Some(fields) = object.as_object_mut() {
            fields.insert("date".into(), json!(change.day.written()));
            let facts = Facts { entities: vec![change.entity], total: 1 };
            fields.insert("evidence".into(), proofs(&facts, scene).iter().map(proof_json).collect());
        }
        object
    };
    let relations = |list: &[RelationshipId]| -> Json {
        list.iter().map(|relationship| entity_json(Entity::Relationship(*relationship), scene)).collect()
    };
    let changed = changes.changed.iter().map(|changed| {
        json!({
            "id": scene.id(changed.node),
            "kind": scene.kind(changed.node).as_deref(),
            "name": scene.called(changed.node),
            "began": relations(&changed.began),
            "ended": relations(&changed.ended),
        })
    });
    json!({
        "from": changes.from.to_string(),
        "to": changes.to.to_string(),
        "began": changes.began.iter().map(one).collect::<Vec<_>>(),
        "ended": changes.ended.iter().map(one).collect::<Vec<_>>(),
        "changed": changed.collect::<Vec<_>>(),
    })
}

fn entity_json(entity: Entity, scene: &Scene<'_>) -> Json {
    match entity {
        Entity::Node(node) => {
            json!({ "id": scene.id(node), "kind": scene.kind(node).as_deref(), "name": scene.called(node) })
        }
        Entity::Relationship(relationship) => {
            let ends = scene.graph.ends(relationship);
            json!({
                "from": scene.id(ends.start),
                "relation": scene.relation_name(relationship),
                "to": scene.id(ends.end),
            })
        }
    }
}

fn changes_sheets(changes: &Changes, scene: &Scene<'_>) -> Vec<Sheet> {
    let days = match (changes.from, changes.to) {
        (from, to) if from == to => format!("on {from}"),
        (from, to) => format!("from {from} to {to}"),
    };
    let list = |title: &str, heading: &str, list: &[Change]| {
        let mut sheet = Sheet::new(format!("{title} {days}"), &[heading, "what", "stated in"]);
        for change in list {
            let facts = Facts { entities: vec![change.entity], total: 1 };
            let what = said(change.entity, scene);
            sheet.rows.push(vec![change.day.written(), what, locators(&facts, scene).plain()]);
        }
        sheet
    };
    let mut changed = Sheet::new(format!("Changed {days}"), &["what", "began", "ended"]);
    let relations = |list: &[RelationshipId]| {
        list.iter().map(|r| said(Entity::Relationship(*r), scene)).collect::<Vec<_>>().join("; ")
    };
    for one in &changes.changed {
        changed.rows.push(vec![scene.called(one.node), relations(&one.began), relations(&one.ended)]);
    }
    vec![list("Began", "first day", &changes.began), list("Ended", "last day", &changes.ended), changed]
}

fn said(entity: Entity, scene: &Scene<'_>) -> String {
    match entity {
        Entity::Node(node) => called(node, scene),
        Entity::Relationship(relationship) => {
            let ends = scene.graph.ends(relationship);
            let relation = scene.relation_name(relationship).replace('_', " ");
            format!("{} – {relation} – {}", scene.called(ends.start), scene.called(ends.end))
        }
    }
}

fn called(node: NodeId, scene: &Scene<'_>) -> String {
    match scene.kind(node) {
        Some(kind) => format!("{} ({kind})", scene.called(node)),
        None => scene.called(node),
    }
}

/// `{"rows":[node..],"columns":[node..],"cells":[{"row","column","relations","legal_basis","evidence"}]}`
fn matrix_json(matrix: &Matrix, scene: &Scene<'_>) -> Json {
    let nodes = |list: &[NodeId]| -> Json { list.iter().map(|node| node_json(*node, scene)).collect() };
    let cell = |cell: &Cell| {
        json!({
            "row": cell.row.map(|node| scene.id(node)),
            "column": cell.column.map(|node| scene.id(node)),
            "relations": cell.relations,
            "legal_basis": cell.legal_basis.iter().map(|node| scene.id(*node)).collect::<Vec<_>>(),
            "evidence": proofs(&facts(cell), scene).iter().map(proof_json).collect::<Vec<_>>(),
        })
    };
    json!({
        "rows": nodes(&matrix.rows),
        "columns": nodes(&matrix.columns),
        "cells": matrix.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn facts(cell: &Cell) -> Facts {
    let entities: Vec<Entity> = cell.facts.iter().map(|fact| Entity::Relationship(*fact)).collect();
    Facts { total: entities.len(), entities }
}

fn how(cell: &Cell) -> String {
    cell.relations.join(", ").replace('_', " ")
}

fn basis(cell: &Cell, scene: &Scene<'_>) -> String {
    if cell.legal_basis.is_empty() {
        return "not stated".to_owned();
    }
    cell.legal_basis.iter().map(|node| scene.called(*node)).collect::<Vec<_>>().join("; ")
}

/// A line a cell: what fits a terminal.
fn matrix_sheet(matrix: &Matrix, scene: &Scene<'_>) -> Sheet {
    let mut sheet =
        Sheet::new("Who is responsible for what", &["who", "what", "how", "legal basis", "stated in"]);
    for cell in &matrix.cells {
        let name = |node: Option<NodeId>| node.map_or(String::new(), |node| scene.called(node));
        sheet.rows.push(vec![
            name(cell.row),
            name(cell.column),
            how(cell),
            basis(cell, scene),
            locators(&facts(cell), scene).plain(),
        ]);
    }
    sheet
}

/// A row a body and a column a thing.
fn matrix_wide(matrix: &Matrix, scene: &Scene<'_>) -> Wide {
    let mut wide = Wide {
        title: "Who is responsible for what".to_owned(),
        columns: matrix.columns.iter().map(|node| scene.called(*node)).collect(),
        rows: Vec::new(),
    };
    for row in &matrix.rows {
        let mut cells = vec![String::new(); matrix.columns.len()];
        for cell in matrix.cells.iter().filter(|cell| cell.row == Some(*row)) {
            let place = matrix.columns.iter().position(|column| Some(*column) == cell.column);
            if let Some(text) = place.and_then(|place| cells.get_mut(place)) {
                *text = format!("{} (basis: {})", how(cell), basis(cell, scene));
            }
        }
        wide.rows.push((scene.called(*row), cells));
    }
    wide
}

/// `{"subject","loses_basis":[{"node","through"}],"keeps_another_basis":[..],"touches":[..]}`
fn impact_json(impact: &Impact, scene: &Scene<'_>) -> Json {
    let nodes = |list: &[NodeId]| -> Json { list.iter().map(|node| node_json(*node, scene)).collect() };
    let lost = impact
        .loses_basis
        .iter()
        .map(|(node, through)| json!({ "node": node_json(*node, scene), "through": scene.id(*through) }));
    json!({
        "subject": impact.subject.map(|node| node_json(node, scene)),
        "loses_basis": lost.collect::<Vec<_>>(),
        "keeps_another_basis": nodes(&impact.keeps_another),
        "touches": nodes(&impact.touches),
    })
}

fn impact_sheets(impact: &Impact, scene: &Scene<'_>) -> Vec<Sheet> {
    let name = impact.subject.map_or(String::new(), |node| scene.called(node));
    let mut lost = Sheet::new(format!("Loses its legal basis without {name}"), &["what", "through"]);
    for (node, through) in &impact.loses_basis {
        lost.rows.push(vec![called(*node, scene), scene.called(*through)]);
    }
    let list = |title: &str, nodes: &[NodeId]| {
        let mut sheet = Sheet::new(title, &["what"]);
        sheet.rows.extend(nodes.iter().map(|node| vec![called(*node, scene)]));
        sheet
    };
    vec![
        lost,
        list("Keeps another basis", &impact.keeps_another),
        list("Is related to it, but does not rest on it", &impact.touches),
    ]
}

//! A card: one thing, its properties, and every fact it is part of.

use super::evidence::locators;
use super::grid::{Column, Grid};
use super::look::{Ink, Look};
use super::text::Text;
use super::value::{plain, text_of};
use crate::answer::{Answer, Facts};
use crate::answer::{Scene, verb_of};
use crate::graph::{Entity, NodeId};
use crate::value::Value;
use std::io::{self, Write};

/// Writes the card of a node; the rows of the answer hold its facts, numbered as `:why` counts them.
pub fn write(
    node: NodeId,
    answer: &Answer,
    scene: &Scene<'_>,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    head(node, scene, look, out)?;
    properties(node, scene, look, out)?;
    let shown = look.rows.unwrap_or(usize::MAX).min(answer.rows.len());
    let mut rows: Vec<Vec<Text>> = Vec::new();
    for (number, row) in answer.rows.iter().take(shown).enumerate() {
        let fact = row.iter().find_map(|value| fact(value, node, scene));
        let Some(fact) = fact else { continue };
        let places = answer.facts.get(number).map(|facts| locators(&facts, scene)).unwrap_or_default();
        rows.push(vec![Text::new((number + 1).to_string(), Ink::Dim), fact, places]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let mut columns = vec![Column::right("#"), Column::left("facts"), Column::left("stated in")];
    if !look.evidence {
        columns.pop();
        rows.iter_mut().for_each(|row| row.truncate(2));
    }
    Grid { columns, rows, bare: false }.write(look, out)
}

fn head(node: NodeId, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Text::new(scene.called(node), Ink::Heading);
    let mut about: Vec<String> = scene.kind(node).into_iter().map(|kind| lineage(&kind, scene)).collect();
    about.push(scene.id(node));
    text.push(format!("\n{}", about.join(" · ")), Ink::Dim);
    for (line, _) in text.wrap(look.width) {
        writeln!(out, "{}", line.painted(look))?;
    }
    Ok(())
}

/// `Decree, a kind of Instrument`
fn lineage(kind: &str, scene: &Scene<'_>) -> String {
    let parents: Vec<&str> = scene.vocabulary.lineage(kind).iter().skip(1).map(|k| k.name.as_str()).collect();
    if parents.is_empty() { kind.to_owned() } else { format!("{kind}, a kind of {}", parents.join(", ")) }
}

/// Aliases, properties with all their claims, and where the thing itself is stated.
fn properties(node: NodeId, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let entity = Entity::Node(node);
    let mut rows: Vec<Vec<Text>> = Vec::new();
    let mut row = |name: &str, value: Text| {
        if !value.is_empty() {
            rows.push(vec![Text::new(name.replace('_', " "), Ink::Dim), value]);
        }
    };
    let aliases: Vec<String> = scene.graph.aliases(node).iter().map(|alias| alias.to_string()).collect();
    row("also called", Text::new(aliases.join("; "), Ink::Plain));
    for (key, value) in scene.properties(entity) {
        if matches!(&*key, "id" | "name" | "aliases") || value.is_null() {
            continue;
        }
        // A title that is the name is said already.
        if value.as_str().is_some_and(|text| *text == *scene.called(node)) {
            continue;
        }
        let mut shown = flat(&value, scene);
        let claims = scene.graph.key(&key).map(|key| scene.graph.claims(entity, key)).unwrap_or_default();
        for claim in claims.iter().filter(|claim| !claim.preferred) {
            let places: Vec<String> =
                claim.evidence.iter().map(|e| format!("{} {}", e.source, e.locator)).collect();
            let value = plain(&claim.value, scene);
            shown.push(format!("; {value} according to {}", places.join(", ")), Ink::Dim);
        }
        row(&key, shown);
    }
    let itself = Facts { entities: vec![entity], total: 1 };
    row("stated in", locators(&itself, scene));
    Grid { columns: vec![Column::left(""), Column::left("")], rows, bare: true }.write(look, out)
}

/// Lists of text without brackets and quotes.
fn flat(value: &Value, scene: &Scene<'_>) -> Text {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| text_of(item, scene).plain()).collect();
            Text::new(items.join("; "), Ink::Plain)
        }
        other => text_of(other, scene),
    }
}

/// A fact from the point of view of the node: `establishes X`, or `X establishes it`.
fn fact(value: &Value, node: NodeId, scene: &Scene<'_>) -> Option<Text> {
    let Value::Relationship(relationship) = value else { return None };
    let ends = scene.graph.ends(*relationship);
    let verb = verb_of(*relationship, scene);
    let mut text = Text::default();
    if ends.start == node {
        text.push(format!("{verb} "), Ink::Verb);
        text.append(text_of(&Value::Node(ends.end), scene));
    } else {
        text.append(text_of(&Value::Node(ends.start), scene));
        text.push(format!(" {verb} it"), Ink::Verb);
    }
    for (key, value) in scene.properties(Entity::Relationship(*relationship)) {
        text.push(format!(", {} {}", key.replace('_', " "), flat(&value, scene).plain()), Ink::Dim);
    }
    Some(text)
}

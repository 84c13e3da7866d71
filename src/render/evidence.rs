//! Where the facts behind a row are stated: as locators beside the row, as records for programs, and as an argument in
//! numbered sentences.

use super::look::{Ink, Look};
use super::scene::Scene;
use super::text::Text;
use super::value::plain;
use crate::answer::Facts;
use crate::graph::{Certainty, Entity, Evidence, NodeId, Reading, RelationshipId};
use crate::language::question::morphology;
use crate::vocabulary::Relation;
use std::sync::Arc;

/// One fact and one place where it is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub from: String,
    /// None for what a source says of a node itself.
    pub relation: Option<String>,
    pub to: Option<String>,
    pub source: Arc<str>,
    pub locator: Arc<str>,
    pub certainty: Certainty,
    pub reading: Option<Reading>,
}

/// Every place of every fact, relationships before nodes.
pub fn proofs(facts: &Facts, scene: &Scene<'_>) -> Vec<Proof> {
    let mut out: Vec<Proof> = Vec::new();
    for entity in ordered(facts) {
        for evidence in scene.graph.evidence(entity) {
            let proof = proof(entity, evidence, scene);
            if !out.contains(&proof) {
                out.push(proof);
            }
        }
    }
    out
}

fn proof(entity: Entity, evidence: &Evidence, scene: &Scene<'_>) -> Proof {
    let (from, relation, to) = match entity {
        Entity::Node(node) => (scene.id(node), None, None),
        Entity::Relationship(relationship) => {
            let ends = scene.graph.ends(relationship);
            (scene.id(ends.start), Some(scene.relation_name(relationship)), Some(scene.id(ends.end)))
        }
    };
    Proof {
        from,
        relation,
        to,
        source: evidence.source.clone(),
        locator: evidence.locator.clone(),
        certainty: evidence.certainty,
        reading: evidence.reading,
    }
}

/// Relationships in their order, then nodes.
fn ordered(facts: &Facts) -> impl Iterator<Item = Entity> + '_ {
    let relationships = facts.entities.iter().filter(|e| matches!(e, Entity::Relationship(_)));
    relationships.chain(facts.entities.iter().filter(|e| matches!(e, Entity::Node(_)))).copied()
}

/// As many places stand beside a row; the rest is counted, and `:why` shows all.
const BESIDE_A_ROW: usize = 6;

/// The places beside a row: `report P6.S1, P9.c13 (implied)`. What relationships rest on, or, where there are none,
/// what the nodes rest on.
pub fn locators(facts: &Facts, scene: &Scene<'_>) -> Text {
    let relationships = facts.entities.iter().any(|e| matches!(e, Entity::Relationship(_)));
    let entities = ordered(facts).filter(|e| !relationships || matches!(e, Entity::Relationship(_)));
    let mut places: Vec<Place> = Vec::new();
    for evidence in entities.flat_map(|entity| scene.graph.evidence(entity)) {
        let known = places.iter_mut().find(|p| p.source == evidence.source && p.locator == evidence.locator);
        match known {
            Some(place) => place.add(evidence),
            None => places.push(Place::of(evidence)),
        }
    }
    let mut text = String::new();
    let mut last: Option<Arc<str>> = None;
    for (number, place) in places.iter().take(BESIDE_A_ROW).enumerate() {
        text.push_str(if number == 0 { "" } else { ", " });
        if last.as_ref() != Some(&place.source) {
            text.push_str(&place.source);
            text.push(' ');
            last = Some(place.source.clone());
        }
        text.push_str(&place.locator);
        text.push_str(&place.marked());
    }
    if places.len() > BESIDE_A_ROW {
        text.push_str(&format!(", +{} more", places.len() - BESIDE_A_ROW));
    }
    Text::new(text, Ink::Dim)
}

/// One place, and what is to be said of the facts that rest on it.
struct Place {
    source: Arc<str>,
    locator: Arc<str>,
    marks: Vec<&'static str>,
    /// Some fact is plainly stated here.
    plain: bool,
}

impl Place {
    fn of(evidence: &Evidence) -> Place {
        let mut place = Place {
            source: evidence.source.clone(),
            locator: evidence.locator.clone(),
            marks: Vec::new(),
            plain: false,
        };
        place.add(evidence);
        place
    }

    fn add(&mut self, evidence: &Evidence) {
        let certainty = (evidence.certainty != Certainty::Stated).then(|| certainty_name(evidence.certainty));
        let reading = (evidence.reading == Some(Reading::Wide)).then_some("wide reading");
        self.plain |= certainty.is_none() && reading.is_none();
        for mark in certainty.into_iter().chain(reading) {
            if !self.marks.contains(&mark) {
                self.marks.push(mark);
            }
        }
    }

    fn marked(&self) -> String {
        match (self.marks.is_empty(), self.plain) {
            (true, _) => String::new(),
            (false, true) => format!(" (in part {})", self.marks.join(", ")),
            (false, false) => format!(" ({})", self.marks.join(", ")),
        }
    }
}

pub(super) fn certainty_name(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Stated => "stated",
        Certainty::Implied => "implied",
        Certainty::Derived => "derived",
    }
}

pub(super) fn reading_name(reading: Reading) -> &'static str {
    match reading {
        Reading::Narrow => "narrow",
        Reading::Wide => "wide",
    }
}

/// The facts behind a row as numbered sentences, each with its source, place, certainty and reading.
pub fn argument(facts: &Facts, scene: &Scene<'_>, look: &Look) -> String {
    let mut out = String::new();
    let mut told: Vec<NodeId> = Vec::new();
    let mut number = 0;
    for entity in ordered(facts) {
        let sentence = match entity {
            Entity::Relationship(relationship) => {
                let ends = scene.graph.ends(relationship);
                told.extend([ends.start, ends.end]);
                sentence(relationship, scene)
            }
            Entity::Node(node) if told.contains(&node) => continue,
            Entity::Node(node) => {
                told.push(node);
                description(node, scene)
            }
        };
        number += 1;
        write_step(&mut out, number, &sentence, scene.graph.evidence(entity), scene, look);
    }
    let left_out = facts.total.saturating_sub(facts.entities.len());
    if left_out > 0 {
        let line = format!("… and {left_out} more facts of the same kind.\n");
        out.push_str(&look.paint(Ink::Dim, &line));
    }
    out
}

fn write_step(
    out: &mut String,
    number: usize,
    sentence: &str,
    evidence: &[Evidence],
    scene: &Scene<'_>,
    look: &Look,
) {
    let label = format!("{number}. ");
    let indent = " ".repeat(label.len());
    let room = look.width.map(|w| w.saturating_sub(label.len()).max(20));
    let mut lines = Text::new(sentence, Ink::Plain).wrap(room).into_iter();
    let first = lines.next().map(|(line, _)| line.painted(look)).unwrap_or_default();
    out.push_str(&format!("{}{first}\n", look.paint(Ink::Dim, &label)));
    for (line, _) in lines {
        out.push_str(&format!("{indent}{}\n", line.painted(look)));
    }
    if evidence.is_empty() {
        out.push_str(&format!("{indent}{}\n", look.paint(Ink::Doubtful, "no source is given for this")));
    }
    for place in evidence {
        for (line, _) in Text::new(citation(place, scene), Ink::Dim).wrap(room) {
            out.push_str(&format!("{indent}{}\n", line.painted(look)));
        }
    }
}

/// `State report (report), P9.c13, implied, wide reading: note`
fn citation(evidence: &Evidence, scene: &Scene<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    match scene.graph.source(&evidence.source) {
        Some(source) => parts.push(format!("{} ({})", source.title, source.id)),
        None => parts.push(evidence.source.to_string()),
    }
    parts.push(evidence.locator.to_string());
    parts.push(certainty_name(evidence.certainty).to_owned());
    if let Some(reading) = evidence.reading {
        parts.push(format!("{} reading", reading_name(reading)));
    }
    let note = evidence.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
    format!("{}{note}", parts.join(", "))
}

/// A relationship as a plain sentence, in the words of the vocabulary.
pub fn sentence(relationship: RelationshipId, scene: &Scene<'_>) -> String {
    let ends = scene.graph.ends(relationship);
    let mut text =
        format!("{} {} {}", scene.called(ends.start), verb_of(relationship, scene), scene.called(ends.end));
    let properties: Vec<String> = scene
        .properties(Entity::Relationship(relationship))
        .iter()
        .map(|(key, value)| format!("{} {}", key.replace('_', " "), plain(value, scene)))
        .collect();
    if !properties.is_empty() {
        text.push_str(&format!(" ({})", properties.join(", ")));
    }
    text.push('.');
    text
}

/// What is said of a node itself.
fn description(node: NodeId, scene: &Scene<'_>) -> String {
    let called = scene.called(node);
    let kind = scene.kind(node).map(|kind| noun_of(&kind, scene)).unwrap_or_else(|| "thing".to_owned());
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let properties: Vec<String> = scene
        .properties(Entity::Node(node))
        .iter()
        .filter(|(key, value)| !matches!(&**key, "id" | "name" | "title" | "aliases") && !value.is_null())
        .map(|(key, value)| format!("{} {}", key.replace('_', " "), plain(value, scene)))
        .collect();
    let more = if properties.is_empty() { String::new() } else { format!(": {}", properties.join(", ")) };
    format!("{called} is {article} {kind}{more}.")
}

fn noun_of(kind: &str, scene: &Scene<'_>) -> String {
    scene.vocabulary.kind(kind).and_then(|k| k.nouns.first().cloned()).unwrap_or_else(|| kind.to_lowercase())
}

/// The verb between the two ends of a relationship, third person; the type in lower case where the vocabulary has none.
pub(super) fn verb_of(relationship: RelationshipId, scene: &Scene<'_>) -> String {
    match scene.relation(relationship) {
        Some(relation) => relation_verb(relation),
        None => scene.relation_name(relationship).to_lowercase().replace('_', " "),
    }
}

/// The first verb of a relation, third person singular.
pub fn relation_verb(relation: &Relation) -> String {
    match (relation.verbs.first(), relation.nouns.of_to.first()) {
        // `has` alone says little: `has the task`.
        (Some(phrase), Some(noun)) if phrase == "have" => format!("has the {noun}"),
        (Some(phrase), _) => third_person(phrase),
        (None, _) => relation.name.replace('_', " "),
    }
}

/// A verb phrase in the third person: `establish` becomes `establishes`, `be under` becomes `is under`.
pub fn third_person(phrase: &str) -> String {
    let (verb, rest) = match phrase.split_once(' ') {
        Some((verb, rest)) => (verb, format!(" {rest}")),
        None => (phrase, String::new()),
    };
    match verb {
        "would" | "may" | "must" | "can" | "shall" => phrase.to_owned(),
        _ => format!("{}{rest}", morphology::third_person(verb)),
    }
}

//! Where the facts behind a row are stated: as locators beside the row, and as records for programs.

use super::look::Ink;
use super::text::Text;
use crate::answer::Facts;
use crate::answer::Scene;
use crate::graph::{Certainty, Entity, Evidence, Reading};
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
    for entity in facts.in_order() {
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

/// As many places stand beside a row; the rest is counted, and `:why` shows all.
const BESIDE_A_ROW: usize = 6;

/// The places beside a row: `report P6.S1, P9.c13 (implied)`.
pub fn locators(facts: &Facts, scene: &Scene<'_>) -> Text {
    let places = places(facts, scene);
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

/// The same places, all of them and each with its source: `report P6.S1; report P9.c13 (implied)`.
pub fn all_locators(facts: &Facts, scene: &Scene<'_>) -> String {
    let places = places(facts, scene);
    let whole = places.iter().map(|place| format!("{} {}{}", place.source, place.locator, place.marked()));
    whole.collect::<Vec<_>>().join("; ")
}

/// Where relationships are stated, or, where a row rests on none, the nodes.
fn places(facts: &Facts, scene: &Scene<'_>) -> Vec<Place> {
    let relationships = facts.entities.iter().any(|e| matches!(e, Entity::Relationship(_)));
    let entities = facts.in_order().filter(|e| !relationships || matches!(e, Entity::Relationship(_)));
    let mut places: Vec<Place> = Vec::new();
    for evidence in entities.flat_map(|entity| scene.graph.evidence(entity)) {
        let known = places.iter_mut().find(|p| p.source == evidence.source && p.locator == evidence.locator);
        match known {
            Some(place) => place.add(evidence),
            None => places.push(Place::of(evidence)),
        }
    }
    places
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
        let certainty = (evidence.certainty != Certainty::Stated).then(|| evidence.certainty.name());
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

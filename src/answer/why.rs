//! Why a row holds: the facts it rests on as an argument in numbered steps.
//!
//! In: the entities that the executor kept for a row. Out: steps, each a plain sentence with its citations; what a fact
//! was derived from comes before it. Knows nothing of terminals: `render` writes the steps out.

use super::account::searched;
use super::passage::{Library, Locator, Passage};
use super::sentence::sentence;
use super::{Answer, Facts, Scene};
use crate::graph::{Certainty, Entity, Evidence, Mask, NodeId, Origin, Reading};
use std::sync::Arc;

/// Rules that rest on rules are followed so deep.
const DEEPEST: usize = 32;

/// The argument behind one row.
#[derive(Clone, Debug, Default)]
pub struct Why {
    pub steps: Vec<Step>,
    /// Facts that were counted but not kept.
    pub left_out: usize,
    /// How many facts there are in all.
    pub total: usize,
    /// What was searched, for a row that rests on no single fact.
    pub searched: Option<String>,
}

/// One fact.
#[derive(Clone, Debug)]
pub struct Step {
    pub number: usize,
    pub entity: Entity,
    pub statement: String,
    pub citations: Vec<Citation>,
    /// The steps from which this one follows.
    pub premises: Vec<usize>,
    /// What the rule of the vocabulary says that derives it.
    pub rule: Option<String>,
    /// It has no dates, so that it is not known whether it held on the day that was asked for.
    pub undated: bool,
}

/// Where a fact is stated.
#[derive(Clone, Debug)]
pub struct Citation {
    pub source: Arc<str>,
    pub title: Option<Arc<str>>,
    pub locator: Arc<str>,
    /// The locator as block and sentence, where it is one of ours.
    pub place: Option<Locator>,
    pub certainty: Certainty,
    pub reading: Option<Reading>,
    pub note: Option<Arc<str>>,
    /// The words themselves, where the document is at hand.
    pub passage: Option<Passage>,
}

/// The arguments behind all rows of an answer.
pub fn why_all(answer: &Answer, scene: &Scene<'_>, library: Option<&Library>) -> Vec<Why> {
    answer.facts.iter().map(|facts| why(&facts, scene, answer.mask.as_deref(), library)).collect()
}

/// The argument behind one row.
pub fn why(facts: &Facts, scene: &Scene<'_>, mask: Option<&Mask>, library: Option<&Library>) -> Why {
    let mut argument = Argument { scene, mask, library, steps: Vec::new(), told: Vec::new() };
    for entity in facts.in_order() {
        argument.tell(entity, 0);
    }
    Why {
        left_out: facts.total.saturating_sub(facts.entities.len()),
        total: facts.total,
        searched: argument.steps.is_empty().then(|| searched(scene.graph)),
        steps: argument.steps,
    }
}

struct Argument<'a> {
    scene: &'a Scene<'a>,
    mask: Option<&'a Mask>,
    library: Option<&'a Library>,
    steps: Vec<Step>,
    /// Nodes that a step already speaks of.
    told: Vec<NodeId>,
}

impl Argument<'_> {
    /// Adds the step for an entity after those it follows from; says its number.
    fn tell(&mut self, entity: Entity, depth: usize) -> Option<usize> {
        if let Some(step) = self.steps.iter().find(|step| step.entity == entity) {
            return Some(step.number);
        }
        let graph = self.scene.graph;
        match entity {
            Entity::Node(node) if depth == 0 && self.told.contains(&node) => return None,
            Entity::Node(node) => self.told.push(node),
            Entity::Relationship(relationship) => {
                let ends = graph.ends(relationship);
                self.told.extend([ends.start, ends.end]);
            }
        }
        let premises = self.premises(entity, depth);
        let number = self.steps.len() + 1;
        self.steps.push(Step {
            number,
            entity,
            statement: sentence(entity, self.scene),
            citations: graph.evidence(entity).iter().map(|evidence| self.cite(evidence)).collect(),
            premises,
            rule: self.rule(entity),
            undated: self.mask.is_some_and(|mask| self.is_undated(entity, mask)),
        });
        Some(number)
    }

    /// The steps that a derived fact rests on: the first of its derivations that holds in what was asked of.
    fn premises(&mut self, entity: Entity, depth: usize) -> Vec<usize> {
        if depth == DEEPEST {
            return Vec::new();
        }
        let graph = self.scene.graph;
        let holds = |entity: &Entity| self.mask.is_none_or(|mask| mask.has(*entity));
        let derivations = graph.derivations(entity);
        let chosen = derivations.iter().find(|facts| facts.iter().all(holds)).or(derivations.first());
        let Some(facts) = chosen.map(|facts| facts.to_vec()) else { return Vec::new() };
        let relationships = facts.iter().any(|fact| matches!(fact, Entity::Relationship(_)));
        let mut numbers = Vec::new();
        for fact in facts {
            // Nodes on the way say only that they are mentioned, unless the rule rests on nothing else.
            if relationships && matches!(fact, Entity::Node(_)) {
                continue;
            }
            numbers.extend(self.tell(fact, depth + 1));
        }
        numbers
    }

    fn rule(&self, entity: Entity) -> Option<String> {
        let Entity::Relationship(relationship) = entity else { return None };
        if self.scene.graph.origin(entity) != Origin::Rule {
            return None;
        }
        let name = self.scene.relation_name(relationship);
        let rules = self.scene.vocabulary.derived.iter().filter(|derived| derived.relation == name);
        rules.filter_map(|derived| derived.note.clone()).next()
    }

    /// A relationship without dates follows its ends.
    fn is_undated(&self, entity: Entity, mask: &Mask) -> bool {
        match entity {
            Entity::Node(node) => mask.is_undated(entity) && self.scene.may_have_dates(node),
            Entity::Relationship(relationship) => {
                let ends = self.scene.graph.ends(relationship);
                let one = |node| mask.is_undated(Entity::Node(node)) && self.scene.may_have_dates(node);
                mask.is_undated(entity) && (one(ends.start) || one(ends.end))
            }
        }
    }

    fn cite(&self, evidence: &Evidence) -> Citation {
        Citation {
            source: evidence.source.clone(),
            title: self.scene.graph.source(&evidence.source).map(|source| source.title.clone()),
            locator: evidence.locator.clone(),
            place: Locator::parse(&evidence.locator),
            certainty: evidence.certainty,
            reading: evidence.reading,
            note: evidence.note.clone(),
            passage: self.library.and_then(|library| library.passage(&evidence.source, &evidence.locator)),
        }
    }
}

/// One line, to be pasted: `report P9.c13 (block 9, clause 13), implied, wide reading: note`.
impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.title {
            Some(title) => write!(f, "{title} ({}), {}", self.source, self.locator)?,
            None => write!(f, "{}, {}", self.source, self.locator)?,
        }
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ", {}", self.certainty.name())?;
        if let Some(reading) = self.reading {
            write!(f, ", {} reading", reading.name())?;
        }
        match &self.note {
            Some(note) => write!(f, ": {note}"),
            None => Ok(()),
        }
    }
}

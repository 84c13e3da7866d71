//! The graph as of a day, and in one reading of its sources.
//!
//! An entity is hidden when its validity excludes the day; a relationship also when one of its ends is hidden. What has
//! no dates stays and is marked. Being a draft is a status, not a validity: drafts stay. What follows from other facts is
//! there only while they are.

use super::bits::Bits;
use super::{Entity, Evidence, Graph, NodeId, Reading, RelationshipId};
use crate::value::Date;
use std::sync::{Arc, Mutex, PoisonError};

/// From where the graph is seen: on which day, and in which reading of its sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    pub day: Option<Date>,
    pub undated: Undated,
    /// Leave out what holds only in the other reading.
    pub reading: Option<Reading>,
}

/// Which nodes and relationships are there from an outlook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    pub outlook: Outlook,
    nodes: Bits,
    relationships: Bits,
    undated_nodes: Bits,
    undated_relationships: Bits,
}

/// What to do about entities without dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Undated {
    #[default]
    Keep,
    /// Relationships without dates of their own follow their ends.
    Hide,
}

/// The masks that were made last, each for a version of the graph.
#[derive(Debug, Default)]
pub struct Masks(Mutex<Vec<(u64, Arc<Mask>)>>);

/// How many masks are kept.
const KEPT: usize = 8;

impl Mask {
    #[inline]
    pub fn has_node(&self, node: NodeId) -> bool {
        self.nodes.contains(node.0)
    }

    #[inline]
    pub fn has_relationship(&self, relationship: RelationshipId) -> bool {
        self.relationships.contains(relationship.0)
    }

    pub fn has(&self, entity: Entity) -> bool {
        match entity {
            Entity::Node(node) => self.has_node(node),
            Entity::Relationship(relationship) => self.has_relationship(relationship),
        }
    }

    /// Whether an entity that is there has no dates of its own, so that it is not known whether it held on the day.
    pub fn is_undated(&self, entity: Entity) -> bool {
        match entity {
            Entity::Node(node) => self.undated_nodes.contains(node.0),
            Entity::Relationship(relationship) => self.undated_relationships.contains(relationship.0),
        }
    }

    pub fn nodes(&self) -> &Bits {
        &self.nodes
    }

    pub fn relationships(&self) -> &Bits {
        &self.relationships
    }
}

impl Graph {
    /// The graph as of a day; undated entities stay.
    pub fn as_of(&self, day: Date) -> Arc<Mask> {
        self.as_of_with(day, Undated::Keep)
    }

    pub fn as_of_with(&self, day: Date, undated: Undated) -> Arc<Mask> {
        self.masked(Outlook { day: Some(day), undated, reading: None })
    }

    /// What is there from an outlook; nothing where all of the graph is.
    pub fn seen_from(&self, outlook: Outlook) -> Option<Arc<Mask>> {
        (outlook.day.is_some() || outlook.reading.is_some()).then(|| self.masked(outlook))
    }

    fn masked(&self, outlook: Outlook) -> Arc<Mask> {
        let mut masks = self.masks.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = masks.iter().find(|(version, mask)| *version == self.version && mask.outlook == outlook);
        if let Some((_, mask)) = kept {
            return mask.clone();
        }
        let mask = Arc::new(self.mask(outlook));
        if masks.len() == KEPT {
            masks.remove(0);
        }
        masks.push((self.version, mask.clone()));
        mask
    }

    fn mask(&self, outlook: Outlook) -> Mask {
        let mut mask = Mask {
            outlook,
            nodes: Bits::with_bound(self.node_bound() as usize),
            relationships: Bits::with_bound(self.relationship_bound() as usize),
            undated_nodes: Bits::new(),
            undated_relationships: Bits::new(),
        };
        for node in self.nodes() {
            let Some(undated) = self.holds(Entity::Node(node), outlook) else { continue };
            if undated && outlook.undated == Undated::Hide {
                continue;
            }
            mask.nodes.insert(node.0);
            if undated {
                mask.undated_nodes.insert(node.0);
            }
        }
        let derived = self.derived();
        for relationship in self.relationships() {
            if derived.binary_search(&Entity::Relationship(relationship)).is_err() {
                self.show(relationship, &mut mask);
            }
        }
        // What follows from others is there while something is there that it follows from.
        let mut waiting = derived;
        loop {
            let before = waiting.len();
            waiting.retain(|entity| {
                let Entity::Relationship(relationship) = entity else { return false };
                let follows =
                    self.derivations(*entity).iter().any(|facts| facts.iter().all(|fact| mask.has(*fact)));
                if follows {
                    self.show(*relationship, &mut mask);
                }
                !follows
            });
            if waiting.len() == before {
                return mask;
            }
        }
    }

    /// Adds a relationship that holds together with both its ends.
    fn show(&self, relationship: RelationshipId, mask: &mut Mask) {
        let ends = self.ends(relationship);
        if !mask.has_node(ends.start) || !mask.has_node(ends.end) {
            return;
        }
        let Some(undated) = self.holds(Entity::Relationship(relationship), mask.outlook) else { return };
        mask.relationships.insert(relationship.0);
        if undated {
            mask.undated_relationships.insert(relationship.0);
        }
    }

    /// None where an entity does not hold; otherwise whether a day was asked for and it has no dates.
    fn holds(&self, entity: Entity, outlook: Outlook) -> Option<bool> {
        if outlook.reading.is_some_and(|reading| self.needs_other_reading(entity, reading)) {
            return None;
        }
        let Some(day) = outlook.day else { return Some(false) };
        let validity = self.validity(entity);
        validity.holds_on(day).then(|| validity.is_undated())
    }

    /// Whether all that is said of an entity holds only in the reading that was not chosen.
    fn needs_other_reading(&self, entity: Entity, chosen: Reading) -> bool {
        let evidence = self.evidence(entity);
        let other = |stated: &Evidence| stated.reading.is_some_and(|reading| reading != chosen);
        !evidence.is_empty() && evidence.iter().all(other) && self.derivations(entity).is_empty()
    }
}

//! The graph as of a day.
//!
//! An entity is hidden when its validity excludes the day; a relationship also when one of its ends is hidden. What has
//! no dates stays and is marked. Being a draft is a status, not a validity: drafts stay.

use super::bits::Bits;
use super::{Entity, Graph, NodeId, RelationshipId, Validity};
use crate::value::Date;
use std::sync::{Arc, Mutex, PoisonError};

/// Which nodes and relationships are there on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    pub day: Date,
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
pub struct Masks(Mutex<Vec<(u64, Undated, Arc<Mask>)>>);

/// How many days are kept.
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
        let mut masks = self.masks.0.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = |(version, rule, mask): &(u64, Undated, Arc<Mask>)| {
            *version == self.version && *rule == undated && mask.day == day
        };
        if let Some((_, _, mask)) = masks.iter().find(|kept| matches(kept)) {
            return mask.clone();
        }
        let mask = Arc::new(self.mask(day, undated));
        if masks.len() == KEPT {
            masks.remove(0);
        }
        masks.push((self.version, undated, mask.clone()));
        mask
    }

    fn mask(&self, day: Date, undated: Undated) -> Mask {
        let mut mask = Mask {
            day,
            nodes: Bits::with_bound(self.node_bound() as usize),
            relationships: Bits::with_bound(self.relationship_bound() as usize),
            undated_nodes: Bits::new(),
            undated_relationships: Bits::new(),
        };
        for node in self.nodes() {
            let validity = self.validity(Entity::Node(node));
            if !shown(&validity, day, undated) {
                continue;
            }
            mask.nodes.insert(node.0);
            if validity.is_undated() {
                mask.undated_nodes.insert(node.0);
            }
        }
        for relationship in self.relationships() {
            let ends = self.ends(relationship);
            if !mask.has_node(ends.start) || !mask.has_node(ends.end) {
                continue;
            }
            let validity = self.validity(Entity::Relationship(relationship));
            if !validity.holds_on(day) {
                continue;
            }
            mask.relationships.insert(relationship.0);
            if validity.is_undated() {
                mask.undated_relationships.insert(relationship.0);
            }
        }
        mask
    }
}

fn shown(validity: &Validity, day: Date, undated: Undated) -> bool {
    match undated {
        Undated::Hide if validity.is_undated() => false,
        _ => validity.holds_on(day),
    }
}

//! What of the graph may be seen: all of it, or what holds on a day.
//!
//! The loops over nodes and relationships are generic over [`Visible`], so that a statement without a day pays nothing.

use crate::graph::{Mask, RelationshipId};

pub trait Visible: Copy {
    fn relationship(self, relationship: RelationshipId) -> bool;

    /// Whether everything may be seen.
    fn all(self) -> bool {
        false
    }
}

/// The whole graph.
#[derive(Clone, Copy)]
pub struct All;

impl Visible for All {
    #[inline(always)]
    fn relationship(self, _relationship: RelationshipId) -> bool {
        true
    }

    #[inline(always)]
    fn all(self) -> bool {
        true
    }
}

impl Visible for &Mask {
    #[inline]
    fn relationship(self, relationship: RelationshipId) -> bool {
        self.has_relationship(relationship)
    }
}

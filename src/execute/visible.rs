//! What of the graph may be seen: all of it, or what holds on a day.
//!
//! The loops over nodes and relationships are generic over [`Visible`], so that a statement without a day pays nothing.

use super::context::Mask;
use crate::graph::{NodeId, RelationshipId};

pub trait Visible: Copy {
    fn node(self, node: NodeId) -> bool;
    fn relationship(self, relationship: RelationshipId) -> bool;
}

/// The whole graph.
#[derive(Clone, Copy)]
pub struct All;

impl Visible for All {
    #[inline(always)]
    fn node(self, _node: NodeId) -> bool {
        true
    }
    #[inline(always)]
    fn relationship(self, _relationship: RelationshipId) -> bool {
        true
    }
}

impl Visible for &Mask {
    #[inline]
    fn node(self, node: NodeId) -> bool {
        self.nodes.contains(node.0)
    }
    #[inline]
    fn relationship(self, relationship: RelationshipId) -> bool {
        self.relationships.contains(relationship.0)
    }
}

//! An order of nodes in which every relationship of some types leads onwards, which there is where they go round in no
//! circle. Kept when relationships are added, as far as that is quickly done, so that nobody has to go through the
//! whole graph again.

use super::{Graph, NodeId, RelationshipType, Way};

/// The place of each node in the order; nodes without relationships of the types may have none.
#[derive(Clone, Debug, Default)]
pub struct Order {
    places: Vec<i64>,
    /// All places are between these.
    first: i64,
    last: i64,
}

/// So many nodes are moved when a relationship that leads backwards is added.
const MOVED: usize = 64;

/// A node without a place.
const NOWHERE: i64 = i64::MIN;

impl Order {
    pub fn with_bound(bound: u32) -> Order {
        Order { places: vec![NOWHERE; bound as usize], first: 0, last: 0 }
    }

    /// Puts a node behind all others.
    #[inline]
    pub fn put_last(&mut self, node: NodeId) {
        self.last += 1;
        *self.place_mut(node) = self.last;
    }

    /// Makes room for a relationship that is about to be added; whether there is an order with it, as far as that is
    /// quickly told.
    pub fn takes(&mut self, graph: &Graph, kinds: &[RelationshipType], start: NodeId, end: NodeId) -> bool {
        if start == end {
            return false;
        }
        let (from, to) = (self.place(start), self.place(end));
        if from == NOWHERE || to == NOWHERE {
            // What has no relationships yet may stand at the beginning, or at the end.
            if from == NOWHERE {
                self.put_first(start);
            }
            if to == NOWHERE {
                self.put_last(end);
            }
            return true;
        }
        if from < to {
            return true;
        }
        // Nothing leads from elsewhere to a node and all that leads to it: they may stand before everything.
        if let Some(before) = self.around(graph, kinds, Way::In, start) {
            let is_free = !before.contains(&end);
            before.iter().rev().filter(|_| is_free).for_each(|node| self.put_first(*node));
            return is_free;
        }
        let Some(behind) = self.around(graph, kinds, Way::Out, end).filter(|behind| !behind.contains(&start))
        else {
            return false;
        };
        behind.iter().for_each(|node| self.put_last(*node));
        true
    }

    /// A node and all that lie around it in one direction, in order; `None` where they are many.
    fn around(
        &self,
        graph: &Graph,
        kinds: &[RelationshipType],
        way: Way,
        node: NodeId,
    ) -> Option<Vec<NodeId>> {
        let (mut found, mut at) = (vec![node], 0);
        while let Some(node) = found.get(at).copied() {
            at += 1;
            for next in kinds.iter().flat_map(|kind| graph.adjacent(node, way, *kind).nodes) {
                if found.contains(next) {
                    continue;
                }
                if found.len() == MOVED {
                    return None;
                }
                found.push(*next);
            }
        }
        found.sort_by_key(|node| self.place(*node));
        Some(found)
    }

    fn put_first(&mut self, node: NodeId) {
        self.first -= 1;
        *self.place_mut(node) = self.first;
    }

    fn place(&self, node: NodeId) -> i64 {
        self.places.get(node.0 as usize).copied().unwrap_or(NOWHERE)
    }

    fn place_mut(&mut self, node: NodeId) -> &mut i64 {
        let place = node.0 as usize;
        if place >= self.places.len() {
            self.places.resize(place + 1, NOWHERE);
        }
        &mut self.places[place]
    }
}

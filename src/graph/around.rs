//! What stands around each node, whatever the type: of which types it has relationships, and all its neighbours side
//! by side.
//!
//! A hop over relationships of any type would look up one row for each type. Worked out when it is first asked for, and
//! kept for a base and for a layout of what was written over it.

use super::{Graph, NodeId, RelationshipType, Way};
use std::sync::OnceLock;

/// By direction; `None` inside where it was not worked out because there are too many types.
#[derive(Debug, Default)]
pub struct Around {
    kinds: [OnceLock<Option<Vec<Kinds>>>; 2],
    neighbours: [OnceLock<Neighbours>; 2],
}

/// The types of which a node has relationships.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u32);

/// The neighbours of each node, type after type.
#[derive(Debug)]
struct Neighbours {
    offsets: Vec<u32>,
    nodes: Vec<NodeId>,
}

impl Kinds {
    pub fn contains(self, kind: RelationshipType) -> bool {
        kind.0 < 32 && self.0 >> kind.0 & 1 == 1
    }

    /// The types, ascending.
    pub fn each(self) -> impl Iterator<Item = RelationshipType> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let kind = (left != 0).then(|| RelationshipType(left.trailing_zeros()));
            left &= left.wrapping_sub(1);
            kind
        })
    }
}

impl Graph {
    /// The types of which a node has relationships in a direction, where that is quickly told.
    #[inline]
    pub fn kinds_at(&self, node: NodeId, way: Way) -> Option<Kinds> {
        let kept = &self.around(node)?.kinds[way.place()];
        let kinds = match kept.get() {
            Some(kinds) => kinds,
            None => {
                let kinds = self.work_out_kinds(way);
                if self.is_over() {
                    return None;
                }
                kept.get_or_init(|| kinds)
            }
        };
        kinds.as_ref()?.get(node.0 as usize).copied()
    }

    /// All neighbours of a node in a direction, one of several relationships to the same node each; `None` where that
    /// is not quickly told.
    #[inline]
    pub fn neighbours(&self, node: NodeId, way: Way) -> Option<&[NodeId]> {
        let kept = &self.around(node)?.neighbours[way.place()];
        let neighbours = match kept.get() {
            Some(neighbours) => neighbours,
            None => {
                let neighbours = self.work_out_neighbours(way)?;
                kept.get_or_init(|| neighbours)
            }
        };
        let place = node.0 as usize;
        let (from, to) = (neighbours.offsets.get(place)?, neighbours.offsets.get(place + 1)?);
        neighbours.nodes.get(*from as usize..*to as usize)
    }

    /// Where what stands around a node is kept; nowhere for a node that was written since.
    #[inline]
    fn around(&self, node: NodeId) -> Option<&Around> {
        if self.delta.lists.may_have(node) {
            return None;
        }
        Some(self.overlay.as_ref().map_or(&self.base.statistics.around, |overlay| &overlay.around))
    }

    fn work_out_kinds(&self, way: Way) -> Option<Vec<Kinds>> {
        if self.symbols.types.len() > 32 {
            return None;
        }
        let mut kinds = vec![Kinds::default(); self.node_bound() as usize];
        for kind in self.types() {
            if self.is_over() {
                return None;
            }
            let Some(rows) = self.rows_of(kind, way) else { continue };
            rows.degrees().for_each(|(node, _)| kinds[node.0 as usize].0 |= 1 << kind.0);
        }
        Some(kinds)
    }

    /// `None` where that would take too long.
    fn work_out_neighbours(&self, way: Way) -> Option<Neighbours> {
        let all = || self.types().into_iter().filter_map(|kind| self.rows_of(kind, way));
        // One place more, so that the offset of a node can move on while its neighbours are filled in.
        let mut offsets = vec![0u32; self.node_bound() as usize + 2];
        for rows in all() {
            if self.is_over() {
                return None;
            }
            rows.degrees().for_each(|(node, degree)| offsets[node.0 as usize + 2] += degree as u32);
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut nodes = vec![NodeId(0); sum as usize];
        for rows in all() {
            for (node, row) in rows.each() {
                if self.is_over_at(node.0) {
                    return None;
                }
                let next = &mut offsets[node.0 as usize + 1];
                nodes[*next as usize..][..row.len()].copy_from_slice(row);
                *next += row.len() as u32;
            }
        }
        offsets.pop();
        Some(Neighbours { offsets, nodes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_those_of_all_types() {
        let mut graph = Graph::empty();
        let kinds = ["T", "U", "V"].map(|name| graph.intern_type(name));
        let nodes: Vec<NodeId> = (0..40).map(|_| graph.create_node(&[], Vec::new())).collect();
        for place in 0..40 {
            for (step, kind) in kinds.iter().enumerate().take(place % 4) {
                graph.create_relationship(nodes[place], *kind, nodes[place * (step + 2) % 40], Vec::new());
            }
        }
        graph.fold();
        let check = |graph: &Graph, told: usize| {
            let mut found = 0;
            for way in [Way::Out, Way::In] {
                for node in &nodes {
                    let one_by_one: Vec<NodeId> = kinds
                        .iter()
                        .flat_map(|kind| graph.adjacent(*node, way, *kind).nodes)
                        .copied()
                        .collect();
                    let Some(neighbours) = graph.neighbours(*node, way) else { continue };
                    assert_eq!(neighbours, one_by_one, "{node:?} {way:?}");
                    let with: Vec<RelationshipType> = graph.kinds_at(*node, way).unwrap().each().collect();
                    let has = |kind: &RelationshipType| graph.degree(*node, way, *kind) > 0;
                    assert_eq!(with, kinds.iter().copied().filter(has).collect::<Vec<_>>());
                    found += 1;
                }
            }
            assert_eq!(found, told);
        };
        check(&graph, 80);
        // What was written is looked up where it is, until it is laid out.
        graph.create_relationship(nodes[0], kinds[2], nodes[1], Vec::new());
        check(&graph, 76);
        (0..4).for_each(|_| graph.about_to_read());
        check(&graph, 80);
    }
}

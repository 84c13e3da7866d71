//! The adjacency of types that were written, laid out anew.
//!
//! A written node has its own copy of its lists in the delta: right at once, but a look-up more on every hop. When the
//! graph is read again and again between writes, and after statements that wrote much, the types that were written are
//! laid out as they are now, arrays and own lists together, and take the place of the base's arrays; own lists begin
//! anew. Where that takes longer than a small part of what the writing took it is done beside, and what is read until then is
//! looked up in the own lists; the next write to any relationship drops what is being laid out.

use super::adjacency::{Adjacency, Rows};
use super::aligned::{Aligned, AlignedColumns, Along};
use super::around::Around;
use super::making::Making;
use super::{Graph, RelationshipType, Way};
use crate::base::free_rows;
use std::sync::Arc;

/// Types that were laid out since the base was made.
#[derive(Debug, Default)]
pub struct Overlay {
    /// By type; those that were not are in the base.
    laid_out: Vec<Option<LaidOut>>,
    /// Ids of relationships below may be in the arrays.
    pub relationship_bound: u32,
    pub around: Around,
}

/// The arrays of one type, and what lies along them.
#[derive(Clone, Debug)]
pub struct LaidOut {
    pub adjacency: Arc<Adjacency>,
    pub aligned: Arc<AlignedColumns>,
}

/// Types laid out as a graph of some version had them.
pub(super) type Made = (u64, Vec<(RelationshipType, LaidOut)>);

/// How a layout is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hands {
    /// Both directions of a type at once, as somebody waits.
    All,
    /// One after the other, as somebody reads meanwhile.
    One,
}

/// Fewer own lists are looked up, unless they are more than a small part of all nodes.
const FEW: usize = 256;
const PART: usize = 64;

/// Readings between two writes before it is worth to lay out what was written.
const READINGS: u32 = 2;

/// So many own lists are many.
const MANY: usize = 4096;

/// More relationships take so long to be laid out that nobody should wait for it.
const LONG: usize = 1 << 17;

/// To write an own list takes at least so many times as long as to lay out a relationship.
const LIST: usize = 128;

impl Graph {
    /// The arrays of a type that was laid out since the base was made.
    #[inline]
    pub(super) fn laid_out(&self, kind: RelationshipType) -> Option<&LaidOut> {
        self.overlay.as_ref()?.laid_out.get(kind.0 as usize)?.as_ref()
    }

    /// Ids of relationships below may be in arrays, the base's or those laid out since.
    pub(super) fn arrays_bound(&self) -> u32 {
        self.overlay.as_ref().map_or(self.base.relationship_bound, |overlay| overlay.relationship_bound)
    }

    /// Notes that the graph is about to be read; lays out what was written when that has happened before.
    pub fn about_to_read(&mut self) {
        self.about_to_read_columns();
        let own = self.delta.lists.len();
        if own == 0 || own < FEW && own * PART < self.node_bound() as usize {
            return;
        }
        if let Some(made) = self.making.as_ref().map(|making| making.made()) {
            if let Some(made) = made {
                self.install(made);
            }
            return;
        }
        self.readings += 1;
        if self.readings <= READINGS {
            return;
        }
        match self.takes_long() {
            true => self.lay_out_beside(),
            false => self.lay_out_here(),
        }
    }

    /// Notes that a statement that wrote so many lists is kept. When so much has been written that a layout takes little
    /// more, it is made at once, else begun beside where the statement wrote much of it.
    pub(super) fn wrote_lists(&mut self, written: usize) {
        let own = self.delta.lists.len();
        if own < MANY {
            return;
        }
        if own * LIST >= self.relationships_written() {
            self.lay_out_here();
        } else if written >= MANY && self.making.is_none() {
            self.lay_out_beside();
        }
    }

    /// Notes that relationships were written.
    pub(super) fn written_between(&mut self) {
        self.making = None;
        self.readings = 0;
    }

    fn takes_long(&self) -> bool {
        self.relationships_written() > LONG
    }

    /// Relationships of the types that were written.
    fn relationships_written(&self) -> usize {
        self.delta.lists.types().iter().map(|kind| self.count_of(*kind)).sum()
    }

    /// Where the running statement has to end, what was written stays where it is.
    fn lay_out_here(&mut self) {
        if let Some(made) = self.lay_out_written(Hands::All) {
            self.install((self.version, made));
        }
    }

    fn lay_out_beside(&mut self) {
        let lay_out = |graph: &Graph| Some((graph.version, graph.lay_out_written(Hands::One)?));
        // Where no other thread can be had, what was written is looked up where it is.
        self.making = Making::begin(self.clone(), lay_out);
    }

    /// `None` where that would take too long.
    fn lay_out_written(&self, hands: Hands) -> Option<Vec<(RelationshipType, LaidOut)>> {
        let types = self.delta.lists.types().into_iter();
        types.map(|kind| Some((kind, self.lay_out(kind, hands)?))).collect()
    }

    /// Puts arrays in the place of those that were there. Since they were made no relationship was written.
    fn install(&mut self, (version, made): Made) {
        self.making = None;
        let kinds: Vec<RelationshipType> = made.iter().map(|(kind, _)| *kind).collect();
        self.shapes.forget_what_occurs(&kinds);
        let mut laid_out = self.overlay.as_ref().map_or_else(Vec::new, |overlay| overlay.laid_out.clone());
        for (kind, mut of_type) in made {
            if version != self.version {
                of_type.aligned = Arc::default();
            }
            let place = kind.0 as usize;
            laid_out.resize(laid_out.len().max(place + 1), None);
            laid_out[place] = Some(of_type);
        }
        let relationship_bound = self.relationship_bound();
        let overlay = Overlay { laid_out, relationship_bound, around: Around::default() };
        self.overlay = Some(Arc::new(overlay));
        let lists = std::mem::take(&mut Arc::make_mut(&mut self.delta).lists);
        let count = lists.len();
        free_rows(lists, count);
    }

    /// `None` where that would take too long.
    fn lay_out(&self, kind: RelationshipType, hands: Hands) -> Option<LaidOut> {
        let (outgoing, incoming) = std::thread::scope(|scope| {
            let incoming = || self.lay_out_way(kind, Way::In);
            let beside = match hands {
                Hands::All => std::thread::Builder::new().spawn_scoped(scope, incoming).ok(),
                Hands::One => None,
            };
            let outgoing = self.lay_out_way(kind, Way::Out);
            let incoming = match beside {
                Some(beside) => beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                None => self.lay_out_way(kind, Way::In),
            };
            Some((outgoing?, incoming?))
        })?;
        let adjacency = Arc::new(Adjacency::of_rows(outgoing.0, incoming.0));
        let aligned = Arc::new(AlignedColumns::of(outgoing.1.into_iter().chain(incoming.1)));
        Some(LaidOut { adjacency, aligned })
    }

    /// One direction, and what lies along it.
    fn lay_out_way(&self, kind: RelationshipType, way: Way) -> Option<(Rows, Vec<Beside>)> {
        let empty = Rows::default();
        let before = self.rows_of(kind, way).unwrap_or(&empty);
        let own = self.delta.lists.rows(kind, way);
        let pieces = before.pieces(self.node_bound(), own, |node| self.is_over_at(node))?;
        let aligned = self.aligned_along(kind, way, &pieces);
        Some((before.put_together(pieces, || self.is_over())?, aligned))
    }
}

/// A column beside the rows.
type Beside = (Along, Option<Arc<Aligned>>);

#[cfg(test)]
mod tests {
    use super::super::{Entity, Key, NodeId, RelationshipId};
    use super::*;
    use crate::value::Value;

    #[test]
    fn what_was_laid_out_is_what_was_written() {
        let mut graph = Graph::empty();
        let (kind, other) = (graph.intern_type("T"), graph.intern_type("U"));
        let nodes: Vec<NodeId> = (0..600).map(|_| graph.create_node(&[], Vec::new())).collect();
        for (place, node) in nodes.iter().enumerate() {
            graph.create_relationship(*node, kind, nodes[(place * 7 + 1) % 600], Vec::new());
            graph.create_relationship(*node, other, nodes[(place * 3) % 600], Vec::new());
        }
        graph.fold();
        let mut last = None;
        for place in 0..400 {
            last = Some(graph.create_relationship(nodes[place], kind, nodes[599 - place], Vec::new()));
        }
        graph.delete_relationship(RelationshipId(0));
        let told = |graph: &Graph| {
            let lists = nodes.iter().flat_map(|node| {
                [(Way::Out, kind), (Way::In, kind), (Way::Out, other), (Way::In, other)].map(|(way, kind)| {
                    let adjacent = graph.adjacent(*node, way, kind);
                    let lists = graph.lists(way, kind);
                    assert_eq!(lists.nodes(node.0), adjacent.nodes);
                    assert_eq!(lists.degree(node.0), adjacent.nodes.len());
                    (adjacent.nodes.to_vec(), adjacent.relationships.to_vec())
                })
            });
            lists.collect::<Vec<_>>()
        };
        let before = told(&graph);
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert!(graph.overlay.is_some() && graph.delta.lists.len() == 0);
        assert_eq!(told(&graph), before);
        // The next write lies over the layout, and is taken back to it.
        graph.begin();
        graph.delete_relationship(last.unwrap());
        let after = told(&graph);
        assert_ne!(after, before);
        graph.rollback();
        assert_eq!((told(&graph), graph.delta.lists.len()), (before, 0));
        graph.begin();
        graph.delete_relationship(last.unwrap());
        graph.keep();
        assert_eq!((told(&graph), graph.delta.lists.len()), (after.clone(), 2));
        (0..400).for_each(|_| graph.about_to_read());
        assert_eq!(told(&graph), after);
    }

    #[test]
    fn what_is_long_work_is_laid_out_beside() {
        let mut graph = Graph::empty();
        let kind = graph.intern_type("T");
        let nodes: Vec<NodeId> = (0..400).map(|_| graph.create_node(&[], Vec::new())).collect();
        for place in 0..LONG + 1 {
            let (start, end) = (nodes[place % 400], nodes[place / 400 % 400]);
            graph.create_relationship(start, kind, end, Vec::new());
        }
        graph.fold();
        let wait = |graph: &mut Graph| {
            for _ in 0..1000 {
                graph.about_to_read();
                if graph.overlay.is_some() {
                    return true;
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            false
        };
        let write = |graph: &mut Graph, step: usize| {
            for place in 0..300 {
                graph.create_relationship(nodes[place], kind, nodes[(place * step) % 400], Vec::new());
            }
        };
        write(&mut graph, 3);
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert!(graph.overlay.is_none() && graph.making.is_some());
        // What was begun before is not taken for what is there now.
        write(&mut graph, 7);
        assert!(graph.making.is_none());
        let lists = |graph: &Graph| -> Vec<Vec<NodeId>> {
            nodes.iter().map(|node| graph.adjacent(*node, Way::In, kind).nodes.to_vec()).collect()
        };
        let before = lists(&graph);
        assert!(wait(&mut graph) && graph.making.is_none());
        assert_eq!(lists(&graph), before);
    }

    #[test]
    fn what_lies_along_lists_follows_them() {
        let mut graph = Graph::empty();
        let (kind, key) = (graph.intern_type("T"), graph.intern_key("k"));
        let nodes: Vec<NodeId> = (0..50).map(|_| graph.create_node(&[], Vec::new())).collect();
        let create = |graph: &mut Graph, place: usize, number: i64| {
            let value = vec![(key, Value::Integer(number))];
            graph.create_relationship(nodes[place % 50], kind, nodes[place * 7 % 50], value)
        };
        for place in 0..200 {
            create(&mut graph, place, place as i64);
        }
        graph.fold();
        let told = |graph: &Graph, is_worth_it: bool| {
            [Way::Out, Way::In].map(|way| {
                let aligned = graph.aligned(kind, way, key, is_worth_it)?;
                let rows = graph.rows_of(kind, way).unwrap();
                let values = rows.relationships().iter().zip(&aligned.values);
                for (relationship, value) in values {
                    let stored = graph.property(Entity::Relationship(*relationship), key);
                    assert_eq!(stored, Value::Integer(i64::from(*value)));
                }
                Some(rows.relationships().len())
            })
        };
        assert_eq!(told(&graph, true), [Some(200); 2]);
        graph.delete_relationship(RelationshipId(3));
        let last = create(&mut graph, 9, 900);
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert_eq!(told(&graph, false), [Some(200); 2], "they are carried over");
        // One with a value that cannot stand there is laid out no more.
        graph.begin();
        graph.create_relationship(nodes[1], kind, nodes[2], vec![(key, Value::from("text"))]);
        graph.keep();
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert!(graph.delta.lists.len() == 0);
        assert_eq!(told(&graph, true), [None; 2]);
        graph.set_property(Entity::Relationship(last), key, Value::Integer(901));
        assert_eq!(told(&graph, true), [None; 2]);
    }

    /// A relationship of the base and one written since, both laid out.
    fn written_and_laid_out() -> (Graph, RelationshipType, Key, RelationshipId) {
        let mut graph = Graph::empty();
        let (kind, key) = (graph.intern_type("T"), graph.intern_key("k"));
        let node = graph.create_node(&[], Vec::new());
        let number = |number: i64| vec![(key, Value::Integer(number))];
        graph.create_relationship(node, kind, node, number(1));
        graph.fold();
        let last = graph.create_relationship(node, kind, node, number(2));
        (0..=READINGS).for_each(|_| graph.about_to_read());
        (graph, kind, key, last)
    }

    #[test]
    fn a_property_written_after_a_layout_is_seen() {
        let (mut graph, kind, key, last) = written_and_laid_out();
        let aligned = |graph: &Graph| Some(graph.aligned(kind, Way::Out, key, true)?.values.clone());
        assert_eq!(aligned(&graph), Some(vec![1, 2]));
        graph.set_property(Entity::Relationship(last), key, Value::Integer(3));
        assert_eq!(aligned(&graph), None);
    }

    #[test]
    fn what_a_clone_deleted_is_there_for_others() {
        let (graph, kind, key, last) = written_and_laid_out();
        let mut other = graph.clone();
        other.delete_relationship(last);
        assert!(other.aligned(kind, Way::Out, key, true).is_some());
        assert_eq!(graph.aligned(kind, Way::Out, key, true).unwrap().values, [1, 2]);
    }
}

//! What leads on from a node.

use crate::base::Result;
use crate::execute::batch::NONE;
use crate::execute::context::Context;
use crate::graph::{Graph, NodeId, RelationshipType, Way};
use smallvec::SmallVec;

/// The steps that may be taken from a node, and where among them each type stands.
pub(super) struct Legs<'l> {
    pub(super) all: &'l [(Way, RelationshipType)],
    /// The ways of a step that may take relationships of all types.
    any: &'static [Way],
    /// By direction and type; `NONE` for what may not be taken. Empty where there are few steps.
    places: [Vec<u32>; 2],
}

impl<'l> Legs<'l> {
    pub(super) fn new(all: &'l [(Way, RelationshipType)], any: &'static [Way]) -> Legs<'l> {
        let mut places = [Vec::new(), Vec::new()];
        if all.len() > 2 {
            for ((way, kind), place) in all.iter().zip(0..) {
                let of_way: &mut Vec<u32> = &mut places[usize::from(*way == Way::In)];
                if of_way.len() <= kind.0 as usize {
                    of_way.resize(kind.0 as usize + 1, NONE);
                }
                of_way[kind.0 as usize] = place;
            }
        }
        Legs { all, any, places }
    }

    /// The places of the steps that lead on from a node: of all steps where that is not quickly told.
    pub(super) fn at(&self, node: NodeId, reverse: bool, graph: &Graph, into: &mut Steps) {
        into.clear();
        if !self.leading_on(node, reverse, graph, into) {
            into.clear();
            into.extend(0..self.all.len() as u32);
        }
    }

    fn leading_on(&self, node: NodeId, reverse: bool, graph: &Graph, into: &mut Steps) -> bool {
        if self.places.iter().all(Vec::is_empty) {
            return false;
        }
        for (way, places) in [Way::Out, Way::In].into_iter().zip(&self.places) {
            let way = if reverse { way.reverse() } else { way };
            let Some(kinds) = graph.kinds_at(node, way) else { return false };
            let known = kinds.each().filter_map(|kind| places.get(kind.0 as usize).copied());
            into.extend(known.filter(|place| *place != NONE));
        }
        into.sort_unstable();
        true
    }

    /// How many relationships there are to be taken, both ways where they may be.
    pub(super) fn relationships(&self, graph: &Graph) -> u64 {
        self.all.iter().map(|(_, kind)| graph.count_of(*kind) as u64).sum()
    }

    /// The steps as they are taken from one end.
    pub(super) fn from(&self, reverse: bool) -> Vec<(Way, RelationshipType)> {
        let turned = |way: Way| if reverse { way.reverse() } else { way };
        self.all.iter().map(|(way, kind)| (turned(*way), *kind)).collect()
    }

    /// The lists of what stands around some nodes, as many for each, where they are quickly told: all are looked up before
    /// one is read, for they lie anywhere, and no look-up waits for another.
    #[inline]
    pub(super) fn near<'g>(
        &self,
        nodes: impl Iterator<Item = NodeId> + Clone,
        reverse: bool,
        graph: &'g Graph,
        into: &mut SmallVec<[&'g [NodeId]; 2 * TOGETHER]>,
    ) -> bool {
        let turned = |way: Way| if reverse { way.reverse() } else { way };
        let mut told = true;
        let mut take = |list: Option<&'g [NodeId]>| match list {
            Some(list) => into.push(list),
            None => told = false,
        };
        match (self.any, self.all) {
            ([way], _) => nodes.for_each(|node| take(graph.neighbours(node, turned(*way)))),
            ([one, other], _) => nodes.for_each(|node| {
                take(graph.neighbours(node, turned(*one)));
                take(graph.neighbours(node, turned(*other)));
            }),
            (_, [(way, kind)]) => {
                let lists = graph.lists(turned(*way), *kind);
                nodes.for_each(|node| take(Some(lists.nodes(node.0))));
            }
            (_, [one, other]) => {
                let [one, other] = [one, other].map(|(way, kind)| graph.lists(turned(*way), *kind));
                nodes.for_each(|node| {
                    take(Some(one.nodes(node.0)));
                    take(Some(other.nodes(node.0)));
                });
            }
            _ => told = false,
        }
        told
    }

    /// Hands on what stands around a node over relationships that are shown, list by list, until `see` has found what it
    /// looks for.
    pub(super) fn around<T>(
        &self,
        node: NodeId,
        reverse: bool,
        steps: &mut Steps,
        context: &mut Context<'_>,
        mut see: impl FnMut(&[NodeId]) -> Option<T>,
    ) -> Result<Option<T>> {
        let Context { graph, meter, touched, mask, .. } = context;
        let (graph, mask): (&Graph, _) = (graph, mask.as_deref());
        self.at(node, reverse, graph, steps);
        for step in steps.iter() {
            let (way, kind) = &self.all[*step as usize];
            let adjacent = graph.adjacent(node, if reverse { way.reverse() } else { *way }, *kind);
            *touched += adjacent.nodes.len() as u64;
            meter.work(adjacent.nodes.len() as u32 + 1)?;
            let Some(mask) = mask else {
                let found = see(adjacent.nodes);
                if found.is_some() {
                    return Ok(found);
                }
                continue;
            };
            for (other, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                let found = if mask.has_relationship(*relationship) { see(&[*other]) } else { None };
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }
}

/// Nodes whose lists are looked up together.
pub(super) const TOGETHER: usize = 32;

/// Places of steps that lead on from a node.
pub(super) type Steps = SmallVec<[u32; 16]>;

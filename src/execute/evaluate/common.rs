//! How many neighbours two nodes have in common.
//!
//! The neighbours of one node are marked, those of the other are looked up among the marks. Rows that follow each
//! other mostly share one of their nodes: that one is marked once for all of them.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::context::Context;
use crate::graph::{Adjacent, Bits, Graph, NodeId, RelationshipType, Way};

type Legs = Vec<(Way, RelationshipType)>;

pub struct Common {
    nodes: [Slot; 2],
    legs: [Legs; 2],
    marks: Marks,
    /// Whose neighbours are marked: a side and a node.
    marked: Option<(usize, u32)>,
}

/// Marked nodes; with how many relationships lead there, where it can be more than one.
enum Marks {
    Once(Bits),
    Often(Vec<u32>),
}

/// A list so many times longer than the other is not gone through.
const LONGER: usize = 16;

impl Common {
    pub fn new(nodes: [Slot; 2], legs: [Legs; 2], context: &Context<'_>) -> Common {
        let once = |legs: &Legs| match legs.as_slice() {
            // A statement that writes may lay a second relationship beside the first before it counts.
            _ if context.writes => false,
            [] => true,
            [(_, kind)] => !context.graph.shape(*kind).parallels,
            _ => false,
        };
        let marks = match legs.iter().all(once) {
            true => Marks::Once(Bits::new()),
            false => Marks::Often(Vec::new()),
        };
        Common { nodes, legs, marks, marked: None }
    }

    pub fn counts(&mut self, batch: &Batch, context: &mut Context<'_>) -> Result<Vec<i64>> {
        let ids = self.nodes.map(|slot| ids_of(batch.column(slot), batch.length));
        // Whichever side changes less often is marked.
        let changes = |ids: &[u32]| ids.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let side = usize::from(changes(&ids[1]) < changes(&ids[0]));
        let (near, far) = (&ids[side], &ids[1 - side]);
        if let (Marks::Once(_), None, [(near_way, near_kind)], [(far_way, far_kind)]) =
            (&self.marks, &context.mask, self.legs[side].as_slice(), self.legs[1 - side].as_slice())
        {
            let lists = [(*near_way, *near_kind), (*far_way, *far_kind)];
            return self.counts_once(side, near, far, lists, context);
        }
        let mut counts = Vec::with_capacity(batch.length);
        for (near, far) in near.iter().zip(far) {
            if *near == NONE || *far == NONE {
                counts.push(0);
                continue;
            }
            if self.marked != Some((side, *near)) {
                self.mark(side, *near, context)?;
            }
            counts.push(self.count(side, *near, *far, context)?);
        }
        Ok(counts)
    }

    /// One list on each side, in which no node comes twice.
    fn counts_once(
        &mut self,
        side: usize,
        near: &[u32],
        far: &[u32],
        lists: [(Way, RelationshipType); 2],
        context: &mut Context<'_>,
    ) -> Result<Vec<i64>> {
        let bound = context.graph.node_bound() as usize;
        let Context { graph, meter, touched, .. } = context;
        let graph: &Graph = graph;
        let near_lists = graph.lists(lists[0].0, lists[0].1);
        let far_lists = graph.lists(lists[1].0, lists[1].1);
        let marked = self.marked.take();
        let Marks::Once(bits) = &mut self.marks else { return Ok(Vec::new()) };
        if bits.words().len() * 64 < bound {
            *bits = Bits::with_bound(bound);
        }
        if let Some((old_side, old)) = marked {
            // Whatever was marked before was marked by the list of its own side.
            let old_lists = if old_side == side { near_lists } else { far_lists };
            old_lists.nodes(old).iter().for_each(|node| bits.set(node.0, false));
        }
        let mut current = NONE;
        let mut length = 0;
        let mut counts = Vec::with_capacity(near.len());
        for (near, far) in near.iter().zip(far) {
            if *near == NONE || *far == NONE {
                counts.push(0);
                continue;
            }
            if current != *near {
                if current != NONE {
                    near_lists.nodes(current).iter().for_each(|node| bits.set(node.0, false));
                }
                let list = near_lists.nodes(*near);
                list.iter().for_each(|node| bits.set(node.0, true));
                length = list.len();
                current = *near;
                meter.work(length as u32 * 2 + 1)?;
            }
            let ends = far_lists.nodes(*far);
            if ends.len() > LONGER && ends.len() > LONGER * length {
                let mut rest = ends;
                let mut total = 0;
                for node in near_lists.nodes(*near) {
                    rest = &rest[rest.partition_point(|other| other < node)..];
                    total += i64::from(rest.first() == Some(node));
                }
                *touched += length as u64;
                meter.work(length as u32 * 8 + 1)?;
                counts.push(total);
                continue;
            }
            meter.work(ends.len() as u32 + 1)?;
            *touched += ends.len() as u64;
            let words = bits.words();
            let marked = |node: &NodeId| (words[node.0 as usize / 64] >> (node.0 % 64) & 1) as u32;
            counts.push(i64::from(ends.iter().map(marked).sum::<u32>()));
        }
        self.marked = (current != NONE).then_some((side, current));
        Ok(counts)
    }

    fn mark(&mut self, side: usize, node: u32, context: &mut Context<'_>) -> Result<()> {
        if let Some((old_side, old)) = self.marked.take() {
            let legs = &self.legs[old_side];
            each_list(legs, old, context, |adjacent, _| match &mut self.marks {
                Marks::Once(bits) => adjacent.nodes.iter().for_each(|node| {
                    bits.remove(node.0);
                }),
                Marks::Often(marks) => adjacent.nodes.iter().for_each(|node| marks[node.0 as usize] = 0),
            });
        }
        let bound = context.graph.node_bound() as usize;
        match &mut self.marks {
            Marks::Once(bits) if bits.words().len() * 64 < bound => *bits = Bits::with_bound(bound),
            Marks::Often(marks) if marks.len() < bound => {
                context.can_hold(bound as u64 * 4)?;
                *marks = vec![0; bound];
            }
            _ => {}
        }
        let looked = each_list(&self.legs[side], node, context, |adjacent, mask| {
            for (neighbour, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                if mask.is_some_and(|mask| !mask.has_relationship(*relationship)) {
                    continue;
                }
                match &mut self.marks {
                    Marks::Once(bits) => {
                        bits.insert(neighbour.0);
                    }
                    Marks::Often(marks) => marks[neighbour.0 as usize] += 1,
                }
            }
        });
        context.meter.work(looked as u32 + 1)?;
        self.marked = Some((side, node));
        Ok(())
    }

    /// The neighbours of the other node that are marked.
    fn count(&self, side: usize, near: u32, far: u32, context: &mut Context<'_>) -> Result<i64> {
        let mut total: i64 = 0;
        let length = |legs: &Legs, node: u32, context: &Context<'_>| -> usize {
            legs.iter().map(|(way, kind)| context.graph.degree(NodeId(node), *way, *kind)).sum()
        };
        let one = matches!(self.marks, Marks::Once(_)) && context.mask.is_none();
        if one
            && length(&self.legs[1 - side], far, context) > LONGER * length(&self.legs[side], near, context)
        {
            return Ok(self.leap(side, near, far, context));
        }
        let looked =
            each_list(&self.legs[1 - side], far, context, |adjacent, mask| match (&self.marks, mask) {
                (Marks::Once(bits), None) => {
                    let words = bits.words();
                    total += adjacent
                        .nodes
                        .iter()
                        .map(|node| (words[node.0 as usize / 64] >> (node.0 % 64) & 1) as i64)
                        .sum::<i64>();
                }
                (marks, mask) => {
                    for (node, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                        if mask.is_some_and(|mask| !mask.has_relationship(*relationship)) {
                            continue;
                        }
                        total += match marks {
                            Marks::Once(bits) => i64::from(bits.contains(node.0)),
                            Marks::Often(marks) => i64::from(marks[node.0 as usize]),
                        };
                    }
                }
            });
        context.touched += looked as u64;
        context.meter.work(looked as u32 + 1)?;
        Ok(total)
    }

    /// Looks each neighbour of the near node up in the long list of the far one.
    fn leap(&self, side: usize, near: u32, far: u32, context: &mut Context<'_>) -> i64 {
        let mut total = 0;
        let graph = &*context.graph;
        let mut looked = 0;
        for (way, kind) in &self.legs[side] {
            let few = graph.adjacent(NodeId(near), *way, *kind).nodes;
            for (way, kind) in &self.legs[1 - side] {
                let mut rest = graph.adjacent(NodeId(far), *way, *kind).nodes;
                for node in few {
                    rest = &rest[rest.partition_point(|other| other < node)..];
                    total += i64::from(rest.first() == Some(node));
                    looked += 1;
                }
            }
        }
        context.touched += looked;
        total
    }
}

/// Calls `see` with each list of a node; returns how long they are together.
fn each_list(
    legs: &Legs,
    node: u32,
    context: &Context<'_>,
    mut see: impl FnMut(Adjacent<'_>, Option<&crate::graph::Mask>),
) -> usize {
    let mut length = 0;
    for (way, kind) in legs {
        let adjacent = context.graph.adjacent(NodeId(node), *way, *kind);
        length += adjacent.nodes.len();
        see(adjacent, context.mask.as_deref());
    }
    length
}

fn ids_of(column: &Column, length: usize) -> Vec<u32> {
    match column {
        Column::Nodes(ids) => ids.to_vec(),
        column => (0..length).map(|row| column.node(row).map_or(NONE, |node| node.0)).collect(),
    }
}

//! Common neighbours of two nodes.

use super::expand::{STREAMED, is_among};
use crate::algebra::{Direction, Slot};
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::execute::visible::{All, Visible};
use crate::graph::{Adjacent, NodeId, RelationshipId, RelationshipType, Way};
use crate::optimize::plan::{self, Other};
use crate::optimize::slots::SlotSet;

/// One of the two hops.
pub struct Side {
    from: Slot,
    relationship: Slot,
    legs: Vec<(Way, RelationshipType)>,
    either: bool,
    others: Vec<Other>,
}

impl Side {
    pub fn new(side: &plan::Side, legs: Vec<(Way, RelationshipType)>) -> Side {
        Side {
            from: side.from,
            relationship: side.relationship,
            legs,
            either: side.direction == Direction::Either,
            others: side.others.clone(),
        }
    }

    /// A loop lies in both directions and is walked once.
    fn skips(&self, way: Way, node: NodeId, from: NodeId) -> bool {
        self.either && way == Way::In && node == from
    }
}

pub struct Intersect {
    input: Box<dyn Operator>,
    left: Side,
    right: Side,
    to: Slot,
    keep: SlotSet,
    current: Option<(Batch, usize)>,
    rows_out: u64,
}

#[derive(Default)]
struct Found {
    rows: Vec<u32>,
    left: Vec<u32>,
    right: Vec<u32>,
    nodes: Vec<u32>,
}

impl Intersect {
    pub fn new(input: Box<dyn Operator>, left: Side, right: Side, to: Slot, keep: SlotSet) -> Intersect {
        Intersect { input, left, right, to, keep, current: None, rows_out: 0 }
    }

    fn row<V: Visible>(
        &self,
        batch: &Batch,
        row: usize,
        found: &mut Found,
        visible: V,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let ends = (batch.column(self.left.from).node(row), batch.column(self.right.from).node(row));
        let (Some(from), Some(far)) = ends else { return Ok(()) };
        for (way, kind) in &self.left.legs {
            let near = context.graph.adjacent(from, *way, *kind);
            for (other_way, other_kind) in &self.right.legs {
                let opposite = context.graph.adjacent(far, *other_way, *other_kind);
                context.touched += (near.nodes.len().min(opposite.nodes.len())) as u64;
                context.meter.tick()?;
                common(near, opposite, |node, lefts, rights| {
                    if self.left.skips(*way, node, from) || self.right.skips(*other_way, node, far) {
                        return;
                    }
                    for left in lefts {
                        for right in rights {
                            if left != right
                                && self.fits(batch, row, *left, *right)
                                && visible.relationship(*left)
                                && visible.relationship(*right)
                            {
                                found.rows.push(row as u32);
                                found.left.push(left.0);
                                found.right.push(right.0);
                                found.nodes.push(node.0);
                            }
                        }
                    }
                });
            }
        }
        Ok(())
    }

    #[inline]
    fn fits(&self, batch: &Batch, row: usize, left: RelationshipId, right: RelationshipId) -> bool {
        (self.left.others.is_empty() || !is_among(&self.left.others, batch, row, left))
            && (self.right.others.is_empty() || !is_among(&self.right.others, batch, row, right))
    }
}

/// Calls `see` for each neighbour in both lists, with the relationships that lead to it in either.
#[inline]
fn common(
    left: Adjacent<'_>,
    right: Adjacent<'_>,
    mut see: impl FnMut(NodeId, &[RelationshipId], &[RelationshipId]),
) {
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (left.nodes.get(i), right.nodes.get(j)) {
        if a < b {
            i = advance(left.nodes, i, *b);
        } else if b < a {
            j = advance(right.nodes, j, *a);
        } else {
            let (from_i, from_j) = (i, j);
            while left.nodes.get(i) == Some(a) {
                i += 1;
            }
            while right.nodes.get(j) == Some(b) {
                j += 1;
            }
            let lefts = left.relationships.get(from_i..i).unwrap_or(&[]);
            see(*a, lefts, right.relationships.get(from_j..j).unwrap_or(&[]));
        }
    }
}

/// The first place at or after `place` whose node is not below the target: a few steps, then ever longer leaps.
#[inline]
fn advance(nodes: &[NodeId], place: usize, target: NodeId) -> usize {
    let mut place = place;
    let mut leap = 1;
    while nodes.get(place + leap).is_some_and(|node| *node < target) {
        place += leap;
        leap *= 2;
    }
    let end = nodes.len().min(place + leap + 1);
    place + nodes.get(place..end).unwrap_or(&[]).partition_point(|node| *node < target)
}

impl Operator for Intersect {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let mut found = Found::default();
        loop {
            let (batch, mut row) = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(context)? {
                    Some(batch) => (batch, 0),
                    None => return Ok(None),
                },
            };
            let mask = context.mask.clone();
            while row < batch.length && found.nodes.len() < BATCH {
                match &mask {
                    None => self.row(&batch, row, &mut found, All, context)?,
                    Some(mask) => self.row(&batch, row, &mut found, &**mask, context)?,
                }
                row += 1;
            }
            if found.nodes.is_empty() {
                continue;
            }
            self.rows_out += found.nodes.len() as u64;
            context.meter.rows(self.rows_out / STREAMED)?;
            let mut out = batch.gather(&found.rows, &self.keep);
            let filled = [
                (self.to, Column::nodes(found.nodes)),
                (self.left.relationship, Column::relationships(found.left)),
                (self.right.relationship, Column::relationships(found.right)),
            ];
            for (slot, column) in filled {
                if self.keep.contains(slot) {
                    out.set(slot, column);
                }
            }
            if row < batch.length {
                self.current = Some((batch, row));
            }
            return Ok(Some(out));
        }
    }

    fn reset(&mut self) {
        self.current = None;
        self.input.reset();
    }
}

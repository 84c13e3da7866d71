//! In how many ways branches can be followed, without following them row by row.

use super::degree::degrees;
use super::neighbours::Common;
use super::operators;
use super::select::Test;
use super::weights::{Known, OPEN};
use crate::algebra::{Direction, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::build::Build;
use crate::execute::context::Context;
use crate::graph::columns::Values;
use crate::graph::{Entity, Graph, Lists, NodeId, RelationshipId, RelationshipType, Way};
use crate::optimize::expression;
use crate::value::Truth;
use crate::value::arithmetic::integer_overflow;
use std::cell::RefCell;

/// A product of branches.
pub struct Ways {
    boughs: RefCell<Vec<Bough>>,
}

enum Bough {
    Hop(Hop),
    Common(Common),
}

/// Relationships at a node, each weighed with what hangs on its other end.
struct Hop {
    node: Slot,
    legs: Vec<(Way, RelationshipType)>,
    /// A loop lies in both directions and counts once.
    either: bool,
    relationship: Slot,
    end: Slot,
    conditions: Vec<Test>,
    boughs: Vec<Hop>,
    /// Of the relationships the one by which the node was reached does not count.
    meets: bool,
    known: Known,
}

/// Nodes in a batch for which it is worth to lay a property out along the lists.
const MANY: usize = 256;

/// Relationships that are looked at together.
const CHUNK: usize = 4096;

impl Build<'_, '_> {
    pub fn ways(&mut self, boughs: &[expression::Bough]) -> Result<Ways> {
        let mut built = Vec::with_capacity(boughs.len());
        for bough in boughs {
            built.push(match bough {
                expression::Bough::Hop(hop) => Bough::Hop(self.hop(hop)?),
                expression::Bough::Common { left, right } => {
                    let legs = [left, right].map(|leaf| self.legs(&leaf.types, leaf.direction));
                    Bough::Common(Common::new([left.node, right.node], legs, self.context.graph))
                }
            });
        }
        Ok(Ways { boughs: RefCell::new(built) })
    }

    fn hop(&mut self, hop: &expression::Hop) -> Result<Hop> {
        let mut boughs = Vec::with_capacity(hop.boughs.len());
        for bough in &hop.boughs {
            // What hangs on two nodes hangs on nodes of the row, never on a branch.
            if let expression::Bough::Hop(hop) = bough {
                boughs.push(self.hop(hop)?);
            }
        }
        Ok(Hop {
            node: hop.leaf.node,
            legs: self.legs(&hop.leaf.types, hop.leaf.direction),
            either: hop.leaf.direction == Direction::Either,
            relationship: hop.relationship,
            end: hop.end,
            conditions: self.all(&hop.conditions)?.into_iter().map(Test::of).collect(),
            boughs,
            meets: hop.meets,
            known: Known::new(self.members, hop.relationship, hop.end),
        })
    }
}

impl Ways {
    /// The counts for all rows of a batch.
    pub fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        let mut counts: Vec<i64> = Vec::new();
        for bough in self.boughs.borrow_mut().iter_mut() {
            if let (true, Bough::Common(common)) = (context.has_written(), &mut *bough) {
                // What was marked before may no longer be so; hops keep nothing in a statement that writes.
                common.forget(context.graph);
            }
            let more = match bough {
                Bough::Hop(hop) => match batch.column(hop.node) {
                    Column::Nodes(ids) => hop.weights(ids, context)?,
                    column => {
                        let id = |row| column.node(row).map_or(NONE, |node| node.0);
                        let ids: Vec<u32> = (0..batch.length).map(id).collect();
                        hop.weights(&ids, context)?
                    }
                },
                Bough::Common(common) => common.counts(batch, context)?,
            };
            counts = if counts.is_empty() { more } else { product(counts, &more)? };
        }
        Ok(Column::integers(counts))
    }

    /// The count for one row.
    pub fn count(&self, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<i64> {
        match self.column(&batch.slice(row..row + 1), context)? {
            Column::Integers(counts) => Ok(counts.first().copied().unwrap_or(0)),
            _ => Ok(0),
        }
    }
}

fn product(mut counts: Vec<i64>, more: &[i64]) -> Result<Vec<i64>> {
    for (count, more) in counts.iter_mut().zip(more) {
        *count = count.checked_mul(*more).ok_or_else(integer_overflow)?;
    }
    Ok(counts)
}

impl Hop {
    fn is_plain(&self) -> bool {
        self.conditions.is_empty() && self.boughs.is_empty()
    }

    /// The weight of each node.
    fn weights(&mut self, nodes: &[u32], context: &mut Context<'_>) -> Result<Vec<i64>> {
        if self.is_plain() {
            return degrees(&self.legs, self.either, nodes, context);
        }
        if self.conditions.is_empty()
            && context.mask.is_none()
            && !self.either
            && self.boughs.iter().all(|bough| bough.is_plain() && !bough.either && !bough.meets)
        {
            return self.sums_of_degrees(nodes, context);
        }
        if let Some(counts) = self.counts_between(nodes, context)? {
            return Ok(counts);
        }
        self.sums(nodes, context)
    }

    /// Where all that is asked is that a property of the relationship lies between two bounds.
    fn counts_between(&self, nodes: &[u32], context: &mut Context<'_>) -> Result<Option<Vec<i64>>> {
        let ([condition], [(way, kind)], false, None) =
            (self.conditions.as_slice(), self.legs.as_slice(), self.either, &context.mask)
        else {
            return Ok(None);
        };
        let Some(between) = condition.between().filter(|_| self.boughs.is_empty()) else { return Ok(None) };
        if between.slot != self.relationship || context.has_written() {
            return Ok(None);
        }
        let is_worth_it = nodes.len() >= MANY;
        let Some(aligned) = context.graph.aligned(*kind, *way, between.key, is_worth_it) else {
            return Ok(None);
        };
        let Some((low, high)) = between.bounds(&aligned) else { return Ok(None) };
        let Context { graph, meter, touched, .. } = context;
        let graph: &Graph = graph;
        let lists = graph.lists(*way, *kind);
        let (value, operator) = (between.value, between.operator);
        let kept = graph.stored(between.key, false);
        let stored = kept.and_then(|kept| match &kept.column.values {
            Values::Short(numbers) | Values::Dates(numbers) => Some((&kept.column.presence, numbers)),
            _ => None,
        });
        let bound = kept.map_or(0, |kept| kept.plain_bound());
        let mut counts = Vec::with_capacity(nodes.len());
        for id in nodes {
            let count = match lists.range(*id) {
                Some(range) => {
                    meter.work(range.len() as u32 / 4 + 1)?;
                    *touched += range.len() as u64;
                    let values = aligned.values.get(range).unwrap_or(&[]);
                    values.iter().map(|value| u32::from(low <= *value && *value <= high)).sum::<u32>() as i64
                }
                None => {
                    let adjacent = graph.adjacent(NodeId(*id), *way, *kind);
                    meter.work(adjacent.nodes.len() as u32 * 4 + 1)?;
                    *touched += adjacent.nodes.len() as u64;
                    let fits = |relationship: &&RelationshipId| match stored {
                        Some((presence, numbers)) if relationship.0 < bound => presence
                            .place(relationship.0)
                            .is_some_and(|at| (low..=high).contains(&numbers[at])),
                        _ => {
                            let found = graph.property(Entity::Relationship(**relationship), between.key);
                            operators::comparison(operator, &found, value) == Truth::True
                        }
                    };
                    adjacent.relationships.iter().filter(fits).count() as i64
                }
            };
            counts.push(count);
        }
        Ok(Some(counts))
    }

    /// Where nothing is asked of relationships and ends, and only degrees hang on the ends.
    fn sums_of_degrees(&self, nodes: &[u32], context: &mut Context<'_>) -> Result<Vec<i64>> {
        let Context { graph, meter, touched, .. } = context;
        let graph: &Graph = graph;
        let lists: Vec<Lists<'_>> = self.legs.iter().map(|(way, kind)| graph.lists(*way, *kind)).collect();
        let beyond: Vec<Vec<Lists<'_>>> = self
            .boughs
            .iter()
            .map(|bough| bough.legs.iter().map(|(way, kind)| graph.lists(*way, *kind)).collect())
            .collect();
        let mut counts = Vec::with_capacity(nodes.len());
        for id in nodes {
            let mut total: i64 = 0;
            for list in &lists {
                let ends = list.nodes(*id);
                meter.work(ends.len() as u32 + 1)?;
                *touched += ends.len() as u64;
                if let [one] = beyond.as_slice()
                    && let [next] = one.as_slice()
                {
                    // The sum of degrees is no more than the number of relationships, which has 32 bits.
                    total += ends.iter().map(|end| next.degree(end.0)).sum::<usize>() as i64;
                    continue;
                }
                for end in ends {
                    let mut weight: i64 = 1;
                    for bough in &beyond {
                        let degree: usize = bough.iter().map(|next| next.degree(end.0)).sum();
                        weight = weight.checked_mul(degree as i64).ok_or_else(integer_overflow)?;
                    }
                    total = total.checked_add(weight).ok_or_else(integer_overflow)?;
                }
            }
            counts.push(total);
        }
        Ok(counts)
    }

    /// The general case: chunks of relationships are tested, and the weights of their ends are summed up.
    fn sums(&mut self, nodes: &[u32], context: &mut Context<'_>) -> Result<Vec<i64>> {
        let mut counts = vec![0i64; nodes.len()];
        let mut chunk = Chunk::default();
        let mask = context.mask.clone();
        for (row, id) in nodes.iter().map(|id| NodeId(*id)).enumerate() {
            context.meter.tick()?;
            for leg in 0..self.legs.len() {
                let (way, kind) = self.legs[leg];
                let adjacent = context.graph.adjacent(id, way, kind);
                let loops = self.either && way == Way::In;
                match &mask {
                    None if !loops => {
                        chunk.ends.extend(adjacent.nodes.iter().map(|node| node.0));
                        chunk.relationships.extend(adjacent.relationships.iter().map(|r| r.0));
                    }
                    mask => {
                        for (end, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                            let seen = mask.as_ref().is_none_or(|mask| mask.has_relationship(*relationship));
                            if seen && !(loops && *end == id) {
                                chunk.ends.push(end.0);
                                chunk.relationships.push(relationship.0);
                            }
                        }
                    }
                }
                context.touched += adjacent.nodes.len() as u64;
                chunk.rows.resize(chunk.ends.len(), row as u32);
            }
            if chunk.ends.len() >= CHUNK {
                self.flush(&mut chunk, nodes, &mut counts, context)?;
            }
        }
        self.flush(&mut chunk, nodes, &mut counts, context)?;
        Ok(counts)
    }

    fn flush(
        &mut self,
        chunk: &mut Chunk,
        nodes: &[u32],
        counts: &mut [i64],
        context: &mut Context<'_>,
    ) -> Result<()> {
        let Chunk { rows, ends, relationships } = std::mem::take(chunk);
        if ends.is_empty() {
            return Ok(());
        }
        context.meter.work(ends.len() as u32)?;
        let start = |place: usize| nodes[rows[place] as usize];
        let (chosen, weights) = self.weigh(ends, relationships, &start, context)?;
        for (at, place) in chosen.into_iter().enumerate() {
            let count = &mut counts[rows[place as usize] as usize];
            let weight = weights.as_ref().map_or(1, |weights| weights[at]);
            *count = count.checked_add(weight).ok_or_else(integer_overflow)?;
        }
        Ok(())
    }

    /// Which relationships pass, and the weight of each where that is not 1. A relationship leads from its start to its end.
    fn weigh(
        &mut self,
        ends: Vec<u32>,
        relationships: Vec<u32>,
        start: &dyn Fn(usize) -> u32,
        context: &mut Context<'_>,
    ) -> Result<(Vec<u32>, Option<Vec<i64>>)> {
        let mut chosen: Vec<u32> = (0..ends.len() as u32).collect();
        let mut batch = Batch::of_length(ends.len());
        batch.set(self.end, Column::nodes(ends));
        batch.set(self.relationship, Column::relationships(relationships));
        for condition in &self.conditions {
            chosen = condition.select(&batch, chosen, Truth::True, context)?;
        }
        let (Column::Nodes(ends), Column::Relationships(relationships)) =
            (batch.column(self.end), batch.column(self.relationship))
        else {
            return Ok((chosen, None));
        };
        let chosen_ends: Vec<u32> = chosen.iter().map(|place| ends[*place as usize]).collect();
        let mut weights: Option<Vec<i64>> = None;
        for bough in &mut self.boughs {
            let mut more = bough.remembered(&chosen_ends, context)?;
            if bough.meets {
                // What it counts of the relationship that leads here is taken out: back from the end to the start.
                let back: Vec<u32> = chosen.iter().map(|place| start(*place as usize)).collect();
                let same = chosen.iter().map(|place| relationships[*place as usize]).collect();
                let (passed, weights) = bough.weigh(back, same, &|at| chosen_ends[at], context)?;
                for (at, place) in passed.into_iter().enumerate() {
                    more[place as usize] -= weights.as_ref().map_or(1, |weights| weights[at]);
                }
            }
            weights = Some(match weights {
                Some(weights) => product(weights, &more)?,
                None => more,
            });
        }
        Ok((chosen, weights))
    }

    /// The weights of nodes that may come again and again.
    fn remembered(&mut self, nodes: &[u32], context: &mut Context<'_>) -> Result<Vec<i64>> {
        if self.is_plain() {
            return degrees(&self.legs, self.either, nodes, context);
        }
        if context.has_written() {
            return self.anew(nodes, context);
        }
        let mut missing: Vec<u32> = nodes.iter().copied().filter(|id| self.known.get(*id) == OPEN).collect();
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            let weights = self.weights(&missing, context)?;
            self.known.keep(&missing, &weights, context)?;
        }
        Ok(nodes.iter().map(|id| self.known.get(*id)).collect())
    }

    /// The weights of nodes in a statement that has written: what was worked out for a row before may hold no longer.
    fn anew(&mut self, nodes: &[u32], context: &mut Context<'_>) -> Result<Vec<i64>> {
        let mut different = nodes.to_vec();
        different.sort_unstable();
        different.dedup();
        let weights = self.weights(&different, context)?;
        let weight = |id: &u32| different.binary_search(id).ok().and_then(|place| weights.get(place));
        Ok(nodes.iter().map(|id| weight(id).copied().unwrap_or(0)).collect())
    }
}

/// Relationships that are to be looked at.
#[derive(Default)]
struct Chunk {
    rows: Vec<u32>,
    ends: Vec<u32>,
    relationships: Vec<u32>,
}

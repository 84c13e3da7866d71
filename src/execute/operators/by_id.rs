//! DISTINCT of nodes all of which are wanted: they come in the order of their ids, in which the graph lies too, so that
//! what goes on from them reads the graph from its beginning to its end.
//!
//! Several workers find nodes in parts of their own, and their sets are united.

use crate::algebra::{Slot, SlotKind};
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operator::{Argument, Operator};
use crate::execute::operators::distinct::Known;
use crate::execute::parts::{Queue, begin};
use crate::execute::spread::Spread;
use crate::graph::Bits;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{self, Task};
use crate::optimize::slots::SlotSet;

pub struct DistinctById {
    input: Box<dyn Operator>,
    kept: Kept,
    /// How several workers can share the work, where it can be shared.
    spread: Option<Spread>,
    output: Option<Output>,
}

/// What is kept of the rows.
#[derive(Clone, Copy)]
pub struct Kept {
    node: Slot,
    /// The relationship by which each node was reached, and where it goes if there is no other.
    sole: Option<(Slot, Slot)>,
}

impl Kept {
    /// Nothing but the nodes of a slot.
    pub fn nodes(node: Slot) -> Kept {
        Kept { node, sole: None }
    }
}

/// What was found, by one worker or by all.
#[derive(Default)]
pub struct Different {
    soles: Soles,
    /// As they come, as long as they are few.
    few: Vec<u32>,
    nodes: Bits,
    /// Whatever is no node, and in which part it was found.
    others: Vec<(u32, Batch)>,
    held: u64,
}

/// By which relationship each node was reached.
#[derive(Default)]
struct Soles {
    /// By node: 0 where it was not reached, one more than the relationship, or [`SEVERAL`].
    by: Vec<u32>,
    /// What other workers found.
    others: Vec<Vec<u32>>,
}

/// Different relationships lead to the node.
const SEVERAL: u32 = u32::MAX;

impl Soles {
    fn add(&mut self, nodes: &Column, relationships: &Column, rows: usize) {
        if let (Column::Nodes(nodes), Column::Relationships(relationships)) = (nodes, relationships) {
            for (node, relationship) in nodes.iter().zip(relationships.iter()) {
                self.reach(*node, relationship.wrapping_add(1));
            }
            return;
        }
        for row in 0..rows {
            if let (Some(node), Some(relationship)) = (nodes.node(row), relationships.relationship(row)) {
                self.reach(node.0, relationship.0.wrapping_add(1));
            }
        }
    }

    #[inline]
    fn reach(&mut self, node: u32, by: u32) {
        if let Some(known) = self.by.get_mut(node as usize) {
            *known = united(*known, by);
        }
    }

    fn unite(&mut self, other: Soles) {
        self.others.extend(std::iter::once(other.by).chain(other.others).filter(|by| !by.is_empty()));
    }

    /// Some of the nodes, and the relationship of each.
    fn between(&self, from: usize, to: usize) -> Ascending {
        let own = self.by.get(from..to).unwrap_or(&[]);
        let mut by = own.to_vec();
        for other in &self.others {
            let more = other.get(from..to).unwrap_or(&[]);
            by.iter_mut().zip(more).for_each(|(known, more)| *known = united(*known, *more));
        }
        // Whether a node was reached cannot be guessed, so nothing is decided here.
        let (mut nodes, mut count) = (vec![0; by.len()], 0);
        for place in 0..by.len() {
            let sole = by[place];
            nodes[count] = (from + place) as u32;
            by[count] = if sole == SEVERAL { NONE } else { sole.wrapping_sub(1) };
            count += usize::from(sole != 0);
        }
        nodes.truncate(count);
        by.truncate(count);
        Ascending { nodes, soles: by }
    }
}

/// By what a node is reached that is reached by both, where 0 is nothing.
#[inline]
fn united(one: u32, other: u32) -> u32 {
    if one == 0 || one == other {
        other
    } else if other == 0 {
        one
    } else {
        SEVERAL
    }
}

/// Nodes by their ids.
#[derive(Default)]
struct Ascending {
    nodes: Vec<u32>,
    /// The relationship of each, where that is kept.
    soles: Vec<u32>,
}

/// What has not been handed on.
struct Output {
    found: std::vec::IntoIter<Ascending>,
    others: std::vec::IntoIter<Batch>,
}

/// So many ids are gone through at once, where the nodes of all are known.
const AT_ONCE: usize = 1 << 15;

/// So often is that worth it for several workers.
const WORTH: usize = 4;

impl Different {
    fn add(&mut self, batch: &Batch, kept: Kept, context: &mut Context<'_>) -> Result<()> {
        context.meter.work(batch.length as u32)?;
        let slot = kept.node;
        let column = batch.column(slot);
        if let Some((relationship, _)) = kept.sole {
            self.make_room_for_soles(context)?;
            self.soles.add(column, batch.column(relationship), batch.length);
            return Ok(());
        }
        let other: Vec<u32> = match column {
            Column::Nodes(ids) => {
                self.add_nodes(ids, context)?;
                if !ids.contains(&NONE) {
                    return Ok(());
                }
                (0..).zip(ids.iter()).filter(|(_, id)| **id == NONE).map(|(row, _)| row).collect()
            }
            column => {
                let rows = 0..batch.length;
                let nodes: Vec<u32> = rows.clone().filter_map(|row| column.node(row)).map(|n| n.0).collect();
                self.add_nodes(&nodes, context)?;
                rows.filter(|row| column.node(*row).is_none()).map(|row| row as u32).collect()
            }
        };
        if !other.is_empty() {
            let part = context.place();
            let rows = batch.gather(&other, &SlotSet::from_iter([slot]));
            context.meter.hold(rows.bytes())?;
            self.held += rows.bytes();
            self.others.push((part, rows));
        }
        Ok(())
    }

    fn make_room_for_soles(&mut self, context: &mut Context<'_>) -> Result<()> {
        if self.soles.by.is_empty() {
            let bound = context.graph.node_bound() as usize;
            let bytes = bound as u64 * 4;
            context.meter.hold(bytes)?;
            self.held += bytes;
            self.soles.by = vec![0; bound];
        }
        Ok(())
    }

    fn add_nodes(&mut self, ids: &[u32], context: &mut Context<'_>) -> Result<()> {
        let bound = context.graph.node_bound() as usize;
        if self.nodes.is_unused() {
            if self.few.len() + ids.len() <= bound / 64 {
                self.few.extend(ids.iter().filter(|id| **id != NONE));
                return Ok(());
            }
            let bytes = bound as u64 / 8;
            context.meter.hold(bytes)?;
            self.held += bytes;
            self.nodes.make_room(bound);
            self.nodes.add_all(&std::mem::take(&mut self.few));
        }
        self.nodes.add_all(ids);
        Ok(())
    }

    fn unite(&mut self, other: Different, context: &mut Context<'_>) -> Result<()> {
        self.add_nodes(&other.few, context)?;
        if !other.nodes.is_unused() {
            self.nodes.unite(&other.nodes);
            self.nodes.add_all(&std::mem::take(&mut self.few));
        }
        if !other.soles.by.is_empty() {
            self.make_room_for_soles(context)?;
            self.soles.unite(other.soles);
        }
        self.others.extend(other.others);
        self.held += other.held;
        Ok(())
    }

    fn finish(mut self, kept: Kept, context: &mut Context<'_>) -> Result<Output> {
        let bound = self.soles.by.len().max(self.nodes.words().len() * 64);
        let (soles, bits) = (&self.soles, &self.nodes);
        let mut found = crew::each(bound.div_ceil(AT_ONCE), WORTH, context, |step, meter| {
            meter.work(AT_ONCE as u32 / 8)?;
            let (from, to) = (step * AT_ONCE, ((step + 1) * AT_ONCE).min(bound));
            if kept.sole.is_some() {
                return Ok(soles.between(from, to));
            }
            let mut some = Ascending::default();
            bits.between(from as u32..to as u32, &mut some.nodes);
            Ok(some)
        })?;
        self.few.sort_unstable();
        self.few.dedup();
        found.push(Ascending { nodes: self.few, soles: Vec::new() });
        context.meter.rows(found.iter().map(|some| some.nodes.len() as u64).sum())?;
        self.others.sort_by_key(|(part, _)| *part);
        let slot = kept.node;
        let mut known = Known::of(vec![slot]);
        let mut others = Vec::with_capacity(self.others.len());
        for (_, batch) in self.others {
            let fresh = known.fresh(&batch, context)?;
            others.push(batch.gather(&fresh, &SlotSet::from_iter([slot])));
        }
        context.meter.release(known.held + self.held);
        Ok(Output { found: found.into_iter(), others: others.into_iter() })
    }
}

impl DistinctById {
    pub fn new(input: Box<dyn Operator>, kept: Kept) -> DistinctById {
        DistinctById { input, kept, spread: None, output: None }
    }

    /// Lets several workers share the work.
    pub fn shared(self, spread: Spread) -> DistinctById {
        DistinctById { spread: Some(spread), ..self }
    }

    fn add(&mut self, found: &mut Different, context: &mut Context<'_>) -> Result<()> {
        while let Some(batch) = self.input.next(context)? {
            if batch.length > 0 {
                found.add(&batch, self.kept, context)?;
            }
        }
        Ok(())
    }

    /// What is found in the parts that the workers' queue gives out.
    pub fn find_parts(
        &mut self,
        queue: &Queue,
        argument: &Argument,
        context: &mut Context<'_>,
    ) -> Result<Different> {
        let mut found = Different::default();
        while let Some(part) = queue.next() {
            begin(&mut *self.input, argument, part, context);
            self.add(&mut found, context)?;
        }
        Ok(found)
    }

    /// Part by part; when it takes long, with all workers.
    fn find_together(&mut self, spread: &Spread, context: &mut Context<'_>) -> Result<Different> {
        let queue = spread.queue(context)?;
        let mut found = Different::default();
        while let Some(part) = queue.next_alone() {
            begin(&mut *self.input, &spread.argument, part, context);
            self.add(&mut found, context)?;
            if queue.is_long() {
                let own = |context: &mut Context<'_>| self.find_parts(&queue, &spread.argument, context);
                let another =
                    |spread: &Spread, context: &mut Context<'_>| spread.different_of_parts(&queue, context);
                let (mine, others) = spread.share(&queue, context, own, another)?;
                for more in std::iter::once(mine).chain(others) {
                    found.unite(more, context)?;
                }
            }
        }
        queue.leave(context);
        Ok(found)
    }
}

impl Operator for DistinctById {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            let found = match self.spread.clone() {
                Some(spread) => self.find_together(&spread, context)?,
                None => {
                    let mut found = Different::default();
                    self.add(&mut found, context)?;
                    found
                }
            };
            self.output = Some(found.finish(self.kept, context)?);
        }
        let Some(output) = &mut self.output else { return Ok(None) };
        let Some(Ascending { nodes, soles }) = output.found.find(|some| !some.nodes.is_empty()) else {
            return Ok(output.others.next());
        };
        let mut batch = Batch::of_length(nodes.len());
        if let Some((_, sole)) = self.kept.sole {
            batch.set(sole, Column::relationships(soles));
        }
        batch.set(self.kept.node, Column::nodes(nodes));
        Ok(Some(batch))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
        self.spread.iter().for_each(Spread::reset);
    }
}

/// What an operator keeps of rows of which all are wanted.
pub fn kept(plan: &plan::Operator) -> Option<Kept> {
    match &plan.task {
        Task::Sole(sole) => Some(Kept { node: sole.node, sole: Some((sole.relationship, sole.sole)) }),
        _ => slot_of(plan).map(Kept::nodes),
    }
}

/// The slot of a DISTINCT over nodes that come in no order.
pub fn slot_of(plan: &plan::Operator) -> Option<Slot> {
    let Task::Distinct(slots) = &plan.task else { return None };
    let [slot] = slots.as_slice() else { return None };
    is_node(plan.input.as_deref()?, *slot).then_some(*slot)
}

/// Whether nothing else of its rows is read.
pub fn is_all(slot: Slot, plan: &plan::Operator, live: &SlotSet) -> bool {
    let mut others = SlotSet::new();
    plan.references(&mut others);
    others.remove(slot);
    others.is_disjoint(live)
}

/// Whether a slot holds nodes, and the rows come in no order.
fn is_node(plan: &plan::Operator, slot: Slot) -> bool {
    let mut slot = slot;
    let mut found = false;
    let mut at = plan;
    loop {
        match &at.task {
            Task::Sort(_) | Task::Top { .. } | Task::Union { .. } => return false,
            Task::Scan { node, .. } => found |= *node == slot,
            Task::Expand(expand) => found |= expand.to == slot,
            Task::VarExpand(expand) => found |= expand.to == slot,
            Task::Intersect(intersect) => found |= intersect.to == slot,
            Task::Optional { fills, .. } => found |= fills.contains(&(slot, SlotKind::Node)),
            Task::Project(items) => {
                if let Some((_, item)) = items.iter().find(|(own, _)| *own == slot) {
                    let Expression::Slot(inner) = item else { return found };
                    slot = *inner;
                }
            }
            Task::Aggregate { keys, .. } => match keys.iter().find(|(own, _)| *own == slot) {
                Some((_, Expression::Slot(inner))) => slot = *inner,
                _ => return found,
            },
            _ => {}
        }
        match at.input.as_deref() {
            Some(input) => at = input,
            None => return found,
        }
    }
}

//! DISTINCT of nodes all of which are wanted: they come in the order of their ids, in which the graph lies too, so that
//! what goes on from them reads the graph from its beginning to its end.
//!
//! Several workers find nodes in parts of their own, and their sets are united.

use crate::algebra::{Slot, SlotKind};
use crate::base::Result;
use crate::execute::batch::{BATCH, Batch, Column, NONE};
use crate::execute::context::Context;
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
            *known = if *known == 0 || *known == by { by } else { SEVERAL };
        }
    }

    fn unite(&mut self, other: Soles) {
        for (node, by) in (0..).zip(other.by).filter(|(_, by)| *by != 0) {
            self.reach(node, by);
        }
    }

    /// The nodes, and the relationship of each.
    fn finish(self) -> (Vec<u32>, Vec<u32>) {
        let count = self.by.iter().filter(|by| **by != 0).count();
        let (mut nodes, mut soles) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (node, by) in (0..).zip(self.by).filter(|(_, by)| *by != 0) {
            nodes.push(node);
            soles.push(if by == SEVERAL { NONE } else { by - 1 });
        }
        (nodes, soles)
    }
}

/// What has not been handed on.
struct Output {
    nodes: std::vec::IntoIter<u32>,
    /// The relationship of each node, where that is kept.
    soles: std::vec::IntoIter<u32>,
    others: std::vec::IntoIter<Batch>,
}

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
        if kept.sole.is_some() {
            let (nodes, soles) = self.soles.finish();
            context.meter.rows(nodes.len() as u64)?;
            context.meter.release(self.held);
            let others = Vec::new().into_iter();
            return Ok(Output { nodes: nodes.into_iter(), soles: soles.into_iter(), others });
        }
        let slot = kept.node;
        let nodes = match self.nodes.is_unused() {
            true => {
                self.few.sort_unstable();
                self.few.dedup();
                self.few
            }
            false => self.nodes.iter().collect(),
        };
        context.meter.rows(nodes.len() as u64)?;
        self.others.sort_by_key(|(part, _)| *part);
        let mut known = Known::of(vec![slot]);
        let mut others = Vec::with_capacity(self.others.len());
        for (_, batch) in self.others {
            let fresh = known.fresh(&batch, context)?;
            others.push(batch.gather(&fresh, &SlotSet::from_iter([slot])));
        }
        context.meter.release(known.held + self.held);
        let soles = Vec::new().into_iter();
        Ok(Output { nodes: nodes.into_iter(), soles, others: others.into_iter() })
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
        while let Some(part) = queue.next() {
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
        let nodes: Vec<u32> = output.nodes.by_ref().take(4 * BATCH).collect();
        if nodes.is_empty() {
            return Ok(output.others.next());
        }
        let mut batch = Batch::of_length(nodes.len());
        if let Some((_, sole)) = self.kept.sole {
            let soles = output.soles.by_ref().take(nodes.len()).collect();
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

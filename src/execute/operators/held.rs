//! The step of a relationship, or of a list of them, that an earlier clause already found.

use super::expand::is_among;
use crate::algebra::{Direction, Slot};
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame, has_properties};
use crate::execute::operator::Operator;
use crate::graph::{NodeId, RelationshipId, RelationshipType};
use crate::optimize::plan::Held;
use crate::optimize::slots::SlotSet;
use crate::value::{Truth, Value};

pub struct HeldStep {
    input: Box<dyn Operator>,
    held: Held,
    /// `None`: any type.
    kinds: Option<Vec<RelationshipType>>,
    properties: Option<Compiled>,
    keep: SlotSet,
}

impl HeldStep {
    pub fn new(
        input: Box<dyn Operator>,
        held: Held,
        kinds: Option<Vec<RelationshipType>>,
        properties: Option<Compiled>,
        keep: SlotSet,
    ) -> HeldStep {
        HeldStep { input, held, kinds, properties, keep }
    }

    /// The relationships that the row holds; `None` where it does not hold any that fit.
    fn relationships(
        &self,
        batch: &Batch,
        row: usize,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<RelationshipId>>> {
        let found = match batch.value(self.held.relationship, row) {
            Value::Relationship(relationship) if !self.held.list => vec![relationship],
            Value::List(items) if self.held.list => {
                let mut found = Vec::with_capacity(items.len());
                for item in items.iter() {
                    let Value::Relationship(relationship) = item else { return Ok(None) };
                    found.push(*relationship);
                }
                found
            }
            _ => return Ok(None),
        };
        let length = found.len() as u64;
        if length < self.held.min || self.held.max.is_some_and(|max| length > max) {
            return Ok(None);
        }
        for (place, relationship) in found.iter().enumerate() {
            let seen = context.mask.as_ref().is_none_or(|mask| mask.has_relationship(*relationship));
            let repeated = found.get(..place).is_some_and(|before| before.contains(relationship));
            if !seen
                || repeated
                || !context.graph.has_relationship(*relationship)
                || is_among(&self.held.others, batch, row, *relationship)
            {
                return Ok(None);
            }
            let kind = context.graph.ends(*relationship).kind;
            if self.kinds.as_ref().is_some_and(|kinds| !kinds.contains(&kind)) {
                return Ok(None);
            }
            if let Some(properties) = &self.properties {
                let map = properties.value(&mut Frame::new(batch, row), context)?;
                if has_properties(&Value::Relationship(*relationship), &map, context)? != Truth::True {
                    return Ok(None);
                }
            }
        }
        Ok(Some(found))
    }

    /// Every way to walk the relationships in order: its first and last node.
    fn walks(&self, relationships: &[RelationshipId], context: &Context<'_>) -> Vec<(NodeId, NodeId)> {
        let Some(first) = relationships.first() else { return Vec::new() };
        let ends = context.graph.ends(*first);
        let mut starts = match self.held.direction {
            Direction::Outgoing => vec![ends.start],
            Direction::Incoming => vec![ends.end],
            Direction::Either => vec![ends.start, ends.end],
        };
        starts.dedup();
        let mut walks = Vec::with_capacity(starts.len());
        'starts: for start in starts {
            let mut at = start;
            for relationship in relationships {
                let ends = context.graph.ends(*relationship);
                at = match self.held.direction {
                    Direction::Outgoing | Direction::Either if ends.start == at => ends.end,
                    Direction::Incoming | Direction::Either if ends.end == at => ends.start,
                    _ => continue 'starts,
                };
            }
            walks.push((start, at));
        }
        walks
    }
}

impl Operator for HeldStep {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else { return Ok(None) };
        let (mut rows, mut from, mut to) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..batch.length {
            context.tick()?;
            let Some(relationships) = self.relationships(&batch, row, context)? else { continue };
            let known = |bound: bool, slot: Slot| if bound { batch.column(slot).node(row) } else { None };
            let (start, end) =
                (known(self.held.from_bound, self.held.from), known(self.held.to_bound, self.held.to));
            if (self.held.from_bound && start.is_none()) || (self.held.to_bound && end.is_none()) {
                continue;
            }
            let mut walks = self.walks(&relationships, context);
            if relationships.is_empty() {
                walks.extend(start.or(end).map(|node| (node, node)));
            }
            for (first, last) in walks {
                if start.is_some_and(|start| start != first) || end.is_some_and(|end| end != last) {
                    continue;
                }
                rows.push(row as u32);
                from.push(first.0);
                to.push(last.0);
            }
        }
        let mut out = batch.gather(&rows, &self.keep);
        out.set(self.held.from, Column::nodes(from));
        out.set(self.held.to, Column::nodes(to));
        Ok(Some(out))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

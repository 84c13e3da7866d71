//! DISTINCT: the first row of each kind.

use super::groups::Groups;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::graph::Bits;
use crate::optimize::slots::SlotSet;

pub struct Distinct {
    input: Box<dyn Operator>,
    slots: Vec<Slot>,
    /// The slots that are compared, as a set.
    compared: SlotSet,
    keep: SlotSet,
    groups: Groups,
    /// Where the only slot holds nodes and nothing else so far.
    nodes: Option<Bits>,
    held: u64,
}

impl Distinct {
    pub fn new(input: Box<dyn Operator>, slots: Vec<Slot>, keep: SlotSet) -> Distinct {
        let compared = slots.iter().copied().collect();
        Distinct {
            input,
            slots,
            compared,
            keep,
            groups: Groups::new(false),
            nodes: Some(Bits::new()),
            held: 0,
        }
    }

    fn fresh(&mut self, batch: &Batch, context: &mut Context<'_>) -> Result<Vec<u32>> {
        if let (Some(seen), [slot]) = (&mut self.nodes, self.slots.as_slice()) {
            match batch.column(*slot) {
                Column::Nodes(ids) if !ids.contains(&NONE) => {
                    let bound = context.graph.node_bound() as usize;
                    if seen.words().len() * 64 < bound && ids.len() * 64 > bound {
                        seen.make_room(bound);
                    }
                    let new = ids.iter().enumerate().filter(|(_, id)| seen.insert(**id));
                    return Ok(new.map(|(row, _)| row as u32).collect());
                }
                // From here on there are other values too.
                _ => {
                    let mut known = Batch::of_length(seen.len());
                    known.set(*slot, Column::nodes(seen.iter().collect()));
                    self.nodes = None;
                    if known.length > 0 {
                        self.groups.fresh(&known, &self.slots, &mut self.held, context)?;
                    }
                }
            }
        }
        // The same values in every row are seen at once.
        let constant = self.slots.iter().all(|slot| matches!(batch.column(*slot), Column::Same(_)));
        let keys = match constant {
            true => batch.slice(0..batch.length.min(1)),
            false => batch.clone(),
        };
        let keys = keys.narrow(&self.compared);
        if keys.length == 0 {
            return Ok(Vec::new());
        }
        let fresh = self.groups.fresh(&keys, &self.slots, &mut self.held, context)?;
        context.meter.rows(self.groups.count() as u64)?;
        Ok(fresh)
    }
}

impl Operator for Distinct {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(context)? else {
            context.meter.release(std::mem::take(&mut self.held));
            return Ok(None);
        };
        context.meter.work(batch.length as u32)?;
        let rows = self.fresh(&batch, context)?;
        if rows.len() == batch.length {
            return Ok(Some(batch.narrow(&self.keep)));
        }
        Ok(Some(batch.gather(&rows, &self.keep)))
    }

    fn reset(&mut self) {
        self.groups = Groups::new(false);
        self.nodes = Some(Bits::new());
        self.held = 0;
        self.input.reset();
    }
}

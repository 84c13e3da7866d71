//! Label tests over whole batches.

use super::row::by_value;
use super::select::kept;
use super::{LabelTest, access};
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column as Rows, NONE};
use crate::execute::context::Context;
use crate::graph::{LabelSets, NodeId};
use crate::value::{Truth, Value};
use smallvec::SmallVec;

impl LabelTest {
    /// Of some rows those whose node carries such labels, or does not.
    pub fn select(
        &self,
        slot: Slot,
        batch: &Batch,
        rows: Vec<u32>,
        wanted: Truth,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        context.meter.work(rows.len() as u32)?;
        let graph = &*context.graph;
        let yes = wanted == Truth::True;
        let Rows::Nodes(ids) = batch.column(slot) else {
            return by_value(slot, batch, rows, wanted, context, |value, context| match access::has_labels(
                value, self, context,
            )? {
                Value::Boolean(holds) => Ok(holds.into()),
                _ => Ok(Truth::Unknown),
            });
        };
        if context.changes.deleted {
            let mut picked = Vec::with_capacity(rows.len());
            for row in rows {
                let value = batch.value(slot, row as usize);
                if access::has_labels(&value, self, context)? == Value::Boolean(yes) {
                    picked.push(row);
                }
            }
            return Ok(picked);
        }
        if let LabelTest::Label(label) = self
            && let Some(bits) = graph.label_bits(*label)
            && (yes || !ids.contains(&NONE))
        {
            return Ok(kept(rows, |row| bits.contains(ids[row as usize]) == yes));
        }
        // The label is asked once for each combination of labels.
        let sets: SmallVec<[bool; 64]> =
            graph.label_sets().iter().map(|set| self.among(set, graph)).collect();
        if let Some(LabelSets::Bytes(numbers)) = graph.all_label_sets() {
            let holds = |id: u32| numbers.get(id as usize).and_then(|number| sets.get(usize::from(*number)));
            return Ok(kept(rows, |row| holds(ids[row as usize]) == Some(&yes)));
        }
        Ok(kept(rows, |row| {
            let Some(id) = ids.get(row as usize).copied().filter(|id| *id != NONE) else {
                return false;
            };
            let holds = match graph.label_set(NodeId(id)).and_then(|set| sets.get(set as usize)) {
                Some(holds) => *holds,
                None => self.holds(NodeId(id), graph),
            };
            holds == yes
        }))
    }
}

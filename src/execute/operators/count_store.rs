//! How many relationships of each type there are: one row for each type that has some, for each row of the input.

use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::operator::Operator;
use crate::graph::{Mask, NodeId, RelationshipType, Way};
use crate::optimize::plan;
use crate::optimize::slots::SlotSet;
use crate::value::Value;

pub struct CountStore {
    input: Box<dyn Operator>,
    store: plan::CountStore,
    /// `None` for all.
    kinds: Option<Vec<RelationshipType>>,
    keep: SlotSet,
}

impl CountStore {
    pub fn new(
        input: Box<dyn Operator>,
        store: plan::CountStore,
        kinds: Option<Vec<RelationshipType>>,
        keep: SlotSet,
    ) -> CountStore {
        CountStore { input, store, kinds, keep }
    }
}

/// How many relationships of a type may be seen.
fn seen(kind: RelationshipType, mask: &Mask, context: &mut Context<'_>) -> Result<usize> {
    let nodes: Vec<NodeId> = context.graph.lists(Way::Out, kind).degrees().map(|(node, _)| node).collect();
    let mut count = 0;
    for node in nodes {
        let relationships = context.graph.adjacent(node, Way::Out, kind).relationships;
        count += relationships.iter().filter(|relationship| mask.has_relationship(**relationship)).count();
        context.touched += relationships.len() as u64;
        context.meter.work(1 + relationships.len() as u32)?;
    }
    Ok(count)
}

impl Operator for CountStore {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        let Some(input) = self.input.next(context)? else { return Ok(None) };
        let kinds = self.kinds.clone().unwrap_or_else(|| context.graph.types());
        let (mut names, mut counts) = (Vec::new(), Vec::new());
        for kind in kinds {
            let count = match context.mask.clone() {
                Some(mask) => seen(kind, &mask, context)?,
                None => context.graph.count_of(kind),
            };
            if count > 0 {
                names.push(Value::String(context.graph.type_name(kind).clone()));
                counts.push(if self.store.both { 2 * count as i64 } else { count as i64 });
            }
        }
        let rows: Vec<u32> =
            (0..input.length as u32).flat_map(|row| std::iter::repeat_n(row, counts.len())).collect();
        context.meter.work(rows.len() as u32)?;
        let mut batch = input.gather(&rows, &self.keep);
        let place = |at: usize| at % counts.len().max(1);
        let each = || (0..rows.len()).map(place);
        batch.set(self.store.kind, Column::values(each().map(|at| names[at].clone()).collect()));
        batch.set(self.store.count, Column::integers(each().map(|at| counts[at]).collect()));
        Ok(Some(batch))
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

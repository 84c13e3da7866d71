//! Weights of nodes that were worked out, by whichever worker did.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::context::Context;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// No weight has been worked out.
pub const OPEN: i64 = i64::MIN;

/// The tables of one statement.
#[derive(Default)]
pub struct Weights(Mutex<FxHashMap<Hop, Table>>);

/// The plan in which it is asked, the relationship that leads on from a node, and its end.
type Hop = (Option<Slot>, [Slot; 2]);

/// A weight for each node. A worker may find one that another is just about to note: both note the same.
type Table = Arc<[AtomicI64]>;

/// What is known to a worker.
pub struct Known {
    hop: Hop,
    few: FxHashMap<u32, i64>,
    /// Once there are many, shared with others.
    all: Option<Table>,
}

impl Weights {
    fn table(&self, hop: Hop, bound: usize) -> Table {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = || (0..bound).map(|_| AtomicI64::new(OPEN)).collect();
        tables.entry(hop).or_insert_with(open).clone()
    }
}

impl Known {
    pub fn new(plan: Option<Slot>, relationship: Slot, end: Slot) -> Known {
        Known { hop: (plan, [relationship, end]), few: FxHashMap::default(), all: None }
    }

    #[inline]
    pub fn get(&self, id: u32) -> i64 {
        match &self.all {
            None => self.few.get(&id).copied().unwrap_or(OPEN),
            Some(all) => all.get(id as usize).map_or(OPEN, |weight| weight.load(Ordering::Relaxed)),
        }
    }

    pub fn keep(&mut self, ids: &[u32], weights: &[i64], context: &Context<'_>) -> Result<()> {
        let bound = context.graph.node_bound() as usize;
        if self.all.is_none() && (self.few.len() + ids.len()) * 32 > bound {
            context.can_hold(bound as u64 * 8)?;
            let all = context.weights.table(self.hop, bound);
            self.few.drain().for_each(|(id, weight)| note(&all, id, weight));
            self.all = Some(all);
        }
        for (id, weight) in ids.iter().zip(weights) {
            match &self.all {
                Some(all) => note(all, *id, *weight),
                None => {
                    self.few.insert(*id, *weight);
                }
            }
        }
        Ok(())
    }
}

#[inline]
fn note(all: &[AtomicI64], id: u32, weight: i64) {
    if let Some(known) = all.get(id as usize) {
        known.store(weight, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_what_they_found_of_a_hop() {
        let weights = Weights::default();
        let table = |hop: [u32; 2]| weights.table((None, hop.map(Slot)), 4);
        let (mine, another, other) = (table([1, 2]), table([1, 2]), table([2, 1]));
        note(&mine, 3, 7);
        note(&mine, 4, 7);
        let seen = |table: &Table| table.iter().map(|w| w.load(Ordering::Relaxed)).collect::<Vec<_>>();
        assert_eq!(seen(&another), [OPEN, OPEN, OPEN, 7]);
        assert_eq!(seen(&other), [OPEN; 4]);
    }
}

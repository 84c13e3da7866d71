//! Plans of statements that were asked before, by their text.

use super::plan::{Operator, Task};
use super::{MANY, Plan};
use crate::algebra::Mode;
use crate::base::free;
use crate::graph::Graph;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// As many plans are kept; when there are more, all are forgotten.
const KEPT: usize = 512;

/// Plans of one text, with other rules each.
const WAYS: usize = 8;

/// Bytes of all plans that are kept, and of one of them: a long statement does not push out hundreds of short ones.
const ROOM: u64 = 64 << 20;
const PART: u64 = ROOM / 4;

/// Plans with more levels of operators and expressions than this are not kept, so that those that are need no more stack
/// than any caller has.
const SHALLOW: usize = 40;

/// A statement that is ready to run.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub plan: Plan,
    pub mode: Mode,
    /// Its answers rest on chains of authority.
    pub by_authority: bool,
}

/// What a statement is asked with, besides its text and parameters.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Rules that must not be used.
    pub rules_off: &'a [String],
    /// Each row tells what it rests on.
    pub trace: bool,
}

/// Plans by text. A plan is right for any graph, but it was chosen for the sizes of one: when the graph has grown or
/// shrunk a lot, it is chosen anew.
#[derive(Clone, Debug, Default)]
pub struct PlanCache {
    /// By text, one for each set of rules it was asked with.
    plans: FxHashMap<String, Vec<Kept>>,
    /// What they take, those that were replaced since included.
    bytes: u64,
}

#[derive(Clone, Debug)]
struct Kept {
    rules_off: Vec<String>,
    trace: bool,
    size: usize,
    prepared: Arc<Prepared>,
}

impl PlanCache {
    /// The plan of a text that was asked with the same rules on a graph of about the same size.
    pub fn find(&self, text: &str, asked: Asked<'_>, graph: &Graph) -> Option<Arc<Prepared>> {
        let kept = self.plans.get(text)?.iter().find(|kept| kept.fits(asked))?;
        let size = size_of(graph);
        let alike = size <= kept.size * 2 && size * 2 >= kept.size;
        let plan = &kept.prepared.plan;
        let holds = || plan.assumes.iter().all(|assumption| assumption.holds(graph));
        (alike && holds()).then(|| kept.prepared.clone())
    }

    /// Keeps a plan. What calls a procedure is bound to the procedures of that moment and is not kept, nor is what is
    /// very deep or very large.
    pub fn keep(&mut self, text: &str, asked: Asked<'_>, graph: &Graph, prepared: Prepared) {
        let bytes = prepared.plan.bytes + text.len() as u64;
        if bytes > PART || calls(&prepared.plan.root) || prepared.plan.root.depth() > SHALLOW {
            free(prepared, bytes > MANY);
            return;
        }
        if self.plans.len() >= KEPT || self.bytes + bytes > ROOM {
            let forgotten = std::mem::take(self);
            let is_much = forgotten.bytes > MANY;
            free(forgotten, is_much);
        }
        self.bytes += bytes;
        let Asked { rules_off, trace } = asked;
        let size = size_of(graph);
        let kept = Kept { rules_off: rules_off.to_vec(), trace, size, prepared: Arc::new(prepared) };
        let plans = self.plans.entry(text.to_owned()).or_default();
        plans.retain(|other| !other.fits(asked));
        if plans.len() >= WAYS {
            plans.clear();
        }
        plans.push(kept);
    }
}

impl Kept {
    fn fits(&self, asked: Asked<'_>) -> bool {
        self.trace == asked.trace && self.rules_off == asked.rules_off
    }
}

fn size_of(graph: &Graph) -> usize {
    // Small graphs are all alike.
    (graph.node_count() + graph.relationship_count()).max(1000)
}

fn calls(operator: &Operator) -> bool {
    let mut found = matches!(operator.task, Task::Call(_));
    operator.inner(&mut |inner| found = found || calls(inner));
    found || operator.input.as_deref().is_some_and(calls)
}

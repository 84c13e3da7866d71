//! Until when what is worked out of a graph at first use may go on.
//!
//! Shapes, spreads and layouts are worked out when a statement first needs them and kept. That can take longer than the
//! statement may: then it is left, nothing is kept, and the statement ends with the report of its own limit.

use super::Graph;
use crate::base::{Budget, Meter, Result};
use std::time::Instant;

/// The time limit and the cancel flag of the running statement.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    asked: Option<Instant>,
    until: Option<Instant>,
    budget: Budget,
}

impl Graph {
    /// Begins a statement that may use no more than its budget.
    pub fn watch(&mut self, budget: &Budget, started: Instant) {
        let until = budget.time.and_then(|time| started.checked_add(time));
        self.watch = Watch { asked: Some(started), until, budget: budget.clone() };
    }

    /// Ends the statement: what is asked of the graph from here on has no limit.
    pub fn unwatch(&mut self) {
        self.watch = Watch::default();
    }

    /// When the running statement was asked.
    pub fn asked(&self) -> Option<Instant> {
        self.watch.asked
    }

    /// Fails if the running statement has to end: what was worked out of the graph until now may be only a part.
    pub fn still_runs(&self) -> Result<()> {
        self.watch.asked.map_or(Ok(()), |asked| self.watch.budget.check(asked))
    }

    /// Counts against what the running statement may use.
    pub fn meter(&self) -> Meter {
        Meter::since(self.watch.asked.unwrap_or_else(Instant::now), &self.watch.budget)
    }

    /// Whether the running statement has to end. Asked now and then in long loops.
    pub(super) fn is_over(&self) -> bool {
        self.watch.budget.cancel.is_cancelled()
            || self.watch.until.is_some_and(|until| Instant::now() > until)
    }

    /// The same for a loop over ids, which looks at the clock once in a while.
    #[inline]
    pub(super) fn is_over_at(&self, id: u32) -> bool {
        id.is_multiple_of(4096) && self.is_over()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NodeId, RelationshipType, Way};
    use super::*;
    use crate::base::Cancel;
    use std::time::Duration;

    /// A ring of a few nodes, folded.
    fn ring() -> (Graph, RelationshipType) {
        let mut graph = Graph::empty();
        let (kind, key) = (graph.intern_type("T"), graph.intern_key("k"));
        let nodes: Vec<NodeId> = (0..5).map(|_| graph.create_node(&[], Vec::new())).collect();
        for (place, node) in nodes.iter().enumerate().skip(1) {
            let number = crate::value::Value::Integer(place as i64);
            graph.create_relationship(nodes[place - 1], kind, *node, vec![(key, number)]);
        }
        graph.fold();
        (graph, kind)
    }

    #[test]
    fn what_was_left_is_not_kept() {
        let (mut graph, kind) = ring();
        let key = graph.key("k").unwrap();
        let cancel = Cancel::default();
        cancel.cancel();
        graph.watch(&Budget { cancel: cancel.clone(), ..Budget::default() }, Instant::now());
        // Anything may occur while nobody knows better.
        assert!(graph.has_circles(&[kind]) && graph.shape(kind).loops);
        assert!(
            graph.aligned(kind, Way::Out, key, true).is_none()
                && graph.kinds_at(NodeId(0), Way::Out).is_none()
        );
        assert_eq!(graph.spread(kind, Way::Out).relationships, 0);
        cancel.reset();
        assert!(!graph.has_circles(&[kind]) && !graph.shape(kind).loops);
        assert!(graph.aligned(kind, Way::Out, key, true).is_some());
        assert!(graph.kinds_at(NodeId(0), Way::Out).is_some_and(|kinds| kinds.contains(kind)));
        assert_eq!(graph.spread(kind, Way::Out).relationships, 4);
    }

    #[test]
    fn time_runs_out() {
        let (mut graph, _) = ring();
        let now = Instant::now();
        graph.watch(&Budget { time: Some(Duration::from_secs(3600)), ..Budget::default() }, now);
        assert!(!graph.is_over());
        graph.watch(&Budget { time: Some(Duration::ZERO), ..Budget::default() }, now);
        std::thread::sleep(Duration::from_millis(1));
        assert!(graph.is_over());
    }
}

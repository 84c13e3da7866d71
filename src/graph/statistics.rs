//! Counts from which a planner estimates. Counts of labels and types are exact; what is told of degrees and distinct
//! values is taken from the base, where it is worked out when it is first asked for.

use super::around::Around;
use super::{Graph, Key, Label, NodeId, RelationshipType, Way};
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// How the relationships of one type spread over the nodes at one of their ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    /// Nodes with at least one.
    pub nodes: usize,
    pub relationships: usize,
    pub greatest_degree: usize,
    /// The sum of the squares of all degrees.
    pub squares: f64,
    /// The same for the nodes of each label, by label.
    labels: Vec<LabelSpread>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelSpread {
    /// Nodes of the label with at least one.
    pub nodes: usize,
    /// Relationships at nodes of the label.
    pub relationships: usize,
}

/// What was worked out for a base.
#[derive(Debug, Default)]
pub struct Statistics {
    spreads: RwLock<FxHashMap<(RelationshipType, Way), Arc<Spread>>>,
    distinct: RwLock<FxHashMap<Key, usize>>,
    pub around: Around,
}

impl Statistics {
    /// How many different values the properties of nodes have, as far as that was worked out before.
    pub fn of_distinct(known: impl Iterator<Item = (Key, usize)>) -> Statistics {
        Statistics { distinct: RwLock::new(known.collect()), ..Statistics::default() }
    }
}

impl Spread {
    /// The degree at the end of a relationship chosen at random.
    pub fn mean_of_squares(&self) -> f64 {
        self.squares / self.relationships.max(1) as f64
    }

    pub fn of_label(&self, label: Label) -> LabelSpread {
        self.labels.get(label.0 as usize).copied().unwrap_or_default()
    }
}

impl Graph {
    /// How the relationships of a type spread over their starts (`Way::Out`) or ends (`Way::In`).
    pub fn spread(&self, kind: RelationshipType, way: Way) -> Arc<Spread> {
        let statistics = &self.base.statistics;
        let known =
            statistics.spreads.read().unwrap_or_else(PoisonError::into_inner).get(&(kind, way)).cloned();
        if let Some(spread) = known {
            return spread;
        }
        let Some(spread) = self.work_out(kind, way).map(Arc::new) else { return Arc::default() };
        let mut spreads = statistics.spreads.write().unwrap_or_else(PoisonError::into_inner);
        spreads.insert((kind, way), spread.clone());
        spread
    }

    /// How many relationships of a type a node of a label has on average in a direction; any node without a label.
    pub fn average_degree(&self, label: Option<Label>, kind: RelationshipType, way: Way) -> f64 {
        let total = self.count_of(kind) as f64;
        let spread = self.spread(kind, way);
        let (nodes, share) = match label {
            None => (self.node_count(), 1.0),
            Some(_) if spread.relationships == 0 => (self.node_count(), 1.0),
            Some(label) => {
                let own = spread.of_label(label).relationships as f64;
                (self.count_with(label), own / spread.relationships as f64)
            }
        };
        total * share / nodes.max(1) as f64
    }

    /// How many different values a node property has, about.
    pub fn distinct(&self, key: Key) -> usize {
        let Some(column) = self.base.node_column(key) else { return 0 };
        let statistics = &self.base.statistics;
        if let Some(count) = statistics.distinct.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *count;
        }
        let count = column.distinct();
        statistics.distinct.write().unwrap_or_else(PoisonError::into_inner).insert(key, count);
        count
    }

    /// `None` where that would take too long.
    fn work_out(&self, kind: RelationshipType, way: Way) -> Option<Spread> {
        let mut spread =
            Spread { labels: vec![LabelSpread::default(); self.symbols.labels.len()], ..Spread::default() };
        let Some(adjacency) = self.base.adjacency.get(kind.0 as usize) else { return Some(spread) };
        let mut by_set = vec![LabelSpread::default(); self.base.label_sets.len()];
        for (node, degree) in adjacency.rows(way).degrees() {
            if self.is_over_at(node.0) {
                return None;
            }
            let set = &mut by_set[self.base.set_of(NodeId(node.0)) as usize];
            set.nodes += 1;
            set.relationships += degree;
            spread.greatest_degree = spread.greatest_degree.max(degree);
            spread.squares += (degree * degree) as f64;
        }
        for (labels, of_set) in self.base.label_sets.iter().zip(by_set) {
            spread.nodes += of_set.nodes;
            spread.relationships += of_set.relationships;
            for label in labels.iter() {
                let own = &mut spread.labels[label.0 as usize];
                own.nodes += of_set.nodes;
                own.relationships += of_set.relationships;
            }
        }
        Some(spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_counts_by_label() {
        let mut graph = Graph::empty();
        let (a, b, kind) = (graph.intern_label("A"), graph.intern_label("B"), graph.intern_type("T"));
        let nodes: Vec<NodeId> = [&[a][..], &[a, b], &[b], &[]]
            .iter()
            .map(|labels| graph.create_node(labels, Vec::new()))
            .collect();
        for (from, to) in [(0, 1), (0, 2), (1, 3)] {
            graph.create_relationship(nodes[from], kind, nodes[to], Vec::new());
        }
        graph.fold();
        let out = graph.spread(kind, Way::Out);
        assert_eq!((out.nodes, out.relationships, out.greatest_degree), (2, 3, 2));
        assert_eq!(out.of_label(a), LabelSpread { nodes: 2, relationships: 3 });
        assert_eq!(out.of_label(b), LabelSpread { nodes: 1, relationships: 1 });
        assert_eq!(graph.average_degree(Some(a), kind, Way::Out), 1.5);
        assert_eq!(graph.average_degree(None, kind, Way::In), 0.75);
    }
}

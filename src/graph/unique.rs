//! Properties that tell all nodes apart.

use super::base::Base;
use super::columns::Values;
use super::{Bits, Graph, Key};
use rustc_hash::FxHashSet;
use std::sync::PoisonError;

/// Numbers that are at most so many times as far apart as there are of them are kept in bits.
const SPARSE: i64 = 64;

impl Graph {
    /// Whether every node has the property and no two have the same value of it.
    pub fn tells_nodes_apart(&self, key: Key) -> bool {
        !self.has_written_properties() && self.base.tells_nodes_apart(key)
    }

    /// Whether the property is a text wherever a node has it.
    pub fn has_texts(&self, key: Key) -> bool {
        let column = self.base.node_columns.get(key.0 as usize);
        !self.has_written_properties()
            && column.is_none_or(|column| column.is_coded() || column.presence.count() == 0)
    }

    /// Whether properties of nodes were written since the base.
    fn has_written_properties(&self) -> bool {
        !self.delta.created_nodes.is_empty() || !self.delta.rewritten_nodes.is_unused()
    }
}

impl Base {
    fn tells_nodes_apart(&self, key: Key) -> bool {
        let known = self.unique.read().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        known.unwrap_or_else(|| {
            let unique = self.work_out_unique(key);
            self.unique.write().unwrap_or_else(PoisonError::into_inner).insert(key, unique);
            unique
        })
    }

    fn work_out_unique(&self, key: Key) -> bool {
        let Some(column) = self.node_columns.get(key.0 as usize) else { return false };
        let nodes = self.node_bound as usize - self.node_holes.len();
        if column.presence.count() < nodes {
            return false;
        }
        let places = column.presence.iter().filter(|(id, _)| !self.node_holes.contains(*id));
        let mut places = places.map(|(_, place)| place);
        match &column.values {
            Values::Strings { codes, dictionary } => {
                let mut seen = Bits::with_bound(dictionary.len());
                places.all(|place| seen.insert(codes[place]))
            }
            Values::Short(numbers) => {
                let Some((least, greatest)) = column.range() else { return nodes == 0 };
                let least = i64::from(least);
                let width = i64::from(greatest) - least + 1;
                if width > nodes as i64 * SPARSE {
                    let mut seen = FxHashSet::default();
                    return places.all(|place| seen.insert(numbers[place]));
                }
                let mut seen = Bits::with_bound(width as usize);
                places.all(|place| seen.insert((i64::from(numbers[place]) - least) as u32))
            }
            Values::Integers(numbers) => {
                let mut seen = FxHashSet::default();
                places.all(|place| seen.insert(numbers[place]))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn graph(values: &[Value]) -> (Graph, Key) {
        let mut graph = Graph::empty();
        let key = graph.intern_key("k");
        for value in values {
            graph.create_node(&[], vec![(key, value.clone())]);
        }
        (graph, key)
    }

    #[test]
    fn only_different_values_of_all_nodes_tell_them_apart() {
        let text = |text: &str| Value::from(text);
        let number = Value::Integer;
        for (values, apart) in [
            (vec![number(1), number(2), number(7)], true),
            (vec![number(1), number(2), number(1)], false),
            (vec![number(i64::from(i32::MIN)), number(i64::from(i32::MAX))], true),
            (vec![number(i64::MIN), number(i64::MAX)], true),
            (vec![number(i64::MAX), number(i64::MAX)], false),
            (vec![text("a"), text("b")], true),
            (vec![text("a"), text("a")], false),
            (vec![number(1), text("a")], false),
            (vec![number(1), Value::Null], false),
        ] {
            let (mut graph, key) = graph(&values);
            assert!(!graph.tells_nodes_apart(key), "{values:?} is written only");
            graph.fold();
            assert_eq!(graph.tells_nodes_apart(key), apart, "{values:?}");
        }
    }

    #[test]
    fn what_is_written_is_noticed() {
        let (mut graph, key) = graph(&[Value::Integer(1), Value::Integer(2)]);
        graph.fold();
        assert!(graph.tells_nodes_apart(key));
        graph.create_node(&[], vec![(key, Value::Integer(1))]);
        assert!(!graph.tells_nodes_apart(key));
        graph.fold();
        assert!(!graph.tells_nodes_apart(key));
    }
}

//! Columns in which the values of a property stand now.
//!
//! Those of the base hold for what was not written since. Once many nodes have been written, and the graph is read again and
//! again, the columns of what was written are laid out anew, beside where that takes long.

use super::bits::Bits;
use super::columns::{Column, ColumnBuilder};
use super::delta::Delta;
use super::making::Making;
use super::snapshot::Lazy;
use super::{Entity, Graph, Key, NONE, NodeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A column, and whose values stand in it.
#[derive(Clone, Copy)]
pub struct Kept<'g> {
    pub column: &'g Arc<Column>,
    bound: u32,
    /// Whose value may be another one now.
    written: Option<&'g Bits>,
}

impl Kept<'_> {
    /// Ids below have their value in the column without a further look.
    pub fn plain_bound(&self) -> u32 {
        if self.written.is_none() { self.bound } else { 0 }
    }

    /// Whether the value of an entity stands in the column. Of one that was deleted nothing is said.
    #[inline]
    pub fn keeps(&self, id: u32) -> bool {
        id < self.bound && self.written.is_none_or(|written| !written.contains(id))
    }

    /// Whether the values of all these entities stand in the column; what is none has none.
    pub fn keeps_all(&self, ids: &[u32]) -> bool {
        let below = ids.iter().fold(0, |greatest, id| greatest.max(*id)) < self.plain_bound();
        below || ids.iter().all(|id| *id == NONE || self.keeps(*id))
    }
}

/// Columns of nodes that were laid out since the base was made.
#[derive(Clone, Debug, Default)]
pub(super) struct Laid {
    columns: Arc<FxHashMap<Key, Arc<Column>>>,
    /// Ids of nodes below have their values in the columns, but for those written since.
    bound: u32,
    since: Arc<FxHashMap<Key, Bits>>,
    /// Values written since then, or since the base was made, and how often the graph was read since the last of them.
    written: usize,
    readings: u32,
    making: Option<Arc<Making<Made>>>,
}

/// Columns by key, of nodes below a bound.
type Made = (u32, FxHashMap<Key, Arc<Column>>);

/// Fewer values are looked up where they were written.
const FEW: usize = 32;

/// Where at least one node in so many was created, all columns are laid out.
const PART: usize = 256;

/// Readings between two writes before it is worth to lay out what was written.
const READINGS: u32 = 2;

/// Values of more nodes take so long to be laid out that nobody should wait for it.
const LONG: u32 = 1 << 13;

impl Laid {
    /// Notes that a value of a node was written.
    pub fn wrote(&mut self, node: NodeId, key: Key) {
        if self.columns.contains_key(&key) {
            Arc::make_mut(&mut self.since).entry(key).or_default().insert(node.0);
        }
        self.wrote_some(1);
    }

    /// Forgets the columns, as values that they have were taken back.
    pub fn forget(&mut self, written: usize) {
        *self = Laid { written, ..Laid::default() };
    }

    pub fn wrote_some(&mut self, values: usize) {
        self.written += values;
        self.readings = 0;
        self.wait_no_more();
    }

    pub fn wait_no_more(&mut self) {
        self.making = None;
    }
}

impl Graph {
    /// The column in which the values of a property of nodes, or of relationships, stand.
    pub fn stored(&self, key: Key, nodes: bool) -> Option<Kept<'_>> {
        if nodes && let Some(column) = self.laid.columns.get(&key) {
            return Some(Kept { column, bound: self.laid.bound, written: self.laid.since.get(&key) });
        }
        let (columns, keys, written, bound) = match nodes {
            true => {
                let Delta { rewritten_nodes, rewritten_keys, .. } = &*self.delta;
                (&self.base.node_columns, rewritten_keys, rewritten_nodes, self.base.node_bound)
            }
            false => {
                let Delta { rewritten_relationships, rewritten_relationship_keys, .. } = &*self.delta;
                let bound = self.base.relationship_bound;
                (&self.base.relationship_columns, rewritten_relationship_keys, rewritten_relationships, bound)
            }
        };
        let column = &**columns.get(key.0 as usize)?;
        Some(Kept { column, bound, written: keys.contains(key.0).then_some(written) })
    }

    /// Whether all properties of an entity are those that it had in the base. Of one that was deleted nothing is said.
    #[inline]
    pub fn keeps_properties(&self, id: u32, nodes: bool) -> bool {
        match nodes {
            true => id < self.base.node_bound && !self.delta.rewritten_nodes.contains(id),
            false => id < self.base.relationship_bound && !self.delta.rewritten_relationships.contains(id),
        }
    }

    /// The property whose values a column holds, and whether it is one of nodes.
    pub fn property_in(&self, column: &Arc<Column>) -> Option<(Key, bool)> {
        if let Some((key, _)) = self.laid.columns.iter().find(|(_, own)| Arc::ptr_eq(own, column)) {
            return Some((*key, true));
        }
        let place = |columns: &[Lazy<Arc<Column>>]| {
            columns.iter().position(|own| own.opened().is_some_and(|own| Arc::ptr_eq(own, column)))
        };
        let of_nodes = place(&self.base.node_columns).map(|place| (place, true));
        let found = of_nodes.or_else(|| Some((place(&self.base.relationship_columns)?, false)));
        found.map(|(place, nodes)| (Key(place as u32), nodes))
    }

    /// Notes that the graph is about to be read; lays out the columns of what was written when that has happened before.
    pub(super) fn about_to_read_columns(&mut self) {
        if self.laid.written < FEW {
            return;
        }
        if let Some(made) = self.laid.making.as_ref().map(|making| making.made()) {
            if let Some(made) = made {
                self.install_columns(made);
            }
            return;
        }
        self.laid.readings += 1;
        if self.laid.readings <= READINGS {
            return;
        }
        if self.node_bound() > LONG {
            // Where no other thread can be had, what was written is looked up where it is.
            self.laid.making = Making::begin(self.clone(), Graph::laid_columns);
        } else {
            self.lay_out_columns();
        }
    }

    /// Where the running statement has to end, what was written stays where it is.
    pub(super) fn lay_out_columns(&mut self) {
        if let Some(made) = self.laid_columns() {
            self.install_columns(made);
        }
    }

    fn install_columns(&mut self, (bound, columns): Made) {
        self.laid = Laid { columns: Arc::new(columns), bound, ..Laid::default() };
    }

    /// The columns of all that was written; nothing where that would take too long.
    fn laid_columns(&self) -> Option<Made> {
        let mut keys: FxHashSet<Key> = self.delta.rewritten_keys.iter().map(Key).collect();
        // Few nodes that were created are hardly ever come by.
        if self.delta.created_nodes.len() * PART >= self.node_bound() as usize {
            keys.extend((0..).zip(&self.base.node_columns).map(|(key, _)| Key(key)));
            let created = self.delta.created_nodes.iter().filter_map(|entry| entry.properties.as_ref());
            keys.extend(created.flat_map(|properties| properties.iter().map(|(key, _)| *key)));
        }
        let column = |key| Some((key, Arc::new(self.laid_column(key)?)));
        Some((self.node_bound(), keys.into_iter().map(column).collect::<Option<_>>()?))
    }

    fn laid_column(&self, key: Key) -> Option<Column> {
        let mut column = ColumnBuilder::default();
        for node in (0..self.node_bound()).map(NodeId) {
            if self.is_over_at(node.0) {
                return None;
            }
            let value = self.property(Entity::Node(node), key);
            if !value.is_null() {
                column.push(node.0, value);
            }
        }
        Some(column.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn graph(nodes: usize) -> (Graph, [Key; 2]) {
        let mut graph = Graph::empty();
        let keys = [graph.intern_key("k"), graph.intern_key("t")];
        for number in 0..nodes {
            let text = Value::from(format!("text {}", number % 50));
            graph.create_node(&[], vec![(keys[0], Value::Integer(number as i64)), (keys[1], text)]);
        }
        graph.fold();
        (graph, keys)
    }

    fn read(graph: &mut Graph) {
        (0..=READINGS).for_each(|_| graph.about_to_read());
    }

    fn set(graph: &mut Graph, node: u32, key: Key, value: impl Into<Value>) {
        graph.set_property(Entity::Node(NodeId(node)), key, value.into());
    }

    /// What the columns tell is what the properties are, of whose they tell; how many these are.
    fn told(graph: &Graph, key: Key) -> usize {
        let Some(kept) = graph.stored(key, true) else { return 0 };
        let nodes = (0..graph.node_bound()).filter(|node| kept.keeps(*node) && graph.has_node(NodeId(*node)));
        let told = nodes.map(|node| {
            assert_eq!(kept.column.value(node), graph.property(Entity::Node(NodeId(node)), key), "{node}");
        });
        told.count()
    }

    #[test]
    fn what_was_not_written_stands_where_it_stood() {
        let (mut graph, [k, t]) = graph(200);
        (0..40).for_each(|node| set(&mut graph, node, t, "other"));
        assert_eq!((told(&graph, k), told(&graph, t)), (200, 160));
        assert!(!graph.keeps_properties(3, true) && graph.keeps_properties(40, true));
        read(&mut graph);
        assert_eq!((told(&graph, k), told(&graph, t)), (200, 200));
    }

    #[test]
    fn for_few_nodes_that_were_created_no_column_is_laid_out() {
        let (mut graph, [k, t]) = graph(6000);
        let create = |graph: &mut Graph, count: usize| {
            for number in 0..count {
                graph.create_node(&[], vec![(k, Value::Integer(number as i64)), (t, Value::from("created"))]);
            }
            read(graph);
        };
        create(&mut graph, 20);
        assert_eq!((graph.laid.columns.len(), told(&graph, k)), (0, 6000));
        (0..40).for_each(|node| set(&mut graph, node, t, "other"));
        read(&mut graph);
        assert_eq!((told(&graph, k), told(&graph, t)), (6000, 6020));
        create(&mut graph, 20);
        assert_eq!((told(&graph, k), told(&graph, t)), (6040, 6040));
    }

    #[test]
    fn what_is_written_after_a_layout_is_seen() {
        let (mut graph, [k, t]) = graph(200);
        let fresh = graph.intern_key("fresh");
        for node in 0..40 {
            set(&mut graph, node, t, Value::Null);
            set(&mut graph, node * 3, fresh, i64::from(node));
        }
        let more = (0..50).map(|number| graph.create_node(&[], vec![(k, Value::Integer(number))])).last();
        read(&mut graph);
        assert_eq!([k, t, fresh].map(|key| told(&graph, key)), [250; 3]);
        set(&mut graph, 7, t, "again");
        set(&mut graph, 9, fresh, "no number");
        graph.delete_node(more.expect("some were created")).expect("nothing hangs on it");
        graph.create_node(&[], Vec::new());
        assert_eq!([k, t, fresh].map(|key| told(&graph, key)), [249, 248, 248]);
        // Few more are looked up where they are, until there are many.
        read(&mut graph);
        assert_eq!(told(&graph, t), 248);
        (50..100).for_each(|node| set(&mut graph, node, fresh, "text"));
        read(&mut graph);
        assert_eq!([k, t, fresh].map(|key| told(&graph, key)), [250; 3]);
    }

    #[test]
    fn what_is_taken_back_is_as_it_was() {
        let (mut graph, [k, t]) = graph(200);
        graph.begin();
        (0..40).for_each(|node| set(&mut graph, node, t, "other"));
        // Somebody reads what the running statement wrote.
        read(&mut graph);
        assert_eq!(told(&graph, t), 200);
        graph.rollback();
        assert_eq!((told(&graph, k), told(&graph, t)), (200, 160));
        graph.begin();
        (0..40).for_each(|_| {
            graph.create_node(&[], vec![(t, Value::from("created"))]);
        });
        read(&mut graph);
        graph.rollback();
        graph.create_node(&[], vec![(t, Value::from("after"))]);
        assert_eq!((told(&graph, k), told(&graph, t)), (200, 160));
    }

    #[test]
    fn long_columns_are_laid_out_beside() {
        let (mut graph, [k, t]) = graph(LONG as usize + 1);
        (0..1000).for_each(|node| set(&mut graph, node * 2, t, "other"));
        read(&mut graph);
        assert!(graph.laid.making.is_some());
        // What was begun before is not taken for what is there now.
        set(&mut graph, 4, t, "another");
        assert!(graph.laid.making.is_none());
        for _ in 0..1000 {
            graph.about_to_read();
            if !graph.laid.columns.is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let all = LONG as usize + 1;
        assert_eq!((told(&graph, k), told(&graph, t)), (all, all));
        let mut other = graph.clone();
        set(&mut other, 8, t, "of a clone");
        assert_eq!((told(&other, t), told(&graph, t)), (all - 1, all));
    }
}

//! Finding nodes by the value of a property.
//!
//! The base has hash indexes, made when they are first asked for. The delta keeps, for every property that was looked
//! up since, the nodes that were ever written with each value; these are candidates only, so that taking a statement
//! back needs no care of them.

use super::base::Members;
use super::columns::Column;
use super::index::{HashIndex, Sought, hash_of, same};
use super::{Entity, Graph, Key, Label, NodeId};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Below this many nodes a scan costs no more than an index.
const SMALL: usize = 16;

impl Graph {
    /// The node with that permanent id (property `id`, a text or an integer).
    pub fn node_by_id(&self, id: &str) -> Option<NodeId> {
        let key = self.key("id")?;
        let text = self.seek(None, key, &Value::string(id));
        if let Some(node) = text.first() {
            return Some(*node);
        }
        let number: i64 = id.parse().ok()?;
        self.seek(None, key, &Value::Integer(number)).first().copied()
    }

    /// The nodes with that label, or of whatever label, whose property equals the value, by id.
    pub fn seek(&self, label: Option<Label>, key: Key, value: &Value) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.seek_base(label, key, value, &mut found);
        if self.has_written_nodes()
            && let Some(hash) = hash_of(value)
        {
            self.seek_delta(label, key, value, hash, &mut found);
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    /// Looks up one value after the other until more nodes than so many may have been found; how many values were looked
    /// up. Calls with the number of each and a node that has it, in this order and by id.
    pub fn seek_some(
        &self,
        label: Option<Label>,
        key: Key,
        values: &[Value],
        most: usize,
        mut tell: impl FnMut(usize, NodeId),
    ) -> usize {
        if let Some((column, index)) = self.index_for_many(label, key, values.len()) {
            let sought: Vec<Sought<'_>> = values.iter().map(|value| Sought::of(column, value)).collect();
            return self.seek_sought(label, &index, &sought, most, tell);
        }
        let mut found = 0;
        for (number, value) in values.iter().enumerate() {
            let nodes = self.seek(label, key, value);
            found += nodes.len();
            nodes.into_iter().for_each(|node| tell(number, node));
            if found > most {
                return number + 1;
            }
        }
        values.len()
    }

    /// The same for texts that have codes in a column; `None` where they have to be looked up as such, because it is not the
    /// column of the property, or nodes were written since.
    pub fn seek_codes(
        &self,
        label: Option<Label>,
        key: Key,
        (source, codes): (&Arc<Column>, &[u32]),
        most: usize,
        tell: impl FnMut(usize, NodeId),
    ) -> Option<usize> {
        if !Arc::ptr_eq(self.base.node_columns.get(key.0 as usize)?, source) {
            return None;
        }
        let (column, index) = self.index_for_many(label, key, codes.len())?;
        let sought: Vec<Sought<'_>> = codes.iter().map(|code| Sought::of_code(column, *code)).collect();
        Some(self.seek_sought(label, &index, &sought, most, tell))
    }

    fn seek_sought(
        &self,
        label: Option<Label>,
        index: &HashIndex,
        sought: &[Sought<'_>],
        most: usize,
        mut tell: impl FnMut(usize, NodeId),
    ) -> usize {
        let hashes: Vec<Option<u32>> = sought.iter().map(Sought::hash).collect();
        index.candidates_of_some(&hashes, most, |number, node| {
            if sought[number].is_at(node)
                && label.is_none_or(|label| self.base.has_label(NodeId(node), label))
            {
                tell(number, NodeId(node));
            }
        })
    }

    /// Where all that is looked for is in the index, and it is worth it to go through it step by step for several values.
    fn index_for_many(
        &self,
        label: Option<Label>,
        key: Key,
        values: usize,
    ) -> Option<(&Column, Arc<HashIndex>)> {
        let is_small = match label.map(|label| self.base.members(label)) {
            Some(Some(Members::Few(nodes))) => nodes.len() <= SMALL,
            found => matches!(found, Some(None)),
        };
        if self.has_written_nodes() || is_small || values < 2 {
            return None;
        }
        Some((self.base.node_column(key)?, self.base.index(label, key)?))
    }

    fn seek_base(&self, label: Option<Label>, key: Key, value: &Value, found: &mut Vec<NodeId>) {
        let Some(column) = self.base.node_column(key) else { return };
        let sought = Sought::of(column, value);
        let mut take = |node: u32| {
            let node = NodeId(node);
            let matches = match self.node_entry(node) {
                None => sought.is_at(node.0) && label.is_none_or(|label| self.base.has_label(node, label)),
                Some(_) => self.matches(node, label, key, value),
            };
            if matches {
                found.push(node);
            }
        };
        match label.map(|label| self.base.members(label)) {
            Some(None) => {}
            Some(Some(Members::Few(nodes))) if nodes.len() <= SMALL => {
                nodes.iter().copied().for_each(&mut take);
            }
            _ => {
                if let (Some(hash), Some(index)) = (sought.hash(), self.base.index(label, key)) {
                    index.candidates(hash).iter().copied().for_each(&mut take);
                }
            }
        }
    }

    /// Nodes of the base whose label and property were not written since are the business of [`Graph::seek_base`].
    fn seek_delta(&self, label: Option<Label>, key: Key, value: &Value, hash: u32, found: &mut Vec<NodeId>) {
        if self.delta.weight() <= SMALL {
            found.extend(self.written_nodes().filter(|node| self.matches(*node, label, key, value)));
            return;
        }
        if !self.delta.candidates.read().contains_key(&key) {
            let candidates = self.candidates(key);
            self.delta.candidates.write().insert(key, candidates);
        }
        let candidates = self.delta.candidates.read();
        let nodes = candidates.get(&key).and_then(|by_hash| by_hash.get(&hash));
        let nodes = nodes.into_iter().flatten().map(|node| NodeId(*node));
        found.extend(nodes.filter(|node| self.matches(*node, label, key, value)));
    }

    fn matches(&self, node: NodeId, label: Option<Label>, key: Key, value: &Value) -> bool {
        self.has_node(node)
            && label.is_none_or(|label| self.has_label(node, label))
            && same(&self.property(Entity::Node(node), key), value)
    }

    fn has_written_nodes(&self) -> bool {
        !self.delta.touched_nodes.is_empty() || !self.delta.created_nodes.is_empty()
    }

    /// Every node that has an entry in the delta.
    pub(super) fn written_nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        let created = self.base.node_bound..self.node_bound();
        self.delta.touched_nodes.keys().copied().chain(created).map(NodeId)
    }

    fn candidates(&self, key: Key) -> FxHashMap<u32, Vec<u32>> {
        let mut candidates: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for node in self.written_nodes() {
            if let Some(hash) = hash_of(&self.property(Entity::Node(node), key)) {
                candidates.entry(hash).or_default().push(node.0);
            }
        }
        candidates
    }
}

//! Reading the store.

use super::base::Members;
use super::bits::{Bits, BitsIter};
use super::columns::Column;
use super::delta::{NodeEntry, RelationshipEntry, value_of};
use super::{Adjacent, Ends, Entity, Graph, Key, Label, NodeId, RelationshipId, RelationshipType, Way};
use crate::value::Value;
use std::collections::btree_set;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

impl Graph {
    pub fn empty() -> Graph {
        Graph::default()
    }

    pub fn node_count(&self) -> usize {
        self.counts.nodes
    }

    pub fn relationship_count(&self) -> usize {
        self.counts.relationships
    }

    /// One more than the greatest node id ever given out.
    pub fn node_bound(&self) -> u32 {
        self.base.node_bound + self.delta.created_nodes.len() as u32
    }

    pub fn relationship_bound(&self) -> u32 {
        self.base.relationship_bound + self.delta.created_relationships.len() as u32
    }

    #[inline]
    pub fn has_node(&self, node: NodeId) -> bool {
        if node.0 < self.base.node_bound && !self.delta.relabelled.contains(node.0) {
            return !self.base.node_holes.contains(node.0);
        }
        match self.node_entry(node) {
            Some(entry) => !entry.deleted,
            None => node.0 < self.base.node_bound && !self.base.node_holes.contains(node.0),
        }
    }

    #[inline]
    pub fn has_relationship(&self, relationship: RelationshipId) -> bool {
        match self.relationship_entry(relationship) {
            Some(entry) => !entry.deleted,
            None => {
                relationship.0 < self.base.relationship_bound
                    && !self.base.relationship_holes.contains(relationship.0)
            }
        }
    }

    /// Every node, by id.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.node_bound()).map(NodeId).filter(|node| self.has_node(*node))
    }

    /// Every relationship, by id.
    pub fn relationships(&self) -> impl Iterator<Item = RelationshipId> + '_ {
        (0..self.relationship_bound()).map(RelationshipId).filter(|r| self.has_relationship(*r))
    }

    /// The nodes that carry a label, by id.
    pub fn nodes_with(&self, label: Label) -> NodesWith<'_> {
        let change = self.delta.labels.get(&label);
        NodesWith {
            base: BaseNodes::of(self.base.members(label)).peekable(),
            removed: change.map(|change| &change.removed),
            added: change.map(|change| change.added.iter().peekable()),
        }
    }

    /// A bit for each node that carries a label, where many do and none was given or taken it since they were counted.
    pub fn label_bits(&self, label: Label) -> Option<&Bits> {
        match self.base.members(label) {
            Some(Members::Many(bits)) if !self.delta.labels.contains_key(&label) => Some(bits),
            _ => None,
        }
    }

    /// The nodes that carry a label, of those with ids in a range, by id.
    pub fn nodes_between(&self, label: Label, range: Range<u32>, into: &mut Vec<u32>) {
        let begin = into.len();
        match self.base.members(label) {
            Some(Members::Few(nodes)) => {
                let from = nodes.partition_point(|node| *node < range.start);
                let to = nodes.partition_point(|node| *node < range.end);
                into.extend_from_slice(&nodes[from..to]);
            }
            Some(Members::Many(bits)) => bits.between(range.clone(), into),
            None => {}
        }
        let Some(change) = self.delta.labels.get(&label) else { return };
        if !change.removed.is_unused() {
            let mut found = into.split_off(begin);
            found.retain(|node| !change.removed.contains(*node));
            into.append(&mut found);
        }
        let of_base = into.len();
        into.extend(change.added.range(range));
        if begin < of_base && of_base < into.len() {
            into[begin..].sort_unstable();
        }
    }

    /// Ids between which all nodes with a label lie.
    pub fn span(&self, label: Label) -> Range<u32> {
        let of_base = match self.base.members(label) {
            Some(Members::Few(nodes)) => match (nodes.first(), nodes.last()) {
                (Some(first), Some(last)) => *first..*last + 1,
                _ => 0..0,
            },
            Some(Members::Many(bits)) => bits.span(),
            None => 0..0,
        };
        let added = self.delta.labels.get(&label).map(|change| &change.added);
        match added.and_then(|added| Some(*added.first()?..*added.last()? + 1)) {
            Some(added) if of_base.is_empty() => added,
            Some(added) => of_base.start.min(added.start)..of_base.end.max(added.end),
            None => of_base,
        }
    }

    /// Whether every id below the bound is a node.
    pub fn is_complete(&self) -> bool {
        self.counts.nodes == self.node_bound() as usize
    }

    pub fn count_with(&self, label: Label) -> usize {
        self.counts.by_label.get(label.0 as usize).copied().unwrap_or(0)
    }

    /// The labels of a node, own kind first. A node deleted by the running statement has none.
    #[inline]
    pub fn labels(&self, node: NodeId) -> &[Label] {
        match self.node_entry(node) {
            Some(NodeEntry { deleted: true, .. }) => &[],
            Some(NodeEntry { labels: Some(labels), .. }) => labels,
            _ if node.0 < self.base.node_bound => self.base.labels(node),
            _ => &[],
        }
    }

    #[inline]
    pub fn has_label(&self, node: NodeId, label: Label) -> bool {
        self.labels(node).contains(&label)
    }

    /// Type and ends of a relationship, also of one that the running statement deleted.
    ///
    /// # Panics
    /// If the graph never gave out that id.
    #[inline]
    pub fn ends(&self, relationship: RelationshipId) -> Ends {
        match self.relationship_entry(relationship) {
            Some(entry) => entry.ends,
            None => self.base.ends(relationship),
        }
    }

    /// One hop.
    #[inline]
    pub fn adjacent(&self, node: NodeId, way: Way, kind: RelationshipType) -> Adjacent<'_> {
        match self.delta.lists.rows(kind, way).and_then(|own| own.list(node.0)) {
            Some(list) => list.adjacent(),
            None => self.rows_of(kind, way).map_or(Adjacent::NONE, |rows| rows.of_node(node)),
        }
    }

    #[inline]
    pub fn degree(&self, node: NodeId, way: Way, kind: RelationshipType) -> usize {
        self.adjacent(node, way, kind).nodes.len()
    }

    /// Every relationship type that has ever been used.
    pub fn types(&self) -> Vec<RelationshipType> {
        (0..self.symbols.types.len() as u32).map(RelationshipType).collect()
    }

    /// Every label that has ever been used.
    pub fn all_labels(&self) -> Vec<Label> {
        (0..self.symbols.labels.len() as u32).map(Label).collect()
    }

    /// Every property key that has ever been used.
    pub fn all_keys(&self) -> Vec<Key> {
        (0..self.symbols.keys.len() as u32).map(Key).collect()
    }

    pub fn count_of(&self, kind: RelationshipType) -> usize {
        self.counts.by_type.get(kind.0 as usize).copied().unwrap_or(0)
    }

    /// The value of a property; null where there is none.
    pub fn property(&self, entity: Entity, key: Key) -> Value {
        let (written, column, id) = match entity {
            Entity::Node(node) => (self.written_of_node(node), self.base.node_column(key), node.0),
            Entity::Relationship(relationship) => (
                self.written_of_relationship(relationship),
                self.base.relationship_column(key),
                relationship.0,
            ),
        };
        match written {
            Some(properties) => value_of(properties, key),
            None => column.map_or(Value::Null, |column| column.value(id)),
        }
    }

    /// All properties, by name of the key.
    pub fn properties(&self, entity: Entity) -> Vec<(Key, Value)> {
        let mut properties = self.properties_by_key(entity);
        properties.sort_by(|(a, _), (b, _)| self.key_name(*a).cmp(self.key_name(*b)));
        properties
    }

    /// The keys of an entity's properties, sorted by name.
    pub fn keys_of(&self, entity: Entity) -> Vec<Key> {
        let mut keys: Vec<Key> = match self.written_of(entity) {
            Some(properties) => properties.iter().map(|(key, _)| *key).collect(),
            None => self.stored_of(entity).map(|(key, ..)| key).collect(),
        };
        keys.sort_by(|a, b| self.key_name(*a).cmp(self.key_name(*b)));
        keys
    }

    /// The same graph for a worker that shares a statement with others.
    pub fn for_a_worker(&self) -> Graph {
        Graph { symbols: Arc::new(self.symbols.copied()), ..self.clone() }
    }

    /// Changes with every write and is never the same for two graphs of different content.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The base's column of a node property; it holds for nodes that keep their properties only.
    pub fn node_column(&self, key: Key) -> Option<&Column> {
        self.base.node_column(key)
    }

    /// The base's column of a relationship property; it holds for relationships that keep their properties only.
    pub fn relationship_column(&self, key: Key) -> Option<&Column> {
        self.base.relationship_column(key)
    }

    /// The number of the combination of labels of a node, if it has those that it had in the base.
    #[inline]
    pub fn label_set(&self, node: NodeId) -> Option<u32> {
        let kept = node.0 < self.base.node_bound && !self.delta.relabelled.contains(node.0);
        kept.then(|| self.base.set_of(node))
    }

    /// The combinations of labels that occur in the base, by their numbers.
    pub fn label_sets(&self) -> &[Box<[Label]>] {
        &self.base.label_sets
    }

    /// Whether anything was written since the base was made.
    pub fn has_delta(&self) -> bool {
        self.delta.weight() > 0
    }

    /// Bytes held by the base.
    pub fn bytes(&self) -> usize {
        self.base.bytes()
    }

    pub(super) fn properties_by_key(&self, entity: Entity) -> Vec<(Key, Value)> {
        match self.written_of(entity) {
            Some(properties) => properties.to_vec(),
            None => {
                self.stored_of(entity).map(|(key, column, place)| (key, column.values.at(place))).collect()
            }
        }
    }

    /// The properties of an entity that was written, where it was.
    fn written_of(&self, entity: Entity) -> Option<&[(Key, Value)]> {
        match entity {
            Entity::Node(node) => self.written_of_node(node),
            Entity::Relationship(relationship) => self.written_of_relationship(relationship),
        }
    }

    /// The columns of the base that have a value for an entity: the key of each, the column, and the place of the value.
    fn stored_of(&self, entity: Entity) -> impl Iterator<Item = (Key, &Column, usize)> {
        let (columns, id) = match entity {
            Entity::Node(node) => (&self.base.node_columns, node.0),
            Entity::Relationship(relationship) => (&self.base.relationship_columns, relationship.0),
        };
        let columns = (0..).map(Key).zip(columns);
        columns.filter_map(move |(key, column)| Some((key, &***column, column.presence.place(id)?)))
    }

    #[inline]
    pub(super) fn node_entry(&self, node: NodeId) -> Option<&NodeEntry> {
        if node.0 < self.base.node_bound {
            if !self.delta.dirty_nodes.contains(node.0) {
                return None;
            }
            return self.delta.touched_nodes.get(&node.0);
        }
        self.delta.created_nodes.get((node.0 - self.base.node_bound) as usize)
    }

    #[inline]
    pub(super) fn relationship_entry(&self, relationship: RelationshipId) -> Option<&RelationshipEntry> {
        if relationship.0 < self.base.relationship_bound {
            if !self.delta.dirty_relationships.contains(relationship.0) {
                return None;
            }
            return self.delta.touched_relationships.get(&relationship.0);
        }
        self.delta.created_relationships.get((relationship.0 - self.base.relationship_bound) as usize)
    }

    /// The properties of a node if they differ from the base; none of a deleted one.
    fn written_of_node(&self, node: NodeId) -> Option<&[(Key, Value)]> {
        let entry = self.node_entry(node)?;
        if entry.deleted { Some(&[]) } else { entry.properties.as_ref().map(|p| p.as_slice()) }
    }

    fn written_of_relationship(&self, relationship: RelationshipId) -> Option<&[(Key, Value)]> {
        let entry = self.relationship_entry(relationship)?;
        if entry.deleted { Some(&[]) } else { entry.properties.as_ref().map(|p| p.as_slice()) }
    }
}

/// Names of labels, types and keys.
impl Graph {
    pub fn label(&self, name: &str) -> Option<Label> {
        self.symbols.labels.find(name).map(Label)
    }

    pub fn relationship_type(&self, name: &str) -> Option<RelationshipType> {
        self.symbols.types.find(name).map(RelationshipType)
    }

    pub fn key(&self, name: &str) -> Option<Key> {
        self.symbols.keys.find(name).map(Key)
    }

    pub fn label_name(&self, label: Label) -> &Arc<str> {
        self.symbols.labels.name(label.0)
    }

    pub fn type_name(&self, kind: RelationshipType) -> &Arc<str> {
        self.symbols.types.name(kind.0)
    }

    pub fn key_name(&self, key: Key) -> &Arc<str> {
        self.symbols.keys.name(key.0)
    }

    /// The label of that name, made if it is new.
    pub fn intern_label(&mut self, name: &str) -> Label {
        match self.label(name) {
            Some(label) => label,
            None => Label(Arc::make_mut(&mut self.symbols).labels.intern(name)),
        }
    }

    pub fn intern_type(&mut self, name: &str) -> RelationshipType {
        match self.relationship_type(name) {
            Some(kind) => kind,
            None => RelationshipType(Arc::make_mut(&mut self.symbols).types.intern(name)),
        }
    }

    pub fn intern_key(&mut self, name: &str) -> Key {
        match self.key(name) {
            Some(key) => key,
            None => Key(Arc::make_mut(&mut self.symbols).keys.intern(name)),
        }
    }
}

/// The nodes of a label, ascending: those of the base that kept it, merged with those that got it since.
pub struct NodesWith<'g> {
    base: Peekable<BaseNodes<'g>>,
    removed: Option<&'g super::Bits>,
    added: Option<Peekable<btree_set::Iter<'g, u32>>>,
}

enum BaseNodes<'g> {
    Few(std::slice::Iter<'g, u32>),
    Many(BitsIter<'g>),
}

impl<'g> BaseNodes<'g> {
    fn of(members: Option<&'g Members>) -> BaseNodes<'g> {
        match members {
            Some(Members::Few(nodes)) => BaseNodes::Few(nodes.iter()),
            Some(Members::Many(bits)) => BaseNodes::Many(bits.iter()),
            None => BaseNodes::Few([].iter()),
        }
    }
}

impl Iterator for BaseNodes<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            BaseNodes::Few(nodes) => nodes.next().copied(),
            BaseNodes::Many(bits) => bits.next(),
        }
    }
}

impl Iterator for NodesWith<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if let Some(removed) = self.removed {
            while self.base.peek().is_some_and(|node| removed.contains(*node)) {
                self.base.next();
            }
        }
        let Some(added) = &mut self.added else { return self.base.next().map(NodeId) };
        let from_base = match (self.base.peek(), added.peek()) {
            (Some(base), Some(added)) => base < *added,
            (base, _) => base.is_some(),
        };
        if from_base { self.base.next().map(NodeId) } else { added.next().map(|node| NodeId(*node)) }
    }
}

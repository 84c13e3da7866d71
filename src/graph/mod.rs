//! What is known: nodes, relationships, properties, evidence, validity; and the indexes over them.
//!
//! An immutable base in compressed-sparse-row form behind `Arc`, plus a delta of what was written since. Untouched
//! nodes keep their slices of the base; a touched node has its whole adjacency in the delta, so that one hop is always
//! one slice. Knows values and the vocabulary's names, nothing of languages, plans or files.

mod evidence;
mod symbols;

pub use evidence::{Certainty, Claim, Day, Evidence, Precision, Reading, Source, Validity};
pub use symbols::{Key, Label, RelationshipType};

use crate::base::Result;
use crate::value::Value;
use std::sync::Arc;

/// A node of this session: dense, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A relationship of this session: dense, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationshipId(pub u32);

/// A node or a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    Node(NodeId),
    Relationship(RelationshipId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// From start to end.
    Out,
    /// From end to start.
    In,
}

/// The neighbours of one node by relationships of one type in one direction: two slices of the same length.
#[derive(Clone, Copy, Debug)]
pub struct Adjacent<'g> {
    pub nodes: &'g [NodeId],
    pub relationships: &'g [RelationshipId],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    pub kind: RelationshipType,
    pub start: NodeId,
    pub end: NodeId,
}

/// The property graph. Cloning is cheap for the base and copies the delta.
#[derive(Clone, Default)]
pub struct Graph {}

/// Reading.
impl Graph {
    pub fn empty() -> Graph {
        Graph::default()
    }
    pub fn node_count(&self) -> usize {
        todo!()
    }
    pub fn relationship_count(&self) -> usize {
        todo!()
    }
    /// One more than the greatest node id ever given out.
    pub fn node_bound(&self) -> u32 {
        todo!()
    }
    pub fn relationship_bound(&self) -> u32 {
        todo!()
    }
    pub fn has_node(&self, _node: NodeId) -> bool {
        todo!()
    }
    pub fn has_relationship(&self, _relationship: RelationshipId) -> bool {
        todo!()
    }
    /// Every node, by id.
    pub fn nodes(&self) -> Box<dyn Iterator<Item = NodeId> + '_> {
        todo!()
    }
    pub fn relationships(&self) -> Box<dyn Iterator<Item = RelationshipId> + '_> {
        todo!()
    }
    /// The nodes that carry a label, by id.
    pub fn nodes_with(&self, _label: Label) -> Box<dyn Iterator<Item = NodeId> + '_> {
        todo!()
    }
    pub fn count_with(&self, _label: Label) -> usize {
        todo!()
    }
    /// The labels of a node, own kind first. A node deleted by the running statement has none.
    pub fn labels(&self, _node: NodeId) -> &[Label] {
        todo!()
    }
    pub fn has_label(&self, _node: NodeId, _label: Label) -> bool {
        todo!()
    }
    /// Type and ends of a relationship, also of one that the running statement deleted.
    pub fn ends(&self, _relationship: RelationshipId) -> Ends {
        todo!()
    }
    /// One hop.
    pub fn adjacent(&self, _node: NodeId, _way: Way, _kind: RelationshipType) -> Adjacent<'_> {
        todo!()
    }
    pub fn degree(&self, node: NodeId, way: Way, kind: RelationshipType) -> usize {
        self.adjacent(node, way, kind).nodes.len()
    }
    /// Every relationship type that has ever been used.
    pub fn types(&self) -> Vec<RelationshipType> {
        todo!()
    }
    pub fn count_of(&self, _kind: RelationshipType) -> usize {
        todo!()
    }
    /// The value of a property; null where there is none.
    pub fn property(&self, _entity: Entity, _key: Key) -> Value {
        todo!()
    }
    /// All properties, by name of the key.
    pub fn properties(&self, _entity: Entity) -> Vec<(Key, Value)> {
        todo!()
    }
    /// The node with that permanent id (property `id`).
    pub fn node_by_id(&self, _id: &str) -> Option<NodeId> {
        todo!()
    }
    /// The nodes with that label whose property equals the value; by index where there is one (or where one pays off).
    pub fn seek(&self, _label: Label, _key: Key, _value: &Value) -> Vec<NodeId> {
        todo!()
    }
}

/// Names of labels, types and keys.
impl Graph {
    pub fn label(&self, _name: &str) -> Option<Label> {
        todo!()
    }
    pub fn relationship_type(&self, _name: &str) -> Option<RelationshipType> {
        todo!()
    }
    pub fn key(&self, _name: &str) -> Option<Key> {
        todo!()
    }
    pub fn label_name(&self, _label: Label) -> &Arc<str> {
        todo!()
    }
    pub fn type_name(&self, _kind: RelationshipType) -> &Arc<str> {
        todo!()
    }
    pub fn key_name(&self, _key: Key) -> &Arc<str> {
        todo!()
    }
    /// The label of that name, made if it is new.
    pub fn intern_label(&mut self, _name: &str) -> Label {
        todo!()
    }
    pub fn intern_type(&mut self, _name: &str) -> RelationshipType {
        todo!()
    }
    pub fn intern_key(&mut self, _name: &str) -> Key {
        todo!()
    }
}

/// What only curated graphs carry.
impl Graph {
    pub fn sources(&self) -> &[Source] {
        todo!()
    }
    pub fn source(&self, _id: &str) -> Option<&Source> {
        todo!()
    }
    pub fn evidence(&self, _entity: Entity) -> &[Evidence] {
        todo!()
    }
    /// Stated or inherited validity, without regard to the ends of a relationship.
    pub fn validity(&self, _entity: Entity) -> Validity {
        todo!()
    }
    /// All claims for a property with more than one; empty otherwise.
    pub fn claims(&self, _entity: Entity, _key: Key) -> &[Claim] {
        todo!()
    }
    /// The further names of a node.
    pub fn aliases(&self, _node: NodeId) -> &[Arc<str>] {
        todo!()
    }
    /// The property `name`, or the id where there is none.
    pub fn name(&self, _node: NodeId) -> Arc<str> {
        todo!()
    }
    pub fn set_evidence(&mut self, _entity: Entity, _evidence: Vec<Evidence>) {
        todo!()
    }
}

/// Writing. A statement that fails puts back the graph with [`Graph::rollback`].
impl Graph {
    /// Marks the state that [`Graph::rollback`] returns to.
    pub fn begin(&mut self) {
        todo!()
    }
    /// Undoes everything since [`Graph::begin`].
    pub fn rollback(&mut self) {
        todo!()
    }
    /// Keeps everything since [`Graph::begin`]; folds a delta that has grown.
    pub fn keep(&mut self) {
        todo!()
    }
    pub fn create_node(&mut self, _labels: &[Label], _properties: Vec<(Key, Value)>) -> NodeId {
        todo!()
    }
    pub fn create_relationship(
        &mut self,
        _start: NodeId,
        _kind: RelationshipType,
        _end: NodeId,
        _properties: Vec<(Key, Value)>,
    ) -> RelationshipId {
        todo!()
    }
    /// Null removes the property.
    pub fn set_property(&mut self, _entity: Entity, _key: Key, _value: Value) {
        todo!()
    }
    pub fn add_label(&mut self, _node: NodeId, _label: Label) -> bool {
        todo!()
    }
    pub fn remove_label(&mut self, _node: NodeId, _label: Label) -> bool {
        todo!()
    }
    pub fn delete_relationship(&mut self, _relationship: RelationshipId) {
        todo!()
    }
    /// Fails while the node still has relationships.
    pub fn delete_node(&mut self, _node: NodeId) -> Result<()> {
        todo!()
    }
}

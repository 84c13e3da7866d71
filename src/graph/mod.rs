//! What is known: nodes, relationships, properties, evidence, validity; and the indexes over them.
//!
//! An immutable base in compressed-sparse-row form behind `Arc`, plus a delta of what was written since. Untouched
//! nodes keep their slices of the base; a touched node has its changed adjacency in the delta, so that one hop is
//! always one slice. Knows values and the vocabulary's names, nothing of languages, plans or files.

mod symbols;
mod evidence;
mod annotation;
mod authority;
mod basis;
mod buffer;
mod bits;
mod packed;
pub mod columns;
mod adjacency;
mod index;
mod base;
mod build;
mod delta;
mod read;
mod seek;
mod curate;
mod calendar;
mod validity;
mod mask;
mod view;
mod names;
mod statistics;
mod write;
mod fold;

pub use adjacency::{Adjacency, Rows};
pub use annotation::{Annotation, Origin};
pub use authority::{Authority, rings};
pub use basis::{Chain, chains};
pub use bits::{Bits, BitsIter};
pub use build::Builder;
pub use calendar::parse_period;
pub use evidence::{Certainty, Claim, Day, Evidence, Precision, Reading, Source, Validity};
pub use mask::{Mask, Outlook, Undated};
pub use names::{Named, Names};
pub use statistics::{LabelSpread, Spread};
pub use symbols::{Key, Label, RelationshipType};

pub use view::{Edge, View, Visited};

use base::Base;
use delta::{Counts, Delta, Journal};
use mask::Masks;
use names::WrittenNames;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symbols::Symbols;
use validity::ValidityRules;

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

/// The neighbours of one node by relationships of one type in one direction: two slices of the same length, ascending
/// by neighbour, then by relationship.
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
pub struct Graph {
    symbols: Arc<Symbols>,
    base: Arc<Base>,
    delta: Delta,
    counts: Counts,
    annotations: Arc<FxHashMap<Entity, Arc<Annotation>>>,
    sources: Arc<Vec<Source>>,
    /// The data files it was read from, with fingerprints of their texts.
    files: Arc<BTreeMap<Arc<str>, u64>>,
    rules: Arc<ValidityRules>,
    journal: Option<Box<Journal>>,
    /// Different for graphs of different content, so that whatever is derived from a graph can be kept with it.
    version: u64,
    masks: Arc<Masks>,
    written_names: Arc<WrittenNames>,
}

impl Adjacent<'_> {
    pub const NONE: Adjacent<'static> = Adjacent { nodes: &[], relationships: &[] };
}

impl Way {
    pub fn reverse(self) -> Way {
        match self {
            Way::Out => Way::In,
            Way::In => Way::Out,
        }
    }
}

impl Ends {
    /// The end that is reached when the relationship is followed in a direction.
    pub fn reached(self, way: Way) -> NodeId {
        match way {
            Way::Out => self.end,
            Way::In => self.start,
        }
    }
}

/// A version that no graph has had.
fn new_version() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

#[cfg(test)]
mod model;

//! What is known: nodes, relationships, properties, evidence, validity; and the indexes over them.
//!
//! An immutable base in compressed-sparse-row form behind `Arc`, plus a delta of what was written since. Untouched
//! nodes keep their slices of the base; a touched node has its changed adjacency in the delta, so that one hop is
//! always one slice. Knows values and the vocabulary's names, nothing of languages, plans or data files.

mod symbols;
mod evidence;
mod annotation;
mod around;
mod authority;
mod basis;
mod buffer;
mod snapshot;
mod bits;
mod packed;
pub mod columns;
mod adjacency;
mod heights;
mod index;
mod base;
mod build;
mod delta;
mod read;
mod lists;
mod overlay;
mod own;
mod order;
mod seek;
mod curate;
mod calendar;
mod validity;
mod making;
mod mask;
mod view;
mod aligned;
mod names;
mod shape;
mod unique;
mod watch;
mod statistics;
mod stored;
mod write;
mod fold;

pub use adjacency::{Adjacency, Rows};
pub use aligned::Aligned;
pub use annotation::{Annotation, Origin};
pub use authority::{Authority, rings};
pub use basis::{Chain, chains};
pub use bits::{Bits, BitsIter};
pub use build::Builder;
pub use calendar::parse_period;
pub use evidence::{Certainty, Claim, Day, Evidence, Precision, Reading, Source, Validity};
pub use lists::{LabelSets, Lists};
pub use mask::{Mask, Outlook, Undated};
pub use names::{Named, Names};
pub use shape::Shape;
pub use snapshot::{Image, SNAPSHOT_MAGIC, sections};
pub use statistics::{LabelSpread, Spread};
pub use stored::Kept;
pub use symbols::{Key, Label, RelationshipType};

pub use view::{Edge, View, Visited};

use annotation::Annotations;
use base::Base;
use delta::{Counts, Delta, Journal};
use mask::Masks;
use names::WrittenNames;
use snapshot::Lazy;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symbols::Symbols;
use validity::ValidityRules;

/// A node of this session: dense, never reused.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A relationship of this session: dense, never reused.
#[repr(transparent)]
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

/// The number that stands for nothing where ids of nodes or relationships stand.
pub const NONE: u32 = u32::MAX;

/// The property graph. Clones share the base and the delta; who writes while others share the delta copies it.
#[derive(Clone, Default)]
pub struct Graph {
    symbols: Arc<Symbols>,
    base: Arc<Base>,
    delta: Arc<Delta>,
    counts: Counts,
    annotations: Arc<Lazy<Annotations>>,
    sources: Arc<Vec<Source>>,
    /// The data files it was read from, with fingerprints of their texts.
    files: Arc<BTreeMap<Arc<str>, u64>>,
    rules: Arc<ValidityRules>,
    /// The snapshot in which the base lies, if it does.
    image: Option<Arc<Image>>,
    journal: Option<Box<Journal>>,
    /// Different for graphs of different content, so that whatever is derived from a graph can be kept with it.
    version: u64,
    states: shape::States,
    shapes: Arc<shape::Shapes>,
    /// The types that were laid out anew since the base was made, and how often the graph was read since relationships
    /// were written.
    overlay: Option<Arc<overlay::Overlay>>,
    making: Option<Arc<making::Making<overlay::Made>>>,
    readings: u32,
    laid: stored::Laid,
    masks: Arc<Masks>,
    written_names: Arc<WrittenNames>,
    /// The indexes that were declared by a name.
    declared: Vec<Arc<str>>,
    /// How much had been written when folding it was left, so that it is not tried again after every statement.
    left_at: usize,
    watch: watch::Watch,
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

    /// Where a pair has what belongs to this direction.
    #[inline]
    fn place(self) -> usize {
        usize::from(self == Way::In)
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

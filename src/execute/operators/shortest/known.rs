//! What the ends of searches reach at all.
//!
//! Searches between many nodes often have an end in common, and those that find nothing go on until one side is stuck: all
//! that it reaches is known then, and is kept. The other side may be what comes again, so that as much is worked out of
//! what it reaches as the search took itself. Where all of that is known, searches that cannot find anything are not begun.
//! All workers know the same.

use super::Legs;
use super::single::{Side, grow};
use crate::base::Result;
use crate::execute::context::Context;
use crate::graph::{Bits, NodeId, Way};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of the ends of searches that found nothing.
#[derive(Default)]
pub struct Known {
    /// Of where they began.
    ahead: Ends,
    /// Of where they should have ended.
    behind: Ends,
    /// Bytes of what is kept.
    kept: AtomicU64,
}

/// The last ones.
#[derive(Default)]
struct Ends(Mutex<Vec<(NodeId, Arc<End>)>>);

/// What one end reaches.
#[derive(Default)]
struct End {
    /// In how many searches it was.
    came: AtomicU32,
    /// How many relationships may yet be gone through.
    owed: AtomicU64,
    /// As far as it is known.
    side: Mutex<Option<Side>>,
    all: OnceLock<Bits>,
    /// Bytes of either.
    held: AtomicU64,
}

/// Two ends, or what is of them: where a search began, and where it should have ended.
type Pair<T> = (T, T);

/// So many ends are known at a time.
const ENDS: usize = 64;

/// Nothing is kept beyond so many bytes.
const ROOM: u64 = 64 << 20;

/// An end that was in so many searches may be in many more.
const AGAIN: u32 = 4;

impl Known {
    /// Whether it is known that no way leads from a node to another one.
    pub(super) fn excludes(&self, (from, to): Pair<NodeId>) -> bool {
        self.ahead.exclude(from, to) || self.behind.exclude(to, from)
    }

    /// Goes on with what two nodes reach, after a search between them that found nothing, took so many relationships and
    /// had come as far as these sides.
    pub(super) fn learn(
        &self,
        (from, to): Pair<NodeId>,
        (left, right): Pair<Option<Side>>,
        took: u64,
        legs: &Legs<'_>,
        any: &[Way],
        context: &mut Context<'_>,
    ) -> Result<()> {
        for (ends, end, side, reverse) in [(&self.ahead, from, left, false), (&self.behind, to, right, true)]
        {
            let known = ends.find_or_note(end, &self.kept);
            let before = known.came.fetch_add(1, Ordering::Relaxed);
            if let Some(side) = side {
                known.take(side, &self.kept);
            }
            known.owed.fetch_add(took, Ordering::Relaxed);
            if before >= AGAIN {
                known.grow((end, reverse), legs, any, &self.kept, context)?;
            }
        }
        context.can_hold(self.kept.load(Ordering::Relaxed))
    }
}

impl Ends {
    fn find(&self, end: NodeId) -> Option<Arc<End>> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.iter().find(|(known, _)| *known == end).map(|(_, of)| of.clone())
    }

    /// What is known of an end.
    fn find_or_note(&self, end: NodeId, kept: &AtomicU64) -> Arc<End> {
        if let Some(known) = self.find(end) {
            return known;
        }
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ends.len() == ENDS {
            let (_, last) = ends.remove(0);
            kept.fetch_sub(last.held.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        }
        let new: Arc<End> = Arc::default();
        ends.push((end, new.clone()));
        new
    }

    fn exclude(&self, end: NodeId, other: NodeId) -> bool {
        self.find(end).is_some_and(|end| end.all.get().is_some_and(|all| !all.contains(other.0)))
    }
}

impl End {
    /// Takes in how far a search came, unless as much is known.
    fn take(&self, new: Side, kept: &AtomicU64) {
        let Some(mut side) = self.side.try_lock().ok().filter(|_| self.all.get().is_none()) else { return };
        let more = side.as_ref().is_none_or(|known| known.bytes() < new.bytes());
        if more && (new.frontier() == 0 || kept.load(Ordering::Relaxed) < ROOM) {
            *side = Some(new);
        }
        self.settle(&mut side, kept);
    }

    /// Goes on for as long as is owed, unless another worker does.
    fn grow(
        &self,
        (end, reverse): (NodeId, bool),
        legs: &Legs<'_>,
        any: &[Way],
        kept: &AtomicU64,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let Some(mut side) = self.side.try_lock().ok().filter(|_| self.all.get().is_none()) else {
            return Ok(());
        };
        let reached =
            side.get_or_insert_with(|| Side::new(end, reverse, context.graph.node_bound() as usize));
        let until = context.touched.saturating_add(self.owed.swap(0, Ordering::Relaxed));
        while reached.frontier() > 0 && context.touched < until && reached.bytes() < ROOM {
            grow(reached, &Side::nowhere(), legs, any, until, context)?;
            context.can_hold(reached.bytes())?;
        }
        self.settle(&mut side, kept);
        Ok(())
    }

    /// Where nothing more can be reached, all is known. Counts what is kept.
    fn settle(&self, side: &mut Option<Side>, kept: &AtomicU64) {
        let mut bytes = side.as_ref().map_or(0, Side::bytes);
        if let Some(all) = side.take_if(|side| side.frontier() == 0) {
            let all = all.into_reached();
            bytes = all.bytes() as u64;
            // Whoever has the side is the only one who can be here.
            let _ = self.all.set(all);
        }
        kept.fetch_add(bytes, Ordering::Relaxed);
        kept.fetch_sub(self.held.swap(bytes, Ordering::Relaxed), Ordering::Relaxed);
    }
}

//! What is known of the ends of searches.
//!
//! Where searches have an end in common again and again, it is worked out once how far everything is from there. All
//! workers know the same.

use super::legs::Legs;
use super::single::Side;
use super::wave::{Far, Wave};
use crate::base::Result;
use crate::execute::context::Context;
use crate::graph::NodeId;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What is known of where searches begin, and of where they end.
#[derive(Default)]
pub struct Known {
    ends: [Ends; 2],
    /// Bytes of what is kept.
    kept: AtomicU64,
}

/// The last ones.
#[derive(Default)]
struct Ends(Mutex<Vec<(NodeId, Arc<End>)>>);

/// One end of searches.
#[derive(Default)]
struct End {
    /// In how many searches it was.
    came: AtomicU32,
    /// How many relationships they went through.
    took: AtomicU64,
    wave: OnceLock<Wave>,
}

/// Where a search begins and where it ends, as somebody sees them who asks for one pair after another.
#[derive(Default)]
pub(super) struct Seen([Option<(NodeId, Option<Arc<End>>)>; 2]);

/// So many ends are known at a time.
const ENDS: usize = 64;

/// Nothing is kept beyond so many bytes.
const ROOM: u64 = 64 << 20;

/// An end that was in so many searches may be in many more.
const AGAIN: u32 = 4;

/// What searches may take before all is gone to at once instead: one part in so many of the relationships that there are.
const PART: u64 = 4;

/// What a search has reached is kept if it went through one relationship for so many nodes of the graph, or more: to keep it
/// takes a place for each.
const SMALL: u64 = 16;

impl Known {
    /// How far it is from one node to another, as far as that is known.
    pub(super) fn far(
        &self,
        pair: [NodeId; 2],
        seen: &mut Seen,
        longest: u64,
        context: &mut Context<'_>,
    ) -> Result<Far> {
        for (place, (end, other)) in [(pair[0], pair[1]), (pair[1], pair[0])].into_iter().enumerate() {
            let Some(wave) = self.seen(place, end, seen).and_then(|end| end.wave.get()) else { continue };
            let mut far = wave.far(other);
            if far == Far::Unknown {
                wave.spread(longest, context)?;
                far = wave.far(other);
            }
            if far != Far::Unknown {
                return Ok(far);
            }
        }
        Ok(Far::Unknown)
    }

    /// What is known of an end; it is looked for once as long as it stays the same.
    fn seen<'s>(&self, place: usize, end: NodeId, seen: &'s mut Seen) -> Option<&'s End> {
        let last = &mut seen.0[place];
        if last.as_ref().is_none_or(|(node, _)| *node != end) {
            *last = Some((end, self.ends[place].find(end)));
        }
        last.as_ref().and_then(|(_, end)| end.as_deref())
    }

    /// Notes that a search between two nodes went through so many relationships, and what it reached if that is all there is;
    /// as many searches as `more` say follow from or to the same node, or more.
    pub(super) fn learn(
        &self,
        pair: [NodeId; 2],
        (took, whole): (u64, Option<(usize, &Side)>),
        more: [u32; 2],
        seen: &mut Seen,
        legs: &Legs<'_>,
        context: &Context<'_>,
    ) {
        let bound = context.graph.node_bound() as usize;
        for (place, (end, more)) in pair.into_iter().zip(more).enumerate() {
            let known = match seen.0[place].take() {
                Some((node, Some(known))) if node == end => known,
                _ => self.find_or_note(place, end, bound),
            };
            let came = known.came.fetch_add(1, Ordering::Relaxed) + 1;
            let took = known.took.fetch_add(took, Ordering::Relaxed) + took;
            let all = u128::from(took) * (u128::from(came) + u128::from(more)) / u128::from(came);
            let is_worth_it = came >= AGAIN && all >= u128::from(legs.relationships(context.graph) / PART);
            let reached =
                whole.filter(|(side, _)| *side == place && came > 1 && took >= bound as u64 / SMALL);
            let is_open = (is_worth_it || reached.is_some()) && known.wave.get().is_none();
            if is_open && self.takes_room(bound, context) {
                let reached = reached.and_then(|(_, side)| Wave::of(side, bound));
                let wave = reached.unwrap_or_else(|| Wave::new(end, legs.from(place == 1), bound));
                known.wave.set(wave).unwrap_or_else(|_| self.gives_room(bound));
            }
            seen.0[place] = Some((end, Some(known)));
        }
    }

    /// Books bytes of a wave, if there is room for it.
    fn takes_room(&self, bound: usize, context: &Context<'_>) -> bool {
        let most = |kept: u64| Some(kept + bound as u64).filter(|kept| *kept <= ROOM);
        let kept = self.kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, most);
        kept.is_ok_and(|kept| {
            let fits = context.can_hold(kept + Wave::bytes(bound)).is_ok();
            if !fits {
                self.gives_room(bound);
            }
            fits
        })
    }

    fn gives_room(&self, bound: usize) {
        self.kept.fetch_sub(bound as u64, Ordering::Relaxed);
    }

    /// What is known of an end; of the end that has been known for longest nothing is, if there are too many.
    fn find_or_note(&self, place: usize, end: NodeId, bound: usize) -> Arc<End> {
        let mut ends = self.ends[place].lock();
        if let Some((_, known)) = ends.iter().find(|(known, _)| *known == end) {
            return known.clone();
        }
        if ends.len() == ENDS {
            let (_, last) = ends.remove(0);
            if last.wave.get().is_some() {
                self.gives_room(bound);
            }
        }
        let new: Arc<End> = Arc::default();
        ends.push((end, new.clone()));
        new
    }
}

impl Ends {
    fn lock(&self) -> MutexGuard<'_, Vec<(NodeId, Arc<End>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, end: NodeId) -> Option<Arc<End>> {
        self.lock().iter().find(|(known, _)| *known == end).map(|(_, of)| of.clone())
    }
}

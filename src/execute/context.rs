//! What every operator of a running statement shares.

use super::changes::Changes;
use super::evaluate::{Large, Searches, Weights};
use super::operators::path_tests::Passing;
use super::operators::shortest::Known;
use super::operators::table::Table;
use super::parts::Part;
use super::profile::Profile;
use super::shared::Shared;
use crate::base::{Meter, Result};
use crate::functions::{self, Procedures};
use crate::graph::{Bits, Entity, Graph, Mask};
use crate::value::Map;
use std::sync::Arc;

pub struct Context<'e> {
    pub graph: &'e mut Graph,
    pub parameters: &'e Map,
    pub procedures: &'e Procedures,
    pub meter: Meter,
    /// Set when the statement is asked as of a day.
    pub mask: Option<Arc<Mask>>,
    pub now: i128,
    pub changes: Changes,
    /// Relationships looked at.
    pub touched: u64,
    /// Gathers what true subqueries rest on; `None` when nobody asks.
    pub witnesses: Option<Vec<Entity>>,
    pub profile: Option<Profile>,
    /// The statement writes, so names may come into being while it runs.
    pub writes: bool,
    /// The graph's version before the statement wrote anything.
    pub version: u64,
    /// Properties may be read when something looks at them, and not before.
    pub late: bool,
    /// The part of shared work that this worker does.
    pub part: Option<Part>,
    /// Others have work of their own, so that this worker does all pieces of its work itself.
    pub alone: bool,
    /// Whatever can be remembered is told by codes, also where hardly any value comes twice.
    pub remembers: bool,
    /// Shared by all workers.
    pub searches: Arc<Searches>,
    pub weights: Arc<Weights>,
    /// The members of sets, by the slot that stands for the set.
    pub sets: Arc<Shared<Bits>>,
    /// Nodes by what is worked out of them.
    pub tables: Arc<Shared<Table>>,
    /// What is known of the ends of searches, by the slot of what they look for.
    pub ends: Arc<Shared<Known>>,
    /// What may be walked over, by the slot of what is asked.
    pub passing: Arc<Shared<Passing>>,
    /// Made by this worker.
    pub large: Large,
}

impl Context<'_> {
    /// Whether the statement has written, so that what was read before may be other now.
    pub fn has_written(&self) -> bool {
        self.writes && self.graph.version() != self.version
    }

    #[inline]
    pub fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }

    /// Books memory for a moment: fails if it is more than there may be.
    pub fn can_hold(&self, bytes: u64) -> Result<()> {
        self.meter.fits(bytes)
    }

    /// Where the part of shared work begins that this worker does.
    pub fn place(&self) -> u32 {
        self.part.as_ref().map_or(0, |part| part.range.start)
    }

    pub fn functions(&self) -> functions::Context<'_> {
        let Context { graph, mask, now, meter, .. } = self;
        functions::Context { graph, mask: mask.as_deref(), now: *now, meter }
    }

    pub fn witness(&mut self, entity: Entity) {
        if let Some(witnesses) = &mut self.witnesses {
            witnesses.push(entity);
        }
    }
}

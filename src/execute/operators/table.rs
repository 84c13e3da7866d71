//! Nodes by what is worked out of them.

use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::evaluate::Computed;
use crate::execute::operators::apart::Apart;
use crate::optimize::slots::SlotSet;
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHasher};
use std::cell::{Cell, OnceCell};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Nodes by the hash of some values of each.
#[derive(Default)]
pub struct Table {
    shares: Vec<Share>,
    /// Those whose values cannot be worked out.
    fail: Vec<u32>,
}

/// The nodes whose hashes begin alike.
#[derive(Default)]
struct Share {
    /// From where to where the nodes of a hash go.
    places: FxHashMap<u64, (u32, u32)>,
    nodes: Vec<u32>,
}

/// Shares of a table: none is long work. By so many of its first bits a hash is of one of them.
const SHARES: usize = 1 << BITS;
const BITS: u32 = 8;

/// So many nodes are worth it that several workers put them in order.
const MANY: usize = 1 << 14;

/// The share of a hash.
fn share_of(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}

/// Where nodes are looked up by values of theirs.
pub struct ByValues {
    /// All nodes that may be found.
    scan: Apart,
    values: Vec<Computed>,
    table: OnceCell<Arc<Table>>,
    /// How many rows were looked up, and all nodes: those that the first of them may find, and rows that fail.
    asked: Cell<usize>,
    all: OnceCell<Vec<u32>>,
}

/// For fewer rows all nodes are looked at faster than something is worked out of each and kept.
const FEW: usize = 8;

/// Bytes of a node in a table, and of its hash.
const BYTES: u64 = 40;

impl ByValues {
    pub fn new(scan: Apart, values: Vec<Computed>) -> ByValues {
        ByValues { scan, values, table: OnceCell::new(), asked: Cell::new(0), all: OnceCell::new() }
    }

    /// Adds the nodes that may have values like those of a row.
    pub fn find(&self, hashed: Hashed, into: &mut Vec<u32>, context: &mut Context<'_>) -> Result<()> {
        self.asked.set(self.asked.get() + 1);
        let is_first = self.table.get().is_none() && self.asked.get() < FEW;
        match hashed {
            Hashed::Null => {}
            Hashed::By(hash) if !is_first => self.table(context)?.find(hash, into),
            Hashed::By(_) | Hashed::Fails => into.extend_from_slice(self.all(context)?),
        }
        Ok(())
    }

    fn all(&self, context: &mut Context<'_>) -> Result<&[u32]> {
        if let Some(all) = self.all.get() {
            return Ok(all);
        }
        let mut all = Vec::new();
        self.scan.batches(context, |batch, context| {
            all.extend(self.scan.nodes(batch).map(|(_, node)| node.0));
            context.can_hold(all.len() as u64 * 8)
        })?;
        Ok(self.all.get_or_init(|| all))
    }

    /// The table, which is made when something is looked up.
    fn table(&self, context: &mut Context<'_>) -> Result<&Table> {
        if let Some(table) = self.table.get() {
            return Ok(table);
        }
        let tables = context.tables.clone();
        let table = tables.get(self.scan.node, || self.make(context))?;
        Ok(self.table.get_or_init(|| table))
    }

    fn make(&self, context: &mut Context<'_>) -> Result<Table> {
        let mut table = Table::default();
        let mut found: Vec<Vec<(u64, u32)>> = vec![Vec::new(); SHARES];
        let mut count = 0;
        self.scan.batches(context, |batch, context| {
            let hashes = hashes(&self.values, batch, context)?;
            for (row, node) in self.scan.nodes(batch) {
                match hashes[row] {
                    Hashed::By(hash) => found[share_of(hash)].push((hash, node.0)),
                    Hashed::Null => {}
                    Hashed::Fails => table.fail.push(node.0),
                }
            }
            count += batch.length;
            context.can_hold(count as u64 * BYTES)
        })?;
        let worth = if count < MANY { usize::MAX } else { 1 };
        table.shares = crew::each(SHARES, worth, context, |share, meter| {
            let found = &found[share];
            meter.work(found.len() as u32)?;
            meter.check()?;
            Ok(Share::of(found.clone()))
        })?;
        Ok(table)
    }
}

impl Share {
    fn of(mut found: Vec<(u64, u32)>) -> Share {
        found.sort_unstable();
        let mut share = Share::default();
        for same in found.chunk_by(|(one, _), (other, _)| one == other) {
            let begin = share.nodes.len() as u32;
            share.nodes.extend(same.iter().map(|(_, node)| *node));
            if let Some((hash, _)) = same.first() {
                share.places.insert(*hash, (begin, share.nodes.len() as u32));
            }
        }
        share
    }
}

impl Table {
    /// Adds the nodes that may have values of that hash.
    fn find(&self, hash: u64, into: &mut Vec<u32>) {
        let share = &self.shares[share_of(hash)];
        if let Some((begin, end)) = share.places.get(&hash) {
            into.extend_from_slice(&share.nodes[*begin as usize..*end as usize]);
        }
        into.extend_from_slice(&self.fail);
    }
}

/// Hashes of the values of each row.
pub fn hashes(values: &[Computed], batch: &Batch, context: &mut Context<'_>) -> Result<Vec<Hashed>> {
    let mut rows = vec![Hashed::By(FxHasher::default()); batch.length];
    for value in values {
        context.meter.work(batch.length as u32)?;
        let column = value.column(batch, context);
        context.meter.check()?;
        if let Ok(column) = column {
            rows.iter_mut().enumerate().for_each(|(row, hashed)| hashed.add(&column, row));
            continue;
        }
        // It fails for some rows.
        let slots: SlotSet = batch.slots().collect();
        for (row, hashed) in rows.iter_mut().enumerate() {
            let one = batch.gather(&[row as u32], &slots);
            match value.column(&one, context) {
                Ok(column) => hashed.add(&column, 0),
                Err(_) => *hashed = Hashed::Fails,
            }
            context.meter.check()?;
        }
    }
    Ok(rows.into_iter().map(Hashed::finished).collect())
}

/// Whether nothing is equal to a value: null, no number, and what has one of these in it.
fn equals_none(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Float(number) => number.is_nan(),
        Value::List(items) => items.iter().any(equals_none),
        Value::Map(map) => map.values().any(equals_none),
        _ => false,
    }
}

/// What the values of a row are like.
#[derive(Clone, Copy)]
pub enum Hashed<H = u64> {
    /// Where all are equal, it is the same.
    By(H),
    /// One of them is null or the like, to which nothing is equal.
    Null,
    /// One of them cannot be worked out: whether that matters depends on the conditions before.
    Fails,
}

impl Hashed<FxHasher> {
    /// Takes in a further value of the row.
    fn add(&mut self, column: &Column, row: usize) {
        let Hashed::By(hasher) = self else { return };
        let equals_none = column.look(row, |value| {
            value.hash(hasher);
            equals_none(value)
        });
        if equals_none {
            *self = Hashed::Null;
        }
    }

    fn finished(self) -> Hashed {
        match self {
            Hashed::By(hasher) => Hashed::By(hasher.finish()),
            Hashed::Null => Hashed::Null,
            Hashed::Fails => Hashed::Fails,
        }
    }
}

//! Nodes by what is worked out of them.

use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::evaluate::Computed;
use crate::execute::operators::apart::Apart;
use crate::execute::parts::{Part, Queue};
use crate::execute::spread::{Spread, can_share};
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
const MANY: u64 = 1 << 14;

/// The share of a hash.
fn share_of(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}

/// Where nodes are looked up by values of theirs.
pub struct ByValues {
    /// All nodes that may be found, or those of the part that the context has.
    scan: Apart,
    values: Vec<Computed>,
    /// How several workers make the table.
    spread: Spread,
    table: OnceCell<Arc<Table>>,
    /// How many rows were looked up, and all nodes: those that the first of them may find, and rows that fail.
    asked: Cell<usize>,
    all: OnceCell<Vec<u32>>,
}

/// For fewer rows all nodes are looked at faster than something is worked out of each and kept.
const FEW: usize = 3;

/// Bytes of a node in a table, and of its hash.
const BYTES: u64 = 40;

/// What one worker has worked out of nodes: their hashes by share, and those that fail.
#[derive(Default)]
pub struct Worked {
    hashes: Vec<Vec<(u64, u32)>>,
    fail: Vec<u32>,
    count: u64,
}

impl ByValues {
    /// Of a scan that does a part of its work at a time.
    pub fn new(scan: Apart, values: Vec<Computed>, spread: Spread) -> ByValues {
        let (table, asked, all) = (OnceCell::new(), Cell::new(0), OnceCell::new());
        ByValues { scan, values, spread, table, asked, all }
    }

    /// Adds the nodes that may have values like those of a row.
    pub fn find(&self, hashed: Hashed, into: &mut Vec<u32>, context: &mut Context<'_>) -> Result<()> {
        self.asked.set(self.asked.get() + 1);
        let is_there = || self.table.get().is_some() || context.tables.known(self.scan.node).is_some();
        let is_first = self.asked.get() < FEW && !is_there();
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
        apart(context, |context| {
            self.scan.batches(context, |batch, context| {
                all.extend(self.scan.nodes(batch).map(|(_, node)| node.0));
                context.can_hold(all.len() as u64 * 8)
            })
        })?;
        Ok(self.all.get_or_init(|| all))
    }

    /// The table, which is made when something is looked up.
    fn table(&self, context: &mut Context<'_>) -> Result<&Table> {
        if let Some(table) = self.table.get() {
            return Ok(table);
        }
        let tables = context.tables.clone();
        let table = tables.get(self.scan.node, || apart(context, |context| self.make(context)))?;
        Ok(self.table.get_or_init(|| table))
    }

    fn make(&self, context: &mut Context<'_>) -> Result<Table> {
        let mut worked = self.work_out(context)?;
        let count: u64 = worked.iter().map(|worked| worked.count).sum();
        context.can_hold(count * BYTES)?;
        let mut fail: Vec<u32> =
            worked.iter_mut().flat_map(|worked| std::mem::take(&mut worked.fail)).collect();
        fail.sort_unstable();
        let worth = if count < MANY { usize::MAX } else { 1 };
        let shares = crew::each(SHARES, worth, context, |share, meter| {
            let found: Vec<(u64, u32)> =
                worked.iter().filter_map(|worked| worked.hashes.get(share)).flatten().copied().collect();
            meter.work(found.len() as u32)?;
            meter.check()?;
            Ok(Share::of(found))
        })?;
        Ok(Table { shares, fail })
    }

    /// The hashes of all nodes; when it takes long, by all workers.
    fn work_out(&self, context: &mut Context<'_>) -> Result<Vec<Worked>> {
        let queue = self.spread.queue(context)?;
        let (mut first, mut all) = (Worked::default(), Vec::new());
        while let Some(part) = queue.next_alone() {
            self.work_out_part(part, &mut first, context)?;
            if queue.is_long() && can_share(context) && !context.alone {
                let own = |context: &mut Context<'_>| self.work_out_parts(&queue, context);
                let another = |spread: &Spread, context: &mut Context<'_>| spread.worked_out(&queue, context);
                let (mine, others) = self.spread.share(&queue, context, own, another)?;
                all = others;
                all.push(mine);
            }
        }
        all.push(first);
        Ok(all)
    }

    /// The hashes of the nodes of the parts that the workers' queue gives out.
    pub fn work_out_parts(&self, queue: &Queue, context: &mut Context<'_>) -> Result<Worked> {
        let mut worked = Worked::default();
        while let Some(part) = queue.next() {
            self.work_out_part(part, &mut worked, context)?;
        }
        Ok(worked)
    }

    fn work_out_part(&self, part: Part, worked: &mut Worked, context: &mut Context<'_>) -> Result<()> {
        worked.hashes.resize_with(SHARES, Vec::new);
        context.part = Some(part);
        self.scan.batches(context, |batch, context| {
            let hashes = hashes(&self.values, batch, context)?;
            for (row, node) in self.scan.nodes(batch) {
                match hashes[row] {
                    Hashed::By(hash) => worked.hashes[share_of(hash)].push((hash, node.0)),
                    Hashed::Null => {}
                    Hashed::Fails => worked.fail.push(node.0),
                }
            }
            worked.count += batch.length as u64;
            context.can_hold(worked.count * BYTES)
        })
    }
}

/// Does what goes through nodes of its own, whatever part of the work is done around it.
fn apart<T>(context: &mut Context<'_>, work: impl FnOnce(&mut Context<'_>) -> Result<T>) -> Result<T> {
    let around = context.part.take();
    let done = work(context);
    context.part = around;
    done
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

fn hash_text(text: &[u8], hasher: &mut FxHasher) {
    hasher.write(text);
    // Two texts that follow each other are not the same as two others that are as long together.
    hasher.write_u8(u8::MAX);
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
        let equals_none = match column.text(row) {
            // No value is made of a text that lies there.
            Some(Some(text)) => {
                hash_text(text, hasher);
                false
            }
            Some(None) => true,
            None => column.look(row, |value| {
                match value {
                    Value::String(text) => hash_text(text.as_bytes(), hasher),
                    value => value.hash(hasher),
                }
                equals_none(value)
            }),
        };
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

//! Nodes by what is worked out of them.

use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column};
use crate::execute::context::Context;
use crate::execute::evaluate::Computed;
use crate::execute::operator::{Argument, Operator};
use rustc_hash::{FxHashMap, FxHasher};
use std::cell::{OnceCell, RefCell};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Nodes by the hash of some values of each; none of those with a null.
#[derive(Default)]
pub struct Table {
    /// From where to where the nodes of a hash go.
    places: FxHashMap<u64, (u32, u32)>,
    nodes: Vec<u32>,
}

/// Where nodes are looked up by values of theirs.
pub struct ByValues {
    node: Slot,
    /// All nodes that may be found.
    scan: RefCell<Box<dyn Operator>>,
    argument: Argument,
    values: Vec<Computed>,
    table: OnceCell<Arc<Table>>,
}

/// Bytes of a node in a table, and of its hash.
const BYTES: u64 = 40;

impl ByValues {
    pub fn new(node: Slot, scan: Box<dyn Operator>, argument: Argument, values: Vec<Computed>) -> ByValues {
        ByValues { node, scan: RefCell::new(scan), argument, values, table: OnceCell::new() }
    }

    /// The table, which is made when something is looked up.
    pub fn table(&self, context: &mut Context<'_>) -> Result<&Table> {
        if let Some(table) = self.table.get() {
            return Ok(table);
        }
        let tables = context.tables.clone();
        let table = tables.get(self.node, || self.make(context))?;
        Ok(self.table.get_or_init(|| table))
    }

    fn make(&self, context: &mut Context<'_>) -> Result<Table> {
        let mut found: Vec<(u64, u32)> = Vec::new();
        let mut scan = self.scan.borrow_mut();
        scan.reset();
        self.argument.put(Batch::of_length(1));
        while let Some(batch) = scan.next(context)? {
            let hashes = hashes(&self.values, &batch, context)?;
            let nodes = batch.column(self.node);
            let of_row = |(row, hash): (usize, Option<u64>)| Some((hash?, nodes.node(row)?.0));
            found.extend(hashes.into_iter().enumerate().filter_map(of_row));
            context.can_hold(found.len() as u64 * BYTES)?;
        }
        context.meter.work(found.len() as u32)?;
        found.sort_unstable();
        let mut table = Table::default();
        for same in found.chunk_by(|(one, _), (other, _)| one == other) {
            let begin = table.nodes.len() as u32;
            table.nodes.extend(same.iter().map(|(_, node)| *node));
            if let Some((hash, _)) = same.first() {
                table.places.insert(*hash, (begin, table.nodes.len() as u32));
            }
        }
        Ok(table)
    }
}

impl Table {
    pub fn nodes(&self, hash: u64) -> &[u32] {
        let (begin, end) = self.places.get(&hash).copied().unwrap_or_default();
        self.nodes.get(begin as usize..end as usize).unwrap_or(&[])
    }
}

/// A hash of the values of each row that is the same where all are equal; none where one is null.
pub fn hashes(values: &[Computed], batch: &Batch, context: &mut Context<'_>) -> Result<Vec<Option<u64>>> {
    let mut hashers: Vec<Option<FxHasher>> = vec![Some(FxHasher::default()); batch.length];
    for value in values {
        let column: Column = value.column(batch, context)?;
        for (row, hasher) in hashers.iter_mut().enumerate() {
            let is_there = hasher.as_mut().is_some_and(|hasher| {
                column.look(row, |value| {
                    value.hash(hasher);
                    !value.is_null()
                })
            });
            if !is_there {
                *hasher = None;
            }
        }
        context.meter.work(batch.length as u32)?;
    }
    Ok(hashers.into_iter().map(|hasher| hasher.map(|hasher| hasher.finish())).collect())
}

//! Values that have codes: each its place in a list that grows.
//!
//! Every worker has lists of its own, so that one code stands for different values with each. Columns that come from
//! another worker are told in codes of the list of whoever takes them in.

use crate::base::Result;
use crate::execute::batch::{Column, Growing};
use crate::execute::context::Context;
use crate::execute::operators::keys::{Numbering, encode};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A list of values, each once, but for values that are equal and do not look the same.
pub struct Codes {
    list: u64,
    values: Growing,
    known: Numbering,
    /// The code of each known value.
    codes: Vec<u32>,
    /// The codes here of the codes of other lists, as far as these have come.
    others: FxHashMap<u64, Vec<u32>>,
    scratch: Vec<u8>,
}

/// No row with that code has come yet.
const OPEN: u32 = u32::MAX;

impl Default for Codes {
    fn default() -> Codes {
        static LISTS: AtomicU64 = AtomicU64::new(0);
        Codes {
            list: LISTS.fetch_add(1, Ordering::Relaxed),
            values: Growing::default(),
            known: Numbering::default(),
            codes: Vec::new(),
            others: FxHashMap::default(),
            scratch: Vec::new(),
        }
    }
}

impl Codes {
    /// A list that begins with the values of another one, in the same places.
    pub fn after(other: u64, values: &Growing, context: &mut Context<'_>) -> Result<Codes> {
        let mut list = Codes::default();
        let mut same = Vec::with_capacity(values.len());
        for value in values.from(0) {
            context.meter.tick()?;
            same.push(list.code_of(value.clone(), context)?);
        }
        list.others.insert(other, same);
        Ok(list)
    }

    /// What tells this list from all others.
    pub fn id(&self) -> u64 {
        self.list
    }

    pub fn values(&self) -> &Growing {
        &self.values
    }

    /// A column of codes of this list.
    pub fn column(&self, codes: impl Into<Arc<Vec<u32>>>) -> Column {
        Column::Coded { codes: codes.into(), values: self.values.clone(), list: self.list }
    }

    /// The code of a value, which is put in the list if it is not there yet.
    pub fn code_of(&mut self, value: Value, context: &mut Context<'_>) -> Result<u32> {
        self.scratch.clear();
        // 1 and 1.0 have the same bytes but do not look the same.
        if has_float(&value) {
            context.meter.hold(96)?;
            return Ok(self.values.push(value, true));
        }
        encode(&value, &mut self.scratch);
        let (number, is_new) = self.known.number(&self.scratch);
        if !is_new {
            return Ok(self.codes[number as usize]);
        }
        context.meter.hold(self.scratch.len() as u64 + 96)?;
        let code = self.values.push(value, false);
        self.codes.push(code);
        Ok(code)
    }

    /// The same values as codes of this list, where they come as codes of another one.
    pub fn own(&mut self, column: Column, context: &mut Context<'_>) -> Result<Column> {
        let Column::Coded { codes, values, list } = column else { return Ok(column) };
        if list == self.list {
            return Ok(Column::Coded { codes, values, list });
        }
        let mut own = self.others.remove(&list).unwrap_or_default();
        let more = values.len().saturating_sub(own.len());
        context.meter.hold(more as u64 * 4)?;
        own.resize(own.len() + more, OPEN);
        let mut told = Vec::with_capacity(codes.len());
        for code in codes.iter() {
            let known = own.get(*code as usize).copied().unwrap_or(OPEN);
            if known != OPEN {
                told.push(known);
                continue;
            }
            context.meter.tick()?;
            let new = self.code_of(values.get(*code as usize).cloned().unwrap_or_default(), context)?;
            if let Some(entry) = own.get_mut(*code as usize) {
                *entry = new;
            }
            told.push(new);
        }
        self.others.insert(list, own);
        Ok(self.column(told))
    }
}

fn has_float(value: &Value) -> bool {
    match value {
        Value::Float(_) => true,
        Value::List(items) => items.iter().any(has_float),
        Value::Map(map) => map.values().any(has_float),
        _ => false,
    }
}

//! Values that have codes: each its place in a list that grows.
//!
//! Every worker has lists of its own, so that one code stands for different values with each. Columns that come from
//! another worker are told in codes of the list of whoever takes them in.

use crate::base::Result;
use crate::execute::batch::{Column, Growing};
use crate::execute::context::Context;
use crate::execute::operators::keys::{Keys, encode};
use crate::execute::operators::numbering::Numbering;
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

/// A row with that code has come, and its code here is about to be told.
const TAKEN: u32 = u32::MAX - 1;

/// What is booked for a value beside its bytes.
const BESIDE: u64 = 96;

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
        let same = list.codes_of(values.from(0), context)?;
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
        let known = (!has_float(&value)).then(|| {
            encode(&value, &mut self.scratch);
            self.known.number(&self.scratch)
        });
        let (code, is_kept) = self.put(known, || value);
        context.meter.hold(if is_kept { self.scratch.len() as u64 + BESIDE } else { 0 })?;
        Ok(code)
    }

    /// The code of a value whose key has a number, which may be new, and whether the value is kept from now on. 1 and 1.0
    /// have the same bytes but do not look the same: what has a float has no number.
    fn put(&mut self, known: Option<(u32, bool)>, value: impl FnOnce() -> Value) -> (u32, bool) {
        match known {
            None => (self.values.push(value(), true), true),
            Some((number, false)) => (self.codes[number as usize], false),
            Some((_, true)) => {
                let code = self.values.push(value(), false);
                self.codes.push(code);
                (code, true)
            }
        }
    }

    /// The codes of several values, which are put in the list if they are not there yet.
    fn codes_of<'v>(
        &mut self,
        values: impl IntoIterator<Item = &'v Value>,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        let (mut codes, mut packed, mut some) = (Vec::new(), Keys::default(), Vec::new());
        let mut values = values.into_iter().peekable();
        while let Some(value) = values.next() {
            context.meter.tick()?;
            let length = match has_float(value) {
                true => None,
                false => Some(packed.add(|key| encode(value, key)) as u64),
            };
            some.push((value, length));
            if packed.is_full() || values.peek().is_none() {
                self.add_packed(&packed, &some, &mut codes, context)?;
                packed.clear();
                some.clear();
            }
        }
        Ok(codes)
    }

    /// The codes of some values: those whose keys are packed, which have a length, and those that are told by themselves.
    fn add_packed(
        &mut self,
        packed: &Keys,
        values: &[(&Value, Option<u64>)],
        codes: &mut Vec<u32>,
        context: &mut Context<'_>,
    ) -> Result<()> {
        let mut numbers = Vec::new();
        self.known.number_all(packed, |number, is_new| numbers.push((number, is_new)));
        let (mut numbers, mut held) = (numbers.into_iter(), 0);
        for (value, length) in values {
            let known = length.and_then(|_| numbers.next());
            let (code, is_kept) = self.put(known, || (*value).clone());
            held += if is_kept { length.unwrap_or(0) + BESIDE } else { 0 };
            codes.push(code);
        }
        context.meter.hold(held)
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
        let mut new = Vec::new();
        for code in codes.iter() {
            if let Some(entry) = own.get_mut(*code as usize).filter(|entry| **entry == OPEN) {
                *entry = TAKEN;
                new.push(*code);
            }
        }
        let told = self.codes_of(new.iter().filter_map(|code| values.get(*code as usize)), context)?;
        for (code, told) in new.iter().zip(told) {
            own[*code as usize] = told;
        }
        let told: Vec<u32> =
            codes.iter().map(|code| own.get(*code as usize).copied().unwrap_or(OPEN)).collect();
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

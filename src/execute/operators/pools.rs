//! Different keys of which only the number is asked.
//!
//! Keys go to pools by their hashes, without a look at whether they have come before; a pool is settled when it has
//! grown, and in the end: what is in it more often than once is left in it once. So nobody goes to places all over the
//! memory for each key, and the pools of several workers are counted side by side.

use super::keys::{Keys, encode, encode_row, hash};
use super::numbering::{OPEN, Place, Table};
use crate::algebra::Slot;
use crate::base::{Meter, Result, free};
use crate::execute::batch::{Batch, Column, Growing};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::graph::Bits;
use crate::value::Value;

/// The keys that one worker has found.
#[derive(Default)]
pub struct Pools {
    pools: Vec<Pool>,
    /// Whether null has come, where it is all of a key.
    null: bool,
    /// Of a list of codes, those whose values have been taken in.
    taken: (Option<u64>, Bits),
    /// Bytes that have been booked, and those that are yet to be.
    held: u64,
    unbooked: u64,
    room: Vec<u8>,
}

/// How many pools there are, as a power of two.
const POOLS: u32 = 7;

/// So many keys in a pool are worth to be settled.
const MANY: usize = 256;

/// And so many times as many as were different the last time.
const GROWN: usize = 4;

/// What is booked for a key beside its bytes.
const BESIDE: u64 = 32;

/// So many bytes are booked at once.
const BOOKED: u64 = 1 << 16;

/// Bytes of keys that take long to free.
const LONG: u64 = 16 << 20;

/// Begins a key that is no text: no text has such a byte.
const NO_TEXT: u8 = 0xFF;

/// How many different keys there are, and whether null is one more.
pub struct Different {
    pub keys: usize,
    pub null: bool,
}

impl Pools {
    /// Takes in the keys of some rows.
    pub fn add(&mut self, keys: &Batch, slots: &[Slot], context: &mut Context<'_>) -> Result<()> {
        if self.pools.is_empty() {
            self.pools.resize_with(1 << POOLS, Pool::default);
        }
        match slots {
            [slot] => self.add_column(keys.column(*slot), keys.length, context)?,
            _ => {
                for row in 0..keys.length {
                    let write = |key: &mut Vec<u8>| {
                        slots.iter().for_each(|slot| encode_row(keys.column(*slot), row, key));
                    };
                    self.put_written(write, &mut context.meter)?;
                }
            }
        }
        context.meter.rows(self.pools.iter().map(|pool| pool.settled as u64).sum())
    }

    fn add_column(&mut self, column: &Column, rows: usize, context: &mut Context<'_>) -> Result<()> {
        match column {
            Column::Coded { codes, values, list } => {
                for code in codes.iter() {
                    if self.is_new_code(*code, *list) {
                        self.add_code(*code, values, &mut context.meter)?;
                    }
                }
            }
            _ => {
                for row in 0..rows {
                    match column.text(row) {
                        Some(Some(text)) => self.put(text, &mut context.meter)?,
                        Some(None) => self.null = true,
                        None => column.look(row, |value| self.add_value(value, &mut context.meter))?,
                    }
                }
            }
        }
        Ok(())
    }

    fn is_new_code(&mut self, code: u32, list: u64) -> bool {
        if self.taken.0 != Some(list) {
            self.taken = (Some(list), Bits::default());
        }
        self.taken.1.insert(code)
    }

    fn add_code(&mut self, code: u32, values: &Growing, meter: &mut Meter) -> Result<()> {
        match values.get(code as usize) {
            Some(value) => self.add_value(value, meter),
            None => Ok(()),
        }
    }

    fn add_value(&mut self, value: &Value, meter: &mut Meter) -> Result<()> {
        match value {
            Value::Null => {
                self.null = true;
                Ok(())
            }
            Value::String(text) => self.put(text.as_bytes(), meter),
            value => {
                let write = |key: &mut Vec<u8>| {
                    key.push(NO_TEXT);
                    encode(value, key);
                };
                self.put_written(write, meter)
            }
        }
    }

    /// Takes in a key that is written by whoever knows it.
    fn put_written(&mut self, write: impl FnOnce(&mut Vec<u8>), meter: &mut Meter) -> Result<()> {
        let mut key = std::mem::take(&mut self.room);
        key.clear();
        write(&mut key);
        let put = self.put(&key, meter);
        self.room = key;
        put
    }

    #[inline]
    fn put(&mut self, key: &[u8], meter: &mut Meter) -> Result<()> {
        meter.work(1 + (key.len() / 64) as u32)?;
        self.unbooked += key.len() as u64 + BESIDE;
        if self.unbooked >= BOOKED {
            self.book(meter)?;
        }
        let hash = hash(key);
        let Some(pool) = self.pools.get_mut((hash >> (u64::BITS - POOLS)) as usize) else { return Ok(()) };
        pool.push(hash as u32, key);
        if pool.hashes.len() >= pool.next {
            let freed = pool.settle(meter)?;
            self.book(meter)?;
            meter.release(freed);
            self.held = self.held.saturating_sub(freed);
        }
        Ok(())
    }

    fn book(&mut self, meter: &mut Meter) -> Result<()> {
        let bytes = std::mem::take(&mut self.unbooked);
        self.held += bytes;
        meter.hold(bytes)
    }

    /// How many different keys there are in those of all workers.
    pub fn different(all: Vec<Pools>, context: &mut Context<'_>) -> Result<Different> {
        let counts = crew::each(1 << POOLS, 2, context, |place, meter| {
            let pools: Vec<&Pool> = all.iter().filter_map(|pools| pools.pools.get(place)).collect();
            let mut count = 0;
            each_first(&pools, meter, |_| count += 1)?;
            Ok(count)
        })?;
        context.meter.release(all.iter().map(|pools| pools.held).sum());
        let different = Different { keys: counts.iter().sum(), null: all.iter().any(|pools| pools.null) };
        context.meter.rows(different.keys as u64)?;
        Ok(different)
    }
}

impl Drop for Pools {
    fn drop(&mut self) {
        free(std::mem::take(&mut self.pools), self.held >= LONG);
    }
}

/// Keys with hashes that begin alike.
struct Pool {
    hashes: Vec<u32>,
    keys: Keys,
    /// So many of the first are different from each other.
    settled: usize,
    /// It is settled when there are so many keys.
    next: usize,
}

impl Default for Pool {
    fn default() -> Pool {
        Pool { hashes: Vec::new(), keys: Keys::default(), settled: 0, next: MANY }
    }
}

impl Pool {
    #[inline]
    fn push(&mut self, hash: u32, key: &[u8]) {
        self.hashes.push(hash);
        self.keys.add(|bytes| bytes.extend_from_slice(key));
    }

    /// Leaves each key once; how many bytes need no longer be booked.
    fn settle(&mut self, meter: &mut Meter) -> Result<u64> {
        let mut first = Vec::with_capacity(self.hashes.len());
        each_first(&[self], meter, |place| first.push(place))?;
        let left_out = self.hashes.len() - first.len();
        let before = self.keys.length();
        if left_out > 0 {
            self.keys.leave(&first);
            for (place, from) in first.iter().enumerate() {
                self.hashes[place] = self.hashes[*from];
            }
            self.hashes.truncate(first.len());
        }
        self.settled = first.len();
        self.next = (self.settled * GROWN).max(MANY);
        Ok((before - self.keys.length()) as u64 + left_out as u64 * BESIDE)
    }
}

/// Calls with the number of each key that has not come before, where keys of several pools are numbered one after the
/// other. Hashes of all pools begin alike.
fn each_first(pools: &[&Pool], meter: &mut Meter, mut call: impl FnMut(usize)) -> Result<()> {
    let count: usize = pools.iter().map(|pool| pool.hashes.len()).sum();
    meter.fits(Table::bytes(count))?;
    let mut table = Table::with_room_for(count);
    let mut number = 0;
    for pool in pools {
        for (hash, own) in pool.hashes.iter().zip(pool.keys.iter()) {
            meter.tick()?;
            let place = table.find(*hash, |other| key(pools, other as usize) == own);
            if place.number == OPEN {
                *place = Place { hash: *hash, number };
                call(number as usize);
            }
            number += 1;
        }
    }
    Ok(())
}

/// The key with a number among those of several pools.
fn key<'p>(pools: &[&'p Pool], mut number: usize) -> &'p [u8] {
    for pool in pools {
        if number < pool.hashes.len() {
            return pool.keys.get(number as u32);
        }
        number -= pool.hashes.len();
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use std::collections::BTreeSet;
    use std::time::Instant;

    fn meter() -> Meter {
        Meter::since(Instant::now(), &Budget::default())
    }

    fn pool(keys: &[(u32, &str)]) -> Pool {
        let mut pool = Pool::default();
        keys.iter().for_each(|(hash, key)| pool.push(*hash, key.as_bytes()));
        pool
    }

    #[test]
    fn a_settled_pool_has_each_key_once() {
        // Some different keys have the same hash.
        let mut pool =
            pool(&[(1, "law"), (1, "act"), (1, "law"), (2, ""), (1, "act"), (2, "decree"), (2, "")]);
        let freed = pool.settle(&mut meter()).expect("there is room");
        let left: Vec<&[u8]> = pool.keys.iter().collect();
        assert_eq!(left, ["law", "act", "", "decree"].map(str::as_bytes));
        assert_eq!((freed, pool.settled), (6 + 3 * BESIDE, 4));
        assert_eq!(pool.hashes, [1, 1, 2, 2]);
    }

    #[test]
    fn keys_of_several_pools_are_told_apart() {
        let pools = [pool(&[(7, "a"), (7, "b")]), pool(&[(7, "b"), (8, "c"), (7, "c")])];
        let mut first = Vec::new();
        each_first(&[&pools[0], &pools[1]], &mut meter(), |number| first.push(number))
            .expect("there is room");
        assert_eq!(first, [0, 1, 3, 4]);
    }

    #[test]
    fn values_are_told_apart_as_keys_are() {
        let (mut pools, mut meter) = (Pools::default(), meter());
        pools.pools.resize_with(1 << POOLS, Pool::default);
        let values = [
            Value::Null,
            Value::from("1"),
            Value::Integer(1),
            Value::Float(1.0),
            Value::Float(f64::NAN),
            Value::Float(-f64::NAN),
            Value::Boolean(true),
            Value::from(""),
        ];
        for value in values.iter().chain(&values) {
            pools.add_value(value, &mut meter).expect("there is room");
        }
        let all: BTreeSet<&[u8]> = pools.pools.iter().flat_map(|pool| pool.keys.iter()).collect();
        assert_eq!((all.len(), pools.null), (5, true));
    }

    #[test]
    fn what_comes_again_and_again_takes_no_room() {
        let (mut pools, mut meter) = (Pools::default(), meter());
        pools.pools.resize_with(1 << POOLS, Pool::default);
        for number in 0..200_000u32 {
            pools.put(format!("key {}", number % 5000).as_bytes(), &mut meter).expect("there is room");
        }
        assert!(pools.pools.iter().all(|pool| pool.hashes.len() < MANY.max(5000 / 64 * GROWN)));
        assert!(pools.held < 40_000 * 50, "{}", pools.held);
    }
}

//! Which of several shares a row's group belongs to.
//!
//! Rows that are alike in their keys go to the same share, whoever finds them.

use super::Addends;
use super::chunk::{Lot, by_share};
use super::worth::Expected;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, Growing};
use crate::execute::context::Context;
use crate::execute::operators::groups::{Form, Groups, Places, Told, mixed};
use crate::execute::operators::keys::{encode, encode_row, hash};
use crate::graph::columns::Values;

/// Deals out rows by their keys to so many shares.
#[derive(Clone)]
pub struct Dealer {
    shares: usize,
    by: By,
}

#[derive(Clone)]
enum By {
    /// By what is mixed from all keys.
    Hashes(Vec<Option<Form>>, Vec<Hashes>),
    /// Places that lie side by side have one share: so many, as a power of two.
    Near(Places, u32),
    /// By what is mixed from their places; and how many groups there are in a share.
    Far(Places, usize),
}

/// Hashes of the values of a list of codes.
#[derive(Clone, Default)]
struct Hashes {
    list: Option<u64>,
    of: Vec<u64>,
}

/// The number of null among those of a stored column.
const NULL: u64 = u64::MAX;

/// So many places make a share whose groups stay in the memory that is next to a processor.
const NEAR: u64 = 1 << 15;

/// There are at most so many shares, where there are not more workers.
const SHARES: u64 = 256;

impl Dealer {
    /// Tells keys apart as these rows let it, for a share to each worker.
    pub fn by_hashes(workers: usize, keys: &Batch, slots: &[Slot]) -> Dealer {
        let own = |form: &Form| matches!(form, Form::Coded(_) | Form::Constant(_));
        let form = |slot: &Slot| Form::of(keys.column(*slot)).filter(|form| !own(form));
        let forms: Vec<Option<Form>> = slots.iter().map(form).collect();
        let hashes = vec![Hashes::default(); forms.len()];
        Dealer { shares: workers, by: By::Hashes(forms, hashes) }
    }

    /// For shares that are small, and several for each worker. So many groups are expected.
    pub fn by_places(Expected { places, groups }: Expected, workers: usize) -> Dealer {
        let several = workers as u64 * 4;
        let shares = |count: u64| (count / NEAR).clamp(several, SHARES.max(several));
        if places.are_far() {
            let shares = shares(groups);
            return Dealer { shares: shares as usize, by: By::Far(places, groups.div_ceil(shares) as usize) };
        }
        let shares = shares(places.count());
        // A power of two, as rows are told apart by the upper bits of their places.
        let each = (places.count() / shares).max(1).next_power_of_two();
        Dealer { shares: places.count().div_ceil(each) as usize, by: By::Near(places, each.ilog2()) }
    }

    /// Whether keys that were worked out have to come with codes, also where hardly any comes twice.
    pub fn needs_codes(&self) -> bool {
        matches!(&self.by, By::Near(places, _) | By::Far(places, _) if places.have_codes())
    }

    /// Shares in which there are no groups yet.
    pub fn shares(&self) -> Vec<Groups> {
        let new = |share: u32| match &self.by {
            By::Hashes(..) => Groups::new(false),
            By::Near(_, bits) => Groups::of_places(share << bits, 1 << bits),
            By::Far(_, groups) => Groups::of_far_places(*groups),
        };
        (0..self.shares as u32).map(new).collect()
    }

    /// Rows by share; nothing where keys come in a form that they did not have before.
    pub fn deal(
        &mut self,
        mut addends: Addends,
        slots: &[Slot],
        from: (u32, u32),
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<Lot>>> {
        let keys = &mut addends.keys;
        let length = keys.length;
        let (rows, told) = match &mut self.by {
            By::Hashes(forms, hashes) => {
                let mut mixed = vec![0u64; length];
                for ((slot, form), hashes) in slots.iter().zip(forms).zip(hashes) {
                    if mix_column(form.as_ref(), keys.column(*slot), &mut mixed, hashes).is_none() {
                        return Ok(None);
                    }
                }
                (by_share(self.shares, length, mixed.iter().map(|mixed| share_of(*mixed, self.shares))), None)
            }
            By::Near(places, bits) => {
                let Some(told) = places.tell::<u32>(keys, slots, context)? else { return Ok(None) };
                let share = |place: &u32| (place >> *bits) as usize;
                (by_share(self.shares, length, told.iter().map(share)), Some(Told::Near(told)))
            }
            By::Far(places, _) => {
                let Some(told) = places.tell::<u64>(keys, slots, context)? else { return Ok(None) };
                let share = |place: &u64| share_of(mixed(*place), self.shares);
                (by_share(self.shares, length, told.iter().map(share)), Some(Told::Far(told)))
            }
        };
        let keep = slots.iter().copied().collect();
        let lot = |rows| Lot::of(&addends, rows, told.as_ref(), from, &keep);
        Ok(Some(rows.into_iter().map(lot).collect()))
    }
}

/// The share of mixed keys: the upper bits depend on all bits of these.
#[inline]
fn share_of(mixed: u64, shares: usize) -> usize {
    (((mixed >> 32) * shares as u64) >> 32) as usize
}

/// Mixes the values of a column into those of the keys before; nothing where it has another form.
fn mix_column(form: Option<&Form>, column: &Column, mixed: &mut [u64], hashes: &mut Hashes) -> Option<()> {
    match (form, column) {
        (Some(form), column) if !form.fits(column) => return None,
        (Some(_), Column::Nodes(ids) | Column::Relationships(ids)) => {
            mix(mixed, ids.iter().map(|id| u64::from(*id)));
        }
        (Some(_), Column::Integers(numbers)) => mix(mixed, numbers.iter().map(|number| *number as u64)),
        (Some(_), Column::Stored { ids, source }) => {
            let place = |id: &u32| source.presence.place(*id);
            match &source.values {
                Values::Short(numbers) | Values::Dates(numbers) => {
                    let number = |place: usize| i64::from(numbers[place]) as u64;
                    mix(mixed, ids.iter().map(|id| place(id).map_or(NULL, number)));
                }
                Values::Strings { codes, .. } => {
                    let code = |place: usize| u64::from(codes[place]);
                    mix(mixed, ids.iter().map(|id| place(id).map_or(NULL, code)));
                }
                _ => return None,
            }
        }
        (Some(_), _) => return None,
        (None, Column::Coded { codes, values, list }) => {
            let of = hashes.up_to(*list, values);
            let hash = |code: &u32| of.get(*code as usize).copied().unwrap_or(NULL);
            mix(mixed, codes.iter().map(hash));
        }
        (None, Column::Same(value)) => {
            let hash = hash_of(&mut Vec::new(), |bytes| encode(value, bytes));
            mix(mixed, std::iter::repeat(hash));
        }
        (None, column) => {
            let mut bytes = Vec::new();
            mix(mixed, (0..).map(|row| hash_of(&mut bytes, |bytes| encode_row(column, row, bytes))));
        }
    }
    Some(())
}

impl Hashes {
    /// Of all values of a list.
    fn up_to(&mut self, list: u64, values: &Growing) -> &[u64] {
        if self.list != Some(list) {
            *self = Hashes { list: Some(list), of: Vec::new() };
        }
        let mut bytes = Vec::new();
        let known = self.of.len();
        self.of.extend(values.from(known).map(|value| hash_of(&mut bytes, |bytes| encode(value, bytes))));
        &self.of
    }
}

/// The hash of what is written; `room` is used again and again.
fn hash_of(room: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> u64 {
    room.clear();
    write(room);
    hash(room)
}

#[inline]
fn mix(all: &mut [u64], numbers: impl Iterator<Item = u64>) {
    all.iter_mut().zip(numbers).for_each(|(so_far, number)| *so_far = mixed(*so_far ^ number));
}

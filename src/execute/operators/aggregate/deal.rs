//! Which of several workers a row's group belongs to.
//!
//! Rows that are alike in their keys go to the same worker, whoever finds them.

use super::Addends;
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column, Growing};
use crate::execute::operators::groups::Form;
use crate::execute::operators::keys::{encode, hash};
use crate::graph::columns::Values;
use crate::value::Value;

/// Deals out rows to so many workers.
#[derive(Clone)]
pub struct Dealer {
    workers: usize,
    /// The forms of keys that have the same numbers with every worker; others are told apart by their canonical bytes.
    forms: Vec<Option<Form>>,
    /// Of the values of a list of codes, by key.
    hashes: Vec<Hashes>,
}

#[derive(Clone, Default)]
struct Hashes {
    list: Option<u64>,
    of: Vec<u64>,
}

/// Rows of one part that go to one worker.
pub struct Lot {
    /// Where the part begins, and the place of each row in it.
    pub part: u32,
    pub places: Vec<u32>,
    pub rows: Addends,
}

impl Lot {
    pub fn bytes(&self) -> u64 {
        self.rows.bytes() + self.places.len() as u64 * 4
    }
}

/// The number of null among those of a stored column.
const NULL: u64 = u64::MAX;

impl Dealer {
    /// Tells keys apart as these rows let it.
    pub fn new(workers: usize, keys: &Batch, slots: &[Slot]) -> Dealer {
        let own = |form: &Form| matches!(form, Form::Coded(_) | Form::Constant(_));
        let form = |slot: &Slot| Form::of(keys.column(*slot)).filter(|form| !own(form));
        let forms: Vec<Option<Form>> = slots.iter().map(form).collect();
        Dealer { workers, hashes: vec![Hashes::default(); forms.len()], forms }
    }

    /// The rows of each worker; nothing where keys come in a form that they did not have before.
    pub fn deal(&mut self, keys: &Batch, slots: &[Slot]) -> Option<Vec<Vec<u32>>> {
        let mut mixed = vec![0u64; keys.length];
        for ((slot, form), hashes) in slots.iter().zip(&self.forms).zip(&mut self.hashes) {
            mix_column(form.as_ref(), keys.column(*slot), &mut mixed, hashes)?;
        }
        let mut dealt = vec![Vec::with_capacity(mixed.len() / self.workers * 5 / 4); self.workers];
        let workers = self.workers as u64;
        for (row, mixed) in (0..).zip(&mixed) {
            // The upper bits depend on all bits of the keys.
            if let Some(own) = dealt.get_mut((((mixed >> 32) * workers) >> 32) as usize) {
                own.push(row);
            }
        }
        Some(dealt)
    }
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
        (None, Column::Same(value)) => mix(mixed, std::iter::repeat(hash_of(value, &mut Vec::new()))),
        (None, column) => {
            let mut bytes = Vec::new();
            mix(mixed, (0..).map(|row| column.look(row, |value| hash_of(value, &mut bytes))));
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
        self.of.extend(values.from(known).map(|value| hash_of(value, &mut bytes)));
        &self.of
    }
}

fn hash_of(value: &Value, bytes: &mut Vec<u8>) -> u64 {
    bytes.clear();
    encode(value, bytes);
    hash(bytes)
}

#[inline]
fn mix(mixed: &mut [u64], numbers: impl Iterator<Item = u64>) {
    /// The golden ratio, as a share of two to the power of 64: numbers near each other go far apart.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    mixed.iter_mut().zip(numbers).for_each(|(mixed, number)| {
        let both = (*mixed ^ number).wrapping_mul(SPREAD);
        *mixed = both ^ (both >> 32);
    });
}

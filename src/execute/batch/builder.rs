//! Batches put together.

use super::{Batch, Column, Growing, NONE, Writing};
use crate::algebra::Slot;
use crate::execute::evaluate::Codes;
use crate::graph::columns::Column as Stored;
use crate::value::Value;
use std::sync::Arc;

/// Puts rows of several batches together in one.
#[derive(Default)]
pub struct Builder {
    length: usize,
    /// The only batch so far, as it came.
    first: Option<Batch>,
    columns: Vec<(Slot, Pile)>,
}

enum Pile {
    Nodes(Vec<u32>),
    Relationships(Vec<u32>),
    Integers(Vec<i64>),
    Stored(Vec<u32>, Arc<Stored>),
    /// Codes of one list, whose values are those of the longest state of it that has come.
    Coded(Vec<u32>, Growing, u64),
    Texts(Writing),
    /// One value in so many rows.
    Same(Value, usize),
    Values(Vec<Value>),
}

impl Builder {
    pub fn length(&self) -> usize {
        self.length
    }

    /// Adds all rows of a batch.
    pub fn append(&mut self, batch: &Batch) {
        if self.length == 0 {
            self.first = Some(batch.clone());
            self.length = batch.length;
            return;
        }
        if let Some(first) = self.first.take() {
            self.length = 0;
            self.pile_up(&first);
        }
        self.pile_up(batch);
    }

    /// From now on codes of a slot are those of a list that begins with the values of the one that they came from, or
    /// with the only value.
    pub fn tell(&mut self, slot: Slot, of: &Codes) {
        let piles = self.columns.iter_mut().filter(|(known, _)| *known == slot);
        for (_, pile) in piles {
            match pile {
                Pile::Coded(_, values, list) => (*values, *list) = (of.values().clone(), of.id()),
                Pile::Same(_, rows) => *pile = Pile::Coded(vec![0; *rows], of.values().clone(), of.id()),
                _ => {}
            }
        }
        if let Some(first) = &mut self.first {
            let column = match first.take(slot) {
                Column::Coded { codes, .. } => of.column(codes),
                Column::Same(_) => of.column(vec![0; self.length]),
                column => column,
            };
            first.set(slot, column);
        }
    }

    fn pile_up(&mut self, batch: &Batch) {
        for slot in batch.slots() {
            let place = self.place(slot, batch.column(slot));
            if let Some((_, pile)) = self.columns.get_mut(place) {
                pile.extend(batch.column(slot), batch.length);
            }
        }
        self.length += batch.length;
        // A slot that this batch lacks is null in its rows.
        for (_, pile) in &mut self.columns {
            pile.fill(self.length);
        }
    }

    pub fn finish(self) -> Batch {
        if let Some(first) = self.first {
            return first;
        }
        let mut batch = Batch::of_length(self.length);
        for (slot, pile) in self.columns {
            let column = match pile {
                Pile::Nodes(ids) => Column::nodes(ids),
                Pile::Relationships(ids) => Column::relationships(ids),
                Pile::Integers(numbers) => Column::integers(numbers),
                Pile::Stored(ids, source) => Column::Stored { ids: Arc::new(ids), source },
                Pile::Coded(codes, values, list) => Column::Coded { codes: Arc::new(codes), values, list },
                Pile::Texts(texts) => Column::Texts(texts.finish()),
                Pile::Same(value, _) => Column::Same(value),
                Pile::Values(values) => Column::values(values),
            };
            batch.set(slot, column);
        }
        batch
    }

    fn place(&mut self, slot: Slot, like: &Column) -> usize {
        if let Some(place) = self.columns.iter().position(|(known, _)| *known == slot) {
            return place;
        }
        let mut pile = match like {
            Column::Nodes(_) => Pile::Nodes(Vec::new()),
            Column::Relationships(_) => Pile::Relationships(Vec::new()),
            // Rows that lack the slot are null, which a column of whole numbers, of codes or of one value cannot be.
            Column::Integers(_) if self.length == 0 => Pile::Integers(Vec::new()),
            Column::Coded { values, list, .. } if self.length == 0 => {
                Pile::Coded(Vec::new(), values.clone(), *list)
            }
            Column::Stored { source, .. } => Pile::Stored(Vec::new(), source.clone()),
            Column::Texts(_) => Pile::Texts(Writing::default()),
            Column::Same(value) if self.length == 0 && looks_like_equals(value) => {
                Pile::Same(value.clone(), 0)
            }
            _ => Pile::Values(Vec::new()),
        };
        pile.fill(self.length);
        self.columns.push((slot, pile));
        self.columns.len() - 1
    }
}

/// Whether a value looks like all others of this kind that are equal to it, as 1 does not look like 1.0.
fn looks_like_equals(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::String(_) | Value::Date(_))
}

impl Pile {
    fn extend(&mut self, column: &Column, length: usize) {
        match (&mut *self, column) {
            (Pile::Nodes(pile), Column::Nodes(ids))
            | (Pile::Relationships(pile), Column::Relationships(ids)) => {
                pile.extend_from_slice(ids);
            }
            (Pile::Integers(pile), Column::Integers(numbers)) => pile.extend_from_slice(numbers),
            (Pile::Stored(pile, mine), Column::Stored { ids, source }) if Arc::ptr_eq(mine, source) => {
                pile.extend_from_slice(ids);
            }
            (Pile::Coded(pile, known, mine), Column::Coded { codes, values, list }) if mine == list => {
                pile.extend_from_slice(codes);
                if values.len() > known.len() {
                    *known = values.clone();
                }
            }
            (Pile::Same(value, count), Column::Same(other)) if looks_like_equals(other) && value == other => {
                *count += length;
            }
            (Pile::Values(pile), column) => pile.extend((0..length).map(|row| column.value(row))),
            (pile, column) => {
                if let Pile::Texts(texts) = pile
                    && texts.add_column(column, length)
                {
                    return;
                }
                // The column changes its type from here on.
                let (before, rows) = pile.take();
                let mut texts = Writing::default();
                if matches!(column, Column::Texts(_))
                    && texts.add_column(&before, rows)
                    && texts.add_column(column, length)
                {
                    *self = Pile::Texts(texts);
                    return;
                }
                let mut values = before.into_values(rows);
                values.extend((0..length).map(|row| column.value(row)));
                *self = Pile::Values(values);
            }
        }
    }

    /// The rows so far, taken out, and how many they are.
    fn take(&mut self) -> (Column, usize) {
        match self {
            Pile::Nodes(ids) => {
                let length = ids.len();
                (Column::nodes(std::mem::take(ids)), length)
            }
            Pile::Relationships(ids) => {
                let length = ids.len();
                (Column::relationships(std::mem::take(ids)), length)
            }
            Pile::Integers(numbers) => {
                let length = numbers.len();
                (Column::integers(std::mem::take(numbers)), length)
            }
            Pile::Stored(ids, source) => {
                let length = ids.len();
                (Column::Stored { ids: Arc::new(std::mem::take(ids)), source: source.clone() }, length)
            }
            Pile::Coded(codes, values, list) => {
                let length = codes.len();
                let codes = Arc::new(std::mem::take(codes));
                (Column::Coded { codes, values: values.clone(), list: *list }, length)
            }
            Pile::Texts(texts) => {
                let length = texts.len();
                (Column::Texts(std::mem::take(texts).finish()), length)
            }
            Pile::Same(value, count) => (Column::Same(value.clone()), *count),
            Pile::Values(values) => {
                let length = values.len();
                (Column::values(std::mem::take(values)), length)
            }
        }
    }

    fn fill(&mut self, length: usize) {
        let all_there = match self {
            Pile::Integers(numbers) => numbers.len() == length,
            Pile::Coded(codes, ..) => codes.len() == length,
            Pile::Same(_, count) => *count == length,
            _ => false,
        };
        if all_there {
            return;
        }
        if let Pile::Integers(_) | Pile::Coded(..) | Pile::Same(..) = self {
            let (column, rows) = self.take();
            *self = Pile::Values(column.into_values(rows));
        }
        match self {
            Pile::Nodes(ids) | Pile::Relationships(ids) | Pile::Stored(ids, _) => ids.resize(length, NONE),
            Pile::Texts(texts) => texts.fill(length),
            Pile::Integers(_) | Pile::Coded(..) | Pile::Same(..) => {}
            Pile::Values(values) => values.resize(length, Value::Null),
        }
    }
}

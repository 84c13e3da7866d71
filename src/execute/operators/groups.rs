//! Which group each row belongs to.
//!
//! Keys that have small numbers of their own (ids, codes of a dictionary, days, whole numbers) are grouped by these
//! numbers; anything else by its canonical bytes. When the form of a key changes between batches, everything goes on
//! by bytes.

mod beyond;
mod bytes;
mod canon;
mod counts;
mod dense;
mod far;
mod lists;
mod places;

use crate::algebra::Slot;
use crate::base::{Result, free_rows};
use crate::execute::batch::{Batch, Builder, Column, Growing, NONE};
use crate::execute::context::Context;
use crate::execute::evaluate::Codes;
use crate::execute::operators::numbering::Numbering;
use crate::graph::columns::{Column as Stored, Values};
use crate::value::Value;
use beyond::Beyond;
use canon::Canon;
use dense::Dense;
use far::Far;
use places::Stretch;
use std::sync::Arc;

pub use places::{Places, Told, mixed};

/// The groups found so far.
pub struct Groups {
    /// The keys of each group, as the columns they came in.
    keys: Builder,
    count: usize,
    by: By,
    /// The rows of each group that were counted before the table was left.
    counted: Vec<i64>,
    /// How many rows went level by level; nothing when there can be no table.
    by_level: Option<u64>,
    /// Bytes of the table that have been booked.
    booked: u64,
    /// Whether nobody asks for the keys in the end.
    keyless: bool,
}

enum By {
    /// There is one group, of all rows.
    All,
    /// By one table as long as numbers are few, then level by level.
    Numbers(Vec<Level>, Option<Dense>),
    Bytes(Numbering),
    /// By places that somebody else has told.
    Places(Stretch),
    /// By such places, of which there are too many for a table.
    Far(Far),
}

/// One key: from the group of the keys before it and a number to a group.
struct Level {
    form: Form,
    /// By group of the keys before: the first number that came with it, and the group of both.
    firsts: Vec<(u64, u32)>,
    /// By group of the keys before, then by number, while numbers are small.
    tables: Vec<Vec<u32>>,
    beyond: Beyond,
    groups: u32,
    /// The values of the codes that come, as long as they are of one list only; then a list for those of all.
    values: Growing,
    list: Option<Codes>,
    /// Codes of a memo whose values are equal stand for the first of them.
    canon: Canon,
}

/// In which form a key comes.
#[derive(Clone)]
pub enum Form {
    Nodes,
    Relationships,
    Integers,
    Stored(Arc<Stored>),
    Coded(u64),
    Constant(Value),
}

/// The number of null among stored values, above those of all others.
const NULL: u64 = 1 << 40;

/// So many rows are worth a table of many places.
const ENOUGH: u64 = 1 << 14;

/// No group yet.
const OPEN: u32 = u32::MAX;

impl Groups {
    pub fn new(all: bool) -> Groups {
        let by = if all { By::All } else { By::Numbers(Vec::new(), Some(Dense::default())) };
        Groups {
            keys: Builder::default(),
            count: usize::from(all),
            by,
            counted: Vec::new(),
            by_level: Some(0),
            booked: 0,
            keyless: false,
        }
    }

    /// Groups of which only the first rows are asked for.
    pub fn without_keys() -> Groups {
        let mut groups = Groups::new(false);
        groups.keyless = true;
        groups
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether groups are found in one table.
    pub fn has_table(&self) -> bool {
        matches!(&self.by, By::Numbers(_, Some(_)))
    }

    /// Whether keys have no numbers of their own.
    pub fn are_told_by_bytes(&self) -> bool {
        matches!(self.by, By::Bytes(_))
    }

    /// Whether a key has codes that are given as values come: where hardly any comes twice, they are soon given no more, and
    /// groups are told by bytes.
    pub fn has_given_codes(&self) -> bool {
        match &self.by {
            By::Numbers(levels, _) => levels.iter().any(|level| matches!(level.form, Form::Coded(_))),
            _ => false,
        }
    }

    /// Whether the group of a row is found in one step: in the table of all keys, or in that of the only one.
    pub fn are_found_at_once(&self) -> bool {
        matches!(&self.by, By::Numbers(levels, table) if table.is_some() || levels.len() == 1)
    }

    /// The keys, one row a group, and the rows of each that were counted without telling their groups.
    pub fn finish(mut self) -> (Batch, Vec<i64>) {
        self.take_table();
        (std::mem::take(&mut self.keys).finish(), std::mem::take(&mut self.counted))
    }

    /// The rows that open a group.
    pub fn fresh(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<Vec<u32>> {
        self.sorted_out(keys, slots, held, context).map(|(_, fresh)| fresh)
    }

    /// The group of each row; `None` where there is only the one of all rows.
    pub fn assign(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<u32>>> {
        if matches!(self.by, By::All) {
            return Ok(None);
        }
        self.sorted_out(keys, slots, held, context).map(|(numbers, _)| Some(numbers))
    }

    /// Counts the rows of each group without telling the group of each; false, and nothing is done, where that cannot
    /// be.
    pub fn count_rows(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<bool> {
        let own = self.in_own_codes(keys, slots, held, context)?;
        let keys = own.as_ref().unwrap_or(keys);
        let fits = self.fits(keys, slots);
        let By::Numbers(levels, Some(dense)) = &mut self.by else { return Ok(false) };
        let mut new = Vec::new();
        let done = fits && dense.count(levels, keys, slots, &mut new);
        self.book(held, context)?;
        self.keep_keys(&new, keys, slots, held, context)?;
        Ok(done)
    }

    /// Leaves the table; what was counted in it is kept.
    fn take_table(&mut self) -> Option<Dense> {
        let By::Numbers(_, dense) = &mut self.by else { return None };
        let mut table = dense.take()?;
        add_to(&mut self.counted, table.take_counts());
        Some(table)
    }

    /// Goes back to a table, once there are rows enough for one.
    fn try_table(&mut self, more: usize) {
        let By::Numbers(levels, dense @ None) = &mut self.by else { return };
        let Some(rows) = &mut self.by_level else { return };
        *rows += more as u64;
        if *rows >= ENOUGH {
            *dense = Dense::of(levels, *rows);
            self.by_level = None;
        }
    }

    /// Books what the table has grown by.
    fn book(&mut self, held: &mut u64, context: &mut Context<'_>) -> Result<()> {
        let bytes = match &self.by {
            By::Numbers(_, Some(dense)) => dense.bytes(),
            By::Far(far) => far.bytes(),
            _ => return Ok(()),
        };
        let more = bytes.saturating_sub(self.booked);
        context.meter.hold(more)?;
        self.booked += more;
        *held += more;
        Ok(())
    }

    /// The group of each row, and the rows that open one.
    pub fn sorted_out(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<(Vec<u32>, Vec<u32>)> {
        let own = self.in_own_codes(keys, slots, held, context)?;
        let keys = own.as_ref().unwrap_or(keys);
        let mut new: Vec<u32> = Vec::new();
        let mut numbers = Vec::new();
        if !self.by_numbers(keys, slots, &mut numbers, &mut new) {
            self.turn_to_bytes(slots, context)?;
            *held += self.by_bytes(keys, slots, &mut numbers, &mut new, context)?;
        }
        self.book(held, context)?;
        self.keep_keys(&new, keys, slots, held, context)?;
        Ok((numbers, new))
    }

    /// Keeps the keys of rows that open a group.
    fn keep_keys(
        &mut self,
        new: &[u32],
        keys: &Batch,
        slots: &[Slot],
        held: &mut u64,
        context: &mut Context<'_>,
    ) -> Result<()> {
        if self.keyless && self.are_told_by_bytes() {
            self.count += new.len();
            return Ok(());
        }
        if new.is_empty() {
            return Ok(());
        }
        let added = if new.len() == keys.length { keys.clone() } else { keys.gather(new, &all_of(slots)) };
        self.keep(added, held, context)
    }

    /// Keeps the keys of groups that are opened.
    fn keep(&mut self, added: Batch, held: &mut u64, context: &mut Context<'_>) -> Result<()> {
        let bytes = added.bytes() + added.length as u64 * 32;
        context.meter.hold(bytes)?;
        *held += bytes;
        self.keys.append(&added);
        self.count += added.length;
        Ok(())
    }

    /// Whether keys come in the forms that the levels take; the first that come say which these are.
    fn fits(&mut self, keys: &Batch, slots: &[Slot]) -> bool {
        let By::Numbers(levels, _) = &mut self.by else { return false };
        if levels.is_empty() {
            let forms: Option<Vec<Form>> = slots.iter().map(|slot| Form::of(keys.column(*slot))).collect();
            let Some(forms) = forms else { return false };
            levels.extend(forms.into_iter().map(Level::new));
        }
        for (level, slot) in levels.iter_mut().zip(slots).filter(|(level, _)| level.list.is_none()) {
            if let (Form::Coded(mine), Column::Coded { values, list, .. }) = (&level.form, keys.column(*slot))
                && mine == list
            {
                level.values = values.clone();
            }
        }
        levels.iter().zip(slots).all(|(level, slot)| level.form.fits(keys.column(*slot)))
    }

    fn by_numbers(
        &mut self,
        keys: &Batch,
        slots: &[Slot],
        numbers: &mut Vec<u32>,
        new: &mut Vec<u32>,
    ) -> bool {
        if !self.fits(keys, slots) {
            return false;
        }
        if let By::Numbers(levels, Some(table)) = &mut self.by
            && table.step(levels, keys, slots, numbers, new)
        {
            return true;
        }
        let left = self.take_table();
        let By::Numbers(levels, _) = &mut self.by else { return false };
        if let Some(table) = left {
            table.hand_over(levels);
        }
        numbers.clear();
        numbers.resize(keys.length, 0);
        let last = levels.len() - 1;
        for (place, (level, slot)) in levels.iter_mut().zip(slots).enumerate() {
            let fresh = if place == last { Some(&mut *new) } else { None };
            level.step(keys.column(*slot), numbers, fresh);
        }
        self.try_table(keys.length);
        true
    }
}

impl Drop for Groups {
    /// Keys of groups that nobody took are let go beside, and what leads to groups.
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.keys);
        let by = std::mem::replace(&mut self.by, By::All);
        free_rows((left, by), self.count);
    }
}

/// Adds what was counted by group to what was counted before.
pub fn add_to(counts: &mut Vec<i64>, more: Vec<i64>) {
    if counts.is_empty() {
        *counts = more;
        return;
    }
    counts.resize(counts.len().max(more.len()), 0);
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}

fn all_of(slots: &[Slot]) -> crate::optimize::slots::SlotSet {
    slots.iter().copied().collect()
}

impl Form {
    pub fn of(column: &Column) -> Option<Form> {
        Some(match column {
            Column::Nodes(_) => Form::Nodes,
            Column::Relationships(_) => Form::Relationships,
            Column::Integers(_) => Form::Integers,
            Column::Coded { list, .. } => Form::Coded(*list),
            Column::Stored { source, .. } => match source.values {
                Values::Short(_) | Values::Dates(_) | Values::Strings { .. } => Form::Stored(source.clone()),
                _ => return None,
            },
            Column::Same(value) => Form::Constant(value.clone()),
            Column::Texts(_)
            | Column::Values(_)
            | Column::Merged { .. }
            | Column::Trails { .. }
            | Column::Lists(_)
            | Column::Absent => {
                return None;
            }
        })
    }

    pub fn fits(&self, column: &Column) -> bool {
        match (self, column) {
            (Form::Nodes, Column::Nodes(_))
            | (Form::Relationships, Column::Relationships(_))
            | (Form::Integers, Column::Integers(_)) => true,
            (Form::Coded(mine), Column::Coded { list, .. }) => mine == list,
            (Form::Stored(mine), Column::Stored { source, .. }) => Arc::ptr_eq(mine, source),
            (Form::Constant(mine), Column::Same(value)) => mine == value,
            _ => false,
        }
    }
}

impl Level {
    fn new(form: Form) -> Level {
        Level {
            form,
            firsts: Vec::new(),
            tables: Vec::new(),
            beyond: Beyond::default(),
            groups: 0,
            values: Growing::default(),
            list: None,
            canon: Canon::default(),
        }
    }

    /// Goes from the group of the keys before to the group with this key, in each row. Rows that open a group are
    /// noted in `fresh`.
    fn step(&mut self, column: &Column, groups: &mut [u32], fresh: Option<&mut Vec<u32>>) {
        match column {
            Column::Nodes(ids) | Column::Relationships(ids) => {
                self.walk(groups, fresh, |row| if ids[row] == NONE { NULL } else { u64::from(ids[row]) });
            }
            Column::Integers(numbers) => self.walk(groups, fresh, |row| numbers[row] as u64),
            Column::Coded { codes, values, .. } => {
                let mut canon = std::mem::take(&mut self.canon);
                canon.extend(values);
                match canon.same {
                    true => self.walk(groups, fresh, |row| u64::from(codes[row])),
                    false => self.walk(groups, fresh, |row| u64::from(canon.codes[codes[row] as usize])),
                }
                self.canon = canon;
            }
            Column::Stored { ids, source } => {
                let presence = &source.presence;
                match &source.values {
                    Values::Short(numbers) | Values::Dates(numbers) => self.walk(groups, fresh, |row| {
                        presence.place(ids[row]).map_or(NULL, |place| i64::from(numbers[place]) as u64)
                    }),
                    Values::Strings { codes, .. } => self.walk(groups, fresh, |row| {
                        presence.place(ids[row]).map_or(NULL, |place| u64::from(codes[place]))
                    }),
                    _ => {}
                }
            }
            _ => self.walk(groups, fresh, |_| 0),
        }
    }

    #[inline]
    fn walk(&mut self, groups: &mut [u32], mut fresh: Option<&mut Vec<u32>>, number: impl Fn(usize) -> u64) {
        // Rows with the same key often follow each other.
        let mut last = (OPEN, 0, OPEN);
        for (row, group) in groups.iter_mut().enumerate() {
            let number = number(row);
            if (*group, number) == (last.0, last.1) {
                *group = last.2;
                continue;
            }
            let above = *group;
            let found = match (self.firsts.get(*group as usize), self.tables.get(*group as usize)) {
                (Some((first, group)), _) if *first == number && *group != OPEN => *group,
                (_, Some(table)) if number < table.len() as u64 => table[number as usize],
                _ => OPEN,
            };
            *group = if found != OPEN {
                found
            } else {
                let before = self.groups;
                let found = self.open(*group, number);
                if let Some(fresh) = fresh.as_mut().filter(|_| self.groups > before) {
                    fresh.push(row as u32);
                }
                found
            };
            last = (above, number, *group);
        }
    }

    /// The group of a number that is not in its table.
    fn open(&mut self, before: u32, number: u64) -> u32 {
        let (place, group) = (before as usize, self.groups);
        if self.firsts.len() <= place {
            self.firsts.resize(place + 1, (0, OPEN));
        }
        if let Some(first) = self.firsts.get_mut(place).filter(|(_, group)| *group == OPEN) {
            *first = (number, group);
            self.groups += 1;
            return group;
        }
        if let Some(found) = self.beyond.get(before, number) {
            return found;
        }
        self.groups += 1;
        if self.tables.len() <= place {
            self.tables.resize_with(place + 1, Vec::new);
        }
        let tables = self.tables.len() as u64;
        let Some(table) = self.tables.get_mut(place) else { return group };
        // A table may be as long as is worth it for the number of groups.
        let most = (u64::from(group) * 32 / tables).max(1024);
        if number >= table.len() as u64 && number < most {
            table.resize((number as usize + 1).next_power_of_two(), OPEN);
        }
        match table.get_mut(usize::try_from(number).unwrap_or(usize::MAX)) {
            Some(entry) => *entry = group,
            None => {
                self.beyond.insert(before, number, group);
            }
        }
        group
    }
}

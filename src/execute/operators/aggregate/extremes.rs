//! The least or the greatest of each group.
//!
//! Stored values stay where they are: kept is the id of the best, and its number to compare others with.

use super::tally::group;
use crate::base::Result;
use crate::execute::alphabet;
use crate::execute::batch::{Column, NONE};
use crate::execute::context::Context;
use crate::graph::columns::{Alphabet, Column as Stored, Dictionary, Values};
use crate::value::{Value, order};
use std::cmp::Ordering;
use std::sync::Arc;

/// The best so far, by group.
pub struct Extremes {
    /// How a better one stands to the best.
    wanted: Ordering,
    best: Best,
}

enum Best {
    /// Nothing has come.
    Nothing,
    /// Whole numbers, of which each group has some.
    Whole(Vec<i64>),
    Stored(StoredBest),
    /// Null where there is none.
    Values(Vec<Value>),
}

/// The best values of one stored column.
struct StoredBest {
    source: Arc<Stored>,
    /// Whose values they are; `NONE` where there is none.
    ids: Vec<u32>,
    /// The days, whole numbers, or codes of texts; once the order of the texts is known, their places in it.
    numbers: Vec<i64>,
    ranked: bool,
    /// How texts begin: most are told apart by that.
    heads: Vec<u128>,
}

impl Extremes {
    pub fn new(wanted: Ordering) -> Extremes {
        Extremes { wanted, best: Best::Nothing }
    }

    /// A number that none is worse than.
    fn worst(&self) -> i64 {
        if self.wanted == Ordering::Greater { i64::MIN } else { i64::MAX }
    }

    /// Adds the rows of a batch.
    pub fn add(
        &mut self,
        column: &Column,
        rows: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<()> {
        self.take_form_of(column);
        if let Column::Stored { source, .. } = column {
            alphabet::compared(source, length, context)?;
        }
        let (wanted, worst) = (self.wanted, self.worst());
        match &mut self.best {
            Best::Nothing => {}
            Best::Whole(numbers) => {
                numbers.resize(groups, worst);
                match wanted {
                    Ordering::Greater => keep_whole(numbers, column, rows, i64::max),
                    _ => keep_whole(numbers, column, rows, i64::min),
                }
            }
            Best::Stored(best) => {
                let Column::Stored { ids, source } = column else { return Ok(()) };
                if let Some(alphabet) = source.order.known() {
                    best.take_ranks(alphabet);
                }
                best.make_room(groups, worst);
                best.add(ids, rows, wanted);
            }
            Best::Values(values) => {
                values.resize(groups, Value::Null);
                extreme(values, wanted, column, rows, length);
            }
        }
        Ok(())
    }

    /// Goes on with values where a column comes in another form than those before.
    fn take_form_of(&mut self, column: &Column) {
        let fits = match (&self.best, column) {
            (Best::Nothing, column) => {
                self.best = Best::of(column);
                true
            }
            (Best::Whole(_), Column::Integers(_)) | (Best::Values(_), _) => true,
            (Best::Stored(best), Column::Stored { source, .. }) => Arc::ptr_eq(&best.source, source),
            _ => false,
        };
        if !fits {
            self.turn_to_values();
        }
    }

    fn turn_to_values(&mut self) {
        self.best = Best::Values(std::mem::replace(&mut self.best, Best::Nothing).into_values());
    }

    /// Takes in other groups, which have these numbers here.
    pub fn merge(&mut self, mut other: Extremes, groups: usize, at: impl Fn(usize) -> usize) {
        let (wanted, worst) = (self.wanted, self.worst());
        if let (Best::Stored(mine), Best::Stored(more)) = (&mut self.best, &mut other.best) {
            // Asked once, so that both go on with the same: it may become known in between.
            if Arc::ptr_eq(&mine.source, &more.source)
                && let Some(alphabet) = mine.source.clone().order.known()
            {
                mine.take_ranks(alphabet);
                more.take_ranks(alphabet);
            }
        }
        match (&mut self.best, other.best) {
            (_, Best::Nothing) => {}
            (Best::Whole(mine), Best::Whole(more)) => {
                mine.resize(groups, worst);
                for (place, number) in more.into_iter().enumerate() {
                    if let Some(best) = mine.get_mut(at(place)).filter(|best| number.cmp(best) == wanted) {
                        *best = number;
                    }
                }
            }
            (Best::Stored(mine), Best::Stored(more)) if Arc::ptr_eq(&mine.source, &more.source) => {
                mine.make_room(groups, worst);
                for (place, (id, number)) in more.ids.into_iter().zip(more.numbers).enumerate() {
                    mine.keep(&more.source, at(place), id, number, wanted);
                }
            }
            (_, more) => {
                self.turn_to_values();
                let Best::Values(mine) = &mut self.best else { return };
                mine.resize(groups, Value::Null);
                for (place, value) in more.into_values().into_iter().enumerate() {
                    if let Some(best) = mine.get_mut(at(place)) {
                        better(best, value, wanted);
                    }
                }
            }
        }
    }

    /// The best of each group.
    pub fn finish(self, groups: usize) -> Column {
        match self.best {
            Best::Whole(numbers) if numbers.len() == groups => Column::integers(numbers),
            Best::Stored(mut best) => {
                best.ids.resize(groups, NONE);
                Column::Stored { ids: Arc::new(best.ids), source: best.source }
            }
            best => {
                let mut values = best.into_values();
                values.resize(groups, Value::Null);
                Column::values(values)
            }
        }
    }
}

impl Best {
    /// In the form in which a column comes.
    fn of(column: &Column) -> Best {
        match column {
            Column::Integers(_) => Best::Whole(Vec::new()),
            Column::Stored { source, .. } if has_numbers(&source.values) => {
                let source = source.clone();
                let (ids, numbers, heads) = Default::default();
                Best::Stored(StoredBest { source, ids, numbers, ranked: false, heads })
            }
            _ => Best::Values(Vec::new()),
        }
    }

    fn into_values(self) -> Vec<Value> {
        match self {
            Best::Nothing => Vec::new(),
            Best::Whole(numbers) => numbers.into_iter().map(Value::Integer).collect(),
            Best::Stored(best) => best.ids.iter().map(|id| best.source.value(*id)).collect(),
            Best::Values(values) => values,
        }
    }
}

fn has_numbers(values: &Values) -> bool {
    match values {
        Values::Short(_) | Values::Dates(_) | Values::Integers(_) | Values::Strings { .. } => true,
        Values::Floats(_) | Values::Booleans(_) | Values::Mixed(_) => false,
    }
}

impl StoredBest {
    fn make_room(&mut self, groups: usize, worst: i64) {
        self.ids.resize(groups.max(self.ids.len()), NONE);
        self.numbers.resize(groups.max(self.numbers.len()), worst);
        if self.source.is_coded() && !self.ranked {
            self.heads.resize(groups.max(self.heads.len()), 0);
        }
    }

    /// Goes on with the places of texts in their order.
    fn take_ranks(&mut self, alphabet: &Alphabet) {
        if self.ranked {
            return;
        }
        for (number, _) in self.numbers.iter_mut().zip(&self.ids).filter(|(_, id)| **id != NONE) {
            *number = i64::from(alphabet.rank(*number as u32));
        }
        (self.ranked, self.heads) = (true, Vec::new());
    }

    fn add(&mut self, ids: &[u32], rows: &Option<Vec<u32>>, wanted: Ordering) {
        let source = self.source.clone();
        match &source.values {
            Values::Short(numbers) | Values::Dates(numbers) => {
                match run_of(ids, &source, numbers).filter(|_| rows.is_none()) {
                    Some(run) => self.keep_of_run(&source, ids, run, wanted),
                    None => self.add_each(ids, rows, wanted, |place| i64::from(numbers[place])),
                }
            }
            Values::Integers(numbers) => self.add_each(ids, rows, wanted, |place| numbers[place]),
            Values::Strings { codes, .. } if self.ranked => {
                let Some(alphabet) = source.order.known() else { return };
                self.add_each(ids, rows, wanted, |place| i64::from(alphabet.rank(codes[place])));
            }
            Values::Strings { codes, dictionary } => {
                for (row, id) in ids.iter().enumerate() {
                    let Some(place) = source.presence.place(*id) else { continue };
                    self.keep_text(group(rows, row), *id, i64::from(codes[place]), wanted, dictionary);
                }
            }
            _ => {}
        }
    }

    /// Of numbers that follow each other as their ids do.
    fn keep_of_run(&mut self, source: &Stored, ids: &[u32], numbers: &[i32], wanted: Ordering) {
        let greatest = wanted == Ordering::Greater;
        let Some(best) = (if greatest { numbers.iter().max() } else { numbers.iter().min() }) else { return };
        let place = numbers.iter().position(|number| number == best);
        if let Some(id) = place.and_then(|place| ids.get(place)) {
            self.keep(source, 0, *id, i64::from(*best), wanted);
        }
    }

    #[inline]
    fn add_each(
        &mut self,
        ids: &[u32],
        rows: &Option<Vec<u32>>,
        wanted: Ordering,
        number: impl Fn(usize) -> i64,
    ) {
        match wanted {
            Ordering::Greater => self.add_if(ids, rows, number, |new, best| new >= best),
            _ => self.add_if(ids, rows, number, |new, best| new <= best),
        }
    }

    /// A number that is as good as the best takes its place: the first of a group may be as bad as none.
    #[inline]
    fn add_if(
        &mut self,
        ids: &[u32],
        rows: &Option<Vec<u32>>,
        number: impl Fn(usize) -> i64,
        is_good: impl Fn(i64, i64) -> bool,
    ) {
        let presence = &self.source.presence;
        for (row, id) in ids.iter().enumerate() {
            let Some(place) = presence.place(*id) else { continue };
            let group = group(rows, row);
            let (Some(best), Some(whose)) = (self.numbers.get_mut(group), self.ids.get_mut(group)) else {
                continue;
            };
            let number = number(place);
            if is_good(number, *best) {
                (*best, *whose) = (number, *id);
            }
        }
    }

    /// Keeps a value, if it is better than that of the group.
    #[inline]
    fn keep(&mut self, source: &Stored, group: usize, id: u32, number: i64, wanted: Ordering) {
        if let Values::Strings { dictionary, .. } = &source.values
            && !self.ranked
        {
            return self.keep_text(group, id, number, wanted, dictionary);
        }
        let (Some(best), Some(whose)) = (self.numbers.get_mut(group), self.ids.get_mut(group)) else {
            return;
        };
        if id != NONE && (*whose == NONE || number.cmp(best) == wanted) {
            (*best, *whose) = (number, id);
        }
    }

    fn keep_text(&mut self, group: usize, id: u32, code: i64, wanted: Ordering, dictionary: &Dictionary) {
        let (Some(best), Some(whose)) = (self.numbers.get_mut(group), self.ids.get_mut(group)) else {
            return;
        };
        let Some(head_of_best) = self.heads.get_mut(group) else { return };
        if id == NONE {
            return;
        }
        let text = dictionary.slice(code as u32);
        let head = u128::from_be_bytes(alphabet::head(text));
        let stands = || {
            let in_full = || text.cmp(dictionary.slice(*best as u32));
            head.cmp(head_of_best).then_with(in_full)
        };
        if *whose == NONE || stands() == wanted {
            (*best, *whose, *head_of_best) = (code, id, head);
        }
    }
}

/// The numbers of ids that follow each other, where every id has one.
fn run_of<'n>(ids: &[u32], source: &Stored, numbers: &'n [i32]) -> Option<&'n [i32]> {
    numbers.get(source.presence.run(ids)?)
}

/// Keeps the better of the best number of each group and a new one.
#[inline]
fn keep_whole(
    numbers: &mut [i64],
    column: &Column,
    rows: &Option<Vec<u32>>,
    better: impl Fn(i64, i64) -> i64,
) {
    let Column::Integers(new) = column else { return };
    match rows {
        None => {
            if let Some(best) = numbers.first_mut() {
                *best = new.iter().fold(*best, |best, number| better(best, *number));
            }
        }
        Some(rows) => {
            for (group, number) in rows.iter().zip(new.iter()) {
                if let Some(best) = numbers.get_mut(*group as usize) {
                    *best = better(*best, *number);
                }
            }
        }
    }
}

fn better(best: &mut Value, value: Value, wanted: Ordering) {
    if !value.is_null() && (best.is_null() || order(&value, best) == wanted) {
        *best = value;
    }
}

/// Keeps the best values of each group.
fn extreme(
    values: &mut [Value],
    wanted: Ordering,
    column: &Column,
    numbers: &Option<Vec<u32>>,
    length: usize,
) {
    if let Column::Stored { ids, source } = column
        && has_numbers(&source.values)
    {
        return keep_stored(values, wanted, ids, source, numbers);
    }
    // All rows of the only group are alike.
    let length = if matches!(column, Column::Same(_)) && numbers.is_none() { length.min(1) } else { length };
    for row in 0..length {
        let Some(best) = values.get_mut(group(numbers, row)) else { continue };
        match (best, column.value(row)) {
            (Value::Integer(best), Value::Integer(new)) => {
                if new.cmp(best) == wanted {
                    *best = new;
                }
            }
            (Value::Date(best), Value::Date(new)) => {
                if new.days.cmp(&best.days) == wanted {
                    *best = new;
                }
            }
            (best, value) => better(best, value, wanted),
        }
    }
}

/// Keeps the best of each group. A value is made only of what is better than all before.
fn keep_stored(
    values: &mut [Value],
    wanted: Ordering,
    ids: &[u32],
    source: &Stored,
    numbers: &Option<Vec<u32>>,
) {
    for (row, id) in ids.iter().enumerate() {
        let Some(place) = source.presence.place(*id) else { continue };
        let Some(best) = values.get_mut(group(numbers, row)) else { continue };
        let stands = match (&source.values, &*best) {
            (Values::Short(short), Value::Integer(best)) => i64::from(short[place]).cmp(best),
            (Values::Integers(whole), Value::Integer(best)) => whole[place].cmp(best),
            (Values::Dates(days), Value::Date(best)) => i64::from(days[place]).cmp(&best.days),
            (Values::Strings { codes, dictionary }, Value::String(best)) => {
                dictionary.slice(codes[place]).cmp(best.as_bytes())
            }
            _ => wanted,
        };
        if stands == wanted {
            better(best, source.values.at(place), wanted);
        }
    }
}

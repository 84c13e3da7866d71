//! What rows rest on that were merged from several.

use super::facts::{Gathered, Witnesses};
use crate::value::Value;
use std::sync::OnceLock;

/// As many rows wait to be told apart until somebody asks.
const MANY: usize = 1 << 16;

/// The facts of groups of rows: each rests on what all of its rows rest on.
#[derive(Debug, Default)]
pub struct Merged {
    count: usize,
    /// Rows whose witnesses are kept as they are.
    waiting: Vec<Waiting>,
    rows: usize,
    bytes: u64,
    /// What was told apart, by group, because there were too many rows to keep.
    told: Vec<Gathered>,
    places: OnceLock<Places>,
}

#[derive(Debug)]
struct Waiting {
    witnesses: Vec<Witnesses>,
    /// The group of each row; without it there is one group.
    groups: Option<Vec<u32>>,
    length: usize,
}

/// Where the rows of each group are: bundle and row.
#[derive(Debug)]
struct Places {
    ends: Vec<u32>,
    rows: Vec<(u32, u32)>,
}

impl Merged {
    /// Adds rows and the group of each.
    pub fn add(&mut self, witnesses: Vec<Witnesses>, groups: Option<Vec<u32>>, length: usize) {
        self.bytes += witnesses.iter().map(Witnesses::bytes).sum::<u64>() + length as u64 * 4;
        self.waiting.push(Waiting { witnesses, groups, length });
        self.rows += length;
        if self.rows > MANY {
            self.tell_apart();
        }
    }

    /// Bytes held, estimated.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// No more rows come.
    pub fn finish(&mut self, count: usize) {
        self.count = count;
        if !self.told.is_empty() {
            self.tell_apart();
        }
    }

    /// Adds what a group rests on.
    pub fn gather(&self, group: usize, into: &mut Gathered) {
        if let Some(told) = self.told.get(group) {
            return into.absorb(told);
        }
        let places = self.places.get_or_init(|| self.placed());
        let from =
            group.checked_sub(1).and_then(|before| places.ends.get(before)).map_or(0, |end| *end as usize);
        let to = places.ends.get(group).map_or(from, |end| *end as usize);
        for (bundle, row) in places.rows.get(from..to).unwrap_or(&[]) {
            if let Some(waiting) = self.waiting.get(*bundle as usize) {
                waiting.gather(*row as usize, into);
            }
        }
    }

    /// What a group rests on, as a value.
    pub fn value(&self, group: usize) -> Value {
        let mut gathered = Gathered::default();
        self.gather(group, &mut gathered);
        gathered.value()
    }

    fn tell_apart(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            for row in 0..waiting.length {
                let group = waiting.group(row);
                if self.told.len() <= group {
                    self.told.resize_with(group + 1, Gathered::default);
                }
                if let Some(told) = self.told.get_mut(group) {
                    waiting.gather(row, told);
                }
            }
        }
        self.rows = 0;
        self.bytes = self.told.iter().map(Gathered::bytes).sum();
    }

    /// Sorts the rows by group, each group's in their order.
    fn placed(&self) -> Places {
        let mut ends = vec![0u32; self.count + 1];
        for waiting in &self.waiting {
            for row in 0..waiting.length {
                if let Some(size) = ends.get_mut(waiting.group(row) + 1) {
                    *size += 1;
                }
            }
        }
        // Beginnings first; each moves on to the end of its group as the rows are put in place.
        for group in 1..ends.len() {
            ends[group] += ends[group - 1];
        }
        let mut rows = vec![(0, 0); self.rows];
        for (bundle, waiting) in self.waiting.iter().enumerate() {
            for row in 0..waiting.length {
                let Some(next) = ends.get_mut(waiting.group(row)) else { continue };
                if let Some(place) = rows.get_mut(*next as usize) {
                    *place = (bundle as u32, row as u32);
                }
                *next += 1;
            }
        }
        Places { ends, rows }
    }
}

impl Waiting {
    fn group(&self, row: usize) -> usize {
        self.groups.as_ref().and_then(|groups| groups.get(row)).map_or(0, |group| *group as usize)
    }

    fn gather(&self, row: usize, into: &mut Gathered) {
        self.witnesses.iter().for_each(|column| column.gather(row, into));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Entity, RelationshipId};
    use std::sync::Arc;

    /// Rows of three groups in two bundles, `rows` in each.
    fn merged(rows: u32) -> Merged {
        let mut merged = Merged::default();
        for bundle in 0..2 {
            let ids: Vec<u32> = (0..rows).map(|row| bundle * rows + row).collect();
            let groups = ids.iter().map(|id| id % 3).collect();
            merged.add(vec![Witnesses::Relationships(Arc::new(ids))], Some(groups), rows as usize);
        }
        merged.finish(3);
        merged
    }

    #[test]
    fn groups_rest_on_all_of_their_rows() {
        for rows in [5, MANY as u32] {
            let merged = merged(rows);
            for group in 0..3 {
                let mut gathered = Gathered::default();
                merged.gather(group as usize, &mut gathered);
                let facts = gathered.facts();
                let expected: Vec<u32> = (0..2 * rows).filter(|id| id % 3 == group).collect();
                assert_eq!(facts.total, expected.len());
                let expected = expected.into_iter().map(|id| Entity::Relationship(RelationshipId(id)));
                assert!(facts.entities.iter().copied().eq(expected.take(facts.entities.len())));
                assert_eq!(facts.entities.len(), facts.total.min(1000));
            }
        }
    }
}

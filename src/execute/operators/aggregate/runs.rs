//! How many different nodes each group has, where all rows of a node follow each other and it never comes again: to know
//! which one came last is enough.

use super::columns::add_at;
use super::tally::group;
use crate::base::Result;
use crate::execute::batch::{Column, NONE};
use crate::value::Value;
use std::borrow::Cow;

#[derive(Default)]
pub struct Runs {
    counts: Vec<i64>,
    last: Vec<u32>,
}

impl Runs {
    /// Adds the rows of a column of nodes, so many; those that are null are no nodes.
    pub fn add(&mut self, column: &Column, numbers: &Option<Vec<u32>>, length: usize, groups: usize) {
        self.counts.resize(groups, 0);
        self.last.resize(groups, NONE);
        let ids = match column {
            Column::Nodes(ids) => Cow::Borrowed(ids.as_slice()),
            column => (0..length).map(|row| id_of(&column.value(row))).collect(),
        };
        for (row, id) in ids.iter().enumerate() {
            let group = group(numbers, row);
            let (Some(count), Some(last)) = (self.counts.get_mut(group), self.last.get_mut(group)) else {
                continue;
            };
            *count += i64::from(*last != *id && *id != NONE);
            *last = *id;
        }
    }

    /// Takes in other groups, which have these numbers here, and none of whose nodes has come here.
    pub fn merge(&mut self, other: Runs, groups: usize, at: impl Fn(usize) -> usize) -> Result<()> {
        add_at(&mut self.counts, other.counts, groups, at)
    }

    /// How many nodes each of so many groups has.
    pub fn counts(mut self, groups: usize) -> Vec<i64> {
        self.counts.resize(groups, 0);
        self.counts
    }
}

fn id_of(value: &Value) -> u32 {
    match value {
        Value::Node(node) => node.0,
        _ => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_counts_once_in_each_of_its_groups() {
        let mut runs = Runs::default();
        runs.add(&Column::nodes(vec![NONE, 7, 7, 7]), &Some(vec![1, 0, 1, 0]), 4, 2);
        // The rows of a node go on in the next batch, where groups are more.
        runs.add(&Column::nodes(vec![7, 7, 9, 9]), &Some(vec![1, 2, 0, 0]), 4, 3);
        let mut other = Runs::default();
        other.add(&Column::nodes(vec![4, 5, 5]), &Some(vec![0, 0, 1]), 3, 2);
        runs.merge(other, 4, |group| 3 - group).expect("no count is too great");
        assert_eq!(runs.counts(5), [2, 1, 2, 2, 0]);
        let mut all = Runs::default();
        all.add(&Column::nodes(vec![NONE, 3, 3]), &None, 3, 1);
        all.add(&Column::Same(Value::Node(crate::graph::NodeId(3))), &None, 2, 1);
        assert_eq!(all.counts(1), [1]);
    }
}

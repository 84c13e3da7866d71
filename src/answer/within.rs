//! For a question as of a year or a month: what held only on part of it and not on the day that was taken.
//!
//! The answer can only change on a day on which something begins or ends; the question is asked again as of those days.

use super::Answer;
use super::dated::{listed, written};
use crate::base::Result;
use crate::graph::{Entity, Graph};
use crate::language::question::dates::Period;
use crate::session::Session;
use crate::value::{Date, Value};
use std::sync::Arc;

/// As many days are looked at.
const LOOKED_AT: usize = 40;

/// A row of other days, with the first and the last of them.
struct Other {
    row: Vec<Value>,
    first: Date,
    last: Date,
}

/// Says which rows hold on another part of the period, but not on the day of the answer.
///
/// # Errors
/// Limits that are reached on the way.
pub fn mark_parts(
    session: &mut Session,
    answer: &mut Answer,
    period: Period,
    day: Date,
    mut ask: impl FnMut(&mut Session, Date) -> Result<Answer>,
) -> Result<()> {
    if period.first == period.last {
        return Ok(());
    }
    let mut days = days_of_change(&session.graph, period);
    let all = days.len();
    days.truncate(LOOKED_AT);
    let mut others: Vec<Other> = Vec::new();
    for (at, from) in days.iter().enumerate() {
        let next = days.get(at + 1).and_then(|next| next.plus_days(-1)).unwrap_or(period.last);
        if *from <= day && day <= next {
            continue;
        }
        for row in ask(session, *from)?.rows {
            if answer.rows.contains(&row) {
                continue;
            }
            match others.iter_mut().find(|other| other.row == row) {
                Some(other) => other.last = next,
                None => others.push(Other { row, first: *from, last: next }),
            }
        }
    }
    if !others.is_empty() {
        let said = others.iter().map(|other| other.said(&session.graph, &answer.columns, period)).collect();
        let (asked, said) = (written(&period), listed(said));
        answer.notes.push(format!("held on part of {asked}, but not on {day}: {said}"));
    }
    if all > LOOKED_AT {
        answer.notes.push(format!(
            "of the {all} days of {} on which something began or ended, the first {LOOKED_AT} were looked at",
            written(&period)
        ));
    }
    Ok(())
}

impl Other {
    fn said(&self, graph: &Graph, columns: &[Arc<str>], period: Period) -> String {
        let what = match self
            .row
            .iter()
            .find_map(|value| if let Value::Node(n) = value { Some(*n) } else { None })
        {
            Some(node) => graph.name(node).to_string(),
            None => {
                let cells = columns.iter().zip(&self.row);
                cells.map(|(column, value)| format!("{column} {value}")).collect::<Vec<_>>().join(", ")
            }
        };
        let from = (self.first > period.first).then(|| format!("from {}", self.first));
        let until = (self.last < period.last).then(|| format!("until {}", self.last));
        let when: Vec<String> = [from, until].into_iter().flatten().collect();
        if when.is_empty() { what } else { format!("{what} ({})", when.join(" ")) }
    }
}

/// The first day of a period, and those within it on which something begins or has just ended. Ascending.
fn days_of_change(graph: &Graph, period: Period) -> Vec<Date> {
    let mut days = vec![period.first];
    let entities = graph.nodes().map(Entity::Node).chain(graph.relationships().map(Entity::Relationship));
    for entity in entities {
        let validity = graph.validity(entity);
        let both = [validity.begins, validity.ends];
        let within = both.into_iter().flatten().map(|day| day.date);
        days.extend(within.filter(|day| period.first < *day && *day <= period.last));
    }
    days.sort_unstable();
    days.dedup();
    days
}

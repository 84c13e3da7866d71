//! What an answer as of a day says of days: what has no dates, and what held only on part of a year or month.

use super::{Answer, Scene};
use crate::bind::question::Meant;
use crate::graph::{Day, Entity, Graph, NodeId, Precision, Undated, Validity};
use crate::language::question::dates::{Period, Unit};
use crate::session::{Options, Session};
use crate::value::{Date, Value};

/// As many things are named; the rest is counted.
const NAMED: usize = 6;

/// Marks what the rows rest on that has no dates, and says what a year or month covers only in part.
pub fn mark_days(session: &Session, answer: &mut Answer, options: &Options) {
    let Some(mask) = answer.mask.clone() else { return };
    let Some(day) = mask.outlook.day else { return };
    answer.as_of.get_or_insert_with(|| day.to_string());
    if let Some(away) = answer.card.and_then(|node| away(&session.graph, node, day)) {
        answer.notes.push(away);
    }
    let scene = Scene::new(&session.graph, &session.vocabulary);
    let spoken = spoken_of(answer, &session.graph);
    answer.undated = spoken.iter().copied().filter(|node| mask.is_undated(Entity::Node(*node))).collect();
    answer.undated.retain(|node| scene.may_have_dates(*node));
    if !answer.undated.is_empty() {
        let names = names(&session.graph, &answer.undated);
        answer.notes.push(format!("undated, so kept without knowing whether they held on {day}: {names}"));
    }
    let waiting: Vec<NodeId> =
        spoken.iter().copied().filter(|node| session.graph.is_pending(*node)).collect();
    if !waiting.is_empty() {
        let names = names(&session.graph, &waiting);
        answer.notes.push(format!("not adopted, so not in force on {day}: {names}"));
    }
    if mask.outlook.undated == Undated::Hide {
        answer.notes.push("what has no dates was left out".to_owned());
    }
    if let Some(period) = period_of(options) {
        answer.notes.push(format!("{} is read as the day {day}", written(&period)));
        mark_part(session, answer, period);
    }
}

/// That something was not there on a day, and when it was.
fn away(graph: &Graph, node: NodeId, day: Date) -> Option<String> {
    let Validity { begins, ends } = graph.validity(Entity::Node(node));
    let name = graph.name(node);
    if let Some(begins) = begins.filter(|begins| day < begins.date) {
        return Some(format!("{name} did not exist yet on {day}: it begins with {}", begins.written()));
    }
    let after = ends.filter(|after| after.date <= day)?;
    let last = Day { date: after.date.plus_days(-1)?, ..after };
    Some(format!("{name} no longer existed on {day}: it ended with {}", last.written()))
}

/// The month or year that an answer is asked of, where it is not a day.
pub fn period_of(options: &Options) -> Option<Period> {
    let asked = options.as_of_written.filter(|asked| asked.precision != Precision::Day)?;
    let unit = if asked.precision == Precision::Year { Unit::Year } else { Unit::Month };
    Some(Period { first: asked.first(), last: asked.last(), unit })
}

/// Says what an answer speaks of that held only on part of a period.
pub fn mark_part(session: &Session, answer: &mut Answer, period: Period) {
    let spoken = spoken_of(answer, &session.graph);
    partly(session, answer, &spoken, &period);
}

/// For a question about a year or a month: the things in the answer that held only on part of it.
pub fn mark_periods(session: &Session, answer: &mut Answer, meant: &Meant) {
    let mut shown: Vec<NodeId> = answer.rows.iter().flatten().filter_map(node).collect();
    if shown.is_empty() {
        // A number or yes or no: what it rests on.
        let facts = answer.facts.iter().flat_map(|facts| facts.entities);
        shown.extend(
            facts.filter_map(|entity| if let Entity::Node(node) = entity { Some(node) } else { None }),
        );
    }
    for period in meant.overlapped() {
        partly(session, answer, &shown, &period);
    }
}

/// The things and the relations with dates of their own that held only on part of a period.
fn partly(session: &Session, answer: &mut Answer, nodes: &[NodeId], period: &Period) {
    let Some(after) = period.last.plus_days(1).filter(|_| period.first != period.last) else { return };
    let scene = Scene::new(&session.graph, &session.vocabulary);
    let told = answer.facts.iter().flat_map(|facts| facts.entities);
    let relations = told.filter(|entity| matches!(entity, Entity::Relationship(_)));
    let mut found: Vec<String> = Vec::new();
    for entity in nodes.iter().copied().map(Entity::Node).chain(relations) {
        let validity = session.graph.validity(entity);
        if !validity.overlaps(period.first, after) || validity.covers(period.first, after) {
            continue;
        }
        let what = match entity {
            Entity::Node(node) => session.graph.name(node).to_string(),
            Entity::Relationship(_) => {
                // The dates are said after it.
                let said = super::sentence(entity, &scene);
                said.split(" (valid ").next().unwrap_or(&said).trim_end_matches('.').to_owned()
            }
        };
        let said = format!("{what} ({})", part(&validity, period.first, after));
        if !found.contains(&said) {
            found.push(said);
        }
    }
    if !found.is_empty() {
        answer.notes.push(format!("held only on part of {}: {}", written(period), listed(found)));
    }
}

/// `from 2017-11-15`, `until 2017-06-30`
fn part(validity: &Validity, first: Date, after: Date) -> String {
    let begins = validity.begins.filter(|day| day.date > first).map(|day| format!("from {}", day.written()));
    let last = |day: Day| day.date.plus_days(-1).map(|last| format!("until {last}"));
    let ends = validity.ends.filter(|day| day.date < after).and_then(last);
    [begins, ends].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `2017`, `2017-05`, or two days.
pub(super) fn written(period: &Period) -> String {
    let (first, last) = (period.first, period.last);
    let next = last.plus_days(1);
    for precision in [Precision::Year, Precision::Month] {
        let whole = Day { date: first, precision };
        if whole.first() == first && Some(whole.next()) == next {
            return whole.written();
        }
    }
    format!("{first} to {last}")
}

/// The nodes in the rows and those at the ends of the facts they rest on, each once.
fn spoken_of(answer: &Answer, graph: &Graph) -> Vec<NodeId> {
    let mut all: Vec<NodeId> = answer.rows.iter().flatten().filter_map(node).collect();
    for entity in answer.facts.iter().flat_map(|facts| facts.entities) {
        match entity {
            Entity::Node(node) => all.push(node),
            Entity::Relationship(relationship) => {
                let ends = graph.ends(relationship);
                all.extend([ends.start, ends.end]);
            }
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    all.retain(|node| seen.insert(*node) && graph.has_node(*node));
    all
}

fn node(value: &Value) -> Option<NodeId> {
    if let Value::Node(node) = value { Some(*node) } else { None }
}

fn names(graph: &Graph, nodes: &[NodeId]) -> String {
    listed(nodes.iter().map(|node| graph.name(*node).to_string()).collect())
}

pub(super) fn listed(mut names: Vec<String>) -> String {
    let count = names.len();
    names.truncate(NAMED);
    if count > NAMED {
        names.push(format!("and {} more", count - NAMED));
    }
    names.join("; ")
}

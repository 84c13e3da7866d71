//! What an answer says besides its rows: yes or no, why nothing was found, what rests on more than the plain text.

use super::{Answer, Verdict};
use crate::base::Result;
use crate::bind::question::{Condition, Form, Meant, Wider};
use crate::graph::{Certainty, Entity, Graph, NodeId, Reading};
use crate::session::{Options, Session};
use crate::value::Value;
use std::collections::BTreeMap;

/// How many names or notes are listed before the rest is counted.
const LISTED: usize = 6;

/// Completes the answer to a question.
///
/// # Errors
/// Limits that are reached while looking for the reason of an empty answer.
pub fn account(session: &mut Session, answer: &mut Answer, meant: &Meant, options: &Options) -> Result<()> {
    match meant.form {
        Form::YesNo => {
            answer.verdict = match answer.rows.first().and_then(|r| r.first()) {
                Some(Value::Boolean(true)) => Some(Verdict::Yes),
                Some(Value::Null) => Some(Verdict::NotStated("the sources do not say".into())),
                _ => Some(Verdict::No),
            };
        }
        Form::Number => {}
        Form::Rows if answer.rows.is_empty() => answer.verdict = Some(why_empty(session, meant, options)?),
        Form::Path if answer.rows.is_empty() => {
            answer.verdict =
                Some(Verdict::NotStated("none stated in this source: no chain of facts leads there".into()));
        }
        Form::Basis(thing) => super::grounds::mark_breaks(session, answer, thing),
        Form::Rows | Form::Card(_) | Form::Path => {}
    }
    if answer.verdict == Some(Verdict::No) {
        answer.notes.extend(meant.unrecorded.iter().cloned());
    }
    if answer.verdict == Some(Verdict::Yes) {
        answer.notes.extend(meant.some.iter().cloned());
    }
    if let Some(counted) = &meant.counted {
        let things = nodes(&session.statement(counted, options)?);
        several(session, answer, &things);
    }
    if let Some(first) = meant.first.and_then(|first| usize::try_from(first).ok())
        && answer.rows.len() > first
    {
        answer.notes.push(shared(answer, first));
    }
    let listed = |noun: &String| {
        answer.rows.iter().any(|row| row.first().and_then(Value::as_str).is_some_and(|said| said == noun))
    };
    if !answer.rows.is_empty() {
        let empty = meant.lists.iter().filter(|(noun, _)| !listed(noun));
        let notes: Vec<String> =
            empty.map(|(_, list)| format!("none stated in this source: {list}")).collect();
        answer.notes.extend(notes);
    }
    if meant.basis {
        super::grounds::mark_pending(session, answer);
    }
    if let Some(impact) = &meant.impact {
        super::grounds::mark_apart(session, answer, impact);
    }
    // Of all of them: one that is known not to be so is enough, whatever is not known of others.
    let of_all = meant.group.conditions.iter().any(|c| matches!(c, Condition::Every { .. }));
    let open = if of_all || meant.group.denied_whole().is_some() { Verdict::Yes } else { Verdict::No };
    let denied = of_all && answer.verdict == Some(Verdict::No);
    if let Some(undated) = meant.undated.as_ref().filter(|_| !denied) {
        let left_out = nodes(&session.statement(undated, options)?);
        if !left_out.is_empty() {
            if answer.verdict.as_ref() == Some(&open) {
                answer.verdict = Some(Verdict::NotStated("the sources do not say".into()));
            }
            let valid = |c: &Condition| match c {
                Condition::Not(denied) => {
                    denied.conditions.iter().any(|c| matches!(c, Condition::Validity { .. }))
                }
                c => matches!(c, Condition::Validity { .. }),
            };
            let so =
                if meant.group.conditions.iter().any(valid) { ", so neither in force nor not" } else { "" };
            answer.notes.push(format!("undated{so}, and left out: {}", names(&session.graph, &left_out)));
        }
    }
    if let Form::YesNo | Form::Number = meant.form {
        dates(session, answer, meant);
        if answer.facts.iter().all(|f| f.entities.is_empty()) {
            answer.notes.push(format!("searched: {}", searched(&session.graph)));
        }
    }
    super::mark_periods(session, answer, meant);
    doubts(&session.graph, answer);
    Ok(())
}

/// Says that more come than are asked for, because they share the place.
fn shared(answer: &Answer, first: usize) -> String {
    let count = answer.rows.len();
    let by = match answer.columns.get(1).map(|column| column.as_ref()) {
        Some("days") | None => "number of days".to_owned(),
        Some(column) => column.replace('_', " "),
    };
    let of = if first > 1 { "the last of them" } else { "the first of them" };
    format!("{count} and not {first}: what has the same {by} as {of} is listed as well")
}

/// All that a statement could look at.
pub(super) fn searched(graph: &Graph) -> String {
    let (nodes, relationships) = (graph.node_count(), graph.relationship_count());
    format!("all {nodes} entities and {relationships} relationships of {}", sources(graph))
}

fn sources(graph: &Graph) -> String {
    let ids: Vec<&str> = graph.sources().iter().map(|s| &*s.id).collect();
    if ids.is_empty() { "the graph".into() } else { format!("the sources {}", ids.join(", ")) }
}

/// The first of the wider questions that has an answer names the condition that removed it.
fn why_empty(session: &mut Session, meant: &Meant, options: &Options) -> Result<Verdict> {
    for wider in &meant.wider {
        let left = nodes(&session.statement(&wider.statement, options)?);
        if left.is_empty() {
            continue;
        }
        return Ok(verdict(session, wider, &left));
    }
    Ok(Verdict::NotStated(format!("none stated in this source: nothing is recorded as {}", meant.reading)))
}

fn verdict(session: &Session, wider: &Wider, left: &[NodeId]) -> Verdict {
    let graph = &session.graph;
    let listed = names(graph, left);
    let plural = if left.len() == 1 { "candidate" } else { "candidates" };
    // A value that rules the relation out: a draft is approved by nothing.
    let relations: Vec<&str> =
        wider.relations.iter().map(|r| session.vocabulary.relations[*r].name.as_str()).collect();
    for property in &session.vocabulary.properties {
        let Some(key) = graph.key(&property.name) else { continue };
        for value in
            property.values.iter().filter(|v| v.denies.iter().any(|d| relations.contains(&d.as_str())))
        {
            let has =
                |n: &NodeId| graph.property(Entity::Node(*n), key).as_str() == Some(value.value.as_str());
            if left.iter().all(has) {
                return Verdict::None(format!(
                    "none: {} {plural} ({listed}), and each has the {} \"{}\" ({})",
                    left.len(),
                    property.name.replace('_', " "),
                    value.value,
                    places(graph, left)
                ));
            }
        }
    }
    Verdict::NotStated(format!(
        "none stated in this source: {} {plural} among {} ({listed}), {}",
        left.len(),
        wider.candidates,
        match wider.condition.strip_prefix("except ") {
            Some(those) => format!("all of them {those}, as far as is stated"),
            None => format!("none {}", wider.condition),
        }
    ))
}

fn nodes(answer: &Answer) -> Vec<NodeId> {
    let first = answer.rows.iter().filter_map(|r| r.first());
    first.filter_map(|v| if let Value::Node(n) = v { Some(*n) } else { None }).collect()
}

fn names(graph: &Graph, nodes: &[NodeId]) -> String {
    let mut listed: Vec<String> = nodes.iter().take(LISTED).map(|n| graph.name(*n).to_string()).collect();
    if nodes.len() > LISTED {
        listed.push(format!("and {} more", nodes.len() - LISTED));
    }
    listed.join("; ")
}

/// The locators of what is stated of these nodes.
fn places(graph: &Graph, nodes: &[NodeId]) -> String {
    let mut found: Vec<String> = nodes
        .iter()
        .flat_map(|n| graph.evidence(Entity::Node(*n)))
        .map(|e| format!("{} {}", e.source, e.locator))
        .collect();
    found.sort();
    found.dedup();
    found.truncate(LISTED);
    found.join(", ")
}

/// The property of a thing that stands for several whose number is not stated.
const PLURAL: &str = "plural";

/// Says what is counted as one though it stands for several.
fn several(session: &Session, answer: &mut Answer, counted: &[NodeId]) {
    let graph = &session.graph;
    let is_several = |node: &NodeId| {
        let said = graph.key(PLURAL).map(|key| graph.property(Entity::Node(*node), key));
        let kind = graph.labels(*node).first().map(|label| graph.label_name(*label).to_string());
        let lineage = kind.map(|kind| session.vocabulary.lineage(&kind)).unwrap_or_default();
        said == Some(Value::Boolean(true)) || lineage.iter().any(|kind| kind.several)
    };
    let found: Vec<NodeId> = counted.iter().copied().filter(is_several).collect();
    if !found.is_empty() {
        let names = names(graph, &found);
        answer.notes.push(format!("counted as one, but several whose number is not stated: {names}"));
    }
}

/// For a question of whether something was in force: from when to when it was.
fn dates(session: &Session, answer: &mut Answer, meant: &Meant) {
    for (node, _) in &meant.dated {
        let validity = session.graph.validity(Entity::Node(*node));
        let name = session.graph.name(*node);
        let note = match (validity.begins, validity.ends) {
            (None, None) => format!("{name}: no dates stated"),
            (begins, ends) => {
                let begins = begins.map_or("not stated".to_owned(), |d| d.written());
                let ends =
                    ends.map_or("no end stated".to_owned(), |d| format!("until before {}", d.written()));
                format!("{name}: from {begins}, {ends} ({})", places(&session.graph, &[*node]))
            }
        };
        answer.notes.push(note);
    }
}

/// Rows that rest on facts that are implied, derived, or hold only in the wide reading.
fn doubts(graph: &Graph, answer: &mut Answer) {
    // By how and where; the fullest note that is given there.
    let mut doubtful: BTreeMap<(String, String), (String, Vec<usize>)> = BTreeMap::new();
    for (row, facts) in answer.facts.iter().enumerate() {
        for entity in facts.relationships() {
            let Some(evidence) = graph.evidence(entity).first() else { continue };
            let how = match (evidence.reading, evidence.certainty) {
                (_, Certainty::Assumed) => "is assumed",
                (Some(Reading::Wide), _) => "holds only in the wide reading",
                // What an implication rests on is said in its note; a plain one is marked at its place.
                (_, Certainty::Implied) if evidence.note.is_some() => "is implied, not stated",
                _ => continue,
            };
            let note = evidence.note.as_deref().map_or(String::new(), |n| format!(": {n}"));
            let key = (how.to_owned(), evidence.locator.to_string());
            let (said, rows) = doubtful.entry(key).or_default();
            if note.len() > said.len() {
                *said = note;
            }
            if rows.last() != Some(&(row + 1)) {
                rows.push(row + 1);
            }
        }
    }
    let count = doubtful.len();
    for ((how, place), (note, rows)) in doubtful.into_iter().take(LISTED) {
        let rows: Vec<String> = rows.iter().map(usize::to_string).collect();
        answer.notes.push(format!("row {} rests on a fact that {how} ({place}{note})", rows.join(", ")));
    }
    if count > LISTED {
        answer.notes.push(format!(
            "{} more facts behind these rows are implied or hold only in the wide reading",
            count - LISTED
        ));
    }
}

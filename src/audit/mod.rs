//! Reviews of a whole graph: findings of rules, changes between two days, who is responsible for what.
//!
//! In: a session and, for the audit, rules, each a query in our own language whose rows are the findings. Out: findings
//! with their proof, lists of changes, a matrix, the reach of a repeal. Knows no output format; nothing here is specific
//! to one graph.

pub mod changes;
pub mod impact;
pub mod matrix;
mod message;
mod rules;

pub use rules::{Rule, Severity, builtin, read_rules, select};

use crate::answer::{Answer, Facts};
use crate::base::{Budget, Class, Report, Result};
use crate::graph::{Entity, Graph, NodeId};
use crate::session::{Options, Session, today};
use crate::value::{Date, Map, Value};
use std::sync::Arc;

/// What a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    pub rule: Arc<Rule>,
    pub message: String,
    pub subjects: Vec<NodeId>,
    /// The facts it rests on.
    pub facts: Facts,
    /// Places that the query names itself: those of claims, which belong to no relationship.
    pub quoted: Vec<Value>,
}

/// Runs rules, each on a graph that it cannot change.
///
/// # Errors
/// The first error of a rule, with the rule's name.
pub fn audit(
    session: &Session,
    rules: &[Arc<Rule>],
    as_of: Option<Date>,
    budget: &Budget,
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in rules {
        let found = run(session, rule, as_of, budget).map_err(|report| {
            let said = format!("This is the query of the audit rule `{}`.", rule.name);
            report.help(said)
        })?;
        findings.extend(found);
    }
    // The gravest first; within a severity in the order of the rules.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.rule.severity));
    Ok(findings)
}

fn run(session: &Session, rule: &Arc<Rule>, as_of: Option<Date>, budget: &Budget) -> Result<Vec<Finding>> {
    let mut copy = Session::empty();
    copy.graph = session.graph.clone();
    copy.vocabulary = session.vocabulary.clone();
    copy.procedures = session.procedures.clone();
    let mut parameters = Map::new();
    parameters.insert(Arc::from("day"), Value::Date(as_of.unwrap_or_else(today)));
    let options = Options {
        parameters,
        as_of: as_of.filter(|_| !rule.all_times),
        trace: true,
        budget: budget.clone(),
        ..Options::default()
    };
    let answer = copy.run(&rule.query, &options)?;
    if answer.effects != Default::default() {
        return Err(Report::new(Class::Data, "audit.writes", "a rule must not change the graph"));
    }
    Ok((0..answer.rows.len()).map(|row| finding(&session.graph, rule, &answer, row)).collect())
}

fn finding(graph: &Graph, rule: &Arc<Rule>, answer: &Answer, row: usize) -> Finding {
    let cells = answer.rows.get(row).map_or(&[][..], Vec::as_slice);
    let named = || answer.columns.iter().map(|column| &**column).zip(cells);
    let mut subjects = Vec::new();
    // Without a list every node of the row is a subject.
    for (_, value) in named().filter(|(column, _)| rule.concerns(column)) {
        nodes(value, &mut subjects);
    }
    let mut seen = Vec::new();
    subjects.retain(|node| {
        !seen.contains(node) && {
            seen.push(*node);
            true
        }
    });
    let mut facts = answer.facts.get(row).unwrap_or_default();
    if facts.entities.is_empty() {
        facts.entities = subjects.iter().map(|node| Entity::Node(*node)).collect();
        facts.total = facts.entities.len();
    }
    let quoted = named().filter(|(column, _)| *column == "evidence").flat_map(|(_, value)| match value {
        Value::List(items) => items.to_vec(),
        one => vec![one.clone()],
    });
    Finding {
        rule: rule.clone(),
        message: message::filled(&rule.message, graph, &named().collect::<Vec<_>>()),
        subjects,
        facts,
        quoted: quoted.collect(),
    }
}

/// The nodes in a value.
fn nodes(value: &Value, found: &mut Vec<NodeId>) {
    match value {
        Value::Node(node) => found.push(*node),
        Value::List(items) => items.iter().for_each(|item| nodes(item, found)),
        Value::Path(path) => found.extend_from_slice(&path.nodes),
        _ => {}
    }
}

/// The node that a text names, by id, name or alias.
///
/// # Errors
/// A report with the nearest names, or with the candidates where several things are called so.
pub fn named(graph: &Graph, text: &str) -> Result<NodeId> {
    let text = text.trim();
    if let Some(node) = graph.node_by_id(text) {
        return Ok(node);
    }
    let names = graph.names();
    let mut found = names.lookup(text);
    found.dedup();
    let candidate = |node: &NodeId| crate::base::Candidate {
        id: graph.id(*node).map_or_else(|| format!("#{}", node.0), |id| id.to_string()),
        kind: graph.labels(*node).first().map_or(String::new(), |label| graph.label_name(*label).to_string()),
        name: graph.name(*node).to_string(),
    };
    match found.as_slice() {
        [node] => Ok(*node),
        [] => {
            let near: Vec<NodeId> = names.nearest(text, 3).into_iter().map(|named| named.node).collect();
            let mut report = Report::input("name.unknown", format!("nothing is called “{text}”"));
            for node in &near {
                report = report.help(format!("Did you mean “{}”?", graph.name(*node)));
            }
            Err(report)
        }
        several => Err(Report::input("name.ambiguous", format!("several things are called “{text}”"))
            .help("Use the id of the one that is meant.")
            .among(several.iter().map(candidate).collect())),
    }
}

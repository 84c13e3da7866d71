//! What stands behind answers about authority: the chains that prove them, where a chain of legal bases breaks, and what
//! keeps another basis or is merely related.
//!
//! The functions of authority give nodes; the chains between those nodes are their proof.

use super::{Answer, Facts, Gathered, Proofs, Verdict, entities};
use crate::bind::question::Impact;
use crate::graph::{Authority, Entity, Graph, NodeId};
use crate::session::Session;
use crate::value::Value;
use crate::vocabulary::{End, Vocabulary};

/// As many names are listed before the rest is counted.
const LISTED: usize = 6;
/// What is said of drafts among legal bases.
const NOT_ADOPTED: &str = "not adopted, so no legal basis yet";
/// The functions whose results rest on chains of authority.
const FUNCTIONS: [&str; 3] = ["losesbasis(", "dependson(", "basischains("];

/// Whether a statement asks by chains of authority.
pub fn goes_by_authority(statement: &str) -> bool {
    let said = statement.to_lowercase();
    FUNCTIONS.iter().any(|function| said.contains(function))
}

/// Adds to the facts behind each row the chains of authority that its statement went by.
pub fn ground(graph: &Graph, answer: &mut Answer, by_authority: bool) {
    if !by_authority || answer.facts.is_empty() {
        return;
    }
    let mask = answer.mask.clone();
    let authority = Authority::new(graph, mask.as_deref(), None);
    let grounded = answer.rows.iter().zip(answer.facts.iter());
    let grounded: Vec<Facts> =
        grounded.map(|(row, facts)| with_chains(graph, &authority, row, facts)).collect();
    answer.facts = Proofs::of(grounded);
}

fn with_chains(graph: &Graph, authority: &Authority<'_>, row: &[Value], facts: Facts) -> Facts {
    let mut shown = Vec::new();
    let mut nodes = Vec::new();
    row.iter().for_each(|value| entities(value, &mut |entity| shown.push(entity)));
    for entity in shown.iter().chain(&facts.entities) {
        if let Entity::Node(node) = entity
            && !nodes.contains(node)
        {
            nodes.push(*node);
        }
    }
    let mut gathered = Gathered::from(facts);
    shown.into_iter().for_each(|entity| gathered.add(entity));
    for node in nodes.iter().filter(|node| graph.has_node(**node)) {
        let chains = authority.chains_to(*node, &nodes);
        chains.into_iter().flat_map(|(_, chain)| chain).for_each(|r| gathered.add(Entity::Relationship(r)));
    }
    gathered.facts()
}

/// Says where chains of legal bases break: below law, treaty or constitution.
pub fn mark_breaks(session: &Session, answer: &mut Answer, thing: NodeId) {
    let (graph, vocabulary) = (&session.graph, &*session.vocabulary);
    if answer.rows.is_empty() {
        let mask = answer.mask.as_deref().filter(|mask| !mask.has_node(thing));
        if let Some(day) = mask.and_then(|mask| mask.outlook.day) {
            answer.verdict =
                Some(Verdict::None(format!("none: {} was not there on {day}", graph.name(thing))));
            return;
        }
        answer.verdict = Some(Verdict::NotStated(match is_highest(graph, vocabulary, thing) {
            true => format!("none stated in this source: nothing above {} is stated", graph.name(thing)),
            false => format!(
                "none stated in this source: the chain breaks at {} itself, no legal basis of it is stated",
                graph.name(thing)
            ),
        }));
        return;
    }
    let mut breaks: Vec<(NodeId, Vec<String>)> = Vec::new();
    let mut waiting: Vec<NodeId> = Vec::new();
    for (at, row) in answer.rows.iter().enumerate() {
        let Some(Value::Path(path)) = row.iter().find(|value| matches!(value, Value::Path(_))) else {
            continue;
        };
        for node in &path.nodes {
            if graph.is_pending(*node) && !waiting.contains(node) {
                waiting.push(*node);
            }
        }
        let (Some(last), false) =
            (path.nodes.last(), path.nodes.iter().any(|node| is_highest(graph, vocabulary, *node)))
        else {
            continue;
        };
        let row = (at + 1).to_string();
        match breaks.iter_mut().find(|(node, _)| node == last) {
            Some((_, rows)) => rows.push(row),
            None => breaks.push((*last, vec![row])),
        }
    }
    note_pending(graph, answer, waiting);
    for (node, rows) in breaks {
        answer.notes.push(format!(
            "the chain of row {} breaks at {}: no {} above it is stated",
            rows.join(", "),
            graph.name(node),
            highest_kinds(vocabulary)
        ));
    }
}

/// Says which of the legal bases that an answer rests on are not adopted.
pub fn mark_pending(session: &Session, answer: &mut Answer) {
    let graph = &session.graph;
    let bases = session.vocabulary.legal_bases();
    let mut waiting: Vec<NodeId> = Vec::new();
    for entity in answer.facts.iter().flat_map(|facts| facts.entities) {
        let Entity::Relationship(relationship) = entity else { continue };
        let ends = graph.ends(relationship);
        let kind = graph.type_name(ends.kind);
        let Some((_, giver, _)) = bases.iter().find(|(relation, ..)| *relation.type_name() == **kind) else {
            continue;
        };
        let giver = if *giver == End::From { ends.start } else { ends.end };
        if graph.is_pending(giver) && !waiting.contains(&giver) {
            waiting.push(giver);
        }
    }
    note_pending(graph, answer, waiting);
}

fn note_pending(graph: &Graph, answer: &mut Answer, waiting: Vec<NodeId>) {
    let said = |note: &String| note.starts_with(NOT_ADOPTED);
    if waiting.is_empty() || answer.notes.iter().any(said) {
        return;
    }
    answer.notes.push(format!("{NOT_ADOPTED}: {}", listed(graph, waiting.into_iter())));
}

fn is_highest(graph: &Graph, vocabulary: &Vocabulary, node: NodeId) -> bool {
    graph.labels(node).first().is_some_and(|label| vocabulary.is_highest(graph.label_name(*label)))
}

/// `law, treaty or constitution`
fn highest_kinds(vocabulary: &Vocabulary) -> String {
    let marked = vocabulary.kinds.iter().filter(|kind| kind.highest);
    let nouns: Vec<&str> = marked.filter_map(|kind| kind.nouns.first()).map(String::as_str).collect();
    match nouns.as_slice() {
        [] => "basis".into(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

/// Says what has authority through the named things but keeps another basis, and what is merely related to them.
pub fn mark_apart(session: &Session, answer: &mut Answer, impact: &Impact) {
    let graph = &session.graph;
    let mask = answer.mask.clone();
    let authority = Authority::new(graph, mask.as_deref(), None);
    let lost = authority.loses_basis_of_all(&impact.on);
    let asked = |node: &NodeId| {
        let mut names = graph.labels(*node).iter().map(|label| graph.label_name(*label));
        impact.kinds.is_empty() || names.any(|name| impact.kinds.iter().any(|kind| **kind == **name))
    };
    let mut keeps: Vec<NodeId> = impact.on.iter().flat_map(|on| authority.depends_on(*on)).collect();
    keeps.retain(|node| !lost.contains(node) && !impact.on.contains(node));
    keeps.sort_unstable();
    keeps.dedup();
    let mut touches: Vec<NodeId> =
        impact.on.iter().flat_map(|on| authority.touches(*on, mask.as_deref())).collect();
    touches.retain(|node| !lost.contains(node) && !keeps.contains(node) && !impact.on.contains(node));
    touches.sort_unstable();
    touches.dedup();
    let names: Vec<String> = impact.on.iter().map(|on| graph.name(*on).to_string()).collect();
    let names = names.join(" and ");
    let besides = listed(graph, keeps.into_iter().filter(asked));
    if !besides.is_empty() {
        answer.notes.push(format!("has authority through {names}, but keeps another basis: {besides}"));
    }
    let related = listed(graph, touches.into_iter().filter(asked));
    if !related.is_empty() {
        answer.notes.push(format!("is related to {names}, but does not rest on it: {related}"));
    }
}

fn listed(graph: &Graph, nodes: impl Iterator<Item = NodeId>) -> String {
    let mut names: Vec<String> = nodes.map(|node| graph.name(node).to_string()).collect();
    let count = names.len();
    names.truncate(LISTED);
    if count > LISTED {
        names.push(format!("and {} more", count - LISTED));
    }
    names.join("; ")
}

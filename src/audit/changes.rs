//! What began, ended and changed from one day to another, both included.
//!
//! An entity began when the first day of its validity is one of those days. It ended when its last day is one of them, or,
//! where an act ended it, the day of that act. What both began and ended is in both lists. A node that was there before and
//! stayed changed when a relationship began or ended that gives it authority or a responsibility, that acts on it (as an
//! amendment does), or that has dates of its own.

use crate::base::{Report, Result};
use crate::graph::{Day, Entity, Graph, NodeId, RelationshipId, RelationshipType, Validity};
use crate::value::Date;
use crate::vocabulary::{End, Vocabulary};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct Changes {
    /// The first day that is covered.
    pub from: Date,
    /// The last day that is covered.
    pub to: Date,
    pub began: Vec<Change>,
    pub ended: Vec<Change>,
    pub changed: Vec<Changed>,
}

/// Something that began, or the last day of something that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub entity: Entity,
    pub day: Day,
}

/// A node that stayed, with what began and ended at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub node: NodeId,
    pub began: Vec<RelationshipId>,
    pub ended: Vec<RelationshipId>,
}

/// Looks over the days from the one to the other, both included.
///
/// # Errors
/// The second day lies before the first.
pub fn changes(graph: &Graph, vocabulary: &Vocabulary, from: Date, to: Date) -> Result<Changes> {
    if to < from {
        return Err(Report::input("usage.changes", format!("{to} lies before {from}"))
            .help("Write the earlier day first."));
    }
    let mut found = Changes { from, to, began: Vec::new(), ended: Vec::new(), changed: Vec::new() };
    let nodes = graph.nodes().map(Entity::Node);
    for entity in nodes.chain(graph.relationships().map(Entity::Relationship)) {
        let Validity { begins, ends } = graph.holding(entity);
        // What ends before it begins was never there.
        if matches!((begins, ends), (Some(begins), Some(ends)) if ends.date <= begins.date) {
            continue;
        }
        let covers = |day: Date| from <= day && day <= to;
        if let Some(day) = begins.filter(|day| covers(day.date)) {
            found.began.push(Change { entity, day });
        }
        if let Some(after) = ends {
            let last = Day { date: before(after.date), ..after };
            if covers(if graph.is_ended_by_an_act(entity) { after.date } else { last.date }) {
                found.ended.push(Change { entity, day: last });
            }
        }
    }
    // Nodes before relationships, then by day.
    for list in [&mut found.began, &mut found.ended] {
        list.sort_by_key(|change| {
            (matches!(change.entity, Entity::Relationship(_)), change.day.date, change.entity)
        });
    }
    found.changed = changed(graph, vocabulary, &found);
    Ok(found)
}

fn before(day: Date) -> Date {
    Date { days: day.days.saturating_sub(1) }
}

fn changed(graph: &Graph, vocabulary: &Vocabulary, found: &Changes) -> Vec<Changed> {
    let receivers = receivers(graph, vocabulary);
    let (first, last) = (graph.as_of(before(found.from)), graph.as_of(found.to));
    let ended: FxHashSet<Entity> = found.ended.iter().map(|change| change.entity).collect();
    let stays =
        |node: NodeId| first.has_node(node) && last.has_node(node) && !ended.contains(&Entity::Node(node));
    let mut nodes: BTreeMap<NodeId, Changed> = BTreeMap::new();
    for (list, is_begin) in [(&found.began, true), (&found.ended, false)] {
        for change in list {
            let Entity::Relationship(relationship) = change.entity else { continue };
            let ends = graph.ends(relationship);
            let own = !graph.validity(change.entity).is_undated();
            let receives = receivers.get(&ends.kind).copied().unwrap_or_default();
            for (node, counts) in [(ends.start, own || receives.0), (ends.end, own || receives.1)] {
                if !counts || !stays(node) {
                    continue;
                }
                let entry = nodes.entry(node);
                let entry = entry.or_insert(Changed { node, began: Vec::new(), ended: Vec::new() });
                let side = if is_begin { &mut entry.began } else { &mut entry.ended };
                side.push(relationship);
            }
        }
    }
    nodes.into_values().collect()
}

/// Whether a relation of a type changes what stands at its start, and at its end.
fn receivers(graph: &Graph, vocabulary: &Vocabulary) -> FxHashMap<RelationshipType, (bool, bool)> {
    let relations = vocabulary.relations.iter().filter_map(|relation| {
        let kind = graph.relationship_type(&relation.type_name())?;
        let start = relation.authority == Some(End::To) || relation.responsibility;
        let acted_on = relation.authority == Some(End::From) || relation.dated == Some(End::From);
        let end = acted_on || relation.responsibility;
        Some((kind, (start, end)))
    });
    relations.collect()
}

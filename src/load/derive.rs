//! Relations that follow from others by the rules of the vocabulary.
//!
//! A rule is a query; running it is the caller's business. What it finds becomes a relationship with the certainty
//! `derived` whose evidence is that of its premises. Relationships that no longer follow are taken away, so that the
//! same call serves after a load and after every write.

use crate::base::Result;
use crate::graph::{
    Certainty, Entity, Evidence, Graph, NodeId, Origin, RelationshipId, RelationshipType, Way,
};
use crate::value::{Date, Value};
use crate::vocabulary::Vocabulary;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One result of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    pub from: NodeId,
    pub to: NodeId,
    /// The facts it rests on.
    pub premises: Vec<Entity>,
    /// The first day on which it holds, where the rule says so.
    pub since: Option<Date>,
}

/// Brings the derived relations of a graph up to date. Says how many were added and taken away.
///
/// # Errors
/// The first error of a rule.
pub fn derive(
    graph: &mut Graph,
    vocabulary: &Vocabulary,
    run: &dyn Fn(&Graph, &str) -> Result<Vec<Derivation>>,
) -> Result<usize> {
    let types: Vec<String> = rules(vocabulary).map(|(kind, _)| kind).collect();
    // A rule that uses the outcome of another one may have to run again after it.
    let chained = rules(vocabulary).any(|(_, rule)| types.iter().any(|kind| rule.contains(kind.as_str())));
    let rounds = if chained { types.len() + 1 } else { 1 };
    let mut changes = 0;
    for _ in 0..rounds {
        let changed = round(graph, vocabulary, &types, run)?;
        changes += changed;
        if changed == 0 {
            break;
        }
    }
    Ok(changes)
}

fn rules(vocabulary: &Vocabulary) -> impl Iterator<Item = (String, &str)> {
    vocabulary.derived.iter().filter_map(|derived| {
        let relation = vocabulary.relation(&derived.relation)?;
        Some((relation.type_name(), derived.rule.as_str()))
    })
}

fn round(
    graph: &mut Graph,
    vocabulary: &Vocabulary,
    types: &[String],
    run: &dyn Fn(&Graph, &str) -> Result<Vec<Derivation>>,
) -> Result<usize> {
    let mut stale = derived(graph, types);
    let mut days: BTreeMap<(RelationshipType, (NodeId, NodeId)), Option<Date>> = BTreeMap::new();
    let mut changes = 0;
    for (kind, rule) in rules(vocabulary) {
        let found = run(graph, rule)?;
        let kind = graph.intern_type(&kind);
        for (ends, ways, since) in together(found) {
            changes += usize::from(keep(graph, kind, ends, ways, &mut stale));
            let first = days.entry((kind, ends)).or_default();
            *first = [*first, since].into_iter().flatten().min();
        }
    }
    // Of what follows by several rules the earliest day counts.
    for ((kind, ends), since) in days {
        changes += usize::from(begin(graph, kind, ends, since));
    }
    changes += stale.len();
    stale.into_values().for_each(|relationship| graph.delete_relationship(relationship));
    Ok(changes)
}

/// The ends of what was derived, every set of facts it follows from, and the earliest day on which it holds.
type Found = ((NodeId, NodeId), Vec<Arc<[Entity]>>, Option<Date>);

/// What follows in several ways is one relationship.
fn together(found: Vec<Derivation>) -> Vec<Found> {
    let mut places: FxHashMap<(NodeId, NodeId), usize> = FxHashMap::default();
    let mut all: Vec<Found> = Vec::new();
    for derivation in found {
        let ends = (derivation.from, derivation.to);
        let place = *places.entry(ends).or_insert(all.len());
        if place == all.len() {
            all.push((ends, Vec::new(), None));
        }
        if let Some((_, ways, since)) = all.get_mut(place) {
            ways.push(derivation.premises.into());
            *since = [*since, derivation.since].into_iter().flatten().min();
        }
    }
    all
}

type Derived = FxHashMap<(RelationshipType, NodeId, NodeId), RelationshipId>;

/// The relationships that rules made before.
fn derived(graph: &Graph, types: &[String]) -> Derived {
    let mut found = Derived::default();
    let types = types.iter().filter_map(|name| graph.relationship_type(name));
    for kind in types.filter(|kind| graph.count_of(*kind) > 0) {
        for node in graph.nodes() {
            let adjacent = graph.adjacent(node, Way::Out, kind);
            for (end, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                if graph.origin(Entity::Relationship(*relationship)) == Origin::Rule {
                    found.insert((kind, node, *end), *relationship);
                }
            }
        }
    }
    found
}

/// Makes what a rule found, unless it is there. Whether anything changed.
fn keep(
    graph: &mut Graph,
    kind: RelationshipType,
    (from, to): (NodeId, NodeId),
    ways: Vec<Arc<[Entity]>>,
    stale: &mut Derived,
) -> bool {
    let evidence = ways.first().map(|facts| premises(graph, facts)).unwrap_or_default();
    if let Some(relationship) = stale.remove(&(kind, from, to)) {
        let entity = Entity::Relationship(relationship);
        if graph.evidence(entity) != evidence {
            graph.set_evidence(entity, evidence);
        }
        if graph.derivations(entity) != ways {
            graph.set_derivations(entity, ways);
        }
        return false;
    }
    let same = graph.adjacent(from, Way::Out, kind);
    if let Ok(place) = same.nodes.binary_search(&to) {
        // Another rule of the same relation may have made it a moment ago.
        if let Some(entity) = same.relationships.get(place).map(|r| Entity::Relationship(*r))
            && graph.origin(entity) == Origin::Rule
        {
            let mut all = graph.derivations(entity).to_vec();
            let before = all.len();
            all.extend(ways.into_iter().filter(|way| !graph.derivations(entity).contains(way)));
            if all.len() > before {
                graph.set_derivations(entity, all);
            }
        }
        return false;
    }
    let relationship = graph.create_relationship(from, kind, to, Vec::new());
    let entity = Entity::Relationship(relationship);
    graph.set_evidence(entity, evidence);
    graph.set_origin(entity, Origin::Rule);
    graph.set_derivations(entity, ways);
    true
}

/// Notes the first day of what a rule made. Whether anything changed.
fn begin(
    graph: &mut Graph,
    kind: RelationshipType,
    (from, to): (NodeId, NodeId),
    since: Option<Date>,
) -> bool {
    let key = graph.intern_key("valid_from");
    let made = graph.adjacent(from, Way::Out, kind);
    let place = made.nodes.binary_search(&to).ok();
    let Some(entity) = place.and_then(|at| made.relationships.get(at)).map(|r| Entity::Relationship(*r))
    else {
        return false;
    };
    let first = since.map_or(Value::Null, Value::Date);
    if graph.origin(entity) != Origin::Rule || graph.property(entity, key) == first {
        return false;
    }
    graph.set_property(entity, key, first);
    true
}

/// The evidence of the premises, as evidence of what follows from them.
fn premises(graph: &Graph, premises: &[Entity]) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = Vec::new();
    // The nodes that a rule passes say only that they are mentioned; the relationships are what it rests on.
    let facts = premises.iter().filter(|premise| matches!(premise, Entity::Relationship(_)));
    for stated in facts.flat_map(|premise| graph.evidence(*premise)) {
        let certainty = match stated.certainty {
            Certainty::Assumed => Certainty::Assumed,
            _ => Certainty::Derived,
        };
        let derived = Evidence { certainty, note: None, ..stated.clone() };
        if !evidence.contains(&derived) {
            evidence.push(derived);
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Derived as Rule, Relation};

    #[test]
    fn the_earliest_day_of_several_rules_counts() {
        let relation = |name: &str| Relation { name: name.to_string(), ..Relation::default() };
        let rule = |rule: &str| Rule { relation: "over".into(), rule: rule.into(), note: None };
        let vocabulary = Vocabulary {
            relations: vec![relation("over")],
            derived: vec![rule("late"), rule("early"), rule("undated")],
            ..Vocabulary::default()
        };
        let mut graph = Graph::empty();
        let nodes: Vec<NodeId> = (0..2).map(|_| graph.create_node(&[], Vec::new())).collect();
        let run = |_: &Graph, rule: &str| {
            let since = match rule {
                "late" => Some(Date { days: 20 }),
                "early" => Some(Date { days: 10 }),
                _ => None,
            };
            Ok(vec![Derivation { from: nodes[0], to: nodes[1], premises: Vec::new(), since }])
        };
        assert_eq!(derive(&mut graph, &vocabulary, &run).ok(), Some(2));
        assert_eq!(derive(&mut graph, &vocabulary, &run).ok(), Some(0));
        let over = graph.relationship_type("OVER").unwrap();
        let made = graph.adjacent(nodes[0], Way::Out, over).relationships[0];
        let key = graph.key("valid_from").unwrap();
        assert_eq!(graph.property(Entity::Relationship(made), key), Value::Date(Date { days: 10 }));
    }

    #[test]
    fn derived_relations_come_and_go_with_their_premises() {
        let relation = |name: &str| Relation { name: name.to_string(), ..Relation::default() };
        let vocabulary = Vocabulary {
            relations: vec![relation("above"), relation("over")],
            derived: vec![Rule { relation: "over".into(), rule: "above".into(), note: None }],
            ..Vocabulary::default()
        };
        let mut graph = Graph::empty();
        let above = graph.intern_type("ABOVE");
        let nodes: Vec<NodeId> = (0..3).map(|_| graph.create_node(&[], Vec::new())).collect();
        let first = graph.create_relationship(nodes[0], above, nodes[1], Vec::new());
        let second = graph.create_relationship(nodes[1], above, nodes[2], Vec::new());
        let evidence = Evidence {
            source: "s".into(),
            locator: "P1".into(),
            certainty: Certainty::Stated,
            reading: None,
            note: None,
        };
        graph.set_evidence(Entity::Relationship(first), vec![evidence]);
        let run = |graph: &Graph, _: &str| {
            let both = graph.has_relationship(first) && graph.has_relationship(second);
            let premises = vec![Entity::Relationship(first), Entity::Relationship(second)];
            Ok(both
                .then_some(Derivation { from: nodes[0], to: nodes[2], premises, since: None })
                .into_iter()
                .collect())
        };
        assert_eq!(derive(&mut graph, &vocabulary, &run).ok(), Some(1));
        assert_eq!(derive(&mut graph, &vocabulary, &run).ok(), Some(0));
        let over = graph.intern_type("OVER");
        let made = Entity::Relationship(graph.adjacent(nodes[0], Way::Out, over).relationships[0]);
        assert_eq!(graph.evidence(made)[0].certainty, Certainty::Derived);
        graph.delete_relationship(first);
        assert_eq!(derive(&mut graph, &vocabulary, &run).ok(), Some(1));
        assert_eq!(graph.count_of(over), 0);
    }
}

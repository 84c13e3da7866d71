//! Facts as plain sentences, in the words of the vocabulary.

use super::Scene;
use crate::graph::{Day, Entity, NodeId, RelationshipId};
use crate::language::question::morphology;
use crate::value::Value;
use crate::vocabulary::Relation;

/// A relationship or a node as a plain sentence.
pub fn sentence(entity: Entity, scene: &Scene<'_>) -> String {
    match entity {
        Entity::Relationship(relationship) => relation_sentence(relationship, scene),
        Entity::Node(node) => description(node, scene),
    }
}

fn relation_sentence(relationship: RelationshipId, scene: &Scene<'_>) -> String {
    let ends = scene.graph.ends(relationship);
    let verb = verb_of(relationship, scene);
    let mut text = format!("{} {verb} {}", scene.called(ends.start), scene.called(ends.end));
    let properties = said_properties(Entity::Relationship(relationship), scene);
    if !properties.is_empty() {
        text.push_str(&format!(" ({})", properties.join(", ")));
    }
    text.push('.');
    text
}

/// What is said of a node itself.
fn description(node: NodeId, scene: &Scene<'_>) -> String {
    let called = scene.called(node);
    let kind = scene.kind(node).map(|kind| noun_of(&kind, scene)).unwrap_or_else(|| "thing".to_owned());
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let properties = said_properties(Entity::Node(node), scene);
    let more = if properties.is_empty() { String::new() } else { format!(": {}", properties.join(", ")) };
    format!("{called} is {article} {kind}{more}.")
}

/// `date 2012-05-02`, without what a thing is called by.
fn said_properties(entity: Entity, scene: &Scene<'_>) -> Vec<String> {
    let properties = scene.properties(entity).into_iter();
    let naming = |key: &str| matches!(entity, Entity::Node(_)) && matches!(key, "id" | "name" | "aliases");
    properties
        .filter(|(key, value)| !naming(key) && !value.is_null())
        .map(|(key, value)| {
            let day = match (&value, scene.graph.key(&key)) {
                (Value::Date(date), Some(found)) => {
                    Some(Day { date: *date, precision: scene.graph.precision(entity, found) }.written())
                }
                _ => None,
            };
            format!("{} {}", key.replace('_', " "), day.unwrap_or_else(|| said(&value, scene)))
        })
        .collect()
}

/// A value without notation: times without quotes, nodes by name, lists without brackets.
pub fn said(value: &Value, scene: &Scene<'_>) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Node(node) => scene.called(*node),
        Value::Relationship(relationship) => {
            relation_sentence(*relationship, scene).trim_end_matches('.').to_owned()
        }
        Value::List(items) => items.iter().map(|item| said(item, scene)).collect::<Vec<_>>().join("; "),
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(moment) => moment.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => other.to_string(),
    }
}

fn noun_of(kind: &str, scene: &Scene<'_>) -> String {
    scene.vocabulary.kind(kind).and_then(|k| k.nouns.first().cloned()).unwrap_or_else(|| kind.to_lowercase())
}

/// The verb between the two ends of a relationship, third person; the type in lower case where the vocabulary has none.
pub fn verb_of(relationship: RelationshipId, scene: &Scene<'_>) -> String {
    match scene.relation(relationship) {
        Some(relation) => relation_verb(relation),
        None => scene.relation_name(relationship).to_lowercase().replace('_', " "),
    }
}

/// The first verb of a relation, third person singular.
pub fn relation_verb(relation: &Relation) -> String {
    match (relation.verbs.first(), relation.nouns.of_to.first()) {
        // `has` alone says little: `has the task`.
        (Some(phrase), Some(noun)) if phrase == "have" => format!("has the {noun}"),
        (Some(phrase), _) => third_person(phrase),
        (None, _) => relation.name.replace('_', " "),
    }
}

/// A verb phrase in the third person: `establish` becomes `establishes`, `be under` becomes `is under`.
pub fn third_person(phrase: &str) -> String {
    let (verb, rest) = match phrase.split_once(' ') {
        Some((verb, rest)) => (verb, format!(" {rest}")),
        None => (phrase, String::new()),
    };
    match verb {
        "would" | "may" | "must" | "can" | "shall" | "will" => phrase.to_owned(),
        _ => format!("{}{rest}", morphology::third_person(verb)),
    }
}

//! Functions of what a curated graph says of a fact: its kind, its name, where it is stated.

use super::entity::present;
use super::error::unfit;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::graph::{Claim, Entity, Evidence, Origin, Reading};
use crate::value::Value;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "kind",
        parameters: &["entity"],
        accepts: &[Accepts::Entity],
        gives: Gives::String,
        body: Body::Scalar(kind),
        doc: "The own kind of a node, its first label; the type of a relationship.",
        examples: &[("kind(null)", "null")],
    },
    Function {
        name: "name",
        parameters: &["node"],
        accepts: &[Accepts::Node],
        gives: Gives::String,
        body: Body::Scalar(name),
        doc: "What a node is called: its name, else its title, else its id; null where it has none of them.",
        examples: &[("name(null)", "null")],
    },
    Function {
        name: "evidence",
        parameters: &["entity"],
        accepts: &[Accepts::Entity],
        gives: Gives::Maps,
        body: Body::Scalar(evidence),
        doc: "Where a node or a relationship is stated: maps with `source`, `locator` and `certainty` ('stated', \
              'implied', 'derived'), and `reading` ('narrow', 'wide') and `note` where there are such.",
        examples: &[("evidence(null)", "null")],
    },
    Function {
        name: "claims",
        parameters: &["entity", "key"],
        accepts: &[Accepts::Entity, Accepts::String],
        gives: Gives::Maps,
        body: Body::Scalar(claims),
        doc: "All values that sources give for a property: maps with `value`, `preferred` and `evidence`.",
        examples: &[("claims(null, 'date')", "null")],
    },
    Function {
        name: "origin",
        parameters: &["entity"],
        accepts: &[Accepts::Entity],
        gives: Gives::String,
        body: Body::Scalar(origin),
        doc: "Where a node or a relationship comes from: 'file', 'rule' of the vocabulary, or 'session'.",
        examples: &[("origin(null)", "null")],
    },
];

fn origin(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(entity) = present("origin", context, arguments)? else { return Ok(Value::Null) };
    Ok(Value::from(match context.graph.origin(entity) {
        Origin::File(..) => "file",
        Origin::Rule => "rule",
        Origin::Session => "session",
    }))
}

fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::map(entries.into_iter().map(|(key, value)| (Arc::from(key), value)).collect())
}

fn kind(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let graph = context.graph;
    Ok(match present("kind", context, arguments)? {
        Some(Entity::Node(node)) => graph
            .labels(node)
            .first()
            .map_or(Value::Null, |label| Value::String(graph.label_name(*label).clone())),
        Some(Entity::Relationship(relationship)) => {
            Value::String(graph.type_name(graph.ends(relationship).kind).clone())
        }
        None => Value::Null,
    })
}

fn name(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match present("name", context, arguments)? {
        Some(Entity::Node(node)) => {
            let name = context.graph.name(node);
            Ok(if name.is_empty() { Value::Null } else { Value::String(name) })
        }
        Some(Entity::Relationship(relationship)) => {
            Err(unfit("name", Accepts::Node.name(), &Value::Relationship(relationship)))
        }
        None => Ok(Value::Null),
    }
}

fn evidence(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(entity) = present("evidence", context, arguments)? else { return Ok(Value::Null) };
    Ok(evidence_list(context.graph.evidence(entity)))
}

fn evidence_list(evidence: &[Evidence]) -> Value {
    Value::List(evidence.iter().map(evidence_map).collect())
}

fn evidence_map(evidence: &Evidence) -> Value {
    let certainty = evidence.certainty.name();
    let reading = evidence.reading.map(Reading::name);
    let always = [
        ("source", Value::String(evidence.source.clone())),
        ("locator", Value::String(evidence.locator.clone())),
        ("certainty", Value::from(certainty)),
    ];
    let reading = reading.map(|reading| ("reading", Value::from(reading)));
    let note = evidence.note.clone().map(|note| ("note", Value::String(note)));
    map(always.into_iter().chain(reading).chain(note))
}

fn claims(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(entity) = present("claims", context, arguments)? else { return Ok(Value::Null) };
    let key = match arguments.get(1) {
        Some(Value::String(key)) => key,
        None | Some(Value::Null) => return Ok(Value::Null),
        Some(other) => return Err(unfit("claims", Accepts::String.name(), other)),
    };
    let Some(key) = context.graph.key(key) else { return Ok(Value::list([])) };
    let claimed = context.graph.claims(entity, key);
    if !claimed.is_empty() {
        return Ok(Value::List(claimed.iter().map(claim_map).collect()));
    }
    // A property with one value needs no claims; the entity's evidence speaks for it.
    Ok(match context.graph.property(entity, key) {
        Value::Null => Value::list([]),
        value => {
            let evidence = evidence_list(context.graph.evidence(entity));
            Value::list([map([("value", value), ("preferred", true.into()), ("evidence", evidence)])])
        }
    })
}

fn claim_map(claim: &Claim) -> Value {
    map([
        ("value", claim.value.clone()),
        ("preferred", claim.preferred.into()),
        ("evidence", evidence_list(&claim.evidence)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Certainty, Graph};

    #[test]
    fn a_fact_says_where_it_is_stated() {
        let mut graph = Graph::empty();
        let (label, key) = (graph.intern_label("Decree"), graph.intern_key("number"));
        let node = graph.create_node(&[label], vec![(key, "268".into())]);
        let stated = Evidence {
            source: "report".into(),
            locator: "P6.S1".into(),
            certainty: Certainty::Stated,
            reading: Some(Reading::Wide),
            note: None,
        };
        graph.set_evidence(Entity::Node(node), vec![stated]);
        let meter = crate::base::Meter::since(std::time::Instant::now(), &crate::base::Budget::default());
        let context = Context { graph: &graph, mask: None, now: 0, meter: &meter };
        let node = Value::Node(node);
        let expected = "[{certainty: 'stated', locator: 'P6.S1', reading: 'wide', source: 'report'}]";
        assert_eq!(evidence(&context, std::slice::from_ref(&node)).unwrap().to_string(), expected);
        let expected = format!("[{{evidence: {expected}, preferred: true, value: '268'}}]");
        assert_eq!(claims(&context, &[node.clone(), "number".into()]).unwrap().to_string(), expected);
        assert_eq!(claims(&context, &[node.clone(), "date".into()]).unwrap().to_string(), "[]");
        assert_eq!(kind(&context, std::slice::from_ref(&node)).unwrap(), "Decree".into());
        assert_eq!(name(&context, &[node]).unwrap(), Value::Null);
    }
}

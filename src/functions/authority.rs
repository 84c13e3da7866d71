//! Functions of what rests on what: chains of authority, and chains that run in a circle.
//!
//! Which relations give authority is marked in the vocabulary. Of a statement as of a day only what is there on that day
//! counts.

use super::entity::present;
use super::error::unfit;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::graph::{Authority, Chain, Entity, NodeId, Outlook, Way, chains, rings};
use crate::value::{Path, Value};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "losesBasis",
        parameters: &["node"],
        accepts: &[Accepts::Anything],
        gives: Gives::Nodes,
        body: Body::Scalar(loses_basis),
        doc: "The nodes that have authority only through a node, so that they lose their basis with it; of a list of \
              nodes, what loses its basis when all of them go.",
        examples: &[("losesBasis(null)", "null")],
    },
    Function {
        name: "dependsOn",
        parameters: &["node"],
        accepts: &[Accepts::Node],
        gives: Gives::Nodes,
        body: Body::Scalar(depends_on),
        doc: "The nodes that have authority through a node, be it only by one of several chains.",
        examples: &[("dependsOn(null)", "null")],
    },
    Function {
        name: "basisChains",
        parameters: &["node"],
        accepts: &[Accepts::Node],
        gives: Gives::List,
        body: Body::Scalar(basis_chains),
        doc: "The chains of legal bases above a node: paths up to where no further basis is stated, the longest first.",
        examples: &[("basisChains(null)", "null")],
    },
    Function {
        name: "cycles",
        parameters: &["types"],
        accepts: &[Accepts::List],
        gives: Gives::List,
        body: Body::Scalar(cycles),
        doc: "The circles that relationships of some types run in: for each, the list of its nodes. A type after `<` is \
              followed from end to start.",
        examples: &[("cycles(['NO_SUCH_TYPE'])", "[]")],
    },
];

fn list(nodes: Vec<NodeId>) -> Value {
    Value::from(nodes.into_iter().map(Value::Node).collect::<Vec<_>>())
}

/// The node that is the first argument; `None` for null.
fn node(function: &str, context: &Context<'_>, arguments: &[Value]) -> Result<Option<NodeId>> {
    match present(function, context, arguments)? {
        Some(Entity::Node(node)) => Ok(Some(node)),
        Some(Entity::Relationship(relationship)) => {
            Err(unfit(function, Accepts::Node.name(), &Value::Relationship(relationship)))
        }
        None => Ok(None),
    }
}

fn loses_basis(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let nodes = match arguments.first() {
        Some(Value::List(items)) => {
            let of = |item: &Value| node("losesBasis", context, std::slice::from_ref(item));
            items.iter().filter_map(|item| of(item).transpose()).collect::<Result<Vec<NodeId>>>()?
        }
        _ => match node("losesBasis", context, arguments)? {
            Some(node) => vec![node],
            None => return Ok(Value::Null),
        },
    };
    kept(context, nodes, true)
}

fn depends_on(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(node) = node("dependsOn", context, arguments)? else { return Ok(Value::Null) };
    kept(context, vec![node], false)
}

/// What was asked for last: of which version of the graph, from where it is seen, of which nodes, alone or not.
type Asked = (u64, Option<Outlook>, Vec<NodeId>, bool);

/// The last answer: a statement asks for the same once a row.
static LAST: Mutex<Option<(Asked, Value)>> = Mutex::new(None);

fn kept(context: &Context<'_>, nodes: Vec<NodeId>, alone: bool) -> Result<Value> {
    let asked: Asked = (context.graph.version(), context.mask.map(|mask| mask.outlook), nodes, alone);
    let last = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, answer)) = &*last()
        && *known == asked
    {
        return Ok(answer.clone());
    }
    let authority = Authority::new(context.graph, context.mask, None);
    let found = match (alone, asked.2.as_slice()) {
        (false, [node]) => authority.depends_on(*node),
        (_, nodes) => authority.loses_basis_of_all(nodes),
    };
    context.graph.still_runs()?;
    let answer = list(found);
    *last() = Some((asked, answer.clone()));
    Ok(answer)
}

fn basis_chains(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(node) = node("basisChains", context, arguments)? else { return Ok(Value::Null) };
    let chains = chains(context.graph, node, context.mask, None);
    context.graph.still_runs()?;
    let path = |chain: Chain| Path { nodes: chain.nodes, relationships: chain.relationships };
    Ok(Value::from(chains.into_iter().map(|chain| Value::Path(Arc::new(path(chain)))).collect::<Vec<_>>()))
}

fn cycles(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let names = match arguments.first() {
        Some(Value::List(names)) => names,
        None | Some(Value::Null) => return Ok(Value::Null),
        Some(other) => return Err(unfit("cycles", Accepts::List.name(), other)),
    };
    let mut types = Vec::new();
    for name in names.iter() {
        match name {
            Value::String(name) => {
                let (name, way) = match name.strip_prefix('<') {
                    Some(name) => (name, Way::In),
                    None => (&**name, Way::Out),
                };
                types.extend(context.graph.relationship_type(name).map(|kind| (kind, way)));
            }
            Value::Null => {}
            other => return Err(unfit("cycles", "a list of strings", other)),
        }
    }
    let rings = rings(context.graph, &types, context.mask);
    context.graph.still_runs()?;
    Ok(Value::from(rings.into_iter().map(list).collect::<Vec<_>>()))
}

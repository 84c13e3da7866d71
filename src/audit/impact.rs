//! What a repeal would reach: what rests on one thing alone, what has another basis besides, what merely touches it.

use crate::base::{Cancel, Result};
use crate::graph::{Authority, Graph, NodeId};
use crate::value::Date;

/// The reach of one thing.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    pub subject: Option<NodeId>,
    /// What has authority only through it, each with the nearest giver that all its chains pass.
    pub loses_basis: Vec<(NodeId, NodeId)>,
    /// What has authority through it and by another chain besides.
    pub keeps_another: Vec<NodeId>,
    /// What is related to it in any way, but has no authority through it.
    pub touches: Vec<NodeId>,
}

/// Works out the reach of the thing that a text names.
///
/// # Errors
/// A name that nothing or that several things have.
pub fn impact(graph: &Graph, name: &str, as_of: Option<Date>, cancel: &Cancel) -> Result<Impact> {
    let subject = super::named(graph, name)?;
    let mask = as_of.map(|day| graph.as_of(day));
    let authority = Authority::new(graph, mask.as_deref(), Some(cancel));
    let lost = authority.loses_basis(subject);
    let depending = authority.depends_on(subject);
    let above = |node: NodeId| authority.nearest_common(node).unwrap_or(subject);
    let mut touches = authority.touches(subject, mask.as_deref());
    touches.retain(|node| depending.binary_search(node).is_err());
    Ok(Impact {
        subject: Some(subject),
        loses_basis: lost.iter().map(|node| (*node, above(*node))).collect(),
        keeps_another: depending.into_iter().filter(|node| lost.binary_search(node).is_err()).collect(),
        touches,
    })
}

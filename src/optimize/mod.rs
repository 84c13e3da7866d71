//! From what is meant to how it is found: an ordered list of named rules.

use crate::algebra::{Bound, Statement};
use crate::graph::Graph;

/// How a statement is carried out: a tree of operators over slots.
#[derive(Clone, Debug)]
pub struct Plan {}

/// Chooses the operators. `rules_off` names rules that must not be used.
pub fn optimize(_statement: &Statement<Bound>, _graph: &Graph, _rules_off: &[String]) -> Plan {
    todo!()
}

//! `intersect`: a node that must be a neighbour of two known nodes is found by going through both adjacency lists at
//! once, instead of visiting the neighbours of one and looking each up at the other.
//!
//! Lists ascend by neighbour, so the common ones are found in one pass. Asked for by `arrange`.

use super::{Rule, When};

pub(super) const RULE: Rule = Rule {
    name: "intersect",
    doc: "Finds common neighbours by going through two adjacency lists at once.",
    when: When::Arranging,
    keeps_proof: true,
};

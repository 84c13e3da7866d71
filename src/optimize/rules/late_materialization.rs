//! `late-materialization`: a property is carried along as the id of its entity and read from its column only when
//! something looks at it, so that rows which are dropped on the way never cost a read. Asked for when a plan is made.

use super::{Rule, When};

pub(super) const RULE: Rule = Rule {
    name: "late-materialization",
    doc: "Reads properties only of the rows that are left when something looks at them.",
    when: When::Arranging,
    keeps_proof: true,
};

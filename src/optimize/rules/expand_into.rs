//! `expand-into`: where both ends of a step are already known, only what leads from one to the other is looked up.
//!
//! Without it a step leads to a new slot, which is then compared with the known end. Asked for by `arrange`.

use super::{Rule, When};

pub(super) const RULE: Rule = Rule {
    name: "expand-into",
    doc: "Closes a cycle by looking up what lies between two known nodes.",
    when: When::Arranging,
    keeps_proof: true,
};

//! `projection-push-down`: an operator hands on only the slots that something above it reads. Asked for when a plan is
//! made.

use super::{Rule, When};

pub(super) const RULE: Rule = Rule {
    name: "projection-push-down",
    doc: "Carries only what is read further up.",
    when: When::Arranging,
    keeps_proof: true,
};

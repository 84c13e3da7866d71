//! The rules, in the order in which they are used.

mod asked;
mod bidirectional;
mod count_store;
mod counted_lists;
mod degree;
mod degree_guard;
mod distinct_first;
mod distinct_ends;
mod early_limit;
mod expand_into;
mod factor;
mod fixed_length;
mod group_first;
mod grouped_entry;
mod hash_join;
mod index_seek;
mod intersect;
mod join_order;
mod kind_tests;
mod late_materialization;
mod late_projection;
mod list_tests;
mod longest_path;
mod once;
mod path_length;
mod path_tests;
mod projection_push_down;
mod push_down;
mod reach;
mod semi_join;
mod short_lists;
mod top;
mod unique_key;
mod unnest;
mod uses_of_lists;

pub(super) use factor::apart;
pub(super) use hash_join::is_worth_it;
pub(super) use index_seek::access;
pub(super) use join_order::{Move, in_cost_order, in_written_order};

use super::Planner;
use super::expression::Expression;
use super::plan::Operator;
use crate::algebra::{FunctionRef, Slot};
use crate::base::{Report, Result, nearest};

/// One named improvement of plans.
pub struct Rule {
    pub name: &'static str,
    pub doc: &'static str,
    pub when: When,
    /// Rows still tell every fact they rest on. A rule that looks at less than it proves is left out while tracing.
    pub keeps_proof: bool,
}

/// When a rule has its say.
#[derive(Clone, Copy)]
pub enum When {
    /// On patterns that are not arranged yet.
    Before(fn(&mut Planner<'_>, &mut Operator)),
    /// A choice that is asked for while patterns are arranged.
    Arranging,
    /// First on patterns, then on the finished tree.
    Around(fn(&mut Planner<'_>, &mut Operator), fn(&mut Planner<'_>, &mut Operator)),
    /// On the finished tree of operators.
    After(fn(&mut Planner<'_>, &mut Operator)),
}

/// All rules, in order. Push-down comes before arranging, so that factoring and choices see all predicates.
pub static RULES: &[Rule] = &[
    counted_lists::RULE,
    short_lists::RULE,
    list_tests::RULE,
    fixed_length::RULE,
    path_tests::RULE,
    push_down::RULE,
    kind_tests::RULE,
    unnest::RULE,
    count_store::RULE,
    factor::RULE,
    group_first::RULE,
    grouped_entry::RULE,
    index_seek::RULE,
    hash_join::RULE,
    join_order::RULE,
    expand_into::RULE,
    intersect::RULE,
    degree::RULE,
    degree_guard::RULE,
    unique_key::RULE,
    reach::RULE,
    longest_path::RULE,
    distinct_ends::RULE,
    distinct_first::RULE,
    semi_join::RULE,
    early_limit::RULE,
    top::RULE,
    late_projection::RULE,
    bidirectional::RULE,
    path_length::RULE,
    projection_push_down::RULE,
    late_materialization::RULE,
];

/// The variable of which a function is asked.
fn argument_of(function: &str, expression: &Expression) -> Option<Slot> {
    match expression {
        Expression::Call { function: FunctionRef(called), arguments, .. } if called.name == function => {
            match arguments.as_slice() {
                [Expression::Slot(slot)] => Some(*slot),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Fails for a name that no rule has.
pub fn known_rules(names: Vec<String>) -> Result<Vec<String>> {
    let known = || RULES.iter().map(|rule| rule.name);
    for name in &names {
        if known().any(|rule| rule == name) {
            continue;
        }
        let report = Report::input("usage.rules", format!("there is no optimizer rule `{name}`"));
        return Err(match nearest(name, known(), 1).first() {
            Some(near) => report.help(format!("Did you mean `{near}`?")),
            None => report.help(format!("The rules are {}.", known().collect::<Vec<_>>().join(", "))),
        });
    }
    Ok(names)
}

//! Names, scopes, types: what was written becomes what is meant.
//!
//! In: a statement whose names are words. Out: the same statement with slots and functions in their places, `*` spelled
//! out, every pattern element and every projected item with a slot, and a report for whatever is wrong before anything
//! runs. Knows nothing of the graph or of how a statement is carried out.
//!
//! - `query` walks queries and clauses; `projection` has the rules of WITH, RETURN and ORDER BY; `pattern`, `update` and
//!   `call` those of their clauses; `expression`, `operators`, `iteration` and `function` resolve expressions and infer
//!   their types.
//! - `scope` says which names are visible where; `types` what is known of a value before running; `error` words the
//!   reports.

pub mod question;
mod aggregate;
mod call;
mod error;
mod expression;
mod function;
mod iteration;
mod operators;
mod pattern;
mod projection;
mod query;
mod scope;
mod types;
mod update;

pub use call::missing_parameters;

use crate::algebra::{Body, Bound, Named, SlotInfo, Slots, Statement};
use crate::base::{Budget, Meter, Result};
use crate::functions::Procedures;
use scope::{Context, Scope};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use types::Type;

/// Resolves the names of a statement and checks scopes and static types.
pub fn bind(statement: &Statement<Named>, procedures: &Procedures) -> Result<Statement<Bound>> {
    bind_within(statement, procedures, &mut Meter::since(Instant::now(), &Budget::default()))
}

/// The same within limits: the more is written, the longer it takes.
pub fn bind_within(
    statement: &Statement<Named>,
    procedures: &Procedures,
    meter: &mut Meter,
) -> Result<Statement<Bound>> {
    let mut binder = Binder::new(procedures, meter);
    let as_of = match &statement.as_of {
        Some(day) => Some(binder.expression(day, &Context::plain(Rc::default()))?.0),
        None => None,
    };
    let body = match &statement.body {
        Body::Query(query) => Body::Query(binder.query(query)?),
        Body::CreateIndex { name, label, key, if_not_exists } => Body::CreateIndex {
            name: name.clone(),
            label: label.clone(),
            key: key.clone(),
            if_not_exists: *if_not_exists,
        },
        Body::DropIndex { name, if_exists } => Body::DropIndex { name: name.clone(), if_exists: *if_exists },
    };
    Ok(Statement { mode: statement.mode, as_of, body, info: Slots(binder.slots) })
}

struct Binder<'p> {
    procedures: &'p Procedures,
    /// Counts expressions and names against the limits of the statement.
    meter: &'p mut Meter,
    slots: Vec<SlotInfo>,
    /// The static type of each slot.
    types: Vec<Type>,
    /// The variables that the next clause sees.
    scope: Rc<Scope>,
    /// The variables around the subquery at hand: seen throughout it, whatever its WITH passes on, until rows are
    /// grouped.
    outer: Rc<Scope>,
    /// The variables of comprehensions, quantifiers and reductions around the expression at hand, innermost last.
    locals: Vec<(Arc<str>, crate::algebra::Slot)>,
    /// Whether the query at hand stands in braces: nothing may be written there.
    in_subquery: bool,
}

impl<'p> Binder<'p> {
    fn new(procedures: &'p Procedures, meter: &'p mut Meter) -> Binder<'p> {
        Binder {
            procedures,
            meter,
            slots: Vec::new(),
            types: Vec::new(),
            scope: Rc::default(),
            outer: Rc::default(),
            locals: Vec::new(),
            in_subquery: false,
        }
    }
}

#[cfg(test)]
mod tests;

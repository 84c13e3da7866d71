//! What is meant: the one algebra of both surfaces.
//!
//! A query is a sequence of clauses over patterns and expressions. The type parameter says whether names are still
//! words (`Named`) or already resolved (`Bound`), so that an unresolved name cannot reach the executor.

mod expression;
mod pattern;
mod query;
mod stage;

pub use expression::*;
pub use pattern::*;
pub use query::*;
pub use stage::*;

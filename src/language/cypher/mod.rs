//! Cypher: the openCypher language and its text.
//!
//! In: text. Out: `Statement<Named>`, whose clauses are the syntax tree of Cypher, and back again: [`print`] gives a
//! text that parses to the same tree. Which names mean something is not known here; that is the business of `bind`.

mod detect;
mod error;
mod grammar;
mod names;
mod nesting;
mod parse;
mod pieces;
mod print;
mod slips;

pub use detect::is_cypher;
pub use nesting::{MAX_DEPTH, MAX_NESTING};
pub use parse::parse;
pub use pieces::bytes_to_read;
pub use print::{print, print_expression};

#[cfg(test)]
mod tests;

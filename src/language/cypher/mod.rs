//! Cypher: parse and print.

use crate::algebra::{Named, Statement};
use crate::base::Result;

/// Parses a statement of the openCypher language.
pub fn parse(_text: &str) -> Result<Statement<Named>> {
    todo!()
}

/// Prints a statement so that parsing it gives the same tree.
pub fn print(_statement: &Statement<Named>) -> String {
    todo!()
}

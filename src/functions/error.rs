//! What functions say when an argument does not fit.

use crate::base::{Class, Report};
use crate::value::Value;

/// A value of a type that the function cannot take.
pub(super) fn unfit(function: &str, wanted: &str, given: &Value) -> Box<Report> {
    let message = format!("`{function}` needs {wanted}, not {}", given.type_name());
    Report::runtime("TypeError", "InvalidArgumentValue", message)
}

/// A number outside of what the function can take.
pub(super) fn out_of_range(function: &str, message: &str) -> Box<Report> {
    Report::runtime("ArgumentError", "NumberOutOfRange", format!("`{function}`: {message}"))
}

/// A node or a relationship that the statement has deleted.
pub(super) fn deleted(function: &str) -> Box<Report> {
    let message = format!("`{function}` cannot look into what the statement has deleted");
    Report::runtime("EntityNotFound", "DeletedEntityAccess", message)
}

/// The most elements or bytes that one call may make.
pub(super) const LARGEST: usize = 1 << 26;

/// A result that would not fit into memory.
pub(super) fn too_large(function: &str) -> Box<Report> {
    let message = format!("`{function}` would make more than {LARGEST} elements");
    Report::new(Class::Limit, "limit.memory", message)
}

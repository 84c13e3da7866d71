//! The operators, one family a file.

pub mod aggregate;
pub mod call;
pub mod delete;
pub mod distinct;
pub mod exchange;
pub mod expand;
pub mod filter;
pub mod groups;
pub mod held;
pub mod index;
pub mod intersect;
pub mod keys;
pub mod levels;
pub mod limit;
pub mod merge;
pub mod optional;
pub mod order;
pub mod project;
pub mod reach;
pub mod scan;
pub mod shortest;
pub mod sort;
pub mod union;
pub mod unwind;
pub mod var_expand;
pub mod write;

//! The words behind a fact: from a locator to the passage of the document.
//!
//! In: a folder of documents, the sources of a graph, locators such as `P9.c13`. Out: the passage, or why there is none,
//! and whether the document is still the one that was read. No passage is ever stored.

mod document;
mod library;
mod locator;

pub use document::Document;
pub use library::{Checked, Library, Passage};
pub use locator::{Locator, Unit};

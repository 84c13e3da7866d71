//! A place in a text.

use std::hash::{Hash, Hasher};

/// A half-open range of byte offsets in the text of a question or a file.
///
/// A span says where something stands, not what it is: all spans compare equal, so that syntax trees can be compared
/// by meaning.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether two spans are the same stretch of a text.
    pub fn is_at(self, other: Span) -> bool {
        self.start == other.start && self.end == other.end
    }

    /// The text at this place; empty where the span does not lie in `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}
impl Eq for Span {}
impl Hash for Span {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

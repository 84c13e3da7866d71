//! What every stage shares: places in a text, folded names, similarity, the one error type, and limits.
//!
//! Nothing here knows the graph, the languages or the terminal.

mod article;
mod budget;
mod fold;
mod report;
mod sha256;
mod similar;
mod span;
mod stack;

pub use article::with_article;
pub use budget::{Allowance, Budget, Cancel, Meter};
pub use fold::{fold, fold_words};
pub use report::{Candidate, Class, Failure, Label, Phase, Report, Result, Severity, Suggestion};
pub use sha256::sha256;
pub use similar::{nearest, similarity, similarity_from};
pub use span::Span;
pub use stack::{Kept, beside, free, free_rows, let_go, with_room};

//! How it may be asked: the two surfaces and their shared tokens. Never sees the graph.

pub mod cypher;
pub mod question;
mod tokens;

pub use tokens::{Token, TokenKind, cypher_tokens, question_tokens, tokens, unclosed};

//! How it may be asked: the two surfaces and their shared tokens. Never sees the graph.

pub mod cypher;
pub mod question;

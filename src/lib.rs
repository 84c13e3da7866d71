//! # Whichlaw: the journey of a question
//!
//! ```text
//! text ──language──▶ syntax ──bind──▶ Query<Bound> ──optimize──▶ Plan ──execute──▶ Answer ──render──▶ bytes
//! ```
//!
//! The modules below stand in the order in which a question passes them. Each module's own page says what comes in,
//! what goes out and what the module must not know.

pub mod base;
pub mod value;
pub mod vocabulary;
pub mod graph;
pub mod language;
pub mod algebra;
pub mod functions;
pub mod bind;
pub mod optimize;
pub mod execute;
pub mod answer;
pub mod audit;
pub mod load;
pub mod export;
pub mod session;
pub mod render;
pub mod repl;
pub mod cli;
pub mod pipe;

pub use answer::Answer;
pub use base::{Budget, Cancel, Report, Span};
pub use graph::{Graph, NodeId, RelationshipId};
pub use session::Session;
pub use value::Value;
pub use vocabulary::Vocabulary;

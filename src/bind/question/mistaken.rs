//! What is said where a question could be understood, but not soundly: what would be dropped or mistaken.

use crate::base::{Report, Span};
use crate::language::question::Token;

type Trouble = Box<Report>;

/// `has the Government established`, where the verb does not go with the two.
pub fn perfect(span: Span) -> Trouble {
    Report::input("question.perfect", "what is had and what is done cannot be told apart here")
        .at(span, "does it do something, or is it had?")
        .help("Write `did X establish …` for what it does, `that was established` for what was done to it.")
}

/// `is implemented by X` read as a status.
pub fn status_by(said: &Token) -> Trouble {
    Report::input("question.status", format!("`{}` with `by` is a verb, and no verb fits here", said.text))
        .at(said.span, "as a status it takes no `by`")
        .help("Ask for the status alone, for example `whose status is X`, or use a verb that links the two.")
}

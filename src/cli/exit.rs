//! Exit codes: what a script learns without reading the answer.

use crate::answer::{Answer, Verdict};
use crate::base::Report;
use std::io;

/// The exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exit(pub u8);

impl Exit {
    pub const ANSWERED: Exit = Exit(0);
    pub const NOTHING_FOUND: Exit = Exit(1);
    pub const USAGE: Exit = Exit(2);
    /// An audit has findings of at least the chosen severity.
    pub const FINDINGS: Exit = Exit(4);
    pub const NOT_LOADED: Exit = Exit(3);
    /// An internal fault.
    pub const FAILED: Exit = Exit(70);

    /// `no`, a count of zero, a statement that returns nothing by its nature and the card of something that was there on
    /// the day that was asked of are answers.
    pub fn of_answer(answer: &Answer) -> Exit {
        let card =
            answer.card.is_some_and(|node| answer.mask.as_ref().is_none_or(|mask| mask.has_node(node)));
        let answered = match &answer.verdict {
            _ if card => true,
            Some(Verdict::Yes | Verdict::No) => true,
            Some(Verdict::None(_) | Verdict::NotStated(_)) => !answer.rows.is_empty(),
            None => !answer.rows.is_empty() || answer.columns.is_empty() || answer.plan.is_some(),
        };
        if answered { Exit::ANSWERED } else { Exit::NOTHING_FOUND }
    }

    pub fn of_report(report: &Report) -> Exit {
        Exit(report.exit_code())
    }

    /// A reader that has seen enough and closed the pipe is not a failure.
    pub fn of_writing(done: io::Result<()>) -> Exit {
        match done {
            Ok(()) => Exit::ANSWERED,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::ANSWERED,
            Err(error) => {
                super::tell::unwritten(&error);
                Exit::FAILED
            }
        }
    }

    /// The graver of two outcomes.
    pub fn and(self, other: Exit) -> Exit {
        self.max(other)
    }
}

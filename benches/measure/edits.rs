//! What edits cost later queries: before, after one citation in a hundred was removed and made anew, and folded.

use super::{Timing, compare};
use crate::corpus::Corpus;
use crate::questions::Question;
use crate::reference::Reference;
use whichlaw::base::Result;
use whichlaw::session::Session;

/// What is cited stays the same, so that all rows do.
const EDIT: &str = "MATCH (a)-[c:CITES]->(b) WHERE c.article = 7 OR c.article = 107
                    CREATE (a)-[:CITES {date: c.date, article: c.article}]->(b) DELETE c";

/// Timings of each question before, after the edit, and after it was folded in; one after the other, question by question.
///
/// # Errors
/// When the session fails.
pub fn edits(
    session: &mut Session,
    reference: &Reference,
    questions: &[&Question],
    corpus: &Corpus,
    rounds: usize,
) -> Result<Vec<[Timing; 3]>> {
    // Both share all that is not written.
    let copy = |session: &Session| {
        let mut copy = Session::empty();
        (copy.graph, copy.vocabulary) = (session.graph.clone(), session.vocabulary.clone());
        copy
    };
    let mut edited = copy(session);
    edited.run(EDIT, &questions[0].options(corpus, 1))?;
    let mut folded = copy(&edited);
    folded.graph.fold();
    let mut timings = Vec::new();
    for question in questions {
        let timed = |session: &mut Session| compare(session, reference, question, corpus, rounds);
        timings.push([timed(session)?, timed(&mut edited)?, timed(&mut folded)?]);
    }
    Ok(timings)
}

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

/// Timings of each question before, after the edit, and after it was folded in.
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
    let all = |session: &mut Session| -> Result<Vec<Timing>> {
        questions.iter().map(|question| compare(session, reference, question, corpus, rounds)).collect()
    };
    let before = all(session)?;
    session.run(EDIT, &questions[0].options(corpus, 1))?;
    let after = all(session)?;
    session.graph.fold();
    let folded = all(session)?;
    let stages = before.into_iter().zip(after).zip(folded);
    Ok(stages.map(|((before, after), folded)| [before, after, folded]).collect())
}

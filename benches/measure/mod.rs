//! Measures: medians of runs in turn, time and memory of a load, what each rule brings, what edits cost.

mod edits;
mod load;
mod rules;

pub use edits::edits;
pub use load::{Loaded, load};
pub use rules::rules;

use crate::corpus::Corpus;
use crate::questions::Question;
use crate::reference::Reference;
use std::hint::black_box;
use std::time::{Duration, Instant};
use whichlaw::Value;
use whichlaw::session::{Options, Session};

/// Runs before anything counts: the plan is made and what is made lazily is there.
const WARM: usize = 3;
/// A question is not measured for longer, once it was run a few times.
const LONG: Duration = Duration::from_secs(3);
const FEW: usize = 5;

/// What one question takes.
pub struct Timing {
    pub one_thread: Duration,
    pub all_cores: Duration,
    /// Nothing where the reference does not have the question.
    pub reference: Option<Duration>,
    /// Whether all gave the same rows.
    pub equal: bool,
    pub rows: usize,
}

/// Asks the session on one thread, the reference, and the session on all cores, in turn.
///
/// # Errors
/// When the session fails.
pub fn compare(
    session: &mut Session,
    reference: &Reference,
    question: &Question,
    corpus: &Corpus,
    rounds: usize,
) -> whichlaw::base::Result<Timing> {
    let text = question.text(corpus);
    let (one, all) = (question.options(corpus, 1), question.options(corpus, 0));
    let (mut mine, mut theirs, mut spread) = (Vec::new(), Vec::new(), Vec::new());
    let (mut equal, mut rows) = (true, 0);
    let mut began = Instant::now();
    for round in 0..WARM + rounds {
        if round == WARM {
            (mine, theirs, spread) = (Vec::new(), Vec::new(), Vec::new());
            began = Instant::now();
        }
        if round >= WARM + FEW && began.elapsed() > LONG {
            break;
        }
        let (took, found) = timed(session, &text, &one)?;
        mine.push(took);
        let started = Instant::now();
        let expected = black_box(reference.answer(question.name, &one.parameters));
        if let Some(expected) = expected {
            theirs.push(started.elapsed());
            equal &= expected == found;
        }
        let (took, again) = timed(session, &text, &all)?;
        spread.push(took);
        equal &= again == found;
        rows = found.len();
    }
    let reference = (!theirs.is_empty()).then(|| median(theirs));
    Ok(Timing { one_thread: median(mine), all_cores: median(spread), reference, equal, rows })
}

/// One run, from the text to the rows.
fn timed(
    session: &mut Session,
    text: &str,
    options: &Options,
) -> whichlaw::base::Result<(Duration, Vec<Vec<Value>>)> {
    let started = Instant::now();
    let answer = black_box(session.run(text, options)?);
    Ok((started.elapsed(), answer.rows))
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

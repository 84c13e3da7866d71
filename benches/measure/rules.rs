//! What each rule of the optimizer brings: the same question with the rule on and off.

use super::{median, timed};
use crate::corpus::Corpus;
use crate::questions::Question;
use std::time::{Duration, Instant};
use whichlaw::base::{Class, Result};
use whichlaw::optimize::RULES;
use whichlaw::session::{Options, Session};

/// A question that takes longer without a rule is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// For all runs of one question with and without one rule, once there were a few.
const LONG: Duration = Duration::from_secs(1);
const ROUNDS: usize = 15;
const FEW: usize = 3;
/// Rules that change how operators work and not which ones there are, so that no plan shows them.
const UNSEEN: [&str; 2] = ["projection-push-down", "late-materialization"];

/// One question with and without one rule.
pub struct Brought {
    pub rule: &'static str,
    pub on: Duration,
    /// Nothing where it was given up.
    pub off: Option<Duration>,
    pub equal: bool,
}

/// Every rule that matters for a question.
///
/// # Errors
/// When the session fails with something else than a limit.
pub fn rules(session: &mut Session, question: &Question, corpus: &Corpus) -> Result<Vec<Brought>> {
    let text = question.text(corpus);
    let mut options = question.options(corpus, 1);
    options.budget.time = Some(PATIENCE);
    let plan = explained(session, &text, &options)?;
    let mut found = Vec::new();
    for rule in RULES {
        let without = Options { rules_off: vec![rule.name.to_owned()], ..options.clone() };
        if explained(session, &text, &without)? == plan && !UNSEEN.contains(&rule.name) {
            continue;
        }
        // Another text, so that both plans are kept.
        let other = format!("{text} ");
        let (_, expected) = timed(session, &text, &options)?;
        let brought = match timed(session, &other, &without) {
            Ok((_, rows)) => {
                let (on, off) = in_turn(session, (&text, &options), (&other, &without))?;
                Brought { rule: rule.name, on, off: Some(off), equal: rows == expected }
            }
            Err(report) if report.class == Class::Limit => {
                let (on, _) = in_turn(session, (&text, &options), (&text, &options))?;
                Brought { rule: rule.name, on, off: None, equal: true }
            }
            Err(report) => return Err(report),
        };
        found.push(brought);
    }
    Ok(found)
}

fn explained(session: &mut Session, text: &str, options: &Options) -> Result<Option<String>> {
    Ok(session.run(&format!("EXPLAIN {text}"), options)?.plan)
}

/// The medians of some runs of two statements in turn.
fn in_turn(
    session: &mut Session,
    one: (&str, &Options),
    other: (&str, &Options),
) -> Result<(Duration, Duration)> {
    let began = Instant::now();
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    while ones.len() < FEW || (ones.len() < ROUNDS && began.elapsed() < LONG) {
        ones.push(timed(session, one.0, one.1)?.0);
        others.push(timed(session, other.0, other.1)?.0);
    }
    Ok((median(ones), median(others)))
}

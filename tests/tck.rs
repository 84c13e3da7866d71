//! Runs the openCypher conformance suite: every scenario is one test.
//!
//! The suite is looked for in the directory that the environment variable `WHICHLAW_TCK` names, else in `../shared/tck`
//! beside this crate; without it nothing runs, and the output says so. A scenario that `tck/known_failures.txt` names
//! must fail: once it passes, its line has to go.

#[path = "tck/gherkin.rs"]
mod gherkin;
#[path = "tck/notation.rs"]
mod notation;
#[path = "tck/observe.rs"]
mod observe;
#[path = "tck/scenario.rs"]
mod scenario;
#[path = "tck/suite.rs"]
mod suite;

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

const KNOWN_FAILURES: &str = include_str!("tck/known_failures.txt");

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(directory) = suite::directory() else {
        println!("skipped: the openCypher suite is not here; name its directory in WHICHLAW_TCK to run it");
        return ExitCode::SUCCESS;
    };
    let suite = match suite::read(&directory) {
        Ok(suite) => suite,
        Err(problem) => {
            println!("the openCypher suite in {} cannot be read: {problem}", directory.display());
            return ExitCode::FAILURE;
        }
    };
    let known: BTreeSet<&str> = KNOWN_FAILURES
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let names: BTreeSet<String> = suite.scenarios.iter().map(gherkin::Scenario::title).collect();
    for gone in known.iter().filter(|name| !names.contains(**name)) {
        println!("known_failures.txt names a scenario that the suite does not have: {gone}");
    }

    let graphs = Arc::new(suite.graphs);
    let trials = suite.scenarios.into_iter().map(|scenario| {
        let title = scenario.title();
        let known = known.contains(title.as_str());
        let graphs = Arc::clone(&graphs);
        Trial::test(title, move || judge(known, scenario::run(&scenario, &graphs)))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn judge(known_to_fail: bool, outcome: Result<(), String>) -> Result<(), Failed> {
    match (known_to_fail, outcome) {
        (true, Ok(())) => Err("now passes, take it off the list".into()),
        (false, Err(why)) => Err(why.into()),
        _ => Ok(()),
    }
}

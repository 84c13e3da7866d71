//! Fifteen questions that legal users ask, timed beside loops that were written by hand for them.
//!
//!     cargo bench --bench queries                              all questions at scales S and M
//!     cargo bench --bench queries -- q8 q11 --scale S          some questions, one scale (XS, S, M, L)
//!     cargo bench --bench queries -- --scale M --rules         what each rule of the optimizer brings as well
//!     cargo bench --bench queries -- --scale M --edits         how fast all is after relationships were edited
//!     WHICHLAW_CORPUS=DIR cargo bench --bench queries          another corpus: `graph/*.csv` and `params.json`
//!
//! In process, warm, with the plan kept, on one thread and on all cores; `--rounds N` runs more or fewer times. The exit
//! code is 1 when any rows differ. Without `--bench`, which `cargo bench` passes, everything runs once at scale XS.

mod corpus;
mod measure;
mod questions;
mod reference;

use corpus::{Corpus, SCALES};
use measure::{Loaded, compare, edits, load, rules};
use questions::{QUESTIONS, Question};
use reference::Reference;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};
use whichlaw::load::{LoadOptions, Place};
use whichlaw::session::Session;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 51;

/// What the command line asks for.
struct Wanted {
    questions: Vec<&'static Question>,
    scales: Vec<String>,
    rules: bool,
    edits: bool,
    rounds: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, who, folder] = arguments.as_slice()
        && flag == "--load"
    {
        return ended(load(who, Path::new(folder)).map(|()| true));
    }
    ended(read(arguments).and_then(|wanted| run(&wanted)))
}

fn ended(result: io::Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn read(arguments: Vec<String>) -> io::Result<Wanted> {
    let mut wanted =
        Wanted { questions: Vec::new(), scales: Vec::new(), rules: false, edits: false, rounds: ROUNDS };
    let mut measured = false;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| io::Error::other(format!("{argument} what?")));
        match argument.as_str() {
            "--bench" => measured = true,
            "--rules" => wanted.rules = true,
            "--edits" => wanted.edits = true,
            "--rounds" => wanted.rounds = value()?.parse().map_err(io::Error::other)?,
            "--scale" => wanted.scales.extend(value()?.split(',').map(str::to_uppercase)),
            flag if flag.starts_with('-') => {
                return Err(io::Error::other(format!("there is no option {flag}")));
            }
            text => {
                let fits = |question: &&Question| question.name == text || question.words.contains(text);
                let before = wanted.questions.len();
                wanted.questions.extend(QUESTIONS.iter().filter(fits));
                if wanted.questions.len() == before {
                    return Err(io::Error::other(format!("there is no question {text}")));
                }
            }
        }
    }
    if wanted.questions.is_empty() {
        wanted.questions.extend(QUESTIONS);
    }
    if !measured {
        wanted.rounds = 1;
    }
    if wanted.scales.is_empty() {
        let usual: &[&str] = if measured { &["S", "M"] } else { &["XS"] };
        wanted.scales.extend(usual.iter().map(|scale| (*scale).to_owned()));
    }
    if let Some(scale) = wanted.scales.iter().find(|scale| !SCALES.iter().any(|(name, _)| *name == **scale)) {
        return Err(io::Error::other(format!("there is no scale {scale}: XS, S, M or L")));
    }
    Ok(wanted)
}

/// Whether all rows were equal.
fn run(wanted: &Wanted) -> io::Result<bool> {
    if let Some(folder) = env::var_os("WHICHLAW_CORPUS") {
        return measured(wanted, &Corpus::at(&PathBuf::from(folder))?);
    }
    let mut equal = true;
    for scale in &wanted.scales {
        equal &= measured(wanted, &Corpus::make(scale)?)?;
    }
    Ok(equal)
}

fn measured(wanted: &Wanted, corpus: &Corpus) -> io::Result<bool> {
    let failed = |report: Box<whichlaw::Report>| io::Error::other(report.message.clone());
    let (mut session, _) =
        Session::open(&Place::Path(corpus.graph()), &LoadOptions::default()).map_err(failed)?;
    let reference = Reference::open(&corpus.graph())?;
    let (nodes, relationships) = (session.graph.node_count(), session.graph.relationship_count());
    println!("\n## {}: {nodes} nodes, {relationships} relationships\n", corpus.name);
    println!("| query | one thread | reference | ratio | all cores | gain | rows | equal |");
    println!("|---|---:|---:|---:|---:|---:|---:|---|");
    let mut equal = true;
    for question in &wanted.questions {
        let timing = compare(&mut session, &reference, question, corpus, wanted.rounds).map_err(failed)?;
        equal &= timing.equal;
        let (one, all) = (timing.one_thread, timing.all_cores);
        println!(
            "| {} {} | {} | {} | {} | {} | {:.2} | {} | {} |",
            question.name,
            question.words,
            shown(one),
            timing.reference.map_or_else(String::new, shown),
            timing.reference.map_or_else(String::new, |reference| format!("{:.1}", ratio(one, reference))),
            shown(all),
            ratio(one, all),
            timing.rows,
            if timing.equal { "yes" } else { "NO" },
        );
    }
    loads(corpus)?;
    if wanted.rules {
        equal &= brought(wanted, corpus, &mut session).map_err(failed)?;
    }
    if wanted.edits {
        equal &= edited(wanted, corpus, &mut session, &reference).map_err(failed)?;
    }
    Ok(equal)
}

fn loads(corpus: &Corpus) -> io::Result<()> {
    println!("\n| load | seconds | processor seconds | resident MB | after all questions MB |");
    println!("|---|---:|---:|---:|---:|");
    for who in ["ours", "reference"] {
        let loaded = Loaded::elsewhere(who, corpus)?;
        let (seconds, processor) = (loaded.seconds, loaded.processor_seconds);
        println!(
            "| {who} | {seconds:.2} | {processor:.2} | {:.0} | {:.0} |",
            loaded.resident, loaded.resident_after
        );
    }
    Ok(())
}

/// What each rule brings; whether all rows were equal.
fn brought(wanted: &Wanted, corpus: &Corpus, session: &mut Session) -> whichlaw::base::Result<bool> {
    println!("\n| query | rule off | on | off | off / on | equal |\n|---|---|---:|---:|---:|---|");
    let mut equal = true;
    for question in &wanted.questions {
        for brought in rules(session, question, corpus)? {
            equal &= brought.equal;
            println!(
                "| {} | `{}` | {} | {} | {} | {} |",
                question.name,
                brought.rule,
                shown(brought.on),
                brought.off.map_or_else(|| "given up".to_owned(), shown),
                brought.off.map_or_else(String::new, |off| format!("{:.1}", ratio(off, brought.on))),
                if brought.equal { "yes" } else { "NO" },
            );
        }
    }
    Ok(equal)
}

/// What edits cost; whether all rows were equal.
fn edited(
    wanted: &Wanted,
    corpus: &Corpus,
    session: &mut Session,
    reference: &Reference,
) -> whichlaw::base::Result<bool> {
    println!("\n| query | before | after edits | factor | folded | factor | equal |");
    println!("|---|---:|---:|---:|---:|---:|---|");
    let timings = edits(session, reference, &wanted.questions, corpus, wanted.rounds)?;
    let mut all_equal = true;
    for (question, stages) in wanted.questions.iter().zip(timings) {
        let equal = stages.iter().all(|timing| timing.equal);
        all_equal &= equal;
        let [before, after, folded] = stages.map(|timing| timing.one_thread);
        println!(
            "| {} | {} | {} | {:.2} | {} | {:.2} | {} |",
            question.name,
            shown(before),
            shown(after),
            ratio(after, before),
            shown(folded),
            ratio(folded, before),
            if equal { "yes" } else { "NO" },
        );
    }
    Ok(all_equal)
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

/// Microseconds below a millisecond, milliseconds above.
fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1e-3 => format!("{:.1} µs", seconds * 1e6),
        seconds => format!("{:.2} ms", seconds * 1e3),
    }
}

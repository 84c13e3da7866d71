//! Time and memory of a load, each in a process of its own, so that none uses what another left behind.

use crate::corpus::Corpus;
use crate::questions::QUESTIONS;
use crate::reference::Reference;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};
use whichlaw::load::{LoadOptions, Place};
use whichlaw::session::Session;

/// Clock ticks a second and bytes a page, as Linux has them on all common machines.
const TICKS: f64 = 100.0;
const PAGE: f64 = 4096.0;

/// What a load takes.
pub struct Loaded {
    pub seconds: f64,
    pub processor_seconds: f64,
    /// Megabytes after the load.
    pub resident: f64,
    /// Megabytes after every question was asked once, which makes what is made lazily.
    pub resident_after: f64,
}

impl Loaded {
    /// Loads a corpus in a new process: `ours` or `reference`.
    ///
    /// # Errors
    /// When the process fails.
    pub fn elsewhere(who: &str, corpus: &Corpus) -> io::Result<Loaded> {
        let mut command = Command::new(env::current_exe()?);
        let output = command.arg("--load").arg(who).arg(corpus.folder()).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut numbers = text.split_whitespace().map(str::parse::<f64>);
        let mut next = || match numbers.next() {
            Some(Ok(number)) => Ok(number),
            _ => Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned())),
        };
        Ok(Loaded {
            seconds: next()?,
            processor_seconds: next()?,
            resident: next()?,
            resident_after: next()?,
        })
    }
}

/// The process that loads: prints what it took.
///
/// # Errors
/// When there is no such corpus.
pub fn load(who: &str, folder: &Path) -> io::Result<()> {
    let corpus = Corpus::at(folder)?;
    let failed = |report: Box<whichlaw::Report>| io::Error::other(report.message.clone());
    let started = Instant::now();
    let told = |resident_after: &dyn Fn() -> io::Result<()>| -> io::Result<()> {
        let (seconds, processor, resident) =
            (started.elapsed().as_secs_f64(), processor_seconds(), resident());
        resident_after()?;
        println!("{seconds} {processor} {resident} {}", self::resident());
        Ok(())
    };
    if who == "reference" {
        let reference = Reference::open(&corpus.graph())?;
        return told(&|| {
            for question in QUESTIONS {
                black_box(reference.answer(question.name, &corpus.parameters(question.name)));
            }
            Ok(())
        });
    }
    let opened = Session::open(&Place::Path(corpus.graph()), &LoadOptions::default());
    let session = std::cell::RefCell::new(opened.map_err(failed)?.0);
    told(&|| {
        for question in QUESTIONS {
            let options = question.options(&corpus, 1);
            session.borrow_mut().run(&question.text(&corpus), &options).map_err(failed)?;
        }
        Ok(())
    })
}

/// What this process has used of all processors.
fn processor_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in parentheses and may hold anything.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>()
        / TICKS
}

/// Megabytes of this process in memory.
fn resident() -> f64 {
    let text = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = text.split_whitespace().nth(1).and_then(|field| field.parse().ok()).unwrap_or(0.0);
    pages * PAGE / 1e6
}

//! `whichlaw ask` and `whichlaw describe`: questions in, answers on standard output.

use super::exit::Exit;
use super::{Ask, Common, Surface, parameters, stop_on_interrupt, tell};
use crate::answer::passage::Library;
use crate::answer::{Answer, Effects, why_all};
use crate::base::{Budget, Report, Result};
use crate::export::Commits;
use crate::optimize;
use crate::render::{self, Format, Look, Scene};
use crate::repl::statements;
use crate::session::{Language, Options, Session};
use crate::value::Map;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::time::Duration;

pub fn run(ask: &Ask, common: &Common) -> Result<Exit> {
    let options = options(ask, common)?;
    stop_on_interrupt(&options.budget.cancel);
    if !ask.question.is_empty() {
        if ask.file.is_some() {
            return Err(Report::input("usage.ask", "a question and a file of questions were both given")
                .help("Give the question, or `--file`, not both."));
        }
        let format = common.format("table")?;
        let mut session = common.data().open()?;
        let proof = Proof::of(ask, common, &session)?;
        let (exit, edited) = one(&mut session, &ask.question.join(" "), &options, format, &proof)?;
        return keep(ask, &session, edited).map(|()| exit);
    }
    let text = many_questions(ask.file.as_deref())?;
    let format = common.format("jsonl")?;
    let mut session = common.data().open()?;
    let proof = Proof::of(ask, common, &session)?;
    let (mut exit, mut edited) = (Exit::ANSWERED, false);
    for question in statements(&text) {
        let lines = if format.name == "json" { render::format("jsonl")? } else { format };
        match one(&mut session, &question, &options, lines, &proof) {
            Ok((one, edits)) => {
                exit = exit.and(one);
                edited |= edits;
            }
            Err(report) => exit = exit.and(tell::failure(&report, lines.for_programs)),
        }
        if options.budget.cancel.is_cancelled() {
            break;
        }
    }
    keep(ask, &session, edited).map(|()| exit)
}

/// Writes edits where that is asked for, and otherwise says that they are lost.
fn keep(ask: &Ask, session: &Session, edited: bool) -> Result<()> {
    match &ask.commit {
        Some(dir) if edited => tell::note(&super::commit(session, dir, &mut Commits::default())?),
        None if edited => tell::note(
            "Note: nothing was saved: `ask` edits the graph in memory only, and the edit is gone now. With `--commit DIR` the graph \
             is written to the data files of that directory.",
        ),
        _ => {}
    }
    Ok(())
}

pub fn describe(name: &str, common: &Common) -> Result<Exit> {
    let options = Options { trace: true, language: Language::Question, ..common.options()? };
    stop_on_interrupt(&options.budget.cancel);
    let format = common.format("table")?;
    let mut session = common.data().open()?;
    let library = common.library(&session)?;
    let proof = Proof { why: library.is_some(), whynot: false, library };
    one(&mut session, &format!("describe {name}"), &options, format, &proof).map(|(exit, _)| exit)
}

/// What is said of an answer besides.
struct Proof {
    why: bool,
    whynot: bool,
    library: Option<Library>,
}

impl Proof {
    fn of(ask: &Ask, common: &Common, session: &Session) -> Result<Proof> {
        let library = common.library(session)?;
        // Whoever gives the documents wants to see what they say.
        let why = ask.why || (library.is_some() && !ask.no_evidence);
        Ok(Proof { why, whynot: ask.whynot, library })
    }
}

/// Answers one question; gives back whether it was also an edit.
fn one(
    session: &mut Session,
    question: &str,
    options: &Options,
    format: &Format,
    proof: &Proof,
) -> Result<(Exit, bool)> {
    let mut answer = session.run(question, options)?;
    session.remark_names(&mut answer);
    if proof.whynot {
        answer.why_not = session.why_not(question, options)?;
    }
    let look = super::stdout_look();
    if !format.for_programs {
        tell::before(&answer);
    }
    if proof.why {
        answer.why = Some(why_all(&answer, &session.scene_of(&answer), proof.library.as_ref()));
    }
    let scene = session.scene_of(&answer);
    let written = match session.graph.is_mapped() {
        false => write(&answer, &scene, &look, format, &mut io::stdout().lock()),
        true => {
            // What is shown may lie in parts of the file that were not looked at before.
            let mut text = Vec::new();
            let written = write(&answer, &scene, &look, format, &mut text);
            session.graph.sound()?;
            written.and_then(|()| io::stdout().write_all(&text))
        }
    };
    let edited = answer.effects != Effects::default();
    if written.is_err() {
        return Ok((Exit::of_writing(written), edited));
    }
    if !format.for_programs {
        tell::after(&answer, &look);
    }
    Ok((Exit::of_answer(&answer), edited))
}

fn write(
    answer: &Answer,
    scene: &Scene<'_>,
    look: &Look,
    format: &Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    (format.write)(answer, scene, look, &mut out)?;
    // Programs find the same in the object of the answer.
    if !format.for_programs {
        let mut said = String::new();
        for (number, why) in answer.why.iter().flatten().enumerate() {
            said.push_str(&format!("\nRow {}\n{}", number + 1, render::argument(why, look)));
        }
        if let Some(why_not) = &answer.why_not {
            said.push_str(&render::why_not(why_not, scene, look));
        }
        // A table for a spreadsheet holds nothing but its rows.
        if format.name == "csv" {
            out.flush()?;
            return io::stderr().write_all(said.as_bytes());
        }
        out.write_all(said.as_bytes())?;
    }
    out.flush()
}

/// The text of `--file` or of standard input.
fn many_questions(file: Option<&Path>) -> Result<String> {
    if let Some(path) = file.filter(|path| *path != Path::new("-")) {
        return std::fs::read_to_string(path).map_err(|error| {
            Report::input("usage.file", format!("`{}` cannot be read: {error}", path.display()))
        });
    }
    if io::stdin().is_terminal() {
        return Err(Report::input("usage.ask", "there is no question")
            .help("Write it in quotes: `whichlaw ask 'which decree created the council?'`.")
            .help("Or give many: one a line in `--file FILE`, or on standard input."));
    }
    let mut text = String::new();
    match io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Report::input("usage.file", format!("standard input cannot be read: {error}"))),
    }
}

fn options(ask: &Ask, common: &Common) -> Result<Options> {
    let parameters =
        ask.parameters.iter().map(|text| parameters::parameter(text)).collect::<Result<Map>>()?;
    let defaults = Budget::default();
    Ok(Options {
        language: match ask.language {
            Surface::Either => Language::Either,
            Surface::Cypher => Language::Cypher,
            Surface::Question => Language::Question,
        },
        parameters,
        trace: !ask.no_evidence,
        budget: Budget {
            time: ask.timeout.map(Duration::from_millis),
            rows: ask.max_rows.unwrap_or(defaults.rows),
            memory: ask.max_memory.map_or(defaults.memory, |mb| mb.saturating_mul(1 << 20)),
            threads: ask.threads,
            ..defaults
        },
        rules_off: optimize::known_rules(ask.rules_off.clone())?,
        ..common.options()?
    })
}

//! `whichlaw ask` and `whichlaw describe`: questions in, answers on standard output.

use super::exit::Exit;
use super::{Ask, Common, Surface, parameters, stop_on_interrupt, tell};
use crate::answer::Answer;
use crate::base::{Budget, Report, Result, Span};
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
        return one(&mut session, &ask.question.join(" "), &options, format, ask.why);
    }
    let text = many_questions(ask.file.as_deref())?;
    let format = common.format("jsonl")?;
    let mut session = common.data().open()?;
    let mut exit = Exit::ANSWERED;
    for question in statements(&text) {
        let lines = if format.name == "json" { render::format("jsonl")? } else { format };
        exit = exit.and(match one(&mut session, &question, &options, lines, ask.why) {
            Ok(exit) => exit,
            Err(report) => tell::failure(&report, lines.for_programs),
        });
        if options.budget.cancel.is_cancelled() {
            break;
        }
    }
    Ok(exit)
}

pub fn describe(name: &str, common: &Common) -> Result<Exit> {
    let as_of = common.as_of.as_deref().map(parameters::day).transpose()?;
    let options = Options { as_of, trace: true, language: Language::Question, ..Options::default() };
    stop_on_interrupt(&options.budget.cancel);
    let format = common.format("table")?;
    let mut session = common.data().open()?;
    one(&mut session, &format!("describe {name}"), &options, format, false)
}

fn one(session: &mut Session, question: &str, options: &Options, format: &Format, why: bool) -> Result<Exit> {
    if question.trim_start().starts_with(':') {
        return Err(Report::input("usage.command", "this is a command of the prompt, not a question")
            .at(Span::new(0, question.len()), "")
            .in_text(question)
            .help("Start `whichlaw` and type it there, or give it to `whichlaw` on standard input."));
    }
    let answer = session.run(question, options)?;
    let look = super::stdout_look();
    if !format.for_programs {
        tell::before(&answer);
    }
    let scene = Scene::new(&session.graph, &session.vocabulary);
    let written = write(&answer, &scene, &look, format, why);
    if written.is_err() {
        return Ok(Exit::of_writing(written));
    }
    if !format.for_programs {
        tell::after(&answer, &look);
    }
    Ok(Exit::of_answer(&answer))
}

fn write(answer: &Answer, scene: &Scene<'_>, look: &Look, format: &Format, why: bool) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    (format.write)(answer, scene, look, &mut out)?;
    // Programs find the same facts in the evidence of each row.
    if why && !format.for_programs {
        for (number, facts) in answer.facts.iter().enumerate() {
            writeln!(out, "\nRow {}", number + 1)?;
            write!(out, "{}", render::argument(facts, scene, look))?;
        }
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
        as_of: common.as_of.as_deref().map(parameters::day).transpose()?,
        trace: !ask.no_evidence,
        budget: Budget {
            time: ask.timeout.map(Duration::from_millis),
            rows: ask.max_rows.unwrap_or(defaults.rows),
            memory: ask.max_memory.map_or(defaults.memory, |mb| mb.saturating_mul(1 << 20)),
            threads: ask.threads,
            ..defaults
        },
        rules_off: ask.rules_off.clone(),
    })
}

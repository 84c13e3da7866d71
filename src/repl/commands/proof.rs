//! Proof: why a row holds, why nothing was found, and in which reading and under which assumptions questions are asked.

use crate::answer::passage::Library;
use crate::answer::why;
use crate::base::{Report, Result};
use crate::graph::{Reading, Undated};
use crate::render;
use crate::repl::command::{Argument, Command, Topic};
use crate::repl::shell::{Flow, Shell};
use std::path::PathBuf;

pub const COMMANDS: &[Command] = &[
    Command {
        name: "why",
        aliases: &[],
        argument: "[ROW]",
        completes: Argument::Nothing,
        topic: Topic::Answers,
        doc: "Print the facts a row rests on as numbered sentences, each with source, place and certainty.",
        examples: &[":why 1"],
        run: why_row,
    },
    Command {
        name: "whynot",
        aliases: &[],
        argument: "[QUESTION]",
        completes: Argument::Statement,
        topic: Topic::Answers,
        doc: "For a question without an answer: the condition that removed the last candidates, and what fails only it.",
        examples: &[":whynot", ":whynot which laws established Decree 268"],
        run: why_not,
    },
    Command {
        name: "reading",
        aliases: &[],
        argument: "[narrow|wide|off]",
        completes: Argument::Nothing,
        topic: Topic::Answers,
        doc: "Show how the last question was read; `narrow` or `wide` leaves out what holds only in the other reading of the sources.",
        examples: &[":reading", ":reading narrow", ":reading off"],
        run: reading,
    },
    Command {
        name: "sources",
        aliases: &[],
        argument: "[DIR]",
        completes: Argument::Directory,
        topic: Topic::Answers,
        doc: "Quote the passages of the documents in a folder, each named by the id of its source; alone, stop.",
        examples: &[":sources documents"],
        run: sources,
    },
    Command {
        name: "undated",
        aliases: &[],
        argument: "[keep|leave-out]",
        completes: Argument::Nothing,
        topic: Topic::Asking,
        doc: "When a day is set: keep what has no dates and mark it, or leave it out.",
        examples: &[":undated leave-out", ":undated keep"],
        run: undated,
    },
    Command {
        name: "assume",
        aliases: &[],
        argument: "[DRAFT]",
        completes: Argument::Name,
        topic: Topic::Asking,
        doc: "Answer as if a draft were adopted; several can be assumed; alone, stop assuming.",
        examples: &[":assume draft decree on the national referral mechanism", ":assume"],
        run: assume,
    },
];

fn why_row(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let answer = shell.last()?;
    let rows = answer.facts.len();
    let number: usize = match argument {
        "" => 1,
        text => text.trim_start_matches('#').parse().map_err(|_| {
            Report::input("command.argument", format!("`{text}` is not the number of a row"))
                .help("Row numbers stand in the first column: `:why 2`.")
        })?,
    };
    let facts = number.checked_sub(1).and_then(|index| answer.facts.get(index));
    let Some(facts) = facts else {
        let message = match rows {
            0 => "the last answer rests on no facts".to_owned(),
            1 => "the last answer has one row".to_owned(),
            n => format!("the last answer has {n} rows"),
        };
        let report = Report::input("command.argument", message);
        return Err(if rows == 0 { report.help("`:whynot` says why nothing was found.") } else { report });
    };
    let scene = shell.session.scene_of(answer);
    let sources = shell.settings.sources.as_deref();
    let library = sources.map(|folder| Library::open(folder, scene.graph.sources())).transpose()?;
    let argument = why(&facts, &scene, answer.mask.as_deref(), library.as_ref());
    let text = render::argument(&argument, &shell.look());
    shell.print_text(&text);
    Ok(Flow::On)
}

fn why_not(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let question = if argument.is_empty() { shell.last()?.question.clone() } else { argument.to_owned() };
    let options = shell.options();
    shell.cancel.reset();
    let found = shell.session.why_not(&question, &options).map_err(|report| report.in_text(&question))?;
    let text = match found {
        None => "There is an answer; `:why` says on what it rests.".to_owned(),
        Some(found) => render::why_not(&found, &shell.scene(), &shell.look()),
    };
    shell.print_text(&text);
    Ok(Flow::On)
}

fn reading(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let chosen = match argument {
        "" => {
            let text = match &shell.last()?.reading {
                Some(reading) => reading.clone(),
                None => "The last statement was Cypher; it is read as it stands.".to_owned(),
            };
            shell.print_text(&text);
            return Ok(Flow::On);
        }
        "narrow" => Some(Reading::Narrow),
        "wide" => Some(Reading::Wide),
        "off" => None,
        other => {
            let message = format!("`{other}` is neither `narrow` nor `wide` nor `off`");
            return Err(Report::input("command.argument", message));
        }
    };
    shell.settings.reading = chosen;
    shell.say(match chosen {
        Some(Reading::Narrow) => "What holds only in the wide reading of a sentence is left out.",
        Some(Reading::Wide) => "What holds only in the narrow reading of a sentence is left out.",
        None => "Facts of every reading are shown and marked.",
    });
    Ok(Flow::On)
}

fn sources(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        shell.settings.sources = None;
        shell.say("Passages are not quoted.");
        return Ok(Flow::On);
    }
    let folder = PathBuf::from(argument.trim_matches(['"', '\'']));
    let library = Library::open(&folder, shell.session.graph.sources())?;
    let known = shell.session.graph.sources().len();
    shell.say(&format!("{} of {known} documents found; `:why` quotes them.", library.len()));
    for source in library.changed() {
        shell.say(&format!(
            "The document of `{source}` has changed since it was read: places may have moved."
        ));
    }
    shell.settings.sources = Some(folder);
    Ok(Flow::On)
}

fn undated(shell: &mut Shell, argument: &str) -> Result<Flow> {
    shell.settings.undated = match argument {
        "keep" => Undated::Keep,
        "leave-out" | "leave out" => Undated::Hide,
        "" if shell.settings.undated == Undated::Keep => Undated::Hide,
        "" => Undated::Keep,
        other => {
            let message = format!("`{other}` is neither `keep` nor `leave-out`");
            return Err(Report::input("command.argument", message));
        }
    };
    shell.say(match shell.settings.undated {
        Undated::Keep => "As of a day, what has no dates is kept and marked.",
        Undated::Hide => "As of a day, what has no dates is left out.",
    });
    Ok(Flow::On)
}

fn assume(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        shell.settings.assume.clear();
        shell.say("Nothing is assumed.");
        return Ok(Flow::On);
    }
    let mut assumed = shell.settings.assume.clone();
    assumed.push(argument.to_owned());
    let said = shell.session.assumption(&assumed)?;
    shell.settings.assume = assumed;
    shell.say(&format!("{said} `:assume` alone stops assuming."));
    Ok(Flow::On)
}

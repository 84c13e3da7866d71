//! Asking: cards, days, parameters, scripts.

use crate::base::{Report, Result};
use crate::cli::{day, parameter};
use crate::graph::Day;
use crate::render;
use crate::repl::command::{Argument, Command, Topic};
use crate::repl::shell::{Flow, Shell};
use crate::repl::statements;
use std::path::PathBuf;

pub const COMMANDS: &[Command] = &[
    Command {
        name: "describe",
        aliases: &["d"],
        argument: "NAME",
        completes: Argument::Name,
        topic: Topic::Asking,
        doc: "Show all that is known of one thing: properties, facts in both directions, and where they are stated.",
        examples: &[":describe Decree 268"],
        run: describe,
    },
    Command {
        name: "asof",
        aliases: &[],
        argument: "[DAY]",
        completes: Argument::Nothing,
        topic: Topic::Asking,
        doc: "Answer every question as of a day, month or year; without one, ask of all times again.",
        examples: &[":asof 2012-05-02", ":asof 2010", ":asof"],
        run: as_of,
    },
    Command {
        name: "param",
        aliases: &[],
        argument: "[NAME=VALUE]",
        completes: Argument::Nothing,
        topic: Topic::Asking,
        doc: "Set a parameter that Cypher sees as `$NAME`; `NAME=` removes it; alone, list them.",
        examples: &[":param day=date('2010-01-01')", ":param numbers=[74, 193]", ":param"],
        run: param,
    },
    Command {
        name: "read",
        aliases: &[],
        argument: "FILE",
        completes: Argument::File,
        topic: Topic::Asking,
        doc: "Run the questions, statements and commands of a file, one a line; an indented line continues the one before.",
        examples: &[":read questions.txt"],
        run: read,
    },
];

fn describe(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        return Err(Report::input("command.argument", "`:describe` needs a name")
            .help("Write a name, an alias or an id after it; Tab completes names."));
    }
    shell.ask(&format!("describe {argument}")).map(|()| Flow::On)
}

fn as_of(shell: &mut Shell, argument: &str) -> Result<Flow> {
    shell.settings.as_of_written = Day::parse(argument);
    shell.settings.as_of = if argument.is_empty() { None } else { Some(day(argument)?) };
    shell.say(match shell.settings.as_of {
        Some(_) => {
            "Answers hold as of this day; what has no dates is kept. `:asof` alone asks of all times again."
        }
        None => "Answers are of all times.",
    });
    Ok(Flow::On)
}

fn param(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        let mut text = String::new();
        for (name, value) in &shell.settings.parameters {
            text.push_str(&format!("${name} = {}\n", render::plain(value, &shell.scene())));
        }
        if text.is_empty() {
            text.push_str("There are no parameters.\n");
        }
        shell.print_text(&text);
        return Ok(Flow::On);
    }
    if let Some(name) = argument.strip_suffix('=') {
        shell.settings.parameters.remove(name.trim().trim_start_matches('$'));
        return Ok(Flow::On);
    }
    let (name, value) = parameter(argument)?;
    shell.settings.parameters.insert(name, value);
    Ok(Flow::On)
}

fn read(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let path = PathBuf::from(argument.trim_matches(['"', '\'']));
    if shell.reading.contains(&path) {
        return Err(Report::input("command.read", format!("`{}` reads itself", path.display())));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Report::input("command.read", format!("`{}` cannot be read: {error}", path.display()))
    })?;
    shell.reading.push(path);
    let mut flow = Flow::On;
    for statement in statements(&text) {
        if shell.interactive {
            shell.say(&format!("{}{statement}", shell.prompt()));
        }
        if shell.take(&statement) == Flow::Quit {
            flow = Flow::Quit;
            break;
        }
        if shell.cancel.is_cancelled() {
            shell.cancel.reset();
            break;
        }
    }
    shell.prefill = None;
    shell.reading.pop();
    Ok(flow)
}

//! Settings of the prompt.

use crate::base::{Report, Result};
use crate::render::{self, FORMATS};
use crate::repl::command::{Argument, Command, Topic};
use crate::repl::shell::{Flow, Shell};
use std::fs::File;
use std::path::Path;

pub const COMMANDS: &[Command] = &[
    Command {
        name: "mode",
        aliases: &[],
        argument: "[FORMAT]",
        completes: Argument::Format,
        topic: Topic::Settings,
        doc: "Show answers in another format; alone, list the formats.",
        examples: &[":mode json", ":mode table"],
        run: mode,
    },
    Command {
        name: "out",
        aliases: &[],
        argument: "[FILE]",
        completes: Argument::File,
        topic: Topic::Settings,
        doc: "Write answers to a file, in the format of its ending; alone, show them here again.",
        examples: &[":out answers.csv", ":out"],
        run: out,
    },
    Command {
        name: "timing",
        aliases: &[],
        argument: "[on|off]",
        completes: Argument::Nothing,
        topic: Topic::Settings,
        doc: "Show how long each answer took, or no longer.",
        examples: &[":timing off"],
        run: timing,
    },
    Command {
        name: "quit",
        aliases: &["q", "exit"],
        argument: "",
        completes: Argument::Nothing,
        topic: Topic::Settings,
        doc: "Leave; so does Ctrl-D.",
        examples: &[":quit"],
        run: quit,
    },
];

fn mode(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if !argument.is_empty() {
        shell.settings.format = render::format(argument)?;
        return Ok(Flow::On);
    }
    let current = shell.settings.format.name;
    let names = FORMATS.iter().map(|f| format!("{} {}", if f.name == current { "*" } else { " " }, f.name));
    let names: Vec<String> = names.collect();
    let rows: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(FORMATS.iter().map(|f| f.doc)).collect();
    shell.print_text(&render::pairs(&rows, &shell.look()));
    Ok(Flow::On)
}

fn out(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        shell.send_to(None);
        shell.say("Answers are shown here again.");
        return Ok(Flow::On);
    }
    let path = Path::new(argument.trim_matches(['"', '\'']));
    let file = File::create(path).map_err(|error| {
        Report::input("command.out", format!("`{}` cannot be written: {error}", path.display()))
    })?;
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    if let Some(format) = FORMATS.iter().find(|f| f.extension == ending) {
        shell.settings.format = format;
    }
    let format = shell.settings.format.name;
    shell.say(&format!("Answers go to {} as {format}; `:out` alone shows them here again.", path.display()));
    shell.send_to(Some(file));
    Ok(Flow::On)
}

fn timing(shell: &mut Shell, argument: &str) -> Result<Flow> {
    shell.settings.timing = match argument {
        "on" => true,
        "off" => false,
        "" => !shell.settings.timing,
        other => {
            return Err(Report::input("command.argument", format!("`{other}` is neither `on` nor `off`")));
        }
    };
    shell.say(if shell.settings.timing { "Times are shown." } else { "Times are not shown." });
    Ok(Flow::On)
}

fn quit(_: &mut Shell, _: &str) -> Result<Flow> {
    Ok(Flow::Quit)
}

//! Which of the options that may stand before every command mean something to which command, and which formats it writes.
//!
//! From one table come the help of each command and the refusal of what would otherwise be dropped without a word.

use super::Arguments;
use crate::base::{Report, Result};
use crate::export::EXPORTERS;
use crate::render::review::{FORMATS_OF_REVIEWS, FORMATS_OF_THE_MATRIX};
use crate::render::{FORMATS, unknown_format};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory};

/// What a command makes of the common options.
struct Taken {
    command: &'static str,
    /// Identifiers of the options.
    options: &'static [&'static str],
    /// The formats it writes, the default first; none where it takes no `--format`.
    formats: fn() -> Vec<&'static str>,
}

const ALL: &[&str] = &["data", "on_error", "as_of", "undated", "reading", "assume", "sources", "format"];
const GRAPH: &[&str] = &["data", "on_error", "format"];
const GRAPH_OF_A_DAY: &[&str] = &["data", "on_error", "as_of", "format"];

const TAKEN: &[Taken] = &[
    Taken { command: "ask", options: ALL, formats: of_answers },
    Taken { command: "describe", options: ALL, formats: of_answers },
    Taken { command: "vocabulary", options: GRAPH, formats: of_lists },
    Taken { command: "check", options: &["format"], formats: of_lists },
    Taken { command: "build", options: &["on_error"], formats: Vec::new },
    Taken { command: "export", options: GRAPH, formats: of_graphs },
    Taken { command: "audit", options: GRAPH_OF_A_DAY, formats: of_reviews },
    Taken { command: "changes", options: GRAPH, formats: of_reviews },
    Taken { command: "matrix", options: GRAPH_OF_A_DAY, formats: of_the_matrix },
    Taken { command: "impact", options: GRAPH_OF_A_DAY, formats: of_reviews },
    Taken { command: "pipe", options: &["data", "on_error"], formats: Vec::new },
    Taken { command: "completions", options: &[], formats: Vec::new },
];

fn of_answers() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).collect()
}

fn of_lists() -> Vec<&'static str> {
    vec!["table", "json", "jsonl"]
}

fn of_graphs() -> Vec<&'static str> {
    EXPORTERS.iter().map(|exporter| exporter.name).collect()
}

fn of_reviews() -> Vec<&'static str> {
    FORMATS_OF_REVIEWS.to_vec()
}

fn of_the_matrix() -> Vec<&'static str> {
    FORMATS_OF_THE_MATRIX.to_vec()
}

/// The command line, in which each command shows the common options it takes and no others.
pub fn command() -> Command {
    let mut command = Arguments::command().bin_name("whichlaw");
    // Only then have the commands the common options.
    command.build();
    for shown in command.get_subcommands_mut() {
        if let Some(taken) = TAKEN.iter().find(|taken| taken.command == shown.get_name()) {
            *shown = std::mem::take(shown).mut_args(|option| told(option, taken));
        }
    }
    command
}

fn told(option: Arg, taken: &Taken) -> Arg {
    let id = option.get_id().as_str().to_owned();
    if ALL.contains(&id.as_str()) && !taken.options.contains(&id.as_str()) {
        return option.hide(true);
    }
    match id.as_str() {
        "format" => option.help(format!("Output format: {}", listed(&(taken.formats)()))),
        _ => option,
    }
}

fn listed(formats: &[&str]) -> String {
    formats.join(", ").replacen(", ", " (default), ", 1)
}

/// Common options that the command would drop without a word, and formats that it does not write.
///
/// # Errors
/// The first of them.
pub fn refuse(matches: &ArgMatches) -> Result<()> {
    let Some((name, given)) = matches.subcommand() else { return Ok(()) };
    let Some(taken) = TAKEN.iter().find(|taken| taken.command == name) else { return Ok(()) };
    let typed = |option: &&&str| given.value_source(option) == Some(ValueSource::CommandLine);
    let dropped = ALL.iter().filter(|option| !taken.options.contains(option)).find(typed);
    if let Some(option) = dropped {
        let message = format!("`--{}` means nothing to `whichlaw {name}`", option.replace('_', "-"));
        return Err(Report::input("usage.option", message)
            .help(format!("`whichlaw {name} --help` lists the options it takes.")));
    }
    let formats = (taken.formats)();
    match given.get_one::<String>("format") {
        Some(format) if !formats.contains(&format.to_lowercase().as_str()) => {
            Err(unknown_format(format, &formats))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_every_common_option_is_in_the_table() {
        let command = Arguments::command();
        let commands: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        assert_eq!(commands, TAKEN.iter().map(|taken| taken.command).collect::<Vec<_>>());
        let common: Vec<&str> = command
            .get_arguments()
            .filter(|option| option.is_global_set())
            .map(|option| option.get_id().as_str())
            .collect();
        assert_eq!(common, ALL);
    }

    #[test]
    fn help_shows_what_a_command_takes() {
        let mut command = command();
        for taken in TAKEN {
            let Some(shown) = command.find_subcommand_mut(taken.command) else {
                panic!("no command {}", taken.command)
            };
            let help = shown.render_help().to_string();
            assert!(help.contains(&format!("Usage: whichlaw {}", taken.command)), "{help}");
            for option in ALL {
                let flag = format!("--{} <", option.replace('_', "-"));
                assert_eq!(help.contains(&flag), taken.options.contains(option), "{option}: {help}");
            }
            let words: Vec<&str> = help.split_whitespace().collect();
            let formats = listed(&(taken.formats)());
            assert!(words.join(" ").contains(&formats), "{formats}: {help}");
        }
    }
}

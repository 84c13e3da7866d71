//! Commands: one table that feeds help, completion and did-you-mean.

use super::commands;
use super::shell::{Flow, Shell};
use crate::base::{Report, Result, Span, nearest};

/// One command of the prompt.
pub struct Command {
    /// Without the colon.
    pub name: &'static str,
    /// Further names.
    pub aliases: &'static [&'static str],
    /// What follows the name, for help and hints: `N`, `[DAY]`.
    pub argument: &'static str,
    pub completes: Argument,
    pub topic: Topic,
    pub doc: &'static str,
    pub examples: &'static [&'static str],
    pub run: fn(&mut Shell, &str) -> Result<Flow>,
}

/// What stands after a command, for completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    Nothing,
    /// A question or a Cypher statement.
    Statement,
    /// The name of an entity.
    Name,
    /// A word of the vocabulary.
    Word,
    File,
    Directory,
    Format,
    /// A column of the last answer, after `by`.
    Column,
    /// A command or a topic of help.
    Topic,
}

/// The part of help a command stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Asking,
    Answers,
    Reviews,
    Words,
    Settings,
    Data,
}

pub const TOPICS: &[(Topic, &str)] = &[
    (Topic::Asking, "Asking"),
    (Topic::Answers, "The last answer"),
    (Topic::Reviews, "Reviews of the whole graph"),
    (Topic::Words, "Words and help"),
    (Topic::Settings, "Settings"),
    (Topic::Data, "Data"),
];

/// Every command, by topic.
pub fn all() -> impl Iterator<Item = &'static Command> {
    commands::FAMILIES.iter().flat_map(|family| family.iter())
}

/// The command of that name, alias or unambiguous beginning.
pub fn find(name: &str) -> Option<&'static Command> {
    let exact = all().find(|c| c.name == name || c.aliases.contains(&name));
    if exact.is_some() || name.is_empty() {
        return exact;
    }
    let mut starting = all().filter(|c| c.name.starts_with(name));
    match (starting.next(), starting.next()) {
        (Some(command), None) => Some(command),
        _ => None,
    }
}

/// The name and the argument of a command line, without the colon.
pub fn split(line: &str) -> (&str, &str) {
    let body = line.trim_start().strip_prefix(':').unwrap_or(line);
    match body.split_once(char::is_whitespace) {
        Some((name, argument)) => (name, argument.trim()),
        None => (body.trim(), ""),
    }
}

/// Commands of other programs, and what there is instead.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (
        &["undo", "rollback", "revert"],
        "Edits that are not in files are dropped by `:load` with the directory of the data.",
    ),
    (&["save", "write"], "The graph with all edits is written by `:commit DIR`."),
    (
        &["begin", "transaction"],
        "Each statement is carried out whole or not at all; `:commit DIR` writes the graph to files.",
    ),
    (
        &["indexes", "index"],
        "Indexes are made with `CREATE INDEX`; which of them a statement uses is told by `EXPLAIN`.",
    ),
];

/// No command is called so.
pub fn unknown(line: &str) -> Box<Report> {
    let (name, _) = split(line);
    let start = line.find(':').map_or(0, |colon| colon + 1);
    let span = Span::new(start, start + name.len());
    let elsewhere = ELSEWHERE.iter().find(|(names, _)| names.contains(&name.to_lowercase().as_str()));
    let mut report = Report::input("command.unknown", format!("there is no command `:{name}`"))
        .at(span, "not a command")
        .help(elsewhere.map_or("`:help` lists the commands.", |(_, help)| help))
        .in_text(line);
    if elsewhere.is_some() {
        return report;
    }
    let starting = all().map(|c| c.name).filter(|known| !name.is_empty() && known.starts_with(name));
    let mut near: Vec<&str> = starting.collect();
    near.extend(nearest(name, all().map(|c| c.name), 3));
    near.dedup();
    for known in near.into_iter().take(3) {
        report = report.suggest(span, known);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_commands_are_found_by_their_beginning() {
        let mut names: Vec<&str> = all().flat_map(|c| c.aliases.iter().copied().chain([c.name])).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(find("desc").map(|c| c.name), Some("describe"));
        assert!(find("").is_none());
        assert!(all().all(|c| TOPICS.iter().any(|(topic, _)| *topic == c.topic)));
    }

    #[test]
    fn commands_of_other_programs_are_told_what_there_is_instead() {
        for (typed, instead) in [("undo", ":load"), ("SAVE", ":commit DIR"), ("begin", ":commit DIR")] {
            let report = unknown(&format!(":{typed}"));
            assert!(find(typed).is_none() && report.help[0].contains(instead), "{typed}");
        }
        let names = ELSEWHERE.iter().flat_map(|(names, _)| *names);
        assert!(names.clone().all(|name| all().all(|command| command.name != *name)));
    }

    #[test]
    fn a_misspelt_command_is_corrected() {
        assert_eq!(unknown(":hepl").corrected().as_deref(), Some(":help"));
    }
}

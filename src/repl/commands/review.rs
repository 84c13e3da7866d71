//! Reviews of the whole graph: audit, changes between days, responsibilities, the reach of a repeal.

use crate::audit;
use crate::base::{Budget, Report, Result};
use crate::cli::days;
use crate::render::review::Review;
use crate::repl::command::{Argument, Command, Topic};
use crate::repl::shell::{Flow, Shell};

pub const COMMANDS: &[Command] = &[
    Command {
        name: "audit",
        aliases: &[],
        argument: "[RULE]",
        completes: Argument::Nothing,
        topic: Topic::Reviews,
        doc: "Look for gaps, overlaps, contradictions and broken chains of authority; with a name, by one rule only.",
        examples: &[":audit", ":audit series-gap"],
        run: audit,
    },
    Command {
        name: "changes",
        aliases: &[],
        argument: "DAY DAY",
        completes: Argument::Nothing,
        topic: Topic::Reviews,
        doc: "Say what began, ended and changed from one day, month or year to another, both included.",
        examples: &[":changes 2012-05-02 2016", ":changes 2006 2006"],
        run: changes,
    },
    Command {
        name: "matrix",
        aliases: &[],
        argument: "[KIND]",
        completes: Argument::Word,
        topic: Topic::Reviews,
        doc: "Show who is responsible for which topics, or tasks, or instruments, how, and on which legal basis.",
        examples: &[":matrix", ":matrix tasks"],
        run: matrix,
    },
    Command {
        name: "impact",
        aliases: &[],
        argument: "NAME",
        completes: Argument::Name,
        topic: Topic::Reviews,
        doc: "Show what would lose its legal basis without something, and what merely touches it.",
        examples: &[":impact Decree 888"],
        run: impact,
    },
];

fn audit(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let rules = audit::select(audit::builtin()?, Some(argument).filter(|name| !name.is_empty()))?;
    shell.cancel.reset();
    let budget = Budget { cancel: shell.cancel.clone(), ..Budget::default() };
    let findings = audit::audit(&shell.session, &rules, shell.settings.as_of, &budget)?;
    show(shell, &Review::Findings(&findings))
}

fn changes(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let typed: Vec<&str> = argument.split_whitespace().collect();
    let [from, to] = typed.as_slice() else {
        return Err(Report::input("command.argument", "`:changes` needs two days")
            .help("Write them one after the other: `:changes 2012-01-01 2016-01-01`."));
    };
    let (from, to) = days(from, to)?;
    let session = &shell.session;
    let changes = audit::changes::changes(&session.graph, &session.vocabulary, from, to)?;
    show(shell, &Review::Changes(&changes))
}

fn matrix(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let columns = if argument.is_empty() { "topics" } else { argument };
    let session = &shell.session;
    let as_of = shell.settings.as_of;
    let matrix = audit::matrix::matrix(&session.graph, &session.vocabulary, "bodies", columns, as_of)?;
    show(shell, &Review::Matrix(&matrix))
}

fn impact(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        return Err(Report::input("command.argument", "`:impact` needs a name")
            .help("Write a name, an alias or an id after it; Tab completes names."));
    }
    shell.cancel.reset();
    let impact = audit::impact::impact(&shell.session.graph, argument, shell.settings.as_of, &shell.cancel)?;
    show(shell, &Review::Impact(&impact))
}

fn show(shell: &mut Shell, review: &Review<'_>) -> Result<Flow> {
    let bytes = review.written(shell.settings.format.name, &shell.scene(), &shell.look())?;
    shell.print(&bytes);
    Ok(Flow::On)
}

//! The last answer: what it means in Cypher, its plan, and other views of it.

use crate::base::{Report, Result, Span, nearest};
use crate::language::cypher::is_cypher;
use crate::render::{self, Ink};
use crate::repl::command::{Argument, Command, Topic};
use crate::repl::shell::{Flow, Shell};

pub const COMMANDS: &[Command] = &[
    Command {
        name: "last",
        aliases: &[],
        argument: "",
        completes: Argument::Nothing,
        topic: Topic::Answers,
        doc: "Show the last answer again, all its rows.",
        examples: &[":last"],
        run: last,
    },
    Command {
        name: "count",
        aliases: &[],
        argument: "by COLUMN",
        completes: Argument::Column,
        topic: Topic::Answers,
        doc: "Count how often each value of a column occurs in the last answer.",
        examples: &[":count by kind"],
        run: count,
    },
    Command {
        name: "cypher",
        aliases: &[],
        argument: "[QUESTION]",
        completes: Argument::Statement,
        topic: Topic::Answers,
        doc: "Show the Cypher that the last question, or the given one, means.",
        examples: &[":cypher", ":cypher how many laws are there?"],
        run: cypher,
    },
    Command {
        name: "explain",
        aliases: &[],
        argument: "[QUESTION]",
        completes: Argument::Statement,
        topic: Topic::Answers,
        doc: "Show the plan of the last question, or of the given one, without running it.",
        examples: &[":explain MATCH (l:Law) RETURN count(l)"],
        run: explain,
    },
    Command {
        name: "profile",
        aliases: &[],
        argument: "[QUESTION]",
        completes: Argument::Statement,
        topic: Topic::Answers,
        doc: "Run the last question, or the given one, and show the rows and time of each step.",
        examples: &[":profile MATCH (l:Law) RETURN count(l)"],
        run: profile,
    },
];

fn last(shell: &mut Shell, _: &str) -> Result<Flow> {
    let answer = shell.last()?.clone();
    shell.show(&answer, None);
    Ok(Flow::On)
}

fn count(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let answer = shell.last()?;
    let wanted = argument.strip_prefix("by ").unwrap_or(argument).trim();
    let columns: Vec<&str> = answer.columns.iter().map(|c| &**c).collect();
    let place = match wanted {
        "" | "by" if columns.len() == 1 => Some(0),
        name => columns.iter().position(|c| c.eq_ignore_ascii_case(name)),
    };
    let Some(place) = place else {
        let mut report =
            Report::input("command.argument", format!("the last answer has no column `{wanted}`"))
                .help(format!("Its columns are {}.", columns.join(", ")));
        if let Some(near) = nearest(wanted, columns, 1).first() {
            report = report.suggest(Span::new(0, 0), format!(":count by {near}"));
        }
        return Err(report);
    };
    let look = shell.look();
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = render::frequencies(answer, place, &shell.scene(), &look).write(&look, &mut bytes);
    shell.print(&bytes);
    Ok(Flow::On)
}

fn cypher(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let text = statement(shell, argument)?;
    let painted = crate::repl::highlight::cypher(&text, &shell.look());
    shell.print_text(&painted);
    Ok(Flow::On)
}

fn explain(shell: &mut Shell, argument: &str) -> Result<Flow> {
    planned(shell, argument, "EXPLAIN")
}

fn profile(shell: &mut Shell, argument: &str) -> Result<Flow> {
    planned(shell, argument, "PROFILE")
}

fn planned(shell: &mut Shell, argument: &str, prefix: &str) -> Result<Flow> {
    let text = statement(shell, argument)?;
    let answer = shell.run(&format!("{prefix} {text}"))?;
    let look = shell.look();
    let plan = answer.plan.as_deref().map(|table| render::plan(table, &look));
    shell.print_text(plan.as_deref().unwrap_or("There is no plan for this."));
    let footer = look.paint(Ink::Dim, &render::footer(&crate::Answer { plan: None, ..answer }, &look, true));
    if prefix == "PROFILE" {
        shell.print_text(&footer);
    }
    Ok(Flow::On)
}

/// The Cypher of the given question, or of the last one.
fn statement(shell: &mut Shell, argument: &str) -> Result<String> {
    if is_cypher(argument) {
        return Ok(argument.to_owned());
    }
    if !argument.is_empty() {
        let answer = shell.run(argument).map_err(|report| report.in_text(argument))?;
        shell.last = Some(answer);
    }
    let answer = shell.last()?;
    Ok(answer.cypher.clone().unwrap_or_else(|| answer.question.clone()))
}

//! Data: loading another graph, writing edits to files.

use crate::base::{Report, Result};
use crate::cli::{self, Data};
use crate::export::Commits;
use crate::repl::command::{Argument, Command, Topic};
use crate::repl::shell::{Flow, Shell};
use std::path::{Path, PathBuf};

pub const COMMANDS: &[Command] = &[
    Command {
        name: "load",
        aliases: &[],
        argument: "[DIR]",
        completes: Argument::Directory,
        topic: Topic::Data,
        doc: "Replace the graph by the data of a directory; alone, by the built-in graph.",
        examples: &[":load my-country"],
        run: load,
    },
    Command {
        name: "commit",
        aliases: &[],
        argument: "DIR",
        completes: Argument::Directory,
        topic: Topic::Data,
        doc: "Write the graph with all edits to the data files of a directory.",
        examples: &[":commit my-country"],
        run: commit,
    },
];

fn load(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if shell.uncommitted {
        shell.uncommitted = false;
        return Err(Report::input("command.uncommitted", "there are edits that are not in files")
            .help("`:commit DIR` writes them; `:load` again drops them."));
    }
    let dir = (!argument.is_empty()).then(|| PathBuf::from(argument.trim_matches(['"', '\''])));
    shell.session = Data { dir, ..Data::default() }.open()?;
    shell.commits = Commits::default();
    shell.last = None;
    shell.stale = true;
    let graph = &shell.session.graph;
    let (nodes, relationships) = (graph.node_count(), graph.relationship_count());
    shell.say(&format!("Loaded {nodes} nodes and {relationships} relationships."));
    Ok(Flow::On)
}

fn commit(shell: &mut Shell, argument: &str) -> Result<Flow> {
    if argument.is_empty() {
        return Err(Report::input("command.argument", "`:commit` needs a directory")
            .help("Write the directory of the data files after it."));
    }
    let dir = Path::new(argument.trim_matches(['"', '\'']));
    let written = cli::commit(&shell.session, dir, &mut shell.commits)?;
    shell.uncommitted = false;
    shell.say(&written);
    Ok(Flow::On)
}

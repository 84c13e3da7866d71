//! Words and help: what can be said here.

use crate::base::{Report, Result, nearest};
use crate::functions;
use crate::render::glossary;
use crate::render::{Ink, Look, pairs};
use crate::repl::command::{self, Argument, Command, TOPICS, Topic};
use crate::repl::examples;
use crate::repl::shell::{Flow, Shell};

pub const COMMANDS: &[Command] = &[
    Command {
        name: "help",
        aliases: &["h", "?"],
        argument: "[TOPIC]",
        completes: Argument::Topic,
        topic: Topic::Words,
        doc: "Help on a command, on `questions`, on `cypher`, on a function or on a word of the vocabulary.",
        examples: &[":help", ":help why", ":help questions", ":help coalesce"],
        run: help,
    },
    Command {
        name: "vocabulary",
        aliases: &["words"],
        argument: "[WORD]",
        completes: Argument::Word,
        topic: Topic::Words,
        doc: "Show the kinds, relations and properties that questions may name, or only what has to do with a word.",
        examples: &[":vocabulary", ":vocabulary council", ":vocabulary establish"],
        run: vocabulary,
    },
    Command {
        name: "schema",
        aliases: &[],
        argument: "",
        completes: Argument::Nothing,
        topic: Topic::Words,
        doc: "Show the labels, relationship types and property keys in the graph, with counts, as Cypher writes them.",
        examples: &[":schema"],
        run: schema,
    },
    Command {
        name: "keys",
        aliases: &[],
        argument: "",
        completes: Argument::Nothing,
        topic: Topic::Words,
        doc: "Show the keys of the prompt.",
        examples: &[":keys"],
        run: keys,
    },
];

const KEYS: &[(&str, &str)] = &[
    ("Tab", "complete a word, a name, a command or a file"),
    ("Enter", "ask; an open quote or bracket goes on in the next line"),
    ("Up, Down", "earlier and later questions"),
    ("Ctrl-R", "search in earlier questions"),
    ("Right", "take the grey suggestion"),
    ("Ctrl-A, Ctrl-E", "to the beginning, to the end of the line"),
    ("Alt-B, Alt-F", "a word back, a word on"),
    ("Ctrl-W, Ctrl-U, Ctrl-K", "delete a word, all before, all after the cursor"),
    ("Ctrl-Y", "put back what was deleted"),
    ("Ctrl-_", "undo"),
    ("Ctrl-L", "clear the screen"),
    ("Ctrl-C", "stop a running question; clear the line"),
    ("Ctrl-D", "leave, on an empty line"),
];

fn help(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let look = shell.look();
    let topic = argument.trim().trim_start_matches(':');
    let text = match topic.to_lowercase().as_str() {
        "" | "commands" => overview(&look),
        "questions" | "question" | "asking" => examples::guide(&shell.session, &look),
        "cypher" => CYPHER.to_owned(),
        "keys" => pairs(KEYS, &look),
        "functions" => function_list(&look),
        name => match (command::find(name), function(name, &look)) {
            (Some(command), _) => of_command(command, &look),
            (None, Some(text)) => text,
            (None, None) => glossary::vocabulary(&shell.session.vocabulary, Some(topic), &look)
                .map_err(|_| unknown_topic(topic))?,
        },
    };
    shell.print_text(&text);
    Ok(Flow::On)
}

const CYPHER: &str = "\
A line that starts with a Cypher clause (MATCH, RETURN, CREATE, ...) is a statement of the openCypher language:

  MATCH (i:Instrument)-[:ESTABLISHES]->(b:Body) RETURN b.name, i.name
  MATCH p = shortestPath((a {id: $from})-[*]-(b {id: $to})) RETURN p
  AS OF date('2010-01-01') MATCH (p:Programme) RETURN p

:cypher shows the Cypher of a question, :schema the labels and types, :help functions the functions,
:param sets a parameter, :explain and :profile show the plan.
";

fn overview(look: &Look) -> String {
    let mut out = String::from("Type a question in English, a Cypher statement, or a command.\n");
    for (topic, title) in TOPICS {
        out.push_str(&format!("\n{}\n", look.paint(Ink::Heading, title)));
        let rows: Vec<(String, &str)> = command::all()
            .filter(|c| c.topic == *topic)
            .map(|c| (format!(":{} {}", c.name, c.argument), c.doc))
            .collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(name, doc)| (name.trim_end(), *doc)).collect();
        out.push_str(&pairs(&rows, look));
    }
    out.push_str(
        "\n:help questions shows how to ask, :help cypher the other language, :help NAME one command.\n",
    );
    out
}

fn of_command(command: &Command, look: &Look) -> String {
    let signature = format!(":{} {}", command.name, command.argument);
    let mut out = format!("{}\n", look.paint(Ink::Heading, signature.trim_end()));
    out.push_str(&format!("{}\n", command.doc));
    if !command.aliases.is_empty() {
        let names: Vec<String> = command.aliases.iter().map(|a| format!(":{a}")).collect();
        out.push_str(&format!("Also {}.\n", names.join(", ")));
    }
    for example in command.examples {
        out.push_str(&format!("  {example}\n"));
    }
    out
}

fn function_list(look: &Look) -> String {
    let rows: Vec<(String, &str)> =
        functions::all().map(|f| (format!("{}({})", f.name, f.parameters.join(", ")), f.doc)).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(name, doc)| (name.as_str(), *doc)).collect();
    pairs(&rows, look)
}

fn function(name: &str, look: &Look) -> Option<String> {
    let function = functions::all().find(|f| f.name.eq_ignore_ascii_case(name.trim_end_matches("()")))?;
    let signature = format!("{}({})", function.name, function.parameters.join(", "));
    let mut out = format!("{}\n{}\n", look.paint(Ink::Heading, &signature), function.doc);
    for (expression, value) in function.examples {
        out.push_str(&format!("  RETURN {expression}  {} {value}\n", if look.unicode { "→" } else { "->" }));
    }
    Some(out)
}

fn unknown_topic(topic: &str) -> Box<Report> {
    let report = Report::input("command.topic", format!("there is no help on `{topic}`"))
        .help("Topics: questions, cypher, functions, keys, any command, function or word of the vocabulary.");
    let known = command::all().map(|c| c.name).chain(functions::all().map(|f| f.name));
    match nearest(topic, known, 1).first() {
        Some(near) => report.help(format!("Did you mean `:help {near}`?")),
        None => report,
    }
}

fn vocabulary(shell: &mut Shell, argument: &str) -> Result<Flow> {
    let word = (!argument.is_empty()).then_some(argument);
    let text = glossary::vocabulary(&shell.session.vocabulary, word, &shell.look())?;
    shell.print_text(&text);
    Ok(Flow::On)
}

fn schema(shell: &mut Shell, _: &str) -> Result<Flow> {
    let text = glossary::schema(&shell.session.graph, &shell.look());
    shell.print_text(&text);
    Ok(Flow::On)
}

fn keys(shell: &mut Shell, _: &str) -> Result<Flow> {
    let text = pairs(KEYS, &shell.look());
    shell.print_text(&text);
    Ok(Flow::On)
}

//! The command line: arguments in, exit code out.
//!
//! Standard output carries only answers; readings, notes and reports go to standard error. No clap type leaves here.

mod ask;
mod data;
mod exit;
mod options;
mod parameters;
mod progress;
mod review;
mod tell;

pub use data::{Data, commit};
pub use exit::Exit;
pub use parameters::{day, days, parameter};

use crate::answer::passage::Library;
use crate::base::{Cancel, Report, Result};
use crate::graph::{Day, Reading, Undated};
use crate::render::{self, Look};
use crate::repl;
use crate::session::{Options, Session};
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Who does what under which law, with the proof.
#[derive(Parser, Debug)]
#[command(name = "whichlaw", version, about, long_about = LONG, after_help = EXIT_CODES, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

const LONG: &str = "Who does what under which law, with the proof.\n\n\
    Without a command: the prompt, or, when standard input is not a terminal, the questions and commands found there.";

const EXIT_CODES: &str = "Exit codes:\n  0    answered (also `no` and a count of zero)\n  1    nothing found\n  \
    2    wrong usage, syntax or name\n  3    data not loaded\n  4    the audit has findings\n  5    limit or time-out reached\n  70   the answer cannot be written\n  130  interrupted";

/// What every command understands.
#[derive(Args, Clone, Debug)]
struct Common {
    /// Use the graph in this directory, or in this file that `build` made, instead of the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// On broken data: leave it out and say so, or load nothing
    #[arg(long, global = true, value_enum, default_value = "fail", hide_possible_values = false)]
    on_error: OnError,
    /// Answer as of this day, month or year: 2010-01-01, 2010-01, 2010
    #[arg(long, global = true, value_name = "DAY")]
    as_of: Option<String>,
    /// When there is a day: keep what has no dates and mark it, or leave it out
    #[arg(long, global = true, value_enum, default_value = "keep")]
    undated: UndatedChoice,
    /// Leave out what holds only in the other reading of the sources
    #[arg(long, global = true, value_enum, value_name = "READING")]
    reading: Option<ReadingChoice>,
    /// Answer as if this draft were adopted; may be given several times
    #[arg(long, global = true, value_name = "DRAFT")]
    assume: Vec<String>,
    /// The folder with the documents of the sources, to quote the passages behind an answer
    #[arg(long, global = true, value_name = "DIR")]
    sources: Option<PathBuf>,
    /// Output format: table, json, jsonl, csv, markdown; other commands than `ask` may have others
    #[arg(long, short, global = true, value_name = "FORMAT")]
    format: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnError {
    Skip,
    Fail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UndatedChoice {
    Keep,
    LeaveOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReadingChoice {
    Narrow,
    Wide,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Answer one question or Cypher statement, or many from a file or standard input
    Ask(Ask),
    /// Show all that is known of one thing
    Describe {
        /// A name, an alias or an id
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// Show the kinds, relations, properties and words that questions may use
    Vocabulary {
        /// Only what has to do with this word
        word: Option<String>,
    },
    /// Check a data directory and report all its problems
    Check {
        /// The directory with the data files
        dir: PathBuf,
    },
    /// Make one file of a data directory, which opens at once: `--data FILE`
    Build {
        /// The directory with the data files
        dir: PathBuf,
        /// The file to write; one that is there is replaced as a whole
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write the graph for other tools, to files or to standard output
    Export {
        #[arg(help = data::target_of_export())]
        target: PathBuf,
    },
    /// Look for gaps, overlaps, contradictions and broken chains of authority, each with its proof
    Audit(Audit),
    /// Say what began, ended and changed from one day to another, both included
    Changes {
        /// The first day, or a month or year: from its first day
        from: String,
        /// The last day, or a month or year: to its last day
        to: String,
    },
    /// Show who is responsible for what, how, and on which legal basis
    Matrix {
        /// Who: a kind or noun of the vocabulary
        #[arg(long, value_name = "KIND", default_value = "bodies")]
        rows: String,
        /// For what: topics, tasks, instruments, or any other kind
        #[arg(long, value_name = "KIND", default_value = "topics")]
        columns: String,
    },
    /// Show what would lose its legal basis without something, and what merely touches it
    Impact {
        /// A name, an alias or an id
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// Speak the machine protocol: JSON lines on standard input and output
    Pipe,
    /// Print a completion script for a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
}

/// Which rules, and what counts as a failure.
#[derive(Args, Clone, Debug)]
struct Audit {
    /// Only this rule
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Further rules, one a file, in this directory
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// End with exit code 4 when there is a finding of this severity or above: info, warning, error
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    severity: String,
}

/// One question or many.
#[derive(Args, Clone, Debug)]
struct Ask {
    /// The question or Cypher statement; without it they are read from --file or standard input, one a line, and answered
    /// as JSON lines
    question: Vec<String>,
    /// Read the questions from this file, one a line; an indented line continues the one before
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A value for `$NAME`: JSON, a Cypher literal such as date('2010-01-01'), or plain text
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Print the facts behind each row as numbered sentences with their sources
    #[arg(long, visible_alias = "trace")]
    why: bool,
    /// For an empty answer or a no: say which condition removed the last candidates, and what fails only it
    #[arg(long)]
    whynot: bool,
    /// Afterwards write the graph with all edits to the data files of this directory
    #[arg(long, value_name = "DIR")]
    commit: Option<PathBuf>,
    /// Do not track which facts each row rests on
    #[arg(long, conflicts_with = "why")]
    no_evidence: bool,
    /// Stop after this many milliseconds
    #[arg(long, value_name = "MS")]
    timeout: Option<u64>,
    /// Stop when a step holds more rows than this
    #[arg(long, value_name = "ROWS")]
    max_rows: Option<u64>,
    /// Stop when a statement holds more memory than this
    #[arg(long, value_name = "MB")]
    max_memory: Option<u64>,
    /// Cores to use; 0 means all
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Optimizer rules to switch off
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    rules_off: Vec<String>,
    /// Take the text as Cypher or as a question, whatever its first word
    #[arg(long, value_enum, default_value = "either")]
    language: Surface,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Surface {
    Either,
    Cypher,
    Question,
}

/// Statements nest deeply; the stack is only reserved, not used.
const STACK: usize = 256 << 20;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let parsed = options::command().try_get_matches().and_then(|matches| {
        let arguments = Arguments::from_arg_matches(&matches)?;
        Ok((arguments, options::refuse(&matches)))
    });
    let arguments = match parsed {
        Ok((arguments, Ok(()))) => arguments,
        Ok((arguments, Err(report))) => {
            return ExitCode::from(tell::failure(&report, arguments.common.for_programs()).0);
        }
        Err(error) => return ExitCode::from(usage(&error).0),
    };
    let exit = match std::thread::Builder::new().stack_size(STACK).spawn(move || run(arguments)) {
        Ok(thread) => thread.join().unwrap_or(Exit::FAILED),
        Err(_) => Exit::FAILED,
    };
    ExitCode::from(exit.0)
}

/// Help and version go to standard output, mistakes to standard error, or, for programs, to standard output as JSON.
fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // A closed pipe is no one's problem.
        let _ = error.print();
        return Exit::ANSWERED;
    }
    let typed: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let for_programs = typed.iter().any(|a| matches!(a.as_str(), "--format=json" | "--format=jsonl"))
        || typed.windows(2).any(|pair| match pair {
            [flag, value] => matches!(flag.as_str(), "--format" | "-f") && value.starts_with("json"),
            _ => false,
        });
    if !for_programs {
        let _ = error.print();
        return Exit::USAGE;
    }
    let text = error.render().to_string();
    let message = text.lines().next().unwrap_or("").trim_start_matches("error: ").to_owned();
    tell::failure(&Report::input("usage.arguments", message), true)
}

fn run(arguments: Arguments) -> Exit {
    let common = arguments.common;
    let done = match arguments.command {
        None => prompt(&common),
        Some(Command::Ask(ask)) => ask::run(&ask, &common),
        Some(Command::Describe { name }) => ask::describe(&name.join(" "), &common),
        Some(Command::Vocabulary { word }) => data::vocabulary(word.as_deref(), &common),
        Some(Command::Check { dir }) => data::check(&dir, &common),
        Some(Command::Build { dir, output }) => data::build(&dir, &output, &common),
        Some(Command::Export { target }) => data::export(&target, &common),
        Some(Command::Audit(audit)) => review::audit(&audit, &common),
        Some(Command::Changes { from, to }) => review::changes(&from, &to, &common),
        Some(Command::Matrix { rows, columns }) => review::matrix(&rows, &columns, &common),
        Some(Command::Impact { name }) => review::impact(&name.join(" "), &common),
        Some(Command::Pipe) => data::pipe(&common),
        Some(Command::Completions { shell }) => Ok(completions(shell)),
    };
    done.unwrap_or_else(|report| tell::failure(&report, common.for_programs()))
}

impl Common {
    fn data(&self) -> Data {
        Data { dir: self.data.clone(), skip_errors: self.on_error == OnError::Skip }
    }

    /// From where the graph is to be seen.
    fn options(&self) -> Result<Options> {
        Ok(Options {
            as_of: self.as_of.as_deref().map(parameters::day).transpose()?,
            as_of_written: self.as_of.as_deref().and_then(Day::parse),
            undated: match self.undated {
                UndatedChoice::Keep => Undated::Keep,
                UndatedChoice::LeaveOut => Undated::Hide,
            },
            reading: self.reading.map(|reading| match reading {
                ReadingChoice::Narrow => Reading::Narrow,
                ReadingChoice::Wide => Reading::Wide,
            }),
            assume: self.assume.clone(),
            ..Options::default()
        })
    }

    /// The documents of the sources, where their folder is given.
    fn library(&self, session: &Session) -> Result<Option<Library>> {
        self.sources.as_deref().map(|folder| Library::open(folder, session.graph.sources())).transpose()
    }

    /// The format asked for, or the one that suits what is asked.
    fn format(&self, otherwise: &str) -> Result<&'static render::Format> {
        render::format(&self.format_name(otherwise))
    }

    fn format_name(&self, otherwise: &str) -> String {
        self.format.as_deref().unwrap_or(otherwise).to_lowercase()
    }

    /// Something for programs: on one line in the format of lines.
    fn object(&self, object: &impl serde::Serialize) -> String {
        let written = match self.format_name("json").as_str() {
            "jsonl" => serde_json::to_string(object),
            _ => serde_json::to_string_pretty(object),
        };
        written.unwrap_or_default()
    }

    /// Errors belong on standard output, as JSON.
    fn for_programs(&self) -> bool {
        self.format("table").is_ok_and(|format| format.for_programs)
    }
}

/// The prompt, or a script on standard input.
fn prompt(common: &Common) -> Result<Exit> {
    let session = common.data().open()?;
    let options = common.options()?;
    let settings = repl::Settings {
        as_of: options.as_of,
        as_of_written: options.as_of_written,
        undated: options.undated,
        reading: options.reading,
        assume: options.assume,
        sources: common.sources.clone(),
        format: common.format("table")?,
        ..repl::Settings::default()
    };
    let interactive = std::io::stdin().is_terminal();
    Ok(Exit(repl::run(session, settings, interactive)))
}

fn completions(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut options::command(), "whichlaw", &mut script);
    Exit::of_writing(std::io::Write::write_all(&mut std::io::stdout(), &script))
}

/// The first Ctrl-C stops the running statement, the second the program.
fn stop_on_interrupt(cancel: &Cancel) {
    let cancel = cancel.clone();
    // Without a handler Ctrl-C simply ends the program.
    let _ = ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            std::process::exit(130);
        }
        cancel.cancel();
    });
}

/// What standard output allows.
fn stdout_look() -> Look {
    Look::of_stdout()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        options::command().debug_assert();
    }
}

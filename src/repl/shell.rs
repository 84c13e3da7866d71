//! The state between two lines, and what one line does to it.

use super::Settings;
use super::choices::Choices;
use super::command::{self, Command};
use super::pager;
use crate::answer::{Answer, Effects};
use crate::base::{Budget, Cancel, Class, Report, Result};
use crate::cli::Exit;
use crate::export::Commits;
use crate::render::{self, Format, Ink, Look, Scene, Text};
use crate::session::{Language, Options, Session};
use crate::value::Value;
use std::fs::File;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Whether the prompt goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    On,
    Quit,
}

/// Everything the prompt remembers.
pub struct Shell {
    pub session: Session,
    pub settings: Settings,
    pub cancel: Cancel,
    /// The last answer.
    pub last: Option<Answer>,
    /// Edits that are not yet in files.
    pub uncommitted: bool,
    /// What was written since the graph was loaded.
    pub commits: Commits,
    /// What the next line starts with: the corrected question after an error.
    pub prefill: Option<String>,
    /// The names, kinds and words that completion offers must be read again.
    pub stale: bool,
    pub interactive: bool,
    /// Where answers go instead of standard output.
    output: Option<File>,
    choices: Option<Choices>,
    exit: Exit,
    /// Files being read by `:read`, so that one does not read itself.
    pub reading: Vec<std::path::PathBuf>,
}

/// Rows shown before the rest is only counted.
const ROWS_SHOWN: usize = 100;

impl Shell {
    pub fn new(session: Session, settings: Settings, interactive: bool) -> Shell {
        Shell {
            session,
            settings,
            cancel: Cancel::default(),
            last: None,
            uncommitted: false,
            commits: Commits::default(),
            prefill: None,
            stale: true,
            interactive,
            output: None,
            choices: None,
            exit: Exit::ANSWERED,
            reading: Vec::new(),
        }
    }

    pub fn exit_code(&self) -> u8 {
        self.exit.0
    }

    /// Takes one question, statement or command.
    pub fn take(&mut self, line: &str) -> Flow {
        let line = line.trim();
        let chosen = self.choices.take().and_then(|choices| choices.chosen(line));
        let done = match chosen {
            Some(question) => {
                self.say(&question);
                self.ask(&question).map(|()| Flow::On)
            }
            None if line.is_empty() => Ok(Flow::On),
            None if line.starts_with(':') => self.command(line),
            // What people type everywhere else.
            None if matches!(line, "help" | "quit" | "exit") => self.command(&format!(":{line}")),
            None => self.ask(line).map(|()| Flow::On),
        };
        done.unwrap_or_else(|report| {
            self.fail(&report);
            Flow::On
        })
    }

    fn command(&mut self, line: &str) -> Result<Flow> {
        let (name, argument) = command::split(line);
        let command: &Command = command::find(name).ok_or_else(|| command::unknown(line))?;
        // Commands look at the graph in their own ways; these few do not.
        if !["load", "help", "quit"].contains(&command.name) {
            self.session.graph.verify()?;
        }
        (command.run)(self, argument).map_err(|report| report.in_text(line))
    }

    /// Answers one question or statement and shows the answer.
    pub fn ask(&mut self, text: &str) -> Result<()> {
        let answer = self.run(text)?;
        self.exit = self.exit.and(Exit::of_answer(&answer));
        self.show(&answer, Some(ROWS_SHOWN));
        self.last = Some(answer);
        Ok(())
    }

    /// Answers one question or statement.
    pub fn run(&mut self, text: &str) -> Result<Answer> {
        self.cancel.reset();
        let options = self.options();
        let session = &mut self.session;
        // A fault of ours must not take the user's session with it.
        let done = catch_unwind(AssertUnwindSafe(|| session.run(text, &options)));
        let mut answer = done.unwrap_or_else(|_| Err(fault()))?;
        self.session.remark_names(&mut answer);
        if answer.effects != Effects::default() {
            self.uncommitted = true;
            self.stale = true;
        }
        Ok(answer)
    }

    /// How statements are asked at this prompt.
    pub fn options(&self) -> Options {
        Options {
            language: Language::Either,
            parameters: self.settings.parameters.clone(),
            as_of: self.settings.as_of,
            as_of_written: self.settings.as_of_written,
            undated: self.settings.undated,
            reading: self.settings.reading,
            assume: self.settings.assume.clone(),
            trace: true,
            budget: Budget { cancel: self.cancel.clone(), ..Budget::default() },
            rules_off: Vec::new(),
        }
    }

    /// Shows an answer: reading, rows, notes, count and time.
    pub fn show(&mut self, answer: &Answer, rows: Option<usize>) {
        let format = self.settings.format;
        let beside = !format.for_programs && self.output.is_none();
        if let (Some(reading), true) = (&answer.reading, beside) {
            self.say(&format!("Read as: {reading}"));
        }
        let table = format.name == "table";
        let look = Look { rows: rows.filter(|_| table && self.interactive), ..self.look() };
        let bytes = self.rendered(answer, format, &look);
        // What is shown may lie in parts of a snapshot that were not looked at before.
        if let Err(report) = self.session.graph.sound() {
            return self.fail(&report);
        }
        self.print(&bytes);
        if beside {
            for note in &answer.notes {
                self.beside(&format!("Note: {note}"), Ink::Doubtful);
            }
            let footer = render::footer(answer, &look, self.settings.timing);
            if self.interactive && !footer.is_empty() {
                self.beside(&footer, Ink::Dim);
            }
        }
    }

    fn rendered(&self, answer: &Answer, format: &Format, look: &Look) -> Vec<u8> {
        let scene = self.session.scene_of(answer);
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        let _ = (format.write)(answer, &scene, look, &mut bytes);
        bytes
    }

    /// Shows a report and prepares the corrected line.
    pub fn fail(&mut self, report: &Report) {
        self.exit = self.exit.and(Exit::of_report(report));
        if self.settings.format.for_programs && !self.interactive {
            self.print(format!("{}\n", render::error_object(report)).as_bytes());
            return;
        }
        let look = if self.interactive { self.look() } else { Look::of_stderr() };
        let text = render::report_text(report, &look);
        self.write_beside(&text);
        self.choices = Choices::of(report);
        if self.choices.is_some() && self.interactive {
            self.say("Type the number of the one you mean.");
        } else {
            self.prefill = report.corrected();
        }
    }

    /// What answers may look like where they go.
    pub fn look(&self) -> Look {
        if self.output.is_some() { Look::plain() } else { Look::of_stdout() }
    }

    /// Writes what belongs to an answer: to the file of `:out`, the pager or standard output.
    pub fn print(&mut self, bytes: &[u8]) {
        let done = match &mut self.output {
            Some(file) => file.write_all(bytes),
            None if self.interactive => pager::show(bytes),
            None => io::stdout().write_all(bytes),
        };
        match done {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.output = None;
                self.say(&format!("The answer could not be written: {error}"));
            }
            _ => {}
        }
    }

    /// Prints text that is itself an answer: help, Cypher, words. Its lines are broken where they do not fit.
    pub fn print_text(&mut self, text: &str) {
        let text = render::fitted(text, self.look().width);
        let ended = if text.ends_with('\n') { text } else { format!("{text}\n") };
        self.print(ended.as_bytes());
    }

    /// Says something about an answer.
    pub fn say(&self, text: &str) {
        self.beside(text, Ink::Dim);
    }

    fn beside(&self, text: &str, ink: Ink) {
        let look = if self.interactive { Look::of_stdout() } else { Look::of_stderr() };
        let lines = Text::new(text, ink).wrap(look.width);
        let painted: String = lines.into_iter().map(|(line, _)| line.painted(&look) + "\n").collect();
        self.write_beside(&painted);
    }

    /// At a terminal everything is read together; in a script only answers belong on standard output.
    fn write_beside(&self, text: &str) {
        let _ = if self.interactive {
            io::stdout().write_all(text.as_bytes())
        } else {
            io::stderr().write_all(text.as_bytes())
        };
    }

    /// Sends answers to a file, or back to standard output.
    pub fn send_to(&mut self, file: Option<File>) {
        self.output = file;
    }

    pub fn scene(&self) -> Scene<'_> {
        Scene::new(&self.session.graph, &self.session.vocabulary)
    }

    /// The last answer, or a report that says there is none.
    pub fn last(&self) -> Result<&Answer> {
        self.last.as_ref().ok_or_else(|| {
            Report::input("command.no_answer", "there is no answer yet").help("Ask a question first.")
        })
    }

    /// The prompt; the day stands in it when one is set.
    pub fn prompt(&self) -> String {
        match &self.settings.as_of {
            Some(day) => format!("whichlaw {}> ", render::plain(&Value::Date(*day), &self.scene())),
            None => "whichlaw> ".to_owned(),
        }
    }
}

fn fault() -> Box<Report> {
    Report::new(
        Class::Limit,
        "internal.fault",
        "this could not be answered because of a fault in the program",
    )
    .help("The session goes on. Please report the question.")
}

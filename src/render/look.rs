//! Colour and width: how much a terminal, or the lack of one, allows.

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects, Style};
use std::io::IsTerminal;

/// How something is shown.
#[derive(Clone, Debug)]
pub struct Look {
    /// Columns of the terminal; `None` never wraps.
    pub width: Option<usize>,
    pub colour: bool,
    /// Rows shown before the rest is only counted.
    pub rows: Option<usize>,
    /// Show where each row is stated.
    pub evidence: bool,
    /// Characters beyond ASCII for lines and arrows.
    pub unicode: bool,
}

impl Look {
    /// No colour, no wrapping, everything.
    pub fn plain() -> Look {
        Look { width: None, colour: false, rows: None, evidence: true, unicode: true }
    }

    /// What standard output allows.
    pub fn of_stdout() -> Look {
        let stdout = std::io::stdout();
        Look { colour: allows_colour(AutoStream::choice(&stdout)), width: width(), ..Look::plain() }
    }

    /// What standard error allows.
    pub fn of_stderr() -> Look {
        let stderr = std::io::stderr();
        let width =
            if stderr.is_terminal() { width_of_terminal().or_else(width_of_environment) } else { width() };
        Look { colour: allows_colour(AutoStream::choice(&stderr)), width, ..Look::plain() }
    }

    /// The text in that ink, or as it is where there is no colour.
    pub fn paint(&self, ink: Ink, text: &str) -> String {
        let style = ink.style();
        if !self.colour || style == Style::new() || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

fn allows_colour(choice: ColorChoice) -> bool {
    choice != ColorChoice::Never
}

/// The width of standard output: of the terminal, or what `COLUMNS` says.
fn width() -> Option<usize> {
    if std::io::stdout().is_terminal() {
        width_of_terminal().or_else(width_of_environment)
    } else {
        width_of_environment()
    }
}

fn width_of_terminal() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|w| *w > 0)
}

fn width_of_environment() -> Option<usize> {
    std::env::var("COLUMNS").ok().and_then(|w| w.trim().parse().ok()).filter(|w| *w >= 20)
}

/// What a piece of text is; the style follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ink {
    #[default]
    Plain,
    /// Ids, locators, counts: beside the point.
    Dim,
    Heading,
    Name,
    Number,
    Text,
    Keyword,
    Verb,
    Kind,
    Good,
    Doubtful,
    Bad,
    Prompt,
}

impl Ink {
    fn style(self) -> Style {
        let colour = |c: AnsiColor| c.on_default();
        match self {
            Ink::Plain => Style::new(),
            Ink::Dim => Style::new().effects(Effects::DIMMED),
            Ink::Heading => Style::new().effects(Effects::BOLD),
            Ink::Name => colour(AnsiColor::Cyan),
            Ink::Number => colour(AnsiColor::Magenta),
            Ink::Text => colour(AnsiColor::Green),
            Ink::Keyword => colour(AnsiColor::Blue).effects(Effects::BOLD),
            Ink::Verb => colour(AnsiColor::Yellow),
            Ink::Kind => colour(AnsiColor::Blue),
            Ink::Good => colour(AnsiColor::Green).effects(Effects::BOLD),
            Ink::Doubtful => colour(AnsiColor::Yellow),
            Ink::Bad => colour(AnsiColor::Red).effects(Effects::BOLD),
            Ink::Prompt => colour(AnsiColor::Green).effects(Effects::BOLD),
        }
    }
}

//! Reads feature files: the part of Gherkin that the suite uses.

use std::mem;

/// One runnable scenario: a plain one, or one example row of an outline.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Path of the feature file without its extension.
    pub place: String,
    pub name: String,
    /// The cells of the example row.
    pub row: Option<String>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Without the keyword.
    pub text: String,
    pub document: Option<String>,
    pub table: Vec<Vec<String>>,
}

impl Scenario {
    /// What the scenario is called in test output and in the list of known failures.
    pub fn title(&self) -> String {
        match &self.row {
            Some(row) => format!("{} :: {} :: {row}", self.place, self.name).replace('\n', "\\n"),
            None => format!("{} :: {}", self.place, self.name),
        }
    }
}

/// A scenario or an outline as it stands in the file.
#[derive(Default)]
struct Block {
    name: String,
    background: bool,
    steps: Vec<Step>,
    /// One table per `Examples`, the heading first.
    examples: Vec<Vec<Vec<String>>>,
}

/// All scenarios of a feature file, outlines expanded.
pub fn read(text: &str, place: &str) -> Vec<Scenario> {
    let blocks = read_blocks(text);
    let background: Vec<Step> =
        blocks.iter().filter(|block| block.background).flat_map(|block| block.steps.clone()).collect();
    blocks
        .iter()
        .filter(|block| !block.background)
        .flat_map(|block| expand(block, &background, place))
        .collect()
}

fn read_blocks(text: &str) -> Vec<Block> {
    const STEPS: [&str; 6] = ["Given ", "When ", "Then ", "And ", "But ", "* "];
    const SCENARIOS: [&str; 4] = ["Scenario Outline:", "Scenario Template:", "Scenario:", "Example:"];
    let mut blocks: Vec<Block> = Vec::new();
    let mut current = Block::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        let scenario = SCENARIOS.iter().find_map(|word| trimmed.strip_prefix(word));
        let step = STEPS.iter().find_map(|word| trimmed.strip_prefix(word));
        if let Some(name) = scenario {
            blocks.push(mem::take(&mut current));
            current.name = name.trim().to_owned();
        } else if trimmed.starts_with("Background:") {
            blocks.push(mem::take(&mut current));
            current.background = true;
        } else if trimmed.starts_with("Examples:") || trimmed.starts_with("Scenarios:") {
            current.examples.push(Vec::new());
        } else if trimmed.starts_with("\"\"\"") {
            let indent = line.len() - line.trim_start().len();
            let document = read_document(&mut lines, indent);
            if let Some(step) = current.steps.last_mut() {
                step.document = Some(document);
            }
        } else if trimmed.starts_with('|') {
            let row = read_row(trimmed);
            match (current.examples.last_mut(), current.steps.last_mut()) {
                (Some(table), _) => table.push(row),
                (None, Some(step)) => step.table.push(row),
                (None, None) => {}
            }
        } else if let Some(text) = step {
            current.steps.push(Step { text: text.trim().to_owned(), ..Step::default() });
        }
    }
    blocks.push(current);
    blocks.retain(|block| !block.steps.is_empty());
    blocks
}

fn read_document<'t>(lines: &mut impl Iterator<Item = &'t str>, indent: usize) -> String {
    let body = lines.take_while(|line| line.trim() != "\"\"\"");
    let body = body.map(|line| {
        let own = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.split_at(own.min(indent)).1.replace("\\\"\\\"\\\"", "\"\"\"")
    });
    body.collect::<Vec<String>>().join("\n")
}

/// The cells of a table row; undoes the escapes `\|`, `\\` and `\n`.
fn read_row(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = line.chars().skip(1).peekable();
    while let Some(c) = characters.next() {
        let escaped = match (c, characters.peek()) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some(next @ ('|' | '\\'))) => Some(*next),
            _ => None,
        };
        match (escaped, c) {
            (Some(escaped), _) => {
                characters.next();
                cell.push(escaped);
            }
            (None, '|') => cells.push(mem::take(&mut cell).trim_matches([' ', '\t']).to_owned()),
            (None, c) => cell.push(c),
        }
    }
    cells
}

fn expand(block: &Block, background: &[Step], place: &str) -> Vec<Scenario> {
    let scenario = |row: Option<String>, replace: &dyn Fn(&str) -> String| Scenario {
        place: place.to_owned(),
        name: block.name.clone(),
        row,
        steps: background.iter().chain(&block.steps).map(|step| substitute(step, replace)).collect(),
    };
    if block.examples.is_empty() {
        return vec![scenario(None, &str::to_owned)];
    }
    let mut scenarios = Vec::new();
    for table in &block.examples {
        let Some((heading, rows)) = table.split_first() else { continue };
        for row in rows {
            let replace = |text: &str| {
                let pairs = heading.iter().zip(row);
                pairs.fold(text.to_owned(), |text, (name, cell)| text.replace(&format!("<{name}>"), cell))
            };
            scenarios.push(scenario(Some(row.join(" | ")), &replace));
        }
    }
    scenarios
}

fn substitute(step: &Step, replace: &dyn Fn(&str) -> String) -> Step {
    Step {
        text: replace(&step.text),
        document: step.document.as_deref().map(replace),
        table: step.table.iter().map(|row| row.iter().map(|cell| replace(cell)).collect()).collect(),
    }
}

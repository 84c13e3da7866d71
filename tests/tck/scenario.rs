//! Runs one scenario against a session of its own.

use super::gherkin::{Scenario, Step};
use super::notation::{self, Notation, same, same_in_any_order};
use super::observe::{self, State};
use super::suite::Graphs;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use whichlaw::functions::{Field, Procedure};
use whichlaw::session::{Language, Options};
use whichlaw::value::Map;
use whichlaw::{Answer, Budget, Report, Session};

/// No scenario needs a second; one that takes this long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says what is wrong where a step does not hold.
pub fn run(scenario: &Scenario, graphs: &Graphs) -> Result<(), String> {
    let mut world = World { session: Session::empty(), parameters: Map::new(), graphs, asked: None };
    scenario.steps.iter().try_for_each(|step| world.step(step))
}

struct World<'g> {
    session: Session,
    parameters: Map,
    graphs: &'g Graphs,
    asked: Option<Asked>,
}

/// What the last query did.
struct Asked {
    query: String,
    answer: Result<Answer, Box<Report>>,
    before: State,
    after: State,
}

impl World<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let document = step.document.as_deref().unwrap_or_default();
        let text = step.text.as_str();
        match text {
            "an empty graph" | "any graph" => self.session = Session::empty(),
            "having executed:" => self.prepare(document)?,
            "parameters are:" => self.set_parameters(&step.table)?,
            "executing query:" | "executing control query:" => self.ask(document),
            "no side effects" | "the side effects should be:" => self.expect_effects(&step.table)?,
            "the result should be empty" => self.expect_rows(&step.table, "")?,
            _ => {
                let raised = text.strip_prefix("a ").or(text.strip_prefix("an "));
                let raised = raised.and_then(|rest| rest.split_once(" should be raised at "));
                let graph = text.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph"));
                if let Some((kind, place)) = raised {
                    self.expect_error(kind, place)?;
                } else if let Some(mode) = text.strip_prefix("the result should be") {
                    self.expect_rows(&step.table, mode)?;
                } else if let Some(declaration) = text.strip_prefix("there exists a procedure ") {
                    self.declare(declaration, &step.table)?;
                } else if let Some(statements) = graph.and_then(|name| self.graphs.get(name)) {
                    self.session = Session::empty();
                    statements.iter().try_for_each(|statement| self.prepare(statement))?;
                } else {
                    return Err(format!("unknown step: {text}"));
                }
            }
        }
        Ok(())
    }

    fn execute(&mut self, query: &str) -> Result<Answer, Box<Report>> {
        let options = Options {
            language: Language::Cypher,
            parameters: self.parameters.clone(),
            budget: Budget { time: Some(PATIENCE), ..Budget::default() },
            ..Options::default()
        };
        self.session.run(query, &options)
    }

    fn prepare(&mut self, query: &str) -> Result<(), String> {
        match self.execute(query) {
            Ok(_) => Ok(()),
            Err(report) => Err(format!("the preparation failed: {}\n{query}", described(&report))),
        }
    }

    fn set_parameters(&mut self, table: &[Vec<String>]) -> Result<(), String> {
        for row in table {
            if let [name, text] = row.as_slice() {
                self.parameters.insert(Arc::from(name.as_str()), observe::value(&notation::parse(text)?)?);
            }
        }
        Ok(())
    }

    /// `test.my.proc(in :: INTEGER?) :: (out :: STRING?)`, with a table of its rows.
    fn declare(&mut self, declaration: &str, table: &[Vec<String>]) -> Result<(), String> {
        let parts = declaration.split_once('(').and_then(|(name, rest)| {
            let (inputs, rest) = rest.split_once(')')?;
            let outputs = rest.split_once('(')?.1.rsplit_once(')')?.0;
            Some((name.trim(), fields(inputs), fields(outputs)))
        });
        let Some((name, inputs, outputs)) = parts else {
            return Err(format!("no procedure: {declaration}"));
        };
        let mut rows = Vec::new();
        for row in table.iter().skip(1) {
            let cells = row.iter().map(|cell| observe::value(&notation::parse(cell)?));
            let mut given = cells.collect::<Result<Vec<_>, String>>()?;
            let yielded = given.split_off(inputs.len().min(given.len()));
            rows.push((given, yielded));
        }
        self.session.procedures.0.insert(Arc::from(name), Procedure { inputs, outputs, rows });
        Ok(())
    }

    fn ask(&mut self, query: &str) {
        let before = observe::state(&self.session.graph);
        let answer = self.execute(query);
        let after = observe::state(&self.session.graph);
        self.asked = Some(Asked { query: query.to_owned(), answer, before, after });
    }

    fn asked(&self) -> Result<&Asked, String> {
        self.asked.as_ref().ok_or_else(|| "no query was asked".to_owned())
    }

    fn answer(&self) -> Result<(&Asked, &Answer), String> {
        let asked = self.asked()?;
        match &asked.answer {
            Ok(answer) => Ok((asked, answer)),
            Err(report) => Err(format!("{}\n{}", described(report), asked.query)),
        }
    }

    fn expect_effects(&self, table: &[Vec<String>]) -> Result<(), String> {
        let (asked, _) = self.answer()?;
        let count = |row: &Vec<String>| Some((row.first()?.clone(), row.get(1)?.parse().ok()?));
        let wanted: BTreeSet<(String, usize)> =
            table.iter().filter_map(count).filter(|(_, count)| *count > 0).collect();
        let actual = observe::effects(&asked.before, &asked.after);
        if wanted == actual {
            return Ok(());
        }
        Err(format!("wanted the effects {wanted:?}, got {actual:?}\n{}", asked.query))
    }

    fn expect_error(&self, kind: &str, place: &str) -> Result<(), String> {
        let asked = self.asked()?;
        let wanted = format!("{kind} at {place}");
        let Err(report) = &asked.answer else {
            return Err(format!("wanted {wanted}, but it ran\n{}", asked.query));
        };
        let (phase, detail) = place.split_once(": ").unwrap_or((place, "*"));
        let met = report.failure.is_some_and(|failure| {
            failure.kind == kind
                && (detail == "*" || failure.detail == detail)
                && (phase == "any time" || failure.phase.name() == phase)
        });
        if !met {
            return Err(format!("wanted {wanted}, got {}\n{}", described(report), asked.query));
        }
        let effects = observe::effects(&asked.before, &asked.after);
        if effects.is_empty() { Ok(()) } else { Err(format!("a failed query left effects: {effects:?}")) }
    }

    /// `mode` is what follows "the result should be".
    fn expect_rows(&self, table: &[Vec<String>], mode: &str) -> Result<(), String> {
        let (asked, answer) = self.answer()?;
        let any_order_in_lists = mode.contains("ignoring element order");
        let in_order = mode.contains("in order");
        let (heading, rows) = table.split_first().map_or((&[][..], table), |(first, rest)| (first, rest));
        let wanted = rows
            .iter()
            .map(|row| row.iter().map(|cell| notation::parse(cell)).collect())
            .collect::<Result<Vec<Vec<Notation>>, String>>()?;
        let columns: Vec<&str> = answer.columns.iter().map(|column| &**column).collect();
        let places: Option<Vec<usize>> =
            heading.iter().map(|name| columns.iter().position(|column| column == name)).collect();
        let places = places.filter(|_| table.is_empty() || columns.len() == heading.len());
        let Some(places) = places else {
            return Err(format!("wanted the columns {heading:?}, got {columns:?}\n{}", asked.query));
        };
        let graph = &self.session.graph;
        let actual: Vec<Vec<Notation>> = answer
            .rows
            .iter()
            .map(|row| {
                places.iter().filter_map(|at| row.get(*at)).map(|v| observe::notation(v, graph)).collect()
            })
            .collect();
        let same_row = |a: &Vec<Notation>, b: &Vec<Notation>| {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y, any_order_in_lists))
        };
        let met = if in_order {
            wanted.len() == actual.len() && wanted.iter().zip(&actual).all(|(a, b)| same_row(a, b))
        } else {
            same_in_any_order(&wanted, &actual, same_row)
        };
        if met {
            return Ok(());
        }
        Err(format!("wanted\n{}got\n{}{}", written(&wanted), written(&actual), asked.query))
    }
}

fn written(rows: &[Vec<Notation>]) -> String {
    let row = |row: &Vec<Notation>| row.iter().map(Notation::to_string).collect::<Vec<_>>().join(" | ");
    rows.iter().map(|cells| format!("  {}\n", row(cells))).collect()
}

fn fields(declared: &str) -> Vec<Field> {
    let pairs = declared.split(',').filter_map(|field| field.split_once("::"));
    pairs
        .map(|(name, kind)| Field { name: Arc::from(name.trim()), declared: Arc::from(kind.trim()) })
        .collect()
}

fn described(report: &Report) -> String {
    match report.failure {
        Some(failure) => {
            format!("{} at {}: {} ({})", failure.kind, failure.phase.name(), failure.detail, report.message)
        }
        None => format!("{}: {}", report.code, report.message),
    }
}

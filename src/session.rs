//! The façade: text in, answer out. One screen that shows the whole journey.

mod assumption;
mod supposition;

pub use assumption::Behind;

use crate::algebra::{Bound, Mode, Named, Statement};
use crate::answer::{self, Answer, Effects};
use crate::base::{Budget, Class, Meter, Report, Result, beside, free, with_room};
use crate::bind::question::{Dictionary, Form, Meant, understand};
use crate::execute::{self, Settings};
use crate::functions::Procedures;
use crate::graph::{Day, Graph, Reading, Undated};
use crate::language::cypher;
use crate::load::{self, Derivation, LoadOptions, Place};
use crate::optimize::{Asked, Plan, PlanCache, Prepared};
use crate::value::{Date, Map, Value};
use crate::vocabulary::Vocabulary;
use crate::{bind, optimize};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A graph, its vocabulary and its procedures.
#[derive(Default)]
pub struct Session {
    pub graph: Graph,
    pub vocabulary: Arc<Vocabulary>,
    pub procedures: Procedures,
    /// The words of the graph, made when the first question is asked, and again after writes.
    words: Option<(u64, Arc<Dictionary>)>,
    /// The plans of Cypher statements that were asked before.
    plans: PlanCache,
    /// The graph as if drafts were adopted.
    assumed: assumption::Kept,
}

/// How one statement is asked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub language: Language,
    pub parameters: Map,
    pub as_of: Option<Date>,
    /// The day, month or year as it was given.
    pub as_of_written: Option<Day>,
    /// What has no dates is kept or left out when there is a day.
    pub undated: Undated,
    /// Leave out what holds only in the other reading of the sources.
    pub reading: Option<Reading>,
    /// Drafts that are taken as adopted, by name.
    pub assume: Vec<String>,
    /// Track the facts that each row rests on.
    pub trace: bool,
    pub budget: Budget,
    /// Optimizer rules that are switched off, by name.
    pub rules_off: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// A Cypher clause keyword first means Cypher; anything else is a question.
    #[default]
    Either,
    Cypher,
    Question,
}

impl Session {
    /// An empty graph without vocabulary.
    pub fn empty() -> Session {
        Session::default()
    }

    /// The built-in graph.
    ///
    /// # Errors
    /// Only when the embedded data do not load, which the tests rule out.
    pub fn builtin() -> Result<Session> {
        Session::open(&Place::Builtin, &LoadOptions::default()).map(|(session, _)| session)
    }

    /// Opens a graph, and says what is worth a warning.
    ///
    /// # Errors
    /// A report of class [`Class::Data`] with everything that is wrong with the data.
    pub fn open(place: &Place, options: &LoadOptions) -> Result<(Session, load::Loaded)> {
        let mut loaded = load::open(place, options).map_err(|problems| load::report(&problems))?;
        let mut session = Session {
            graph: std::mem::take(&mut loaded.graph),
            vocabulary: Arc::new(std::mem::take(&mut loaded.vocabulary)),
            ..Session::default()
        };
        // A snapshot was made after its rules were applied.
        if !session.graph.is_mapped() {
            session.derive()?;
            session.graph.fold();
        }
        Ok((session, loaded))
    }

    /// Answers a question or runs a Cypher statement.
    pub fn run(&mut self, text: &str, options: &Options) -> Result<Answer> {
        self.graph.watch(&options.budget, Instant::now());
        let answer = self.run_watched(text, options);
        self.graph.unwatch();
        answer
    }

    fn run_watched(&mut self, text: &str, options: &Options) -> Result<Answer> {
        if let Some(answer) = self.again(text, options) {
            return answer;
        }
        check_size(text, LONGEST, "statement")?;
        if let Some((rest, assuming)) = self.without_assumption(text, options) {
            let mut answer = self.run(&rest, &assuming).map_err(|report| report.in_text(text))?;
            answer.question = text.to_owned();
            return Ok(answer);
        }
        if !options.assume.is_empty() {
            return self.run_assuming(text, options);
        }
        let asked = Instant::now();
        let is_cypher = match options.language {
            Language::Either => cypher::is_cypher(text),
            Language::Cypher => true,
            Language::Question => false,
        };
        if !is_cypher {
            check_size(text, LONGEST_QUESTION, "question")?;
        }
        let answer = if is_cypher { self.cypher(text, options) } else { self.question(text, options) };
        let mut answer = self.graph.sound().and(answer).map_err(|report| report.in_text(text))?;
        self.told(text, &mut answer, options)?;
        answer.elapsed = asked.elapsed();
        self.graph.sound()?;
        Ok(answer)
    }

    /// Runs a statement whose plan is known; what has a plan is Cypher, so nothing of the text has to be looked at.
    fn again(&mut self, text: &str, options: &Options) -> Option<Result<Answer>> {
        if options.language == Language::Question || !options.assume.is_empty() {
            return None;
        }
        let asked = Instant::now();
        let prepared = self.plans.find(text, asked_with(options), &self.graph)?;
        let answer = self.carry_out(&prepared, options).and_then(|mut answer| {
            answer::ground(&self.graph, &mut answer, prepared.by_authority);
            self.told(text, &mut answer, options)?;
            answer.elapsed = asked.elapsed();
            Ok(answer)
        });
        Some(self.graph.sound().and(answer).map_err(|report| report.in_text(text)))
    }

    /// What every answer says besides its rows.
    fn told(&mut self, text: &str, answer: &mut Answer, options: &Options) -> Result<()> {
        answer.question = text.to_owned();
        answer::mark_days(self, answer, options);
        if let (Some(period), Some(day), true) =
            (answer::period_of(options), options.as_of, answer.effects == Effects::default())
        {
            let quiet = Options { trace: false, as_of_written: None, ..options.clone() };
            answer::mark_parts(self, answer, period, day, |session, day| {
                session.run(text, &Options { as_of: Some(day), ..quiet.clone() })
            })?;
        }
        if answer.as_of.is_none() {
            answer.as_of = options.as_of.map(|day| day.to_string());
        }
        Ok(())
    }

    /// Understands a question without answering it.
    pub fn understand(&mut self, text: &str, as_of: Option<Date>) -> Result<Meant> {
        let words = self.words();
        understand(text, &self.vocabulary, &self.graph, &words, as_of.unwrap_or_else(today))
    }

    /// Adds to the answer to a Cypher statement what a person should know of its names: those that are nowhere in the graph.
    /// It is apart from running, because it takes as long as a small statement and programs have no use for it. What is
    /// longer than anybody types is not gone through a second time: nothing could stop that.
    pub fn remark_names(&self, answer: &mut Answer) {
        let only_wrote = answer.columns.is_empty() && answer.effects != Effects::default();
        if answer.reading.is_some() || only_wrote || answer.question.len() > LONGEST_TYPED {
            return;
        }
        let bound = with_room(|| bind::bind(&cypher::parse(&answer.question)?, &self.procedures));
        if let Ok(bound) = bound {
            answer.notes.extend(answer::unknown_names(&bound, &self.graph, &self.vocabulary));
        }
    }

    /// The dictionary of the graph as it is now.
    pub fn words(&mut self) -> Arc<Dictionary> {
        let version = self.graph.version();
        match &self.words {
            Some((made, words)) if *made == version => words.clone(),
            _ => {
                let words = Arc::new(Dictionary::new(&self.vocabulary, &self.graph));
                self.words = Some((version, words.clone()));
                words
            }
        }
    }

    fn question(&mut self, text: &str, options: &Options) -> Result<Answer> {
        let meant = self.understand(text, options.as_of)?;
        let whole;
        let options = match meant.over {
            // The day is in its conditions.
            true => {
                whole = Options { as_of: None, ..options.clone() };
                &whole
            }
            false => options,
        };
        let prepared = self.prepare(&meant.statement, options)?;
        let mut answer = self.carry_out(&prepared, options)?;
        answer::ground(&self.graph, &mut answer, prepared.by_authority);
        answer.reading = Some(meant.reading.clone());
        answer.cypher = Some(cypher::print(&meant.statement));
        answer.notes = meant.notes.clone();
        if let Form::Card(node) = meant.form {
            answer.card = Some(node);
        }
        answer::account(self, &mut answer, &meant, options)?;
        if let Some(period) = meant.as_of {
            let quiet = Options { trace: false, ..options.clone() };
            answer::mark_part(self, &mut answer, period);
            answer::mark_parts(self, &mut answer, period, period.last, |session, day| {
                session.statement(&meant.on(day), &quiet)
            })?;
        }
        Ok(answer)
    }

    fn cypher(&mut self, text: &str, options: &Options) -> Result<Answer> {
        // Nobody knows how deep a statement goes before it has been read.
        with_room(|| {
            let named = self.read(text)?;
            let prepared = self.prepare(&named, options);
            free(named, text.len() > LONG_TO_FREE);
            let prepared = prepared?;
            let mut answer = self.carry_out(&prepared, options);
            if let Ok(answer) = &mut answer {
                answer::ground(&self.graph, answer, prepared.by_authority);
            }
            self.plans.keep(text, asked_with(options), &self.graph, prepared);
            answer
        })
    }

    /// Reads a statement; a long one while the clock and the cancel flag are watched.
    fn read(&self, text: &str) -> Result<Statement<Named>> {
        if text.len() <= READ_AT_ONCE {
            return cypher::parse(text);
        }
        self.graph.meter().fits(cypher::bytes_to_read(text))?;
        let text = text.to_owned();
        beside(move || cypher::parse(&text), || self.graph.still_runs())?
    }

    /// Binds, optimizes and runs one statement.
    pub fn statement(&mut self, named: &Statement<Named>, options: &Options) -> Result<Answer> {
        let prepared = self.prepare(named, options)?;
        self.carry_out(&prepared, options)
    }

    fn prepare(&self, named: &Statement<Named>, options: &Options) -> Result<Prepared> {
        let mut meter = self.graph.meter();
        let bound = bind::bind_within(named, &self.procedures, &mut meter)?;
        let plan = self.planned(&bound, options, &meter);
        let mode = bound.mode;
        free(bound, meter.ticks() > MANY_TO_FREE);
        // Nobody asks for it without tracing.
        let by_authority = options.trace && answer::goes_by_authority(&cypher::print(named));
        Ok(Prepared { plan: plan?, mode, by_authority })
    }

    fn planned(&self, bound: &Statement<Bound>, options: &Options, meter: &Meter) -> Result<Plan> {
        optimize::check_length(bound)?;
        bind::missing_parameters(bound, &options.parameters)?;
        optimize::optimize(bound, &self.graph, &rules_off(options), meter)
    }

    fn carry_out(&mut self, prepared: &Prepared, options: &Options) -> Result<Answer> {
        if prepared.mode == Mode::Explain {
            let drawn = prepared.plan.drawn(None, &self.graph.meter())?;
            return Ok(Answer { plan: Some(drawn), ..Answer::default() });
        }
        let settings = Settings {
            parameters: &options.parameters,
            procedures: &self.procedures,
            budget: &options.budget,
            as_of: options.as_of,
            undated: options.undated,
            reading: options.reading,
            trace: options.trace,
            profile: prepared.mode == Mode::Profile,
        };
        let outcome = execute::execute(&prepared.plan, &mut self.graph, &settings)?;
        if outcome.effects != Effects::default() {
            // What was written stays written, whatever time is left.
            self.graph.unwatch();
            self.derive()?;
        }
        Ok(Answer {
            columns: outcome.columns,
            rows: outcome.rows,
            facts: outcome.facts,
            effects: outcome.effects,
            plan: outcome.profile,
            mask: outcome.mask,
            ..Answer::default()
        })
    }

    /// Brings the derived relations of the vocabulary up to date.
    fn derive(&mut self) -> Result<()> {
        if self.vocabulary.derived.is_empty() {
            return Ok(());
        }
        let run = |graph: &Graph, rule: &str| derivations(graph, rule).map_err(|report| report.in_text(rule));
        load::derive(&mut self.graph, &self.vocabulary, &run).map(|_| ())
    }
}

/// Bytes of a statement that is read within a few milliseconds.
const READ_AT_ONCE: usize = 4 << 10;

/// Bytes of a statement that a person may have typed.
const LONGEST_TYPED: usize = 64 << 10;

/// Bytes of a statement, and of a question.
const LONGEST: usize = 4 << 20;
const LONGEST_QUESTION: usize = 20_000;

/// Bytes of a statement, and ticks of binding one, that take milliseconds to free.
const LONG_TO_FREE: usize = 256 << 10;
const MANY_TO_FREE: u32 = 1 << 18;

/// Fails for texts that it would take too long to read.
fn check_size(text: &str, most: usize, unit: &str) -> Result<()> {
    if text.len() <= most {
        return Ok(());
    }
    let message = format!("this {unit} has {} bytes; {most} is the most", text.len());
    Err(Report::input("limit.length", message).help("Take it apart, or pass long values as parameters."))
}

fn asked_with(options: &Options) -> Asked<'_> {
    Asked { rules_off: &options.rules_off, trace: options.trace }
}

/// Some rules see less than a row has to prove.
fn rules_off(options: &Options) -> Vec<String> {
    match options.trace {
        true => optimize::rules_off_while_tracing(&options.rules_off),
        false => options.rules_off.clone(),
    }
}

/// What a rule of the vocabulary finds: rows of `from`, `to`, and optionally `premises` and `valid_from`.
fn derivations(graph: &Graph, rule: &str) -> Result<Vec<Derivation>> {
    let bound = bind::bind(&cypher::parse(rule)?, &Procedures::default())?;
    let (parameters, procedures, budget) = (Map::new(), Procedures::default(), Budget::default());
    let meter = Meter::since(Instant::now(), &budget);
    let plan = optimize::optimize(&bound, graph, &optimize::rules_off_while_tracing(&[]), &meter)?;
    let settings = Settings {
        parameters: &parameters,
        procedures: &procedures,
        budget: &budget,
        as_of: None,
        undated: Undated::Keep,
        reading: None,
        trace: true,
        profile: false,
    };
    // A rule reads only; the executor still asks for a graph that it could write.
    let outcome = execute::execute(&plan, &mut graph.clone(), &settings)?;
    let column = |name: &str| outcome.columns.iter().position(|c| &**c == name);
    let (from, to, premises, valid_from) =
        (column("from"), column("to"), column("premises"), column("valid_from"));
    let mut found = Vec::new();
    for (at, row) in outcome.rows.iter().enumerate() {
        let node = |place: Option<usize>| match place.and_then(|p| row.get(p)) {
            Some(Value::Node(node)) => Some(*node),
            _ => None,
        };
        let (Some(from), Some(to)) = (node(from), node(to)) else {
            return Err(Report::new(
                Class::Data,
                "data.derived",
                "a derived rule returns nodes `from` and `to`",
            ));
        };
        let named = premises.and_then(|p| row.get(p)).map(|value| {
            let mut found = Vec::new();
            answer::entities(value, &mut |entity| found.push(entity));
            found
        });
        let traced = || outcome.facts.get(at).map(|facts| facts.entities).unwrap_or_default();
        let since = match valid_from.and_then(|p| row.get(p)) {
            Some(Value::Date(day)) => Some(*day),
            _ => None,
        };
        found.push(Derivation { from, to, premises: named.unwrap_or_else(traced), since });
    }
    Ok(found)
}

/// The day today, in UTC.
pub fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    Date { days: i64::try_from(seconds / 86_400).unwrap_or(0) }
}

//! Carries out a plan: one operator family a file. Never sees a language.
//!
//! Comes in: a plan and the graph. Goes out: rows of values, their facts, what was changed. Operators pull batches of
//! typed columns from one another (`batch`, `operator`); expressions are evaluated over the slots of a row
//! (`evaluate`); every loop counts against the budget.

mod alphabet;
mod batch;
mod boxes;
mod build;
mod changes;
mod context;
mod crew;
mod evaluate;
mod handed;
mod operator;
mod operators;
mod parts;
mod profile;
mod shared;
mod source;
mod spread;
mod trace;
mod visible;

use crate::answer::{Effects, Proofs, Witnesses};
use crate::base::{Budget, Meter, Report, Result};
use crate::functions::Procedures;
use crate::graph::{Graph, Mask, Outlook, Reading, Undated};
use crate::optimize::Plan;
use crate::optimize::slots::SlotSet;
use crate::value::{Date, Map, Value};
use batch::Batch;
use build::Build;
use changes::Changes;
use context::Context;
use evaluate::{Frame, Large};
use handed::Handed;
use operator::Argument;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub use profile::{Profile, Work};

/// Everything a running statement may use.
pub struct Settings<'s> {
    pub parameters: &'s Map,
    pub procedures: &'s Procedures,
    pub budget: &'s Budget,
    /// Ask as of this day: entities that do not hold on it are not there.
    pub as_of: Option<Date>,
    /// What has no dates is kept or left out when there is a day.
    pub undated: Undated,
    /// Leave out what holds only in the other reading of the sources.
    pub reading: Option<Reading>,
    /// Track the facts that each row rests on.
    pub trace: bool,
    pub profile: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub columns: Vec<Arc<str>>,
    pub rows: Vec<Vec<Value>>,
    /// Of each row when tracing is on, else of none.
    pub facts: Proofs,
    pub effects: Effects,
    pub profile: Option<String>,
    /// What of the graph was seen; all of it where there is none.
    pub mask: Option<Arc<Mask>>,
}

/// Runs a plan. A statement that fails leaves the graph as it was.
pub fn execute(plan: &Plan, graph: &mut Graph, settings: &Settings<'_>) -> Result<Outcome> {
    let started = graph.asked().unwrap_or_else(Instant::now);
    if plan.writes {
        graph.begin();
    } else {
        graph.about_to_read();
    }
    let version = graph.version();
    let mut context = Context {
        graph,
        parameters: settings.parameters,
        procedures: settings.procedures,
        meter: Meter::since(started, settings.budget),
        mask: None,
        now: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128),
        changes: Changes::default(),
        touched: 0,
        witnesses: None,
        profile: settings.profile.then(Profile::default),
        writes: plan.writes,
        version,
        late: plan.late,
        part: None,
        searches: Arc::default(),
        weights: Arc::default(),
        sets: Arc::default(),
        tables: Arc::default(),
        ends: Arc::default(),
        passing: Arc::default(),
        alone: false,
        remembers: false,
        large: Large::default(),
    };
    // Nothing is kept that was worked out from a damaged file.
    let result = run(plan, settings, &mut context);
    let result = result.and_then(|outcome| context.graph.sound().map(|()| outcome));
    // What can still be stopped comes before anything is kept.
    let result = result.and_then(|outcome| told(outcome, plan, &mut context));
    let changes = std::mem::take(&mut context.changes);
    match result {
        Ok(outcome) => {
            if plan.writes {
                graph.keep();
                changes.let_go();
            }
            Ok(outcome)
        }
        Err(report) => {
            if plan.writes {
                graph.rollback();
                changes.let_go();
            }
            Err(report)
        }
    }
}

/// What an outcome tells besides its rows.
fn told(mut outcome: Outcome, plan: &Plan, context: &mut Context<'_>) -> Result<Outcome> {
    if plan.writes {
        outcome.effects = context.changes.effects(context.graph, &mut context.meter)?;
    }
    if let Some(profile) = context.profile.take() {
        outcome.profile = Some(plan.drawn(Some(&profile), &context.meter)?);
    }
    Ok(outcome)
}

fn run(plan: &Plan, settings: &Settings<'_>, context: &mut Context<'_>) -> Result<Outcome> {
    // Choosing a plan takes time too, where something has to be worked out of the graph.
    context.meter.check()?;
    context.meter.hold(plan.bytes)?;
    let facts = crate::algebra::Slot(plan.slots.len() as u32);
    let mut witnesses = SlotSet::new();
    if settings.trace {
        trace::witnesses(&plan.root, &mut witnesses);
    }
    let mut build = Build {
        context,
        locals: Vec::new(),
        trace: settings.trace,
        facts,
        witnesses: witnesses.clone(),
        parted: None,
        first: None,
        drained: !plan.columns.is_empty(),
        asked: build::Asked::default(),
        copies: false,
        answered: None,
        members: None,
        wide: (!plan.narrow).then(|| (0..plan.slots.len() as u32).map(crate::algebra::Slot).collect()),
    };
    let day = match (&plan.as_of, settings.as_of) {
        (Some(day), _) => Some(build.day(day)?),
        (None, day) => day,
    };
    let outlook = Outlook { day, undated: settings.undated, reading: settings.reading };
    build.context.mask = build.context.graph.seen_from(outlook);
    let live: SlotSet = plan.columns.iter().map(|(_, slot)| *slot).collect();
    let argument = Argument::default();
    build.first = Some(argument.clone());
    let mut root = build.whole(&plan.root, &live, &argument)?;
    argument.put(Batch::of_length(1));
    let mut outcome = Outcome {
        columns: plan.columns.iter().map(|(name, _)| name.clone()).collect(),
        mask: context.mask.clone(),
        ..Outcome::default()
    };
    let proof: Vec<_> = witnesses.iter().collect();
    let mut rows = Handed::new(plan.columns.iter().map(|(_, slot)| *slot).collect());
    while let Some(batch) = root.next(context)? {
        if plan.columns.is_empty() {
            continue;
        }
        if settings.trace && batch.length > 0 {
            let kept = trace::kept(&batch, &proof, facts);
            context.meter.hold(kept.iter().map(Witnesses::bytes).sum())?;
            outcome.facts.push(batch.length, kept);
        }
        rows.push(batch, context)?;
    }
    outcome.rows = rows.finish(context)?;
    Ok(outcome)
}

impl Build<'_, '_> {
    /// The day of `AS OF`.
    fn day(&mut self, day: &crate::optimize::expression::Expression) -> Result<Date> {
        let compiled = self.compile(day)?;
        let nothing = Batch::of_length(1);
        match compiled.value(&mut Frame::new(&nothing, 0), self.context)? {
            Value::Date(date) => Ok(date),
            other => {
                let message = format!("AS OF needs a date, not {}", other.type_with_article());
                Err(Report::runtime("TypeError", "InvalidArgumentType", message)
                    .help("Write `AS OF date('2010-01-01')`."))
            }
        }
    }
}

//! `whichlaw audit`, `changes`, `matrix` and `impact`: reviews of a whole graph.

use super::exit::Exit;
use super::{Audit, Common, parameters, stop_on_interrupt};
use crate::audit::{self, Finding, Severity};
use crate::base::{Budget, Cancel, Result};
use crate::render::Scene;
use crate::render::review::Review;
use crate::session::Session;
use crate::value::Date;
use std::io::{self, Write};

pub fn audit(asked: &Audit, common: &Common) -> Result<Exit> {
    let severity = Severity::parse(&asked.severity)?;
    let as_of = day(common)?;
    let rules = audit::select(audit::read_rules(asked.rules.as_deref())?, asked.rule.as_deref())?;
    let budget = Budget::default();
    stop_on_interrupt(&budget.cancel);
    let session = common.data().open()?;
    let findings = audit::audit(&session, &rules, as_of, &budget)?;
    let written = write(&Review::Findings(&findings), &session, common)?;
    Ok(written.and(exit(&findings, severity)))
}

fn exit(findings: &[Finding], severity: Severity) -> Exit {
    let grave = findings.iter().any(|finding| finding.rule.severity >= severity);
    if grave { Exit::FINDINGS } else { Exit::ANSWERED }
}

pub fn changes(from: &str, to: &str, common: &Common) -> Result<Exit> {
    let (from, to) = parameters::days(from, to)?;
    let session = common.data().open()?;
    let changes = audit::changes::changes(&session.graph, &session.vocabulary, from, to)?;
    write(&Review::Changes(&changes), &session, common)
}

pub fn matrix(rows: &str, columns: &str, common: &Common) -> Result<Exit> {
    let as_of = day(common)?;
    let session = common.data().open()?;
    let matrix = audit::matrix::matrix(&session.graph, &session.vocabulary, rows, columns, as_of)?;
    write(&Review::Matrix(&matrix), &session, common)
}

pub fn impact(name: &str, common: &Common) -> Result<Exit> {
    let as_of = day(common)?;
    let cancel = Cancel::default();
    stop_on_interrupt(&cancel);
    let session = common.data().open()?;
    let impact = audit::impact::impact(&session.graph, name, as_of, &cancel)?;
    write(&Review::Impact(&impact), &session, common)
}

fn day(common: &Common) -> Result<Option<Date>> {
    common.as_of.as_deref().map(parameters::day).transpose()
}

fn write(review: &Review<'_>, session: &Session, common: &Common) -> Result<Exit> {
    let scene = Scene::new(&session.graph, &session.vocabulary);
    let bytes = review.written(&common.format_name("table"), &scene, &super::stdout_look())?;
    session.graph.sound()?;
    Ok(Exit::of_writing(io::stdout().lock().write_all(&bytes)))
}

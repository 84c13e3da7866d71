//! A year before a noun: `the 2012 decree` is the decree of that year.

use super::binder::Binder;
use super::choice::UNSAID;
use super::clause::PropertyTest;
use super::meaning::*;
use super::trouble::{self, kinds_text};
use crate::base::{Report, Result};
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::Token;
use crate::language::question::dates::Period;
use crate::language::question::syntax::Simple;
use crate::value::Date;
use crate::vocabulary::{End, Property, Relation, ValueType};

impl Binder<'_> {
    /// `the 2012 decree`: the things of a kind that bear a date in that year, else those that an act of that year
    /// brought about.
    pub fn of_year(&mut self, var: Var, year: &Token, group: &mut Group) -> Result<()> {
        let period = year.period().ok_or_else(|| trouble::out_of_place(year))?;
        let kinds = self.kinds(var).to_vec();
        let timed = |p: &Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
        let nodes = self.some_of(&kinds);
        if let Some(property) = self.beginning(&kinds, timed)
            && nodes.iter().any(|node| self.is_of(Entity::Node(*node), period))
        {
            group.conditions.push(match self.property_test(property, None, year, None) {
                Some(PropertyTest::Test(test)) => {
                    Condition::Property { var, key: property.name.clone(), test }
                }
                Some(PropertyTest::Overlaps(period)) => {
                    Condition::Validity { var, period: Some(period), how: Meets::Overlaps }
                }
                None => return Err(trouble::out_of_place(year)),
            });
            return Ok(());
        }
        let acts = |relation: &Relation| relation.dated == Some(End::From) && self.fits(&kinds, &relation.to);
        let acts: Vec<Link> = (0..self.vocabulary.relations.len())
            .filter(|at| acts(self.relation(*at)))
            .map(|relation| Link { relation, reversed: true, verb: 0 })
            .filter(|link| nodes.iter().any(|node| self.acted_on(*node, link, period)))
            .collect();
        if acts.is_empty() {
            return Err(none_of_year(self, var, year));
        }
        let act = self.variable(Vec::new(), UNSAID, year.span);
        self.link(group, &acts, var, act, false, year)?;
        let begins = self.begins(self.kinds(act)).ok_or_else(|| none_of_year(self, var, year))?;
        let test = Test::Date { comparison: DateComparison::Within, period };
        group.conditions.push(Condition::Property { var: act, key: begins.name.clone(), test });
        Ok(())
    }

    /// The things of these kinds, as far as one looks.
    fn some_of(&self, kinds: &[String]) -> Vec<NodeId> {
        const LOOKED_AT: usize = 20_000;
        let labels = kinds.iter().filter_map(|kind| self.graph.label(kind));
        labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT).collect()
    }

    /// Whether something begins in a period, or lasts and meets it.
    fn is_of(&self, entity: Entity, period: Period) -> bool {
        let known = self.graph.validity(entity);
        let after = Date { days: period.last.days.saturating_add(1) };
        known.begins.is_some_and(|begins| known.ends.is_some() || period.first <= begins.date)
            && known.overlaps(period.first, after)
    }

    /// Whether an act of a period did this to a thing.
    fn acted_on(&self, node: NodeId, link: &Link, period: Period) -> bool {
        let kind = self.graph.relationship_type(&self.relation(link.relation).type_name());
        kind.is_some_and(|kind| {
            let acts = self.graph.adjacent(node, Way::In, kind).nodes;
            acts.iter().any(|act| self.is_of(Entity::Node(*act), period))
        })
    }

    /// `the 2003 laws`: a year before a noun is no number, unless `exactly` stands before it.
    pub fn no_year_counted(&self, simple: &Simple) -> Result<()> {
        let Some((said, number)) = &simple.compared else { return Ok(()) };
        // `with the number 74`: a number by name counts nothing.
        let told = number.span.of(self.text).to_lowercase();
        if !told.starts_with(|c: char| c.is_ascii_digit()) && told.ends_with(|c: char| c.is_ascii_digit()) {
            return Err(super::trouble::out_of_place(number));
        }
        let year =
            number.text.len() == 4 && number.text.parse().is_ok_and(|year| (1000..2200).contains(&year));
        let before = self.text[..number.span.start].trim_end().to_lowercase();
        if !said.span.is_at(number.span) || !year || before.ends_with("exactly") {
            return Ok(());
        }
        Err(year_or_number(number))
    }
}

/// `the 2003 laws`
fn year_or_number(number: &Token) -> Box<Report> {
    let year = &number.text;
    Report::input("question.unclear", format!("`{year}` can be a year or a number here"))
        .at(number.span, "which of them?")
        .help(format!("Write `of {year}` or `in {year}` for the year, `exactly {year}` for the number."))
}

/// `the 2012 decree` where nothing of that kind is of the year.
fn none_of_year(binder: &Binder<'_>, var: Var, year: &Token) -> Box<Report> {
    let kind = kinds_text(binder, binder.kinds(var));
    let year_text = year.span.of(binder.text);
    Report::input("question.year", format!("no {kind} of {year_text} is held"))
        .at(year.span, "nothing of that time")
        .help(format!("Write the name, or say what happened then: `the {kind} approved in {year_text}`."))
}

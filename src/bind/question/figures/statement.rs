//! The statement over the observations that answer a question about figures.

use super::super::ask::{Form, Meant};
use super::super::binder::Binder;
use super::super::emit::*;
use super::super::extreme::best_of;
use super::times::Time;
use super::wanted::Wanted;
use super::{Condition, Dimension, Mark, Observation, fits};
use crate::algebra::*;
use crate::base::{Report, Result};
use crate::graph::NodeId;
use crate::language::question::dates::Unit;
use crate::value::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The variable for an observation.
const FIGURE: &str = "figure";

impl Binder<'_> {
    pub fn figures(&mut self, wanted: &Wanted, chosen: Vec<&Observation>, all: &[Observation]) -> Meant {
        let (value, period) = (self.statistics_key("value"), self.statistics_key("period"));
        let of = |key: &str| property(variable(FIGURE), key);
        let (mut clauses, by) = self.figure_pattern(wanted, &chosen, all);
        let noun = self.figures_reading(wanted);
        let mut form = Form::Rows;
        let by_dimension = by.is_some();
        let several = chosen.iter().map(|o| &o.period).collect::<BTreeSet<_>>().len() > 1;
        let figure = |summed: bool| if summed { call("sum", vec![of(&value)]) } else { of(&value) };
        // Figures of several groups or places for one row of the answer are added up.
        let row = |o: &Observation| {
            let marks = wanted.by.as_ref().and_then(|by| o.marks.get(by)).cloned();
            (marks, (several || wanted.by_period).then(|| o.period.clone()))
        };
        let rows = chosen.iter().map(|o| row(o)).collect::<BTreeSet<_>>().len();
        let summed = rows < chosen.len();
        if wanted.extreme.is_some() && rows == 1 {
            self.notes.push("there is only one figure to choose from".into());
        }
        let key = by.or_else(|| wanted.by_period.then(|| (of(&period), period.clone())));
        let reading = match (wanted.extreme, key) {
            (Some(most), key) => {
                let (key, name) = key.unwrap_or_else(|| (of(&period), period.clone()));
                let items = vec![item(key, &name), item(figure(summed), &value)];
                clauses.push(with_clause(projection(false, items), None));
                best_of(&mut clauses, &name, &value, most);
                format!("the {name} with the {} of {noun}", if most { "most" } else { "fewest" })
            }
            (None, _) if wanted.average => {
                form = Form::Number;
                clauses.push(return_clause(projection(
                    false,
                    vec![item(call("avg", vec![of(&value)]), "average")],
                )));
                let each = match (&wanted.by, wanted.unit) {
                    (Some(by), _) => format!(" for each {}", by.words(self.vocabulary)),
                    (None, Some(unit)) => format!(" a {}", unit.name()),
                    (None, None) => String::new(),
                };
                let plural = if chosen.len() == 1 { "" } else { "s" };
                format!("the average{each} of {noun}, over {} figure{plural}", chosen.len())
            }
            (None, Some((key, name))) => {
                let mut items = vec![item(key, &name), item(figure(summed), &value)];
                if by_dimension && several {
                    items.insert(1, item(of(&period), &period));
                }
                let mut listed = projection(false, items);
                listed.order = vec![sort(variable(&name), false)];
                if by_dimension && several {
                    listed.order.push(sort(variable(&period), false));
                } else if by_dimension {
                    listed.order.insert(0, sort(variable(&value), true));
                }
                clauses.push(return_clause(listed));
                format!("{noun}, by {}", name.replace('_', " "))
            }
            (None, None) if wanted.total || chosen.len() != 1 => {
                form = Form::Number;
                clauses.push(return_clause(projection(
                    false,
                    vec![item(call("sum", vec![of(&value)]), "total")],
                )));
                let plural = if chosen.len() == 1 { "" } else { "s" };
                let unit = if chosen.iter().any(|o| is_percent(o)) { ", in %" } else { "" };
                format!("the total of {noun}{unit} ({} figure{plural})", chosen.len())
            }
            (None, None) => {
                let unit = self.statistics_key("unit");
                let items = vec![item(of(&value), &value), item(of(&unit), &unit)];
                clauses.push(return_clause(projection(false, items)));
                format!("the figure for {}", noun.strip_prefix("the figures, ").unwrap_or(&noun))
            }
        };
        if wanted.listed {
            self.notes.push("listed with their figures, not counted".into());
        }
        for node in &wanted.included {
            let there = chosen.iter().any(|o| o.marks.values().flatten().any(|m| *m == Mark::Node(*node)));
            let name = self.graph.name(*node);
            self.notes.push(if there {
                format!("{name}: included")
            } else {
                format!("{name}: no figure to include")
            });
        }
        Meant::new(statement(clauses), form, reading)
    }

    /// Where a unit of time is asked for, the figures that cover one: of a year and half a year neither is the fewer,
    /// and no average can be made. A list keeps the parts and says so.
    pub fn whole<'o>(
        &mut self,
        wanted: &mut Wanted,
        chosen: Vec<&'o Observation>,
    ) -> Result<Vec<&'o Observation>> {
        let year = |o: &&Observation| o.days.is_some_and(|(first, end)| Unit::Year.covers(first, end));
        let compared = wanted.average || (wanted.extreme.is_some() && wanted.by.is_none());
        if compared && wanted.unit.is_none() && chosen.iter().any(year) && !chosen.iter().all(year) {
            wanted.unit = Some(Unit::Year);
        }
        let Some(unit) = wanted.unit else { return Ok(chosen) };
        let covers = |o: &&Observation| o.days.is_some_and(|(first, end)| unit.covers(first, end));
        let (whole, parts): (Vec<_>, Vec<_>) = chosen.iter().copied().partition(covers);
        if whole.is_empty() {
            let message = format!("no figure in the sources covers one {}", unit.name());
            let report = Report::input("figures.unit", message);
            let report = match wanted.unit_place {
                Some(span) => report.at(span, "no figure for each of these"),
                None => report,
            };
            return Err(report.help(format!("There are figures for: {}.", periods(chosen.iter().copied()))));
        }
        if parts.is_empty() {
            return Ok(whole);
        }
        let compared = wanted.average || wanted.extreme.is_some();
        let left_out = if compared { ", left out" } else { "" };
        self.notes.push(format!("not a whole {}{left_out}: {}", unit.name(), periods(parts.iter().copied())));
        Ok(if compared { whole } else { chosen })
    }

    /// Says for which times there are figures, where the question asks for other days or for none.
    pub fn note_times(&mut self, wanted: &Wanted, chosen: &[&Observation], all: &[Observation]) {
        let open = |t: &Time| t.begin.is_none() || t.end.is_none();
        for time in wanted.times.iter().filter(|t| !open(t)) {
            let mut within: Vec<(Date, Date)> =
                chosen.iter().filter_map(|o| o.days).filter(|days| time.holds(*days)).collect();
            within.sort_unstable();
            let reached = within.iter().fold(time.begin, |reached, (first, end)| match reached {
                Some(day) if *first <= day => Some(day.max(*end)),
                other => other,
            });
            if reached == time.end {
                continue;
            }
            let said = match time.until {
                true => time.words(),
                false => time.span.of(self.text).to_owned(),
            };
            let there = periods(chosen.iter().copied().filter(|o| o.days.is_some_and(|d| time.holds(d))));
            self.notes.push(if there.is_empty() {
                format!("no figure for {said}")
            } else {
                format!("of {said} there are figures for {there} only")
            });
        }
        let listed = wanted.by_period || (wanted.extreme.is_some() && wanted.by.is_none());
        if !listed && wanted.times.iter().all(open) {
            let there = periods(chosen.iter().copied());
            if !there.is_empty() {
                self.notes.push(format!("the figures are for {there}"));
            }
        }
        let alike = |o: &&Observation| chosen.iter().any(|c| c.marks == o.marks);
        let partly = |o: &&Observation| {
            o.days.is_some_and(|days| wanted.times.iter().any(|t| t.meets(days))) && !wanted.asks_time(o)
        };
        let fitting = |o: &&Observation| fits(wanted, o, &wanted.marks, Some(&Condition::Time));
        let cut = periods(all.iter().filter(|o| fitting(o) && alike(o) && partly(o)));
        if !cut.is_empty() {
            self.notes.push(format!("only partly in the time asked for, left out: {cut}"));
        }
    }

    /// Refuses to put together figures of different things, or to rank things by figures of different times.
    pub fn comparable(&self, wanted: &Wanted, chosen: &[&Observation]) -> Result<()> {
        let together = wanted.total || wanted.average || wanted.extreme.is_some();
        let counted: BTreeSet<_> = chosen.iter().map(|o| (self.indicators_of(o), is_percent(o))).collect();
        let span = wanted.places.last().map(|(_, span)| *span).unwrap_or_default();
        if together && counted.len() > 1 {
            return Err(Report::input("figures.apart", "these figures count different things")
                .at(span, "counted in several ways")
                .help("Say what was counted, such as `criminal cases` or `assisted persons`."));
        }
        if wanted.average && chosen.iter().any(|o| is_percent(o)) {
            return Err(Report::input("figures.share", "no average can be made of shares")
                .at(span, "shares of a whole")
                .help("List them: `share of the registered cases by purpose`."));
        }
        let periods: BTreeSet<_> = chosen.iter().map(|o| &o.period).collect();
        if wanted.extreme.is_some() && wanted.by.is_some() && periods.len() > 1 {
            return Err(Report::input("figures.time", "these figures are for several times")
                .at(span, "of which time?")
                .help("Name one, such as `in 2014`."));
        }
        let overlap = |a: &Observation, b: &Observation| {
            let days = a.days.zip(b.days);
            a.marks == b.marks && days.is_some_and(|((b1, e1), (b2, e2))| b1 < e2 && b2 < e1)
        };
        let added = wanted.average || (wanted.total && !wanted.by_period);
        let twice = chosen.iter().enumerate().any(|(i, a)| chosen.iter().skip(i + 1).any(|b| overlap(a, b)));
        if added && twice {
            return Err(Report::input(
                "figures.overlap",
                "the times of these figures overlap, so they do not add up",
            )
            .at(span, "counted more than once")
            .help("List them with `per period`, or name one time."));
        }
        let marks: BTreeSet<_> = chosen.iter().map(|o| &o.marks).collect();
        if wanted.average && wanted.by.is_none() && marks.len() > 1 {
            return Err(Report::input("figures.apart", "this average would be over parts of one number")
                .at(span, "counted in several parts")
                .help("Ask for the total, or for the average of one group or place."));
        }
        Ok(())
    }

    /// MATCH and WHERE that select exactly the chosen observations, and the expression to group by.
    fn figure_pattern(
        &self,
        wanted: &Wanted,
        chosen: &[&Observation],
        all: &[Observation],
    ) -> (Vec<Clause<Named>>, Option<(Expr, String)>) {
        let mut clauses = Vec::new();
        let mut filters = Vec::new();
        let mut by = None;
        let indicator = self.indicator_relation();
        let mut first = path(self.figure_node(true), Vec::new());
        if let Some(relation) = &indicator
            && !wanted.indicators.is_empty()
        {
            first.steps.push(outgoing(relation, Some("indicator")));
            filters.push(self.ids("indicator", &wanted.indicators));
        }
        clauses.push(match_clause(vec![first], None));
        let dimensions: BTreeSet<&Dimension> = all.iter().flat_map(|o| o.marks.keys()).collect();
        for dimension in dimensions {
            let used: BTreeSet<&Mark> =
                chosen.iter().filter_map(|o| o.marks.get(dimension)).flatten().collect();
            let asked = wanted.by.as_ref() == Some(dimension);
            match dimension {
                Dimension::Property(key) => {
                    let subject = property(variable(FIGURE), key);
                    if asked {
                        by = Some((subject.clone(), key.clone()));
                    }
                    let texts = used.iter().filter_map(|m| match m {
                        Mark::Text(t) => Some(text(t)),
                        Mark::Node(_) => None,
                    });
                    let mut texts: Vec<Expr> = texts.collect();
                    filters.push(match (texts.len(), texts.pop()) {
                        (1, Some(only)) => binary(BinaryOperator::Equal, subject, only),
                        (_, Some(last)) => {
                            texts.push(last);
                            binary(BinaryOperator::In, subject, list(texts))
                        }
                        (_, None) => expr(Node::IsNull { operand: Box::new(subject), negated: false }),
                    });
                }
                Dimension::Relation(relation) => {
                    let nodes: BTreeSet<NodeId> = used.iter().filter_map(|m| m.node()).collect();
                    if nodes.is_empty() {
                        let pattern = path(self.figure_node(false), vec![outgoing(relation, None)]);
                        filters.push(not(expr(Node::PatternPredicate(Box::new(pattern)))));
                        continue;
                    }
                    let heading = dimension.words(self.vocabulary).replace(' ', "_");
                    let pattern = path(self.figure_node(false), vec![outgoing(relation, Some(&heading))]);
                    clauses.push(match_clause(vec![pattern], None));
                    filters.push(self.ids(&heading, &nodes));
                    if asked {
                        by = Some((property(variable(&heading), "name"), format!("{heading}_name")));
                    }
                }
            }
        }
        for (relation, nodes) in wanted.links.iter().filter(|(r, _)| indicator.as_ref() != Some(r)) {
            let heading = Dimension::Relation(relation.clone()).words(self.vocabulary).replace(' ', "_");
            let pattern = path(self.figure_node(false), vec![outgoing(relation, Some(&heading))]);
            clauses.push(match_clause(vec![pattern], None));
            filters.push(self.ids(&heading, nodes));
        }
        if !wanted.times.is_empty() || wanted.unit.is_some() {
            let mut periods: Vec<Arc<str>> = chosen.iter().filter_map(|o| o.period.clone()).collect();
            periods.sort();
            periods.dedup();
            let periods = periods.iter().map(|p| text(p)).collect();
            let key = property(variable(FIGURE), &self.statistics_key("period"));
            filters.push(binary(BinaryOperator::In, key, list(periods)));
        }
        if let Some(Clause::Match { filter, .. }) = clauses.last_mut() {
            *filter = all_of(filters);
        }
        (clauses, by)
    }

    fn figure_node(&self, labelled: bool) -> NodePattern<Named> {
        let kind =
            self.vocabulary.kinds.iter().find(|k| labelled && k.statistics.as_deref() == Some("observation"));
        let labels = kind.map(|k| LabelExpression::Label(identifier(&k.name)));
        NodePattern { variable: Some(identifier(FIGURE)), labels, properties: None, span: Default::default() }
    }

    fn ids(&self, name: &str, nodes: &BTreeSet<NodeId>) -> Expr {
        let key = nodes.first().map_or("id", |n| self.id_literal(*n).0);
        let mut ids: Vec<Expr> = nodes.iter().map(|n| self.id_literal(*n).1).collect();
        match (ids.len(), ids.pop()) {
            (1, Some(only)) => binary(BinaryOperator::Equal, property(variable(name), key), only),
            (_, last) => {
                ids.extend(last);
                binary(BinaryOperator::In, property(variable(name), key), list(ids))
            }
        }
    }

    fn figures_reading(&self, wanted: &Wanted) -> String {
        let mut parts: Vec<String> =
            wanted.indicators.iter().map(|n| self.graph.name(*n).to_string()).collect();
        if parts.is_empty() {
            parts.push("the figures".into());
        }
        for (dimension, marks) in &wanted.marks {
            let names: Vec<String> = marks.iter().map(|m| self.mark_words(m)).collect();
            parts.push(format!("{}: {}", dimension.words(self.vocabulary), names.join(" or ")));
        }
        for (relation, nodes) in &wanted.links {
            let names: Vec<String> = nodes.iter().map(|n| self.graph.name(*n).to_string()).collect();
            let said = Dimension::Relation(relation.clone()).words(self.vocabulary);
            parts.push(format!("{said}: {}", names.join(" or ")));
        }
        parts.extend(wanted.times.iter().map(Time::words));
        parts.join(", ")
    }
}

/// The times of figures, each once.
fn periods<'o>(of: impl Iterator<Item = &'o Observation>) -> String {
    let named: BTreeSet<&str> = of.filter_map(|o| o.period.as_deref()).collect();
    named.into_iter().collect::<Vec<_>>().join(", ")
}

pub fn is_percent(o: &Observation) -> bool {
    o.unit.as_deref() == Some("%")
}

fn outgoing(relation: &str, name: Option<&str>) -> Step<Named> {
    Step {
        relationship: RelationshipPattern {
            variable: None,
            types: vec![identifier(relation)],
            direction: Direction::Outgoing,
            length: None,
            properties: None,
            span: Default::default(),
        },
        node: NodePattern {
            variable: name.map(identifier),
            labels: None,
            properties: None,
            span: Default::default(),
        },
    }
}

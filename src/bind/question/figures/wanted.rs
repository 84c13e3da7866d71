//! What a question about figures asks, read off its tokens one by one.
//!
//! In: the tokens and the observations. Out: [`Wanted`]; nothing where the question is not about figures, and a report
//! where it is but says something that figures do not answer. Every token is either used or refused.

use super::super::binder::Binder;
use super::super::dictionary::Meaning;
use super::surroundings::{certain, counts, listed};
use super::times::{Time, times};
use super::trouble;
use super::{Condition, Dimension, Mark, Marks, Observation};
use crate::base::{Report, Result, Span};
use crate::graph::NodeId;
use crate::language::question::dates::Unit;
use crate::language::question::{Category, Token};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a question about figures asks.
#[derive(Default)]
pub struct Wanted {
    pub indicators: BTreeSet<NodeId>,
    pub marks: Marks,
    pub links: BTreeMap<String, BTreeSet<NodeId>>,
    /// The times asked for; none means all.
    pub times: Vec<Time>,
    pub included: Vec<NodeId>,
    pub excluded: Vec<(NodeId, Span)>,
    pub by: Option<Dimension>,
    pub by_period: bool,
    /// `per year`, `which month`
    pub unit: Option<Unit>,
    pub unit_place: Option<Span>,
    /// `how many countries`: what the figures are grouped by is asked for, not the figures.
    pub listed: bool,
    pub total: bool,
    pub average: bool,
    /// The most (`true`) or the least.
    pub extreme: Option<bool>,
    /// Where each condition stands.
    pub places: Vec<(Condition, Span)>,
}

impl Wanted {
    /// Whether the days of an observation lie wholly in a time asked for.
    pub fn asks_time(&self, o: &Observation) -> bool {
        self.times.is_empty() || o.days.is_some_and(|days| self.times.iter().any(|t| t.holds(days)))
    }
}

/// What one token speaks of, for telling apart what is listed and what is narrowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Indicator,
    Dimension(Dimension),
    Link(String),
    Beside,
}

/// The reading of one question.
pub(super) struct Listener<'l, 'b> {
    pub binder: &'l Binder<'b>,
    pub tokens: &'l [Rc<Token>],
    pub observations: &'l [Observation],
    pub wanted: Wanted,
    /// Tokens that say something of the figures, and of what.
    pub heard: Vec<(usize, BTreeSet<Part>)>,
    /// Indicators that a verb means, and where it stands.
    verbs: Vec<(usize, BTreeSet<NodeId>)>,
    groupings: BTreeSet<Option<Dimension>>,
    /// The first thing that figures do not answer.
    pub trouble: Option<Box<Report>>,
}

/// The reading goes on after trouble: a later token may show that the question is not about figures at all.
impl<'l, 'b> Listener<'l, 'b> {
    pub fn listen(
        binder: &'l Binder<'b>,
        tokens: &'l [Rc<Token>],
        observations: &'l [Observation],
    ) -> Result<Option<Wanted>> {
        let mut listener = Listener {
            binder,
            tokens,
            observations,
            wanted: Wanted::default(),
            heard: Vec::new(),
            verbs: Vec::new(),
            groupings: BTreeSet::new(),
            trouble: None,
        };
        for at in 0..tokens.len() {
            if listener.token(at).is_none() {
                return Ok(None);
            }
        }
        listener.together();
        listener.indicators();
        if let Some(report) = listener.trouble {
            return if certain(binder, tokens) { Err(report) } else { Ok(None) };
        }
        listener.wanted.times = times(tokens)?;
        for time in &listener.wanted.times {
            listener.wanted.places.push((Condition::Time, time.span));
        }
        Ok(Some(listener.wanted))
    }

    pub fn blame(&mut self, report: Box<Report>) -> Option<()> {
        self.trouble.get_or_insert(report);
        Some(())
    }

    pub fn said(&self, at: usize) -> &'b str {
        self.tokens.get(at).map_or("", |t| t.span.of(self.binder.text))
    }

    pub fn span(&self, at: usize) -> Span {
        self.tokens.get(at).map(|t| t.span).unwrap_or_default()
    }

    pub fn before(&self, at: usize) -> Option<&'l Token> {
        at.checked_sub(1).and_then(|i| self.tokens.get(i)).map(Rc::as_ref)
    }

    pub fn after(&self, at: usize) -> Option<&'l Token> {
        self.tokens.get(at + 1).map(Rc::as_ref)
    }

    /// `None` where the question is not about figures.
    fn token(&mut self, at: usize) -> Option<()> {
        let token = self.tokens.get(at)?.clone();
        let meanings = self.binder.meanings(&token);
        match token.category {
            Category::Measure => {
                let nodes = meanings.iter().filter_map(|m| match m {
                    Meaning::Measure(node) => Some(*node),
                    _ => None,
                });
                self.indicator(at, nodes.collect())
            }
            Category::Name => self.name(at, &meanings),
            Category::ValueWord => self.value(at, &meanings),
            Category::PropertyNoun => self.property(at, &meanings),
            Category::Kind => {
                let dimension = self.binder.kind_dimension(&token)?;
                if !self.binder.has_kind(&token, &dimension, self.observations) {
                    return self.blame(trouble::no_grouping(self, at));
                }
                self.grouping(at, Some(dimension))
            }
            Category::TimeUnit => {
                let Some(unit) = Unit::named(&token.text) else {
                    return self.blame(trouble::no_unit(token.span));
                };
                self.wanted.by_period = true;
                self.wanted.unit = Some(unit);
                self.wanted.unit_place = Some(token.span);
                self.grouping(at, None)
            }
            Category::When if token.text == "when" => {
                self.wanted.by_period = true;
                self.groupings.insert(None);
                Some(())
            }
            // Dates are read together, in `times`.
            Category::Date => Some(()),
            Category::Present
            | Category::Past
            | Category::PastOrParticiple
            | Category::Participle
            | Category::Gerund
            | Category::Predicate => self.verb(at, &meanings),
            Category::HowMany | Category::NumberOf => {
                self.wanted.total = true;
                Some(())
            }
            Category::Aggregate => {
                match token.text.split(' ').next().unwrap_or("") {
                    "average" | "mean" => self.wanted.average = true,
                    "maximum" | "highest" => return self.extreme(at, true),
                    "minimum" | "lowest" => return self.extreme(at, false),
                    _ => self.wanted.total = true,
                }
                Some(())
            }
            Category::Superlative => match token.text.as_str() {
                "most" | "highest" | "largest" | "greatest" => self.extreme(at, true),
                "least" | "fewest" | "lowest" | "smallest" => self.extreme(at, false),
                _ => self.blame(trouble::small_word(self, at)),
            },
            Category::Included | Category::Excluded | Category::But => {
                let named = self.beside_name(at);
                if named { Some(()) } else { self.blame(trouble::set_beside(self, at)) }
            }
            Category::Which => self.which(at),
            Category::Preposition => self.preposition(at),
            Category::With | Category::From | Category::To | Category::Between | Category::Per => {
                self.preposition(at)
            }
            Category::Be
            | Category::Do
            | Category::Have
            | Category::That
            | Category::There
            | Category::Every
            | Category::Of
            | Category::By
            | Category::And
            | Category::Or
            | Category::Comma
            | Category::Possessive
            | Category::Stated
            | Category::Imperative => Some(()),
            Category::AsOf => self.blame(trouble::as_of(token.span)),
            _ => self.blame(trouble::small_word(self, at)),
        }
    }

    fn hear(&mut self, at: usize, parts: BTreeSet<Part>) -> Option<()> {
        self.heard.push((at, parts));
        Some(())
    }

    fn indicator(&mut self, at: usize, nodes: BTreeSet<NodeId>) -> Option<()> {
        let span = self.tokens.get(at)?.span;
        let old = std::mem::take(&mut self.wanted.indicators);
        let both: BTreeSet<NodeId> = old.intersection(&nodes).copied().collect();
        if !old.is_empty() && both.is_empty() {
            let share = old.iter().chain(&nodes).any(|n| self.binder.is_share(*n, self.observations));
            self.wanted.indicators = old;
            return self.blame(if share {
                trouble::share(self.binder, self.observations, span)
            } else {
                trouble::two_indicators(self, span)
            });
        }
        self.wanted.indicators = if old.is_empty() { nodes } else { both };
        self.wanted.places.push((Condition::Indicator, span));
        self.hear(at, BTreeSet::from([Part::Indicator]))
    }

    /// Groups, places, sources, tables and indicators by name; a name may stand for several.
    fn name(&mut self, at: usize, meanings: &[Meaning]) -> Option<()> {
        let span = self.tokens.get(at)?.span;
        let nodes: BTreeSet<NodeId> = meanings.iter().filter_map(Meaning::entity).collect();
        if let Some(word) = self.binder.lost_word(self.tokens.get(at)?) {
            return self.blame(trouble::lost_word(span, &word));
        }
        if self.set_beside(at, true) {
            self.wanted.included.extend(nodes);
            return self.hear(at, BTreeSet::from([Part::Beside]));
        }
        if self.set_beside(at, false) {
            self.wanted.excluded.extend(nodes.into_iter().map(|n| (n, span)));
            return self.hear(at, BTreeSet::from([Part::Beside]));
        }
        let indicators: BTreeSet<NodeId> =
            nodes.iter().copied().filter(|n| self.binder.is_indicator(*n)).collect();
        if !indicators.is_empty() {
            if !self.observations.iter().any(|o| o.is_of(&indicators)) {
                return self.blame(trouble::no_figures(self, at));
            }
            return self.indicator(at, indicators);
        }
        let mut marks = Marks::new();
        let mut links: BTreeMap<String, BTreeSet<NodeId>> = BTreeMap::new();
        for node in &nodes {
            let mark = Mark::Node(*node);
            let direct = self.observations.iter().flat_map(|o| &o.marks).filter(|(_, m)| m.contains(&mark));
            let dimensions: BTreeSet<Dimension> = direct
                .map(|(d, _)| d.clone())
                .chain(self.binder.subgroup_dimension(*node, self.observations))
                .collect();
            for dimension in dimensions {
                marks.entry(dimension).or_default().insert(mark.clone());
            }
            for (relation, _) in
                self.observations.iter().flat_map(|o| &o.links).filter(|(_, others)| others.contains(node))
            {
                links.entry(relation.clone()).or_default().insert(*node);
            }
        }
        if marks.is_empty() && links.is_empty() {
            return self.blame(trouble::no_figures(self, at));
        }
        let relations = marks.keys().filter_map(|d| match d {
            Dimension::Relation(name) => Some(name),
            Dimension::Property(_) => None,
        });
        let relations: BTreeSet<&String> = relations.chain(links.keys()).collect();
        if !relations.iter().any(|r| self.may_stand(at, r)) {
            return self.blame(trouble::preposition(self, at, &relations));
        }
        if marks.is_empty() && self.acts(at, &relations) {
            return self.blame(trouble::no_agent(self, at));
        }
        let mut parts: BTreeSet<Part> = links.keys().cloned().map(Part::Link).collect();
        for (relation, nodes) in links {
            self.wanted.places.push((Condition::Link(relation.clone()), span));
            let old = self.wanted.links.entry(relation).or_default();
            if !old.is_empty() && old.is_disjoint(&nodes) {
                return self.blame(trouble::apart(self, at, at));
            }
            old.extend(nodes);
        }
        parts.extend(marks.keys().cloned().map(Part::Dimension));
        for (dimension, values) in marks {
            self.narrow(at, dimension, values);
        }
        self.hear(at, parts)
    }

    fn value(&mut self, at: usize, meanings: &[Meaning]) -> Option<()> {
        let mut marks = Marks::new();
        for meaning in meanings {
            let Some((key, Some(value))) = self.binder.dimension_property(meaning) else { continue };
            let dimension = Dimension::Property(key);
            if self.observations.iter().any(|o| o.marks.contains_key(&dimension)) {
                marks.entry(dimension).or_default().insert(Mark::Text(value));
            }
        }
        if marks.is_empty() {
            return self.blame(trouble::no_figures(self, at));
        }
        let parts = marks.keys().cloned().map(Part::Dimension).collect();
        for (dimension, values) in marks {
            self.narrow(at, dimension, values);
        }
        self.hear(at, parts)
    }

    /// What is listed after one another widens a dimension, anything else narrows it.
    fn narrow(&mut self, at: usize, dimension: Dimension, values: BTreeSet<Mark>) {
        let span = self.span(at);
        self.wanted.places.push((Condition::Dimension(dimension.clone()), span));
        let earlier = self.heard.iter().rev().find(|(_, p)| p.contains(&Part::Dimension(dimension.clone())));
        let Some((last, _)) = earlier.cloned() else {
            self.wanted.marks.insert(dimension, values);
            return;
        };
        let old = self.wanted.marks.entry(dimension).or_default();
        if listed(self.tokens, last, at, self.binder.text) {
            old.extend(values);
            return;
        }
        // A group and a group within it: the narrower one is meant.
        let within = |wide: &BTreeSet<Mark>, narrow: &BTreeSet<Mark>| {
            let below: BTreeSet<NodeId> =
                wide.iter().filter_map(Mark::node).flat_map(|n| self.binder.subgroups(n)).collect();
            let inside = |m: &Mark| wide.contains(m) || m.node().is_some_and(|n| below.contains(&n));
            narrow.iter().filter(|m| inside(m)).cloned().collect::<BTreeSet<Mark>>()
        };
        let narrower = within(old, &values);
        let narrower = if narrower.is_empty() { within(&values, old) } else { narrower };
        if narrower.is_empty() {
            let report = trouble::apart(self, last, at);
            self.blame(report);
            return;
        }
        *old = narrower;
    }

    fn property(&mut self, at: usize, meanings: &[Meaning]) -> Option<()> {
        if let Some((key, _)) = meanings.iter().find_map(|m| self.binder.dimension_property(m)) {
            return self.grouping(at, Some(Dimension::Property(key)));
        }
        let part = meanings.iter().find_map(|m| match m {
            Meaning::Property(at) => self.binder.property(*at).statistics.as_deref(),
            _ => None,
        });
        match part {
            Some("period") => {
                self.wanted.by_period = true;
                self.grouping(at, None)
            }
            Some("value") => {
                self.wanted.total = true;
                Some(())
            }
            _ => None,
        }
    }

    /// `by country`, `per year`, `which year`; `None` groups by the period.
    fn grouping(&mut self, at: usize, by: Option<Dimension>) -> Option<()> {
        let span = self.tokens.get(at)?.span;
        let category = |t: Option<&Token>| t.map(|t| t.category);
        if category(self.before(at)) == Some(Category::HowMany) {
            self.wanted.listed = true;
        }
        let dated = category(self.after(at)) == Some(Category::Date);
        let placed = matches!(
            category(self.before(at)),
            Some(Category::Preposition | Category::From | Category::Of | Category::To | Category::Between)
        );
        if dated || (placed && by.is_some()) {
            return self.blame(trouble::small_word(self, at));
        }
        self.groupings.insert(by.clone());
        if self.groupings.len() > 1 {
            return self.blame(trouble::two_groupings(span));
        }
        if by.is_some() {
            self.wanted.by = by;
        }
        Some(())
    }

    fn extreme(&mut self, at: usize, most: bool) -> Option<()> {
        let first = self
            .tokens
            .first()
            .filter(|t| matches!(t.category, Category::Be | Category::Do | Category::Have | Category::Modal));
        if let Some(first) = first {
            return self.blame(trouble::yes_or_no(first.span));
        }
        if self.wanted.extreme.is_some_and(|other| other != most) {
            return self.blame(trouble::small_word(self, at));
        }
        self.wanted.extreme = Some(most);
        Some(())
    }

    fn verb(&mut self, at: usize, meanings: &[Meaning]) -> Option<()> {
        let nodes: BTreeSet<NodeId> = meanings
            .iter()
            .filter_map(|m| match m {
                Meaning::MeasureVerb(node) => Some(*node),
                _ => None,
            })
            .collect();
        if nodes.is_empty() {
            let category = self.tokens.get(at)?.category;
            let known = |m: &Meaning| match m {
                // `in`, `from` as said of the figures themselves.
                Meaning::Verb(said) => {
                    category == Category::Predicate
                        && !said.inverse
                        && self.binder.relation(said.relation).dimension
                }
                other => self.binder.dimension_property(other).is_some(),
            };
            if meanings.iter().any(known) {
                return Some(());
            }
            // Without a count of figures it is a question about the things themselves.
            return if counts(self.tokens) && !self.counts_kind() {
                self.blame(trouble::verb(self, at))
            } else {
                None
            };
        }
        if self.is_active(at) {
            return if counts(self.tokens) { self.blame(trouble::active(self, at)) } else { None };
        }
        self.verbs.push((at, nodes));
        Some(())
    }

    /// `which year`, but not `which women`: people and cases are counted and not named.
    fn which(&mut self, at: usize) -> Option<()> {
        let Some(next) = self.after(at) else { return Some(()) };
        let share = |t: &Token| {
            self.binder
                .meanings(t)
                .iter()
                .any(|m| matches!(m, Meaning::Measure(n) if self.binder.is_share(*n, self.observations)))
        };
        let named = matches!(next.category, Category::Name | Category::ValueWord)
            || (next.category == Category::Measure && !share(next));
        if named { self.blame(trouble::not_named(self, at + 1)) } else { Some(()) }
    }

    /// The indicators that nouns and verbs both mean.
    fn indicators(&mut self) {
        for (at, nodes) in std::mem::take(&mut self.verbs) {
            let Some(span) = self.tokens.get(at).map(|t| t.span) else { continue };
            if self.wanted.indicators.is_empty() {
                self.wanted.indicators = nodes;
            } else if !self.wanted.indicators.is_disjoint(&nodes) {
                self.wanted.indicators.retain(|n| nodes.contains(n));
            } else {
                let report = trouble::verb(self, at);
                self.blame(report);
            }
            self.wanted.places.push((Condition::Indicator, span));
        }
    }
}

//! Figures: sums, averages, extremes and lists of observations.
//!
//! Which observations answer a question follows one rule: those that match every dimension mentioned and whose other
//! dimensions are empty; where there are none, one complete partition of them (by group, by place …), and the answer
//! says which. `wanted` reads the question, word by word (`words`, `times`, `surroundings`), `statement` writes the statement over
//! the observations, `trouble` says what figures do not answer.

mod statement;
mod surroundings;
mod times;
mod trouble;
mod wanted;
mod words;

use super::ask::Meant;
use super::binder::Binder;
use crate::base::{Report, Result, Span};
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::Category;
use crate::value::Date;
use crate::vocabulary::Vocabulary;
use statement::is_percent;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wanted::{Listener, Wanted};

/// A dimension: a property of observations, or a relation from them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Property(String),
    Relation(String),
}

/// The value of an observation in a dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Text(Arc<str>),
    Node(NodeId),
}

pub type Marks = BTreeMap<Dimension, BTreeSet<Mark>>;

#[derive(Clone, Debug)]
pub struct Observation {
    pub marks: Marks,
    /// Links that are no dimensions: indicator, source, document.
    pub links: BTreeMap<String, BTreeSet<NodeId>>,
    /// First day, and the day after the last.
    pub days: Option<(Date, Date)>,
    pub period: Option<Arc<str>>,
    pub unit: Option<Arc<str>>,
}

impl Observation {
    /// Whether it is of one of these indicators.
    pub fn is_of(&self, indicators: &BTreeSet<NodeId>) -> bool {
        self.links.values().any(|others| !others.is_disjoint(indicators))
    }
}

/// A condition that a question puts on figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Indicator,
    Dimension(Dimension),
    Link(String),
    Time,
}

impl Binder<'_> {
    /// Reads a question about figures; `None` where it is not one.
    pub fn statistics(&mut self) -> Result<Option<Meant>> {
        let tokens = self.as_kinds(&self.tokens);
        if !self.is_about_figures(&tokens) {
            return self.counted_otherwise(&tokens).map_or(Ok(None), Err);
        }
        if self.lists_figures(&tokens) {
            return Ok(None);
        }
        let whether = tokens.first().is_some_and(|token| token.category == Category::Be);
        if let (true, Some(every)) = (whether, tokens.iter().find(|t| t.category == Category::Every)) {
            return Err(trouble::all_so(every.span));
        }
        let observations = self.observations();
        let Some(mut wanted) = Listener::listen(self, &tokens, &observations)? else { return Ok(None) };
        self.share_of_what(&mut wanted, &observations);
        let chosen = self.choose(&wanted, &observations)?;
        let chosen = self.whole(&mut wanted, chosen)?;
        self.comparable(&wanted, &chosen)?;
        self.note_times(&wanted, &chosen, &observations);
        Ok(Some(self.figures(&wanted, chosen, &observations)))
    }

    /// The name of the property that plays a part in statistics.
    pub fn statistics_key(&self, part: &str) -> String {
        let found = self.vocabulary.properties.iter().find(|p| p.statistics.as_deref() == Some(part));
        found.map_or_else(|| part.to_owned(), |p| p.name.clone())
    }

    /// Part, relationship type, and whether it is a dimension, of each relation from observations.
    pub fn statistics_relations(&self) -> impl Iterator<Item = (&str, String, bool)> {
        self.vocabulary
            .relations
            .iter()
            .filter_map(|r| Some((r.statistics.as_deref()?, r.type_name(), r.dimension)))
            .filter(|(part, ..)| *part != "subgroup")
    }

    fn observations(&self) -> Vec<Observation> {
        let kinds = self.vocabulary.kinds.iter().filter(|k| k.statistics.as_deref() == Some("observation"));
        let labels: Vec<_> = kinds.filter_map(|k| self.graph.label(&k.name)).collect();
        labels.into_iter().flat_map(|l| self.graph.nodes_with(l)).map(|n| self.observation(n)).collect()
    }

    fn observation(&self, node: NodeId) -> Observation {
        let mut marks = Marks::new();
        let mut links: BTreeMap<String, BTreeSet<NodeId>> = BTreeMap::new();
        for property in self.vocabulary.properties.iter().filter(|p| p.dimension) {
            if let Some(text) = self.text_of(node, &property.name) {
                marks.entry(Dimension::Property(property.name.clone())).or_default().insert(Mark::Text(text));
            }
        }
        for (_, relation, dimension) in self.statistics_relations() {
            let Some(kind) = self.graph.relationship_type(&relation) else { continue };
            for other in self.graph.adjacent(node, Way::Out, kind).nodes {
                if dimension {
                    let marks = marks.entry(Dimension::Relation(relation.clone())).or_default();
                    marks.insert(Mark::Node(*other));
                } else {
                    links.entry(relation.clone()).or_default().insert(*other);
                }
            }
        }
        let validity = self.graph.validity(Entity::Node(node));
        let days = validity.begins.zip(validity.ends).map(|(b, e)| (b.date, e.date));
        let text = |part: &str| self.text_of(node, &self.statistics_key(part));
        Observation { marks, links, days, period: text("period"), unit: text("unit") }
    }

    /// The dimension in which a node's subgroups have figures, though it has none itself.
    pub fn subgroup_dimension(&self, node: NodeId, observations: &[Observation]) -> Option<Dimension> {
        let below = self.subgroups(node);
        observations.iter().find_map(|o| {
            let found =
                o.marks.iter().find(|(_, marks)| below.iter().any(|n| marks.contains(&Mark::Node(*n))));
            found.map(|(dimension, _)| dimension.clone())
        })
    }

    /// All groups that lie within a group.
    pub fn subgroups(&self, node: NodeId) -> BTreeSet<NodeId> {
        let relations =
            self.vocabulary.relations.iter().filter(|r| r.statistics.as_deref() == Some("subgroup"));
        let kinds: Vec<_> = relations.filter_map(|r| self.graph.relationship_type(&r.type_name())).collect();
        let mut found = BTreeSet::new();
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            for below in kinds.iter().flat_map(|k| self.graph.adjacent(next, Way::In, *k).nodes) {
                if found.insert(*below) {
                    open.push(*below);
                }
            }
        }
        found
    }

    /// `the largest share`: shares of one whole are compared with one another, for their sum is always the whole.
    fn share_of_what(&self, wanted: &mut Wanted, observations: &[Observation]) {
        if wanted.extreme.is_none() || wanted.by.is_some() || wanted.by_period {
            return;
        }
        let fitting: Vec<_> = observations.iter().filter(|o| fits(wanted, o, &wanted.marks, None)).collect();
        if fitting.iter().all(|o| is_percent(o)) {
            wanted.by = self.partition(wanted, &wanted.marks, &fitting).and_then(|(_, by)| by.cloned());
        }
    }

    /// The observations that answer.
    fn choose<'o>(
        &mut self,
        wanted: &Wanted,
        observations: &'o [Observation],
    ) -> Result<Vec<&'o Observation>> {
        let mut marks = wanted.marks.clone();
        let fit = |marks: &Marks, but: Option<&Condition>| {
            observations.iter().filter(|o| fits(wanted, o, marks, but)).collect::<Vec<_>>()
        };
        let mut fitting = fit(&marks, None);
        if fitting.is_empty() {
            // A group without figures of its own: its parts.
            for allowed in marks.values_mut() {
                let wider: Vec<NodeId> = allowed.iter().filter_map(Mark::node).collect();
                for node in wider {
                    allowed.extend(self.subgroups(node).into_iter().map(Mark::Node));
                }
            }
            fitting = fit(&marks, None);
        }
        if fitting.is_empty() {
            let share = wanted.indicators.iter().any(|n| self.is_share(*n, observations));
            if let (true, Some((_, span))) = (share, wanted.places.first()) {
                return Err(trouble::share(self, observations, *span));
            }
            let values = |but: &Condition| self.values(but, &fit(&marks, Some(but)));
            return Err(self.no_figure(&wanted.places, values));
        }
        let (chosen, partition) = self.partition(wanted, &marks, &fitting).ok_or_else(|| {
            let report = Report::input(
                "figures.mixed",
                "the figures of the sources are broken down in another way than this question asks",
            );
            let by: BTreeSet<String> =
                fitting.iter().flat_map(|o| o.marks.keys()).map(|d| d.words(self.vocabulary)).collect();
            let report = match wanted.places.last() {
                Some((_, span)) => report.at(*span, "no figure is for just this"),
                None => report,
            };
            trouble::listed_help(report, "They are broken down by", by)
        })?;
        if let Some(dimension) = partition {
            let parts: BTreeSet<String> = chosen
                .iter()
                .filter_map(|o| o.marks.get(dimension))
                .flatten()
                .map(|m| self.mark_words(m))
                .collect();
            let parts: Vec<String> = parts.into_iter().collect();
            if wanted.total || parts.len() > 1 {
                self.notes.push(format!(
                    "summed over one partition of the figures: {} ({})",
                    dimension.words(self.vocabulary),
                    parts.join("; ")
                ));
            } else {
                self.notes.push(format!("{}: {}", dimension.words(self.vocabulary), parts.join("; ")));
            }
        }
        self.without_excluded(wanted, chosen)
    }

    /// One set of observations that covers what is asked once, and the dimension that it is a partition by.
    fn partition<'o, 'f>(
        &self,
        wanted: &Wanted,
        marks: &Marks,
        fitting: &'f [&'o Observation],
    ) -> Option<(Vec<&'o Observation>, Option<&'f Dimension>)> {
        let mentioned = |d: &Dimension| marks.contains_key(d) || wanted.by.as_ref() == Some(d);
        let has_asked = |o: &Observation| wanted.by.as_ref().is_none_or(|d| o.marks.contains_key(d));
        let beside =
            |o: &Observation, but: Option<&Dimension>| o.marks.keys().all(|d| mentioned(d) || Some(d) == but);
        let plain: Vec<&Observation> =
            fitting.iter().copied().filter(|o| has_asked(o) && beside(o, None)).collect();
        if !plain.is_empty() {
            return Some((self.outermost(plain), None));
        }
        // Relations before properties: groups and places are the natural partitions.
        let others: BTreeSet<&Dimension> =
            fitting.iter().flat_map(|o| o.marks.keys()).filter(|d| !mentioned(d)).collect();
        let mut others: Vec<&Dimension> = others.into_iter().collect();
        others.sort_by_key(|d| matches!(d, Dimension::Property(_)));
        others.into_iter().find_map(|dimension| {
            let part = |o: &&Observation| {
                has_asked(o) && beside(o, Some(dimension)) && o.marks.contains_key(dimension)
            };
            let part: Vec<&Observation> = fitting.iter().copied().filter(part).collect();
            (!part.is_empty()).then(|| (self.outermost(part), Some(dimension)))
        })
    }

    /// Takes out what is excluded. What is only a part of some figure cannot be taken out of it.
    fn without_excluded<'o>(
        &self,
        wanted: &Wanted,
        chosen: Vec<&'o Observation>,
    ) -> Result<Vec<&'o Observation>> {
        let has = |o: &Observation, node: NodeId| o.marks.values().any(|m| m.contains(&Mark::Node(node)));
        let spans: BTreeMap<usize, Span> = wanted.excluded.iter().map(|(_, s)| (s.start, *s)).collect();
        for span in spans.values() {
            let nodes = wanted.excluded.iter().filter(|(_, s)| s.start == span.start);
            if !nodes.into_iter().any(|(n, _)| chosen.iter().any(|o| has(o, *n))) {
                return Err(Report::input("figures.beside", "figures are not subtracted from one another")
                    .at(*span, "counted within another figure, or not at all")
                    .help("Ask for both numbers."));
            }
        }
        let kept = |o: &&Observation| !wanted.excluded.iter().any(|(n, _)| has(o, *n));
        let kept: Vec<&Observation> = chosen.into_iter().filter(kept).collect();
        match (kept.is_empty(), wanted.excluded.first()) {
            (true, Some((_, span))) => Err(Report::input("figures.beside", "nothing is left to count")
                .at(*span, "this is all that was asked for")
                .help("Leave it out.")),
            _ => Ok(kept),
        }
    }

    pub fn mark_words(&self, mark: &Mark) -> String {
        match mark {
            Mark::Text(text) => text.to_string(),
            Mark::Node(node) => self.graph.name(*node).to_string(),
        }
    }

    /// The values that figures have where a condition stands.
    fn values(&self, of: &Condition, fitting: &[&Observation]) -> Vec<String> {
        let names = |nodes: &BTreeSet<NodeId>| -> Vec<String> {
            nodes.iter().map(|n| self.graph.name(*n).to_string()).collect()
        };
        let found = fitting.iter().flat_map(|o| match of {
            Condition::Time => o.period.iter().map(ToString::to_string).collect(),
            Condition::Dimension(d) => {
                o.marks.get(d).into_iter().flatten().map(|m| self.mark_words(m)).collect()
            }
            Condition::Link(relation) => o.links.get(relation).map(names).unwrap_or_default(),
            Condition::Indicator => self.indicators_of(o).map(names).unwrap_or_default(),
        });
        found.collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// Leaves out groups that lie within a group that is also there, so that nobody is counted twice.
    fn outermost<'o>(&self, chosen: Vec<&'o Observation>) -> Vec<&'o Observation> {
        let nodes = |o: &Observation| o.marks.values().flatten().filter_map(Mark::node).collect::<Vec<_>>();
        let all: BTreeSet<NodeId> = chosen.iter().flat_map(|o| nodes(o)).collect();
        let below: BTreeSet<NodeId> = all.iter().flat_map(|n| self.subgroups(*n)).collect();
        let outer = |o: &&Observation| nodes(o).iter().all(|n| !below.contains(n));
        let kept: Vec<&Observation> = chosen.iter().copied().filter(outer).collect();
        if kept.is_empty() { chosen } else { kept }
    }
}

impl Mark {
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Mark::Node(node) => Some(*node),
            Mark::Text(_) => None,
        }
    }
}

impl Dimension {
    /// As people say it.
    pub fn words(&self, vocabulary: &Vocabulary) -> String {
        match self {
            Dimension::Property(key) => key.replace('_', " "),
            Dimension::Relation(name) => {
                let relation = vocabulary.relations.iter().find(|r| r.type_name() == *name);
                relation.and_then(|r| r.statistics.clone()).unwrap_or_else(|| name.to_lowercase())
            }
        }
    }
}

/// Whether an observation meets all conditions but one.
pub fn fits(wanted: &Wanted, o: &Observation, marks: &Marks, but: Option<&Condition>) -> bool {
    let skipped = |c: &Condition| but == Some(c);
    let within = |d: &Dimension, allowed: &BTreeSet<Mark>| {
        skipped(&Condition::Dimension(d.clone())) || o.marks.get(d).is_some_and(|m| !m.is_disjoint(allowed))
    };
    let linked = |r: &String, allowed: &BTreeSet<NodeId>| {
        skipped(&Condition::Link(r.clone())) || o.links.get(r).is_some_and(|l| !l.is_disjoint(allowed))
    };
    (skipped(&Condition::Indicator) || wanted.indicators.is_empty() || o.is_of(&wanted.indicators))
        && (skipped(&Condition::Time) || wanted.asks_time(o))
        && marks.iter().all(|(d, allowed)| within(d, allowed))
        && wanted.links.iter().all(|(r, allowed)| linked(r, allowed))
}

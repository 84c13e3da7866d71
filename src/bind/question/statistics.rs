//! Figures: sums, averages, extremes and lists of observations.
//!
//! Which observations answer a question follows one rule: those that match every dimension mentioned and whose other
//! dimensions are empty; where there are none, one complete partition of them (by group, by place …), and the answer
//! says which. `figures` writes the statement over them.

use super::ask::Meant;
use super::binder::Binder;
use super::dictionary::Meaning;
use crate::base::{Report, Result};
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::dates::{Period, Unit};
use crate::language::question::{Category, Token};
use crate::value::{Date, Value};
use crate::vocabulary::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

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
}

/// What a question about figures asks.
#[derive(Default)]
pub struct Wanted {
    pub indicators: Vec<NodeId>,
    pub marks: Marks,
    pub links: BTreeMap<String, BTreeSet<NodeId>>,
    /// First day and the day after the last of each period; none means all.
    pub periods: Vec<(Date, Date)>,
    pub included: Vec<NodeId>,
    pub excluded: Vec<NodeId>,
    pub by: Option<Dimension>,
    pub by_period: bool,
    /// `per year`, `which month`
    pub unit: Option<Unit>,
    pub total: bool,
    pub average: bool,
    /// The most (`true`) or the least.
    pub extreme: Option<bool>,
}

impl Binder<'_> {
    /// Reads a question about figures; `None` where it is not one.
    pub fn statistics(&mut self) -> Result<Option<Meant>> {
        let tokens = self.tokens.clone();
        if !self.is_about_figures(&tokens) {
            return Ok(None);
        }
        let observations = self.observations();
        let Some(wanted) = self.wanted(&tokens, &observations) else { return Ok(None) };
        let chosen = self.choose(&wanted, &observations)?;
        let chosen = self.whole(&wanted, chosen)?;
        Ok(Some(self.figures(&wanted, chosen, &observations)))
    }

    fn is_about_figures(&self, tokens: &[Rc<Token>]) -> bool {
        let about = tokens.iter().any(|t| match t.category {
            Category::Measure => true,
            Category::ValueWord | Category::PropertyNoun => {
                self.meanings(t).iter().any(|m| self.dimension_property(m).is_some())
            }
            _ => false,
        });
        let counts = |t: &Rc<Token>| {
            matches!(
                t.category,
                Category::HowMany | Category::Aggregate | Category::NumberOf | Category::Superlative
            )
        };
        let by_name = tokens.iter().any(counts)
            && tokens.iter().any(|t| t.category == Category::Name && self.has_figures(t));
        // Kinds and people asked for are no figures.
        let other = tokens.iter().any(|t| {
            matches!(
                t.category,
                Category::Who
                    | Category::Whose
                    | Category::Describe
                    | Category::Connected
                    | Category::RelationNoun
            ) || (t.category == Category::Kind && self.kind_dimension(t).is_none())
        });
        (about || by_name) && !other
    }

    /// Whether figures are about something of that name.
    fn has_figures(&self, token: &Token) -> bool {
        let dimensions = self.vocabulary.relations.iter().filter(|r| r.dimension && r.statistics.is_some());
        let kinds: Vec<_> = dimensions.filter_map(|r| self.graph.relationship_type(&r.type_name())).collect();
        self.meanings(token).iter().any(|m| match m {
            Meaning::Entity(node) => kinds.iter().any(|k| self.graph.degree(*node, Way::In, *k) > 0),
            _ => false,
        })
    }

    /// The dimension whose values are of the kind that a token names: `by country`.
    fn kind_dimension(&self, token: &Token) -> Option<Dimension> {
        let kinds = self.kind_names(token);
        let relation = self.vocabulary.relations.iter().find(|r| r.dimension && self.fits(&kinds, &r.to))?;
        Some(Dimension::Relation(relation.type_name()))
    }

    fn dimension_property(&self, meaning: &Meaning) -> Option<(String, Option<Arc<str>>)> {
        match meaning {
            Meaning::Value { property, value } if self.property(*property).dimension => {
                Some((self.property(*property).name.clone(), Some(value.clone())))
            }
            Meaning::Property(at) | Meaning::PropertyVerb(at) if self.property(*at).dimension => {
                Some((self.property(*at).name.clone(), None))
            }
            _ => None,
        }
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
        let key = self.graph.key(&self.statistics_key("period"));
        let period = key.and_then(|k| match self.graph.property(Entity::Node(node), k) {
            Value::String(text) => Some(text),
            _ => None,
        });
        Observation { marks, links, days, period }
    }

    /// Every token takes part in what is wanted, or the question is not one about figures.
    fn wanted(&self, tokens: &[Rc<Token>], observations: &[Observation]) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        let mut dates: Vec<Period> = Vec::new();
        let mut by_verb: Vec<NodeId> = Vec::new();
        let mut range = false;
        for (at, token) in tokens.iter().enumerate() {
            let beside = |category: Category| {
                let before = at.checked_sub(1).and_then(|i| tokens.get(i));
                before.into_iter().chain(tokens.get(at + 1)).any(|t| t.category == category)
            };
            let meanings = self.meanings(token);
            match token.category {
                Category::Measure => {
                    wanted.indicators.extend(meanings.iter().filter_map(|m| match m {
                        Meaning::Measure(node) => Some(*node),
                        _ => None,
                    }));
                }
                Category::Name => {
                    let list = match (beside(Category::Included), beside(Category::Excluded)) {
                        (true, _) => Some(&mut wanted.included),
                        (_, true) => Some(&mut wanted.excluded),
                        _ => None,
                    };
                    let nodes = meanings.iter().filter_map(|m| match m {
                        Meaning::Entity(node) => Some(*node),
                        _ => None,
                    });
                    match list {
                        Some(list) => list.extend(nodes),
                        None => self.want_names(&mut wanted, &nodes.collect::<Vec<_>>(), observations)?,
                    }
                }
                Category::ValueWord => self.want_value(&mut wanted, &meanings, observations)?,
                Category::PropertyNoun => {
                    let part = meanings.iter().find_map(|m| match m {
                        Meaning::Property(at) => self.property(*at).statistics.as_deref(),
                        _ => None,
                    });
                    match (meanings.iter().find_map(|m| self.dimension_property(m)), part) {
                        (Some((key, _)), _) => wanted.by = Some(Dimension::Property(key)),
                        (None, Some("period")) => wanted.by_period = true,
                        (None, Some(_)) => wanted.total = true,
                        (None, None) => return None,
                    }
                }
                Category::Kind => wanted.by = Some(self.kind_dimension(token)?),
                Category::TimeUnit => {
                    wanted.by_period = true;
                    wanted.unit = Some(Unit::named(&token.text)?);
                }
                Category::When => wanted.by_period = true,
                Category::Date => dates.extend(token.period()),
                Category::Present
                | Category::Past
                | Category::PastOrParticiple
                | Category::Participle
                | Category::Gerund
                | Category::Predicate => {
                    let before = by_verb.len();
                    by_verb.extend(meanings.iter().filter_map(|m| match m {
                        Meaning::MeasureVerb(node) => Some(*node),
                        _ => None,
                    }));
                    let dimension = meanings.iter().any(|m| self.dimension_property(m).is_some());
                    if by_verb.len() == before && !dimension {
                        return None;
                    }
                }
                Category::HowMany | Category::NumberOf => wanted.total = true,
                Category::Aggregate => match token.text.split(' ').next().unwrap_or("") {
                    "average" | "mean" => wanted.average = true,
                    "maximum" | "highest" => wanted.extreme = Some(true),
                    "minimum" | "lowest" => wanted.extreme = Some(false),
                    _ => wanted.total = true,
                },
                Category::Superlative => match token.text.as_str() {
                    "most" | "highest" | "largest" | "greatest" => wanted.extreme = Some(true),
                    "least" | "fewest" | "lowest" | "smallest" => wanted.extreme = Some(false),
                    _ => return None,
                },
                Category::From | Category::Between => range = true,
                Category::Not
                | Category::No
                | Category::Without
                | Category::Modal
                | Category::Number
                | Category::Quoted
                | Category::Comparative
                | Category::Transitive
                | Category::Where
                | Category::How
                | Category::If
                | Category::Together
                | Category::Chain
                | Category::InForce => return None,
                _ => {}
            }
        }
        wanted.indicators.sort_unstable();
        wanted.indicators.dedup();
        if wanted.indicators.is_empty() {
            wanted.indicators = by_verb;
        } else if !by_verb.is_empty() {
            wanted.indicators.retain(|n| by_verb.contains(n));
            if wanted.indicators.is_empty() {
                return None;
            }
        }
        let days = |first: &Period, last: &Period| (first.first, Date { days: last.last.days + 1 });
        wanted.periods = match dates.as_slice() {
            [first, last] if range => vec![days(first, last)],
            apart => apart.iter().map(|period| days(period, period)).collect(),
        };
        Some(wanted)
    }

    fn want_value(
        &self,
        wanted: &mut Wanted,
        meanings: &[Meaning],
        observations: &[Observation],
    ) -> Option<()> {
        let mut used = None;
        for meaning in meanings {
            let Some((key, Some(value))) = self.dimension_property(meaning) else { continue };
            let dimension = Dimension::Property(key);
            if observations.iter().any(|o| o.marks.contains_key(&dimension)) {
                wanted.marks.entry(dimension).or_default().insert(Mark::Text(value));
                used = Some(());
            }
        }
        used
    }

    /// Names among the figures: groups, places, a source, a table. Those without figures say nothing of them.
    fn want_names(&self, wanted: &mut Wanted, nodes: &[NodeId], observations: &[Observation]) -> Option<()> {
        let mut used = None;
        for node in nodes {
            let mark = Mark::Node(*node);
            let mut direct = false;
            for observation in observations {
                for (dimension, _) in observation.marks.iter().filter(|(_, marks)| marks.contains(&mark)) {
                    wanted.marks.entry(dimension.clone()).or_default().insert(mark.clone());
                    direct = true;
                }
                for (relation, _) in observation.links.iter().filter(|(_, others)| others.contains(node)) {
                    wanted.links.entry(relation.clone()).or_default().insert(*node);
                    direct = true;
                }
            }
            if !direct && let Some(dimension) = self.subgroup_dimension(*node, observations) {
                wanted.marks.entry(dimension).or_default().insert(mark);
                direct = true;
            }
            if direct {
                used = Some(());
            }
        }
        used
    }

    /// The dimension in which a node's subgroups have figures, though it has none itself.
    fn subgroup_dimension(&self, node: NodeId, observations: &[Observation]) -> Option<Dimension> {
        let below = self.subgroups(node);
        observations.iter().find_map(|o| {
            let found =
                o.marks.iter().find(|(_, marks)| below.iter().any(|n| marks.contains(&Mark::Node(*n))));
            found.map(|(dimension, _)| dimension.clone())
        })
    }

    /// All groups that lie within a group.
    fn subgroups(&self, node: NodeId) -> BTreeSet<NodeId> {
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

    /// The observations that answer.
    fn choose<'o>(
        &mut self,
        wanted: &Wanted,
        observations: &'o [Observation],
    ) -> Result<Vec<&'o Observation>> {
        let mut marks = wanted.marks.clone();
        let fit = |marks: &Marks| observations.iter().filter(|o| fits(wanted, o, marks)).collect::<Vec<_>>();
        let mut fitting = fit(&marks);
        if fitting.is_empty() {
            // A group without figures of its own: its parts.
            for allowed in marks.values_mut() {
                let wider: Vec<NodeId> = allowed.iter().filter_map(Mark::node).collect();
                for node in wider {
                    allowed.extend(self.subgroups(node).into_iter().map(Mark::Node));
                }
            }
            fitting = fit(&marks);
        }
        if fitting.is_empty() {
            return Err(Report::input("figures.none", "no figure in the sources answers this").help(
                "Leave out a condition: `describe` an indicator or group shows which figures there are.",
            ));
        }
        let mentioned = |d: &Dimension| marks.contains_key(d) || wanted.by.as_ref() == Some(d);
        let has_asked = |o: &Observation| wanted.by.as_ref().is_none_or(|d| o.marks.contains_key(d));
        let beside =
            |o: &Observation, but: Option<&Dimension>| o.marks.keys().all(|d| mentioned(d) || Some(d) == but);
        let plain: Vec<&Observation> =
            fitting.iter().copied().filter(|o| has_asked(o) && beside(o, None)).collect();
        if !plain.is_empty() {
            return Ok(self.outermost(plain));
        }
        // Relations before properties: groups and places are the natural partitions.
        let others: BTreeSet<&Dimension> =
            fitting.iter().flat_map(|o| o.marks.keys()).filter(|d| !mentioned(d)).collect();
        let mut others: Vec<&Dimension> = others.into_iter().collect();
        others.sort_by_key(|d| matches!(d, Dimension::Property(_)));
        for dimension in others {
            let part = |o: &&Observation| {
                has_asked(o) && beside(o, Some(dimension)) && o.marks.contains_key(dimension)
            };
            let part: Vec<&Observation> = fitting.iter().copied().filter(part).collect();
            if !part.is_empty() {
                if wanted.total {
                    self.notes.push(format!(
                        "summed over one partition of the figures: {}",
                        dimension.words(self.vocabulary)
                    ));
                }
                return Ok(self.outermost(part));
            }
        }
        Err(Report::input(
            "figures.mixed",
            "the figures of the sources are broken down further than this question asks",
        )
        .help("Name a group, a place or a year."))
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

fn fits(wanted: &Wanted, o: &Observation, marks: &Marks) -> bool {
    let indicator = wanted.indicators.is_empty()
        || o.links.values().any(|l| wanted.indicators.iter().any(|i| l.contains(i)));
    let within =
        |d: &Dimension, allowed: &BTreeSet<Mark>| o.marks.get(d).is_some_and(|m| !m.is_disjoint(allowed));
    let linked =
        |r: &String, allowed: &BTreeSet<NodeId>| o.links.get(r).is_some_and(|l| !l.is_disjoint(allowed));
    let within_days = |(first, end): &(Date, Date)| o.days.is_some_and(|(b, e)| *first <= b && e <= *end);
    let days = wanted.periods.is_empty() || wanted.periods.iter().any(within_days);
    let excluded = o.marks.values().flatten().filter_map(Mark::node).any(|n| wanted.excluded.contains(&n));
    indicator
        && days
        && !excluded
        && marks.iter().all(|(d, allowed)| within(d, allowed))
        && wanted.links.iter().all(|(r, allowed)| linked(r, allowed))
}

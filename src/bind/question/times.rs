//! Times in a question: one, a span, or several; and the day of a happening.

use super::binder::Binder;
use super::choice::UNSAID;
use super::clause::PropertyTest;
use super::emit::{Expr, property, variable};
use super::meaning::*;
use super::trouble;
use crate::base::Result;
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::Token;
use crate::language::question::dates::Period;
use crate::language::question::syntax::{Modifier, ModifierKind, NounPhrase, Simple};
use crate::value::Date;
use crate::vocabulary::{End, Property, Relation, ValueType};

impl ModifierKind {
    /// The preposition and the ends of a single time or span.
    pub fn one_time(&self) -> Option<(&Token, &Token, Option<&Token>)> {
        match self {
            ModifierKind::Time { preposition, first, last, others, .. } if others.is_empty() => {
                Some((preposition, first, last.as_ref()))
            }
            _ => None,
        }
    }

    /// Several times, each as one, and whether any of them is meant.
    pub fn times_apart(&self) -> Option<(Vec<ModifierKind>, bool)> {
        let ModifierKind::Time { preposition, first, last, others, any } = self else { return None };
        if others.is_empty() {
            return None;
        }
        let one = |preposition: &Token, first: &Token, last: Option<&Token>| ModifierKind::Time {
            preposition: preposition.clone(),
            first: first.clone(),
            last: last.cloned(),
            others: Vec::new(),
            any: false,
        };
        let rest = others.iter().map(|(preposition, date)| one(preposition, date, None));
        Some((std::iter::once(one(preposition, first, last.as_ref())).chain(rest).collect(), *any))
    }
}

impl Binder<'_> {
    /// Says each of several times by itself. `and` between days of one happening lists them, for it has only one; what
    /// lasts can hold at all of them.
    pub fn several_times(
        &mut self,
        modifier: &Modifier,
        group: &mut Group,
        mut say: impl FnMut(&mut Self, &Modifier, &mut Group) -> Result<()>,
    ) -> Result<()> {
        let Some((times, any)) = modifier.kind.times_apart() else { return say(self, modifier, group) };
        let mut ways = Vec::new();
        for kind in times {
            let mut way = Group::default();
            say(self, &Modifier { kind, ..modifier.clone() }, &mut way)?;
            ways.push(way);
        }
        let lasts = |way: &Group| way.conditions.iter().all(|c| matches!(c, Condition::Validity { .. }));
        if !any && ways.iter().all(lasts) {
            group.conditions.extend(ways.into_iter().flat_map(|way| way.conditions));
        } else {
            group.conditions.push(Condition::Any(ways));
        }
        Ok(())
    }

    /// That something is in force, today or at the times among what follows.
    pub fn in_force(&mut self, var: Var, rest: &mut Vec<&Modifier>, group: &mut Group) -> Result<()> {
        let valid = |period| Condition::Validity { var, period, how: Meets::On };
        let Some(at) = rest.iter().position(|m| m.kind.times_apart().is_some()) else {
            group.conditions.push(valid(self.take_period(rest)?));
            return Ok(());
        };
        let modifier = rest.remove(at);
        self.several_times(modifier, group, |b, one, way| {
            way.conditions.push(valid(b.take_period(&mut vec![one])?));
            Ok(())
        })
    }

    /// The date of a happening: that of what links the two where it has one of its own, else that of the instrument that
    /// acts, else of what is acted on.
    pub fn event_date(
        &mut self,
        subject: Var,
        modifier: &Modifier,
        group: &mut Group,
        start: usize,
    ) -> Result<()> {
        let last = self.last_edge(group, start).cloned();
        if let Some(edge) = last.as_ref().filter(|edge| self.is_dated(edge)) {
            return self.date_of_link(edge, modifier, group, start);
        }
        let ends = last.map(|e| {
            let actor_first = e.relations.first().is_none_or(|l| !l.reversed);
            if actor_first { [e.from, e.to] } else { [e.to, e.from] }
        });
        for var in ends.into_iter().flatten().chain([subject]) {
            if let Ok(left) = self.attempt(group, |b, g| b.modifier(var, modifier, g))
                && left.is_empty()
            {
                return Ok(());
            }
        }
        self.during(modifier, group, start).ok_or_else(|| trouble::no_date(self, subject, modifier))
    }

    /// `decrees issued after Decree 268`: what is spoken of begins earlier or later than a thing.
    pub fn earlier(
        &mut self,
        subject: Var,
        object: &NounPhrase,
        earlier: bool,
        group: &mut Group,
    ) -> Result<()> {
        if self.begins(self.kinds(subject)).is_none() {
            return Err(trouble::no_first_day(object.span));
        }
        let phrase = self.noun_phrase(object)?;
        self.no_leftover(&phrase.leftover)?;
        let age = |than: &Var| Condition::Age { var: subject, than: *than, older: earlier };
        let said = Group { conditions: phrase.vars.iter().map(age).collect() };
        self.assert(phrase, said, group);
        Ok(())
    }

    /// Whether the relationships of an edge have a first day of their own, by the rules that they follow from.
    pub fn is_dated(&self, edge: &Edge) -> bool {
        let ruled = |link: &Link| {
            let name = &self.relation(link.relation).name;
            let rules = self.vocabulary.derived.iter().filter(|derived| derived.relation == *name);
            rules.into_iter().any(|derived| derived.rule.contains(&format!("AS {FIRST_DAY}")))
        };
        !edge.transitive && !edge.relations.is_empty() && edge.relations.iter().all(ruled)
    }

    /// The day of the happening that an edge tells of, where something has one.
    pub fn time_of_edge(&self, edge: &mut Edge) -> Option<Expr> {
        if self.is_dated(edge) {
            edge.shown = true;
            return Some(property(variable(&edge.name), FIRST_DAY));
        }
        let acts = edge.relations.first().is_none_or(|link| !link.reversed);
        let ends = if acts { [edge.from, edge.to] } else { [edge.to, edge.from] };
        let dated = |var: Var| Some((var, self.begins(self.kinds(var))?));
        let (var, begins) = ends.into_iter().find_map(dated)?;
        Some(property(variable(&self.variables[var.0].name), &begins.name))
    }

    fn date_of_link(
        &mut self,
        edge: &Edge,
        modifier: &Modifier,
        group: &mut Group,
        start: usize,
    ) -> Result<()> {
        let test = modifier
            .kind
            .one_time()
            .and_then(|(preposition, first, last)| self.date_test(Some(preposition), first, last));
        let test = test.ok_or_else(|| trouble::several_times(modifier))?;
        let start = start.min(group.conditions.len());
        let linked = edge_named(&mut group.conditions[start..], &edge.name);
        linked.ok_or_else(|| trouble::several_times(modifier))?.tests.push((FIRST_DAY.to_owned(), test));
        Ok(())
    }

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
                Some(PropertyTest::Test(test)) => Condition::Property { var, key: property.name.clone(), test },
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
            return Err(trouble::none_of_year(self, var, year));
        }
        let act = self.variable(Vec::new(), UNSAID, year.span);
        self.link(group, &acts, var, act, false, year)?;
        let begins = self.begins(self.kinds(act)).ok_or_else(|| trouble::none_of_year(self, var, year))?;
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
        let year = number.text.len() == 4 && number.text.parse().is_ok_and(|year| (1000..2200).contains(&year));
        let before = self.text[..number.span.start].trim_end().to_lowercase();
        if said.span != number.span || !year || before.ends_with("exactly") {
            return Ok(());
        }
        Err(trouble::year_or_number(number))
    }

    /// A property of a thing tested at a time.
    pub fn timed(
        &self,
        property: &crate::vocabulary::Property,
        modifier: &ModifierKind,
    ) -> Option<PropertyTest> {
        let (preposition, first, last) = modifier.one_time()?;
        self.property_test(property, Some(preposition), first, last)
    }
}

fn edge_named<'g>(conditions: &'g mut [Condition], name: &str) -> Option<&'g mut Edge> {
    conditions.iter_mut().find_map(|condition| match condition {
        Condition::Edge(edge) => (edge.name == name).then_some(edge),
        other => other.groups_mut().into_iter().find_map(|inner| edge_named(&mut inner.conditions, name)),
    })
}

/// The property of a relationship that says since when it holds.
pub const FIRST_DAY: &str = "valid_from";

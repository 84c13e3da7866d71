//! Times in a question: one, a span, or several; and the day of a happening.

use super::binder::Binder;
use super::clause::PropertyTest;
use super::emit::{Expr, property, variable};
use super::meaning::*;
use super::trouble;
use crate::base::Result;
use crate::language::question::Token;
use crate::language::question::syntax::{Modifier, ModifierKind, NounPhrase};

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

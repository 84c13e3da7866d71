//! Times in a question: one, a span, or several; and the day of a happening.

use super::binder::Binder;
use super::clause::PropertyTest;
use super::dictionary::Meaning;
use super::emit::{Expr, property, variable};
use super::meaning::*;
use super::mistaken;
use super::phrase::Phrase;
use super::property::is_compared;
use super::trouble;
use crate::base::{Result, Span};
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::dates::{Period, Unit};
use crate::language::question::syntax::{Modifier, ModifierKind, NounPhrase};
use crate::language::question::{Category, Token};
use crate::value::Date;
use crate::vocabulary::{End, Property, ValueType};

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

    /// `after 2012 and before 2017`: two bounds that hold together are one span.
    pub fn bounds(&self, span: Span) -> Result<Option<ModifierKind>> {
        let ModifierKind::Time { preposition, first, last: None, others, any: false } = self else {
            return Ok(None);
        };
        let [(other, second)] = others.as_slice() else { return Ok(None) };
        let days = |preposition: &Token, time: &Token| {
            let period = time.period()?;
            let day = |days| Some(Date { days });
            match DateComparison::of(&preposition.text)? {
                DateComparison::Before => Some((None, day(period.first.days - 1))),
                DateComparison::UntilEnd => Some((None, day(period.last.days))),
                DateComparison::Since => Some((day(period.first.days), None)),
                DateComparison::After => Some((day(period.last.days + 1), None)),
                DateComparison::Within => None,
            }
        };
        let (Some(one), Some(two)) = (days(preposition, first), days(other, second)) else { return Ok(None) };
        let (from, to) = match (one, two) {
            ((Some(from), None), (None, Some(to))) | ((None, Some(to)), (Some(from), None)) => (from, to),
            _ => return Ok(None),
        };
        if from > to {
            return Err(mistaken::no_day_between(span));
        }
        let at = |time: &Token, day| Token { period: Some(Period::day(day)), ..time.clone() };
        Ok(Some(ModifierKind::Time {
            preposition: Token { text: "between".into(), category: Category::Between, ..preposition.clone() },
            first: at(first, from),
            last: Some(at(second, to)),
            others: Vec::new(),
            any: false,
        }))
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

/// Whether a phrase says for how long by naming a thing: `during the National Plan`.
pub fn is_during(modifier: &Modifier) -> bool {
    matches!(&modifier.kind, ModifierKind::Phrase { preposition, .. }
        if matches!(preposition.text.as_str(), "during" | "within"))
}

/// Whether it says when something holds.
pub fn is_time(modifier: &Modifier) -> bool {
    matches!(modifier.kind, ModifierKind::Time { .. }) || is_compared(modifier) || is_during(modifier)
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
        if let Some(kind) = modifier.kind.bounds(modifier.span)? {
            return say(self, &Modifier { kind, ..modifier.clone() }, group);
        }
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
            self.days_listed = self.days_listed.or((!any).then_some(modifier.span));
            group.conditions.push(Condition::Any(ways));
        }
        Ok(())
    }

    /// Whether a named thing has ended: of anything else `exists` says that it is held.
    pub fn is_over(&self, var: Var) -> bool {
        let over = |node: &NodeId| {
            let ends = self.graph.validity(Entity::Node(*node)).ends;
            ends.is_some_and(|day| day.date <= self.today)
        };
        let named = &self.variables[var.0].entities;
        !named.is_empty() && named.iter().all(over)
    }

    /// Whether things of these kinds can be in force: some day of theirs can be told.
    pub fn can_hold(&self, kinds: &[String]) -> bool {
        let dated = |p: &&Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
        let mut days = self.vocabulary.properties.iter().filter(dated).filter(|p| !p.on.is_empty());
        let mut acts = self.vocabulary.relations.iter().filter(|r| r.begins.is_some() || r.ends.is_some());
        let force = self.vocabulary.property(IN_FORCE).is_some_and(|p| self.carries(kinds, p));
        kinds.is_empty()
            || force
            || days.any(|p| self.carries(kinds, p))
            || acts.any(|r| self.fits(kinds, &r.to))
    }

    /// That something is in force, today or at the times among what follows.
    pub fn in_force(&mut self, var: Var, rest: &mut Vec<&Modifier>, group: &mut Group) -> Result<()> {
        let valid = |period| Condition::Validity { var, period, how: Meets::On };
        let named = rest.iter().position(|m| is_compared(m) || is_during(m));
        if let Some(at) = named
            && let ModifierKind::Phrase { preposition, object } = &rest.remove(at).kind
        {
            group.conditions.push(valid(Some(self.time_of(preposition, object)?)));
            return Ok(());
        }
        if let Some(at) = rest.iter().position(|m| matches!(m.kind, ModifierKind::Supposed { .. }))
            && let Some(period) = self.days_of(rest[at])?
        {
            rest.remove(at);
            group.conditions.push(valid(Some(period)));
            return Ok(());
        }
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

    /// `before Decree 268`, `during the National Plan`: the time of a named thing.
    pub fn time_of(&mut self, preposition: &Token, object: &NounPhrase) -> Result<Period> {
        let phrase = self.noun_phrase(object)?;
        self.no_leftover(&phrase.leftover)?;
        let nodes = phrase.var().map(|var| self.variables[var.0].entities.clone()).unwrap_or_default();
        let untold = || mistaken::untold_time(object.span);
        let ([_], [node]) = (phrase.vars.as_slice(), nodes.as_slice()) else { return Err(untold()) };
        self.of_beginning(object, phrase.var())?;
        let validity = self.graph.validity(Entity::Node(*node));
        let first = validity.begins.map(|day| day.date);
        let last = validity.ends.map(|day| Date { days: day.date.days - 1 });
        let period = match DateComparison::of(&preposition.text) {
            Some(DateComparison::Before) => first.and_then(Period::before),
            Some(DateComparison::After) => last.or(first).and_then(Period::after),
            _ => first.zip(last).map(|(first, last)| Period { first, last, unit: Unit::Span }),
        };
        period.ok_or_else(untold)
    }

    /// `started after Decree 268 was issued`: the day of a named thing that another is compared with, its last where
    /// nothing else is said and something comes after it.
    pub fn day_of_named(
        &mut self,
        preposition: &Token,
        object: &NounPhrase,
    ) -> Result<(DateComparison, Period)> {
        let phrase = self.noun_phrase(object)?;
        self.no_leftover(&phrase.leftover)?;
        let untold = || mistaken::untold_time(object.span);
        let comparison = DateComparison::of(&preposition.text).ok_or_else(untold)?;
        let nodes = phrase.var().map(|var| self.variables[var.0].entities.clone()).unwrap_or_default();
        let ([_], [node]) = (phrase.vars.as_slice(), nodes.as_slice()) else { return Err(untold()) };
        self.of_beginning(object, phrase.var())?;
        let validity = self.graph.validity(Entity::Node(*node));
        let first = validity.begins.map(|day| day.date);
        let last = validity.ends.map(|day| Date { days: day.date.days - 1 });
        let last = last.filter(|_| comparison == DateComparison::After && !is_event(object));
        let day = last.or(first).ok_or_else(untold)?;
        let which = if last.is_some() { "last" } else { "first" };
        self.notes.push(format!("the {which} day of {} is {day}", self.graph.name(*node)));
        Ok((comparison, Period::day(day)))
    }

    /// Whether a condition tells of what has begun or ended by the day of the question. What has not ended by then is there.
    pub fn begun_or_over(&self, group: &Group) -> bool {
        group.conditions.iter().any(|condition| match condition {
            Condition::Moment { period, .. } => period.last <= self.today,
            Condition::Not(denied) => denied.conditions.iter().any(|condition| match condition {
                Condition::Moment { var, end, period, .. } => {
                    let named = !self.variables[var.0].entities.is_empty();
                    period.last <= self.today && (named || !*end)
                }
                _ => false,
            }),
            other => other.groups().into_iter().any(|inner| self.begun_or_over(inner)),
        })
    }

    /// What holds over a time holds in it, where the relation has days of its own: `was a party to X in 2004`. Takes
    /// the times that it has said.
    pub fn held<'s>(
        &mut self,
        rest: Vec<&'s Modifier>,
        group: &mut Group,
        start: usize,
    ) -> Result<Vec<&'s Modifier>> {
        let lasts = self.last_edge(group, start).is_some_and(|edge| self.has_days(edge));
        let mut left = Vec::new();
        for modifier in rest {
            match modifier.kind {
                ModifierKind::Time { .. } if lasts => {
                    let held = self.during(modifier, group, start);
                    held.ok_or_else(|| mistaken::held_when(modifier.span))?;
                }
                _ => left.push(modifier),
            }
        }
        Ok(left)
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
        if let Some(kind) = modifier.kind.bounds(modifier.span)? {
            return self.event_date(subject, &Modifier { kind, ..modifier.clone() }, group, start);
        }
        let last = self.last_edge(group, start).cloned();
        if let Some(edge) = last.as_ref().filter(|edge| self.is_dated(edge)) {
            return self.date_of_link(edge, modifier, group, start);
        }
        let ends = last.map(|edge| edge.acting_first());
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
        let begun = self.last_edge(group, 0).is_some_and(|edge| self.begins_with(edge, subject));
        if !begun && self.begins(self.kinds(subject)).is_none() {
            return Err(trouble::no_first_day(object.span));
        }
        let bare = self.without_own_day(object);
        let phrase = self.noun_phrase(bare.as_ref().unwrap_or(object))?;
        self.no_leftover(&phrase.leftover)?;
        self.of_beginning(object, phrase.var())?;
        let age = |than: &Var| Condition::Age { var: subject, than: *than, older: earlier };
        let said = Group { conditions: phrase.vars.iter().map(age).collect() };
        let said_of = Phrase { leftover: Vec::new(), ..phrase };
        self.assert(said_of, said, group);
        Ok(())
    }

    /// `Law 74 was adopted`, after `before` or `after`: the law alone, where the verb tells the day that is compared.
    fn without_own_day(&self, object: &NounPhrase) -> Option<NounPhrase> {
        let last = object.parts.last().and_then(|part| part.modifiers.last())?;
        let ModifierKind::Participle { negated: false, verbs, complements, .. } = &last.kind else {
            return None;
        };
        let tells = |meaning: &Meaning| match meaning {
            Meaning::PropertyVerb(at) => self.property(*at).value_type == ValueType::Date,
            _ => false,
        };
        let told = complements.is_empty() && verbs.iter().all(|verb| self.meanings(verb).iter().any(tells));
        let mut bare = object.clone();
        bare.parts.last_mut().filter(|_| told)?.modifiers.pop();
        Some(bare)
    }

    /// `Decree 268 of 3 May 2012`: a date that a named thing is told by has to be its own.
    pub fn of_its_date(&self, var: Var, modifiers: &[&Modifier]) -> Result<()> {
        let [node] = self.variables[var.0].entities.as_slice() else { return Ok(()) };
        let told = modifiers.iter().take_while(|modifier| matches!(modifier.kind, ModifierKind::Time { .. }));
        for modifier in told {
            let Some((preposition, time, None)) = modifier.kind.one_time() else { continue };
            let first = self.graph.validity(Entity::Node(*node)).begins.map(|day| day.date);
            if let (Some(first), Some(period), "of" | "from") =
                (first, time.period(), preposition.text.as_str())
                && self.begins(self.kinds(var)).is_some()
                && !(period.first <= first && first <= period.last)
            {
                return Err(mistaken::other_date(self.graph.name(*node), first, time.span));
            }
        }
        Ok(())
    }

    /// Whether a thing begins with what an edge says of it: what is established.
    fn begins_with(&self, edge: &Edge, subject: Var) -> bool {
        let begun = |link: &Link| {
            let to = if link.reversed { edge.from } else { edge.to };
            let from = if link.reversed { edge.to } else { edge.from };
            match self.relation(link.relation).begins {
                Some(End::To) => to == subject,
                Some(End::From) => from == subject,
                None => false,
            }
        };
        !edge.relations.is_empty() && edge.relations.iter().all(begun)
    }

    /// Whether the relationships of an edge have a first day of their own, by the rules that they follow from.
    pub fn is_dated(&self, edge: &Edge) -> bool {
        let ruled = |link: &Link| self.has_day_by_rule(link.relation);
        !edge.transitive && !edge.relations.is_empty() && edge.relations.iter().all(ruled)
    }

    /// Whether a rule that derives a relation tells its first day.
    pub fn has_day_by_rule(&self, relation: usize) -> bool {
        let name = &self.relation(relation).name;
        let mut rules = self.vocabulary.derived.iter().filter(|derived| derived.relation == *name);
        rules.any(|derived| derived.rule.contains(&format!("AS {FIRST_DAY}")))
    }

    /// The day of the happening that an edge tells of, where something has one.
    pub fn time_of_edge(&self, edge: &mut Edge) -> Option<Expr> {
        if self.is_dated(edge) {
            edge.shown = true;
            return Some(property(variable(&edge.name), FIRST_DAY));
        }
        let (var, begins) = self.dated_end(edge)?;
        Some(property(variable(&self.variables[var.0].name), &begins.name))
    }

    /// The end of an edge that has a first day, what acts before what is acted on.
    pub fn dated_end(&self, edge: &Edge) -> Option<(Var, &Property)> {
        let dated = |var: Var| Some((var, self.begins(self.kinds(var))?));
        edge.acting_first().into_iter().find_map(dated)
    }

    /// Whether days are told of the relationships of an edge, by rules or by what is stated of some of them.
    pub fn has_days(&self, edge: &Edge) -> bool {
        const LOOKED_AT: usize = 5_000;
        if self.is_dated(edge) {
            return true;
        }
        let Some(key) = self.graph.key(FIRST_DAY) else { return false };
        let stated = |link: &Link| {
            let relation = self.graph.relationship_type(&self.relation(link.relation).type_name());
            let Some(kind) = relation else { return false };
            let outgoing = |node| self.graph.adjacent(node, Way::Out, kind).relationships.iter().copied();
            let mut some = self.graph.nodes().flat_map(outgoing).take(LOOKED_AT);
            some.any(|r| !self.graph.property(Entity::Relationship(r), key).is_null())
        };
        !edge.transitive && !edge.relations.is_empty() && edge.relations.iter().all(stated)
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

/// `Decree 268 was issued`, after a preposition.
fn is_event(object: &NounPhrase) -> bool {
    let last = object.parts.last().and_then(|part| part.modifiers.last());
    last.is_some_and(|modifier| matches!(modifier.kind, ModifierKind::Participle { .. }))
}

fn edge_named<'g>(conditions: &'g mut [Condition], name: &str) -> Option<&'g mut Edge> {
    conditions.iter_mut().find_map(|condition| match condition {
        Condition::Edge(edge) => (edge.name == name).then_some(edge),
        other => other.groups_mut().into_iter().find_map(|inner| edge_named(&mut inner.conditions, name)),
    })
}

/// The property that says whether an act is in force.
const IN_FORCE: &str = "in_force";

/// The property of a relationship that says since when it holds.
pub const FIRST_DAY: &str = "valid_from";

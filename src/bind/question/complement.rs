//! What follows a verb: dates of a happening, roles, periods, and values of properties.

use super::binder::Binder;
use super::choice::UNSAID;
use super::clause::PropertyTest;
use super::dictionary::{Meaning, holds_words};
use super::meaning::*;
use super::trouble;
use crate::base::{Report, Result, fold_words};
use crate::graph::Entity;
use crate::language::question::dates::Period;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use crate::value::Value;
use crate::vocabulary::{Property, ValueType};
use std::sync::Arc;

impl<'b> Binder<'b> {
    /// `what is X developing`: a verb at the end in want of what it acts on, which is asked for.
    pub fn does_what<'s>(&self, object: &'s NounPhrase) -> Option<&'s Token> {
        let modifier = object.parts.last()?.modifiers.last()?;
        let ModifierKind::Gerund { verbs, object: None, .. } = &modifier.kind else { return None };
        let links =
            |verb: &Token| self.meanings(verb).iter().all(|meaning| matches!(meaning, Meaning::Verb(_)));
        verbs.last().filter(|verb| links(verb))
    }

    /// What follows a verb: dates of the happening, roles, and phrases that go with subject or object.
    pub fn complements<'s>(
        &mut self,
        subject: Var,
        rest: Vec<&'s Modifier>,
        group: &mut Group,
        start: usize,
    ) -> Result<Vec<&'s Modifier>> {
        let mut left = Vec::new();
        for modifier in rest {
            // An alternative is none to what the verb says.
            if !left.is_empty() || modifier.or_before {
                left.push(modifier);
                continue;
            }
            let done = match &modifier.kind {
                ModifierKind::Time { .. } => self.event_date(subject, modifier, group, start),
                ModifierKind::Supposed { .. } | ModifierKind::Phrase { .. }
                    if let Ok(Some(time)) = self.as_time(modifier) =>
                {
                    self.event_date(subject, &time, group, start)
                }
                ModifierKind::Phrase { preposition, object } => match DateComparison::of(&preposition.text) {
                    Some(DateComparison::Before) => self.earlier(subject, object, true, group),
                    Some(DateComparison::After) => self.earlier(subject, object, false, group),
                    _ => self
                        .role(preposition, object, group, start)
                        .or_else(|report| self.place_of(subject, modifier, group, start).ok_or(report)),
                },
                ModifierKind::Infinitive { verbs, any, preposition, object } => {
                    self.infinitive(verbs, *any, preposition.as_ref(), object, group, start)
                }
                ModifierKind::Together(object) => self.together(object, group, start),
                ModifierKind::Stated | ModifierKind::Transitive => Ok(()),
                _ => {
                    Err(Report::input("question.attach", "this does not go with the verb")
                        .at(modifier.span, ""))
                }
            };
            if done.is_err() {
                left.push(modifier);
            }
        }
        Ok(left)
    }

    /// `which instruments regulate X in Y`: the place of who or what acts.
    fn place_of(&mut self, subject: Var, modifier: &Modifier, group: &mut Group, start: usize) -> Option<()> {
        let edge = self.last_edge(group, start)?;
        if [edge.from, edge.to].iter().any(|end| self.variables[end.0].word == UNSAID) {
            return None;
        }
        let before = group.conditions.len();
        let places = self.places();
        self.attempt(group, |b, g| {
            let left = b.modifier(subject, modifier, g)?;
            b.no_leftover(&left)?;
            let local = |link: &Link| {
                !link.reversed && b.relation(link.relation).to.iter().all(|kind| places.contains(kind))
            };
            for condition in &mut g.conditions[before..] {
                if let Condition::Edge(edge) = condition
                    && edge.from == subject
                {
                    let (from, to) = (edge.from, edge.to);
                    edge.relations.retain(|link| local(link) && b.occurs(link, from, to));
                    if edge.relations.is_empty() {
                        return Err(Report::input("question.attach", "no place").at(modifier.span, ""));
                    }
                }
            }
            // A state acts in its own territory.
            if let [.., Condition::Edge(edge)] = g.conditions.as_slice()
                && edge.from == subject
                && b.kinds(edge.to).iter().any(|kind| b.agents().contains(kind))
                && b.fits(b.kinds(edge.to), b.kinds(subject))
            {
                let itself = Group { conditions: vec![Condition::Same(subject, edge.to)] };
                let inside = Group { conditions: g.conditions.split_off(before) };
                g.conditions.push(Condition::Any(vec![inside, itself]));
            }
            Ok(())
        })
        .ok()
    }

    /// A time for which what links the two has to hold, where they have no dates to compare with.
    pub fn during(&mut self, modifier: &Modifier, group: &mut Group, start: usize) -> Option<()> {
        let (preposition, first, last) = modifier.kind.one_time()?;
        if !matches!(preposition.text.as_str(), "in" | "on" | "during" | "within" | "between" | "from" | "at")
        {
            return None;
        }
        let (first, last) = (first.period()?, last.map_or(first.period(), |last| last.period())?);
        let edge = group.conditions.get_mut(start..)?.iter_mut().rev().find_map(|c| match c {
            Condition::Edge(edge) if !edge.transitive && edge.during.is_none() => Some(edge),
            _ => None,
        })?;
        edge.during = Some(Period { last: last.last, ..first });
        let edge = edge.clone();
        if self.is_dated(&edge) {
            return Some(());
        }
        let note = "a relation without dates of its own holds as long as what it links does";
        if !self.notes.iter().any(|known| known == note) {
            self.notes.push(note.to_owned());
        }
        Some(())
    }

    /// `appointed to coordinate Y`: whoever is acted on does that.
    fn infinitive<'s>(
        &mut self,
        verbs: &'s [Token],
        any: bool,
        preposition: Option<&'s Token>,
        object: &'s NounPhrase,
        group: &mut Group,
        start: usize,
    ) -> Result<()> {
        let Some(edge) = self.last_edge(group, start) else {
            return Err(
                Report::input("question.attach", "nobody here is told to do this").at(object.span, "")
            );
        };
        let passive = edge.relations.iter().all(|link| link.reversed);
        let who = if passive { edge.from } else { edge.to };
        let left = self.active(who, verbs, any, preposition, Some(object), false, group)?;
        self.no_leftover(&left)
    }

    /// Who does the same besides: the verb's link once more, from the other.
    fn together(&mut self, object: &NounPhrase, group: &mut Group, start: usize) -> Result<()> {
        let nothing = || {
            Report::input("question.attach", "nothing here is done together")
                .at(object.span, "together with whom?")
                .help("Say it after a verb, for example `X develops Y together with Z`.")
        };
        let at = (start.min(group.conditions.len())..group.conditions.len())
            .rev()
            .find(|at| matches!(group.conditions[*at], Condition::Edge(_)));
        let Some(Condition::Edge(edge)) = at.and_then(|at| group.conditions.get(at)).cloned() else {
            return Err(nothing());
        };
        let phrase = self.noun_phrase(object)?;
        self.no_leftover(&phrase.leftover)?;
        group.conditions.extend(phrase.group.conditions);
        let passive = edge.relations.iter().all(|link| link.reversed);
        let said = super::clause::head_token(object);
        for other in phrase.vars {
            let (from, to) = if passive { (edge.from, other) } else { (other, edge.to) };
            self.link(group, &edge.relations, from, to, edge.transitive, &said)?;
            // Nobody does anything together with itself.
            let agent = if passive { edge.to } else { edge.from };
            let named = self.variables[other.0].entities.clone();
            if self.variables[agent.0].entities.is_empty() && !named.is_empty() {
                let other = self.entity(named, &said.text, object.span);
                group
                    .conditions
                    .push(Condition::Not(Group { conditions: vec![Condition::Same(agent, other)] }));
            }
        }
        Ok(())
    }

    pub fn last_edge<'g>(&self, group: &'g Group, start: usize) -> Option<&'g Edge> {
        group.conditions[start.min(group.conditions.len())..].iter().rev().find_map(|c| match c {
            Condition::Edge(edge) => Some(edge),
            Condition::Not(inner)
            | Condition::Count { group: inner, .. }
            | Condition::Every { said: inner, .. } => self.last_edge(inner, 0),
            _ => None,
        })
    }

    /// `as coordinating body`: a text property of the relation itself.
    pub fn role(
        &mut self,
        preposition: &Token,
        object: &NounPhrase,
        group: &mut Group,
        start: usize,
    ) -> Result<()> {
        let text = object.span.of(self.text).to_owned();
        let mut found: Option<(usize, String, Vec<Arc<str>>)> = None;
        let mut known: Vec<Arc<str>> = Vec::new();
        for (at, condition) in group.conditions.iter().enumerate().skip(start) {
            let Condition::Edge(edge) = condition else { continue };
            let by_word = self.relation_properties(preposition).map(|property| (property, false));
            // Where the source says it with the preposition: `in the Kyrgyz Republic`.
            let by_value = self.vocabulary.properties.iter().map(|property| (property, true));
            let texts = by_value.filter(|(property, _)| property.value_type == ValueType::String);
            for (property, whole) in by_word.chain(texts) {
                let values = self.edge_values(edge, property);
                let says = |v: &str| !whole || fold_words(v).first() == Some(&preposition.text);
                let matching: Vec<Arc<str>> =
                    values.iter().filter(|v| says(v) && holds_words(v, &text)).cloned().collect();
                if !whole {
                    known.extend(values);
                }
                if !matching.is_empty() {
                    found = Some((at, property.name.clone(), matching));
                }
            }
        }
        match found {
            Some((at, key, values)) => {
                if let Some(Condition::Edge(edge)) = group.conditions.get_mut(at) {
                    edge.tests.push((key, Test::OneOf(values)));
                }
                Ok(())
            }
            None => Err(trouble::role(preposition, object, &known)),
        }
    }

    pub fn relation_properties(&self, preposition: &Token) -> impl Iterator<Item = &'b Property> + use<'b> {
        let text = preposition.text.clone();
        self.vocabulary.properties.iter().filter(move |p| p.prepositions.contains(&text))
    }

    /// The texts that a property has on relationships of the edge's relations.
    pub fn edge_values(&self, edge: &Edge, property: &Property) -> Vec<Arc<str>> {
        let Some(key) = self.graph.key(&property.name) else { return Vec::new() };
        let mut values: Vec<Arc<str>> = Vec::new();
        for link in &edge.relations {
            let relation = self.relation(link.relation);
            let Some(kind) = self.graph.relationship_type(&relation.type_name()) else { continue };
            let outgoing = self
                .graph
                .nodes()
                .flat_map(|n| self.graph.adjacent(n, crate::graph::Way::Out, kind).relationships);
            for relationship in outgoing.copied() {
                match self.graph.property(Entity::Relationship(relationship), key) {
                    Value::String(text) => values.push(text),
                    Value::List(items) => {
                        values.extend(items.iter().filter_map(|v| v.as_str().map(Arc::from)))
                    }
                    _ => {}
                }
            }
        }
        values.sort();
        values.dedup();
        values
    }

    /// The day or period among what follows, taken out.
    pub fn take_period(&self, rest: &mut Vec<&Modifier>) -> Result<Option<Period>> {
        let at = rest.iter().position(|m| matches!(m.kind, ModifierKind::Time { .. }));
        let Some(at) = at else { return Ok(None) };
        let modifier = rest.remove(at);
        let Some((preposition, first, last)) = modifier.kind.one_time() else {
            return Err(trouble::several_times(modifier));
        };
        let Some(period) = first.period() else { return Ok(None) };
        match (preposition.text.as_str(), last.and_then(|l| l.period())) {
            (_, Some(end)) => Ok(Some(Period {
                first: period.first,
                last: end.last,
                unit: crate::language::question::dates::Unit::Span,
            })),
            ("on" | "in" | "at" | "during" | "as of" | "within", None) => Ok(Some(period)),
            ("before" | "prior to" | "earlier than", None) => Ok(Period::before(period.first)),
            ("after" | "later than", None) => Ok(Period::after(period.last)),
            ("until" | "till", None) => {
                let day = crate::value::Date { days: period.first.days - 1 };
                Ok(Some(Period::day(day)))
            }
            ("since", None) => Ok(Some(Period::day(period.last))),
            _ => Err(Report::input(
                "question.time",
                format!("`{}` does not go with `in force`", preposition.text),
            )
            .at(preposition.span, "write `on`, `in` or `during`")),
        }
    }

    /// A date compared with what is written.
    pub fn date_test(
        &self,
        preposition: Option<&Token>,
        first: &Token,
        last: Option<&Token>,
    ) -> Option<Test> {
        let period = first.period()?;
        let test = match (preposition.map(|p| p.text.as_str()), last.and_then(|l| l.period())) {
            (_, Some(end)) => Test::Date {
                comparison: DateComparison::Within,
                period: Period {
                    first: period.first,
                    last: end.last,
                    unit: crate::language::question::dates::Unit::Span,
                },
            },
            (None | Some("of" | "from"), None) => Test::Date { comparison: DateComparison::Within, period },
            (Some(preposition), None) => Test::Date { comparison: DateComparison::of(preposition)?, period },
        };
        Some(test)
    }

    /// A property compared with what is written.
    pub fn property_test(
        &self,
        property: &Property,
        preposition: Option<&Token>,
        first: &Token,
        last: Option<&Token>,
    ) -> Option<PropertyTest> {
        match property.value_type {
            ValueType::Date => self.date_test(preposition, first, last).map(PropertyTest::Test),
            ValueType::Period => {
                // What lasts is neither before nor after a time that lies within it.
                let within = |preposition: &str| {
                    matches!(preposition, "of" | "from" | "between")
                        || DateComparison::of(preposition) == Some(DateComparison::Within)
                };
                if preposition.is_some_and(|p| !within(&p.text)) {
                    return None;
                }
                let period = first.period()?;
                let period = match last.and_then(|l| l.period()) {
                    Some(end) => Period {
                        first: period.first,
                        last: end.last,
                        unit: crate::language::question::dates::Unit::Span,
                    },
                    None => period,
                };
                Some(PropertyTest::Overlaps(period))
            }
            ValueType::String => {
                let text = match first.category {
                    Category::Number => first.text.clone(),
                    Category::Quoted => {
                        first.span.of(self.text).trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
                    }
                    Category::Date => first.span.of(self.text).to_owned(),
                    _ => return None,
                };
                if preposition.is_some() {
                    return None;
                }
                Some(PropertyTest::Test(Test::Text(Arc::from(text))))
            }
            ValueType::Integer | ValueType::Float => {
                let number: f64 = first.text.parse().ok()?;
                preposition.is_none().then_some(PropertyTest::Test(Test::Number(Comparison::Equal, number)))
            }
            ValueType::Boolean => None,
        }
    }
}

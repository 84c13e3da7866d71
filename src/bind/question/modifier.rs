//! Modifiers: what narrows a noun phrase, and the phrases that follow a verb.

use super::binder::{Binder, Voice};
use super::clause::{Gap, PropertyTest};
use super::dictionary::{Meaning, holds_words};
use super::meaning::*;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result};
use crate::graph::Entity;
use crate::language::question::dates::Period;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use crate::value::Value;
use crate::vocabulary::{Property, ValueType};
use std::sync::Arc;

impl<'b> Binder<'b> {
    /// Says a modifier of a variable, or fails where it does not go with it. Returns what belongs further out.
    pub fn modifier<'s>(
        &mut self,
        var: Var,
        modifier: &'s Modifier,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        match &modifier.kind {
            ModifierKind::Relative { preposition, clause } => {
                // `for which no legal basis is stated` is `without a legal basis`.
                if let (Some(_), Some(subject)) = (preposition, &clause.subject)
                    && let [VerbPhrase { core: Core::Stated, negated, .. }] = clause.verbs.as_slice()
                {
                    let mut inner = Group::default();
                    let left = self.owns(var, subject, &mut inner)?;
                    if *negated {
                        group.conditions.push(Condition::Not(inner));
                    } else {
                        group.conditions.extend(inner.conditions);
                    }
                    return Ok(left);
                }
                let gap = Gap { var, preposition: preposition.as_ref() };
                self.clause(clause, Some(gap), group)
            }
            ModifierKind::Whose { noun, verbs, any } => self.whose(var, noun, verbs, *any, group),
            ModifierKind::Phrase { preposition, object } => {
                self.phrase_modifier(var, preposition, object, group)
            }
            ModifierKind::Time { preposition, first, last } => {
                let kinds = self.kinds(var).to_vec();
                let timed = |p: &Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
                let Some(property) = self.beginning(&kinds, timed) else {
                    return Err(trouble::no_date(self, var, modifier));
                };
                match self.property_test(property, Some(preposition), first, last.as_ref()) {
                    Some(PropertyTest::Test(test)) => {
                        group.conditions.push(Condition::Property { var, key: property.name.clone(), test });
                        Ok(Vec::new())
                    }
                    Some(PropertyTest::Overlaps(period)) => {
                        group.conditions.push(Condition::Validity {
                            var,
                            period: Some(period),
                            how: Meets::Overlaps,
                        });
                        Ok(Vec::new())
                    }
                    None => Err(trouble::no_date(self, var, modifier)),
                }
            }
            ModifierKind::Value(token) => Err(trouble::out_of_place(token)),
            ModifierKind::Without(object) => {
                let mut inner = Group::default();
                let left = self.owns(var, object, &mut inner)?;
                group.conditions.push(Condition::Not(inner));
                Ok(left)
            }
            ModifierKind::Participle { negated, transitive, verbs, any: _, complements } => {
                let mut inner = Group::default();
                let left = self.participle(var, verbs, *transitive, complements, &mut inner)?;
                self.assert_or_deny(*negated, inner, group);
                Ok(left)
            }
            ModifierKind::Gerund { negated, transitive, verbs, any, preposition, object } => {
                let core = Core::Active {
                    verbs: verbs.clone(),
                    any: *any,
                    preposition: preposition.clone(),
                    object: None,
                };
                let _ = core;
                let mut inner = Group::default();
                let left = self.active(
                    var,
                    verbs,
                    *any,
                    preposition.as_ref(),
                    object.as_ref(),
                    *transitive,
                    &mut inner,
                )?;
                self.assert_or_deny(*negated, inner, group);
                Ok(left)
            }
            ModifierKind::Predicate { negated, transitive, predicate, preposition, object } => {
                let mut inner = Group::default();
                let verbs = std::slice::from_ref(predicate);
                let left = self.active(
                    var,
                    verbs,
                    false,
                    preposition.as_ref(),
                    object.as_ref(),
                    *transitive,
                    &mut inner,
                )?;
                self.assert_or_deny(*negated, inner, group);
                Ok(left)
            }
            ModifierKind::InForce { negated, time } => {
                let mut rest: Vec<&Modifier> = time.iter().map(|t| &**t).collect();
                let period = self.take_period(&mut rest)?;
                let inner = Group { conditions: vec![Condition::Validity { var, period, how: Meets::On }] };
                self.assert_or_deny(*negated, inner, group);
                Ok(Vec::new())
            }
            ModifierKind::Stated | ModifierKind::Transitive => Ok(Vec::new()),
            ModifierKind::Including(object) | ModifierKind::Excluding(object) => {
                Err(Report::input("question.place", "only figures can include or exclude something")
                    .at(object.span, ""))
            }
        }
    }

    fn assert_or_deny(&mut self, negated: bool, inner: Group, group: &mut Group) {
        if negated {
            group.conditions.push(Condition::Not(inner));
        } else {
            group.conditions.extend(inner.conditions);
        }
    }

    /// `X verbing Y`, `X responsible for Y`.
    #[allow(clippy::too_many_arguments)]
    fn active<'s>(
        &mut self,
        var: Var,
        verbs: &'s [Token],
        any: bool,
        preposition: Option<&'s Token>,
        object: Option<&'s NounPhrase>,
        transitive: bool,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut rest = Vec::new();
        if self.property_verb(var, verbs, object, &mut rest, group)?.is_some() {
            return Ok(rest);
        }
        let Some(first) = verbs.first() else { return Ok(rest) };
        let used = preposition.map(|p| p.text.as_str());
        let mut links = self.verb_links(verbs, Voice::Active, used, false);
        if links.is_empty() && !any {
            links = self.verb_links(verbs, Voice::Active, used, true);
        }
        if links.is_empty() {
            return Err(trouble::verb_does_not_go(self, first));
        }
        let phrase = match object {
            Some(object) => self.noun_phrase(object)?,
            None => {
                let other = self.variable(Vec::new(), "other", first.span);
                Phrase { vars: vec![other], ..Phrase::default() }
            }
        };
        let mut inner = phrase.group;
        for object in &phrase.vars {
            self.link(&mut inner, &links, var, *object, transitive, first)?;
        }
        self.assert_or_deny(phrase.negative, inner, group);
        rest.extend(phrase.leftover);
        Ok(rest)
    }

    /// `X verbed by Y`, `X dated before 2005`.
    pub fn participle<'s>(
        &mut self,
        var: Var,
        verbs: &[Token],
        transitive: bool,
        complements: &'s [Modifier],
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut rest: Vec<&'s Modifier> = complements.iter().collect();
        let Some(first) = verbs.first() else { return Ok(rest) };
        let start = group.conditions.len();
        let mut agent: Option<(usize, Vec<Link>)> = None;
        for (at, complement) in rest.iter().enumerate() {
            if let ModifierKind::Phrase { preposition, .. } = &complement.kind {
                let mut links = self.verb_links(verbs, Voice::Passive, Some(&preposition.text), false);
                if links.is_empty() {
                    // An active verb with a preposition of its own: bodies *belonging to* …, *based on* …
                    links = self.verb_links(verbs, Voice::Active, Some(&preposition.text), false);
                }
                if !links.is_empty() {
                    agent = Some((at, links));
                    break;
                }
            }
        }
        match agent {
            Some((at, links)) => {
                let modifier = rest.remove(at);
                let ModifierKind::Phrase { object, .. } = &modifier.kind else { return Ok(rest) };
                let phrase = self.noun_phrase(object)?;
                let mut inner = phrase.group;
                for object in &phrase.vars {
                    self.link(&mut inner, &links, var, *object, transitive, first)?;
                }
                self.assert_or_deny(phrase.negative, inner, group);
                rest.splice(at..at, phrase.leftover);
            }
            None => {
                if self.property_verb(var, verbs, None, &mut rest, group)?.is_none() {
                    let links = self.verb_links(verbs, Voice::Passive, None, false);
                    if links.is_empty() {
                        return Err(trouble::verb_does_not_go(self, first));
                    }
                    let other = self.variable(Vec::new(), "other", first.span);
                    self.link(group, &links, var, other, transitive, first)?;
                }
            }
        }
        self.complements(var, rest, group, start)
    }

    /// `whose regulation was approved by …`
    fn whose<'s>(
        &mut self,
        owner: Var,
        noun: &'s Simple,
        verbs: &'s [VerbPhrase],
        any: bool,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut own = Group::default();
        let mut modifiers: Vec<&'s Modifier> = noun.modifiers.iter().collect();
        let mut befores: Vec<&'s Before> = noun.before.iter().collect();
        let var = match &noun.head {
            Head::Noun { noun, .. } => {
                self.relation_noun(noun, None, Some(owner), &mut modifiers, &mut befores, &mut own)?
            }
            Head::Kind(token) => {
                let kinds = self.kind_names(token);
                let thing = self.variable(kinds, &token.text, token.span);
                let links = self.owner_links(thing, owner);
                self.link(&mut own, &links, thing, owner, false, token)?;
                thing
            }
            Head::Property(token) | Head::Event(token) => {
                return self.whose_property(owner, token, verbs, group);
            }
            _ => {
                return Err(Report::input(
                    "question.whose",
                    "`whose` is followed by a noun such as `members`",
                )
                .at(noun.span, ""));
            }
        };
        let phrase = Phrase { vars: vec![var], group: own, leftover: modifiers, ..Phrase::default() };
        self.predicate_of(phrase, verbs, any, None, group)
    }

    /// `whose date is before 2005`, `whose status is draft`
    fn whose_property<'s>(
        &mut self,
        owner: Var,
        token: &Token,
        verbs: &'s [VerbPhrase],
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let kinds = self.kinds(owner).to_vec();
        let property = self
            .meanings(token)
            .into_iter()
            .find_map(|m| match m {
                Meaning::Property(at) | Meaning::Event(at) if self.carries(&kinds, self.property(at)) => {
                    Some(self.property(at))
                }
                _ => None,
            })
            .ok_or_else(|| trouble::no_such_property(self, token, owner))?;
        for verb in verbs {
            let test = match &verb.core {
                Core::Identity(object) => match object.parts.first().map(|s| &s.head) {
                    Some(Head::Date(value) | Head::Number(value) | Head::Quoted(value)) => {
                        self.property_test(property, None, value, None)
                    }
                    Some(Head::Value(value)) => {
                        let mut inner = Group::default();
                        self.value(owner, value, &mut inner)?;
                        self.assert_or_deny(verb.negated, inner, group);
                        continue;
                    }
                    _ => None,
                },
                Core::Stated => verb.complements.iter().find_map(|c| match &c.kind {
                    ModifierKind::Time { preposition, first, last } => {
                        self.property_test(property, Some(preposition), first, last.as_ref())
                    }
                    _ => None,
                }),
                Core::Place { preposition, object } => match object.parts.first().map(|s| &s.head) {
                    Some(Head::Date(value)) => self.property_test(property, Some(preposition), value, None),
                    _ => None,
                },
                _ => None,
            };
            let test = match test {
                Some(PropertyTest::Test(test)) => test,
                _ if matches!(verb.core, Core::Stated) => Test::Present,
                _ => return Err(trouble::out_of_place(token)),
            };
            let inner = Group {
                conditions: vec![Condition::Property { var: owner, key: property.name.clone(), test }],
            };
            self.assert_or_deny(verb.negated, inner, group);
        }
        Ok(Vec::new())
    }

    /// `X under Y`, `X with Y`, `tasks of Y`.
    fn phrase_modifier<'s>(
        &mut self,
        var: Var,
        preposition: &'s Token,
        object: &'s NounPhrase,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        if preposition.category == Category::With {
            return self.owns(var, object, group);
        }
        // `the task of monitoring X`, `the city of Moscow`: the name of the thing itself.
        if preposition.category == Category::Of
            && let [Simple { head: Head::Name(token), modifiers, before, .. }] = object.parts.as_slice()
            && before.is_empty()
        {
            let kinds = self.kinds(var).to_vec();
            if let (false, Ok(named)) = (kinds.is_empty(), self.name(token, &kinds)) {
                group.conditions.push(Condition::Same(var, named));
                let entities = self.variables[named.0].entities.clone();
                if self.variables[var.0].entities.is_empty() {
                    self.variables[var.0].kinds = self.kinds_of_nodes(&entities);
                    self.variables[var.0].entities = entities;
                    group.conditions.pop();
                }
                return Ok(modifiers.iter().collect());
            }
        }
        let links = self.preposition_links(&preposition.text);
        if links.is_empty() && preposition.category != Category::Of {
            return Err(trouble::preposition(self, preposition, var));
        }
        let phrase = self.noun_phrase(object)?;
        let mut inner = phrase.group;
        for other in &phrase.vars {
            let owned = if preposition.category == Category::Of {
                self.owner_links(var, *other)
            } else {
                links.clone()
            };
            self.link(&mut inner, &owned, var, *other, false, preposition)?;
        }
        self.assert_or_deny(phrase.negative, inner, group);
        Ok(phrase.leftover)
    }

    /// From a thing to its owner: by the relation whose noun the thing is called by, else by what `of` can mean.
    fn owner_links(&self, thing: Var, owner: Var) -> Vec<Link> {
        let nouns = self.fitting(&self.nouns_as_links(thing), thing, owner, false);
        if nouns.is_empty() { self.preposition_links("of") } else { nouns }
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
            if !left.is_empty() {
                left.push(modifier);
                continue;
            }
            let done = match &modifier.kind {
                ModifierKind::Time { .. } => self.event_date(subject, modifier, group, start),
                ModifierKind::Phrase { preposition, object } => self.role(preposition, object, group, start),
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

    /// The date of a happening: that of the instrument that acts, else of what is acted on.
    fn event_date(
        &mut self,
        subject: Var,
        modifier: &Modifier,
        group: &mut Group,
        start: usize,
    ) -> Result<()> {
        let ends = self.last_edge(group, start).map(|e| {
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
        Err(trouble::no_date(self, subject, modifier))
    }

    fn last_edge<'g>(&self, group: &'g Group, start: usize) -> Option<&'g Edge> {
        group.conditions[start.min(group.conditions.len())..].iter().rev().find_map(|c| match c {
            Condition::Edge(edge) => Some(edge),
            Condition::Not(inner) | Condition::Count { group: inner, .. } => self.last_edge(inner, 0),
            _ => None,
        })
    }

    /// `as coordinating body`: a text property of the relation itself.
    fn role(
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
            for property in self.relation_properties(preposition) {
                let values = self.edge_values(edge, property);
                let matching: Vec<Arc<str>> =
                    values.iter().filter(|v| holds_words(v, &text)).cloned().collect();
                known.extend(values);
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

    fn relation_properties(&self, preposition: &Token) -> impl Iterator<Item = &'b Property> + use<'b> {
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
        let ModifierKind::Time { preposition, first, last } = &modifier.kind else { return Ok(None) };
        let Some(period) = first.period() else { return Ok(None) };
        match (preposition.text.as_str(), last.as_ref().and_then(|l| l.period())) {
            (_, Some(end)) => Ok(Some(Period {
                first: period.first,
                last: end.last,
                unit: crate::language::question::dates::Unit::Span,
            })),
            ("on" | "in" | "at" | "during" | "as of" | "within", None) => Ok(Some(period)),
            ("before" | "prior to" | "until" | "till", None) => {
                let day = crate::value::Date { days: period.first.days - 1 };
                Ok(Some(Period::day(day)))
            }
            ("after" | "since", None) => Ok(Some(Period::day(period.last))),
            _ => Err(Report::input(
                "question.time",
                format!("`{}` does not go with `in force`", preposition.text),
            )
            .at(preposition.span, "write `on`, `in` or `during`")),
        }
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
            ValueType::Date => {
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
                    (None | Some("on" | "in" | "of" | "from" | "during" | "within" | "at" | "for"), None) => {
                        Test::Date { comparison: DateComparison::Within, period }
                    }
                    (Some("before" | "earlier than" | "prior to"), None) => {
                        Test::Date { comparison: DateComparison::Before, period }
                    }
                    (Some("until" | "till" | "by" | "on or before"), None) => {
                        Test::Date { comparison: DateComparison::UntilEnd, period }
                    }
                    (Some("since" | "on or after"), None) => {
                        Test::Date { comparison: DateComparison::Since, period }
                    }
                    (Some("after" | "later than"), None) => {
                        Test::Date { comparison: DateComparison::After, period }
                    }
                    _ => return None,
                };
                Some(PropertyTest::Test(test))
            }
            ValueType::Period => {
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

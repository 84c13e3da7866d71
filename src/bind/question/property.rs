//! Verbs that are no relations: of properties, of beginnings and ends, of identity.

use super::binder::Binder;
use super::clause::{Gap, PropertyTest, Said, plain};
use super::dictionary::Meaning;
use super::meaning::*;
use super::mistaken;
use super::times::is_during;
use super::trouble;
use crate::base::{Result, with_article};
use crate::graph::Entity;
use crate::language::question::dates::Period;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use crate::vocabulary::{Kind, Property, ValueType};

impl Binder<'_> {
    /// What is in force of a series is one of its members.
    pub fn member_of(&mut self, subject: Var, verb: &VerbPhrase, group: &mut Group) -> Result<Var> {
        let kinds = self.kinds(subject).to_vec();
        let collective = self
            .vocabulary
            .relations
            .iter()
            .enumerate()
            .find(|(_, r)| r.collective && !kinds.is_empty() && self.fits(&kinds, &r.to));
        let (Some((at, relation)), [_]) = (collective, self.variables[subject.0].entities.as_slice()) else {
            return Ok(subject);
        };
        let word = relation.from.first().map(|k| trouble::kind_noun(self, k)).unwrap_or_default();
        let member = self.variable(relation.from.clone(), &word, verb.span);
        self.link(
            group,
            &[Link { relation: at, reversed: false, verb: 0 }],
            member,
            subject,
            false,
            &plain(verb),
        )?;
        Ok(member)
    }

    pub fn identity_verb<'s>(
        &mut self,
        subject: Var,
        said: &Said<'s>,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<Option<()>> {
        let nouns = &self.variables[subject.0].nouns;
        let identity = said.verbs.iter().flat_map(|t| self.meanings(t)).any(|m| match m {
            Meaning::Verb(v) => {
                v.identity
                    && nouns.contains(&v.relation)
                    && (v.preposition.is_none()
                        || v.preposition.as_deref() == said.preposition.map(|p| p.text.as_str()))
            }
            _ => false,
        });
        if !identity {
            return Ok(None);
        }
        match (object, gap) {
            (Some(object), _) => {
                let phrase = self.noun_phrase_onto(object, Some(subject))?;
                rest.splice(0..0, phrase.leftover);
                group.conditions.extend(phrase.group.conditions);
            }
            (None, Some(gap)) => {
                let (asked, told) = (self.kinds(gap.var), self.kinds(subject));
                if let (false, Some(verb)) = (self.fits(asked, told), said.verbs.first()) {
                    let told: Vec<String> =
                        told.iter().map(|kind| with_article(&trouble::kind_noun(self, kind))).collect();
                    return Err(mistaken::no_identity(&told, verb));
                }
                self.gap_used = true;
                group.conditions.push(Condition::Same(gap.var, subject));
            }
            (None, None) => {}
        }
        Ok(Some(()))
    }

    /// `ended before 2012`, `that start in 2018`.
    pub fn moment_verb(
        &mut self,
        subject: Var,
        verbs: &[Token],
        rest: &mut Vec<&Modifier>,
        group: &mut Group,
    ) -> Result<bool> {
        let moment = verbs.iter().flat_map(|t| self.meanings(t)).find_map(|m| match m {
            Meaning::Moment { end } => Some(end),
            _ => None,
        });
        let Some(end) = moment else { return Ok(false) };
        let at = rest.iter().position(|m| matches!(m.kind, ModifierKind::Time { .. }));
        let time = at.and_then(|at| rest.get(at)).and_then(|m| m.kind.one_time());
        // `has X ended`, `did X end`: by today.
        let past = |verb: &Token| verb.category != Category::Present;
        let did = self.tokens.iter().any(|token| token.text == "did");
        // `ended without a successor` tells of the subject as well.
        let alone = rest.iter().all(|modifier| matches!(modifier.kind, ModifierKind::Without(_)));
        if alone && (did || verbs.iter().all(past)) {
            if !self.can_hold(self.kinds(subject)) {
                return Ok(false);
            }
            group.conditions.push(self.by_now(subject, end));
            return Ok(true);
        }
        // `started after Decree 268 was issued`
        let compared = rest.iter().position(|m| is_compared(m)).filter(|_| time.is_none());
        if let Some(at) = compared
            && let ModifierKind::Phrase { preposition, object } = &rest[at].kind
            && self.can_hold(self.kinds(subject))
        {
            let mut said = Group::default();
            let named = self.attempt(&mut said, |b, _| b.day_of_named(preposition, object));
            match named {
                Ok((comparison, period)) => {
                    group.conditions.push(Condition::Moment { var: subject, end, comparison, period });
                }
                Err(report) if end => return Err(report),
                Err(_) => {
                    let before = DateComparison::of(&preposition.text) == Some(DateComparison::Before);
                    self.earlier(subject, object, before, group)?;
                }
            }
            rest.remove(at);
            return Ok(true);
        }
        let Some((preposition, first, last)) = time else { return Ok(false) };
        let Some(Test::Date { comparison, period }) = self.date_test(Some(preposition), first, last) else {
            return Ok(false);
        };
        if let Some(at) = at {
            rest.remove(at);
        }
        group.conditions.push(Condition::Moment { var: subject, end, comparison, period });
        Ok(true)
    }

    /// That the last day of a thing is over, or that its first day has come.
    pub fn by_now(&self, var: Var, end: bool) -> Condition {
        let comparison = if end { DateComparison::Before } else { DateComparison::UntilEnd };
        Condition::Moment { var, end, comparison, period: Period::day(self.today) }
    }

    /// `cover 2019`, `numbered 743`, `dated 2 May 2012`, `adopted before 2005`.
    pub fn property_verb<'s>(
        &mut self,
        subject: Var,
        verbs: &[Token],
        object: Option<&'s NounPhrase>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<Option<()>> {
        // `adopted in 2003 or 2006`: each time by itself.
        if object.is_none()
            && let Some(at) = rest.iter().position(|m| m.kind.times_apart().is_some())
        {
            let mut taken = true;
            let modifier = rest[at];
            let mut said = Group::default();
            self.several_times(modifier, &mut said, |b, one, way| {
                let mut left = vec![one];
                taken &= b.property_verb(subject, verbs, None, &mut left, way)?.is_some() && left.is_empty();
                Ok(())
            })?;
            if taken {
                rest.remove(at);
                group.conditions.extend(said.conditions);
            }
            return Ok(taken.then_some(()));
        }
        // `adopted while the plan was in force`
        let told = |m: &&Modifier| is_during(m) || matches!(m.kind, ModifierKind::Supposed { .. });
        if object.is_none()
            && let Some(at) = rest.iter().position(told)
            && let Ok(Some(time)) = self.as_time(rest[at])
        {
            let mut left = vec![&time];
            if self.property_verb(subject, verbs, None, &mut left, group)?.is_some() && left.is_empty() {
                rest.remove(at);
                return Ok(Some(()));
            }
        }
        if object.is_none() && self.moment_verb(subject, verbs, rest, group)? {
            return Ok(Some(()));
        }
        let kinds = self.kinds(subject).to_vec();
        let properties: Vec<usize> = verbs
            .iter()
            .flat_map(|t| self.meanings(t))
            .filter_map(|m| match m {
                Meaning::PropertyVerb(at) if self.carries(&kinds, self.property(at)) => Some(at),
                _ => None,
            })
            .collect();
        let own = |meaning: &Meaning| matches!(meaning, Meaning::PropertyVerb(at) if properties.contains(at));
        if properties.is_empty() || !verbs.iter().all(|verb| self.meanings(verb).iter().any(own)) {
            return Ok(None);
        }
        let is_value = |s: &Simple| matches!(s.head, Head::Date(_) | Head::Number(_) | Head::Quoted(_));
        if let Some(object) = object.filter(|o| o.parts.len() > 1 && o.parts.iter().any(is_value)) {
            return Err(trouble::one_value(object.span));
        }
        let literal = object.and_then(|o| o.parts.first()).and_then(|s| match &s.head {
            Head::Date(token) | Head::Number(token) | Head::Quoted(token) if s.modifiers.is_empty() => {
                Some(token.clone())
            }
            _ => None,
        });
        if object.is_some() && literal.is_none() {
            return Ok(None);
        }
        let all = properties.clone();
        for at in properties {
            let property = self.property(at);
            let mut taken = None;
            let condition = match &literal {
                Some(token) => self.property_test(property, None, token, None),
                None => rest.iter().enumerate().find_map(|(i, m)| {
                    let found = match &m.kind {
                        ModifierKind::Time { .. } => self.timed(property, &m.kind),
                        ModifierKind::Value(token) => self.property_test(property, None, token, None),
                        _ => None,
                    };
                    taken = found.is_some().then_some(i);
                    found
                }),
            };
            if let Some(condition) = condition {
                if let Some(i) = taken {
                    rest.remove(i);
                }
                group.conditions.push(match condition {
                    PropertyTest::Test(test) => {
                        Condition::Property { var: subject, key: property.name.clone(), test }
                    }
                    PropertyTest::Overlaps(period) => {
                        Condition::Validity { var: subject, period: Some(period), how: Meets::Overlaps }
                    }
                });
                return Ok(Some(()));
            }
        }
        // `adopted before Law 193`: the two dates are compared.
        let compared = rest.iter().position(|m| is_compared(m));
        let dated = |at: &usize| self.property(*at).value_type == ValueType::Date;
        if let (None, Some(at), Some(property)) = (object, compared, all.into_iter().find(dated))
            && let ModifierKind::Phrase { preposition, object } = &rest[at].kind
        {
            let before = DateComparison::of(&preposition.text) == Some(DateComparison::Before);
            let property = self.property(property);
            self.earlier(subject, object, before, group)?;
            if !self.begins_by(&kinds, property) {
                let test = self.told_like(subject, group, before);
                // What is compared is the date alone, not the first day of a plan.
                let age = |c: &Condition| matches!(c, Condition::Age { var, .. } if *var == subject);
                if let (Test::Date { .. }, Some(at)) = (&test, group.conditions.iter().rposition(age)) {
                    group.conditions.remove(at);
                }
                let key = property.name.clone();
                group.conditions.push(Condition::Property { var: subject, key, test });
            }
            rest.remove(at);
            return Ok(Some(()));
        }
        // `has entered into force`: its day is told.
        let day = self.told_by_verb(verbs).filter(|_| object.is_none() && rest.is_empty());
        let past = |verb: &Token| verb.category != Category::Present;
        let did = self.tokens.iter().any(|token| token.text == "did");
        if let Some(key) = day.filter(|_| did || verbs.iter().all(past)) {
            // Of what has no such day nobody knows.
            if let ([node], Some(verb)) = (self.variables[subject.0].entities.as_slice(), verbs.first())
                && self.graph.key(&key).is_none_or(|k| self.graph.property(Entity::Node(*node), k).is_null())
            {
                return Err(mistaken::day_untold(&self.graph.name(*node), verb.span));
            }
            group.conditions.push(Condition::Property { var: subject, key, test: Test::Present });
            return Ok(Some(()));
        }
        Ok(None)
    }

    /// The date that a verb tells which says nothing else: `entered into force`.
    pub fn told_by_verb(&self, verbs: &[Token]) -> Option<String> {
        let [verb] = verbs else { return None };
        let meanings = self.meanings(verb);
        let told = meanings.iter().map(|meaning| match meaning {
            Meaning::PropertyVerb(at) => Some(self.property(*at)).filter(|p| p.value_type == ValueType::Date),
            _ => None,
        });
        let told: Option<Vec<&Property>> = told.collect();
        told?.first().map(|property| property.name.clone())
    }

    /// That a date is told. Of one named thing compared with another it is compared, so that nothing is known without it.
    fn told_like(&self, subject: Var, group: &Group, before: bool) -> Test {
        let than = group.conditions.iter().rev().find_map(|condition| match condition {
            Condition::Age { var, than, .. } if *var == subject => Some(&self.variables[than.0].entities),
            _ => None,
        });
        let first = match than.map(Vec::as_slice) {
            Some([node]) if self.variables[subject.0].entities.len() == 1 => {
                self.graph.validity(Entity::Node(*node)).begins
            }
            _ => None,
        };
        let comparison = if before { DateComparison::Before } else { DateComparison::After };
        first.map_or(Test::Present, |day| Test::Date { comparison, period: Period::day(day.date) })
    }

    /// Whether everything of these kinds begins on the day that a property tells.
    pub fn begins_by(&self, kinds: &[String], property: &Property) -> bool {
        let mut within = self
            .vocabulary
            .kinds
            .iter()
            .filter(|kind| kinds.iter().any(|outer| self.vocabulary.is_a(&kind.name, outer)));
        let first = |kind: &Kind| self.begins(std::slice::from_ref(&kind.name)).map(|p| p.name.as_str());
        let period = |kind: &Kind| {
            self.beginning(std::slice::from_ref(&kind.name), |p| p.value_type == ValueType::Period).is_some()
        };
        !kinds.is_empty() && within.all(|kind| first(kind) == Some(property.name.as_str()) && !period(kind))
    }

    pub fn has_property(
        &mut self,
        owner: Var,
        token: &Token,
        simple: &Simple,
        group: &mut Group,
    ) -> Result<()> {
        let kinds = self.kinds(owner).to_vec();
        self.owe_all(simple, false);
        for meaning in self.meanings(token) {
            if let Meaning::Property(at) = meaning
                && self.carries(&kinds, self.property(at))
            {
                let key = self.property(at).name.clone();
                if simple.modifiers.is_empty() && self.is_told_beside(owner, &key) {
                    return Err(mistaken::told_beside(token));
                }
                let test = match simple.modifiers.first().map(|m| &m.kind) {
                    None => {
                        if simple.negative {
                            Test::Absent
                        } else {
                            Test::Present
                        }
                    }
                    Some(ModifierKind::Value(value)) => {
                        match self.property_test(self.property(at), None, value, None) {
                            Some(PropertyTest::Test(test)) => test,
                            _ => return Err(trouble::out_of_place(value)),
                        }
                    }
                    Some(time @ ModifierKind::Time { .. }) if simple.modifiers.len() == 1 => {
                        match self.timed(self.property(at), time) {
                            Some(PropertyTest::Test(test)) => test,
                            _ => return Err(trouble::out_of_place(token)),
                        }
                    }
                    Some(_) => return Err(trouble::out_of_place(token)),
                };
                let key = self.rather_a_day(key, owner);
                group.conditions.push(Condition::Property { var: owner, key, test });
                return Ok(());
            }
        }
        Err(trouble::no_such_property(self, token, owner))
    }
}

/// Whether a phrase compares times with a thing: `before Law 193`.
pub fn is_compared(modifier: &Modifier) -> bool {
    let ModifierKind::Phrase { preposition, .. } = &modifier.kind else { return false };
    matches!(DateComparison::of(&preposition.text), Some(DateComparison::Before | DateComparison::After))
}

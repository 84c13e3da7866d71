//! Modifiers: what narrows a noun phrase, and the phrases that follow a verb.

use super::binder::{Binder, Voice};
use super::choice::UNSAID;
use super::clause::{PropertyTest, Said};
use super::dictionary::Meaning;
use super::grouping::grouping_of;
use super::meaning::*;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result};
use crate::language::question::syntax::*;
use crate::language::question::{Category, Lexicon, Token};
use crate::vocabulary::{Property, ValueType};

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
                self.relative(var, preposition.as_ref(), clause, modifier.span, group)
            }
            ModifierKind::Whose { noun, verbs, any } => self.whose(var, noun, verbs, *any, group),
            ModifierKind::Phrase { preposition, object } => {
                self.modifier_phrase(var, preposition, object, group)
            }
            ModifierKind::Time { .. } if modifier.kind.one_time().is_none() => self
                .several_times(modifier, group, |b, one, way| b.modifier(var, one, way).map(|_| ()))
                .map(|()| Vec::new()),
            ModifierKind::Time { .. } => {
                let kinds = self.kinds(var).to_vec();
                let timed = |p: &Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
                let Some(property) = self.beginning(&kinds, timed) else {
                    return Err(trouble::no_date(self, var, modifier));
                };
                match self.timed(property, &modifier.kind) {
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
            ModifierKind::Without(object)
                if matches!(object.parts.first().map(|part| &part.head), Some(Head::Name(_))) =>
            {
                Err(trouble::without_name(object.span))
            }
            ModifierKind::Without(object) => self.lacks(var, object, group),
            // `X the coordinating body`: what has an article is no part of what stands before it.
            ModifierKind::Participle { verbs, .. } | ModifierKind::Gerund { verbs, .. }
                if self.follows_the(modifier.span) && !verbs.is_empty() =>
            {
                Err(trouble::out_of_place(&verbs[0]))
            }
            ModifierKind::Participle { negated, transitive, verbs, any: _, complements } => {
                let mut inner = Group::default();
                let left = self.participle(var, verbs, *transitive, complements, &mut inner)?;
                self.may_be_so(var, &inner, modifier.span)?;
                self.assert_or_deny(*negated, inner, group);
                Ok(left)
            }
            ModifierKind::Gerund { negated, transitive, verbs, any, preposition, object } => {
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
                self.may_be_so(var, &inner, modifier.span)?;
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
                self.may_be_so(var, &inner, modifier.span)?;
                self.assert_or_deny(*negated, inner, group);
                Ok(left)
            }
            // `laws existing on X`
            ModifierKind::InForce { negated: false, time: None }
                if modifier.span.of(self.text).to_lowercase().contains("exist") =>
            {
                Ok(Vec::new())
            }
            ModifierKind::InForce { .. } if !self.can_hold(self.kinds(var)) => {
                Err(trouble::no_first_day(modifier.span))
            }
            ModifierKind::InForce { negated, time } => {
                let mut rest: Vec<&Modifier> = time.iter().map(|t| &**t).collect();
                let mut inner = Group::default();
                self.in_force(var, &mut rest, &mut inner)?;
                if *negated && time.is_none() && self.is_no_longer(modifier.span) {
                    group.conditions.push(self.by_now(var, true));
                    return Ok(Vec::new());
                }
                self.assert_or_deny(*negated, inner, group);
                Ok(Vec::new())
            }
            ModifierKind::Together(object) | ModifierKind::Infinitive { object, .. } => {
                Err(Report::input("question.attach", "this does not go with anything before it")
                    .at(object.span, ""))
            }
            ModifierKind::Supposed { phrase, .. } => Err(trouble::nothing_supposed(phrase)),
            ModifierKind::Stated | ModifierKind::Transitive => Ok(Vec::new()),
            ModifierKind::Including(object) | ModifierKind::Excluding(object) => {
                Err(Report::input("question.place", "only figures can include or exclude something")
                    .at(object.span, ""))
            }
        }
    }

    /// `X verbing Y`, `X responsible for Y`.
    #[allow(clippy::too_many_arguments)]
    pub fn active<'s>(
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
        let heard = Said { verbs, any, voice: Voice::Active, preposition, mood: Mood::Plain, transitive };
        if self.age(var, heard, object, None, &mut rest, group)?.is_some()
            || self.rests(var, heard, object, None, &mut rest, group)?.is_some()
        {
            return Ok(rest);
        }
        if self.property_verb(var, verbs, object, &mut rest, group)?.is_some() {
            return Ok(rest);
        }
        let Some(first) = verbs.first() else { return Ok(rest) };
        let used = preposition.map(|p| p.text.as_str());
        let mut links = self.verb_links(verbs, Voice::Active, used, Mood::Plain);
        if links.is_empty() && !any {
            links = self.verb_links(verbs, Voice::Active, used, Mood::Would);
        }
        if links.is_empty() {
            return Err(trouble::verb_does_not_go(self, first));
        }
        let mut phrase = match object {
            Some(object) => self.noun_phrase(object)?,
            None => {
                let other = self.variable(Vec::new(), UNSAID, first.span);
                Phrase { vars: vec![other], ..Phrase::default() }
            }
        };
        // A day alone is no thing that something is linked to.
        if phrase.date.is_some() || phrase.number.is_some() {
            return Err(trouble::verb_does_not_go(self, first));
        }
        let said = self.linked(var, &mut phrase, |_, _| links.clone(), transitive, first)?;
        rest.extend(phrase.leftover.clone());
        self.assert(phrase, said, group);
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
        let heard = Said {
            verbs,
            any: false,
            voice: Voice::Passive,
            preposition: None,
            mood: Mood::Plain,
            transitive,
        };
        if self.rests(var, heard, None, None, &mut rest, group)?.is_some() {
            return self.complements(var, rest, group, start);
        }
        let mut told = None;
        while let Some((at, links)) = self.agent_among(var, verbs, &rest, told) {
            let modifier = rest.remove(at);
            let ModifierKind::Phrase { object, .. } = &modifier.kind else { return Ok(rest) };
            let mut phrase = self.noun_phrase(object)?;
            let said = self.linked(var, &mut phrase, |_, _| links.clone(), transitive, first)?;
            rest.splice(at..at, phrase.leftover.clone());
            self.assert(phrase, said, group);
            told = Some(at);
        }
        if told.is_none()
            && !self.on_own_day(var, verbs, &mut rest, group)?
            && self.property_verb(var, verbs, None, &mut rest, group)?.is_none()
        {
            let mut links = self.verb_links(verbs, Voice::Passive, None, Mood::Plain);
            // What is done by somebody unsaid is done by no place.
            links.retain(|link| !self.leads_to_places(var, link));
            if links.is_empty() {
                return Err(trouble::verb_does_not_go(self, first));
            }
            let other = self.variable(Vec::new(), UNSAID, first.span);
            self.link(group, &links, var, other, transitive, first)?;
            self.adopted_by_nobody(var, verbs, start, group);
        }
        self.complements(var, rest, group, start)
    }

    /// Where what acts is said among what follows a participle, and how the verb links it; besides something `told`
    /// already, who did it: `assigned to X by Y`.
    fn agent_among(
        &self,
        var: Var,
        verbs: &[Token],
        rest: &[&Modifier],
        told: Option<usize>,
    ) -> Option<(usize, Vec<Link>)> {
        rest.iter().enumerate().find_map(|(at, complement)| {
            let ModifierKind::Phrase { preposition, .. } = &complement.kind else { return None };
            // `by date` tells groups apart.
            if told.is_some_and(|by| by <= at) && preposition.category == Category::To {
                let links = self.besides(var, verbs, &preposition.text);
                return (!links.is_empty()).then_some((at, links));
            }
            if told.is_some() && (preposition.category != Category::By || grouping_of(complement).is_some()) {
                return None;
            }
            let mut links = self.verb_links(verbs, Voice::Passive, Some(&preposition.text), Mood::Plain);
            if links.is_empty() {
                // An active verb with a preposition of its own: bodies *belonging to* …, *based on* …
                links = self.verb_links(verbs, Voice::Active, Some(&preposition.text), Mood::Plain);
            }
            if let ([verb], true) = (verbs, links.is_empty()) {
                // The place of what happened: agreements *concluded in* …
                let senses = self.dictionary.senses(&verb.text).into_iter();
                let placed = senses.filter(|sense| sense.category == Category::Predicate);
                let meanings = placed.map(|sense| sense.meaning).collect();
                let verb = Token { meanings, ..verb.clone() };
                links = self.verb_links(&[verb], Voice::Active, Some(&preposition.text), Mood::Plain);
                links.retain(|link| self.fits(self.kinds(var), &self.relation(link.relation).from));
            }
            (!links.is_empty()).then_some((at, links))
        })
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
        self.property_is(owner, property, verbs, group)
            .map_err(|wrong| wrong.unwrap_or_else(|| trouble::out_of_place(token)))?;
        Ok(Vec::new())
    }

    /// What is said of a property: what it is, when it is, that it is stated.
    pub fn property_is(
        &mut self,
        owner: Var,
        property: &Property,
        verbs: &[VerbPhrase],
        group: &mut Group,
    ) -> std::result::Result<(), Option<Box<Report>>> {
        for verb in verbs {
            let test = match &verb.core {
                Core::Identity(object) => match object.parts.first().map(|s| &s.head) {
                    Some(Head::Date(value) | Head::Number(value) | Head::Quoted(value)) => {
                        self.property_test(property, None, value, None)
                    }
                    Some(Head::Value(value)) => {
                        let mut inner = Group::default();
                        self.value(owner, value, &mut inner).map_err(Some)?;
                        self.assert_or_deny(verb.negated, inner, group);
                        continue;
                    }
                    _ => None,
                },
                Core::Stated => verb.complements.iter().find_map(|c| self.timed(property, &c.kind)),
                Core::Place { preposition, object } => match object.parts.first().map(|s| &s.head) {
                    Some(Head::Date(value)) => self.property_test(property, Some(preposition), value, None),
                    _ => None,
                },
                _ => None,
            };
            let test = match test {
                Some(PropertyTest::Test(test)) => test,
                _ if matches!(verb.core, Core::Stated) => Test::Present,
                _ => return Err(None),
            };
            let key = self.rather_a_day(property.name.clone(), owner);
            let inner = Group { conditions: vec![Condition::Property { var: owner, key, test }] };
            self.assert_or_deny(verb.negated, inner, group);
        }
        Ok(())
    }

    /// `X under Y`, `X with Y`, `tasks of Y`.
    pub fn modifier_phrase<'s>(
        &mut self,
        var: Var,
        preposition: &'s Token,
        object: &'s NounPhrase,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        if preposition.category == Category::With {
            return self.owns(var, object, group);
        }
        if self.is_value_of_figures(var, object) {
            let phrase = self.noun_phrase_onto(object, Some(var))?;
            let left = phrase.leftover.clone();
            self.assert(phrase, Group::default(), group);
            return Ok(left);
        }
        // `the task of monitoring X`, `the city of Moscow`: the name of the thing itself.
        let named = preposition.category == Category::Of || self.is_doing(var, preposition, object);
        if named
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
        if let Some(of_each) = self.names_of_itself(var, preposition, object)? {
            let nodes = of_each.iter().flat_map(|named| self.variables[named.0].entities.clone()).collect();
            let any = self.entity(nodes, "any", object.span);
            group.conditions.push(Condition::Same(var, any));
            return Ok(Vec::new());
        }
        let links = self.preposition_links(&preposition.text);
        if links.is_empty() && preposition.category != Category::Of {
            return Err(trouble::preposition(self, preposition, var));
        }
        let of = preposition.category == Category::Of;
        let mut phrase = self.either(object, of && self.is_plural_noun(var))?;
        let either = |b: &Self, other: Var| if of { b.owner_links(var, other) } else { links.clone() };
        let said = self.linked(var, &mut phrase, either, false, preposition)?;
        // What is never so said of a named thing goes with something before it.
        let plain = !phrase.negative && phrase.compared.is_none();
        if plain && self.is_never(var, &said.conditions) {
            return Err(trouble::preposition(self, preposition, var));
        }
        let left = phrase.leftover.clone();
        self.assert(phrase, said, group);
        Ok(left)
    }

    /// `the task of promoting X or monitoring Y`: names of the thing itself, joined. One thing is not two.
    fn names_of_itself(
        &mut self,
        var: Var,
        preposition: &Token,
        object: &NounPhrase,
    ) -> Result<Option<Vec<Var>>> {
        let kinds = self.kinds(var).to_vec();
        if preposition.category != Category::Of || kinds.is_empty() || object.parts.len() < 2 {
            return Ok(None);
        }
        let mut named = Vec::new();
        for part in &object.parts {
            let name = match part {
                Simple { head: Head::Name(token), modifiers, before, .. }
                    if modifiers.is_empty() && before.is_empty() =>
                {
                    self.name(token, &kinds).ok()
                }
                _ => None,
            };
            match name {
                Some(name) => named.push(name),
                None if named.is_empty() => return Ok(None),
                None => return Err(trouble::preposition(self, preposition, var)),
            }
        }
        match object.joined {
            Joined::Or => Ok(Some(named)),
            _ => Err(trouble::preposition(self, preposition, var)),
        }
    }

    /// From a thing to its owner: by the relation whose noun the thing is called by, else by what `of` can mean.
    pub fn owner_links(&self, thing: Var, owner: Var) -> Vec<Link> {
        let nouns = self.fitting(&self.nouns_as_links(thing), thing, owner, false);
        // `one of X` is within X.
        let one = self.kinds(thing).is_empty() && self.variables[thing.0].word == "it";
        match (nouns.is_empty(), one) {
            (false, _) => nouns,
            (true, true) => self.place_links("of"),
            (true, false) => self.preposition_links("of"),
        }
    }
}

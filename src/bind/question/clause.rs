//! Clauses: subjects, verbs and objects become edges.

use super::binder::{Binder, Voice};
use super::choice::UNSAID;
use super::meaning::*;
use super::mistaken;
use super::owed::denied_of;
use super::phrase::Phrase;
use super::possession::is_of_either;
use super::times::is_time;
use super::trouble;
use crate::base::{Report, Result, Span};
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use std::rc::Rc;

/// What a relative clause or a question leaves out of its clause.
#[derive(Clone, Copy)]
pub struct Gap<'s> {
    pub var: Var,
    /// `to which`, `by whom`
    pub preposition: Option<&'s Token>,
}

impl<'b> Binder<'b> {
    /// Binds a clause. A missing subject is the gap; otherwise the gap is an object. What could not be attached is returned.
    pub fn clause<'s>(
        &mut self,
        clause: &'s Clause,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        match &clause.subject {
            Some(subject) => {
                let phrase = self.either(subject, gap.is_some() && is_of_either(clause))?;
                self.with_gap(phrase, clause, gap, group)
            }
            None => {
                let Some(gap) = gap else {
                    return Err(
                        Report::input("question.subject", "this clause has no subject").at(clause.span, "")
                    );
                };
                let phrase = Phrase { vars: vec![gap.var], ..Phrase::default() };
                self.predicate_of(phrase, &clause.verbs, clause.any, None, group)
            }
        }
    }

    /// Says a clause that leaves something out; what is left out has to find its place in it.
    pub fn with_gap<'s>(
        &mut self,
        subject: Phrase<'s>,
        clause: &'s Clause,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let outer = std::mem::replace(&mut self.gap_used, false);
        let left = self.predicate_of(subject, &clause.verbs, clause.any, gap, group);
        let used = std::mem::replace(&mut self.gap_used, outer);
        if left.is_ok() && gap.is_some() && !used {
            return Err(Report::input("question.gap", "what is asked for has no place in this clause")
                .at(clause.span, "nothing is missing here")
                .help("Ask with a verb that links the two, for example `which law assigns the task …`."));
        }
        left
    }

    /// Says the verb phrases of a subject.
    pub fn predicate_of<'s>(
        &mut self,
        subject: Phrase<'s>,
        verbs: &'s [VerbPhrase],
        any: bool,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        // What is said of a property of a thing is not said of the thing.
        if let (Some(key), Some(var), None) = (&subject.value, subject.var(), subject.asked)
            && !self.shows_values(var, subject.span)
        {
            let property = self.vocabulary.property(key).filter(|_| subject.values.is_empty());
            let property = property.ok_or_else(|| mistaken::of_property(subject.span))?;
            let mut said = Group::default();
            self.property_is(var, property, verbs, &mut said)
                .map_err(|_| mistaken::of_property(subject.span))?;
            self.assert(subject, said, group);
            return Ok(Vec::new());
        }
        let mut said = Group::default();
        let mut left: Vec<&'s Modifier> = subject.leftover.clone();
        if any && verbs.len() > 1 {
            let mut groups = Vec::new();
            for verb in verbs {
                let mut one = Group::default();
                left.extend(self.verb_phrase(&subject, verb, gap, &mut one)?);
                groups.push(one);
            }
            said.conditions.push(Condition::Any(groups));
        } else {
            for verb in verbs {
                left.extend(self.verb_phrase(&subject, verb, gap, &mut said)?);
            }
        }
        let acting = verbs.iter().all(|verb| acts(&verb.core));
        let open = acting && !(self.says("some") || self.says("any") || self.asks_for_something());
        let whole = gap.is_some() || self.is_definite(&subject) || open;
        if whole && self.is_any_of_a_kind(&subject) && verbs.iter().all(|verb| verb.negated) {
            if gap.is_none() {
                // None of them does it, so that a yes leaves nothing open.
                self.some = None;
            }
            deny_of_none(subject, said, group);
        } else {
            self.assert(subject, said, group);
        }
        Ok(left)
    }

    /// Whether a question asks for more than yes or no.
    fn asks_for_something(&self) -> bool {
        use Category::*;
        let asks =
            |c| matches!(c, Which | Who | Whose | Where | When | How | HowMany | Imperative | Describe);
        let no_question = |c| !matches!(c, Do | Have | Be);
        self.tokens.iter().any(|token| asks(token.category))
            || self.tokens.first().is_none_or(|token| no_question(token.category))
    }

    /// Whether a subject is a kind of which any one will do: `a law`, `laws`.
    fn is_any_of_a_kind(&self, subject: &Phrase<'_>) -> bool {
        let plain = !subject.negative && !subject.every && subject.compared.is_none();
        let [var] = subject.vars.as_slice() else { return false };
        let known = &self.variables[var.0];
        let asks = |var: &Var| self.variables[var.0].asked.is_some();
        plain && known.entities.is_empty() && !asks(var) && !subject.group.variables().iter().any(asks)
    }

    /// `the council` of which there may be several: that it is not so denies that any is.
    fn is_definite(&self, subject: &Phrase<'_>) -> bool {
        subject.var().is_some_and(|var| self.is_one_thing(var)) && self.follows_the(subject.span)
    }

    fn verb_phrase<'s>(
        &mut self,
        subject: &Phrase<'s>,
        verb: &'s VerbPhrase,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut inner = Group::default();
        let left = self.attempt(&mut inner, |b, inner| {
            let mut left = Vec::new();
            for subject in &subject.vars {
                left = b.core(*subject, verb, gap, inner)?;
            }
            Ok(left)
        })?;
        if verb.negated && matches!(verb.core, Core::InForce | Core::Exists) && self.is_no_longer(verb.span) {
            // What was never in force is not in force, but not any more either.
            let once = |condition: &Condition| match condition {
                Condition::Validity { var, period: None, .. } => Some(self.by_now(*var, true)),
                Condition::There(var) if self.can_hold(self.kinds(*var)) => Some(self.by_now(*var, true)),
                _ => None,
            };
            let ended: Vec<Condition> = inner.conditions.iter().filter_map(once).collect();
            if ended.is_empty() {
                return Err(mistaken::no_longer_then(verb.span));
            }
            let told = |c: &Condition| matches!(c, Condition::Validity { .. } | Condition::There(_));
            inner.conditions.retain(|condition| !told(condition));
            group.conditions.extend(inner.conditions);
            group.conditions.extend(ended);
        } else if verb.negated {
            group.conditions.extend(denied_of(inner));
        } else {
            group.conditions.extend(inner.conditions);
        }
        Ok(left)
    }

    /// Whether the denial in a verb phrase is `no longer`.
    pub fn is_no_longer(&self, verb: Span) -> bool {
        let longer = |token: &Rc<Token>| token.category == Category::Not && token.text == "no longer";
        self.tokens
            .iter()
            .any(|token| longer(token) && verb.start <= token.span.start && token.span.end <= verb.end)
    }

    fn core<'s>(
        &mut self,
        subject: Var,
        verb: &'s VerbPhrase,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mood = self.mood(verb)?;
        let mut rest: Vec<&'s Modifier> = verb.complements.iter().collect();
        let start = group.conditions.len();
        match &verb.core {
            Core::Active { verbs, any, preposition, object } => {
                let preposition = preposition.as_ref().or(gap.and_then(|g| g.preposition));
                let heard = Said {
                    verbs,
                    any: *any,
                    voice: Voice::Active,
                    preposition,
                    mood,
                    transitive: verb.transitive,
                };
                self.transitive_verb(subject, heard, object.as_ref(), gap, &mut rest, group)?;
            }
            Core::Passive { verbs, any, preposition } => {
                let preposition = preposition.as_ref().or(gap.and_then(|g| g.preposition));
                let heard = Said {
                    verbs,
                    any: *any,
                    voice: Voice::Passive,
                    preposition,
                    mood,
                    transitive: verb.transitive,
                };
                self.passive_verb(subject, heard, gap, &mut rest, group)?;
            }
            Core::Predicate { object: Some(object), .. } | Core::Place { object, .. }
                if self.is_value_of_figures(subject, object) =>
            {
                let phrase = self.noun_phrase_onto(object, Some(subject))?;
                rest.splice(0..0, phrase.leftover.clone());
                self.assert(phrase, Group::default(), group);
            }
            Core::Predicate { predicate, preposition, object } => {
                let preposition = preposition.as_ref().or(gap.and_then(|g| g.preposition));
                let verbs = std::slice::from_ref(predicate);
                let heard = Said {
                    verbs,
                    any: false,
                    voice: Voice::Active,
                    preposition,
                    mood,
                    transitive: verb.transitive,
                };
                self.transitive_verb(subject, heard, object.as_ref(), gap, &mut rest, group)?;
                self.done_by(subject, verbs, &mut rest, group)?;
            }
            Core::Place { preposition, object } if self.is_doing(subject, preposition, object) => {
                let phrase = self.noun_phrase_onto(object, Some(subject))?;
                rest.splice(0..0, phrase.leftover.clone());
                self.assert(phrase, Group::default(), group);
            }
            Core::Place { preposition, object } => {
                let links = self.place_links(&preposition.text);
                self.say(
                    subject,
                    &links,
                    Some(object),
                    None,
                    verb.transitive,
                    preposition,
                    &mut rest,
                    group,
                )?;
            }
            Core::Identity(object) => {
                self.no_status_then(object, &rest)?;
                let phrase = self.noun_phrase_onto(object, Some(subject))?;
                let labels = phrase.group.conditions.iter().find_map(|condition| match condition {
                    Condition::Label { var, labels } if *var == subject => Some(labels),
                    _ => None,
                });
                // `the National Plan` taken for what is national.
                let never = labels.is_some_and(|labels| !self.can_be(subject, labels));
                if never && self.of_value {
                    return Err(mistaken::never_is(object.span));
                }
                // What a thing is, is no property of another.
                if phrase.value.is_some() {
                    return Err(trouble::out_of_place(&head_token(object)));
                }
                rest.splice(0..0, phrase.leftover.clone());
                self.assert(phrase, Group::default(), group);
            }
            Core::Have(object) => self.have(subject, object.as_ref(), gap, verb, &mut rest, group)?,
            Core::Exists if !rest.iter().any(|m| is_time(m)) && !self.is_over(subject) => {
                group.conditions.push(Condition::There(subject));
            }
            Core::InForce | Core::Exists => {
                let subject = self.member_of(subject, verb, group)?;
                self.in_force(subject, &mut rest, group)?;
            }
            Core::Stated => {
                if let Some(gap) = gap {
                    self.gap_used = true;
                    let links: Vec<Link> = self.nouns_as_links(subject);
                    let said = gap.preposition.cloned();
                    let token = said.as_ref().map_or_else(|| plain(verb), Clone::clone);
                    self.link(group, &links, subject, gap.var, false, &token)?;
                } else {
                    group.conditions.push(Condition::There(subject));
                }
            }
        }
        let state = match &verb.core {
            Core::Predicate { .. } | Core::Identity(_) | Core::Have(_) | Core::Place { .. } => true,
            // What happens by a rule happens on its day; what is stated with days goes on.
            Core::Active { .. } | Core::Passive { .. } => {
                self.last_edge(group, start).is_some_and(|edge| !self.is_dated(edge))
            }
            Core::InForce | Core::Exists | Core::Stated => false,
        };
        let rest = if state { self.held(rest, group, start)? } else { rest };
        self.complements(subject, rest, group, start)
    }

    /// `X verbs Y`.
    fn transitive_verb<'s>(
        &mut self,
        subject: Var,
        said: Said<'s>,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        let Some(first) = said.verbs.first() else { return Ok(()) };
        // The noun of a relation equated with what follows: the members come from …
        if let Some(done) = self.identity_verb(subject, &said, object, gap, rest, group)? {
            return Ok(done);
        }
        if let Some(done) = self.age(subject, said, object, gap, rest, group)? {
            return Ok(done);
        }
        if let Some(done) = self.rests(subject, said, object, gap, rest, group)? {
            return Ok(done);
        }
        if let Some(done) = self.property_verb(subject, said.verbs, object, rest, group)? {
            return Ok(done);
        }
        let preposition = said.preposition.map(|p| p.text.as_str());
        if said.any || said.verbs.len() == 1 {
            let mut links = self.verb_links(said.verbs, said.voice, preposition, said.mood);
            let fronted = gap.is_some_and(|gap| gap.preposition.is_some());
            if links.is_empty() && fronted && object.is_none() {
                // A preposition in front may belong to a phrase of its own; one left at the end would be dropped.
                links = self.verb_links(said.verbs, said.voice, None, said.mood);
            }
            return self.say(subject, &links, object, gap, said.transitive, first, rest, group);
        }
        for verb in said.verbs {
            let links = self.verb_links(std::slice::from_ref(verb), said.voice, preposition, said.mood);
            self.say(subject, &links, object, gap, said.transitive, verb, rest, group)?;
        }
        Ok(())
    }

    /// Links a subject and its object, which may be denied, counted or left out.
    #[allow(clippy::too_many_arguments)]
    pub fn say<'s>(
        &mut self,
        subject: Var,
        links: &[Link],
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        transitive: bool,
        said: &Token,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        if links.is_empty() {
            return Err(trouble::verb_does_not_go(self, said));
        }
        let mut object = match (object, gap) {
            (Some(object), _) => {
                self.object = Some(object.span);
                self.acted_on = object.parts.len() == 1;
                self.noun_phrase(object)?
            }
            (None, Some(gap)) => {
                self.gap_used = true;
                Phrase { vars: vec![gap.var], ..Phrase::default() }
            }
            (None, None) => {
                let other = self.variable(Vec::new(), UNSAID, said.span);
                Phrase { vars: vec![other], ..Phrase::default() }
            }
        };
        let linked = self.linked(subject, &mut object, |_, _| links.to_vec(), transitive, said)?;
        rest.splice(0..0, object.leftover.clone());
        self.assert(object, linked, group);
        Ok(())
    }
}

/// `which treaties have laws not ratified`: no law did, so that what the subject is stands under the denial as well.
fn deny_of_none(subject: Phrase<'_>, said: Group, group: &mut Group) {
    for condition in said.conditions {
        group.conditions.push(match condition {
            Condition::Not(denied) => {
                let mut whole = subject.group.clone();
                whole.conditions.extend(denied.conditions);
                Condition::Not(whole)
            }
            other => other,
        });
    }
}

/// Whether a verb phrase tells what somebody does or what is done.
fn acts(core: &Core) -> bool {
    matches!(core, Core::Active { .. } | Core::Passive { .. } | Core::Have(_))
}

/// A verb as heard.
#[derive(Clone, Copy)]
pub struct Said<'s> {
    pub verbs: &'s [Token],
    pub any: bool,
    pub voice: Voice,
    pub preposition: Option<&'s Token>,
    pub mood: Mood,
    pub transitive: bool,
}

/// What a property is tested for.
pub enum PropertyTest {
    Test(Test),
    Overlaps(crate::language::question::dates::Period),
}

/// A token that stands for a whole verb phrase, for messages.
pub fn plain(verb: &VerbPhrase) -> Token {
    Token {
        category: crate::language::question::Category::Have,
        span: verb.span,
        text: "has".into(),
        meanings: Vec::new(),
        period: None,
        words: (0, 0),
        cost: 0,
    }
}

/// The token of a noun phrase's head, for messages.
pub fn head_token(phrase: &NounPhrase) -> Token {
    phrase.parts.first().map(token_of).unwrap_or(Token {
        category: crate::language::question::Category::Unknown,
        span: phrase.span,
        text: String::new(),
        meanings: Vec::new(),
        period: None,
        words: (0, 0),
        cost: 0,
    })
}

/// The token of the head of one thing.
pub fn token_of(part: &Simple) -> Token {
    match &part.head {
        Head::Kind(t)
        | Head::Apposition(t, _)
        | Head::Noun { noun: t, .. }
        | Head::Property(t)
        | Head::Event(t)
        | Head::Measure(t)
        | Head::Name(t)
        | Head::Quoted(t)
        | Head::Date(t)
        | Head::Number(t)
        | Head::Thing(t)
        | Head::One(t)
        | Head::Pronoun(t)
        | Head::Value(t)
        | Head::Unit(t)
        | Head::Asked(t) => t.clone(),
    }
}

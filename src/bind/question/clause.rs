//! Clauses: subjects, verbs and objects become edges.

use super::binder::{Binder, Voice};
use super::dictionary::Meaning;
use super::meaning::*;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result};
use crate::language::question::Token;
use crate::language::question::syntax::*;

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
                let phrase = self.noun_phrase(subject)?;
                self.predicate_of(phrase, &clause.verbs, clause.any, gap, group)
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

    /// Says the verb phrases of a subject.
    pub fn predicate_of<'s>(
        &mut self,
        subject: Phrase<'s>,
        verbs: &'s [VerbPhrase],
        any: bool,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
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
        let mut own = subject.group;
        own.conditions.extend(said.conditions);
        match (subject.negative, subject.compared) {
            (true, _) => group.conditions.push(Condition::Not(own)),
            (false, Some((test, number))) => match subject.vars.first() {
                Some(counted) => {
                    group.conditions.push(Condition::Count { group: own, counted: *counted, test, number })
                }
                None => group.conditions.extend(own.conditions),
            },
            (false, None) => group.conditions.extend(own.conditions),
        }
        Ok(left)
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
        if verb.negated {
            group.conditions.push(Condition::Not(inner));
        } else {
            group.conditions.extend(inner.conditions);
        }
        Ok(left)
    }

    fn core<'s>(
        &mut self,
        subject: Var,
        verb: &'s VerbPhrase,
        gap: Option<Gap<'s>>,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut rest: Vec<&'s Modifier> = verb.complements.iter().collect();
        let modal = verb.modal.as_ref().is_some_and(|m| m.text == "would" || m.text == "will");
        let start = group.conditions.len();
        match &verb.core {
            Core::Active { verbs, any, preposition, object } => {
                let preposition = preposition.as_ref().or(gap.and_then(|g| g.preposition));
                let heard = Said {
                    verbs,
                    any: *any,
                    voice: Voice::Active,
                    preposition,
                    modal,
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
                    modal,
                    transitive: verb.transitive,
                };
                self.passive_verb(subject, heard, gap, &mut rest, group)?;
            }
            Core::Predicate { predicate, preposition, object } => {
                let preposition = preposition.as_ref().or(gap.and_then(|g| g.preposition));
                let verbs = std::slice::from_ref(predicate);
                let heard = Said {
                    verbs,
                    any: false,
                    voice: Voice::Active,
                    preposition,
                    modal,
                    transitive: verb.transitive,
                };
                self.transitive_verb(subject, heard, object.as_ref(), gap, &mut rest, group)?;
            }
            Core::Place { preposition, object } => {
                let links = self.preposition_links(&preposition.text);
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
                let phrase = self.noun_phrase_onto(object, Some(subject))?;
                let mut own = phrase.group;
                rest.splice(0..0, phrase.leftover);
                if phrase.negative {
                    group.conditions.push(Condition::Not(own));
                } else {
                    group.conditions.append(&mut own.conditions);
                }
            }
            Core::Have(object) => self.have(subject, object.as_ref(), gap, verb, &mut rest, group)?,
            Core::InForce => {
                let period = self.take_period(&mut rest)?;
                group.conditions.push(Condition::Validity { var: subject, period, how: Meets::On });
            }
            Core::Stated => {
                if let Some(gap) = gap {
                    let links: Vec<Link> = self.nouns_as_links(subject);
                    let said = gap.preposition.cloned();
                    let token = said.as_ref().map_or_else(|| plain(verb), Clone::clone);
                    self.link(group, &links, subject, gap.var, false, &token)?;
                }
            }
        }
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
        if let Some(done) = self.property_verb(subject, said.verbs, object, rest, group)? {
            return Ok(done);
        }
        let preposition = said.preposition.map(|p| p.text.as_str());
        if said.any || said.verbs.len() == 1 {
            let mut links = self.verb_links(said.verbs, said.voice, preposition, said.modal);
            if links.is_empty() && preposition.is_some() {
                // The preposition may belong to a phrase of its own.
                links = self.verb_links(said.verbs, said.voice, None, said.modal);
                if !links.is_empty()
                    && object.is_some()
                    && said.preposition.map(|p| p.text.as_str()) == Some("by")
                {
                    links.clear();
                }
            }
            return self.say(subject, &links, object, gap, said.transitive, first, rest, group);
        }
        for verb in said.verbs {
            let links = self.verb_links(std::slice::from_ref(verb), said.voice, preposition, said.modal);
            self.say(subject, &links, object, gap, said.transitive, verb, rest, group)?;
        }
        Ok(())
    }

    fn identity_verb<'s>(
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
            (None, Some(gap)) => group.conditions.push(Condition::Same(gap.var, subject)),
            (None, None) => {}
        }
        Ok(Some(()))
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
        let kinds = self.kinds(subject).to_vec();
        let properties: Vec<usize> = verbs
            .iter()
            .flat_map(|t| self.meanings(t))
            .filter_map(|m| match m {
                Meaning::PropertyVerb(at) if self.carries(&kinds, self.property(at)) => Some(at),
                _ => None,
            })
            .collect();
        if properties.is_empty() {
            return Ok(None);
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
        for at in properties {
            let property = self.property(at);
            let mut taken = None;
            let condition = match &literal {
                Some(token) => self.property_test(property, None, token, None),
                None => rest.iter().enumerate().find_map(|(i, m)| {
                    let found = match &m.kind {
                        ModifierKind::Time { preposition, first, last } => {
                            self.property_test(property, Some(preposition), first, last.as_ref())
                        }
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
        Ok(None)
    }

    /// `X is verbed by Y`.
    fn passive_verb<'s>(
        &mut self,
        subject: Var,
        said: Said<'s>,
        gap: Option<Gap<'s>>,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        let Some(first) = said.verbs.first() else { return Ok(()) };
        // The agent, or whatever the relation marks with a preposition of its own.
        let marked = rest.iter().position(|m| match &m.kind {
            ModifierKind::Phrase { preposition, .. } => !self
                .verb_links(said.verbs, Voice::Passive, Some(preposition.text.as_str()), said.modal)
                .is_empty(),
            _ => false,
        });
        let by_gap = gap.filter(|_| said.preposition.is_some());
        if marked.is_none()
            && by_gap.is_none()
            && self.property_verb(subject, said.verbs, None, rest, group)?.is_some()
        {
            return Ok(());
        }
        let run = |b: &mut Self,
                   verbs: &[Token],
                   verb: &Token,
                   group: &mut Group|
         -> Result<Vec<&'s Modifier>> {
            let mut further = Vec::new();
            match (marked.and_then(|at| rest.get(at)).map(|m| &m.kind), by_gap) {
                (Some(ModifierKind::Phrase { preposition, object }), _) => {
                    let links = b.verb_links(verbs, Voice::Passive, Some(&preposition.text), said.modal);
                    b.say(subject, &links, Some(object), None, said.transitive, verb, &mut further, group)?;
                }
                (_, Some(gap)) => {
                    let preposition = said.preposition.map(|p| p.text.as_str());
                    let links = b.verb_links(verbs, Voice::Passive, preposition, said.modal);
                    b.say(subject, &links, None, Some(gap), said.transitive, verb, &mut further, group)?;
                }
                _ => {
                    let links = b.verb_links(verbs, Voice::Passive, None, said.modal);
                    let agent = gap.map(|g| Gap { var: g.var, preposition: None });
                    b.say(subject, &links, None, agent, said.transitive, verb, &mut further, group)?;
                }
            }
            Ok(further)
        };
        let mut further = Vec::new();
        if said.any || said.verbs.len() == 1 {
            further.extend(run(self, said.verbs, first, group)?);
        } else {
            for verb in said.verbs {
                further.extend(run(self, std::slice::from_ref(verb), verb, group)?);
            }
        }
        if let Some(at) = marked {
            rest.remove(at);
        }
        rest.splice(0..0, further);
        Ok(())
    }

    /// Links a subject and its object, which may be denied, counted or left out.
    #[allow(clippy::too_many_arguments)]
    fn say<'s>(
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
        let object = match (object, gap) {
            (Some(object), _) => self.noun_phrase(object)?,
            (None, Some(gap)) => Phrase { vars: vec![gap.var], ..Phrase::default() },
            (None, None) => {
                let other = self.variable(Vec::new(), "other", said.span);
                Phrase { vars: vec![other], ..Phrase::default() }
            }
        };
        let mut inner = object.group;
        for var in &object.vars {
            self.link(&mut inner, links, subject, *var, transitive, said)?;
        }
        rest.splice(0..0, object.leftover);
        self.ranked(&object.superlative, object.vars.first().copied());
        match (object.negative, object.compared, object.vars.first()) {
            (true, ..) => group.conditions.push(Condition::Not(inner)),
            (false, Some((test, number)), Some(counted)) => {
                group.conditions.push(Condition::Count { group: inner, counted: *counted, test, number });
            }
            _ => group.conditions.extend(inner.conditions),
        }
        Ok(())
    }
}

/// A verb as heard.
#[derive(Clone, Copy)]
struct Said<'s> {
    verbs: &'s [Token],
    any: bool,
    voice: Voice,
    preposition: Option<&'s Token>,
    modal: bool,
    transitive: bool,
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
    let token = phrase.parts.first().map(|s| match &s.head {
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
    });
    token.unwrap_or(Token {
        category: crate::language::question::Category::Unknown,
        span: phrase.span,
        text: String::new(),
        meanings: Vec::new(),
        period: None,
        words: (0, 0),
        cost: 0,
    })
}

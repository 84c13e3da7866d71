//! What things have: relation nouns, parts and properties.

use super::binder::Binder;
use super::clause::{Gap, PropertyTest, head_token, plain};
use super::dictionary::Meaning;
use super::meaning::*;
use super::mistaken;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Report, Result};
use crate::language::question::Token;
use crate::language::question::syntax::*;

impl Binder<'_> {
    /// `X has Y`.
    pub fn have<'s>(
        &mut self,
        subject: Var,
        object: Option<&'s NounPhrase>,
        gap: Option<Gap<'s>>,
        verb: &'s VerbPhrase,
        rest: &mut Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Result<()> {
        let left = match (object, gap) {
            (Some(object), _) if self.is_perfect(object) => {
                return Err(mistaken::perfect(object.span));
            }
            (Some(object), _) => self.owns(subject, object, group)?,
            (None, Some(gap)) => {
                self.gap_used = true;
                let token = plain(verb);
                self.owned(subject, gap.var, &token, group)?;
                Vec::new()
            }
            (None, None) => {
                return Err(Report::input("question.object", "`has` what?")
                    .at(verb.span, "something must follow here"));
            }
        };
        rest.splice(0..0, left);
        Ok(())
    }

    /// `has the Government established`: what could be had here is rather what does something.
    pub fn is_perfect(&self, object: &NounPhrase) -> bool {
        let Some(Simple { head, modifiers, .. }) = object.parts.last() else { return false };
        let definite = self.text[..object.span.start].trim_end().to_lowercase().ends_with(" the");
        let named = match head {
            Head::Name(_) | Head::Quoted(_) | Head::Apposition(..) => true,
            Head::Kind(token) => definite && self.is_singular(token),
            _ => false,
        };
        let when = |m: &Modifier| matches!(m.kind, ModifierKind::Time { .. });
        modifiers.iter().any(|modifier| match &modifier.kind {
            ModifierKind::Participle { complements, .. } => {
                named || (definite && complements.iter().all(when))
            }
            _ => false,
        })
    }

    /// `X with Y`, `X has Y`: Y is what the relation noun denotes, or a thing that X has.
    pub fn owns<'s>(
        &mut self,
        owner: Var,
        object: &'s NounPhrase,
        group: &mut Group,
    ) -> Result<Vec<&'s Modifier>> {
        let mut phrase = match object.parts.as_slice() {
            [simple] => match &simple.head {
                Head::Noun { noun, .. } => self.owned_noun(owner, simple, noun)?,
                Head::Property(token) => {
                    return self.has_property(owner, token, simple, group).map(|()| Vec::new());
                }
                Head::Value(_) => {
                    self.rather_a_noun(object)?;
                    self.owned_thing(owner, object)?
                }
                _ => self.owned_thing(owner, object)?,
            },
            _ => self.owned_thing(owner, object)?,
        };
        let left = std::mem::take(&mut phrase.leftover);
        self.assert(phrase, Group::default(), group);
        Ok(left)
    }

    /// `has a coordinator`, `has no job`: what is had is what the noun of a relation denotes, and no value of the same words.
    pub fn rather_a_noun(&self, object: &NounPhrase) -> Result<()> {
        match object.parts.as_slice() {
            [Simple { head: Head::Value(token), .. }] if self.dictionary.has_relation_noun(&token.text) => {
                Err(trouble::out_of_place(token))
            }
            _ => Ok(()),
        }
    }

    /// `has a legal basis`: the noun's owner is the subject, unless an `of` phrase names another.
    pub fn owned_noun<'s>(&mut self, owner: Var, simple: &'s Simple, noun: &'s Token) -> Result<Phrase<'s>> {
        let mut phrase = self.phrase_of(simple)?;
        let mut modifiers: Vec<&'s Modifier> = simple.modifiers.iter().collect();
        let mut befores: Vec<&'s Before> = simple.before.iter().collect();
        let mut group = Group::default();
        let var = self.relation_noun(noun, None, Some(owner), &mut modifiers, &mut befores, &mut group)?;
        for before in befores {
            match before {
                Before::Superlative(token) => phrase.superlative = Some(token.clone()),
                Before::Value(token) => self.value(var, token, &mut group)?,
                _ => return Err(trouble::out_of_place(noun)),
            }
        }
        self.owe_all(simple, simple.negative);
        phrase.leftover = self.attach_all(var, modifiers, &mut group);
        phrase.group = group;
        phrase.vars = vec![var];
        Ok(phrase)
    }

    pub fn owned_thing<'s>(&mut self, owner: Var, object: &'s NounPhrase) -> Result<Phrase<'s>> {
        let mut phrase = self.noun_phrase(object)?;
        let token = head_token(object);
        for var in phrase.vars.clone() {
            self.owned(owner, var, &token, &mut phrase.group)?;
        }
        Ok(phrase)
    }

    /// Links an owner and a thing by whatever the vocabulary lets one have.
    pub fn owned(&mut self, owner: Var, thing: Var, said: &Token, group: &mut Group) -> Result<()> {
        let nouns: Vec<Link> = self
            .nouns_as_links(thing)
            .into_iter()
            .map(|l| Link { relation: l.relation, reversed: !l.reversed, verb: 0 })
            .collect();
        let nouns = self.fitting(&nouns, owner, thing, false);
        if !nouns.is_empty() {
            return self.link(group, &nouns, owner, thing, false, said);
        }
        let mut links = Vec::new();
        for (at, relation) in self.vocabulary.relations.iter().enumerate() {
            if relation.verbs.iter().any(|v| v == "have") {
                links.push(Link { relation: at, reversed: false, verb: 0 });
            }
            if relation.inverse_verbs.iter().any(|v| v == "have") {
                links.push(Link { relation: at, reversed: true, verb: 0 });
            }
        }
        self.link(group, &links, owner, thing, false, said)
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
                    Some(_) => return Err(trouble::out_of_place(token)),
                };
                group.conditions.push(Condition::Property { var: owner, key, test });
                return Ok(());
            }
        }
        Err(trouble::no_such_property(self, token, owner))
    }

    /// Attaches modifiers one after the other; from the first that does not go, the rest is returned.
    pub fn attach_all<'s>(
        &mut self,
        var: Var,
        modifiers: Vec<&'s Modifier>,
        group: &mut Group,
    ) -> Vec<&'s Modifier> {
        let mut left = Vec::new();
        for modifier in modifiers {
            if left.is_empty()
                && let Ok(further) = self.attempt(group, |b, g| b.modifier(var, modifier, g))
            {
                left.extend(further);
            } else {
                left.push(modifier);
            }
        }
        left
    }
}

//! `the tasks of X and the members of Y`: two lists in one answer, each row with the noun that it is listed under.

use super::ask::{Form, Meant};
use super::binder::Binder;
use super::emit::*;
use super::meaning::Group;
use super::phrase::Phrase;
use super::trouble;
use crate::algebra::{Body, Query, SingleQuery, UnionKind};
use crate::base::Result;
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use std::collections::BTreeSet;

/// The headings of what the rows are listed under and of what is listed.
const LIST: &str = "list";
const LISTED: &str = "it";

impl Binder<'_> {
    /// `the tasks and members of X`: what stands before the last shares its owner, where it is something that is had.
    pub fn share_owner(&self, phrase: &mut NounPhrase) {
        let of = |modifier: &Modifier| match &modifier.kind {
            ModifierKind::Phrase { preposition, .. } => preposition.category == Category::Of,
            _ => false,
        };
        let Some((last, before)) = phrase.parts.split_last_mut() else { return };
        let shared = match (&last.head, last.modifiers.first()) {
            (Head::Noun { .. } | Head::Kind(_), Some(owner)) if of(owner) && self.is_had(last) => {
                owner.clone()
            }
            _ => return,
        };
        let alone = |part: &&mut Simple| part.modifiers.is_empty() && part.before.is_empty();
        if phrase.joined != Joined::Except {
            for part in before.iter_mut().filter(alone) {
                if self.is_had(part) {
                    part.modifiers.push(shared.clone());
                }
            }
        }
    }

    /// `the number of decrees and laws`: how many there are of all, where each is several.
    pub fn count_of_all(&self, phrase: &mut NounPhrase) {
        let several = |part: &Simple| matches!(&part.head, Head::Kind(token) if !self.is_singular(token));
        let [first, others @ ..] = phrase.parts.as_slice() else { return };
        let counted = matches!(first.before.as_slice(), [Before::NumberOf]);
        let plain = others.iter().all(|part| part.before.is_empty() && part.asked.is_none());
        if !counted || others.is_empty() || !plain || phrase.joined != Joined::And {
            return;
        }
        if phrase.parts.iter().all(several) {
            phrase.joined = Joined::Or;
            for part in &mut phrase.parts {
                part.before.clear();
                part.asked = Some(Asked::HowMany);
            }
        }
    }

    /// Whether a noun is one of a relation, so that somebody has what it denotes.
    fn is_had(&self, part: &Simple) -> bool {
        listed_noun(part).is_some_and(|noun| self.dictionary.has_relation_noun(&noun.text))
    }

    /// The answer to a question for what several nouns denote, of which one at least is that of a relation; nothing
    /// where one list says all.
    pub fn several_lists(&mut self, phrase: &NounPhrase, question: &Question) -> Result<Option<Meant>> {
        let nouns: Vec<&Token> = phrase.parts.iter().filter_map(listed_noun).collect();
        let distinct: BTreeSet<&str> = nouns.iter().map(|noun| noun.text.as_str()).collect();
        let plain = |part: &Simple| {
            let said =
                part.asked.is_some() || part.negative || part.compared.is_some() || part.than.is_some();
            !said
                && !part
                    .before
                    .iter()
                    .any(|before| matches!(before, Before::Superlative(_) | Before::NumberOf))
        };
        if phrase.joined != Joined::And
            || phrase.parts.len() < 2
            || distinct.len() < phrase.parts.len()
            || !phrase.parts.iter().all(plain)
            || !phrase.parts.iter().any(|part| self.is_had(part) && !part.modifiers.is_empty())
            || !question.closing.is_empty()
        {
            return Ok(None);
        }
        // Where one of them is no list by itself, the phrase is bound as a whole.
        let answering = self.answering;
        let bound = self.attempt(&mut Group::default(), |binder, _| binder.each_list(phrase, &nouns));
        if bound.is_err() {
            self.answering = answering;
        }
        Ok(bound.ok())
    }

    /// Each list by itself, one below the other.
    fn each_list(&mut self, phrase: &NounPhrase, nouns: &[&Token]) -> Result<Meant> {
        let (mut queries, mut readings, mut lists) = (Vec::new(), Vec::new(), Vec::new());
        for (part, noun) in phrase.parts.iter().zip(nouns) {
            self.answering = Some(part.span);
            let bound = self.simple(part, None, None)?;
            self.no_leftover(&bound.leftover)?;
            let (query, reading) = self.one_list(bound, noun).ok_or_else(|| trouble::out_of_place(noun))?;
            queries.push(query);
            lists.push((noun.text.clone(), reading.clone()));
            readings.push(reading);
        }
        let mut queries = queries.into_iter();
        let first = queries.next().unwrap_or(SingleQuery { clauses: Vec::new() });
        let unions = queries.map(|query| (UnionKind::All, query)).collect();
        let mut said = statement(Vec::new());
        said.body = Body::Query(Query { first, unions });
        let meant = Meant::new(said, Form::Rows, readings.join("; and "));
        Ok(Meant { lists, ..meant })
    }

    fn one_list(
        &mut self,
        bound: Phrase<'_>,
        noun: &Token,
    ) -> Option<(SingleQuery<crate::algebra::Named>, String)> {
        let var = bound.var().filter(|_| bound.vars.len() == 1 && bound.value.is_none() && !bound.chain)?;
        self.settle_answer(&bound);
        let mut group = bound.group;
        self.prefer_roles(&mut group);
        self.deny_of_parts(&mut group);
        let mut declared = BTreeSet::new();
        let mut clauses = self.matches(&group, &mut declared);
        self.declare(var, &mut declared, &mut clauses);
        let listed = variable(&self.variables[var.0].name);
        let mut projection = projection(true, vec![item(text(&noun.text), LIST), item(listed, LISTED)]);
        projection.order = vec![sort(property(variable(LISTED), "name"), false)];
        clauses.push(return_clause(projection));
        Some((SingleQuery { clauses }, self.describe_var(var, &group)))
    }
}

/// The noun under which what a part denotes is listed.
fn listed_noun(part: &Simple) -> Option<&Token> {
    match &part.head {
        Head::Noun { noun, chain: false } | Head::Kind(noun) => Some(noun),
        _ => None,
    }
}

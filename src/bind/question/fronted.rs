//! Questions that begin with what they ask for: `which treaties did …`, `by whom was …`, `on what legal basis was …`.

use super::ask::{Meant, asked_of};
use super::binder::Binder;
use super::clause::Gap;
use super::meaning::*;
use super::mistaken;
use super::phrase::Phrase;
use super::possession::is_of_either;
use super::trouble;
use crate::base::{Report, Result};
use crate::language::question::Token;
use crate::language::question::syntax::*;
use crate::language::question::syntax::{self, Question};

impl Binder<'_> {
    /// `on what legal basis was …`, `with whom did X develop …`: what these ask in other words.
    pub fn ask_otherwise(
        &mut self,
        clause: &syntax::Clause,
        fronted: &Fronted,
        question: &Question,
        report: Box<Report>,
    ) -> Result<Meant> {
        if let Some(under) = self.on_what_basis(fronted) {
            let basis = super::clause::head_token(&fronted.phrase);
            let meant =
                self.ask_fronted(clause, &under, question).ok().filter(|meant| self.gives_basis(meant));
            return meant.ok_or_else(|| mistaken::basis_of_what(&basis));
        }
        match super::special::with_whom(clause, fronted) {
            Some(together) => self.ask_clause(&together, question).map_err(|_| report),
            None => Err(report),
        }
    }

    /// `which treaties did …`, `by whom was …`, `when was …`
    pub fn ask_fronted(
        &mut self,
        clause: &syntax::Clause,
        fronted: &Fronted,
        question: &Question,
    ) -> Result<Meant> {
        let asked = asked_of(&fronted.phrase);
        if let [Simple { head: Head::Asked(said), modifiers, .. }] = fronted.phrase.parts.as_slice()
            && let Some(first) = modifiers.first()
            && (asked == Some(Asked::When)
                || self.text.get(said.span.end..first.span.start).is_some_and(|gap| gap.contains(',')))
        {
            return Err(mistaken::set_apart(first.span));
        }
        if asked == Some(Asked::When) {
            return self.when(&super::clause::head_token(&fronted.phrase), clause, question);
        }
        // `in which year did X …`
        if let [Simple { head: Head::Unit(unit), modifiers, before, .. }] = fronted.phrase.parts.as_slice()
            && fronted.preposition.is_some()
            && modifiers.is_empty()
            && before.is_empty()
        {
            return self.when(unit, clause, question);
        }
        if let Some(meant) = self.which_property(clause, fronted, question)? {
            return Ok(meant);
        }
        let mut group = Group::default();
        if let Some(answer) = self.had_noun(clause, fronted)? {
            let group = answer.group.clone();
            return self.select(answer, group, question);
        }
        let answer = self.noun_phrase(&fronted.phrase)?;
        self.no_leftover(&answer.leftover)?;
        let Some(var) = answer.vars.first().copied() else {
            return Err(trouble::out_of_place(&super::clause::head_token(&fronted.phrase)));
        };
        // `where` brings the preposition with it.
        let places = ["in", "at", "to"];
        let attempts: Vec<Option<Token>> = match (asked, &fronted.preposition) {
            (Some(Asked::Where), None) => {
                let token = super::clause::head_token(&fronted.phrase);
                let spoken = |text: &str| Token {
                    text: text.into(),
                    category: crate::language::question::Category::Preposition,
                    ..token.clone()
                };
                places.iter().map(|p| Some(spoken(p))).collect()
            }
            (_, given) => vec![given.clone()],
        };
        let mut trouble = None;
        for preposition in attempts {
            let gap = Gap { var, preposition: preposition.as_ref() };
            let done = self.attempt(&mut group, |b, g| {
                let Some(subject) = &clause.subject else {
                    return b.clause(clause, Some(gap), g).map(|_| ());
                };
                if let [VerbPhrase { core: Core::Have(None), .. }] = clause.verbs.as_slice() {
                    b.rather_a_noun(subject)?;
                }
                let subject = b.either(subject, is_of_either(clause))?;
                let mut verbs = clause.verbs.iter();
                let plain_be = verbs.next().is_none();
                if plain_be {
                    return Ok(());
                }
                let left = b.with_gap(subject, clause, Some(gap), g)?;
                b.no_leftover(&left)
            });
            match done {
                Ok(()) => {
                    let mut conditions = answer.group.conditions.clone();
                    conditions.append(&mut group.conditions);
                    let group = Group { conditions };
                    let answer = Phrase { group: Group::default(), ..answer };
                    return self.select(answer, group, question);
                }
                Err(report) => trouble = trouble.or(Some(report)),
            }
        }
        Err(trouble.unwrap_or_else(|| Report::input("question.form", "I cannot read this question")))
    }
}

//! Questions that begin with what they ask for: `which treaties did …`, `by whom was …`, `on what legal basis was …`.

use super::ask::{Meant, asked_of};
use super::binder::{Binder, Voice};
use super::clause::Gap;
use super::meaning::*;
use super::mistaken;
use super::phrase::Phrase;
use super::possession::is_of_either;
use super::trouble;
use crate::base::{Report, Result, Span};
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
        if let Some(meant) = self.said_besides(clause, fronted, question)? {
            return Ok(meant);
        }
        match super::special::with_whom(clause, fronted) {
            Some(together) => self.ask_clause(&together, question).map_err(|_| report),
            None => Err(report),
        }
    }

    /// `on which grounds is X prohibited`: who prohibits X is linked to the grounds by a relation of the same verb that is
    /// said with this preposition.
    fn said_besides(
        &mut self,
        clause: &syntax::Clause,
        fronted: &Fronted,
        question: &Question,
    ) -> Result<Option<Meant>> {
        let (Some(preposition), [verb]) = (&fronted.preposition, clause.verbs.as_slice()) else {
            return Ok(None);
        };
        let (Core::Passive { verbs, .. } | Core::Active { verbs, .. }, false) = (&verb.core, verb.negated)
        else {
            return Ok(None);
        };
        let mut links = self.verb_links(verbs, Voice::Active, None, Mood::Plain);
        let said = |link: &Link| {
            !link.reversed && self.relation(link.relation).prepositions.active.contains(&preposition.text)
        };
        links.retain(said);
        if links.is_empty() {
            return Ok(None);
        }
        let answer = self.noun_phrase(&fronted.phrase)?;
        self.no_leftover(&answer.leftover)?;
        let mut group = answer.group.clone();
        let plain = syntax::Clause { fronted: None, ..clause.clone() };
        let linked = self.attempt(&mut group, |b, g| {
            let left = b.clause(&plain, None, g)?;
            b.no_leftover(&left)?;
            let (Some(edge), Some(var)) = (b.last_edge(g, 0).cloned(), answer.var()) else {
                return Err(trouble::out_of_place(preposition));
            };
            let [acting, _] = edge.acting_first();
            b.link(g, &links, acting, var, false, preposition)
        });
        if linked.is_err() {
            return Ok(None);
        }
        let answer = Phrase { group: Group::default(), ..answer };
        self.select(answer, group, question).map(Some)
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
                    if let Some(noun) =
                        under_what(fronted).filter(|_| links_twice(&answer.group, &group, var))
                    {
                        return Err(mistaken::conditions_of_what(noun));
                    }
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

/// `under what conditions …`: the noun of a relation after `under`.
fn under_what(fronted: &Fronted) -> Option<&Token> {
    let under = fronted.preposition.as_ref().is_some_and(|preposition| preposition.text == "under");
    match fronted.phrase.parts.as_slice() {
        [Simple { head: Head::Noun { noun, .. }, .. }] if under => Some(noun),
        _ => None,
    }
}

/// Whether what is asked for is what its noun says by other relations than those of the verb.
fn links_twice(noun: &Group, verb: &Group, var: Var) -> bool {
    let relations = |group: &Group| {
        let touching = group.conditions.iter().filter_map(|condition| match condition {
            Condition::Edge(edge) if edge.from == var || edge.to == var => Some(&edge.relations),
            _ => None,
        });
        touching.flatten().map(|link| link.relation).collect::<Vec<usize>>()
    };
    let (own, said) = (relations(noun), relations(verb));
    !own.is_empty() && !said.iter().any(|relation| own.contains(relation))
}

/// The place of an asked-for phrase inside a clause.
pub fn in_place(clause: &syntax::Clause) -> Option<Span> {
    let of_phrase = |p: &NounPhrase| p.parts.iter().find(|s| s.asked.is_some()).map(|s| s.span);
    clause.verbs.iter().find_map(|v| {
        let object = match &v.core {
            Core::Active { object, .. } | Core::Predicate { object, .. } | Core::Have(object) => {
                object.as_ref()
            }
            Core::Place { object, .. } | Core::Identity(object) => Some(object),
            _ => None,
        };
        object.and_then(of_phrase).or_else(|| {
            v.complements.iter().find_map(|m| match &m.kind {
                ModifierKind::Phrase { object, .. } => of_phrase(object),
                _ => None,
            })
        })
    })
}

pub fn covers(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && inner.end > inner.start
}

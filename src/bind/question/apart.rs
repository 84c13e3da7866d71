//! `tasks of X and decrees of 2012`: a list of its own, though words could also draw it into what is said of the list
//! before it.
//!
//! What stands there and is linked to the first list as the name before it is could be meant so; then nothing tells which
//! of the two is meant, and the question is refused with a way to say either. Anything else is listed by itself: nobody
//! asks for the tasks that decrees assign by the words in which the tasks of a ministry are asked for.

use super::binder::Binder;
use super::meaning::*;
use super::phrase::Phrase;
use crate::base::{Report, Result, Span};
use crate::language::question::syntax::*;
use std::collections::BTreeSet;

/// Relations, and whether they run from what is listed.
type Ways = BTreeSet<(usize, bool)>;

impl Binder<'_> {
    /// The lists that a phrase joins, where the last of them stands inside what is said of the one before.
    pub fn lists_apart(&mut self, phrase: &NounPhrase) -> Result<Option<NounPhrase>> {
        let Some((whole, before)) = phrase.parts.split_last() else { return Ok(None) };
        if !(before.is_empty() || phrase.joined == Joined::And) || whole.negative || !is_plural(whole) {
            return Ok(None);
        }
        let mut alone = whole.clone();
        if let Some(said) = joined_inside(&mut alone.modifiers, &is_theirs).and_then(|all| all.parts.last()) {
            // `treaties ratified by X and their dates` is asked in other words.
            return Err(super::trouble::out_of_place(&super::clause::token_of(said)));
        }
        let Some(object) = joined_inside(&mut alone.modifiers, &is_list) else { return Ok(None) };
        let at = object.parts.iter().skip(1).position(is_list).map_or(object.parts.len(), |at| at + 1);
        let beside = object.parts.split_off(at);
        let Some(last) = object.parts.last() else { return Ok(None) };
        if beside.is_empty() || !beside.iter().all(is_list) {
            return Ok(None);
        }
        let own_end = last.span;
        alone.span = Span { end: own_end.end, ..alone.span };
        let own = self.ways_to(&alone, own_end);
        for other in &beside {
            let mut with = whole.clone();
            if let Some(object) = joined_inside(&mut with.modifiers, &is_list) {
                object.parts = vec![other.clone()];
            }
            let shared = !own.is_disjoint(&self.ways_to(&with, other.span));
            match (shared, own.is_empty() || is_bare(other)) {
                (true, false) => return Err(either_way(&alone, other, self.text)),
                (true, true) => return Ok(None),
                _ if own.is_empty() => return Ok(None),
                _ => {}
            }
        }
        let counted = whole.before.iter().any(|before| matches!(before, Before::NumberOf));
        if whole.asked.is_some() || counted {
            return Err(two_questions(&alone, &beside, self.text));
        }
        let parts = before.iter().cloned().chain([alone]).chain(beside).collect();
        Ok(Some(NounPhrase { parts, joined: Joined::And, span: phrase.span }))
    }

    /// How what is listed would be linked to what stands at a place inside of what is said of it.
    fn ways_to(&mut self, listed: &Simple, place: Span) -> Ways {
        let mut ways = Ways::new();
        let _ = self.attempt(&mut Group::default(), |binder, _| {
            let bound = binder.simple(listed, None, None)?;
            binder.gather(&bound.group, place, &mut ways);
            // Nothing of this is kept.
            Err::<Phrase<'_>, _>(super::trouble::plural(place))
        });
        ways
    }

    /// The ways from outside of a place into it that conditions take, as far as the vocabulary has them.
    fn gather(&self, group: &Group, place: Span, ways: &mut Ways) {
        let inside = |var: Var| {
            let span = self.variables[var.0].span;
            place.start <= span.start && span.end <= place.end
        };
        for condition in &group.conditions {
            if let Condition::Edge(edge) = condition
                && inside(edge.from) != inside(edge.to)
            {
                let within = if inside(edge.to) { edge.to } else { edge.from };
                for link in &edge.relations {
                    let relation = self.relation(link.relation);
                    let at_end = (edge.to == within) != link.reversed;
                    let side = if at_end { &relation.to } else { &relation.from };
                    if self.fits(self.kinds(within), side) {
                        ways.insert((link.relation, at_end));
                    }
                }
            }
            condition.groups().into_iter().for_each(|inner| self.gather(inner, place, ways));
        }
    }
}

/// The joined things at the end of what is said, the outermost whose last is such.
fn joined_inside<'m>(
    modifiers: &'m mut [Modifier],
    is_such: &dyn Fn(&Simple) -> bool,
) -> Option<&'m mut NounPhrase> {
    let object = match &mut modifiers.last_mut()?.kind {
        ModifierKind::Participle { complements, .. } => return joined_inside(complements, is_such),
        ModifierKind::Relative { clause, .. } => {
            let verb = clause.verbs.last_mut()?;
            if !verb.complements.is_empty() {
                return joined_inside(&mut verb.complements, is_such);
            }
            match &mut verb.core {
                Core::Active { object: Some(object), .. }
                | Core::Predicate { object: Some(object), .. }
                | Core::Place { object, .. } => object,
                _ => return None,
            }
        }
        ModifierKind::Phrase { object, .. }
        | ModifierKind::Gerund { object: Some(object), .. }
        | ModifierKind::Predicate { object: Some(object), .. } => object,
        _ => return None,
    };
    let joined = object.joined == Joined::And && object.parts.len() > 1;
    match joined && object.parts.last().is_some_and(is_such) {
        true => Some(object),
        false => joined_inside(&mut object.parts.last_mut()?.modifiers, is_such),
    }
}

/// `their dates`: what belongs to what is listed.
fn is_theirs(part: &Simple) -> bool {
    let theirs = |before: &Before| matches!(before, Before::Possessor(token) if token.text == "their");
    matches!(part.head, Head::Property(_) | Head::Event(_)) && part.before.iter().any(theirs)
}

/// Whether something stands in the plural and is neither counted nor denied, so that it can be a list.
fn is_list(part: &Simple) -> bool {
    let plain = part.asked.is_none() && !part.negative && part.compared.is_none() && part.than.is_none();
    plain && is_plural(part)
}

fn is_plural(part: &Simple) -> bool {
    match &part.head {
        Head::Kind(token) | Head::Noun { noun: token, chain: false } => token.text.ends_with('s'),
        _ => false,
    }
}

/// Nothing tells which of its kind: it rather shares what is said of the name before it.
fn is_bare(part: &Simple) -> bool {
    part.modifiers.is_empty() && part.before.is_empty() && !part.every
}

/// `tasks of X and bodies coordinated by Y`
fn either_way(alone: &Simple, other: &Simple, text: &str) -> Box<Report> {
    let (first, second) = (alone.span.of(text), other.span.of(text));
    let message = format!("`{second}` can be a list of its own, or go with `{first}`");
    Report::input("question.lists", message)
        .at(other.span, "which of the two?")
        .help(format!("Ask for each list by itself, `{first}` and then `{second}`, or repeat the word before the name: `of X and of …`, `by X and by …`."))
}

/// `how many tasks of X and decrees of 2012`
fn two_questions(alone: &Simple, beside: &[Simple], text: &str) -> Box<Report> {
    let others = beside.iter().map(|other| format!("`{}`", other.span.of(text)));
    let others = others.collect::<Vec<String>>().join(", then of ");
    let place = beside.first().map_or(alone.span, |other| other.span);
    Report::input("question.lists", "these are two questions in one")
        .at(place, "a list of its own")
        .help(format!("Ask one after the other: of `{}`, then of {others}.", alone.span.of(text)))
}

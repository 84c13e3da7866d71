//! What is said of a noun phrase as the phrase has it: of one, of none, of so many, of every one, of the latest.
//!
//! `no`, `two`, `every`, `most`, `latest` change what a whole sentence says, so that the noun phrase alone cannot take
//! them in. Each is owed until the sentence has taken it; a question in which one is left over is refused.

use super::binder::Binder;
use super::meaning::*;
use super::mistaken;
use super::phrase::Phrase;
use super::trouble;
use crate::base::{Result, Span};
use crate::graph::{Entity, NodeId, Way};
use crate::language::question::syntax::{Before, Head, Simple};
use crate::language::question::{Category, Token};
use crate::value::Value;

/// A word that the sentence around a noun phrase has to take in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `no`, `nothing`
    None,
    /// `two`, `more than three`
    Number,
    /// `every`, `all`
    Every,
    /// `most`, `latest`
    Superlative,
    /// `average`, `total`
    Aggregate,
    /// `number of`
    NumberOf,
    /// `tasks on X and Y`, where none is on both
    Each,
    /// `X but not Y`, of names
    But,
    /// A date or a number standing alone.
    Literal,
}

impl Binder<'_> {
    /// Notes what a noun phrase leaves to the sentence.
    pub fn owe(&mut self, mark: Mark, span: Span) {
        self.owed.push((mark, span));
    }

    pub fn settle(&mut self, mark: Mark, span: Span) {
        self.owed.retain(|(owed, at)| *owed != mark || !at.is_at(span));
    }

    /// Everything that a noun phrase leaves to the sentence.
    pub fn owe_all(&mut self, simple: &Simple, negative: bool) {
        let span = simple.span;
        let before = |wanted: fn(&Before) -> bool| simple.before.iter().any(wanted);
        let marks = [
            (Mark::None, negative),
            (Mark::Number, simple.compared.is_some()),
            (Mark::Every, simple.every),
            (Mark::Superlative, before(|b| matches!(b, Before::Superlative(_)))),
            (Mark::Aggregate, before(|b| matches!(b, Before::Aggregate(_)))),
            (Mark::NumberOf, before(|b| matches!(b, Before::NumberOf))),
            (Mark::Literal, matches!(simple.head, Head::Date(_) | Head::Number(_))),
        ];
        for (mark, _) in marks.into_iter().filter(|(_, there)| *there) {
            self.owe(mark, span);
        }
    }

    /// What the phrase that is asked for carries itself: it is listed, counted or the latest of its kind.
    pub fn settle_answer(&mut self, answer: &Phrase<'_>) {
        for mark in [Mark::Every, Mark::Superlative, Mark::NumberOf] {
            self.settle(mark, answer.span);
        }
    }

    /// `bodies with tasks on X and Y`: one task that is on both, or some on each? Where there is none on both, that is asked.
    pub fn owe_each(&mut self, var: Var, said: &Group, span: Span) {
        let known = &self.variables[var.0];
        let named = |var: Var| match self.variables[var.0].entities.as_slice() {
            [node] => Some(*node),
            _ => None,
        };
        let edges: Option<Vec<(&Edge, NodeId)>> = said
            .conditions
            .iter()
            .map(|condition| match condition {
                Condition::Edge(edge) if edge.from == var && edge.parts.is_empty() => {
                    Some((edge, named(edge.to)?))
                }
                _ => None,
            })
            .collect();
        let Some(edges) = edges.filter(|edges| edges.len() > 1) else { return };
        if known.asked.is_some() || !known.entities.is_empty() || known.kinds.is_empty() {
            return;
        }
        let joins = |node: NodeId, edge: &Edge, other: NodeId| {
            edge.relations.iter().any(|link| {
                let kind = self.graph.relationship_type(&self.relation(link.relation).type_name());
                let way = if link.reversed { Way::In } else { Way::Out };
                kind.is_some_and(|kind| self.graph.adjacent(node, way, kind).nodes.contains(&other))
            })
        };
        let all = |node: &NodeId| edges.iter().all(|(edge, other)| joins(*node, edge, *other));
        let each = |(edge, other): &(&Edge, NodeId)| {
            self.nodes_of(var).iter().any(|node| joins(*node, edge, *other))
        };
        if edges.iter().all(each) && !self.nodes_of(var).iter().any(all) {
            self.owe(Mark::Each, span);
        }
    }

    /// Whether a noun phrase names one thing.
    fn is_one_named(&self, span: Span) -> bool {
        let inside = |at: Span| span.start <= at.start && at.end <= span.end;
        self.variables.iter().any(|known| known.entities.len() == 1 && inside(known.span))
    }

    /// Whether every word has been taken in.
    ///
    /// # Errors
    /// One that is left over.
    pub fn nothing_owed(&self) -> Result<()> {
        let when = self.tokens.iter().find(|token| token.category == Category::When);
        if let Some(token) = when.filter(|_| !self.day_asked) {
            return Err(trouble::one_question(token));
        }
        if let (true, false, Some(token)) = (self.is_how_long(), self.day_asked, self.tokens.first()) {
            return Err(mistaken::how_long(token.span));
        }
        match self.owed.first() {
            Some((Mark::Number, span)) if self.is_one_named(*span) => Err(mistaken::one_counted(*span)),
            Some((mark, span)) => Err(trouble::left_over(*mark, *span, self.text)),
            None => Ok(()),
        }
    }

    /// Links a thing to a noun phrase, and to none of what the phrase leaves out.
    pub fn linked(
        &mut self,
        subject: Var,
        phrase: &mut Phrase<'_>,
        links: impl Fn(&Self, Var) -> Vec<Link>,
        transitive: bool,
        said: &Token,
    ) -> Result<Group> {
        let mut group = Group::default();
        for var in &phrase.vars {
            let links = links(self, *var);
            self.link(&mut group, &links, subject, *var, transitive, said)?;
        }
        for other in std::mem::take(&mut phrase.but) {
            self.settle(Mark::But, other.span);
            let mut inner = other.group;
            for var in other.vars {
                let links = links(self, var);
                self.link(&mut inner, &links, subject, var, transitive, said)?;
            }
            group.conditions.push(Condition::Not(inner));
        }
        Ok(group)
    }

    /// Says something of a noun phrase: asserts it, denies it, counts for how many it holds, or says it of every one.
    pub fn assert(&mut self, phrase: Phrase<'_>, said: Group, group: &mut Group) {
        let first = phrase.vars.first().copied();
        self.ranked(&phrase.superlative, first, phrase.span);
        let mut whole = phrase.group.clone();
        if phrase.negative {
            self.settle(Mark::None, phrase.span);
            whole.conditions.extend(said.conditions);
            group.conditions.push(Condition::Not(whole));
            return;
        }
        if phrase.rival.is_some() && phrase.asked.is_none() {
            let mut counted = whole.clone();
            counted.conditions.extend(said.conditions.clone());
            if let Some(more) = self.outnumbers(&phrase, &counted) {
                group.conditions.push(more);
                return;
            }
        }
        // Of what is asked for every one is shown; a number there is left over.
        let compared = phrase.compared.filter(|_| phrase.asked.is_none());
        match (first, compared, phrase.every) {
            (Some(counted), Some((test, number)), _) => {
                // Of one named thing there is no number to compare.
                if self.variables[counted.0].entities.is_empty() {
                    self.settle(Mark::Number, phrase.span);
                }
                whole.conditions.extend(said.conditions);
                group.conditions.push(Condition::Count {
                    group: whole,
                    counted,
                    test,
                    number: Amount::Number(number),
                });
            }
            (Some(var), None, true) => {
                self.settle(Mark::Every, phrase.span);
                group.conditions.push(Condition::Every { each: whole, var, said });
            }
            _ => {
                group.conditions.extend(whole.conditions);
                group.conditions.extend(said.conditions);
            }
        }
    }

    pub fn assert_or_deny(&mut self, denied: bool, said: Group, group: &mut Group) {
        if denied {
            group.conditions.extend(denied_of(said));
        } else {
            group.conditions.extend(said.conditions);
        }
    }

    pub fn first_of_series(&self, var: Var, group: &mut Group) {
        let test = Test::Number(Comparison::Equal, 1.0);
        group.conditions.push(Condition::Property { var, key: ORDINAL.to_owned(), test });
    }

    /// Whether things of these kinds have a place in a series, and the first of it is not held: of those that are held
    /// the earliest is not the first.
    pub fn begins_elsewhere(&self, kinds: &[String]) -> bool {
        const LOOKED_AT: usize = 5_000;
        let Some(key) = self.graph.key(ORDINAL) else { return false };
        let labels = kinds.iter().filter_map(|kind| self.graph.label(kind));
        let nodes = labels.flat_map(|label| self.graph.nodes_with(label)).take(LOOKED_AT);
        let places = nodes.filter_map(|node| match self.graph.property(Entity::Node(node), key) {
            Value::Integer(place) => Some(place),
            _ => None,
        });
        places.min().is_some_and(|first| first > 1)
    }

    /// `the latest decree` inside a sentence: no other of the same description began later.
    pub fn latest(
        &mut self,
        var: Var,
        simple: &Simple,
        said: &Token,
        kinds: Option<Vec<String>>,
        group: &mut Group,
    ) -> Result<()> {
        let Some(latest) = is_latest(said) else { return Ok(()) };
        if said.text == "first" && self.begins_elsewhere(self.kinds(var)) {
            self.settle(Mark::Superlative, simple.span);
            self.first_of_series(var, group);
            return Ok(());
        }
        let mut alike = simple.clone();
        alike.before.retain(|before| !matches!(before, Before::Superlative(_)));
        let other = self.simple(&alike, None, kinds)?;
        self.settle(Mark::Superlative, simple.span);
        if let Some(other_var) = other.var() {
            let word = said.text.clone();
            group.conditions.push(Condition::Extreme {
                var,
                other: other_var,
                group: other.group,
                latest,
                word,
            });
        }
        Ok(())
    }
}

/// The property that tells the place of a thing in its series.
const ORDINAL: &str = "ordinal";

/// Whether the word means the last (`true`) or the first in time.
pub fn is_latest(said: &Token) -> Option<bool> {
    match said.text.as_str() {
        "first" | "earliest" | "oldest" => Some(false),
        "last" | "latest" | "newest" | "most recent" | "most recently" => Some(true),
        _ => None,
    }
}

/// What such conditions mean in terms of others.
pub fn in_plain(condition: &Condition) -> Option<Condition> {
    match condition {
        Condition::Every { each, said, .. } => {
            let mut conditions = each.conditions.clone();
            conditions.push(Condition::Not(said.clone()));
            Some(Condition::Not(Group { conditions }))
        }
        Condition::Extreme { var, other, group, latest, .. } => {
            let mut conditions = group.conditions.clone();
            conditions.push(Condition::Age { var: *var, than: *other, older: *latest });
            Some(Condition::Not(Group { conditions }))
        }
        _ => None,
    }
}

/// What the denial of conditions says: of what is said not to be of a kind, that it is of that kind.
pub fn denied_of(said: Group) -> Vec<Condition> {
    match said.conditions.as_slice() {
        [Condition::Not(Group { conditions })]
            if matches!(conditions.as_slice(), [Condition::Label { .. }]) =>
        {
            conditions.clone()
        }
        _ => vec![Condition::Not(said)],
    }
}

//! What a count is divided by: a property, a year, or the things that what is counted is linked to.

use super::binder::Binder;
use super::choice::UNSAID;
use super::dictionary::Meaning;
use super::emit::*;
use super::meaning::*;
use super::select::value_of;
use super::trouble;
use crate::algebra::{BinaryOperator, Named, SortKey};
use crate::base::Result;
use crate::graph::{Entity, NodeId, Precision};
use crate::language::question::syntax::*;
use crate::language::question::{Category, Token};
use crate::vocabulary::{Property, ValueType};

/// The value that tells groups apart, its heading, and the order of the groups.
pub struct Key {
    pub value: Expr,
    pub heading: String,
    pub order: SortKey<Named>,
}

impl Key {
    fn plain(value: Expr, heading: &str) -> Key {
        Key { value, heading: heading.to_owned(), order: sort(variable(heading), false) }
    }
}

impl Binder<'_> {
    /// What tells the groups apart. Things of a kind are linked to what is counted by what the question says already,
    /// else by the noun of what is counted, else by any relation between the two.
    pub fn group_key(&mut self, var: Var, by: &Token, group: &mut Group) -> Result<Key> {
        if by.category == Category::TimeUnit {
            return self.by_time(var, by, group);
        }
        let name = variable(&self.variables[var.0].name);
        let kinds = self.kinds(var).to_vec();
        let mut wanted: Vec<String> = Vec::new();
        let mut nouns: Vec<Link> = Vec::new();
        for meaning in self.meanings(by) {
            match meaning {
                Meaning::KindOf => return Ok(Key::plain(call("kind", vec![name]), "kind")),
                Meaning::Property(at) if self.carries(&kinds, self.property(at)) => {
                    let key = self.property(at).name.clone();
                    // `in order of date`, of what has no date but a period.
                    let key = if self.listing { self.rather_a_period(by, key, var) } else { key };
                    return Ok(Key::plain(value_of(name, &key), &key));
                }
                Meaning::Kind(at) => wanted.push(self.vocabulary.kinds[at].name.clone()),
                // From what is counted to what the noun denotes.
                Meaning::RelationNoun { relation, denotes_from } => {
                    nouns.push(Link { relation, reversed: denotes_from, verb: 0 });
                }
                _ => {}
            }
        }
        let other = match self.said_already(var, &wanted, &nouns, group) {
            Some(other) => {
                self.rename(other, &by.text);
                if !wanted.is_empty() {
                    self.variables[other.0].kinds = wanted;
                }
                other
            }
            None if wanted.is_empty() && nouns.is_empty() => return Err(trouble::out_of_place(by)),
            None => {
                let other = self.variable(wanted.clone(), &by.text, by.span);
                let links = match wanted.is_empty() {
                    true => nouns,
                    false => self.links_to_group(var, other),
                };
                if links.is_empty() {
                    return Err(trouble::out_of_place(by));
                }
                self.link(group, &links, var, other, false, by)?;
                other
            }
        };
        let heading = self.variables[other.0].name.clone();
        let order = sort(property(variable(&heading), "name"), false);
        Ok(Key { value: variable(&heading), heading, order })
    }

    /// The thing that the question leaves unsaid and that the groups are named after: `issued by each body`.
    fn said_already(&self, var: Var, wanted: &[String], nouns: &[Link], group: &Group) -> Option<Var> {
        group.conditions.iter().rev().find_map(|condition| {
            let Condition::Edge(edge) = condition else { return None };
            let other = match (edge.from == var, edge.to == var) {
                (true, false) => edge.to,
                (false, true) => edge.from,
                _ => return None,
            };
            let known = &self.variables[other.0];
            let unsaid = known.word == UNSAID || (!known.kinds.is_empty() && known.kinds == wanted);
            if !unsaid || !known.entities.is_empty() || known.asked.is_some() {
                return None;
            }
            let by_noun = nouns.iter().any(|noun| edge.relations.iter().any(|l| l.relation == noun.relation));
            let by_kind = !wanted.is_empty() && self.fits(wanted, &known.kinds);
            (by_kind || (wanted.is_empty() && by_noun)).then_some(other)
        })
    }

    fn links_to_group(&self, var: Var, other: Var) -> Vec<Link> {
        let nouns = self.fitting(&self.nouns_as_links(var), var, other, false);
        if !nouns.is_empty() {
            return nouns;
        }
        let both = |at: usize| [false, true].map(|reversed| Link { relation: at, reversed, verb: 0 });
        let all: Vec<Link> = (0..self.vocabulary.relations.len()).flat_map(both).collect();
        self.fitting(&all, var, other, false)
    }

    /// `per year`: the time of what the question says happened, else that of what is counted.
    fn by_time(&mut self, var: Var, by: &Token, group: &mut Group) -> Result<Key> {
        let unit = by.text.trim_end_matches('s').to_owned();
        let touches = |c: &Condition| matches!(c, Condition::Edge(e) if e.from == var || e.to == var);
        let happening = group.conditions.iter().rposition(touches);
        let said = happening.and_then(|at| match &mut group.conditions[at] {
            Condition::Edge(edge) => self.time_of_edge(edge),
            _ => None,
        });
        let ended = group.conditions.iter().any(|c| matches!(c, Condition::Moment { end: true, .. }));
        if said.is_none() && !ended {
            self.note_coarse_days(var, &unit);
        }
        let time = said.or_else(|| self.own_time(var, ended));
        let Some(time) = time else { return Err(trouble::out_of_place(by)) };
        Ok(Key::plain(unit_of(time, &unit), &unit))
    }

    /// What has only a year, or only a month, is counted in its first month or day, which a note says.
    fn note_coarse_days(&mut self, var: Var, unit: &str) {
        const NAMED: usize = 3;
        let coarse = |node: &NodeId| {
            let first = self.graph.validity(Entity::Node(*node)).begins;
            first.is_some_and(|day| match day.precision {
                Precision::Day => false,
                Precision::Month => matches!(unit, "week" | "day"),
                Precision::Year => unit != "year",
            })
        };
        let coarse: Vec<NodeId> = self.nodes_of(var).into_iter().filter(coarse).collect();
        if coarse.is_empty() {
            return;
        }
        let names = coarse.iter().take(NAMED).map(|node| self.graph.name(*node).to_string());
        let mut names: Vec<String> = names.collect();
        if coarse.len() > NAMED {
            names.push(format!("{} more", coarse.len() - NAMED));
        }
        let names = names.join("; ");
        self.notes.push(format!(
            "counted in the first {unit} of the time that is stated, which is longer: {names}"
        ));
    }

    /// The day of a thing that tells its time: its date, or the first day of its period; of what ended the last.
    fn own_time(&self, var: Var, ended: bool) -> Option<Expr> {
        let timed = |p: &Property| matches!(p.value_type, ValueType::Date | ValueType::Period);
        let begins = self.beginning(self.kinds(var), timed)?;
        let name = variable(&self.variables[var.0].name);
        Some(match (begins.value_type, ended) {
            (_, true) => call("validTo", vec![name]),
            (ValueType::Date, false) => property(name, &begins.name),
            _ => call("validFrom", vec![name]),
        })
    }
}

/// The unit of the calendar in which a day lies. A month is that of a year, `2012-05`, so that those of several years are
/// told apart; so are quarters, `2012-Q2`, and weeks, `2012-W18`.
fn unit_of(day: Expr, unit: &str) -> Expr {
    let part = |key: &str| call("toString", vec![property(day.clone(), key)]);
    let plus = |first: Expr, second: Expr| binary(BinaryOperator::Add, first, second);
    match unit {
        "month" => call("substring", vec![call("toString", vec![day]), integer(0), integer(7)]),
        "quarter" => plus(plus(part("year"), text("-Q")), part("quarter")),
        "week" => {
            let two_digits = call("right", vec![plus(text("0"), part("week")), integer(2)]);
            plus(plus(part("weekYear"), text("-W")), two_digits)
        }
        "day" => day,
        unit => property(day, unit),
    }
}

/// `by kind`, `by law` as a phrase: a word alone, without an article.
pub fn grouping_of(modifier: &Modifier) -> Option<Token> {
    let ModifierKind::Phrase { preposition, object } = &modifier.kind else { return None };
    let [simple] = object.parts.as_slice() else { return None };
    let alone = simple.before.is_empty()
        && simple.modifiers.is_empty()
        && simple.asked.is_none()
        && !(simple.negative || simple.every)
        && simple.compared.is_none();
    match &simple.head {
        Head::Kind(t) | Head::Property(t) | Head::Unit(t) | Head::Noun { noun: t, chain: false }
            if alone && preposition.text == "by" && preposition.words.1 == t.words.0 =>
        {
            Some(t.clone())
        }
        _ => None,
    }
}

/// Takes `by law` from the end of a noun phrase that is counted.
pub fn take_grouping(phrase: &mut NounPhrase) -> Option<Token> {
    let modifiers = &mut phrase.parts.last_mut()?.modifiers;
    let last = modifiers.last_mut()?;
    if let Some(by) = grouping_of(last) {
        modifiers.pop();
        return Some(by);
    }
    match &mut last.kind {
        ModifierKind::Phrase { object, .. } => take_grouping(object),
        _ => None,
    }
}

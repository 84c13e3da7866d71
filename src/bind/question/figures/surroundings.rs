//! What the words around a token of a question about figures say of it: lists, prepositions, who acts, what is set apart.

use super::super::binder::Binder;
use super::super::dictionary::Meaning;
use super::trouble;
use super::wanted::{Listener, Part};
use crate::base::Span;
use crate::language::question::{Category, Token};
use std::collections::BTreeSet;
use std::rc::Rc;

impl Listener<'_, '_> {
    /// Whether the word before a name can link it to figures in this way: `in Turkey`, but not `of Turkey`.
    pub fn may_stand(&self, at: usize, relation: &str) -> bool {
        use Category::*;
        let earlier = self.tokens.get(..at).unwrap_or_default().iter().rev();
        let Some(before) = earlier.map(Rc::as_ref).find(|t| t.category != Every) else { return true };
        if !matches!(before.category, Of | By | From | To | With | Between | Preposition) {
            return true;
        }
        let relation = self.binder.vocabulary.relations.iter().find(|r| r.type_name() == relation);
        relation.is_some_and(|r| {
            let closing = r.verbs.iter().filter_map(|v| v.rsplit(' ').next());
            r.prepositions.active.iter().map(String::as_str).chain(closing).any(|p| p == before.text)
        })
    }

    /// Whether a source is said to have done what was counted: the sources say who counted, not who acted.
    pub fn acts(&self, at: usize, relations: &BTreeSet<&String>) -> bool {
        let category = |i: usize| self.tokens.get(i).map(|t| t.category);
        let verb = match at.checked_sub(1).and_then(category) {
            Some(Category::By) => at.checked_sub(2),
            Some(Category::Do | Category::Have) => Some(at + 1),
            _ => None,
        };
        let Some(verb) = verb.and_then(|i| self.tokens.get(i)) else { return false };
        let meanings = self.binder.meanings(verb);
        let measured = meanings.iter().any(|m| matches!(m, Meaning::MeasureVerb(_)));
        let counted = meanings.iter().any(|m| match m {
            Meaning::Verb(said) => relations.contains(&self.binder.relation(said.relation).type_name()),
            _ => false,
        });
        measured && !counted
    }

    /// Whether things of a kind are counted: `how many groups`.
    pub fn counts_kind(&self) -> bool {
        self.tokens.windows(2).any(|pair| {
            matches!(pair, [count, kind]
                if count.category == Category::HowMany && kind.category == Category::Kind)
        })
    }

    /// What `and`, `or` or a comma joins must be of one kind.
    pub fn together(&mut self) {
        let apart = self.heard.windows(2).find_map(|pair| {
            let [(first, one), (second, other)] = pair else { return None };
            let joined = listed(self.tokens, *first, *second, self.binder.text);
            let beside = one.contains(&Part::Beside) || other.contains(&Part::Beside);
            (joined && !beside && one.is_disjoint(other)).then_some((*first, *second))
        });
        if let Some((first, second)) = apart {
            let report = trouble::apart(self, first, second);
            self.blame(report);
        }
    }

    /// Whether a name is set beside the figures: `excluding X`, `X included`.
    pub fn set_beside(&self, at: usize, included: bool) -> bool {
        let is = |t: &Token, in_front: bool| match t.category {
            Category::Included => included && in_front == (t.text == "including"),
            Category::Excluded => !included && in_front == (t.text != "excluded"),
            Category::But => !included && in_front,
            _ => false,
        };
        self.before(at).is_some_and(|t| is(t, true)) || self.after(at).is_some_and(|t| is(t, false))
    }

    pub fn beside_name(&self, at: usize) -> bool {
        let named = |i: Option<usize>| {
            i.is_some_and(|i| {
                self.tokens.get(i).is_some_and(|t| t.category == Category::Name)
                    && (self.set_beside(i, true) || self.set_beside(i, false))
            })
        };
        named(at.checked_sub(1)) || named(Some(at + 1))
    }

    /// Whether the verb says what somebody did: `people assisted victims`, `how many assist`.
    pub fn is_active(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let thing = |t: &Token| {
            matches!(t.category, Category::Name | Category::ValueWord | Category::Measure | Category::Who)
        };
        let asked = self.tokens.get(..at).unwrap_or_default().iter().any(|t| t.category == Category::Do);
        match token.category {
            Category::Gerund => true,
            Category::Present | Category::Past => !asked,
            _ => self.before(at).is_some_and(thing) && self.after(at).is_some_and(thing),
        }
    }

    pub fn preposition(&mut self, at: usize) -> Option<()> {
        let Some(token) = self.tokens.get(at) else { return Some(()) };
        let Some(next) = self.after(at).map(|t| t.category) else { return Some(()) };
        let ok = match (token.category, token.text.as_str()) {
            // What stands before a date is read with it.
            _ if next == Category::Date => true,
            (Category::To | Category::Between, _) => {
                self.before(at).is_some_and(|t| t.category == Category::Date)
            }
            (Category::With, _) => matches!(next, Category::Superlative | Category::Aggregate),
            (Category::Per, _) => {
                matches!(next, Category::TimeUnit | Category::Kind | Category::PropertyNoun)
            }
            (_, "in" | "on" | "for" | "during" | "within" | "among" | "at" | "about") => true,
            (Category::From, _) => matches!(next, Category::Name | Category::Which | Category::Every),
            (_, "over") => matches!(next, Category::PropertyNoun | Category::TimeUnit),
            _ => false,
        };
        if ok { Some(()) } else { self.blame(trouble::small_word(self, at)) }
    }
}

/// Whether a question asks for a number.
pub fn counts(tokens: &[Rc<Token>]) -> bool {
    use Category::*;
    tokens.iter().any(|t| matches!(t.category, HowMany | Aggregate | NumberOf | Superlative))
}

/// Whether a question can be about nothing but figures.
pub fn certain(binder: &Binder<'_>, tokens: &[Rc<Token>]) -> bool {
    let figure = |t: &Rc<Token>| match t.category {
        Category::Measure => true,
        Category::ValueWord => binder.names_dimension(t),
        Category::Name => binder.has_figures(t),
        _ => false,
    };
    let measured = tokens.iter().any(|t| t.category == Category::Measure);
    let counted = counts(tokens);
    let verb = tokens.iter().any(|t| binder.is_counted_verb(t));
    measured
        || (counted && verb)
        || binder.crosses_figures(tokens)
        || (tokens.iter().any(figure) && (counted || verb || binder.groups_figures(tokens)))
}

/// Whether two tokens are parts of one list.
pub fn listed(tokens: &[Rc<Token>], first: usize, second: usize, text: &str) -> bool {
    use Category::*;
    let Some(between) = tokens.get(first + 1..second) else { return false };
    let (Some(one), Some(other)) = (tokens.get(first), tokens.get(second)) else { return false };
    let gap = Span::new(one.span.end, other.span.start).of(text);
    between.iter().all(|t| matches!(t.category, And | Or | Comma | Preposition | Of | From | By | Every))
        && (gap.contains(',') || between.iter().any(|t| matches!(t.category, And | Or)))
}

//! Which words show that a question is about figures, and what they are of.

use super::super::binder::Binder;
use super::super::dictionary::Meaning;
use super::super::meaning::Var;
use super::surroundings::counts;
use super::trouble;
use super::{Dimension, Mark, Observation};
use crate::base::{Report, fold_words};
use crate::graph::{NodeId, Way};
use crate::language::question::syntax::{Head, NounPhrase, Simple};
use crate::language::question::{Category, Lexicon, Sense, Token, is_article, is_function_word};
use crate::vocabulary::Relation;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// Words that may be left out of the words of a name: the name says the same without them.
const HARMLESS: &[&str] = &["of", "in", "for", "on", "to", "is", "are", "was", "were", "be", "been"];

impl Binder<'_> {
    /// The tokens, each noun that is also a kind by which figures are broken down taken as that kind: `countries`.
    pub fn as_kinds(&self, tokens: &[Rc<Token>]) -> Vec<Rc<Token>> {
        let kind = |token: &Rc<Token>| {
            let senses = self.dictionary.senses(&token.text).into_iter();
            let kinds = senses.filter(|s| s.category == Category::Kind);
            let meanings: Vec<u32> = kinds.map(|s| s.meaning).collect();
            let kind = Token { category: Category::Kind, meanings, ..Token::clone(token) };
            let fits = !kind.meanings.is_empty() && self.kind_dimension(&kind).is_some();
            fits.then(|| Rc::new(kind))
        };
        let noun = |t: &Rc<Token>| t.category == Category::RelationNoun;
        tokens
            .iter()
            .map(|t| if noun(t) { kind(t).unwrap_or_else(|| t.clone()) } else { t.clone() })
            .collect()
    }

    /// Whether nothing is said but what figures are broken down by, in two ways: `victims in Turkey`, `which countries
    /// had victims`.
    pub fn crosses_figures(&self, tokens: &[Rc<Token>]) -> bool {
        use Category::*;
        let small = |t: &Token| {
            let opens = matches!(t.category, Preposition | From | And | Or | Comma | Date | Be | There);
            opens || matches!(t.category, Which | Have | Predicate) || self.is_counted_verb(t)
        };
        let mut crossed = BTreeSet::new();
        for token in tokens.iter().filter(|t| !small(t)) {
            let of = match token.category {
                Name => self.crossed_by(token),
                Kind => self.kind_dimension(token).map(|d| BTreeSet::from([d])),
                _ => None,
            };
            let Some(of) = of else { return false };
            crossed.extend(of);
        }
        crossed.len() > 1 && tokens.iter().any(|t| t.category == Name)
    }

    /// The dimensions of the things that a name can mean; `None` where one of them has no figures.
    fn crossed_by(&self, name: &Token) -> Option<BTreeSet<Dimension>> {
        let relations: Vec<String> =
            self.vocabulary.relations.iter().filter(|r| r.dimension).map(Relation::type_name).collect();
        let dimension = |meaning: &Meaning| {
            let node = meaning.entity()?;
            let has = |r: &&String| {
                self.graph.relationship_type(r).is_some_and(|kind| self.graph.degree(node, Way::In, kind) > 0)
            };
            relations.iter().find(has).cloned().map(Dimension::Relation)
        };
        self.meanings(name).iter().map(dimension).collect()
    }

    /// `which figures are about women`: the figures themselves are asked for, not their sum.
    pub fn lists_figures(&self, tokens: &[Rc<Token>]) -> bool {
        let [which, figures, _, ..] = tokens else { return false };
        let senses = self.dictionary.senses(&figures.text);
        let observation = |sense: &Sense| match self.dictionary.meaning(sense.meaning) {
            Some(Meaning::Kind(at)) => self.vocabulary.kinds[at].statistics.as_deref() == Some("observation"),
            _ => false,
        };
        which.category == Category::Which
            && figures.category == Category::PropertyNoun
            && senses.iter().any(|sense| sense.category == Category::Kind && observation(sense))
    }

    /// `figures about women`: what is said of people is a value of the figures.
    pub fn is_value_of_figures(&self, var: Var, object: &NounPhrase) -> bool {
        let [Simple { head: Head::Value(token), before, .. }] = object.parts.as_slice() else { return false };
        let kinds = self.kinds(var);
        let figure = |kind: &String| {
            let known = self.vocabulary.kind(kind);
            known.is_some_and(|kind| kind.statistics.as_deref() == Some("observation"))
        };
        // `data on labour exploitation` are rather data on something of such a name.
        let words: Vec<&str> = token.text.split(' ').collect();
        let named = words.len() > 1 && !self.dictionary.loose(&words).is_empty();
        before.is_empty()
            && !named
            && !kinds.is_empty()
            && kinds.iter().all(|kind| figure(kind) && self.bears(kind, token))
    }

    pub fn is_about_figures(&self, tokens: &[Rc<Token>]) -> bool {
        let about = tokens.iter().any(|t| match t.category {
            Category::Measure => true,
            Category::ValueWord | Category::PropertyNoun => self.names_dimension(t),
            _ => false,
        });
        let by_name = (counts(tokens) || self.groups_figures(tokens))
            && tokens.iter().any(|t| t.category == Category::Name && self.has_figures(t));
        let asked = |t: &Rc<Token>| {
            matches!(t.category, Category::HowMany | Category::NumberOf | Category::Aggregate)
        };
        let by_verb = tokens.iter().any(asked) && tokens.iter().any(|t| self.is_counted_verb(t));
        // Kinds and people asked for are no figures.
        let other = tokens.iter().any(|t| {
            matches!(
                t.category,
                Category::Who
                    | Category::Whose
                    | Category::Describe
                    | Category::Connected
                    | Category::RelationNoun
            ) || (t.category == Category::Kind && self.kind_dimension(t).is_none())
        });
        (about || by_name || by_verb || self.crosses_figures(tokens)) && !other
    }

    /// A verb that says what was done to what is counted: `assisted`.
    pub fn is_counted_verb(&self, token: &Token) -> bool {
        matches!(token.category, Category::PastOrParticiple | Category::Participle)
            && self.meanings(token).iter().any(|m| matches!(m, Meaning::MeasureVerb(_)))
    }

    /// Whether figures are about something of that name.
    pub fn has_figures(&self, token: &Token) -> bool {
        let dimensions = self.vocabulary.relations.iter().filter(|r| r.dimension && r.statistics.is_some());
        let kinds: Vec<_> = dimensions.filter_map(|r| self.graph.relationship_type(&r.type_name())).collect();
        self.meanings(token).iter().filter_map(Meaning::entity).any(|node| {
            self.is_indicator(node) || kinds.iter().any(|k| self.graph.degree(node, Way::In, *k) > 0)
        })
    }

    /// A question that counts people who are known as numbers only by something else: they are no nodes to be counted.
    pub fn counted_otherwise(&self, tokens: &[Rc<Token>]) -> Option<Box<Report>> {
        let valued = |t: &Token| t.category == Category::ValueWord && self.names_dimension(t);
        let counted = tokens.windows(2).find_map(|pair| match pair {
            [count, value] if count.category == Category::HowMany && valued(value) => Some(value),
            _ => None,
        })?;
        let kind = |t: &&Rc<Token>| matches!(t.category, Category::Kind | Category::RelationNoun);
        let other = tokens.iter().find(|t| kind(t) && t.span.start > counted.span.start)?;
        Some(trouble::numbers_only(counted.span.of(self.text), other.span))
    }

    /// Whether figures are told apart by things of the kind that a token names.
    pub fn has_kind(&self, token: &Token, dimension: &Dimension, observations: &[Observation]) -> bool {
        let kinds = self.kind_names(token);
        let nodes = observations.iter().filter_map(|o| o.marks.get(dimension)).flatten();
        nodes.filter_map(Mark::node).any(|node| {
            let own = self.kind_of(node);
            own.is_some_and(|own| kinds.iter().any(|k| self.vocabulary.is_a(&own, k)))
        })
    }

    /// Whether figures are to be listed: `by country`, `per year`.
    pub fn groups_figures(&self, tokens: &[Rc<Token>]) -> bool {
        tokens.windows(2).any(|pair| {
            let [before, token] = pair else { return false };
            let grouped = match token.category {
                Category::Kind => self.kind_dimension(token).is_some(),
                Category::PropertyNoun => self.names_dimension(token),
                Category::TimeUnit => before.category == Category::Per,
                _ => false,
            };
            grouped && matches!(before.category, Category::By | Category::Per)
        })
    }

    pub fn is_indicator(&self, node: NodeId) -> bool {
        let kinds = self.vocabulary.kinds.iter().filter(|k| k.statistics.as_deref() == Some("indicator"));
        let labels = kinds.filter_map(|k| self.graph.label(&k.name));
        labels.into_iter().any(|label| self.graph.has_label(node, label))
    }

    /// The relation from an observation to its indicator.
    pub fn indicator_relation(&self) -> Option<String> {
        self.statistics_relations().find(|(part, ..)| *part == "indicator").map(|(_, relation, _)| relation)
    }

    /// The indicators of an observation.
    pub fn indicators_of<'o>(&self, o: &'o Observation) -> Option<&'o BTreeSet<NodeId>> {
        o.links.get(&self.indicator_relation()?)
    }

    /// A word within a loosely written name that is no part of it and changes what is said: `not`, `since`, or a verb
    /// in another form than the name has.
    pub fn lost_word(&self, token: &Token) -> Option<String> {
        let kept: Vec<&str> = token.text.split(' ').collect();
        let small = |w: &String| {
            is_function_word(w)
                && !is_article(w)
                && !HARMLESS.contains(&w.as_str())
                && !kept.contains(&w.as_str())
        };
        let small = fold_words(token.span.of(self.text)).into_iter().find(small);
        let nodes: Vec<NodeId> = self.meanings(token).iter().filter_map(Meaning::entity).collect();
        let names = nodes.iter().flat_map(|n| {
            let mut names: Vec<String> = self.graph.aliases(*n).iter().map(ToString::to_string).collect();
            names.push(self.graph.name(*n).to_string());
            names
        });
        let words: BTreeSet<String> = names.flat_map(|name| fold_words(&name)).collect();
        let verb = |w: &&str| {
            let acts =
                |s: &Sense| matches!(s.category, Category::Present | Category::Past | Category::Gerund);
            !words.contains(*w) && self.dictionary.senses(w).iter().any(acts)
        };
        small.or_else(|| kept.iter().find(|w| verb(w)).map(ToString::to_string))
    }

    /// The dimension whose values are of the kind that a token names: `by country`.
    pub fn kind_dimension(&self, token: &Token) -> Option<Dimension> {
        let kinds = self.kind_names(token);
        let relation = self.vocabulary.relations.iter().find(|r| r.dimension && self.fits(&kinds, &r.to))?;
        Some(Dimension::Relation(relation.type_name()))
    }

    /// Whether a word is a property by which figures are broken down, or a value of one.
    pub fn names_dimension(&self, token: &Token) -> bool {
        self.meanings(token).iter().any(|meaning| self.dimension_property(meaning).is_some())
    }

    pub fn dimension_property(&self, meaning: &Meaning) -> Option<(String, Option<Arc<str>>)> {
        match meaning {
            Meaning::Value { property, value } if self.property(*property).dimension => {
                Some((self.property(*property).name.clone(), Some(value.clone())))
            }
            Meaning::Property(at) | Meaning::PropertyVerb(at) if self.property(*at).dimension => {
                Some((self.property(*at).name.clone(), None))
            }
            _ => None,
        }
    }
}

//! Verb phrases of the vocabulary cut into verb, particle and preposition; the words for what rests on what.

use super::dictionary::{Dictionary, Meaning, RestVerb};
use crate::base::{fold, fold_words};
use crate::language::question::morphology::{past, third_person};
use crate::language::question::{Category, Token};
use crate::vocabulary::{End, Vocabulary};
use std::sync::Arc;

const PREPOSITIONS: &[&str] = &[
    "of", "by", "from", "to", "in", "on", "for", "under", "about", "against", "at", "with", "into", "as",
    "over", "through", "among", "between", "within", "towards", "upon",
];
const MODALS: &[&str] = &["would", "will", "shall", "must", "can", "could", "may", "might", "should"];
const ARTICLES: &[&str] = &["a", "an", "the"];
/// Whose: stands in a phrase for each of these, or for nothing.
const OWN: &str = "its";
const OWNERS: &[&str] = &["its", "their", ""];

/// Whether a word of a question is a preposition of the vocabulary, which may be written with articles.
pub fn is_said(listed: &str, word: &str) -> bool {
    listed == word || (listed.contains(' ') && bare(listed) == word)
}

fn bare(phrase: &str) -> String {
    let words: Vec<&str> = phrase.split(' ').filter(|word| !ARTICLES.contains(word)).collect();
    words.join(" ")
}

pub fn is_preposition(word: &str) -> bool {
    PREPOSITIONS.contains(&word)
}

/// `be responsible for`, `establish`, `would establish`, `set up`, `take part in`.
pub struct VerbPhrase {
    pub core: String,
    /// Stands after *be*.
    pub after_be: bool,
    pub modal: bool,
    /// The preposition that the phrase ends with.
    pub preposition: Option<Arc<str>>,
}

impl VerbPhrase {
    pub fn new(phrase: &str) -> VerbPhrase {
        let folded = fold(phrase);
        let mut words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
        let modal = words.first().is_some_and(|w| MODALS.contains(w));
        if modal {
            words.remove(0);
        }
        let after_be = words.first() == Some(&"be");
        if after_be {
            words.remove(0);
        }
        let preposition = match words.last() {
            Some(last) if words.len() > 1 && PREPOSITIONS.contains(last) => words.pop().map(Arc::from),
            _ => None,
        };
        VerbPhrase { core: words.join(" "), after_be, modal, preposition }
    }
}

impl Dictionary {
    /// Prepositions of several words that link two nouns: `for the implementation of`.
    pub(super) fn long_prepositions(&mut self, vocabulary: &Vocabulary) {
        let all = vocabulary.relations.iter().flat_map(|relation| {
            let prepositions = &relation.prepositions;
            prepositions.active.iter().chain(&prepositions.passive)
        });
        for phrase in all {
            let words: Vec<&str> = phrase.split(' ').collect();
            if let [first, _, .., last] = words.as_slice()
                && is_preposition(first)
                && is_preposition(last)
            {
                self.add(&bare(phrase), Category::Preposition, &Meaning::Preposition, 1);
            }
        }
    }

    /// What rests on what, and what ends it. Questions of it make sense where some relation gives authority.
    pub(super) fn authority(&mut self, vocabulary: &Vocabulary) {
        if vocabulary.relations.iter().all(|relation| relation.authority.is_none()) {
            return;
        }
        let words = &vocabulary.authority;
        for (phrases, alone, inverse) in
            [(&words.depends, true, false), (&words.derives, false, false), (&words.affects, true, true)]
        {
            for phrase in phrases.iter().flat_map(|phrase| owned(phrase)) {
                let said = VerbPhrase::new(&phrase);
                let preposition = said.preposition.clone();
                self.add_verb_phrase(&said, &Meaning::Rests(RestVerb { alone, inverse, preposition }));
            }
        }
        let ending = vocabulary.relations.iter().filter(|relation| relation.ends == Some(End::To));
        let verbs = ending.clone().flat_map(|relation| &relation.verbs);
        // `expire`: the date that ends a thing and begins none.
        let begins = |name: &String| vocabulary.kinds.iter().any(|kind| kind.begins.as_ref() == Some(name));
        let last_days =
            vocabulary.kinds.iter().filter_map(|kind| kind.ends.as_ref()).filter(|name| !begins(name));
        let last_days = last_days.filter_map(|name| vocabulary.property(name)).flat_map(|p| &p.verbs);
        for phrase in words.ends.iter().chain(verbs).chain(last_days) {
            self.add_verb_phrase(&VerbPhrase::new(phrase), &Meaning::Ending);
        }
        for noun in ending.flat_map(|relation| &relation.event_nouns) {
            self.add_noun(noun, Category::EventNoun, &Meaning::Ending, 1);
        }
        // A vocabulary may not have the noun for any relation of its own.
        for noun in &words.basis {
            if self.has_relation_noun(noun) {
                continue;
            }
            for (relation, giver, _) in vocabulary.legal_bases().into_iter().filter(|(.., further)| !further)
            {
                if let Some(at) = vocabulary.relations.iter().position(|r| r.name == relation.name) {
                    let meaning = Meaning::RelationNoun { relation: at, denotes_from: giver == End::From };
                    self.add_noun(noun, Category::RelationNoun, &meaning, 2);
                }
            }
        }
    }
}

/// A phrase without articles, once for each word that `its` stands for.
fn owned(phrase: &str) -> Vec<String> {
    let words: Vec<&str> = phrase.split_whitespace().filter(|word| !ARTICLES.contains(word)).collect();
    if !words.contains(&OWN) {
        return vec![words.join(" ")];
    }
    let said = |owner: &&str| {
        let words = words.iter().map(|word| if *word == OWN { *owner } else { *word });
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    OWNERS.iter().map(said).collect()
}

/// A verb of the vocabulary in the form of the one that it replaces; `None` where more than the verb would have to change.
pub fn in_place_of(phrase: &str, said: &Token, text: &str) -> Option<String> {
    let verb = VerbPhrase::new(phrase);
    let before = text[..said.span.start].split_whitespace().next_back().unwrap_or("").to_lowercase();
    let after = fold_words(&text[said.span.end..]).into_iter().next().unwrap_or_default();
    let passive = ["is", "are", "was", "were", "be", "been", "being"].contains(&before.as_str());
    if verb.after_be || verb.modal || passive || is_preposition(&after) || said.text.contains(' ') {
        return None;
    }
    let (base, rest) = phrase.split_once(' ').map_or((phrase, None), |(base, rest)| (base, Some(rest)));
    let form = match said.category {
        Category::Present if said.text.ends_with('s') && !said.text.ends_with("ss") => third_person(base),
        Category::Present => base.to_owned(),
        Category::Past | Category::PastOrParticiple => past(base),
        _ => return None,
    };
    Some(rest.map_or_else(|| form.clone(), |rest| format!("{form} {rest}")))
}

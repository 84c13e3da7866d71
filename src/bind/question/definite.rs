//! `the decrees` in a question for yes or no: some of them are enough, and a yes says so.

use super::binder::Binder;
use super::dictionary::{Dictionary, Meaning};
use crate::graph::Graph;
use crate::language::question::syntax::{Before, Clause, Core, Head, NounPhrase, Simple};
use crate::language::question::{Category, Lexicon, Shape, Token, Word};
use crate::vocabulary::Vocabulary;

/// The longest noun of a kind, in words.
const NOUN: usize = 4;

/// `both protocols` where there are two of them is all of them.
pub fn both_of_two(
    words: &[Word],
    vocabulary: &Vocabulary,
    graph: &Graph,
    dictionary: &Dictionary,
) -> Option<Vec<Word>> {
    let at = words.iter().position(|word| word.is(&["both"]))?;
    let and = words.iter().any(|word| word.is(&["and"]));
    let the = usize::from(words.get(at + 1).is_some_and(|word| word.folded == "the"));
    let after = words.get(at + 1 + the..).filter(|_| !and)?;
    let two = |length: usize| {
        let run = after.get(..length).filter(|run| run.iter().all(|word| word.shape == Shape::Word))?;
        let noun: Vec<&str> = run.iter().map(|word| word.folded.as_str()).collect();
        dictionary.senses(&noun.join(" ")).iter().find_map(|sense| {
            match dictionary.meaning(sense.meaning)? {
                Meaning::Kind(kind) => {
                    let label = graph.label(&vocabulary.kinds.get(kind)?.name)?;
                    Some(graph.nodes_with(label).take(3).count() == 2)
                }
                _ => None,
            }
        })
    };
    (1..=NOUN).rev().find_map(two).filter(|two| *two)?;
    let mut words = words.to_vec();
    words[at].folded = "all".into();
    Some(words)
}

impl Binder<'_> {
    /// What a plain yes leaves open where the subject or what is acted on is a definite plural: whether it is so of all.
    pub fn said_of_some(&self, clause: &Clause) -> Option<String> {
        use Category::*;
        let asks = |c| matches!(c, Which | Who | Whose | Where | When | How | HowMany | NumberOf);
        if self.tokens.iter().any(|token| asks(token.category)) {
            return None;
        }
        let objects = clause.verbs.iter().filter_map(|verb| match &verb.core {
            Core::Active { object, .. } => object.as_ref(),
            _ => None,
        });
        let definite = clause.subject.iter().chain(objects).find(|phrase| self.is_definite_plural(phrase))?;
        let said = definite.span.of(self.text);
        let said = said.strip_prefix("the ").unwrap_or(said);
        Some(format!("`the {said}` is read as some of them; `all {said}` asks for each"))
    }

    /// `the decrees`, not `the latest decrees`, `the three decrees`, `the Government's decrees`.
    fn is_definite_plural(&self, phrase: &NounPhrase) -> bool {
        let [Simple { head, before, compared: None, negative: false, every: false, span, .. }] =
            phrase.parts.as_slice()
        else {
            return false;
        };
        let plural = match head {
            Head::Kind(token) => !self.is_singular(token),
            Head::Noun { noun, chain: false } => !self.is_singular_noun(noun),
            _ => false,
        };
        let told =
            |before: &Before| matches!(before, Before::Value(_) | Before::Year(_) | Before::Participle(_));
        // What begins with it is no question.
        let asked = self.text.get(..span.start).is_some_and(|said| said.split_whitespace().count() > 1);
        plural && asked && before.iter().all(told) && self.follows_the(*span)
    }

    /// Whether the noun of a relation stands in the singular, as the vocabulary has it.
    fn is_singular_noun(&self, noun: &Token) -> bool {
        self.meanings(noun).iter().any(|meaning| match meaning {
            Meaning::RelationNoun { relation, denotes_from } => {
                self.is_in_singular(*relation, *denotes_from, noun)
            }
            _ => false,
        })
    }
}

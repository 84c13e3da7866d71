//! What completion, highlighting and examples know: names, kinds, verbs and keys, read once from the session.

use crate::base::{fold, fold_words};
use crate::functions;
use crate::graph::{Entity, Graph, NodeId};
use crate::language::question::morphology;
use crate::render::Scene;
use crate::session::Session;
use crate::vocabulary::{Relation, Vocabulary};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Shorter pieces of words are in too many names.
const SHORTEST_PIECE: usize = 3;
/// As many names are looked at for pieces of words.
const LOOKED_AT: usize = 1_000;

/// An entity by a name of it.
#[derive(Clone, Debug)]
pub struct Name {
    /// What to write for it.
    pub text: String,
    pub kind: Arc<str>,
    pub year: Option<String>,
    /// Its first name, where `text` is another.
    pub of: Option<Arc<str>>,
}

/// A verb phrase and the relations it may mean.
#[derive(Clone, Debug)]
pub struct Verb {
    /// As offered: third person, or a passive with `by`.
    pub text: String,
    /// Kinds that may stand before it, and after it.
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// The first of several ways to say the same, of a relation that the graph holds.
    pub leading: bool,
}

/// The nouns of kinds.
#[derive(Clone, Debug)]
pub struct Noun {
    pub text: String,
    pub kinds: Vec<String>,
    /// The first noun of a kind that the graph holds.
    pub leading: bool,
}

/// Everything that may be offered.
#[derive(Default)]
pub struct Knowledge {
    graph: Graph,
    vocabulary: Arc<Vocabulary>,
    /// Singular and plural.
    pub nouns: Vec<Noun>,
    pub verbs: Vec<Verb>,
    /// Nouns and verbs of properties, nouns of relations.
    pub words: Vec<String>,
    pub labels: Vec<String>,
    pub types: Vec<String>,
    pub keys: Vec<String>,
    pub functions: Vec<String>,
    pub columns: Vec<String>,
    pub parameters: Vec<String>,
    /// Stems of verb phrases, and the verbs that have them.
    stems: HashMap<Vec<String>, Vec<usize>>,
    folded_nouns: HashMap<String, usize>,
    folded_words: HashSet<String>,
    lineages: HashMap<String, Vec<String>>,
}

impl Knowledge {
    pub fn of(session: &Session) -> Knowledge {
        let (graph, vocabulary) = (&session.graph, &session.vocabulary);
        let mut known =
            Knowledge { graph: graph.clone(), vocabulary: vocabulary.clone(), ..Knowledge::default() };
        known.read_vocabulary(vocabulary);
        let carried = graph.all_labels().into_iter().filter(|label| graph.count_with(*label) > 0);
        known.labels = carried.map(|l| graph.label_name(l).to_string()).collect();
        known.types = graph.types().into_iter().map(|t| graph.type_name(t).to_string()).collect();
        known.keys = graph.all_keys().into_iter().map(|k| graph.key_name(k).to_string()).collect();
        known.functions = functions::all().map(|f| f.name.to_owned()).collect();
        for list in [&mut known.labels, &mut known.types, &mut known.keys, &mut known.words] {
            list.sort();
            list.dedup();
        }
        known.folded_words = known.words.iter().map(|w| fold(w)).collect();
        known
    }

    fn read_vocabulary(&mut self, vocabulary: &Vocabulary) {
        for kind in &vocabulary.kinds {
            let line = vocabulary.lineage(&kind.name).iter().map(|k| k.name.clone()).collect();
            self.lineages.insert(kind.name.clone(), line);
            let held = self.graph.label(&kind.name).is_some_and(|label| self.graph.count_with(label) > 0);
            for (number, noun) in kind.nouns.iter().enumerate() {
                let leading = held && number == 0;
                self.add_noun(noun, &kind.name, leading);
                self.add_noun(&morphology::plural(noun), &kind.name, leading);
            }
        }
        for relation in &vocabulary.relations {
            self.add_relation(relation);
        }
        for property in &vocabulary.properties {
            self.words.extend(property.words.iter().chain(&property.event_nouns).cloned());
        }
        for (index, verb) in self.verbs.iter().enumerate() {
            self.stems.entry(stems(&verb.text)).or_default().push(index);
        }
    }

    fn add_noun(&mut self, noun: &str, kind: &str, leading: bool) {
        let folded = fold(noun);
        match self.folded_nouns.get(&folded).and_then(|index| self.nouns.get_mut(*index)) {
            Some(known) => {
                known.kinds.push(kind.to_owned());
                known.leading |= leading;
            }
            None => {
                self.folded_nouns.insert(folded, self.nouns.len());
                self.nouns.push(Noun { text: noun.to_owned(), kinds: vec![kind.to_owned()], leading });
            }
        }
    }

    fn add_relation(&mut self, relation: &Relation) {
        let kind = self.graph.relationship_type(&relation.type_name());
        let held = kind.is_some_and(|kind| self.graph.count_of(kind) > 0);
        for (verbs, from, to) in [
            (&relation.verbs, &relation.from, &relation.to),
            (&relation.inverse_verbs, &relation.to, &relation.from),
        ] {
            for (number, phrase) in verbs.iter().enumerate() {
                let leading = held && number == 0;
                let (before, after) = (from.clone(), to.clone());
                self.verbs.push(Verb { text: third_person(phrase), before, after, leading });
                let (before, after) = (to.clone(), from.clone());
                if let Some(text) = passive(phrase) {
                    self.verbs.push(Verb { text, before, after, leading });
                }
            }
        }
        self.words.extend(relation.nouns.of_from.iter().chain(&relation.nouns.of_to).cloned());
    }

    /// Whether an entity of one kind may stand where any of `wanted` is asked for.
    pub fn fits(&self, kind: &str, wanted: &[String]) -> bool {
        wanted.is_empty() || wanted.iter().any(|w| w == kind || self.is_a(kind, w) || self.is_a(w, kind))
    }

    fn is_a(&self, kind: &str, ancestor: &str) -> bool {
        self.lineages.get(kind).is_some_and(|line| line.iter().any(|k| k == ancestor))
    }

    /// The verbs that a phrase is a form of.
    pub fn verbs_like(&self, phrase: &str) -> Vec<&Verb> {
        let indexes = self.stems.get(&stems(phrase)).map(Vec::as_slice).unwrap_or_default();
        indexes.iter().filter_map(|index| self.verbs.get(*index)).collect()
    }

    /// The kinds that a noun stands for.
    pub fn kinds_called(&self, noun: &str) -> Option<&[String]> {
        let index = self.folded_nouns.get(&fold(noun))?;
        self.nouns.get(*index).map(|noun| noun.kinds.as_slice())
    }

    pub fn is_name(&self, text: &str) -> bool {
        !self.graph.names().lookup(text).is_empty()
    }

    /// Entities with a name that begins with the text, has a word that does, or holds it.
    pub fn names_like(&self, typed: &str, limit: usize) -> Vec<Name> {
        let names = self.graph.names();
        let found = names.complete(typed, limit);
        found.into_iter().map(|named| self.name_of(named.node, Some(&named.name), typed)).collect()
    }

    /// Entities with a name that holds every word of the text, or a piece of it, in that order.
    pub fn names_with_pieces(&self, typed: &str, limit: usize) -> Vec<Name> {
        let pieces = fold_words(typed);
        if pieces.len() < 2 || pieces.iter().any(|piece| piece.chars().count() < SHORTEST_PIECE) {
            return Vec::new();
        }
        let Some(rarest) = pieces.iter().max_by_key(|piece| piece.len()) else { return Vec::new() };
        let holds_all = |name: &str| {
            let name = fold(name);
            let after = |rest: &str, piece: &String| rest.find(piece.as_str()).map(|at| at + piece.len());
            let last = pieces.iter().try_fold(0, |from, piece| Some(from + after(name.get(from..)?, piece)?));
            last.is_some()
        };
        // Each thing is found by one of its names, which need not be the one that holds all.
        let found = self.graph.names().complete(rarest, LOOKED_AT).into_iter().filter_map(|named| {
            let all = std::iter::once(self.graph.name(named.node)).chain(self.graph.aliases(named.node));
            let name = all.into_iter().find(|name| holds_all(name))?;
            Some(self.name_of(named.node, Some(&name), typed))
        });
        found.take(limit).collect()
    }

    /// Entities of one of the kinds.
    pub fn names_of_kinds(&self, kinds: &[String], limit: usize) -> Vec<Name> {
        let labels = kinds.iter().filter_map(|kind| self.graph.label(kind));
        let nodes = labels.flat_map(|label| self.graph.nodes_with(label));
        nodes.take(limit).map(|node| self.name_of(node, None, "")).collect()
    }

    /// What to write for a node: its first name if that is its alone and holds what was typed, else the name by which
    /// it was found, else its id.
    fn name_of(&self, node: NodeId, found: Option<&str>, typed: &str) -> Name {
        let scene = Scene::new(&self.graph, &self.vocabulary);
        let first = self.graph.name(node);
        let holds = fold(&first).contains(&fold(typed));
        let chosen = found.filter(|_| !holds).unwrap_or(&first);
        let shared = self.graph.names().lookup(chosen).len() > 1;
        let text = if shared { scene.id(node) } else { chosen.to_owned() };
        let of = (text != *first).then(|| first.clone());
        let kind = scene.kind(node).unwrap_or_else(|| Arc::from(""));
        Name { text, kind, year: year(&self.graph, node), of }
    }

    /// Whether a word is a noun, a verb or another word that questions may use.
    pub fn is_understood(&self, word: &str) -> bool {
        self.is_word(word) || self.kinds_called(word).is_some() || !self.verbs_like(word).is_empty()
    }

    pub fn is_word(&self, text: &str) -> bool {
        self.folded_words.contains(&fold(text))
    }
}

/// The year in which an entity begins.
fn year(graph: &Graph, node: NodeId) -> Option<String> {
    let begins = graph.validity(Entity::Node(node)).begins?;
    Some(begins.date.year().to_string())
}

/// A phrase as the stems of its words, forms of `be` and `have` as one, auxiliaries and articles left out.
fn stems(phrase: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    fold_words(phrase)
        .iter()
        .map(|word| match word.as_str() {
            "is" | "are" | "was" | "were" | "been" | "be" => "be".to_owned(),
            "has" | "have" | "had" => "have".to_owned(),
            other => stemmer.stem(other).into_owned(),
        })
        .collect()
}

/// `establish` → `establishes`, `be responsible for` → `is responsible for`.
pub fn third_person(phrase: &str) -> String {
    crate::render::third_person(phrase)
}

/// `establish` → `was established by`; none for what has no passive.
fn passive(phrase: &str) -> Option<String> {
    let (verb, rest) = match phrase.split_once(' ') {
        Some((verb, rest)) => (verb, format!(" {rest}")),
        None => (phrase, String::new()),
    };
    if matches!(verb, "be" | "have" | "would" | "may" | "must") {
        return None;
    }
    Some(format!("was {}{rest} by", morphology::participle(verb)))
}

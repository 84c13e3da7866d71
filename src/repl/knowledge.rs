//! What completion, highlighting and examples know: names, kinds, verbs and keys, read once from the session.

use crate::base::{fold, fold_words};
use crate::functions;
use crate::graph::{Entity, Graph, NodeId};
use crate::render::Scene;
use crate::session::Session;
use crate::vocabulary::{Relation, Vocabulary};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A name of an entity.
#[derive(Clone, Debug)]
pub struct Name {
    /// As written.
    pub text: Arc<str>,
    pub folded: String,
    pub kind: Arc<str>,
    pub year: Option<String>,
    /// Not the entity's first name.
    pub alias_of: Option<Arc<str>>,
}

/// A verb phrase and the relations it may mean.
#[derive(Clone, Debug)]
pub struct Verb {
    /// As offered: third person, or a passive with `by`.
    pub text: String,
    /// Kinds that may stand before it, and after it.
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// Everything that may be offered.
#[derive(Default)]
pub struct Knowledge {
    pub names: Vec<Name>,
    /// Nouns of kinds, singular and plural, with the kinds they stand for.
    pub nouns: Vec<(String, Vec<String>)>,
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
    folded_names: HashSet<String>,
    folded_nouns: HashMap<String, usize>,
    folded_words: HashSet<String>,
    lineages: HashMap<String, Vec<String>>,
}

/// As many names are kept for completion.
const NAMES_KEPT: usize = 200_000;

impl Knowledge {
    pub fn of(session: &Session) -> Knowledge {
        let (graph, vocabulary) = (&session.graph, &*session.vocabulary);
        let mut known = Knowledge { names: names(graph, vocabulary), ..Knowledge::default() };
        known.read_vocabulary(vocabulary);
        known.labels = graph.all_labels().into_iter().map(|l| graph.label_name(l).to_string()).collect();
        known.types = graph.types().into_iter().map(|t| graph.type_name(t).to_string()).collect();
        known.keys = graph.all_keys().into_iter().map(|k| graph.key_name(k).to_string()).collect();
        known.functions = functions::all().map(|f| f.name.to_owned()).collect();
        for list in [&mut known.labels, &mut known.types, &mut known.keys, &mut known.words] {
            list.sort();
            list.dedup();
        }
        known.folded_names = known.names.iter().map(|n| n.folded.clone()).collect();
        known.folded_words = known.words.iter().map(|w| fold(w)).collect();
        known
    }

    fn read_vocabulary(&mut self, vocabulary: &Vocabulary) {
        for kind in &vocabulary.kinds {
            let line = vocabulary.lineage(&kind.name).iter().map(|k| k.name.clone()).collect();
            self.lineages.insert(kind.name.clone(), line);
            for noun in &kind.nouns {
                self.add_noun(noun, &kind.name);
                self.add_noun(&plural(noun), &kind.name);
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

    fn add_noun(&mut self, noun: &str, kind: &str) {
        let folded = fold(noun);
        match self.folded_nouns.get(&folded).and_then(|index| self.nouns.get_mut(*index)) {
            Some((_, kinds)) => kinds.push(kind.to_owned()),
            None => {
                self.folded_nouns.insert(folded, self.nouns.len());
                self.nouns.push((noun.to_owned(), vec![kind.to_owned()]));
            }
        }
    }

    fn add_relation(&mut self, relation: &Relation) {
        for (verbs, from, to) in [
            (&relation.verbs, &relation.from, &relation.to),
            (&relation.inverse_verbs, &relation.to, &relation.from),
        ] {
            for phrase in verbs {
                let both = || (from.clone(), to.clone());
                let (before, after) = both();
                self.verbs.push(Verb { text: third_person(phrase), before, after });
                let (before, after) = both();
                if let Some(passive) = passive(phrase) {
                    self.verbs.push(Verb { text: passive, before: after, after: before });
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
        self.nouns.get(*index).map(|(_, kinds)| kinds.as_slice())
    }

    pub fn is_name(&self, text: &str) -> bool {
        self.folded_names.contains(&fold(text))
    }

    pub fn is_word(&self, text: &str) -> bool {
        self.folded_words.contains(&fold(text))
    }
}

/// Every name and alias, first names first.
fn names(graph: &Graph, vocabulary: &Vocabulary) -> Vec<Name> {
    let scene = Scene::new(graph, vocabulary);
    let mut names = Vec::new();
    for node in graph.nodes().take(NAMES_KEPT) {
        let Some(text) = scene.name(node) else { continue };
        let kind = scene.kind(node).unwrap_or_else(|| Arc::from(""));
        let year = year(graph, node);
        for alias in graph.aliases(node) {
            let alias_of = Some(text.clone());
            names.push(Name {
                folded: fold(&alias),
                text: alias,
                kind: kind.clone(),
                year: year.clone(),
                alias_of,
            });
        }
        names.push(Name { folded: fold(&text), text, kind, year, alias_of: None });
    }
    names.sort_by(|a, b| (a.alias_of.is_some(), &a.text).cmp(&(b.alias_of.is_some(), &b.text)));
    names
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
    Some(format!("was {}{rest} by", participle(verb)))
}

fn participle(verb: &str) -> String {
    match (verb.strip_suffix('e'), verb.strip_suffix('y')) {
        (Some(_), _) => format!("{verb}d"),
        (None, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ied"),
        _ => format!("{verb}ed"),
    }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") || noun.ends_with("sh") => {
            format!("{noun}es")
        }
        _ => format!("{noun}s"),
    }
}

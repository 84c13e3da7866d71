//! The words of the domain: what the vocabulary and the graph teach the question language.

use super::loose::{Named, Stems};
use super::spelling::advice;
use super::verbs::VerbPhrase;
use crate::base::{fold, fold_words, nearest};
use crate::graph::{Entity, Graph, NodeId};
use crate::language::question::morphology::{VerbForm, is_countable, plurals, verb_forms};
use crate::language::question::{Category, Lexicon, Sense, in_function_words, is_function_word};
use crate::value::Value;
use crate::vocabulary::Vocabulary;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

/// What a run of words stands for. Numbers index the vocabulary's lists.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    Kind(usize),
    Entity(NodeId),
    /// A verb, or what stands after *be*.
    Verb(RelationVerb),
    /// `dated`, `numbered`, `cover`
    PropertyVerb(usize),
    /// `instituted`, of an indicator.
    MeasureVerb(NodeId),
    /// `members (of)`: the end that the noun denotes.
    RelationNoun {
        relation: usize,
        denotes_from: bool,
    },
    Property(usize),
    Event(usize),
    Value {
        property: usize,
        value: Arc<str>,
    },
    Measure(NodeId),
    /// `start`, `end`: the first or last day of a period.
    Moment {
        end: bool,
    },
    /// `depend on`: what has authority through what.
    Rests(RestVerb),
    /// `older (than)`
    Age {
        older: bool,
    },
    /// `repeal`, `abolish`: the end of what gives authority.
    Ending,
    /// The word for kinds themselves: `by kind`.
    KindOf,
    /// `for the implementation of`: relations list it.
    Preposition,
}

impl Meaning {
    /// The named thing that is meant.
    pub fn entity(&self) -> Option<NodeId> {
        match self {
            Meaning::Entity(node) => Some(*node),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct RelationVerb {
    pub relation: usize,
    /// Read from `to` to `from`.
    pub inverse: bool,
    /// The preposition that the phrase ends with: responsible *for*.
    pub preposition: Option<Arc<str>>,
    /// The phrase says *would*.
    pub modal: bool,
    /// Equates the relation's noun with what follows: members *come from*.
    pub identity: bool,
}

/// A verb of what rests on what.
#[derive(Clone, Debug, PartialEq)]
pub struct RestVerb {
    /// Only through it: both lose their basis together.
    pub alone: bool,
    /// Said of what gives authority: X *affects* Y.
    pub inverse: bool,
    pub preposition: Option<Arc<str>>,
}

/// Meanings above this are nodes of the graph.
const ENTITY: u32 = 1 << 31;

/// Words for the kind of a thing, which every vocabulary has.
const KIND_WORDS: &[&str] = &["kind", "type", "category"];

/// Words that compare ages.
const AGES: &[(&str, bool)] =
    &[("older", true), ("newer", false), ("younger", false), ("more recent", false)];

/// The dictionary of one vocabulary and one graph.
pub struct Dictionary {
    meanings: Vec<Meaning>,
    phrases: BTreeMap<String, Vec<Sense>>,
    names: BTreeMap<String, Vec<NodeId>>,
    /// Permanent ids: names too, but any other meaning of the same words comes first.
    ids: BTreeMap<String, Vec<NodeId>>,
    stems: OnceLock<Stems>,
    /// Every name with its node, for loose matching.
    named: Vec<Named>,
}

impl Dictionary {
    pub fn new(vocabulary: &Vocabulary, graph: &Graph) -> Dictionary {
        let mut dictionary = Dictionary {
            meanings: Vec::new(),
            phrases: BTreeMap::new(),
            names: BTreeMap::new(),
            ids: BTreeMap::new(),
            stems: OnceLock::new(),
            named: Vec::new(),
        };
        dictionary.kinds(vocabulary);
        dictionary.properties(vocabulary);
        dictionary.relations(vocabulary);
        dictionary.long_prepositions(vocabulary);
        dictionary.authority(vocabulary);
        dictionary.entities(vocabulary, graph);
        dictionary
    }

    pub fn meaning(&self, number: u32) -> Option<Meaning> {
        if number & ENTITY != 0 {
            return Some(Meaning::Entity(NodeId(number & !ENTITY)));
        }
        self.meanings.get(number as usize).cloned()
    }

    pub(super) fn add(&mut self, phrase: &str, category: Category, meaning: &Meaning, cost: u32) {
        let key = fold(phrase);
        if key.is_empty() {
            return;
        }
        let number = match self.meanings.iter().rposition(|m| m == meaning) {
            Some(at) => at,
            None => {
                self.meanings.push(meaning.clone());
                self.meanings.len() - 1
            }
        };
        let sense = Sense { category, meaning: u32::try_from(number).unwrap_or(0), cost };
        let senses = self.phrases.entry(key).or_default();
        if !senses.iter().any(|s| s.category == category && s.meaning == sense.meaning) {
            senses.push(sense);
        }
    }

    pub(super) fn has_relation_noun(&self, noun: &str) -> bool {
        let senses = self.phrases.get(&fold(noun));
        senses.is_some_and(|senses| senses.iter().any(|sense| sense.category == Category::RelationNoun))
    }

    /// A noun in singular and plural.
    pub(super) fn add_noun(&mut self, noun: &str, category: Category, meaning: &Meaning, cost: u32) {
        self.add(noun, category, meaning, cost);
        for plural in plurals(&fold(noun)) {
            self.add(&plural, category, meaning, cost);
        }
    }

    fn kinds(&mut self, vocabulary: &Vocabulary) {
        for (at, kind) in vocabulary.kinds.iter().enumerate() {
            for noun in &kind.nouns {
                self.add_noun(noun, Category::Kind, &Meaning::Kind(at), 1);
            }
            // The name of the kind is a word too: `StateService` and `state service`.
            self.add_noun(&kind.name, Category::Kind, &Meaning::Kind(at), 1);
            self.add_noun(&apart(&kind.name), Category::Kind, &Meaning::Kind(at), 1);
        }
        for (word, older) in AGES {
            self.add(word, Category::Predicate, &Meaning::Age { older: *older }, 1);
        }
        for word in KIND_WORDS {
            self.add_noun(word, Category::PropertyNoun, &Meaning::KindOf, 1);
        }
    }

    fn properties(&mut self, vocabulary: &Vocabulary) {
        for (at, property) in vocabulary.properties.iter().enumerate() {
            for word in property.words.iter().chain(std::iter::once(&property.name)) {
                self.add_noun(&word.replace('_', " "), Category::PropertyNoun, &Meaning::Property(at), 2);
            }
            for noun in &property.event_nouns {
                self.add_noun(noun, Category::EventNoun, &Meaning::Event(at), 1);
            }
            for verb in &property.verbs {
                self.add_verb(verb, VerbForm::category, |_| Meaning::PropertyVerb(at), 1);
            }
            for (verbs, end) in [(&property.start_verbs, false), (&property.end_verbs, true)] {
                for verb in verbs {
                    self.add_verb(verb, VerbForm::category, |_| Meaning::Moment { end }, 0);
                }
            }
            for value in &property.values {
                let meaning = Meaning::Value { property: at, value: Arc::from(value.value.as_str()) };
                // `in force` and `not in force` are words of the language.
                let bare = fold(&value.value);
                if !in_function_words(bare.strip_prefix("not ").unwrap_or(&bare)) {
                    self.add(&value.value, Category::ValueWord, &meaning, 1);
                }
                for word in &value.words {
                    match is_countable(&fold(word)) {
                        true => self.add_noun(word, Category::ValueWord, &meaning, 1),
                        false => self.add(word, Category::ValueWord, &meaning, 1),
                    }
                }
            }
        }
    }

    fn relations(&mut self, vocabulary: &Vocabulary) {
        for (at, relation) in vocabulary.relations.iter().enumerate() {
            for (phrases, inverse, identity) in [
                (&relation.verbs, false, false),
                (&relation.inverse_verbs, true, false),
                (&relation.identity_verbs, false, true),
            ] {
                for phrase in phrases {
                    self.add_relation_verb(phrase, at, inverse, identity);
                }
            }
            // `where was X concluded`: the verb alone, with the place that the relation gives.
            for verb in &relation.event_verbs {
                let place = RelationVerb {
                    relation: at,
                    inverse: false,
                    preposition: Some("in".into()),
                    modal: false,
                    identity: false,
                };
                let folded = fold(verb);
                let (first, rest) = folded.split_once(' ').map_or((folded.as_str(), ""), |(v, r)| (v, r));
                for (form, kind) in verb_forms(first) {
                    if matches!(kind, VerbForm::PastOrParticiple | VerbForm::Participle) {
                        let whole = if rest.is_empty() { form } else { format!("{form} {rest}") };
                        self.add(&whole, Category::Predicate, &Meaning::Verb(place.clone()), 2);
                    }
                }
            }
            for (nouns, denotes_from) in [(&relation.nouns.of_from, true), (&relation.nouns.of_to, false)] {
                for noun in nouns {
                    let meaning = Meaning::RelationNoun { relation: at, denotes_from };
                    self.add_noun(noun, Category::RelationNoun, &meaning, 2);
                }
            }
        }
    }

    /// `be responsible for`, `establish`, `would establish`, `set up`, `take part in`.
    fn add_relation_verb(&mut self, phrase: &str, relation: usize, inverse: bool, identity: bool) {
        let said = VerbPhrase::new(phrase);
        let preposition = said.preposition.clone();
        let verb = RelationVerb { relation, inverse, preposition, modal: said.modal, identity };
        self.add_verb_phrase(&said, &Meaning::Verb(verb));
    }

    pub(super) fn add_verb_phrase(&mut self, said: &VerbPhrase, meaning: &Meaning) {
        if said.core.is_empty() {
            return;
        }
        if said.after_be {
            self.add(&said.core, Category::Predicate, meaning, 1);
        } else {
            self.add_verb(&said.core, VerbForm::category, |_| meaning.clone(), 1);
        }
    }

    /// Every form of a verb phrase whose first word is the verb.
    fn add_verb(
        &mut self,
        phrase: &str,
        category: fn(VerbForm) -> Category,
        meaning: impl Fn(()) -> Meaning,
        cost: u32,
    ) {
        let folded = fold(phrase);
        let (verb, rest) = folded.split_once(' ').map_or((folded.as_str(), ""), |(v, r)| (v, r));
        for (form, kind) in verb_forms(verb) {
            let whole = if rest.is_empty() { form } else { format!("{form} {rest}") };
            self.add(&whole, category(kind), &meaning(()), cost);
        }
        // `has` alone is a small word; `has authority` is a verb.
        if verb == "have" && !rest.is_empty() {
            self.add(&format!("has {rest}"), category(VerbForm::Present), &meaning(()), cost);
        }
    }

    fn entities(&mut self, vocabulary: &Vocabulary, graph: &Graph) {
        let names: Vec<_> = ["name", "title", "short_title"].iter().filter_map(|k| graph.key(k)).collect();
        let lexical: Vec<_> = vocabulary
            .properties
            .iter()
            .filter_map(|p| Some((graph.key(&p.name)?, p.lexicon.as_deref()?.to_owned())))
            .collect();
        let figures: Vec<_> = vocabulary
            .kinds
            .iter()
            .filter(|k| k.statistics.as_deref() == Some("observation"))
            .filter_map(|k| graph.label(&k.name))
            .collect();
        for node in graph.nodes() {
            for key in &names {
                if let Value::String(name) = graph.property(Entity::Node(node), *key) {
                    self.entity(node, &name);
                }
            }
            if let Some(key) = graph.key("id")
                && let Value::String(id) = graph.property(Entity::Node(node), key)
            {
                self.ids.entry(fold(&id)).or_default().push(node);
            }
            for alias in graph.aliases(node).to_vec() {
                self.entity(node, &alias);
            }
            for (key, role) in &lexical {
                for word in strings(&graph.property(Entity::Node(node), *key)) {
                    match role.as_str() {
                        "verb" => self.add_verb(&word, VerbForm::category, |_| Meaning::MeasureVerb(node), 1),
                        _ => self.add_noun(&word, Category::Measure, &Meaning::Measure(node), 0),
                    }
                }
            }
        }
        let figure = |node: &NodeId| figures.iter().any(|label| graph.has_label(*node, *label));
        // Nobody means a single figure by some of the words of its name.
        self.named.retain(|named| !figure(&named.node));
        for nodes in self.names.values_mut() {
            nodes.sort_unstable();
            nodes.dedup();
        }
    }

    fn entity(&mut self, node: NodeId, name: &str) {
        let key = fold(name);
        if key.is_empty() {
            return;
        }
        self.named.push(Named::new(node, key.clone(), name));
        self.names.entry(key).or_default().push(node);
    }

    /// Names near a misspelt run of words, with their nodes, best first.
    pub fn nearest_names(&self, folded: &str, limit: usize) -> Vec<(NodeId, String, f64)> {
        let mut found: Vec<(NodeId, String, f64)> = self
            .named
            .iter()
            .filter_map(|Named { node, key, .. }| {
                Some((*node, key.clone(), crate::base::similarity_from(0.72, folded, key)?))
            })
            .collect();
        found.sort_by(|a, b| b.2.total_cmp(&a.2));
        let mut seen = HashSet::new();
        found.retain(|(node, ..)| seen.insert(*node));
        found.truncate(limit);
        found
    }

    /// Whether a word is part of some name or phrase, or one of the small words of English.
    pub fn holds_word(&self, word: &str) -> bool {
        let within = |text: &String| text.split(' ').any(|w| w == word);
        in_function_words(word) || self.names.keys().any(within) || self.phrases.keys().any(within)
    }

    /// The first things whose names hold a word.
    pub fn names_with(&self, word: &str, limit: usize) -> Vec<NodeId> {
        let holds = |named: &&Named| named.key.split(' ').any(|held| held == word);
        let mut found: Vec<NodeId> = Vec::new();
        for named in self.named.iter().filter(holds) {
            if found.len() < limit && !found.contains(&named.node) {
                found.push(named.node);
            }
        }
        found
    }

    /// The things with a longer name whose head these words are: `victims` in `citizens who are victims of trafficking`.
    pub fn headed_by(&self, words: &str) -> Vec<NodeId> {
        let heads = |named: &&Named| {
            let name = format!(" {} ", named.key);
            name.match_indices(&format!(" {words} ")).any(|(at, _)| {
                let (before, after) = (name[..at].trim(), name[at + words.len() + 2..].trim());
                let goes_on = after.split(' ').next().is_some_and(is_function_word);
                goes_on && (before.is_empty() || before.ends_with("who are") || before.ends_with("that are"))
            })
        };
        let mut found: Vec<NodeId> = self.named.iter().filter(heads).map(|named| named.node).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The things with a permanent id.
    pub fn by_id(&self, id: &str) -> &[NodeId] {
        self.ids.get(&fold(id)).map_or(&[], Vec::as_slice)
    }

    /// All phrases of the vocabulary, for suggestions and completion.
    pub fn phrases(&self) -> impl Iterator<Item = (&str, &[Sense])> {
        self.phrases.iter().map(|(phrase, senses)| (phrase.as_str(), senses.as_slice()))
    }
}

impl Lexicon for Dictionary {
    fn senses(&self, folded: &str) -> Vec<Sense> {
        let mut senses = self.phrases.get(folded).cloned().unwrap_or_default();
        for node in self.names.get(folded).into_iter().flatten() {
            senses.push(Sense { category: Category::Name, meaning: ENTITY | node.0, cost: 0 });
        }
        if senses.is_empty() {
            let ids = self.ids.get(folded).into_iter().flatten();
            senses.extend(ids.map(|node| Sense {
                category: Category::Name,
                meaning: ENTITY | node.0,
                cost: 4,
            }));
        }
        senses
    }

    fn may_continue(&self, folded: &str) -> bool {
        fn begins<T>(map: &BTreeMap<String, T>, folded: &str) -> bool {
            map.range(folded.to_owned()..).next().is_some_and(|(key, _)| key.starts_with(folded))
        }
        begins(&self.phrases, folded) || begins(&self.names, folded) || begins(&self.ids, folded)
    }

    fn loose(&self, run: &[&str]) -> Vec<Sense> {
        // `the second decree`: a word that says nothing alone is no name.
        if let [word] = run
            && advice(word).is_some()
        {
            return Vec::new();
        }
        let stems = self.stems.get_or_init(|| Stems::new(&self.named));
        let found = stems.find(run, &self.named).into_iter();
        found
            .map(|(node, share)| Sense {
                category: Category::Name,
                meaning: ENTITY | node.0,
                cost: 8 + share,
            })
            .collect()
    }

    fn nearest(&self, folded: &str, limit: usize) -> Vec<String> {
        let known = self.phrases.keys().map(String::as_str);
        nearest(folded, known, limit).into_iter().map(str::to_owned).collect()
    }
}

/// The strings of a property that is one string or a list of them.
fn strings(value: &Value) -> Vec<Arc<str>> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::List(items) => items.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// `StateService` as words.
fn apart(name: &str) -> String {
    let mut words = String::new();
    for (at, c) in name.char_indices() {
        if at > 0 && c.is_uppercase() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

/// Whether a text holds every word of a phrase, by stems: how a role is matched.
pub fn holds_words(text: &str, phrase: &str) -> bool {
    let stemmer = Stemmer::create(Algorithm::English);
    let stem = |t: &str| -> HashSet<String> {
        fold_words(t).iter().filter(|w| !is_function_word(w)).map(|w| stemmer.stem(w).into_owned()).collect()
    };
    let (have, want) = (stem(text), stem(phrase));
    !want.is_empty() && want.is_subset(&have)
}

//! What may be said: kinds, properties, relations and the words for them.
//!
//! Comes from `vocabulary.json`; knows nothing of the graph or of grammar.

use serde::{Deserialize, Serialize};

/// A vocabulary as it stands in its file, with the look-ups that every stage needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vocabulary {
    pub kinds: Vec<Kind>,
    pub properties: Vec<Property>,
    pub relations: Vec<Relation>,
    pub derived: Vec<Derived>,
    /// The words for what rests on what.
    pub authority: AuthorityWords,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kind {
    pub name: String,
    pub parent: Option<String>,
    /// What people call it, singular; the same noun may stand for several kinds.
    pub nouns: Vec<String>,
    pub iri: Option<String>,
    /// The property whose date begins it.
    pub begins: Option<String>,
    pub ends: Option<String>,
    pub doc: Option<String>,
    /// Answers `who`.
    pub agent: bool,
    /// Answers `where`.
    pub place: bool,
    /// May give authority without having received any: stands at the top of chains of authority.
    pub sovereign: bool,
    /// Where a chain of legal bases may end: law, treaty, constitution.
    pub highest: bool,
    /// One of them stands for several things whose number is not stated.
    pub several: bool,
    /// A status label such as Draft, never an entity's own kind.
    pub label_only: bool,
    /// A status label that goes when the thing is adopted.
    pub until_adopted: bool,
    /// `observation` or `indicator`: what figures are made of.
    pub statistics: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Property {
    pub name: String,
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// Kinds and relations that may carry it; empty means any.
    pub on: Vec<String>,
    /// Nouns: `date`, `number`.
    pub words: Vec<String>,
    /// Base forms: `date`, `adopt`, `cover`.
    pub verbs: Vec<String>,
    /// Nouns of happenings: `conclusion of X` is its date.
    pub event_nouns: Vec<String>,
    /// `as` for a role.
    pub prepositions: Vec<String>,
    pub values: Vec<NamedValue>,
    /// A dimension of observations.
    pub dimension: bool,
    /// `value`, `unit` or `period`: what the property is to an observation.
    pub statistics: Option<String>,
    /// Of a period: words and verbs for where it begins and ends.
    pub start_words: Vec<String>,
    pub end_words: Vec<String>,
    pub start_verbs: Vec<String>,
    pub end_verbs: Vec<String>,
    /// `noun` or `verb`: the values of this property are words for the entity that has them.
    pub lexicon: Option<String>,
    pub unit: Option<String>,
    pub iri: Option<String>,
    pub doc: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    #[default]
    String,
    Integer,
    Float,
    Boolean,
    /// Day, month or year precision.
    Date,
    /// Two dates, `2017/2020`, or one that covers a span: `2019`.
    Period,
}

/// A value of a closed list, with the words for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedValue {
    pub value: String,
    pub words: Vec<String>,
    /// Relations that an entity with this value certainly lacks: a draft is approved by nothing.
    pub denies: Vec<String>,
    /// It lasts until the thing is adopted.
    pub until_adopted: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relation {
    /// `has_task`; the relationship type in Cypher is the same in upper case.
    pub name: String,
    pub from: Vec<String>,
    pub to: Vec<String>,
    /// Read from `from` to `to`: base form first, particles and a closing preposition included.
    pub verbs: Vec<String>,
    /// Read from `to` to `from`.
    pub inverse_verbs: Vec<String>,
    pub nouns: RelationNouns,
    /// Phrases that equate the relation's noun with what follows: members *come from* bodies.
    pub identity_verbs: Vec<String>,
    pub prepositions: Prepositions,
    /// The `to` end may stand as a bare modifier: anti-trafficking programmes.
    pub adjunct: bool,
    /// The `to` end stands for its members when used as a noun.
    pub collective: bool,
    pub symmetric: bool,
    pub transitive: bool,
    /// Meant only where no other relation of the same words fits.
    pub fallback: bool,
    /// `indicator`, `place`, `group`, `source` or `document`: what the other end is to an observation; `subgroup`
    /// between groups.
    pub statistics: Option<String>,
    /// A dimension of observations.
    pub dimension: bool,
    /// The end whose date is the date of the happening: `the ratification of X`.
    pub dated: Option<End>,
    /// Nouns of the happening: `the ratification of X` is the date of the dated end.
    pub event_nouns: Vec<String>,
    /// Verbs whose place the relation gives: `where was X concluded`.
    pub event_verbs: Vec<String>,
    /// The end that gives authority: `from` or `to`.
    pub authority: Option<End>,
    /// The end that begins on the date of the other: what is established begins with its instrument.
    pub begins: Option<End>,
    /// The end that ends on the day on which the other begins: what an instrument repeals or abolishes.
    pub ends: Option<End>,
    /// Says that a document names a thing: a source does so with everything that is stated there.
    pub mentions: bool,
    /// The end that is a part of the other: what a part says, the whole says through it.
    pub parts: Option<End>,
    /// The relation that it becomes when its `from` end, a draft, is adopted: what would establish establishes.
    pub if_adopted: Option<String>,
    /// Counts for `legal basis of X`: `true`, or `"chain"` for a link that only continues a chain.
    pub legal_basis: LegalBasis,
    /// Says who is responsible for what: its `from` end, or what it is said of, answers for the `to` end.
    pub responsibility: bool,
    pub iri: Option<String>,
    pub doc: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    From,
    To,
}

/// Whether a relation counts as a legal basis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LegalBasis {
    #[default]
    No,
    Yes,
    /// Only as a further link of a chain.
    Chain,
}

impl Serialize for LegalBasis {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            LegalBasis::No => serializer.serialize_bool(false),
            LegalBasis::Yes => serializer.serialize_bool(true),
            LegalBasis::Chain => serializer.serialize_str("chain"),
        }
    }
}

impl<'de> Deserialize<'de> for LegalBasis {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Flag(bool),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Flag(true) => Ok(LegalBasis::Yes),
            Written::Flag(false) => Ok(LegalBasis::No),
            Written::Word(word) if word == "chain" => Ok(LegalBasis::Chain),
            Written::Word(word) => Err(serde::de::Error::custom(format!(
                "`legal_basis` is true, false or \"chain\", not \"{word}\""
            ))),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RelationNouns {
    /// `founding instrument of X` is the `from` end.
    pub of_from: Vec<String>,
    /// `members of X` is the `to` end.
    pub of_to: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prepositions {
    /// Link the `from` noun to the `to` noun: bodies *under* the Government.
    pub active: Vec<String>,
    /// Mark the `from` end after a `to` noun or a passive verb: established *by*.
    pub passive: Vec<String>,
}

/// A relation that follows from others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Derived {
    pub relation: String,
    /// A Cypher query that returns `from` and `to`; with `… AS valid_from`, since when it holds, which is also the day of
    /// the happening in questions.
    pub rule: String,
    pub note: Option<String>,
}

/// The words for what rests on what. A vocabulary that has none of its own has the plain English ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorityWords {
    /// Verbs of what has authority only through something: what *depends on* X loses its basis with X. `its` also stands
    /// for `their` and for nothing.
    pub depends: Vec<String>,
    /// Verbs of what has authority through something, be it by one chain of several.
    pub derives: Vec<String>,
    /// Verbs, read the other way: the repeal of X *affects* Y.
    pub affects: Vec<String>,
    /// Verbs of the end of an instrument or body, besides those of relations that are marked `ends`.
    pub ends: Vec<String>,
    /// Nouns for the chain of authority above a thing.
    pub basis: Vec<String>,
}

impl Default for AuthorityWords {
    fn default() -> AuthorityWords {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        AuthorityWords {
            depends: words(&[
                "depend on",
                "be dependent on",
                "hinge on",
                "stand or fall with",
                "lose its legal basis",
                "lose its basis",
                "lose its legal foundation",
                "lose its authority",
                "be left without a legal basis",
                "be left without a basis",
            ]),
            derives: words(&[
                "have authority through",
                "derive its authority from",
                "have its authority from",
                "owe its authority to",
            ]),
            affects: words(&["affect"]),
            ends: words(&[
                "repeal",
                "abolish",
                "revoke",
                "withdraw",
                "remove",
                "strike down",
                "expire",
                "lapse",
                "fall away",
                "cease to exist",
                "cease to apply",
            ]),
            basis: words(&["legal basis"]),
        }
    }
}

impl Relation {
    /// The relationship type in Cypher.
    pub fn type_name(&self) -> String {
        self.name.to_uppercase()
    }

    /// Whether a word is a noun of either end, as the vocabulary has it: in the singular.
    pub fn is_noun(&self, word: &str) -> bool {
        let mut nouns = self.nouns.of_from.iter().chain(&self.nouns.of_to);
        nouns.any(|noun| crate::base::fold(noun) == word)
    }
}

impl Vocabulary {
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|k| k.name == name)
    }
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|r| r.name == name)
    }
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name == name)
    }
    /// The kind and its ancestors, nearest first.
    pub fn lineage<'v>(&'v self, kind: &str) -> Vec<&'v Kind> {
        let mut line: Vec<&Kind> = Vec::new();
        let mut next = self.kind(kind);
        while let Some(k) = next {
            if line.iter().any(|seen| seen.name == k.name) {
                break;
            }
            line.push(k);
            next = k.parent.as_deref().and_then(|p| self.kind(p));
        }
        line
    }
    /// Whether things of this kind may give authority without having received any.
    pub fn is_sovereign(&self, kind: &str) -> bool {
        self.lineage(kind).iter().any(|k| k.sovereign)
    }
    /// The relations that count as a legal basis, with the end that gives it, and whether they count only further up a
    /// chain. Where none is marked, whatever gives authority counts.
    pub fn legal_bases(&self) -> Vec<(&Relation, End, bool)> {
        let unmarked = self.relations.iter().all(|relation| relation.legal_basis == LegalBasis::No);
        let counts = |relation: &&Relation| unmarked || relation.legal_basis != LegalBasis::No;
        let relations = self.relations.iter().filter(counts);
        relations.filter_map(|r| Some((r, r.authority?, r.legal_basis == LegalBasis::Chain))).collect()
    }
    /// Whether a chain of legal bases may end at things of this kind. Where no kind is marked, those that need no
    /// authority are.
    pub fn is_highest(&self, kind: &str) -> bool {
        match self.kinds.iter().any(|k| k.highest) {
            true => self.lineage(kind).iter().any(|k| k.highest),
            false => self.is_sovereign(kind),
        }
    }
    pub fn is_a(&self, kind: &str, ancestor: &str) -> bool {
        self.lineage(kind).iter().any(|k| k.name == ancestor)
    }
}

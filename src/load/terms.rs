//! The words of the vocabulary, ready to be looked up many times.

use crate::vocabulary::{Kind, Property, Relation, ValueType, Vocabulary};
use rustc_hash::{FxHashMap, FxHashSet};

pub struct Terms<'v> {
    pub kinds: FxHashMap<&'v str, KindTerm<'v>>,
    pub properties: FxHashMap<&'v str, &'v Property>,
    pub relations: FxHashMap<&'v str, &'v Relation>,
    /// Relations that follow by a rule.
    pub derived: FxHashSet<&'v str>,
    /// Properties that only ever end something: as a month or a year they mean its last day.
    pub ends: FxHashSet<&'v str>,
}

pub struct KindTerm<'v> {
    pub kind: &'v Kind,
    /// The kind and those above it, nearest first.
    pub lineage: Vec<&'v str>,
    /// The property that begins it, its own or from above.
    pub begins: Option<&'v str>,
    pub ends: Option<&'v str>,
}

impl<'v> Terms<'v> {
    pub fn of(vocabulary: &'v Vocabulary) -> Terms<'v> {
        let begins: FxHashSet<&str> = vocabulary.kinds.iter().filter_map(|k| k.begins.as_deref()).collect();
        let dates = |name: &&str| vocabulary.property(name).is_some_and(|p| p.value_type == ValueType::Date);
        let ends = vocabulary.kinds.iter().filter_map(|kind| kind.ends.as_deref());
        Terms {
            kinds: vocabulary.kinds.iter().map(|kind| (kind.name.as_str(), term(vocabulary, kind))).collect(),
            properties: vocabulary.properties.iter().map(|p| (p.name.as_str(), p)).collect(),
            relations: vocabulary.relations.iter().map(|r| (r.name.as_str(), r)).collect(),
            derived: vocabulary.derived.iter().map(|rule| rule.relation.as_str()).collect(),
            ends: ends.filter(dates).filter(|name| !begins.contains(name)).collect(),
        }
    }

    /// Whether a kind is one of those named, or below one; an empty list names all.
    pub fn fits(&self, kind: &str, named: &[String]) -> bool {
        named.is_empty()
            || self
                .kinds
                .get(kind)
                .is_some_and(|term| term.lineage.iter().any(|k| named.iter().any(|n| n == k)))
    }

    /// Whether a property may stand on a node of the kind.
    pub fn allows_on_kind(&self, property: &Property, kind: &str) -> bool {
        property.on.is_empty() || self.fits(kind, &property.on)
    }

    /// Whether a property may stand on a relation.
    pub fn allows_on_relation(&self, property: &Property, relation: &str) -> bool {
        property.on.is_empty() || property.on.iter().any(|carrier| carrier == relation)
    }
}

fn term<'v>(vocabulary: &'v Vocabulary, kind: &'v Kind) -> KindTerm<'v> {
    let lineage = vocabulary.lineage(&kind.name);
    KindTerm {
        kind,
        begins: lineage.iter().find_map(|kind| kind.begins.as_deref()),
        ends: lineage.iter().find_map(|kind| kind.ends.as_deref()),
        lineage: lineage.iter().map(|kind| kind.name.as_str()).collect(),
    }
}

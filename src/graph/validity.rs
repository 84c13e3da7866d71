//! When an entity holds, worked out from its properties by the rules of the vocabulary.
//!
//! Stated dates (`valid_from`, `valid_to`) come first; then the properties that begin and end the entity's kind; then
//! the day on which an instrument begins that established, repealed or abolished it. Nothing is stored, so that a property
//! written by a statement counts at once.

use super::calendar::parse_period;
use super::{Day, Entity, Graph, Key, Label, NodeId, Precision, RelationshipType, Validity, Way};
use crate::value::{Date, Value};
use crate::vocabulary::{End, Vocabulary};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Which properties and relations begin and end what.
#[derive(Clone, Debug, Default)]
pub struct ValidityRules {
    valid_from: Option<Key>,
    valid_to: Option<Key>,
    kinds: FxHashMap<Label, KindRule>,
    /// Relations by which a node begins on the day on which another does, and the way to that other.
    beginning: Vec<(RelationshipType, Way)>,
    /// The same for ends.
    ending: Vec<(RelationshipType, Way)>,
    /// Relations by which authority is given, and the way from who gives it to who receives it.
    pub(super) authority: Vec<(RelationshipType, Way)>,
    /// Kinds that may give authority without having received any.
    pub(super) sovereign: Vec<Label>,
    /// Labels of what is not in force until it is adopted.
    pending: Vec<Label>,
    /// Relations that count as a legal basis, and the way from what has it to what gives it; whether only further up.
    pub(super) basis: Vec<(RelationshipType, Way, bool)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct KindRule {
    begins: Option<Key>,
    ends: Option<Key>,
}

impl Graph {
    /// Takes over from the vocabulary what begins and ends entities.
    pub fn follow(&mut self, vocabulary: &Vocabulary) {
        let mut rules = ValidityRules {
            valid_from: Some(self.intern_key("valid_from")),
            valid_to: Some(self.intern_key("valid_to")),
            ..ValidityRules::default()
        };
        for kind in &vocabulary.kinds {
            let begins = kind.begins.as_deref().map(|name| self.intern_key(name));
            let ends = kind.ends.as_deref().map(|name| self.intern_key(name));
            if begins.is_some() || ends.is_some() {
                rules.kinds.insert(self.intern_label(&kind.name), KindRule { begins, ends });
            }
        }
        for relation in &vocabulary.relations {
            // The node that begins or ends looks back along the relation to the one whose date it takes.
            let back = |end| if end == End::To { Way::In } else { Way::Out };
            if let Some(end) = relation.begins {
                rules.beginning.push((self.intern_type(&relation.type_name()), back(end)));
            }
            if let Some(end) = relation.ends {
                rules.ending.push((self.intern_type(&relation.type_name()), back(end)));
            }
        }
        for relation in &vocabulary.relations {
            if let Some(giver) = relation.authority {
                let way = if giver == End::From { Way::Out } else { Way::In };
                rules.authority.push((self.intern_type(&relation.type_name()), way));
            }
        }
        for (relation, giver, further) in vocabulary.legal_bases() {
            let way = if giver == End::From { Way::In } else { Way::Out };
            rules.basis.push((self.intern_type(&relation.type_name()), way, further));
        }
        for kind in vocabulary.kinds.iter().filter(|kind| vocabulary.is_sovereign(&kind.name)) {
            rules.sovereign.push(self.intern_label(&kind.name));
        }
        for kind in vocabulary.kinds.iter().filter(|kind| kind.until_adopted) {
            rules.pending.push(self.intern_label(&kind.name));
        }
        self.rules = Arc::new(rules);
        self.written();
    }

    /// Whether a node waits for its adoption, as a draft does.
    pub fn is_pending(&self, node: NodeId) -> bool {
        self.rules.pending.iter().any(|label| self.has_label(node, *label))
    }

    /// Stated or inherited validity, without regard to the ends of a relationship.
    pub fn validity(&self, entity: Entity) -> Validity {
        let mut validity = self.dated(entity);
        let Entity::Node(node) = entity else { return validity };
        if validity.begins.is_none() {
            validity.begins = self.taken_over(node, &self.rules.beginning);
        }
        if validity.ends.is_none() {
            validity.ends = self.taken_over(node, &self.rules.ending);
        }
        validity
    }

    /// When a relationship holds given that it holds only while both its ends do; of a node, its validity.
    pub fn holding(&self, entity: Entity) -> Validity {
        let own = self.validity(entity);
        let Entity::Relationship(relationship) = entity else { return own };
        let ends = self.ends(relationship);
        [ends.start, ends.end].into_iter().fold(own, |validity, node| {
            let other = self.validity(Entity::Node(node));
            Validity {
                begins: later(validity.begins, other.begins),
                ends: earlier(validity.ends, other.ends),
            }
        })
    }

    /// Whether an entity ends because an act ended it, or one of its ends. An act says the first day without the entity,
    /// dates say the last day with it.
    pub fn is_ended_by_an_act(&self, entity: Entity) -> bool {
        let day = |ends: Option<Day>| ends.map(|day| day.date);
        let after = day(self.holding(entity).ends);
        let says = |entity: Entity| day(self.dated(entity).ends) == after;
        let stated = match entity {
            Entity::Node(_) => says(entity),
            Entity::Relationship(relationship) => {
                let ends = self.ends(relationship);
                says(entity) || says(Entity::Node(ends.start)) || says(Entity::Node(ends.end))
            }
        };
        after.is_some() && !stated
    }

    /// What the entity's own properties say. The nearest kind whose property has a value decides.
    fn dated(&self, entity: Entity) -> Validity {
        let labels = match entity {
            Entity::Node(node) if !self.rules.kinds.is_empty() => self.labels(node),
            _ => &[],
        };
        let ruled = || labels.iter().filter_map(|label| self.rules.kinds.get(label));
        let read = |key: Key, side: fn(Value, Precision) -> Option<Day>| match self.property(entity, key) {
            Value::Null => None,
            value => side(value, self.precision(entity, key)),
        };
        let begins = self.rules.valid_from.into_iter().chain(ruled().filter_map(|rule| rule.begins));
        let ends = self.rules.valid_to.into_iter().chain(ruled().filter_map(|rule| rule.ends));
        Validity {
            begins: begins.filter_map(|key| read(key, begin)).next(),
            ends: ends.filter_map(|key| read(key, end)).next(),
        }
    }

    /// The earliest day on which something begins that, by one of these relations, begins or ends the node.
    fn taken_over(&self, node: NodeId, relations: &[(RelationshipType, Way)]) -> Option<Day> {
        let others = relations.iter().flat_map(|(kind, way)| self.adjacent(node, *way, *kind).nodes);
        // A draft ends and begins nothing.
        let others = others.filter(|other| !self.is_pending(**other));
        let days = others.filter_map(|other| self.dated(Entity::Node(*other)).begins);
        days.min_by_key(|day| day.date)
    }
}

impl Validity {
    /// Whether the entity holds on a day; what has no dates holds.
    pub fn holds_on(&self, day: Date) -> bool {
        self.overlaps(day, Date { days: day.days.saturating_add(1) })
    }

    /// Whether the entity holds on some day from `from` included to `to` excluded.
    pub fn overlaps(&self, from: Date, to: Date) -> bool {
        from < to
            && self.begins.is_none_or(|begins| begins.date < to)
            && self.ends.is_none_or(|ends| from < ends.date)
    }

    /// Whether the entity holds on every day from `from` included to `to` excluded.
    pub fn covers(&self, from: Date, to: Date) -> bool {
        self.begins.is_none_or(|begins| begins.date <= from) && self.ends.is_none_or(|ends| to <= ends.date)
    }
}

/// The day on which a period begins.
fn begin(value: Value, precision: Precision) -> Option<Day> {
    match value {
        Value::Date(date) => {
            let day = Day { date, precision };
            Some(Day { date: day.first(), precision })
        }
        other => period(&other)?.0,
    }
}

/// The first day after a period.
fn end(value: Value, precision: Precision) -> Option<Day> {
    let last = match value {
        Value::Date(date) => Day { date, precision },
        other => period(&other)?.1?,
    };
    Some(Day { date: last.next(), precision: last.precision })
}

fn period(value: &Value) -> Option<(Option<Day>, Option<Day>)> {
    match value {
        Value::String(text) => parse_period(text),
        Value::Integer(year) => parse_period(&format!("{year:04}")),
        Value::LocalDateTime(moment) => {
            let day = Some(Day { date: moment.date, precision: Precision::Day });
            Some((day, day))
        }
        Value::DateTime(moment) => {
            let day = Some(Day { date: moment.local.date, precision: Precision::Day });
            Some((day, day))
        }
        _ => None,
    }
}

fn later(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.date > a.date { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn earlier(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.date < a.date { b } else { a }),
        (a, b) => a.or(b),
    }
}

//! When an entity holds, worked out from its properties by the rules of the vocabulary.
//!
//! Stated dates (`valid_from`, `valid_to`) come first; then the properties that begin and end the entity's kind; then,
//! for what an instrument established, the day on which that instrument begins. Nothing is stored, so that a property
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
    /// Relations by which one end begins when the other does.
    founding: Vec<(RelationshipType, Way)>,
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
            let Some(end) = relation.begins else { continue };
            // The node that begins looks back along the relation to the one whose date it takes.
            let back = if end == End::To { Way::In } else { Way::Out };
            rules.founding.push((self.intern_type(&relation.type_name()), back));
        }
        self.rules = Arc::new(rules);
        self.written();
    }

    /// Stated or inherited validity, without regard to the ends of a relationship.
    pub fn validity(&self, entity: Entity) -> Validity {
        let mut validity = self.dated(entity);
        if let (Entity::Node(node), None) = (entity, validity.begins) {
            validity.begins = self.founded(node);
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

    fn dated(&self, entity: Entity) -> Validity {
        let rule = match entity {
            Entity::Node(node) => self.rule(node),
            Entity::Relationship(_) => KindRule::default(),
        };
        let read = |stated: Option<Key>, ruled: Option<Key>, side: fn(Value, Precision) -> Option<Day>| {
            let keys = [stated, ruled].into_iter().flatten();
            keys.filter_map(|key| side(self.property(entity, key), self.precision(entity, key))).next()
        };
        Validity {
            begins: read(self.rules.valid_from, rule.begins, begin),
            ends: read(self.rules.valid_to, rule.ends, end),
        }
    }

    /// The nearest kind of the node that says what begins it, and the nearest that says what ends it.
    fn rule(&self, node: NodeId) -> KindRule {
        let mut found = KindRule::default();
        if self.rules.kinds.is_empty() {
            return found;
        }
        for rule in self.labels(node).iter().filter_map(|label| self.rules.kinds.get(label)) {
            found.begins = found.begins.or(rule.begins);
            found.ends = found.ends.or(rule.ends);
        }
        found
    }

    /// The earliest day on which something that established the node begins.
    fn founded(&self, node: NodeId) -> Option<Day> {
        let founders =
            self.rules.founding.iter().flat_map(|(kind, way)| self.adjacent(node, *way, *kind).nodes);
        let days = founders.filter_map(|founder| self.dated(Entity::Node(*founder)).begins);
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

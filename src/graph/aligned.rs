//! Relationship properties in the order of adjacency.
//!
//! A relationship's properties lie by its id, the neighbours of a node in the order of its list: a condition on the
//! relationships of a node would jump about in the column. Where such conditions are asked, the column is laid out once
//! more along the lists, so that the values of one node's relationships lie side by side.

use super::adjacency::Pieces;
use super::columns::Values;
use super::delta::value_of;
use super::own::List;
use super::{Graph, Key, RelationshipId, RelationshipType, Way};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The days or whole numbers of one property, along the lists of one type in one direction.
#[derive(Debug)]
pub struct Aligned {
    pub values: Vec<i32>,
    /// Whether the values are days.
    pub days: bool,
    /// Stands where there is no value, if any is missing.
    pub missing: Option<i32>,
}

/// What was laid out, by type, direction and property; `None` where there is nothing to lay out.
#[derive(Debug, Default)]
pub struct AlignedColumns(RwLock<FxHashMap<Along, Option<Arc<Aligned>>>>);

/// The lists of one type in one direction, and a property of their relationships.
pub type Along = (RelationshipType, Way, Key);

/// What a property can be where only numbers of 32 bits are laid out.
enum Number {
    Is(i32),
    Missing,
    Other,
}

impl AlignedColumns {
    pub fn of(columns: impl IntoIterator<Item = (Along, Option<Arc<Aligned>>)>) -> AlignedColumns {
        AlignedColumns(RwLock::new(columns.into_iter().collect()))
    }
}

impl Graph {
    /// The values of a property along the lists of a type as they were laid out, if they are days or whole numbers of 32 bits; `None` also
    /// while any relationship in them has other properties than it had. What was not laid out before is, if it is
    /// worth it.
    pub fn aligned(
        &self,
        kind: RelationshipType,
        way: Way,
        key: Key,
        is_worth_it: bool,
    ) -> Option<Arc<Aligned>> {
        if !self.delta.rewritten_relationships.is_unused() {
            return None;
        }
        let laid_out = &self.aligned_columns(kind).0;
        let at = (kind, way, key);
        if let Some(known) = laid_out.read().unwrap_or_else(PoisonError::into_inner).get(&at) {
            return known.clone();
        }
        if !is_worth_it {
            return None;
        }
        let made = self.align(kind, way, key).map(Arc::new);
        if self.is_over() {
            return None;
        }
        laid_out.write().unwrap_or_else(PoisonError::into_inner).insert(at, made.clone());
        made
    }

    /// What is laid out along the lists of a type.
    fn aligned_columns(&self, kind: RelationshipType) -> &AlignedColumns {
        self.laid_out(kind).map_or(&self.base.aligned, |laid_out| &laid_out.aligned)
    }

    /// What was laid out along the lists of a type in one direction, along the lists that are put together of their pieces.
    pub(super) fn aligned_along(
        &self,
        kind: RelationshipType,
        way: Way,
        pieces: &Pieces<'_>,
    ) -> Vec<(Along, Option<Arc<Aligned>>)> {
        if !self.delta.rewritten_relationships.is_unused() {
            return Vec::new();
        }
        let known = self.aligned_columns(kind).0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let same = known.into_iter().filter(|((k, w, _), _)| *k == kind && *w == way);
        let along = same.filter_map(|(along, before)| {
            let after = self.along(along.2, &*before?, pieces)?;
            Some((along, Some(Arc::new(after))))
        });
        along.collect()
    }

    /// `None` where a relationship that was written has a value that cannot stand beside those that are there.
    fn along(&self, key: Key, before: &Aligned, pieces: &Pieces<'_>) -> Option<Aligned> {
        let mut fits = true;
        let mut value = |relationship: &RelationshipId| {
            let value = match self.number_of(*relationship, key, before.days) {
                Number::Missing => before.missing,
                Number::Is(number) => Some(number).filter(|number| Some(*number) != before.missing),
                Number::Other => None,
            };
            fits &= value.is_some();
            value.unwrap_or_default()
        };
        let own = |values: &mut Vec<i32>, list: &List| {
            values.extend(list.adjacent().relationships.iter().map(&mut value))
        };
        let values = pieces.gather(&before.values, own, || self.is_over())?;
        fits.then_some(Aligned { values, ..*before })
    }

    /// A property of a relationship, where days, or else whole numbers, are meant.
    fn number_of(&self, relationship: RelationshipId, key: Key, days: bool) -> Number {
        let number = match self.property_laid_out(relationship, key) {
            Value::Integer(number) if !days => i32::try_from(number),
            Value::Date(date) if days => i32::try_from(date.days),
            Value::Null => return Number::Missing,
            _ => return Number::Other,
        };
        number.map_or(Number::Other, Number::Is)
    }

    /// A property of a relationship that lies in arrays, also of one that was deleted since: clones in which it was not
    /// share what is laid out along them.
    fn property_laid_out(&self, relationship: RelationshipId, key: Key) -> Value {
        let written = self.relationship_entry(relationship).and_then(|entry| entry.properties.as_ref());
        match written {
            Some(properties) => value_of(properties, key),
            None => {
                self.base.relationship_column(key).map_or(Value::Null, |column| column.value(relationship.0))
            }
        }
    }

    fn align(&self, kind: RelationshipType, way: Way, key: Key) -> Option<Aligned> {
        let column = self.base.relationship_column(key)?;
        let (stored, days) = match &column.values {
            Values::Short(numbers) => (numbers, false),
            Values::Dates(days) => (days, true),
            _ => return None,
        };
        let relationships = self.rows_of(kind, way)?.relationships();
        let bound = self.base.relationship_bound;
        // What was written since must be of the same kind.
        let created = relationships.iter().filter(|relationship| relationship.0 >= bound);
        let created: Vec<Option<i32>> = created
            .map(|relationship| match self.number_of(*relationship, key, days) {
                Number::Is(number) => Some(Some(number)),
                Number::Missing => Some(None),
                Number::Other => None,
            })
            .collect::<Option<_>>()?;
        let mut created_values = created.iter().copied();
        // A number that no value is, to stand for those that are missing.
        let taken = |number: &i32| stored.contains(number) || created.contains(&Some(*number));
        let none = (i32::MIN..).find(|number| !taken(number))?;
        let mut missing = None;
        let mut value = |relationship: &RelationshipId| {
            let value = match relationship.0 < bound {
                true => column.presence.place(relationship.0).map(|place| stored[place]),
                false => created_values.next().flatten(),
            };
            value.unwrap_or_else(|| {
                missing = Some(none);
                none
            })
        };
        let mut values = Vec::with_capacity(relationships.len());
        for some in relationships.chunks(1 << 16) {
            if self.is_over() {
                return None;
            }
            values.extend(some.iter().map(&mut value));
        }
        Some(Aligned { values, days, missing })
    }
}

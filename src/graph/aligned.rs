//! Relationship properties in the order of adjacency.
//!
//! A relationship's properties lie by its id, the neighbours of a node in the order of its list: a condition on the
//! relationships of a node would jump about in the column. Where such conditions are asked, the column is laid out once
//! more along the lists, so that the values of one node's relationships lie side by side.

use super::columns::Values;
use super::{Entity, Graph, Key, RelationshipId, RelationshipType, Way};
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

/// What was laid out, by type, direction and property.
#[derive(Debug, Default)]
pub struct AlignedColumns(RwLock<FxHashMap<Along, Option<Arc<Aligned>>>>);

/// The lists of one type in one direction, and a property of their relationships.
type Along = (RelationshipType, Way, Key);

impl Graph {
    /// The values of a property along the lists of the base, if they are days or whole numbers of 32 bits; `None` also
    /// while any relationship of the base has other properties than it had. What was not laid out before is, if it is
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
        // Where relationships were written, the lists are those of the layout of what is there now.
        let laid_out = match &self.overlay {
            Some(overlay) => &overlay.aligned.0,
            None => &self.base.aligned.0,
        };
        let at = (kind, way, key);
        if let Some(known) = laid_out.read().unwrap_or_else(PoisonError::into_inner).get(&at) {
            return known.clone();
        }
        if !is_worth_it {
            return None;
        }
        let made = self.lay_out(kind, way, key).map(Arc::new);
        if self.is_over() {
            return None;
        }
        laid_out.write().unwrap_or_else(PoisonError::into_inner).insert(at, made.clone());
        made
    }

    fn lay_out(&self, kind: RelationshipType, way: Way, key: Key) -> Option<Aligned> {
        let column = self.base.relationship_column(key)?;
        let (stored, days) = match &column.values {
            Values::Short(numbers) => (numbers, false),
            Values::Dates(days) => (days, true),
            _ => return None,
        };
        let relationships = self.rows_of(kind, way)?.relationships();
        let bound = self.base.relationship_bound;
        let written =
            |relationship: &RelationshipId| match self.property(Entity::Relationship(*relationship), key) {
                Value::Integer(number) if !days => Some(i32::try_from(number).ok()),
                Value::Date(date) if days => Some(i32::try_from(date.days).ok()),
                Value::Null => None,
                _ => Some(None),
            };
        // What was written since must be of the same kind.
        let created = relationships.iter().filter(|relationship| relationship.0 >= bound);
        let created: Vec<Option<i32>> = created
            .map(|relationship| written(relationship).map_or(Some(None), |n| n.map(Some)))
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

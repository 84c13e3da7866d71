//! Which names are visible where.

use super::types::Type;
use super::{Binder, error};
use crate::algebra::{Expression, Identifier, Named, Slot, SlotInfo, SlotKind};
use crate::base::Result;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Variables by name; the order of names is that of `RETURN *`.
pub(super) type Scope = BTreeMap<Arc<str>, Slot>;

/// What an expression may name and contain.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) scope: Rc<Scope>,
    /// Seen where `scope` has no such name: what stood before a projection, in its ORDER BY and WHERE.
    pub(super) fallback: Rc<Scope>,
    /// Names that exist but cannot be used here, because rows have been grouped.
    pub(super) grouped_away: Rc<Scope>,
    /// Expressions that have been computed already and are not resolved again.
    pub(super) computed: Rc<[Computed]>,
    pub(super) aggregates: Aggregates,
}

/// An expression that a projection has put into a slot.
#[derive(Clone)]
pub(super) struct Computed {
    pub(super) expression: Expression<Named>,
    pub(super) slot: Slot,
}

#[derive(Clone)]
pub(super) enum Aggregates {
    /// Their arguments see this scope.
    Allowed(Rc<Scope>),
    Forbidden,
    /// An aggregate's own arguments.
    Inside,
}

impl Context {
    pub(super) fn plain(scope: Rc<Scope>) -> Context {
        Context {
            scope,
            fallback: Rc::default(),
            grouped_away: Rc::default(),
            computed: Rc::from([]),
            aggregates: Aggregates::Forbidden,
        }
    }

    /// The same names, but no aggregates: what runs once for each element of a list.
    pub(super) fn per_element(&self) -> Context {
        match self.aggregates {
            Aggregates::Allowed(_) => Context { aggregates: Aggregates::Forbidden, ..self.clone() },
            Aggregates::Forbidden | Aggregates::Inside => self.clone(),
        }
    }

    /// Every name that can be used, for a subquery.
    pub(super) fn visible(&self) -> Scope {
        let mut all = (*self.fallback).clone();
        all.extend(self.scope.iter().map(|(name, slot)| (Arc::clone(name), *slot)));
        all
    }
}

impl Binder<'_> {
    /// What the next clause sees, without aggregates.
    pub(super) fn here(&self) -> Context {
        Context { fallback: Rc::clone(&self.outer), ..Context::plain(Rc::clone(&self.scope)) }
    }

    pub(super) fn new_slot(&mut self, name: Option<&Arc<str>>, kind: SlotKind, known: Type) -> Slot {
        let slot = Slot(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        self.slots.push(SlotInfo { name: name.map(Arc::clone), kind });
        self.types.push(known);
        slot
    }

    /// A new variable that the following clauses see.
    pub(super) fn declare(&mut self, variable: &Identifier, kind: SlotKind, known: Type) -> Slot {
        let slot = self.new_slot(Some(&variable.name), kind, known);
        Rc::make_mut(&mut self.scope).insert(Arc::clone(&variable.name), slot);
        slot
    }

    pub(super) fn type_of(&self, slot: Slot) -> Type {
        self.types.get(slot.0 as usize).cloned().unwrap_or(Type::Any)
    }

    pub(super) fn kind_of(&self, slot: Slot) -> SlotKind {
        self.slots.get(slot.0 as usize).map_or(SlotKind::Value, |info| info.kind)
    }

    /// The slot of a name, if it is visible.
    pub(super) fn find(&self, name: &str, context: &Context) -> Option<Slot> {
        let local = self.locals.iter().rev().find(|(local, _)| **local == *name).map(|(_, slot)| *slot);
        local.or_else(|| context.scope.get(name).copied()).or_else(|| context.fallback.get(name).copied())
    }

    pub(super) fn resolve(&self, variable: &Identifier, context: &Context) -> Result<Slot> {
        match self.find(&variable.name, context) {
            Some(slot) => Ok(slot),
            None if context.grouped_away.contains_key(&variable.name) => {
                Err(error::ambiguous_aggregation(variable))
            }
            None => {
                let locals = self.locals.iter().map(|(name, _)| &**name);
                let names = context
                    .scope
                    .keys()
                    .chain(context.fallback.keys())
                    .chain(self.outer.keys())
                    .map(|name| &**name);
                Err(error::undefined(variable, locals.chain(names)))
            }
        }
    }

    /// A variable that must not be visible yet.
    pub(super) fn check_new(&self, variable: &Identifier) -> Result<()> {
        match self.scope.get(&variable.name).or_else(|| self.outer.get(&variable.name)) {
            Some(slot) => Err(error::already_bound(variable, &self.type_of(*slot))),
            None => Ok(()),
        }
    }

    /// A new local variable; whoever pushes it takes it away again.
    pub(super) fn push_local(&mut self, variable: &Identifier, known: Type) -> Slot {
        let slot = self.new_slot(Some(&variable.name), SlotKind::Value, known);
        self.locals.push((Arc::clone(&variable.name), slot));
        slot
    }
}

//! Patterns: which variables they find and which they introduce.

use super::scope::Context;
use super::types::Type;
use super::{Binder, error};
use crate::algebra::{
    Bound, Expression, Identifier, Length, Named, Node, NodePattern, PathPattern, RelationshipPattern,
    Search, Slot, SlotKind, Step,
};
use crate::base::{Result, Span};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// What becomes of a name in a pattern that is not visible yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NewNames {
    /// Later clauses see it: MATCH.
    Declared,
    /// The comprehension around sees it.
    Local,
    /// It is an error: pattern predicates.
    Undefined,
}

/// The slots of a path, in its order.
pub(super) struct PathSlots {
    nodes: Vec<Slot>,
    relationships: Vec<Slot>,
    path: Option<Slot>,
}

/// What it takes to resolve one step, as ticks of a meter, and its bytes as it was written and as it is resolved.
const STEP: u32 = 8;
const BYTES: u64 = (size_of::<Step<Named>>() + size_of::<Step<Bound>>()) as u64;

impl Binder<'_> {
    /// Counts what is written in a path beside its expressions.
    pub(super) fn begin_path(&mut self, pattern: &PathPattern<Named>) -> Result<()> {
        let steps = pattern.steps.len() as u32 + 1;
        self.meter.work(STEP * steps)?;
        self.meter.hold(BYTES * u64::from(steps))
    }

    /// The patterns of one MATCH: all names first, then the properties, which may use any of them.
    pub(super) fn match_patterns(
        &mut self,
        patterns: &[PathPattern<Named>],
    ) -> Result<Vec<PathPattern<Bound>>> {
        let mut used = BTreeSet::new();
        let mut slots = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            self.begin_path(pattern)?;
            check_search(pattern)?;
            // Names are looked for among those declared so far, not in the context: that would hold on to the scope, of
            // which a copy had to be made for each name that is added.
            let around = Context { fallback: Rc::clone(&self.outer), ..Context::plain(Rc::default()) };
            slots.push(self.path_slots(pattern, &around, NewNames::Declared, &mut used)?);
        }
        let here = self.here();
        patterns.iter().zip(&slots).map(|(pattern, slots)| self.path_with(pattern, slots, &here)).collect()
    }

    /// A pattern that introduces no names.
    pub(super) fn known_pattern(
        &mut self,
        pattern: &PathPattern<Named>,
        context: &Context,
    ) -> Result<PathPattern<Bound>> {
        check_search(pattern)?;
        let inner = context.per_element();
        let slots = self.path_slots(pattern, &inner, NewNames::Undefined, &mut BTreeSet::new())?;
        self.path_with(pattern, &slots, &inner)
    }

    /// The pattern of a comprehension: its new names are locals, which the caller drops.
    pub(super) fn local_pattern(
        &mut self,
        pattern: &PathPattern<Named>,
        context: &Context,
    ) -> Result<PathPattern<Bound>> {
        let slots = self.path_slots(pattern, context, NewNames::Local, &mut BTreeSet::new())?;
        self.path_with(pattern, &slots, context)
    }

    fn path_slots(
        &mut self,
        pattern: &PathPattern<Named>,
        context: &Context,
        new_names: NewNames,
        used: &mut BTreeSet<Slot>,
    ) -> Result<PathSlots> {
        let mut nodes = vec![self.node_slot(&pattern.start, context, new_names)?];
        let mut relationships = Vec::with_capacity(pattern.steps.len());
        for step in &pattern.steps {
            let slot = self.relationship_slot(&step.relationship, context, new_names)?;
            if let (Some(variable), false) = (&step.relationship.variable, used.insert(slot)) {
                return Err(repeated_relationship(variable));
            }
            relationships.push(slot);
            nodes.push(self.node_slot(&step.node, context, new_names)?);
        }
        let path = match &pattern.variable {
            Some(variable) => Some(self.path_slot(variable, new_names)?),
            None => None,
        };
        Ok(PathSlots { nodes, relationships, path })
    }

    fn path_slot(&mut self, variable: &Identifier, new_names: NewNames) -> Result<Slot> {
        if let Some(slot) = self.find(&variable.name, &self.here()) {
            return Err(error::already_bound(variable, &self.type_of(slot)));
        }
        Ok(self.introduce(variable, SlotKind::Path, new_names))
    }

    fn introduce(&mut self, variable: &Identifier, kind: SlotKind, new_names: NewNames) -> Slot {
        match new_names {
            NewNames::Declared => self.declare(variable, kind, Type::of_kind(kind)),
            NewNames::Local | NewNames::Undefined => {
                let slot = self.new_slot(Some(&variable.name), kind, Type::of_kind(kind));
                self.locals.push((Arc::clone(&variable.name), slot));
                slot
            }
        }
    }

    fn node_slot(
        &mut self,
        node: &NodePattern<Named>,
        context: &Context,
        new_names: NewNames,
    ) -> Result<Slot> {
        let Some(variable) = &node.variable else {
            return Ok(self.new_slot(None, SlotKind::Node, Type::Node));
        };
        let Some(slot) = self.known(variable, context, new_names)? else {
            return Ok(self.introduce(variable, SlotKind::Node, new_names));
        };
        match self.type_of(slot) {
            Type::Any | Type::Node => Ok(slot),
            known => Err(error::type_conflict(variable, &known, &Type::Node)),
        }
    }

    fn relationship_slot(
        &mut self,
        relationship: &RelationshipPattern<Named>,
        context: &Context,
        new_names: NewNames,
    ) -> Result<Slot> {
        let kind = relationship_kind(relationship.length);
        let Some(variable) = &relationship.variable else {
            return Ok(self.new_slot(None, kind, Type::of_kind(kind)));
        };
        let Some(slot) = self.known(variable, context, new_names)? else {
            return Ok(self.introduce(variable, kind, new_names));
        };
        let fits = match (self.type_of(slot), relationship.length) {
            (Type::Any, _) | (Type::Relationship, None) => true,
            (Type::List(element), Some(_)) => matches!(*element, Type::Any | Type::Relationship),
            _ => false,
        };
        if fits {
            Ok(slot)
        } else {
            Err(error::type_conflict(variable, &self.type_of(slot), &Type::of_kind(kind)))
        }
    }

    /// The slot of a name in a pattern, unless the pattern introduces it.
    fn known(&self, variable: &Identifier, context: &Context, new_names: NewNames) -> Result<Option<Slot>> {
        match new_names {
            NewNames::Undefined => {
                match context.computed.iter().find(|c| is_variable(&c.expression, variable)) {
                    Some(computed) => Ok(Some(computed.slot)),
                    None => self.resolve(variable, context).map(Some),
                }
            }
            NewNames::Declared => {
                let local = self.locals.iter().rev().find(|(local, _)| *local == variable.name);
                let declared = || self.scope.get(&variable.name).copied();
                let around = || context.fallback.get(&variable.name).copied();
                Ok(local.map(|(_, slot)| *slot).or_else(declared).or_else(around))
            }
            NewNames::Local => {
                let computed = context.computed.iter().find(|c| is_variable(&c.expression, variable));
                Ok(computed.map(|c| c.slot).or_else(|| self.find(&variable.name, context)))
            }
        }
    }

    pub(super) fn path_with(
        &mut self,
        pattern: &PathPattern<Named>,
        slots: &PathSlots,
        context: &Context,
    ) -> Result<PathPattern<Bound>> {
        let mut nodes = slots.nodes.iter().copied();
        let start = self.node(&pattern.start, nodes.next(), context)?;
        let mut steps = Vec::with_capacity(pattern.steps.len());
        for (step, slot) in pattern.steps.iter().zip(&slots.relationships) {
            let relationship = self.relationship(&step.relationship, Some(*slot), context)?;
            steps.push(Step { relationship, node: self.node(&step.node, nodes.next(), context)? });
        }
        Ok(PathPattern { variable: slots.path, search: pattern.search, start, steps, span: pattern.span })
    }

    fn node(
        &mut self,
        node: &NodePattern<Named>,
        slot: Option<Slot>,
        context: &Context,
    ) -> Result<NodePattern<Bound>> {
        let properties = self.matched_properties(node.properties.as_ref(), context)?;
        Ok(NodePattern { variable: slot, labels: node.labels.clone(), properties, span: node.span })
    }

    fn relationship(
        &mut self,
        relationship: &RelationshipPattern<Named>,
        slot: Option<Slot>,
        context: &Context,
    ) -> Result<RelationshipPattern<Bound>> {
        let properties = self.matched_properties(relationship.properties.as_ref(), context)?;
        Ok(RelationshipPattern {
            variable: slot,
            types: relationship.types.clone(),
            direction: relationship.direction,
            length: relationship.length,
            properties,
            span: relationship.span,
        })
    }

    /// What is looked for is spelled out: a parameter could be anything.
    pub(super) fn matched_properties(
        &mut self,
        properties: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<Option<Expression<Bound>>> {
        let Some(properties) = properties else { return Ok(None) };
        if let Node::Parameter(name) = &properties.node {
            return Err(error::syntax(
                "InvalidParameterUse",
                "a parameter cannot stand for all properties here",
            )
            .at(properties.span, "a parameter")
            .help(format!("Name the properties: `{{key: ${name}.key}}`.")));
        }
        Ok(Some(self.expression(properties, context)?.0))
    }
}

fn is_variable(expression: &Expression<Named>, variable: &Identifier) -> bool {
    matches!(&expression.node, Node::Variable(other) if other.name == variable.name)
}

pub(super) fn relationship_kind(length: Option<Length>) -> SlotKind {
    if length.is_some() { SlotKind::Relationships } else { SlotKind::Relationship }
}

fn repeated_relationship(variable: &Identifier) -> Box<crate::base::Report> {
    let message = format!("the relationship `{}` stands twice in one MATCH", variable.name);
    error::syntax("RelationshipUniquenessViolation", message)
        .at(variable.span, "the same relationship again")
        .help("A match never uses a relationship twice; give this one another name.")
}

/// A shortest path is looked for along one kind of step.
fn check_search(pattern: &PathPattern<Named>) -> Result<()> {
    if pattern.search == Search::Walk || pattern.steps.len() == 1 {
        return Ok(());
    }
    Err(error::syntax("UnexpectedSyntax", "a shortest path needs a pattern of exactly one relationship")
        .at(Span::new(pattern.span.start, pattern.span.end), "not one relationship")
        .help("Write `shortestPath((a)-[*]-(b))`."))
}

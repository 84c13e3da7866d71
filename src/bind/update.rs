//! CREATE, MERGE, SET, REMOVE and DELETE.

use super::expression::Typed;
use super::scope::Context;
use super::types::Type;
use super::{Binder, error};
use crate::algebra::{
    Bound, Clause, Direction, Expression, Identifier, LabelExpression, Named, Node, NodePattern, PathPattern,
    RelationshipPattern, RemoveItem, Search, SetItem, Slot, SlotKind, Step,
};
use crate::base::{Report, Result, Span};

/// Which clause makes the pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    Create,
    Merge,
}

impl Binder<'_> {
    pub(super) fn create(&mut self, patterns: &[PathPattern<Named>], span: Span) -> Result<Clause<Bound>> {
        let patterns =
            patterns.iter().map(|pattern| self.made_path(pattern, Maker::Create)).collect::<Result<_>>()?;
        Ok(Clause::Create { patterns, span })
    }

    pub(super) fn merge(
        &mut self,
        pattern: &PathPattern<Named>,
        (on_create, on_match): (&[SetItem<Named>], &[SetItem<Named>]),
        span: Span,
    ) -> Result<Clause<Bound>> {
        let pattern = self.made_path(pattern, Maker::Merge)?;
        let on_create = self.set_items(on_create)?;
        let on_match = self.set_items(on_match)?;
        Ok(Clause::Merge { pattern, on_create, on_match, span })
    }

    pub(super) fn set(&mut self, items: &[SetItem<Named>], span: Span) -> Result<Clause<Bound>> {
        Ok(Clause::Set { items: self.set_items(items)?, span })
    }

    /// A pattern whose missing parts are made. Each part sees the names to its left.
    fn made_path(&mut self, pattern: &PathPattern<Named>, maker: Maker) -> Result<PathPattern<Bound>> {
        if pattern.search != Search::Walk {
            return Err(error::syntax("UnexpectedSyntax", "a shortest path cannot be created")
                .at(pattern.span, "only finds")
                .help("Find it with MATCH."));
        }
        self.begin_path(pattern)?;
        let alone = pattern.steps.is_empty();
        let start = self.made_node(&pattern.start, alone, maker)?;
        let mut steps = Vec::with_capacity(pattern.steps.len());
        for step in &pattern.steps {
            let relationship = self.made_relationship(&step.relationship, maker)?;
            steps.push(Step { relationship, node: self.made_node(&step.node, false, maker)? });
        }
        let variable = match &pattern.variable {
            Some(variable) => {
                self.check_new(variable)?;
                Some(self.declare(variable, SlotKind::Path, Type::Path))
            }
            None => None,
        };
        Ok(PathPattern { variable, search: Search::Walk, start, steps, span: pattern.span })
    }

    fn made_node(
        &mut self,
        node: &NodePattern<Named>,
        alone: bool,
        maker: Maker,
    ) -> Result<NodePattern<Bound>> {
        check_labels(node.labels.as_ref(), node.span)?;
        let known = node.variable.as_ref().and_then(|v| Some((v, *self.scope.get(&v.name)?)));
        if let Some((variable, slot)) = known {
            let known = self.type_of(slot);
            if alone || node.labels.is_some() || node.properties.is_some() {
                return Err(error::already_bound(variable, &known).help(
                    "A node that exists stands bare in a pattern: `(a)-[:TYPE]->(b)`; change it with `SET`.",
                ));
            }
            if !matches!(known, Type::Any | Type::Node) {
                return Err(error::type_conflict(variable, &known, &Type::Node));
            }
            return Ok(NodePattern { variable: Some(slot), labels: None, properties: None, span: node.span });
        }
        let properties = self.made_properties(node.properties.as_ref(), maker)?;
        let slot = match &node.variable {
            Some(variable) => self.declare(variable, SlotKind::Node, Type::Node),
            None => self.new_slot(None, SlotKind::Node, Type::Node),
        };
        Ok(NodePattern { variable: Some(slot), labels: node.labels.clone(), properties, span: node.span })
    }

    fn made_relationship(
        &mut self,
        relationship: &RelationshipPattern<Named>,
        maker: Maker,
    ) -> Result<RelationshipPattern<Bound>> {
        let place = relationship.span;
        if let Some(variable) = &relationship.variable {
            self.check_new(variable)?;
        }
        if relationship.length.is_some() {
            return Err(error::syntax(
                "CreatingVarLength",
                "a relationship of variable length cannot be created",
            )
            .at(place, "variable length")
            .help("Write out each relationship: `(a)-[:T]->()-[:T]->(b)`."));
        }
        if maker == Maker::Create && relationship.direction == Direction::Either {
            return Err(error::syntax(
                "RequiresDirectedRelationship",
                "a relationship to be created needs a direction",
            )
            .at(place, "no direction")
            .help("Write `-[:TYPE]->` or `<-[:TYPE]-`."));
        }
        if relationship.types.len() != 1 {
            return Err(error::syntax(
                "NoSingleRelationshipType",
                "a relationship to be created needs exactly one type",
            )
            .at(place, format!("{} types", relationship.types.len()))
            .help("Write `-[:TYPE]->`."));
        }
        let properties = self.made_properties(relationship.properties.as_ref(), maker)?;
        let slot = match &relationship.variable {
            Some(variable) => self.declare(variable, SlotKind::Relationship, Type::Relationship),
            None => self.new_slot(None, SlotKind::Relationship, Type::Relationship),
        };
        Ok(RelationshipPattern {
            variable: Some(slot),
            types: relationship.types.clone(),
            direction: relationship.direction,
            length: None,
            properties,
            span: place,
        })
    }

    /// CREATE takes its properties from anywhere; MERGE also looks for them, as MATCH does.
    fn made_properties(
        &mut self,
        properties: Option<&Expression<Named>>,
        maker: Maker,
    ) -> Result<Option<Expression<Bound>>> {
        let here = self.here();
        match (maker, properties) {
            (_, None) => Ok(None),
            (Maker::Merge, Some(Expression { node: Node::Parameter(_), .. })) => {
                self.matched_properties(properties, &here)
            }
            (_, Some(properties)) => Ok(Some(self.stored_map(properties, &here)?.0)),
        }
    }

    /// A value whose entries become properties.
    fn stored_map(&mut self, map: &Expression<Named>, here: &Context) -> Result<Typed> {
        let Node::Map(entries) = &map.node else { return self.expression(map, here) };
        let mut bound = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            bound.push((key.clone(), self.stored(value, here)?));
        }
        Ok((Expression::new(Node::Map(bound), map.span), Type::Map))
    }

    /// A value that becomes a property.
    fn stored(&mut self, value: &Expression<Named>, here: &Context) -> Result<Expression<Bound>> {
        let (bound, known) = self.expression(value, here)?;
        if known.may_be_stored() {
            return Ok(bound);
        }
        let message = match &known {
            Type::List(element) => format!("a property cannot hold a list with {} in it", element.name()),
            other => format!("a property cannot hold {}", other.name()),
        };
        Err(Report::compile("TypeError", "InvalidPropertyType", message)
            .at(value.span, format!("is {}", known.name()))
            .help("Properties hold booleans, numbers, texts, dates, times and lists of these."))
    }

    fn set_items(&mut self, items: &[SetItem<Named>]) -> Result<Vec<SetItem<Bound>>> {
        let here = self.here();
        items.iter().map(|item| self.set_item(item, &here)).collect()
    }

    fn set_item(&mut self, item: &SetItem<Named>, here: &Context) -> Result<SetItem<Bound>> {
        match item {
            SetItem::Property { subject, key, value } => {
                let subject = self.entity(subject, here)?;
                let value = self.stored(value, here)?;
                Ok(SetItem::Property { subject, key: key.clone(), value })
            }
            SetItem::All { variable, value, merge, span } => {
                let slot = self.entity_variable(variable, here)?;
                let (bound, known) = self.stored_map(value, here)?;
                if !matches!(known, Type::Any | Type::Map | Type::Node | Type::Relationship) {
                    return Err(error::wrong_type(value.span, "a map, a node or a relationship", &known));
                }
                Ok(SetItem::All { variable: slot, value: bound, merge: *merge, span: *span })
            }
            SetItem::Labels { variable, labels, span } => {
                let slot = self.labelled_variable(variable, here)?;
                Ok(SetItem::Labels { variable: slot, labels: labels.clone(), span: *span })
            }
        }
    }

    pub(super) fn remove(&mut self, items: &[RemoveItem<Named>], span: Span) -> Result<Clause<Bound>> {
        let here = self.here();
        let mut bound = Vec::with_capacity(items.len());
        for item in items {
            bound.push(match item {
                RemoveItem::Property { subject, key } => {
                    RemoveItem::Property { subject: self.entity(subject, &here)?, key: key.clone() }
                }
                RemoveItem::Labels { variable, labels, span } => {
                    let slot = self.labelled_variable(variable, &here)?;
                    RemoveItem::Labels { variable: slot, labels: labels.clone(), span: *span }
                }
            });
        }
        Ok(Clause::Remove { items: bound, span })
    }

    pub(super) fn delete(
        &mut self,
        detach: bool,
        targets: &[Expression<Named>],
        span: Span,
    ) -> Result<Clause<Bound>> {
        let here = self.here();
        let mut bound = Vec::with_capacity(targets.len());
        for target in targets {
            if let Node::HasLabels { .. } = &target.node {
                return Err(error::syntax(
                    "InvalidDelete",
                    "DELETE takes nodes and relationships, not their labels",
                )
                .at(target.span, "a label")
                .help("Take labels away with `REMOVE n:Label`."));
            }
            let (expression, known) = self.expression(target, &here)?;
            if !matches!(known, Type::Any | Type::Node | Type::Relationship | Type::Path) {
                return Err(error::wrong_type(target.span, "a node, a relationship or a path", &known));
            }
            bound.push(expression);
        }
        Ok(Clause::Delete { detach, targets: bound, span })
    }

    /// The subject of `subject.key = value`.
    fn entity(&mut self, subject: &Expression<Named>, here: &Context) -> Result<Expression<Bound>> {
        let (bound, known) = self.expression(subject, here)?;
        if !matches!(known, Type::Any | Type::Node | Type::Relationship | Type::Map) {
            return Err(error::wrong_type(subject.span, "a node or a relationship", &known));
        }
        Ok(bound)
    }

    fn entity_variable(&mut self, variable: &Identifier, here: &Context) -> Result<Slot> {
        let slot = self.resolve(variable, here)?;
        match self.type_of(slot) {
            known if known.may_be_entity() => Ok(slot),
            known => Err(error::wrong_type(variable.span, "a node or a relationship", &known)),
        }
    }

    fn labelled_variable(&mut self, variable: &Identifier, here: &Context) -> Result<Slot> {
        let slot = self.resolve(variable, here)?;
        match self.type_of(slot) {
            Type::Any | Type::Node => Ok(slot),
            known => Err(error::wrong_type(variable.span, "a node", &known)),
        }
    }
}

/// What is made has certain labels, not some or none of them.
fn check_labels(labels: Option<&LabelExpression>, place: Span) -> Result<()> {
    let plain = |label: &LabelExpression| matches!(label, LabelExpression::Label(_));
    match labels {
        None | Some(LabelExpression::Label(_)) => Ok(()),
        Some(LabelExpression::And(all)) if all.iter().all(plain) => Ok(()),
        Some(_) => Err(error::syntax("UnexpectedSyntax", "a node to be created needs plain labels")
            .at(place, "alternatives or negations")
            .help("Write `(:A:B)`.")),
    }
}

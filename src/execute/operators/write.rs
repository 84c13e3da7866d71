//! CREATE, SET and REMOVE.
//!
//! Every writing operator takes in all its rows before it writes, so that nothing read for one row can see what was
//! written for another.

use crate::algebra::Slot;
use crate::base::{Report, Result, Span};
use crate::execute::batch::{BATCH, Batch, Column, size_of_value};
use crate::execute::build::Build;
use crate::execute::changes::exists;
use crate::execute::context::Context;
use crate::execute::evaluate::Compiled;
use crate::execute::operator::Operator;
use crate::graph::{Entity, Key, Label, NodeId, RelationshipType};
use crate::optimize::plan;
use crate::value::Value;
use std::sync::Arc;

/// Takes in all rows of an operator.
pub fn drain(input: &mut dyn Operator, context: &mut Context<'_>) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    let mut rows = 0;
    while let Some(batch) = input.next(context)? {
        rows += batch.length as u64;
        context.meter.rows(rows)?;
        context.meter.hold(batch.bytes())?;
        if batch.length > 0 {
            batches.push(batch);
        }
    }
    Ok(batches)
}

/// One thing that CREATE makes.
pub enum Creation {
    Node {
        slot: Slot,
        labels: Vec<Label>,
        properties: Option<Compiled>,
    },
    Relationship {
        slot: Slot,
        start: Slot,
        end: Slot,
        kind: RelationshipType,
        properties: Option<Compiled>,
        span: Span,
    },
    Path {
        slot: Slot,
        path: Compiled,
    },
}

/// One item of SET or REMOVE.
pub enum Item {
    Property { subject: Compiled, key: Key, value: Compiled, span: Span },
    All { subject: Slot, value: Compiled, merge: bool, span: Span },
    AddLabels { subject: Slot, labels: Vec<Label> },
    RemoveLabels { subject: Slot, labels: Vec<Label> },
}

impl Build<'_, '_> {
    pub fn creations(&mut self, creations: &[plan::Creation]) -> Result<Vec<Creation>> {
        let mut compiled = Vec::with_capacity(creations.len());
        for creation in creations {
            compiled.push(match creation {
                plan::Creation::Node { slot, labels, properties } => Creation::Node {
                    slot: *slot,
                    labels: self.labels(labels),
                    properties: properties.as_ref().map(|map| self.compile(map)).transpose()?,
                },
                plan::Creation::Relationship { slot, start, end, kind, properties, span } => {
                    Creation::Relationship {
                        slot: *slot,
                        start: *start,
                        end: *end,
                        kind: self.context.graph.intern_type(kind),
                        properties: properties.as_ref().map(|map| self.compile(map)).transpose()?,
                        span: *span,
                    }
                }
                plan::Creation::Path { slot, path } => {
                    Creation::Path { slot: *slot, path: self.compile(path)? }
                }
            });
        }
        Ok(compiled)
    }

    pub fn changes(&mut self, changes: &[plan::Change]) -> Result<Vec<Item>> {
        let mut compiled = Vec::with_capacity(changes.len());
        for change in changes {
            compiled.push(match change {
                plan::Change::Property { subject, key, value, span } => Item::Property {
                    subject: self.compile(subject)?,
                    key: self.context.graph.intern_key(key),
                    value: self.compile(value)?,
                    span: *span,
                },
                plan::Change::All { subject, value, merge, span } => {
                    Item::All { subject: *subject, value: self.compile(value)?, merge: *merge, span: *span }
                }
                plan::Change::AddLabels { subject, labels } => {
                    Item::AddLabels { subject: *subject, labels: self.labels(labels) }
                }
                plan::Change::RemoveLabels { subject, labels } => {
                    Item::RemoveLabels { subject: *subject, labels: self.labels(labels) }
                }
            });
        }
        Ok(compiled)
    }

    fn labels(&mut self, names: &[Arc<str>]) -> Vec<Label> {
        names.iter().map(|name| self.context.graph.intern_label(name)).collect()
    }
}

pub struct Create {
    input: Box<dyn Operator>,
    creations: Vec<Creation>,
    output: Option<std::vec::IntoIter<Batch>>,
}

impl Create {
    pub fn new(input: Box<dyn Operator>, creations: Vec<Creation>) -> Create {
        Create { input, creations, output: None }
    }
}

impl Operator for Create {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            let mut batches = drain(&mut *self.input, context)?;
            for batch in &mut batches {
                create(&self.creations, batch, context)?;
            }
            self.output = Some(batches.into_iter());
        }
        Ok(self.output.as_mut().and_then(Iterator::next))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
    }
}

/// Bytes that a new node takes beside its properties, and a new relationship.
const NODE: u64 = 160;
const RELATIONSHIP: u64 = 96;
/// Bytes that a property takes beside its value.
const PROPERTY: u64 = 32;

/// Bytes that properties take.
fn kept(properties: &[(Key, Value)]) -> u64 {
    properties.iter().map(|(_, value)| size_of_value(value) + PROPERTY).sum()
}

/// Makes what a CREATE or MERGE says for every row of a batch and fills its slots.
pub fn create(creations: &[Creation], batch: &mut Batch, context: &mut Context<'_>) -> Result<()> {
    for creation in creations {
        match creation {
            Creation::Node { slot, labels, properties } => {
                let mut nodes = Vec::with_capacity(batch.length);
                let maps = properties.as_ref().map(|map| map.column(batch, context)).transpose()?;
                for row in 0..batch.length {
                    context.tick()?;
                    let properties = match &maps {
                        Some(maps) => stored(&maps.value(row), context)?,
                        None => Vec::new(),
                    };
                    context.meter.hold(NODE + kept(&properties))?;
                    nodes.push(context.changes.create_node(context.graph, labels, properties).0);
                }
                batch.set(*slot, Column::nodes(nodes));
            }
            Creation::Relationship { slot, start, end, kind, properties, span } => {
                let mut relationships = Vec::with_capacity(batch.length);
                let maps = properties.as_ref().map(|map| map.column(batch, context)).transpose()?;
                for row in 0..batch.length {
                    context.tick()?;
                    let properties = match &maps {
                        Some(maps) => stored(&maps.value(row), context)?,
                        None => Vec::new(),
                    };
                    context.meter.hold(RELATIONSHIP + kept(&properties))?;
                    let (start, end) =
                        (end_of(batch, *start, row, context), end_of(batch, *end, row, context));
                    let (Some(start), Some(end)) = (start, end) else { return Err(no_end(*span)) };
                    let graph = &mut *context.graph;
                    relationships
                        .push(context.changes.create_relationship(graph, start, *kind, end, properties).0);
                }
                batch.set(*slot, Column::relationships(relationships));
            }
            Creation::Path { slot, path } => {
                let paths = path.column(batch, context)?;
                batch.set(*slot, paths);
            }
        }
    }
    Ok(())
}

fn end_of(batch: &Batch, slot: Slot, row: usize, context: &Context<'_>) -> Option<NodeId> {
    batch.column(slot).node(row).filter(|node| context.graph.has_node(*node))
}

fn no_end(span: Span) -> Box<Report> {
    let message = "a relationship needs a node at both ends, and one of these is null or deleted";
    Report::runtime("SemanticError", "InvalidRelationshipEnd", message).at(span, "")
}

/// The properties of a map, ready to be stored.
fn stored(map: &Value, context: &mut Context<'_>) -> Result<Vec<(Key, Value)>> {
    let map = match map {
        Value::Map(map) => map,
        Value::Null => return Ok(Vec::new()),
        other => {
            let message = format!("properties are given as a map, not as {}", other.type_with_article());
            return Err(Report::runtime("TypeError", "InvalidArgumentType", message));
        }
    };
    let mut properties = Vec::with_capacity(map.len());
    for (key, value) in map.iter() {
        if value.is_null() {
            continue;
        }
        check_storable(value)?;
        properties.push((context.graph.intern_key(key), value.clone()));
    }
    Ok(properties)
}

/// Fails for values that no property can hold.
fn check_storable(value: &Value) -> Result<()> {
    let refused = match value {
        Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => true,
        Value::List(items) => return items.iter().try_for_each(check_storable),
        _ => false,
    };
    if !refused {
        return Ok(());
    }
    let message = format!("a property cannot hold {}", value.type_with_article());
    Err(Report::runtime("TypeError", "InvalidPropertyType", message)
        .help("Store its parts as properties of their own, or as a node."))
}

pub struct Change {
    input: Box<dyn Operator>,
    items: Vec<Item>,
    output: Option<std::vec::IntoIter<Batch>>,
}

impl Change {
    pub fn new(input: Box<dyn Operator>, items: Vec<Item>) -> Change {
        Change { input, items, output: None }
    }
}

impl Operator for Change {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            let batches = drain(&mut *self.input, context)?;
            for batch in &batches {
                change(&self.items, batch, context)?;
            }
            self.output = Some(batches.into_iter());
        }
        Ok(self.output.as_mut().and_then(Iterator::next))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
    }
}

/// Carries out SET and REMOVE for every row of a batch, item by item.
pub fn change(items: &[Item], batch: &Batch, context: &mut Context<'_>) -> Result<()> {
    for start in (0..batch.length).step_by(BATCH) {
        for row in start..batch.length.min(start + BATCH) {
            for item in items {
                context.tick()?;
                apply(item, batch, row, context)?;
            }
        }
    }
    Ok(())
}

fn apply(item: &Item, batch: &Batch, row: usize, context: &mut Context<'_>) -> Result<()> {
    let mut frame = crate::execute::evaluate::Frame::new(batch, row);
    match item {
        Item::Property { subject, key, value, span } => {
            let subject = subject.value(&mut frame, context)?;
            let Some(entity) = entity_of(&subject, context).map_err(|report| report.or_at(*span))? else {
                return Ok(());
            };
            let value = value.value(&mut frame, context)?;
            check_storable(&value).map_err(|report| report.or_at(*span))?;
            context.meter.hold(size_of_value(&value) + PROPERTY)?;
            context.changes.set_property(context.graph, entity, *key, value);
        }
        Item::All { subject, value, merge, span } => {
            let subject = batch.value(*subject, row);
            let Some(entity) = entity_of(&subject, context).map_err(|report| report.or_at(*span))? else {
                return Ok(());
            };
            let value = value.value(&mut frame, context)?;
            set_all(entity, &value, *merge, context).map_err(|report| report.or_at(*span))?;
        }
        Item::AddLabels { subject, labels } => {
            let Value::Node(node) = batch.value(*subject, row) else { return Ok(()) };
            for label in labels {
                context.changes.add_label(context.graph, node, *label);
            }
        }
        Item::RemoveLabels { subject, labels } => {
            let Value::Node(node) = batch.value(*subject, row) else { return Ok(()) };
            for label in labels {
                context.changes.remove_label(context.graph, node, *label);
            }
        }
    }
    Ok(())
}

/// What SET writes to; `None` for null, to which nothing is written.
fn entity_of(value: &Value, context: &Context<'_>) -> Result<Option<Entity>> {
    let entity = match value {
        Value::Null => return Ok(None),
        Value::Node(node) => Entity::Node(*node),
        Value::Relationship(relationship) => Entity::Relationship(*relationship),
        other => {
            let message = format!(
                "only nodes and relationships have properties to set, not {}",
                other.type_with_article()
            );
            return Err(Report::runtime("TypeError", "InvalidArgumentType", message));
        }
    };
    if context.changes.deleted && !exists(context.graph, entity) {
        let message = "the entity was deleted by this statement and can no longer be changed";
        return Err(Report::runtime("EntityNotFound", "DeletedEntityAccess", message));
    }
    Ok(Some(entity))
}

fn set_all(entity: Entity, value: &Value, merge: bool, context: &mut Context<'_>) -> Result<()> {
    let wanted: Vec<(Key, Value)> = match value {
        Value::Null => Vec::new(),
        Value::Map(map) => {
            let mut wanted = Vec::with_capacity(map.len());
            for (key, value) in map.iter() {
                check_storable(value)?;
                wanted.push((context.graph.intern_key(key), value.clone()));
            }
            wanted
        }
        Value::Node(node) => context.graph.properties(Entity::Node(*node)),
        Value::Relationship(relationship) => context.graph.properties(Entity::Relationship(*relationship)),
        other => {
            let message = format!("properties are given as a map, not as {}", other.type_with_article());
            return Err(Report::runtime("TypeError", "InvalidArgumentType", message));
        }
    };
    if !merge {
        for (key, _) in context.graph.properties(entity) {
            if !wanted.iter().any(|(other, _)| *other == key) {
                context.changes.set_property(context.graph, entity, key, Value::Null);
            }
        }
    }
    for (key, value) in wanted {
        context.changes.set_property(context.graph, entity, key, value);
    }
    Ok(())
}

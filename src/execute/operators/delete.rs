//! DELETE and DETACH DELETE.

use super::write::drain;
use crate::base::{Failure, Phase, Report, Result};
use crate::execute::batch::Batch;
use crate::execute::context::Context;
use crate::execute::evaluate::{Compiled, Frame};
use crate::execute::operator::Operator;
use crate::graph::{NodeId, RelationshipId, Way};
use crate::value::Value;
use rustc_hash::FxHashSet;

pub struct Delete {
    input: Box<dyn Operator>,
    targets: Vec<Compiled>,
    detach: bool,
    output: Option<std::vec::IntoIter<Batch>>,
}

/// What is to be deleted, each once.
#[derive(Default)]
struct Doomed {
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
    seen_nodes: FxHashSet<NodeId>,
    seen_relationships: FxHashSet<RelationshipId>,
}

impl Doomed {
    fn node(&mut self, node: NodeId) {
        if self.seen_nodes.insert(node) {
            self.nodes.push(node);
        }
    }

    fn relationship(&mut self, relationship: RelationshipId) {
        if self.seen_relationships.insert(relationship) {
            self.relationships.push(relationship);
        }
    }

    fn value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => {}
            Value::Node(node) => self.node(*node),
            Value::Relationship(relationship) => self.relationship(*relationship),
            Value::Path(path) => {
                path.nodes.iter().for_each(|node| self.node(*node));
                path.relationships.iter().for_each(|relationship| self.relationship(*relationship));
            }
            other => {
                let message = format!(
                    "only nodes, relationships and paths can be deleted, not {}",
                    other.type_with_article()
                );
                return Err(Report::runtime("TypeError", "InvalidArgumentType", message));
            }
        }
        Ok(())
    }
}

impl Delete {
    pub fn new(input: Box<dyn Operator>, targets: Vec<Compiled>, detach: bool) -> Delete {
        Delete { input, targets, detach, output: None }
    }

    fn delete(&self, mut doomed: Doomed, context: &mut Context<'_>) -> Result<()> {
        if self.detach {
            for node in doomed.nodes.clone() {
                for kind in context.graph.types() {
                    for way in [Way::Out, Way::In] {
                        context.meter.tick()?;
                        let adjacent = context.graph.adjacent(node, way, kind);
                        adjacent
                            .relationships
                            .iter()
                            .for_each(|relationship| doomed.relationship(*relationship));
                    }
                }
            }
        }
        for relationship in doomed.relationships {
            context.tick()?;
            if context.graph.has_relationship(relationship) {
                context.changes.delete_relationship(context.graph, relationship);
            }
        }
        for node in doomed.nodes {
            context.tick()?;
            if !context.graph.has_node(node) {
                continue;
            }
            if context.graph.has_relationships(node) {
                return Err(connected(node, context));
            }
            context.changes.delete_node(context.graph, node)?;
        }
        Ok(())
    }
}

fn connected(node: NodeId, context: &Context<'_>) -> Box<Report> {
    let name = context.graph.name(node);
    let called = if name.is_empty() { String::new() } else { format!(" {name}") };
    let message = format!("the node{called} still has relationships and cannot be deleted");
    Report::input("cypher.runtime", message)
        .failing(Failure {
            kind: "ConstraintVerificationFailed",
            phase: Phase::Runtime,
            detail: "DeleteConnectedNode",
        })
        .help("Write `DETACH DELETE` to delete its relationships with it.")
}

impl Operator for Delete {
    fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Batch>> {
        if self.output.is_none() {
            let batches = drain(&mut *self.input, context)?;
            let mut doomed = Doomed::default();
            for batch in &batches {
                for row in 0..batch.length {
                    context.tick()?;
                    for target in &self.targets {
                        doomed.value(&target.value(&mut Frame::new(batch, row), context)?)?;
                    }
                }
            }
            self.delete(doomed, context)?;
            self.output = Some(batches.into_iter());
        }
        Ok(self.output.as_mut().and_then(Iterator::next))
    }

    fn reset(&mut self) {
        self.output = None;
        self.input.reset();
    }
}

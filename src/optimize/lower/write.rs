//! CREATE, MERGE, SET and REMOVE.

use super::Lowering;
use super::pattern::type_names;
use crate::algebra::{
    Bound, Direction, LabelExpression, NodePattern, PathPattern, RemoveItem, SetItem, Slot, SlotKind,
};
use crate::optimize::expression::{Expression, PathStep};
use crate::optimize::plan::{Change, Creation, Merge, Operator, Task};
use crate::value::Value;
use std::sync::Arc;

impl Lowering<'_> {
    /// Neighbouring CREATE clauses make one operator.
    pub(super) fn create(&mut self, mut input: Operator, patterns: &[PathPattern<Bound>]) -> Operator {
        let mut creations = Vec::new();
        for pattern in patterns {
            if self.is_over_at(pattern) {
                break;
            }
            self.creations(pattern, &mut creations);
        }
        if let Task::Create(earlier) = &mut input.task {
            earlier.append(&mut creations);
            return input;
        }
        Operator::over(Task::Create(creations), input)
    }

    fn creations(&mut self, pattern: &PathPattern<Bound>, creations: &mut Vec<Creation>) {
        let start = self.new_node(&pattern.start, creations);
        let mut from = start;
        let mut steps = Vec::with_capacity(pattern.steps.len());
        for step in &pattern.steps {
            let to = self.new_node(&step.node, creations);
            let relationship =
                step.relationship.variable.unwrap_or_else(|| self.fresh(SlotKind::Relationship));
            let (start, end) = match step.relationship.direction {
                Direction::Incoming => (to, from),
                Direction::Outgoing | Direction::Either => (from, to),
            };
            if let Some(kind) = type_names(&step.relationship.types).into_iter().next() {
                let properties = step.relationship.properties.as_ref().map(|map| self.expression(map));
                let span = step.relationship.span;
                creations.push(Creation::Relationship {
                    slot: relationship,
                    start,
                    end,
                    kind,
                    properties,
                    span,
                });
            }
            self.bound.insert(relationship);
            steps.push(PathStep { relationship, node: to, list: false });
            from = to;
        }
        if let Some(slot) = pattern.variable {
            self.bound.insert(slot);
            creations.push(Creation::Path { slot, path: Expression::Path { start, steps } });
        }
    }

    fn new_node(&mut self, node: &NodePattern<Bound>, creations: &mut Vec<Creation>) -> Slot {
        let slot = node.variable.unwrap_or_else(|| self.fresh(SlotKind::Node));
        if !self.bound.contains(slot) {
            let properties = node.properties.as_ref().map(|map| self.expression(map));
            let labels = node.labels.as_ref().map(created_labels).unwrap_or_default();
            creations.push(Creation::Node { slot, labels, properties });
            self.bound.insert(slot);
        }
        slot
    }

    pub(super) fn merge(
        &mut self,
        input: Operator,
        pattern: &PathPattern<Bound>,
        on_create: &[SetItem<Bound>],
        on_match: &[SetItem<Bound>],
    ) -> Operator {
        let before = self.bound.clone();
        let mut pattern = pattern.clone();
        pattern.start.variable = pattern.start.variable.or_else(|| Some(self.fresh(SlotKind::Node)));
        for step in &mut pattern.steps {
            let relationship = &mut step.relationship.variable;
            *relationship = relationship.or_else(|| Some(self.fresh(SlotKind::Relationship)));
            step.node.variable = step.node.variable.or_else(|| Some(self.fresh(SlotKind::Node)));
        }
        let mut creations = Vec::new();
        self.creations(&pattern, &mut creations);
        self.bound = before;
        let graph = self.pattern_graph(std::slice::from_ref(&pattern));
        let mut properties = Vec::new();
        for map in pattern.start.properties.iter().chain(
            pattern.steps.iter().flat_map(|s| s.relationship.properties.iter().chain(&s.node.properties)),
        ) {
            properties.push((self.expression(map), map.span));
        }
        let merge = Merge {
            matching: Operator::over(Task::Pattern(Box::new(graph)), Operator::argument()),
            fills: creations.iter().map(Creation::slot).collect(),
            creations,
            on_create: self.set_items(on_create),
            on_match: self.set_items(on_match),
            properties,
        };
        Operator::over(Task::Merge(Box::new(merge)), input)
    }

    pub(super) fn set_items(&mut self, items: &[SetItem<Bound>]) -> Vec<Change> {
        items
            .iter()
            .map(|item| match item {
                SetItem::Property { subject, key, value } => Change::Property {
                    subject: self.expression(subject),
                    key: key.name.clone(),
                    value: self.expression(value),
                    span: value.span,
                },
                SetItem::All { variable, value, merge, span } => Change::All {
                    subject: *variable,
                    value: self.expression(value),
                    merge: *merge,
                    span: *span,
                },
                SetItem::Labels { variable, labels, .. } => Change::AddLabels {
                    subject: *variable,
                    labels: labels.iter().map(|label| label.name.clone()).collect(),
                },
            })
            .collect()
    }

    pub(super) fn remove_items(&mut self, items: &[RemoveItem<Bound>]) -> Vec<Change> {
        items
            .iter()
            .map(|item| match item {
                RemoveItem::Property { subject, key } => Change::Property {
                    subject: self.expression(subject),
                    key: key.name.clone(),
                    value: Expression::Constant(Value::Null),
                    span: key.span,
                },
                RemoveItem::Labels { variable, labels, .. } => Change::RemoveLabels {
                    subject: *variable,
                    labels: labels.iter().map(|label| label.name.clone()).collect(),
                },
            })
            .collect()
    }
}

fn created_labels(labels: &LabelExpression) -> Vec<Arc<str>> {
    match labels {
        LabelExpression::Label(name) => vec![name.name.clone()],
        LabelExpression::And(parts) => parts.iter().flat_map(created_labels).collect(),
        LabelExpression::Any | LabelExpression::Not(_) | LabelExpression::Or(_) => Vec::new(),
    }
}

//! MATCH: from paths to a pattern graph.

use super::Lowering;
use super::expression::label_names;
use crate::algebra::{
    BinaryOperator, Bound, Expression as Written, Identifier, NodePattern, PathPattern, RelationshipPattern,
    Search, Slot, SlotKind,
};
use crate::optimize::expression::{Expression, PathStep};
use crate::optimize::pattern::{PatternGraph, PatternNode, PatternStep, Predicate};
use crate::optimize::plan::{Operator, Shortest, Task};
use crate::optimize::slots::SlotSet;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Bytes that a step takes in a pattern and as an operator, beside its expressions and sets of slots.
const STEP: u64 = 512;

impl Lowering<'_> {
    pub(super) fn matching(
        &mut self,
        input: Operator,
        optional: bool,
        patterns: &[PathPattern<Bound>],
        filter: Option<&Written<Bound>>,
    ) -> Operator {
        if !optional {
            return self.required(input, patterns, filter);
        }
        let before = self.bound.clone();
        let row = self.fresh(SlotKind::Value);
        let inner = self.required(Operator::argument(), patterns, filter);
        let mut filled = SlotSet::new();
        if let Some(pattern) = find_pattern(&inner) {
            pattern.fills(&mut filled);
        }
        let fills = filled
            .iter()
            .filter(|slot| !before.contains(*slot))
            .map(|slot| (slot, self.slots.get(slot.0 as usize).map_or(SlotKind::Value, |info| info.kind)))
            .collect();
        Operator::over(Task::Optional { inner: Box::new(inner), row, fills }, input)
    }

    fn required(
        &mut self,
        input: Operator,
        patterns: &[PathPattern<Bound>],
        filter: Option<&Written<Bound>>,
    ) -> Operator {
        let graph = self.pattern_graph(patterns);
        let operator = Operator::over(Task::Pattern(Box::new(graph)), input);
        match filter {
            Some(filter) => self.filter(operator, filter),
            None => operator,
        }
    }

    /// Counts a path beside its expressions; whether lowering has to be left.
    pub(super) fn is_over_at(&self, pattern: &PathPattern<Bound>) -> bool {
        let steps = pattern.steps.len() + 1;
        self.allowance.hold(STEP * steps as u64);
        self.allowance.is_over(8 * steps)
    }

    pub(super) fn pattern_graph(&mut self, patterns: &[PathPattern<Bound>]) -> PatternGraph {
        let mut graph = PatternGraph { bound: self.bound.clone(), ..PatternGraph::default() };
        let mut seen = SlotSet::new();
        // Property maps may name any variable of the pattern, so all are filled before any expression is lowered.
        let patterns: Vec<PathPattern<Bound>> =
            patterns.iter().map(|pattern| self.with_slots(pattern.clone())).collect();
        for pattern in &patterns {
            if self.is_over_at(pattern) {
                break;
            }
            self.path(&mut graph, pattern, &mut seen);
        }
        graph
    }

    /// Gives every node and relationship a slot and marks all slots as bound.
    fn with_slots(&mut self, mut pattern: PathPattern<Bound>) -> PathPattern<Bound> {
        pattern.start.variable = Some(self.slot_of(pattern.start.variable, SlotKind::Node));
        for step in &mut pattern.steps {
            let kind = if step.relationship.length.is_some() {
                SlotKind::Relationships
            } else {
                SlotKind::Relationship
            };
            step.relationship.variable = Some(self.slot_of(step.relationship.variable, kind));
            step.node.variable = Some(self.slot_of(step.node.variable, SlotKind::Node));
        }
        if let Some(path) = pattern.variable {
            self.bound.insert(path);
        }
        pattern
    }

    fn slot_of(&mut self, variable: Option<Slot>, kind: SlotKind) -> Slot {
        let slot = variable.unwrap_or_else(|| self.fresh(kind));
        self.bound.insert(slot);
        slot
    }

    /// Adds a path; `seen` are the nodes that the graph has.
    fn path(&mut self, graph: &mut PatternGraph, pattern: &PathPattern<Bound>, seen: &mut SlotSet) {
        let Some(start) = self.node(graph, &pattern.start, seen) else { return };
        let mut from = start;
        let mut steps = Vec::with_capacity(pattern.steps.len());
        for step in &pattern.steps {
            let (Some(relationship), Some(to)) =
                (step.relationship.variable, self.node(graph, &step.node, seen))
            else {
                return;
            };
            steps.push(PathStep { relationship, node: to, list: step.relationship.length.is_some() });
            match pattern.search {
                Search::Walk => self.step(graph, from, &step.relationship, relationship, to),
                search => {
                    let found =
                        self.search(from, &step.relationship, relationship, to, search, pattern.variable);
                    graph.searches.push(found);
                }
            }
            from = to;
        }
        if let Some(path) = pattern.variable
            && (pattern.search == Search::Walk || pattern.steps.is_empty())
        {
            graph.paths.push((path, Expression::Path { start, steps }));
        }
    }

    fn node(
        &mut self,
        graph: &mut PatternGraph,
        node: &NodePattern<Bound>,
        seen: &mut SlotSet,
    ) -> Option<Slot> {
        let slot = node.variable?;
        if !seen.contains(slot) {
            seen.insert(slot);
            graph.nodes.push(PatternNode { slot });
        }
        if let Some(labels) = &node.labels {
            let subject = Box::new(Expression::Slot(slot));
            let test = Expression::HasLabels { subject, labels: label_names(labels), span: node.span };
            graph.predicates.push(Predicate::new(test));
        }
        if let Some(properties) = &node.properties {
            self.property_tests(graph, slot, properties);
        }
        Some(slot)
    }

    fn step(
        &mut self,
        graph: &mut PatternGraph,
        from: Slot,
        pattern: &RelationshipPattern<Bound>,
        relationship: Slot,
        to: Slot,
    ) {
        let length = pattern.length.map(|length| (length.min.unwrap_or(1), length.max));
        let mut properties = None;
        if let Some(written) = &pattern.properties {
            match length {
                Some(_) => properties = Some(self.expression(written)),
                None => self.property_tests(graph, relationship, written),
            }
        }
        graph.steps.push(PatternStep {
            from,
            relationship,
            to,
            types: type_names(&pattern.types),
            direction: pattern.direction,
            length,
            properties,
        });
    }

    fn search(
        &mut self,
        from: Slot,
        pattern: &RelationshipPattern<Bound>,
        relationships: Slot,
        to: Slot,
        search: Search,
        path: Option<Slot>,
    ) -> Shortest {
        let (min, max) = match pattern.length {
            Some(length) => (length.min.unwrap_or(1), length.max),
            None => (1, Some(1)),
        };
        Shortest {
            from,
            to,
            relationships,
            single: pattern.length.is_none(),
            path,
            types: type_names(&pattern.types),
            direction: pattern.direction,
            min,
            max,
            properties: pattern.properties.as_ref().map(|properties| self.expression(properties)),
            search,
            bidirectional: false,
            measured: false,
        }
    }

    fn property_tests(&mut self, graph: &mut PatternGraph, subject: Slot, properties: &Written<Bound>) {
        match self.expression(properties) {
            Expression::Map(entries) => {
                for (key, value) in entries {
                    let left = Expression::Property {
                        subject: Box::new(Expression::Slot(subject)),
                        key,
                        span: properties.span,
                    };
                    let test = Expression::Binary {
                        operator: BinaryOperator::Equal,
                        left: Box::new(left),
                        right: Box::new(value),
                        span: properties.span,
                    };
                    graph.predicates.push(Predicate::new(test));
                }
            }
            map => {
                let subject = Box::new(Expression::Slot(subject));
                graph.predicates.push(Predicate::new(Expression::Matches { subject, map: Box::new(map) }));
            }
        }
    }
}

pub(super) fn type_names(types: &[Identifier]) -> Vec<Arc<str>> {
    let mut seen = FxHashSet::default();
    types.iter().filter(|kind| seen.insert(&kind.name)).map(|kind| kind.name.clone()).collect()
}

fn find_pattern(operator: &Operator) -> Option<&PatternGraph> {
    match &operator.task {
        Task::Pattern(pattern) => Some(pattern),
        _ => operator.input.as_deref().and_then(find_pattern),
    }
}

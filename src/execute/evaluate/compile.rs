//! From expressions of a plan to expressions that can be evaluated.

use super::degree::{Degree, Leaf};
use super::operators::known_pattern;
use super::subquery::Wanted;
use super::{Compiled, Frame, LabelTest};
use crate::algebra::{Direction, Slot};
use crate::base::{Failure, Phase, Report, Result};
use crate::execute::batch::Batch;
use crate::execute::build::Build;
use crate::functions::Body;
use crate::graph::{RelationshipType, Way};
use crate::optimize::expression::{self, Expression, Labels};
use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// Bytes of a compiled expression.
const BYTES: u64 = size_of::<Compiled>() as u64;

impl Build<'_, '_> {
    fn constant(&self, value: &Value) -> Value {
        if self.copies { value.copied() } else { value.clone() }
    }

    pub fn compile(&mut self, expression: &Expression) -> Result<Compiled> {
        self.context.meter.work(8)?;
        self.context.meter.hold(BYTES)?;
        let compiled = match expression {
            Expression::Constant(value) => Compiled::Constant(self.constant(value)),
            Expression::Parameter(name, span) => match self.context.parameters.get(name) {
                Some(value) => Compiled::Constant(self.constant(value)),
                None => {
                    let message = format!("no value was given for the parameter ${name}");
                    let failure = Failure {
                        kind: "ParameterMissing",
                        phase: Phase::CompileTime,
                        detail: "MissingParameter",
                    };
                    return Err(Report::input("parameter.missing", message).failing(failure).at(*span, ""));
                }
            },
            Expression::Slot(slot) => match self.locals.iter().position(|local| local == slot) {
                Some(depth) => Compiled::Local(depth),
                None => Compiled::Slot(*slot),
            },
            Expression::Property { subject, key, span } => Compiled::Property {
                subject: self.boxed(subject)?,
                key: key.clone(),
                known: self.context.graph.key(key),
                span: *span,
            },
            Expression::HasLabels { subject, labels, span } => Compiled::HasLabels {
                subject: self.boxed(subject)?,
                labels: self.label_test(labels),
                span: *span,
            },
            Expression::List(items) => Compiled::List(self.all(items)?),
            Expression::Map(entries) => {
                let mut compiled = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    compiled.push((key.clone(), self.compile(value)?));
                }
                Compiled::Map(compiled)
            }
            Expression::Index { subject, index, span } => {
                Compiled::Index { subject: self.boxed(subject)?, index: self.boxed(index)?, span: *span }
            }
            Expression::Slice { subject, from, to, span } => Compiled::Slice {
                subject: self.boxed(subject)?,
                from: self.optional(from.as_deref())?,
                to: self.optional(to.as_deref())?,
                span: *span,
            },
            Expression::Not(operand) => Compiled::Not(self.boxed(operand)?),
            Expression::Negate(operand, span) => Compiled::Negate(self.boxed(operand)?, *span),
            Expression::Plus(operand, span) => Compiled::Plus(self.boxed(operand)?, *span),
            Expression::And(items) => Compiled::And(self.all(items)?),
            Expression::Or(items) => Compiled::Or(self.all(items)?),
            Expression::Binary { operator, left, right, span } => {
                let (left, right) = (self.boxed(left)?, self.boxed(right)?);
                match known_pattern(*operator, &right).map_err(|report| report.or_at(*span))? {
                    Some(pattern) => Compiled::Matches { operand: left, pattern },
                    None => Compiled::Binary { operator: *operator, left, right, span: *span },
                }
            }
            Expression::Comparisons { first, rest } => {
                let first = self.boxed(first)?;
                let mut compiled = Vec::with_capacity(rest.len());
                for (operator, operand) in rest {
                    compiled.push((*operator, self.compile(operand)?));
                }
                Compiled::Comparisons { first, rest: compiled }
            }
            Expression::IsNull { operand, negated } => {
                Compiled::IsNull { operand: self.boxed(operand)?, negated: *negated }
            }
            Expression::Case { subject, branches, otherwise } => {
                let subject = self.optional(subject.as_deref())?;
                let mut compiled = Vec::with_capacity(branches.len());
                for (when, then) in branches {
                    compiled.push((self.compile(when)?, self.compile(then)?));
                }
                Compiled::Case {
                    subject,
                    branches: compiled,
                    otherwise: self.optional(otherwise.as_deref())?,
                }
            }
            Expression::Comprehension { variable, list, filter, map } => {
                let list = self.boxed(list)?;
                let depth = self.enter(*variable);
                let filter = self.optional(filter.as_deref())?;
                let map = self.optional(map.as_deref())?;
                self.locals.truncate(depth);
                Compiled::Comprehension { list, filter, map, depth }
            }
            Expression::Quantified { quantifier, variable, list, predicate } => {
                let list = self.boxed(list)?;
                let depth = self.enter(*variable);
                let predicate = self.optional(predicate.as_deref())?;
                self.locals.truncate(depth);
                Compiled::Quantified { quantifier: *quantifier, list, predicate, depth }
            }
            Expression::Reduce { accumulator, start, variable, list, step } => {
                let (start, list) = (self.boxed(start)?, self.boxed(list)?);
                let depth = self.enter(*accumulator);
                self.enter(*variable);
                let step = self.boxed(step)?;
                self.locals.truncate(depth);
                Compiled::Reduce { start, list, step, depth }
            }
            Expression::Call { function, arguments, span } => {
                Compiled::Call { function: function.0, arguments: self.all(arguments)?, span: *span }
            }
            Expression::Path { start, steps } => Compiled::Path { start: *start, steps: steps.clone() },
            Expression::Matches { subject, map } => {
                Compiled::HasProperties { subject: self.boxed(subject)?, map: self.boxed(map)? }
            }
            Expression::Exists(subplan) => Compiled::Exists(Box::new(self.subquery(subplan, Wanted::Any)?)),
            Expression::Count(subplan) => Compiled::Count(Box::new(self.subquery(subplan, Wanted::Count)?)),
            Expression::Collect { subplan, slot, first, most } => Compiled::Collect {
                subquery: Box::new(self.subquery(subplan, Wanted::Values(*slot))?),
                slot: *slot,
                first: *first,
                most: most.unwrap_or(u32::MAX),
            },
            Expression::Degree { .. } | Expression::Ways(_) if self.names_locals(expression) => {
                let outer = self.seen(&expression.slots());
                let locals = std::mem::take(&mut self.locals);
                let inner = self.boxed(expression);
                self.locals = locals;
                Compiled::Apart { outer, inner: inner? }
            }
            Expression::Degree { leaves, except } => {
                let (leaves, except) = (self.leaves(leaves), except.clone());
                Compiled::Degree(Rc::new(Degree { leaves, except, only_any: false }))
            }
            Expression::Member(members) => Compiled::Member(Rc::new(self.member(members)?)),
            Expression::Ways(boughs) => Compiled::Ways(Rc::new(self.ways(boughs)?)),
        };
        Ok(self.folded(compiled))
    }

    /// A list whose elements are taken one after the other: that of `range` is not made beforehand.
    pub fn unwound(&mut self, list: &Expression) -> Result<Compiled> {
        match list {
            Expression::Call { function, arguments, span } => {
                let call =
                    Compiled::Call { function: function.0, arguments: self.all(arguments)?, span: *span };
                Ok(if call.as_range().is_some() { call } else { self.folded(call) })
            }
            _ => self.compile(list),
        }
    }

    /// Computes beforehand what does not depend on the row. What fails is left for when a row needs it.
    fn folded(&mut self, compiled: Compiled) -> Compiled {
        if !is_constant(&compiled) || matches!(compiled, Compiled::Constant(_)) {
            return compiled;
        }
        let nothing = Batch::of_length(1);
        match compiled.value(&mut Frame::new(&nothing, 0), self.context) {
            Ok(value) => Compiled::Constant(value),
            Err(_) => compiled,
        }
    }

    fn names_locals(&self, expression: &Expression) -> bool {
        !self.locals.is_empty() && expression.slots().iter().any(|slot| self.locals.contains(&slot))
    }

    fn enter(&mut self, variable: Slot) -> usize {
        self.locals.push(variable);
        self.locals.len() - 1
    }

    fn boxed(&mut self, expression: &Expression) -> Result<Box<Compiled>> {
        Ok(Box::new(self.compile(expression)?))
    }

    fn optional(&mut self, expression: Option<&Expression>) -> Result<Option<Box<Compiled>>> {
        expression.map(|expression| self.boxed(expression)).transpose()
    }

    pub fn all(&mut self, expressions: &[Expression]) -> Result<Vec<Compiled>> {
        expressions.iter().map(|expression| self.compile(expression)).collect()
    }

    pub fn label_test(&self, labels: &Labels) -> LabelTest {
        match labels {
            Labels::Label(name) => match self.context.graph.label(name) {
                Some(label) => LabelTest::Label(label),
                None => LabelTest::Unknown(name.clone()),
            },
            Labels::Any => LabelTest::Any,
            Labels::Not(inner) => LabelTest::Not(Box::new(self.label_test(inner))),
            Labels::And(parts) => LabelTest::And(parts.iter().map(|part| self.label_test(part)).collect()),
            Labels::Or(parts) => LabelTest::Or(parts.iter().map(|part| self.label_test(part)).collect()),
        }
    }

    fn leaves(&mut self, leaves: &[expression::Leaf]) -> Vec<Leaf> {
        let mut compiled = Vec::with_capacity(leaves.len());
        for (place, leaf) in leaves.iter().enumerate() {
            let earlier = leaves.get(..place).unwrap_or(&[]);
            compiled.push(Leaf {
                node: leaf.node,
                legs: self.legs(&leaf.types, leaf.direction),
                either: leaf.direction == Direction::Either,
                shares: earlier.iter().position(|other| other.overlaps(leaf)),
            });
        }
        compiled
    }

    /// The adjacency lists that a step has to look at.
    pub fn legs(&mut self, types: &[Arc<str>], direction: Direction) -> Vec<(Way, RelationshipType)> {
        let graph = &mut *self.context.graph;
        let kinds: Vec<RelationshipType> = if types.is_empty() {
            graph.types()
        } else if self.context.writes {
            types.iter().map(|name| graph.intern_type(name)).collect()
        } else {
            types.iter().filter_map(|name| graph.relationship_type(name)).collect()
        };
        let ways: &[Way] = match direction {
            Direction::Outgoing => &[Way::Out],
            Direction::Incoming => &[Way::In],
            Direction::Either => &[Way::Out, Way::In],
        };
        kinds.iter().flat_map(|kind| ways.iter().map(|way| (*way, *kind))).collect()
    }
}

/// Whether a compiled expression is the same for every row, at every time of the statement.
fn is_constant(compiled: &Compiled) -> bool {
    let constant = |c: &Compiled| matches!(c, Compiled::Constant(_));
    match compiled {
        Compiled::Constant(_) => true,
        Compiled::List(items) | Compiled::And(items) | Compiled::Or(items) => items.iter().all(constant),
        Compiled::Map(entries) => entries.iter().all(|(_, value)| constant(value)),
        Compiled::Index { subject, index, .. } => constant(subject) && constant(index),
        Compiled::Property { subject, .. } => constant(subject),
        Compiled::Not(operand) | Compiled::Negate(operand, _) | Compiled::Plus(operand, _) => {
            constant(operand)
        }
        Compiled::IsNull { operand, .. } => constant(operand),
        Compiled::Binary { left, right, .. } => constant(left) && constant(right),
        Compiled::Comparisons { first, rest } => constant(first) && rest.iter().all(|(_, c)| constant(c)),
        // Functions without arguments may be random.
        Compiled::Call { arguments, function, .. } => {
            !arguments.is_empty()
                && arguments.iter().all(constant)
                && matches!(function.body, Body::Scalar(_))
        }
        _ => false,
    }
}

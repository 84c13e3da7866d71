//! Expressions: aggregates become slots, patterns and subqueries become subplans.

use super::Lowering;
use crate::algebra::{
    BinaryOperator, Bound, Expression as Written, LabelExpression, Literal, Node, PathPattern, Query, Search,
    SlotKind, UnaryOperator,
};
use crate::base::Span;
use crate::functions::Body;
use crate::optimize::expression::{Expression, Labels};
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};
use crate::value::Value;

/// Bytes that an expression takes in the plan and in patterns that are being arranged.
const BYTES: u64 = 2 * size_of::<Expression>() as u64;

impl Lowering<'_> {
    pub(super) fn expression(&mut self, written: &Written<Bound>) -> Expression {
        self.allowance.hold(BYTES);
        if self.allowance.is_over(8 + self.known.len()) {
            return Expression::Constant(Value::Null);
        }
        if let Some((_, slot)) = self.known.iter().find(|(known, _)| known == written) {
            return Expression::Slot(*slot);
        }
        let span = written.span;
        match &written.node {
            Node::Literal(literal) => Expression::Constant(constant(literal)),
            Node::Parameter(name) => Expression::Parameter(name.clone(), span),
            Node::Variable(slot) => Expression::Slot(*slot),
            Node::Property { subject, key } => {
                Expression::Property { subject: self.boxed(subject), key: key.name.clone(), span }
            }
            Node::HasLabels { subject, labels } => {
                Expression::HasLabels { subject: self.boxed(subject), labels: label_names(labels), span }
            }
            Node::List(items) => Expression::List(self.expressions(items)),
            Node::Map(entries) => Expression::Map(
                entries.iter().map(|(key, value)| (key.name.clone(), self.expression(value))).collect(),
            ),
            Node::Index { subject, index } => {
                Expression::Index { subject: self.boxed(subject), index: self.boxed(index), span }
            }
            Node::Slice { subject, from, to } => Expression::Slice {
                subject: self.boxed(subject),
                from: from.as_ref().map(|bound| self.boxed(bound)),
                to: to.as_ref().map(|bound| self.boxed(bound)),
                span,
            },
            Node::Unary { operator, operand } => {
                let operand = self.boxed(operand);
                match operator {
                    UnaryOperator::Not => Expression::Not(operand),
                    UnaryOperator::Minus => Expression::Negate(operand, span),
                    UnaryOperator::Plus => Expression::Plus(operand, span),
                }
            }
            Node::Binary { operator, left, right } => self.binary(*operator, left, right, span),
            Node::Comparisons { first, rest } => Expression::Comparisons {
                first: self.boxed(first),
                rest: rest.iter().map(|(operator, operand)| (*operator, self.expression(operand))).collect(),
            },
            Node::IsNull { operand, negated } => {
                Expression::IsNull { operand: self.boxed(operand), negated: *negated }
            }
            Node::Case { subject, branches, otherwise } => Expression::Case {
                subject: subject.as_ref().map(|subject| self.boxed(subject)),
                branches: branches
                    .iter()
                    .map(|(when, then)| (self.expression(when), self.expression(then)))
                    .collect(),
                otherwise: otherwise.as_ref().map(|otherwise| self.boxed(otherwise)),
            },
            Node::ListComprehension { variable, list, filter, map } => {
                let list = self.boxed(list);
                self.bound.insert(*variable);
                let filter = filter.as_ref().map(|filter| self.boxed(filter));
                let map = map.as_ref().map(|map| self.boxed(map));
                Expression::Comprehension { variable: *variable, list, filter, map }
            }
            Node::Quantified { quantifier, variable, list, predicate } => {
                let list = self.boxed(list);
                self.bound.insert(*variable);
                let predicate = predicate.as_ref().map(|predicate| self.boxed(predicate));
                Expression::Quantified { quantifier: *quantifier, variable: *variable, list, predicate }
            }
            Node::Reduce { accumulator, start, variable, list, step } => {
                let (start, list) = (self.boxed(start), self.boxed(list));
                self.bound.insert(*accumulator);
                self.bound.insert(*variable);
                let step = self.boxed(step);
                Expression::Reduce { accumulator: *accumulator, start, variable: *variable, list, step }
            }
            Node::Call { function, distinct, arguments } => match function.0.body {
                Body::Aggregate(_) => {
                    self.aggregate(AggregateCall::Function(*function), *distinct, arguments, span)
                }
                _ => Expression::Call { function: *function, arguments: self.expressions(arguments), span },
            },
            Node::CountAll => self.aggregate(AggregateCall::Rows, false, &[], span),
            Node::PatternPredicate(pattern) => Expression::Exists(Box::new(self.subplan(|lowering| {
                lowering.matching(Operator::argument(), false, std::slice::from_ref(&**pattern), None)
            }))),
            Node::PatternComprehension { pattern, filter, map } => {
                self.comprehension(pattern, filter.as_deref(), Some(map))
            }
            Node::ShortestPath(pattern) => self.comprehension(pattern, None, None),
            Node::Exists(subquery) => Expression::Exists(Box::new(self.subquery(&subquery.query).0)),
            Node::Count(subquery) => Expression::Count(Box::new(self.subquery(&subquery.query).0)),
            Node::Collect(subquery) => {
                let (subplan, slot) = self.subquery(&subquery.query);
                match slot {
                    Some(slot) => {
                        Expression::Collect { subplan: Box::new(subplan), slot, first: false, most: None }
                    }
                    None => Expression::List(Vec::new()),
                }
            }
        }
    }

    fn boxed(&mut self, written: &Written<Bound>) -> Box<Expression> {
        Box::new(self.expression(written))
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Written<Bound>,
        right: &Written<Bound>,
        span: Span,
    ) -> Expression {
        let (left, right) = (self.expression(left), self.expression(right));
        match operator {
            BinaryOperator::And => {
                let mut conjuncts = Vec::new();
                left.conjuncts(&mut conjuncts);
                right.conjuncts(&mut conjuncts);
                Expression::And(conjuncts)
            }
            BinaryOperator::Or => Expression::Or(match (left, right) {
                (Expression::Or(mut items), right) => {
                    items.push(right);
                    items
                }
                (left, right) => vec![left, right],
            }),
            operator => Expression::Binary { operator, left: Box::new(left), right: Box::new(right), span },
        }
    }

    fn aggregate(
        &mut self,
        call: AggregateCall,
        distinct: bool,
        arguments: &[Written<Bound>],
        span: Span,
    ) -> Expression {
        let gathered = self.aggregates.take();
        let known = std::mem::take(&mut self.known);
        let arguments = self.expressions(arguments);
        self.known = known;
        let slot = self.fresh(SlotKind::Value);
        let mut gathered = gathered.unwrap_or_default();
        gathered.push((slot, Aggregate { call, distinct, arguments, first: None, span }));
        self.aggregates = Some(gathered);
        Expression::Slot(slot)
    }

    /// A pattern comprehension, or the path of a shortest-path expression.
    fn comprehension(
        &mut self,
        pattern: &PathPattern<Bound>,
        filter: Option<&Written<Bound>>,
        map: Option<&Written<Bound>>,
    ) -> Expression {
        let slot = self.fresh(SlotKind::Value);
        let mut pattern = pattern.clone();
        if map.is_none() && pattern.variable.is_none() {
            pattern.variable = Some(self.fresh(SlotKind::Path));
        }
        let path = pattern.variable;
        let search = pattern.search;
        let subplan = self.subplan(|lowering| {
            let rows = lowering.matching(Operator::argument(), false, std::slice::from_ref(&pattern), filter);
            let value = match (map, path) {
                (Some(map), _) => lowering.expression(map),
                (None, Some(path)) => Expression::Slot(path),
                (None, None) => Expression::Constant(Value::Null),
            };
            Operator::over(Task::Project(vec![(slot, value)]), rows)
        });
        let first = map.is_none() && search == Search::Shortest;
        Expression::Collect { subplan: Box::new(subplan), slot, first, most: None }
    }

    fn subquery(&mut self, query: &Query<Bound>) -> (super::Subplan, Option<crate::algebra::Slot>) {
        let mut slot = None;
        let subplan = self.subplan(|lowering| {
            let (root, columns) = lowering.query(query, Operator::argument());
            slot = columns.first().map(|(_, slot)| *slot);
            root
        });
        (subplan, slot)
    }
}

fn constant(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Integer(value) => Value::Integer(*value),
        Literal::Float(value) => Value::Float(*value),
        Literal::String(value) => Value::String(value.clone()),
        Literal::Value(value) => value.clone(),
    }
}

pub(super) fn label_names(labels: &LabelExpression) -> Labels {
    match labels {
        LabelExpression::Label(name) => Labels::Label(name.name.clone()),
        LabelExpression::Any => Labels::Any,
        LabelExpression::Not(inner) => Labels::Not(Box::new(label_names(inner))),
        LabelExpression::And(parts) => Labels::And(parts.iter().map(label_names).collect()),
        LabelExpression::Or(parts) => Labels::Or(parts.iter().map(label_names).collect()),
    }
}

/// Whether an aggregate stands in the expression itself, not in a subquery of it.
pub(super) fn has_aggregate(written: &Written<Bound>) -> bool {
    match &written.node {
        Node::CountAll => true,
        Node::Call { function, arguments, .. } => {
            matches!(function.0.body, Body::Aggregate(_)) || arguments.iter().any(has_aggregate)
        }
        Node::Literal(_) | Node::Parameter(_) | Node::Variable(_) => false,
        Node::PatternPredicate(_) | Node::ShortestPath(_) | Node::PatternComprehension { .. } => false,
        Node::Exists(_) | Node::Count(_) | Node::Collect(_) => false,
        Node::Property { subject, .. } | Node::HasLabels { subject, .. } => has_aggregate(subject),
        Node::List(items) => items.iter().any(has_aggregate),
        Node::Map(entries) => entries.iter().any(|(_, value)| has_aggregate(value)),
        Node::Index { subject, index } => has_aggregate(subject) || has_aggregate(index),
        Node::Slice { subject, from, to } => {
            has_aggregate(subject) || from.iter().chain(to).any(|bound| has_aggregate(bound))
        }
        Node::Unary { operand, .. } | Node::IsNull { operand, .. } => has_aggregate(operand),
        Node::Binary { left, right, .. } => has_aggregate(left) || has_aggregate(right),
        Node::Comparisons { first, rest } => {
            has_aggregate(first) || rest.iter().any(|(_, operand)| has_aggregate(operand))
        }
        Node::Case { subject, branches, otherwise } => {
            subject.iter().chain(otherwise).any(|part| has_aggregate(part))
                || branches.iter().any(|(when, then)| has_aggregate(when) || has_aggregate(then))
        }
        Node::ListComprehension { list, filter, map, .. } => {
            has_aggregate(list) || filter.iter().chain(map).any(|part| has_aggregate(part))
        }
        Node::Quantified { list, predicate, .. } => {
            has_aggregate(list) || predicate.iter().any(|part| has_aggregate(part))
        }
        Node::Reduce { start, list, step, .. } => {
            has_aggregate(start) || has_aggregate(list) || has_aggregate(step)
        }
    }
}

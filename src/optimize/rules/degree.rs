//! `degree`: whether a node has a relationship, and how many, is read off its adjacency instead of being enumerated.
//!
//! - `EXISTS { (a)-->() }` and `COUNT { (a)-->() }` become a degree.
//! - In a count of rows, a last hop to a node that nothing asks about becomes a degree by which each row is multiplied.
//!   A relationship of the same MATCH that would be met again is left out of the degree, so that trails are counted
//!   and not walks: the number is exact on graphs with cycles, loops and parallel relationships.

use super::{Rule, When};
use crate::algebra::{BinaryOperator, Slot, SlotKind};
use crate::base::Span;
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, Subplan};
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};
use crate::optimize::slots::SlotSet;
use crate::value::Value;

pub(super) const RULE: Rule = Rule {
    name: "degree",
    doc: "Answers whether and how many relationships a node has by its degree.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let mut used = false;
        operator.expressions_mut(&mut |expression| used |= subqueries(expression));
        if used {
            operator.rules.push(RULE.name);
        }
        count(planner, operator);
    });
}

/// Turns EXISTS and COUNT of one hop into degrees.
fn subqueries(expression: &mut Expression) -> bool {
    let degree = match expression {
        Expression::Exists(subplan) | Expression::Count(subplan) => hop(subplan),
        _ => None,
    };
    if let Some(degree) = degree {
        *expression = match expression {
            Expression::Exists(_) => positive(degree),
            _ => degree,
        };
        return true;
    }
    let mut used = false;
    expression.operands_mut(&mut |operand| used |= subqueries(operand));
    used
}

fn positive(degree: Expression) -> Expression {
    Expression::Binary {
        operator: BinaryOperator::Greater,
        left: Box::new(degree),
        right: Box::new(Expression::Constant(Value::Integer(0))),
        span: Span::default(),
    }
}

/// The degree that a subplan of one free hop counts.
fn hop(subplan: &Subplan) -> Option<Expression> {
    let Task::Expand(expand) = &subplan.root.task else { return None };
    let input = subplan.root.input.as_deref()?;
    if !matches!(input.task, Task::Argument) || expand.into || !subplan.outer.contains(expand.from) {
        return None;
    }
    Some(Expression::Degree {
        node: expand.from,
        types: expand.types.clone(),
        direction: expand.direction,
        except: expand.others.clone(),
    })
}

/// Turns the last hop below a count into a factor.
fn count(planner: &mut Planner<'_>, operator: &mut Operator) {
    count_rows(operator);
    let Task::Aggregate { keys, aggregates } = &operator.task else { return };
    let mut needed = SlotSet::new();
    keys.iter().for_each(|(_, key)| key.reads(&mut needed));
    for (_, aggregate) in aggregates {
        aggregate.arguments.iter().for_each(|argument| argument.reads(&mut needed));
    }
    let counts = aggregates.iter().any(|(_, aggregate)| aggregate.call == AggregateCall::Rows);
    if !counts || !aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate)) {
        return;
    }
    let only_counts = keys.is_empty() && aggregates.iter().all(|(_, a)| a.call == AggregateCall::Rows);
    let Some(hop) = last_hop(operator.input.as_deref_mut(), &mut needed) else { return };
    let Task::Expand(expand) = &hop.task else { return };
    let degree = Expression::Degree {
        node: expand.from,
        types: expand.types.clone(),
        direction: expand.direction,
        except: expand.others.clone(),
    };
    let factor = planner.fresh(SlotKind::Value);
    hop.task = Task::Project(vec![(factor, degree)]);
    hop.rules.push(RULE.name);
    // A row without such a hop is no row, which only shows where there is more than one number to count up.
    if !only_counts {
        let rows = hop.take();
        *hop = Operator::over(Task::Filter(vec![positive(Expression::Slot(factor))]), rows);
    }
    if let Task::Aggregate { aggregates, .. } = &mut operator.task {
        aggregates.iter_mut().for_each(|(_, aggregate)| weigh(aggregate, factor));
    }
    operator.rules.push(RULE.name);
}

/// `count(x)` counts rows where `x` is never null: where a pattern that is not optional fills it.
fn count_rows(operator: &mut Operator) {
    let mut filled = SlotSet::new();
    let mut at = operator.input.as_deref();
    while let Some(below) = at {
        match &below.task {
            Task::Scan { .. } | Task::Expand(_) | Task::VarExpand(_) => below.fills(&mut filled),
            Task::Filter(_) => {}
            _ => break,
        }
        at = below.input.as_deref();
    }
    let Task::Aggregate { aggregates, .. } = &mut operator.task else { return };
    for (_, aggregate) in aggregates.iter_mut().filter(|(_, aggregate)| !aggregate.distinct) {
        let counts =
            matches!(aggregate.call, AggregateCall::Function(f) if f.0.name.eq_ignore_ascii_case("count"));
        let always =
            matches!(aggregate.arguments.as_slice(), [Expression::Slot(slot)] if filled.contains(*slot));
        if counts && always {
            aggregate.call = AggregateCall::Rows;
            aggregate.arguments.clear();
        }
    }
}

/// Whether the aggregate can live with rows that stand for several equal rows.
fn is_indifferent(aggregate: &Aggregate) -> bool {
    match aggregate.call {
        AggregateCall::Rows => true,
        AggregateCall::Total => false,
        AggregateCall::Function(function) => {
            aggregate.distinct || ["min", "max"].iter().any(|name| function.0.name.eq_ignore_ascii_case(name))
        }
    }
}

fn weigh(aggregate: &mut Aggregate, factor: Slot) {
    if aggregate.call == AggregateCall::Rows {
        aggregate.call = AggregateCall::Total;
        aggregate.arguments = vec![Expression::Slot(factor)];
    }
}

/// The hop below an aggregation, through filters and projections, of which nothing is needed but that it is there.
fn last_hop<'o>(operator: Option<&'o mut Operator>, needed: &mut SlotSet) -> Option<&'o mut Operator> {
    let operator = operator?;
    match &operator.task {
        Task::Expand(expand) => {
            let free = !expand.into && !needed.contains(expand.to) && !needed.contains(expand.relationship);
            free.then_some(operator)
        }
        Task::Filter(_) => {
            operator.reads(needed);
            last_hop(operator.input.as_deref_mut(), needed)
        }
        Task::Project(items) => {
            for (slot, item) in items {
                if needed.contains(*slot) {
                    item.reads(needed);
                }
            }
            last_hop(operator.input.as_deref_mut(), needed)
        }
        _ => None,
    }
}

//! Expressions over the slots of a row.
//!
//! An expression of a plan is compiled once a run: parameters become constants, names of keys and labels become their
//! numbers, what does not depend on the row is computed beforehand, and subqueries become operators.

mod access;
mod among;
mod atom;
mod calculation;
mod case;
mod choice;
mod codes;
mod compared;
mod compile;
mod computed;
mod copied;
mod degree;
mod elements;
mod known;
mod labelled;
mod large;
mod lasting;
mod lifted;
mod listed;
mod lists;
mod member;
mod memo;
mod neighbours;
mod numbers;
mod open;
mod operators;
mod ordered;
mod pairs;
mod row;
mod search;
mod select;
mod sides;
mod simple;
mod stored;
mod subquery;
mod text;
mod unrolled;
mod ways;
mod weights;
mod whole;
mod written;

pub use access::has_properties;
pub use codes::Codes;
pub use computed::Computed;
pub use large::{Large, weight};
pub use search::Searches;
pub use select::Test;
pub use stored::passing;
pub use subquery::{Outer, Subquery};
pub use weights::Weights;
pub use written::{parts_of, split_texts};

use row::truth_of;

use super::batch::{Batch, Column, size_of_value};
use super::context::Context;
use crate::algebra::{BinaryOperator, Quantifier, Slot};
use crate::base::{Report, Result, Span};
use crate::functions::{Body, Function};
use crate::graph::{Key, Label};
use crate::value::{Truth, Value, nesting};
use std::rc::Rc;
use std::sync::Arc;

/// An expression ready to be evaluated.
pub enum Compiled {
    Constant(Value),
    Slot(Slot),
    /// A variable of a comprehension, by its depth.
    Local(usize),
    Property {
        subject: Box<Compiled>,
        key: Arc<str>,
        known: Option<Key>,
        span: Span,
    },
    HasLabels {
        subject: Box<Compiled>,
        labels: LabelTest,
        span: Span,
    },
    List(Vec<Compiled>),
    Map(Vec<(Arc<str>, Compiled)>),
    Index {
        subject: Box<Compiled>,
        index: Box<Compiled>,
        span: Span,
    },
    Slice {
        subject: Box<Compiled>,
        from: Option<Box<Compiled>>,
        to: Option<Box<Compiled>>,
        span: Span,
    },
    Not(Box<Compiled>),
    Negate(Box<Compiled>, Span),
    Plus(Box<Compiled>, Span),
    And(Vec<Compiled>),
    Or(Vec<Compiled>),
    Binary {
        operator: BinaryOperator,
        left: Box<Compiled>,
        right: Box<Compiled>,
        span: Span,
    },
    /// `=~` with a pattern that is known.
    Matches {
        operand: Box<Compiled>,
        pattern: regex::Regex,
    },
    Comparisons {
        first: Box<Compiled>,
        rest: Vec<(BinaryOperator, Compiled)>,
    },
    IsNull {
        operand: Box<Compiled>,
        negated: bool,
    },
    Case {
        subject: Option<Box<Compiled>>,
        branches: Vec<(Compiled, Compiled)>,
        otherwise: Option<Box<Compiled>>,
    },
    Comprehension {
        list: Box<Compiled>,
        filter: Option<Box<Compiled>>,
        map: Option<Box<Compiled>>,
        depth: usize,
    },
    Quantified {
        quantifier: Quantifier,
        list: Box<Compiled>,
        predicate: Option<Box<Compiled>>,
        depth: usize,
    },
    Reduce {
        start: Box<Compiled>,
        list: Box<Compiled>,
        step: Box<Compiled>,
        depth: usize,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Compiled>,
        span: Span,
    },
    Path {
        start: Slot,
        steps: Vec<crate::optimize::expression::PathStep>,
    },
    HasProperties {
        subject: Box<Compiled>,
        map: Box<Compiled>,
    },
    Exists(Box<Subquery>),
    Count(Box<Subquery>),
    Collect {
        subquery: Box<Subquery>,
        slot: Slot,
        first: bool,
        most: u32,
    },
    Degree(Rc<degree::Degree>),
    Ways(Rc<ways::Ways>),
    Member(Rc<member::Member>),
    /// What reads slots alone, over variables of comprehensions: they are its slots.
    Apart {
        outer: Outer,
        inner: Box<Compiled>,
    },
}

/// A label expression by numbers. A label that the graph does not know is kept by name, for it may come into being.
#[derive(Clone)]
pub enum LabelTest {
    Label(Label),
    Unknown(Arc<str>),
    Any,
    Not(Box<LabelTest>),
    And(Vec<LabelTest>),
    Or(Vec<LabelTest>),
}

/// One row, and the variables of the comprehensions around an expression.
pub struct Frame<'b> {
    pub batch: &'b Batch,
    pub row: usize,
    pub locals: Vec<Value>,
}

impl<'b> Frame<'b> {
    pub fn new(batch: &'b Batch, row: usize) -> Frame<'b> {
        Frame { batch, row, locals: Vec::new() }
    }
}

impl Compiled {
    pub fn value(&self, frame: &mut Frame<'_>, context: &mut Context<'_>) -> Result<Value> {
        match self {
            Compiled::Constant(value) => Ok(value.clone()),
            Compiled::Slot(slot) => Ok(frame.batch.value(*slot, frame.row)),
            Compiled::Local(depth) => Ok(frame.locals.get(*depth).cloned().unwrap_or_default()),
            Compiled::Property { subject, key, known, span } => {
                let subject = subject.value(frame, context)?;
                access::property(&subject, key, *known, context).map_err(|report| report.or_at(*span))
            }
            Compiled::HasLabels { subject, labels, span } => {
                let subject = subject.value(frame, context)?;
                access::has_labels(&subject, labels, context).map_err(|report| report.or_at(*span))
            }
            Compiled::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(item.value(frame, context)?);
                }
                let list = Value::from(values);
                context.meter.work(weight(&list))?;
                nesting::checked(list)
            }
            Compiled::Map(entries) => {
                let mut map = crate::value::Map::new();
                for (key, value) in entries {
                    map.insert(key.clone(), value.value(frame, context)?);
                }
                let map = Value::from(map);
                context.meter.work(weight(&map))?;
                nesting::checked(map)
            }
            Compiled::Index { subject, index, span } => {
                let (subject, index) = (subject.value(frame, context)?, index.value(frame, context)?);
                access::index(&subject, &index, context).map_err(|report| report.or_at(*span))
            }
            Compiled::Slice { subject, from, to, span } => {
                let subject = subject.value(frame, context)?;
                let from = from.as_ref().map(|bound| bound.value(frame, context)).transpose()?;
                let to = to.as_ref().map(|bound| bound.value(frame, context)).transpose()?;
                access::slice(&subject, from.as_ref(), to.as_ref(), context)
                    .map_err(|report| report.or_at(*span))
            }
            Compiled::Not(operand) => Ok(match operand.truth(frame, context)? {
                Truth::True => Value::Boolean(false),
                Truth::False => Value::Boolean(true),
                Truth::Unknown => Value::Null,
            }),
            Compiled::Negate(operand, span) => {
                let operand = operand.value(frame, context)?;
                crate::value::arithmetic::negate(&operand).map_err(|report| report.or_at(*span))
            }
            Compiled::Plus(operand, span) => {
                let operand = operand.value(frame, context)?;
                numbers::plus(operand).map_err(|report| report.or_at(*span))
            }
            Compiled::And(_) | Compiled::Or(_) | Compiled::Comparisons { .. } => {
                Ok(self.truth(frame, context)?.into())
            }
            Compiled::Binary { operator, left, right, span } => {
                let (left, right) = (left.value(frame, context)?, right.value(frame, context)?);
                operators::binary(*operator, &left, &right, context).map_err(|report| report.or_at(*span))
            }
            Compiled::Matches { operand, pattern } => {
                let value = operand.value(frame, context)?;
                context.meter.work(weight(&value))?;
                match value {
                    Value::String(text) => large::text_matches(&text, pattern, context).map(Value::Boolean),
                    _ => Ok(Value::Null),
                }
            }
            Compiled::IsNull { operand, negated } => {
                Ok(Value::Boolean(operand.value(frame, context)?.is_null() != *negated))
            }
            Compiled::Case { subject, branches, otherwise } => {
                let subject = subject.as_ref().map(|subject| subject.value(frame, context)).transpose()?;
                context.meter.work(branches.len() as u32)?;
                for (when, then) in branches {
                    let holds = match &subject {
                        Some(subject) => {
                            let when = when.value(frame, context)?;
                            large::equal_within(subject, &when, context)? == Truth::True
                        }
                        None => when.truth(frame, context)? == Truth::True,
                    };
                    if holds {
                        return then.value(frame, context);
                    }
                }
                otherwise.as_ref().map_or(Ok(Value::Null), |otherwise| otherwise.value(frame, context))
            }
            Compiled::Comprehension { list, filter, map, depth } => {
                let list = list.value(frame, context)?;
                lists::comprehension(&list, filter.as_deref(), map.as_deref(), *depth, frame, context)
            }
            Compiled::Quantified { quantifier, list, predicate, depth } => {
                let list = list.value(frame, context)?;
                lists::quantified(*quantifier, &list, predicate.as_deref(), *depth, frame, context)
            }
            Compiled::Reduce { start, list, step, depth } => {
                let (start, list) = (start.value(frame, context)?, list.value(frame, context)?);
                lists::reduce(start, &list, step, *depth, frame, context)
            }
            Compiled::Call { function, arguments, span } => {
                self::call(function, arguments, frame, context).map_err(|report| report.or_at(*span))
            }
            Compiled::Path { start, steps } => Ok(access::path(*start, steps, frame, context)),
            Compiled::HasProperties { subject, map } => {
                let (subject, map) = (subject.value(frame, context)?, map.value(frame, context)?);
                Ok(access::has_properties(&subject, &map, context)?.into())
            }
            Compiled::Member(member) => Ok(Value::Boolean(member.holds(frame, context)?)),
            Compiled::Exists(subquery) => Ok(Value::Boolean(subquery.exists(frame, context)?)),
            Compiled::Count(subquery) => Ok(Value::Integer(subquery.count(frame, context)?)),
            Compiled::Collect { subquery, slot, first, most } => {
                subquery.collect(*slot, *first, *most, frame, context)
            }
            Compiled::Degree(degree) => degree.count(frame.batch, frame.row, context).map(Value::Integer),
            Compiled::Ways(ways) => ways.count(frame.batch, frame.row, context).map(Value::Integer),
            Compiled::Apart { outer, inner } => {
                inner.value(&mut Frame::new(&subquery::row_of(outer, frame), 0), context)
            }
        }
    }

    /// The value as a truth value.
    pub fn truth(&self, frame: &mut Frame<'_>, context: &mut Context<'_>) -> Result<Truth> {
        match self {
            Compiled::And(operands) => {
                let mut truth = Truth::True;
                context.meter.work(operands.len() as u32)?;
                for operand in operands {
                    match operand.truth(frame, context)? {
                        Truth::False => return Ok(Truth::False),
                        Truth::Unknown => truth = Truth::Unknown,
                        Truth::True => {}
                    }
                }
                Ok(truth)
            }
            Compiled::Or(operands) => {
                let mut truth = Truth::False;
                context.meter.work(operands.len() as u32)?;
                for operand in operands {
                    match operand.truth(frame, context)? {
                        Truth::True => return Ok(Truth::True),
                        Truth::Unknown => truth = Truth::Unknown,
                        Truth::False => {}
                    }
                }
                Ok(truth)
            }
            Compiled::Comparisons { first, rest } => {
                let mut left = first.value(frame, context)?;
                let mut truth = Truth::True;
                for (operator, operand) in rest {
                    let right = operand.value(frame, context)?;
                    if matches!(right, Value::List(_) | Value::Map(_)) {
                        context.meter.work(weight(&left).max(weight(&right)))?;
                    }
                    match large::comparison(*operator, &left, &right, context)? {
                        Truth::False => return Ok(Truth::False),
                        Truth::Unknown => truth = Truth::Unknown,
                        Truth::True => {}
                    }
                    left = right;
                }
                Ok(truth)
            }
            other => truth_of(&other.value(frame, context)?),
        }
    }

    /// The values for all rows of a batch.
    pub fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        match self {
            Compiled::Slot(slot) if !matches!(batch.column(*slot), Column::Absent) => {
                return Ok(batch.column(*slot).clone());
            }
            Compiled::Constant(value) => return Ok(Column::Same(value.clone())),
            Compiled::Property { subject, known: Some(key), .. } => {
                if let Compiled::Slot(slot) = **subject
                    && let Some(column) = stored(slot, *key, batch, context)
                {
                    return Ok(column);
                }
            }
            Compiled::Call { .. }
            | Compiled::Index { .. }
            | Compiled::Binary { .. }
            | Compiled::Comparisons { .. } => {
                if let Some(column) = lists::each_at(self, batch) {
                    return Ok(column);
                }
                if let Some(column) = unrolled::column(self, batch, context)? {
                    return Ok(column);
                }
                if let Some(column) = written::column(self, batch, context)? {
                    return Ok(column);
                }
            }
            Compiled::Comprehension { .. } => {
                if let Some(column) = unrolled::column(self, batch, context)? {
                    return Ok(column);
                }
            }
            Compiled::Degree(degree) => return degree.column(batch, context),
            Compiled::Ways(ways) => return ways.column(batch, context),
            Compiled::Exists(_) | Compiled::Count(_) | Compiled::Collect { first: false, .. } => {
                if let Some(column) = self.of_subquery(batch, context)? {
                    return Ok(column);
                }
            }
            _ => {}
        }
        self.each(batch, context)
    }

    /// The values for all rows, computed row by row.
    fn each(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        let mut frame = Frame::new(batch, 0);
        let mut values = Vec::with_capacity(batch.length);
        // What is read from the graph or from another slot is shared with it; only what is made here takes room.
        let makes = !matches!(self, Compiled::Property { .. } | Compiled::Slot(_) | Compiled::Local(_));
        let mut held = 0;
        for row in 0..batch.length {
            context.tick()?;
            frame.row = row;
            let value = self.value(&mut frame, context)?;
            if makes && matches!(value, Value::List(_) | Value::String(_) | Value::Map(_)) {
                let bytes = size_of_value(&value);
                context.meter.hold(bytes)?;
                held += bytes;
            }
            values.push(value);
        }
        context.meter.release(held);
        Ok(Column::values(values))
    }
}

/// A property of the entities in a slot, to be read when it is looked at; `None` where a value was written since.
fn stored(slot: Slot, key: Key, batch: &Batch, context: &Context<'_>) -> Option<Column> {
    if !context.late {
        return None;
    }
    let (ids, nodes) = match batch.column(slot) {
        Column::Nodes(ids) => (ids, true),
        Column::Relationships(ids) => (ids, false),
        _ => return None,
    };
    let kept = context.graph.stored(key, nodes)?;
    kept.keeps_all(ids).then(|| Column::Stored { ids: ids.clone(), source: kept.column.clone() })
}

fn call(
    function: &'static Function,
    arguments: &[Compiled],
    frame: &mut Frame<'_>,
    context: &mut Context<'_>,
) -> Result<Value> {
    if choice::is_coalesce(function) {
        return choice::first_there(arguments, frame, context);
    }
    let mut values = smallvec::SmallVec::<[Value; 3]>::new();
    for argument in arguments {
        values.push(argument.value(frame, context)?);
    }
    if context.changes.deleted {
        access::check_deleted(function.name, &values, context)?;
    }
    if lists::is_range(function) {
        lists::check_range(&values, context)?;
    }
    for value in &values {
        context.meter.work(weight(value))?;
    }
    match function.body {
        Body::Scalar(body) => {
            let value = large::call(function, body, &values, context)?;
            context.meter.work(weight(&value))?;
            Ok(value)
        }
        Body::Aggregate(_) => {
            let message = format!("{}() counts over rows and cannot stand here", function.name);
            Err(Report::compile("SyntaxError", "InvalidAggregation", message))
        }
    }
}

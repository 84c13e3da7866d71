//! Expressions: names become slots and functions, and the static type is inferred.

use super::aggregate::is_simple;
use super::function::count_all;
use super::scope::Context;
use super::types::Type;
use super::{Binder, aggregate, error};
use crate::algebra::{
    Bound, Clause, Expression, Identifier, LabelExpression, Literal, Named, Node, PathPattern, Search, Slot,
    SlotKind, Subquery,
};
use crate::base::{Report, Result, Span};
use crate::value::Value;
use std::rc::Rc;

/// A resolved expression and what is known of its value.
pub(super) type Typed = (Expression<Bound>, Type);

pub(super) type NodeAndType = (Node<Bound>, Type);
pub(super) type OptionalExpression = Option<Box<Expression<Bound>>>;

/// What it takes to resolve one expression, as ticks of a meter.
const STEPS: u32 = 8;

/// Bytes that an expression takes as it was written and as it is resolved.
const BYTES: u64 = (size_of::<Expression<Named>>() + size_of::<Expression<Bound>>()) as u64;

impl Binder<'_> {
    /// Resolves an expression.
    pub(super) fn expression(&mut self, expression: &Expression<Named>, context: &Context) -> Result<Typed> {
        self.meter.work(STEPS + context.computed.len() as u32)?;
        self.meter.hold(BYTES)?;
        if let Some(slot) = self.computed(expression, context) {
            return Ok((Expression::new(Node::Variable(slot), expression.span), self.type_of(slot)));
        }
        let (node, known) = self.resolved(expression, context)?;
        Ok((Expression::new(node, expression.span), known))
    }

    /// Resolves an expression that says whether something holds: only here may a pattern stand as an expression.
    pub(super) fn condition(&mut self, expression: &Expression<Named>, context: &Context) -> Result<Typed> {
        match &expression.node {
            Node::PatternPredicate(pattern) => {
                let pattern = self.known_pattern(pattern, context)?;
                let node = Node::PatternPredicate(Box::new(pattern));
                Ok((Expression::new(node, expression.span), Type::Boolean))
            }
            _ => self.expression(expression, context),
        }
    }

    /// The filter of a WHERE, a WHEN or a comprehension.
    pub(super) fn predicate(
        &mut self,
        expression: &Expression<Named>,
        context: &Context,
    ) -> Result<Expression<Bound>> {
        let (predicate, known) = self.condition(expression, context)?;
        if known.may_be_boolean() {
            return Ok(predicate);
        }
        Err(error::wrong_type(expression.span, "a condition", &known)
            .help("Compare it with something, or test it with `IS NOT NULL`."))
    }

    pub(super) fn optional(
        &mut self,
        expression: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<OptionalExpression> {
        expression.map(|e| Ok(Box::new(self.expression(e, context)?.0))).transpose()
    }

    /// The slot that holds this expression already, unless a local variable gives its names another meaning.
    pub(super) fn computed(&self, expression: &Expression<Named>, context: &Context) -> Option<Slot> {
        let found = context.computed.iter().find(|computed| computed.expression == *expression)?;
        let mut names = Vec::new();
        aggregate::variables(expression, &mut names);
        let shadowed = self.locals.iter().any(|(local, _)| names.contains(&&**local));
        (!shadowed).then_some(found.slot)
    }

    /// Each kind of expression has a function of its own, so that this one, which recurs most, keeps little on the stack.
    fn resolved(&mut self, expression: &Expression<Named>, context: &Context) -> Result<NodeAndType> {
        let place = expression.span;
        match &expression.node {
            Node::Literal(literal) => Ok((Node::Literal(literal.clone()), literal_type(literal))),
            Node::Parameter(name) => Ok((Node::Parameter(name.clone()), Type::Any)),
            Node::Variable(variable) => self.variable(variable, context),
            Node::Property { subject, key } => self.property(subject, key, context),
            Node::HasLabels { subject, labels } => self.has_labels(subject, labels, context),
            Node::List(items) => self.list(items, context),
            Node::Map(entries) => self.map(entries, context),
            Node::Index { subject, index } => self.index(subject, index, context),
            Node::Slice { subject, from, to } => self.slice(subject, from.as_deref(), to.as_deref(), context),
            Node::Unary { operator, operand } => self.unary(*operator, operand, context),
            Node::Binary { .. } => self.binary(expression, context),
            Node::Comparisons { first, rest } => self.comparisons(first, rest, context),
            Node::IsNull { operand, negated } => self.is_null(operand, *negated, context),
            Node::Case { subject, branches, otherwise } => {
                self.case(subject.as_deref(), branches, otherwise.as_deref(), context)
            }
            Node::ListComprehension { variable, list, filter, map } => {
                self.list_comprehension(variable, list, filter.as_deref(), map.as_deref(), context)
            }
            Node::PatternComprehension { pattern, filter, map } => {
                self.pattern_comprehension(pattern, filter.as_deref(), map, context)
            }
            Node::Quantified { quantifier, variable, list, predicate } => {
                self.quantified(*quantifier, variable, list, predicate.as_deref(), context)
            }
            Node::Reduce { accumulator, start, variable, list, step } => {
                self.reduce((accumulator, start), (variable, list), step, context)
            }
            Node::Call { function, distinct, arguments } => {
                self.call_function(function, *distinct, arguments, context, place)
            }
            Node::CountAll => count_all(context, place),
            Node::PatternPredicate(_) => Err(error::unexpected_pattern(place)),
            Node::ShortestPath(pattern) => self.shortest_path(pattern, context),
            Node::Exists(body) => self.exists(body, context),
            Node::Count(body) => self.count(body, context),
            Node::Collect(body) => self.collect(body, context, place),
        }
    }

    fn variable(&mut self, variable: &Identifier, context: &Context) -> Result<NodeAndType> {
        let slot = self.resolve(variable, context)?;
        Ok((Node::Variable(slot), self.type_of(slot)))
    }

    fn has_labels(
        &mut self,
        subject: &Expression<Named>,
        labels: &LabelExpression,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (bound, known) = self.expression(subject, context)?;
        if !known.may_be_entity() {
            return Err(error::wrong_type(subject.span, "a node or a relationship", &known));
        }
        Ok((Node::HasLabels { subject: Box::new(bound), labels: labels.clone() }, Type::Boolean))
    }

    fn slice(
        &mut self,
        subject: &Expression<Named>,
        from: Option<&Expression<Named>>,
        to: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (subject, known) = self.expression(subject, context)?;
        let known = if known.may_be_list() { known } else { Type::Any };
        let from = self.optional(from, context)?;
        let to = self.optional(to, context)?;
        Ok((Node::Slice { subject: Box::new(subject), from, to }, known))
    }

    fn is_null(
        &mut self,
        operand: &Expression<Named>,
        negated: bool,
        context: &Context,
    ) -> Result<NodeAndType> {
        let operand = Box::new(self.expression(operand, context)?.0);
        Ok((Node::IsNull { operand, negated }, Type::Boolean))
    }

    fn shortest_path(&mut self, pattern: &PathPattern<Named>, context: &Context) -> Result<NodeAndType> {
        let pattern = self.known_pattern(pattern, context)?;
        let known = match pattern.search {
            Search::AllShortest => Type::list(Type::Path),
            Search::Walk | Search::Shortest => Type::Path,
        };
        Ok((Node::ShortestPath(Box::new(pattern)), known))
    }

    fn exists(&mut self, body: &Subquery<Named>, context: &Context) -> Result<NodeAndType> {
        Ok((Node::Exists(Box::new(self.subquery(body, context)?)), Type::Boolean))
    }

    fn count(&mut self, body: &Subquery<Named>, context: &Context) -> Result<NodeAndType> {
        Ok((Node::Count(Box::new(self.subquery(body, context)?)), Type::Integer))
    }

    fn collect(&mut self, body: &Subquery<Named>, context: &Context, place: Span) -> Result<NodeAndType> {
        check_collected(body, place)?;
        Ok((Node::Collect(Box::new(self.subquery(body, context)?)), Type::list(Type::Any)))
    }

    fn property(
        &mut self,
        subject: &Expression<Named>,
        key: &Identifier,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (bound, known) = self.expression(subject, context)?;
        if !known.may_have_properties() {
            let message = format!("{} has no properties", known.name());
            return Err(Report::compile("TypeError", "InvalidArgumentType", message)
                .at(subject.span, format!("is {}", known.name()))
                .help("Nodes, relationships, maps, dates and times have properties."));
        }
        Ok((Node::Property { subject: Box::new(bound), key: key.clone() }, Type::Any))
    }

    fn list(&mut self, items: &[Expression<Named>], context: &Context) -> Result<NodeAndType> {
        let mut bound = Vec::with_capacity(items.len());
        let mut element: Option<Type> = None;
        for item in items {
            let (value, known) = self.expression(item, context)?;
            let is_null = matches!(value.node, Node::Literal(Literal::Null));
            bound.push(value);
            if !is_null {
                element = Some(match element {
                    Some(before) => before.join(known),
                    None => known,
                });
            }
        }
        Ok((Node::List(bound), Type::list(element.unwrap_or(Type::Any))))
    }

    fn map(&mut self, entries: &[(Identifier, Expression<Named>)], context: &Context) -> Result<NodeAndType> {
        let mut bound = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            bound.push((key.clone(), self.expression(value, context)?.0));
        }
        Ok((Node::Map(bound), Type::Map))
    }

    fn index(
        &mut self,
        subject: &Expression<Named>,
        index: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (subject_bound, known) = self.expression(subject, context)?;
        let (index_bound, by) = self.expression(index, context)?;
        let wrong = |at: Span, wanted: &str, given: &Type| {
            let message = format!("{wanted} is needed here, but this is {}", given.name());
            Err(Report::compile("TypeError", "InvalidArgumentType", message)
                .at(at, format!("is {}", given.name())))
        };
        if !matches!(known, Type::Any | Type::List(_) | Type::Map | Type::Node | Type::Relationship) {
            return wrong(subject.span, "a list or a map", &known);
        }
        if matches!(known, Type::List(_)) && !matches!(by, Type::Any | Type::Integer | Type::Number) {
            return wrong(index.span, "the number of an element", &by);
        }
        let element = known.element();
        Ok((Node::Index { subject: Box::new(subject_bound), index: Box::new(index_bound) }, element))
    }

    fn case(
        &mut self,
        subject: Option<&Expression<Named>>,
        branches: &[(Expression<Named>, Expression<Named>)],
        otherwise: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let searched = subject.is_none();
        let subject = self.optional(subject, context)?;
        let mut bound = Vec::with_capacity(branches.len());
        let mut result: Option<Type> = None;
        let mut add = |known: Type| {
            result = Some(match result.take() {
                Some(before) => before.join(known),
                None => known,
            });
        };
        for (when, then) in branches {
            let when =
                if searched { self.predicate(when, context)? } else { self.expression(when, context)?.0 };
            let (then, known) = self.expression(then, context)?;
            add(known);
            bound.push((when, then));
        }
        let otherwise = match otherwise {
            Some(otherwise) => {
                let (otherwise, known) = self.expression(otherwise, context)?;
                add(known);
                Some(Box::new(otherwise))
            }
            None => None,
        };
        Ok((Node::Case { subject, branches: bound, otherwise }, result.unwrap_or(Type::Any)))
    }

    fn subquery(&mut self, body: &Subquery<Named>, context: &Context) -> Result<Subquery<Bound>> {
        self.meter.work((context.scope.len() + context.fallback.len()) as u32)?;
        let mut visible = context.visible();
        visible.extend(self.locals.iter().map(|(name, slot)| (name.clone(), *slot)));
        let visible = Rc::new(visible);
        let outer = std::mem::replace(&mut self.outer, Rc::clone(&visible));
        let outer_scope = std::mem::replace(&mut self.scope, visible);
        let outer_locals = std::mem::take(&mut self.locals);
        let outer_subquery = std::mem::replace(&mut self.in_subquery, true);
        let query = self.query(&body.query);
        self.outer = outer;
        self.scope = outer_scope;
        self.locals = outer_locals;
        self.in_subquery = outer_subquery;
        Ok(Subquery { query: query? })
    }

    /// The slot kind of a projected expression: a copy of a variable is of the variable's kind.
    pub(super) fn projected_kind(&self, expression: &Expression<Bound>) -> SlotKind {
        match expression.node {
            Node::Variable(slot) => self.kind_of(slot),
            _ => SlotKind::Value,
        }
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Any,
        Literal::Boolean(_) => Type::Boolean,
        Literal::Integer(_) => Type::Integer,
        Literal::Float(_) => Type::Float,
        Literal::String(_) => Type::String,
        Literal::Value(Value::Date(_)) => Type::Temporal,
        Literal::Value(_) => Type::Any,
    }
}

/// COLLECT gathers one column.
fn check_collected(body: &Subquery<Named>, place: Span) -> Result<()> {
    let singles =
        std::iter::once(&body.query.first).chain(body.query.unions.iter().map(|(_, single)| single));
    for single in singles {
        match single.clauses.last() {
            Some(Clause::Return { projection, .. }) if projection.items.len() == 1 && !projection.star => {}
            _ => {
                return Err(error::syntax(
                    "InvalidClauseComposition",
                    "COLLECT needs a query that returns one column",
                )
                .at(place, "not one column")
                .help("Write `COLLECT { MATCH … RETURN expression }`."));
            }
        }
    }
    Ok(())
}

/// Whether ORDER BY may use this item beside an aggregate.
pub(super) fn stands_beside_aggregates(expression: &Expression<Named>) -> bool {
    is_simple(expression) || aggregate::aggregates(expression)
}

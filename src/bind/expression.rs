//! Expressions: names become slots and functions, and the static type is inferred.

use super::aggregate::is_simple;
use super::scope::{Aggregates, Context};
use super::types::{self, Type, fits};
use super::{Binder, aggregate, error};
use crate::algebra::{
    Bound, Clause, Expression, FunctionRef, Identifier, LabelExpression, Literal, Named, Node, PathPattern,
    Quantifier, Search, Slot, SlotKind, Subquery,
};
use crate::base::{Result, Span, nearest};
use crate::functions::{self, Body, Function};
use crate::value::Value;
use std::rc::Rc;

/// A resolved expression and what is known of its value.
pub(super) type Typed = (Expression<Bound>, Type);

type NodeAndType = (Node<Bound>, Type);
type OptionalExpression = Option<Box<Expression<Bound>>>;

impl Binder<'_> {
    /// Resolves an expression.
    pub(super) fn expression(&mut self, expression: &Expression<Named>, context: &Context) -> Result<Typed> {
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

    fn optional_predicate(
        &mut self,
        expression: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<OptionalExpression> {
        expression.map(|e| Ok(Box::new(self.predicate(e, context)?))).transpose()
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

    fn quantified(
        &mut self,
        quantifier: Quantifier,
        variable: &Identifier,
        list: &Expression<Named>,
        predicate: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (list, element) = self.iterated(list, context)?;
        let inner = context.per_element();
        let variable = self.push_local(variable, element);
        let predicate = self.optional_predicate(predicate, &inner);
        self.locals.pop();
        let node = Node::Quantified { quantifier, variable, list: Box::new(list), predicate: predicate? };
        Ok((node, Type::Boolean))
    }

    fn reduce(
        &mut self,
        (accumulator, start): (&Identifier, &Expression<Named>),
        (variable, list): (&Identifier, &Expression<Named>),
        step: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let start = Box::new(self.expression(start, context)?.0);
        let (list, element) = self.iterated(list, context)?;
        let inner = context.per_element();
        // What the accumulator holds after the first step is not known before running.
        let accumulator = self.push_local(accumulator, Type::Any);
        let variable = self.push_local(variable, element);
        let step = self.expression(step, &inner);
        self.locals.truncate(self.locals.len().saturating_sub(2));
        let step = Box::new(step?.0);
        Ok((Node::Reduce { accumulator, start, variable, list: Box::new(list), step }, Type::Any))
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
            return Err(crate::base::Report::compile("TypeError", "InvalidArgumentType", message)
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
            Err(crate::base::Report::compile("TypeError", "InvalidArgumentType", message)
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

    /// The list that a comprehension runs over, and its elements' type.
    fn iterated(&mut self, list: &Expression<Named>, context: &Context) -> Result<(Expression<Bound>, Type)> {
        let (bound, known) = self.expression(list, context)?;
        if !known.may_be_list() {
            return Err(error::wrong_type(list.span, "a list", &known));
        }
        Ok((bound, known.element()))
    }

    fn list_comprehension(
        &mut self,
        variable: &Identifier,
        list: &Expression<Named>,
        filter: Option<&Expression<Named>>,
        map: Option<&Expression<Named>>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let (list, element) = self.iterated(list, context)?;
        let inner = context.per_element();
        let variable = self.push_local(variable, element.clone());
        let parts = self.filter_and_map(filter, map, &inner);
        self.locals.pop();
        let (filter, map, known) = parts?;
        let known = Type::list(known.unwrap_or(element));
        Ok((Node::ListComprehension { variable, list: Box::new(list), filter, map }, known))
    }

    fn filter_and_map(
        &mut self,
        filter: Option<&Expression<Named>>,
        map: Option<&Expression<Named>>,
        inner: &Context,
    ) -> Result<(OptionalExpression, OptionalExpression, Option<Type>)> {
        let filter = self.optional_predicate(filter, inner)?;
        let Some(map) = map else { return Ok((filter, None, None)) };
        let (map, known) = self.expression(map, inner)?;
        Ok((filter, Some(Box::new(map)), Some(known)))
    }

    fn pattern_comprehension(
        &mut self,
        pattern: &PathPattern<Named>,
        filter: Option<&Expression<Named>>,
        map: &Expression<Named>,
        context: &Context,
    ) -> Result<NodeAndType> {
        let inner = context.per_element();
        let outside = self.locals.len();
        let result = self.local_pattern(pattern, &inner).and_then(|pattern| {
            let filter = self.optional_predicate(filter, &inner)?;
            let (map, known) = self.expression(map, &inner)?;
            let node = Node::PatternComprehension { pattern: Box::new(pattern), filter, map: Box::new(map) };
            Ok((node, Type::list(known)))
        });
        self.locals.truncate(outside);
        result
    }

    fn call_function(
        &mut self,
        name: &Identifier,
        distinct: bool,
        arguments: &[Expression<Named>],
        context: &Context,
        place: Span,
    ) -> Result<NodeAndType> {
        if let ([argument], true) = (arguments, name.name.eq_ignore_ascii_case("exists")) {
            return self.exists_function(argument, context);
        }
        let function = functions::find(&name.name).ok_or_else(|| unknown_function(name))?;
        check_arity(function, name, arguments.len())?;
        let inner = match (&function.body, &context.aggregates) {
            (Body::Scalar(_), _) if distinct => return Err(needless_distinct(name)),
            (Body::Scalar(_), Aggregates::Inside) if name.name.eq_ignore_ascii_case("rand") => {
                return Err(error::syntax(
                    "NonConstantExpression",
                    "`rand()` cannot stand inside an aggregate",
                )
                .at(place, "differs in each row")
                .help("Give it a name in an earlier `WITH` and aggregate that."));
            }
            (Body::Scalar(_), _) => context.clone(),
            (Body::Aggregate(_), Aggregates::Allowed(rows)) => Context {
                aggregates: Aggregates::Inside,
                fallback: Rc::clone(&context.fallback),
                ..Context::plain(Rc::clone(rows))
            },
            (Body::Aggregate(_), Aggregates::Forbidden) => {
                // An undefined name in it is the better report.
                let grouped_away = Rc::default();
                let rows = Context { aggregates: Aggregates::Inside, grouped_away, ..context.clone() };
                for argument in arguments {
                    self.expression(argument, &rows)?;
                }
                return Err(error::invalid_aggregation(place));
            }
            (Body::Aggregate(_), Aggregates::Inside) => return Err(error::nested_aggregation(place)),
        };
        let mut bound = Vec::with_capacity(arguments.len());
        let mut first = None;
        for (position, argument) in arguments.iter().enumerate() {
            let (value, known) = self.expression(argument, &inner)?;
            let wanted = function.accepts(position);
            if !fits(wanted, &known) {
                return Err(error::wrong_type(argument.span, wanted.name(), &known).help(format!(
                    "{}: {}",
                    usage(function),
                    function.doc
                )));
            }
            first = first.or(Some(known));
            bound.push(value);
        }
        let known = types::result(function.gives, first.as_ref());
        Ok((Node::Call { function: FunctionRef(function), distinct, arguments: bound }, known))
    }

    /// `exists(n.key)` and `exists((a)-->(b))`, as the openCypher documents have them.
    fn exists_function(&mut self, argument: &Expression<Named>, context: &Context) -> Result<NodeAndType> {
        if let Node::PatternPredicate(pattern) = &argument.node {
            let pattern = self.known_pattern(pattern, context)?;
            return Ok((Node::PatternPredicate(Box::new(pattern)), Type::Boolean));
        }
        let operand = Box::new(self.expression(argument, context)?.0);
        Ok((Node::IsNull { operand, negated: true }, Type::Boolean))
    }

    fn subquery(&mut self, body: &Subquery<Named>, context: &Context) -> Result<Subquery<Bound>> {
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

fn count_all(context: &Context, place: Span) -> Result<NodeAndType> {
    match context.aggregates {
        Aggregates::Allowed(_) => Ok((Node::CountAll, Type::Integer)),
        Aggregates::Forbidden => Err(error::invalid_aggregation(place)),
        Aggregates::Inside => Err(error::nested_aggregation(place)),
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

fn unknown_function(name: &Identifier) -> Box<crate::base::Report> {
    let mut report = error::syntax("UnknownFunction", format!("there is no function `{}`", name.name))
        .at(name.span, "not a function");
    let known = functions::all().map(|function| function.name);
    for near in nearest(&name.name, known, 3) {
        if report.help.is_empty() {
            report = report.help(format!("Did you mean `{near}`?"));
        }
        report = report.suggest(name.span, near);
    }
    report
}

fn needless_distinct(name: &Identifier) -> Box<crate::base::Report> {
    error::syntax("UnexpectedSyntax", format!("DISTINCT means nothing in `{}`", name.name))
        .at(name.span, "not an aggregate")
        .help("DISTINCT stands in aggregates such as `count(DISTINCT x)`, or behind RETURN and WITH.")
}

fn check_arity(function: &Function, name: &Identifier, given: usize) -> Result<()> {
    let required = function.parameters.iter().filter(|p| !p.ends_with('?') && !p.ends_with("...")).count();
    let any_number = function.parameters.last().is_some_and(|p| p.ends_with("..."));
    if given >= required && (any_number || given <= function.parameters.len()) {
        return Ok(());
    }
    let most = function.parameters.len();
    let takes = match (required, any_number) {
        (required, true) => format!("at least {}", counted(required)),
        (required, false) if required == most => counted(required),
        (required, false) => format!("{required} to {}", counted(most)),
    };
    let message = format!("`{}` takes {takes}, not {given}", function.name);
    Err(error::syntax("InvalidNumberOfArguments", message)
        .at(name.span, "wrong number of arguments")
        .help(format!("{}: {}", usage(function), function.doc)))
}

fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}

fn usage(function: &Function) -> String {
    format!("`{}({})`", function.name, function.parameters.join(", "))
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

//! Functions and aggregates: which one is meant, and whether its arguments fit.

use super::expression::NodeAndType;
use super::scope::{Aggregates, Context};
use super::types::{self, Type, fits};
use super::{Binder, error};
use crate::algebra::{Expression, FunctionRef, Identifier, Named, Node};
use crate::base::{Report, Result, Span, nearest};
use crate::functions::{self, Body, Function};
use std::rc::Rc;

impl Binder<'_> {
    pub(super) fn call_function(
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
}

pub(super) fn count_all(context: &Context, place: Span) -> Result<NodeAndType> {
    match context.aggregates {
        Aggregates::Allowed(_) => Ok((Node::CountAll, Type::Integer)),
        Aggregates::Forbidden => Err(error::invalid_aggregation(place)),
        Aggregates::Inside => Err(error::nested_aggregation(place)),
    }
}

fn unknown_function(name: &Identifier) -> Box<Report> {
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

fn needless_distinct(name: &Identifier) -> Box<Report> {
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

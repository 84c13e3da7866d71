//! The reports of the binder: each says what is wrong, where, and what to write instead.

use super::types::Type;
use crate::algebra::Identifier;
use crate::base::{Report, Span, nearest};

pub(super) fn syntax(detail: &'static str, message: impl Into<String>) -> Box<Report> {
    Report::compile("SyntaxError", detail, message)
}

pub(super) fn undefined<'a>(variable: &Identifier, known: impl Iterator<Item = &'a str>) -> Box<Report> {
    let mut told = std::collections::HashSet::new();
    let known: Vec<&str> = known.filter(|name| *name != &*variable.name && told.insert(*name)).collect();
    let mut report = syntax("UndefinedVariable", format!("there is no variable `{}` here", variable.name))
        .at(variable.span, "not defined");
    let plain = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let near = nearest(&variable.name, known.iter().copied().filter(plain), 3);
    if let Some(best) = near.first() {
        report = report.help(format!("Did you mean `{best}`?"));
        for name in near {
            report = report.suggest(variable.span, name);
        }
    } else if known.is_empty() {
        report = report.help("No variable is visible here; a text stands in quotes.");
    } else {
        let names: Vec<String> = known.iter().take(8).map(|name| format!("`{name}`")).collect();
        report = report.help(format!("Visible here: {}. A text stands in quotes.", names.join(", ")));
    }
    report
}

pub(super) fn already_bound(variable: &Identifier, known: &Type) -> Box<Report> {
    let name = &variable.name;
    let message = match known {
        Type::Any => format!("the variable `{name}` exists already"),
        other => format!("the variable `{name}` exists already: {}", other.name()),
    };
    syntax("VariableAlreadyBound", message)
        .at(variable.span, "already bound")
        .help("Choose another name for what is new here.")
}

pub(super) fn type_conflict(variable: &Identifier, known: &Type, wanted: &Type) -> Box<Report> {
    let message = format!("`{}` is {} and cannot be {} here", variable.name, known.name(), wanted.name());
    syntax("VariableTypeConflict", message)
        .at(variable.span, format!("is {}", known.name()))
        .help("Choose another name for what is new here.")
}

/// A value of the wrong type where one of another type is needed.
pub(super) fn wrong_type(at: Span, wanted: &str, given: &Type) -> Box<Report> {
    syntax("InvalidArgumentType", format!("{wanted} is needed here, but this is {}", given.name()))
        .at(at, format!("is {}", given.name()))
}

pub(super) fn ambiguous_aggregation(variable: &Identifier) -> Box<Report> {
    let message = format!("`{}` stands beside an aggregate but is not a group of its own", variable.name);
    syntax("AmbiguousAggregationExpression", message)
        .at(variable.span, "differs within a group")
        .help("Put what you group by into an earlier `WITH … AS name` and use that name here.")
}

pub(super) fn invalid_aggregation(at: Span) -> Box<Report> {
    syntax("InvalidAggregation", "an aggregate cannot stand here")
        .at(at, "an aggregate")
        .help("Aggregate in an earlier `WITH`, for example `WITH n, count(*) AS total WHERE total > 1`.")
}

pub(super) fn nested_aggregation(at: Span) -> Box<Report> {
    syntax("NestedAggregation", "an aggregate cannot stand inside an aggregate")
        .at(at, "inside another aggregate")
        .help("Aggregate the inner one in an earlier `WITH`.")
}

pub(super) fn unexpected_pattern(at: Span) -> Box<Report> {
    syntax("UnexpectedSyntax", "a pattern can only stand where a condition is expected")
        .at(at, "a pattern")
        .help("Use `EXISTS { … }` for whether it exists, `COUNT { … }` for how often, `[… | expression]` for a list.")
}

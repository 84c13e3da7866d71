//! Functions of when an entity holds.
//!
//! Days are asked with the first and the last day included. What has no dates is neither in force nor not: null.

use super::entity::present;
use super::error::unfit;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::graph::{Certainty, Entity, Precision, Validity};
use crate::value::{Date, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "inForce",
        parameters: &["entity", "date"],
        accepts: &[Accepts::Entity],
        gives: Gives::Boolean,
        body: Body::Scalar(in_force),
        doc: "Whether a node or a relationship holds on a day; null where it has no dates.",
        examples: &[("inForce(null, '2010-01-01')", "null")],
    },
    Function {
        name: "overlaps",
        parameters: &["entity", "from", "to"],
        accepts: &[Accepts::Entity],
        gives: Gives::Boolean,
        body: Body::Scalar(overlaps),
        doc: "Whether a node or a relationship holds on some day from one day to another; null where it has no dates.",
        examples: &[("overlaps(null, '2010-01-01', '2010-12-31')", "null")],
    },
    Function {
        name: "validFrom",
        parameters: &["entity"],
        accepts: &[Accepts::Entity],
        gives: Gives::Temporal,
        body: Body::Scalar(valid_from),
        doc: "The first day on which a node or a relationship holds; null where it is not stated.",
        examples: &[("validFrom(null)", "null")],
    },
    Function {
        name: "validTo",
        parameters: &["entity"],
        accepts: &[Accepts::Entity],
        gives: Gives::Temporal,
        body: Body::Scalar(valid_to),
        doc: "The last day on which a node or a relationship holds; null where it is open or not stated.",
        examples: &[("validTo(null)", "null")],
    },
    Function {
        name: "precision",
        parameters: &["entity", "key"],
        accepts: &[Accepts::Entity, Accepts::String],
        gives: Gives::String,
        body: Body::Scalar(precision),
        doc: "How precisely the date in a property was given: 'day', 'month' or 'year'; null where there is no date.",
        examples: &[("precision(null, 'date')", "null")],
    },
];

fn precision(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(entity) = present("precision", context, arguments)? else { return Ok(Value::Null) };
    let key = match arguments.get(1) {
        Some(Value::String(key)) => context.graph.key(key),
        None | Some(Value::Null) => None,
        Some(other) => return Err(unfit("precision", Accepts::String.name(), other)),
    };
    let Some(key) = key else { return Ok(Value::Null) };
    if !matches!(context.graph.property(entity, key), Value::Date(_)) {
        return Ok(Value::Null);
    }
    Ok(Value::from(match context.graph.precision(entity, key) {
        Precision::Day => "day",
        Precision::Month => "month",
        Precision::Year => "year",
    }))
}

fn validity(function: &str, context: &Context<'_>, arguments: &[Value]) -> Result<Option<Validity>> {
    Ok(present(function, context, arguments)?.map(|entity| context.graph.holding(entity)))
}

/// The day at a position among the arguments, also that of a moment; `None` for null.
fn day(function: &str, arguments: &[Value], position: usize) -> Result<Option<Date>> {
    let unread = |given: &Value| unfit(function, "a date", given);
    match arguments.get(position) {
        Some(Value::Date(date)) => Ok(Some(*date)),
        Some(Value::LocalDateTime(moment)) => Ok(Some(moment.date)),
        Some(Value::DateTime(moment)) => Ok(Some(moment.local.date)),
        Some(given @ Value::String(text)) => Date::parse(text).map(Some).ok_or_else(|| unread(given)),
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unread(other)),
    }
}

fn in_force(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let validity = validity("inForce", context, arguments)?;
    let (Some(validity), Some(day)) = (validity, day("inForce", arguments, 1)?) else {
        return Ok(Value::Null);
    };
    Ok(known(context, arguments, validity, validity.holds_on(day)))
}

fn overlaps(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let validity = validity("overlaps", context, arguments)?;
    let (from, to) = (day("overlaps", arguments, 1)?, day("overlaps", arguments, 2)?);
    let (Some(validity), Some(from), Some(to)) = (validity, from, to) else { return Ok(Value::Null) };
    let after = Date { days: to.days.saturating_add(1) };
    Ok(known(context, arguments, validity, validity.overlaps(from, after)))
}

/// What is not adopted holds at no time; of what has no dates nobody knows, unless it is assumed to hold.
fn known(context: &Context<'_>, arguments: &[Value], validity: Validity, holds: bool) -> Value {
    let entity = match arguments.first() {
        Some(Value::Node(node)) if context.graph.is_pending(*node) => return false.into(),
        Some(Value::Node(node)) => Some(Entity::Node(*node)),
        Some(Value::Relationship(relationship)) => Some(Entity::Relationship(*relationship)),
        _ => None,
    };
    let assumed = |entity| {
        context.graph.evidence(entity).iter().any(|evidence| evidence.certainty == Certainty::Assumed)
    };
    match validity.is_undated() {
        true if entity.is_some_and(assumed) => true.into(),
        true => Value::Null,
        false => holds.into(),
    }
}

fn valid_from(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let begins = validity("validFrom", context, arguments)?.and_then(|validity| validity.begins);
    Ok(begins.map_or(Value::Null, |day| Value::Date(day.date)))
}

fn valid_to(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let ends = validity("validTo", context, arguments)?.and_then(|validity| validity.ends);
    Ok(ends.map_or(Value::Null, |day| Value::Date(Date { days: day.date.days.saturating_sub(1) })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn both_ends_of_a_period_are_included() {
        let mut graph = Graph::empty();
        let (from, to) = (graph.intern_key("valid_from"), graph.intern_key("valid_to"));
        let programme = graph.create_node(&[], vec![(from, "2008".into()), (to, "2011".into())]);
        let undated = Value::Node(graph.create_node(&[], vec![]));
        graph.follow(&Vocabulary::default());
        let meter = crate::base::Meter::since(std::time::Instant::now(), &crate::base::Budget::default());
        let context = Context { graph: &graph, mask: None, now: 0, meter: &meter };
        let programme = Value::Node(programme);
        let holds = |entity: &Value, day: &str| in_force(&context, &[entity.clone(), day.into()]).unwrap();
        assert_eq!(holds(&programme, "2007-12-31"), false.into());
        assert_eq!(holds(&programme, "2008-01-01"), true.into());
        assert_eq!(holds(&programme, "2011-12-31"), true.into());
        assert_eq!(holds(&programme, "2012-01-01"), false.into());
        assert_eq!(holds(&undated, "2012-01-01"), Value::Null);
        let during =
            |from: &str, to: &str| overlaps(&context, &[programme.clone(), from.into(), to.into()]).unwrap();
        assert_eq!(during("2000-01-01", "2008-01-01"), true.into());
        assert_eq!(during("2012-01-01", "2013-01-01"), false.into());
        assert_eq!(
            valid_from(&context, std::slice::from_ref(&programme)).unwrap().to_string(),
            "'2008-01-01'"
        );
        assert_eq!(valid_to(&context, std::slice::from_ref(&programme)).unwrap().to_string(), "'2011-12-31'");
    }
}

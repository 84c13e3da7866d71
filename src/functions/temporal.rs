//! Dates and times: construction, the clock, truncation.
//!
//! In: maps of components, text, other temporal values, names of zones. Out: temporal values. `transaction` and
//! `statement` are the moment at which the statement began, so that all calls agree; `realtime` is the moment of the
//! call. The zone of the clock is UTC unless one is named.

use super::error::unfit;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::value::Value;
use crate::value::temporal::{self, Kind, Zone};
use std::time::{SystemTime, UNIX_EPOCH};

type Scalar = fn(&Context<'_>, &[Value]) -> Result<Value>;
type Examples = &'static [(&'static str, &'static str)];

const fn row(
    name: &'static str,
    parameters: &'static [&'static str],
    body: Scalar,
    doc: &'static str,
    examples: Examples,
) -> Function {
    Function {
        name,
        parameters,
        accepts: &[],
        gives: Gives::Temporal,
        body: Body::Scalar(body),
        doc,
        examples,
    }
}

const INPUT: &[&str] = &["input?"];
const TIMEZONE: &[&str] = &["timezone?"];
const TRUNCATION: &[&str] = &["unit", "input?", "components?"];

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "date",
        INPUT,
        |context, arguments| make(Kind::Date, context, arguments),
        "A date from text, a map of components or another temporal value; without argument, today.",
        &[
            ("date('2008-05-15')", "'2008-05-15'"),
            ("date({year: 2008, week: 20, dayOfWeek: 4})", "'2008-05-15'"),
        ],
    ),
    row(
        "date.transaction",
        TIMEZONE,
        |context, arguments| clock(Kind::Date, context.now, "date.transaction", arguments),
        "As date() when the transaction began, in a zone.",
        &[("date.transaction() = date()", "true")],
    ),
    row(
        "date.statement",
        TIMEZONE,
        |context, arguments| clock(Kind::Date, context.now, "date.statement", arguments),
        "As date() when the statement began, in a zone.",
        &[("date.statement() = date()", "true")],
    ),
    row(
        "date.realtime",
        TIMEZONE,
        |_, arguments| clock(Kind::Date, now(), "date.realtime", arguments),
        "As date() at the moment of the call, in a zone.",
        &[("date.realtime(null)", "null")],
    ),
    row(
        "date.truncate",
        TRUNCATION,
        |context, arguments| truncate(Kind::Date, context, arguments),
        "A value cut off at a unit, from millennium to microsecond; then the components set what is below it.",
        &[
            ("date.truncate('quarter', date('2008-05-15'))", "'2008-04-01'"),
            ("date.truncate('month', date('2008-05-15'), {day: 2})", "'2008-05-02'"),
        ],
    ),
    row(
        "localtime",
        INPUT,
        |context, arguments| make(Kind::LocalTime, context, arguments),
        "A time of day without offset; without argument, now.",
        &[
            ("localtime('0905')", "'09:05'"),
            ("localtime({hour: 9, minute: 5, millisecond: 5, second: 0})", "'09:05:00.005'"),
        ],
    ),
    row(
        "localtime.transaction",
        TIMEZONE,
        |context, arguments| clock(Kind::LocalTime, context.now, "localtime.transaction", arguments),
        "As localtime() when the transaction began, in a zone.",
        &[("localtime.transaction() = localtime()", "true")],
    ),
    row(
        "localtime.statement",
        TIMEZONE,
        |context, arguments| clock(Kind::LocalTime, context.now, "localtime.statement", arguments),
        "As localtime() when the statement began, in a zone.",
        &[("localtime.statement() = localtime()", "true")],
    ),
    row(
        "localtime.realtime",
        TIMEZONE,
        |_, arguments| clock(Kind::LocalTime, now(), "localtime.realtime", arguments),
        "As localtime() at the moment of the call, in a zone.",
        &[("localtime.realtime(null)", "null")],
    ),
    row(
        "localtime.truncate",
        TRUNCATION,
        |context, arguments| truncate(Kind::LocalTime, context, arguments),
        "A value cut off at a unit, from millennium to microsecond; then the components set what is below it.",
        &[("localtime.truncate('hour', localtime('09:05'))", "'09:00'")],
    ),
    row(
        "time",
        INPUT,
        |context, arguments| make(Kind::Time, context, arguments),
        "A time of day with an offset from UTC; without argument, now.",
        &[("time('09:05+06:00')", "'09:05+06:00'"), ("time({hour: 9, timezone: '-03:30'})", "'09:00-03:30'")],
    ),
    row(
        "time.transaction",
        TIMEZONE,
        |context, arguments| clock(Kind::Time, context.now, "time.transaction", arguments),
        "As time() when the transaction began, in a zone.",
        &[("time.transaction() = time()", "true")],
    ),
    row(
        "time.statement",
        TIMEZONE,
        |context, arguments| clock(Kind::Time, context.now, "time.statement", arguments),
        "As time() when the statement began, in a zone.",
        &[("time.statement() = time()", "true")],
    ),
    row(
        "time.realtime",
        TIMEZONE,
        |_, arguments| clock(Kind::Time, now(), "time.realtime", arguments),
        "As time() at the moment of the call, in a zone.",
        &[("time.realtime(null)", "null")],
    ),
    row(
        "time.truncate",
        TRUNCATION,
        |context, arguments| truncate(Kind::Time, context, arguments),
        "A value cut off at a unit, from millennium to microsecond; then the components set what is below it.",
        &[("time.truncate('minute', time('09:05:30+06:00'))", "'09:05+06:00'")],
    ),
    row(
        "localdatetime",
        INPUT,
        |context, arguments| make(Kind::LocalDateTime, context, arguments),
        "A date and time without zone; without argument, now.",
        &[
            ("localdatetime('2008-05-15T09:05')", "'2008-05-15T09:05'"),
            ("localdatetime({date: date('2008-05-15'), hour: 9})", "'2008-05-15T09:00'"),
        ],
    ),
    row(
        "localdatetime.transaction",
        TIMEZONE,
        |context, arguments| clock(Kind::LocalDateTime, context.now, "localdatetime.transaction", arguments),
        "As localdatetime() when the transaction began, in a zone.",
        &[("localdatetime.transaction() = localdatetime()", "true")],
    ),
    row(
        "localdatetime.statement",
        TIMEZONE,
        |context, arguments| clock(Kind::LocalDateTime, context.now, "localdatetime.statement", arguments),
        "As localdatetime() when the statement began, in a zone.",
        &[("localdatetime.statement() = localdatetime()", "true")],
    ),
    row(
        "localdatetime.realtime",
        TIMEZONE,
        |_, arguments| clock(Kind::LocalDateTime, now(), "localdatetime.realtime", arguments),
        "As localdatetime() at the moment of the call, in a zone.",
        &[("localdatetime.realtime(null)", "null")],
    ),
    row(
        "localdatetime.truncate",
        TRUNCATION,
        |context, arguments| truncate(Kind::LocalDateTime, context, arguments),
        "A value cut off at a unit, from millennium to microsecond; then the components set what is below it.",
        &[(
            "localdatetime.truncate('day', localdatetime('2008-05-15T09:05'), {hour: 12})",
            "'2008-05-15T12:00'",
        )],
    ),
    row(
        "datetime",
        INPUT,
        |context, arguments| make(Kind::DateTime, context, arguments),
        "A date and time in a zone; without argument, now.",
        &[
            ("datetime('2008-05-15T09:05+06:00')", "'2008-05-15T09:05+06:00'"),
            (
                "datetime({year: 2008, month: 5, timezone: 'Asia/Bishkek'})",
                "'2008-05-01T00:00+06:00[Asia/Bishkek]'",
            ),
        ],
    ),
    row(
        "datetime.transaction",
        TIMEZONE,
        |context, arguments| clock(Kind::DateTime, context.now, "datetime.transaction", arguments),
        "As datetime() when the transaction began, in a zone.",
        &[("datetime.transaction() = datetime()", "true")],
    ),
    row(
        "datetime.statement",
        TIMEZONE,
        |context, arguments| clock(Kind::DateTime, context.now, "datetime.statement", arguments),
        "As datetime() when the statement began, in a zone.",
        &[("datetime.statement() = datetime()", "true")],
    ),
    row(
        "datetime.realtime",
        TIMEZONE,
        |_, arguments| clock(Kind::DateTime, now(), "datetime.realtime", arguments),
        "As datetime() at the moment of the call, in a zone.",
        &[("datetime.realtime(null)", "null")],
    ),
    row(
        "datetime.truncate",
        TRUNCATION,
        |context, arguments| truncate(Kind::DateTime, context, arguments),
        "A value cut off at a unit, from millennium to microsecond; then the components set what is below it.",
        &[("datetime.truncate('year', datetime('2008-05-15T09:05Z'))", "'2008-01-01T00:00Z'")],
    ),
    Function {
        name: "datetime.fromepoch",
        parameters: &["seconds", "nanoseconds"],
        accepts: &[Accepts::Number, Accepts::Number],
        gives: Gives::Temporal,
        body: Body::Scalar(from_epoch),
        doc: "The datetime so many seconds and nanoseconds after 1970-01-01T00:00Z.",
        examples: &[("datetime.fromepoch(1210842300, 5)", "'2008-05-15T09:05:00.000000005Z'")],
    },
    Function {
        name: "datetime.fromepochmillis",
        parameters: &["milliseconds"],
        accepts: &[Accepts::Number],
        gives: Gives::Temporal,
        body: Body::Scalar(from_epoch_millis),
        doc: "The datetime so many milliseconds after 1970-01-01T00:00Z.",
        examples: &[("datetime.fromepochmillis(1210842300500)", "'2008-05-15T09:05:00.5Z'")],
    },
];

fn make(kind: Kind, context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        Some(argument) => temporal::construct(kind, argument, context.now),
        None => temporal::current(kind, context.now, &Zone::UTC),
    }
}

fn clock(kind: Kind, now: i128, function: &str, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        None => temporal::current(kind, now, &Zone::UTC),
        Some(Value::Null) => Ok(Value::Null),
        Some(zone @ Value::String(_)) => temporal::current(kind, now, &temporal::zone(zone)?),
        Some(other) => Err(unfit(function, "the name or offset of a time zone", other)),
    }
}

/// Nanoseconds since 1970-01-01T00:00Z at this moment.
fn now() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or_default()
}

fn truncate(kind: Kind, context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let unit = arguments.first().unwrap_or(&Value::Null);
    match arguments.get(1) {
        Some(value) => temporal::truncate(kind, unit, value, arguments.get(2), context.now),
        None => {
            let value = temporal::current(kind, context.now, &Zone::UTC)?;
            temporal::truncate(kind, unit, &value, None, context.now)
        }
    }
}

fn from_epoch(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments {
        [Value::Null, _] | [_, Value::Null] => Ok(Value::Null),
        [Value::Integer(seconds), Value::Integer(nanos)] => temporal::moment_from_epoch(*seconds, *nanos),
        [Value::Integer(_), other] | [other, ..] => Err(unfit("datetime.fromepoch", "two integers", other)),
        [] => Ok(Value::Null),
    }
}

fn from_epoch_millis(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(Value::Integer(millis)) => {
            temporal::moment_from_epoch(millis.div_euclid(1000), millis.rem_euclid(1000) * 1_000_000)
        }
        Some(other) => Err(unfit("datetime.fromepochmillis", "an integer", other)),
    }
}

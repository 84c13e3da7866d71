//! Truncation to a unit: `date.truncate('quarter', d, {day: 2})`.

use super::construct::{Kind, Parts, Source, out_of_range};
use super::fields::Fields;
use super::{Date, LocalTime, Zone, invalid, mistyped};
use crate::base::Result;
use crate::value::{Map, Value};

/// A unit to cut a temporal value off at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Calendar(Calendar),
    /// A part of a day, in nanoseconds.
    Clock(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Calendar {
    Years(i64),
    WeekYear,
    Quarter,
    Month,
    Week,
    Day,
}

const MILLISECOND: u64 = 1_000_000;
const MICROSECOND: u64 = 1_000;

const UNITS: &[(&str, Unit)] = &[
    ("millennium", Unit::Calendar(Calendar::Years(1000))),
    ("century", Unit::Calendar(Calendar::Years(100))),
    ("decade", Unit::Calendar(Calendar::Years(10))),
    ("year", Unit::Calendar(Calendar::Years(1))),
    ("weekYear", Unit::Calendar(Calendar::WeekYear)),
    ("quarter", Unit::Calendar(Calendar::Quarter)),
    ("month", Unit::Calendar(Calendar::Month)),
    ("week", Unit::Calendar(Calendar::Week)),
    ("day", Unit::Calendar(Calendar::Day)),
    ("hour", Unit::Clock(3_600_000_000_000)),
    ("minute", Unit::Clock(60_000_000_000)),
    ("second", Unit::Clock(1_000_000_000)),
    ("millisecond", Unit::Clock(MILLISECOND)),
    ("microsecond", Unit::Clock(MICROSECOND)),
];

/// A value of a kind with everything below the unit at its start, but for the components that the map sets; null
/// where an argument is null.
pub fn truncate(
    kind: Kind,
    unit: &Value,
    value: &Value,
    overrides: Option<&Value>,
    now: i128,
) -> Result<Value> {
    let no_overrides = Value::map(Map::new());
    let overrides = overrides.unwrap_or(&no_overrides);
    let (name, map) = match (unit, value, overrides) {
        (Value::Null, _, _) | (_, Value::Null, _) | (_, _, Value::Null) => return Ok(Value::Null),
        (Value::String(name), _, Value::Map(map)) => (name, map),
        (Value::String(_), _, other) => {
            return Err(mistyped(format!("the components must be a map, not {}", other.type_name())));
        }
        (other, _, _) => {
            return Err(mistyped(format!("the unit must be a string, not {}", other.type_name())));
        }
    };
    let Some(mut fields) = Fields::read(map)? else { return Ok(Value::Null) };
    let unit = find(name)?;
    let source = Source::from(value);
    if source.is_empty() {
        return Err(mistyped(format!("{} is no date or time to truncate", value.type_with_article())));
    }
    let unsupported = || {
        invalid(format!(
            "{} cannot be truncated to a {} of unit `{name}`",
            value.type_with_article(),
            kind.name()
        ))
    };
    let clock_needed = matches!(unit, Unit::Clock(_)) || !kind.has_date();
    let date_needed = kind.has_date();
    let fits = match unit {
        Unit::Calendar(Calendar::Day) => true,
        Unit::Calendar(_) => kind.has_date(),
        Unit::Clock(_) => kind.has_time(),
    };
    if !fits || (clock_needed && source.time.is_none()) || (date_needed && source.date.is_none()) {
        return Err(unsupported());
    }
    check(kind, &fields)?;
    let (date, time) =
        cut(unit, source.date.unwrap_or(Date::EPOCH), source.time.unwrap_or(LocalTime::MIDNIGHT))
            .ok_or_else(out_of_range)?;
    keep_fraction(unit, time, &mut fields);
    let date = if kind.has_date() { fields.date_on(Some(date))? } else { date };
    let time = if kind.has_time() { fields.time_on(Some(time))? } else { time };
    // Another zone is put in the place of the value's own: the clock goes on showing the same.
    let (zone, preferred) = match fields.timezone {
        Some(zone) => (zone, None),
        None => (source.zone.unwrap_or(Zone::UTC), source.offset),
    };
    Parts { date, time, zone, preferred }.assemble(kind, now)
}

fn find(name: &str) -> Result<Unit> {
    let unit = UNITS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, unit)| *unit);
    unit.ok_or_else(|| {
        let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
        invalid(format!("`{name}` is no unit of time")).help(format!("The units are {}.", names.join(", ")))
    })
}

fn check(kind: Kind, fields: &Fields) -> Result<()> {
    let selected = [&fields.date, &fields.time, &fields.datetime].into_iter().any(Option::is_some);
    let epoch = fields.epoch_seconds.or(fields.epoch_millis).is_some();
    let foreign = if kind.has_date() { None } else { fields.calendar_field() }
        .or(if kind.has_time() { None } else { fields.clock_field() })
        .or((fields.timezone.is_some() && !kind.has_zone()).then_some("timezone"))
        .or((selected || epoch).then_some("date, time or moment"));
    match foreign {
        Some(name) => Err(invalid(format!("truncation to a {} sets no `{name}`", kind.name()))),
        None => Ok(()),
    }
}

fn cut(unit: Unit, date: Date, time: LocalTime) -> Option<(Date, LocalTime)> {
    match unit {
        Unit::Clock(nanos) => Some((date, LocalTime { nanos: time.nanos / nanos * nanos })),
        Unit::Calendar(calendar) => Some((start(calendar, date)?, LocalTime::MIDNIGHT)),
    }
}

fn start(calendar: Calendar, date: Date) -> Option<Date> {
    match calendar {
        Calendar::Years(years) => Date::from_ymd(date.year().div_euclid(years) * years, 1, 1),
        Calendar::WeekYear => Date::from_week(date.week().0, 1, 1),
        Calendar::Quarter => Date::from_quarter(date.year(), date.quarter(), 1),
        Calendar::Month => Date::from_ymd(date.year(), date.month(), 1),
        Calendar::Week => date.plus_days(1 - i64::from(date.weekday())),
        Calendar::Day => Some(date),
    }
}

/// A component below the unit counts within what is left of the second: nanoseconds within the millisecond.
fn keep_fraction(unit: Unit, time: LocalTime, fields: &mut Fields) {
    let fraction = i64::from(time.nanosecond());
    match unit {
        Unit::Clock(MILLISECOND) if fields.microsecond.or(fields.nanosecond).is_some() => {
            fields.millisecond.get_or_insert(fraction / 1_000_000);
        }
        Unit::Clock(MICROSECOND) if fields.nanosecond.is_some() && fields.millisecond.is_none() => {
            fields.microsecond.get_or_insert(fraction / 1_000);
        }
        _ => {}
    }
}

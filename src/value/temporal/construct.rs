//! Temporal values from maps of components, from text, from other temporal values and from the clock.

use super::fields::{self, Fields};
use super::time::NANOS_PER_SECOND;
use super::{Date, DateTime, LocalDateTime, LocalTime, Time, Zone, invalid, mistyped, parse};
use crate::base::Result;
use crate::value::Value;

/// The types of points in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    DateTime,
}

impl Kind {
    pub fn has_date(self) -> bool {
        matches!(self, Kind::Date | Kind::LocalDateTime | Kind::DateTime)
    }

    pub fn has_time(self) -> bool {
        self != Kind::Date
    }

    pub fn has_zone(self) -> bool {
        matches!(self, Kind::Time | Kind::DateTime)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Date => "date",
            Kind::LocalTime => "local time",
            Kind::Time => "time",
            Kind::LocalDateTime => "local datetime",
            Kind::DateTime => "datetime",
        }
    }
}

/// What a value of a kind is put together from.
pub(super) struct Parts {
    pub date: Date,
    pub time: LocalTime,
    pub zone: Zone,
    /// The offset among those of the zone to prefer where the clock shows a time twice.
    pub preferred: Option<i32>,
}

impl Parts {
    /// The value; `now` gives the offset of a named zone for a time without date.
    pub fn assemble(self, kind: Kind, now: i128) -> Result<Value> {
        Ok(match kind {
            Kind::Date => Value::Date(self.date),
            Kind::LocalTime => Value::LocalTime(self.time),
            Kind::Time => {
                let offset = self.preferred.unwrap_or_else(|| offset_now(&self.zone, now));
                Value::Time(Time { local: self.time, offset })
            }
            Kind::LocalDateTime => Value::LocalDateTime(LocalDateTime::new(self.date, self.time)),
            Kind::DateTime => self.moment()?.into(),
        })
    }

    fn moment(self) -> Result<DateTime> {
        let local = LocalDateTime::new(self.date, self.time);
        DateTime::new(local, &self.zone, self.preferred).ok_or_else(out_of_range)
    }
}

/// The value of a kind that an argument stands for: a map, text or another temporal value; null for null.
///
/// `now` is in nanoseconds since 1970-01-01T00:00Z.
pub fn construct(kind: Kind, argument: &Value, now: i128) -> Result<Value> {
    match argument {
        Value::Null => Ok(Value::Null),
        Value::String(text) => read(kind, text),
        Value::Map(map) => match Fields::read(map)? {
            Some(fields) => from_fields(kind, &fields, now),
            None => Ok(Value::Null),
        },
        other => {
            let mut fields = Fields::default();
            if kind.has_date() {
                fields.date = Some(other.clone());
            }
            let is_date = matches!(other, Value::Date(_));
            if kind.has_time() && !(is_date && kind.has_date()) {
                fields.time = Some(other.clone());
            }
            from_fields(kind, &fields, now)
        }
    }
}

/// The value of a kind that clocks of a zone show now.
pub fn current(kind: Kind, now: i128, zone: &Zone) -> Result<Value> {
    let moment = DateTime::at(now, zone).ok_or_else(out_of_range)?;
    let parts = Parts {
        date: moment.local.date,
        time: moment.local.time,
        zone: zone.clone(),
        preferred: Some(moment.offset),
    };
    parts.assemble(kind, now)
}

/// The moment so many seconds and nanoseconds after 1970-01-01T00:00Z.
pub fn moment_from_epoch(seconds: i64, nanos: i64) -> Result<Value> {
    let instant = i128::from(seconds) * NANOS_PER_SECOND + i128::from(nanos);
    DateTime::at(instant, &Zone::UTC).map(Value::from).ok_or_else(out_of_range)
}

/// The duration that a map of amounts or text stands for; null for null.
pub fn duration_from(argument: &Value) -> Result<Value> {
    match argument {
        Value::Null => Ok(Value::Null),
        Value::Duration(_) => Ok(argument.clone()),
        Value::Map(map) => Ok(fields::duration(map)?.map_or(Value::Null, Value::from)),
        Value::String(text) => parse::duration(text).map(Value::from).ok_or_else(|| {
            invalid(format!("'{text}' is no duration")).help("Write a duration as `'P1Y2M10DT2H30M'`.")
        }),
        other => Err(mistyped(format!("a duration is made of a map or a string, not {}", other.type_name()))),
    }
}

fn read(kind: Kind, text: &str) -> Result<Value> {
    let value = match kind {
        Kind::Date => parse::date(text).map(Value::Date),
        Kind::LocalTime => parse::local_time(text).map(Value::LocalTime),
        Kind::Time => parse::time(text, 0).map(Value::Time),
        Kind::LocalDateTime => parse::local_date_time(text).map(Value::LocalDateTime),
        Kind::DateTime => parse::date_time(text, &Zone::UTC).map(Value::from),
    };
    value.ok_or_else(|| {
        let example = match kind {
            Kind::Date => "2015-07-21",
            Kind::LocalTime => "21:40:32.142",
            Kind::Time => "21:40:32.142+01:00",
            Kind::LocalDateTime => "2015-07-21T21:40:32.142",
            Kind::DateTime => "2015-07-21T21:40:32.142+02:00[Europe/Stockholm]",
        };
        let message = format!("'{text}' is no {}, or one that does not exist", kind.name());
        invalid(message).help(format!("Write it as `'{example}'`."))
    })
}

fn from_fields(kind: Kind, fields: &Fields, now: i128) -> Result<Value> {
    check(kind, fields)?;
    if fields.epoch_seconds.or(fields.epoch_millis).is_some() {
        return from_epoch(kind, fields);
    }
    let source = Source::of(fields)?;
    let nothing = fields.calendar_field().or(fields.clock_field()).is_none() && source.is_empty();
    match &fields.timezone {
        Some(zone) if nothing => return current(kind, now, zone),
        Some(_) if !kind.has_zone() => return Err(invalid(format!("a {} has no `timezone`", kind.name()))),
        _ if nothing => return Err(invalid(format!("a {} needs at least one component", kind.name()))),
        _ => {}
    }
    let date = if kind.has_date() { fields.date_on(source.date)? } else { Date::EPOCH };
    let time = if !kind.has_time() {
        LocalTime::MIDNIGHT
    } else if kind.has_date() || source.time.is_some() || fields.clock_field().is_some() {
        fields.time_on(source.time)?
    } else {
        return Err(invalid(format!("a {} needs at least its hour", kind.name())));
    };
    let (zone, preferred) = match (source.zone, &fields.timezone) {
        // A time that has its own zone is the same time seen in another; one that has none is put there.
        (Some(own), Some(zone)) => {
            return converted(kind, Parts { date, time, zone: own, preferred: source.offset }, zone, now);
        }
        (Some(own), None) => (own, source.offset),
        (None, Some(zone)) => (zone.clone(), None),
        (None, None) => (Zone::UTC, None),
    };
    Parts { date, time, zone, preferred }.assemble(kind, now)
}

/// The same time by the clocks of another zone.
fn converted(kind: Kind, parts: Parts, zone: &Zone, now: i128) -> Result<Value> {
    if kind == Kind::DateTime {
        let moment = parts.moment()?;
        return moment.in_zone(zone).map(Value::from).ok_or_else(out_of_range);
    }
    let own = parts.preferred.unwrap_or_else(|| offset_now(&parts.zone, now));
    let offset = offset_now(zone, now);
    let shift = (i128::from(offset) - i128::from(own)) * NANOS_PER_SECOND;
    let local = LocalTime::wrapping(i128::from(parts.time.nanos) + shift);
    Ok(Value::Time(Time { local, offset }))
}

fn offset_now(zone: &Zone, now: i128) -> i32 {
    zone.offset_at(now.div_euclid(NANOS_PER_SECOND))
}

/// Components that the kind cannot have.
fn check(kind: Kind, fields: &Fields) -> Result<()> {
    let foreign = if kind.has_date() { None } else { fields.calendar_field() }
        .or(if kind.has_time() { None } else { fields.clock_field() })
        .or((fields.time.is_some() && !kind.has_time()).then_some("time"))
        .or((fields.date.is_some() && !kind.has_date()).then_some("date"));
    match foreign {
        Some(name) => Err(invalid(format!("a {} has no `{name}`", kind.name()))),
        None => Ok(()),
    }
}

fn from_epoch(kind: Kind, fields: &Fields) -> Result<Value> {
    let sources = [&fields.date, &fields.time, &fields.datetime];
    let beside = fields.calendar_field().or(fields.millisecond.or(fields.microsecond).map(|_| "millisecond"));
    if kind != Kind::DateTime || beside.is_some() || sources.into_iter().any(Option::is_some) {
        return Err(invalid(
            "`epochSeconds` and `epochMillis` stand with `nanosecond` and `timezone` alone, in a datetime"
                .to_owned(),
        ));
    }
    let nanos = match (fields.epoch_seconds, fields.epoch_millis) {
        (Some(seconds), None) => i128::from(seconds) * NANOS_PER_SECOND,
        (None, Some(millis)) => i128::from(millis) * 1_000_000,
        _ => return Err(invalid("`epochSeconds` and `epochMillis` do not go together".to_owned())),
    };
    let zone = fields.timezone.as_ref().unwrap_or(&Zone::UTC);
    let instant = nanos + i128::from(fields.fraction()?);
    DateTime::at(instant, zone).map(Value::from).ok_or_else(out_of_range)
}

/// The parts of the values to select from.
#[derive(Default)]
pub(super) struct Source {
    pub date: Option<Date>,
    pub time: Option<LocalTime>,
    pub zone: Option<Zone>,
    pub offset: Option<i32>,
}

impl Source {
    fn of(fields: &Fields) -> Result<Source> {
        let (date, time) = match (&fields.datetime, &fields.date, &fields.time) {
            (Some(both), None, None) => (Some(both), Some(both)),
            (Some(_), _, _) => {
                return Err(invalid("`datetime` does not go together with `date` or `time`".to_owned()));
            }
            (None, date, time) => (date.as_ref(), time.as_ref()),
        };
        let lacking = |name: &str, value: &Value| mistyped(format!("{} has no {name}", value.type_name()));
        let mut source = Source::default();
        if let Some(value) = date {
            source.date = Some(Source::from(value).date.ok_or_else(|| lacking("date", value))?);
        }
        if let Some(value) = time {
            let from = Source::from(value);
            from.time.ok_or_else(|| lacking("time", value))?;
            source = Source { date: source.date, ..from };
        }
        Ok(source)
    }

    /// The parts of one value; none where it is no point in time.
    pub fn from(value: &Value) -> Source {
        match value {
            Value::Date(date) => Source { date: Some(*date), ..Source::default() },
            Value::LocalTime(time) => Source { time: Some(*time), ..Source::default() },
            Value::Time(time) => Source {
                date: None,
                time: Some(time.local),
                zone: Some(Zone::Offset(time.offset)),
                offset: Some(time.offset),
            },
            Value::LocalDateTime(moment) => {
                Source { date: Some(moment.date), time: Some(moment.time), ..Source::default() }
            }
            Value::DateTime(moment) => Source {
                date: Some(moment.local.date),
                time: Some(moment.local.time),
                zone: Some(moment.zone()),
                offset: Some(moment.offset),
            },
            _ => Source::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.date.is_none() && self.time.is_none()
    }
}

pub(super) fn out_of_range() -> Box<crate::base::Report> {
    invalid("the year is out of range".to_owned())
}

#[cfg(test)]
mod tests;

//! The duration between two temporal values.
//!
//! What one value lacks it takes from the other: a date without time is midnight, a time without date is on the
//! other's date, and a value without zone is in the other's.

use super::operators::{shift_local, shift_moment};
use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Zone, invalid, mistyped};
use crate::base::Result;
use crate::value::Value;

/// What the duration is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// As many whole months as fit, then days, then seconds.
    Parts,
    Months,
    Days,
    Seconds,
}

/// Null where one of the values is; an error where one is not a date or time.
pub fn between(measure: Measure, from: &Value, to: &Value) -> Result<Value> {
    if from.is_null() || to.is_null() {
        return Ok(Value::Null);
    }
    let (from, to) = (Place::of(from)?, Place::of(to)?);
    let dated = from.date.is_some() && to.date.is_some();
    let both = from.moment(&to).zip(to.moment(&from));
    let duration = both.and_then(|(from, to)| match measure {
        Measure::Parts if dated => parts(&from, &to),
        Measure::Parts | Measure::Seconds => Duration::new(0, 0, to.instant() - from.instant()),
        Measure::Months => Duration::new(months(from.local, to.in_zone(&from.zone())?.local), 0, 0),
        Measure::Days => Duration::new(0, days(from.local, to.in_zone(&from.zone())?.local), 0),
    });
    duration.map(Value::from).ok_or_else(|| invalid("the duration between the two is too long".to_owned()))
}

/// The parts of a temporal value that it has.
struct Place {
    date: Option<Date>,
    time: Option<LocalTime>,
    zone: Option<Zone>,
    offset: Option<i32>,
}

impl Place {
    fn of(value: &Value) -> Result<Place> {
        let local = |date, time| Place { date, time, zone: None, offset: None };
        Ok(match value {
            Value::Date(date) => local(Some(*date), None),
            Value::LocalTime(time) => local(None, Some(*time)),
            Value::LocalDateTime(moment) => local(Some(moment.date), Some(moment.time)),
            Value::Time(time) => Place {
                zone: Some(Zone::Offset(time.offset)),
                offset: Some(time.offset),
                ..local(None, Some(time.local))
            },
            Value::DateTime(moment) => Place {
                zone: Some(moment.zone()),
                offset: Some(moment.offset),
                ..local(Some(moment.local.date), Some(moment.local.time))
            },
            other => {
                let message =
                    format!("a duration lies between two dates or times, not {}", other.type_name());
                return Err(mistyped(message));
            }
        })
    }

    /// As a moment, with what is lacking from the other value.
    fn moment(&self, other: &Place) -> Option<DateTime> {
        let date = self.date.or(other.date).unwrap_or(Date::EPOCH);
        let local = LocalDateTime::new(date, self.time.unwrap_or(LocalTime::MIDNIGHT));
        let zone = self.zone.as_ref().or(other.zone.as_ref()).unwrap_or(&Zone::UTC);
        DateTime::new(local, zone, self.offset)
    }
}

fn parts(from: &DateTime, to: &DateTime) -> Option<Duration> {
    let to_local = to.in_zone(&from.zone())?.local;
    let months = months(from.local, to_local);
    // Months and days are steps of the calendar: only where they lead to is looked up in the zone.
    let later = shift_local(from.local, Duration { months, ..Duration::default() })?;
    let days = days(later, to_local);
    let from = shift_moment(from, Duration { months, days, ..Duration::default() })?;
    Duration::new(months, days, to.instant() - from.instant())
}

/// Whole days, towards zero.
fn days(from: LocalDateTime, to: LocalDateTime) -> i64 {
    whole_days_end(from, to) - from.date.days
}

/// Whole months, towards zero: a month is whole when its day is reached.
fn months(from: LocalDateTime, to: LocalDateTime) -> i64 {
    // With 32 days to every month the difference of two packed dates has the whole months above its days.
    let packed = |date: Date| (date.year() * 12 + i64::from(date.month())) * 32 + i64::from(date.day());
    let end = Date { days: whole_days_end(from, to) };
    (packed(end) - packed(from.date)) / 32
}

/// Whole months from one day to another, towards zero.
pub fn months_between(from: Date, to: Date) -> i64 {
    let midnight = |date: Date| LocalDateTime { date, time: LocalTime { nanos: 0 } };
    months(midnight(from), midnight(to))
}

/// The day up to which whole days fit, in days since 1970-01-01.
fn whole_days_end(from: LocalDateTime, to: LocalDateTime) -> i64 {
    if to.date > from.date && to.time < from.time {
        to.date.days - 1
    } else if to.date < from.date && to.time > from.time {
        to.date.days + 1
    } else {
        to.date.days
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Value {
        parse::date(text)
            .map(Value::Date)
            .or_else(|| parse::local_time(text).map(Value::LocalTime))
            .or_else(|| parse::local_date_time(text).map(Value::LocalDateTime))
            .or_else(|| parse::time(text, 0).map(Value::Time))
            .or_else(|| parse::date_time(text, &Zone::UTC).map(Value::from))
            .unwrap()
    }

    fn shown(measure: Measure, from: &str, to: &str) -> String {
        between(measure, &value(from), &value(to)).unwrap().to_string().trim_matches('\'').to_owned()
    }

    #[test]
    fn parts_from_large_to_small() {
        let parts = |from, to| shown(Measure::Parts, from, to);
        assert_eq!(parts("2008-05-15", "2011-02-14"), "P2Y8M30D");
        assert_eq!(parts("2011-02-14", "2008-05-15"), "P-2Y-8M-30D");
        assert_eq!(parts("2024-01-31", "2024-03-01"), "P1M1D");
        assert_eq!(parts("2024-01-31T12:00", "2024-03-01T11:00"), "P29DT23H");
        assert_eq!(parts("2024-01-31", "09:05Z"), "PT9H5M");
        assert_eq!(parts("23:00+02:00", "01:00Z"), "PT-20H");
        assert_eq!(parts("2024-03-30T12:00[Europe/Paris]", "2024-03-31T12:00[Europe/Paris]"), "P1D");
        assert_eq!(parts("2024-03-30T13:00[Europe/Paris]", "2024-03-31T12:00"), "PT22H");
    }

    #[test]
    fn one_unit() {
        assert_eq!(shown(Measure::Days, "2024-03-01T10:00Z", "2024-02-28T12:00+03:00"), "P-2D");
        assert_eq!(shown(Measure::Months, "2024-03-31", "2024-02-29"), "P-1M");
        assert_eq!(shown(Measure::Months, "2024-02-29", "2024-03-28"), "PT0S");
        assert_eq!(
            shown(Measure::Seconds, "2024-03-30T12:00[Europe/Paris]", "2024-03-31T12:00[Europe/Paris]"),
            "PT23H"
        );
        assert_eq!(
            shown(Measure::Seconds, "-999999999-01-01T00:00+18:00", "+999999999-12-31T00:00-18:00"),
            "PT17531639991228H"
        );
        let text = Value::from("2024-03-01");
        assert_eq!(between(Measure::Days, &text, &text).unwrap_err().failure.unwrap().kind, "TypeError");
    }

    #[test]
    fn calendar_steps_pass_over_hours_that_are_not() {
        let zone = Zone::parse("America/New_York").unwrap();
        let [from, to] = [-667_152_000_000_000_001_i64, 3_477_369_599_999_999_999]
            .map(|nanos| DateTime::at(nanos.into(), &zone).unwrap());
        let parts = parts(&from, &to).unwrap();
        assert_eq!(shift_moment(&from, parts).unwrap().instant(), to.instant());
    }

    proptest! {
        #[test]
        fn adding_what_lies_between_leads_there(a in any::<i64>(), b in any::<i64>()) {
            let zone = Zone::parse("America/New_York").unwrap();
            let [from, to] = [a, b].map(|nanos| DateTime::at(nanos.into(), &zone).unwrap());
            let parts = parts(&from, &to).unwrap();
            prop_assert_eq!(shift_moment(&from, parts).unwrap().instant(), to.instant());
            let seconds = Duration::new(0, 0, to.instant() - from.instant()).unwrap();
            prop_assert_eq!(shift_moment(&from, seconds).unwrap().instant(), to.instant());
            prop_assert!(parts.months.signum() * seconds.seconds.signum() >= 0);
            prop_assert!(parts.days.signum() * seconds.seconds.signum() >= 0);
        }
    }
}

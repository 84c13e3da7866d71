//! Components of temporal values: `date.year`, `time.offset`, `duration.monthsOfYear` and so on.

use super::time::{NANOS_PER_SECOND, OffsetText};
use super::{Date, DateTime, Duration, LocalTime};
use crate::value::Value;

type Table<T> = &'static [(&'static str, fn(T) -> i64)];

const DATE: Table<Date> = &[
    ("year", |date| date.year()),
    ("quarter", |date| date.quarter().into()),
    ("month", |date| date.month().into()),
    ("weekYear", |date| date.week().0),
    ("week", |date| date.week().1.into()),
    ("dayOfQuarter", |date| date.day_of_quarter().into()),
    ("quarterDay", |date| date.day_of_quarter().into()),
    ("day", |date| date.day().into()),
    ("ordinalDay", |date| date.ordinal_day().into()),
    ("dayOfYear", |date| date.ordinal_day().into()),
    ("dayOfWeek", |date| date.weekday().into()),
    ("weekDay", |date| date.weekday().into()),
];

const CLOCK: Table<LocalTime> = &[
    ("hour", |time| time.hour().into()),
    ("minute", |time| time.minute().into()),
    ("second", |time| time.second().into()),
    ("millisecond", |time| (time.nanosecond() / 1_000_000).into()),
    ("microsecond", |time| (time.nanosecond() / 1_000).into()),
    ("nanosecond", |time| time.nanosecond().into()),
];

const DURATION: Table<Duration> = &[
    ("years", |duration| duration.months / 12),
    ("quarters", |duration| duration.months / 3),
    ("months", |duration| duration.months),
    ("weeks", |duration| duration.days / 7),
    ("days", |duration| duration.days),
    ("hours", |duration| duration.seconds / 3600),
    ("minutes", |duration| duration.seconds / 60),
    ("seconds", |duration| duration.seconds),
    ("quartersOfYear", |duration| duration.months / 3 % 4),
    ("monthsOfQuarter", |duration| duration.months % 3),
    ("monthsOfYear", |duration| duration.months % 12),
    ("daysOfWeek", |duration| duration.days % 7),
    ("minutesOfHour", |duration| duration.seconds / 60 % 60),
    ("secondsOfMinute", |duration| duration.seconds % 60),
    ("millisecondsOfSecond", |duration| (duration.nanos / 1_000_000).into()),
    ("microsecondsOfSecond", |duration| (duration.nanos / 1_000).into()),
    ("nanosecondsOfSecond", |duration| duration.nanos.into()),
];

/// The component of that name; `None` where the value has no such component.
///
/// Null for the few that do not fit in 64 bits: the nanoseconds of a duration of more than 292 years.
pub fn component(value: &Value, key: &str) -> Option<Value> {
    match value {
        Value::Date(date) => look_up(DATE, *date, key),
        Value::LocalTime(time) => look_up(CLOCK, *time, key),
        Value::Time(time) => look_up(CLOCK, time.local, key).or_else(|| of_offset(time.offset, None, key)),
        Value::LocalDateTime(moment) => {
            look_up(DATE, moment.date, key).or_else(|| look_up(CLOCK, moment.time, key))
        }
        Value::DateTime(moment) => look_up(DATE, moment.local.date, key)
            .or_else(|| look_up(CLOCK, moment.local.time, key))
            .or_else(|| of_offset(moment.offset, moment.zone.as_deref(), key))
            .or_else(|| of_instant(moment, key)),
        Value::Duration(duration) => {
            look_up(DURATION, **duration, key).or_else(|| of_length(**duration, key))
        }
        _ => None,
    }
}

fn look_up<T>(table: Table<T>, value: T, key: &str) -> Option<Value> {
    let (_, read) = table.iter().find(|(name, _)| *name == key)?;
    Some(Value::Integer(read(value)))
}

fn of_offset(offset: i32, zone: Option<&str>, key: &str) -> Option<Value> {
    Some(match key {
        "timezone" => zone.map_or_else(|| OffsetText(offset).to_string().into(), Value::from),
        "offset" => OffsetText(offset).to_string().into(),
        "offsetMinutes" => Value::Integer((offset / 60).into()),
        "offsetSeconds" => Value::Integer(offset.into()),
        _ => return None,
    })
}

fn of_instant(moment: &DateTime, key: &str) -> Option<Value> {
    let unit = match key {
        "epochSeconds" => NANOS_PER_SECOND,
        "epochMillis" => 1_000_000,
        _ => return None,
    };
    Some(integer(moment.instant().div_euclid(unit)))
}

/// Seconds and nanoseconds of a duration in one unit.
fn of_length(duration: Duration, key: &str) -> Option<Value> {
    let unit = match key {
        "milliseconds" => 1_000_000,
        "microseconds" => 1_000,
        "nanoseconds" => 1,
        _ => return None,
    };
    Some(integer(duration.clock_nanos().div_euclid(unit)))
}

fn integer(number: i128) -> Value {
    i64::try_from(number).map_or(Value::Null, Value::Integer)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::value::temporal::Zone;

    fn all(value: Value, keys: &[&str]) -> String {
        let shown = |key: &&str| component(&value, key).map_or("-".to_owned(), |value| value.to_string());
        keys.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn of_a_moment() {
        let moment = parse::date_time("2021-01-03T23:59:58.987654321-03:30", &Zone::UTC).unwrap();
        let keys =
            ["year", "weekYear", "week", "weekDay", "dayOfQuarter", "ordinalDay", "hour", "microsecond"];
        assert_eq!(all(moment.clone().into(), &keys), "2021 2020 53 7 3 3 23 987654");
        let keys =
            ["timezone", "offset", "offsetMinutes", "offsetSeconds", "epochSeconds", "epochMillis", "era"];
        assert_eq!(all(moment.into(), &keys), "'-03:30' '-03:30' -210 -12600 1609730998 1609730998987 -");
        let named = parse::date_time("2021-01-03T00:00[Asia/Bishkek]", &Zone::UTC).unwrap();
        assert_eq!(all(named.into(), &["timezone", "offset"]), "'Asia/Bishkek' '+06:00'");
    }

    #[test]
    fn of_a_duration() {
        let duration = parse::duration("P-1Y-5M10DT-0.25S").unwrap();
        let keys =
            ["years", "quarters", "monthsOfYear", "weeks", "seconds", "nanosecondsOfSecond", "milliseconds"];
        assert_eq!(all(duration.into(), &keys), "-1 -5 -5 1 -1 750000000 -250");
        let long = parse::duration("PT3000000H").unwrap();
        assert_eq!(all(long.into(), &["nanoseconds", "microseconds"]), "null 10800000000000000");
    }
}

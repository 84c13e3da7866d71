//! Components given in a map: `{year: 1984, week: 10, timezone: '+01:00'}`.

use super::decimal::Decimal;
use super::duration::{Amounts, Part};
use super::{Date, Duration, LocalTime, Zone, invalid, mistyped};
use crate::base::Result;
use crate::value::{Map, Value};

/// The components of a date, a time or a moment, as far as they are given.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    year: Option<i64>,
    quarter: Option<i64>,
    month: Option<i64>,
    week: Option<i64>,
    day: Option<i64>,
    ordinal_day: Option<i64>,
    day_of_week: Option<i64>,
    day_of_quarter: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    pub millisecond: Option<i64>,
    pub microsecond: Option<i64>,
    pub nanosecond: Option<i64>,
    pub epoch_seconds: Option<i64>,
    pub epoch_millis: Option<i64>,
    pub timezone: Option<Zone>,
    /// The values to select from.
    pub date: Option<Value>,
    pub time: Option<Value>,
    pub datetime: Option<Value>,
}

type Table = &'static [(&'static str, fn(&mut Fields) -> &mut Option<i64>)];

const DATE: Table = &[
    ("year", |fields| &mut fields.year),
    ("quarter", |fields| &mut fields.quarter),
    ("month", |fields| &mut fields.month),
    ("week", |fields| &mut fields.week),
    ("day", |fields| &mut fields.day),
    ("ordinalDay", |fields| &mut fields.ordinal_day),
    ("dayOfWeek", |fields| &mut fields.day_of_week),
    ("dayOfQuarter", |fields| &mut fields.day_of_quarter),
];

const CLOCK: Table = &[
    ("hour", |fields| &mut fields.hour),
    ("minute", |fields| &mut fields.minute),
    ("second", |fields| &mut fields.second),
    ("millisecond", |fields| &mut fields.millisecond),
    ("microsecond", |fields| &mut fields.microsecond),
    ("nanosecond", |fields| &mut fields.nanosecond),
];

const EPOCH: Table = &[
    ("epochSeconds", |fields| &mut fields.epoch_seconds),
    ("epochMillis", |fields| &mut fields.epoch_millis),
];

type Sources = &'static [(&'static str, fn(&mut Fields) -> &mut Option<Value>)];

const SOURCES: Sources = &[
    ("date", |fields| &mut fields.date),
    ("time", |fields| &mut fields.time),
    ("datetime", |fields| &mut fields.datetime),
];

impl Fields {
    /// `None` when a component is null.
    pub fn read(map: &Map) -> Result<Option<Fields>> {
        if map.values().any(Value::is_null) {
            return Ok(None);
        }
        let mut fields = Fields::default();
        for (key, value) in map {
            let mut numbers = [DATE, CLOCK, EPOCH].into_iter().flatten();
            if let Some((_, place)) = numbers.find(|(name, _)| *name == &**key) {
                *place(&mut fields) = Some(integer(key, value)?);
            } else if let Some((_, place)) = SOURCES.iter().find(|(name, _)| *name == &**key) {
                *place(&mut fields) = Some(value.clone());
            } else if &**key == "timezone" {
                fields.timezone = Some(zone(value)?);
            } else {
                return Err(invalid(format!("`{key}` is no component of a date or time")));
            }
        }
        Ok(Some(fields))
    }

    /// The name of a component of the clock that is given.
    pub fn clock_field(&self) -> Option<&'static str> {
        self.given(CLOCK)
    }

    /// The name of a component of the calendar that is given.
    pub fn calendar_field(&self) -> Option<&'static str> {
        self.given(DATE)
    }

    fn given(&self, table: Table) -> Option<&'static str> {
        let mut fields = self.clone();
        table.iter().find(|(_, place)| place(&mut fields).is_some()).map(|(name, _)| *name)
    }

    /// The date that the components name; those that lack come from the base, or are the first there are.
    pub fn date_on(&self, base: Option<Date>) -> Result<Date> {
        let groups = [
            self.month.or(self.day).is_some(),
            self.week.or(self.day_of_week).is_some(),
            self.quarter.or(self.day_of_quarter).is_some(),
            self.ordinal_day.is_some(),
        ];
        if groups.into_iter().filter(|given| *given).count() > 1 {
            let message = "a date is named by month and day, by week, by quarter or by the day of the year: one of them";
            return Err(invalid(message.to_owned()));
        }
        let [_, week, quarter, ordinal] = groups;
        let default_year = || base.map(|base| if week { base.week().0 } else { base.year() });
        let year = self.year.or_else(default_year).ok_or_else(|| lacking("year", "date"))?;
        let date = if week {
            let week = self.part(self.week, base.map(|base| base.week().1), "week", self.day_of_week)?;
            let day = self.part(self.day_of_week, base.map(Date::weekday), "dayOfWeek", None)?;
            Date::from_week(year, week, day)
        } else if quarter {
            self.in_quarter(year, base)?
        } else if ordinal {
            let day = self.part(self.ordinal_day, None, "ordinalDay", None)?;
            Date::from_ordinal(year, day)
        } else {
            let month = self.part(self.month, base.map(Date::month), "month", self.day)?;
            let day = self.part(self.day, base.map(Date::day), "day", None)?;
            Date::from_ymd(year, month, day)
        };
        date.ok_or_else(|| invalid(format!("there is no such day in {year}, or the year is out of range")))
    }

    /// A quarter alone moves the base by whole quarters.
    fn in_quarter(&self, year: i64, base: Option<Date>) -> Result<Option<Date>> {
        let quarter = self.part(self.quarter, base.map(Date::quarter), "quarter", self.day_of_quarter)?;
        let (Some(base), None) = (base, self.day_of_quarter) else {
            let day = self.part(self.day_of_quarter, None, "dayOfQuarter", None)?;
            return Ok(Date::from_quarter(year, quarter, day));
        };
        if !(1..=4).contains(&quarter) {
            return Ok(None);
        }
        let quarters = i64::from(quarter) - i64::from(base.quarter());
        let years = year.checked_sub(base.year()).and_then(|years| years.checked_mul(12));
        let months = years.and_then(|months| months.checked_add(quarters * 3));
        Ok(months.and_then(|months| base.plus_months(months)))
    }

    /// The time of day that the components name; those that lack come from the base, or are zero.
    pub fn time_on(&self, base: Option<LocalTime>) -> Result<LocalTime> {
        let fraction = self.millisecond.or(self.microsecond).or(self.nanosecond);
        let second_on = base.map(LocalTime::second);
        let minute_on = base.map(LocalTime::minute);
        let hour_on = base.map(LocalTime::hour);
        let hour = self.clock_part(self.hour, hour_on, "hour", self.minute.or(self.second).or(fraction))?;
        let minute = self.clock_part(self.minute, minute_on, "minute", self.second.or(fraction))?;
        let second = self.clock_part(self.second, second_on, "second", fraction)?;
        let nanos = match (fraction, base) {
            (None, base) => base.map_or(0, LocalTime::nanosecond),
            (Some(_), _) => self.fraction()?,
        };
        LocalTime::from_parts(hour, minute, second, nanos)
            .ok_or_else(|| invalid(format!("there is no time {hour:02}:{minute:02}:{second:02}")))
    }

    /// Milliseconds, microseconds and nanoseconds of a second; each counts within the next larger one that is given.
    pub fn fraction(&self) -> Result<u32> {
        let within = |given: Option<i64>, limit: i64, name: &str| match given.unwrap_or(0) {
            number if (0..limit).contains(&number) => Ok(number),
            number => Err(invalid(format!("`{name}` must be from 0 to {}, not {number}", limit - 1))),
        };
        let microseconds = if self.millisecond.is_some() { 1_000 } else { 1_000_000 };
        let nanoseconds = if self.microsecond.is_some() { 1_000 } else { microseconds * 1_000 };
        let nanos = within(self.millisecond, 1_000, "millisecond")? * 1_000_000
            + within(self.microsecond, microseconds, "microsecond")? * 1_000
            + within(self.nanosecond, nanoseconds, "nanosecond")?;
        Ok(nanos as u32)
    }

    /// A component of the calendar: given, of the base, or 1 unless a smaller one depends on it.
    fn part(&self, given: Option<i64>, base: Option<u32>, name: &str, smaller: Option<i64>) -> Result<u32> {
        match (given, base, smaller) {
            (Some(number), _, _) => small(number, name),
            (None, Some(base), _) => Ok(base),
            (None, None, None) => Ok(1),
            (None, None, Some(_)) => Err(lacking(name, "date")),
        }
    }

    /// A component of the clock: given, of the base, or 0 unless a smaller one depends on it.
    fn clock_part(
        &self,
        given: Option<i64>,
        base: Option<u32>,
        name: &str,
        smaller: Option<i64>,
    ) -> Result<u32> {
        match (given, base, smaller) {
            (Some(number), _, _) => small(number, name),
            (None, Some(base), _) => Ok(base),
            (None, None, None) => Ok(0),
            (None, None, Some(_)) => Err(lacking(name, "time")),
        }
    }
}

const DURATION: &[(&str, Part)] = &[
    ("years", Part::YEARS),
    ("quarters", Part::QUARTERS),
    ("months", Part::MONTHS),
    ("weeks", Part::WEEKS),
    ("days", Part::DAYS),
    ("hours", Part::HOURS),
    ("minutes", Part::MINUTES),
    ("seconds", Part::SECONDS),
    ("milliseconds", Part::MILLISECONDS),
    ("microseconds", Part::MICROSECONDS),
    ("nanoseconds", Part::NANOSECONDS),
];

/// The duration that a map of amounts names; `None` when an amount is null.
pub(super) fn duration(map: &Map) -> Result<Option<Duration>> {
    if map.values().any(Value::is_null) {
        return Ok(None);
    }
    let too_long = || invalid("the duration is too long".to_owned());
    let mut amounts = Amounts::default();
    for (key, value) in map {
        let (_, part) = DURATION
            .iter()
            .find(|(name, _)| *name == &**key)
            .ok_or_else(|| invalid(format!("`{key}` is no component of a duration")))?;
        let amount = match value {
            Value::Integer(number) => Some(Decimal::from_integer(*number)),
            Value::Float(number) => Decimal::from_float(*number),
            other => return Err(mistyped(format!("`{key}` must be a number, not {}", other.type_name()))),
        };
        amount.and_then(|amount| amounts.add(*part, amount)).ok_or_else(too_long)?;
    }
    amounts.duration().map(Some).ok_or_else(too_long)
}

/// The zone that a text names.
pub fn zone(value: &Value) -> Result<Zone> {
    let Value::String(text) = value else {
        return Err(mistyped(format!("a time zone must be a string, not {}", value.type_name())));
    };
    Zone::parse(text).ok_or_else(|| {
        let help = "Write an offset like `'+06:00'` or a name like `'Asia/Bishkek'`.";
        invalid(format!("there is no time zone '{text}'")).help(help)
    })
}

fn integer(key: &str, value: &Value) -> Result<i64> {
    let mismatch = || mistyped(format!("`{key}` must be an integer, not {}", value.type_name()));
    value.as_integer().ok_or_else(mismatch)
}

fn small(number: i64, name: &str) -> Result<u32> {
    u32::try_from(number).map_err(|_| invalid(format!("`{name}` cannot be {number}")))
}

fn lacking(name: &str, kind: &str) -> Box<crate::base::Report> {
    invalid(format!("the {kind} lacks its `{name}`"))
}

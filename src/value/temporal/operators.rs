//! `+`, `-`, `*` and `/` where one operand is temporal.

use super::decimal::Ratio;
use super::time::{NANOS_PER_SECOND, SECONDS_PER_DAY};
use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, invalid};
use crate::base::{Report, Result};
use crate::value::{Operation, Value};
use std::sync::Arc;

/// The result of an operation with a temporal operand; `None` where the types do not go together.
pub fn calculate(operation: Operation, left: &Value, right: &Value) -> Option<Result<Value>> {
    let result = match (operation, left, right) {
        (Operation::Add, Value::Duration(a), Value::Duration(b)) => a.plus(**b).map(Value::from),
        (Operation::Subtract, Value::Duration(a), Value::Duration(b)) => {
            b.negated().and_then(|b| a.plus(b)).map(Value::from)
        }
        (Operation::Add, temporal, Value::Duration(duration))
        | (Operation::Add, Value::Duration(duration), temporal) => shift(temporal, **duration)?,
        (Operation::Subtract, temporal, Value::Duration(duration)) => match duration.negated() {
            Some(negated) => shift(temporal, negated)?,
            None => None,
        },
        (Operation::Multiply, Value::Duration(duration), factor)
        | (Operation::Multiply, factor, Value::Duration(duration)) => {
            ratio(factor)?.and_then(|factor| duration.times(factor)).map(Value::from)
        }
        (Operation::Divide, Value::Duration(_), Value::Integer(0)) => return Some(Err(division_by_zero())),
        (Operation::Divide, Value::Duration(duration), divisor) => ratio(divisor)?
            .and_then(Ratio::inverse)
            .and_then(|factor| duration.times(factor))
            .map(Value::from),
        _ => return None,
    };
    Some(result.ok_or_else(|| out_of_range(operation, left, right)))
}

/// A temporal value moved by a duration; the outer `None` where it is no such value, the inner where it leaves the
/// range.
fn shift(value: &Value, duration: Duration) -> Option<Option<Value>> {
    Some(match value {
        Value::Date(date) => shift_date(*date, duration).map(Value::Date),
        Value::LocalTime(time) => Some(Value::LocalTime(shift_time(*time, duration))),
        Value::Time(time) => Some(Value::Time(Time { local: shift_time(time.local, duration), ..*time })),
        Value::LocalDateTime(moment) => shift_local(*moment, duration).map(Value::LocalDateTime),
        Value::DateTime(moment) => shift_moment(moment, duration).map(Value::from),
        _ => return None,
    })
}

/// Whole days of the seconds count, a rest of a day does not.
pub(super) fn shift_date(date: Date, duration: Duration) -> Option<Date> {
    let days = duration.clock_nanos() / (i128::from(SECONDS_PER_DAY) * NANOS_PER_SECOND);
    let days = duration.days.checked_add(i64::try_from(days).ok()?)?;
    date.plus_months(duration.months)?.plus_days(days)
}

/// Months and days do not change a time of day; the clock goes round.
fn shift_time(time: LocalTime, duration: Duration) -> LocalTime {
    LocalTime::wrapping(i128::from(time.nanos) + duration.clock_nanos())
}

pub(super) fn shift_local(moment: LocalDateTime, duration: Duration) -> Option<LocalDateTime> {
    let date = moment.date.plus_months(duration.months)?.plus_days(duration.days)?;
    LocalDateTime { date, ..moment }.plus_nanos(duration.clock_nanos())
}

/// Months and days move the date on the local calendar; seconds are time that passes.
pub(super) fn shift_moment(moment: &DateTime, duration: Duration) -> Option<DateTime> {
    let zone = moment.zone();
    let calendar = Duration { seconds: 0, nanos: 0, ..duration };
    let day = DateTime::new(shift_local(moment.local, calendar)?, &zone, Some(moment.offset))?;
    match duration.clock_nanos() {
        0 => Some(day),
        nanos => DateTime::at(day.instant().checked_add(nanos)?, &zone),
    }
}

/// A number as a factor; the outer `None` where it is no number, the inner where it cannot be one.
fn ratio(factor: &Value) -> Option<Option<Ratio>> {
    match factor {
        Value::Integer(number) => Some(Some(Ratio::integer(*number))),
        Value::Float(number) => Some(Ratio::float(*number)),
        _ => None,
    }
}

fn out_of_range(operation: Operation, left: &Value, right: &Value) -> Box<Report> {
    let (symbol, kind) = (operation.symbol(), left.type_name());
    invalid(format!("`{left} {symbol} {right}` is beyond what a {kind} can hold"))
}

fn division_by_zero() -> Box<Report> {
    Report::runtime("ArithmeticError", "DivisionByZero", "a duration cannot be divided by zero")
}

impl From<Duration> for Value {
    fn from(duration: Duration) -> Value {
        Value::Duration(Arc::new(duration))
    }
}

impl From<DateTime> for Value {
    fn from(moment: DateTime) -> Value {
        Value::DateTime(Arc::new(moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::arithmetic::{add, divide, multiply, subtract};
    use crate::value::temporal::Zone;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn duration(months: i64, days: i64, seconds: i64) -> Value {
        Duration::new(months, days, i128::from(seconds) * NANOS_PER_SECOND).unwrap().into()
    }

    fn shown(result: Result<Value>) -> String {
        result.unwrap().to_string().trim_matches('\'').to_owned()
    }

    fn detail(result: Result<Value>) -> &'static str {
        result.unwrap_err().failure.unwrap().detail
    }

    #[test]
    fn dates_take_whole_days_of_the_seconds() {
        let day = Value::Date(date("2024-01-31"));
        assert_eq!(shown(add(&day, &duration(1, 1, 86_399))), "2024-03-01");
        assert_eq!(shown(add(&duration(1, 1, 90_000), &day)), "2024-03-02");
        assert_eq!(shown(subtract(&day, &duration(0, 0, 90_000))), "2024-01-30");
        assert_eq!(detail(add(&day, &duration(i64::MAX, 0, 0))), "InvalidArgumentValue");
        assert_eq!(detail(subtract(&day, &duration(i64::MIN, 0, 0))), "InvalidArgumentValue");
        assert_eq!(detail(subtract(&duration(0, 0, 0), &day)), "InvalidArgumentType");
    }

    #[test]
    fn days_follow_the_calendar_and_hours_the_clock() {
        let zone = Zone::parse("Europe/Paris").unwrap();
        let noon = LocalDateTime::new(date("2024-03-30"), LocalTime::from_parts(12, 0, 0, 0).unwrap());
        let moment = Value::from(DateTime::new(noon, &zone, None).unwrap());
        assert_eq!(shown(add(&moment, &duration(0, 1, 0))), "2024-03-31T12:00+02:00[Europe/Paris]");
        assert_eq!(shown(add(&moment, &duration(0, 0, 86_400))), "2024-03-31T13:00+02:00[Europe/Paris]");
    }

    #[test]
    fn durations_and_numbers() {
        assert_eq!(shown(multiply(&duration(1, 2, 3), &Value::Integer(2))), "P2M4DT6S");
        assert_eq!(shown(multiply(&Value::Float(0.5), &duration(0, 1, 0))), "PT12H");
        assert_eq!(shown(divide(&duration(0, 1, 0), &Value::Integer(7))), "PT3H25M42.857142857S");
        assert_eq!(detail(divide(&duration(0, 1, 0), &Value::Integer(0))), "DivisionByZero");
        assert_eq!(detail(divide(&duration(0, 1, 0), &Value::Float(0.0))), "InvalidArgumentValue");
        assert_eq!(detail(multiply(&duration(0, 1, 0), &Value::Float(f64::NAN))), "InvalidArgumentValue");
        assert_eq!(detail(multiply(&duration(0, 1, 0), &duration(0, 1, 0))), "InvalidArgumentType");
    }
}

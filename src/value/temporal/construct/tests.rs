//! Maps of components, by examples, and that no map panics.

use super::*;
use crate::value::Map;
use crate::value::temporal::truncate;
use proptest::prelude::*;

/// 2023-05-04T21:00Z.
const NOW: i128 = 1_683_234_000 * NANOS_PER_SECOND;

fn map(entries: &[(&str, Value)]) -> Value {
    Value::map(entries.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
}

fn made(kind: Kind, entries: &[(&str, Value)]) -> String {
    shown(construct(kind, &map(entries), NOW))
}

fn shown(result: Result<Value>) -> String {
    match result {
        Ok(value) => value.to_string().trim_matches('\'').to_owned(),
        Err(report) => report.failure.unwrap().detail.to_owned(),
    }
}

fn read_value(kind: Kind, text: &str) -> Value {
    construct(kind, &text.into(), NOW).unwrap()
}

fn int(number: i64) -> Value {
    Value::Integer(number)
}

#[test]
fn components_of_a_date() {
    let base = read_value(Kind::Date, "2020-12-31");
    let date = |entries: &[(&str, Value)]| made(Kind::Date, entries);
    assert_eq!(date(&[("year", int(2023)), ("week", int(1))]), "2023-01-02");
    assert_eq!(date(&[("date", base.clone()), ("week", int(1))]), "2020-01-02");
    assert_eq!(date(&[("date", base.clone()), ("quarter", int(2))]), "2020-06-30");
    assert_eq!(date(&[("date", base.clone()), ("dayOfQuarter", int(1))]), "2020-10-01");
    assert_eq!(date(&[("date", base.clone()), ("month", int(2))]), "InvalidArgumentValue");
    assert_eq!(date(&[("year", int(2023)), ("day", int(4))]), "InvalidArgumentValue");
    assert_eq!(date(&[("month", int(4))]), "InvalidArgumentValue");
    assert_eq!(date(&[("year", int(2023)), ("week", int(4)), ("month", int(1))]), "InvalidArgumentValue");
    assert_eq!(date(&[("year", int(2023)), ("hour", int(4))]), "InvalidArgumentValue");
    assert_eq!(date(&[("year", "2023".into())]), "InvalidArgumentType");
    assert_eq!(date(&[("year", Value::Null)]), "null");
    assert_eq!(date(&[("years", int(2023))]), "InvalidArgumentValue");
    assert_eq!(date(&[("date", int(2023))]), "InvalidArgumentType");
    assert_eq!(date(&[("timezone", "Asia/Bishkek".into())]), "2023-05-05");
    assert_eq!(date(&[]), "InvalidArgumentValue");
}

#[test]
fn components_of_the_clock() {
    let time = |entries: &[(&str, Value)]| made(Kind::LocalTime, entries);
    assert_eq!(time(&[("hour", int(9)), ("minute", int(5))]), "09:05");
    assert_eq!(time(&[("hour", int(9)), ("second", int(5))]), "InvalidArgumentValue");
    assert_eq!(time(&[("minute", int(5))]), "InvalidArgumentValue");
    assert_eq!(time(&[("hour", int(24))]), "InvalidArgumentValue");
    let fraction = |name, number, other: &str, more| {
        time(&[
            ("hour", int(9)),
            ("minute", int(0)),
            ("second", int(0)),
            (name, int(number)),
            (other, int(more)),
        ])
    };
    assert_eq!(fraction("millisecond", 5, "nanosecond", 6_007), "09:00:00.005006007");
    assert_eq!(fraction("millisecond", 5, "microsecond", 1_000), "InvalidArgumentValue");
    let base = read_value(Kind::LocalTime, "09:05:30.123456789");
    assert_eq!(time(&[("time", base.clone()), ("millisecond", int(5))]), "09:05:30.005");
    assert_eq!(time(&[("time", base), ("hour", int(23))]), "23:05:30.123456789");
}

#[test]
fn zones() {
    let paris = read_value(Kind::DateTime, "2024-10-27T02:30+01:00[Europe/Paris]");
    let moment = |entries: &[(&str, Value)]| made(Kind::DateTime, entries);
    assert_eq!(moment(&[("datetime", paris.clone())]), "2024-10-27T02:30+01:00[Europe/Paris]");
    assert_eq!(
        moment(&[("datetime", paris.clone()), ("timezone", "Asia/Bishkek".into())]),
        "2024-10-27T07:30+06:00[Asia/Bishkek]"
    );
    assert_eq!(moment(&[("date", paris.clone()), ("timezone", "+06:00".into())]), "2024-10-27T00:00+06:00");
    assert_eq!(
        made(Kind::Time, &[("time", paris.clone()), ("timezone", "Asia/Bishkek".into())]),
        "07:30+06:00"
    );
    assert_eq!(made(Kind::Time, &[("hour", int(1)), ("timezone", "Nowhere".into())]), "InvalidArgumentValue");
    assert_eq!(shown(construct(Kind::LocalTime, &paris, NOW)), "02:30");
    assert_eq!(
        shown(construct(Kind::DateTime, &read_value(Kind::Date, "2024-10-27"), NOW)),
        "2024-10-27T00:00Z"
    );
    assert_eq!(
        shown(construct(Kind::Time, &read_value(Kind::Date, "2024-10-27"), NOW)),
        "InvalidArgumentType"
    );
    assert_eq!(
        moment(&[("epochSeconds", int(-1)), ("nanosecond", int(5))]),
        "1969-12-31T23:59:59.000000005Z"
    );
    assert_eq!(moment(&[("epochMillis", int(i64::MAX))]), "+292278994-08-17T07:12:55.807Z");
    assert_eq!(moment(&[("epochSeconds", int(i64::MAX))]), "InvalidArgumentValue");
}

#[test]
fn durations() {
    let duration = |entries: &[(&str, Value)]| shown(duration_from(&map(entries)));
    assert_eq!(duration(&[("quarters", int(3)), ("weeks", Value::Float(0.5))]), "P9M3DT12H");
    assert_eq!(duration(&[("seconds", Value::Float(1.1)), ("milliseconds", int(-100))]), "PT1S");
    assert_eq!(duration(&[("hours", int(i64::MAX))]), "InvalidArgumentValue");
    assert_eq!(duration(&[("hours", Value::Float(f64::NAN))]), "InvalidArgumentValue");
    assert_eq!(duration(&[("hour", int(1))]), "InvalidArgumentValue");
    assert_eq!(duration(&[("hours", "1".into())]), "InvalidArgumentType");
    assert_eq!(duration(&[]), "PT0S");
}

#[test]
fn truncation() {
    let cut = |kind, unit: &str, value: &Value, components: &[(&str, Value)]| {
        shown(truncate(kind, &unit.into(), value, Some(&map(components)), NOW))
    };
    let moment = read_value(Kind::DateTime, "2023-05-04T09:05:30.123456789+06:00[Asia/Bishkek]");
    let date = read_value(Kind::Date, "-0001-05-04");
    assert_eq!(cut(Kind::Date, "millennium", &date, &[]), "-1000-01-01");
    assert_eq!(
        cut(Kind::DateTime, "WEEK", &moment, &[("dayOfWeek", int(7))]),
        "2023-05-07T00:00+06:00[Asia/Bishkek]"
    );
    assert_eq!(cut(Kind::Time, "millisecond", &moment, &[("microsecond", int(4))]), "09:05:30.123004+06:00");
    assert_eq!(cut(Kind::Date, "hour", &moment, &[]), "InvalidArgumentValue");
    assert_eq!(cut(Kind::LocalTime, "month", &moment, &[]), "InvalidArgumentValue");
    assert_eq!(cut(Kind::DateTime, "hour", &date, &[]), "InvalidArgumentValue");
    assert_eq!(cut(Kind::Date, "day", &moment, &[("date", date.clone())]), "InvalidArgumentValue");
    assert_eq!(cut(Kind::Date, "fortnight", &date, &[]), "InvalidArgumentValue");
    assert_eq!(cut(Kind::Date, "day", &int(1), &[]), "InvalidArgumentType");
    assert_eq!(cut(Kind::Date, "day", &Value::Null, &[]), "null");
}

const KINDS: [Kind; 5] = [Kind::Date, Kind::LocalTime, Kind::Time, Kind::LocalDateTime, Kind::DateTime];

proptest! {
    #[test]
    fn no_map_panics(
        entries in prop::collection::btree_map(
            prop::sample::select(vec![
                "year", "quarter", "month", "week", "day", "ordinalDay", "dayOfWeek", "dayOfQuarter", "hour",
                "minute", "second", "millisecond", "microsecond", "nanosecond", "epochSeconds", "epochMillis",
                "date", "time", "datetime", "timezone", "years", "days", "hours",
            ]),
            prop_oneof![
                (-3i64..70).prop_map(Value::Integer),
                any::<i64>().prop_map(Value::Integer),
                any::<f64>().prop_map(Value::Float),
                Just(read_value(Kind::DateTime, "+999999999-12-31T23:00-18:00")),
                Just(read_value(Kind::DateTime, "-999999999-01-01T00:00[Asia/Bishkek]")),
                Just(Value::from("Europe/Paris")),
            ],
            0..5,
        ),
        unit in prop::sample::select(vec!["millennium", "weekYear", "quarter", "week", "day", "hour", "microsecond"]),
    ) {
        let components: Map = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        let value = Value::map(components);
        let _ = duration_from(&value);
        for kind in KINDS {
            if let Ok(made) = construct(kind, &value, NOW) {
                let text = made.to_string();
                if !made.is_null() {
                    prop_assert_eq!(construct(kind, &text.trim_matches('\'').into(), NOW).unwrap(), made.clone());
                }
                let _ = truncate(kind, &unit.into(), &made, Some(&value), NOW);
                let _ = truncate(kind, &unit.into(), &made, None, NOW);
            }
        }
    }
}

use super::*;
use proptest::prelude::*;

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or("none".to_owned(), |value| value.to_string())
}

#[test]
fn dates() {
    for (text, expected) in [
        ("2023-05-04", "2023-05-04"),
        ("20230504", "2023-05-04"),
        ("2023-05", "2023-05-01"),
        ("202305", "2023-05-01"),
        ("2020-W53-5", "2021-01-01"),
        ("2020W535", "2021-01-01"),
        ("2020W53", "2020-12-28"),
        ("2023-Q2-34", "2023-05-04"),
        ("2023Q234", "2023-05-04"),
        ("2023-Q2", "2023-04-01"),
        ("2024-366", "2024-12-31"),
        ("2024366", "2024-12-31"),
        ("0044", "0044-01-01"),
        ("-0044", "-0044-01-01"),
        ("-44-03-15", "-0044-03-15"),
        ("+123456789-05", "+123456789-05-01"),
        ("+12023-W01-1", "+12023-01-02"),
    ] {
        assert_eq!(shown(date(text)), expected, "{text}");
    }
    for text in [
        "",
        "-",
        "+",
        "2",
        "202",
        "20230",
        "2023-5-4",
        "2023-0504",
        "202305-04",
        "2023-366",
        "2023-W53",
        "2023-W1",
        "2023-05-04-",
        "2023-05-",
        "2023-",
        "2023-W10-8",
        "2023-W10-",
        "2023W10-1",
        "2023-Q5",
        "2023-Q2-92",
        "+1234567890-01-01",
        "2023-05-04T",
        " 2023",
        "2023-13",
        "2023-é5",
        "２０２３",
        "2023-202-1",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn times() {
    for (text, expected) in [
        ("09:05", "09:05"),
        ("0905", "09:05"),
        ("09", "09:00"),
        ("090530", "09:05:30"),
        ("09:05:30.000000001", "09:05:30.000000001"),
        ("090530,5", "09:05:30.5"),
    ] {
        assert_eq!(shown(local_time(text)), expected, "{text}");
    }
    for text in [
        "",
        "9",
        "24",
        "09:60",
        "09:05:60",
        "09:5",
        "09:05.5",
        "090530.",
        "09:05:30.0000000001",
        "09:05:30.x",
        "09:05:30:10",
    ] {
        assert_eq!(local_time(text), None, "{text}");
    }
    assert_eq!(shown(time("0905", 21_600)), "09:05+06:00");
    assert_eq!(shown(time("09:05:30.5-0330", 0)), "09:05:30.5-03:30");
    assert_eq!(time("09:05+06:00[Asia/Bishkek]", 0), None);
}

#[test]
fn moments() {
    let moment = |text| shown(date_time(text, &Zone::UTC));
    assert_eq!(moment("2023-05-04"), "2023-05-04T00:00Z");
    assert_eq!(moment("2023124T0905"), "2023-05-04T09:05Z");
    assert_eq!(moment("2023-05-04[Asia/Bishkek]"), "2023-05-04T00:00+06:00[Asia/Bishkek]");
    assert_eq!(moment("2023-05-04T09:05+06:00[Asia/Bishkek]"), "2023-05-04T09:05+06:00[Asia/Bishkek]");
    assert_eq!(moment("2024-10-27T02:30+01:00[Europe/Paris]"), "2024-10-27T02:30+01:00[Europe/Paris]");
    assert_eq!(moment("2023-05-04T09:05-0330"), "2023-05-04T09:05-03:30");
    for text in [
        "2023-05-04T09:05+05:00[Asia/Bishkek]",
        "2024-03-31T02:30+01:00[Europe/Paris]",
        "2023-05-04T09:05[Asia/Nowhere]",
        "2023-05-04T09:05]",
        "2023-05-04T09:05[",
        "2023-05-04T",
        "T09:05",
        "2023-05-04 09:05",
        "2023-05-04T09:05Z+01",
    ] {
        assert_eq!(moment(text), "none", "{text}");
    }
    assert_eq!(local_date_time("2023-05-04T09:05Z"), None);
}

#[test]
fn durations() {
    for (text, expected) in [
        ("P1Y2M3W4DT5H6M7.5S", "P1Y2M25DT5H6M7.5S"),
        ("PT-0.000000001S", "PT-0.000000001S"),
        ("P-1Y-14M", "P-2Y-2M"),
        ("-P1DT12H", "P-1DT-12H"),
        ("P1,5D", "P1DT12H"),
        ("PT90M", "PT1H30M"),
        ("P0.5Y", "P6M"),
        ("P2023-05-04", "P2023Y5M4D"),
        ("P20230504T090530.25", "P2023Y5M4DT9H5M30.25S"),
        ("P0000-00-00T00:00", "PT0S"),
    ] {
        assert_eq!(shown(duration(text)), expected, "{text}");
    }
    for text in [
        "",
        "P",
        "PT",
        "P1DT",
        "1D",
        "P1",
        "P1S",
        "PT1D",
        "P1D1Y",
        "P1D1D",
        "P1.D",
        "P--1D",
        "P1DT1H1H",
        "PT1M1H",
        "P99999999999999999999Y",
        "P9223372036854775807Y",
        "P2023-05",
        "P1D ",
    ] {
        assert_eq!(duration(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn values_read_as_they_are_written(
        days in -365_000_000_000i64..365_000_000_000,
        nanos in 0u64..86_400_000_000_000,
        offset in -64_800i32..=64_800,
        zone in prop::sample::select(vec!["Asia/Bishkek", "Europe/London", "America/Caracas", "Pacific/Auckland"]),
    ) {
        let local = LocalDateTime::new(Date { days }, LocalTime { nanos });
        prop_assert_eq!(local_date_time(&local.to_string()), Some(local));
        let fixed = Time { local: local.time, offset };
        prop_assert_eq!(time(&fixed.to_string(), 0), Some(fixed));
        for zone in [Zone::Offset(offset), Zone::parse(zone).unwrap()] {
            let moment = DateTime::new(local, &zone, None).unwrap();
            prop_assert_eq!(date_time(&moment.to_string(), &Zone::UTC), Some(moment));
        }
    }

    #[test]
    fn durations_read_as_they_are_written(months in any::<i64>(), days in any::<i64>(), nanos in any::<i64>(), seconds in any::<i64>()) {
        let nanos = i128::from(seconds) * 1_000_000_000 + i128::from(nanos.rem_euclid(1_000_000_000));
        let value = super::super::Duration::new(months, days, nanos).unwrap();
        prop_assert_eq!(duration(&value.to_string()), Some(value));
    }

    #[test]
    fn no_text_panics(text in "[-+PTWQZ0-9:.,\\[\\]DHMSYé]{0,24}", any in any::<String>()) {
        for text in [text, any] {
            let _ = (date(&text), local_time(&text), time(&text, 0), local_date_time(&text), duration(&text));
            let _ = date_time(&text, &Zone::UTC);
        }
    }
}

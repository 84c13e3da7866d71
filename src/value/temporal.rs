//! Dates, times and durations of the openCypher type system.

mod operators;

pub use operators::calculate;

use std::fmt::{Display, Formatter};

/// A day of the proleptic ISO calendar, as days since 1970-01-01; years from -999,999,999 to 999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    pub days: i64,
}

/// A time of day without offset: nanoseconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    pub nanos: u64,
}

/// A time of day with an offset from UTC in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    pub local: LocalTime,
    pub offset: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    pub date: Date,
    pub time: LocalTime,
}

/// A moment: local date and time, the offset in force, and the zone's name where one was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub local: LocalDateTime,
    pub offset: i32,
    pub zone: Option<std::sync::Arc<str>>,
}

/// Months, days, seconds and nanoseconds, kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    pub months: i64,
    pub days: i64,
    pub seconds: i64,
    /// 0 to 999,999,999; the sign is in `seconds`.
    pub nanos: i32,
}

impl Date {
    pub const MAX_YEAR: i64 = 999_999_999;
    pub const MIN_YEAR: i64 = -999_999_999;

    /// A day of the proleptic ISO calendar; `None` for a day that does not exist or a year out of range.
    pub fn from_ymd(year: i64, month: u32, day: u32) -> Option<Date> {
        let year_fits = (Date::MIN_YEAR..=Date::MAX_YEAR).contains(&year);
        let exists = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        (year_fits && exists).then(|| Date { days: days_before(year, month) + i64::from(day) - 1 })
    }

    /// Reads `YYYY-MM-DD`; a year beyond four digits carries its sign.
    pub fn parse(text: &str) -> Option<Date> {
        let (negative, signed, rest) = match text.as_bytes().first()? {
            b'-' => (true, true, text.get(1..)?),
            b'+' => (false, true, text.get(1..)?),
            _ => (false, false, text),
        };
        let mut parts = rest.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let long_enough = year.len() == 4 || (signed && (4..=9).contains(&year.len()));
        let shaped = long_enough && month.len() == 2 && day.len() == 2 && parts.next().is_none();
        if !shaped || ![year, month, day].into_iter().all(digits) {
            return None;
        }
        let year: i64 = year.parse().ok()?;
        Date::from_ymd(if negative { -year } else { year }, month.parse().ok()?, day.parse().ok()?)
    }

    pub fn year(self) -> i64 {
        self.civil().0
    }

    /// 1 to 12.
    pub fn month(self) -> u32 {
        self.civil().1
    }

    /// 1 to 31.
    pub fn day(self) -> u32 {
        self.civil().2
    }

    /// Year, month and day.
    ///
    /// Counts in years that begin in March, so that the leap day is the last day of its year, and in eras of 400
    /// such years, which all have the same number of days.
    fn civil(self) -> (i64, u32, u32) {
        let from_era_start = self.days + DAYS_BEFORE_1970;
        let era = from_era_start.div_euclid(DAYS_OF_ERA);
        let day_of_era = from_era_start.rem_euclid(DAYS_OF_ERA);
        let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / (DAYS_OF_ERA - 1);
        let year_of_era = (day_of_era - leap_days) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        (year, month as u32, day as u32)
    }
}

/// Days in 400 years of the ISO calendar.
const DAYS_OF_ERA: i64 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;

/// From 1970-01-01 to the first day of a month.
fn days_before(year: i64, month: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let march_month = i64::from((month + 9) % 12);
    let day_of_year = (153 * march_month + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970
}

pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The number of days of a month, 1 to 12.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `2012-05-02`; a year beyond four digits carries its sign.
impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        match year {
            0..=9999 => write!(f, "{year:04}-{month:02}-{day:02}"),
            10_000.. => write!(f, "+{year}-{month:02}-{day:02}"),
            _ => write!(f, "-{:04}-{month:02}-{day:02}", -year),
        }
    }
}

/// `12:31:14.645`, seconds and their fraction only where they are not zero.
impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (seconds, nanos) = (self.nanos / 1_000_000_000, self.nanos % 1_000_000_000);
        write!(f, "{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 != 0 || nanos != 0 {
            write!(f, ":{:02}", seconds % 60)?;
        }
        if nanos != 0 {
            write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.local)?;
        write_offset(f, self.offset)
    }
}

impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.local)?;
        write_offset(f, self.offset)?;
        match &self.zone {
            Some(zone) => write!(f, "[{zone}]"),
            None => Ok(()),
        }
    }
}

/// `Z`, `+06:00` or, for historical zones, `+04:58:24`.
fn write_offset(f: &mut Formatter<'_>, offset: i32) -> std::fmt::Result {
    if offset == 0 {
        return f.write_str("Z");
    }
    let (sign, seconds) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
    match seconds % 60 {
        0 => Ok(()),
        rest => write!(f, ":{rest:02}"),
    }
}

/// `P1Y2M10DT2H30M5.5S`, without the parts that are zero; `PT0S` when all are.
impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let part =
            |amount: i128, unit: char| if amount == 0 { String::new() } else { format!("{amount}{unit}") };
        let months = i128::from(self.months);
        let date = [part(months / 12, 'Y'), part(months % 12, 'M'), part(self.days.into(), 'D')].concat();
        let nanos = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos);
        let seconds = nanos / 1_000_000_000;
        let clock = [part(seconds / 3600, 'H'), part(seconds / 60 % 60, 'M')].concat();
        let rest = nanos % 60_000_000_000;
        let sign = if rest < 0 { "-" } else { "" };
        let fraction = format!("{:09}", rest.unsigned_abs() % 1_000_000_000);
        let second = match (rest, fraction.trim_end_matches('0')) {
            (0, _) => String::new(),
            (_, "") => format!("{sign}{}S", rest.unsigned_abs() / 1_000_000_000),
            (_, digits) => format!("{sign}{}.{digits}S", rest.unsigned_abs() / 1_000_000_000),
        };
        match (date.is_empty(), clock.is_empty() && second.is_empty()) {
            (true, true) => f.write_str("PT0S"),
            (_, true) => write!(f, "P{date}"),
            _ => write!(f, "P{date}T{clock}{second}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_calendar_agree() {
        for days in (-800_000..800_000).step_by(13) {
            let date = Date { days };
            assert_eq!(Date::from_ymd(date.year(), date.month(), date.day()), Some(date));
        }
    }

    #[test]
    fn dates_read_as_they_are_written() {
        for text in
            ["1970-01-01", "2012-02-29", "0000-03-01", "-0004-02-29", "+999999999-12-31", "-999999999-01-01"]
        {
            assert_eq!(Date::parse(text).map(|d| d.to_string()).as_deref(), Some(text));
        }
        for text in [
            "2013-02-29",
            "2013-13-01",
            "2013-1-1",
            "13-01-01",
            "+1000000000-01-01",
            "2012-05",
            "２０１２-05-02",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Date::parse("1970-01-02"), Some(Date { days: 1 }));
    }

    #[test]
    fn durations_show_their_parts() {
        let duration = |months, days, seconds, nanos| Duration { months, days, seconds, nanos }.to_string();
        assert_eq!(duration(0, 0, 0, 0), "PT0S");
        assert_eq!(duration(14, 10, 9005, 500_000_000), "P1Y2M10DT2H30M5.5S");
        assert_eq!(duration(0, 0, -1, 999_000_000), "PT-0.001S");
    }
}

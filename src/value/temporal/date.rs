//! Days of the proleptic ISO calendar: civil, week, quarter and ordinal dates.

use std::fmt::{Display, Formatter};

/// A day of the proleptic ISO calendar, as days since 1970-01-01; years from -999,999,999 to 999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    pub days: i64,
}

impl Date {
    pub const MAX_YEAR: i64 = 999_999_999;
    pub const MIN_YEAR: i64 = -999_999_999;
    pub const EPOCH: Date = Date { days: 0 };

    /// `None` for a day that does not exist or a year out of range.
    pub fn from_ymd(year: i64, month: u32, day: u32) -> Option<Date> {
        let exists = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        (in_range(year) && exists).then(|| Date { days: days_before(year, month) + i64::from(day) - 1 })
    }

    /// The day so many days after 1970-01-01; `None` out of range.
    pub fn from_days(days: i64) -> Option<Date> {
        let range = days_before(Date::MIN_YEAR, 1)..days_before(Date::MAX_YEAR + 1, 1);
        range.contains(&days).then_some(Date { days })
    }

    /// A day of an ISO week year; weeks are 1 to 52 or 53, weekdays 1 (Monday) to 7.
    pub fn from_week(week_year: i64, week: u32, weekday: u32) -> Option<Date> {
        if !in_range(week_year) || !(1..=7).contains(&weekday) || week == 0 || week > weeks_in_year(week_year)
        {
            return None;
        }
        Date::from_days(first_monday(week_year) + i64::from(week - 1) * 7 + i64::from(weekday - 1))
    }

    /// A day of a year; days are 1 to 365 or 366.
    pub fn from_ordinal(year: i64, day: u32) -> Option<Date> {
        let exists = day >= 1 && day <= days_in_year(year);
        (in_range(year) && exists).then(|| Date { days: days_before(year, 1) + i64::from(day) - 1 })
    }

    /// A day of a quarter; quarters are 1 to 4, days 1 to 90, 91 or 92.
    pub fn from_quarter(year: i64, quarter: u32, day: u32) -> Option<Date> {
        if !(1..=4).contains(&quarter) || day == 0 {
            return None;
        }
        let first = Date::from_ymd(year, quarter * 3 - 2, 1)?;
        let date = Date::from_days(first.days + i64::from(day) - 1)?;
        (date.year() == year && date.quarter() == quarter).then_some(date)
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

    /// 1 to 4.
    pub fn quarter(self) -> u32 {
        (self.month() - 1) / 3 + 1
    }

    /// 1 to 92.
    pub fn day_of_quarter(self) -> u32 {
        let (year, month, _) = self.civil();
        let first_month = (month - 1) / 3 * 3 + 1;
        (self.days - days_before(year, first_month)) as u32 + 1
    }

    /// 1 to 366.
    pub fn ordinal_day(self) -> u32 {
        (self.days - days_before(self.year(), 1)) as u32 + 1
    }

    /// 1 (Monday) to 7 (Sunday).
    pub fn weekday(self) -> u32 {
        (self.days + 3).rem_euclid(7) as u32 + 1
    }

    /// The year that this day's ISO week belongs to, and the week, 1 to 53.
    pub fn week(self) -> (i64, u32) {
        // A week belongs to the year of its Thursday.
        let thursday = Date { days: self.days + 4 - i64::from(self.weekday()) };
        (thursday.year(), (thursday.ordinal_day() - 1) / 7 + 1)
    }

    /// The same day so many months on, or the last day of that month where it is shorter.
    pub fn plus_months(self, months: i64) -> Option<Date> {
        let (year, month, day) = self.civil();
        let count = (year * 12 + i64::from(month) - 1).checked_add(months)?;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) as u32 + 1);
        if !in_range(year) {
            return None;
        }
        Date::from_ymd(year, month, day.min(days_in_month(year, month)))
    }

    pub fn plus_days(self, days: i64) -> Option<Date> {
        Date::from_days(self.days.checked_add(days)?)
    }

    /// Year, month and day.
    ///
    /// Counts in years that begin in March, so that the leap day is the last day of its year, and in eras of 400
    /// such years, which all have the same number of days.
    pub fn civil(self) -> (i64, u32, u32) {
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

/// Days in 400 years of the ISO calendar: a whole number of weeks.
pub(super) const DAYS_OF_ERA: i64 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;

fn in_range(year: i64) -> bool {
    (Date::MIN_YEAR..=Date::MAX_YEAR).contains(&year)
}

/// From 1970-01-01 to the first day of a month.
fn days_before(year: i64, month: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let march_month = i64::from((month + 9) % 12);
    let day_of_year = (153 * march_month + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970
}

/// From 1970-01-01 to the Monday of the first ISO week: the week that holds the 4th of January.
fn first_monday(week_year: i64) -> i64 {
    let fourth = Date { days: days_before(week_year, 1) + 3 };
    fourth.days + 1 - i64::from(fourth.weekday())
}

fn weeks_in_year(week_year: i64) -> u32 {
    ((first_monday(week_year + 1) - first_monday(week_year)) / 7) as u32
}

pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_year(year: i64) -> u32 {
    if is_leap_year(year) { 366 } else { 365 }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn days_that_do_not_exist() {
        assert_eq!(Date::from_week(2021, 53, 1), None);
        assert_eq!(Date::from_quarter(2021, 2, 92), None);
        assert_eq!(Date::from_ordinal(2021, 366), None);
        assert_eq!(Date::EPOCH.plus_days(i64::MAX), None);
        assert_eq!(Date::EPOCH.plus_months(i64::MIN), None);
    }

    #[test]
    fn the_end_of_a_month() {
        let date = Date::parse("2024-01-31").unwrap();
        assert_eq!(date.plus_months(1).unwrap().to_string(), "2024-02-29");
        assert_eq!(date.plus_months(-2).unwrap().to_string(), "2023-11-30");
    }

    proptest! {
        #[test]
        fn every_way_to_name_a_day_leads_back(days in -365_000_000_000i64..365_000_000_000) {
            let date = Date { days };
            let (year, month, day) = date.civil();
            let (week_year, week) = date.week();
            prop_assert_eq!(Date::from_ymd(year, month, day), Some(date));
            prop_assert_eq!(Date::from_week(week_year, week, date.weekday()), Some(date));
            prop_assert_eq!(Date::from_ordinal(year, date.ordinal_day()), Some(date));
            prop_assert_eq!(Date::from_quarter(year, date.quarter(), date.day_of_quarter()), Some(date));
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
        }

        #[test]
        fn months_out_and_back(days in -3_000_000i64..3_000_000, months in -30_000i64..30_000) {
            let date = Date { days };
            let there = date.plus_months(months).unwrap();
            let back = there.plus_months(-months).unwrap();
            prop_assert_eq!((back.year(), back.month()), (date.year(), date.month()));
            prop_assert!(back.day() <= date.day() && date.day() - back.day() <= 3);
        }
    }
}

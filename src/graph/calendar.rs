//! Dates as documents give them: a day, a month or a year.

use super::{Day, Precision};
use crate::value::Date;

impl Day {
    /// Reads `2012-05-02`, `2012-05` or `2012`; nothing else, and no impossible day.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.split('-');
        let year = number(parts.next()?, 4)?;
        let (month, day) = (parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (_, None) => Precision::Month,
            _ => Precision::Day,
        };
        let month = month.map_or(Some(1), |text| number(text, 2))?;
        let day = day.map_or(Some(1), |text| number(text, 2))?;
        let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        valid.then(|| Day { date: date(year, month, day), precision })
    }

    /// The first day of the period.
    pub fn first(self) -> Date {
        let (year, month, _) = civil(self.date);
        match self.precision {
            Precision::Day => self.date,
            Precision::Month => date(year, month, 1),
            Precision::Year => date(year, 1, 1),
        }
    }

    /// The first day after the period.
    pub fn next(self) -> Date {
        let (year, month, _) = civil(self.date);
        match self.precision {
            Precision::Day => Date { days: self.date.days + 1 },
            Precision::Month if month == 12 => date(year + 1, 1, 1),
            Precision::Month => date(year, month + 1, 1),
            Precision::Year => date(year + 1, 1, 1),
        }
    }

    /// The last day of the period.
    pub fn last(self) -> Date {
        Date { days: self.next().days - 1 }
    }

    /// As a document would give it: `2012-05-02`, `2012-05` or `2012`.
    pub fn written(self) -> String {
        let (year, month, day) = civil(self.date);
        match self.precision {
            Precision::Day => format!("{year:04}-{month:02}-{day:02}"),
            Precision::Month => format!("{year:04}-{month:02}"),
            Precision::Year => format!("{year:04}"),
        }
    }
}

/// Reads a period: one date that covers a span, or two with a slash between; either may be left out beside the slash.
/// The second is the last that is included.
pub fn parse_period(text: &str) -> Option<(Option<Day>, Option<Day>)> {
    let side = |text: &str| match text.trim() {
        "" | ".." => Some(None),
        text => Day::parse(text).map(Some),
    };
    match text.split_once('/') {
        Some((from, to)) => Some((side(from)?, side(to)?)),
        None => {
            let day = Day::parse(text.trim())?;
            Some((Some(day), Some(day)))
        }
    }
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days before the first of March of a year, counted from year 0, in which a leap day comes last.
fn days_before_march(year: i64) -> i64 {
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)
}

/// 1970-01-01 on that count.
const EPOCH: i64 = 719_468;

fn date(year: i64, month: i64, day: i64) -> Date {
    // A year that begins in March has its months at regular distances: 153 days in five of them.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Date { days: days_before_march(year) + (153 * month + 2) / 5 + day - 1 - EPOCH }
}

fn civil(date: Date) -> (i64, i64, i64) {
    let days = date.days + EPOCH;
    let mut year = days.div_euclid(146_097) * 400 + days.rem_euclid(146_097) / 366;
    while days_before_march(year + 1) <= days {
        year += 1;
    }
    let of_year = days - days_before_march(year);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect(text)
    }

    #[test]
    fn known_days() {
        assert_eq!(day("1970-01-01").date.days, 0);
        assert_eq!(day("2000-03-01").date.days, 11_017);
        assert_eq!(day("2012-05-02").date.days, 15_462);
        assert_eq!(day("2011").last(), day("2011-12-31").date);
        assert_eq!(day("2012-02").next(), day("2012-03-01").date);
        assert_eq!(day("2011-12").next(), day("2012-01-01").date);
    }

    #[test]
    fn what_is_no_date() {
        for text in
            ["", "12", "2012-13", "2011-02-29", "2012-04-31", "2012-4-1", "2012-05-02x", "-2012", "２０１２"]
        {
            assert!(Day::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn days_are_written_as_they_are_read(days in -700_000i64..2_900_000) {
            let day = Day { date: Date { days }, precision: Precision::Day };
            prop_assert_eq!(Day::parse(&day.written()).map(|d| d.date.days), Some(days));
        }
    }
}

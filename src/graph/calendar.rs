//! Dates as documents give them: a day, a month or a year.

use super::{Day, Precision};
use crate::value::Date;
use crate::value::temporal::{days_in_month, days_in_year};
use std::str::FromStr;

impl Day {
    /// Reads `2012-05-02`, `2012-05` or `2012`; nothing else, and no impossible day.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.split('-');
        let year: i64 = number(parts.next()?, 4)?;
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
        Some(Day { date: Date::from_ymd(year, month, day)?, precision })
    }

    /// The first day of the period.
    pub fn first(self) -> Date {
        let days_since = match self.precision {
            Precision::Day => 0,
            Precision::Month => self.date.day() - 1,
            Precision::Year => self.date.ordinal_day() - 1,
        };
        Date { days: self.date.days - i64::from(days_since) }
    }

    /// The first day after the period.
    pub fn next(self) -> Date {
        let (year, month) = (self.date.year(), self.date.month());
        let length = match self.precision {
            Precision::Day => 1,
            Precision::Month => days_in_month(year, month),
            Precision::Year => days_in_year(year),
        };
        Date { days: self.first().days + i64::from(length) }
    }

    /// The last day of the period.
    pub fn last(self) -> Date {
        Date { days: self.next().days - 1 }
    }

    /// As a document would give it: `2012-05-02`, `2012-05` or `2012`.
    pub fn written(self) -> String {
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
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

fn number<N: FromStr>(text: &str, digits: usize) -> Option<N> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
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

//! Days, months, years and spans as people write them.

use super::words::{Shape, Word};
use crate::value::Date;

/// A span of days as written: a single day, a month, a half-year, a year, or two of them joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Month,
    /// A quarter or half of a year.
    Part,
    Year,
    /// Several years, as in `2018-2020`.
    Span,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Period {
    fn days(first: Option<Date>, last: Option<Date>, unit: Unit) -> Option<Period> {
        let (first, last) = (first?, last?);
        (first <= last).then_some(Period { first, last, unit })
    }
    pub fn day(date: Date) -> Period {
        Period { first: date, last: date, unit: Unit::Day }
    }
    /// All days before one.
    pub fn before(date: Date) -> Option<Period> {
        Period::days(ymd(1, 1, 1), Some(Date { days: date.days - 1 }), Unit::Span)
    }
    /// All days after one.
    pub fn after(date: Date) -> Option<Period> {
        Period::days(Some(Date { days: date.days + 1 }), ymd(9999, 12, 31), Unit::Span)
    }
    /// The day that all its days are before, or after.
    pub fn open(&self) -> Option<(&'static str, Date)> {
        if Some(self.first) == ymd(1, 1, 1) {
            return Some(("before", Date { days: self.last.days + 1 }));
        }
        (Some(self.last) == ymd(9999, 12, 31)).then(|| ("after", Date { days: self.first.days - 1 }))
    }
    pub fn year(year: i64) -> Option<Period> {
        Period::days(ymd(year, 1, 1), ymd(year, 12, 31), Unit::Year)
    }
    fn months(year: i64, from: u32, to: u32, unit: Unit) -> Option<Period> {
        let after = if to == 12 { ymd(year + 1, 1, 1) } else { ymd(year, to + 1, 1) };
        Period::days(ymd(year, from, 1), after.map(|d| Date { days: d.days - 1 }), unit)
    }
}

impl Unit {
    /// `day`, `month` and `year`, in singular or plural.
    pub fn named(word: &str) -> Option<Unit> {
        match word.trim_end_matches('s') {
            "day" => Some(Unit::Day),
            "month" => Some(Unit::Month),
            "year" => Some(Unit::Year),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Month => "month",
            Unit::Part => "part of a year",
            Unit::Year => "year",
            Unit::Span => "span of years",
        }
    }

    /// Whether the days from the first to the one before `end` are one such unit of the calendar.
    pub fn covers(self, first: Date, end: Date) -> bool {
        let whole = match self {
            Unit::Day => Some(Period::day(first)),
            Unit::Month => Period::months(first.year(), first.month(), first.month(), Unit::Month),
            Unit::Year => Period::year(first.year()),
            Unit::Part | Unit::Span => None,
        };
        whole.is_some_and(|period| period.first == first && period.last.days + 1 == end.days)
    }
}

/// The day of that calendar date; `None` where there is no such day.
pub fn ymd(year: i64, month: u32, day: u32) -> Option<Date> {
    Date::from_ymd(year, month, day)
}

/// Reads a date or period that begins at `words[0]`: the period and how many words it takes.
///
/// `Err` holds the number of words of something that is written like a date but is none (30 February).
pub fn read(words: &[Word]) -> Option<Result<(Period, usize), usize>> {
    let taken = |period: Option<Period>, count: usize| Some(period.map(|p| (p, count)).ok_or(count));
    let word = |i: usize| words.get(i).filter(|w| w.shape == Shape::Word).map(|w| w.folded.as_str());
    let first = word(0)?;
    if matches!(first, "year" | "years" | "month") && word(1).is_some() {
        return match read(&words[1..])? {
            Ok((period, count)) if period.unit != Unit::Day => Some(Ok((period, count + 1))),
            _ => None,
        };
    }
    // 2012-05-02, 2012-05, 2018-2020, 2018/2020
    if first.len() >= 7 && first.starts_with(|c: char| c.is_ascii_digit()) {
        return iso(first).map(|period| period.map(|p| (p, 1)).ok_or(1));
    }
    // first half of 2018, third quarter of 2019, H1 2018
    if let Some(found) = part_of_year(&word) {
        return Some(found);
    }
    // 2 May 2012, 2nd of May 2012
    if let Some(day) = ordinal_day(first) {
        let shift = usize::from(word(1) == Some("of"));
        if let (Some(month), Some(year)) =
            (word(1 + shift).and_then(month), word(comma(words, 2 + shift)).and_then(year))
        {
            return taken(ymd(year, month, day).map(Period::day), comma(words, 2 + shift) + 1);
        }
    }
    // May 2, 2012; May 2012
    if let Some(month) = month(first) {
        if let Some(day) = word(1).and_then(ordinal_day)
            && let Some(year) = word(comma(words, 2)).and_then(year)
        {
            return taken(ymd(year, month, day).map(Period::day), comma(words, 2) + 1);
        }
        if let Some(year) = word(1).and_then(year) {
            return taken(Period::months(year, month, month, Unit::Month), 2);
        }
        return None;
    }
    let year = year(first)?;
    taken(Period::year(year), 1)
}

/// The number of words of a month or a day without a year: `December`, `2 May`, `May 2`.
pub fn yearless(words: &[Word]) -> Option<usize> {
    if read(words).is_some() {
        return None;
    }
    let word = |i: usize| words.get(i).filter(|w| w.shape == Shape::Word).map(|w| w.folded.as_str());
    let named = |word: &str| MONTHS.contains(&word);
    let first = word(0)?;
    if named(first) {
        let day = word(1).and_then(ordinal_day).is_some();
        return Some(1 + usize::from(day));
    }
    let of = usize::from(word(1) == Some("of"));
    let month = word(1 + of).filter(|word| named(word));
    (ordinal_day(first).is_some() && month.is_some()).then_some(2 + of)
}

/// The index `at`, or the one after it where a comma stands there.
fn comma(words: &[Word], at: usize) -> usize {
    at + usize::from(words.get(at).is_some_and(|w| w.shape == Shape::Comma))
}

fn part_of_year<'w>(word: &impl Fn(usize) -> Option<&'w str>) -> Option<Result<(Period, usize), usize>> {
    let number = match word(0)? {
        "first" | "1st" => 1,
        "second" | "2nd" => 2,
        "third" | "3rd" => 3,
        "fourth" | "4th" | "last" => 4,
        _ => return None,
    };
    let (months, count) = match word(1)? {
        "half" => (6, 2),
        "quarter" => (3, 4),
        _ => return None,
    };
    let number = if word(0) == Some("last") { count } else { number };
    let of = usize::from(word(2) == Some("of"));
    let year = word(2 + of).and_then(year)?;
    if number > count {
        return Some(Err(3 + of));
    }
    let period = Period::months(year, (number - 1) * months + 1, number * months, Unit::Part);
    Some(period.map(|p| (p, 3 + of)).ok_or(3 + of))
}

fn iso(word: &str) -> Option<Option<Period>> {
    let parts: Vec<&str> = word.split(['-', '–', '/']).collect();
    let number = |i: usize| parts.get(i).and_then(|p| p.parse::<u32>().ok());
    let digits = |i: usize| parts.get(i).map_or(0, |p| p.len());
    match parts.len() {
        3 if digits(0) == 4 => Some(ymd(number(0)?.into(), number(1)?, number(2)?).map(Period::day)),
        2 if digits(0) == 4 && digits(1) == 4 => {
            let (from, to) = (Period::year(number(0)?.into()), Period::year(number(1)?.into()));
            Some(from.zip(to).and_then(|(f, t)| Period::days(Some(f.first), Some(t.last), Unit::Span)))
        }
        2 if digits(0) == 4 && digits(1) == 2 && !word.contains('/') => {
            let month = number(1)?;
            Some(
                (1..=12)
                    .contains(&month)
                    .then(|| Period::months(number(0)?.into(), month, month, Unit::Month))
                    .flatten(),
            )
        }
        _ => None,
    }
}

fn month(word: &str) -> Option<u32> {
    let at = MONTHS
        .iter()
        .position(|m| *m == word || (word.len() >= 3 && word.len() <= 4 && m.starts_with(word)))?;
    u32::try_from(at + 1).ok()
}

fn year(word: &str) -> Option<i64> {
    let year: i64 = (word.len() == 4).then(|| word.parse().ok()).flatten()?;
    (1000..=2999).contains(&year).then_some(year)
}

fn ordinal_day(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let day: u32 = digits.parse().ok()?;
    (matches!(ending, "" | "st" | "nd" | "rd" | "th") && digits.len() <= 2).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn check(text: &str, expected: &str) {
        let words = words(text);
        let got = match read(&words) {
            Some(Ok((p, n))) => format!("{} {} {n}", p.first, p.last),
            Some(Err(n)) => format!("impossible {n}"),
            None => "none".into(),
        };
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn dates_are_read() {
        check("1 January 2010", "2010-01-01 2010-01-01 3");
        check("September 21, 2018", "2018-09-21 2018-09-21 4");
        check("2012-05-02", "2012-05-02 2012-05-02 1");
        check("May 2012", "2012-05-01 2012-05-31 2");
        check("2018-2020", "2018-01-01 2020-12-31 1");
        check("first half of 2018", "2018-01-01 2018-06-30 4");
        check("year 2019", "2019-01-01 2019-12-31 2");
        check("30 February 2010", "impossible 3");
        check("743", "none");
        check("may establish", "none");
    }
}

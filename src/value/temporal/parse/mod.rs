//! Temporal values from ISO 8601 text, in its basic and extended formats.
//!
//! In: text. Out: a value, or nothing where the text has no such format or names no day or time that exists.

mod duration;

pub use duration::duration;

use super::zone::{clock_numbers, parse_offset};
use super::{Date, DateTime, LocalDateTime, LocalTime, Time, Zone};

/// `2015-07-21`, `20150721`, `2015-07`, `201507`, `2015-W30-2`, `2015W302`, `2015-W30`, `2015-Q3-21`, `2015Q321`,
/// `2015-202`, `2015202` or `2015`; a year that is not four digits carries its sign.
pub fn date(text: &str) -> Option<Date> {
    let (year, rest) = split_year(text)?;
    if rest.is_empty() {
        return Date::from_ymd(year, 1, 1);
    }
    let (extended, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let (kind, rest) = match rest.strip_prefix(['W', 'w']) {
        Some(rest) => (Kind::Week, rest),
        None => match rest.strip_prefix(['Q', 'q']) {
            Some(rest) => (Kind::Quarter, rest),
            None if rest.len() == 3 => (Kind::Ordinal, rest),
            None => (Kind::Month, rest),
        },
    };
    let (first_width, second_width) = kind.widths();
    let (first, second) = rest.split_at_checked(first_width)?;
    let first = number(first, first_width)?;
    let day = match second {
        "" => 1,
        _ if extended => number(second.strip_prefix('-')?, second_width)?,
        _ => number(second, second_width)?,
    };
    match kind {
        Kind::Month => Date::from_ymd(year, first, day),
        Kind::Week => Date::from_week(year, first, day),
        Kind::Quarter => Date::from_quarter(year, first, day),
        Kind::Ordinal if second.is_empty() => Date::from_ordinal(year, first),
        Kind::Ordinal => None,
    }
}

/// What follows the year of a date.
#[derive(Clone, Copy)]
enum Kind {
    Month,
    Week,
    Quarter,
    Ordinal,
}

impl Kind {
    /// Digits of the first number and of the day within it.
    fn widths(self) -> (usize, usize) {
        match self {
            Kind::Month => (2, 2),
            Kind::Week => (2, 1),
            Kind::Quarter => (1, 2),
            Kind::Ordinal => (3, 0),
        }
    }
}

/// `21:40:32.142`, `214032.142`, `21:40`, `2140` or `21`.
pub fn local_time(text: &str) -> Option<LocalTime> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    match (clock_numbers(clock)?.as_slice(), fraction) {
        ([hour], None) => LocalTime::from_parts(*hour, 0, 0, 0),
        ([hour, minute], None) => LocalTime::from_parts(*hour, *minute, 0, 0),
        ([hour, minute, second], None) => LocalTime::from_parts(*hour, *minute, *second, 0),
        ([hour, minute, second], Some(fraction)) => {
            LocalTime::from_parts(*hour, *minute, *second, nanoseconds(fraction)?)
        }
        _ => None,
    }
}

/// A time with an offset; the default offset where none is written.
pub fn time(text: &str, default: i32) -> Option<Time> {
    let (clock, offset) = split_offset(text);
    let offset = if offset.is_empty() { default } else { parse_offset(offset)? };
    Some(Time { local: local_time(clock)?, offset })
}

/// A date, or a date and a time with `T` between them.
pub fn local_date_time(text: &str) -> Option<LocalDateTime> {
    match text.split_once(['T', 't']) {
        Some((day, clock)) => Some(LocalDateTime::new(date(day)?, local_time(clock)?)),
        None => Some(LocalDateTime::new(date(text)?, LocalTime::MIDNIGHT)),
    }
}

/// A local date and time with an offset, a zone in brackets, or both where the offset is one of the zone at that time;
/// the default zone where none is written.
pub fn date_time(text: &str, default: &Zone) -> Option<DateTime> {
    let (rest, zone) = match text.strip_suffix(']') {
        Some(text) => {
            let (rest, name) = text.split_once('[')?;
            (rest, Some(Zone::parse(name)?))
        }
        None => (text, None),
    };
    let (day, clock) = rest.split_once(['T', 't']).map_or((rest, None), |(day, clock)| (day, Some(clock)));
    let (clock, offset) = clock.map_or((None, ""), |clock| {
        let (clock, offset) = split_offset(clock);
        (Some(clock), offset)
    });
    let time = clock.map_or(Some(LocalTime::MIDNIGHT), local_time)?;
    let local = LocalDateTime::new(date(day)?, time);
    match (offset, zone) {
        ("", zone) => DateTime::new(local, zone.as_ref().unwrap_or(default), None),
        (offset, None) => DateTime::new(local, &Zone::Offset(parse_offset(offset)?), None),
        (offset, Some(zone)) => {
            let offset = parse_offset(offset)?;
            let moment = DateTime::new(local, &zone, Some(offset))?;
            (moment.offset == offset && moment.local == local).then_some(moment)
        }
    }
}

/// A time of day and what stands after it.
fn split_offset(text: &str) -> (&str, &str) {
    let at = text.find(['+', '-', 'Z', 'z']).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// An unsigned year has four digits; a signed one takes all that follow, nine at most.
fn split_year(text: &str) -> Option<(i64, &str)> {
    let (sign, rest, longest) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?, 9),
        b'+' => (1, text.get(1..)?, 9),
        _ => (1, text, 4),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let width = if longest == 4 { 4 } else { digits };
    if width == 0 || width > longest || digits < width {
        return None;
    }
    let (year, rest) = rest.split_at_checked(width)?;
    Some((sign * year.parse::<i64>().ok()?, rest))
}

/// A number of exactly so many digits.
fn number(text: &str, width: usize) -> Option<u32> {
    let digits = width > 0 && text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// The digits after the point of a second, nine at most.
fn nanoseconds(fraction: &str) -> Option<u32> {
    number(&format!("{fraction:0<9}"), 9).filter(|_| !fraction.is_empty())
}

#[cfg(test)]
mod tests;

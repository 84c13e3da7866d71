//! Durations from ISO 8601 text: with designators, or in the form of a date and time.

use super::number;
use crate::value::temporal::Duration;
use crate::value::temporal::decimal::Decimal;
use crate::value::temporal::duration::{Amounts, Part};

/// `P1Y2M3W4DT5H6M7.5S` in this order, each part with a sign and a fraction where it has one, or
/// `P2012-02-02T14:37:21.545`.
pub fn duration(text: &str) -> Option<Duration> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.strip_prefix(['P', 'p'])?;
    let mut amounts = Amounts::default();
    designated(rest, sign, &mut amounts).or_else(|| {
        amounts = Amounts::default();
        dated(rest, sign, &mut amounts)
    })?;
    amounts.duration()
}

const DATE: [(char, Part); 4] =
    [('Y', Part::YEARS), ('M', Part::MONTHS), ('W', Part::WEEKS), ('D', Part::DAYS)];
const CLOCK: [(char, Part); 3] = [('H', Part::HOURS), ('M', Part::MINUTES), ('S', Part::SECONDS)];

fn designated(text: &str, sign: i64, amounts: &mut Amounts) -> Option<()> {
    match text.split_once(['T', 't']) {
        None => parts(text, &DATE, sign, amounts),
        Some(("", clock)) => parts(clock, &CLOCK, sign, amounts),
        Some((date, clock)) => {
            parts(date, &DATE, sign, amounts)?;
            parts(clock, &CLOCK, sign, amounts)
        }
    }
}

/// One or more parts, each designator at most once and in the order of the table.
fn parts(text: &str, designators: &[(char, Part)], sign: i64, amounts: &mut Amounts) -> Option<()> {
    let (mut rest, mut allowed) = (text, designators);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (amount, tail) = rest.split_at_checked(at)?;
        let designator = tail.chars().next()?.to_ascii_uppercase();
        let place = allowed.iter().position(|(name, _)| *name == designator)?;
        let (_, part) = allowed.get(place)?;
        amounts.add(*part, Decimal::parse(amount)?.times(sign)?)?;
        allowed = allowed.get(place + 1..)?;
        rest = tail.get(1..)?;
    }
    Some(())
}

/// `2012-02-02`, `20120202T1437` and so on.
fn dated(text: &str, sign: i64, amounts: &mut Amounts) -> Option<()> {
    let (date, clock) = text.split_once(['T', 't']).map_or((text, ""), |parts| parts);
    let date: Vec<&str> = match date.len() {
        10 => date.split('-').collect(),
        8 => vec![date.get(..4)?, date.get(4..6)?, date.get(6..)?],
        _ => return None,
    };
    let clock: Vec<&str> = match clock {
        "" => Vec::new(),
        _ if clock.contains(':') => clock.split(':').collect(),
        _ => {
            vec![clock.get(..2)?, clock.get(2..4)?, clock.get(4..).filter(|s| !s.is_empty()).unwrap_or("00")]
        }
    };
    if date.len() != 3 || clock.len() > 3 {
        return None;
    }
    for ((text, width), (_, part)) in date.into_iter().zip([4, 2, 2]).zip([DATE[0], DATE[1], DATE[3]]) {
        amounts.add(part, Decimal::from_integer(number(text, width)?.into()).times(sign)?)?;
    }
    for (text, (_, part)) in clock.into_iter().zip(CLOCK) {
        let whole = text.split(['.', ',']).next()?;
        number(whole, 2)?;
        amounts.add(part, Decimal::parse(text)?.times(sign)?)?;
    }
    Some(())
}

//! Durations: months, days and seconds, which do not convert into each other.

use super::decimal::{Decimal, Ratio};
use super::time::{NANOS_PER_SECOND, SECONDS_PER_DAY};
use std::cmp::Ordering;
use std::fmt::{Display, Formatter};

/// The mean length of a month of the ISO calendar, in seconds.
pub const SECONDS_PER_MONTH: i64 = 2_629_746;

/// Months, days, seconds and nanoseconds, kept apart.
///
/// Equal when all parts are; ordered by mean length, then by the parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    pub months: i64,
    pub days: i64,
    pub seconds: i64,
    /// 0 to 999,999,999; the sign is in `seconds`.
    pub nanos: i32,
}

impl Duration {
    /// `None` when the nanoseconds come to more seconds than 64 bits hold.
    pub fn new(months: i64, days: i64, nanos: i128) -> Option<Duration> {
        let seconds = i64::try_from(nanos.div_euclid(NANOS_PER_SECOND)).ok()?;
        Some(Duration { months, days, seconds, nanos: nanos.rem_euclid(NANOS_PER_SECOND) as i32 })
    }

    /// Carries fractions down: those of months as mean months into days and seconds, those of days into seconds.
    pub fn from_decimals(months: Decimal, days: Decimal, seconds: Decimal) -> Option<Duration> {
        let below_months = months.fraction().times(SECONDS_PER_MONTH)?;
        let below_days = below_months.plus(days.fraction().times(SECONDS_PER_DAY)?)?;
        let carried = below_days.over(SECONDS_PER_DAY).whole()?;
        let mut whole_days = days.whole()?.checked_add(carried)?;
        let mut rest = below_days.plus(Decimal::from_integer(carried * SECONDS_PER_DAY).times(-1)?)?;
        // Days and what is left of the fractions have one sign.
        let none = Decimal::default();
        if whole_days > 0 && rest < none {
            whole_days -= 1;
            rest = rest.plus(Decimal::from_integer(SECONDS_PER_DAY))?;
        } else if whole_days < 0 && rest > none {
            whole_days += 1;
            rest = rest.plus(Decimal::from_integer(-SECONDS_PER_DAY))?;
        }
        Duration::new(months.whole()?, whole_days, seconds.plus(rest)?.nanos())
    }

    /// Seconds and nanoseconds together, in nanoseconds.
    pub fn clock_nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS_PER_SECOND + i128::from(self.nanos)
    }

    pub fn plus(self, other: Duration) -> Option<Duration> {
        let months = self.months.checked_add(other.months)?;
        let days = self.days.checked_add(other.days)?;
        Duration::new(months, days, self.clock_nanos() + other.clock_nanos())
    }

    pub fn negated(self) -> Option<Duration> {
        Duration::new(self.months.checked_neg()?, self.days.checked_neg()?, -self.clock_nanos())
    }

    pub fn times(self, factor: Ratio) -> Option<Duration> {
        let seconds = factor.of(self.seconds)?.plus(factor.of_nanos(self.nanos.into())?)?;
        Duration::from_decimals(factor.of(self.months)?, factor.of(self.days)?, seconds)
    }

    /// In nanoseconds, a month taken as the mean month.
    fn mean_length(self) -> i128 {
        let days = i128::from(self.days) * i128::from(SECONDS_PER_DAY);
        let seconds = i128::from(self.months) * i128::from(SECONDS_PER_MONTH) + days;
        seconds * NANOS_PER_SECOND + self.clock_nanos()
    }
}

impl Ord for Duration {
    fn cmp(&self, other: &Duration) -> Ordering {
        let key = |d: &Duration| (d.mean_length(), d.months, d.days, d.seconds, d.nanos);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Duration) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Amounts of months, days and seconds with their fractions, on the way to a duration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amounts {
    months: Decimal,
    days: Decimal,
    seconds: Decimal,
}

/// A unit of durations: how many months, days or seconds it is.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Months(i64),
    Days(i64),
    Seconds(i64),
    /// So many make a second.
    Fractions(i64),
}

impl Part {
    pub const YEARS: Part = Part::Months(12);
    pub const QUARTERS: Part = Part::Months(3);
    pub const MONTHS: Part = Part::Months(1);
    pub const WEEKS: Part = Part::Days(7);
    pub const DAYS: Part = Part::Days(1);
    pub const HOURS: Part = Part::Seconds(3600);
    pub const MINUTES: Part = Part::Seconds(60);
    pub const SECONDS: Part = Part::Seconds(1);
    pub const MILLISECONDS: Part = Part::Fractions(1_000);
    pub const MICROSECONDS: Part = Part::Fractions(1_000_000);
    pub const NANOSECONDS: Part = Part::Fractions(1_000_000_000);
}

impl Amounts {
    /// `None` beyond the range of decimals.
    pub fn add(&mut self, part: Part, amount: Decimal) -> Option<()> {
        let (sum, addition) = match part {
            Part::Months(factor) => (&mut self.months, amount.times(factor)?),
            Part::Days(factor) => (&mut self.days, amount.times(factor)?),
            Part::Seconds(factor) => (&mut self.seconds, amount.times(factor)?),
            Part::Fractions(divisor) => (&mut self.seconds, amount.over(divisor)),
        };
        *sum = sum.plus(addition)?;
        Some(())
    }

    pub fn duration(self) -> Option<Duration> {
        Duration::from_decimals(self.months, self.days, self.seconds)
    }
}

/// `P1Y2M10DT2H30M5.5S`, without the parts that are zero; `PT0S` when all are.
impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let part =
            |amount: i128, unit: char| if amount == 0 { String::new() } else { format!("{amount}{unit}") };
        let months = i128::from(self.months);
        let date = [part(months / 12, 'Y'), part(months % 12, 'M'), part(self.days.into(), 'D')].concat();
        let nanos = self.clock_nanos();
        let seconds = nanos / NANOS_PER_SECOND;
        let clock = [part(seconds / 3600, 'H'), part(seconds / 60 % 60, 'M')].concat();
        let rest = nanos % (60 * NANOS_PER_SECOND);
        let sign = if rest < 0 { "-" } else { "" };
        let whole = rest.unsigned_abs() / NANOS_PER_SECOND as u128;
        let fraction = format!("{:09}", rest.unsigned_abs() % NANOS_PER_SECOND as u128);
        let second = match (rest, fraction.trim_end_matches('0')) {
            (0, _) => String::new(),
            (_, "") => format!("{sign}{whole}S"),
            (_, digits) => format!("{sign}{whole}.{digits}S"),
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
    use proptest::prelude::*;

    fn decimals(months: f64, days: f64, seconds: f64) -> String {
        let decimal = |x| Decimal::from_float(x).unwrap();
        Duration::from_decimals(decimal(months), decimal(days), decimal(seconds)).unwrap().to_string()
    }

    #[test]
    fn durations_show_their_parts() {
        let shown = |months, days, nanos| Duration::new(months, days, nanos).unwrap().to_string();
        assert_eq!(shown(0, 0, 0), "PT0S");
        assert_eq!(shown(14, 10, 9_005_500_000_000), "P1Y2M10DT2H30M5.5S");
        assert_eq!(shown(0, 0, -1_000_000), "PT-0.001S");
        assert_eq!(shown(-30, 3, -3_600_000_000_000), "P-2Y-6M3DT-1H");
        assert_eq!(shown(i64::MIN, i64::MIN, 0), "P-768614336404564650Y-8M-9223372036854775808D");
    }

    #[test]
    fn fractions_are_carried_down() {
        assert_eq!(decimals(0.5, 0.0, 0.0), "P15DT5H14M33S");
        assert_eq!(decimals(0.5, 0.75, 0.0), "P15DT23H14M33S");
        assert_eq!(decimals(0.5, 0.9, 0.0), "P16DT2H50M33S");
        assert_eq!(decimals(-0.5, 20.0, 0.0), "P4DT18H45M27S");
        assert_eq!(decimals(0.0, -1.25, 0.1), "P-1DT-5H-59M-59.9S");
    }

    #[test]
    fn products() {
        let duration = Duration::new(1, 2, 3_000_000_000).unwrap();
        let times = |ratio: Ratio| duration.times(ratio).map(|d| d.to_string());
        assert_eq!(times(Ratio::integer(-2)).as_deref(), Some("P-2M-4DT-6S"));
        assert_eq!(times(Ratio::integer(3).inverse().unwrap()).as_deref(), Some("P10DT19H29M43S"));
        assert_eq!(times(Ratio::float(0.1).unwrap()).as_deref(), Some("P3DT5H50M54.9S"));
        assert_eq!(times(Ratio::integer(i64::MAX)), None);
    }

    proptest! {
        #[test]
        fn sums(a in any::<(i32, i32, i64)>(), b in any::<(i32, i32, i64)>()) {
            let duration = |(m, d, n): (i32, i32, i64)| Duration::new(m.into(), d.into(), n.into()).unwrap();
            let (a, b) = (duration(a), duration(b));
            let sum = a.plus(b).unwrap();
            prop_assert_eq!(sum, b.plus(a).unwrap());
            prop_assert_eq!(sum.plus(b.negated().unwrap()).unwrap(), a);
            prop_assert_eq!(a.plus(a).unwrap(), a.times(Ratio::integer(2)).unwrap());
        }

        #[test]
        fn nothing_panics(m in any::<i64>(), d in any::<i64>(), s in any::<i64>(), factor in any::<f64>()) {
            let duration = Duration { months: m, days: d, seconds: s, nanos: 999_999_999 };
            let _ = duration.negated();
            let _ = duration.to_string();
            let _ = duration.cmp(&Duration::default());
            for ratio in [Ratio::float(factor), Ratio::float(factor).and_then(Ratio::inverse)].into_iter().flatten() {
                let _ = duration.times(ratio);
            }
        }
    }
}

//! Dates with times of day: without zone, and as moments in a zone.

use super::date::Date;
use super::time::{LocalTime, NANOS_PER_DAY, NANOS_PER_SECOND, OffsetText};
use super::zone::Zone;
use std::cmp::Ordering;
use std::fmt::{Display, Formatter};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    pub date: Date,
    pub time: LocalTime,
}

/// A moment: local date and time, the offset in force in seconds, and the zone's name where one was given.
///
/// Ordered by the point in time, then from west to east, then by the name of the zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub local: LocalDateTime,
    pub offset: i32,
    pub zone: Option<Arc<str>>,
}

impl LocalDateTime {
    pub fn new(date: Date, time: LocalTime) -> LocalDateTime {
        LocalDateTime { date, time }
    }

    /// Nanoseconds since 1970-01-01T00:00 of the same clock.
    pub fn nanos(self) -> i128 {
        i128::from(self.date.days) * NANOS_PER_DAY + i128::from(self.time.nanos)
    }

    /// The inverse of `nanos`; `None` for a year out of range.
    pub fn from_nanos(nanos: i128) -> Option<LocalDateTime> {
        let days = i64::try_from(nanos.div_euclid(NANOS_PER_DAY)).ok()?;
        Some(LocalDateTime { date: Date::from_days(days)?, time: LocalTime::wrapping(nanos) })
    }

    pub fn plus_nanos(self, nanos: i128) -> Option<LocalDateTime> {
        LocalDateTime::from_nanos(self.nanos().checked_add(nanos)?)
    }
}

impl DateTime {
    /// The moment at which clocks of a zone show this date and time.
    ///
    /// A time that the clocks skip is moved on by the length of the gap. Of two moments with the same clock time it is
    /// the one with the preferred offset, or the first.
    pub fn new(local: LocalDateTime, zone: &Zone, preferred: Option<i32>) -> Option<DateTime> {
        let (local, offset) = zone.resolve(local, preferred)?;
        Some(DateTime { local, offset, zone: zone.name() })
    }

    /// The moment so many nanoseconds since 1970-01-01T00:00Z, by the clocks of a zone.
    pub fn at(instant: i128, zone: &Zone) -> Option<DateTime> {
        let offset = zone.offset_at(instant.div_euclid(NANOS_PER_SECOND));
        let local = LocalDateTime::from_nanos(instant.checked_add(i128::from(offset) * NANOS_PER_SECOND)?)?;
        Some(DateTime { local, offset, zone: zone.name() })
    }

    /// Nanoseconds since 1970-01-01T00:00Z.
    pub fn instant(&self) -> i128 {
        self.local.nanos() - i128::from(self.offset) * NANOS_PER_SECOND
    }

    pub fn zone(&self) -> Zone {
        self.zone.as_deref().and_then(Zone::named).unwrap_or(Zone::Offset(self.offset))
    }

    /// The same moment by the clocks of another zone.
    pub fn in_zone(&self, zone: &Zone) -> Option<DateTime> {
        DateTime::at(self.instant(), zone)
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &DateTime) -> Ordering {
        let by_place = || (self.offset, &self.zone).cmp(&(other.offset, &other.zone));
        self.instant().cmp(&other.instant()).then_with(by_place)
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &DateTime) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.local, OffsetText(self.offset))?;
        match &self.zone {
            Some(zone) => write!(f, "[{zone}]"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn local(day: &str, hour: u32, minute: u32) -> LocalDateTime {
        LocalDateTime::new(Date::parse(day).unwrap(), LocalTime::from_parts(hour, minute, 0, 0).unwrap())
    }

    fn shown(day: &str, hour: u32, minute: u32, zone: &str, preferred: Option<i32>) -> String {
        let zone = Zone::parse(zone).unwrap();
        DateTime::new(local(day, hour, minute), &zone, preferred).unwrap().to_string()
    }

    #[test]
    fn clocks_of_a_zone() {
        assert_eq!(shown("2023-05-04", 9, 5, "Asia/Bishkek", None), "2023-05-04T09:05+06:00[Asia/Bishkek]");
        assert_eq!(
            shown("1900-01-01", 0, 0, "Asia/Bishkek", None),
            "1900-01-01T00:00+04:58:24[Asia/Bishkek]"
        );
        assert_eq!(shown("2023-07-04", 9, 5, "-03:30", None), "2023-07-04T09:05-03:30");
        assert_eq!(
            shown("+800000-07-04", 9, 5, "America/Lima", None),
            "+800000-07-04T09:05-05:00[America/Lima]"
        );
    }

    #[test]
    fn skipped_and_repeated_hours() {
        assert_eq!(
            shown("2024-03-31", 2, 30, "Europe/Paris", None),
            "2024-03-31T03:30+02:00[Europe/Paris]",
            "moved on by the length of the gap"
        );
        let repeated = |preferred| shown("2024-10-27", 2, 30, "Europe/Paris", preferred);
        assert_eq!(repeated(None), "2024-10-27T02:30+02:00[Europe/Paris]");
        assert_eq!(repeated(Some(3600)), "2024-10-27T02:30+01:00[Europe/Paris]");
        assert_eq!(repeated(Some(0)), "2024-10-27T02:30+02:00[Europe/Paris]");
    }

    proptest! {
        #[test]
        fn a_moment_is_the_same_everywhere(instant in -40_000_000_000_000_000_000i128..40_000_000_000_000_000_000) {
            for name in ["Asia/Bishkek", "America/New_York", "Pacific/Apia", "+05:45"] {
                let there = DateTime::at(instant, &Zone::parse(name).unwrap()).unwrap();
                prop_assert_eq!(there.instant(), instant);
                let again = DateTime::new(there.local, &there.zone(), Some(there.offset)).unwrap();
                prop_assert_eq!(again, there);
            }
        }
    }
}

//! Times of day, with and without an offset from UTC.

use std::cmp::Ordering;
use std::fmt::{Display, Formatter};

pub const NANOS_PER_SECOND: i128 = 1_000_000_000;
pub const SECONDS_PER_DAY: i64 = 86_400;
pub const NANOS_PER_DAY: i128 = SECONDS_PER_DAY as i128 * NANOS_PER_SECOND;

/// A time of day without offset: nanoseconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    pub nanos: u64,
}

/// A time of day with an offset from UTC in seconds.
///
/// Ordered by the point in time, then from west to east.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    pub local: LocalTime,
    pub offset: i32,
}

impl LocalTime {
    pub const MIDNIGHT: LocalTime = LocalTime { nanos: 0 };

    /// `None` for an hour over 23, a minute or second over 59, or nanoseconds of a second and more.
    pub fn from_parts(hour: u32, minute: u32, second: u32, nanos: u32) -> Option<LocalTime> {
        let exists = hour < 24 && minute < 60 && second < 60 && nanos < 1_000_000_000;
        let seconds = u64::from(hour) * 3600 + u64::from(minute) * 60 + u64::from(second);
        exists.then(|| LocalTime { nanos: seconds * 1_000_000_000 + u64::from(nanos) })
    }

    /// The time of day so many nanoseconds after midnight of any day.
    pub fn wrapping(nanos: i128) -> LocalTime {
        LocalTime { nanos: nanos.rem_euclid(NANOS_PER_DAY) as u64 }
    }

    pub fn hour(self) -> u32 {
        (self.seconds() / 3600) as u32
    }

    pub fn minute(self) -> u32 {
        (self.seconds() / 60 % 60) as u32
    }

    pub fn second(self) -> u32 {
        (self.seconds() % 60) as u32
    }

    /// Nanoseconds within the second.
    pub fn nanosecond(self) -> u32 {
        (self.nanos % 1_000_000_000) as u32
    }

    fn seconds(self) -> u64 {
        self.nanos / 1_000_000_000
    }
}

impl Time {
    /// Nanoseconds from midnight UTC; negative or beyond a day where the offset leads there.
    pub fn instant(self) -> i128 {
        i128::from(self.local.nanos) - i128::from(self.offset) * NANOS_PER_SECOND
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Time) -> Ordering {
        (self.instant(), self.offset).cmp(&(other.instant(), other.offset))
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Time) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `12:31:14.645`, seconds and their fraction only where they are not zero.
impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        if self.second() != 0 || self.nanosecond() != 0 {
            write!(f, ":{:02}", self.second())?;
        }
        if self.nanosecond() != 0 {
            write!(f, ".{}", format!("{:09}", self.nanosecond()).trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.local, OffsetText(self.offset))
    }
}

/// `Z`, `+06:00` or, for historical zones, `+04:58:24`.
pub(super) struct OffsetText(pub i32);

impl Display for OffsetText {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if self.0 == 0 {
            return f.write_str("Z");
        }
        let (sign, seconds) = (if self.0 < 0 { '-' } else { '+' }, self.0.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        match seconds % 60 {
            0 => Ok(()),
            rest => write!(f, ":{rest:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(hour: u32, minute: u32, offset: i32) -> Time {
        Time { local: LocalTime::from_parts(hour, minute, 0, 0).unwrap(), offset }
    }

    #[test]
    fn the_same_point_in_time_is_ordered_from_west_to_east() {
        assert!(time(12, 0, 3600) < time(11, 30, 0));
        assert!(time(11, 0, 0) < time(12, 0, 3600));
        assert_eq!(time(23, 15, -12_600).to_string(), "23:15-03:30");
    }

    #[test]
    fn times_show_what_is_not_zero() {
        let shown = |nanos| LocalTime { nanos }.to_string();
        assert_eq!(shown(0), "00:00");
        assert_eq!(shown(1), "00:00:00.000000001");
        assert_eq!(shown(3_661_500_000_000), "01:01:01.5");
        assert_eq!(LocalTime::wrapping(-1).to_string(), "23:59:59.999999999");
    }
}

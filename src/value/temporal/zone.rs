//! Time zones: fixed offsets, and the named zones of the IANA database that is built in.
//!
//! The built-in database and not the system's, so that the same question has the same answer on every machine.

use super::date::DAYS_OF_ERA;
use super::datetime::LocalDateTime;
use super::time::{NANOS_PER_SECOND, SECONDS_PER_DAY};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use std::sync::{Arc, LazyLock};

/// The largest offset from UTC, in seconds.
pub const MAX_OFFSET: i32 = 18 * 3600;

#[derive(Clone, Debug)]
pub enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    Named(Arc<str>, TimeZone),
}

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl Zone {
    pub const UTC: Zone = Zone::Offset(0);

    /// Reads `Z`, `+06`, `+0600`, `+06:00`, `+06:00:30`, or a name like `Asia/Bishkek`.
    pub fn parse(text: &str) -> Option<Zone> {
        parse_offset(text).map(Zone::Offset).or_else(|| Zone::named(text))
    }

    /// A zone of the IANA database, whatever the case; a space stands for an underscore.
    pub fn named(name: &str) -> Option<Zone> {
        let zone = DATABASE.get(&name.replace(' ', "_")).ok()?;
        let name = Arc::from(zone.iana_name()?);
        Some(Zone::Named(name, zone))
    }

    pub fn name(&self) -> Option<Arc<str>> {
        match self {
            Zone::Offset(_) => None,
            Zone::Named(name, _) => Some(name.clone()),
        }
    }

    /// The offset in force at a moment, given in seconds since 1970-01-01T00:00Z.
    pub fn offset_at(&self, seconds: i128) -> i32 {
        match self {
            Zone::Offset(offset) => *offset,
            Zone::Named(_, zone) => zone.to_offset(known_second(seconds)).seconds(),
        }
    }

    /// The clock time that is shown and the offset in force; see `DateTime::new`.
    pub fn resolve(&self, local: LocalDateTime, preferred: Option<i32>) -> Option<(LocalDateTime, i32)> {
        let zone = match self {
            Zone::Offset(offset) => return Some((local, *offset)),
            Zone::Named(_, zone) => zone,
        };
        let clock = Offset::UTC.to_datetime(known_second(local.nanos().div_euclid(NANOS_PER_SECOND)));
        match zone.to_ambiguous_timestamp(clock).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some((local, offset.seconds())),
            AmbiguousOffset::Gap { before, after } => {
                let gap = i128::from(after.seconds()) - i128::from(before.seconds());
                Some((local.plus_nanos(gap * NANOS_PER_SECOND)?, after.seconds()))
            }
            AmbiguousOffset::Fold { after, .. } if preferred == Some(after.seconds()) => {
                Some((local, after.seconds()))
            }
            AmbiguousOffset::Fold { before, .. } => Some((local, before.seconds())),
        }
    }
}

/// Reads `Z`, `+06`, `+0600`, `+06:00`, `+060030` or `+06:00:30`, at most 18 hours; seconds east of UTC.
pub fn parse_offset(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hours, minutes, seconds] = match clock_numbers(text.get(1..)?)?.as_slice() {
        [hours] => [*hours, 0, 0],
        [hours, minutes] => [*hours, *minutes, 0],
        [hours, minutes, seconds] => [*hours, *minutes, *seconds],
        _ => return None,
    };
    let offset = (hours * 3600 + minutes * 60 + seconds) as i32;
    (minutes < 60 && seconds < 60 && offset <= MAX_OFFSET).then_some(sign * offset)
}

/// The numbers of `12:31:14` or `123114`, two digits each.
pub(super) fn clock_numbers(text: &str) -> Option<Vec<u32>> {
    if text.contains(':') {
        return text.split(':').map(two_digits).collect();
    }
    (0..text.len()).step_by(2).map(|at| text.get(at..at + 2).and_then(two_digits)).collect()
}

fn two_digits(text: &str) -> Option<u32> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A second of the years that the database knows at which clocks behave as at the given one.
///
/// The calendar repeats every 400 years, weekdays and all; before the known years there are no changes, after them
/// the last rule goes on.
fn known_second(seconds: i128) -> Timestamp {
    const ERA: i128 = DAYS_OF_ERA as i128 * SECONDS_PER_DAY as i128;
    // About the year 8300, so that neither an offset nor an era leaves the years that the database knows.
    const LIMIT: i128 = 200_000_000_000;
    let beyond = seconds.abs() - LIMIT;
    let eras = if beyond > 0 { beyond / ERA + 1 } else { 0 };
    let known = seconds - seconds.signum() * eras * ERA;
    i64::try_from(known)
        .ok()
        .and_then(|known| Timestamp::from_second(known).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets() {
        for (text, seconds) in [
            ("Z", 0),
            ("-00:00", 0),
            ("+06", 21_600),
            ("-0330", -12_600),
            ("+04:58:24", 17_904),
            ("+045824", 17_904),
            ("+18:00", 64_800),
        ] {
            assert_eq!(parse_offset(text), Some(seconds), "{text}");
        }
        for text in
            ["", "6", "+6", "+24:00", "+18:01", "+06:60", "+06:", "+06:00:", "+0600:30", "+06:0030", "+é0"]
        {
            assert_eq!(parse_offset(text), None, "{text}");
        }
    }

    #[test]
    fn names() {
        let name = |text| Zone::parse(text).and_then(|zone| zone.name());
        assert_eq!(name("asia/bishkek").as_deref(), Some("Asia/Bishkek"));
        assert_eq!(name("America/Los Angeles").as_deref(), Some("America/Los_Angeles"));
        assert!(Zone::parse("Asia/Frunzee").is_none());
    }
}

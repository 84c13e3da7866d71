//! Dates, times and durations of the openCypher type system.

/// A day of the proleptic ISO calendar, as days since 1970-01-01; years from -999,999,999 to 999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    pub days: i64,
}

/// A time of day without offset: nanoseconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    pub nanos: u64,
}

/// A time of day with an offset from UTC in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    pub local: LocalTime,
    pub offset: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    pub date: Date,
    pub time: LocalTime,
}

/// A moment: local date and time, the offset in force, and the zone's name where one was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub local: LocalDateTime,
    pub offset: i32,
    pub zone: Option<std::sync::Arc<str>>,
}

/// Months, days, seconds and nanoseconds, kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    pub months: i64,
    pub days: i64,
    pub seconds: i64,
    /// 0 to 999,999,999; the sign is in `seconds`.
    pub nanos: i32,
}

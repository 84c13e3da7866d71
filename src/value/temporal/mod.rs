//! Dates, times and durations of the openCypher type system.
//!
//! In: text, maps of components, other temporal values, and the clock of the statement. Out: temporal values, their
//! text and their components. Calendars are our own, since years go to ±999,999,999; only the offsets of named zones
//! come from the IANA database. Knows nothing of the graph.

mod between;
mod components;
mod construct;
mod date;
mod datetime;
mod decimal;
mod duration;
mod fields;
mod operators;
pub mod parse;
mod time;
mod truncate;
mod zone;

pub use between::{Measure, between, months_between};
pub use components::component;
pub use construct::{Kind, construct, current, duration_from, moment_from_epoch};
pub use date::{Date, days_in_month, days_in_year, is_leap_year};
pub use datetime::{DateTime, LocalDateTime};
pub use duration::Duration;
pub use fields::zone;
pub use operators::calculate;
pub use time::{LocalTime, Time};
pub use truncate::truncate;
pub use zone::Zone;

use crate::base::Report;

/// An argument of the right type that means no temporal value.
fn invalid(message: String) -> Box<Report> {
    Report::runtime("ArgumentError", "InvalidArgumentValue", message)
}

/// An argument of a type that no temporal value is made of.
fn mistyped(message: String) -> Box<Report> {
    Report::runtime("TypeError", "InvalidArgumentType", message)
}

#[cfg(test)]
mod tests {
    /// Rows hold millions of values; those that do not fit stand behind a pointer.
    #[test]
    fn a_value_stays_small() {
        assert!(size_of::<crate::value::Value>() <= 24);
    }
}

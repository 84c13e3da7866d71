//! How long it is from one day to another, over whole batches: `duration.inDays(a, b).days` and the like.

use super::Compiled;
use crate::value::{Date, months_between};

/// In what the time between two days is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// In so many days at once.
    Days(i64),
    /// In so many months at once.
    Months(i64),
    /// Months beyond whole years.
    MonthsOfYear,
}

impl Lasting {
    /// What an expression counts, from where and to where.
    pub fn of(expression: &Compiled) -> Option<(Lasting, &Compiled, &Compiled)> {
        let Compiled::Property { subject, key, .. } = expression else { return None };
        let Compiled::Call { function, arguments, .. } = &**subject else { return None };
        let [from, to] = arguments.as_slice() else { return None };
        let lasting = match (function.name, &**key) {
            ("duration.inDays", "days") => Lasting::Days(1),
            ("duration.inDays", "weeks") => Lasting::Days(7),
            ("duration.between" | "duration.inMonths", "months") => Lasting::Months(1),
            ("duration.between" | "duration.inMonths", "quarters") => Lasting::Months(3),
            ("duration.between" | "duration.inMonths", "years") => Lasting::Months(12),
            ("duration.between" | "duration.inMonths", "monthsOfYear") => Lasting::MonthsOfYear,
            _ => return None,
        };
        Some((lasting, from, to))
    }

    /// Between days, given as dates count them, towards zero.
    #[inline]
    pub fn between(self, from: i64, to: i64) -> Option<i64> {
        let months = || months_between(Date { days: from }, Date { days: to });
        match self {
            Lasting::Days(at_once) => Some(to.checked_sub(from)? / at_once),
            Lasting::Months(at_once) => Some(months() / at_once),
            Lasting::MonthsOfYear => Some(months() % 12),
        }
    }
}

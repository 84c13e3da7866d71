//! The times of a question about figures: which days are asked for, and how they are said.
//!
//! In: the tokens of the question. Out: spans of days, each open or closed. A time that cannot be told apart from
//! another one is refused, for a sum over the wrong days looks like any other number.

use super::super::meaning::DateComparison;
use crate::base::{Report, Result, Span};
use crate::language::question::dates::Period;
use crate::language::question::{Category, Token};
use crate::value::Date;
use std::rc::Rc;

/// A time that figures are asked for; a side that is open is `None`.
#[derive(Clone, Debug)]
pub struct Time {
    pub begin: Option<Date>,
    /// The day after the last.
    pub end: Option<Date>,
    /// Whether the last day was named, and not the day after it.
    pub until: bool,
    /// The dates as they were written.
    pub span: Span,
}

impl Time {
    /// Whether the days from the first to the one before `end` lie wholly in this time.
    pub fn holds(&self, (first, end): (Date, Date)) -> bool {
        self.begin.is_none_or(|b| b <= first) && self.end.is_none_or(|e| end <= e)
    }

    /// Whether any of these days lies in this time.
    pub fn meets(&self, (first, end): (Date, Date)) -> bool {
        self.begin.is_none_or(|b| b < end) && self.end.is_none_or(|e| first < e)
    }

    /// As the reading says it.
    pub fn words(&self) -> String {
        let last = |end: Date| Date { days: end.days - 1 };
        match (self.begin, self.end) {
            (Some(begin), Some(end)) => format!("{begin} to {}", last(end)),
            (Some(begin), None) => format!("since {begin}"),
            (None, Some(end)) if self.until => format!("until {}", last(end)),
            (None, Some(end)) => format!("before {end}"),
            (None, None) => "at any time".into(),
        }
    }

    fn closed(&self) -> bool {
        self.begin.is_some() && self.end.is_some()
    }
}

/// The times that the dates of a question say; none means all.
pub fn times(tokens: &[Rc<Token>]) -> Result<Vec<Time>> {
    let dates: Vec<usize> = (0..tokens.len()).filter(|i| tokens[*i].category == Category::Date).collect();
    let mut found: Vec<(usize, Time)> = Vec::new();
    let mut dates = dates.into_iter().peekable();
    while let Some(at) = dates.next() {
        let Some(period) = tokens[at].period() else { continue };
        let before = at.checked_sub(1).and_then(|i| tokens.get(i));
        if let Some(last) = dates.peek().copied().filter(|last| is_range(tokens, at, *last)) {
            dates.next();
            found.push((last, range(&tokens[at], period, &tokens[last])?));
            continue;
        }
        let side = side(before.map(Rc::as_ref)).ok_or_else(|| {
            let here = before.map_or(tokens[at].span, |t| t.span.to(tokens[at].span));
            Report::input("figures.time", "this does not say which time the figures are asked for")
                .at(here, "not a time of figures")
                .help("Write `in`, `since`, `after`, `before` or `until` and a date, or `from … to …`.")
        })?;
        let end = Date { days: period.last.days + 1 };
        let (begin, end) = match side {
            DateComparison::Within => (Some(period.first), Some(end)),
            DateComparison::Since => (Some(period.first), None),
            DateComparison::After => (Some(end), None),
            DateComparison::Before => (None, Some(period.first)),
            DateComparison::UntilEnd => (None, Some(end)),
        };
        let until = side == DateComparison::UntilEnd;
        found.push((at, Time { begin, end, until, span: tokens[at].span }));
    }
    together(tokens, found)
}

/// `from A to B`, `between A and B`, `A to B`.
fn is_range(tokens: &[Rc<Token>], at: usize, last: usize) -> bool {
    let Some(join) = tokens.get(at + 1).filter(|_| last == at + 2) else { return false };
    let before = at.checked_sub(1).and_then(|i| tokens.get(i)).map(|t| t.category);
    let until = join.category == Category::To || matches!(join.text.as_str(), "until" | "till" | "through");
    match before {
        Some(Category::Between) => join.category == Category::And || until,
        Some(Category::From) => until,
        _ => join.category == Category::To || join.text == "through",
    }
}

fn range(first: &Token, from: Period, last: &Token) -> Result<Time> {
    let span = first.span.to(last.span);
    match last.period() {
        Some(to) if from.first <= to.last => Ok(Time {
            begin: Some(from.first),
            end: Some(Date { days: to.last.days + 1 }),
            until: true,
            span,
        }),
        _ => Err(Report::input("figures.time", "this time ends before it begins")
            .at(span, "the later date stands first")
            .help("Write the earlier date first.")),
    }
}

/// How a date is limited by the word before it.
fn side(before: Option<&Token>) -> Option<DateComparison> {
    use Category::*;
    let Some(before) = before else { return Some(DateComparison::Within) };
    match (before.category, before.text.as_str()) {
        (From, _) => Some(DateComparison::Since),
        (By | To, _) | (Preposition, "through") => Some(DateComparison::UntilEnd),
        (Preposition, "over") => Some(DateComparison::Within),
        (Preposition, other) => DateComparison::of(other),
        (Between | As | AsOf | With | Without | But | Excluded | Included | Not | No, _) => None,
        (Comparative | Superlative | Possessive, _) => None,
        _ => Some(DateComparison::Within),
    }
}

/// Closed times stand side by side (`in 2014 and 2016`), open ones limit one another (`after 2013 and before 2016`);
/// anything else can be understood in two ways.
fn together(tokens: &[Rc<Token>], found: Vec<(usize, Time)>) -> Result<Vec<Time>> {
    let apart = found.windows(2).find(|pair| {
        let [(first, one), (second, other)] = pair else { return false };
        let between = tokens.get(first + 1..*second).unwrap_or_default();
        let either = between.iter().any(|t| t.category == Category::Or);
        let listed = between.iter().all(|t| {
            matches!(
                t.category,
                Category::And | Category::Or | Category::Comma | Category::Preposition | Category::From
            ) || t.category == Category::Between
        });
        match (one.closed(), other.closed()) {
            (true, true) => !listed,
            (false, false) => either,
            _ => true,
        }
    });
    if let Some([_, (_, second)]) = apart {
        return Err(two_times(second.span));
    }
    let mut times: Vec<Time> = found.into_iter().map(|(_, time)| time).collect();
    if times.len() > 1 && times.iter().all(|t| !t.closed()) {
        let span = times.iter().skip(1).fold(times[0].span, |span, t| span.to(t.span));
        let begin = times.iter().filter_map(|t| t.begin).max();
        let end = times.iter().filter_map(|t| t.end).min();
        if begin.zip(end).is_some_and(|(b, e)| b >= e) {
            return Err(two_times(span));
        }
        times = vec![Time { begin, end, until: times.iter().all(|t| t.until || t.end.is_none()), span }];
    }
    Ok(times)
}

fn two_times(span: Span) -> Box<Report> {
    Report::input("figures.time", "two times are asked for, and it is not clear how they go together")
        .at(span, "a further time")
        .help("Ask for one time, such as `since 2014` or `from 2014 to 2016`, or list years: `in 2014 and 2016`.")
}

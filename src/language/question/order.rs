//! Lists in an order, and the first of things that are named.

use super::lexicon::{Category, Lexicon};
use super::wording::{Reworded, is, is_a, run, span_of};
use super::words::{Shape, Word};

/// Ends of a list that say in which order it comes, and whether the last day comes first.
pub(super) const ORDERS: &[(&str, bool)] = &[
    ("newest first", true),
    ("latest first", true),
    ("most recent first", true),
    ("oldest first", false),
    ("earliest first", false),
    ("from newest to oldest", true),
    ("from latest to earliest", true),
    ("from oldest to newest", false),
    ("from earliest to latest", false),
    ("in chronological order", false),
    ("in reverse chronological order", true),
    ("chronologically", false),
    ("in date order", false),
    ("in order of date", false),
    ("in order of their date", false),
    ("in order of their dates", false),
];

/// Words before `by` and what a list is ordered by.
pub(super) const ORDERED: &[&str] = &["sorted", "ordered", "arranged"];

/// Words that compare two ages and the one that is said of the first of several.
const AGES: &[(&str, &str)] = &[
    ("older", "oldest"),
    ("earlier", "earliest"),
    ("newer", "newest"),
    ("later", "latest"),
    ("longer", "longest"),
    ("shorter", "shortest"),
    ("sooner", "earliest"),
];
/// Words that choose the first or last, after which `came` says no more than `is`.
const FOREMOST: &[&str] = &["first", "last", "earliest", "latest"];

/// `list the laws, newest first`, `… sorted by date`: shown by their days.
pub(super) fn in_order(words: &[Word]) -> Option<Reworded> {
    let skipped = ["list", "show", "give", "name", "find", "which", "what", "all", "the", "me"];
    let first = words.iter().take_while(|word| skipped.contains(&word.folded.as_str())).count();
    let ends_with = |words: &[Word], said: &str| {
        let first = words.len().checked_sub(said.split(' ').count())?;
        (first > 0 && run(words, first, said)? == words.len() - first).then_some(first)
    };
    let order = ORDERS.iter().find_map(|(said, latest)| Some((ends_with(words, said)?, *latest)));
    let (mut end, latest_first) = order.unwrap_or((words.len(), false));
    let comma = |at: usize| at > 0 && words.get(at - 1).is_some_and(|word| word.shape == Shape::Comma);
    while comma(end) {
        end -= 1;
    }
    // What follows `by` is what the list is ordered by: a date, where the order of days is said.
    let by = words[..end].iter().rposition(|word| word.is(&["by"]));
    let by = by.filter(|by| words[*by..end].iter().all(|word| word.shape == Shape::Word) && *by + 1 < end);
    let by =
        by.filter(|by| end - by <= 3 && (order.is_none() || is(words, end - 1, &["date", "dates", "age"])));
    let sorted = by.filter(|by| *by > 0 && is(words, by - 1, ORDERED));
    let mut things = sorted.map_or(by.unwrap_or(end), |by| by - 1);
    while comma(things) {
        things -= 1;
    }
    if (order.is_none() && sorted.is_none()) || things <= first {
        return None;
    }
    // In order of their dates, these are shown.
    if order.is_some()
        && let [.., with, their, date] = &words[..things]
        && with.is(&["with"])
        && their.is(&["their", "the"])
        && date.is(&["date", "dates"])
        && things > first + 3
    {
        things -= 3;
    }
    let said = Word::said;
    let tail = span_of(&words[things..]);
    let mut listed = vec![said("list", words[first].span)];
    listed.extend(words[first..things].iter().cloned());
    listed.push(said("by", tail));
    match sorted {
        Some(by) if order.is_none() => listed.extend(words[by + 1..end].iter().cloned()),
        _ => listed.push(said("date", tail)),
    }
    Some(Reworded { latest_first, ..Reworded::plain(listed) })
}

/// `which law is older, X or Y`, `which of X and Y is newer`, `which was adopted earlier, X or Y`, `which came first, X or
/// Y`: the oldest, the newest of those that are named.
pub(super) fn of_two(words: &mut [Word], lexicon: &dyn Lexicon) -> bool {
    if !is(words, 0, &["which", "what"]) {
        return false;
    }
    let listed = |at: usize| words.get(at + 1).is_some_and(|word| word.shape == Shape::Comma);
    let ends = |at: usize| listed(at) || at + 1 == words.len();
    let came = words.windows(2).position(|pair| pair[0].is(&["came", "comes"]) && pair[1].is(FOREMOST));
    if let Some(came) = came.filter(|came| *came > 0 && ends(came + 1)) {
        words[came].folded = "is".to_owned();
        return true;
    }
    let Some((at, most)) = words.iter().enumerate().skip(2).find_map(|(at, word)| {
        let age = AGES.iter().find(|(age, _)| word.is(&[age]))?;
        Some((at, age.1))
    }) else {
        return false;
    };
    let be = is(words, at - 1, &["is", "was", "are", "were"]);
    let came = is(words, at - 1, &["came", "comes"]);
    let done = [Category::Past, Category::PastOrParticiple, Category::Participle, Category::Present];
    let acts = is_a(lexicon, &words[at - 1], &done);
    let of = at + 1 == words.len() && is(words, 1, &["of"]);
    let found = (be || came || acts) && (listed(at) || of);
    if found {
        if came {
            words[at - 1].folded = "is".to_owned();
        }
        // What was done earlier was done first.
        let first = match most {
            "earliest" if acts => "first",
            "latest" if acts => "last",
            most => most,
        };
        words[at].folded = first.to_owned();
    }
    found
}

/// `which body has more tasks, X or Y`, `which of X and Y has more tasks`: the one of them with the most.
pub(super) fn more_of_two(words: &mut Vec<Word>) -> bool {
    let Some(more) = words.iter().position(|word| word.is(&["more", "fewer", "less"])) else { return false };
    if !is(words, 0, &["which", "what", "who"]) || words.iter().any(|word| word.is(&["than"])) {
        return false;
    }
    let most = if words[more].is(&["more"]) { "most" } else { "fewest" };
    let said = |folded: &str| Word::said(folded, words[more].span);
    let most = [said("the"), said(most)];
    if is(words, 1, &["of"]) {
        words.splice(more..=more, most);
        return true;
    }
    // A single word between the question and its verb is the kind that each has to be.
    let comma = words.iter().position(|word| word.shape == Shape::Comma).filter(|comma| *comma > more);
    let Some(comma) = comma.filter(|_| more == 2 || more == 3) else { return false };
    let be = if more == 2 { vec![said("of")] } else { vec![said("that"), said("is")] };
    let listed: Vec<Word> = words.drain(comma..).skip(1).collect();
    words.splice(more..=more, most);
    words.splice(more - 1..more - 1, be.into_iter().chain(listed));
    true
}

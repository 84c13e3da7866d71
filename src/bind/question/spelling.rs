//! Words that nobody knows: what each word of English that questions do not take is said with, and the nearest words and
//! names where one is misspelt.

use super::dictionary::Dictionary;
use super::trouble::{and_list, or_list};
use crate::base::{Report, Span, fold, similarity};
use crate::graph::Graph;
use crate::language::question::lexicon::FUNCTION_WORDS;
use crate::language::question::{
    Category, Lattice, Lexicon, Shape, Token, Word, is_empty_word, is_function_word,
};

/// How help begins that offers other words.
const MEANT: &str = "Did you mean";

/// Words of English that questions do not take, and what to write instead.
const ADVICE: &[(&[&str], &str)] = &[
    (
        &["only", "just", "merely", "solely", "exclusively", "alone", "purely"],
        "Say what is left out: `which treaties concern X and do not concern Y`. For the only one ask for all: `which councils are there`.",
    ),
    (
        &["old", "young", "age", "ages"],
        "Ask for the day: `when was X established`, `what is the date of X`, or compare: `is X older than Y`.",
    ),
    (&["undated"], "Write `without a date`, `which have no date`."),
    (&["neither"], "Deny each: `which bodies do not coordinate X and do not monitor Y`."),
    (&["either"], "Leave it out: `X or Y`."),
    (
        &["other", "another", "else", "others", "rest"],
        "Say what is left out: `which bodies have tasks except X`, `decrees other than X`.",
    ),
    (&["same", "such", "similar", "latter", "former"], "Write the name of what is meant."),
    (
        &["why", "because", "reason", "therefore"],
        "Reasons are not recorded. Ask for the basis: `what is the legal basis of X`, `who established X`.",
    ),
    (
        &[
            "still",
            "already",
            "yet",
            "anymore",
            "nowadays",
            "today",
            "presently",
            "meanwhile",
            "ever",
            "always",
        ],
        "Write `in force`, or put a day in front: `as of 2018-05-01, which …`.",
    ),
    (
        &[
            "ago",
            "yesterday",
            "tomorrow",
            "recently",
            "lately",
            "soon",
            "early",
            "late",
            "later",
            "earlier",
            "formerly",
            "previously",
            "afterwards",
            "spring",
            "summer",
            "autumn",
            "winter",
        ],
        "Write the date: `before 2012`, `since May 2012`, `between 2010 and 2015`, `as of 2018-05-01`.",
    ),
    (
        &["second", "third", "fourth", "fifth", "next", "previous", "penultimate", "middle"],
        "Only the first and the last can be asked for: `the first …`, `the latest …`. For others write `newer than X`, `older than X`.",
    ),
    (&["long", "short", "quickly", "fast"], "Ask for the days: `how many days passed between X and Y`."),
    (
        &["several", "many", "few", "enough", "much", "multiple", "numerous", "single", "half"],
        "Write a number: `which bodies have more than two tasks`.",
    ),
    (
        &["very", "quite", "too", "even", "almost", "nearly", "approximately", "really", "mostly", "mainly"],
        "Leave it out: what is stated has no degrees.",
    ),
    (
        &["often", "sometimes", "usually", "rarely", "seldom", "frequently", "again", "twice"],
        "Ask for a number: `how many …`.",
    ),
    (
        &["although", "though", "whereas", "whether", "instead", "rather", "however", "unless"],
        "Ask one thing at a time; conditions are joined by `and`, `or` and `but not`.",
    ),
    (
        &["i", "you", "we", "my", "our", "your", "she", "her", "his", "him"],
        "Write who is meant, or begin with `which`, `who`, `list`.",
    ),
    (
        &[
            "minister",
            "president",
            "prime",
            "chairman",
            "chairperson",
            "chair",
            "chairs",
            "chaired",
            "director",
            "head",
            "heads",
            "headed",
        ],
        "Who holds an office is not asked for like this. Ask for the body: `describe X`, `which bodies are under X`.",
    ),
    (&["besides"], "Write `other than X`, or `except X` at the end."),
    (
        &["directly", "immediately"],
        "Leave it out: what is asked for is direct, unless you write `directly or indirectly`.",
    ),
    (
        &["say", "says", "certain", "sure", "proven", "evidence", "proof"],
        "Ask `is it true that X established Y`: every answer comes with its places.",
    ),
    (
        &["difference", "differences", "differ", "differs", "common", "overlap", "overlaps", "compare"],
        "Things are not compared. Ask of each, for example `describe X`, `which tasks does X have`.",
    ),
    (
        &[
            "increase",
            "increased",
            "decrease",
            "decreased",
            "rise",
            "rose",
            "grow",
            "grew",
            "decline",
            "declined",
        ],
        "Ask for the numbers: `how many … per year`.",
    ),
    (
        &["ordered", "sorted", "sort", "arranged"],
        "Rows have an order of their own. Asked for dates, they come by date: `what are the dates of the decrees`.",
    ),
    (
        &["big", "small", "large", "important", "good", "bad", "best", "worst"],
        "Nothing is judged here. Ask for a number or a date: `the most tasks`, `the latest decree`.",
    ),
];

/// What to write instead of a word that questions do not take.
pub fn advice(word: &str) -> Option<&'static str> {
    ADVICE.iter().find(|(words, _)| words.contains(&word)).map(|(_, advice)| *advice)
}

/// A word that questions do not take, or not there.
pub fn unused(span: Span, text: &str, advice: &'static str) -> Box<Report> {
    let message = format!("questions do not take the word `{}`", span.of(text));
    Report::input("word.unused", message).at(span, "not understood").help(advice)
}

/// Whether a word may be another one misspelt: the longer, the more letters may differ.
fn misspells(word: &str, known: &str) -> bool {
    let apart = strsim::osa_distance(word, known);
    let same_start = word.chars().next() == known.chars().next();
    match word.chars().count() {
        0..3 => false,
        3..6 => apart <= 1 && same_start,
        6..10 => apart <= 1 || (apart == 2 && same_start),
        _ => apart <= 3,
    }
}

/// A word that nobody knows: the nearest names and words, and the corrected question.
pub fn unknown_word(
    text: &str,
    dictionary: &Dictionary,
    graph: &Graph,
    lattice: &Lattice,
    unknown: &Token,
) -> Box<Report> {
    if let Some(word) = lattice.words.get(unknown.words.0)
        && word.shape == Shape::Unclosed
    {
        return Report::input("question.quote", "this quotation is never closed")
            .at(word.span, "opened here")
            .suggest(Span::new(text.len(), text.len()), "\"".to_owned())
            .help("Close it with a quotation mark.");
    }
    let word = unknown.span.of(text);
    let written = fold(word);
    if let Some(advice) = advice(&written) {
        return unused(unknown.span, text, advice);
    }
    let mut report = Report::input("word.unknown", format!("I do not know the word `{word}`"))
        .at(unknown.span, "unknown word");
    // The misspelt word may be part of a name: try the runs of words around it.
    let (at, count) = (unknown.words.0, lattice.words.len());
    let mut best: Vec<(f64, Span, String)> = Vec::new();
    for start in (at.saturating_sub(7)..=at).filter(|start| !chosen_at(&lattice.words[..*start])) {
        for end in at + 1..=(at + 8).min(count) {
            let run = &lattice.words[start..end];
            if run.iter().any(|w| w.shape == Shape::Unclosed) || (run.len() > 1 && edge_is_small(run)) {
                continue;
            }
            let folded: Vec<&str> =
                run.iter().filter(|w| w.shape == Shape::Word).map(|w| w.folded.as_str()).collect();
            let folded = fold(&folded.join(" "));
            if folded.len() < 3 {
                continue;
            }
            let span = run[0].span.to(run[run.len() - 1].span);
            for (node, near, score) in dictionary.nearest_names(&folded, 3) {
                // The unknown word itself has to be like a word of the name, and the small words around it stand there.
                let like = |known: &str| known == written || misspells(&written, known);
                if !near.split(' ').any(like) || !small_words_in(run, &near) {
                    continue;
                }
                // Longer runs that fit as well say more.
                let weight = score + 0.01 * run.len() as f64;
                best.push((weight, span, graph.name(node).to_string()));
            }
        }
    }
    // A word of some name is no misspelling.
    let names = dictionary.names_with(&written, 3);
    if names.is_empty() {
        let near = dictionary.nearest(&written, 8).into_iter().filter(|near| misspells(&written, near));
        let near = small_words_near(&written).map(str::to_owned).chain(near);
        // Few people miss the first letter.
        let score = |near: &str| {
            let same_start = near.chars().next() == written.chars().next();
            similarity(&written, near) + if same_start { 0.02 } else { 0.0 }
        };
        best.extend(near.take(4).map(|near| (score(&near), unknown.span, near)));
    }
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut seen: Vec<String> = Vec::new();
    for (_, span, name) in best {
        if seen.len() < 3 && !seen.contains(&name) {
            report = report.suggest(span, name.clone());
            seen.push(name);
        }
    }
    if seen.is_empty() && !names.is_empty() {
        let names: Vec<String> = names.iter().map(|node| format!("\"{}\"", graph.name(*node))).collect();
        report.help(format!("`{word}` alone is no name; it stands in {}.", and_list(&names)))
    } else {
        report
    }
}

/// The trouble with only those words offered with which the question is understood. `works` says so of a question.
pub fn with_what_works(
    mut report: Box<Report>,
    text: &str,
    works: impl Fn(&str, Span) -> bool,
) -> Box<Report> {
    if !matches!(report.code, "word.unknown" | "name.unknown" | "name.ambiguous") {
        return report;
    }
    let offered = report.suggestions.len();
    let line = |span: Span, with: &str| {
        let (before, after) = (text.get(..span.start)?, text.get(span.end..)?);
        Some(format!("{before}{with}{after}"))
    };
    report.suggestions.retain(|s| line(s.span, &s.text).is_some_and(|line| works(&line, s.span)));
    if report.code == "name.ambiguous" {
        // None of the things fits what stands around the words.
        return match (
            report.suggestions.is_empty(),
            report.suggestions.len() == offered,
            report.labels.first(),
        ) {
            (true, _, Some(label)) if offered > 0 => no_name_here(text, label.span),
            (false, false, _) => only_candidates(report),
            _ => report,
        };
    }
    report.help.retain(|help| !help.starts_with(MEANT));
    let seen: Vec<String> =
        report.suggestions.iter().map(|s| format!("`{}`", s.text.trim_matches('"'))).collect();
    if !seen.is_empty() {
        report.help(format!("{MEANT} {}?", or_list(&seen)))
    } else if report.help.is_empty() {
        report.help(
            "Leave it out, or put a name in quotation marks. `:vocabulary` lists the words that are known.",
        )
    } else {
        report
    }
}

/// Words of several names, where none of the names can stand.
fn no_name_here(text: &str, span: Span) -> Box<Report> {
    Report::input("name.part", format!("`{}` alone is the name of no thing", span.of(text)))
        .at(span, "a part of several names")
        .help("Say it with a verb, for example `which law ratified X`, or write a whole name.")
}

/// The numbers of the things go with what is offered, so that both hold the same.
fn only_candidates(mut report: Box<Report>) -> Box<Report> {
    let offered: Vec<String> =
        report.suggestions.iter().map(|s| s.text.trim_matches('"').to_owned()).collect();
    report.candidates.retain(|candidate| offered.contains(&candidate.name));
    report
}

/// Small words that differ by one letter.
fn small_words_near(written: &str) -> impl Iterator<Item = &'static str> {
    let words = FUNCTION_WORDS.iter().filter(|(_, category)| *category != Category::Pronoun);
    let near = move |word: &&str| word.len() > 3 && strsim::osa_distance(word, written) == 1;
    words.map(|(word, _)| *word).filter(near)
}

/// Whether things of a kind are chosen or counted next, so that no name can follow.
fn chosen_at(before: &[Word]) -> bool {
    let last = before.last().map(|word| word.folded.as_str());
    last.is_some_and(|word| ["which", "what", "many", "every", "all", "each", "no"].contains(&word))
}

fn edge_is_small(run: &[Word]) -> bool {
    let small = |w: Option<&Word>| w.is_none_or(|w| w.shape != Shape::Word || is_function_word(&w.folded));
    small(run.first()) || small(run.last())
}

/// Whether every small word of a run that means something is a word of the name as well.
fn small_words_in(run: &[Word], name: &str) -> bool {
    let mut small = run.iter().filter(|w| is_function_word(&w.folded) && !is_empty_word(&w.folded));
    small.all(|w| name.split(' ').any(|held| held == w.folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_misspelt() {
        for (word, known) in [
            ("ratifid", "ratified"),
            ("comitee", "committee"),
            ("decre", "decree"),
            ("traety", "treaty"),
            ("developmnt", "development"),
            ("implementeds", "implemented"),
        ] {
            assert!(misspells(word, known), "{word}: {known}");
        }
        for (word, known) in [
            ("only", "policy"),
            ("today", "body"),
            ("long", "belong"),
            ("early", "bear"),
            ("chairs", "charges"),
            ("spring", "supporting"),
            ("eu", "equal"),
            ("neither", "enter"),
        ] {
            assert!(!misspells(word, known), "{word}: {known}");
        }
    }

    #[test]
    fn every_word_has_one_advice() {
        let mut words: Vec<&str> = ADVICE.iter().flat_map(|(words, _)| words.iter().copied()).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(words.iter().all(|word| !is_function_word(word)));
    }
}

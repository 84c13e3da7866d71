//! Questions: which of the things that words can mean is meant.
//!
//! In: the text, the dictionary made from vocabulary and graph. Out: a statement of the algebra, the reading, and the
//! form of answer that is wanted. The parts: `dictionary` (words to meanings), `loose` and `either` (names said loosely, or
//! that can mean more), `definite` (`the decrees`: some of them, `both` of two), `phrase`, `joined`, `modifier` and `agreement` (noun phrases), `borne` (which
//! values occur), `owed` (no, every, most), `parts` (what parts say), `clause` and `passive` (verbs), `modal` (must, will), `choice` (which relation is meant),
//! `times`, `event`, `own_day`, `year` and `lasting` (times and happenings), `told` (what sources mention), `unrecorded`
//! (what nobody has said), `status` (values that are verbs as well), `figures` (numbers), `ask` and `fronted` (what is asked for), `age`
//! (older, newer), `rival` and `contrast` (more than X has, how many more), `foremost` (is the oldest, started first), `chain` and `authority` (chains of authority), `verbs` (verb
//! phrases), `select`, `extreme` (the latest, the longest), `shown`, `listing`, `lists`, `apart` and `grouping` (what is returned), `emit` (to the algebra), `reading` (to English),
//! `trouble`, `mistaken` and `spelling` (what is said when it cannot be understood).

mod account;
mod age;
mod agreement;
mod apart;
mod ask;
mod authority;
mod binder;
mod borne;
mod chain;
mod choice;
mod clause;
mod complement;
mod contrast;
mod definite;
mod dictionary;
mod either;
mod emit;
mod event;
mod extreme;
mod figures;
mod foremost;
mod fronted;
mod grouping;
mod head;
mod joined;
mod lasting;
mod listing;
mod lists;
mod loose;
mod meaning;
mod mistaken;
mod modal;
mod modifier;
mod owed;
mod own_day;
mod parts;
mod passive;
mod phrase;
mod possession;
mod property;
mod reading;
mod rival;
mod select;
mod shown;
mod special;
mod spelling;
mod status;
mod times;
mod told;
mod trouble;
mod unrecorded;
mod verbs;
mod year;

pub use account::Wider;
pub use ask::{Form, Impact, Meant};
pub use dictionary::{Dictionary, Meaning, RelationVerb};
pub use meaning::Condition;

use crate::base::{Report, Result};
use crate::graph::Graph;
use crate::language::question::{
    Category, Lattice, Reworded, Token, Word, about_everything, greatest_per_time, how_many_more,
    in_other_words, in_some_wording, is_article, parse, syntax, without_opening, words,
};
use crate::value::Date;
use crate::vocabulary::Vocabulary;
use binder::Binder;
use std::rc::Rc;

/// How many ways of cutting a question are tried.
const CUTTINGS: usize = 600;
/// How many parsed readings are bound before giving up.
const READINGS: usize = 120;
/// Refusals of what was read: names matched loosely would only read something else.
const DEFINITE: &[&str] = &[
    "question.unclear",
    "question.both",
    "question.two",
    "question.left",
    "question.except",
    "question.asked",
    "question.times",
    "question.value",
    "question.perfect",
    "question.status",
    "question.modal",
    "name.date",
    "name.part",
];
/// Refusals of what can only be meant so, whatever else the words could be read as.
const FINAL: &[&str] = &["question.there", "question.lists"];
/// What is said of `more` and `fewer` where nothing says than what.
const MORE: &str = "Write a number, `which bodies have more than two tasks`, or than what: `which bodies have more tasks than X`.";
/// The longest question, in words, of which what is offered is tried.
const OFFERED: usize = 60;
/// The longest question, in words.
const LONGEST: usize = 400;

/// Understands a question.
pub fn understand(
    text: &str,
    vocabulary: &Vocabulary,
    graph: &Graph,
    dictionary: &Dictionary,
    today: Date,
) -> Result<Meant> {
    let cut = without_opening(words(text));
    if cut.is_empty() {
        return Err(Report::input("question.empty", "nothing was asked")
            .help("Type a question, for example `which decrees are there`."));
    }
    if cut.len() > LONGEST {
        return Err(Report::input("question.long", format!("a question has at most {LONGEST} words")));
    }
    if let Some(last) = cut.last().filter(|w| is_article(&w.folded)) {
        return Err(Report::input("question.incomplete", "the question stops in the middle")
            .at(last.span, "a name or a noun must follow")
            .help("Go on with a name, or press Tab to see which names there are."));
    }
    let cut = definite::both_of_two(&cut, vocabulary, graph, dictionary).unwrap_or(cut);
    if let Some(described) = about_everything(&cut) {
        let card = understand_words(text, &described, vocabulary, graph, dictionary, today);
        match (card, cut.first().zip(cut.last())) {
            (Ok(meant), _) if matches!(meant.form, Form::Card(_)) => return Ok(meant),
            (Err(report), _) if report.code == "name.ambiguous" => return Err(report),
            (_, Some((first, last))) if first.folded == "where" => {
                return Err(mistaken::mentioned(last.span));
            }
            _ => {}
        }
    }
    let per_time = greatest_per_time(&cut, dictionary).map(|(words, most)| {
        understand_words(text, &words, vocabulary, graph, dictionary, today).map(|meant| (meant, most))
    });
    let per_time = match per_time {
        Some(Ok((mut meant, most))) => {
            if extreme::keep_greatest(&mut meant, most) {
                return Ok(meant);
            }
            None
        }
        Some(Err(report)) => Some(report).filter(|report| !is_unread(report.code)),
        None => None,
    };
    let said = understand_words(text, &cut, vocabulary, graph, dictionary, today);
    // The day of something that is the most is another question.
    if let (Ok(Meant { target: Some(_), .. }), Some(report)) = (&said, per_time) {
        return Err(report);
    }
    let Err(mut report) = said else { return said };
    if let Some(Reworded { mut words, note, beside, today: as_of, latest_first }) =
        in_other_words(&cut, dictionary)
        && (!as_of || said_of(&mut words, today))
    {
        match understand_words(text, &words, vocabulary, graph, dictionary, today) {
            // What is owned has to be shown beside its owner.
            Ok(mut meant) if !beside || meant.reading.contains(", each with ") => {
                meant.notes.extend(note);
                if latest_first {
                    listing::turn_round(&mut meant);
                }
                return Ok(meant);
            }
            // What was read in other words and refused says more than what could not be read.
            Err(refused) if is_unread(report.code) && !is_unread(refused.code) => report = refused,
            _ => {}
        }
    }
    if let Some(two) = how_many_more(&cut, dictionary) {
        let ask = |words: &[Word]| understand_words(text, words, vocabulary, graph, dictionary, today);
        let apart = ask(&two.first).and_then(|first| ask(&two.second).map(|second| (first, second)));
        match apart.map(|(first, second)| contrast::difference(first, second, two.more)) {
            Ok(Some(meant)) => return Ok(meant),
            // What of the two is not understood says more than that `more` is not.
            Err(refused) if !is_unread(refused.code) => return Err(refused),
            _ => {}
        }
    }
    if cut.len() > OFFERED {
        return Err(report);
    }
    Err(spelling::with_what_works(report, text, |line, mended| {
        let cut = without_opening(words(line));
        match understand_words(line, &cut, vocabulary, graph, dictionary, today) {
            Ok(_) => true,
            // Another word may be misspelt as well, or a name be that of several things.
            Err(other) => {
                let elsewhere = other.labels.first().is_some_and(|label| label.span.start != mended.start);
                other.code == "name.ambiguous" || (other.code == "word.unknown" && elsewhere)
            }
        }
    }))
}

/// Puts `as of DAY` in front of a question that has no such day.
fn said_of(words: &mut Vec<Word>, day: Date) -> bool {
    let Some(first) = words.first().cloned() else { return false };
    let of =
        words.windows(2).any(|pair| pair[0].folded == "as" && matches!(pair[1].folded.as_str(), "of" | "at"));
    if !of {
        let word = |said: String| Word { folded: said, ..first.clone() };
        words.splice(..0, ["as".to_owned(), "of".to_owned(), day.to_string()].map(word));
    }
    true
}

/// Understands a question that has been cut into words.
fn understand_words(
    text: &str,
    cut: &[Word],
    vocabulary: &Vocabulary,
    graph: &Graph,
    dictionary: &Dictionary,
    today: Date,
) -> Result<Meant> {
    let mut failed: Option<Failed> = None;
    for loose in [false, true] {
        // What was understood so far as to be refused is not asked in another way.
        if failed.as_ref().is_some_and(|failed| is_definite(failed.report.code)) {
            break;
        }
        let lattice = Lattice::new(cut.to_vec(), dictionary, loose);
        if let Some(span) = lattice.impossible.first() {
            let message = format!("there is no such day: {}", span.of(text));
            return Err(Report::input("date.impossible", message).at(*span, "not in the calendar"));
        }
        if let Some(span) = lattice.without_year {
            return Err(mistaken::yearless(span, text));
        }
        let perfect = cut.iter().any(|word| word.is(&["has", "have", "had"]));
        let past = cut.iter().any(|word| word.is(&["was", "were"]));
        let mut readings = 0;
        for tokens in lattice.cuttings(CUTTINGS) {
            if let Some(unknown) = tokens.iter().find(|t| t.category == Category::Unknown) {
                // Cuttings come cheapest first: from here on every one has an unknown word. A word that is in no
                // name at all is the one to mend.
                let all = || tokens.iter().filter(|t| t.category == Category::Unknown);
                let wrong = |t: &&Rc<Token>| !dictionary.holds_word(&t.text) && !in_some_wording(&t.text);
                let unknown = all().find(wrong).unwrap_or(unknown);
                let report = spelling::unknown_word(text, dictionary, graph, &lattice, unknown);
                failed = Failed::better(failed, Failed { weight: 1, report });
                break;
            }
            let (questions, reached) = parse(&tokens);
            if questions.is_empty() {
                let report = unexpected(text, &tokens, reached);
                failed = Failed::better(failed, Failed { weight: 2 + reached, report });
                continue;
            }
            for question in questions {
                let ask = |question: &syntax::Question| {
                    let mut binder = Binder::new(text, tokens.clone(), vocabulary, graph, dictionary, today);
                    let meant = binder.ask(question);
                    (binder, meant)
                };
                let by_then = question.not_by_then(perfect, past).map(|question| ask(&question));
                let (mut binder, meant) =
                    by_then.filter(|(_, meant)| meant.is_ok()).unwrap_or_else(|| ask(&question));
                match meant {
                    Ok(mut meant) => {
                        binder.note_unions(&meant.group);
                        meant.notes.append(&mut binder.notes);
                        return Ok(meant);
                    }
                    Err(report) if FINAL.contains(&report.code) => return Err(report),
                    Err(report) => {
                        let named = report.code.starts_with("name.") && report.code != "name.kind";
                        let weight = if named { 2_000 } else { 1_000 };
                        failed = Failed::better(failed, Failed { weight, report });
                    }
                }
                readings += 1;
            }
            if readings >= READINGS {
                break;
            }
        }
    }
    Err(failed.map_or_else(|| Report::input("question.form", "I cannot read this question"), |f| f.report))
}

/// Whether what was read is refused for good, so that another cutting would only read something else.
fn is_definite(code: &str) -> bool {
    // A share may be one that a source states, under a name that is said loosely.
    DEFINITE.contains(&code) || (code.starts_with("figures.") && code != "figures.share")
}

/// Whether a text was not even parsed.
fn is_unread(code: &str) -> bool {
    matches!(code, "question.form" | "question.incomplete") || code.starts_with("word.")
}

/// The best account of a failure so far: what was parsed says more than what was not.
struct Failed {
    weight: usize,
    report: Box<Report>,
}

impl Failed {
    fn better(old: Option<Failed>, new: Failed) -> Option<Failed> {
        match old {
            Some(old) if old.weight >= new.weight => Some(old),
            _ => Some(new),
        }
    }
}

/// The first word that no form takes.
fn reached_word(tokens: &[Rc<Token>], reached: usize) -> usize {
    tokens.get(reached).map_or(usize::MAX, |token| token.words.0)
}

/// No form of question takes these tokens: where reading stopped.
fn unexpected(text: &str, tokens: &[Rc<Token>], reached: usize) -> Box<Report> {
    const FORMS: &str = "Ask for example `which bodies …`, `who …`, `what did X …`, `how many …`, or write a name alone. `:help questions` shows the forms.";
    // `who issued X and what does it approve`
    let further = tokens.windows(2).skip(1).find(|pair| {
        use Category::{And, How, HowMany, When, Where, Which, Who, Whose};
        let asks = matches!(pair[1].category, Which | Who | Whose | Where | When | How | HowMany);
        pair[0].category == And && asks && pair[1].words.0 <= reached_word(tokens, reached)
    });
    // `who approved X, and by which decree`
    let marked = tokens.windows(3).skip(1).find(|run| {
        use Category::{And, By, From, Of, Preposition, To, Which, Who, With};
        let preposition = matches!(run[1].category, By | From | Of | Preposition | To | With);
        run[0].category == And && preposition && matches!(run[2].category, Which | Who)
    });
    if let Some(pair) = further.or(marked.and_then(|run| run.get(1..))) {
        let report = trouble::one_question(&pair[1]);
        return Box::new(Report { code: "question.form", ..*report });
    }
    // `did X join first or last`
    let either = tokens.windows(3).find(|run| {
        let foremost = |at: usize| run[at].category == Category::Superlative;
        foremost(0) && run[1].category == Category::Or && foremost(2)
    });
    if let Some(run) = either {
        return mistaken::foremost_of_whom(&run[0], text);
    }
    // `in which years was there no programme`
    let unit = tokens.iter().take(3).find(|token| token.category == Category::TimeUnit);
    if let Some(unit) = unit.filter(|_| tokens.iter().any(|token| token.category == Category::There)) {
        return mistaken::times_listed(unit.span);
    }
    let connects = tokens.iter().any(|token| token.category == Category::Connected);
    if let Some(how) = tokens.first().filter(|token| token.category == Category::How && !connects) {
        return mistaken::manner(how.span);
    }
    // `more tasks`: than what?
    if let Some(more) = tokens.iter().find(|token| token.category == Category::More) {
        return spelling::unused(more.span, text, MORE);
    }
    match (tokens.get(reached), tokens.last()) {
        (Some(token), _) => {
            let message = format!("I did not expect `{}` here", token.span.of(text));
            Report::input("question.form", message).at(token.span, "reading stopped here").help(FORMS)
        }
        // `what does X lack`
        (None, Some(token)) if token.category == Category::Without => {
            Report::input("question.incomplete", "what is not there is not listed")
                .at(token.span, "a noun must follow")
                .help("Name what is lacking, for example `does X lack a legal basis`, `which bodies lack tasks`; `describe X` shows what is stated.")
        }
        (None, Some(token)) => Report::input("question.incomplete", "the question seems to end too early")
            .at(token.span, "something is missing after this")
            .help(FORMS),
        (None, None) => Report::input("question.empty", "nothing was asked"),
    }
}

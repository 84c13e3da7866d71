//! Other words for what questions take: `pursuant to` for `under`, `everything about X` for `describe X`.
//!
//! They are tried where a question is not understood as it stands, so that no word of a name or of the vocabulary is
//! taken for one of them. What a word is replaced by keeps its place in the text.

use super::card::telling;
use super::idiom::in_plain_words;
use super::lexicon::{Category, Lexicon};
use super::opening::in_evidence;
use super::order::{ORDERED, ORDERS, in_order, more_of_two, of_two};
use super::stranded::in_its_place;
use super::superlative::in_plain_superlatives;
use super::words::{Shape, Word};
use crate::base::Span;

/// Runs of words and what they are said with, anywhere. Articles between the words do not count.
const ANYWHERE: &[(&str, &str)] = &[
    ("pursuant to", "under"),
    ("in accordance with", "under"),
    ("in compliance with", "under"),
    ("in line with", "under"),
    ("according to", "under"),
    ("by virtue of", "under"),
    ("on basis of", "under"),
    ("on strength of", "under"),
    ("by means of", "by"),
];

/// Runs of words at the beginning and what they are said with.
const AT_FIRST: &[(&str, &str)] = &[
    ("everything about", "describe"),
    ("everything on", "describe"),
    ("all about", "describe"),
    ("all on", "describe"),
    ("about", "describe"),
    ("information about", "describe"),
    ("information on", "describe"),
    ("information regarding", "describe"),
    ("details about", "describe"),
    ("details of", "describe"),
    ("details on", "describe"),
    ("facts about", "describe"),
    ("what do you know about", "describe"),
    ("what do we know about", "describe"),
    ("what is known about", "describe"),
    ("what is stated about", "describe"),
    ("what is said about", "describe"),
    ("what is recorded about", "describe"),
    ("what can you tell about", "describe"),
    ("what can you say about", "describe"),
    ("other names of", "describe"),
    ("what are other names of", "describe"),
    ("aliases of", "describe"),
    ("what are aliases of", "describe"),
];

/// What is so today.
const TODAY: &[&str] = &["still", "presently", "nowadays", "today"];
/// What is told so far.
const SO_FAR: &[&str] = &["ever", "already", "yet"];

/// A question in other words, and what has to be said of the answer.
pub struct Reworded {
    pub words: Vec<Word>,
    pub note: Option<String>,
    /// Two things are asked for, each beside the other.
    pub beside: bool,
    /// It is asked of today, which `still` says.
    pub today: bool,
    /// A list comes in the order of its days, the last day first.
    pub latest_first: bool,
}

impl Reworded {
    pub(super) fn plain(words: Vec<Word>) -> Reworded {
        Reworded { words, note: None, beside: false, today: false, latest_first: false }
    }
}

/// The question in the words that the grammar knows, where it has others.
pub fn in_other_words(words: &[Word], lexicon: &dyn Lexicon) -> Option<Reworded> {
    if let Some(reworded) = with_their(words, lexicon) {
        return Some(reworded);
    }
    if let Some(reworded) = in_order(words) {
        return Some(reworded);
    }
    let (mut words, mut changed) = replaced(words.to_vec());
    changed |= either(&mut words);
    changed |= of_two(&mut words, lexicon) || more_of_two(&mut words);
    changed |= in_its_place(&mut words, lexicon) || in_plain_superlatives(&mut words, lexicon);
    changed |= by_whom_after(&mut words);
    changed |= of_all(&mut words, lexicon);
    changed |= by_then(&mut words);
    changed |= in_plain_words(&mut words, lexicon);
    changed |= neither(&mut words, lexicon);
    changed |= numbered(&mut words, lexicon);
    let today = still(&mut words, lexicon);
    (changed || today).then(|| Reworded { today, ..Reworded::plain(words) })
}

/// Whether a word stands in a wording that is understood, so that by itself it is not the one that is wrong.
pub fn in_some_wording(word: &str) -> bool {
    let said = ANYWHERE.iter().chain(AT_FIRST).flat_map(|(said, _)| said.split(' '));
    let order = ORDERS.iter().flat_map(|(said, _)| said.split(' ')).chain(ORDERED.iter().copied());
    let more = [
        "neither", "nor", "either", "only", "just", "their", "undated", "another", "other", "longer",
        "shorter",
    ];
    let times = SO_FAR.iter().chain(TODAY).copied();
    in_evidence(word) || said.chain(order).chain(more).chain(times).any(|said| said == word)
}

fn replaced(mut words: Vec<Word>) -> (Vec<Word>, bool) {
    let mut changed = false;
    let told = telling(&words);
    let first = AT_FIRST.iter().filter_map(|(said, with)| Some((told + run(&words, told, said)?, *with)));
    if let Some((count, with)) = first.max_by_key(|(count, _)| *count)
        && count < words.len()
    {
        let (span, shape) = (span_of(&words[..count]), Shape::Word);
        words.splice(..count, [Word { span, shape, folded: with.to_owned() }]);
        changed = true;
    }
    let mut at = 0;
    while at < words.len() {
        let found = ANYWHERE.iter().find_map(|(said, with)| Some((run(&words, at, said)?, *with)));
        if let Some((count, with)) = found {
            let (span, shape) = (span_of(&words[at..at + count]), Shape::Word);
            words.splice(at..at + count, [Word { span, shape, folded: with.to_owned() }]);
            changed = true;
        } else if is(&words, at, &["only", "just"]) && is_one_or_number(words.get(at + 1)) {
            // A number alone says as much: so many and no more.
            words.remove(at);
            changed = true;
        }
        at += 1;
    }
    (words, changed)
}

/// `either X or Y` is `X or Y`.
fn either(words: &mut Vec<Word>) -> bool {
    let at = words.iter().position(|word| word.is(&["either"]));
    let Some(at) = at else { return false };
    let or = words[at..].iter().any(|word| word.is(&["or"]));
    if or {
        words.remove(at);
    }
    or
}

/// `in what year was X adopted, and by whom`: the shorter question goes to the front, beside `when`.
fn by_whom_after(words: &mut Vec<Word>) -> bool {
    let year = run(words, 0, "in what year").or_else(|| run(words, 0, "in which year"));
    let Some(asked) = year.or_else(|| run(words, 0, "when")) else { return false };
    let and = words.iter().rposition(|word| word.is(&["and"]));
    let Some(and) = and.filter(|and| *and > asked && words.len() - and <= 4 && words.len() - and >= 3) else {
        return false;
    };
    if !is(words, and + 1, &["by", "between"]) || !is(words, and + 2, &["whom", "which", "what"]) {
        return false;
    }
    let tail = words.split_off(and);
    if words.last().is_some_and(|word| word.shape == Shape::Comma) {
        words.pop();
    }
    let span = span_of(&words[..asked]);
    let when = Word { span, shape: Shape::Word, folded: "when".into() };
    words.splice(..asked, std::iter::once(when).chain(tail));
    true
}

/// `has X ever been ratified`, `has not yet been approved`, `has already been issued`: what is told so far says no less.
fn by_then(words: &mut Vec<Word>) -> bool {
    let perfect = words.iter().any(|word| word.is(&["has", "have"]));
    let small = |word: &Word| perfect && word.is(SO_FAR);
    let count = words.len();
    words.retain(|word| !small(word));
    words.len() < count
}

/// `numbered 74 or 193` is `numbered 74 or numbered 193`.
fn numbered(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let done = [Category::PastOrParticiple, Category::Participle];
    let number = |word: &Word| word.folded.chars().all(|c| c.is_ascii_digit());
    let found = words.windows(4).position(|run| {
        is_a(lexicon, &run[0], &done) && number(&run[1]) && run[2].is(&["or"]) && number(&run[3])
    });
    let Some(at) = found else { return false };
    let verb = words[at].clone();
    words.insert(at + 3, verb);
    true
}

/// `which body still coordinates X`: what is so as of today. Of the past it says of which time.
fn still(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let Some(at) = words.iter().position(|word| word.is(TODAY)) else { return false };
    let auxiliary = |word: &Word| word.is(&["is", "are", "has", "have", "do", "does"]);
    let past = words.iter().any(|word| word.is(&["was", "were", "did", "had", "would", "will"]));
    let present = words.get(at + 1).is_some_and(|next| {
        auxiliary(next)
            || (is_a(lexicon, next, &[Category::Present]) && !is_a(lexicon, next, &[Category::Past]))
    });
    if past || !(present || words.iter().any(auxiliary)) {
        return false;
    }
    words.remove(at);
    true
}

/// `that were ratified by neither X nor Y`: denied of both, so that the verb is; `neither do A nor do B`: each is.
fn neither(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let place = |said: &str| words.iter().position(|word| word.is(&[said]));
    let (Some(neither), Some(nor)) = (place("neither"), place("nor")) else { return false };
    if neither == 0 || nor < neither {
        return false;
    }
    let said = |folded: &str, at: usize| Word::said(folded, words[at].span);
    let verbs = ["is", "are", "was", "were", "has", "have", "had", "do", "does", "did"];
    let auxiliary = (neither.saturating_sub(4)..neither).rev().find(|at| is(words, *at, &verbs));
    // `do neither A nor B` is left alone.
    let small = ["under", "in", "by", "from", "for", "on", "at", "with", "about", "of", "to"];
    let denies = |at: usize| {
        let identity = is(words, at, &["is", "are", "was", "were"]) && !is(words, neither + 1, &small);
        at + 1 < neither || identity
    };
    let doing = |at: usize| words.get(at).is_some_and(|word| is_a(lexicon, word, &[Category::Present]));
    let [do_, not] = ["do", "not"].map(|word| said(word, neither));
    match auxiliary {
        // `with neither A nor B`
        _ if is(words, neither - 1, &["with"]) => {
            let with = words[neither - 1].clone();
            let [and, no] = ["and", "no"].map(|word| said(word, nor));
            words.splice(nor..=nor, [and, with, no]);
            words[neither].folded = "no".into();
        }
        // `have neither A nor B`
        Some(at) if at + 1 == neither && is(words, at, &["have", "has"]) && !doing(neither + 1) => {
            let no = said("no", neither);
            words[neither] = no.clone();
            let have = words[at].clone();
            words.splice(nor..=nor, [Word { folded: "and".into(), ..no.clone() }, have, no]);
        }
        // `concern neither A nor B`, `work on neither A nor B`
        None if !doing(neither + 1) && (1..=2).any(|back| neither > back && doing(neither - back)) => {
            let or = said("or", nor);
            let verb = neither - if doing(neither - 1) { 1 } else { 2 };
            words[nor] = or;
            words.remove(neither);
            words.splice(verb..verb, [do_, not]);
        }
        Some(at) if denies(at) => {
            let (not, or) = (said("not", neither), said("or", nor));
            // `by neither X nor by Y`
            let again = is(words, nor + 1, &[words[neither - 1].folded.as_str()]);
            words.splice(nor..nor + 1 + usize::from(again), [or]);
            words.remove(neither);
            words.insert(at + 1, not);
        }
        // `which tasks do neither A nor B have`
        Some(_) => {
            let base = |word: &Word| word.folded == "have" || is_a(lexicon, word, &[Category::Present]);
            let Some(verb) = (nor + 2..words.len()).find(|at| base(&words[*at])) else { return false };
            if !is(words, neither - 1, &["do", "does", "did"]) {
                return false;
            }
            let (not, or) = (said("not", neither), said("or", nor));
            words.insert(verb, not);
            words[nor] = or;
            words.remove(neither);
        }
        None => {
            let each = [said("and", nor), said("do", nor), said("not", nor)];
            let first = [said("do", neither), said("not", neither)];
            words.splice(nor..=nor, each);
            words.splice(neither..=neither, first);
        }
    }
    true
}

/// `the titles of all laws`: each is shown, so that `all` says no more; `the name of X` is X.
fn of_all(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let mut changed = false;
    let opening = ["what", "is", "are", "the", "give", "list", "show", "me", "all"];
    let first = words.iter().take_while(|word| opening.contains(&word.folded.as_str())).count();
    if is(words, first, &["name", "names"]) && is(words, first + 1, &["of"]) {
        words.drain(first..first + 2);
        changed = true;
    }
    let all = (1..words.len()).find(|at| {
        let property = [Category::PropertyNoun, Category::EventNoun];
        is(words, *at, &["of"])
            && is(words, at + 1, &["all", "every"])
            && is_a(lexicon, &words[at - 1], &property)
    });
    if let Some(at) = all {
        words.remove(at + 1);
        changed = true;
    }
    changed
}

/// `list the bodies and their tasks`, `list the bodies with their tasks`, `list decrees and their numbers and dates`.
fn with_their(words: &[Word], lexicon: &dyn Lexicon) -> Option<Reworded> {
    let their = words.iter().rposition(|word| word.is(&["their"]))?;
    let before = words.get(..their)?;
    let (joined, things) = before.split_last()?;
    if !joined.is(&["and", "with"]) {
        return None;
    }
    let things = match things.split_last() {
        Some((comma, rest)) if comma.shape == Shape::Comma => rest,
        _ => things,
    };
    let skipped = |word: &&Word| {
        let words = ["list", "show", "give", "name", "find", "which", "what", "are", "all", "the", "every"];
        word.is(&words)
    };
    let opening = things.iter().take_while(skipped).count();
    let (opening, things) = things.split_at(opening);
    let owned = words.get(their + 1..)?;
    let of_property = |word: &Word| is_a(lexicon, word, &[Category::PropertyNoun, Category::EventNoun]);
    let small = |word: &&Word| word.folded != "and" && word.shape == Shape::Word;
    let said = Word::said;
    let (first, last) = (things.first()?, owned.last()?);
    if owned.iter().filter(small).all(of_property) {
        let words = owned.iter().cloned().chain([said("of", joined.span)]).chain(things.iter().cloned());
        return Some(Reworded::plain(words.collect()));
    }
    let noun = joined_by_spaces(owned);
    if !is_a(lexicon, &said(&noun, last.span), &[Category::RelationNoun]) {
        return None;
    }
    let mut which = vec![said("which", first.span)];
    which.extend(things.iter().cloned());
    which.extend([said("have", joined.span), said("which", words[their].span)]);
    which.extend(owned.iter().cloned());
    let all = opening.iter().any(|word| matches!(word.folded.as_str(), "all" | "every"));
    let note = all.then(|| format!("only what has {noun} is listed: nothing is stated of the others"));
    Some(Reworded { note, beside: true, ..Reworded::plain(which) })
}

pub(super) fn is_a(lexicon: &dyn Lexicon, word: &Word, categories: &[Category]) -> bool {
    word.shape == Shape::Word
        && lexicon.senses(&word.folded).iter().any(|sense| categories.contains(&sense.category))
}

pub(super) fn joined_by_spaces(words: &[Word]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn is(words: &[Word], at: usize, said: &[&str]) -> bool {
    words.get(at).is_some_and(|word| word.is(said))
}

fn is_one_or_number(word: Option<&Word>) -> bool {
    let spelled = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    word.is_some_and(|word| {
        let digits = !word.folded.is_empty() && word.folded.chars().all(|c| c.is_ascii_digit());
        word.shape == Shape::Word && (digits || spelled.contains(&word.folded.as_str()))
    })
}

pub(super) fn span_of(words: &[Word]) -> Span {
    match words {
        [first, .., last] => first.span.to(last.span),
        [one] => one.span,
        [] => Span::default(),
    }
}

/// How many words of the text a run of words takes there, articles between them included.
pub(super) fn run(words: &[Word], at: usize, said: &str) -> Option<usize> {
    let mut end = at;
    for (number, said) in said.split(' ').enumerate() {
        while number > 0 && is(words, end, &["the", "a", "an"]) {
            end += 1;
        }
        if !is(words, end, &[said]) {
            return None;
        }
        end += 1;
    }
    Some(end - at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::question::few::Few;
    use crate::language::question::words;

    /// The words of these tests.
    const WORDS: Few = Few(&[
        ("dates", Category::PropertyNoun),
        ("numbers", Category::PropertyNoun),
        ("tasks", Category::RelationNoun),
        ("coordinate", Category::Present),
        ("monitor", Category::Present),
    ]);

    #[test]
    fn other_words_say_the_same() {
        for (text, reworded) in [
            ("Pursuant to which law was X designated?", "under which law was x designated"),
            ("On the basis of which decree was X approved?", "under which decree was x approved"),
            ("Everything about Decree 743", "describe decree 743"),
            ("Which bodies have only one task?", "which bodies have one task"),
            ("In what year was X adopted, and by whom?", "when and by whom was x adopted"),
            ("Which X were made by neither A nor B?", "which x were not made by a or b"),
            ("Which X were made by neither A nor by B?", "which x were not made by a or b"),
            (
                "Which X neither coordinate A nor monitor B?",
                "which x do not coordinate a and do not monitor b",
            ),
            ("Give the dates of all laws", "give the dates of laws"),
            ("What is the name of the council?", "what is the the council"),
            ("List the laws, newest first", "list laws by date"),
            ("Which laws sorted by date", "list laws by date"),
            ("List laws that ratified X by date, oldest first", "list laws that ratified x by date"),
            ("Which X were made by either A or B?", "which x were made by a or b"),
            ("Which is newer: A or B?", "which is newest , a or b"),
            ("Which of A and B is older?", "which of a and b is oldest"),
            ("Which of A and B has more tasks?", "which of a and b has the most tasks"),
            ("Which body has fewer tasks, A or B?", "which body that is a or b has the fewest tasks"),
            ("Which X coordinate neither A nor B?", "which x do not coordinate a or b"),
            ("Which have neither A nor B?", "which have no a and have no b"),
            ("Give me details of Decree 743", "describe decree 743"),
            ("What do you know about A?", "describe a"),
            ("List all bodies and their tasks", "which bodies have which tasks"),
            ("List the bodies with their tasks", "which bodies have which tasks"),
            ("Which body is still under X?", "which body is under x"),
            ("Has X not yet been approved?", "has x not been approved"),
            ("List decrees and their numbers and dates", "numbers and dates of decrees"),
        ] {
            let found = in_other_words(&words(text), &WORDS).expect(text);
            let said: Vec<String> = found.words.into_iter().map(|word| word.folded).collect();
            assert_eq!(said.join(" "), reworded);
        }
        for text in [
            "Was X still under Y?",
            "Which decrees are there?",
            "the only council",
            "about",
            "bodies and their members",
        ] {
            assert!(in_other_words(&words(text), &WORDS).is_none(), "{text}");
        }
    }
}

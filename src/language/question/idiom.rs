//! Turns of phrase that say in few words what the grammar says in others: `one another`, `undated`, `the first two`.

use super::lexicon::{Category, Lexicon};
use super::wording::{is, is_a, run};
use super::words::{Shape, Word};

/// Words that choose the first or last of several.
const FOREMOST: &[&str] = &["first", "last", "latest", "newest", "earliest", "oldest"];
/// Numbers in words.
const NUMBERS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/// Forms of *be*.
pub(super) const BE: &[&str] = &["is", "are", "was", "were"];
/// Verbs after which a second noun phrase says what the first becomes.
const NAMING: &[&str] = &[
    "make",
    "makes",
    "made",
    "name",
    "names",
    "named",
    "appoint",
    "appoints",
    "appointed",
    "designate",
    "designates",
    "designated",
    "declare",
    "declares",
    "declared",
];

/// Says turns of phrase in plain words. Whether there were any.
pub(super) fn in_plain_words(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let mut changed = of_each(words);
    changed |= one_another(words, lexicon);
    changed |= undated(words, lexicon);
    changed |= first_two(words) || which_two(words);
    changed |= compared_again(words) || between_things(words, lexicon) || timed_again(words, lexicon);
    changed |= that_have(words) || there_in(words) || have_neither(words);
    changed |= from_to(words, lexicon);
    changed | named_as(words)
}

/// `how many laws of each kind are there`: as many as there are per kind.
fn of_each(words: &mut Vec<Word>) -> bool {
    let there = words.len().saturating_sub(2);
    let Some(of) = (1..there).find(|of| run(words, *of, "of each").is_some()) else { return false };
    if !is(words, there, &["are"]) || !is(words, there + 1, &["there"]) {
        return false;
    }
    words.truncate(there);
    let per = Word::said("per", words[of].span);
    words.splice(of..of + 2, [per]);
    true
}

/// `which programmes follow one another` asks for both: `which programmes follow which programmes`.
fn one_another(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let at = (1..words.len()).find(|at| {
        (is(words, *at, &["one"]) && is(words, at + 1, &["another"]))
            || (is(words, *at, &["each"]) && is(words, at + 1, &["other"]))
    });
    let verb = words.iter().skip(1).position(|word| is_a(lexicon, word, &[Category::Present]));
    let (Some(at), Some(verb), true) = (at, verb.map(|verb| verb + 1), is(words, 0, &["which", "what"]))
    else {
        return false;
    };
    let plain = |word: &Word| word.shape == Shape::Word && !is_a(lexicon, word, &[Category::Name]);
    if verb < 2 || verb >= at || !words[1..verb].iter().all(plain) {
        return false;
    }
    let mut others = vec![Word::said("which", words[at].span)];
    others.extend(words[1..verb].iter().map(|word| Word { span: words[at + 1].span, ..word.clone() }));
    words.splice(at..at + 2, others);
    true
}

/// `which laws are undated`, `undated laws`: without a date.
fn undated(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let Some(at) = words.iter().position(|word| word.is(&["undated"])) else { return false };
    let said = |folded: &str| Word::said(folded, words[at].span);
    if at > 0 && is(words, at - 1, &["is", "are"]) && at + 1 == words.len() {
        let have = if words[at - 1].is(&["is"]) { "has" } else { "have" };
        let no_date = [said(have), said("no"), said("date")];
        words.splice(at - 1.., no_date);
        return true;
    }
    if !words.get(at + 1).is_some_and(|next| is_a(lexicon, next, &[Category::Kind])) {
        return false;
    }
    let without = [said("without"), said("date")];
    words.splice(at + 2..at + 2, without);
    words.remove(at);
    true
}

/// `the first two programmes`: the two first.
fn first_two(words: &mut [Word]) -> bool {
    let number = |word: &Word| {
        let digits = word.folded.len() < 4 && word.folded.chars().all(|c| c.is_ascii_digit());
        word.shape == Shape::Word && (word.is(NUMBERS) || (digits && !word.folded.is_empty()))
    };
    let found = words.windows(2).position(|pair| pair[0].is(FOREMOST) && number(&pair[1]));
    let Some(at) = found else { return false };
    words.swap(at, at + 1);
    true
}

/// `cover 2018 to 2020`: from 2018 to 2020.
fn from_to(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let year = |at: usize| {
        let digits = |word: &Word| word.folded.len() == 4 && word.folded.chars().all(|c| c.is_ascii_digit());
        words.get(at).is_some_and(digits)
    };
    let verb = |word: &Word| is_a(lexicon, word, &[Category::Present, Category::Past, Category::Gerund]);
    let found = (1..words.len()).find(|at| {
        verb(&words[at - 1]) && year(*at) && is(words, at + 1, &["to", "until", "till"]) && year(at + 2)
    });
    let Some(at) = found else { return false };
    words[at + 1].folded = "to".into();
    let from = Word::said("from", words[at].span);
    words.insert(at, from);
    true
}

/// `which law makes X the coordinating body`: makes it `as` that.
fn named_as(words: &mut Vec<Word>) -> bool {
    let Some(verb) = words.iter().position(|word| word.is(NAMING)) else { return false };
    // `was made by X` makes nothing of anything.
    let passive = verb > 0 && words[verb - 1].is(&["is", "are", "was", "were", "be", "been", "not"]);
    if passive || words.iter().any(|word| word.is(&["as", "by"])) {
        return false;
    }
    let article = |at: &usize| is(words, *at, &["the", "a", "an"]);
    let joined = ["of", "for", "by", "in", "on", "under", "to", "with", "and", "or", "from", "that", "which"];
    let found = (verb + 2..words.len()).rev().find(|at| article(at) && !words[at - 1].is(&joined));
    let Some(at) = found else { return false };
    let said = Word::said("as", words[at].span);
    words.insert(at, said);
    true
}

/// `which two laws are the oldest`: the two oldest laws.
fn which_two(words: &mut Vec<Word>) -> bool {
    let tail = match words.as_slice() {
        [.., be, the, last] if the.is(&["the"]) && last.is(FOREMOST) && be.is(&["are", "were"]) => 3,
        [.., be, last] if last.is(FOREMOST) && be.is(&["are", "were"]) => 2,
        _ => return false,
    };
    if !is(words, 0, &["which", "what"]) || !is(words, 1, NUMBERS) || words.len() < tail + 3 {
        return false;
    }
    let foremost = words[words.len() - 1].clone();
    words.truncate(words.len() - tail);
    words.insert(2, foremost);
    words.remove(0);
    true
}

/// `older than X and newer than Y`: the verb said again.
fn compared_again(words: &mut Vec<Word>) -> bool {
    let ages = ["older", "newer", "earlier", "later"];
    let joins = |at: &usize| is(words, *at, &["and", "but", "or"]);
    let again = |at: &usize| joins(at) && is(words, at + 1, &ages) && is(words, at + 2, &["than"]);
    let be = words.windows(2).position(|pair| pair[0].is(BE) && pair[1].is(&ages));
    let Some((be, at)) = be.and_then(|be| Some((be, (be + 2..words.len()).find(again)?))) else {
        return false;
    };
    let be = Word { span: words[at + 1].span, ..words[be].clone() };
    words.insert(at + 1, be);
    true
}

/// Where `was issued` stands before one of these words.
fn happening(words: &[Word], lexicon: &dyn Lexicon, before: &[&str]) -> Option<usize> {
    let done = [Category::PastOrParticiple, Category::Participle];
    words.windows(3).position(|run| run[0].is(BE) && is_a(lexicon, &run[1], &done) && run[2].is(before))
}

/// `issued after X and before Y`: the verb said again.
fn timed_again(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let times = ["after", "before"];
    let Some(be) = happening(words, lexicon, &times) else { return false };
    let again = |at: &usize| is(words, *at, &["and", "but"]) && is(words, at + 1, &times);
    // Two times that are written out are compared by themselves.
    if words.get(be + 3).is_some_and(|word| word.folded.starts_with(|c: char| c.is_ascii_digit())) {
        return false;
    }
    let Some(at) = (be + 3..words.len()).find(again) else { return false };
    let verb: Vec<Word> = words[be..be + 2].to_vec();
    words.splice(at + 1..at + 1, verb);
    true
}

/// `issued between X and Y`, which are things: after the one and before the other.
fn between_things(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let Some(be) = happening(words, lexicon, &["between"]) else { return false };
    let and = words.iter().rposition(|word| word.is(&["and"])).filter(|and| *and > be + 3);
    let digit =
        |at: usize| words.get(at).is_some_and(|word| word.folded.starts_with(|c: char| c.is_ascii_digit()));
    let Some(and) = and.filter(|and| and + 1 < words.len() && !digit(be + 3) && !digit(and + 1)) else {
        return false;
    };
    let mut verb: Vec<Word> = words[be..be + 2].to_vec();
    verb.push(Word::said("before", words[and].span));
    words[be + 2].folded = "after".into();
    words.splice(and + 1..and + 1, verb);
    true
}

/// `which tasks does X have that concern Y`: the clause belongs to the tasks.
fn that_have(words: &mut Vec<Word>) -> bool {
    let asks = is(words, 0, &["which", "what"]) || (is(words, 0, &["how"]) && is(words, 1, &["many"]));
    let auxiliary = words.iter().position(|word| word.is(&["do", "does", "did"]));
    let that =
        words.windows(2).position(|pair| pair[0].is(&["have"]) && pair[1].is(&["that", "which", "with"]));
    let (Some(auxiliary), Some(have), true) = (auxiliary, that, asks) else { return false };
    if auxiliary < 2 || have < auxiliary {
        return false;
    }
    let clause = words.split_off(have + 1);
    words.splice(auxiliary..auxiliary, clause);
    true
}

/// `which councils were there in 2011`: which existed then.
fn there_in(words: &mut Vec<Word>) -> bool {
    let times = ["in", "on", "before", "after", "during", "between", "until", "at"];
    let found = words
        .windows(3)
        .position(|run| run[0].is(&["was", "were"]) && run[1].is(&["there"]) && run[2].is(&times));
    let Some(at) = found.filter(|at| *at > 1 && is(words, 0, &["which", "what"])) else { return false };
    words[at].folded = "existed".into();
    words.remove(at + 1);
    true
}

/// `neither have A nor B`: have no A and have no B.
fn have_neither(words: &mut Vec<Word>) -> bool {
    let found = words.windows(2).position(|pair| pair[0].is(&["neither"]) && pair[1].is(&["have", "has"]));
    let nor = words.iter().position(|word| word.is(&["nor"]));
    let (Some(at), Some(nor)) = (found, nor.filter(|nor| *nor + 1 < words.len())) else { return false };
    if at == 0 || nor < at + 3 || is(words, nor + 1, BE) {
        return false;
    }
    let have = words[at + 1].clone();
    let no = |at: usize| Word::said("no", words[at].span);
    let again = is(words, nor + 1, &["have", "has"]);
    let both = [Word::said("and", words[nor].span), have.clone(), no(nor)];
    let first = [have, no(at)];
    words.splice(nor..nor + 1 + usize::from(again), both);
    words.splice(at..at + 2, first);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::question::few::Few;
    use crate::language::question::words;

    /// The words of these tests.
    const WORDS: Few = Few(&[
        ("laws", Category::Kind),
        ("follow", Category::Present),
        ("cover", Category::Present),
        ("issued", Category::PastOrParticiple),
    ]);

    #[test]
    fn turns_of_phrase_are_said_in_plain_words() {
        for (text, plain) in [
            ("Which programmes follow one another?", "which programmes follow which programmes"),
            ("Which laws are undated?", "which laws have no date"),
            ("Which undated laws are there?", "which laws without date are there"),
            ("The first two laws", "the two first laws"),
            ("Which two laws are the oldest?", "two oldest laws"),
            ("Which plans cover 2018 to 2020?", "which plans cover from 2018 to 2020"),
            ("Which law makes X the lead body?", "which law makes x as the lead body"),
            ("Older than X and newer than Y", "older than x and newer than y"),
            ("Is X older than Y but newer than Z?", "is x older than y but newer than z"),
            (
                "Which laws are older than X but newer than Y?",
                "which laws are older than x but are newer than y",
            ),
            (
                "Which laws were issued after X and before Y?",
                "which laws were issued after x and were issued before y",
            ),
            (
                "Which laws were issued between X and Y?",
                "which laws were issued after x and were issued before y",
            ),
            ("Which laws were issued between 2010 and 2012?", "which laws were issued between 2010 and 2012"),
            ("Which tasks does X have that concern Y?", "which tasks that concern y does x have"),
            ("Which councils were there in 2011?", "which councils existed in 2011"),
            (
                "Which bodies neither have tasks nor members?",
                "which bodies have no tasks and have no members",
            ),
            ("How many laws of each kind are there?", "how many laws per kind"),
        ] {
            let mut said = words(text);
            in_plain_words(&mut said, &WORDS);
            let said: Vec<String> = said.into_iter().map(|word| word.folded).collect();
            assert_eq!(said.join(" "), plain);
        }
    }
}

//! Superlatives in other words: `which plan has the latest end date`, `in which year were most laws adopted`.

use super::idiom::BE;
use super::lexicon::{Category, Lexicon};
use super::wording::{is, is_a, joined_by_spaces};
use super::words::{Shape, Word};

/// Words that choose by days or by lengths.
const BY_DAYS: &[&str] = &["first", "last", "latest", "newest", "earliest", "oldest", "longest", "shortest"];
/// The units of the calendar of which one has the most.
const UNITS: &[&str] = &["year", "years", "quarter", "quarters", "month", "months", "week", "weeks"];
/// Words that tell of what is in force, so that the year of a day does not count it.
const IN_FORCE: &[&str] =
    &["force", "effect", "valid", "effective", "existing", "exist", "existed", "current"];
/// Forms of *have* between what is asked and what is said of it.
const HAD: &[&str] = &["has", "have", "had", "saw", "sees", "brought"];

/// What superlatives say in plainer words. Whether there were any.
pub(super) fn in_plain_superlatives(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    has_the_latest(words, lexicon) | done_first(words, lexicon)
}

/// `which plan has the latest end date`, `the plan with the latest end date`: the latest end date of plans.
fn has_the_latest(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let Some(at) = words.iter().rposition(|word| word.is(BY_DAYS)).filter(|at| at + 1 < words.len()) else {
        return false;
    };
    let owned = Word::said(&joined_by_spaces(&words[at + 1..]), words[at].span);
    if !is_a(lexicon, &owned, &[Category::PropertyNoun, Category::EventNoun]) {
        return false;
    }
    let article = usize::from(at > 0 && is(words, at - 1, &["the"]));
    let Some(has) = at.checked_sub(article + 1) else { return false };
    let opening = ["which", "what", "list", "show", "find", "the", "is"];
    let first = words.iter().take_while(|word| word.is(&opening)).count();
    let owns = is(words, has, HAD) && is(words, 0, &["which", "what"]);
    if !(owns || is(words, has, &["with"])) || first >= has || first == 0 {
        return false;
    }
    let mut turned: Vec<Word> = words[at..].to_vec();
    turned.push(Word::said("of", words[has].span));
    turned.extend(words[first..has].iter().cloned());
    *words = turned;
    true
}

/// `which treaty did X join first`: the first treaty that X did join.
fn done_first(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let Some(last) = words.len().checked_sub(1).filter(|last| is(words, *last, &["first", "last"])) else {
        return false;
    };
    let did = words.iter().position(|word| word.is(&["did"])).filter(|did| *did > 1);
    let verb = words[..last].iter().rposition(|word| is_a(lexicon, word, &[Category::Present]));
    let (Some(did), Some(verb), true) = (did, verb, is(words, 0, &["which", "what"])) else { return false };
    if verb < did + 2 {
        return false;
    }
    let mut turned = vec![Word::said("the", words[0].span), words[last].clone()];
    turned.extend(words[1..did].iter().cloned());
    turned.push(Word::said("that", words[did].span));
    turned.extend(words[did + 1..verb].iter().cloned());
    turned.push(words[did].clone());
    turned.extend(words[verb..last].iter().cloned());
    *words = turned;
    true
}

/// `in which year were most laws adopted`: as many as there are per year, and whether the most or the fewest are asked
/// for.
pub fn greatest_per_time(words: &[Word], lexicon: &dyn Lexicon) -> Option<(Vec<Word>, bool)> {
    let first = usize::from(is(words, 0, &["in", "during"]));
    let unit = words.get(first + 1)?;
    if !is(words, first, &["which", "what"]) || !unit.is(UNITS) {
        return None;
    }
    let said = words.get(first + 2..)?;
    let (at, (length, most)) = (0..said.len()).find_map(|at| Some((at, many(said, at)?)))?;
    let things = said.get(at + length..)?;
    let before: Vec<Word> = said[..at].iter().filter(|word| !word.is(&["the"])).cloned().collect();
    let timed = |word: &Word| word.is(IN_FORCE);
    if things.is_empty() || things.iter().any(timed) {
        return None;
    }
    let mut asked: Vec<Word> = ["how", "many"].map(|word| Word::said(word, words[first].span)).to_vec();
    match before.as_slice() {
        // `were there the most laws`, `saw the most laws`
        [be, there] if be.is(BE) && there.is(&["there"]) => asked.extend(things.iter().cloned()),
        [had] if had.is(HAD) => asked.extend(things.iter().cloned()),
        // `were most laws adopted`
        [be] if be.is(BE) => {
            let done = [Category::PastOrParticiple, Category::Participle];
            let done = |word: &Word| is_a(lexicon, word, &done) && !is_a(lexicon, word, &[Category::Kind]);
            let verb = things.iter().skip(1).position(done)? + 1;
            asked.extend(things[..verb].iter().cloned());
            asked.push(Word::said("were", be.span));
            asked.extend(things[verb..].iter().cloned());
        }
        // `did most programmes start`, `did X adopt the most laws`
        [did, rest @ ..] if did.is(&["did", "do", "does"]) => {
            asked.extend(things.iter().cloned());
            match rest.is_empty() {
                true => {
                    let verb = asked.pop()?;
                    asked.push(did.clone());
                    asked.push(verb);
                }
                // `did the body with the most tasks start` asks for one day.
                false => {
                    rest.last().filter(|verb| is_a(lexicon, verb, &[Category::Present]))?;
                    asked.push(did.clone());
                    asked.extend(rest.iter().cloned());
                }
            }
        }
        _ => return None,
    }
    asked.push(Word::said("per", unit.span));
    let folded = unit.folded.trim_end_matches('s').to_owned();
    asked.push(Word { folded, shape: Shape::Word, ..unit.clone() });
    Some((asked, most))
}

/// The words there that say `most` or `fewest`: how many words, and which of the two.
fn many(words: &[Word], at: usize) -> Option<(usize, bool)> {
    let word = &words[at];
    if word.is(&["most", "fewest"]) {
        return Some((1, word.is(&["most"])));
    }
    let greatest = word.is(&["largest", "greatest", "highest", "biggest"]);
    let least = word.is(&["smallest", "lowest"]);
    let number = is(words, at + 1, &["number"]) && is(words, at + 2, &["of"]);
    ((greatest || least) && number).then_some((3, greatest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::question::few::Few;
    use crate::language::question::words;

    /// The words of these tests.
    const WORDS: Few = Few(&[
        ("laws", Category::Kind),
        ("adopted", Category::PastOrParticiple),
        ("adopt", Category::Present),
        ("end date", Category::PropertyNoun),
    ]);

    #[test]
    fn superlatives_are_said_in_plain_words() {
        for (text, plain) in [
            ("Which plan has the latest end date?", "latest end date of plan"),
            ("The plan with the latest end date", "latest end date of plan"),
            ("Which law did X adopt first?", "the first law that x did adopt"),
            ("Which plan has the latest news?", "which plan has the latest news"),
        ] {
            let mut said = words(text);
            in_plain_superlatives(&mut said, &WORDS);
            assert_eq!(joined_by_spaces(&said), plain);
        }
    }

    #[test]
    fn the_year_of_the_most_is_counted_per_year() {
        for (text, plain, most) in [
            ("In which year were there the most laws?", "how many laws per year", true),
            ("In which year were most laws adopted by X?", "how many laws were adopted by x per year", true),
            ("In what year were the fewest laws adopted?", "how many laws were adopted per year", false),
            ("In which year did X adopt the most laws?", "how many laws did x adopt per year", true),
            ("Which year saw the largest number of laws?", "how many laws per year", true),
            ("In which month did most laws start?", "how many laws did start per month", true),
        ] {
            let (said, more) = greatest_per_time(&words(text), &WORDS).expect(text);
            assert_eq!((joined_by_spaces(&said).as_str(), more), (plain, most));
        }
        for text in [
            "In which year were most laws in force?",
            "In which year was X adopted?",
            "In which year did the body with the most laws adopt X?",
        ] {
            assert!(greatest_per_time(&words(text), &WORDS).is_none(), "{text}");
        }
    }
}

//! Questions for everything about one thing: `everything about X`, `where is X mentioned`, `what does X stand for`.

use super::wording::{is, run, span_of};
use super::words::Word;

/// Openings that ask for everything, whatever the words after them can be besides.
const EVERYTHING: &[&str] = &["everything about", "everything on", "all about", "all on"];

/// The letters of the longest word that is taken for an acronym.
const LONGEST_ACRONYM: usize = 6;

/// Words that only say to tell.
const TELLING: &[&str] = &["tell", "give", "show", "list", "find", "me", "us"];

/// A question whose words would be understood as something else than what they ask: `everything about X`, `where is X
/// mentioned`.
pub fn about_everything(words: &[Word]) -> Option<Vec<Word>> {
    let described = |first: &[Word], rest: &[Word]| {
        let said = Word::said("describe", span_of(first));
        Some(std::iter::once(said).chain(rest.iter().cloned()).collect())
    };
    if is(words, 0, &["where"])
        && is(words, 1, &["is", "are", "was", "were"])
        && let [first @ .., last] = words
        && ["mentioned", "cited", "named"].contains(&last.folded.as_str())
        && first.len() > 2
    {
        // What is said in front tells the places as well.
        return described(&first[..2], &first[2..]);
    }
    // `what does IOM stand for`, `what is X called`: its names are on its card.
    if let [what, does, short, stand, for_] = words
        && what.is(&["what"])
        && does.is(&["does"])
        && stand.is(&["stand"])
        && for_.is(&["for"])
        && short.folded.len() <= LONGEST_ACRONYM
    {
        return described(&words[..2], std::slice::from_ref(short));
    }
    if let [what, is_, named @ .., called] = words
        && what.is(&["what"])
        && is_.is(&["is"])
        && called.is(&["called"])
        && !named.is_empty()
    {
        return described(&words[..2], named);
    }
    let told = telling(words);
    let count = EVERYTHING.iter().find_map(|said| run(words, told, said))?;
    let rest = words.get(told + count..).filter(|rest| !rest.is_empty())?;
    described(&words[..told + count], rest)
}

/// How many words at the beginning only say to tell.
pub(super) fn telling(words: &[Word]) -> usize {
    words.iter().take_while(|word| TELLING.contains(&word.folded.as_str())).count()
}

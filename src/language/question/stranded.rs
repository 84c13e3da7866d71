//! Prepositions that end a question: `which councils is X a member of` asks `X is a member of which councils`.

use super::idiom::BE;
use super::lexicon::{Category, Lexicon};
use super::wording::{is, is_a, joined_by_spaces};
use super::words::Word;

/// Prepositions that can be left at the end.
const LEFT: &[&str] = &["of", "in", "to", "with", "for", "from", "on", "under", "at", "over"];
/// Words that begin a time after it.
const TIMES: &[&str] = &["in", "on", "before", "after", "since", "until", "during", "between"];

/// Puts what is asked for where it belongs: after the preposition of the noun of a relation. Whether it did.
pub(super) fn in_its_place(words: &mut Vec<Word>, lexicon: &dyn Lexicon) -> bool {
    let fronted = usize::from(is(words, 0, LEFT));
    if !is(words, fronted, &["which", "what", "who", "whom"]) {
        return false;
    }
    let Some(be) = words.iter().position(|word| word.is(BE)).filter(|be| *be > fronted) else { return false };
    // `of which council is X a member`, `which council is X a member of in 2012`
    let end = match fronted {
        1 => end_of_noun(words, be),
        _ => (be + 3..words.len())
            .find(|at| words[*at].is(LEFT) && (at + 1 == words.len() || is(words, at + 1, TIMES))),
    };
    let Some(end) = end else { return false };
    let Some(article) = (be + 2..end).rev().find(|at| is(words, *at, &["a", "an", "the"])) else {
        return false;
    };
    let noun = Word::said(&joined_by_spaces(&words[article + 1..end]), words[article].span);
    if !is_a(lexicon, &noun, &[Category::RelationNoun]) {
        return false;
    }
    let mut placed: Vec<Word> = words[be + 1..article].to_vec();
    placed.push(words[be].clone());
    placed.extend(words[article..end].iter().cloned());
    placed.push(if fronted == 1 { words[0].clone() } else { words[end].clone() });
    placed.extend(words[fronted..be].iter().cloned());
    placed.extend(words.iter().skip(end + 1 - fronted).cloned());
    *words = placed;
    true
}

/// Where the noun ends that the preposition in front belongs to: at a time, or at the end.
fn end_of_noun(words: &[Word], be: usize) -> Option<usize> {
    let time = (be + 3..words.len()).find(|at| words[*at].is(TIMES));
    Some(time.unwrap_or(words.len())).filter(|end| *end > be + 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::question::few::Few;
    use crate::language::question::words;

    /// The words of these tests.
    const WORDS: Few = Few(&[("member", Category::RelationNoun), ("legal basis", Category::RelationNoun)]);

    #[test]
    fn what_is_asked_for_stands_after_its_preposition() {
        for (text, placed) in [
            ("Which councils is X a member of?", "x is a member of which councils"),
            ("What is the council X a member of in 2012?", "the council x is a member of what in 2012"),
            ("Of which council was X a member?", "x was a member of which council"),
            ("Of which council was X a member in 2012?", "x was a member of which council in 2012"),
            ("What is X the legal basis of?", "x is the legal basis of what"),
        ] {
            let mut said = words(text);
            assert!(in_its_place(&mut said, &WORDS), "{text}");
            assert_eq!(joined_by_spaces(&said), placed);
        }
        for text in ["Which councils is X a part of?", "What is X?", "Which member of Y is X?"] {
            assert!(!in_its_place(&mut words(text), &WORDS), "{text}");
        }
    }
}

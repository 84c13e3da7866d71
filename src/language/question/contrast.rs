//! `how many more tasks has X than Y`: two questions about numbers in one.

use super::lexicon::{Category, Lexicon};
use super::wording::{is, is_a};
use super::words::Word;

/// The two questions, and whether the first is said to give more or fewer.
pub struct Contrast {
    pub first: Vec<Word>,
    pub second: Vec<Word>,
    pub more: bool,
}

/// Takes apart a question that asks by how many one number is greater than another.
pub fn how_many_more(words: &[Word], lexicon: &dyn Lexicon) -> Option<Contrast> {
    if !is(words, 0, &["how"]) || !is(words, 1, &["many"]) || !is(words, 2, &["more", "fewer", "less"]) {
        return None;
    }
    let than = words.iter().position(|word| word.is(&["than"]))?;
    let (asked, other) = (words.get(3..than)?, words.get(than + 1..)?);
    let how_many = |counted: &[Word], rest: &[Word]| {
        words[..2].iter().chain(counted).chain(rest).cloned().collect::<Vec<Word>>()
    };
    let more = is(words, 2, &["more"]);
    // `more laws than decrees are there`
    if let [other @ .., be, there] = other
        && be.is(&["are", "were"])
        && there.is(&["there"])
        && !other.is_empty()
    {
        let be = [be.clone(), there.clone()];
        return Some(Contrast { first: how_many(asked, &be), second: how_many(other, &be), more });
    }
    let verb = asked.iter().position(|word| word.is(&["has", "have", "do", "does", "did", "are", "were"]))?;
    let (counted, said) = asked.split_at(verb);
    let (auxiliary, said) = said.split_first()?;
    if counted.is_empty() || said.is_empty() || other.is_empty() {
        return None;
    }
    // `are there than …`: another thing is counted.
    if auxiliary.is(&["are", "were"]) {
        let there = said.first().filter(|word| said.len() == 1 && word.is(&["there"]))?;
        let be = [auxiliary.clone(), there.clone()];
        return Some(Contrast { first: how_many(counted, &be), second: how_many(other, &be), more });
    }
    let (subject, verb) = match auxiliary.is(&["has", "have"]) {
        true => (said, Word::said("have", auxiliary.span)),
        false => {
            let (last, subject) = said.split_last()?;
            let verb = last.is(&["have"]) || is_a(lexicon, last, &[Category::Present]);
            verb.then(|| (subject, last.clone()))?
        }
    };
    let does = match auxiliary.is(&["has", "have"]) {
        true => Word::said("does", auxiliary.span),
        false => auxiliary.clone(),
    };
    let ending = other.last().is_some_and(|last| last.is(&["has", "have", "does", "do", "did"]));
    let other = &other[..other.len() - usize::from(ending)];
    let question = |subject: &[Word]| {
        let mut rest = vec![does.clone()];
        rest.extend(subject.iter().cloned());
        rest.push(verb.clone());
        how_many(counted, &rest)
    };
    (!subject.is_empty() && !other.is_empty()).then(|| Contrast {
        first: question(subject),
        second: question(other),
        more,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::question::few::Few;
    use crate::language::question::words;

    /// The words of these tests.
    const WORDS: Few = Few(&[("ratify", Category::Present)]);

    #[test]
    fn a_difference_is_two_numbers() {
        for (text, first, second) in [
            ("How many more tasks has X than Y?", "how many tasks does x have", "how many tasks does y have"),
            (
                "How many fewer tasks does X have than Y has?",
                "how many tasks does x have",
                "how many tasks does y have",
            ),
            (
                "How many more acts did X ratify than Y?",
                "how many acts did x ratify",
                "how many acts did y ratify",
            ),
            (
                "How many more laws are there than decrees?",
                "how many laws are there",
                "how many decrees are there",
            ),
            (
                "How many more laws than decrees are there?",
                "how many laws are there",
                "how many decrees are there",
            ),
        ] {
            let two = how_many_more(&words(text), &WORDS).expect(text);
            let said = |words: Vec<Word>| {
                words.into_iter().map(|word| word.folded).collect::<Vec<String>>().join(" ")
            };
            assert_eq!((said(two.first), said(two.second)), (first.to_owned(), second.to_owned()));
        }
        assert!(how_many_more(&words("How many tasks does X have?"), &WORDS).is_none());
    }
}

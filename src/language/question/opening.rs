//! What people say and that asks nothing: `please`, and before a question `could you tell me …`, `I want to know …`.

use super::words::{Shape, Word};

/// Words that mean nothing and may stand anywhere.
pub const EMPTY: &[&str] = &[
    "the",
    "a",
    "an",
    "please",
    "following",
    "also",
    "both",
    "currently",
    "now",
    "any",
    "some",
    "these",
    "those",
    "this",
    "me",
    "us",
    "exactly",
    "actually",
    "respective",
    "respectively",
    "tell",
    "own",
    "different",
    "various",
];

/// Openings, word by word.
const OPENINGS: &[&str] = &[
    "i want to know",
    "i need to know",
    "i would like to know",
    "i should like to know",
    "i wonder",
    "i want to see",
    "i need to see",
    "i would like to see",
    "i want you to",
    "i would like you to",
    "i would like",
    "i want",
    "i need",
    "i ask",
    "may i ask",
    "may i know",
    "can i ask",
    "can i see",
    "could i see",
    "let me know",
    "let me see",
    "can you",
    "could you",
    "would you",
    "will you",
    "do you know",
    "would you know",
    "do you happen to know",
    "kindly",
    "please",
    "hello",
    "hi",
];

/// Openings that ask whether, and where, a sentence is stated: whatever is answered comes with its places.
const EVIDENCE: &[&str] = &[
    "is it true",
    "is it correct",
    "is it right",
    "is it stated",
    "is it said",
    "is it recorded",
    "is it documented",
    "is it a fact",
    "is it the case",
    "where does it say",
    "where is it stated",
    "where is it said",
    "where is it written",
    "where is it recorded",
    "where is it documented",
    "where is stated",
    "which source says",
    "which source states",
    "which sources say",
    "which sources state",
    "what source says",
    "what source states",
    "which sentence says",
    "which sentence states",
    "which passage says",
    "which passage states",
    "in which sentence is it stated",
    "in which sentence is it said",
    "in which passage is it stated",
    "in which passage is it said",
    "what is the evidence",
    "what evidence is there",
    "what is the proof",
    "what is the source for the statement",
    "is there evidence",
    "is there any evidence",
    "is there proof",
    "is there any proof",
];

/// Whether a word stands in such an opening, so that by itself it is not the one that is wrong.
pub fn in_evidence(word: &str) -> bool {
    EVIDENCE.iter().any(|opening| opening.split(' ').any(|said| said == word))
}

/// Words after which `'s` is a verb.
const BEFORE_IS: &[&str] = &["what", "who", "which", "where", "when", "how", "that", "there", "it"];

/// Verbs that a question can begin with.
const AUXILIARIES: &[&str] = &["is", "are", "was", "were", "do", "does", "did", "has", "have", "had"];

/// The words of a question without its opening. `didn't X …` at the beginning asks whether X did.
pub fn without_opening(mut words: Vec<Word>) -> Vec<Word> {
    spell_out(&mut words);
    if_any(&mut words);
    while let Some(count) = opening(&words).or_else(|| evidence(&words)) {
        words.drain(..count);
    }
    if let [auxiliary, not, ..] = words.as_slice()
        && AUXILIARIES.contains(&auxiliary.folded.as_str())
        && not.folded == "not"
        && auxiliary.span.end == not.span.start
    {
        words.remove(1);
    }
    words
}

/// `which bodies, if any, …`: whether there are any is what every answer tells.
fn if_any(words: &mut Vec<Word>) {
    let any = ["any", "anyone", "anybody", "anything"];
    let found = words.windows(2).position(|pair| pair[0].is(&["if"]) && pair[1].is(&any));
    let Some(at) = found else { return };
    let comma = |word: Option<&Word>| word.is_some_and(|word| word.shape == Shape::Comma);
    let before = usize::from(at > 0 && comma(words.get(at - 1)));
    let after = usize::from(comma(words.get(at + 2)));
    // Without commas it may open a condition.
    if before + after > 0 || at + 2 == words.len() {
        words.drain(at - before..at + 2 + after);
    }
}

/// `what's`, `who's`: `is`, or `has` before `been`.
fn spell_out(words: &mut [Word]) {
    for at in 1..words.len() {
        let (before, rest) = words.split_at_mut(at);
        let (Some(asked), Some((ending, after))) = (before.last(), rest.split_first_mut()) else { continue };
        // One byte or three without the `s`.
        let with_s = ending.shape == Shape::Possessive && (ending.span.end - ending.span.start) % 2 == 0;
        let close = ending.span.start == asked.span.end && asked.shape == Shape::Word;
        if with_s && close && BEFORE_IS.contains(&asked.folded.as_str()) {
            let been = after.first().is_some_and(|next| next.folded == "been");
            ending.shape = Shape::Word;
            ending.folded = if been { "has" } else { "is" }.into();
        }
    }
}

/// How many words an opening takes that asks for evidence: `that` follows it, which `says` can be without, and a sentence.
fn evidence(words: &[Word]) -> Option<usize> {
    let counts = EVIDENCE.iter().filter_map(|opening| {
        let said: Vec<&str> = opening.split(' ').collect();
        let found = said.iter().zip(words).filter(|(said, word)| word.is(&[said])).count() == said.len();
        let that = words.get(said.len()).is_some_and(|word| word.is(&["that"]));
        let count = said.len() + usize::from(that);
        let says = said.last().is_some_and(|last| last.starts_with("say"));
        (found && (that || says) && words.len() > count).then_some(count)
    });
    counts.max()
}

/// How many words an opening takes, the longest first; something has to follow it.
fn opening(words: &[Word]) -> Option<usize> {
    let comma = |word: &Word| word.shape == Shape::Comma;
    let counts = OPENINGS.iter().filter_map(|opening| {
        let said: Vec<&str> = opening.split(' ').collect();
        let found = words.len() > said.len() && said.iter().zip(words).all(|(said, word)| word.is(&[said]));
        found.then_some(said.len())
    });
    let count = counts.max()?;
    Some(if words.get(count).is_some_and(comma) && words.len() > count + 1 { count + 1 } else { count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::question::words;

    #[test]
    fn politeness_asks_nothing() {
        for (text, rest) in [
            ("Could you please list X?", "list x"),
            ("I would like to see the decrees", "the decrees"),
            ("Do you know which laws exist", "which laws exist"),
            ("Didn't Law 74 ratify X?", "did law 74 ratify x"),
            ("Which laws don't exist", "which laws do not exist"),
            ("Did Law 74 not ratify X", "did law 74 not ratify x"),
            ("please", "please"),
            ("Which bodies, if any, have tasks?", "which bodies have tasks"),
            ("Which sentence says that X ratified Y?", "x ratified y"),
            ("kindly, list X", "list x"),
            ("What's the date of X?", "what is the date of x"),
            ("Who’s been appointed?", "who has been appointed"),
            ("What's X's task?", "what is x ' task"),
            ("Where does it say that X ratified Y?", "x ratified y"),
            ("Is it true that X ratified Y?", "x ratified y"),
            ("Where does it say X ratified Y?", "x ratified y"),
            ("Where is it stated", "where is it stated"),
        ] {
            let said: Vec<String> =
                without_opening(words(text)).into_iter().map(|word| word.folded).collect();
            assert_eq!(said.join(" "), rest);
        }
    }
}

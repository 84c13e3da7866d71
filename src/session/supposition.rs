//! `assuming X is approved, …`: what a text supposes adopted, before it is read as a question or as Cypher.
//!
//! In: the text and the words of adoption of the vocabulary. Out: the names of the drafts, and the text without the
//! assumption, each still in its place, so that an error points into what was typed.

use crate::language::cypher;
use crate::language::question::morphology;
use crate::vocabulary::{Relation, Vocabulary};

/// What opens a supposition. What is doubtful is one only where it speaks of adoption.
const OPENINGS: &[&str] =
    &["assuming", "supposing", "suppose", "provided", "if", "once", "as soon as", "in case"];
const LINKING: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "be",
    "gets",
    "get",
    "becomes",
    "become",
    "has been",
    "have been",
    "had been",
    "should be",
    "would be",
];
const ENTERING: &[&str] =
    &["enters into force", "enter into force", "comes into force", "come into force", "takes effect"];

/// Names of drafts with the text around them blanked, and the text without the supposition.
#[derive(Debug, PartialEq, Eq)]
pub struct Supposed {
    pub drafts: Vec<String>,
    pub rest: String,
}

/// Finds the first supposition of an adoption in a text.
pub fn supposed(text: &str, vocabulary: &Vocabulary) -> Option<Supposed> {
    // Within Cypher such words are names or text.
    if cypher::is_cypher(text) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let openings = openings(&lower);
    if openings.is_empty() {
        return None;
    }
    let words = Words::of(vocabulary);
    for (start, from) in openings {
        let (clauses, end) = words.clauses(&lower, start, from).unwrap_or_default();
        if clauses.is_empty() {
            continue;
        }
        let name =
            |(from, to): &(usize, usize)| Some(format!("{}{}", " ".repeat(*from), text.get(*from..*to)?));
        let drafts = clauses.iter().map(name).collect::<Option<Vec<String>>>()?;
        let before = text.get(..start)?.trim_end_matches([' ', ',']);
        let gap = " ".repeat(end - before.len());
        return Some(Supposed { drafts, rest: format!("{before}{gap}{}", text.get(end..)?) });
    }
    None
}

/// Where a word that opens a supposition stands, and where what follows begins.
fn openings(lower: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for opening in OPENINGS {
        for (at, _) in lower.match_indices(opening) {
            let inside = |c: char| c.is_alphanumeric();
            let before = lower.get(..at).unwrap_or_default();
            let after = lower.get(at + opening.len()..).unwrap_or_default();
            // Within quotation marks it is part of a name.
            let quoted = before.matches('"').count() % 2 == 1;
            if before.ends_with(inside) || !after.starts_with(' ') || quoted {
                continue;
            }
            let mut from = at + opening.len();
            for filler in [" that ", " the case that "] {
                if lower.get(from..).is_some_and(|rest| rest.starts_with(filler)) {
                    from += filler.len() - 1;
                }
            }
            found.push((at, from));
        }
    }
    found.sort_unstable();
    found
}

/// The words of adoption.
struct Words {
    /// `approved`, `put into force`
    states: Vec<String>,
    /// `adoption of`
    nouns: Vec<String>,
}

impl Words {
    /// The participles of the relations that something not yet adopted lacks or would have, and what is plain English.
    fn of(vocabulary: &Vocabulary) -> Words {
        let passing = vocabulary.properties.iter().flat_map(|property| &property.values);
        let denied: Vec<&String> =
            passing.filter(|value| value.until_adopted).flat_map(|value| &value.denies).collect();
        let lacks = |relation: &&Relation| denied.contains(&&relation.name);
        let lacked = vocabulary.relations.iter().filter(lacks);
        let would = vocabulary.relations.iter().filter_map(|relation| relation.if_adopted.as_deref());
        let gains = would.filter_map(|name| vocabulary.relation(name)).flat_map(|r| &r.inverse_verbs);
        let verbs = lacked.clone().flat_map(|relation| &relation.verbs).chain(gains);
        let mut states: Vec<String> = verbs.map(|phrase| participle(phrase)).collect();
        states.extend(["adopted", "approved", "signed", "enacted", "passed", "in force"].map(str::to_owned));
        let mut nouns: Vec<String> = lacked.flat_map(|relation| &relation.event_nouns).cloned().collect();
        nouns.extend(["adoption", "approval"].map(str::to_owned));
        // The longest first: `put into force` ends with other words than `put`.
        states.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Words { states, nouns }
    }

    /// The names in a supposition that begins at `start` and says what from `from` on, and where it ends.
    fn clauses(&self, lower: &str, start: usize, from: usize) -> Option<(Vec<(usize, usize)>, usize)> {
        let commas = lower.match_indices([',', ';', ':']).map(|(at, _)| at).filter(|at| *at > from);
        // In front it ends at a comma, behind with the text.
        let leads = lower.get(..start)?.trim_end();
        let ends_text = std::iter::once(lower.trim_end_matches(['?', '!', '.', ' ']).len());
        for end in commas.chain(ends_text) {
            let Some(said) = lower.get(from..end) else { continue };
            let last = end >= lower.trim_end_matches(['?', '!', '.', ' ']).len();
            // At its own end it must have something before it to ask.
            if last && leads.is_empty() {
                continue;
            }
            if let Some(names) = self.names(said, from) {
                let end = if last { lower.len() } else { end + 1 };
                return Some((names, end));
            }
        }
        None
    }

    /// The names in `A is approved and B is in force`, `the adoption of A`; positions in the whole text.
    fn names(&self, said: &str, offset: usize) -> Option<Vec<(usize, usize)>> {
        let trimmed = said.trim_end();
        let begins = said.len() - said.trim_start().len();
        for noun in &self.nouns {
            for opening in [format!("the {noun} of "), format!("{noun} of ")] {
                if trimmed.trim_start().starts_with(&opening) {
                    return Some(vec![(offset + begins + opening.len(), offset + trimmed.len())]);
                }
            }
        }
        let subject = self.subject(trimmed)?;
        // `A is approved and B`: one supposition more.
        for joint in [" and ", ", and ", ", "] {
            for (at, _) in subject.match_indices(joint) {
                let Some((first, second)) = subject.get(..at).zip(subject.get(at + joint.len()..)) else {
                    continue;
                };
                if let (Some(mut names), false) = (self.names(first, offset), second.trim().is_empty()) {
                    names.push((offset + at + joint.len(), offset + subject.len()));
                    return Some(names);
                }
            }
        }
        let name = subject.trim();
        (!name.is_empty()).then(|| vec![(offset + begins, offset + begins + name.len())])
    }

    /// What stands before `is approved`.
    fn subject<'t>(&self, said: &'t str) -> Option<&'t str> {
        let cut = |ending: &str| said.strip_suffix(ending)?.strip_suffix(' ');
        if let Some(subject) = ENTERING.iter().find_map(|ending| cut(ending)) {
            return Some(subject.trim_end());
        }
        self.states.iter().find_map(|state| {
            let before = cut(state)?.trim_end();
            LINKING.iter().find_map(|verb| before.strip_suffix(verb)?.strip_suffix(' ')).map(str::trim_end)
        })
    }
}

fn participle(phrase: &str) -> String {
    match phrase.split_once(' ') {
        Some((verb, rest)) => format!("{} {rest}", morphology::participle(verb)),
        None => morphology::participle(phrase),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(Vec<String>, String)> {
        let supposed = supposed(text, &Vocabulary::default())?;
        assert_eq!(supposed.rest.len(), text.len());
        let names = supposed.drafts.iter().map(|name| name.trim().to_owned()).collect();
        Some((names, supposed.rest.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    #[test]
    fn suppositions_are_found_before_and_after_the_question() {
        let one = |name: &str, rest: &str| Some((vec![name.to_owned()], rest.to_owned()));
        assert_eq!(found("assuming the draft is approved, which"), one("the draft", "which"));
        assert_eq!(found("as of 2019, if A, B and C were adopted, who"), one("A, B and C", "as of 2019 who"));
        assert_eq!(found("who acts if the draft is signed?"), one("the draft", "who acts"));
        assert_eq!(found("who acts, once the draft comes into force"), one("the draft", "who acts"));
        assert_eq!(found("supposing the adoption of X, who acts"), one("X", "who acts"));
        let two = Some((vec!["A".to_owned(), "B".to_owned()], "who acts".to_owned()));
        assert_eq!(found("assuming A is approved and B is adopted, who acts"), two);
    }

    #[test]
    fn other_suppositions_are_left_to_the_question() {
        for text in
            ["if X is repealed, who acts", "when was the law adopted", "who acts", "if X is approved", ""]
        {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found("law \"if it is adopted, X\""), None);
        assert_eq!(found("RETURN 'if it is adopted, x' AS a"), None);
    }
}

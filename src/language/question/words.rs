//! A question cut into words: the smallest pieces that the lexicon joins into runs.

use crate::base::{Span, fold_words};

/// One word, quoted text or punctuation mark of a question.
#[derive(Clone, Debug)]
pub struct Word {
    pub span: Span,
    pub shape: Shape,
    /// The word folded: lower case, no accents. Quoted text is folded as a whole.
    pub folded: String,
}

impl Word {
    /// A word that stands for a place of the text.
    pub fn said(folded: &str, span: Span) -> Word {
        Word { span, shape: Shape::Word, folded: folded.to_owned() }
    }

    /// Whether it is one of these words, and no quoted text.
    pub fn is(&self, said: &[&str]) -> bool {
        self.shape == Shape::Word && said.contains(&self.folded.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Word,
    /// Text between quotation marks.
    Quoted,
    /// A possessive ending: `’s`, or `’` after a plural.
    Possessive,
    Comma,
    /// Quotation marks that are never closed.
    Unclosed,
}

/// Closing marks by opening mark.
const QUOTES: [(char, &str); 6] =
    [('"', "\""), ('“', "”“\""), ('„', "“”\""), ('«', "»"), ('‘', "’"), ('`', "`")];

/// Cuts a text into words. Marks that mean nothing (question marks, full stops between words) are left out.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if let Some((_, closing)) = QUOTES.iter().find(|(open, _)| *open == c) {
            let from = at + c.len_utf8();
            let end = text[from..].char_indices().find(|(_, c)| closing.contains(*c));
            let (shape, inner_end, outer_end) = match end {
                Some((offset, mark)) => (Shape::Quoted, from + offset, from + offset + mark.len_utf8()),
                None => (Shape::Unclosed, text.len(), text.len()),
            };
            let folded = fold_words(&text[from..inner_end]).join(" ");
            found.push(Word { span: Span::new(at, outer_end), shape, folded });
            while rest.peek().is_some_and(|(next, _)| *next < outer_end) {
                rest.next();
            }
        } else if c == ',' || c == ';' || c == ':' {
            found.push(Word { span: Span::new(at, at + 1), shape: Shape::Comma, folded: ",".into() });
        } else if (c == '\'' || c == '’') && at > 0 {
            let mut end = at + c.len_utf8();
            if text[end..].starts_with(['s', 'S']) && !starts_alphanumeric(&text[end + 1..]) {
                end += 1;
                rest.next();
            }
            found.push(Word { span: Span::new(at, end), shape: Shape::Possessive, folded: "'".into() });
        } else if c.is_alphanumeric() || c == '№' {
            let mut end = at + c.len_utf8();
            while let Some((next, d)) = rest.peek().copied() {
                let inside = d.is_alphanumeric() || crate_is_mark(d) || joins(text, next, d);
                if !inside {
                    break;
                }
                end = next + d.len_utf8();
                rest.next();
            }
            push_word(text, at, end, &mut found);
        }
    }
    found
}

fn starts_alphanumeric(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphanumeric)
}

fn crate_is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// A mark between two letters or digits that keeps one word: `n't`, `2012-05-02`, `73/146`, `9.8`, `2018/2020`.
fn joins(text: &str, at: usize, c: char) -> bool {
    let digit_before = text[..at].ends_with(|c: char| c.is_ascii_digit());
    let after = &text[at + c.len_utf8()..];
    let digit_after = after.starts_with(|c: char| c.is_ascii_digit());
    match c {
        '\'' | '’' => {
            text[..at].ends_with(['n', 'N'])
                && after.starts_with(['t', 'T'])
                && !starts_alphanumeric(&after[1..])
        }
        '-' | '–' | '/' | '.' => digit_before && digit_after,
        _ => false,
    }
}

/// `didn't` is two words; everything else is one.
fn push_word(text: &str, start: usize, end: usize, found: &mut Vec<Word>) {
    let word = &text[start..end];
    let lower = word.to_lowercase();
    for ending in ["n't", "n’t"] {
        if let Some(stem) = lower.strip_suffix(ending)
            && stem.len() < word.len()
            && word.is_char_boundary(stem.len())
        {
            let full = match stem {
                "ca" => "can",
                "wo" => "will",
                other => other,
            };
            let cut = start + stem.len();
            found.push(Word { span: Span::new(start, cut), shape: Shape::Word, folded: full.to_owned() });
            found.push(Word { span: Span::new(cut, end), shape: Shape::Word, folded: "not".into() });
            return;
        }
    }
    let folded = if word.contains(|c: char| c.is_ascii_digit()) { lower } else { fold_words(word).join(" ") };
    let folded = if folded == "no" && text[start..].starts_with('№') { "number".into() } else { folded };
    found.push(Word { span: Span::new(start, end), shape: Shape::Word, folded });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got: Vec<String> = words(text).into_iter().map(|w| w.folded).collect();
        assert_eq!(got.join("|"), expected);
    }

    #[test]
    fn words_are_cut() {
        check(
            "Which council didn't “National  Council” found?",
            "which|council|did|not|national council|found",
        );
        check("the ministry's tasks, dated 2012-05-02", "the|ministry|'|tasks|,|dated|2012-05-02");
        check("Resolution 73/146 and 2018–2020", "resolution|73/146|and|2018–2020");
        check("anti-trafficking No. 74", "anti|trafficking|no|74");
        check("Жогорку Кеңеш", "жогорку|кеңеш");
    }

    #[test]
    fn an_unclosed_quotation_is_one_piece() {
        assert_eq!(words("who made \"Decree 2").last().map(|w| w.shape), Some(Shape::Unclosed));
    }
}

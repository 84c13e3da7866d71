//! Folding of names, so that case, accents, punctuation and articles do not matter.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of a name, folded: lower case, no accents, no punctuation; `№` and `no.` are one word `no`; `’s` is kept
/// apart from its word as `s`.
pub fn fold_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            word.push(c);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The folded form under which a name is looked up: its folded words without articles, joined by single spaces.
pub fn fold(text: &str) -> String {
    let words = fold_words(text);
    let kept: Vec<&str> =
        words.iter().map(String::as_str).filter(|w| !matches!(*w, "the" | "a" | "an")).collect();
    if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
}

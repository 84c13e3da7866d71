//! Nouns with their articles.

/// `a law`, `an INTEGER`; `anything` without a noun.
pub fn with_article(noun: &str) -> String {
    if noun.is_empty() {
        return "anything".into();
    }
    let begins_with_vowel = noun.starts_with(|c: char| "aeiou".contains(c.to_ascii_lowercase()));
    let article = if begins_with_vowel { "an" } else { "a" };
    format!("{article} {noun}")
}

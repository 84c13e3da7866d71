//! A lexicon of few words, for tests.

use super::lexicon::{Category, Lexicon, Sense};

/// The words that it knows, each with its category.
pub struct Few(pub &'static [(&'static str, Category)]);

impl Lexicon for Few {
    fn senses(&self, folded: &str) -> Vec<Sense> {
        let sense = |category: &Category| Sense { category: *category, meaning: 0, cost: 0 };
        self.0.iter().filter(|(word, _)| *word == folded).map(|(_, category)| sense(category)).collect()
    }

    fn may_continue(&self, _: &str) -> bool {
        false
    }

    fn loose(&self, _: &[&str]) -> Vec<Sense> {
        Vec::new()
    }

    fn nearest(&self, _: &str, _: usize) -> Vec<String> {
        Vec::new()
    }
}

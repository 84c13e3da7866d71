//! Questions in controlled English.
//!
//! In: a text and a [`Lexicon`]. Out: syntax trees, likeliest first. The grammar (`grammar/question.pest`) knows
//! categories of words, never words of the domain; the graph and the vocabulary are not seen from here.

pub mod dates;
pub mod lexicon;
pub mod morphology;
pub mod syntax;

mod card;
mod contrast;
mod cut;
#[cfg(test)]
mod few;
mod idiom;
mod opening;
mod order;
mod parse;
mod stranded;
mod superlative;
mod wording;
mod words;

pub use card::about_everything;
pub use contrast::how_many_more;
pub use cut::{Lattice, in_function_words, is_article, is_empty_word, is_function_word};
pub use lexicon::{Category, Lexicon, Sense, Token};
pub use opening::without_opening;
pub use parse::parse;
pub use superlative::greatest_per_time;
pub use wording::{Reworded, in_other_words, in_some_wording};
pub use words::{Shape, Word, words};

//! Text → a question of the built-in graph → its answer with a budget.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use std::cell::RefCell;
use std::sync::LazyLock;
use whichlaw::Session;
use whichlaw::session::{Language, Options};
use whichlaw_fuzz::{Pieces, budget, mutate, watched};

static PIECES: LazyLock<Pieces> = LazyLock::new(|| Pieces::of_lines(include_str!("../seeds/question.txt")));

thread_local! {
    static SESSION: RefCell<Session> = RefCell::new(Session::builtin().expect("the built-in graph loads"));
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(&PIECES, data, size, max_size, seed)
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let options = Options { language: Language::Question, budget: budget(), ..Options::default() };
    SESSION.with_borrow_mut(|session| watched(text, || drop(session.run(text, &options))));
});

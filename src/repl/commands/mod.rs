//! The commands, one family a file.

mod answers;
mod asking;
mod data;
mod proof;
mod review;
mod settings;
mod words;

use super::command::Command;

/// Every family in the order of help.
pub const FAMILIES: &[&[Command]] = &[
    asking::COMMANDS,
    answers::COMMANDS,
    proof::COMMANDS,
    review::COMMANDS,
    words::COMMANDS,
    settings::COMMANDS,
    data::COMMANDS,
];

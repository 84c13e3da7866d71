//! Why there is no answer, in words and for programs.

use super::look::{Ink, Look};
use super::text::Text;
use crate::answer::{Scene, WhyNot, Without};
use serde_json::{Value as Json, json};

/// As many candidates are named.
const NAMED: usize = 6;

/// The condition that removed the last candidates, then the nearest ones, each with the one condition that it fails.
pub fn why_not(found: &WhyNot, scene: &Scene<'_>, look: &Look) -> String {
    let mut out = String::new();
    let mut say = |text: String, ink: Ink| {
        for (line, _) in Text::new(text, ink).wrap(look.width) {
            out.push_str(&line.painted(look));
            out.push('\n');
        }
    };
    match &found.last {
        Some(last) => {
            let before = counted(last);
            say(
                format!("The last candidates were removed by this condition: {}", last.condition),
                Ink::Heading,
            );
            say(format!("Before it there were {before}: {}", names(last, scene)), Ink::Plain);
        }
        None => say("No part of what is asked for has candidates in these sources.".to_owned(), Ink::Heading),
    }
    if !found.nearest.is_empty() {
        say("Nearest, failing only one condition:".to_owned(), Ink::Heading);
    }
    for (number, near) in found.nearest.iter().enumerate() {
        let line = format!("{}. {} — {}: {}", number + 1, near.condition, counted(near), names(near, scene));
        say(line, Ink::Plain);
    }
    out
}

fn counted(without: &Without) -> String {
    match (without.candidates.len(), without.more) {
        (1, false) => "1 candidate".to_owned(),
        (n, false) => format!("{n} candidates"),
        (n, true) => format!("more than {n} candidates"),
    }
}

fn names(without: &Without, scene: &Scene<'_>) -> String {
    let rows = without.candidates.iter().take(NAMED);
    let rows = rows.map(|row| row.iter().map(|node| scene.called(*node)).collect::<Vec<_>>().join(" + "));
    let mut named: Vec<String> = rows.collect();
    if without.candidates.len() > NAMED {
        named.push("…".to_owned());
    }
    named.join("; ")
}

/// `{"last":{"condition","candidates":[[id..]..],"more"},"nearest":[..]}`
pub fn why_not_json(found: &WhyNot, scene: &Scene<'_>) -> Json {
    let one = |without: &Without| {
        let rows = without.candidates.iter();
        let ids = rows.map(|row| row.iter().map(|node| scene.id(*node)).collect::<Vec<_>>());
        json!({
            "condition": without.condition,
            "candidates": ids.collect::<Vec<_>>(),
            "more": without.more,
        })
    };
    json!({
        "last": found.last.as_ref().map(one),
        "nearest": found.nearest.iter().map(one).collect::<Vec<_>>(),
    })
}

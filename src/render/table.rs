//! The table a person reads: numbered rows, names with kind and id, and the place of each fact.

use super::card;
use super::evidence::locators;
use super::grid::{Align, Column, Grid};
use super::json::{effect_counts, verdict_words};
use super::look::{Ink, Look};
use super::plan::plan;
use super::text::Text;
use super::value::text_of;
use crate::answer::Scene;
use crate::answer::{Answer, Verdict};
use crate::value::Value;
use std::io::{self, Write};

/// Cells longer than this are cut; `:mode json` shows them whole.
const LONGEST_CELL: usize = 4_000;

pub fn write(answer: &Answer, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if let Some(table) = &answer.plan {
        out.write_all(plan(table, look).as_bytes())?;
    }
    if let Some(node) = answer.card {
        return card::write(node, answer, scene, look, out);
    }
    if let Some(verdict) = &answer.verdict {
        write_verdict(verdict, look, out)?;
        if says_the_same(answer) {
            return write_places(answer, scene, look, out);
        }
    }
    if answer.columns.is_empty() {
        return Ok(());
    }
    if answer.rows.is_empty() {
        let said = answer.verdict.is_some() || answer.plan.is_some();
        return if said { Ok(()) } else { writeln!(out, "{}", look.paint(Ink::Doubtful, "Nothing found.")) };
    }
    grid(answer, scene, look).write(look, out)
}

/// A single truth value beside a verdict adds nothing.
fn says_the_same(answer: &Answer) -> bool {
    matches!(answer.rows.as_slice(), [row] if matches!(row.as_slice(), [Value::Boolean(_) | Value::Null]))
}

/// Where a `yes` is stated.
fn write_places(answer: &Answer, scene: &Scene<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let places = answer.facts.first().map(|facts| locators(&facts, scene)).unwrap_or_default();
    if places.is_empty() || !look.evidence {
        return Ok(());
    }
    let mut text = Text::new("stated in ", Ink::Dim);
    text.append(places);
    for (line, _) in text.wrap(look.width) {
        writeln!(out, "{}", line.painted(look))?;
    }
    Ok(())
}

fn write_verdict(verdict: &Verdict, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let (word, text) = verdict_words(verdict);
    let ink = match verdict {
        Verdict::Yes => Ink::Good,
        Verdict::No | Verdict::None(_) | Verdict::NotStated(_) => Ink::Doubtful,
    };
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return writeln!(out, "{}", look.paint(ink, word));
    };
    for (line, _) in Text::new(text, ink).wrap(look.width) {
        writeln!(out, "{}", line.painted(look))?;
    }
    Ok(())
}

fn grid(answer: &Answer, scene: &Scene<'_>, look: &Look) -> Grid {
    let shown = look.rows.unwrap_or(usize::MAX).min(answer.rows.len());
    let mut columns = vec![Column::right("#")];
    for (number, name) in answer.columns.iter().enumerate() {
        let numeric = |row: &Vec<Value>| {
            matches!(row.get(number), Some(Value::Integer(_) | Value::Float(_) | Value::Null))
        };
        let align = if answer.rows.iter().take(shown).all(numeric) { Align::Right } else { Align::Left };
        columns.push(Column { heading: Text::new(name, Ink::Plain).plain().replace('\n', " "), align });
    }
    let mut rows: Vec<Vec<Text>> = Vec::with_capacity(shown);
    for (number, row) in answer.rows.iter().take(shown).enumerate() {
        let mut cells = vec![Text::new((number + 1).to_string(), Ink::Dim)];
        cells.extend(row.iter().map(|value| cut(text_of(value, scene))));
        rows.push(cells);
    }
    if look.evidence && !answer.facts.is_empty() {
        let places: Vec<Text> = (0..shown)
            .map(|row| answer.facts.get(row).map(|facts| locators(&facts, scene)).unwrap_or_default())
            .collect();
        if places.iter().any(|text| !text.is_empty()) {
            columns.push(Column::left("stated in"));
            for (row, place) in rows.iter_mut().zip(places) {
                row.push(place);
            }
        }
    }
    Grid { columns, rows, bare: false }
}

fn cut(text: Text) -> Text {
    let plain = text.plain();
    match plain.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => Text::new(format!("{}…", plain.get(..end).unwrap_or("")), Ink::Plain),
        None => text,
    }
}

/// The line under an answer: how many rows, how long it took, what changed, how to see the rest.
pub fn footer(answer: &Answer, look: &Look, timing: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    let total = answer.rows.len();
    let shown = look.rows.unwrap_or(usize::MAX).min(total);
    let counted =
        !answer.columns.is_empty() && !(answer.verdict.is_some() && (total == 0 || says_the_same(answer)));
    if counted {
        let rows = format!("{} row{}", grouped(total), if total == 1 { "" } else { "s" });
        parts.push(if shown < total { format!("{shown} of {rows}: `:last` shows all") } else { rows });
    }
    for (name, count) in effect_counts(&answer.effects) {
        if count > 0 {
            let number = grouped(usize::try_from(count).unwrap_or(usize::MAX));
            parts.push(format!("{number} {}", if count == 1 { singular(name) } else { name.to_owned() }));
        }
    }
    if timing {
        parts.push(elapsed(answer.elapsed));
    }
    parts.join(" · ")
}

fn elapsed(time: std::time::Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        m if m < 1.0 => format!("{m:.2} ms"),
        m if m < 100.0 => format!("{m:.1} ms"),
        m if m < 10_000.0 => format!("{m:.0} ms"),
        m => format!("{:.1} s", m / 1e3),
    }
}

/// `nodes created` → `node created`, `properties set` → `property set`
fn singular(name: &str) -> String {
    let (noun, rest) = name.split_once(' ').unwrap_or((name, ""));
    let one = match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => noun.trim_end_matches('s').to_owned(),
    };
    format!("{one} {rest}")
}

/// `1,234,567`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How often each value occurs in one column of an answer, the most frequent first.
pub fn frequencies(answer: &Answer, column: usize, scene: &Scene<'_>, look: &Look) -> Grid {
    let mut counts: Vec<(String, Text, usize)> = Vec::new();
    let mut places: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for value in answer.rows.iter().filter_map(|row| row.get(column)) {
        let text = text_of(value, scene);
        let key = text.plain();
        let place = *places.entry(key.clone()).or_insert(counts.len());
        match counts.get_mut(place) {
            Some((_, _, count)) => *count += 1,
            None => counts.push((key, text, 1)),
        }
    }
    counts.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    let most = counts.first().map_or(1, |(_, _, count)| *count);
    let bar = |count: usize| if look.unicode { "█" } else { "#" }.repeat((count * 20).div_ceil(most));
    let heading = answer.columns.get(column).map(|c| c.to_string()).unwrap_or_default();
    let rows = counts
        .into_iter()
        .map(|(_, text, count)| {
            vec![text, Text::new(grouped(count), Ink::Number), Text::new(bar(count), Ink::Dim)]
        })
        .collect();
    Grid { columns: vec![Column::left(heading), Column::right("count"), Column::left("")], rows, bare: false }
}

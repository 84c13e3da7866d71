//! A document cut into blocks, sentences, items, rows and clauses, the way locators count them.
//!
//! Blocks are parted by blank lines. A sentence ends at a full stop, question or exclamation mark before a capital, a digit
//! or a quotation mark, but not after an abbreviation. Items are the lines that begin with a bullet or a number, with
//! the lines that continue them. Rows are lines. The clauses of a long sentence end at a colon or semicolon, where a
//! parenthesis opens or closes, and at a comma before a further member of the list (`…, and the Protocol`) or before a
//! relative clause (`…, in accordance with which`).

use super::{Locator, Unit};

pub struct Document {
    blocks: Vec<String>,
}

/// After these a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "no", "nos", "nr", "art", "arts", "para", "paras", "sec", "sect", "ch", "chap", "cl", "reg", "p", "pp",
    "vol", "fig", "tab", "cf", "e.g", "i.e", "viz", "approx", "ca", "mr", "mrs", "ms", "dr", "prof", "st",
    "gen", "lt", "col", "jr", "sr", "vs", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
    "oct", "nov", "dec", "ст", "п", "пп", "ч", "гл", "разд", "см", "ср", "им", "тыс", "млн", "млрд", "руб",
    "т.е", "т.д", "т.п",
];

/// Words that make a clause of what follows a comma.
const RELATIVE: &[&str] = &["which", "who", "whom", "whose", "where", "whereby", "wherein"];

/// Between a comma and a relative word stand at most so many words: `in accordance with which`.
const BEFORE_RELATIVE: usize = 3;

impl Document {
    pub fn new(text: &str) -> Document {
        let mut blocks: Vec<String> = Vec::new();
        let mut open = false;
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.trim_end();
            match (line.is_empty(), open, blocks.last_mut()) {
                (true, _, _) => open = false,
                (false, true, Some(block)) => {
                    block.push('\n');
                    block.push_str(line);
                }
                (false, _, _) => {
                    blocks.push(line.to_owned());
                    open = true;
                }
            }
        }
        Document { blocks }
    }

    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The words at a place on one line; lines of several items or rows stay apart.
    ///
    /// # Errors
    /// Which part is missing, in words.
    pub fn passage(&self, place: &Locator) -> Result<String, String> {
        let block = place.block.checked_sub(1).and_then(|at| self.blocks.get(at));
        let Some(block) = block else {
            return Err(format!("the document has only {} blocks", self.blocks.len()));
        };
        let Some((unit, first, last)) = place.part else { return Ok(lines(block)) };
        let (parts, between) = match unit {
            Unit::Sentence => (sentences(&one_line(block)), " "),
            Unit::Item => (items(block), "\n"),
            Unit::Row => (rows(block), "\n"),
            Unit::Clause => (clauses(&one_line(block)), " "),
        };
        match parts.get(first - 1..last) {
            Some(found) => Ok(found.join(between)),
            None => Err(format!("block {} has only {} {}s", place.block, parts.len(), unit.name())),
        }
    }
}

/// Line breaks inside a block of running text mean nothing.
fn one_line(block: &str) -> String {
    block.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each line without the white space around and inside it.
fn lines(block: &str) -> String {
    block.lines().map(one_line).collect::<Vec<_>>().join("\n")
}

fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?' | '…')) {
        let after = text.get(at + mark.len_utf8()..).unwrap_or("");
        let closed = after.trim_start_matches(['"', '”', '»', '’', '\'', ')', ']', '*']);
        let Some(next) = closed.strip_prefix(' ').and_then(|rest| rest.chars().next()) else { continue };
        let begins = next.is_uppercase() || next.is_ascii_digit() || "\"“«‘'([*№—–-".contains(next);
        let before = text.get(start..at).unwrap_or("");
        if !begins || (mark == '.' && is_abbreviated(before, next)) {
            continue;
        }
        let end = text.len() - closed.len();
        found.push(text.get(start..end).unwrap_or("").trim().to_owned());
        start = end;
    }
    push(&mut found, text.get(start..).unwrap_or(""));
    found
}

/// The last word is an abbreviation, or an initial: `J. Smith`.
fn is_abbreviated(before: &str, next: char) -> bool {
    let word = before.rsplit([' ', '(', '"', '“', '«']).next().unwrap_or("");
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    if word == "no" {
        // The answer may have been no.
        return next.is_ascii_digit();
    }
    initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

fn items(block: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in block.lines().map(str::trim) {
        match (item(line), found.last_mut()) {
            (Some(text), _) => found.push(one_line(text)),
            (None, Some(last)) => {
                last.push(' ');
                last.push_str(&one_line(line));
            }
            (None, None) => {}
        }
    }
    found
}

/// What follows the bullet or the number of an item.
fn item(line: &str) -> Option<&str> {
    let bullet = line.strip_prefix(['-', '–', '—', '•', '*', '·', '▪', '◦', '‣']);
    if let Some(rest) = bullet.and_then(|rest| rest.strip_prefix([' ', '\t'])) {
        return Some(rest);
    }
    let label = line.trim_start_matches('(');
    let end = label.find(['.', ')']).filter(|end| (1..=4).contains(end))?;
    let (number, rest) = label.split_at(end);
    let letter = number.chars().count() == 1 && number.chars().all(char::is_alphabetic);
    let counted = number.chars().all(|c| c.is_ascii_digit() || "ivx".contains(c));
    let rest = rest.trim_start_matches(['.', ')']);
    (letter || counted).then(|| rest.strip_prefix([' ', '\t'])).flatten()
}

/// Lines, without those that only draw a table.
fn rows(block: &str) -> Vec<String> {
    let drawn = |line: &str| line.chars().all(|c| "|-:+= \t".contains(c));
    block
        .lines()
        .filter(|line| !drawn(line))
        .map(|line| line.split(['\t', '|']).map(str::trim).filter(|cell| !cell.is_empty()))
        .map(|cells| cells.collect::<Vec<_>>().join(" | "))
        .collect()
}

fn clauses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, mark) in text.char_indices() {
        let after = at + mark.len_utf8();
        let end = match mark {
            '(' | '[' => {
                depth += 1;
                (depth == 1).then_some(at)
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                // What stands right after a parenthesis belongs to it.
                let rest = text.get(after..).unwrap_or("");
                let closing = rest.len() - rest.trim_start_matches([',', ';', ':', '.']).len();
                (depth == 0).then_some(after + closing)
            }
            ':' | ';' if depth == 0 => Some(after),
            ',' if depth == 0 && begins_clause(text.get(after..).unwrap_or("")) => Some(after),
            _ => None,
        };
        if let Some(end) = end.filter(|end| *end > start) {
            push(&mut found, text.get(start..end).unwrap_or(""));
            start = end;
        }
    }
    push(&mut found, text.get(start..).unwrap_or(""));
    found
}

/// A further member of a list, `and the Protocol`, or a relative clause, `in accordance with which`.
fn begins_clause(rest: &str) -> bool {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut words = rest.split_whitespace();
    let relative = words.clone().take(BEFORE_RELATIVE + 1).take_while(|word| !word.ends_with(','));
    if relative.map(bare).any(|word| RELATIVE.contains(&word.as_str())) {
        return true;
    }
    let mut next = words.next().unwrap_or("");
    if matches!(next, "and" | "or") {
        next = words.next().unwrap_or("");
    }
    next == "the" && words.next().is_some_and(|word| word.starts_with(char::is_uppercase))
}

fn push(found: &mut Vec<String>, part: &str) {
    let part = part.trim();
    if part.chars().any(char::is_alphanumeric) {
        found.push(part.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\n\nREPORT\n\nBy Decree No. 12 of 3 May 2010, the Office was set up (see art. 4). It works\nunder \
        the Ministry, cf. the Law. \"It reports yearly.\" The end\n\nIt has:\n- to advise;\n  and to act;\n\
        - to report\n\nActs: the Law on Water of 2001, the Law on Air, and the Rules (made by Order No. 5, the first); \
        Order 7, under which the Agency is named.\n\nTitle\t1\n|---|---|\nsecond | 2\n";

    fn at(place: &str) -> Result<String, String> {
        Document::new(TEXT).passage(&Locator::parse(place).unwrap())
    }

    #[test]
    fn blocks_sentences_items_and_rows() {
        assert_eq!(at("P1").as_deref(), Ok("REPORT"));
        assert_eq!(
            at("P2.S1").as_deref(),
            Ok("By Decree No. 12 of 3 May 2010, the Office was set up (see art. 4).")
        );
        assert_eq!(at("P2.S2").as_deref(), Ok("It works under the Ministry, cf. the Law."));
        assert_eq!(at("P2.S3").as_deref(), Ok("\"It reports yearly.\""));
        assert_eq!(at("P2.S4").as_deref(), Ok("The end"));
        assert_eq!(at("P3.I1").as_deref(), Ok("to advise; and to act;"));
        assert_eq!(at("P3.I1-I2").as_deref(), Ok("to advise; and to act;\nto report"));
        assert_eq!(at("P5.R2").as_deref(), Ok("second | 2"));
        assert_eq!(at("P2.S5").unwrap_err(), "block 2 has only 4 sentences");
        assert_eq!(at("P9").unwrap_err(), "the document has only 5 blocks");
    }

    #[test]
    fn clauses_of_one_long_sentence() {
        let all: Vec<String> = (1..=7).map(|n| at(&format!("P4.c{n}")).unwrap()).collect();
        assert_eq!(
            all,
            [
                "Acts:",
                "the Law on Water of 2001,",
                "the Law on Air,",
                "and the Rules",
                "(made by Order No. 5, the first);",
                "Order 7,",
                "under which the Agency is named."
            ]
        );
    }

    #[test]
    fn any_text_is_cut_without_harm() {
        for text in ["", "((((", "....", "a.b.c", ")))", "№ 5. №", "\u{feff}x", "- ", "(", "1)"] {
            let document = Document::new(text);
            for place in ["P1", "P1.S1", "P1.I1", "P1.R1", "P1.c1"] {
                let _ = document.passage(&Locator::parse(place).unwrap());
            }
        }
    }
}

//! Pieces of texts, sorted by what they are, for inputs to be put together from.

use std::path::Path;

/// A stock of pieces.
#[derive(Default)]
pub struct Pieces {
    stock: [Vec<String>; SORTS],
}

/// Sorts of pieces: a piece is replaced by one of its own sort, mostly.
const SORTS: usize = 6;

/// The words with which a part of a statement begins.
const OPENINGS: &[&str] = &[
    "AS", "CALL", "CREATE", "DELETE", "DETACH", "EXPLAIN", "LIMIT", "MATCH", "MERGE", "ON", "OPTIONAL", "ORDER", "PROFILE",
    "REMOVE", "RETURN", "SET", "SKIP", "UNION", "UNWIND", "WHERE", "WITH", "YIELD",
];

/// Where a piece stands in a text, and of which sort it is.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    pub start: usize,
    pub end: usize,
    pub sort: usize,
}

impl Pieces {
    /// The pieces of every line of `seeds`, of the functions, and of the openCypher suite where `WHICHLAW_TCK` names it.
    pub fn of_cypher(seeds: &str) -> Pieces {
        let mut pieces = Pieces::default();
        seeds.lines().for_each(|line| pieces.add(line));
        for function in whichlaw::functions::all() {
            function.examples.iter().for_each(|(expression, _)| pieces.add(&format!("RETURN {expression}")));
        }
        if let Some(suite) = std::env::var_os("WHICHLAW_TCK") {
            pieces.add_features(Path::new(&suite));
        }
        pieces
    }

    /// The words of every line.
    pub fn of_lines(seeds: &str) -> Pieces {
        let mut pieces = Pieces::default();
        seeds.lines().for_each(|line| pieces.add(line));
        pieces
    }

    pub fn pick(&self, sort: usize, choice: usize) -> Option<&str> {
        let stock = self.stock.get(sort)?;
        stock.get(choice.checked_rem(stock.len())?).map(String::as_str)
    }

    fn add(&mut self, text: &str) {
        for piece in cut(text) {
            let (Some(words), Some(stock)) = (text.get(piece.start..piece.end), self.stock.get_mut(piece.sort)) else {
                continue;
            };
            if words.len() < 200 {
                stock.push(words.to_owned());
            }
        }
    }

    fn add_features(&mut self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                self.add_features(&path);
            } else if path.extension().is_some_and(|ending| ending == "feature") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                text.split("\"\"\"").skip(1).step_by(2).for_each(|query| self.add(query));
            }
        }
    }
}

/// Every piece of a text: clauses, what stands in brackets, calls, words, numbers and strings, signs.
pub fn cut(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut brackets: Vec<usize> = Vec::new();
    let mut clause: Option<usize> = None;
    let mut word_before: Option<usize> = None;
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let end = at + length(rest, first);
        let word = text.get(at..end).unwrap_or_default();
        if OPENINGS.iter().any(|opening| opening.eq_ignore_ascii_case(word)) && brackets.is_empty() {
            found.extend(clause.map(|start| Piece { start, end: at, sort: 0 }));
            clause = Some(at);
        }
        match first {
            '(' | '[' | '{' => brackets.push(word_before.unwrap_or(at)),
            ')' | ']' | '}' => {
                if let Some(start) = brackets.pop() {
                    found.push(Piece { start, end, sort: 1 });
                }
            }
            '\'' | '"' | '0'..='9' => found.push(Piece { start: at, end, sort: 2 }),
            c if c.is_whitespace() => {}
            c if c.is_alphabetic() || c == '_' || c == '`' => found.push(Piece { start: at, end, sort: 3 }),
            ',' | ';' | '.' => found.push(Piece { start: at, end, sort: 4 }),
            _ => found.push(Piece { start: at, end, sort: 5 }),
        }
        word_before = (first.is_alphabetic() || (first == '.' && word_before.is_some()))
            .then(|| word_before.unwrap_or(at));
        at = end;
    }
    found.extend(clause.map(|start| Piece { start, end: text.len(), sort: 0 }));
    found
}

/// The length of the token at the beginning of `rest`.
fn length(rest: &str, first: char) -> usize {
    let run = |part: &dyn Fn(char) -> bool| rest.find(|c| !part(c)).unwrap_or(rest.len());
    match first {
        '\'' | '"' | '`' => rest.get(1..).and_then(|inside| inside.find(first)).map_or(rest.len(), |end| end + 2),
        c if c.is_whitespace() => run(&char::is_whitespace),
        c if c.is_ascii_digit() => run(&|c| c.is_ascii_alphanumeric()),
        c if c.is_alphabetic() || c == '_' => run(&|c| c.is_alphanumeric() || c == '_'),
        '<' | '>' | '=' | '-' | '~' | '|' | '+' | '*' | '&' | '!' => run(&|c| "<>=-~|+*&!".contains(c)),
        c => c.len_utf8(),
    }
}

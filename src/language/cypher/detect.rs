//! Which language is it?

use crate::language::tokens::{Token, TokenKind, cypher_tokens};

/// What shows that the word before begins a clause; in a question another word follows.
enum Sign {
    /// The word alone.
    Itself,
    /// A character that is no word, one of these words, or `name =`.
    Next(&'static [&'static str]),
    /// Like the one before, or a name without parentheses and the next clause.
    Pattern(&'static [&'static str]),
    /// Something that a database keeps. Of words that a question may list too, those in capitals.
    Shown,
    /// An expression: whatever is not two words in a row, unless the second goes on with the clause.
    Expression,
}

/// The words that a Cypher statement begins with.
const CLAUSES: &[(&str, Sign)] = &[
    ("match", Sign::Pattern(&["any", "all", "shortest"])),
    ("optional", Sign::Next(&["match"])),
    ("unwind", Sign::Itself),
    ("with", Sign::Expression),
    ("return", Sign::Expression),
    ("create", Sign::Next(&["index", "constraint", "range", "text", "fulltext", "or"])),
    ("merge", Sign::Next(&[])),
    ("set", Sign::Expression),
    ("remove", Sign::Expression),
    ("delete", Sign::Expression),
    ("detach", Sign::Next(&["delete"])),
    ("call", Sign::Expression),
    ("drop", Sign::Next(&["index", "constraint"])),
    // Not Cypher either, but its reader can say what to write instead.
    ("select", Sign::Expression),
    ("foreach", Sign::Next(&[])),
    ("load", Sign::Next(&["csv"])),
    ("show", Sign::Shown),
    ("insert", Sign::Next(&[])),
    ("finish", Sign::Itself),
];

/// What `SHOW` lists elsewhere, and what else a question may mean by such a word.
const KEPT: &[&str] = &["index", "indexes", "constraint", "constraints", "databases", "procedures"];
const PERHAPS_KEPT: &[&str] = &[
    "all",
    "built",
    "current",
    "database",
    "default",
    "fulltext",
    "function",
    "functions",
    "home",
    "lookup",
    "point",
    "populated",
    "privileges",
    "procedure",
    "range",
    "role",
    "roles",
    "servers",
    "setting",
    "settings",
    "supported",
    "text",
    "transaction",
    "transactions",
    "user",
    "users",
    "vector",
];

/// Words that begin an expression and no phrase.
const OPERANDS: &[&str] = &["distinct", "not", "case", "true", "false", "null"];

/// Words that go on after an expression.
const CONTINUATIONS: &[&str] = &[
    "as", "call", "from", "create", "delete", "detach", "limit", "match", "merge", "optional", "order",
    "remove", "return", "set", "skip", "union", "unwind", "where", "yield",
];

/// Whether a text is meant as Cypher: after EXPLAIN or PROFILE and AS OF, it begins with a clause.
///
/// Only looks at the first words; whether the statement is right is for [`super::parse`] to say.
pub fn is_cypher(text: &str) -> bool {
    // Of a text longer than any question a few words nearly always tell; behind a long comment it takes more.
    (text.len() > ENOUGH && begins_as_cypher(beginning(text, FEW)))
        || begins_as_cypher(beginning(text, ENOUGH))
}

/// Bytes that are enough to tell, and those that nearly always are.
const ENOUGH: usize = 20_000;
const FEW: usize = 1_000;

fn begins_as_cypher(text: &str) -> bool {
    let tokens: Vec<Token> = cypher_tokens(text)
        .into_iter()
        .filter(|t| !matches!(t.kind, TokenKind::Space | TokenKind::Comment))
        .collect();
    let mut rest = tokens.as_slice();
    let word = |rest: &[Token], at: usize| -> String {
        let token = rest.get(at).filter(|t| t.kind == TokenKind::Word);
        token.map(|t| t.span.of(text).to_lowercase()).unwrap_or_default()
    };
    if matches!(word(rest, 0).as_str(), "explain" | "profile") {
        rest = rest.get(1..).unwrap_or(&[]);
    }
    if word(rest, 0) == "as" && word(rest, 1) == "of" {
        return is_cypher_as_of(rest.get(2..).unwrap_or(&[]), text);
    }
    starts_clause(rest, text)
}

fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=text.len().min(bytes)).rev().find(|place| text.is_char_boundary(*place));
    text.get(..end.unwrap_or(0)).unwrap_or(text)
}

/// `AS OF` with an expression (a call, a parameter, a string) and a clause behind it; a question has a day there.
fn is_cypher_as_of(rest: &[Token], text: &str) -> bool {
    let Some(first) = rest.first() else { return false };
    let mut after = 1;
    match first.kind {
        TokenKind::Parameter | TokenKind::String => {}
        TokenKind::Word if rest.get(1).is_some_and(|t| t.span.of(text) == "(") => {
            let mut depth = 0usize;
            for (position, token) in rest.iter().enumerate() {
                match token.kind {
                    TokenKind::Open => depth += 1,
                    TokenKind::Close => depth = depth.saturating_sub(1),
                    _ => continue,
                }
                if depth == 0 {
                    after = position + 1;
                    break;
                }
            }
            // What is still open will be Cypher when it is finished.
            if depth > 0 {
                return true;
            }
        }
        _ => return false,
    }
    rest.get(after).is_none() || starts_clause(rest.get(after..).unwrap_or(&[]), text)
}

fn starts_clause(rest: &[Token], text: &str) -> bool {
    let Some(first) = rest.first().filter(|t| t.kind == TokenKind::Word) else { return false };
    let Some((_, sign)) = CLAUSES.iter().find(|(keyword, _)| is_word(first, text, keyword)) else {
        return false;
    };
    let asks = rest.last().is_some_and(|t| t.span.of(text) == "?");
    let (Some(second), false) = (rest.get(1), asks) else { return !asks };
    if second.kind != TokenKind::Word {
        return true;
    }
    let third = rest.get(2);
    let listed = |token: &Token, words: &[&str]| words.iter().any(|word| is_word(token, text, word));
    match sign {
        Sign::Itself => true,
        Sign::Next(words) => listed(second, words) || third.is_some_and(|t| t.span.of(text) == "="),
        Sign::Pattern(words) => {
            let goes_on =
                third.is_some_and(|t| t.span.of(text) == "=" || listed(t, &["return", "where", "with"]));
            listed(second, words) || goes_on
        }
        Sign::Shown => {
            let capitals = [first, second].iter().all(|t| !t.span.of(text).contains(char::is_lowercase));
            let goes_on = third.is_some_and(|t| is_word(t, text, "yield"));
            listed(second, KEPT) || (capitals || goes_on) && listed(second, PERHAPS_KEPT)
        }
        Sign::Expression => {
            let phrase = third.is_some_and(|t| t.kind == TokenKind::Word && !listed(t, CONTINUATIONS));
            listed(second, OPERANDS) || !phrase
        }
    }
}

fn is_word(token: &Token, text: &str, word: &str) -> bool {
    token.span.of(text).eq_ignore_ascii_case(word)
}

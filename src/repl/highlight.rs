//! Colour while typing: from tokens and what is known, never from a parser that could fail.

use super::command;
use super::knowledge::Knowledge;
use crate::language::cypher::is_cypher;
use crate::language::question::is_function_word;
use crate::language::{Token, TokenKind, cypher_tokens, question_tokens};
use crate::render::{Ink, Look};

/// The clause words of Cypher, for colour and completion.
pub const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "ASCENDING",
    "BY",
    "CALL",
    "CASE",
    "CONTAINS",
    "COUNT",
    "CREATE",
    "DELETE",
    "DESC",
    "DESCENDING",
    "DETACH",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "ENDS",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "IN",
    "INDEX",
    "IS",
    "LIMIT",
    "MATCH",
    "MERGE",
    "NONE",
    "NOT",
    "NULL",
    "OF",
    "ON",
    "OPTIONAL",
    "OR",
    "ORDER",
    "PROFILE",
    "REMOVE",
    "RETURN",
    "SET",
    "SINGLE",
    "SKIP",
    "STARTS",
    "THEN",
    "TRUE",
    "UNION",
    "UNWIND",
    "WHEN",
    "WHERE",
    "WITH",
    "XOR",
    "YIELD",
];

/// A line with colour; the same characters in the same order.
pub fn line(text: &str, known: &Knowledge, look: &Look) -> String {
    if text.trim_start().starts_with(':') {
        return command_line(text, known, look);
    }
    statement(text, known, look)
}

/// Cypher with colour.
pub fn cypher(text: &str, look: &Look) -> String {
    cypher_tokens(text).iter().map(|token| look.paint(cypher_ink(token, text), token.span.of(text))).collect()
}

fn command_line(text: &str, known: &Knowledge, look: &Look) -> String {
    let (name, _) = command::split(text);
    let ink = if command::find(name).is_some() { Ink::Keyword } else { Ink::Bad };
    let end = text.find(':').map_or(0, |colon| colon + 1 + name.len());
    let (head, rest) = text.split_at(end.min(text.len()));
    let rest = match command::find(name).map(|c| c.completes) {
        Some(command::Argument::Statement | command::Argument::Name) => statement(rest, known, look),
        _ => rest.to_owned(),
    };
    format!("{}{rest}", look.paint(ink, head))
}

fn statement(text: &str, known: &Knowledge, look: &Look) -> String {
    if is_cypher(text) { cypher(text, look) } else { question(text, known, look) }
}

fn cypher_ink(token: &Token, text: &str) -> Ink {
    match token.kind {
        TokenKind::Comment | TokenKind::UnclosedComment => Ink::Dim,
        TokenKind::String | TokenKind::UnclosedString => Ink::Text,
        TokenKind::Number | TokenKind::Date => Ink::Number,
        TokenKind::Parameter => Ink::Name,
        TokenKind::Word => {
            let word = token.span.of(text).to_uppercase();
            let after = text.get(..token.span.start).unwrap_or("").trim_end();
            match KEYWORDS.binary_search(&word.as_str()) {
                _ if after.ends_with(':') => Ink::Kind,
                Ok(_) if !after.ends_with('.') => Ink::Keyword,
                _ => Ink::Plain,
            }
        }
        _ => Ink::Plain,
    }
}

/// Longest known phrases first: names, then nouns of kinds, then verbs.
fn question(text: &str, known: &Knowledge, look: &Look) -> String {
    let tokens = question_tokens(text);
    let mut out = String::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.kind != TokenKind::Word {
            out.push_str(&look.paint(cypher_ink(token, text), token.span.of(text)));
            at += 1;
            continue;
        }
        let rest = tokens.get(at..).unwrap_or_default();
        let (count, ink) = phrase(rest, text, known);
        let end = rest.get(count - 1).map_or(token.span.end, |last| last.span.end);
        out.push_str(&look.paint(ink, text.get(token.span.start..end).unwrap_or("")));
        at += count;
    }
    out
}

/// How many tokens from the first belong together, and as what.
fn phrase(tokens: &[Token], text: &str, known: &Knowledge) -> (usize, Ink) {
    const LONGEST: usize = 30;
    let mut best = (1, Ink::Plain);
    let start = tokens.first().map_or(0, |t| t.span.start);
    for (count, token) in tokens.iter().take(LONGEST).enumerate() {
        if matches!(token.kind, TokenKind::Comment | TokenKind::UnclosedComment | TokenKind::UnclosedString) {
            break;
        }
        if token.kind == TokenKind::Space {
            continue;
        }
        let phrase = text.get(start..token.span.end).unwrap_or("");
        let single = count == 0;
        let ink = match phrase.to_lowercase() {
            word if single && is_function_word(&word) => Some(Ink::Keyword),
            _ if known.is_name(phrase) => Some(Ink::Name),
            _ if known.kinds_called(phrase).is_some() => Some(Ink::Kind),
            _ if known.is_word(phrase) => Some(Ink::Kind),
            _ if !known.verbs_like(phrase).is_empty() => Some(Ink::Verb),
            _ if single && !known.verbs_like(&format!("was {phrase} by")).is_empty() => Some(Ink::Verb),
            _ => None,
        };
        if let Some(ink) = ink {
            best = (count + 1, ink);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn colour_changes_no_character() {
        let known = Knowledge::default();
        for text in [
            "",
            ":hel",
            ":cypher which law",
            "MATCH (n:Law) RETURN n.x // c",
            "which “law”?",
            "'",
            "§ 5",
            "a'b",
        ] {
            assert_eq!(line(text, &known, &Look::plain()), text);
        }
    }
}

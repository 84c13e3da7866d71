//! What a syntax error looks like to its reader: where, what was found, what could stand there, and the usual slips.

use super::grammar::{Grammar, Rule};
use super::{nesting, slips};
use crate::base::{Report, Span, nearest};
use crate::language::tokens::{Token, TokenKind, cypher_tokens, unclosed};
use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Turns pest's error into a report.
pub(super) fn syntax(text: &str, error: Error<Rule>) -> Box<Report> {
    if let ErrorVariant::CustomError { .. } = error.variant {
        // pest gives up before the stack is exhausted.
        let (InputLocation::Pos(position) | InputLocation::Span((position, _))) = error.location;
        return nesting::too_deep(
            Span::new(position, position),
            "this statement nests too deep to be read".to_owned(),
        );
    }
    let tokens: Vec<Token> = cypher_tokens(text)
        .into_iter()
        .filter(|t| !matches!(t.kind, TokenKind::Space | TokenKind::Comment))
        .collect();
    if let Some(report) = unclosed_report(&tokens, text) {
        return report;
    }
    let (place, expected) = deepest(text, &tokens, &error);
    slips::find(&tokens, place, text).unwrap_or_else(|| general(&tokens, place, text, &expected))
}

fn failure(detail: &'static str, message: impl Into<String>) -> Box<Report> {
    Report::compile("SyntaxError", detail, message)
}

fn unclosed_report(tokens: &[Token], text: &str) -> Option<Box<Report>> {
    let open = unclosed(tokens, text)?;
    let what = match open.kind {
        TokenKind::UnclosedComment => "comment",
        TokenKind::UnclosedName => "name",
        TokenKind::UnclosedString => "string",
        _ => "bracket",
    };
    let opening: String = open.span.of(text).chars().take(if what == "comment" { 2 } else { 1 }).collect();
    let closing = match opening.as_str() {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        "/*" => "*/",
        quote => quote,
    };
    let place = Span::new(open.span.start, open.span.start + opening.len());
    let end = Span::new(text.len(), text.len());
    Some(
        failure("UnexpectedSyntax", format!("this {what} is not closed"))
            .at(place, format!("`{closing}` is missing"))
            .suggest(end, closing),
    )
}

/// The index of the first token that could not be read, and what could stand there.
///
/// pest knows two places: that of the deepest rule and that of the deepest character, which also counts what was only
/// looked at ahead. The second is right where it is at most one token further.
fn deepest(text: &str, tokens: &[Token], error: &Error<Rule>) -> (usize, BTreeSet<String>) {
    let rule = match error.location {
        InputLocation::Pos(position) | InputLocation::Span((position, _)) => position,
    };
    let index = |position: usize| tokens.iter().position(|t| t.span.end > position).unwrap_or(tokens.len());
    let Some((position, words)) = attempts(text) else { return (index(rule), BTreeSet::new()) };
    let (rule, character) = (index(rule), index(position));
    if character <= rule + 1 { (character, words) } else { (rule, BTreeSet::new()) }
}

/// Parses again with pest's record of all attempts switched on, which is a setting of the whole process.
fn attempts(text: &str) -> Option<(usize, BTreeSet<String>)> {
    static RECORDING: Mutex<()> = Mutex::new(());
    let _guard = RECORDING.lock().unwrap_or_else(PoisonError::into_inner);
    pest::set_error_detail(true);
    let result = Grammar::parse(Rule::Cypher, text);
    pest::set_error_detail(false);
    let attempts = result.err()?.parse_attempts()?;
    let words = attempts.expected_tokens().iter().map(ToString::to_string).collect();
    Some((attempts.max_position, words))
}

/// Found one thing where others could stand.
fn general(tokens: &[Token], place: usize, text: &str, expected: &BTreeSet<String>) -> Box<Report> {
    let Some(found) = tokens.get(place) else {
        let end = text.trim_end().len();
        let report = failure("UnexpectedSyntax", "this statement is not finished");
        let label = expectation(expected).unwrap_or_else(|| "something is missing here".to_owned());
        return report.at(Span::new(end, end), label);
    };
    let word = found.span.of(text);
    let symbol = word.chars().next().filter(|c| found.kind == TokenKind::Symbol && !c.is_ascii());
    let detail = if symbol.is_some() { "InvalidUnicodeCharacter" } else { "UnexpectedSyntax" };
    let shown: String = word.chars().take(40).collect();
    let mut report = failure(detail, format!("`{shown}` cannot stand here"));
    report = report.at(found.span, expectation(expected).unwrap_or_else(|| "unexpected".to_owned()));
    if found.kind == TokenKind::Word {
        let keywords: Vec<&str> = expected.iter().map(String::as_str).filter(|w| is_keyword(w)).collect();
        for near in nearest(word, keywords, 1) {
            report = report.help(format!("Did you mean `{near}`?")).suggest(found.span, near);
        }
        if is_reserved(word) && expected.contains("`") && report.suggestions.is_empty() {
            let quoted = format!("`{word}`");
            let help = format!("`{word}` is a word of the language; as a name it is written in backquotes.");
            report = report.help(help).suggest(found.span, quoted);
        }
    }
    report
}

fn is_keyword(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())
}

fn is_reserved(word: &str) -> bool {
    Grammar::parse(Rule::ReservedWord, word).is_ok_and(|p| p.as_str().len() == word.len())
}

/// What could stand at a place, in words: the many tokens that an expression may begin with are one thing.
fn expectation(expected: &BTreeSet<String>) -> Option<String> {
    let has = |token: &str| expected.contains(token);
    let expression = has("(") && has("[") && has("$") && has("CASE");
    let operator = has("=~") && has("^");
    let clause = has("MATCH") && has("RETURN") && has("UNWIND");
    let mut phrases: Vec<String> = Vec::new();
    if clause {
        phrases.push("a clause such as MATCH or RETURN".to_owned());
    }
    if expression {
        phrases.push("an expression".to_owned());
    } else if has("`") {
        phrases.push("a name".to_owned());
    }
    if operator {
        phrases.push("an operator".to_owned());
    }
    for token in expected {
        let part_of_expression = expression && EXPRESSION_TOKENS.contains(&token.as_str());
        let part_of_operator = operator && OPERATOR_TOKENS.contains(&token.as_str());
        let part_of_clause = clause && CLAUSE_TOKENS.contains(&token.as_str());
        let internal = !is_keyword(token) && !PUNCTUATION.contains(&token.as_str());
        if part_of_expression
            || part_of_operator
            || part_of_clause
            || internal
            || RARE.contains(&token.as_str())
        {
            continue;
        }
        phrases.push(if is_keyword(token) { token.clone() } else { format!("`{token}`") });
    }
    let last = phrases.pop()?;
    Some(match phrases.len() {
        0 => format!("expected {last}"),
        _ => format!("expected {} or {last}", phrases.join(", ")),
    })
}

const EXPRESSION_TOKENS: &[&str] = &[
    "(",
    "[",
    "{",
    "$",
    "+",
    "-",
    "'",
    "\"",
    "`",
    ".",
    "0",
    "CASE",
    "NOT",
    "TRUE",
    "FALSE",
    "NULL",
    "EXISTS",
    "COUNT",
    "COLLECT",
    "ALL",
    "ANY",
    "NONE",
    "SINGLE",
    "REDUCE",
    "SHORTESTPATH",
    "ALLSHORTESTPATHS",
];
const OPERATOR_TOKENS: &[&str] = &[
    "+", "-", "*", "/", "%", "^", "=", "<>", "<", "<=", ">", ">=", "=~", "AND", "OR", "XOR", "IN", "STARTS",
    "ENDS", "CONTAINS", "IS", ".", "[", ":", "(",
];
const CLAUSE_TOKENS: &[&str] = &[
    "MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CREATE", "MERGE", "SET", "REMOVE", "DELETE", "DETACH",
    "CALL", "DROP", "UNION", "EXPLAIN", "PROFILE", "AS", ";",
];
const PUNCTUATION: &[&str] =
    &["(", ")", "[", "]", "{", "}", ",", ":", "|", "=", "-", "*", ".", "..", "+=", "$"];
/// Words that are right but help nobody.
const RARE: &[&str] = &["ASCENDING", "DESCENDING"];

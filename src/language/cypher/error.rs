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
    let (place, expected) = deepest(text, &tokens, &error);
    if let Some(report) = unclosed_report(&tokens, place, text) {
        return report;
    }
    slips::find(&tokens, place, text).unwrap_or_else(|| general(&tokens, place, text, &expected))
}

fn failure(detail: &'static str, message: impl Into<String>) -> Box<Report> {
    Report::compile("SyntaxError", detail, message)
}

/// A bracket is closed where reading stopped; a quote before the next clause in capitals.
fn unclosed_report(tokens: &[Token], stopped: usize, text: &str) -> Option<Box<Report>> {
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
    let end = match what {
        "bracket" => tokens.get(stopped).filter(|t| t.span.start > open.span.start).map(|t| t.span.start),
        "comment" => None,
        _ => next_clause(open, text),
    };
    let end = end.and_then(|end| text.get(..end)).unwrap_or(text).trim_end().len();
    let end = Span::new(end, end);
    Some(
        failure("UnexpectedSyntax", format!("this {what} is not closed"))
            .at(place, format!("`{closing}` is missing"))
            .suggest(end, closing),
    )
}

/// Where the first clause in capitals begins inside an unclosed quote.
fn next_clause(open: Token, text: &str) -> Option<usize> {
    let inside = open.span.of(text);
    let clauses = CLAUSE_TOKENS.iter().filter(|word| is_keyword(word) && word.len() > 3);
    let found = clauses.filter_map(|word| inside.find(&format!(" {word} "))).min()?;
    Some(open.span.start + found)
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
    let stopped = tokens.get(rule).filter(|t| t.kind == TokenKind::Word && character > rule);
    if stopped.is_some_and(|t| is_reserved(t.span.of(text))) {
        // Read, but only to see that it is no name.
        let named = rule.checked_sub(1).and_then(|before| tokens.get(before));
        let named =
            named.is_some_and(|t| t.span.of(text).eq_ignore_ascii_case("as") || t.kind == TokenKind::Open);
        let expected: &[&str] = if named { &["`"] } else { &["(", "[", "$", "CASE"] };
        return (rule, expected.iter().map(|token| (*token).to_owned()).collect());
    }
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
    if let [only] = phrases(expected).as_slice()
        && let Some(missing) = only.insertable
    {
        // A word goes before what was found, a sign behind what stands before it.
        if missing.chars().all(char::is_alphabetic) {
            return report.suggest(Span::new(found.span.start, found.span.start), format!("{missing} "));
        }
        let end =
            place.checked_sub(1).and_then(|before| tokens.get(before)).map_or(0, |before| before.span.end);
        return report.suggest(Span::new(end, end), missing);
    }
    if found.kind == TokenKind::Word {
        report = mended_word(report, *found, word, expected);
    }
    report
}

/// A keyword with a slip of the pen, a missing AS, or a reserved word as a name.
fn mended_word(report: Box<Report>, found: Token, word: &str, expected: &BTreeSet<String>) -> Box<Report> {
    let keywords: Vec<&str> = expected.iter().map(String::as_str).filter(|w| is_keyword(w)).collect();
    if word.chars().count() > 2
        && let Some(near) = nearest(word, keywords, 1).first()
    {
        return report.suggest(found.span, *near);
    }
    if is_reserved(word) && expected.contains("`") {
        let help = format!("`{word}` is a word of the language; as a name it is written in backquotes.");
        return report.help(help).suggest(found.span, format!("`{word}`"));
    }
    if expected.contains("AS") && !is_reserved(word) {
        return report
            .help("A name is given with `AS`.")
            .suggest(Span::new(found.span.start, found.span.start), "AS ");
    }
    report
}

fn is_keyword(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())
}

fn is_reserved(word: &str) -> bool {
    Grammar::parse(Rule::ReservedWord, word).is_ok_and(|p| p.as_str().len() == word.len())
}

/// One thing that could stand at a place.
struct Phrase<'e> {
    text: String,
    /// The word or sign itself, where it is one.
    insertable: Option<&'e str>,
}

/// What could stand at a place: the many tokens that an expression may begin with are one thing.
fn phrases(expected: &BTreeSet<String>) -> Vec<Phrase<'_>> {
    let has = |token: &str| expected.contains(token);
    let expression = has("(") && has("[") && has("$") && has("CASE");
    let operator = has("=~") && has("^");
    let clause = has("MATCH") && has("RETURN") && has("UNWIND");
    let groups = [
        (clause, "a clause such as MATCH or RETURN"),
        (expression, "an expression"),
        (!expression && has("`"), "a name"),
        (operator, "an operator"),
    ];
    let mut phrases: Vec<Phrase<'_>> = groups
        .iter()
        .filter(|(present, _)| *present)
        .map(|(_, text)| Phrase { text: (*text).to_owned(), insertable: None })
        .collect();
    let sets = [(expression, EXPRESSION_TOKENS), (operator, OPERATOR_TOKENS), (clause, CLAUSE_TOKENS)];
    for token in expected.iter().map(String::as_str) {
        let covered = sets.iter().any(|(present, tokens)| *present && tokens.contains(&token));
        let shown = is_keyword(token) || PUNCTUATION.contains(&token);
        if covered || !shown || RARE.contains(&token) {
            continue;
        }
        let text = if is_keyword(token) { token.to_owned() } else { format!("`{token}`") };
        phrases.push(Phrase { text, insertable: Some(token) });
    }
    phrases
}

fn expectation(expected: &BTreeSet<String>) -> Option<String> {
    let mut texts: Vec<String> = phrases(expected).into_iter().map(|phrase| phrase.text).collect();
    let last = texts.pop()?;
    Some(match texts.len() {
        0 => format!("expected {last}"),
        _ => format!("expected {} or {last}", texts.join(", ")),
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

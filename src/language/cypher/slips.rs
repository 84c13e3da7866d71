//! Slips that people coming from other languages make, each with what to write instead.

use crate::base::{Report, Span};
use crate::language::tokens::{Token, TokenKind};

/// Two characters that mean something elsewhere.
const OPERATORS: &[(&str, &str, &str)] = &[
    ("==", "=", "Equality is written `=`."),
    ("!=", "<>", "Inequality is written `<>`."),
    ("&&", "AND", "Both conditions: `AND`."),
    ("||", "OR", "Either condition: `OR`; strings and lists are joined with `+`."),
    ("**", "^", "A power is written `^`."),
    ("=>", ">=", "At least: `>=`."),
    ("=<", "<=", "At most: `<=`."),
];

/// Words of other query languages.
const WORDS: &[(&str, &str, &str)] = &[
    ("select", "RETURN", "Cypher begins with a pattern: `MATCH (n:Label) RETURN n.name`."),
    ("from", "MATCH", "What is looked for is a pattern: `MATCH (n:Label)`."),
    ("join", "MATCH", "A join is a pattern with a relationship: `MATCH (a)-[:TYPE]->(b)`."),
    ("group", "", "Grouping needs no clause: whatever is not aggregated is a group."),
    ("having", "WITH", "Filter groups with `WITH …, count(*) AS n WHERE n > 1`."),
    ("insert", "CREATE", "New nodes are made with `CREATE (:Label {key: 'value'})`."),
    ("update", "SET", "Properties are changed with `MATCH (n) SET n.key = 'value'`."),
    ("like", "CONTAINS", "Texts are compared with `CONTAINS`, `STARTS WITH`, `ENDS WITH` or `=~`."),
    ("offset", "SKIP", "Rows are skipped with `SKIP`."),
    ("elseif", "WHEN", "A CASE has several `WHEN … THEN …`."),
];

/// Characters that look like those of the language.
const LOOKALIKES: &[(char, &str)] = &[
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('«', "\""),
    ('»', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('‚', "'"),
    ('‐', "-"),
    ('‑', "-"),
    ('‒', "-"),
    ('–', "-"),
    ('—', "-"),
    ('―', "-"),
    ('−', "-"),
    ('×', "*"),
    ('÷', "/"),
    ('≠', "<>"),
    ('≤', "<="),
    ('≥', ">="),
    ('，', ","),
    ('；', ";"),
    ('：', ":"),
    ('（', "("),
    ('）', ")"),
];

/// The report on a known slip at this token, if it is one.
pub(super) fn find(tokens: &[Token], place: usize, text: &str) -> Option<Box<Report>> {
    let found = *tokens.get(place)?;
    operator(tokens, place, text)
        .or_else(|| lookalike(found, text))
        .or_else(|| word(found, text))
        .or_else(|| negation(tokens, place, text))
        .or_else(|| comma(tokens, place, text))
        .or_else(|| semicolon(tokens, place, text))
}

fn report(detail: &'static str, found: &str, at: Span, instead: &str, help: &str) -> Box<Report> {
    let report = Report::compile("SyntaxError", detail, format!("`{found}` is not Cypher")).help(help);
    if instead.is_empty() {
        return report.at(at, "not needed");
    }
    report.at(at, format!("write `{instead}`")).suggest(at, instead)
}

fn operator(tokens: &[Token], place: usize, text: &str) -> Option<Box<Report>> {
    // The first of the two characters may be an operator of its own, so that only the second is wrong.
    [place.checked_sub(1), Some(place)].into_iter().flatten().find_map(|first| {
        let (a, b) = (tokens.get(first)?, tokens.get(first + 1)?);
        let at = a.span.to(b.span);
        let written = at.of(text);
        let (_, instead, help) = OPERATORS.iter().find(|(slip, _, _)| *slip == written)?;
        Some(report("UnexpectedSyntax", written, at, instead, help))
    })
}

fn lookalike(found: Token, text: &str) -> Option<Box<Report>> {
    let c = found.span.of(text).chars().next()?;
    let (_, instead) = LOOKALIKES.iter().find(|(lookalike, _)| *lookalike == c)?;
    let help = format!("It looks like `{instead}`, but it is another character (U+{:04X}).", u32::from(c));
    let at = Span::new(found.span.start, found.span.start + c.len_utf8());
    Some(report("InvalidUnicodeCharacter", &c.to_string(), at, instead, &help))
}

fn word(found: Token, text: &str) -> Option<Box<Report>> {
    let written = found.span.of(text);
    let (_, instead, help) = WORDS.iter().find(|(slip, _, _)| written.eq_ignore_ascii_case(slip))?;
    Some(report("UnexpectedSyntax", written, found.span, instead, help))
}

/// `x NOT IN list`, `x IS NOT 3`, `!x`.
fn negation(tokens: &[Token], place: usize, text: &str) -> Option<Box<Report>> {
    let found = tokens.get(place)?;
    let is = |index: usize, word: &str| {
        tokens.get(index).is_some_and(|t| t.span.of(text).eq_ignore_ascii_case(word))
    };
    let unexpected = |at: Span| {
        Report::compile("SyntaxError", "UnexpectedSyntax", "a negation cannot stand here").at(at, "")
    };
    if is(place, "not") && ["in", "contains", "starts", "ends"].iter().any(|word| is(place + 1, word)) {
        return Some(unexpected(found.span).help("NOT stands in front of the comparison: `NOT x IN list`."));
    }
    if is(place, "!") {
        return Some(unexpected(found.span).help("Negation is written `NOT`.").suggest(found.span, "NOT "));
    }
    let before = place.checked_sub(1)?;
    if is(before, "is") && !is(place, "not") || is(before, "not") && before > 0 && is(before - 1, "is") {
        let help =
            "IS is only for null: `x IS NULL`, `x IS NOT NULL`; other values are compared with `=` and `<>`.";
        return Some(unexpected(found.span).help(help));
    }
    None
}

/// A comma with nothing behind it.
fn comma(tokens: &[Token], place: usize, text: &str) -> Option<Box<Report>> {
    let before = tokens.get(place.checked_sub(1)?)?;
    let found = tokens.get(place)?;
    let closes = found.kind == TokenKind::Close;
    let clause = ["return", "where", "with", "match", "order", "limit", "skip", "create", "set", "union"]
        .iter()
        .any(|word| found.span.of(text).eq_ignore_ascii_case(word));
    let opened = place >= 2 && tokens.get(place - 2).is_some_and(|t| t.kind == TokenKind::Open);
    if before.span.of(text) != "," || !(closes || clause) || opened {
        return None;
    }
    let message = "nothing follows this comma";
    Some(
        Report::compile("SyntaxError", "UnexpectedSyntax", message)
            .at(before.span, "one comma too many")
            .suggest(before.span, ""),
    )
}

fn semicolon(tokens: &[Token], place: usize, text: &str) -> Option<Box<Report>> {
    let before = tokens.get(place.checked_sub(1)?)?;
    let found = tokens.get(place)?;
    (before.span.of(text) == ";").then(|| {
        Report::compile("SyntaxError", "UnexpectedSyntax", "a second statement begins here")
            .at(found.span, "not part of the first statement")
            .help("Run one statement at a time.")
    })
}

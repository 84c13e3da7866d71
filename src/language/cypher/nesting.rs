//! How deep a statement may nest, so that no stage that follows runs out of stack.
//!
//! Brackets are counted before parsing, because the parser is recursive; chains of operators are counted while the
//! tree is built, because a chain of a thousand additions is a tree a thousand levels deep.

use crate::base::{Report, Result, Span};
use crate::language::tokens::{Token, TokenKind, cypher_tokens};

/// Brackets and CASE expressions inside each other. At this depth a parser compiled for release needs about 1 MB of
/// stack; where there is less, pest refuses in time.
pub const MAX_NESTING: usize = 220;

/// Levels of an expression's tree.
pub const MAX_DEPTH: usize = 500;

/// A query in braces and a CASE count for this many brackets, since every stage has more to remember for them.
const SUBQUERY: usize = 5;
const CASE: usize = 2;

/// Fails when brackets nest deeper than [`MAX_NESTING`].
pub(super) fn check(text: &str) -> Result<()> {
    if is_flat(text) {
        return Ok(());
    }
    let mut open: Vec<usize> = Vec::new();
    let mut cases = 0usize;
    let mut depth = 0usize;
    let mut before: Option<Token> = None;
    for token in cypher_tokens(text) {
        match token.kind {
            TokenKind::Space | TokenKind::Comment => continue,
            TokenKind::Open => {
                let subquery = token.span.of(text) == "{" && begins_subquery(before, text);
                let weight = if subquery { SUBQUERY } else { 1 };
                open.push(weight);
                depth += weight;
            }
            TokenKind::Close => depth -= open.pop().unwrap_or(0),
            TokenKind::Word => {
                let word = token.span.of(text);
                if word.eq_ignore_ascii_case("case") && !is_key(before, text) {
                    cases += 1;
                } else if word.eq_ignore_ascii_case("end") && ends_operand(before) {
                    cases = cases.saturating_sub(1);
                }
            }
            _ => {}
        }
        if depth + cases * CASE > MAX_NESTING {
            return Err(too_deep(
                token.span,
                format!("this statement nests deeper than {MAX_NESTING} levels"),
            ));
        }
        before = Some(token);
    }
    Ok(())
}

/// Whether there are so few brackets and CASE expressions that they may all stand inside each other.
fn is_flat(text: &str) -> bool {
    let brackets = text.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count();
    let cases = text.as_bytes().windows(4).filter(|word| word.eq_ignore_ascii_case(b"case")).count();
    brackets * SUBQUERY + cases * CASE <= MAX_NESTING
}

/// Fails when an expression's tree is deeper than [`MAX_DEPTH`].
pub(super) fn check_depth(depth: usize, at: Span) -> Result<()> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    // The end of the chain is where it became too long.
    let at = Span::new(at.end.saturating_sub(1).max(at.start), at.end);
    Err(too_deep(at, format!("this expression is more than {MAX_DEPTH} operators deep")))
}

pub(super) fn too_deep(at: Span, message: String) -> Box<Report> {
    Report::compile("SyntaxError", "UnexpectedSyntax", message)
        .at(at, "too deep from here on")
        .help("Take it apart with `WITH`, or pass a long list as a parameter.")
}

fn begins_subquery(before: Option<Token>, text: &str) -> bool {
    let word = before.map(|t| t.span.of(text).to_ascii_lowercase()).unwrap_or_default();
    matches!(word.as_str(), "exists" | "count" | "collect")
}

/// `n.case`, `:Case` and `$case` are names.
fn is_key(before: Option<Token>, text: &str) -> bool {
    before.is_some_and(|t| matches!(t.span.of(text), "." | ":"))
}

/// Only behind an operand does END close a CASE; a reserved word, it is never an operand itself.
fn ends_operand(before: Option<Token>) -> bool {
    use TokenKind::{Close, Number, Parameter, QuotedName, String, Word};
    before.is_some_and(|t| matches!(t.kind, Close | Number | Parameter | QuotedName | String | Word))
}

//! Any text as a sequence of tokens, for highlighting, completion and multi-line input. Cutting never fails.
//!
//! The rules stand in `grammar/lexical.pest`, which both languages share.

use super::cypher;
use crate::base::Span;
use pest::Parser;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/lexical.pest"]
struct Lexer;

/// A piece of text. The tokens of a text cover it without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Space,
    Comment,
    UnclosedComment,
    String,
    UnclosedString,
    /// A name between backquotes.
    QuotedName,
    UnclosedName,
    /// `$name`
    Parameter,
    Number,
    /// `2010-01-01`, in questions only.
    Date,
    /// A name or a keyword.
    Word,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// Any other character, and `..`.
    Symbol,
}

/// The tokens of a statement in whichever language it seems to be.
pub fn tokens(text: &str) -> Vec<Token> {
    if cypher::is_cypher(text) { cypher_tokens(text) } else { question_tokens(text) }
}

/// The tokens of a Cypher statement.
pub fn cypher_tokens(text: &str) -> Vec<Token> {
    cut(Rule::CypherTokens, text)
}

/// The tokens of a question: words may have apostrophes inside, and days are tokens of their own.
pub fn question_tokens(text: &str) -> Vec<Token> {
    cut(Rule::QuestionTokens, text)
}

/// The quote, comment or bracket of a text that nothing closes: the text goes on in the next line.
pub fn unclosed(tokens: &[Token], text: &str) -> Option<Token> {
    let mut open: Vec<Token> = Vec::new();
    for token in tokens {
        match token.kind {
            TokenKind::UnclosedComment | TokenKind::UnclosedString | TokenKind::UnclosedName => {
                return Some(*token);
            }
            TokenKind::Open => open.push(*token),
            TokenKind::Close => match open.last() {
                Some(last) if matches(last.span.of(text), token.span.of(text)) => {
                    open.pop();
                }
                // A bracket that closes nothing is a mistake, which more lines do not mend.
                _ => return None,
            },
            _ => {}
        }
    }
    open.first().copied()
}

fn matches(open: &str, close: &str) -> bool {
    matches!((open, close), ("(", ")") | ("[", "]") | ("{", "}"))
}

fn cut(rule: Rule, text: &str) -> Vec<Token> {
    let Ok(mut pairs) = Lexer::parse(rule, text) else {
        return vec![Token { kind: TokenKind::Symbol, span: Span::new(0, text.len()) }];
    };
    let Some(all) = pairs.next() else { return Vec::new() };
    all.into_inner()
        .filter_map(|pair| {
            let kind = kind(pair.as_rule())?;
            let place = pair.as_span();
            Some(Token { kind, span: Span::new(place.start(), place.end()) })
        })
        .collect()
}

fn kind(rule: Rule) -> Option<TokenKind> {
    Some(match rule {
        Rule::SpaceToken => TokenKind::Space,
        Rule::CommentToken => TokenKind::Comment,
        Rule::UnclosedCommentToken => TokenKind::UnclosedComment,
        Rule::StringToken => TokenKind::String,
        Rule::UnclosedStringToken => TokenKind::UnclosedString,
        Rule::EscapedNameToken => TokenKind::QuotedName,
        Rule::UnclosedNameToken => TokenKind::UnclosedName,
        Rule::ParameterToken => TokenKind::Parameter,
        Rule::NumberToken => TokenKind::Number,
        Rule::DateToken => TokenKind::Date,
        Rule::WordToken | Rule::ApostropheWordToken => TokenKind::Word,
        Rule::OpenToken => TokenKind::Open,
        Rule::CloseToken => TokenKind::Close,
        Rule::SymbolToken | Rule::DotsToken => TokenKind::Symbol,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(tokens: &[Token], text: &str) -> String {
        let kept = tokens.iter().filter(|t| t.kind != TokenKind::Space);
        kept.map(|t| format!("{:?}:{}", t.kind, t.span.of(text))).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check_cypher(text: &str, expected: &str) {
        assert_eq!(show(&cypher_tokens(text), text), expected);
    }

    #[track_caller]
    fn check_question(text: &str, expected: &str) {
        assert_eq!(show(&question_tokens(text), text), expected);
    }

    #[test]
    fn cuts_cypher() {
        check_cypher(
            "RETURN n.x+1.5 // end",
            "Word:RETURN Word:n Symbol:. Word:x Symbol:+ Number:1.5 Comment:// end",
        );
        check_cypher("x IN'a'", "Word:x Word:IN String:'a'");
        check_cypher("$a `b``c` 'it\\'s", "Parameter:$a QuotedName:`b``c` UnclosedString:'it\\'s");
        check_cypher("[0..3]", "Open:[ Number:0 Symbol:.. Number:3 Close:]");
        check_cypher("/* open", "UnclosedComment:/* open");
    }

    #[test]
    fn cuts_questions() {
        check_question(
            "the council's law of 2010-01-01?",
            "Word:the Word:council's Word:law Word:of Date:2010-01-01 Symbol:?",
        );
        check_question("No. 743 “x”", "Word:No Symbol:. Number:743 Symbol:“ Word:x Symbol:”");
    }

    #[test]
    fn covers_every_text() {
        for text in ["", "§ 5 Abs. 1", "\u{0}\u{1}", "'", "a'b'c", "🧐 `", "/*/", "$", "\u{301}"] {
            for tokens in [cypher_tokens(text), question_tokens(text)] {
                let joined: String = tokens.iter().map(|t| t.span.of(text)).collect();
                assert_eq!(joined, text);
            }
        }
    }

    #[test]
    fn finds_what_is_unclosed() {
        let open = |text: &str| unclosed(&cypher_tokens(text), text).map(|t| t.span.of(text).to_owned());
        assert_eq!(open("RETURN [1, (2)"), Some("[".to_owned()));
        assert_eq!(open("RETURN 'a"), Some("'a".to_owned()));
        assert_eq!(open("RETURN 1)"), None);
        assert_eq!(open("RETURN (1]"), None);
        assert_eq!(open("RETURN ')' + `(`"), None);
    }
}

//! Numbers and strings.

use super::Builder;
use crate::algebra::Literal;
use crate::base::{Report, Result, Span};
use crate::language::cypher::grammar::{Pair, Rule, span};

impl Builder<'_> {
    /// An IntegerLiteral or a DoubleLiteral.
    pub(super) fn number(&self, pair: &Pair<'_>, negative: bool) -> Result<Literal> {
        let place = span(pair);
        if pair.as_rule() == Rule::IntegerLiteral {
            return Ok(Literal::Integer(self.integer(pair.as_str(), negative, place)?));
        }
        let magnitude = self.double(pair.as_str(), place)?;
        Ok(Literal::Float(if negative { -magnitude } else { magnitude }))
    }

    /// A decimal, hexadecimal or octal integer; `negative` when a minus sign stands before it.
    pub(super) fn integer(&self, digits: &str, negative: bool, at: Span) -> Result<i64> {
        let lower = digits.to_ascii_lowercase();
        let (body, radix) = match (lower.strip_prefix("0x"), lower.strip_prefix("0o")) {
            (Some(body), _) => (body, 16),
            (_, Some(body)) => (body, 8),
            _ => (lower.as_str(), 10),
        };
        if radix == 10 && body.len() > 1 && body.starts_with('0') {
            return Err(leading_zero(body, at));
        }
        let magnitude = i128::from_str_radix(body, radix).unwrap_or(i128::MAX);
        let value = if negative { magnitude.checked_neg() } else { Some(magnitude) };
        value.and_then(|v| i64::try_from(v).ok()).ok_or_else(|| {
            Report::compile("SyntaxError", "IntegerOverflow", "this integer does not fit in 64 bits")
                .at(at, "too large")
                .help("Integers go from -9223372036854775808 to 9223372036854775807; write `1.0e19` for a float.")
        })
    }

    pub(super) fn double(&self, digits: &str, at: Span) -> Result<f64> {
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(Report::compile(
                "SyntaxError",
                "FloatingPointOverflow",
                "this number is too large for a float",
            )
            .at(at, "too large")
            .help("Floats go up to about 1.8e308.")),
        }
    }

    pub(super) fn invalid_number(&self, at: Span) -> Box<Report> {
        let message = format!("`{}` is not a number", at.of(self.text));
        Report::compile("SyntaxError", "InvalidNumberLiteral", message)
            .at(at, "not a number")
            .help("Numbers are written 42, 3.14, 6.02e23, 0x2A or 0o52. A name that begins with a digit needs backquotes.")
    }

    /// The text between the quotes, with escapes undone.
    pub(super) fn string(&self, token: &str, at: Span) -> Result<String> {
        let inside = token.get(1..token.len().saturating_sub(1)).unwrap_or("");
        if !inside.contains('\\') {
            return Ok(inside.to_owned());
        }
        let mut text = String::with_capacity(inside.len());
        let mut rest = inside.char_indices();
        while let Some((position, c)) = rest.next() {
            if c != '\\' {
                text.push(c);
                continue;
            }
            // Where the backslash stands in the whole text; the opening quote is one byte.
            let start = at.start + 1 + position;
            match rest.next().map(|(_, escaped)| escaped) {
                Some('u') => text.push(unicode(&mut rest, inside, 4, start)?),
                Some('U') => text.push(unicode(&mut rest, inside, 8, start)?),
                Some(escaped) => text.push(simple_escape(escaped, start)?),
                None => {}
            }
        }
        Ok(text)
    }
}

fn simple_escape(escaped: char, start: usize) -> Result<char> {
    Ok(match escaped {
        '\\' | '\'' | '"' | '`' | '/' => escaped,
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        _ => {
            let at = Span::new(start, start + 1 + escaped.len_utf8());
            return Err(Report::compile(
                "SyntaxError",
                "UnexpectedSyntax",
                format!("`\\{escaped}` is not an escape"),
            )
            .at(at, "not an escape")
            .help("A backslash in a string is written twice.")
            .suggest(at, format!("\\\\{escaped}")));
        }
    })
}

/// `0777` is octal in older editions of the language, decimal in GQL and neither in openCypher: it is for the writer to say.
fn leading_zero(digits: &str, at: Span) -> Box<Report> {
    let plain = digits.trim_start_matches('0');
    let plain = if plain.is_empty() { "0" } else { plain };
    let message = format!("`{digits}` begins with a zero, which some read as octal and others as decimal");
    let report = Report::compile("SyntaxError", "InvalidNumberLiteral", message).at(at, "not clear");
    let report = report.suggest(at, plain.to_owned());
    match plain != "0" && plain.bytes().all(|digit| digit < b'8') {
        true => report.suggest(at, format!("0o{plain}")).help("An octal number begins with `0o`."),
        false => report,
    }
}

/// The character of a `\u` escape; two that form a surrogate pair are read together.
fn unicode(rest: &mut std::str::CharIndices<'_>, inside: &str, digits: usize, start: usize) -> Result<char> {
    let code = hexadecimal(rest, digits).ok_or_else(|| invalid_unicode(start, digits))?;
    if let Some(c) = char::from_u32(code) {
        return Ok(c);
    }
    let mut ahead = rest.clone();
    let low = match (ahead.next(), ahead.next()) {
        (Some((_, '\\')), Some((_, 'u'))) => hexadecimal(&mut ahead, 4),
        _ => None,
    };
    let pair = low.and_then(|low| match (code, low) {
        (0xd800..=0xdbff, 0xdc00..=0xdfff) => {
            char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00))
        }
        _ => None,
    });
    debug_assert!(ahead.offset() <= inside.len());
    *rest = ahead;
    pair.ok_or_else(|| invalid_unicode(start, digits))
}

fn hexadecimal(rest: &mut std::str::CharIndices<'_>, digits: usize) -> Option<u32> {
    (0..digits).try_fold(0u32, |code, _| {
        let digit = rest.next()?.1.to_digit(16)?;
        code.checked_mul(16)?.checked_add(digit)
    })
}

fn invalid_unicode(start: usize, digits: usize) -> Box<Report> {
    Report::compile("SyntaxError", "InvalidUnicodeLiteral", "this is not the code of a Unicode character")
        .at(Span::new(start, start + 2), format!("{digits} hexadecimal digits of a character must follow"))
        .help("Write `\\u01FF` for ǿ, or `\\\\u` for a backslash and a u.")
}

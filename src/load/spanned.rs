//! JSON (RFC 8259) in which every value knows where it stands, so that a problem can be shown in its line and column.

use crate::base::Span;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Json<'t> {
    pub span: Span,
    pub value: JsonValue<'t>,
}

#[derive(Clone, Debug)]
pub enum JsonValue<'t> {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(Cow<'t, str>),
    Array(Vec<Json<'t>>),
    Object(Vec<Member<'t>>),
}

#[derive(Clone, Debug)]
pub struct Member<'t> {
    pub name: Cow<'t, str>,
    pub name_span: Span,
    pub value: Json<'t>,
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed {
    pub span: Span,
    pub message: String,
}

/// Deeper nesting is refused: no data file needs it, and it must not exhaust the stack.
const DEEPEST: usize = 100;

/// Up to so many keys are compared one by one.
const FEW: usize = 16;

pub fn parse(text: &str) -> Result<Json<'_>, Malformed> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    reader.blank();
    let value = reader.value(0)?;
    reader.blank();
    if reader.at < text.len() {
        return Err(reader.unexpected("the end of the file"));
    }
    Ok(value)
}

impl<'t> Json<'t> {
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            JsonValue::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.value, JsonValue::Null)
    }

    /// The items of an array; none of anything else.
    pub fn items(&self) -> &[Json<'t>] {
        match &self.value {
            JsonValue::Array(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[Member<'t>] {
        match &self.value {
            JsonValue::Object(members) => members,
            _ => &[],
        }
    }

    /// The value of a member, unless it is null.
    pub fn get(&self, name: &str) -> Option<&Json<'t>> {
        let member = self.members().iter().find(|member| member.name == name)?;
        (!member.value.is_null()).then_some(&member.value)
    }

    /// What kind of value it is, for messages.
    pub fn described(&self) -> &'static str {
        match self.value {
            JsonValue::Null => "null",
            JsonValue::Boolean(_) => "a boolean",
            JsonValue::Integer(_) | JsonValue::Float(_) => "a number",
            JsonValue::String(_) => "a text",
            JsonValue::Array(_) => "a list",
            JsonValue::Object(_) => "an object",
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Result<Json<'t>, Malformed> {
        let start = self.at;
        if depth > DEEPEST {
            return Err(self.wrong(start, 1, format!("nested more than {DEEPEST} levels deep")));
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => JsonValue::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word()?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Json { span: Span::new(start, self.at), value })
    }

    fn object(&mut self, depth: usize) -> Result<JsonValue<'t>, Malformed> {
        let open = self.at;
        self.at += 1;
        let mut members: Vec<Member<'t>> = Vec::new();
        let mut seen: FxHashSet<Cow<'t, str>> = FxHashSet::default();
        loop {
            self.blank();
            match self.peek() {
                Some(b'}') if members.is_empty() => break,
                Some(b'"') => {}
                Some(b'}') => return Err(self.wrong(self.at, 1, "a comma before `}` is too many")),
                None => return Err(self.wrong(open, 1, "this `{` is never closed")),
                _ => return Err(self.unexpected("a key in double quotes")),
            }
            let start = self.at;
            let name = self.string()?;
            let name_span = Span::new(start, self.at);
            self.blank();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:` after the key"));
            }
            self.at += 1;
            self.blank();
            let value = self.value(depth + 1)?;
            if members.len() == FEW {
                seen.extend(members.iter().map(|member| member.name.clone()));
            }
            let twice = match members.len() {
                0..FEW => members.iter().any(|member| member.name == name),
                _ => !seen.insert(name.clone()),
            };
            if twice {
                return Err(self.wrong(
                    start,
                    name.len() + 2,
                    format!("the key \"{name}\" stands here twice"),
                ));
            }
            members.push(Member { name, name_span, value });
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                None => return Err(self.wrong(open, 1, "this `{` is never closed")),
                _ => return Err(self.unexpected("`,` or `}`")),
            }
        }
        self.at += 1;
        Ok(JsonValue::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<JsonValue<'t>, Malformed> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some(b']') if items.is_empty() => break,
                Some(b']') => return Err(self.wrong(self.at, 1, "a comma before `]` is too many")),
                None => return Err(self.wrong(open, 1, "this `[` is never closed")),
                _ => items.push(self.value(depth + 1)?),
            }
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                None => return Err(self.wrong(open, 1, "this `[` is never closed")),
                _ => return Err(self.unexpected("`,` or `]`")),
            }
        }
        self.at += 1;
        Ok(JsonValue::Array(items))
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Malformed> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut unescaped: Option<String> = None;
        let mut run = start;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(&self.text[run..self.at]);
                    let c = self.escape()?;
                    unescaped.get_or_insert_default().push(c);
                    run = self.at;
                }
                Some(b'\n') | None => {
                    return Err(self.wrong(open, 1, "this text is never closed on its line"));
                }
                Some(0..0x20) => {
                    return Err(self.wrong(self.at, 1, "a control character must be written as `\\u…`"));
                }
                Some(_) => self.at += 1,
            }
        }
        let tail = &self.text[run..self.at];
        self.at += 1;
        Ok(match unescaped {
            Some(text) => Cow::Owned(text + tail),
            None => Cow::Borrowed(tail),
        })
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let start = self.at;
        self.at += 2;
        Ok(match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(self.wrong(start, 1, "unknown escape after `\\`")),
        })
    }

    /// `\uXXXX`, or two of them that make one character.
    fn unicode(&mut self, start: usize) -> Result<char, Malformed> {
        let wrong =
            |reader: &Self| reader.wrong(start, 6, "`\\u` needs four hexadecimal digits of a character");
        let high = self.hex().ok_or_else(|| wrong(self))?;
        if let Some(c) = char::from_u32(high) {
            return Ok(c);
        }
        let paired = self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
        if !(0xd800..0xdc00).contains(&high) || !paired {
            return Err(wrong(self));
        }
        self.at += 2;
        let low = self.hex().filter(|low| (0xdc00..0xe000).contains(low)).ok_or_else(|| wrong(self))?;
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or_else(|| wrong(self))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    fn number(&mut self) -> Result<JsonValue<'t>, Malformed> {
        let start = self.at;
        self.take(b"-");
        let leading = self.at;
        self.digits();
        let whole = self.at - leading;
        let mut valid = whole == 1 || (whole > 1 && self.bytes[leading] != b'0');
        let mut fraction = false;
        if self.take(b".") {
            fraction = true;
            let from = self.at;
            self.digits();
            valid &= self.at > from;
        }
        if self.take(b"eE") {
            fraction = true;
            self.take(b"+-");
            let from = self.at;
            self.digits();
            valid &= self.at > from;
        }
        let text = &self.text[start..self.at];
        // No whole number is minus nothing.
        if !fraction
            && text != "-0"
            && let (true, Ok(number)) = (valid, text.parse())
        {
            return Ok(JsonValue::Integer(number));
        }
        match text.parse::<f64>() {
            Ok(number) if valid && number.is_finite() => Ok(JsonValue::Float(number)),
            _ => Err(self.wrong(start, text.len(), format!("`{text}` is not a JSON number"))),
        }
    }

    fn word(&mut self) -> Result<JsonValue<'t>, Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
            self.at += 1;
        }
        match &self.text[start..self.at] {
            "null" => Ok(JsonValue::Null),
            "true" => Ok(JsonValue::Boolean(true)),
            "false" => Ok(JsonValue::Boolean(false)),
            word => Err(self.wrong(start, word.len(), format!("`{word}` needs double quotes to be a text"))),
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn take(&mut self, any: &[u8]) -> bool {
        let taken = self.peek().is_some_and(|b| any.contains(&b));
        self.at += usize::from(taken);
        taken
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unexpected(&self, expected: &str) -> Malformed {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some('/') => self.wrong(self.at, 1, "JSON has no comments"),
            Some('\'') => self.wrong(self.at, 1, "JSON texts stand in double quotes"),
            Some(c) => self.wrong(self.at, c.len_utf8(), format!("expected {expected}, found `{c}`")),
            None => self.wrong(self.at, 0, format!("expected {expected}, found the end of the file")),
        }
    }

    fn wrong(&self, at: usize, length: usize, message: impl Into<String>) -> Malformed {
        Malformed { span: Span::new(at, at + length), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(json: &Json<'_>) -> serde_json::Value {
        match &json.value {
            JsonValue::Null => serde_json::Value::Null,
            JsonValue::Boolean(b) => (*b).into(),
            JsonValue::Integer(n) => (*n).into(),
            JsonValue::Float(x) => (*x).into(),
            JsonValue::String(text) => text.as_ref().into(),
            JsonValue::Array(items) => items.iter().map(plain).collect(),
            JsonValue::Object(members) => {
                members.iter().map(|m| (m.name.to_string(), plain(&m.value))).collect()
            }
        }
    }

    #[test]
    fn malformed_texts_say_where() {
        let cases = [
            ("", "expected a value, found the end of the file", 0),
            ("[1,]", "a comma before `]` is too many", 3),
            ("{\"a\":1,}", "a comma before `}` is too many", 7),
            ("{\"a\" 1}", "expected `:` after the key, found `1`", 5),
            ("[1 2]", "expected `,` or `]`, found `2`", 3),
            ("{a:1}", "expected a key in double quotes, found `a`", 1),
            ("[tru]", "`tru` needs double quotes to be a text", 1),
            ("{} x", "expected the end of the file, found `x`", 3),
            ("[\"a\nb\"]", "this text is never closed on its line", 1),
            ("[[1]", "this `[` is never closed", 0),
            ("{\"a\":1,\"a\":2}", "the key \"a\" stands here twice", 7),
            ("[01]", "`01` is not a JSON number", 1),
            ("[1] // no", "JSON has no comments", 4),
            ("['a']", "JSON texts stand in double quotes", 1),
            ("[\"\\ud800\"]", "`\\u` needs four hexadecimal digits of a character", 2),
        ];
        for (text, message, start) in cases {
            let error = parse(text).expect_err(text);
            assert_eq!((error.message.as_str(), error.span.start), (message, start), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in r#"[\[\]{},:" \\a-e0-9.\-+untrlsfé\n]{0,24}"#) {
            let reference: Result<serde_json::Value, _> = serde_json::from_str(&text);
            match (parse(&text), reference) {
                (Ok(json), Ok(reference)) => prop_assert_eq!(plain(&json), reference),
                (Err(_), Err(_)) => {}
                (Err(error), Ok(_)) => prop_assert!(error.message.contains("twice"), "{}", error.message),
                (Ok(json), Err(reference)) => prop_assert!(false, "{json:?} {reference}"),
            }
        }

        #[test]
        fn reads_any_text(text in "\\PC{0,20}") {
            let written = serde_json::to_string(&text).unwrap();
            let json = parse(&written).unwrap();
            prop_assert_eq!(json.as_str(), Some(text.as_str()));
        }
    }
}

//! How much there is to read in a text.

/// Bytes that a piece of a statement takes while it is read.
const PIECE: u64 = 256;

/// Bytes that it takes to read a statement, estimated by its words, numbers, signs and quoted texts. They are counted
/// much faster than a text is cut into tokens.
pub fn bytes_to_read(text: &str) -> u64 {
    text.len() as u64 * 2 + pieces(text) as u64 * PIECE
}

fn pieces(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let mut count = 0;
    while let [first, behind @ ..] = rest {
        rest = match first {
            b' ' | b'\t' | b'\n' | b'\r' => {
                rest = behind;
                continue;
            }
            b'\'' | b'"' | b'`' => after_quote(behind, *first),
            b'/' if behind.first() == Some(&b'/') => after(behind, |byte| byte != b'\n'),
            b'/' if behind.first() == Some(&b'*') => {
                memchr::memmem::find(behind, b"*/").and_then(|end| behind.get(end + 2..)).unwrap_or(&[])
            }
            byte if is_of_word(*byte) => after(behind, is_of_word),
            _ => behind,
        };
        count += 1;
    }
    count
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn after(bytes: &[u8], goes_on: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|byte| !goes_on(*byte)).unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or(&[])
}

/// What follows a quote that is closed; a backslash takes what it stands before along.
fn after_quote(bytes: &[u8], quote: u8) -> &[u8] {
    let mut rest = bytes;
    while let Some(end) = memchr::memchr2(quote, b'\\', rest) {
        let closed = rest.get(end) == Some(&quote);
        rest = rest.get(end + if closed { 1 } else { 2 }..).unwrap_or(&[]);
        if closed {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_are_counted() {
        for (text, count) in [
            ("", 0),
            ("RETURN 1", 2),
            ("MATCH (n:Law {id: 12}) RETURN n", 13),
            ("RETURN 'a b\\' c' + \"d\\\\\"", 4),
            ("RETURN 1 // a b c\n+ 2", 5),
            ("RETURN /* a b c */ 1", 3),
            ("RETURN 'a b", 2),
            ("RETURN /* a", 2),
            ("RETURN 'a\\", 2),
            ("RETURN été", 2),
        ] {
            assert_eq!(pieces(text), count, "{text}");
        }
    }
}

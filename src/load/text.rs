//! The text of a data file, and the line and column of each place in it.

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct TextFile {
    /// As it is shown to the user.
    pub shown: Arc<str>,
    /// Inside the data directory, with `/` between folders.
    pub relative: Arc<str>,
    pub text: String,
}

impl TextFile {
    /// Line and column of a byte offset, both from 1; columns count characters.
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        (line as u32, column as u32)
    }
}

/// Tells whether a text is still the same.
pub fn fingerprint(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The text of the bytes of a file, without a byte-order mark.
pub enum Decoded {
    Text(String),
    /// The same, after a byte-order mark was taken away.
    Marked(String),
    /// Not UTF-8; line and column of the first byte that is not.
    Foreign(u32, u32),
}

pub fn decode(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => Decoded::Marked(rest.to_string()),
            None => Decoded::Text(text),
        },
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|b| **b == b'\n').count() as u32 + 1;
            let line_start = valid.iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1);
            let column = String::from_utf8_lossy(&valid[line_start..]).chars().count() as u32 + 1;
            Decoded::Foreign(line, column)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = TextFile { shown: "f".into(), relative: "f".into(), text: "a\nжук b".to_string() };
        assert_eq!(file.position(0), (1, 1));
        assert_eq!(file.position(file.text.find('b').unwrap()), (2, 5));
        assert_eq!(file.position(999), (2, 6));
    }

    #[test]
    fn foreign_bytes_are_placed() {
        assert!(matches!(decode(b"ab\nc\xffd".to_vec()), Decoded::Foreign(2, 2)));
        assert!(matches!(decode(b"\xef\xbb\xbf{}".to_vec()), Decoded::Marked(text) if text == "{}"));
    }
}

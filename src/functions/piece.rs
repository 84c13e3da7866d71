//! Pieces of texts, which need not be copied to be looked at.

use super::Function;
use crate::value::Value;

/// Which piece of a text is meant. Positions and lengths count characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Trimmed,
    TrimmedStart,
    TrimmedEnd,
    /// The last so many characters.
    Last(usize),
    /// From a character on, so many.
    Range(usize, usize),
}

impl Piece {
    /// What a function makes of its string, where what it is called with beside that is as it has to be.
    pub fn of(function: &Function, others: &[Value]) -> Option<Piece> {
        let count = |place: usize| match others.get(place) {
            Some(Value::Integer(count)) => usize::try_from(*count).ok(),
            _ => None,
        };
        match (function.name, others.len()) {
            ("trim" | "btrim", 0) => Some(Piece::Trimmed),
            ("lTrim", 0) => Some(Piece::TrimmedStart),
            ("rTrim", 0) => Some(Piece::TrimmedEnd),
            ("left", 1) => Some(Piece::Range(0, count(0)?)),
            ("right", 1) => Some(Piece::Last(count(0)?)),
            ("substring", 1) => Some(Piece::Range(count(0)?, usize::MAX)),
            ("substring", 2) => Some(Piece::Range(count(0)?, count(1)?)),
            _ => None,
        }
    }

    /// The piece of a text.
    pub fn of_text<'t>(&self, text: &'t str) -> &'t str {
        match self {
            Piece::Trimmed => text.trim(),
            Piece::TrimmedStart => text.trim_start(),
            Piece::TrimmedEnd => text.trim_end(),
            Piece::Last(0) => "",
            Piece::Last(count) => {
                let begin = text.char_indices().rev().nth(count - 1);
                text.get(begin.map_or(0, |(begin, _)| begin)..).unwrap_or("")
            }
            Piece::Range(start, count) => {
                let rest = text.get(after(text, *start)..).unwrap_or("");
                rest.get(..after(rest, *count)).unwrap_or("")
            }
        }
    }
}

/// The place after so many characters, or the end.
fn after(text: &str, characters: usize) -> usize {
    // No text has more characters than bytes.
    if characters >= text.len() {
        return text.len();
    }
    text.char_indices().nth(characters).map_or(text.len(), |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_count_characters() {
        let of = |piece: Piece, text| piece.of_text(text).to_owned();
        let texts = ["", "a", "закон", "ab закон"];
        for text in texts {
            let characters: Vec<char> = text.chars().collect();
            for start in 0..10 {
                for count in [0, 1, 2, 5, usize::MAX] {
                    let expected: String = characters.iter().skip(start).take(count).collect();
                    assert_eq!(of(Piece::Range(start, count), text), expected, "{text} {start} {count}");
                }
                let before = characters.len().saturating_sub(start);
                let expected: String = characters.iter().skip(before).collect();
                assert_eq!(of(Piece::Last(start), text), expected, "{text} {start}");
            }
        }
        assert_eq!(of(Piece::Trimmed, "\u{2003}a b\n"), "a b");
        assert_eq!(of(Piece::TrimmedStart, " a "), "a ");
        assert_eq!(of(Piece::TrimmedEnd, " a "), " a");
    }
}

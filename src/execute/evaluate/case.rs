//! Texts in another case, as `toLower` and `toUpper` give them, without a value for each.

use crate::functions::Function;
use std::borrow::Cow;

/// In which case a text is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    #[default]
    AsWritten,
    Lower,
    Upper,
}

/// The letter whose lower case depends on what stands around it.
const SIGMA: char = 'Σ';

impl Case {
    /// What a function makes of its string.
    pub fn of(function: &Function) -> Option<Case> {
        match function.name {
            "toLower" | "lower" => Some(Case::Lower),
            "toUpper" | "upper" => Some(Case::Upper),
            _ => None,
        }
    }

    /// A text in this case; `room` is used again and again.
    pub fn of_text<'a>(self, text: &'a [u8], room: &'a mut Vec<u8>) -> &'a [u8] {
        if self == Case::AsWritten {
            return text;
        }
        room.clear();
        if text.is_ascii() {
            room.extend_from_slice(text);
            self.change_ascii(room);
        } else {
            self.put_letters(&String::from_utf8_lossy(text), room);
        }
        room
    }

    /// Several texts one behind the other, where each stays as long as it is; nothing where one may not.
    pub fn of_texts(self, texts: &[u8]) -> Option<Cow<'_, [u8]>> {
        if self == Case::AsWritten {
            return Some(Cow::Borrowed(texts));
        }
        let mut changed = texts.is_ascii().then(|| texts.to_vec())?;
        self.change_ascii(&mut changed);
        Some(Cow::Owned(changed))
    }

    fn change_ascii(self, text: &mut [u8]) {
        match self {
            Case::AsWritten => {}
            Case::Lower => text.make_ascii_lowercase(),
            Case::Upper => text.make_ascii_uppercase(),
        }
    }

    fn put_letters(self, text: &str, room: &mut Vec<u8>) {
        let mut bytes = [0; 4];
        let mut put = |letter: char| room.extend_from_slice(letter.encode_utf8(&mut bytes).as_bytes());
        match self {
            Case::AsWritten => text.chars().for_each(put),
            Case::Lower if text.contains(SIGMA) => text.to_lowercase().chars().for_each(put),
            Case::Lower => text.chars().for_each(|letter| letter.to_lowercase().for_each(&mut put)),
            Case::Upper => text.chars().for_each(|letter| letter.to_uppercase().for_each(&mut put)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_change_as_the_functions_change_them() {
        let mut room = Vec::new();
        for text in ["Law", "", "Закон о водах", "ΟΔΟΣ Σ", "Straße ŉ İ", "ﬁn"] {
            let lower = Case::Lower.of_text(text.as_bytes(), &mut room);
            assert_eq!(String::from_utf8_lossy(lower), text.to_lowercase());
            let upper = Case::Upper.of_text(text.as_bytes(), &mut room);
            assert_eq!(String::from_utf8_lossy(upper), text.to_uppercase());
            assert_eq!(Case::AsWritten.of_text(text.as_bytes(), &mut room), text.as_bytes());
        }
        assert_eq!(Case::Lower.of_texts(b"LawDecree").as_deref(), Some(b"lawdecree".as_slice()));
        assert_eq!(Case::Lower.of_texts("Ж".as_bytes()), None);
    }
}

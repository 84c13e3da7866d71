//! Places in a document: `P9.c13` is the thirteenth clause of the ninth block.

use std::fmt;

/// A block, and one part of it or several neighbouring ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locator {
    pub block: usize,
    pub part: Option<(Unit, usize, usize)>,
}

/// What a block is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Sentence,
    Item,
    Row,
    Clause,
}

/// The letter of each unit, and its name.
const UNITS: [(Unit, char, &str); 4] = [
    (Unit::Sentence, 'S', "sentence"),
    (Unit::Item, 'I', "item"),
    (Unit::Row, 'R', "row"),
    (Unit::Clause, 'c', "clause"),
];

impl Unit {
    pub fn name(self) -> &'static str {
        UNITS.iter().find(|(unit, _, _)| *unit == self).map_or("", |(_, _, name)| name)
    }
}

impl Locator {
    /// Reads `P9`, `P9.c13`, `P7.I1-I3` or `P7.I1-3`; other documents may have other ways to name a place.
    pub fn parse(text: &str) -> Option<Locator> {
        let (block, part) = match text.trim().split_once('.') {
            Some((block, part)) => (block, Some(part)),
            None => (text.trim(), None),
        };
        let block = number(block.strip_prefix('P')?)?;
        let part = match part {
            None => None,
            Some(part) => Some(parse_part(part)?),
        };
        Some(Locator { block, part })
    }
}

fn parse_part(text: &str) -> Option<(Unit, usize, usize)> {
    let letter = text.chars().next()?;
    let (unit, _, _) = UNITS.iter().find(|(_, known, _)| *known == letter)?;
    let rest = text.strip_prefix(letter)?;
    let (first, last) = rest.split_once(['-', '–']).unwrap_or((rest, rest));
    let (first, last) = (number(first)?, number(last.trim_start_matches(letter))?);
    (first <= last).then_some((*unit, first, last))
}

/// Counting begins with one.
fn number(text: &str) -> Option<usize> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| plain && *number > 0)
}

/// `block 9, clause 13`
impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}", self.block)?;
        match self.part {
            None => Ok(()),
            Some((unit, first, last)) if first == last => write!(f, ", {} {first}", unit.name()),
            Some((unit, first, last)) => write!(f, ", {}s {first} to {last}", unit.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_said() {
        let said = |text: &str| Locator::parse(text).map(|place| place.to_string());
        assert_eq!(said("P9.c13").as_deref(), Some("block 9, clause 13"));
        assert_eq!(said("P17").as_deref(), Some("block 17"));
        assert_eq!(said("P7.I1-I3").as_deref(), Some("block 7, items 1 to 3"));
        for other in [
            "XVIII-12-a",
            "",
            "P",
            "P0",
            "P9.",
            "P9.x1",
            "P9.S",
            "P9.S2-1",
            "P+1",
            "P9.S99999999999999999999",
        ] {
            assert_eq!(said(other), None, "{other}");
        }
    }
}

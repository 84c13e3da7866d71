//! Changes of a text piece by piece, so that most of what comes out is nearly a statement.

use crate::pieces::{Piece, Pieces, cut};

/// Changes the first `size` bytes of `data`, and says how many there are afterwards.
pub fn mutate(pieces: &Pieces, data: &mut [u8], size: usize, room: usize, seed: u32) -> usize {
    let mut chance = Chance(u64::from(seed) | 1 << 40);
    let text = data.get(..size).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    if chance.below(8) == 0 || text.is_empty() {
        return libfuzzer_sys::fuzzer_mutate(data, size, room);
    }
    let mut changed = text;
    for _ in 0..=chance.below(3) {
        changed = change(pieces, &changed, &mut chance);
    }
    let mut length = changed.len().min(room).min(data.len());
    while !changed.is_char_boundary(length) {
        length -= 1;
    }
    if let (Some(to), Some(from)) = (data.get_mut(..length), changed.as_bytes().get(..length)) {
        to.copy_from_slice(from);
    }
    length
}

fn change(pieces: &Pieces, text: &str, chance: &mut Chance) -> String {
    let own = cut(text);
    let Some(&piece) = own.get(chance.below(own.len().max(1))) else { return text.to_owned() };
    let part = |piece: Piece| text.get(piece.start..piece.end).unwrap_or_default();
    let other = |chance: &mut Chance| {
        // Words, brackets and values all stand where an expression does.
        let sort = if (1..=3).contains(&piece.sort) && chance.below(3) == 0 { 1 + chance.below(3) } else { piece.sort };
        let choice = chance.below(usize::MAX);
        let same: Vec<Piece> = own.iter().copied().filter(|own| own.sort == sort).collect();
        match same.get(choice % (same.len() * 2).max(1)) {
            Some(&same) => part(same).to_owned(),
            None => pieces.pick(sort, choice).unwrap_or_default().to_owned(),
        }
    };
    let (before, after) =
        (text.get(..piece.start).unwrap_or_default(), text.get(piece.end..).unwrap_or_default());
    match chance.below(8) {
        0 => format!("{before}{after}"),
        1 => format!("{before}{} {}{after}", part(piece), other(chance)),
        2 => format!("{before}{}, {}{after}", part(piece), other(chance)),
        3 => {
            let sign = pieces.pick(5, chance.below(usize::MAX)).unwrap_or("+").to_owned();
            format!("{before}{} {sign} {}{after}", part(piece), other(chance))
        }
        _ => format!("{before}{}{after}", other(chance)),
    }
}

/// Numbers that depend on a seed alone (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 as usize) % bound.max(1)
    }
}

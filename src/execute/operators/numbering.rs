//! Different keys, numbered as they come.

use super::keys::{Keys, hash};

/// Nothing in it grows so long that it would take long to move it.
#[derive(Default)]
pub struct Numbering {
    /// The first so many keys, the next so many, and so on.
    keys: Vec<Keys>,
    count: u32,
    /// One, as long as keys are few.
    tables: Vec<Table>,
}

/// Numbers of keys by their hashes, at the first open place from that of the hash on.
#[derive(Default)]
pub struct Table {
    /// A power of two, at least half of which are open; none where no key has come.
    places: Vec<Place>,
    taken: usize,
}

/// Of the key that is there: the lower half of its hash, and its number.
#[derive(Clone, Copy)]
pub struct Place {
    pub hash: u32,
    pub number: u32,
}

/// How many tables there are for many keys.
const TABLES: usize = 32;

/// More keys than this are many.
const MANY: u32 = 1 << 14;

/// A table begins with so many places.
const FEW: usize = 64;

/// So many keys lie together, as a power of two.
const TOGETHER: u32 = 16;

/// No key is there.
pub const OPEN: u32 = u32::MAX;

impl Numbering {
    /// The number of a key, and whether it is new.
    pub fn number(&mut self, key: &[u8]) -> (u32, bool) {
        self.number_hashed(key, hash(key))
    }

    /// Calls with the number of each key, and whether it is new.
    ///
    /// Step by step for all: a hash that is read from bytes just written would have to wait until what was put into the
    /// table before has arrived in memory, and a place of the table is waited for while others are on their way.
    pub fn number_all(&mut self, keys: &Keys, mut tell: impl FnMut(u32, bool)) {
        let hashes: Vec<u64> = keys.iter().map(hash).collect();
        let known = |hash: &u64| self.table_of(*hash).map_or(OPEN, |table| table.first_with(*hash as u32));
        let known: Vec<u32> = hashes.iter().map(known).collect();
        for ((key, hash), known) in keys.iter().zip(hashes).zip(known) {
            if known != OPEN && self.key(known) == key {
                tell(known, false);
                continue;
            }
            let (number, is_new) = self.number_hashed(key, hash);
            tell(number, is_new);
        }
    }

    fn number_hashed(&mut self, key: &[u8], hash: u64) -> (u32, bool) {
        if self.count == MANY && self.tables.len() < TABLES || self.tables.is_empty() {
            self.make_tables();
        }
        let which = self.which(hash);
        let (keys, new) = (&self.keys, self.count);
        let number = self.tables[which].number(hash as u32, new, |number| key_of(keys, number) == key);
        if number == new {
            self.keep(key);
        }
        (number, number == new)
    }

    fn keep(&mut self, key: &[u8]) {
        if self.keys.len() == (self.count >> TOGETHER) as usize {
            let like = self.keys.last().map_or(0, Keys::length);
            self.keys.push(Keys::with_room_for(like));
        }
        if let Some(last) = self.keys.last_mut() {
            last.add(|bytes| bytes.extend_from_slice(key));
        }
        self.count += 1;
    }

    /// The only table, or all of them, with the keys that have come.
    fn make_tables(&mut self) {
        let count = if self.count < MANY { 1 } else { TABLES };
        self.tables = std::iter::repeat_with(Table::default).take(count).collect();
        for number in 0..self.count {
            let hash = hash(self.key(number));
            let which = self.which(hash);
            self.tables[which].add(Place { hash: hash as u32, number });
        }
    }

    fn table_of(&self, hash: u64) -> Option<&Table> {
        self.tables.get(self.which(hash))
    }

    #[inline]
    fn which(&self, hash: u64) -> usize {
        // The lower bits tell keys apart in the table, the highest ones who numbers them.
        (hash >> 32) as usize & self.tables.len().saturating_sub(1)
    }

    fn key(&self, number: u32) -> &[u8] {
        key_of(&self.keys, number)
    }
}

fn key_of(keys: &[Keys], number: u32) -> &[u8] {
    keys[(number >> TOGETHER) as usize].get(number & ((1 << TOGETHER) - 1))
}

/// Half of the places stay open.
fn places_for(keys: usize) -> usize {
    (keys * 2).next_power_of_two()
}

impl Table {
    /// Bytes of the places for so many keys.
    pub fn bytes(keys: usize) -> u64 {
        (places_for(keys) * size_of::<Place>()) as u64
    }

    /// Without any, with places for so many.
    pub fn with_room_for(keys: usize) -> Table {
        Table { places: vec![Place { hash: 0, number: OPEN }; places_for(keys)], taken: 0 }
    }

    /// The first number that a key with this hash has.
    #[inline]
    pub fn first_with(&self, hash: u32) -> u32 {
        let Some(last) = self.places.len().checked_sub(1) else { return OPEN };
        let mut at = hash as usize & last;
        while self.places[at].number != OPEN && self.places[at].hash != hash {
            at = (at + 1) & last;
        }
        self.places[at].number
    }

    /// Where a key is, or the open place where it belongs. There is one.
    #[inline]
    pub fn find(&mut self, hash: u32, is_the_key: impl Fn(u32) -> bool) -> &mut Place {
        let last = self.places.len() - 1;
        let mut at = hash as usize & last;
        loop {
            let place = self.places[at];
            if place.number == OPEN || place.hash == hash && is_the_key(place.number) {
                return &mut self.places[at];
            }
            at = (at + 1) & last;
        }
    }

    /// The number of a key; the next one, where it is new.
    #[inline]
    pub fn number(&mut self, hash: u32, next: u32, is_the_key: impl Fn(u32) -> bool) -> u32 {
        self.make_room();
        let place = self.find(hash, is_the_key);
        if place.number != OPEN {
            return place.number;
        }
        *place = Place { hash, number: next };
        self.taken += 1;
        next
    }

    /// Bytes of all places.
    pub fn held(&self) -> u64 {
        (self.places.len() * size_of::<Place>()) as u64
    }

    fn add(&mut self, new: Place) {
        self.make_room();
        *self.find(new.hash, |_| false) = new;
        self.taken += 1;
    }

    /// Leaves half of all places open beside that of one more key.
    fn make_room(&mut self) {
        if (self.taken + 1) * 2 <= self.places.len() {
            return;
        }
        let length = (self.places.len() * 2).max(FEW);
        let before = std::mem::replace(&mut self.places, vec![Place { hash: 0, number: OPEN }; length]);
        for place in before.into_iter().filter(|place| place.number != OPEN) {
            *self.find(place.hash, |_| false) = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_numbers_as_they_come() {
        let mut keys = Numbering::default();
        let numbers: Vec<_> = ["a", "", "b", "a", "", "ab"].map(|key| keys.number(key.as_bytes())).into();
        assert_eq!(numbers, [(0, true), (1, true), (2, true), (0, false), (1, false), (3, true)]);
        // Others with the same hash are found behind the first of them.
        let like = hash(b"a");
        let told = [&b"other"[..], b"another", b"other", b"a"].map(|key| keys.number_hashed(key, like));
        assert_eq!(told, [(4, true), (5, true), (4, false), (0, false)]);
    }

    #[test]
    fn many_keys_at_once_have_the_numbers_of_one_after_the_other() {
        let (mut one, mut all) = (Numbering::default(), Numbering::default());
        let texts: Vec<String> = (0..70_000u32).map(|n| (n / 3 * 7919 % 99_991).to_string()).collect();
        // Another key stands where one of them would.
        for keys in [&mut one, &mut all] {
            keys.number_hashed(b"other", hash(b"1"));
        }
        for some in texts.chunks(1500) {
            let mut keys = Keys::default();
            some.iter().for_each(|text| {
                keys.add(|bytes| bytes.extend_from_slice(text.as_bytes()));
            });
            let mut told = Vec::new();
            all.number_all(&keys, |number, is_new| told.push((number, is_new)));
            assert_eq!(told, some.iter().map(|text| one.number(text.as_bytes())).collect::<Vec<_>>());
        }
    }
}

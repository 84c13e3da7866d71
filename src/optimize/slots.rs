//! Sets of slots.

use crate::algebra::Slot;
use smallvec::SmallVec;

/// A set of slots as a bit map: statements have few slots, and passes ask often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotSet {
    words: SmallVec<[u64; 2]>,
}

impl SlotSet {
    pub fn new() -> SlotSet {
        SlotSet::default()
    }

    pub fn insert(&mut self, slot: Slot) {
        let (word, bit) = place(slot);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= bit;
        }
    }

    pub fn remove(&mut self, slot: Slot) {
        let (word, bit) = place(slot);
        if let Some(bits) = self.words.get_mut(word) {
            *bits &= !bit;
        }
    }

    pub fn contains(&self, slot: Slot) -> bool {
        let (word, bit) = place(slot);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub fn extend(&mut self, other: &SlotSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    pub fn retain_in(&mut self, other: &SlotSet) {
        for (index, mine) in self.words.iter_mut().enumerate() {
            *mine &= other.words.get(index).copied().unwrap_or(0);
        }
    }

    /// Whether every slot of this set is in the other.
    pub fn within(&self, other: &SlotSet) -> bool {
        self.words
            .iter()
            .enumerate()
            .all(|(index, mine)| mine & !other.words.get(index).copied().unwrap_or(0) == 0)
    }

    pub fn is_disjoint(&self, other: &SlotSet) -> bool {
        self.words.iter().zip(&other.words).all(|(mine, theirs)| mine & theirs == 0)
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> u64 {
        size_of_val(self.words.as_slice()) as u64
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|bits| *bits == 0)
    }

    pub fn iter(&self) -> impl Iterator<Item = Slot> + '_ {
        self.words.iter().enumerate().flat_map(|(index, bits)| {
            (0..64u32).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| Slot(index as u32 * 64 + bit))
        })
    }
}

impl FromIterator<Slot> for SlotSet {
    fn from_iter<I: IntoIterator<Item = Slot>>(slots: I) -> SlotSet {
        let mut set = SlotSet::new();
        for slot in slots {
            set.insert(slot);
        }
        set
    }
}

fn place(slot: Slot) -> (usize, u64) {
    ((slot.0 / 64) as usize, 1 << (slot.0 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let set: SlotSet = [Slot(1), Slot(70), Slot(3)].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), vec![Slot(1), Slot(3), Slot(70)]);
        assert!(set.contains(Slot(70)) && !set.contains(Slot(71)));
        let small: SlotSet = [Slot(70)].into_iter().collect();
        assert!(small.within(&set) && !set.within(&small) && !small.is_disjoint(&set));
    }
}

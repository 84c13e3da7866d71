//! How many different nodes, relationships or texts each group has.

use super::logs::{Logs, by_group_with};
use super::tally::group;
use crate::base::Result;
use crate::execute::batch::Column;
use crate::execute::context::Context;
use crate::execute::operators::numbered::{Numbered, UNBOUNDED};
use crate::graph::Bits;
use crate::value::Value;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Different values that have a number, by group.
#[derive(Default)]
pub struct Ids {
    /// What the numbers stand for; nothing while there are none.
    of: Option<Numbered>,
    /// All numbers are below.
    bound: usize,
    sets: Vec<Set>,
    /// In place of sets, once these are many, or several are too large to go to one after the other.
    pairs: Option<Pairs>,
    /// How many numbers sets have that are neither few nor bits, at most.
    hashed: usize,
}

/// Numbers as they come, with their groups.
struct Pairs {
    logs: Logs<u32>,
    /// So long they may grow until each number is left but once in its group.
    most: usize,
    /// Bytes that have been booked.
    booked: u64,
    different: Different,
}

/// Leaves each number once.
struct Different {
    /// All numbers are below.
    bound: usize,
    /// Sets without a number, for whoever needs one.
    sets: Mutex<Vec<Bits>>,
}

/// Sets of so many groups are too much to go to one after the other.
const MANY_GROUPS: usize = 1 << 13;

/// As are so many that have so many numbers without being bits.
const SEVERAL_GROUPS: usize = 128;
const HASHED: usize = 1 << 16;

/// So many numbers are kept before those that came again are left out.
const PAIRS: usize = 1 << 23;

/// The numbers of one group.
pub enum Set {
    Few(SmallVec<[u32; 6]>),
    Many(FxHashSet<u32>),
    /// Where a bit for each number takes less room.
    Bits(Bits),
}

/// So few numbers are compared one after the other.
const FEW: usize = 16;

/// Bytes that a number takes unless it is a bit, estimated.
const BYTES: u64 = 16;

impl Default for Set {
    fn default() -> Set {
        Set::Few(SmallVec::new())
    }
}

impl Set {
    /// Puts a number in, all of which are below a bound; whether it is new.
    #[inline]
    pub fn insert(&mut self, id: u32, bound: usize) -> bool {
        match self {
            Set::Bits(bits) if bound == UNBOUNDED && id as usize >= bits.words().len() * 64 => {
                let mut many = FxHashSet::default();
                self.each(|id| {
                    many.insert(id);
                });
                many.insert(id);
                *self = Set::Many(many);
                true
            }
            Set::Bits(bits) => bits.insert(id),
            Set::Many(many) => {
                if !many.insert(id) {
                    return false;
                }
                let length = many.len();
                let is_dense = match bound {
                    // To look at all of them is worth it now and then.
                    UNBOUNDED => {
                        length.is_power_of_two() && many.iter().all(|id| (*id as usize) < length * 64)
                    }
                    bound => length > bound / 64,
                };
                if is_dense {
                    *self = Set::Bits(self.bits(if bound == UNBOUNDED { length * 64 } else { bound }));
                }
                true
            }
            Set::Few(few) => {
                if few.contains(&id) {
                    return false;
                }
                few.push(id);
                if few.len() > FEW {
                    *self = Set::Many(few.iter().copied().collect());
                }
                true
            }
        }
    }

    /// The bytes that one more number takes, estimated.
    #[inline]
    pub fn room_of_one(&self) -> u64 {
        if matches!(self, Set::Bits(_)) { 0 } else { BYTES }
    }

    /// The numbers as a bitmap with room for all below a bound.
    fn bits(&self, bound: usize) -> Bits {
        let mut bits = Bits::with_bound(bound);
        self.each(|id| {
            bits.insert(id);
        });
        bits
    }

    fn len(&self) -> usize {
        match self {
            Set::Few(few) => few.len(),
            Set::Many(many) => many.len(),
            Set::Bits(bits) => bits.len(),
        }
    }

    fn each(&self, mut see: impl FnMut(u32)) {
        match self {
            Set::Few(few) => few.iter().copied().for_each(see),
            Set::Many(many) => many.iter().for_each(|id| see(*id)),
            Set::Bits(bits) => bits.iter().for_each(&mut see),
        }
    }

    fn merge(&mut self, mut other: Set, bound: usize) {
        if let (Set::Bits(mine), Set::Bits(more)) = (&mut *self, &other) {
            return mine.unite(more);
        }
        if self.len() < other.len() {
            std::mem::swap(self, &mut other);
        }
        other.each(|id| {
            self.insert(id, bound);
        });
    }
}

impl Ids {
    /// Whether numbers of these can come to those that are there; from now on only such do.
    pub fn take(&mut self, of: Numbered) -> bool {
        match &self.of {
            Some(own) => own.is_same(&of),
            None => {
                self.of = Some(of);
                true
            }
        }
    }

    /// Adds the numbers of a column; returns the bytes that it keeps.
    pub fn add(
        &mut self,
        column: &Column,
        numbers: &Option<Vec<u32>>,
        length: usize,
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        if let (Some(of), 0) = (&self.of, self.bound) {
            self.bound = of.bound(context.graph);
        }
        let bound = self.bound;
        let scattered = groups >= SEVERAL_GROUPS && self.hashed > HASHED && bound != UNBOUNDED;
        if let (Some(rows), true) = (numbers, self.pairs.is_some() || groups > MANY_GROUPS || scattered) {
            return self.as_pairs().add(column, rows, groups, context);
        }
        let before = self.sets.len();
        self.sets.resize_with(groups.max(before), Set::default);
        let (mut room, mut hashed) = (0, 0);
        match (numbers, self.sets.as_mut_slice()) {
            // One bitmap is never much; a few numbers are not worth one.
            (None, [set]) if bound != UNBOUNDED && (length > FEW || matches!(set, Set::Bits(_))) => {
                if !matches!(set, Set::Bits(_)) {
                    *set = Set::Bits(set.bits(bound));
                }
                if let Set::Bits(bits) = set {
                    bits.make_room(bound);
                    // There is none for null.
                    bits.add_all(&Numbered::numbers(column));
                }
            }
            (_, sets) => Numbered::each(column, |row, id| {
                if let Some(set) = sets.get_mut(group(numbers, row))
                    && set.insert(id, bound)
                {
                    room += set.room_of_one();
                    hashed += usize::from(matches!(set, Set::Many(_)));
                }
            }),
        }
        self.hashed += hashed;
        let opened = (self.sets.len() - before) as u64;
        let bytes = room + opened * size_of::<Set>() as u64;
        context.meter.hold(bytes)?;
        Ok(bytes)
    }

    /// Takes in what was counted elsewhere, of `theirs` groups, by the number that each has here; false, and nothing is
    /// done, where the numbers stand for something else.
    pub fn merge(
        &mut self,
        other: &mut Ids,
        theirs: usize,
        groups: usize,
        at: impl Fn(usize) -> usize,
    ) -> bool {
        if !other.of.clone().is_none_or(|of| self.take(of)) {
            return false;
        }
        self.bound = self.bound.max(other.bound);
        if self.pairs.is_some() || other.pairs.is_some() {
            let more = std::mem::take(&mut other.as_pairs().logs);
            self.as_pairs().logs.merge(more, theirs, at);
            return true;
        }
        self.sets.resize_with(groups.max(self.sets.len()), Set::default);
        for (place, more) in std::mem::take(&mut other.sets).into_iter().enumerate() {
            if let Some(set) = self.sets.get_mut(at(place)) {
                set.merge(more, self.bound);
            }
        }
        true
    }

    /// From now on pairs.
    fn as_pairs(&mut self) -> &mut Pairs {
        let sets = std::mem::take(&mut self.sets);
        self.pairs.get_or_insert_with(|| {
            let mut logs = Logs::default();
            logs.begin(0, 0, true);
            for (group, set) in (0..).zip(&sets) {
                set.each(|id| logs.push_to(group, id));
            }
            Pairs { logs, most: PAIRS, booked: 0, different: Different::below(self.bound) }
        })
    }

    /// Whether a number is only noted.
    pub fn is_plain(&self) -> bool {
        self.pairs.is_some()
    }

    /// Calls `see` with each group and each of its values, which may come more than once.
    pub fn each(self, mut see: impl FnMut(usize, Value)) {
        let Some(of) = &self.of else { return };
        for (group, set) in self.sets.iter().enumerate() {
            set.each(|id| see(group, of.value(id)));
        }
        if let Some(pairs) = self.pairs {
            pairs.logs.each(|group, _, id| see(group, of.value(id)));
        }
    }

    pub fn counts(self, groups: usize, context: &mut Context<'_>) -> Result<Vec<i64>> {
        if let Some(pairs) = self.pairs {
            let mut sorted = pairs.logs.sorted(groups, context)?;
            let sieve = || pairs.different.sieve();
            return by_group_with(&mut sorted, groups, context, sieve, |sieve, ids, meter| {
                meter.work(ids.len() as u32)?;
                Ok(sieve.first(ids) as i64)
            });
        }
        let mut counts: Vec<i64> = self.sets.iter().map(|set| set.len() as i64).collect();
        counts.resize(groups, 0);
        Ok(counts)
    }
}

impl Pairs {
    /// Adds the numbers of a column; returns the bytes that it keeps.
    fn add(
        &mut self,
        column: &Column,
        rows: &[u32],
        groups: usize,
        context: &mut Context<'_>,
    ) -> Result<u64> {
        self.logs.begin(0, rows.len(), true);
        Numbered::each(column, |row, id| self.logs.push_to(rows[row], id));
        if self.logs.length() > self.most {
            let mut sieve = self.different.sieve();
            self.logs.thin_out(groups, &mut context.meter, |ids| sieve.first(ids))?;
            self.most = PAIRS.max(self.logs.length() * 2);
        }
        let more = (self.logs.length() as u64 * size_of::<(u32, u32)>() as u64).saturating_sub(self.booked);
        self.booked += more;
        context.meter.hold(more)?;
        Ok(more)
    }
}

impl Different {
    fn below(bound: usize) -> Different {
        Different { bound, sets: Mutex::default() }
    }

    /// Tells numbers apart, of one group after the other, with the same set: memory that goes to and fro between workers
    /// is slow.
    fn sieve(&self) -> Sieve<'_> {
        Sieve { different: self, set: None }
    }

    fn sets(&self) -> MutexGuard<'_, Vec<Bits>> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells numbers apart; has a set of its own once one is needed.
struct Sieve<'d> {
    different: &'d Different,
    set: Option<Bits>,
}

impl Sieve<'_> {
    /// Puts numbers first that are all different; how many they are.
    fn first(&mut self, ids: &mut [u32]) -> usize {
        let bound = self.different.bound;
        let mut different = 0;
        if bound == UNBOUNDED || ids.len() <= FEW * 4 {
            ids.sort_unstable();
            for place in 0..ids.len() {
                if different == 0 || ids[different - 1] != ids[place] {
                    ids[different] = ids[place];
                    different += 1;
                }
            }
            return different;
        }
        let free = || self.different.sets().pop().unwrap_or_else(|| Bits::with_bound(bound));
        let known = self.set.get_or_insert_with(free);
        for place in 0..ids.len() {
            let id = ids[place];
            if known.insert(id) {
                ids[different] = id;
                different += 1;
            }
        }
        ids.iter().take(different).for_each(|id| known.set(*id, false));
        different
    }
}

impl Drop for Sieve<'_> {
    fn drop(&mut self) {
        if let Some(set) = self.set.take() {
            self.different.sets().push(set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_a_bound_are_bits_while_they_lie_close() {
        let mut set = Set::default();
        let fresh = |set: &mut Set, ids: &mut dyn Iterator<Item = u32>| {
            ids.filter(|id| set.insert(*id, UNBOUNDED)).count()
        };
        assert_eq!(fresh(&mut set, &mut (0..1000).chain(0..1000)), 1000);
        assert!(matches!(set, Set::Bits(_)));
        assert_eq!(fresh(&mut set, &mut [5, 2000, 1 << 20, u32::MAX, 1 << 20].into_iter()), 3);
        assert!(matches!(set, Set::Many(_)));
        assert_eq!((set.len(), fresh(&mut set, &mut (0..1001))), (1003, 1));
    }

    #[test]
    fn what_does_not_go_together_is_left_as_it_was() {
        let set = |ids: &[u32]| Set::Few(ids.iter().copied().collect());
        let of = |of: Numbered, ids: &[u32]| Ids {
            of: Some(of),
            bound: 100,
            sets: vec![set(ids)],
            ..Ids::default()
        };
        let mut nodes = of(Numbered::Nodes, &[1, 2]);
        let mut relationships = of(Numbered::Relationships, &[2, 3, 4]);
        assert!(!nodes.merge(&mut relationships, 1, 1, |place| place));
        let counts = |ids: &Ids| ids.sets.iter().map(Set::len).collect::<Vec<_>>();
        assert_eq!((counts(&nodes), counts(&relationships)), (vec![2], vec![3]));
        assert!(nodes.merge(&mut of(Numbered::Nodes, &[2, 3]), 1, 1, |place| place));
        assert_eq!(counts(&nodes), [3]);
    }

    #[test]
    fn numbers_that_come_again_are_left_out() {
        for different in [Different::below(100), Different::below(UNBOUNDED)] {
            let mut ids = [3, 1, 3, 3, 2, 1];
            let count = different.sieve().first(&mut ids);
            assert_eq!(ids[..count], [1, 2, 3]);
            assert_eq!(different.sieve().first(&mut []), 0);
            // Many are found by bits, which nobody finds there the next time.
            for _ in 0..2 {
                let mut many: Vec<u32> = (0..300).map(|n| n * 7 % 90).collect();
                let count = different.sieve().first(&mut many);
                many.truncate(count);
                many.sort_unstable();
                assert!(many.into_iter().eq(0..90));
            }
        }
    }
}

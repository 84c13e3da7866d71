//! In which part of the work groups were opened, from which follows the order in which one worker alone would have found
//! them.

/// The parts in which groups were opened.
#[derive(Default)]
pub struct Firsts {
    /// Each part in which some were, ascending, as a worker goes from the first to the last; and how many there were up
    /// to its end.
    parts: Vec<(u32, usize)>,
    /// The groups in that order, where those of several workers are put together; before, each as it was opened.
    order: Option<Vec<u32>>,
}

impl Firsts {
    /// Notes that all groups from those before up to so many were opened in a part.
    pub fn note(&mut self, part: u32, groups: usize) {
        let known = self.parts.last().map_or(0, |(_, end)| *end);
        if groups == known {
            return;
        }
        if let Some(order) = &mut self.order {
            order.extend(known as u32..groups as u32);
        }
        match self.parts.last_mut().filter(|(last, _)| *last == part) {
            Some((_, end)) => *end = groups,
            None => self.parts.push((part, groups)),
        }
    }

    /// Takes in the groups of another worker, which have these numbers here, of so many that there are now.
    pub fn merge(&mut self, other: Firsts, numbers: &[u32], groups: usize) {
        let mine = std::mem::take(self);
        let order = mine.order.unwrap_or_else(|| (0..groups as u32).collect());
        let theirs = match other.order {
            Some(order) => order.iter().filter_map(|group| numbers.get(*group as usize).copied()).collect(),
            None => numbers.to_vec(),
        };
        // No part was done by both.
        let mut runs: Vec<(u32, &[u32])> = runs_of(&mine.parts, &order).collect();
        runs.extend(runs_of(&other.parts, &theirs));
        runs.sort_by_key(|(part, _)| *part);
        let mut is_told = vec![false; groups];
        let mut merged = Vec::with_capacity(groups);
        for (part, run) in runs {
            merged.extend(run.iter().filter(|group| match is_told.get_mut(**group as usize) {
                Some(told) => !std::mem::replace(told, true),
                None => false,
            }));
            self.parts.push((part, merged.len()));
        }
        self.order = Some(merged);
    }

    /// The groups in the order of one worker, where they are in another.
    pub fn into_order(self) -> Option<Vec<u32>> {
        self.order.filter(|order| !order.is_sorted())
    }
}

/// The groups of each part.
fn runs_of<'o>(parts: &'o [(u32, usize)], order: &'o [u32]) -> impl Iterator<Item = (u32, &'o [u32])> {
    let begins = std::iter::once(0).chain(parts.iter().map(|(_, end)| *end));
    parts.iter().zip(begins).filter_map(|((part, end), begin)| Some((*part, order.get(begin..*end)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_several_workers_come_in_the_order_of_one() {
        let mut mine = Firsts::default();
        mine.note(0, 1);
        mine.note(0, 2);
        mine.note(30, 3);
        let mut other = Firsts::default();
        other.note(10, 2);
        other.note(20, 3);
        // The first and the last of the other are new here; the second is the third of this one, opened earlier.
        mine.merge(other, &[3, 2, 4], 5);
        assert_eq!(mine.parts, [(0, 2), (10, 4), (20, 5), (30, 5)]);
        let mut third = Firsts::default();
        third.note(5, 1);
        third.note(25, 2);
        mine.merge(third, &[4, 5], 6);
        assert_eq!(mine.into_order(), Some(vec![0, 1, 4, 3, 2, 5]));
    }

    #[test]
    fn groups_in_order_stay_as_they_are() {
        let mut mine = Firsts::default();
        mine.note(0, 2);
        let mut other = Firsts::default();
        other.note(10, 1);
        mine.merge(other, &[2], 3);
        assert_eq!(mine.into_order(), None);
    }
}

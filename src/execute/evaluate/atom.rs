//! What an expression depends on, if it is one thing with few values.
//!
//! An expression over one property, over the labels of one node, the type of one relationship or the keys of either has as
//! many values as that property, as there are combinations of labels, types, or combinations of keys: it is computed once
//! for each of them and not once a row.

use super::Compiled;
use crate::algebra::Slot;
use crate::execute::batch::{Batch, Column as Rows};
use crate::execute::context::Context;
use crate::graph::columns::{Column, Values, follow_each_other};
use crate::graph::{Graph, Key, LabelSets, NONE, NodeId, RelationshipId};
use smallvec::SmallVec;

/// The one thing that an expression depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atom {
    Property {
        slot: Slot,
        key: Key,
    },
    Labels {
        slot: Slot,
    },
    Type {
        slot: Slot,
    },
    /// The keys of all properties that there are.
    Keys {
        slot: Slot,
    },
}

/// More values than this are not worth a table.
const MOST: usize = 1 << 22;

/// Combinations of more keys are not worth a table.
const MOST_KEYS: usize = 16;

/// Where the values of a property have numbers of their own.
pub enum Source {
    Labels {
        sets: usize,
    },
    Types {
        count: usize,
    },
    /// The properties that have values: which of them an entity has makes a number.
    Keys {
        keys: Vec<Key>,
        nodes: bool,
    },
    Column {
        key: Key,
        nodes: bool,
        least: i64,
        width: usize,
    },
}

impl Atom {
    /// The atom of an expression that depends on nothing else and gives the same value whenever it is asked.
    pub fn of(expression: &Compiled) -> Option<Atom> {
        let mut found = Found { atoms: SmallVec::new(), most: 1 };
        if depends(expression, &mut found) { found.atoms.first().copied() } else { None }
    }

    /// The two atoms of an expression that depends on nothing else.
    pub fn pair(expression: &Compiled) -> Option<[Atom; 2]> {
        let mut found = Found { atoms: SmallVec::new(), most: 2 };
        if !depends(expression, &mut found) {
            return None;
        }
        <[Atom; 2]>::try_from(found.atoms.as_slice()).ok()
    }

    pub fn slot(self) -> Slot {
        match self {
            Atom::Property { slot, .. }
            | Atom::Labels { slot }
            | Atom::Type { slot }
            | Atom::Keys { slot } => slot,
        }
    }

    /// Where the values come from in rows like these; `None` where they have no numbers.
    pub fn source(self, batch: &Batch, graph: &Graph) -> Option<Source> {
        let rows = batch.column(self.slot());
        let (key, nodes) = match (self, rows) {
            (Atom::Labels { .. }, Rows::Nodes(_)) => {
                return Some(Source::Labels { sets: graph.label_sets().len() });
            }
            (Atom::Type { .. }, Rows::Relationships(_)) => {
                return Some(Source::Types { count: graph.types().len() });
            }
            (Atom::Keys { .. }, Rows::Nodes(_) | Rows::Relationships(_)) => {
                let nodes = matches!(rows, Rows::Nodes(_));
                let kept =
                    graph.all_keys().into_iter().filter_map(|key| Some((key, graph.stored(key, nodes)?)));
                let used = kept.filter(|(_, kept)| kept.column.presence.count() > 0);
                let keys: Vec<Key> = used.map(|(key, _)| key).take(MOST_KEYS + 1).collect();
                return (keys.len() <= MOST_KEYS).then_some(Source::Keys { keys, nodes });
            }
            (Atom::Property { key, .. }, Rows::Nodes(_)) => (key, true),
            (Atom::Property { key, .. }, Rows::Relationships(_)) => (key, false),
            _ => return None,
        };
        let column = graph.stored(key, nodes)?.column;
        let (least, width) = match &column.values {
            Values::Strings { dictionary, .. } => (0, dictionary.len()),
            Values::Short(_) | Values::Dates(_) => {
                let (least, greatest) = column.range()?;
                let (least, greatest) = (i64::from(least), i64::from(greatest));
                (least, usize::try_from(greatest - least).ok()? + 1)
            }
            Values::Booleans(_) => (0, 2),
            Values::Integers(_) | Values::Floats(_) | Values::Mixed(_) => return None,
        };
        let worth = width <= MOST && width <= column.presence.count().max(1024) * 4;
        worth.then_some(Source::Column { key, nodes, least, width })
    }
}

impl Source {
    /// How many numbers there are.
    pub fn width(&self) -> usize {
        match self {
            Source::Labels { sets } => *sets,
            Source::Types { count } => *count,
            Source::Keys { keys, .. } => 1 << keys.len(),
            Source::Column { width, .. } => *width,
        }
    }

    /// Whether rows come from where this source was taken.
    fn fits(&self, rows: &Rows) -> bool {
        matches!(
            (self, rows),
            (
                Source::Labels { .. } | Source::Column { nodes: true, .. } | Source::Keys { nodes: true, .. },
                Rows::Nodes(_)
            ) | (
                Source::Types { .. }
                    | Source::Column { nodes: false, .. }
                    | Source::Keys { nodes: false, .. },
                Rows::Relationships(_)
            )
        )
    }

    /// The entries of a table by number, for all rows, where that needs no look at the single row; and whether all of
    /// them are there. Those that are not have the highest bit, which no entry has.
    pub fn known(&self, rows: &Rows, table: &[u32], context: &Context<'_>) -> Option<(Vec<u32>, bool)> {
        let (Source::Labels { .. }, Rows::Nodes(ids)) = (self, rows) else { return None };
        let LabelSets::Bytes(sets) = context.graph.all_label_sets()? else { return None };
        // There are at most 256 combinations, each with an entry.
        let mut entries = [u32::MAX; 256];
        entries.iter_mut().zip(table).for_each(|(entry, known)| *entry = *known);
        let entry = |set: &u8| entries[usize::from(*set)];
        let known: Vec<u32> = if let Some(first) = ids.first()
            && let Some(sets) = sets.get(*first as usize..*first as usize + ids.len())
            && follow_each_other(ids)
        {
            // Nodes that came together have the same labels more often than not.
            if sets.iter().fold(0, |differs, set| differs | (set ^ sets[0])) == 0 {
                let entry = entry(&sets[0]);
                return Some((vec![entry; sets.len()], entry >> 31 == 0));
            }
            sets.iter().map(entry).collect()
        } else {
            ids.iter().map(|id| sets.get(*id as usize).map_or(u32::MAX, entry)).collect()
        };
        let all = known.iter().fold(0, |all, entry| all | entry);
        Some((known, all >> 31 == 0))
    }

    /// Calls `see` with each row and the number of its value: `Ok` of a number, of the width itself for null, `Err`
    /// where the value has none because it was written since. False where the rows are not of this source.
    #[inline]
    pub fn numbers(
        &self,
        rows: &Rows,
        chosen: Option<&[u32]>,
        context: &Context<'_>,
        see: &mut impl FnMut(u32, Result<usize, ()>),
    ) -> bool {
        if !self.fits(rows) {
            return false;
        }
        let (Rows::Nodes(ids) | Rows::Relationships(ids)) = rows else { return false };
        let graph = &*context.graph;
        match chosen {
            None => self.each((0..).zip(ids.iter().copied()), graph, see),
            Some(chosen) => {
                let pairs = chosen.iter().map(|row| (*row, ids.get(*row as usize).copied()));
                self.each(pairs.map(|(row, id)| (row, id.unwrap_or(u32::MAX))), graph, see);
            }
        }
        true
    }

    #[inline]
    fn each(
        &self,
        pairs: impl Iterator<Item = (u32, u32)>,
        graph: &Graph,
        see: &mut impl FnMut(u32, Result<usize, ()>),
    ) {
        match self {
            Source::Labels { .. } => {
                if let Some(sets) = graph.all_label_sets() {
                    match sets {
                        LabelSets::Bytes(sets) => {
                            let set = |id: u32| sets.get(id as usize).map(|set| usize::from(*set)).ok_or(());
                            pairs.for_each(|(row, id)| see(row, set(id)));
                        }
                        LabelSets::Shorts(sets) => {
                            let set = |id: u32| sets.get(id as usize).map(|set| usize::from(*set)).ok_or(());
                            pairs.for_each(|(row, id)| see(row, set(id)));
                        }
                    }
                    return;
                }
                for (row, id) in pairs {
                    see(row, graph.label_set(NodeId(id)).map(|set| set as usize).ok_or(()));
                }
            }
            Source::Types { count } => {
                let number = |id: u32| match id {
                    NONE => *count,
                    id => graph.ends(RelationshipId(id)).kind.0 as usize,
                };
                pairs.for_each(|(row, id)| see(row, Ok(number(id))));
            }
            Source::Keys { keys, nodes } => {
                let kept = keys.iter().filter_map(|key| graph.stored(*key, *nodes));
                let columns: Vec<&Column> = kept.map(|kept| &**kept.column).collect();
                for (row, id) in pairs {
                    let bits = columns.iter().map(|column| usize::from(column.has(id)));
                    let number = match id {
                        NONE => Ok(1 << columns.len()),
                        id if graph.keeps_properties(id, *nodes) => {
                            Ok(bits.fold(0, |found, bit| found << 1 | bit))
                        }
                        _ => Err(()),
                    };
                    see(row, number);
                }
            }
            Source::Column { key, nodes, least, width } => {
                let Some(kept) = graph.stored(*key, *nodes) else { return };
                let (column, bound) = (kept.column, kept.plain_bound());
                let kept = |id: u32| id < bound || kept.keeps(id);
                let place = |id: u32| if kept(id) { Ok(column.presence.place(id)) } else { Err(()) };
                match &column.values {
                    Values::Strings { codes, .. } => {
                        let number = |at: Option<usize>| at.map_or(*width, |at| codes[at] as usize);
                        pairs.for_each(|(row, id)| see(row, place(id).map(number)));
                    }
                    Values::Short(numbers) | Values::Dates(numbers) => {
                        let number = |at: usize| (i64::from(numbers[at]) - least) as usize;
                        pairs.for_each(|(row, id)| see(row, place(id).map(|at| at.map_or(*width, number))));
                    }
                    Values::Booleans(bits) => {
                        let number = |at: usize| usize::from(bits.contains(at as u32));
                        pairs.for_each(|(row, id)| see(row, place(id).map(|at| at.map_or(*width, number))));
                    }
                    _ => pairs.for_each(|(row, _)| see(row, Err(()))),
                }
            }
        }
    }
}

/// What an expression depends on.
struct Found {
    atoms: SmallVec<[Atom; 2]>,
    /// How many things there may be.
    most: usize,
}

/// Notes what an expression depends on; false if that is too many things, or it changes of itself.
fn depends(expression: &Compiled, found: &mut Found) -> bool {
    let mut note = |atom: Atom| {
        if found.atoms.contains(&atom) {
            return true;
        }
        let fits = found.atoms.len() < found.most;
        found.atoms.push(atom);
        fits
    };
    match expression {
        Compiled::Property { subject, known: Some(key), .. } => match &**subject {
            Compiled::Slot(slot) => note(Atom::Property { slot: *slot, key: *key }),
            other => depends(other, found),
        },
        Compiled::HasLabels { subject, .. } => match &**subject {
            Compiled::Slot(slot) => note(Atom::Labels { slot: *slot }),
            _ => false,
        },
        Compiled::Call { function, arguments, .. } => match (function.name, &arguments[..]) {
            ("labels", [Compiled::Slot(slot)]) => note(Atom::Labels { slot: *slot }),
            ("type", [Compiled::Slot(slot)]) => note(Atom::Type { slot: *slot }),
            ("keys", [Compiled::Slot(slot)]) => note(Atom::Keys { slot: *slot }),
            _ => all_depend(expression, found),
        },
        _ => all_depend(expression, found),
    }
}

fn all_depend(expression: &Compiled, found: &mut Found) -> bool {
    expression.parts().is_some_and(|parts| parts.into_iter().all(|part| depends(part, found)))
}

//! From the ids of files to nodes.

use crate::graph::NodeId;
use rustc_hash::FxHashMap;

/// The ids of one space. Plain numbers, which bulk data mostly has, lie in a table; other texts are hashed.
#[derive(Default)]
pub struct Ids {
    numbers: Vec<u32>,
    far: FxHashMap<u64, u32>,
    texts: FxHashMap<Box<str>, u32>,
}

const FREE: u32 = u32::MAX;

/// The table may have so many free places beyond twice what it needs.
const SLACK: u64 = 1 << 20;

impl Ids {
    #[inline]
    pub fn find(&self, id: &[u8]) -> Option<NodeId> {
        let found = match number(id) {
            Some(number) => match self.numbers.get(number as usize) {
                Some(node) => Some(*node).filter(|node| *node != FREE),
                None => self.far.get(&number).copied(),
            },
            None => std::str::from_utf8(id).ok().and_then(|id| self.texts.get(id)).copied(),
        };
        found.map(NodeId)
    }

    /// The node that has the id already, if any; else the id is now that of `node`.
    pub fn insert(&mut self, id: &str, node: NodeId) -> Option<NodeId> {
        if let Some(first) = self.find(id.as_bytes()) {
            return Some(first);
        }
        match number(id.as_bytes()) {
            Some(number) if number < self.numbers.len() as u64 * 2 + SLACK => {
                let place = number as usize;
                if place >= self.numbers.len() {
                    self.grow(place + 1);
                }
                self.numbers[place] = node.0;
            }
            Some(number) => drop(self.far.insert(number, node.0)),
            None => drop(self.texts.insert(id.into(), node.0)),
        }
        None
    }

    /// Those that are texts, if they are few enough to be compared.
    pub fn few_texts(&self) -> impl Iterator<Item = &str> {
        let few = self.texts.len() <= 10_000;
        self.texts.keys().take(if few { usize::MAX } else { 0 }).map(AsRef::as_ref)
    }

    /// Numbers that the larger table covers move into it.
    fn grow(&mut self, size: usize) {
        self.numbers.resize(size, FREE);
        let numbers = &mut self.numbers;
        self.far.retain(|number, node| match numbers.get_mut(*number as usize) {
            Some(place) => {
                *place = *node;
                false
            }
            None => true,
        });
    }
}

/// The number that a text writes in the one usual way.
fn number(bytes: &[u8]) -> Option<u64> {
    let plain = matches!(bytes, [b'0'] | [b'1'..=b'9', ..]) && bytes.len() <= 18;
    if !plain {
        return None;
    }
    let mut number = 0u64;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_was_inserted(ids in proptest::collection::vec("[0-9]{1,8}|[a-z]{1,3}", 1..60)) {
            let mut table = Ids::default();
            let mut model = std::collections::HashMap::new();
            for (place, id) in ids.iter().enumerate() {
                let node = NodeId(place as u32);
                let before = model.get(id).copied();
                prop_assert_eq!(table.insert(id, node), before);
                model.entry(id.clone()).or_insert(node);
            }
            for (id, node) in model {
                prop_assert_eq!(table.find(id.as_bytes()), Some(node));
            }
            prop_assert_eq!(table.find(b"007 no"), None);
        }
    }
}

//! Interned names of labels, relationship types and property keys.

use rustc_hash::FxHashMap;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationshipType(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub u32);

/// The names of a graph, each with a number.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    pub labels: Names,
    pub types: Names,
    pub keys: Names,
}

/// Numbers for names, given out in order.
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

/// More names than this are shared, not copied.
const COPIED: usize = 512;

impl Symbols {
    /// The same names in memory of their own, where they are not very many.
    pub fn copied(&self) -> Symbols {
        let Symbols { labels, types, keys } = self;
        Symbols { labels: labels.copied(), types: types.copied(), keys: keys.copied() }
    }
}

impl Names {
    fn copied(&self) -> Names {
        if self.len() > COPIED {
            return self.clone();
        }
        let mut names = Names::default();
        self.names.iter().for_each(|name| {
            names.intern(name);
        });
        names
    }

    pub fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub fn intern(&mut self, name: &str) -> u32 {
        if let Some(number) = self.find(name) {
            return number;
        }
        let number = self.names.len() as u32;
        let name: Arc<str> = Arc::from(name);
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// The name of a number that this table gave out.
    pub fn name(&self, number: u32) -> &Arc<str> {
        &self.names[number as usize]
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }
}

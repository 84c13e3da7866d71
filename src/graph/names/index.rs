//! An index over folded names: finite-state sets for exact, prefix and approximate search, the names themselves in one
//! array for search in the middle.

use super::super::NodeId;
use super::super::buffer::Buffer;
use super::super::snapshot::{Fault, Reader, Section, Writer, demand, demand_below, demand_offsets};
use fst::automaton::{Automaton, Levenshtein, Str};
use fst::{IntoStreamer, Map, Streamer};
use memchr::memmem;
use rustc_hash::FxHashMap;

/// Distinct names, each with its nodes; and the words of the names, each with the names that have it.
#[derive(Debug, Default)]
pub struct NameIndex {
    /// Name to number; numbers follow the order of the names.
    names: Option<Map<Buffer<u8>>>,
    /// The names one after the other, each closed by a line feed, which no folded name holds.
    text: Buffer<u8>,
    ends: Buffer<u32>,
    nodes: Rows<NodeId>,
    words: Option<Map<Buffer<u8>>>,
    names_of_word: Rows<u32>,
}

/// Called with a name and its nodes; says whether it has seen enough.
pub type Visit<'v> = dyn FnMut(&str, &[NodeId]) -> bool + 'v;

/// Lists one after the other.
#[derive(Debug)]
struct Rows<T> {
    offsets: Buffer<u32>,
    items: Buffer<T>,
}

/// A word in more names than this says little about which is meant.
const COMMON: usize = 20_000;

/// How many of the best names by common words are compared as a whole.
const COMPARED: usize = 200;

impl NameIndex {
    pub fn of(pairs: impl Iterator<Item = (String, NodeId)>) -> NameIndex {
        let mut pairs: Vec<(String, NodeId)> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        let (mut text, mut ends, mut nodes) = (String::new(), Vec::new(), RowsBuilder::new());
        let mut last: Option<&str> = None;
        let mut words: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (name, node) in &pairs {
            if last != Some(name) {
                nodes.open();
                text.push_str(name);
                text.push('\n');
                ends.push(text.len() as u32);
                let number = ends.len() as u32 - 1;
                for word in name.split(' ') {
                    let names = words.entry(word).or_default();
                    if names.last() != Some(&number) {
                        names.push(number);
                    }
                }
                last = Some(name);
            }
            nodes.items.push(*node);
        }
        let mut distinct: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        distinct.dedup();
        let mut words: Vec<(&str, Vec<u32>)> = words.into_iter().collect();
        words.sort_unstable_by_key(|(word, _)| *word);
        let mut names_of_word = RowsBuilder::new();
        for (_, names) in &words {
            names_of_word.open();
            names_of_word.items.extend(names);
        }
        NameIndex {
            names: numbered(distinct.into_iter()),
            words: numbered(words.iter().map(|(word, _)| *word)),
            text: text.into_bytes().into(),
            ends: ends.into(),
            nodes: nodes.finish(),
            names_of_word: names_of_word.finish(),
        }
    }

    /// The nodes of a name.
    pub fn find(&self, name: &str) -> &[NodeId] {
        let number = self.names.as_ref().and_then(|names| names.get(name));
        number.map_or(&[], |number| self.nodes_of(number as u32))
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &[NodeId])> {
        (0..self.ends.len() as u32).map(|number| (self.name(number), self.nodes_of(number)))
    }

    /// Names that begin with a text.
    pub fn beginning(&self, text: &str, visit: &mut Visit<'_>) {
        let Some(names) = &self.names else { return };
        let mut found = names.search(Str::new(text).starts_with()).into_stream();
        while let Some((_, number)) = found.next() {
            if self.show(number as u32, visit) {
                return;
            }
        }
    }

    /// Names with a word, not the first, that begins with a text (which may go on over the next words).
    pub fn with_word_beginning(&self, text: &str, visit: &mut Visit<'_>) {
        self.scan(&format!(" {text}"), visit);
    }

    /// Names that hold a text of three letters or more.
    pub fn holding(&self, text: &str, visit: &mut Visit<'_>) {
        if text.chars().count() >= 3 {
            self.scan(text, visit);
        }
    }

    /// Names that differ from a text by a few letters, or have words that do.
    pub fn alike(&self, text: &str, visit: &mut dyn FnMut(&str, &[NodeId])) {
        let Some(names) = &self.names else { return };
        if let Some(automaton) = within(text) {
            let mut found = names.search(automaton).into_stream();
            while let Some((_, number)) = found.next() {
                visit(self.name(number as u32), self.nodes_of(number as u32));
            }
        }
        for number in self.with_words_like(text) {
            visit(self.name(number), self.nodes_of(number));
        }
    }

    /// The names that share the rarest words with a text, misspelt ones included.
    fn with_words_like(&self, text: &str) -> Vec<u32> {
        let Some(words) = &self.words else { return Vec::new() };
        let mut scores: FxHashMap<u32, f64> = FxHashMap::default();
        for word in text.split(' ') {
            let mut best: FxHashMap<u32, f64> = FxHashMap::default();
            let mut add = |number: u64, exact: bool| {
                let names = self.names_of_word.row(number as u32);
                if names.len() > COMMON {
                    return;
                }
                let rarity = (self.ends.len() as f64 / names.len() as f64).ln() + 0.1;
                let weight = if exact { rarity } else { rarity * 0.7 };
                for name in names {
                    let score = best.entry(*name).or_default();
                    *score = score.max(weight);
                }
            };
            if let Some(number) = words.get(word) {
                add(number, true);
            }
            if let Some(automaton) = within(word) {
                let mut found = words.search(automaton).into_stream();
                while let Some((_, number)) = found.next() {
                    add(number, false);
                }
            }
            for (name, score) in best {
                *scores.entry(name).or_default() += score;
            }
        }
        let mut ranked: Vec<(f64, u32)> = scores.into_iter().map(|(name, score)| (score, name)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(COMPARED);
        ranked.into_iter().map(|(_, name)| name).collect()
    }

    fn scan(&self, text: &str, visit: &mut Visit<'_>) {
        let mut from = 0;
        let finder = memmem::Finder::new(text);
        while let Some(at) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let number = self.ends.partition_point(|end| *end as usize <= from + at);
            let Some(end) = self.ends.get(number) else { return };
            if self.show(number as u32, visit) {
                return;
            }
            from = *end as usize;
        }
    }

    fn show(&self, number: u32, visit: &mut Visit<'_>) -> bool {
        visit(self.name(number), self.nodes_of(number))
    }

    fn name(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { Some(&0) } else { self.ends.get(number - 1) };
        let range = start.zip(self.ends.get(number)).map(|(start, end)| *start as usize..*end as usize - 1);
        let bytes = range.and_then(|range| self.text.get(range)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn nodes_of(&self, number: u32) -> &[NodeId] {
        self.nodes.row(number)
    }
}

impl Section for NameIndex {
    fn write(&self, writer: &mut Writer<'_>) {
        write_map(writer, self.names.as_ref());
        writer.array(&self.text);
        writer.array(&self.ends);
        writer.array(&self.nodes.offsets);
        writer.array(&self.nodes.items);
        write_map(writer, self.words.as_ref());
        writer.array(&self.names_of_word.offsets);
        writer.array(&self.names_of_word.items);
    }

    fn read(reader: &mut Reader<'_>) -> Result<NameIndex, Fault> {
        let (names, text, ends) = (read_map(reader)?, reader.array::<u8>()?, reader.array::<u32>()?);
        let nodes = Rows { offsets: reader.array()?, items: reader.array::<NodeId>()? };
        let words = read_map(reader)?;
        let names_of_word = Rows { offsets: reader.array()?, items: reader.array::<u32>()? };
        demand(ends.windows(2).all(|pair| pair[0] < pair[1]) && ends.first().is_none_or(|end| *end > 0))?;
        demand(ends.last().copied().unwrap_or(0) as usize == text.len())?;
        demand_offsets(&nodes.offsets, nodes.items.len())?;
        demand(nodes.offsets.len() == ends.len() + 1)?;
        demand_below(nodes.items.iter().map(|node| node.0), reader.node_bound() as usize)?;
        demand_offsets(&names_of_word.offsets, names_of_word.items.len())?;
        demand_below(names_of_word.items.iter().copied(), ends.len())?;
        Ok(NameIndex { names, text, ends, nodes, words, names_of_word })
    }
}

fn write_map(writer: &mut Writer<'_>, map: Option<&Map<Buffer<u8>>>) {
    writer.array(map.map_or(&[][..], |map| map.as_fst().as_bytes()));
}

fn read_map(reader: &mut Reader<'_>) -> Result<Option<Map<Buffer<u8>>>, Fault> {
    let bytes = reader.array::<u8>()?;
    if bytes.is_empty() { Ok(None) } else { Map::new(bytes).map(Some).map_err(|_| Fault) }
}

/// Words within an edit distance that grows with the length; two letters swapped are two edits.
fn within(text: &str) -> Option<Levenshtein> {
    let distance = match text.chars().count() {
        0..=2 => return None,
        3 => 1,
        _ => 2,
    };
    // The automaton of a long text grows beyond its bounds; then its words are compared instead.
    Levenshtein::new(text, distance).ok()
}

/// A finite-state map from ascending texts to their numbers.
fn numbered<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Map<Buffer<u8>>> {
    Map::from_iter(texts.zip(0u64..)).ok()?.map_data(Buffer::from).ok()
}

impl<T> Rows<T> {
    fn row(&self, number: u32) -> &[T] {
        let number = number as usize;
        let bounds = self.offsets.get(number).zip(self.offsets.get(number + 1));
        let row = bounds.and_then(|(start, end)| self.items.get(*start as usize..*end as usize));
        row.unwrap_or_default()
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { offsets: Buffer::default(), items: Buffer::default() }
    }
}

struct RowsBuilder<T> {
    offsets: Vec<u32>,
    items: Vec<T>,
}

impl<T> RowsBuilder<T> {
    fn new() -> Self {
        RowsBuilder { offsets: Vec::new(), items: Vec::new() }
    }

    fn open(&mut self) {
        self.offsets.push(self.items.len() as u32);
    }

    fn finish(mut self) -> Rows<T> {
        self.open();
        Rows { offsets: self.offsets.into(), items: self.items.into() }
    }
}

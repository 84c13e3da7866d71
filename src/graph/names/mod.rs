//! Finding nodes by what people type: names, titles, aliases and ids, folded for case, accents, punctuation and
//! articles.
//!
//! The names of the base are indexed once; those written since lie in a small index beside it. Both are made when they
//! are first asked for.

mod index;

use super::bits::Bits;
use super::{Entity, Graph, NodeId};
use crate::base::{fold, similarity};
use crate::value::Value;
pub use index::NameIndex;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The properties whose values are names of their node.
const NAMING: [&str; 5] = ["name", "title", "short_title", "aliases", "id"];

/// The names of a graph.
pub struct Names<'g> {
    graph: &'g Graph,
    base: Arc<NameIndex>,
    written: Arc<Written>,
}

/// A node with the name by which it was found, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub node: NodeId,
    pub name: Arc<str>,
}

/// The names that were written since the base was made.
#[derive(Debug, Default)]
struct Written {
    index: NameIndex,
    /// Nodes whose names in the base do not count.
    nodes: Bits,
}

/// What was indexed of the delta last, for a version of the graph.
#[derive(Debug, Default)]
pub struct WrittenNames(Mutex<Option<(u64, Arc<Written>)>>);

impl Graph {
    pub fn names(&self) -> Names<'_> {
        let base = self.base.names.get_or_init(|| {
            if let Some(kept) = &self.base.kept_names {
                return Arc::clone(kept);
            }
            let nodes = (0..self.base.node_bound).map(NodeId);
            let held = nodes.filter(|node| !self.base.node_holes.contains(node.0));
            Arc::new(NameIndex::of(held.flat_map(|node| self.folded(node, Side::Base))))
        });
        Names { graph: self, base: base.clone(), written: self.written_names() }
    }

    fn written_names(&self) -> Arc<Written> {
        if !self.has_delta() {
            return Arc::default();
        }
        let mut kept = self.written_names.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, written)) = kept.as_ref()
            && *version == self.version
        {
            return written.clone();
        }
        let nodes: Bits = self.written_nodes().map(|node| node.0).collect();
        let there = nodes.iter().map(NodeId).filter(|node| self.has_node(*node));
        let index = NameIndex::of(there.flat_map(|node| self.folded(node, Side::Now)));
        let written = Arc::new(Written { index, nodes });
        *kept = Some((self.version, written.clone()));
        written
    }

    /// The folded names of a node, each with the node.
    fn folded(&self, node: NodeId, side: Side) -> Vec<(String, NodeId)> {
        let mut folded: Vec<(String, NodeId)> =
            self.spellings(node, side).iter().map(|name| (fold(name), node)).collect();
        folded.retain(|(name, _)| !name.is_empty());
        folded.sort();
        folded.dedup();
        folded
    }

    /// All names of a node as they are written.
    fn spellings(&self, node: NodeId, side: Side) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for key in NAMING.iter().filter_map(|name| self.key(name)) {
            let value = match side {
                Side::Now => self.property(Entity::Node(node), key),
                Side::Base => self.base.node_column(key).map_or(Value::Null, |column| column.value(node.0)),
            };
            match value {
                Value::String(name) => names.push(name),
                Value::Integer(number) => names.push(Arc::from(number.to_string())),
                Value::List(list) => names.extend(list.iter().filter_map(|value| match value {
                    Value::String(name) => Some(name.clone()),
                    _ => None,
                })),
                _ => {}
            }
        }
        names
    }
}

#[derive(Clone, Copy)]
enum Side {
    Base,
    Now,
}

impl Names<'_> {
    /// The nodes that a text names exactly, by id.
    pub fn lookup(&self, text: &str) -> Vec<NodeId> {
        self.lookup_folded(&fold(text))
    }

    /// The same for a text that is folded already.
    pub fn lookup_folded(&self, folded: &str) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> =
            self.base.find(folded).iter().copied().filter(|n| self.counts(*n)).collect();
        nodes.extend(self.written.index.find(folded));
        nodes.sort_unstable();
        nodes
    }

    /// Every folded name with its nodes; a name that was written since the base was made may come twice.
    pub fn all(&self) -> impl Iterator<Item = (&str, Vec<NodeId>)> {
        let base = self.base.all().map(|(name, nodes)| {
            let nodes: Vec<NodeId> = nodes.iter().copied().filter(|node| self.counts(*node)).collect();
            (name, nodes)
        });
        let written = self.written.index.all().map(|(name, nodes)| (name, nodes.to_vec()));
        base.filter(|(_, nodes)| !nodes.is_empty()).chain(written)
    }

    /// Names for what was typed so far: first those that begin with it, then those with a word that does, then those
    /// that hold it somewhere. A node comes once.
    pub fn complete(&self, typed: &str, limit: usize) -> Vec<Named> {
        let folded = fold(typed);
        let mut found = Found { limit, ..Found::default() };
        for search in [NameIndex::beginning, NameIndex::with_word_beginning, NameIndex::holding] {
            for (index, counts) in [(&self.written.index, false), (self.base.as_ref(), true)] {
                search(index, &folded, &mut |name, nodes| {
                    let nodes = nodes.iter().filter(|node| !counts || self.counts(**node));
                    nodes.for_each(|node| found.add(*node, name));
                    found.is_full()
                });
            }
        }
        self.named(found.nodes)
    }

    /// The names most like a text, best first: did you mean.
    pub fn nearest(&self, text: &str, limit: usize) -> Vec<Named> {
        let folded = fold(text);
        let mut scores: FxHashMap<NodeId, (f64, String)> = FxHashMap::default();
        let mut consider = |name: &str, nodes: &[NodeId], in_base: bool| {
            let score = likeness(&folded, name);
            for node in nodes.iter().filter(|node| !in_base || self.counts(**node)) {
                match scores.get_mut(node) {
                    Some((best, _)) if *best >= score => {}
                    _ => drop(scores.insert(*node, (score, name.to_string()))),
                }
            }
        };
        self.written.index.alike(&folded, &mut |name, nodes| consider(name, nodes, false));
        self.base.alike(&folded, &mut |name, nodes| consider(name, nodes, true));
        let mut ranked: Vec<(f64, NodeId, String)> =
            scores.into_iter().map(|(node, (score, name))| (score, node, name)).collect();
        ranked.retain(|(score, _, _)| *score >= 0.5);
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(limit);
        self.named(ranked.into_iter().map(|(_, node, name)| (node, name)).collect())
    }

    /// A name of the base counts while its node was not written since.
    fn counts(&self, node: NodeId) -> bool {
        !self.written.nodes.contains(node.0)
    }

    /// With each name as its node writes it.
    fn named(&self, nodes: Vec<(NodeId, String)>) -> Vec<Named> {
        let spell = |node, folded: String| {
            let spellings = self.graph.spellings(node, Side::Now);
            spellings.into_iter().find(|name| fold(name) == folded).unwrap_or_else(|| Arc::from(folded))
        };
        nodes.into_iter().map(|(node, folded)| Named { node, name: spell(node, folded) }).collect()
    }
}

/// Alike as a whole, or a part of the name alike to all that was typed.
fn likeness(typed: &str, name: &str) -> f64 {
    let whole = similarity(typed, name);
    let words = typed.split(' ').count();
    let of_name: Vec<&str> = name.split(' ').collect();
    let parts = of_name.windows(words.min(of_name.len()));
    let part = parts.map(|part| similarity(typed, &part.join(" "))).fold(0.0, f64::max);
    whole.max(part * 0.9)
}

/// Distinct nodes in the order in which they were found.
#[derive(Default)]
struct Found {
    limit: usize,
    nodes: Vec<(NodeId, String)>,
    seen: Bits,
}

impl Found {
    fn add(&mut self, node: NodeId, name: &str) {
        if !self.is_full() && self.seen.insert(node.0) {
            self.nodes.push((node, name.to_string()));
        }
    }

    fn is_full(&self) -> bool {
        self.nodes.len() >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph() -> Graph {
        let mut graph = Graph::empty();
        let (name, aliases) = (graph.intern_key("name"), graph.intern_key("aliases"));
        for (own, further) in [
            ("National Council on Gender Development", "NCGD"),
            ("Government Decree No. 268 of 2 May 2012", "Decree 268"),
            ("Convention against Transnational Organized Crime", "UNTOC"),
        ] {
            let aliases_of = Value::from(vec![Value::from(further)]);
            graph.create_node(&[], vec![(name, Value::from(own)), (aliases, aliases_of)]);
        }
        graph
    }

    fn check(graph: &Graph) {
        let names = graph.names();
        assert_eq!(names.lookup("the National Council, on gender DEVELOPMENT"), [NodeId(0)]);
        assert_eq!(names.lookup("untoc"), [NodeId(2)]);
        assert!(names.lookup("national council").is_empty());
        let complete =
            |typed: &str| names.complete(typed, 5).into_iter().map(|n| n.node.0).collect::<Vec<_>>();
        assert_eq!(complete("nat"), [0, 2]);
        assert_eq!(complete("gend"), [0]);
        assert_eq!(complete("ansnat"), [2]);
        let nearest = |typed: &str| names.nearest(typed, 1).first().map(|n| (n.node.0, n.name.to_string()));
        assert_eq!(nearest("Decre 286"), Some((1, "Decree 268".to_string())));
        assert_eq!(nearest("UNTCO").map(|n| n.0), Some(2));
        assert_eq!(nearest("national counsil for gender develpment").map(|n| n.0), Some(0));
        assert_eq!(nearest("gender development council").map(|n| n.0), Some(0));
        assert_eq!(nearest("xyzzy"), None);
        assert_eq!(names.all().count(), 6);
    }

    #[test]
    fn finds_names_in_base_and_delta() {
        let mut graph = graph();
        check(&graph);
        graph.fold();
        check(&graph);
    }

    #[test]
    fn a_renamed_node_loses_its_old_name() {
        let mut graph = graph();
        graph.fold();
        let name = graph.intern_key("name");
        graph.set_property(Entity::Node(NodeId(0)), name, Value::from("Council for Equality"));
        assert_eq!(graph.names().lookup("council for equality"), [NodeId(0)]);
        assert!(graph.names().lookup("National Council on Gender Development").is_empty());
        assert_eq!(graph.names().lookup("NCGD"), [NodeId(0)]);
    }
}

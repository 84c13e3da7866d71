//! Adjacency of one relationship type in both directions, in compressed-sparse-row form.

use super::buffer::Buffer;
use super::columns::Presence;
use super::own::{List, OwnRows};
use super::snapshot::{Fault, Reader, Section, Writer, demand, demand_below, demand_offsets};
use super::{Adjacent, NodeId, RelationshipId, Way};
use std::ops::Range;

/// All relationships of one type, by start and by end.
#[derive(Clone, Debug, Default)]
pub struct Adjacency {
    outgoing: Rows,
    incoming: Rows,
}

/// One direction: the neighbours of a node lie next to each other, ascending.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    presence: Presence,
    /// Where each row begins, and where the last one ends.
    offsets: Buffer<u32>,
    nodes: Buffer<NodeId>,
    relationships: Buffer<RelationshipId>,
}

/// What rows are to be put together of.
pub struct Pieces<'o> {
    pieces: Vec<Piece<'o>>,
    /// Where each row will begin, and where the last one will end.
    offsets: Vec<u32>,
}

enum Piece<'o> {
    /// Rows that stand so.
    Kept(Range<usize>),
    /// The row of a node with a list of its own.
    Own(&'o List),
}

impl Pieces<'_> {
    /// What lies along the rows, of what lay along those before and what `own` adds for each own list.
    pub fn gather<T: Copy>(
        &self,
        before: &[T],
        mut own: impl FnMut(&mut Vec<T>, &List),
        is_over: impl Fn() -> bool,
    ) -> Option<Vec<T>> {
        // A piece has the rows of all nodes up to the next own list, so that long ones are taken in parts.
        const PART: usize = 1 << 20;
        let mut gathered = Vec::with_capacity(self.offsets.last().map_or(0, |count| *count as usize));
        for (place, piece) in self.pieces.iter().enumerate() {
            if place % 1024 == 0 && is_over() {
                return None;
            }
            match piece {
                Piece::Kept(range) => {
                    for part in before[range.clone()].chunks(PART) {
                        if part.len() == PART && is_over() {
                            return None;
                        }
                        gathered.extend_from_slice(part);
                    }
                }
                Piece::Own(list) => own(&mut gathered, list),
            }
        }
        Some(gathered)
    }
}

/// The ends of all relationships, by id.
#[derive(Clone, Copy)]
pub struct Ends<'e> {
    pub starts: &'e [NodeId],
    pub ends: &'e [NodeId],
}

impl Adjacency {
    /// Lays out relationships given by ascending id.
    pub fn of(relationships: impl Iterator<Item = u32> + Clone, ends: Ends<'_>) -> Adjacency {
        let mut outgoing = Layout::of(relationships.clone().map(|id| ends.starts[id as usize]));
        for id in relationships {
            outgoing.put(ends.starts[id as usize], ends.ends[id as usize], RelationshipId(id));
        }
        outgoing.order_rows();
        Adjacency::both_ways(outgoing.finish())
    }

    fn both_ways(outgoing: Rows) -> Adjacency {
        // The pass is a stable counting sort: what comes ordered by start lies ordered by start in every row.
        let mut incoming = Layout::of(outgoing.nodes.iter().copied());
        outgoing.for_each(|start, end, relationship| incoming.put(end, start, relationship));
        Adjacency { outgoing, incoming: incoming.finish() }
    }

    pub fn of_rows(outgoing: Rows, incoming: Rows) -> Adjacency {
        Adjacency { outgoing, incoming }
    }

    #[inline]
    pub fn rows(&self, way: Way) -> &Rows {
        match way {
            Way::Out => &self.outgoing,
            Way::In => &self.incoming,
        }
    }

    pub fn len(&self) -> usize {
        self.outgoing.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn bytes(&self) -> usize {
        self.outgoing.bytes() + self.incoming.bytes()
    }
}

impl Rows {
    /// Of the lists of all nodes: where each begins, and where the last one ends.
    fn of(mut offsets: Vec<u32>, nodes: Vec<NodeId>, relationships: Vec<RelationshipId>) -> Rows {
        let filled = |pair: &[u32]| pair[0] != pair[1];
        let Some(first) = offsets.windows(2).position(filled) else { return Rows::default() };
        let last = offsets.windows(2).rposition(filled).unwrap_or(first);
        offsets.truncate(last + 2);
        let (presence, offsets) = compact(first as u32, offsets.split_off(first));
        Rows { presence, offsets, nodes: nodes.into(), relationships: relationships.into() }
    }

    /// Rows put together of pieces of these and own lists; `None` where that would take too long.
    pub fn put_together(&self, pieces: Pieces<'_>, is_over: impl Fn() -> bool) -> Option<Rows> {
        let own = |to: &mut Vec<_>, list: &List| to.extend_from_slice(list.adjacent().nodes);
        let nodes = pieces.gather(&self.nodes, own, &is_over)?;
        let own = |to: &mut Vec<_>, list: &List| to.extend_from_slice(list.adjacent().relationships);
        let relationships = pieces.gather(&self.relationships, own, &is_over)?;
        Some(Rows::of(pieces.offsets, nodes, relationships))
    }

    /// The rows of all nodes below a bound, one behind the other: those that were kept, as many at once as stand together, and
    /// those of nodes with a list of their own. `None` where that would take too long.
    pub fn pieces<'o>(
        &self,
        bound: u32,
        own: Option<&'o OwnRows>,
        is_over: impl Fn(u32) -> bool,
    ) -> Option<Pieces<'o>> {
        let mut offsets = Vec::with_capacity(bound as usize + 1);
        let mut pieces = Vec::new();
        let (mut run, mut count) = (0..0, 0u32);
        offsets.push(0);
        let mut own = own.into_iter().flat_map(OwnRows::each).peekable();
        for node in 0..bound {
            if is_over(node) {
                return None;
            }
            if let Some((_, list)) = own.next_if(|(written, _)| *written == node) {
                let list: &List = list;
                pieces.push(Piece::Kept(std::mem::take(&mut run)));
                pieces.push(Piece::Own(list));
                count += list.adjacent().nodes.len() as u32;
            } else {
                let range = self.range(node);
                count += range.len() as u32;
                if run.end == range.start {
                    run.end = range.end;
                } else if !range.is_empty() {
                    pieces.push(Piece::Kept(std::mem::replace(&mut run, range)));
                }
            }
            offsets.push(count);
        }
        pieces.push(Piece::Kept(run));
        Some(Pieces { pieces, offsets })
    }

    #[inline]
    pub fn of_node(&self, node: NodeId) -> Adjacent<'_> {
        match self.presence.place(node.0) {
            Some(place) => {
                let range = self.offsets[place] as usize..self.offsets[place + 1] as usize;
                Adjacent { nodes: &self.nodes[range.clone()], relationships: &self.relationships[range] }
            }
            None => Adjacent::NONE,
        }
    }

    /// Where the row of a node stands; empty where it has none.
    #[inline]
    pub fn range(&self, node: u32) -> Range<usize> {
        match self.presence.place(node) {
            Some(place) => self.offsets[place] as usize..self.offsets[place + 1] as usize,
            None => 0..0,
        }
    }

    #[inline]
    pub fn nodes(&self, range: Range<usize>) -> &[NodeId] {
        &self.nodes[range]
    }

    /// Where the rows of all nodes from a first one on begin and end, if none of them is left out.
    pub fn all(&self) -> Option<(u32, &[u32])> {
        Some((self.presence.complete()?, &self.offsets))
    }

    /// The relationships of all rows, one after the other.
    pub fn relationships(&self) -> &[RelationshipId] {
        &self.relationships
    }

    /// Every row's owner, neighbour and relationship, in order.
    pub fn for_each(&self, mut visit: impl FnMut(NodeId, NodeId, RelationshipId)) {
        for (owner, place) in self.presence.iter() {
            for entry in self.offsets[place] as usize..self.offsets[place + 1] as usize {
                visit(NodeId(owner), self.nodes[entry], self.relationships[entry]);
            }
        }
    }

    /// Every row that is not empty: its owner and the neighbours.
    pub fn each(&self) -> impl Iterator<Item = (NodeId, &[NodeId])> {
        self.presence.iter().filter_map(|(owner, place)| {
            let row = &self.nodes[self.offsets[place] as usize..self.offsets[place + 1] as usize];
            (!row.is_empty()).then_some((NodeId(owner), row))
        })
    }

    /// Owners with at least one neighbour, with how many they have.
    pub fn degrees(&self) -> impl Iterator<Item = (NodeId, usize)> + '_ {
        self.presence.iter().filter_map(|(owner, place)| {
            let degree = (self.offsets[place + 1] - self.offsets[place]) as usize;
            (degree > 0).then_some((NodeId(owner), degree))
        })
    }

    fn bytes(&self) -> usize {
        self.presence.bytes() + self.offsets.bytes() + self.nodes.bytes() + self.relationships.bytes()
    }
}

/// Rows in the making.
struct Layout {
    first: u32,
    offsets: Vec<u32>,
    /// Where the next entry of each row goes.
    next: Vec<u32>,
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
}

impl Layout {
    /// Room for as many entries in the row of each node as the node comes.
    fn of(owners: impl Iterator<Item = NodeId> + Clone) -> Layout {
        let (mut first, mut last, mut count) = (u32::MAX, 0, 0);
        for owner in owners.clone() {
            first = first.min(owner.0);
            last = last.max(owner.0);
            count += 1;
        }
        let width = if count == 0 { 0 } else { (last - first + 1) as usize };
        let mut offsets = vec![0u32; width + 1];
        for owner in owners {
            offsets[(owner.0 - first) as usize + 1] += 1;
        }
        for place in 0..width {
            offsets[place + 1] += offsets[place];
        }
        Layout {
            first,
            next: offsets.clone(),
            offsets,
            nodes: vec![NodeId(0); count],
            relationships: vec![RelationshipId(0); count],
        }
    }

    #[inline]
    fn put(&mut self, owner: NodeId, node: NodeId, relationship: RelationshipId) {
        let cursor = &mut self.next[(owner.0 - self.first) as usize];
        self.nodes[*cursor as usize] = node;
        self.relationships[*cursor as usize] = relationship;
        *cursor += 1;
    }

    /// Puts every row in the order of neighbours, then relationships, which came ascending.
    fn order_rows(&mut self) {
        let mut pairs: Vec<u64> = Vec::new();
        for bounds in self.offsets.windows(2) {
            let range = bounds[0] as usize..bounds[1] as usize;
            let nodes = &mut self.nodes[range.clone()];
            if nodes.is_sorted() {
                continue;
            }
            let relationships = &mut self.relationships[range];
            pairs.clear();
            let both = nodes.iter().zip(relationships.iter());
            pairs
                .extend(both.map(|(node, relationship)| u64::from(node.0) << 32 | u64::from(relationship.0)));
            pairs.sort_unstable();
            for (place, pair) in pairs.iter().enumerate() {
                nodes[place] = NodeId((pair >> 32) as u32);
                relationships[place] = RelationshipId(*pair as u32);
            }
        }
    }

    fn finish(self) -> Rows {
        if self.nodes.is_empty() {
            return Rows::default();
        }
        drop(self.next);
        let (presence, offsets) = compact(self.first, self.offsets);
        Rows { presence, offsets, nodes: self.nodes.into(), relationships: self.relationships.into() }
    }
}

/// Leaves out empty rows where most are empty: a type that few nodes take part in must not cost an offset per node.
fn compact(first: u32, offsets: Vec<u32>) -> (Presence, Buffer<u32>) {
    let width = offsets.len() - 1;
    let filled = offsets.windows(2).filter(|pair| pair[0] != pair[1]).count();
    // An offset a node is worth four bytes: a row is then found without counting bits.
    if filled * 32 >= width {
        return (Presence::range(first, width as u32), offsets.into());
    }
    let mut owners = Vec::with_capacity(filled);
    let mut kept = vec![0];
    for (place, pair) in offsets.windows(2).enumerate() {
        if pair[0] != pair[1] {
            owners.push(first + place as u32);
            kept.push(pair[1]);
        }
    }
    (Presence::of(&owners), kept.into())
}

impl Section for Adjacency {
    fn write(&self, writer: &mut Writer<'_>) {
        self.outgoing.write(writer);
        self.incoming.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Adjacency, Fault> {
        let (outgoing, incoming) = (Rows::read(reader)?, Rows::read(reader)?);
        demand(outgoing.nodes.len() == incoming.nodes.len())?;
        Ok(Adjacency { outgoing, incoming })
    }
}

impl Section for Rows {
    fn write(&self, writer: &mut Writer<'_>) {
        self.presence.write(writer);
        writer.array(&self.offsets);
        writer.array(&self.nodes);
        writer.array(&self.relationships);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Rows, Fault> {
        let presence = Presence::read(reader)?;
        let (offsets, nodes, relationships) =
            (reader.array()?, reader.array::<NodeId>()?, reader.array::<RelationshipId>()?);
        if offsets.is_empty() {
            demand(presence.places() == 0 && nodes.is_empty() && relationships.is_empty())?;
            return Ok(Rows::default());
        }
        demand_offsets(&offsets, nodes.len())?;
        demand(offsets.len() == presence.places() + 1 && nodes.len() == relationships.len())?;
        demand_below(nodes.iter().map(|node| node.0), reader.node_bound() as usize)?;
        demand_below(relationships.iter().map(|r| r.0), reader.relationship_bound() as usize)?;
        Ok(Rows { presence, offsets, nodes, relationships })
    }
}

//! Adjacency of one relationship type in both directions, in compressed-sparse-row form.

use super::buffer::Buffer;
use super::columns::Presence;
use super::snapshot::{Fault, Reader, Section, Writer, demand, demand_below, demand_offsets};
use super::{Adjacent, NodeId, RelationshipId, Way};

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

/// A relationship about to be laid out.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub start: NodeId,
    pub end: NodeId,
    pub relationship: RelationshipId,
}

impl Adjacency {
    /// Lays out relationships given by ascending id.
    pub fn of(links: &[Link]) -> Adjacency {
        // Each pass is a stable counting sort, so ordering by end first leaves every row of the second pass ordered
        // by neighbour, and its outcome in turn orders the third.
        let by_end = Rows::of(links, |link| link.end, |link| link.start);
        let mut ordered = Vec::with_capacity(links.len());
        by_end.for_each(|end, start, relationship| ordered.push(Link { start, end, relationship }));
        drop(by_end);
        let outgoing = Rows::of(&ordered, |link| link.start, |link| link.end);
        ordered.clear();
        outgoing.for_each(|start, end, relationship| ordered.push(Link { start, end, relationship }));
        let incoming = Rows::of(&ordered, |link| link.end, |link| link.start);
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
    fn of(links: &[Link], own: impl Fn(&Link) -> NodeId, other: impl Fn(&Link) -> NodeId) -> Rows {
        let (mut first, mut last) = (u32::MAX, 0);
        for link in links {
            first = first.min(own(link).0);
            last = last.max(own(link).0);
        }
        if links.is_empty() {
            return Rows::default();
        }
        let width = (last - first + 1) as usize;
        let mut offsets = vec![0u32; width + 1];
        for link in links {
            offsets[(own(link).0 - first) as usize + 1] += 1;
        }
        for place in 0..width {
            offsets[place + 1] += offsets[place];
        }
        let mut next = offsets.clone();
        let mut nodes = vec![NodeId(0); links.len()];
        let mut relationships = vec![RelationshipId(0); links.len()];
        for link in links {
            let cursor = &mut next[(own(link).0 - first) as usize];
            nodes[*cursor as usize] = other(link);
            relationships[*cursor as usize] = link.relationship;
            *cursor += 1;
        }
        let (presence, offsets) = compact(first, offsets);
        Rows { presence, offsets, nodes: nodes.into(), relationships: relationships.into() }
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

    /// Every row's owner, neighbour and relationship, in order.
    pub fn for_each(&self, mut visit: impl FnMut(NodeId, NodeId, RelationshipId)) {
        for (owner, place) in self.presence.iter() {
            for entry in self.offsets[place] as usize..self.offsets[place + 1] as usize {
                visit(NodeId(owner), self.nodes[entry], self.relationships[entry]);
            }
        }
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

/// Leaves out empty rows where most are empty: a type that few nodes take part in must not cost an offset per node.
fn compact(first: u32, offsets: Vec<u32>) -> (Presence, Buffer<u32>) {
    let width = offsets.len() - 1;
    let filled = offsets.windows(2).filter(|pair| pair[0] != pair[1]).count();
    if filled * 4 >= width {
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

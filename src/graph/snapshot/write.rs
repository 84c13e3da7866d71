//! Writes a graph as a snapshot.

use super::annotations::write_source;
use super::image::{ALIGNMENT, COVERED, ENTRY, Entry, HEADER, MAGIC, ORDER_OF_BYTES, VERSION, kind};
use super::{Section, Writer};
use crate::graph::columns::{Column, Values};
use crate::graph::index::HashIndex;
use crate::graph::{Graph, Key};
use std::io::{self, Seek, SeekFrom, Write};
use xxhash_rust::xxh3::xxh3_64;

/// An index is kept for a property whose values are shared by no more nodes than this on average: a look-up by a more
/// common value is as well a scan.
const SHARED: usize = 64;

/// What is written in a section.
type Content<'g> = Box<dyn FnOnce(&mut Writer<'_>) + 'g>;

impl Graph {
    /// Writes the graph as a snapshot, with what is kept for others.
    ///
    /// # Errors
    /// When the file cannot be written, or the graph was read from a damaged snapshot.
    pub fn write_snapshot(
        &self,
        out: &mut (impl Write + Seek),
        vocabulary: &str,
        origin: &str,
    ) -> io::Result<()> {
        if self.has_delta() || !self.delta.annotations.is_empty() {
            let mut folded = self.clone();
            folded.unwatch();
            folded.fold();
            return folded.write_snapshot(out, vocabulary, origin);
        }
        out.write_all(&[0; HEADER])?;
        let mut entries = Vec::new();
        let mut offset = HEADER as u64;
        for (kind, number, content) in self.sections(vocabulary, origin) {
            let begins = offset.next_multiple_of(ALIGNMENT as u64);
            out.write_all(&[0; ALIGNMENT][..(begins - offset) as usize])?;
            let mut writer = Writer::new(out);
            content(&mut writer);
            let (length, checksum) = writer.finish()?;
            entries.push(Entry { kind, number, offset: begins, length, checksum });
            offset = begins + length;
        }
        self.sound().map_err(|report| io::Error::other(report.message.clone()))?;
        let table = table(&entries);
        out.write_all(&table)?;
        out.seek(SeekFrom::Start(0))?;
        out.write_all(&header(offset, &table))
    }

    /// Kind, number and content of every section, in the order in which they lie in the file.
    fn sections<'g>(&'g self, vocabulary: &'g str, origin: &'g str) -> Vec<(u32, u32, Content<'g>)> {
        let mut sections: Vec<(u32, u32, Content<'g>)> = vec![
            (kind::META, 0, Box::new(|writer| self.write_meta(writer))),
            (kind::VOCABULARY, 0, Box::new(|writer| writer.bytes(vocabulary.as_bytes()))),
            (kind::ORIGIN, 0, Box::new(|writer| writer.bytes(origin.as_bytes()))),
            (kind::NODE_SETS, 0, Box::new(|writer| self.base.node_sets.write(writer))),
            (kind::ENDPOINTS, 0, Box::new(|writer| self.base.endpoints.write(writer))),
            (kind::ANNOTATIONS, 0, Box::new(|writer| self.annotations.write(writer))),
        ];
        for (number, members) in self.base.label_nodes.iter().enumerate() {
            sections.push((kind::MEMBERS, number as u32, Box::new(|writer| members.write(writer))));
        }
        for (number, adjacency) in self.base.adjacency.iter().enumerate() {
            sections.push((kind::ADJACENCY, number as u32, Box::new(|writer| adjacency.write(writer))));
        }
        let nodes = [kind::NODE_COLUMN, kind::NODE_TEXT, kind::NODE_SLOTS];
        for (number, column) in self.base.node_columns.iter().enumerate() {
            column_sections(nodes, number as u32, column, &mut sections);
            let key = Key(number as u32);
            if self.is_worth_an_index(key, column) {
                let content = move |writer: &mut Writer<'_>| {
                    HashIndex::of(column, column.presence.iter().map(|(id, _)| id)).write(writer);
                };
                sections.push((kind::INDEX, key.0, Box::new(content)));
            }
        }
        let of_relationships = [kind::RELATIONSHIP_COLUMN, kind::RELATIONSHIP_TEXT, kind::RELATIONSHIP_SLOTS];
        for (number, column) in self.base.relationship_columns.iter().enumerate() {
            column_sections(of_relationships, number as u32, column, &mut sections);
        }
        sections.push((
            kind::NAMES,
            0,
            Box::new(|writer| {
                self.names();
                if let Some(names) = self.base.names.get() {
                    names.write(writer);
                }
            }),
        ));
        sections
    }

    fn is_worth_an_index(&self, key: Key, column: &Column) -> bool {
        let typed = matches!(column.values, Values::Short(_) | Values::Integers(_) | Values::Strings { .. });
        typed && column.presence.count() > 0 && self.distinct(key) * SHARED >= column.presence.count()
    }

    fn write_meta(&self, writer: &mut Writer<'_>) {
        writer.number(u64::from(self.base.node_bound));
        writer.number(u64::from(self.base.relationship_bound));
        writer.number(self.counts.nodes as u64);
        writer.number(self.counts.relationships as u64);
        for counts in [&self.counts.by_label, &self.counts.by_type] {
            writer.list(counts.iter(), |writer, count| writer.number(*count as u64));
        }
        for names in [&self.symbols.labels, &self.symbols.types, &self.symbols.keys] {
            writer.list(0..names.len(), |writer, number| writer.text(names.name(number as u32)));
        }
        writer.list(self.base.label_sets.iter(), |writer, labels| {
            writer.list(labels.iter(), |writer, label| writer.number(u64::from(label.0)));
        });
        for holes in [&self.base.node_holes, &self.base.relationship_holes] {
            writer.list(holes.words().iter(), |writer, word| writer.number(*word));
        }
        for columns in [&self.base.node_columns, &self.base.relationship_columns] {
            writer.number(columns.len() as u64);
        }
        writer.list(0..self.base.node_columns.len(), |writer, number| {
            writer.number(self.distinct(Key(number as u32)) as u64);
        });
        writer.list(self.sources.iter(), write_source);
        writer.list(self.files.iter(), |writer, (file, fingerprint)| {
            writer.text(file);
            writer.number(*fingerprint);
        });
    }
}

/// A column, and, of texts, their bytes and codes by hash, which are looked at in parts or seldom.
fn column_sections<'g>(
    [of_column, of_text, of_slots]: [u32; 3],
    number: u32,
    column: &'g Column,
    sections: &mut Vec<(u32, u32, Content<'g>)>,
) {
    sections.push((of_column, number, Box::new(|writer| column.write(writer))));
    if let Values::Strings { dictionary, .. } = &column.values {
        sections.push((of_text, number, Box::new(|writer| writer.bytes(dictionary.bytes()))));
        sections.push((of_slots, number, Box::new(|writer| dictionary.slots().write(writer))));
    }
}

fn table(entries: &[Entry]) -> Vec<u8> {
    let mut table = Vec::with_capacity(entries.len() * ENTRY);
    for entry in entries {
        table.extend(entry.kind.to_le_bytes());
        table.extend(entry.number.to_le_bytes());
        for number in [entry.offset, entry.length, entry.checksum] {
            table.extend(number.to_le_bytes());
        }
    }
    table
}

fn header(offset: u64, table: &[u8]) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend(VERSION.to_le_bytes());
    header.extend(ORDER_OF_BYTES.to_le_bytes());
    let length = offset + table.len() as u64;
    for number in [length, (table.len() / ENTRY) as u64, xxh3_64(table), offset] {
        header.extend(number.to_le_bytes());
    }
    debug_assert_eq!(header.len(), COVERED, "the header is as long as it says");
    let checksum = xxh3_64(&header);
    header.extend(checksum.to_le_bytes());
    header
}
